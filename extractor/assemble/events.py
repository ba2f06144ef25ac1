"""Every list of the report but the goals: claims of one event put together, with their sides."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

from extractor.claim import PRINCIPAL, Claim, EventKind, Role
from extractor.report import (
    EVENT_LISTS,
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

    def by_field(self) -> dict[str, Any]:
        """The lists under their names in the report."""
        return {name: getattr(self, name) for name in EVENT_LISTS if name != "goals"}


@dataclass(frozen=True, slots=True)
class _Told:
    """One event with all that claims say of it."""

    kind: EventKind
    people: Mapping[Role, str]
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
    gathered = _gather([claim for claim in claims if claim.kind in PRINCIPAL and claim.kind != "goal"], sides)
    for told in gathered:
        if not _is_repeated(told, gathered):
            _add(lists, told)
    for claim in claims:
        if claim.kind == "next_fixture":
            _add_fixture(lists, claim, teams)
        elif claim.kind == "player" and "player" in claim.people:
            if claim.value == "started":
                lists.started.add(claim.people["player"])
            elif claim.value == "not_started":
                lists.not_started.add(claim.people["player"])
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


def _is_repeated(told: _Told, all_told: Sequence[_Told]) -> bool:
    """A missed penalty or a disallowed goal is no chance as well."""
    if told.kind != "chance":
        return False
    others = [o for o in all_told if o.kind in ("missed_penalty", "disallowed_goal") and set(o.people.values()) & set(told.people.values())]
    return any(set(other.spans) & set(told.spans) for other in others)


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
        return _same_substitution(one, other)
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
    if one.kind == "missed_penalty":
        return True
    alike = one.value == other.value or None in (one.value, other.value)
    return alike and (bool(set(one.spans) & set(other.spans)) or len(minutes) == 2)


def _same_substitution(one: _Told, other: _Told) -> bool:
    """Whether the same player came; where one claim does not say who came, whether the same one went."""
    came = one.people.get("player_in"), other.people.get("player_in")
    if all(came):
        return came[0] == came[1]
    went = one.people.get("player_out")
    return bool(went) and went == other.people.get("player_out")


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
    if told.side is None or told.people.get("player_in", "") == told.people.get("player_out"):
        return
    people = told.people
    shared: dict[str, Any] = {"team": told.side, "evidence": list(told.spans)}
    dated: dict[str, Any] = {**shared, "time": told.time}
    match told.kind:
        case "disallowed_goal":
            reason = cast("DisallowedReason | None", told.value)
            lists.disallowed_goals.append(DisallowedGoal(scorer=people.get("scorer"), reason=reason, **dated))
        case "missed_penalty":
            outcome = cast("PenaltyOutcome | None", told.value)
            lists.missed_penalties.append(MissedPenalty(taker=people.get("taker"), outcome=outcome, **dated))
        case "chance":
            lists.chances.append(Chance(player=people["player"], outcome=cast("Outcome | None", told.value), **dated))
        case "card":
            lists.cards.append(Card(player=people["player"], color=cast("CardColor", told.value), **dated))
        case "substitution":
            why = cast("SubstitutionReason | None", told.value)
            came, went = people.get("player_in"), people.get("player_out")
            lists.substitutions.append(Substitution(player_in=came, player_out=went, reason=why, **dated))
        case "injury":
            lists.injuries.append(Injury(player=people["player"], description=told.words.get("description"), **dated))
        case "absence":
            lists.absences.append(Absence(player=people["player"], reason=cast("AbsenceReason | None", told.value), **shared))
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
