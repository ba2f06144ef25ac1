"""Scoring: a predicted report against a label, fact by fact.

A fact is one filled-in value: a match-level field, an entry of a list (who, for which side), or an
attribute of an entry (its minute, outcome, assist, ...). A right value is a true positive; a wrong one
is a false positive and a false negative; a missing or an invented one is one of the two. Entries of a
list are matched one to one (Hungarian) on person and side first, then on attributes.

Names are the same when both are forms of one person or club in the label; minutes must be equal where
the label is exact and within one otherwise. Values listed under the label's `accept` are right as well.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
from scipy.optimize import linear_sum_assignment

Json = Mapping[str, Any]
Verdict = Literal["right", "wrong", "missed", "invented"]

FIELDS = (
    "status", "competition", "round", "leg", "date", "venue.stadium", "venue.city", "attendance", "referee", "home.name", "away.name",
    "home.coach", "away.coach", "score", "half_time", "extra_time", "shootout", "aggregate",
)  # fmt: skip
"""Match-level fields; `status` finished and `extra_time` false count as not filled in."""

ATTRIBUTES: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "goals": ("scorer", ("kind", "assist", "time", "score_after")),
    "disallowed_goals": ("scorer", ("reason", "time")),
    "missed_penalties": ("taker", ("outcome", "time")),
    "chances": ("player", ("outcome", "time")),
    "cards": ("player", ("color", "time")),
    "substitutions": ("player_in", ("player_out", "reason", "time")),
    "injuries": ("player", ("description", "time")),
    "absences": ("player", ("reason",)),
    "players": ("name", ("started",)),
    "next_fixtures": ("opponent", ("place", "when")),
}
"""Per list the person an entry is about, and its attributes."""

EVENTS = tuple(name for name in ATTRIBUTES if name != "players")
_PEOPLE = frozenset(["assist", "player_out"])
_CUT = re.compile(r"(?<=\w)-\s*\n\s*(?=[a-z])")
_DEFAULTS: Mapping[str, Any] = {"status": "finished", "extra_time": False, "kind": "regular"}


@dataclass(frozen=True, slots=True)
class Fact:
    """One comparison: where, what was expected, what was predicted, and how it came out.

    `place` is the fact's path in the prediction, as `Extraction.confidence` has it; None where nothing was predicted.
    """

    field: str
    path: str
    expected: Any
    predicted: Any
    verdict: Verdict
    place: str | None = None


@dataclass(frozen=True)
class Counts:
    """True positives, false positives, false negatives."""

    right: int = 0
    extra: int = 0
    missing: int = 0

    def __add__(self, other: Counts) -> Counts:
        return Counts(self.right + other.right, self.extra + other.extra, self.missing + other.missing)

    @property
    def precision(self) -> float:
        return self.right / (self.right + self.extra) if self.right + self.extra else 1.0

    @property
    def recall(self) -> float:
        return self.right / (self.right + self.missing) if self.right + self.missing else 1.0

    @property
    def f1(self) -> float:
        total = 2 * self.right + self.extra + self.missing
        return 2 * self.right / total if total else 1.0


@dataclass(frozen=True)
class Names:
    """Which written forms are the same person or club, by the label. Two brothers can share a form."""

    owners: Mapping[str, frozenset[str]]

    @classmethod
    def of(cls, label: Json) -> Names:
        """The forms of a label."""
        owners: dict[str, set[str]] = defaultdict(set)
        entries: list[Json] = [label["home"], label["away"], *label["players"]]
        for entry in entries:
            for form in (entry["name"], *entry.get("aliases", ())):
                owners[plain(form)].add(entry["name"])
        return cls({form: frozenset(names) for form, names in owners.items()})

    def same(self, one: str | None, other: str | None) -> bool:
        """Whether two names are forms of one person, or the same words."""
        if one is None or other is None:
            return one is other
        one, other = plain(one), plain(other)
        return one == other or bool(self.owners.get(one, frozenset()) & self.owners.get(other, frozenset()))


def plain(words: str) -> str:
    """Words without what does not count: case, white space, words cut at the end of a line, the kind of apostrophe."""
    return " ".join(_CUT.sub("", words).replace("\u2019", "'").replace("\u2018", "'").casefold().split())


@dataclass(frozen=True)
class _Truth:
    """What a label says: the forms of its names, and what is right besides."""

    names: Names
    accept: Mapping[str, Sequence[Any]]

    def options(self, path: str, expected: Any) -> list[Any]:
        """Every value that is right at a path; part of a time can be accepted by itself."""
        found = [expected, *self.accept.get(path, ())]
        if path.endswith(".time") and expected is not None:
            for part in ("minute", "added_time", "period"):
                found += [{**expected, part: value} for value in self.accept.get(f"{path}.{part}", ())]
        return found


def compare(predicted: Json, label: Json) -> list[Fact]:
    """All facts of a label and a prediction, with their verdicts. `{}` as a prediction misses everything."""
    truth = _Truth(Names.of(label), label.get("accept") or {})
    facts = [fact for name in FIELDS if (fact := _fact(name, name, _get(predicted, name), _get(label, name), truth))]
    for name in ATTRIBUTES:
        facts += _list(name, predicted.get(name) or [], label.get(name) or [], truth)
    return facts


def _get(report: Json, path: str) -> Any:
    value: Any = report
    for part in path.split("."):
        value = None if value is None else value.get(part)
    return value


def _fact(field_name: str, path: str, predicted: Any, expected: Any, truth: _Truth) -> Fact | None:
    """One value; None where neither side fills it in, or where leaving it out is right as well."""
    last = field_name.rsplit(".", 1)[-1]
    empty = (None, _DEFAULTS.get(last), "")
    right = any(_equal(last, predicted, option, truth.names) for option in truth.options(path, expected))
    if predicted in empty and (right or expected in empty):
        return None
    if right:
        verdict: Verdict = "right"
    elif expected in empty:
        verdict = "invented"
    elif predicted in empty:
        verdict = "missed"
    else:
        verdict = "wrong"
    return Fact(field_name, path, expected, predicted, verdict, None if verdict == "missed" else path.removesuffix(".name"))


def _equal(name: str, predicted: Any, expected: Any, names: Names) -> bool:
    if predicted is None or expected is None:
        return predicted is expected
    if name == "time":
        return _same_time(predicted, expected)
    if name in _PEOPLE or name in ("name", "scorer", "taker", "player", "player_in", "coach", "referee", "opponent"):
        return names.same(predicted, expected)
    if isinstance(predicted, str) and isinstance(expected, str):
        return plain(predicted) == plain(expected)
    return bool(predicted == expected)


def _same_time(predicted: Json, expected: Json) -> bool:
    """Equal minutes where the label is exact, within one otherwise; without a minute the half decides."""
    if (predicted.get("minute") is None) != (expected.get("minute") is None):
        return False
    if expected.get("minute") is None:
        return bool(predicted.get("period") == expected.get("period"))
    tolerance = 0 if expected.get("exact") else 1
    same_minute = abs(predicted["minute"] - expected["minute"]) <= tolerance
    return same_minute and (predicted.get("added_time") or 0) == (expected.get("added_time") or 0)


def _list(name: str, predicted: Sequence[Json], expected: Sequence[Json], truth: _Truth) -> list[Fact]:
    """The facts of one list: entries matched one to one, then their attributes."""
    facts: list[Fact] = []
    for ours, theirs in _match(name, predicted, expected, truth):
        path = f"{name}.{theirs}" if theirs is not None else f"{name}.+{ours}"
        place = None if ours is None else f"{name}.{ours}"
        one = predicted[ours] if ours is not None else None
        other = expected[theirs] if theirs is not None else None
        facts.append(replace(_entry(name, path, one, other), place=place))
        for attribute in ATTRIBUTES[name][1]:
            says, said = (None if entry is None else entry.get(attribute) for entry in (one, other))
            fact = _fact(f"{name}.{attribute}", f"{path}.{attribute}", says, said, truth)
            if fact is not None:
                facts.append(replace(fact, place=None if fact.verdict == "missed" else f"{place}.{attribute}"))
    return facts


def _entry(name: str, path: str, predicted: Json | None, expected: Json | None) -> Fact:
    verdict: Verdict = "right" if predicted and expected else "missed" if expected else "invented"
    return Fact(name, path, _about(name, expected), _about(name, predicted), verdict)


def _about(name: str, entry: Json | None) -> str | None:
    """Whom an entry is about, and for which side."""
    return None if entry is None else f"{entry.get(ATTRIBUTES[name][0]) or entry.get('player_out') or '?'} ({entry.get('team')})"


def _match(name: str, predicted: Sequence[Json], expected: Sequence[Json], truth: _Truth) -> list[tuple[int | None, int | None]]:
    """One-to-one pairs (prediction, label); None where there is no partner."""
    pairs: list[tuple[int | None, int | None]] = []
    free_ours, free_theirs = set(range(len(predicted))), set(range(len(expected)))
    if predicted and expected:
        gain = np.array([[_likeness(p, e, f"{name}.{n}", truth) for n, e in enumerate(expected)] for p in predicted])
        rows, columns = linear_sum_assignment(gain, maximize=True)
        for ours, theirs in zip(rows.tolist(), columns.tolist(), strict=True):
            if gain[ours, theirs] > 0:
                pairs.append((ours, theirs))
                free_ours.discard(ours)
                free_theirs.discard(theirs)
    return [
        *sorted(pairs, key=lambda pair: pair[1] or 0),
        *((None, n) for n in sorted(free_theirs)),
        *((n, None) for n in sorted(free_ours)),
    ]


def _likeness(predicted: Json, expected: Json, path: str, truth: _Truth) -> float:
    """0 unless person and side agree; a little more for every attribute that agrees, never worth an entry."""
    name = path.split(".", maxsplit=1)[0]
    person, attributes = ATTRIBUTES[name]
    if predicted.get("team") not in truth.options(f"{path}.team", expected.get("team")):
        return 0.0
    if not _same_person(name, predicted, expected, truth.options(f"{path}.{person}", expected.get(person)), truth.names):
        return 0.0
    agree = sum(
        any(_equal(a, predicted.get(a), option, truth.names) for option in truth.options(f"{path}.{a}", expected.get(a)))
        for a in attributes
    )
    return 1.0 + 0.001 * agree


def _same_person(name: str, predicted: Json, expected: Json, right: Sequence[Any], names: Names) -> bool:
    """Whether two entries are about one person; a substitution without the one who came on, about the one who left."""
    person = ATTRIBUTES[name][0]
    if name == "substitutions" and predicted.get(person) is None:
        return None in right and names.same(predicted.get("player_out"), expected.get("player_out"))
    return any(names.same(predicted.get(person), option) for option in right)


def count(facts: Iterable[Fact]) -> Counts:
    """Counts of some facts."""
    total = Counts()
    for fact in facts:
        total += {
            "right": Counts(right=1),
            "wrong": Counts(extra=1, missing=1),
            "missed": Counts(missing=1),
            "invented": Counts(extra=1),
        }[fact.verdict]
    return total


def is_core(fact: Fact) -> bool:
    """Teams, score and goals."""
    return fact.field in ("home.name", "away.name", "score") or fact.field.split(".")[0] == "goals"


def is_event(fact: Fact) -> bool:
    """Every event list."""
    return fact.field.split(".")[0] in EVENTS


def groups(facts: Sequence[Fact]) -> dict[str, Counts]:
    """Counts of core, events and all, of every list, and of every field."""
    found: dict[str, list[Fact]] = defaultdict(list)
    for fact in facts:
        found["all"].append(fact)
        if is_core(fact):
            found["core"].append(fact)
        if is_event(fact):
            found["events"].append(fact)
        found[fact.field].append(fact)
        top = fact.field.split(".")[0]
        if top in ATTRIBUTES:
            found[f"{top}.*"].append(fact)
    return {name: count(members) for name, members in found.items()}
