"""The gate before an endpoint: who sends many requests decides when each of them may go.

An endpoint's model asks its gate before every request, repeated ones included, and tells it afterwards how the request ended.
Limits on rate and cost belong here, and not around whole articles, because an article takes as many requests as it takes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from extractor.errors import MatchReportError
from extractor.report import TokenUsage


@dataclass(frozen=True, slots=True)
class Need:
    """What a request can take at most.

    Args:
        usage: Tokens: never fewer than the endpoint will count.
        cost: US dollars for them; None where the price is not known.
    """

    usage: TokenUsage
    cost: float | None


@dataclass(frozen=True, slots=True)
class Fate:
    """How a request ended.

    Args:
        usage: Tokens that the endpoint counted; None where no reply says.
        cost: US dollars for them; None without them, or where the price is not known.
        error: Why there is no answer, or None.
        lost: It was sent, and what came of it is not known: it may be billed all the same.
    """

    usage: TokenUsage | None = None
    cost: float | None = None
    error: MatchReportError | None = None
    lost: bool = False


class Pass(Protocol):
    """One request that was let through."""

    def ended(self, fate: Fate) -> None:
        """Say how it ended: once."""
        ...


class Gate(Protocol):
    """Lets requests through."""

    async def enter(self, need: Need) -> Pass:
        """Wait until a request may be sent.

        Raises:
            MatchReportError: It never may.
        """
        ...


@dataclass(frozen=True, slots=True)
class _Free:
    def ended(self, fate: Fate) -> None:
        """Nobody counts."""


class OpenGate:
    """Lets everything through."""

    async def enter(self, need: Need) -> Pass:  # noqa: ARG002  every request may go
        """At once."""
        return _Free()
