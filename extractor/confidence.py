"""Confidence: what in a report counts as a fact, which facts are unsure, and a report without them.

A fact has a path: a match-level field (`score`, `home.coach`; `home` and `away` are the teams), an entry of a list
(`goals.0`: who, and for which side), or an attribute of an entry (`goals.0.assist`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from extractor.report import MatchReport, Score, Warning_

LOW = 0.5
"""Facts below this are more likely wrong than right: they carry a warning `low_confidence`."""

FIELDS = (
    "status", "competition", "round", "leg", "date", "venue.stadium", "venue.city", "attendance", "referee", "home", "away",
    "home.coach", "away.coach", "score", "half_time", "extra_time", "shootout", "aggregate",
)  # fmt: skip
"""Paths of the match-level facts."""

LISTS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "goals": ("goal", ("kind", "assist", "time", "score_after")),
    "disallowed_goals": ("disallowed_goal", ("reason", "time")),
    "missed_penalties": ("missed_penalty", ("outcome", "time")),
    "chances": ("chance", ("outcome", "time")),
    "cards": ("card", ("color", "time")),
    "substitutions": ("substitution", ("player_out", "reason", "time")),
    "injuries": ("injury", ("description", "time")),
    "absences": ("absence", ("reason",)),
    "players": ("player", ("started",)),
    "next_fixtures": ("next_fixture", ("place", "when")),
}
"""Of each list what one entry is called, and what it says besides whom it is about."""

PEOPLE = ("scorer", "taker", "player", "player_in", "player_out", "assist")
_NOT_SAID: tuple[Any, ...] = (None, "finished", False, "regular")
_STAYING = frozenset(["status", "extra_time", "home", "away"])
"""Fields that can't say "unknown": leaving them out would claim the opposite, or leave no match. So it is with a goal's kind."""


def fact_paths(report: MatchReport) -> Iterator[str]:
    """Every fact that a report fills in; an entry comes before its attributes."""
    for path in FIELDS:
        if _value(report, path) not in _NOT_SAID:
            yield path
    for name, (_, attributes) in LISTS.items():
        for number, entry in enumerate(getattr(report, name)):
            yield f"{name}.{number}"
            for attribute in attributes:
                value = getattr(entry, attribute)
                # A player who did not start is a fact; a goal like any other is none.
                if value not in _NOT_SAID or (attribute == "started" and value is False):
                    yield f"{name}.{number}.{attribute}"


def _value(report: MatchReport, path: str) -> Any:  # noqa: ANN401  as many types as fields
    value: Any = report
    for part in path.split("."):
        value = getattr(value, part)
    return value


def low_confidence(report: MatchReport, confidence: Mapping[str, float]) -> Iterator[Warning_]:
    """A warning for every fact below `LOW`; none where the report has one about the same fact, or about its entry."""
    about = {warning.path for warning in report.warnings}
    about |= {".".join(path.split(".")[:2]) for path in about if path.split(".")[0] in LISTS}
    for path in fact_paths(report):
        sure = confidence.get(path, 1.0)
        if sure >= LOW or path in about or _entry(path) in about:
            continue
        about.add(path)
        yield Warning_(code="low_confidence", path=path, message=f"more likely wrong than right (confidence {sure:.2f})")


def _entry(path: str) -> str:
    """The path of the entry that an attribute belongs to; of all else its own."""
    parts = path.split(".")
    return ".".join(parts[:2]) if parts[0] in LISTS else path


@dataclass(frozen=True)
class LeftOut:
    """A fact that was too unsure, and where it said so."""

    kind: str
    value: str | None
    people: Mapping[str, str]
    quotes: tuple[str, ...]
    reason: str


@dataclass(frozen=True)
class Kept:
    """A report without its unsure facts, the confidence of the others, and what was left out."""

    report: MatchReport
    confidence: Mapping[str, float]
    left_out: tuple[LeftOut, ...]


def at_least(report: MatchReport, confidence: Mapping[str, float], level: float) -> Kept:
    """Leave out every fact whose confidence is below a level.

    Entries go as a whole, optional attributes and fields become null. The teams, the status, extra time and the kind of a goal stay,
    and so do players whom an entry that stays names, goals or no goals the score, and every fact whose confidence is not known.
    """
    unsure = {path: sure for path, sure in confidence.items() if sure < level}
    entries = {name: _kept_entries(report, name, unsure) for name in LISTS if name != "players"}
    entries["players"] = _kept_players(report, entries, unsure)
    gone = {f"{name}.{number}" for name in LISTS for number in range(len(getattr(report, name))) if number not in entries[name]}
    gone |= {path for path in unsure if path in FIELDS and path not in _STAYING}
    gone |= {path for path in unsure if _is_optional(report, path) and _entry(path) not in gone}
    gone &= set(fact_paths(report))
    if not gone:
        return Kept(report, confidence, ())
    places = {f"{name}.{old}": f"{name}.{new}" for name, kept in entries.items() for new, old in enumerate(kept)}
    kept = {_moved(path, places): sure for path, sure in confidence.items() if path not in gone and _entry(path) not in gone}
    why = {path: f"its confidence {unsure.get(path, unsure.get(f'{path}.color', 0.0)):.2f} is below {level:.2f}" for path in gone}
    left_out = tuple(_left_out(report, path, why[path]) for path in fact_paths(report) if path in gone)
    return Kept(_without(report, entries, gone, places, level), kept, left_out)


def _kept_entries(report: MatchReport, name: str, unsure: Mapping[str, float]) -> list[int]:
    """The entries of a list that stay; a card is nothing without its colour."""
    needed = ("", ".color") if name == "cards" else ("",)
    return [number for number in range(len(getattr(report, name))) if not any(f"{name}.{number}{part}" in unsure for part in needed)]


def _kept_players(report: MatchReport, entries: Mapping[str, Sequence[int]], unsure: Mapping[str, float]) -> list[int]:
    """The players who are sure enough, and those whom something that stays names."""
    named: set[str] = set()
    for name, kept in entries.items():
        for number in kept:
            paths = {role: f"{name}.{number}.{role}" for role in PEOPLE}
            roles = [role for role, path in paths.items() if path not in unsure or not _is_optional(report, path)]
            named |= {person for role in roles if (person := getattr(getattr(report, name)[number], role, None)) is not None}
    return [number for number, player in enumerate(report.players) if f"players.{number}" not in unsure or player.name in named]


def _is_optional(report: MatchReport, path: str) -> bool:
    """Whether an attribute can be null: who went out can't where nobody came in."""
    name, number, attribute = (*path.split("."), "", "")[:3]
    if name not in LISTS or attribute in ("", "kind", "color"):
        return False
    return attribute != "player_out" or report.substitutions[int(number)].player_in is not None


