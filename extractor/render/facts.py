"""A match report in the words of its readers: the facts, in the order in which one tells them.

The terminal and the page show the same facts; only their dress differs.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from extractor import Extraction, MatchReport, Span
from extractor.render.labels import COLORS, FIELDS, GOAL_KINDS, OUTCOMES, PERIODS, REASONS, STATUSES, long_date


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing the report says.

    Args:
        path: Where in the report, such as `goals.0`.
        kind: `goal`, `chance`, `yellow`, ... or `match`; the renderers have a symbol and a colour for each.
        label: What kind of fact, in words.
        title: Who, or the value.
        detail: What else is known.
        side: Whose; None for facts about the match.
        clock: `20'`, `~10'`, `45+2'`, or empty.
        minute: Where on the match clock, for drawing; None where unknown.
        score: The score after it, for a goal.
        spans: The places in the article that say so.
    """

    path: str
    kind: str
    label: str
    title: str
    detail: str = ""
    side: str | None = None
    clock: str = ""
    minute: int | None = None
    score: str = ""
    spans: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Section:
    """Facts under one heading."""

    title: str
    facts: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class LineUp:
    """The players of one side: in the starting line-up, not in it, and named without more."""

    started: tuple[str, ...]
    substitutes: tuple[str, ...]
    named: tuple[str, ...]


class _Time(Protocol):
    """The contract's match time."""

    @property
    def minute(self) -> int | None: ...
    @property
    def added_time(self) -> int | None: ...
    @property
    def period(self) -> str | None: ...
    @property
    def exact(self) -> bool: ...
    @property
    def text(self) -> str: ...


class _Event(Protocol):
    """What all events of the timeline have."""

    @property
    def time(self) -> _Time | None: ...
    @property
    def evidence(self) -> Sequence[Span]: ...


@dataclass(frozen=True, slots=True)
class _Moment:
    """When a fact was, for sorting; `at` is the fact's place in the article."""

    fact: Fact
    at: int
    period: str | None = None
    clock: tuple[int, int] | None = None


def shown_score(score: object) -> str:
    """A score with a dash that is as wide as its digits."""
    return str(score).replace("-", "–")


def joined(*parts: str | None) -> str:
    """The parts that there are, with dots between them."""
    return " · ".join(part for part in parts if part)


def team_name(report: MatchReport, side: str | None) -> str:
    """The name of a side; both names for `both`."""
    names = {"home": report.home.name, "away": report.away.name, "both": f"{report.home.name} and {report.away.name}"}
    return names.get(side or "", "")


def occasion(report: MatchReport) -> str:
    """Competition, round and leg."""
    return joined(report.competition, report.round, {1: "first leg", 2: "second leg", None: None}[report.leg])


def ending(report: MatchReport) -> str:
    """What the score alone does not say."""
    return joined(
        None if report.status == "finished" else STATUSES[report.status],
        report.half_time and f"half-time {shown_score(report.half_time)}",
        "after extra time" if report.extra_time else None,
        report.shootout and f"{shown_score(report.shootout)} on penalties",
        report.aggregate and f"{shown_score(report.aggregate)} on aggregate",
    )


def place(report: MatchReport) -> str:
    """Stadium, city and day."""
    return joined(report.venue.stadium, report.venue.city, report.date and long_date(report.date))


def match_facts(report: MatchReport) -> tuple[Fact, ...]:
    """What is known about the match as a whole."""
    values: dict[str, str | None] = {
        "status": None if report.status == "finished" else STATUSES[report.status],
        "score": None if report.score is None else shown_score(report.score),
        "half_time": None if report.half_time is None else shown_score(report.half_time),
        "extra_time": "played" if report.extra_time else None,
        "shootout": None if report.shootout is None else shown_score(report.shootout),
        "aggregate": None if report.aggregate is None else shown_score(report.aggregate),
        "competition": report.competition,
        "round": report.round,
        "leg": {1: "first of two", 2: "second of two", None: None}[report.leg],
        "date": None if report.date is None else long_date(report.date),
        "venue.stadium": report.venue.stadium,
        "venue.city": report.venue.city,
        "attendance": None if report.attendance is None else f"{report.attendance:,}",
        "referee": report.referee,
    }
    facts = [
        Fact(path, "match", FIELDS[path], value, spans=tuple(report.evidence.get(path, ())))
        for path, value in values.items()
        if value is not None
    ]
    others = [path for path in report.evidence if path not in values and report.evidence[path]]
    return (*facts, *(Fact(path, "match", path, report.evidence[path][0].text, spans=tuple(report.evidence[path])) for path in others))


def timeline(report: MatchReport) -> tuple[Section, ...]:
    """Goals, cards, substitutions, chances and injuries by period and minute.

    What has a period and no minute stands where the article tells it; what has neither stands last.
    """
    moments = sorted((_moment(fact, event) for fact, event in _told(report)), key=lambda moment: moment.at)
    sections: list[Section] = []
    for period, title in PERIODS.items():
        now = (0, 0)
        placed: list[tuple[tuple[int, int], int, Fact]] = []
        for order, moment in enumerate(one for one in moments if one.period == period):
            now = moment.clock or now
            placed.append((now, order, moment.fact))
        if placed:
            sections.append(Section(title, tuple(fact for *_, fact in sorted(placed, key=lambda item: item[:2]))))
    return tuple(sections)


