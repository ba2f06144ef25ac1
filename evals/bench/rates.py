"""Limits on the rate against a real endpoint: how much of the limit is used, and is it ever passed?

    python -m evals.bench.rates              # three minutes each at --rpm 600 and --tpm 60000, and against a service that refuses
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path

from evals.bench.endpoint import Asked, Asking, Script, asked, endpoint
from evals.bench.engine import unseen, write_archive
from extractor.batch.limits import Limits, RequestGate
from extractor.batch.run import BatchOptions, run_batch
from extractor.models.endpoint import Endpoint, EndpointModel


def most_in_a_minute(times: list[float]) -> int:
    first = most = 0
    for last, at in enumerate(times):
        while times[first] <= at - 60:
            first += 1
        most = max(most, last - first + 1)
    return most


def requests(records: int, limits: Limits, script: Script) -> tuple[list[Asked], float]:
    """What the endpoint saw, and how long the run took."""
    with tempfile.TemporaryDirectory() as name:
        source, log = Path(name, "in.jsonl"), Path(name, "asked.tsv")
        write_archive(source, records)
        with endpoint(script, log) as url:
            gate = RequestGate(limits)
            model = EndpointModel(Endpoint("openai/test", "test", url, "key"), gate)
            started = time.monotonic()
            run_batch([source], Path(name, "out"), Asking(model), BatchOptions(limits.concurrency, gate=gate), unseen)
        return list(asked(log)), time.monotonic() - started


def told(name: str, limit: int, seen: list[Asked], worth: int) -> None:
    times = [one.at for one in seen]
    used = worth * (len(times) - 1) * 60 / (times[-1] - times[0])
    most = worth * most_in_a_minute(times)
    refused = sum(one.what != "good" for one in seen)
    print(f"{name:<28} {limit:>7} {used:>9.0f} ({used / limit:.1%}) {most:>7} ({most / limit:.1%}) {refused:>6}", flush=True)


def main(arguments: Iterable[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--minutes", type=float, default=3)
    options = parser.parse_args(None if arguments is None else list(arguments))
    print(f"{'limit':<28} {'':>7} {'used a minute':>17} {'most in any':>15} {'refused':>8}")
    for rpm in (60, 600):
        seen, _ = requests(int(rpm * options.minutes), Limits(64, rpm=rpm), Script(seconds=0.5))
        told(f"--rpm {rpm}", rpm, seen, 1)
    seen, _ = requests(int(500 * options.minutes), Limits(64, tpm=60_000), Script(seconds=0.5))
    told("--tpm 60000", 60_000, seen, 120)
    seen, _ = requests(int(300 * options.minutes), Limits(64), Script(seconds=0.5, rpm=300))
    told("a service that takes 300/min", 300, [one for one in seen if one.what == "good"], 1)
    print(f"{'':<28} refused of {len(seen)}: {sum(one.what != 'good' for one in seen)}")


if __name__ == "__main__":
    main()
