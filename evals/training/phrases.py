"""Training examples from the phrase corpus: marked passages as readings."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from evals.training.examples import Sample
from extractor.article import Article
from extractor.dutch.entities import Entity, EntityKind
from extractor.dutch.names import NameMention
from extractor.dutch.reading import MatchTeams, Reading, complete
from extractor.dutch.roles import Candidate, candidates, role_features
from extractor.dutch.sides import find_pairs, pair_features
from extractor.prepare import prepare

Phrase = dict[str, Any]

_KINDS: dict[str, EntityKind] = {"club": "team", "coach": "coach", "referee": "referee", "name": "other"}


def load_phrases(folder: Path) -> list[Phrase]:
    """The marked passages of a folder."""
    files = sorted(folder.glob("**/*.jsonl"))
    return [json.loads(line) for path in files for line in path.read_text(encoding="utf-8").splitlines()]


def is_name(words: str) -> bool:
    """Whether a mark is a name, not a description or pronoun."""
    parts = words.split()
    return (parts[-1][0].isupper() and parts[0].lower() not in ("de", "het", "een", "hij", "zij", "ze", "hem", "die", "zijn", "haar")) or (
        len(parts) > 1 and parts[0] in ("De", "Van", "Den") and parts[1][0].isupper()
    )


def phrase_reading(phrase: Phrase) -> Reading | None:
    """A passage as a reading with the names that are marked; None where the view differs from the text."""
    prepared = prepare(Article(text=phrase["text"]))
    if len(prepared.view) != len(phrase["text"]):
        return None
    groups: dict[tuple[EntityKind, str], list[NameMention]] = defaultdict(list)
    for mark in phrase["marks"]:
        first = mark["tags"][0]
        if first.startswith("time") or first == "later" or (first not in _KINDS and not is_name(mark["text"])):
            continue
        place = NameMention(mark["start"], mark["end"], mark["text"], prepared.sentence_at(mark["start"]), False)
        groups[_KINDS.get(first, "player"), mark["text"].split()[-1].removesuffix("'s")].append(place)
    entities = tuple(
        Entity(max((m.text for m in places), key=len), tuple({m.text for m in places}), kind, tuple(places), 1.0)
        for (kind, _), places in groups.items()
    )
    return complete(prepared, entities)


def phrase_tags(phrase: Phrase, reading: Reading) -> Iterator[tuple[Candidate, frozenset[str]]]:
    """What the passage says about each candidate; unmarked references say nothing."""
    marks = {mark["end"]: mark for mark in phrase["marks"]}
    for candidate in candidates(reading):
        mark = marks.get(candidate.end)
        tags = [] if mark is None else [label for tag in mark["tags"] for label in expand(tag)]
        yield candidate, frozenset(tags)


def phrase_sides(phrase: Phrase, reading: Reading) -> dict[int, str]:
    """The side, `a` or `b`, of each entity that is marked with one."""
    side_at = {mark["start"]: mark["side"] for mark in phrase["marks"] if mark["side"]}
    sides: dict[int, str] = {}
    for number, entity in enumerate(reading.entities):
        found = [side_at[m.start] for m in entity.mentions if m.start in side_at]
        if found:
            sides[number] = found[0]
    return sides


def phrase_role_samples(phrase: Phrase, reading: Reading) -> Iterator[tuple[list[str], frozenset[str]]]:
    """The tags of each candidate with its features."""
    for candidate, tags in phrase_tags(phrase, reading):
        yield role_features(reading, candidate), tags


def phrase_side_samples(phrase: Phrase, reading: Reading) -> Iterator[Sample]:
    """Pairs whose sides are marked."""
    sides = phrase_sides(phrase, reading)
    clubs = [number for number in sides if reading.entities[number].kind == "team"]
    teams = MatchTeams(clubs[0] if clubs else -1, clubs[1] if len(clubs) > 1 else None, 0.5, 1.0)
    for pair in find_pairs(reading, teams):
        if isinstance(pair.one, int) and isinstance(pair.other, int) and pair.one in sides and pair.other in sides:
            yield Sample(pair_features(reading, pair), "same" if sides[pair.one] == sides[pair.other] else "other")


def expand(tag: str) -> tuple[str, ...]:
    """The tags of the model that a mark stands for."""
    head, _, detail = tag.partition(":")
    if tag in ("-", "club", "coach", "referee", "name", "later") or head == "time":
        return ()
    if head == "scorer":
        return ("scorer", f"goal:{detail or 'regular'}")
    if head == "missed":
        return ("missed_penalty", tag)
    if head in ("disallowed", "chance", "absent"):
        return (head, tag)
    return (tag,)
