"""`matchreport eval`, `compare`, `label` and `fixtures check`: the evaluations' own commands.

The package does not know its evaluations (import-linter sees to that): they stand beside it and use its public
names like anyone else. Only here, at the edge, they are looked up by name, once one of their commands is called.
"""

from __future__ import annotations

import importlib
import json
from pathlib import Path
from typing import Annotated, Any

import typer

from extractor import ConfigurationError, InputError, read_article
from extractor.cli.messages import complain
from extractor.cli.opening import ModelOptions, open_extractor
from extractor.cli.options import BaseUrlOption, ModelOption, NoCacheOption, StrategyOption
from extractor.errors import MissingExtra


def evaluate(  # noqa: PLR0913  one parameter an option
    model: ModelOption = None,
    base_url: BaseUrlOption = None,
    strategy: StrategyOption = None,
    split: Annotated[str, typer.Option(help="Which labelled articles.")] = "dev",
    fixtures: Annotated[Path | None, typer.Option(metavar="DIR", help="Your own labelled articles: NAME.txt beside NAME.json.")] = None,
    out: Annotated[Path | None, typer.Option(metavar="DIR", help="The run's folder; a run that was interrupted goes on in it.")] = None,
    output: Annotated[
        list[Path] | None, typer.Option("--output", "-o", metavar="FILE", help="Also write FILE.json, .csv, .xml (JUnit) or .html.")
    ] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="Only so many articles.")] = None,
    repeat: Annotated[int, typer.Option(min=1, help="Read each article so often; answers then come from no cache.")] = 1,
    jobs: Annotated[int, typer.Option("--jobs", "-j", min=1, max=256, help="Articles under way at once.")] = 4,
    baseline: Annotated[Path | None, typer.Option(metavar="RUN", help="Compare with an earlier run.")] = None,
    gate: Annotated[bool, typer.Option("--gate", help="Exit with 100 when a score is below its floor.")] = False,
    raise_floor: Annotated[bool, typer.Option("--raise-floor", help="Raise the floors to these scores; none goes down.")] = False,
    lower_floor: Annotated[
        bool, typer.Option("--lower-floor", help="Set the floors to these scores, also where that lowers them.")
    ] = False,
    no_cache: NoCacheOption = False,
) -> None:
    """Score on labelled articles, field by field; a second run goes on where the first one ended."""
    commands = _evaluations()
    gating = commands.Gating(gate, raise_floor, lower_floor)
    options = commands.Evaluation(split, fixtures, out, limit, repeat, jobs, baseline, tuple(output or ()), gating)
    with open_extractor(ModelOptions(model or None, base_url, strategy, not no_cache and repeat == 1)) as extractor:
        raise typer.Exit(commands.evaluation(extractor, options))


def compare(
    first: Annotated[Path, typer.Argument(metavar="A", help="The folder of a run.")],
    second: Annotated[Path, typer.Argument(metavar="B", help="The folder of another run over the same articles.")],
    output: Annotated[Path | None, typer.Option("--output", "-o", metavar="FILE", help="Also write FILE.html.")] = None,
) -> None:
    """Compare two runs, article by article: is the second better, and where?"""
    raise typer.Exit(_evaluations().comparing(first, second, output))


def label(
    file: Annotated[str, typer.Argument(metavar="FILE", help="An article.")],
    model: ModelOption = None,
    base_url: BaseUrlOption = None,
    strategy: StrategyOption = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="OUT", help="FILE.json beside the article where left out; - prints it.")
    ] = None,
) -> None:
    """Draft the label of an article, for a person to correct."""
    drafts = _evaluations("evals.drafts")
    target = output or Path(file).with_suffix(".json")
    printed = str(target) == "-" or (output is None and file == "-")
    if not printed and target.exists():
        raise InputError(
            f"{target} is there already: a label that someone may have corrected is not overwritten; give another name with -o"
        )
    article = read_article(file)
    with open_extractor(ModelOptions(model or None, base_url, strategy)) as extractor:
        content = json.dumps(drafts.draft(extractor.extract(article)), ensure_ascii=printed, indent=1) + "\n"
    if printed:
        typer.echo(content, nl=False)
        return
    try:
        target.write_text(content, encoding="utf-8")
    except OSError as error:
        raise InputError(f"can't write {target}: {error.strerror or error}") from None
    complain(f"wrote {target}: correct it, then run `matchreport fixtures check {target}`")


def fixtures() -> typer.Typer:
    """The commands about labelled articles."""
    app = typer.Typer(help="Labelled articles.", no_args_is_help=True, rich_markup_mode=None)
    app.command()(check)
    # One command alone would take the group's place.
    app.callback()(lambda: None)
    return app


def check(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Labelled articles, or one label.")],
    pin: Annotated[bool, typer.Option("--pin", help="Write the digests of the folders in DIR: their content is as it should be.")] = False,
) -> None:
    """Check labels: do they follow the contract, occur in their article, and add up?"""
    raise typer.Exit(_evaluations().checking(folder, pin_digests=pin))


def _evaluations(name: str = "evals.commands") -> Any:  # noqa: ANN401  what it holds is not known here
    """The evaluations, if they are installed.

    Raises:
        MissingExtra: They are not.
        ConfigurationError: They are not part of this installation.
    """
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        if error.name and error.name.split(".")[0] == "evals":
            raise ConfigurationError(
                "the evaluations are not part of this installation: install matchreport from its wheel or a checkout"
            ) from None
        raise MissingExtra(f'the evaluations need {error.name}: pip install "matchreport[evals]"') from None
