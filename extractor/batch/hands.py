"""Who does the work: this process, many articles at once, or processes of their own, one core each."""

from __future__ import annotations

import asyncio
import multiprocessing
import signal
from abc import ABC, abstractmethod
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import Protocol

from extractor.batch.endings import Ended, ExtractsArticles, ended, lost
from extractor.batch.sources.records import Item

CHUNK = 4
"""Articles that a process gets at a time: handing over costs little then, and an interrupt need not wait long."""

_TRIES = 2


class Hand(Protocol):
    """Works on some articles at a time."""

    @property
    def size(self) -> int:
        """How many."""
        ...

    async def work(self, items: Sequence[Item]) -> list[Ended]:
        """How each of them ended.

        Raises:
            MatchReportError: One that stops the run.
        """
        ...

    def close(self) -> None:
        """Let go of everything, at once."""
        ...


class OwnHand:
    """Works in this process: for a model that is waited for.

    Args:
        extractor: Of the caller, shared by all hands.
    """

    size = 1

    def __init__(self, extractor: ExtractsArticles) -> None:
        self._extractor = extractor

    async def work(self, items: Sequence[Item]) -> list[Ended]:
        """How each of them ended."""
        endings = [await ended(item, self._extractor) for item in items]
        await asyncio.sleep(0)  # the reader never waits for anything: without this nothing else would get its turn
        return endings

    def close(self) -> None:
        """Nothing to let go of."""


class WorkerDied(Exception):
    """The worker of a hand is gone, and with it what it was at."""


class WorkerHand(ABC):
    """Has a worker that may die. Another takes over its articles then, one by one; one that brings down a worker twice has failed."""

    async def work(self, items: Sequence[Item]) -> list[Ended]:
        """How each of them ended.

        Raises:
            MatchReportError: One that stops the run.
        """
        try:
            return await self._ask(items)
        except WorkerDied:
            self._end()
        return [await self._alone(item) for item in items]

    def close(self) -> None:
        """End the worker, at once."""
        self._end()

    async def _alone(self, item: Item) -> Ended:
        for _ in range(_TRIES):
            try:
                return (await self._ask([item]))[0]
            except WorkerDied:
                self._end()
        return lost(item)

    @abstractmethod
    async def _ask(self, items: Sequence[Item]) -> list[Ended]:
        """What the worker says, a new one where there is none.

        Raises:
            WorkerDied: It can't say anything any more.
        """

    @abstractmethod
    def _end(self) -> None:
        """Let the worker go, if there is one."""


class ProcessHand(WorkerHand):
    """Works in a process of its own, with an extractor without a model: for what only computes.

    The process ends with this one, however it ends.
    """

    size = CHUNK

    def __init__(self, min_confidence: float = 0.0) -> None:
        self._min_confidence = min_confidence
        self._running: _Running | None = None
        self._waiting = ThreadPoolExecutor(1)

    def close(self) -> None:
        """End the process."""
        super().close()
        self._waiting.shutdown(wait=False)

    async def _ask(self, items: Sequence[Item]) -> list[Ended]:
        try:
            if self._running is None:
                self._running = _start(self._min_confidence)
            pipe = self._running.pipe
            pipe.send(list(items))
            return await asyncio.get_running_loop().run_in_executor(self._waiting, pipe.recv)
        except (EOFError, OSError):
            raise WorkerDied from None

    def _end(self) -> None:
        if self._running is not None:
            self._running.process.kill()
            self._running.process.join()
            self._running.pipe.close()
            self._running = None


@dataclass(frozen=True, slots=True)
class _Running:
    process: BaseProcess
    pipe: Connection


def _start(min_confidence: float) -> _Running:
    # A fresh interpreter: nothing of this one's threads and files is carried over.
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_serve, args=(theirs, min_confidence), daemon=True)
    process.start()
    theirs.close()  # so that the end of the process is the end of the pipe
    return _Running(process, ours)


def _serve(pipe: Connection, min_confidence: float) -> None:
    """Read articles until the other side is gone."""
    from extractor import Extractor

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # an interrupt is for the process that we work for
    extractor = Extractor(min_confidence=min_confidence)
    while True:
        try:
            items: list[Item] = pipe.recv()
        except EOFError:
            return
        pipe.send(asyncio.run(_all(items, extractor)))


async def _all(items: Sequence[Item], extractor: ExtractsArticles) -> list[Ended]:
    return [await ended(item, extractor) for item in items]
