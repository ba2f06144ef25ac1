"""The command line: which commands there are, and how every error ends.

Results go to standard output, everything else to standard error. Exit codes: 0 done, 1 error, 2 wrong
usage, 3 not a match report, 130 interrupted; `batch` adds 4 (some articles failed) and 5 (stopped early).
"""

from __future__ import annotations

import io
import os
import sys
from importlib import metadata
from pathlib import Path
from typing import Annotated

import typer

from extractor import MatchReportError, NotAMatchReport
from extractor.cli import evals
from extractor.cli.batch import batch
from extractor.cli.export import export_tables
from extractor.cli.extract import extract
from extractor.cli.messages import complain
from extractor.cli.models import models
from extractor.cli.report import report
from extractor.cli.schema import schema

ERROR, NOT_A_MATCH_REPORT, INTERRUPTED = 1, 3, 130


def main() -> None:
    """Run the command line; every failure is one line on standard error and an exit code."""
    for stream in (sys.stdout, sys.stderr):
        # A terminal that can't show a letter shows a question mark; the report is worth more than that.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    try:
        _app()(prog_name="matchreport")
    except MatchReportError as error:
        complain(str(error))
        sys.exit(NOT_A_MATCH_REPORT if isinstance(error, NotAMatchReport) else ERROR)
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
    except Exception as error:
        if os.environ.get("MATCHREPORT_TRACEBACK"):
            raise
        complain(
            f"internal error: {type(error).__name__} in {_place(error)}; set MATCHREPORT_TRACEBACK=1 to see more, and please report it"
        )
        sys.exit(ERROR)


def _app() -> typer.Typer:
    app = typer.Typer(
        help="Dutch football match reports in, grounded facts out.",
        add_completion=False,
        no_args_is_help=True,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    app.callback()(_global_options)
    app.command()(extract)
    app.add_typer(batch(), name="batch")
    app.command("export")(export_tables)
    app.command()(report)
    app.add_typer(models(), name="models")
    app.command()(schema)
    app.command("eval")(evals.evaluate)
    app.command()(evals.compare)
    app.command()(evals.label)
    app.add_typer(evals.fixtures(), name="fixtures")
    return app


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"matchreport {metadata.version('matchreport')}")
        raise typer.Exit


def _global_options(
    version: Annotated[bool, typer.Option("--version", help="Print the version.", is_eager=True, callback=_version)] = False,
) -> None:
    """Dutch football match reports in, grounded facts out."""


def _place(error: Exception) -> str:
    """File and line of the innermost of our own frames: messages may hold article text, places don't."""
    place, trace = "?", error.__traceback__
    while trace is not None:
        file = Path(trace.tb_frame.f_code.co_filename)
        if "extractor" in file.parts:
            place = f"{'/'.join(file.parts[file.parts.index('extractor') :])}:{trace.tb_lineno}"
        trace = trace.tb_next
    return place
