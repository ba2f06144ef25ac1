"""The engine of one machine: hands take articles from the inputs, one after the other, and the journal keeps how they ended."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from extractor.batch.endings import Ended, unreadable
from extractor.batch.hands import Hand
from extractor.batch.interrupts import interruptible
from extractor.batch.journal import Journal, Work
from extractor.batch.limits import RequestGate
from extractor.batch.progress import Progress, Watch
from extractor.batch.sources.records import Item
from extractor.batch.stops import FailuresReached, Interrupted
from extractor.errors import MatchReportError

READ_ITEMS, READ_SECONDS = 256, 0.05
"""Records read at a time, or as many as take this long: nobody waits long for an article, and few are in memory."""

TICK = 0.05
"""Seconds between looks at the clock: what ended is committed by then, and whoever watches is told."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """When the engine ends before its inputs do.

    Args:
        limit: After so many articles that were not done before.
        max_failures: After more failed articles than this.
    """

    limit: int | None = None
    max_failures: int | None = None


class Engine:
    """One run.

    Args:
        journal: Open.
        progress: Changed as the run goes on.
        bounds: When it ends early.
        gate: What the requests of the extractor pass, or None.
    """

    def __init__(self, journal: Journal, progress: Progress, bounds: Bounds, gate: RequestGate | None = None) -> None:
        self._journal = journal
        self._progress = progress
        self._bounds = bounds
        self._gate = gate
        self._ready: deque[Work] = deque()
        self._turn = asyncio.Lock()
        self._begun = 0
        self._at_end = False

    async def run(self, items: Iterator[Item], hands: Sequence[Hand], watch: Watch) -> None:
        """Do all items that are not done, and let the hands go; `progress` says how it ended.

        Raises:
            asyncio.CancelledError: It was interrupted twice.
        """
        try:
            await self._run(items, hands, watch)
        finally:
            for hand in hands:
                hand.close()

    async def _run(self, items: Iterator[Item], hands: Sequence[Hand], watch: Watch) -> None:
        tasks = [asyncio.create_task(self._hand(hand, items)) for hand in hands]
        ticking = asyncio.create_task(self._tick(watch))
        main = asyncio.current_task()
        assert main is not None
        try:
            with interruptible(self._interrupt, main.cancel):
                await self._until_all_ended(tasks)
        finally:
            for task in (*tasks, ticking):
                task.cancel()
            await asyncio.gather(*tasks, ticking, return_exceptions=True)
        self._note()
        watch(self._progress)

    async def _until_all_ended(self, tasks: Sequence[asyncio.Task[None]]) -> None:
        """The first error that stops the run stops it for all; what is under way then is finished."""
        for ended in asyncio.as_completed(tasks):
            try:
                await ended
            except MatchReportError as error:
                self._stop(error)

    async def _hand(self, hand: Hand, items: Iterator[Item]) -> None:
        while works := await self._next(hand.size, items):
            endings = await hand.work([work.item for work in works])
            for work, ended in zip(works, endings, strict=True):
                self._finish(work, ended)

    async def _next(self, size: int, items: Iterator[Item]) -> list[Work]:
        """Articles to be done; none at the end."""
        async with self._turn:
            while not self._ready and not self._at_end:
                await self._fill(items)
            return [] if self._progress.stopped else [self._ready.popleft() for _ in range(min(size, len(self._ready)))]

    async def _fill(self, items: Iterator[Item]) -> None:
        limit = self._bounds.limit
        most = READ_ITEMS if limit is None else min(READ_ITEMS, limit - self._begun)
        read = await asyncio.to_thread(_read, items, most)
        if not read:
            self._at_end = True
            return
        taken = self._journal.take(read)
        self._begun += len(taken.works) + taken.duplicates
        self._progress.read(read[-1].at, taken.known, taken.duplicates)
        for work in taken.works:
            if work.item.article is None:
                self._finish(work, unreadable(work.item))
            else:
                self._ready.append(work)

    def _finish(self, work: Work, ended: Ended) -> None:
        self._journal.finish(work.number, ended)
        self._progress.count(ended)
        most = self._bounds.max_failures
        if most is not None and self._progress.outcomes["failed"] > most:
            raise FailuresReached(f"more than {most} articles failed")

    def _interrupt(self) -> None:
        self._stop(Interrupted("interrupted"))

    def _stop(self, error: MatchReportError) -> None:
        """No further article is begun."""
        if self._progress.stopped is None:
            self._progress.stopped = error
        self._at_end = True
        if self._gate is not None:
            self._gate.close()

    async def _tick(self, watch: Watch) -> None:
        while True:
            await asyncio.sleep(TICK)
            self._note()
            watch(self._progress)

    def _note(self) -> None:
        spent = self._progress.cost if self._gate is None else self._gate.at_most_spent
        self._journal.reached(self._progress.at, self._progress.total, spent)


def _read(items: Iterator[Item], most: int) -> list[Item]:
    """The next records: as many as are allowed, or as the time allows, and one where there is one."""
    read: list[Item] = []
    until = time.monotonic() + READ_SECONDS
    for item in islice(items, most):
        read.append(item)
        if time.monotonic() >= until:
            break
    return read
