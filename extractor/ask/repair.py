"""What was rejected goes back to the model, with the reason; it corrects or drops each claim."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field

from extractor.ask.answers import MaybeWords, Quotes, ScoreAnswer, Words
from extractor.ask.single import ArticleForModel, Asked
from extractor.claim import Claim, ClaimKind, Rejected, Role
from extractor.models.question import LanguageModel, Question, Spent
from extractor.prompts import load_prompt
from extractor.report import (
    AbsenceReason,
    CardColor,
    DisallowedReason,
    FixtureSide,
    GoalKind,
    Outcome,
    PenaltyOutcome,
    SubstitutionReason,
)

MAX_REJECTED = 30
"""Claims in one repair: more of them means that the answer as a whole is bad."""

MAX_TOKENS = 4000

Value = Literal[
    "regular", "penalty", "own_goal", "free_kick",
    "saved", "off_target", "woodwork", "blocked",
    "offside", "foul", "handball", "other",
    "yellow", "second_yellow", "red",
    "injury", "tactical", "suspended", "injured", "ill",
]  # fmt: skip

_VALUES: Mapping[ClaimKind, tuple[str, ...]] = {
    "goal": get_args(GoalKind),
    "disallowed_goal": get_args(DisallowedReason),
    "missed_penalty": get_args(PenaltyOutcome),
    "chance": get_args(Outcome),
    "card": get_args(CardColor),
    "substitution": get_args(SubstitutionReason),
    "absence": get_args(AbsenceReason),
}


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class Person(_Part):
    """Who plays which part in a fact."""

    role: Role
    name: Words


class Correction(_Part):
    """What has to change in one rejected fact; null stays as it is."""

    number: Annotated[int, Field(ge=1, le=MAX_REJECTED)]
    drop: bool
    people: Annotated[list[Person], Field(max_length=3)] | None = None
    side: FixtureSide | None = None
    value: Value | None = None
    time: MaybeWords = None
    score: ScoreAnswer | None = None
    quotes: Quotes | None = None


class RepairAnswer(_Part):
    """One correction a rejected fact."""

    corrections: Annotated[list[Correction], Field(max_length=MAX_REJECTED)]


@dataclass(frozen=True, slots=True)
class Repaired(Asked):
    """Corrected claims, and what asking cost.

    Args:
        corrected: The rejected claims that `claims` stand for, in the same order.
    """

    corrected: tuple[Rejected, ...] = ()


async def ask_repair(model: LanguageModel, article: ArticleForModel, rejected: Sequence[Rejected]) -> Repaired:
    """The rejected claims that the model stands by, corrected; those it drops or passes over are
    not among them.

    One call. Of more than `MAX_REJECTED` claims only the first are asked. What was accepted before
    is not the model's to change here.

    Raises:
        ModelError: The model did not deliver.
        ConfigurationError: The model can't be used as configured.
    """
    asked = rejected[:MAX_REJECTED]
    if not asked:
        return Repaired((), Spent(), ())
    prompt = load_prompt("repair")
    messages = prompt.render({"article": article.text, "rejected": _listed(asked)})
    answer = await model.ask(Question(messages, RepairAnswer, prompt.id, MAX_TOKENS))
    corrections = tuple(_corrections(asked, answer.value))
    claims = tuple(_apply(one.claim, correction) for one, correction in corrections)
    return Repaired(claims, answer.spent, (prompt.id,), tuple(one for one, _ in corrections))


def _listed(rejected: Sequence[Rejected]) -> str:
    return "\n\n".join(
        f"{number}. {json.dumps(_shown(one.claim), ensure_ascii=False)}\n   rejected: {one.reason}"
        for number, one in enumerate(rejected, 1)
    )


def _shown(claim: Claim) -> dict[str, object]:
    """The claim as the model knows it: only what it filled in."""
    parts: dict[str, object] = {
        "kind": claim.kind,
        **claim.people,
        "side": claim.side,
        "value": claim.value,
        **claim.words,
        "score": None if claim.score is None else f"{claim.score[0]}-{claim.score[1]}",
        "quotes": list(claim.quotes) or None,
    }
    return {name: part for name, part in parts.items() if part is not None}


def _corrections(rejected: Sequence[Rejected], answer: RepairAnswer) -> Iterator[tuple[Rejected, Correction]]:
    """Each fact at most once; the first correction counts; numbers not asked mean nothing."""
    first = {correction.number: correction for correction in reversed(answer.corrections)}
    for number, one in enumerate(rejected, 1):
        correction = first.get(number)
        if correction is not None and not correction.drop:
            yield one, correction


def _apply(claim: Claim, correction: Correction) -> Claim:
    people = claim.people
    if correction.people is not None:
        people = {person.role: person.name for person in correction.people}
    words = claim.words if correction.time is None else {**claim.words, "time": correction.time}
    # A value of another kind of fact ("yellow" for a chance) is no correction of this one.
    fits = correction.value in _VALUES.get(claim.kind, ())
    return replace(
        claim,
        people=people,
        side=correction.side or claim.side,
        value=correction.value if fits else claim.value,
        words=words,
        score=claim.score if correction.score is None else correction.score.pair(),
        time=None if correction.time is not None else claim.time,
        spans=(),
        quotes=claim.quotes if correction.quotes is None else tuple(correction.quotes),
        source="model",
    )
