"""`matchreport report`: a page about a run."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from extractor.dataset.overview import look_over
from extractor.dataset.page import html_page
from extractor.dataset.rows import read_rows
from extractor.errors import StorageError


def report(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The --out folder of a batch, or a file with its rows.")],
    out: Annotated[Path | None, typer.Option(metavar="FILE", help="DIR/report.html where left out.")] = None,
) -> None:
    """Write a page about a run: counts, failures, warnings, cost, and the articles to review first."""
    page = html_page(look_over(read_rows(folder)), folder.resolve().name)
    out = out or (folder if folder.is_dir() else folder.parent) / "report.html"
    try:
        # newline="": the content goes out as it is, on every system.
        out.write_text(page, encoding="utf-8", newline="")
    except OSError as error:
        raise StorageError(f"can't write {out}: {error.strerror or error}") from None
    typer.echo(f"wrote {out}", err=True)
