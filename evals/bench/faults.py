"""An endpoint that fails in every way it can, many times: does every record end as a row, do the sums add up, and is no fault a result?

    python -m evals.bench.faults             # each kind a thousand times, then all of them on 20 % of the requests
    python -m evals.bench.faults --times 50 --kinds 429 stall --at-once 1

Of every ten records one is a copy of the one before, one tells of no match, and one is torn: these cost no request.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from evals.bench.endpoint import FAULTS, Asked, Asking, Script, asked, endpoint
from evals.bench.engine import WORDS, unseen
from extractor import Article, Extraction, NotAMatchReport
from extractor.batch.limits import Limits, RequestGate
from extractor.batch.run import BatchOptions, run_batch
from extractor.batch.store import REPORTS, Store
from extractor.models.endpoint import Endpoint, EndpointModel
from extractor.models.retries import HttpRetries

CONCURRENCY = 32
RETRIES = HttpRetries(attempts=5, first_wait=0.02, longest_wait=0.5)
TIMEOUT = 1.0

ALONE, MIXED = 0.5, 0.2
"""Shares of the requests that fail: of one kind, and of all kinds together."""

ENDINGS = ("report", "not_a_match", "failed", "duplicate")


class Gated(Asking):
    """Asks nothing about what is no match report."""

    async def extract_async(self, article: Article | str) -> Extraction:
        if isinstance(article, Article) and article.id.startswith("other"):
            raise NotAMatchReport("not_football", "it is about something else")
        return await super().extract_async(article)


@dataclass(frozen=True)
class Met:
    """What came of an archive.

    Args:
        records: In the archive.
        runs: Until none was left for later: a refused key stops one.
        times: Faults that requests met.
        endings: Rows by outcome.
        failures: Failed rows by class.
        seconds: It took.
    """

    records: int
    runs: int
    times: int
    endings: Counter[str]
    failures: Counter[str]
    seconds: float


def write_records(path: Path, count: int) -> Counter[str]:
    """An archive, and what must become of its records where no request fails."""
    expected: Counter[str] = Counter()
    with path.open("w", encoding="utf-8") as file:
        for number in range(count):
            name, told = f"article-{number}", number
            match number % 10:
                case 7:
                    told, outcome = number - 1, "duplicate"
                case 8:
                    name, outcome = f"other-{number}", "not_a_match"
                case 9:
                    outcome = "failed"
                case _:
                    outcome = "report"
            line = json.dumps({"id": name, "text": f"Wedstrijd {told}. {WORDS}"})
            file.write((line[:-9] if outcome == "failed" else line) + "\n")
            expected[outcome] += 1
    return expected


def met(times: int, faults: Mapping[str, float]) -> Met:
    """An archive long enough for so many faults, read to its end.

    Raises:
        AssertionError: A record is lost or told twice, the sums don't add up, or a fault became a result.
    """
    records, runs, faulty, started = times, 0, 0, time.monotonic()
    rows: list[dict[str, Any]] = []
    requests: list[Asked] = []
    expected: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as name:
        source, out, log = Path(name, "in.jsonl"), Path(name, "out"), Path(name, "asked.tsv")
        with endpoint(Script(faults=faults), log) as url:
            while len(rows) < records or faulty < times:
                if len(rows) == records:
                    records += 2 * (times - faulty) + 10
                expected = write_records(source, records)
                gate = RequestGate(Limits(CONCURRENCY))
                model = EndpointModel(Endpoint("openai/test", "test", url, "key", TIMEOUT, RETRIES), gate)
                ended = run_batch([source], out, Gated(model), BatchOptions(CONCURRENCY, gate=gate), unseen)
                assert ended.stopped is None or "401" in faults, ended.stopped
                rows = [json.loads(line) for line in (out / REPORTS).read_text(encoding="utf-8").splitlines()]
                runs += 1
                requests = list(asked(log))
                faulty = sum(one.what in faults for one in requests)
        with Store(out) as store:
            stored = store.summary().outcomes
    answered = {one.article for one in requests if one.what == "good"}
    endings = Counter[str](row["outcome"] for row in rows)
    assert len({row["id"] for row in rows}) == len(rows) == records, "a record has no row, or two"
    assert endings == stored, "the sums don't add up"
    assert set(endings) <= set(ENDINGS), "a row ended in no known way"
    assert {row["id"] for row in rows if row["outcome"] == "report"} <= answered, "a fault became a result"
    assert all(("report" in row) == (row["outcome"] == "report") for row in rows), "a row that is no report has one"
    assert not any(one.article.startswith("other") for one in requests), "what is no match report was asked about"
    torn = sum(row["outcome"] == "failed" and row["error"]["class"] == "input" for row in rows)
    assert (torn, endings["duplicate"], endings["not_a_match"]) == tuple(expected[one] for one in ("failed", "duplicate", "not_a_match"))
    failures = Counter[str](row["error"]["class"] for row in rows if row["outcome"] == "failed")
    return Met(records, runs, faulty, endings, failures, time.monotonic() - started)


def main(arguments: Iterable[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--times", type=int, default=1000, help="each kind, and all of them together")
    parser.add_argument("--kinds", nargs="*", default=list(FAULTS))
    parser.add_argument("--at-once", type=int, default=4, help="kinds: most of the time is spent waiting")
    options = parser.parse_args(None if arguments is None else list(arguments))
    kinds: dict[str, dict[str, float]] = {name: {name: ALONE} for name in options.kinds}
    kinds[f"mixed, {MIXED:.0%}"] = {name: MIXED / len(options.kinds) for name in options.kinds}
    print(f"{'fault':<17} {'met':>5} {'runs':>4} {'records':>7} {''.join(f'{one:>12}' for one in ENDINGS)} {'seconds':>8}  failed with")
    with ProcessPoolExecutor(options.at_once, multiprocessing.get_context("spawn"), max_tasks_per_child=1) as pool:
        for name, one in zip(kinds, pool.map(partial(met, options.times), kinds.values()), strict=True):
            classes = ", ".join(f"{number} {kind}" for kind, number in one.failures.most_common())
            ends = "".join(f"{one.endings[ending]:>12}" for ending in ENDINGS)
            print(f"{name:<17} {one.times:>5} {one.runs:>4} {one.records:>7} {ends} {one.seconds:>8.0f}  {classes}", flush=True)


if __name__ == "__main__":
    main()
