"""One run with `--engine openai-batch`: articles are gathered into batches, and every batch that has ended is collected."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from extractor.batch.endings import Ended, ended, unreadable
from extractor.batch.interrupts import interruptible
from extractor.batch.journal import GROUP_ROWS, Journal, Work
from extractor.batch.openai_batch.desk import Desk, Postponed
from extractor.batch.openai_batch.ledger import Batch, Ledger
from extractor.batch.openai_batch.service import PRICE_SHARE, BatchRefused, BatchService, Gone, ServiceLimits
from extractor.batch.openai_batch.shards import Files, Replies, Shard
from extractor.batch.progress import Progress, Watch
from extractor.batch.run import DEFAULT_CONCURRENCY, BatchExtractor, BatchOptions, run_to_end, settings_for
from extractor.batch.sources.files import check_inputs, read_items, total_bytes
from extractor.batch.sources.records import Item
from extractor.batch.stops import CostReached, EndpointDown, FailuresReached, Interrupted
from extractor.errors import ConfigurationError, MatchReportError, ModelUnavailable
from extractor.models.endpoint import Endpoint

READ_ITEMS = 64
"""Records read at a time: between two looks at the clock."""

TICK = 0.5
"""Seconds between looks at the clock: whoever watches is told."""

_NO_ROOM = "token_limit_exceeded"
_REPLIES_COME_NO_MORE = ("completed", "expired", "cancelled")


@dataclass(frozen=True, slots=True)
class BatchApi:
    """The service, and what a run may ask of it.

    Args:
        endpoint: Of the extractor's model.
        desk: Between the extractor and its endpoint.
        options: As of any run; `concurrency` is for what is asked as usual.
        limits: The service's.
        max_cost: US dollars, earlier runs into the same folder included.
        patience: Seconds that the service may be down, or without room for a batch while none of ours is there, before the run stops.
    """

    endpoint: Endpoint
    desk: Desk
    options: BatchOptions = field(default_factory=BatchOptions)
    limits: ServiceLimits = field(default_factory=ServiceLimits)
    max_cost: float | None = None
    patience: float = 900.0


def run_openai_batch(inputs: Sequence[str | Path], out: Path, extractor: BatchExtractor, api: BatchApi, watch: Watch) -> Progress:
    """`run_batch` through the Batch API. The extractor's model asks `api.desk` before its endpoint.

    The first article is asked as usual, so that a wrong key, model or parameter shows before anything is handed in; so is, at the usual
    price, what a batch has no good reply for, and what an article asks after its first request (repairs).

    Args:
        inputs: As `run_batch`.
        out: As `run_batch`.
        extractor: Of the caller, who closes it; of the strategy `single`.
        api: The service, and the options of the run.
        watch: Called some times a second.

    Returns:
        The final state, as `run_batch`. An interrupted run leaves its batches at the service; the next one collects them.

    Raises:
        ConfigurationError: The strategy is another one, or batches of another model are under way in `out`.
        InputError, StorageError, KeyboardInterrupt: As `run_batch`.
    """
    if extractor.strategy != "single":
        raise ConfigurationError(
            f"--engine openai-batch needs --strategy single: {extractor.strategy!r} asks one question after the other, and each would wait "
            "for a batch of its own, up to a day"
        )
    options = api.options
    check_inputs(inputs, options.columns)
    progress = Progress(total=total_bytes(inputs))
    where = f"{api.endpoint.name} at {api.endpoint.public_url}"
    group = min(GROUP_ROWS, 2 * (options.concurrency or DEFAULT_CONCURRENCY))
    with Journal(out, settings_for(extractor), options.redo, group) as journal, Ledger(journal, where) as ledger:
        if options.gate is not None:
            options.gate.spent_before(journal.spent)
        run = _Run(journal, ledger, extractor, api, progress)
        run_to_end(run.all(read_items(inputs, options.columns), watch), journal, progress)
    return progress


class _Run:
    def __init__(self, journal: Journal, ledger: Ledger, extractor: BatchExtractor, api: BatchApi, progress: Progress) -> None:
        self._journal = journal
        self._ledger = ledger
        self._extractor = extractor
        self._options = api.options
        self._api = api
        self._progress = progress
        self._progress.waiting = ledger.waiting()
        self._service = BatchService(api.endpoint)
        self._ready: deque[Work] = deque()
        self._shard: Shard | None = None
        self._at_end = self._tried = False
        self._begun = 0
        self._batched_usd = 0.0
        self._look_at = 0.0
        self._down_since: float | None = None
        self._no_room_since: float | None = None
        self._interrupted = asyncio.Event()

    async def all(self, items: Iterator[Item], watch: Watch) -> None:
        """Gather and collect, until nothing is left or something stops the run.

        Raises:
            asyncio.CancelledError: It was interrupted twice.
        """
        main = asyncio.current_task()
        assert main is not None
        ticking = asyncio.create_task(self._tick(watch))
        try:
            with interruptible(self._interrupt, main.cancel):
                await self._until_all_ended(items)
        finally:
            ticking.cancel()
            await asyncio.gather(ticking, return_exceptions=True)
            if self._shard is not None:
                self._shard.discard()
            await self._service.aclose()
        self._note()
        watch(self._progress)

    async def _until_all_ended(self, items: Iterator[Item]) -> None:
        try:
            while self._progress.stopped is None:
                await self._look()
                # What was handed in and found no room, or no service, holds up the gathering: a disk is not endless either.
                held_up = any(batch.batch is None for batch in self._ledger.open())
                if not held_up and await self._gather(items):
                    continue
                if not held_up and self._close_shard():
                    continue
                if not self._ledger.open():
                    self._see_why()
                    return
                await self._pause()
        except MatchReportError as error:
            self._stop(error)

    def _see_why(self) -> None:
        """Nothing is under way and nothing can be gathered: the end, or the end of the money.

        Raises:
            CostReached: The latter.
        """
        if self._ready:
            raise CostReached(f"${self._spent():.4f} of ${self._api.max_cost or 0.0:.4f} is spent, and the next request could cost more")

    async def _gather(self, items: Iterator[Item]) -> bool:
        """Take the next articles; False at the end, or where the next one can't be paid for now."""
        if not self._ready:
            if self._at_end:
                return False
            await self._read(items)
        while self._ready and self._progress.stopped is None:
            if not await self._placed(self._ready[0]):
                return False
            self._ready.popleft()
        return True

    async def _read(self, items: Iterator[Item]) -> None:
        limit = self._options.bounds.limit
        most = READ_ITEMS if limit is None else min(READ_ITEMS, limit - self._begun)
        read = await asyncio.to_thread(lambda: list(islice(items, most)))
        if not read:
            self._at_end = True
            return
        taken = self._journal.take(read)
        self._ready.extend(work for work in taken.works if not self._ledger.waits(work.number))
        self._begun += len(self._ready) + taken.duplicates
        self._progress.read(read[-1].at, taken.known, taken.duplicates)

    async def _placed(self, work: Work) -> bool:
        """Whether an article has ended, or found a place in a shard."""
        if work.item.article is None:
            self._finish(work, unreadable(work.item))
        elif not self._tried:
            asked = await ended(work.item, self._extractor)
            self._tried = asked.usage.requests > 0 and not asked.retry
            self._finish(work, asked)
            self._journal.commit()  # it is paid for: who is killed at the next request must not ask it again
        else:
            try:
                with self._api.desk.gathering():
                    self._finish(work, await ended(work.item, self._extractor))
            except Postponed as postponed:
                return self._add(work, postponed)
        return True

    def _add(self, work: Work, postponed: Postponed) -> bool:
        """Put an article into the shard; False where there may be no money left for it.

        Raises:
            ConfigurationError: There is a limit on cost, and no price.
        """
        most = self._api.max_cost
        if most is not None:
            if postponed.most_usd is None:
                raise ConfigurationError("--max-cost can't be kept: the price of this model is not known; give --price READ/WRITTEN")
            filled = 0.0 if self._shard is None else self._shard.most_usd
            if self._spent() + filled + postponed.most_usd > most:
                return False
        for _ in range(2):
            self._shard = self._shard or self._new_shard()
            if self._shard.add(work, postponed):
                return True
            self._close_shard()
        raise AssertionError("an empty shard takes any article")

    def _new_shard(self) -> Shard:
        return Shard(self._ledger.folder, self._api.limits)

    def _close_shard(self) -> bool:
        """See that the shard is handed in; whether there was one."""
        shard, self._shard = self._shard, None
        if shard is None:
            return False
        shard.close()
        self._charge(shard.most_usd)  # before the ledger: who is killed between the two has counted too much, not too little
        self._ledger.add(shard)
        self._progress.waiting += len(shard.numbers)
        self._look_at = 0.0
        return True

    async def _look(self) -> None:
        """Hand in what is complete and collect what has ended, when it is time to."""
        if time.monotonic() < self._look_at:
            return
        self._look_at = time.monotonic() + self._api.limits.poll
        try:
            for batch in self._ledger.open():
                if self._progress.stopped is not None:
                    return
                await (self._send(batch) if batch.batch is None else self._ask_after(batch, batch.batch))
            self._down_since = None
        except ModelUnavailable:
            now = time.monotonic()
            self._down_since = self._down_since or now
            if now - self._down_since > self._api.patience:
                raise EndpointDown(f"the service has been down for {self._api.patience:.0f} s") from None

    async def _send(self, batch: Batch) -> None:
        # With a file handed in, a batch may have been started that we never heard of.
        found = None if batch.file is None else await self._service.find(batch.tag, batch.created)
        if found is None:
            file = batch.file
            if file is None:
                file = await self._service.upload(Files(self._ledger.folder, batch.tag).requests)
                self._ledger.uploaded(batch, file)
            found = await self._service.create(file, batch.tag)
        self._ledger.confirmed(batch, found)

    async def _ask_after(self, batch: Batch, identifier: str) -> None:
        try:
            state = await self._service.state(identifier)
        except Gone:
            await self._collect(batch, None, ())
            return
        if state.status == "failed":
            await self._refused(batch, [error.code for error in (state.errors.data if state.errors else None) or []])
        elif state.status in _REPLIES_COME_NO_MORE:
            await self._collect(batch, state.output_file_id, (batch.file, state.output_file_id, state.error_file_id))

    async def _refused(self, batch: Batch, codes: Sequence[str | None]) -> None:
        """The service did not begin with a batch: it is tried again when there is room, or given up before any of it was asked.

        Raises:
            BatchRefused: It will never take it.
        """
        if _NO_ROOM in codes and self._may_find_room(batch):
            self._ledger.confirmed(batch, None)
            return
        self._ledger.ended(batch)
        self._progress.waiting = self._ledger.waiting()
        self._charge(-batch.most_usd)
        Files(self._ledger.folder, batch.tag).remove()
        await self._service.delete(batch.file)
        if _NO_ROOM in codes:
            raise BatchRefused("a batch has more tokens than the account may have waiting: give a smaller --batch-size")
        known = sorted({code for code in codes if code is not None and code.isidentifier()})
        raise BatchRefused(f"the service took no batch ({', '.join(known) or 'without a reason'}), and nothing of it was asked")

    def _may_find_room(self, batch: Batch) -> bool:
        """While others of ours take it, and for some time after: it may not be ours alone."""
        now = time.monotonic()
        if any(other.batch is not None for other in self._ledger.open() if other.number != batch.number):
            self._no_room_since = None
            return True
        self._no_room_since = self._no_room_since or now
        return now - self._no_room_since <= self._api.patience

    async def _collect(self, batch: Batch, output: str | None, remote: Sequence[str | None]) -> None:
        """End the articles of a batch: with its replies, and as usual where there is no good one."""
        files = Files(self._ledger.folder, batch.tag)
        with suppress(Gone):
            if output is not None and not files.replies.exists():
                await self._service.download(output, files.replies)
        replies = await asyncio.to_thread(Replies, files.replies if files.replies.exists() else None)
        works = (work for work in files.works() if not self._ledger.has_ended(work.number))
        with self._api.desk.collecting(replies):
            count = self._options.concurrency or DEFAULT_CONCURRENCY
            await _all([asyncio.create_task(self._end(works)) for _ in range(count)])
        if self._progress.stopped is not None:
            return
        self._ledger.ended(batch)
        self._no_room_since = None
        self._progress.waiting = self._ledger.waiting()
        cost = self._api.endpoint.cost(replies.usage)
        self._charge((cost or 0.0) * PRICE_SHARE - batch.most_usd)
        files.remove()
        await self._service.delete(*remote)

    async def _end(self, works: Iterator[Work]) -> None:
        for work in works:
            self._finish(work, await ended(work.item, self._extractor))
            await asyncio.sleep(0)  # an extraction that waits for nothing leaves nobody else a turn
            if self._progress.stopped is not None:
                return

    def _finish(self, work: Work, one: Ended) -> None:
        self._journal.finish(work.number, one)
        self._progress.count(one)
        most = self._options.bounds.max_failures
        if most is not None and self._progress.outcomes["failed"] > most:
            raise FailuresReached(f"more than {most} articles failed")

    def _charge(self, dollars: float) -> None:
        """Batches count as the most they can cost until it is known what they did."""
        self._batched_usd += dollars
        if self._options.gate is not None:
            self._options.gate.spent_before(dollars)
        self._note()

    def _spent(self) -> float:
        return self._journal.spent + self._this_run()

    def _this_run(self) -> float:
        gate = self._options.gate
        return self._batched_usd + (0.0 if gate is None else gate.at_most_spent)

    def _note(self) -> None:
        self._journal.reached(self._progress.at, self._progress.total, self._this_run())

    async def _tick(self, watch: Watch) -> None:
        while True:
            await asyncio.sleep(TICK)
            self._note()
            watch(self._progress)

    async def _pause(self) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(min(TICK, max(0.0, self._look_at - time.monotonic()))):
                await self._interrupted.wait()

    def _interrupt(self) -> None:
        self._stop(Interrupted("interrupted"))
        self._interrupted.set()

    def _stop(self, error: MatchReportError) -> None:
        if self._progress.stopped is None:
            self._progress.stopped = error
        if self._options.gate is not None:
            self._options.gate.close()


async def _all(tasks: Sequence[asyncio.Task[None]]) -> None:
    """Wait for all; the first error ends them all.

    Raises:
        MatchReportError: One that stops the run.
    """
    try:
        await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
