"""The marks kept beside labelled articles in `marks.jsonl`: reading and writing them, and holding them against the labels.

A line an article, `{"name": ..., "marks": [...]}`. A mark is `[start, end, words, "tags@side", person]`, with `"hand"` as a sixth where
a person set it rather than `evals.training.marks`. Its tags (see `evals.marks`) are joined by +; the person is the player's full name in
the label.

Everyone in an event is marked in one of its quotes at least and in each that names him; the words of its time are marked; and no mark
gives anyone a role that the label does not. A quote may tell an event without naming all of its people: "71. Redan 2-1".
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evals.fixtures import FLOORS, Json, read
from evals.marks import ROLE_TAGS, Mark, faults
from evals.validate import EVENTS, Problem, flat
from extractor import InputError

FILE = "marks.jsonl"
SIDES = ("home", "away")

_HALVES = {"first_half": "1h", "second_half": "2h", "extra_time": "et", None: ""}
_PEOPLE = {
    "goals": (("scorer", "scorer"), ("assist", "assist")),
    "disallowed_goals": (("scorer", "disallowed:{reason}"),),
    "missed_penalties": (("taker", "missed:{outcome}"),),
    "chances": (("player", "chance:{outcome}"),),
    "cards": (("player", "{color}"),),
    "substitutions": (("player_in", "in"), ("player_out", "out")),
    "injuries": (("player", "injured"),),
    "absences": (("player", "absent:{reason}"),),
}
"""By kind of event: the fields that name someone, and the tag of that person."""


@dataclass(frozen=True, slots=True)
class ArticleMark:
    """A mark in an article, the player it stands for, and whether a person set it."""

    mark: Mark
    person: str | None = None
    by_hand: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    """Someone's part in an event that a quote tells: who has to be marked with what, and where.

    Args:
        path: Of the event.
        field: In the event.
        person: The player's full name.
        tag: Of the mark.
        start: Of the quote in the text.
        end: Of the quote in the text.
    """

    path: str
    field: str
    person: str
    tag: str
    start: int
    end: int


def parts(label: Json, text: str) -> Iterator[Part]:
    """Everyone's part in every place where the quotes of a label tell an event."""
    quotes: Json = label.get("quotes") or {}
    for kind in EVENTS:
        for number, event in enumerate(label[kind]):
            path = f"{kind}.{number}"
            for field, tag in people(kind, event):
                passages: list[str] = quotes[path]["text"] if path in quotes else []
                for passage in passages:
                    for start in _places(text, passage):
                        yield Part(path, field, event[field], tag, start, start + len(passage))


def people(kind: str, event: Json) -> Iterator[tuple[str, str]]:
    """(field, tag) of everyone an event names."""
    for field, template in _PEOPLE.get(kind, ()):
        if event[field] is None:
            continue
        tag = template.format_map({name: value or "null" for name, value in event.items()})
        if field == "scorer" and kind == "goals" and event["kind"] != "regular":
            tag = "own_goal" if event["kind"] == "own_goal" else f"scorer:{event['kind']}"
        yield field, tag


def times(label: Json) -> Iterator[tuple[str, str, str]]:
    """(path of the event, words, tag) of the times of all events."""
    for kind in EVENTS:
        for number, event in enumerate(label[kind]):
            if event.get("time"):
                yield f"{kind}.{number}", event["time"]["text"], time_tag(event["time"])


def time_tag(time: Json) -> str:
    """A time of the contract as a tag: `time:90+3:2h:exact`."""
    minute = "" if time["minute"] is None else str(time["minute"])
    added = f"+{time['added_time']}" if time["added_time"] is not None else ""
    return f"time:{minute}{added}:{_HALVES[time['period']]}{':exact' if time['exact'] else ''}"


def _places(text: str, words: str) -> Iterator[int]:
    at = text.find(words)
    while at >= 0:
        yield at
        at = text.find(words, at + 1)


def read_marks(folder: Path) -> dict[str, list[ArticleMark]]:
    """The marks of a folder, by the name of the article; none where there is no file.

    Raises:
        InputError: A line is something else.
    """
    path = folder / FILE
    if not path.exists():
        return {}
    found: dict[str, list[ArticleMark]] = {}
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        try:
            record = json.loads(line)
            found[record["name"]] = [_read_mark(*fields) for fields in record["marks"]]
        except (ValueError, KeyError, TypeError) as error:
            raise InputError(f"{path}:{number} holds no marks: {error!r}") from None
    return found


def _read_mark(start: int, end: int, words: str, tags: str, person: str | None, *by: str) -> ArticleMark:
    said, _, side = tags.partition("@")
    return ArticleMark(Mark(start, end, words, tuple(_PLUS.split(said)), side or None), person, bool(by))


_PLUS = re.compile(r"\+(?!\d)")
"""Between two tags; the one of 90+3 has a figure behind it."""


