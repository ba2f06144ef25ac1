"""How fast rows become tables, and in how much memory.

    python -m evals.bench.export                 # 1,000 to 50,000 rows, every format, and the page
    python -m evals.bench.export --sizes 100000 --to parquet

The rows are real ones: the reader's reports on the dev articles, again and again under other keys. Every export runs in a
process of its own; peak memory is that process's own, beyond what an export of one row takes.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import cycle, islice
from multiprocessing.connection import Connection
from pathlib import Path
from typing import get_args

from extractor import Extractor, MatchReportError, read_article
from extractor.dataset.export import Format, export
from extractor.dataset.overview import look_over
from extractor.dataset.page import html_page
from extractor.dataset.rows import read_rows

FIXTURES = Path(__file__).parents[1] / "fixtures" / "dev"
PAGE = "page"


@dataclass(frozen=True)
class Measured:
    seconds: float
    cpu: float
    peak: float
    """MiB."""


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--sizes", type=int, nargs="+", default=[1_000, 10_000, 50_000])
    options.add_argument("--to", nargs="+", choices=[*get_args(Format), PAGE], default=[*get_args(Format), PAGE])
    chosen = options.parse_args()
    reports = list(_reports())
    print(f"{'to':8} {'rows':>8} {'rows/s':>8} {'ms CPU a row':>13} {'peak MiB':>9} {'beyond one row':>15}")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for to in chosen.to:
            one = _measured(_write(folder, reports, 1), to)
            for size in chosen.sizes:
                got = _measured(_write(folder, reports, size), to)
                numbers = f"{size / got.seconds:8,.0f} {1000 * got.cpu / size:13.3f} {got.peak:9.0f} {got.peak - one.peak:15.0f}"
                print(f"{to:8} {size:8,} {numbers}", flush=True)


def _reports() -> Iterator[dict[str, object]]:
    with Extractor() as extractor:
        for file in sorted(FIXTURES.glob("*.txt")):
            try:
                report = extractor.extract(read_article(file)).report
            except MatchReportError:
                continue
            yield report.model_dump(mode="json")


def _write(folder: Path, reports: list[dict[str, object]], size: int) -> Path:
    source = folder / "reports.jsonl"
    with source.open("w", encoding="utf-8") as file:
        for number, report in enumerate(islice(cycle(reports), size)):
            origin = {"title": f"Kop {number}", "published": f"{1990 + number % 30}-05-03", "source": f"Krant {number % 40}"}
            row = {"id": f"a{number}", "key": f"{number:032x}", "outcome": "report", "article": origin, "report": report}
            file.write(json.dumps(row, ensure_ascii=False) + "\n")
    return source


def _measured(source: Path, to: str) -> Measured:
    """In a process of its own, which has imported this module and nothing more."""
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe(duplex=False)
    process = context.Process(target=_export, args=(source, to, there))
    process.start()
    measured: Measured = here.recv()
    process.join()
    return measured


def _export(source: Path, to: str, answers: Connection) -> None:
    began, cpu = time.perf_counter(), time.process_time()
    if to == PAGE:
        html_page(look_over(read_rows(source)), "run")
    else:
        format_: Format = next(one for one in get_args(Format) if one == to)
        export(source, format_, source.with_name(f"out-{to}"))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1 << 20 if sys.platform == "darwin" else 1 << 10)
    answers.send(Measured(time.perf_counter() - began, time.process_time() - cpu, peak))


if __name__ == "__main__":
    main()
