"""How fast requests may go: limits per minute that the user sets, and the room that the endpoint is found to have."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

MINUTE = 61.5
"""Seconds over which a limit holds: more than its minute, because requests do not all travel equally fast, the first one least of all."""

CATCH_UP = 1.0
"""Seconds of even pace that may be made up for after a delay, so that the limit is used and not only kept."""


@dataclass(slots=True)
class Taken:
    """What was taken of a limit, and when."""

    at: float
    amount: float


class Pace:
    """A limit per minute: kept in every minute, and spread evenly over it.

    Libraries for this (aiolimiter, pyrate-limiter) let a burst through first, so that the first minute sees up to twice the limit,
    and can't take back what turns out to be less than was thought, which tokens do.

    Args:
        limit: Requests or tokens a minute.
        now: Seconds on a clock that never goes back; all times here are on the same one.
    """

    def __init__(self, limit: float, now: float) -> None:
        self._limit = limit
        self._taken: deque[Taken] = deque()
        self._sum = 0.0
        self._next = now

    def wait(self, now: float, amount: float) -> float:
        """Seconds until so much can be taken; what is more than the limit can be taken when nothing else is."""
        while self._taken and self._taken[0].at <= now - MINUTE:
            self._sum -= self._taken.popleft().amount
        wait = max(0.0, self._next - now)
        excess = self._sum + min(amount, self._limit) - self._limit
        for taken in self._taken:
            if excess <= 0:
                break
            excess -= taken.amount
            wait = max(wait, taken.at + MINUTE - now)
        return wait

    def take(self, now: float, amount: float) -> Taken:
        """Take it."""
        taken = Taken(now, amount)
        self._taken.append(taken)
        self._sum += amount
        self._next = max(self._next, now - CATCH_UP) + amount * MINUTE / self._limit
        return taken

    def correct(self, taken: Taken, amount: float) -> None:
        """Less or more was taken than was thought."""
        difference = amount - taken.amount
        taken.amount = amount
        self._sum += difference
        self._next += difference * MINUTE / self._limit


class Room:
    """How many requests the endpoint takes at once: less after each 429, slowly more while there are none.

    Args:
        most: The user's own limit.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._size = float(most)
        self._in_flight = 0
        self._shrunk_at = float("-inf")
        self._paused_until = float("-inf")
        self._refusals = 0

    @property
    def in_flight(self) -> int:
        """Requests under way."""
        return self._in_flight

    def wait(self, now: float) -> float:
        """Seconds until there may be room; infinite until a request ends."""
        if now < self._paused_until:
            return self._paused_until - now
        return 0.0 if self._in_flight < max(1, int(self._size)) else float("inf")

    def enter(self) -> None:
        """One more is under way."""
        self._in_flight += 1

    def leave(self) -> None:
        """One less is."""
        self._in_flight -= 1

    def grow(self) -> None:
        """A request was answered."""
        self._refusals = 0
        self._size = min(self._most, self._size + 1 / self._size)

    def shrink(self, now: float, sent: float, retry_after: float | None) -> None:
        """A request was refused as one too many.

        Args:
            now: When the refusal came.
            sent: When the request went: those that were under way at the last refusal say nothing new.
            retry_after: Seconds that the endpoint wants to be left alone.
        """
        pause = retry_after or 0.0
        if sent > self._shrunk_at:
            self._size = max(1.0, self._size * 0.7)
            self._shrunk_at = now
            self._refusals += 1
            if retry_after is None:
                pause = FIRST_PAUSE * 2.0 ** min(self._refusals - 1, 20)
        self._paused_until = max(self._paused_until, now + min(pause, LONGEST_PAUSE))


FIRST_PAUSE, LONGEST_PAUSE = 0.1, 60.0
"""Seconds that a refusal makes all requests wait: twice as long with each further one in a row, or as long as the endpoint asks for."""
