"""An endpoint that fails in every way it can, many times: does every article end as a row, do the sums add up, and is no fault a result?

    python -m evals.bench.faults             # each kind a thousand times, then all of them on 20 % of the requests
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from evals.bench.endpoint import FAULTS, Asking, Script, asked, endpoint
from evals.bench.engine import unseen, write_archive
from extractor.batch.limits import Limits, RequestGate
from extractor.batch.run import BatchOptions, run_batch
from extractor.batch.store import REPORTS
from extractor.models.endpoint import Endpoint, EndpointModel
from extractor.models.retries import HttpRetries

CONCURRENCY = 32
RETRIES = HttpRetries(attempts=5, first_wait=0.02, longest_wait=0.5)
TIMEOUT = 1.0


def met(folder: Path, records: int, faults: dict[str, float]) -> tuple[Counter[str], Counter[str], int]:
    """How the articles ended, the failures by class, and how many faults they met; runs again until none is left for later."""
    source, out, log = folder / "in.jsonl", folder / "out", folder / "asked.tsv"
    write_archive(source, records)
    rows: list[dict[str, Any]] = []
    with endpoint(Script(faults=faults), log) as url:
        while len(rows) < records:
            gate = RequestGate(Limits(CONCURRENCY))
            model = EndpointModel(Endpoint("openai/test", "test", url, "key", TIMEOUT, RETRIES), gate)
            ended = run_batch([source], out, Asking(model), BatchOptions(CONCURRENCY, gate=gate), unseen)
            rows = [json.loads(line) for line in (out / REPORTS).read_text(encoding="utf-8").splitlines()]
            assert ended.stopped is None or "401" in faults, ended.stopped
    requests = list(asked(log))
    answered = {one.article for one in requests if one.what == "good"}
    reports = {row["id"] for row in rows if row["outcome"] == "report"}
    assert len({row["id"] for row in rows}) == len(rows) == records, "an article has no row, or two"
    assert reports <= answered, "a fault became a result"
    failures = Counter(row["error"]["class"] for row in rows if row["outcome"] == "failed")
    return Counter(row["outcome"] for row in rows), failures, sum(one.what in faults for one in requests)


def main(arguments: Iterable[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--times", type=int, default=1000, help="each kind")
    parser.add_argument("--kinds", nargs="*", default=list(FAULTS))
    options = parser.parse_args(None if arguments is None else list(arguments))
    print(f"{'fault':<18} {'met':>6} {'report':>7} {'failed':>7}  classes")
    mixed = {name: 0.2 / len(options.kinds) for name in options.kinds}
    # A refused key stops a run: where it came with every second request, no run would get anywhere.
    alone = ((name, {name: 0.02 if name == "401" else 0.5}) for name in options.kinds)
    for name, faults in [*alone, ("mixed, 20 %", mixed)]:
        with tempfile.TemporaryDirectory() as folder:
            outcomes, failures, count = met(Path(folder), options.times, faults)
        classes = ", ".join(f"{number} {kind}" for kind, number in failures.items())
        print(f"{name:<18} {count:>6} {outcomes['report']:>7} {outcomes['failed']:>7}  {classes}", flush=True)


if __name__ == "__main__":
    main()
