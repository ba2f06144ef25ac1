"""What the batch engine itself takes, with a scripted extraction in place of the real one.

    python -m evals.bench.engine                 # 10^3 to 10^6 records; 64 in flight against answers of 500 ms
    python -m evals.bench.engine --sizes 1000 100000

Every size runs in a process of its own: articles a second, CPU an article, peak memory and its slope, and the time of a second
run that finds everything done.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import multiprocessing
import resource
import sys
import tempfile
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from extractor import Article, Extraction, MatchReport
from extractor.batch.progress import Progress
from extractor.batch.run import BatchOptions, run_batch
from extractor.report import ArticleEcho, Provenance, Team

WORDS = "De spits schoof beheerst binnen na een voorzet van rechts en de thuisploeg leidde bij rust met één treffer verschil. " * 8


class Scripted:
    """Answers every article with the same report, after `seconds`."""

    model_name = "scripted/model"
    strategy = "single"
    prompts = ()

    def __init__(self, seconds: float = 0.0) -> None:
        self._seconds = seconds
        self._provenance = Provenance(strategy="single", library_version="0", seconds=seconds, extracted_at="2026-01-01T00:00:00+00:00")

    async def extract_async(self, article: Article | str) -> Extraction:
        assert isinstance(article, Article)
        if self._seconds:
            await asyncio.sleep(self._seconds)
        echo, home, away = ArticleEcho(id=article.id), Team(name="Heracles"), Team(name="Excelsior")
        return Extraction(report=MatchReport(article=echo, home=home, away=away, provenance=self._provenance))


@dataclass(frozen=True)
class Measured:
    """One run."""

    records: int
    seconds: float
    cpu: float
    peak: int
    resumed: float


def write_archive(path: Path, records: int) -> None:
    with path.open("w", encoding="utf-8") as file:
        for number in range(records):
            file.write(json.dumps({"id": f"article-{number}", "text": f"Wedstrijd {number}. {WORDS}"}) + "\n")


def unseen(_progress: Progress) -> None:
    """Nobody watches."""


def measure(source: Path, out: Path, records: int, concurrency: int, answer_seconds: float) -> Measured:
    """In this process, which has done nothing else."""
    options = BatchOptions(concurrency)
    started, cpu = time.perf_counter(), time.process_time()
    ended = run_batch([source], out, Scripted(answer_seconds), options, unseen)
    seconds, cpu = time.perf_counter() - started, time.process_time() - cpu
    assert ended.outcomes["report"] == records, ended
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
    started = time.perf_counter()
    again = run_batch([source], out, Scripted(), options, unseen)
    assert (again.known, again.outcomes.total()) == (records, 0), again
    return Measured(records, seconds, cpu, peak, time.perf_counter() - started)


def in_a_process(folder: Path, records: int, concurrency: int, answer_seconds: float) -> Measured:
    source, out = folder / f"{records}.jsonl", folder / f"{records}-{answer_seconds}"
    write_archive(source, records)
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        measured = pool.apply(measure, (source, out, records, concurrency, answer_seconds))
    for path in (source, *out.iterdir()):
        path.unlink()
    return measured


def main(arguments: Iterable[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--sizes", nargs="*", type=int, default=[1_000, 10_000, 100_000, 1_000_000])
    parser.add_argument("--waiting", type=int, default=8_000, help="articles of the run with answers of 500 ms; 0 for none")
    options = parser.parse_args(None if arguments is None else list(arguments))
    with tempfile.TemporaryDirectory() as name:
        print(f"{'records':>9} {'articles/s':>10} {'CPU ms':>7} {'peak MiB':>8} {'bytes/article':>13} {'resume s':>8}")
        before: Measured | None = None
        for records in options.sizes:
            one = in_a_process(Path(name), records, 64, 0.0)
            slope = "" if before is None else f"{(one.peak - before.peak) / (one.records - before.records):.1f}"
            rate, cpu = one.records / one.seconds, 1000 * one.cpu / one.records
            print(f"{records:>9} {rate:>10.0f} {cpu:>7.3f} {one.peak / 2**20:>8.1f} {slope:>13} {one.resumed:>8.1f}", flush=True)
            before = one
        if options.waiting:
            one = in_a_process(Path(name), options.waiting, 64, 0.5)
            rate = one.records / one.seconds
            print(f"answers of 500 ms, 64 in flight: {rate:.1f} articles/s of 128 possible ({rate / 128:.1%})")


if __name__ == "__main__":
    main()
