"""`matchreport batch`: whole archives."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, TaskProgressColumn, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.progress import Progress as Bar

from extractor.batch.inputs import check_inputs, total
from extractor.batch.run import BatchOptions, Progress, Watch, run_batch
from extractor.cli.messages import complain
from extractor.cli.opening import ModelOptions, open_extractor
from extractor.models.names import Strategy

SOME_FAILED, STOPPED = 4, 5


def batch(  # noqa: PLR0913  one parameter an option
    inputs: Annotated[list[Path], typer.Argument(metavar="INPUT...", help=".jsonl files, or folders of .txt and .json files.")],
    out: Annotated[Path, typer.Option(metavar="DIR", help="Holds reports.jsonl: one line an article.")],
    model: Annotated[
        str | None,
        typer.Option(
            "--model", "-m", envvar="MATCHREPORT_MODEL", help="openai/<model> or local/<name>; without one the articles stay here."
        ),
    ] = None,
    base_url: Annotated[str | None, typer.Option(help="An OpenAI-compatible endpoint.")] = None,
    strategy: Annotated[Strategy | None, typer.Option(help="The model's default where left out.")] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="At most so many new articles in this run.")] = None,
    concurrency: Annotated[int, typer.Option("--concurrency", "-j", min=1, max=256, help="Articles under way at once.")] = 4,
    no_cache: Annotated[bool, typer.Option("--no-cache", help="Ask anew what the model has answered before.")] = False,
) -> None:
    """Read many articles. A second run goes on where the first one ended and asks nothing twice."""
    check_inputs(inputs)
    try:
        with open_extractor(ModelOptions(model or None, base_url, strategy, not no_cache)) as extractor, _bar(total(inputs)) as watch:
            ended = run_batch(inputs, out, extractor, BatchOptions(limit, concurrency), watch)
    except KeyboardInterrupt:
        complain(f"interrupted; all that was done is in {out / 'reports.jsonl'}, and the same command goes on from there")
        raise
    typer.echo(f"{_counts(ended)} -> {out / 'reports.jsonl'}", err=True)
    if ended.stopped is not None:
        complain(f"stopped early: {ended.stopped}; after that, the same command goes on from here")
        raise typer.Exit(STOPPED)
    if ended.outcomes["failed"]:
        complain(f"{ended.outcomes['failed']} failed; their lines say why, and once they are removed the same command tries them again")
        raise typer.Exit(SOME_FAILED)


@contextmanager
def _bar(size: int) -> Generator[Watch]:
    """A progress bar on standard error, in bytes read; nothing where that is no terminal."""
    console = Console(stderr=True)
    columns = (
        BarColumn(),
        TaskProgressColumn(),
        TextColumn("{task.description}", markup=False),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    with Bar(*columns, console=console, disable=not console.is_terminal) as bar:
        task = bar.add_task("", total=size)
        yield lambda progress: bar.update(task, completed=progress.at, description=_counts(progress))


def _counts(progress: Progress) -> str:
    counts = progress.outcomes
    known = f", {progress.known} done before" if progress.known else ""
    return f"{counts['report']} reports, {counts['not_a_match']} other articles, {counts['failed']} failed{known}"
