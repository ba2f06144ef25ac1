"""The structure of a one-call answer: the contract, flattened for a model; each part knows its
claim.

Quotes come first in every event, so that a model copies the sentence before it fills in the rest.
Times stay the article's words (the Dutch clock reader makes minutes of them), offsets don't occur
(grounding finds the quotes), and every list has a cap, because a small model that loops inside a
list never ends.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

from extractor.claim import Claim, ScorePair
from extractor.report import (
    AbsenceReason,
    CardColor,
    DisallowedReason,
    FixtureSide,
    GoalKind,
    Outcome,
    PenaltyOutcome,
    Side,
    Status,
    SubstitutionReason,
)


def _none_if_empty(value: object) -> object:
    """Models write `""` or `"null"` where they mean null."""
    if isinstance(value, str) and value.strip().lower() in {"", "null", "none"}:
        return None
    return value


Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
MaybeWords = Annotated[Words | None, BeforeValidator(_none_if_empty)]
Quotes = Annotated[list[Words], Field(min_length=1, max_length=4)]
Number = Annotated[int, Field(ge=0, le=99)]


K = TypeVar("K")


def said(values: Mapping[K, str | None]) -> dict[K, str]:
    """The values that were given."""
    return {key: value for key, value in values.items() if value is not None}


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class ScoreAnswer(_Part):
    """A score, home team first."""

    home: Number
    away: Number

    def pair(self) -> ScorePair:
        """The two numbers."""
        return self.home, self.away


class StatedScore(ScoreAnswer):
    """A score with the sentences that state it."""

    quotes: Quotes


class TeamAnswer(_Part):
    """One of the two teams."""

    name: Words
    aliases: Annotated[list[Words], Field(max_length=6)]
    coach: MaybeWords = None

    def claim(self, side: Side) -> Claim:
        """The team of `side`."""
        words = said({"name": self.name, "aliases": "\n".join(self.aliases) or None})
        return Claim("team", said({"coach": self.coach}), side, words=words, source="model")


class PlayerAnswer(_Part):
    """A named player of one of the teams."""

    name: Words
    side: Side
    started: bool | None = None

    def claim(self) -> Claim:
        """The player, with "started", "not_started" or None."""
        started = {True: "started", False: "not_started", None: None}[self.started]
        return Claim("player", {"player": self.name}, self.side, started, source="model")


class _EventAnswer(_Part):
    quotes: Quotes
    side: Side
    time: MaybeWords = None


class GoalAnswer(_EventAnswer):
    """A goal that counted."""

    scorer: MaybeWords = None
    kind: GoalKind
    assist: MaybeWords = None
    score_after: ScoreAnswer | None = None

    def claim(self) -> Claim:
        """The goal."""
        return Claim(
            kind="goal",
            people=said({"scorer": self.scorer, "assist": self.assist}),
            side=self.side,
            value=self.kind,
            words=said({"time": self.time}),
            score=None if self.score_after is None else self.score_after.pair(),
            quotes=tuple(self.quotes),
            source="model",
        )


class DisallowedGoalAnswer(_EventAnswer):
    """A goal that was not given."""

    scorer: MaybeWords = None
    reason: DisallowedReason | None = None

    def claim(self) -> Claim:
        """The event."""
        return Claim(
            kind="disallowed_goal",
            people=said({"scorer": self.scorer}),
            side=self.side,
            value=self.reason,
            words=said({"time": self.time}),
            quotes=tuple(self.quotes),
            source="model",
        )


class MissedPenaltyAnswer(_EventAnswer):
    """A penalty during play that was missed."""

    taker: MaybeWords = None
    outcome: PenaltyOutcome | None = None

    def claim(self) -> Claim:
        """The event."""
        return Claim(
            kind="missed_penalty",
            people=said({"taker": self.taker}),
            side=self.side,
            value=self.outcome,
            words=said({"time": self.time}),
            quotes=tuple(self.quotes),
            source="model",
        )


class ChanceAnswer(_EventAnswer):
    """An attempt that was no goal."""

    player: Words
    outcome: Outcome | None = None

    def claim(self) -> Claim:
        """The event."""
        return Claim(
            kind="chance",
            people=said({"player": self.player}),
            side=self.side,
            value=self.outcome,
            words=said({"time": self.time}),
            quotes=tuple(self.quotes),
            source="model",
        )


class CardAnswer(_EventAnswer):
    """A card."""

    player: Words
    color: CardColor

    def claim(self) -> Claim:
        """The event."""
        return Claim(
            kind="card",
            people=said({"player": self.player}),
            side=self.side,
            value=self.color,
            words=said({"time": self.time}),
            quotes=tuple(self.quotes),
            source="model",
        )


class SubstitutionAnswer(_EventAnswer):
    """One player for another."""

    player_in: MaybeWords = None
    player_out: MaybeWords = None
    reason: SubstitutionReason | None = None

    def claim(self) -> Claim:
        """The event."""
        return Claim(
            kind="substitution",
            people=said({"player_in": self.player_in, "player_out": self.player_out}),
            side=self.side,
            value=self.reason,
            words=said({"time": self.time}),
            quotes=tuple(self.quotes),
            source="model",
        )


class InjuryAnswer(_EventAnswer):
    """An injury suffered in this match."""

    player: Words
    description: MaybeWords = None

    def claim(self) -> Claim:
        """The event."""
        return Claim(
            kind="injury",
            people=said({"player": self.player}),
            side=self.side,
            words=said({"time": self.time, "description": self.description}),
            quotes=tuple(self.quotes),
            source="model",
        )


class AbsenceAnswer(_Part):
    """A player who could not play."""

    quotes: Quotes
    player: Words
    side: Side
    reason: AbsenceReason | None = None

    def claim(self) -> Claim:
        """The absence."""
        return Claim(
            kind="absence",
            people={"player": self.player},
            side=self.side,
            value=self.reason,
            quotes=tuple(self.quotes),
            source="model",
        )


class FixtureAnswer(_Part):
    """What is next for a team."""

    quotes: Quotes
    team: FixtureSide
    opponent: MaybeWords = None
    place: MaybeWords = None
    when: MaybeWords = None

    def claim(self) -> Claim:
        """The fixture."""
        return Claim(
            kind="next_fixture",
            side=self.team,
            words=said({"opponent": self.opponent, "place": self.place, "when": self.when}),
            quotes=tuple(self.quotes),
            source="model",
        )


class SingleAnswer(_Part):
    """The whole report in one answer."""

    home: TeamAnswer
    away: TeamAnswer
    status: Status
    competition: MaybeWords = None
    round: MaybeWords = None
    leg: Literal[1, 2] | None = None
    date: MaybeWords = None
    stadium: MaybeWords = None
    city: MaybeWords = None
    attendance: MaybeWords = None
    referee: MaybeWords = None
    score: StatedScore | None
    half_time: StatedScore | None = None
    extra_time: bool
    shootout: StatedScore | None = None
    aggregate: StatedScore | None = None
    goals: Annotated[list[GoalAnswer], Field(max_length=20)]
    disallowed_goals: Annotated[list[DisallowedGoalAnswer], Field(max_length=8)]
    missed_penalties: Annotated[list[MissedPenaltyAnswer], Field(max_length=6)]
    chances: Annotated[list[ChanceAnswer], Field(max_length=40)]
    cards: Annotated[list[CardAnswer], Field(max_length=20)]
    substitutions: Annotated[list[SubstitutionAnswer], Field(max_length=20)]
    injuries: Annotated[list[InjuryAnswer], Field(max_length=10)]
    absences: Annotated[list[AbsenceAnswer], Field(max_length=20)]
    players: Annotated[list[PlayerAnswer], Field(max_length=60)]
    next_fixtures: Annotated[list[FixtureAnswer], Field(max_length=6)]
