"""A claim: one thing that a reader or a language model says the article says.

Everything downstream (grounding, assembly) treats claims alike, whoever made them. A claim is only
a proposal: it enters the report when its spans hold its values and the football adds up.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from extractor.report import FixtureSide, MatchTime, Span

EventKind = Literal[
    "goal",
    "disallowed_goal",
    "missed_penalty",
    "chance",
    "card",
    "substitution",
    "injury",
    "absence",
    "next_fixture",
]
FactKind = Literal[
    "team",  # side and people {"coach"}, words {"name", "aliases" one per line}
    "player",  # people {"player"}, side, value "started" | "not_started" | None
    "score",  # score as written: first number belongs to the home team
    "half_time",
    "shootout",
    "aggregate",
    "status",
    "competition",
    "round",
    "leg",
    "date",
    "stadium",
    "city",
    "attendance",
    "referee",
    "extra_time",
]
ClaimKind = EventKind | FactKind

Role = Literal["scorer", "assist", "taker", "player", "player_in", "player_out", "coach"]

PRINCIPAL: Mapping[EventKind, Role] = {
    "goal": "scorer",
    "disallowed_goal": "scorer",
    "missed_penalty": "taker",
    "chance": "player",
    "card": "player",
    "substitution": "player_in",
    "injury": "player",
    "absence": "player",
}
"""The role that an event is about first of all."""

ScorePair = tuple[int, int]
"""A score as the article writes it; which side comes first is for assembly to say."""


@dataclass(frozen=True, slots=True)
class Claim:
    """One claim.

    Args:
        kind: What is claimed: an event, or a match-level fact.
        people: Names by role, in any form the article uses.
        side: The side it is about (`home`, `away`, for fixtures also `both`), or None for "not said".
        value: The closed value of the kind: a goal's kind, a card's colour, an outcome, a reason; for
            match-level facts the value itself, in the article's words.
        words: Other words of the article that the claim rests on: `opponent`, `place`, `when`,
            `description`.
        score: A score in the order in which the article or the model writes it.
        time: The match clock.
        spans: Places in the article, in the coordinates of `article.text`.
        quotes: Places given as words, by models that copy sentences; grounding finds the spans.
        source: Who claims it.
        confidence: Between 0 and 1.
        certainty: How probable parts of it are by themselves: a role (`assist`, `player_out`) or its `value`.
    """

    kind: ClaimKind
    people: Mapping[Role, str] = field(default_factory=dict[Role, str])
    side: FixtureSide | None = None
    value: str | None = None
    words: Mapping[str, str] = field(default_factory=dict[str, str])
    score: ScorePair | None = None
    time: MatchTime | None = None
    spans: tuple[Span, ...] = ()
    quotes: tuple[str, ...] = ()
    source: Literal["reader", "model"] = "reader"
    confidence: float = 1.0
    certainty: Mapping[str, float] = field(default_factory=dict[str, float])


@dataclass(frozen=True, slots=True)
class Rejected:
    """A claim that did not enter the report, or not as a whole, and why.

    Args:
        claim: As it was made.
        reason: Why it did not.
        in_part: Whether only its time was left out and the rest entered.
    """

    claim: Claim
    reason: str
    in_part: bool = False
