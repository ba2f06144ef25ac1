"""Replies that were asked for before they are needed, such as in a batch.

Who asks ahead sees every request first, and gives the reply or lets the request go to the endpoint. A reply from here is taken like
any other: checked, validated, asked again where it does not validate.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from extractor.models.gate import Need, Pass


@dataclass(frozen=True, slots=True)
class Request:
    """What is about to be asked.

    Args:
        asked: As the strategy asks it: the same for the same question to the same model.
        sent: As it would be sent now: without the parameters that the model was seen to reject.
        need: What it can take at most, at the usual price.
    """

    asked: Mapping[str, object]
    sent: Mapping[str, object]
    need: Need


@dataclass(frozen=True, slots=True)
class EarlyReply:
    """A reply that is there already.

    Args:
        reply: A chat completion.
        share: Of the usual price.
        bill: Is told what it took.
    """

    reply: object
    share: float
    bill: Pass


class Ahead(Protocol):
    """Who asked ahead."""

    def reply(self, request: Request) -> EarlyReply | None:
        """The reply to a request, or None: then it is sent.

        Raises:
            MatchReportError: It is not to be sent now.
        """
        ...
