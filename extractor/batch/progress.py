"""Where a run stands: counted by the engine, shown by whoever watches."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from extractor.batch.endings import Ended
from extractor.errors import MatchReportError


@dataclass(slots=True)
class Progress:
    """Where a run stands.

    Args:
        total: Bytes of all inputs; 0 where that is not known.
        at: Bytes read so far.
        known: Articles that were done before, or came twice.
        outcomes: How those of this run ended.
        failures: Those that failed, by class.
        tokens: Read and written by models in this run.
        cost: US dollars of this run, as far as prices are known.
        waiting: Articles that wait for a batch at a service.
        stopped: The error that ended the run early.
    """

    total: int = 0
    at: int = 0
    known: int = 0
    outcomes: Counter[str] = field(default_factory=Counter[str])
    failures: Counter[str] = field(default_factory=Counter[str])
    tokens: int = 0
    cost: float = 0.0
    waiting: int = 0
    stopped: MatchReportError | None = None
    started: float = field(default_factory=time.monotonic)

    def read(self, at: int, known: int, duplicates: int) -> None:
        """Records were read, up to this byte, and these of them need no work."""
        self.at = at
        self.known += known
        if duplicates:
            self.outcomes["duplicate"] += duplicates

    def count(self, ended: Ended) -> None:
        """An article ended."""
        self.outcomes[ended.outcome] += 1
        if ended.error_class is not None:
            self.failures[ended.error_class] += 1
        self.tokens += ended.usage.prompt_tokens + ended.usage.completion_tokens
        self.cost += ended.usage.cost_usd or 0.0

    @property
    def rate(self) -> float:
        """Articles a second in this run."""
        return self.outcomes.total() / max(time.monotonic() - self.started, 1e-6)

    @property
    def seconds_left(self) -> float | None:
        """For the bytes that are left, at the pace so far; None where nothing tells."""
        if not self.total or not self.at:
            return None
        return (time.monotonic() - self.started) * max(0, self.total - self.at) / self.at


Watch = Callable[[Progress], None]
"""Called some ten times a second with the same, changing object."""


def counts(outcomes: Mapping[str, int], failures: Mapping[str, int]) -> str:
    """How many ended how, and why those failed that did."""
    of = {name: outcomes.get(name, 0) for name in ("report", "not_a_match", "failed", "duplicate")}
    classes = ", ".join(f"{count:,} {name}" for name, count in sorted(failures.items(), key=lambda one: -one[1]) if count)
    parts = [f"{of['report']:,} reports", f"{of['not_a_match']:,} other articles", f"{of['failed']:,} failed{classes and f' ({classes})'}"]
    if of["duplicate"]:
        parts.append(f"{of['duplicate']:,} duplicates")
    return ", ".join(parts)


def told(progress: Progress) -> str:
    """The state on one line."""
    parts = [counts(progress.outcomes, progress.failures) + (f", {progress.known:,} done before" if progress.known else "")]
    if progress.waiting:
        parts.append(f"{progress.waiting:,} wait in batches")
    parts.append(f"{progress.rate:,.1f} articles/s")
    if progress.tokens:
        parts.append(f"{progress.tokens:,} tokens")
    if progress.cost:
        parts.append(f"${progress.cost:,.4f}")
    return " · ".join(parts)
