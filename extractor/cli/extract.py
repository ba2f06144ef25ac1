"""`matchreport extract`: one article, as a readable report, JSON or a page."""

from __future__ import annotations

import os
import sys
from contextlib import AbstractContextManager, nullcontext, suppress
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from extractor import Extraction, Extractor, read_article
from extractor.cli.opening import ModelOptions, open_extractor
from extractor.cli.options import BaseUrlOption, MinConfidenceOption, ModelOption, NoCacheOption, StrategyOption
from extractor.errors import StorageError
from extractor.render.page import html_page
from extractor.render.terminal import plain_report, print_report
from extractor.render.text import json_text, one_line


def extract(  # noqa: PLR0913  one parameter an option
    file: Annotated[str, typer.Argument(metavar="FILE|-", help="A text file, a .json record, or - for standard input.")],
    model: ModelOption = None,
    base_url: BaseUrlOption = None,
    strategy: StrategyOption = None,
    min_confidence: MinConfidenceOption = 0.0,
    as_json: Annotated[bool, typer.Option("--json", help="Print the report as JSON and nothing else.")] = False,
    html: Annotated[Path | None, typer.Option(metavar="OUT", help="Write the page: the article beside its report.")] = None,
    output: Annotated[Path | None, typer.Option("--output", "-o", metavar="OUT", help="Write to OUT.json or OUT.html.")] = None,
    no_cache: NoCacheOption = False,
) -> None:
    """Read one match report; show the facts in it, each with its quote."""
    if output is not None and output.suffix not in (".json", ".html"):
        raise typer.BadParameter("the name must end in .json or .html", param_hint="--output")
    files = [(path, kind) for path, kind in ((output, output and output.suffix), (html, ".html")) if path is not None]
    for path, _ in files:
        _check_folder(path)
    article = read_article(file)
    options = ModelOptions(model or None, base_url, strategy, not no_cache, min_confidence)
    with open_extractor(options) as extractor, _working(extractor, file):
        extraction = extractor.extract(article)
    for path, kind in files:
        _write(path, _json(extraction) if kind == ".json" else html_page(extraction, article))
    if as_json:
        _print(_json(extraction))
    elif not files and sys.stdout.isatty():
        print_report(extraction, article.text, Console(force_terminal=True))
    elif not files:
        _print(plain_report(extraction, article.text))


def _json(extraction: Extraction) -> str:
    return json_text(extraction.report.model_dump(mode="json"), indent=2) + "\n"


def _print(content: str) -> None:
    """To standard output, as UTF-8 whatever the locale."""
    try:
        sys.stdout.buffer.write(content.encode())
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        raise  # nobody reads on: typer ends quietly
    except OSError as error:
        with suppress(OSError):  # what is left in the buffer goes nowhere, or Python tries again at the end
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise StorageError(f"can't write to standard output: {error.strerror or error}") from None


def _working(extractor: Extractor, file: str) -> AbstractContextManager[object]:
    """Who is at work, on standard error, as long as it takes; the reader alone is done before one could read it."""
    console = Console(stderr=True)
    if extractor.strategy == "reader" or not console.is_terminal:
        return nullcontext()
    return console.status(one_line(f"{extractor.model_name} reads {file} …").replace("[", "\\["))


def _check_folder(path: Path) -> None:
    """See that there is a folder to write to, before a model is asked."""
    if not path.absolute().parent.is_dir():
        raise StorageError(f"can't write {path}: there is no folder {path.absolute().parent}")


def _write(path: Path, content: str) -> None:
    try:
        # newline="": the content goes out as it is, on every system.
        path.write_text(content, encoding="utf-8", newline="")
    except OSError as error:
        raise StorageError(f"can't write {path}: {error.strerror or error}") from None
    typer.echo(f"wrote {path}", err=True)