def _moved(path: str, places: Mapping[str, str]) -> str:
    """A path as it is once other entries are gone."""
    entry = _entry(path)
    return places.get(entry, entry) + path[len(entry) :]


def _without(
    report: MatchReport, entries: Mapping[str, Sequence[int]], gone: set[str], places: Mapping[str, str], level: float
) -> MatchReport:
    """The report without some of its facts, checked anew."""
    values = report.model_dump()
    for path in gone:
        *parents, last = path.split(".")
        if path in FIELDS:
            (values if not parents else values[parents[0]])[last] = None
            values["evidence"].pop(path, None)
        elif len(parents) == 2:
            values[parents[0]][int(parents[1])][last] = None
    for name, kept in entries.items():
        values[name] = [values[name][number] for number in kept]
    told = [warning for warning in report.warnings if warning.path not in gone and _entry(warning.path) not in gone]
    moved = [warning.model_copy(update={"path": _moved(warning.path, places)}) for warning in told]
    values["warnings"] = [warning.model_dump() for warning in _adapted(report, moved, gone, level)]
    return MatchReport.model_validate(values)


def _adapted(report: MatchReport, warnings: Sequence[Warning_], gone: set[str], level: float) -> Iterator[Warning_]:
    """The warnings of a report without some facts: how many goals are missing now, and why there is no score."""
    yield from (warning for warning in warnings if warning.code != "goals_incomplete")
    if "score" in gone:
        yield Warning_(code="score_unknown", path="score", message=f"the final score was left out: its confidence is below {level:.2f}")
        return
    score: Score | None = report.score
    left = sum(path.startswith("goals.") and path.count(".") == 1 for path in gone)
    missing = 0 if score is None else score.home + score.away - len(report.goals) + left
    if missing > 0:
        why = f"not described, or left out because their confidence is below {level:.2f}" if left else "not described"
        yield Warning_(code="goals_incomplete", path="goals", message=f"{missing} of the goals in the final score are {why}")


def _left_out(report: MatchReport, path: str, reason: str) -> LeftOut:
    """What is said of a fact that was left out."""
    if path in FIELDS:
        spans = report.evidence.get(path, [])
        value = _value(report, path)
        return LeftOut(path, value if isinstance(value, str) else str(value), {}, tuple(span.text for span in spans), reason)
    name, number, attribute = (*path.split("."), "")[:3]
    kind = LISTS[name][0]
    entry = getattr(report, name)[int(number)]
    people = {role: person for role in (*PEOPLE, "opponent") if isinstance(person := getattr(entry, role, None), str)}
    if name == "players":
        people = {"player": entry.name}
    quotes = tuple(span.text for span in getattr(entry, "evidence", ()))
    if not attribute:
        value = next((getattr(entry, one) for one in ("kind", "color", "outcome", "reason") if hasattr(entry, one)), None)
        return LeftOut(kind, value, people, quotes, reason)
    value = getattr(entry, attribute)
    shown = value.text if hasattr(value, "text") else str(value)
    return LeftOut(f"{kind}.{attribute}", shown, people, quotes, reason)
