"""`matchreport batch`: whole archives."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from typer.core import TyperGroup

from extractor import ConfigurationError, ModelSettings
from extractor.batch.engine import Bounds
from extractor.batch.journal import Redo
from extractor.batch.limits import Limits, RequestGate
from extractor.batch.openai_batch.desk import Desk
from extractor.batch.progress import Progress, told
from extractor.batch.run import DEFAULT_CONCURRENCY, BatchOptions
from extractor.batch.sources.files import check_inputs
from extractor.batch.sources.records import Columns
from extractor.batch.stops import Interrupted
from extractor.batch.store import REPORTS, Store
from extractor.cli.engines import EngineName, Plan
from extractor.cli.messages import complain
from extractor.cli.opening import ModelOptions, open_extractor
from extractor.cli.options import BaseUrlOption, MinConfidenceOption, ModelOption, NoCacheOption, StrategyOption
from extractor.cli.watching import shown, standing
from extractor.models.prices import Prices

if TYPE_CHECKING:
    from typer._click.core import Context  # pyright: ignore[reportPrivateUsage]  the type that TyperGroup itself takes

SOME_FAILED, STOPPED = 4, 5


def batch() -> typer.Typer:
    """The commands; `batch INPUT...` is `batch run INPUT...`."""
    app = typer.Typer(cls=_RunByDefault, rich_markup_mode=None, help="Whole archives.")
    app.command()(run)
    app.command()(status)
    return app


class _RunByDefault(TyperGroup):
    def parse_args(self, ctx: Context, args: list[str]) -> list[str]:
        return super().parse_args(ctx, args if args and args[0] in self.commands else ["run", *args])


def run(  # noqa: PLR0913  one parameter an option
    inputs: Annotated[
        list[str],
        typer.Argument(metavar="INPUT...", help="Folders, files and globs of articles; - is standard input."),
    ],
    out: Annotated[Path, typer.Option(metavar="DIR", help="Holds the store, and reports.jsonl with one line an article.")],
    model: ModelOption = None,
    base_url: BaseUrlOption = None,
    strategy: StrategyOption = None,
    min_confidence: MinConfidenceOption = 0.0,
    limit: Annotated[int | None, typer.Option(min=1, help="At most so many new articles in this run.")] = None,
    concurrency: Annotated[
        int | None,
        typer.Option(
            "--concurrency", "-j", min=1, max=1024, help="Articles under way at once (4); without a model, processes (one a core)."
        ),
    ] = None,
    no_cache: NoCacheOption = False,
    rpm: Annotated[int | None, typer.Option(min=1, help="Requests a minute at most.")] = None,
    tpm: Annotated[int | None, typer.Option(min=1, help="Tokens a minute at most, read and written.")] = None,
    max_cost: Annotated[float | None, typer.Option(min=0, help="US dollars at most, earlier runs into DIR included.")] = None,
    price: Annotated[
        str | None,
        typer.Option(metavar="READ/WRITTEN", help="US dollars a million tokens, such as 0.25/2, for a model that is in no price list."),
    ] = None,
    max_failures: Annotated[int | None, typer.Option(min=0, help="Stop when more articles than this have failed in this run.")] = None,
    patience: Annotated[int, typer.Option(min=0, help="Seconds that the endpoint may be down before the run stops.")] = 900,
    engine: Annotated[
        EngineName,
        typer.Option(help="Who does it: this machine; OpenAI's Batch API, at half the price; or the Ray cluster of RAY_ADDRESS."),
    ] = "local",
    batch_size: Annotated[int, typer.Option(min=1, max=50_000, help="Requests in one batch, with --engine openai-batch.")] = 50_000,
    redo: Annotated[
        Redo | None, typer.Option(help="Do again: what other models, prompts or versions did, what failed for good, or everything.")
    ] = None,
    column: Annotated[
        list[str] | None, typer.Option(metavar="FIELD=NAME", help="Where records hold text, id, title, published or source; several times.")
    ] = None,
) -> None:
    """Read many articles. A second run goes on where the first one ended and asks nothing twice.

    Ctrl-C finishes what is under way, a second one stops at once. `matchreport batch status DIR` tells where a run stands. Exit codes: 0
    complete, 4 some articles failed, 5 stopped early.
    """
    columns = _columns(column or [])
    check_inputs(inputs, columns)
    limits = Limits(concurrency or DEFAULT_CONCURRENCY, rpm, tpm, max_cost, float(patience))
    gate, desk = RequestGate(limits), Desk()
    options = BatchOptions(concurrency, Bounds(limit, max_failures), redo, columns, gate)
    settings = ModelSettings(prices=None if price is None else _prices(price), gate=gate, ahead=desk)
    chosen = ModelOptions(model or None, base_url, strategy, not no_cache, min_confidence)
    plan = Plan(engine, chosen, settings, desk, limits, options, batch_size)
    try:
        with open_extractor(chosen, settings) as extractor, shown() as watch:
            ended = plan.run(inputs, out, extractor, watch)
    except KeyboardInterrupt:
        complain(f"stopped at once; all that was done is in {out}, and the same command goes on from there")
        raise
    _conclude(ended, out)


def status(folder: Annotated[Path, typer.Argument(metavar="DIR", help="The --out of a run.")]) -> None:
    """Where a run stands, also while it is at work."""
    with Store(folder) as store:
        for line in standing(store):
            typer.echo(line)


def _conclude(ended: Progress, out: Path) -> None:
    """Say how it ended, in words and by the exit code."""
    typer.echo(f"{told(ended)} -> {out / REPORTS}", err=True)
    if ended.stopped is not None:
        why = "interrupted" if isinstance(ended.stopped, Interrupted) else f"stopped early: {ended.stopped}"
        complain(f"{why}; all that was done is saved, and the same command goes on from there")
        raise typer.Exit(STOPPED)
    if failed := ended.outcomes["failed"]:
        complain(f"{failed:,} failed; their lines say why: the same command tries again what may pass, --redo failed all of them")
        raise typer.Exit(SOME_FAILED)


def _columns(given: list[str]) -> Columns:
    """Such as `text=body`.

    Raises:
        ConfigurationError: Another form, or no field of an article.
    """
    names: dict[str, str] = {}
    known = [field.name for field in fields(Columns)]
    for one in given:
        name, _, column = one.partition("=")
        if name not in known or not column:
            raise ConfigurationError(f"--column {one}: give FIELD=NAME, where FIELD is {', '.join(known)}")
        names[name] = column
    return Columns(**names)


def _prices(given: str) -> Prices:
    """Such as `0.25/2`.

    Raises:
        ConfigurationError: Another form.
    """
    try:
        read, written = (float(part) for part in given.split("/"))
    except ValueError:
        raise ConfigurationError(f"--price {given}: give dollars a million tokens read and written, such as 0.25/2") from None
    if not 0 <= read < float("inf") or not 0 <= written < float("inf"):
        raise ConfigurationError(f"--price {given}: prices are numbers from 0 on")
    return Prices(read, written)
