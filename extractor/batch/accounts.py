"""What one article has taken so far, whoever of its callers fails: an error carries no bill."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from extractor.batch.store import Usage
from extractor.report import TokenUsage


@dataclass(slots=True)
class Account:
    """Requests, tokens and dollars of one article; `cost` is None once a request's price is not known."""

    requests: int = 0
    tokens: TokenUsage = TokenUsage()
    cost: float | None = 0.0

    def charge(self, tokens: TokenUsage | None, cost: float | None) -> None:
        """Add a request."""
        self.requests += 1
        self.tokens = self.tokens + (tokens or TokenUsage())
        self.cost = None if self.cost is None or cost is None else self.cost + cost

    def usage(self, seconds: float) -> Usage:
        """As it is stored."""
        tokens = self.tokens
        return Usage(self.requests, tokens.prompt, tokens.cached, tokens.completion, self.cost, seconds)


@contextmanager
def account() -> Generator[Account]:
    """Everything that is asked inside is charged to it, and to no other article."""
    opened = Account()
    token = _current.set(opened)
    try:
        yield opened
    finally:
        _current.reset(token)


def current_account() -> Account | None:
    """Of the article that this task is at work on."""
    return _current.get()


_current: ContextVar[Account | None] = ContextVar("_current", default=None)