def absences(report: MatchReport) -> tuple[Fact, ...]:
    """Who was not there."""
    return tuple(
        Fact(
            f"absences.{number}",
            "absence",
            "Absent",
            absence.player,
            detail=REASONS.get(absence.reason or "", ""),
            side=absence.team,
            spans=tuple(absence.evidence),
        )
        for number, absence in enumerate(report.absences)
    )


def next_fixtures(report: MatchReport) -> tuple[Fact, ...]:
    """What the article says is next."""
    return tuple(
        Fact(
            f"next_fixtures.{number}",
            "next",
            "Next",
            f"against {fixture.opponent}" if fixture.opponent else "against each other" if fixture.team == "both" else "next match",
            detail=joined(fixture.when, fixture.place),
            side=fixture.team,
            spans=tuple(fixture.evidence),
        )
        for number, fixture in enumerate(report.next_fixtures)
    )


def line_up(report: MatchReport, side: str) -> LineUp:
    """The players of a side; who was absent is left to `absences`."""
    absent = {absence.player for absence in report.absences}
    players = [player for player in report.players if player.team == side and player.name not in absent]
    return LineUp(
        started=tuple(player.name for player in players if player.started),
        substitutes=tuple(player.name for player in players if player.started is False),
        named=tuple(player.name for player in players if player.started is None),
    )


def scorers(report: MatchReport, side: str) -> tuple[Fact, ...]:
    """The goals that count for a side, in playing order."""
    goals = [fact for section in timeline(report) for fact in section.facts if fact.kind == "goal" and fact.side == side]
    return tuple(sorted(goals, key=lambda fact: int(fact.path.removeprefix("goals."))))


def left_out(extraction: Extraction) -> list[str]:
    """How many claims and facts were left out, and why."""
    unsure = sum(rejected.source == "assembly" for rejected in extraction.rejected)
    counts = ((len(extraction.rejected) - unsure, "claims without evidence left out"), (unsure, "unsure facts left out"))
    return [f"{count} {words}" for count, words in counts if count]


def origin(report: MatchReport) -> str:
    """How the report came about, on one line."""
    made = report.provenance
    if made is None:
        return ""
    tokens = f"{made.usage.prompt:,} tokens read ({made.usage.cached:,} cached), {made.usage.completion:,} written" if made.model else ""
    return joined(
        made.model or "no language model",
        f"strategy {made.strategy}",
        tokens,
        None if made.cost is None or not made.model else f"${made.cost:.4f}",
        f"{made.seconds:.2f} s",
        f"matchreport {made.library_version}",
    )


def _told(report: MatchReport) -> Iterator[tuple[Fact, _Event]]:
    """The facts of the timeline, still without their time and evidence."""
    for number, goal in enumerate(report.goals):
        detail = joined(GOAL_KINDS[goal.kind], goal.assist and f"assist {goal.assist}")
        score = "" if goal.score_after is None else shown_score(goal.score_after)
        yield Fact(f"goals.{number}", "goal", "Goal", goal.scorer or "scorer not named", detail, side=goal.team, score=score), goal
    for number, goal in enumerate(report.disallowed_goals):
        who, detail = goal.scorer or "scorer not named", REASONS.get(goal.reason or "", "")
        yield Fact(f"disallowed_goals.{number}", "no-goal", "Disallowed goal", who, detail, side=goal.team), goal
    for number, penalty in enumerate(report.missed_penalties):
        who, detail = penalty.taker or "taker not named", OUTCOMES.get(penalty.outcome or "", "")
        yield Fact(f"missed_penalties.{number}", "no-goal", "Missed penalty", who, detail, side=penalty.team), penalty
    for number, chance in enumerate(report.chances):
        yield Fact(f"chances.{number}", "chance", "Chance", chance.player, OUTCOMES.get(chance.outcome or "", ""), side=chance.team), chance
    for number, card in enumerate(report.cards):
        yield Fact(f"cards.{number}", card.color.replace("_", "-"), COLORS[card.color], card.player, side=card.team), card
    for number, change in enumerate(report.substitutions):
        who = change.player_in or "substitute not named"
        detail = joined(change.player_out and f"for {change.player_out}", REASONS.get(change.reason or "", ""))
        yield Fact(f"substitutions.{number}", "substitution", "Substitution", who, detail, side=change.team), change
    for number, injury in enumerate(report.injuries):
        yield Fact(f"injuries.{number}", "injury", "Injury", injury.player, injury.description or "", side=injury.team), injury


def _moment(fact: Fact, event: _Event) -> _Moment:
    """The fact with its time and evidence, and where it belongs."""
    # The lead of an article tells the goals first; the later telling is the one in playing order.
    at = max((span.start for span in event.evidence), default=0)
    fact = replace(fact, spans=tuple(event.evidence))
    time = event.time
    if time is None:
        return _Moment(fact, at)
    if time.minute is None:
        return _Moment(replace(fact, detail=joined(fact.detail, f"“{time.text}”")), at, time.period)
    added = time.added_time or 0
    clock = f"{'' if time.exact else '~'}{time.minute}{f'+{added}' if added else ''}'"
    period = time.period or ("first_half" if time.minute <= 45 else "second_half" if time.minute <= 90 else "extra_time")
    return _Moment(replace(fact, clock=clock, minute=time.minute), at, period, (time.minute, added))
