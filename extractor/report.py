"""The contract: what one match report is turned into. Version 1.0.

Shared by the Python API, the command line, the batch output and the labelled fixtures. Three rules come
before every field: only the article speaks; every fact carries the place in the article that says it;
events refer to a side (`home` or `away`), never to a team's name.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

Side = Literal["home", "away"]
FixtureSide = Literal["home", "away", "both"]
Status = Literal["finished", "in_progress", "abandoned", "postponed"]
Period = Literal["first_half", "second_half", "extra_time"]
GoalKind = Literal["regular", "penalty", "own_goal", "free_kick"]
Outcome = Literal["saved", "off_target", "woodwork", "blocked"]
PenaltyOutcome = Literal["saved", "off_target", "woodwork"]
DisallowedReason = Literal["offside", "foul", "handball", "other"]
CardColor = Literal["yellow", "second_yellow", "red"]
SubstitutionReason = Literal["injury", "tactical"]
AbsenceReason = Literal["suspended", "injured", "ill", "other"]


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Span(_Value):
    """A stretch of the article: `article.text[start:end] == text`, in Unicode code points, end exclusive."""

    start: Annotated[int, Field(ge=0)]
    end: int
    text: str

    @model_validator(mode="after")
    def _length_is_that_of_the_text(self) -> Self:
        if self.end - self.start != len(self.text) or not self.text:
            raise ValueError(f"span {self.start}:{self.end} does not have the length of its text")
        return self

    def __hash__(self) -> int:  # pydantic makes the same one for frozen models, unseen by type checkers
        return hash((self.start, self.end, self.text))


class Score(_Value):
    """Goals of both sides."""

    home: Annotated[int, Field(ge=0)]
    away: Annotated[int, Field(ge=0)]

    def __str__(self) -> str:
        return f"{self.home}-{self.away}"


class MatchTime(_Value):
    """When something happened, as far as the article says."""

    minute: Annotated[int, Field(ge=1, le=120)] | None = Field(default=None, description="Minute of the match.")
    added_time: Annotated[int, Field(ge=1, le=30)] | None = Field(
        default=None, description="Minutes into stoppage time: 45+2 is minute 45 with added_time 2."
    )
    period: Period | None = None
    exact: bool = Field(default=False, description="True only where the article gives an explicit match minute.")
    text: str = Field(description="The words in the article that say so.")

    @model_validator(mode="after")
    def _added_time_belongs_to_a_minute(self) -> Self:
        if self.added_time is not None and self.minute is None:
            raise ValueError("added_time without a minute")
        return self


class _Event(_Value):
    evidence: list[Span] = Field(default_factory=list[Span], description="The places in the article that say so.")


class Goal(_Event):
    """A goal that counted."""

    scorer: str | None = Field(default=None, description="Null when the article does not name the scorer.")
    team: Side = Field(description="The side the goal counts for.")
    kind: GoalKind = "regular"
    assist: str | None = None
    time: MatchTime | None = None
    score_after: Score | None = Field(default=None, description="The score after this goal.")


class DisallowedGoal(_Event):
    """A goal that was not given."""

    scorer: str | None = None
    team: Side
    reason: DisallowedReason | None = None
    time: MatchTime | None = None


class MissedPenalty(_Event):
    """A penalty during play that did not become a goal."""

    taker: str | None = None
    team: Side
    outcome: PenaltyOutcome | None = None
    time: MatchTime | None = None


class Chance(_Event):
    """An attempt by a named player that did not become a goal."""

    player: str
    team: Side
    outcome: Outcome | None = None
    time: MatchTime | None = None


class Card(_Event):
    """A card shown to a player."""

    player: str
    team: Side
    color: CardColor
    time: MatchTime | None = None


class Substitution(_Event):
    """One player for another; one of the two may be unknown."""

    player_in: str | None = None
    player_out: str | None = None
    team: Side
    reason: SubstitutionReason | None = None
    time: MatchTime | None = None


class Injury(_Event):
    """An injury suffered in this match."""

    player: str
    team: Side
    description: str | None = Field(default=None, description="The article's words for it.")
    time: MatchTime | None = None


class Absence(_Event):
    """A player who could not play or was left out."""

    player: str
    team: Side
    reason: AbsenceReason | None = None


class NextFixture(_Event):
    """What the article says is next for a team."""

    team: FixtureSide
    opponent: str | None = None
    place: str | None = None
    when: str | None = None


class Player(_Value):
    """A named player who belongs to one of the teams for this match."""

    name: str = Field(description="The fullest form in the article.")
    aliases: list[str] = Field(default_factory=list[str], description="Other forms the article uses.")
    team: Side
    started: bool | None = None


class Team(_Value):
    """One of the two teams."""

    name: str = Field(description="The fullest form in the article.")
    aliases: list[str] = Field(default_factory=list[str], description="Other forms the article uses.")
    coach: str | None = None


class Venue(_Value):
    """Where the match was played."""

    stadium: str | None = None
    city: str | None = None


class ArticleEcho(_Value):
    """The article's identity, as it was given in."""

    id: str
    title: str | None = None
    published: str | None = None
    source: str | None = None


