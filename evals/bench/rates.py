"""Limits on the rate against a real endpoint: how much of the limit is used, and is it ever passed?

Counted where requests leave and where they arrive: a machine that is busy with other things lets some of them wait on their way, and
what left evenly arrives in heaps.

    python -m evals.bench.rates                                  # --rpm 60 and 600, --tpm 60000, a service that refuses; 3 min each
    python -m evals.bench.rates --rpm 60 --tpm 0 --service 0     # the first of them alone
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
from extractor.models.gate import Need, Pass


def most_in_a_minute(times: list[float]) -> int:
    first = most = 0
    for last, at in enumerate(times):
        while times[first] <= at - 60:
            first += 1
        most = max(most, last - first + 1)
    return most


class Noting:
    """Notes when a gate lets requests go."""

    def __init__(self, gate: RequestGate) -> None:
        self.left_at: list[float] = []
        self._gate = gate

    async def enter(self, need: Need) -> Pass:
        entered = await self._gate.enter(need)
        self.left_at.append(time.monotonic())
        return entered


def requests(records: int, limits: Limits, script: Script) -> tuple[list[Asked], list[float]]:
    """What the endpoint saw, and when requests were let go."""
    with tempfile.TemporaryDirectory() as name:
        source, log = Path(name, "in.jsonl"), Path(name, "asked.tsv")
        write_archive(source, records)
        with endpoint(script, log) as url:
            gate = RequestGate(limits)
            noting = Noting(gate)
            model = EndpointModel(Endpoint("openai/test", "test", url, "key"), noting)
            run_batch([source], Path(name, "out"), Asking(model), BatchOptions(limits.concurrency, gate=gate), unseen)
        return list(asked(log)), noting.left_at


def told(name: str, limit: int, seen: list[Asked], left_at: list[float], worth: int) -> None:
    times = [one.at for one in seen]
    used = worth * (len(times) - 1) * 60 / (times[-1] - times[0])
    left, came = worth * most_in_a_minute(left_at), worth * most_in_a_minute(times)
    refused = sum(one.what != "good" for one in seen)
    shares = f"{used:>9.0f} {used / limit:>7.1%} {left:>9} {left / limit:>7.1%} {came:>9} {came / limit:>7.1%}"
    print(f"{name:<28} {limit:>7} {shares} {refused:>8}", flush=True)


def main(arguments: Iterable[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--minutes", type=float, default=3)
    parser.add_argument("--rpm", nargs="*", type=int, default=[60, 600])
    parser.add_argument("--tpm", type=int, default=60_000, help="0 for none")
    parser.add_argument("--service", type=int, default=300, help="takes so many requests a minute, and no limit is set here; 0 for none")
    options = parser.parse_args(None if arguments is None else list(arguments))
    print(f"{'limit':<28} {'':>7} {'used a minute':>17} {'most let go':>17} {'most arrived':>17} {'refused':>8}")
    for rpm in options.rpm:
        seen, left = requests(int(rpm * options.minutes), Limits(64, rpm=rpm), Script(seconds=0.5))
        told(f"--rpm {rpm}", rpm, seen, left, 1)
    if options.tpm:
        seen, left = requests(int(options.tpm / 120 * options.minutes), Limits(64, tpm=options.tpm), Script(seconds=0.5))
        told(f"--tpm {options.tpm}", options.tpm, seen, left, 120)
    if options.service:
        rpm = options.service
        seen, _ = requests(int(rpm * options.minutes), Limits(64), Script(seconds=0.5, rpm=rpm))
        taken = [one for one in seen if one.what == "good"]
        # No limit holds where requests leave; what counts is what the service took.
        told(f"a service that takes {rpm}/min", rpm, taken, [one.at for one in taken], 1)
        print(f"{'':<28} refused of {len(seen)}: {len(seen) - len(taken)}")


if __name__ == "__main__":
    main()
