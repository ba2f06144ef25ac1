"""A run that is killed again and again, at any moment: what is lost, what is there twice, what is asked again.

    python -m evals.bench.kills            # 200 kills
"""

from __future__ import annotations

import argparse
import asyncio
import json
import multiprocessing
import random
import tempfile
import time
from collections.abc import Iterable
from itertools import pairwise
from multiprocessing.process import BaseProcess
from pathlib import Path

from evals.bench.endpoint import Asking, Script, asked, endpoint
from evals.bench.engine import unseen, write_archive
from extractor import Article
from extractor.batch.limits import Limits, RequestGate
from extractor.batch.run import BatchOptions, run_batch
from extractor.batch.store import REPORTS
from extractor.models.endpoint import Endpoint, EndpointModel

CONCURRENCY = 8

LINE = 26
"""Bytes of a line in the endpoint's log, more or less."""


def work(source: Path, out: Path, url: str) -> None:
    """One run, in a process of its own."""
    gate = RequestGate(Limits(CONCURRENCY))
    model = EndpointModel(Endpoint("openai/test", "test", url, "key"), gate)
    run_batch([source], out, Asking(model), BatchOptions(CONCURRENCY, gate=gate), unseen)


def ask_once(url: str) -> None:
    """So that what is forked from here has everything imported, and is at work from its first moment on."""
    async def ask() -> None:
        model = EndpointModel(Endpoint("openai/test", "test", url, "key"))
        await Asking(model).extract_async(Article(id="first", text="first"))
        await model.aclose()

    asyncio.run(ask())


def killed_runs(folder: Path, records: int, kills: int) -> list[int]:
    """How many requests were repeated after each kill."""
    source, out, log = folder / "in.jsonl", folder / "out", folder / "asked.tsv"
    write_archive(source, records)
    context = multiprocessing.get_context("fork")
    chance = random.Random(5)
    repeated: list[int] = []
    with endpoint(Script(seconds=0.02), log) as url:
        ask_once(url)
        for _ in range(kills):
            process = context.Process(target=work, args=(source, out, url))
            process.start()
            wait_for(log, chance.randint(0, 2 * records // kills), process)
            time.sleep(chance.uniform(0.0, 0.05))
            process.kill()
            process.join()
            repeated.append(again(log))
        last = context.Process(target=work, args=(source, out, url))
        last.start()
        last.join()
        repeated.append(again(log))
    check(out / REPORTS, records)
    return [later - earlier for earlier, later in pairwise([0, *repeated])]


def wait_for(log: Path, more: int, process: BaseProcess) -> None:
    """Until the endpoint was asked so many times more, or the run is at its end."""
    start = log.stat().st_size
    while process.is_alive() and log.stat().st_size - start < more * LINE:
        time.sleep(0.001)


def again(log: Path) -> int:
    """Requests about articles that were asked about before."""
    articles = [one.article for one in asked(log)]
    return len(articles) - len(set(articles))


def check(reports: Path, records: int) -> None:
    """Every article has one whole line, in the order of the input."""
    data = reports.read_bytes()
    assert data.endswith(b"\n"), "a torn line"
    rows = [json.loads(line) for line in data.splitlines()]
    assert [row["id"] for row in rows] == [f"article-{number}" for number in range(records)], "lost, twice, or out of order"
    assert all(row["outcome"] == "report" for row in rows)


def main(arguments: Iterable[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--records", type=int, default=20_000)
    options = parser.parse_args(None if arguments is None else list(arguments))
    with tempfile.TemporaryDirectory() as name:
        repeated = killed_runs(Path(name), options.records, options.kills)
    print(f"{options.kills} kills, {options.records} articles, {CONCURRENCY} at once: 0 lost, 0 twice, 0 torn lines")
    print(f"asked again after a kill: {sum(repeated) / len(repeated):.1f} on average, {max(repeated)} at most ({3 * CONCURRENCY} allowed)")


if __name__ == "__main__":
    main()