class Warning_(_Value):
    """Something that did not add up, for a person to look at."""

    code: str
    path: str = Field(description="The field it is about, such as `goals.1.scorer`.")
    message: str


class TokenUsage(_Value):
    """Tokens of all model calls for one article."""

    prompt: int = 0
    cached: int = Field(default=0, description="Part of `prompt` that the endpoint had in its cache.")
    completion: int = 0

    def __add__(self, more: TokenUsage) -> TokenUsage:
        return TokenUsage(
            prompt=self.prompt + more.prompt,
            cached=self.cached + more.cached,
            completion=self.completion + more.completion,
        )


class PromptId(_Value):
    """Which prompt was used, to the byte."""

    name: str
    version: str
    sha256: str


class Provenance(_Value):
    """How a report came about."""

    model: str | None = Field(default=None, description="`provider/model`, or null where no language model was asked.")
    strategy: str
    prompts: list[PromptId] = Field(default_factory=list[PromptId])
    library_version: str
    usage: TokenUsage = TokenUsage()
    cost: float | None = Field(default=None, description="US dollars, where the price is known.")
    seconds: float
    attempts: int = Field(default=0, description="Model calls made for this article, repairs included.")
    extracted_at: str = Field(description="ISO 8601, UTC.")


class MatchReport(_Value):
    """One football match as one article tells it."""

    schema_version: Literal["1.0"] = "1.0"
    article: ArticleEcho
    status: Status = "finished"
    competition: str | None = None
    round: str | None = None
    leg: Literal[1, 2] | None = None
    date: Annotated[str, Field(pattern=r"^\d{4}-\d{2}-\d{2}$")] | None = None
    venue: Venue = Venue()
    attendance: Annotated[int, Field(ge=0)] | None = None
    referee: str | None = None
    home: Team
    away: Team
    score: Score | None = None
    half_time: Score | None = None
    extra_time: bool = False
    shootout: Score | None = None
    aggregate: Score | None = None
    goals: list[Goal] = Field(default_factory=list[Goal], description="In playing order.")
    disallowed_goals: list[DisallowedGoal] = Field(default_factory=list[DisallowedGoal])
    missed_penalties: list[MissedPenalty] = Field(default_factory=list[MissedPenalty])
    chances: list[Chance] = Field(default_factory=list[Chance])
    cards: list[Card] = Field(default_factory=list[Card])
    substitutions: list[Substitution] = Field(default_factory=list[Substitution])
    injuries: list[Injury] = Field(default_factory=list[Injury])
    absences: list[Absence] = Field(default_factory=list[Absence])
    players: list[Player] = Field(default_factory=list[Player])
    next_fixtures: list[NextFixture] = Field(default_factory=list[NextFixture])
    evidence: dict[str, list[Span]] = Field(
        default_factory=dict, description="Spans per match-level field that is filled in."
    )
    warnings: list[Warning_] = Field(default_factory=list[Warning_])
    provenance: Provenance | None = None

    @model_validator(mode="after")
    def _goals_lead_to_the_score(self) -> Self:
        """Running scores never go down, and no side has more goals than the final score gives it."""
        home = away = 0
        for number, goal in enumerate(self.goals):
            if goal.score_after is None:
                continue
            if goal.score_after.home < home or goal.score_after.away < away:
                raise ValueError(f"goals.{number}: the running score goes down")
            home, away = goal.score_after.home, goal.score_after.away
        if self.score is not None and (home > self.score.home or away > self.score.away):
            raise ValueError("a running score exceeds the final score")
        return self

    def spans(self) -> Iterator[tuple[str, Span]]:
        """Every span in the report with the path of the fact it grounds."""
        for field, spans in self.evidence.items():
            for span in spans:
                yield field, span
        for name in EVENT_LISTS:
            for number, event in enumerate(getattr(self, name)):
                for span in event.evidence:
                    yield f"{name}.{number}", span


EVENT_LISTS = (
    "goals",
    "disallowed_goals",
    "missed_penalties",
    "chances",
    "cards",
    "substitutions",
    "injuries",
    "absences",
    "next_fixtures",
)
"""The lists of `MatchReport` whose entries carry evidence."""
