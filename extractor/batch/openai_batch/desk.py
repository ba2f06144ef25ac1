"""The desk between the extractor and its endpoint: takes requests down for a batch, and has the replies when the batch has ended."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from typing import Protocol

from extractor.batch.accounts import current_account
from extractor.batch.openai_batch.service import PRICE_SHARE
from extractor.errors import MatchReportError
from extractor.models.ahead import EarlyReply, Request
from extractor.models.gate import Fate


class Postponed(MatchReportError):
    """The request is not sent now, but in a batch. No failure: who gathers articles takes it down.

    Args:
        key: Of the request.
        body: Its JSON.
        most_usd: What it can cost at most in a batch; None where no price is known.
    """

    stops_run = True  # so that nobody takes it for the end of an article

    def __init__(self, key: str, body: Mapping[str, object], most_usd: float | None) -> None:
        super().__init__("waits for a batch")
        self.key = key
        self.body = body
        self.most_usd = most_usd


class FindsReplies(Protocol):
    """The replies of a batch."""

    def get(self, key: str) -> object | None:
        """The reply to a request, or None."""
        ...


class Desk:
    """Lets every request through, but for those of articles that are being gathered or collected."""

    def __init__(self) -> None:
        self._gathering = False
        self._replies: FindsReplies | None = None

    @contextmanager
    def gathering(self) -> Generator[None]:
        """What is asked inside raises `Postponed`."""
        self._gathering = True
        try:
            yield
        finally:
            self._gathering = False

    @contextmanager
    def collecting(self, replies: FindsReplies) -> Generator[None]:
        """What is asked inside has these replies."""
        self._replies = replies
        try:
            yield
        finally:
            self._replies = None

    def reply(self, request: Request) -> EarlyReply | None:
        """The reply to a request, or None.

        Raises:
            Postponed: It is one for a batch.
        """
        if not self._gathering and self._replies is None:
            return None
        key = _key(request.asked)
        if self._gathering:
            usual = request.need.cost
            raise Postponed(key, request.sent, None if usual is None else usual * PRICE_SHARE)
        found = None if self._replies is None else self._replies.get(key)
        return None if found is None else EarlyReply(found, PRICE_SHARE, _Bill())


class _Bill:
    """Charges the article that is at work; the gate sees no request that is not sent."""

    def ended(self, fate: Fate) -> None:
        if (account := current_account()) is not None:
            account.charge(fate.usage, fate.cost)


def _key(asked: Mapping[str, object]) -> str:
    return hashlib.sha256(json.dumps(asked, sort_keys=True).encode("ascii")).hexdigest()[:32]