def write_marks(folder: Path, marks: Mapping[str, list[ArticleMark]]) -> None:
    """Write the marks of a folder, articles and marks in order."""
    lines = [json.dumps({"name": name, "marks": [_fields(one) for one in marks[name]]}, ensure_ascii=False) for name in sorted(marks)]
    (folder / FILE).write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")


def _fields(one: ArticleMark) -> list[Any]:
    side = f"@{one.mark.side}" if one.mark.side else ""
    fields = [one.mark.start, one.mark.end, one.mark.text, "+".join(one.mark.tags) + side, one.person]
    return [*fields, "hand"] if one.by_hand else fields


def check_marks(folder: Path) -> list[Problem]:
    """Everything that is wrong with the marks of a folder of articles, and of the folders in it."""
    return [problem for path in sorted(folder.rglob(FILE)) for problem in _check_file(path.parent)]


def _check_file(folder: Path) -> list[Problem]:
    try:
        marks = read_marks(folder)
    except InputError as error:
        return [Problem(FILE, "-", str(error))]
    problems: list[Problem] = []
    labelled: set[str] = set()
    for path in sorted(folder.glob("*.json")):
        item = read(path) if path.name != FLOORS else None
        if item is None or item.label is None:
            continue
        labelled.add(item.name)
        if item.name in marks:
            problems += [Problem(item.name, *told) for told in wrong(item.label, item.article.text, marks[item.name])]
        else:
            problems.append(Problem(item.name, "marks", f"is not marked: python -m evals.training.marks {folder}"))
    return problems + [Problem(name, "marks", "marks an article that is not here") for name in sorted(marks.keys() - labelled)]


def wrong(label: Json, text: str, marks: list[ArticleMark]) -> Iterator[tuple[str, str]]:
    """(path, message) of what does not hold between a label, its article and the marks."""
    for fault in faults(text, [one.mark for one in marks], SIDES):
        yield "marks", fault
    wanted = list(parts(label, text))
    yield from _unmarked(label, text, marks, wanted)
    yield from _unlabelled(label, marks, wanted)
    for path, words, tag in times(label):
        if flat(words) in flat(text) and not any(tag in one.mark.tags and is_same(one.mark.text, words) for one in marks):
            yield f"{path}.time", f"{words!r} is not marked as {tag}"


def _unmarked(label: Json, text: str, marks: list[ArticleMark], wanted: list[Part]) -> Iterator[tuple[str, str]]:
    """Parts that no mark tells: where a quote names the person, and where none of the event's quotes has a mark."""
    told = {(part.path, part.field) for part in wanted if any(_tells(one, part) for one in marks)}
    for part in wanted:
        is_due = (part.path, part.field) not in told or _is_named(label, part, text)
        if is_due and not any(_tells(one, part) for one in marks):
            yield f"quotes.{part.path}", f"{part.person!r} is not marked as {part.tag} in {text[part.start : part.end][:60]!r}"


def _unlabelled(label: Json, marks: list[ArticleMark], wanted: list[Part]) -> Iterator[tuple[str, str]]:
    """Marks that say what the label does not."""
    sides = {player["name"]: player["team"] for player in label["players"]}
    started = {player["name"] for player in label["players"] if player["started"]}
    for one in marks:
        where = f"{one.mark.text!r} at {one.mark.start}"
        if one.person is not None and sides.get(one.person) != one.mark.side:
            yield "marks", f"{where}: {one.person!r} is no player of {one.mark.side}"
        for tag in one.mark.tags:
            is_told = one.person in started if tag == "started" else tag not in ROLE_TAGS or any(_tells(one, p, tag) for p in wanted)
            if not is_told:
                yield "marks", f"{where}: no quote of an event has {one.person!r} as {tag}"


def _is_named(label: Json, part: Part, text: str) -> bool:
    """Whether a quote has a form of the name in it, or the words that the label gives for him and that are more than a pronoun."""
    who: str | list[str] = label["quotes"][part.path].get("who", {}).get(part.field) or []
    said = [words for words in ([who] if isinstance(who, str) else who) if len(words.split()) > 1]
    player = next(player for player in label["players"] if player["name"] == part.person)
    forms = [*said, player["name"], *player["aliases"]]
    return any(re.search(rf"(?<!\w){re.escape(flat(form))}(?!\w)", flat(text[part.start : part.end])) for form in forms)


def _tells(one: ArticleMark, part: Part, tag: str | None = None) -> bool:
    """Whether a mark is that of somebody's part in an event."""
    inside = part.start <= one.mark.start and one.mark.end <= part.end
    return inside and one.person == part.person and part.tag in one.mark.tags and tag in (None, part.tag)


def is_same(words: str, others: str) -> bool:
    """Whether two ways of writing a time are the same words, one perhaps with more around it."""
    one, other = (" ".join(flat(said).lower().split()) for said in (words, others))
    return one in other or other in one
