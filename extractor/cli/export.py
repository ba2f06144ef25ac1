"""`matchreport export`: the dataset of a run as files."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from extractor.dataset.dictionary import data_dictionary
from extractor.dataset.export import Format, export


def _dictionary(wanted: bool) -> None:
    if wanted:
        typer.echo(data_dictionary(), nl=False)
        raise typer.Exit


def export_tables(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The --out folder of a batch, or a file with its rows.")],
    to: Annotated[Format, typer.Option(help="Tidy tables as parquet, duckdb or csv; or the rows themselves as jsonl.")],
    out: Annotated[
        Path | None, typer.Option(metavar="PATH", help="A folder (parquet, csv) or a file (duckdb, jsonl); in DIR where left out.")
    ] = None,
    dictionary: Annotated[  # noqa: ARG001  done by its callback
        bool, typer.Option("--dictionary", help="Print the data dictionary, as Markdown.", is_eager=True, callback=_dictionary)
    ] = False,
) -> None:
    """Make tables of a run: matches, goals, cards, players, evidence and more."""
    typer.echo(f"wrote {export(folder, to, out)}", err=True)
