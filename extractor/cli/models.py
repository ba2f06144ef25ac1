"""`matchreport models`: the embedded models, and their weights on this machine."""

from __future__ import annotations

from typing import Annotated

import typer

from extractor.cli.opening import byte_progress, join_weights
from extractor.models.local import Installed, Library

Name = Annotated[str, typer.Argument(metavar="NAME", help="As `models list` shows it; local/NAME will do.")]


def models() -> typer.Typer:
    """The commands under `models`."""
    app = typer.Typer(help="The embedded models.", no_args_is_help=True, rich_markup_mode=None)
    app.command("list")(list_models)
    app.command()(pull)
    app.command()(verify)
    return app


def list_models() -> None:
    """Which models there are, and which of them are here."""
    library = Library()
    for one in library.installed():
        weights = one.weights
        typer.echo(f"local/{weights.name}")
        typer.echo(f"  size      {weights.size / 1e9:.1f} GB")
        typer.echo(f"  licence   {weights.licence}")
        typer.echo(f"  origin    {weights.origin}")
        typer.echo(f"  state     {_state(one)}")
        # `pull` of a model that is joined gives its place and does nothing else.
        typer.echo(f"  file      {library.pull(weights.name)}" if one.joined else f"  to get it {_way(one)}")


def pull(name: Name) -> None:
    """Join a model's installed slices into one checked file; its path is the result."""
    typer.echo(str(join_weights(_bare(name))))


def verify(name: Name) -> None:
    """Check a joined model to the last byte; a damaged one is removed."""
    name = _bare(name)
    with byte_progress() as progress:
        task = progress.add_task(f"Checking local/{name}", total=None)
        path = Library().verify(name, lambda done, total: progress.update(task, completed=done, total=total))
    typer.echo(f"{path}: good")


def _bare(name: str) -> str:
    return name.removeprefix("local/")


def _state(one: Installed) -> str:
    return "joined, ready" if one.joined else "installed, not joined yet" if one.slices else "not installed"


def _way(one: Installed) -> str:
    return f"matchreport models pull {one.weights.name}" if one.slices else one.weights.install
