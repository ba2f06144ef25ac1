"""The limits of a run, and the gate that keeps them: rate, tokens, cost, what the endpoint can take, and whether it is up.

Every request passes the gate (see `extractor.models.gate`), repeated ones included. The model's own retries stay with
`extractor.models.retries`: the gate only decides when the next request may go.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import dataclass
from time import monotonic

from extractor.batch.accounts import current_account
from extractor.batch.circuit import Circuit
from extractor.batch.rates import Pace, Room, Taken
from extractor.batch.stops import CostReached, Interrupted
from extractor.errors import ConfigurationError, ModelUnavailable, RateLimited, ReplyUnparsable
from extractor.models.gate import Fate, Need


@dataclass(frozen=True, slots=True)
class Limits:
    """What the requests of a run may take.

    Args:
        concurrency: Requests under way at once.
        rpm: Requests a minute.
        tpm: Tokens a minute, read and written.
        max_cost: US dollars, earlier runs in the same folder included.
        patience: Seconds that the endpoint may be down before the run stops.
    """

    concurrency: int = 4
    rpm: int | None = None
    tpm: int | None = None
    max_cost: float | None = None
    patience: float = 900.0


class RequestGate:
    """Keeps the limits of one run.

    Args:
        limits: The user's.
    """

    def __init__(self, limits: Limits) -> None:
        now = monotonic()
        self._limits = limits
        self._requests = None if limits.rpm is None else Pace(limits.rpm, now)
        self._tokens = None if limits.tpm is None else Pace(limits.tpm, now)
        self._room = Room(limits.concurrency)
        self._circuit = Circuit(limits.patience)
        self._before = self._spent = 0.0
        self._reserved = 0.0
        self._share = 1.0
        self._closing = False
        self._turn = asyncio.Lock()
        self._changed = asyncio.Event()

    @property
    def at_most_spent(self) -> float:
        """US dollars of this run, with the most that the requests under way can cost."""
        return self._spent - self._before + self._reserved

    def spent_before(self, dollars: float) -> None:
        """What was spent elsewhere counts too: by earlier runs, or in batches."""
        self._before += dollars
        self._spent += dollars

    def close(self) -> None:
        """Turn away whoever would have to wait: what is under way ends, nothing new begins."""
        self._closing = True
        self._changed.set()

    async def enter(self, need: Need) -> _Request:
        """Wait until a request may be sent.

        Raises:
            RunStopped: It never may.
            ConfigurationError: There is a limit on cost, and no price.
        """
        async with self._turn:  # first come, first served
            while (wait := self._wait(need)) > 0:
                if self._closing:
                    raise Interrupted("interrupted")
                self._changed.clear()
                with suppress(TimeoutError):
                    async with asyncio.timeout(None if wait == float("inf") else wait):
                        await self._changed.wait()
            return self._let_in(need)

    def _wait(self, need: Need) -> float:
        """Seconds until it may go, as far as is known now; infinite until a request ends."""
        now = monotonic()
        waits = [self._circuit.wait(now), self._room.wait(now), self._budget_wait(need)]
        if self._requests is not None:
            waits.append(self._requests.wait(now, 1))
        if self._tokens is not None:
            waits.append(self._tokens.wait(now, self._expected(need)))
        return max(waits)

    def _budget_wait(self, need: Need) -> float:
        """Zero where the worst that can come of all requests under way, and of this one, is paid for.

        Raises:
            CostReached: It is more than is left, and nothing under way can leave more.
        """
        most = self._limits.max_cost
        if most is None:
            return 0.0
        if need.cost is None:
            raise ConfigurationError("--max-cost can't be kept: the price of this model is not known; give --price READ/WRITTEN")
        if self._spent + self._reserved + need.cost <= most:
            return 0.0
        if self._room.in_flight:
            return float("inf")
        raise CostReached(f"${self._spent:.4f} of ${most:.4f} is spent, and the next request could cost ${need.cost:.4f}")

    def _expected(self, need: Need) -> float:
        """Tokens that a request will likely take: the share of the most it could take that others took."""
        return self._share * (need.usage.prompt + need.usage.completion)

    def _let_in(self, need: Need) -> _Request:
        now = monotonic()
        self._room.enter()
        self._reserved += need.cost or 0.0
        if self._requests is not None:
            self._requests.take(now, 1)
        taken = None if self._tokens is None else self._tokens.take(now, self._expected(need))
        return _Request(self, need, now, taken, self._circuit.enter())

    def left(self, request: _Request, fate: Fate) -> None:
        """A request ended."""
        now = monotonic()
        need, usage = request.need, fate.usage
        self._room.leave()
        self._reserved = self._reserved - (need.cost or 0.0) if self._room.in_flight else 0.0
        # An answer that was lost on its way may be billed: it counts as the most it can have cost.
        cost = need.cost if fate.lost else fate.cost if usage is not None else 0.0
        self._spent += cost or 0.0
        if (account := current_account()) is not None:
            account.charge(usage, cost)
        if usage is not None:
            self._learn(need, usage.prompt + usage.completion)
        if self._tokens is not None and request.taken is not None and not fate.lost:
            self._tokens.correct(request.taken, 0.0 if usage is None else usage.prompt + usage.completion)
        self._judge(fate, now, request)
        self._changed.set()

    def _learn(self, need: Need, tokens: int) -> None:
        share = tokens / max(1, need.usage.prompt + need.usage.completion)
        self._share = share if self._share == 1.0 else 0.95 * self._share + 0.05 * share

    def _judge(self, fate: Fate, now: float, request: _Request) -> None:
        """What the end of a request says of the endpoint."""
        if isinstance(fate.error, RateLimited):
            self._circuit.worked()
            self._room.shrink(now, request.sent, fate.error.retry_after)
        elif isinstance(fate.error, ModelUnavailable | ReplyUnparsable):
            self._circuit.failed(now, request.tries)
        elif fate.usage is None and fate.error is None:
            self._circuit.gave_up(request.tries)
        else:
            self._circuit.worked()
            self._room.grow()


@dataclass(frozen=True, slots=True)
class _Request:
    """One request under way."""

    gate: RequestGate
    need: Need
    sent: float
    taken: Taken | None
    tries: bool

    def ended(self, fate: Fate) -> None:
        """Say how it ended: once."""
        self.gate.left(self, fate)
