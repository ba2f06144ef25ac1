"""Every list of the report but the goals: claims of one event put together, with their sides."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import cast

from extractor.claim import PRINCIPAL, Claim, EventKind
from extractor.report import (
    Absence,
    AbsenceReason,
    Card,
    CardColor,
    Chance,
    DisallowedGoal,
    DisallowedReason,
    FixtureSide,
    Injury,
    MatchTime,
    MissedPenalty,
    NextFixture,
    Outcome,
    PenaltyOutcome,
    Side,
    Span,
    Substitution,
    SubstitutionReason,
)


@dataclass
class Lists:
    """The event lists, and who started or did not."""

    disallowed_goals: list[DisallowedGoal] = field(default_factory=list[DisallowedGoal])
    missed_penalties: list[MissedPenalty] = field(default_factory=list[MissedPenalty])
    chances: list[Chance] = field(default_factory=list[Chance])
    cards: list[Card] = field(default_factory=list[Card])
    substitutions: list[Substitution] = field(default_factory=list[Substitution])
    injuries: list[Injury] = field(default_factory=list[Injury])
    absences: list[Absence] = field(default_factory=list[Absence])
    next_fixtures: list[NextFixture] = field(default_factory=list[NextFixture])
    started: set[str] = field(default_factory=set[str])
    not_started: set[str] = field(default_factory=set[str])

    def by_field(self) -> dict[str, object]:
        """The lists under their names in the report."""
        names = ("disallowed_goals", "missed_penalties", "chances", "cards", "substitutions", "injuries", "absences", "next_fixtures")
        return {name: getattr(self, name) for name in names}


@dataclass(frozen=True, slots=True)
class _Told:
    """One event with all that claims say of it."""

    kind: EventKind
    people: Mapping[str, str]
    side: Side | None
    value: str | None
    words: Mapping[str, str]
    time: MatchTime | None
    spans: tuple[Span, ...]


def event_lists(claims: Sequence[Claim], sides: Mapping[str, Side], teams: Mapping[str, Side]) -> Lists:
    """Build the lists.

    Args:
        claims: Grounded claims in the order of the text.
        sides: The side of each person by fullest name.
        teams: The side of each team by any of its names.
    """
    lists = Lists()
    for told in _gather([claim for claim in claims if claim.kind in PRINCIPAL and claim.kind != "goal"], sides):
        _add(lists, told)
    for claim in claims:
        if claim.kind == "next_fixture":
            _add_fixture(lists, claim, teams)
        elif claim.kind == "player" and "player" in claim.people:
            (lists.started if claim.value == "started" else lists.not_started if claim.value == "not_started" else set[str]()).add(claim.people["player"])
    lists.not_started |= {s.player_in for s in lists.substitutions if s.player_in} | {a.player for a in lists.absences}
    return lists


def _gather(claims: Sequence[Claim], sides: Mapping[str, Side]) -> list[_Told]:
    told: list[_Told] = []
    for claim in claims:
        kind = cast("EventKind", claim.kind)
        event = _Told(kind, dict(claim.people), _side(claim, sides), claim.value, claim.words, claim.time, claim.spans)
        twin = next((number for number, other in enumerate(told) if _same(other, event)), None)
        if twin is None:
            told.append(event)
        else:
            told[twin] = _join(told[twin], event)
    return told


def _side(claim: Claim, sides: Mapping[str, Side]) -> Side | None:
    for name in claim.people.values():
        if name in sides:
            return sides[name]
    return claim.side if claim.side in ("home", "away") else None


def _same(one: _Told, other: _Told) -> bool:
    """Whether two claims tell the same event."""
    if one.kind != other.kind:
        return False
    if one.kind == "substitution":
        came, went = (one.people.get("player_in"), other.people.get("player_in")), (one.people.get("player_out"), other.people.get("player_out"))
        return bool((came[0] and came[0] == came[1]) or (went[0] and went[0] == went[1] and not (came[0] and came[1])))
    role = PRINCIPAL[one.kind]
    if one.people.get(role) != other.people.get(role) or one.people.get(role) is None:
        return False
    if one.kind in ("injury", "absence"):
        return True
    if one.kind == "card":
        return one.value == other.value or {one.value, other.value} == {"second_yellow", "red"}
    minutes = [told.time.minute for told in (one, other) if told.time and told.time.minute]
    if len(minutes) == 2 and abs(minutes[0] - minutes[1]) > 1:
        return False
    shared = set(one.spans) & set(other.spans)
    return (bool(shared) and (one.value == other.value or None in (one.value, other.value))) or len(minutes) == 2


def _join(one: _Told, other: _Told) -> _Told:
    value = one.value or other.value
    if {one.value, other.value} == {"second_yellow", "red"}:
        value = "second_yellow"
    return _Told(
        one.kind,
        {**other.people, **one.people},
        one.side or other.side,
        value,
        {**other.words, **one.words},
        one.time or other.time,
        tuple(sorted({*one.spans, *other.spans}, key=lambda span: span.start)),
    )


def _add(lists: Lists, told: _Told) -> None:
    """Put an event in its list; without a side it can't be reported."""
    if told.side is None:
        return
    people, time, evidence, side = told.people, told.time, list(told.spans), told.side
    match told.kind:
        case "disallowed_goal":
            reason = cast("DisallowedReason | None", told.value)
            lists.disallowed_goals.append(DisallowedGoal(scorer=people.get("scorer"), team=side, reason=reason, time=time, evidence=evidence))
        case "missed_penalty":
            outcome = cast("PenaltyOutcome | None", told.value)
            lists.missed_penalties.append(MissedPenalty(taker=people.get("taker"), team=side, outcome=outcome, time=time, evidence=evidence))
        case "chance":
            lists.chances.append(Chance(player=people["player"], team=side, outcome=cast("Outcome | None", told.value), time=time, evidence=evidence))
        case "card":
            lists.cards.append(Card(player=people["player"], team=side, color=cast("CardColor", told.value), time=time, evidence=evidence))
        case "substitution":
            lists.substitutions.append(
                Substitution(
                    player_in=people.get("player_in"),
                    player_out=people.get("player_out"),
                    team=side,
                    reason=cast("SubstitutionReason | None", told.value),
                    time=time,
                    evidence=evidence,
                )
            )
        case "injury":
            lists.injuries.append(Injury(player=people["player"], team=side, description=told.words.get("description"), time=time, evidence=evidence))
        case "absence":
            lists.absences.append(Absence(player=people["player"], team=side, reason=cast("AbsenceReason | None", told.value), evidence=evidence))
        case _:
            raise AssertionError(told.kind)


def _add_fixture(lists: Lists, claim: Claim, teams: Mapping[str, Side]) -> None:
    side: FixtureSide = claim.side or teams.get(claim.words.get("team", ""), "both")
    fixture = NextFixture(
        team=side,
        opponent=claim.words.get("opponent"),
        place=claim.words.get("place"),
        when=claim.words.get("when"),
        evidence=list(claim.spans),
    )
    same = [(f.team, f.opponent) for f in lists.next_fixtures]
    if (fixture.team, fixture.opponent) not in same:
        lists.next_fixtures.append(fixture)
