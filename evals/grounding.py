"""Is every fact where the report says it is? Counted without looking at the label, but for words that stand for a name."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from evals.fixtures import Json
from evals.scoring import ATTRIBUTES
from extractor import Article

EVENTS = tuple(name for name in ATTRIBUTES if name != "players")
PEOPLE = ("scorer", "assist", "taker", "player", "player_in", "player_out", "opponent")
_CUT = re.compile(r"(?<=\w)-\s*\n\s*(?=[a-z])")


@dataclass(frozen=True, slots=True)
class Grounding:
    """Counts over one report, or over several added up.

    Args:
        spans: Pieces of evidence.
        exact: Of them, those whose offsets give their text in the article.
        values: People and times in events.
        held: Of them, those whose words are in their event's evidence.
        unproven: Events without evidence.
        names: Personal names in the report.
        unknown: Of them, those the article does not contain.
    """

    spans: int = 0
    exact: int = 0
    values: int = 0
    held: int = 0
    unproven: int = 0
    names: int = 0
    unknown: tuple[str, ...] = ()

    def __add__(self, more: Grounding) -> Grounding:
        return Grounding(
            self.spans + more.spans,
            self.exact + more.exact,
            self.values + more.values,
            self.held + more.held,
            self.unproven + more.unproven,
            self.names + more.names,
            self.unknown + more.unknown,
        )


def measure(report: Json, article: Article) -> Grounding:
    """The grounding of one report."""
    spans = list(_spans(report))
    exact = sum(article.text[span["start"] : span["end"]] == span["text"] for span in spans)
    names = list(_names(report))
    whole = _plain(f"{article.text}\n{article.title or ''}")
    unknown = tuple(name for name in names if _plain(name) not in whole)
    total = Grounding(spans=len(spans), exact=exact, names=len(names), unknown=unknown)
    forms = {player["name"]: [player["name"], *player["aliases"]] for player in report.get("players") or ()}
    for kind in EVENTS:
        for event in report.get(kind) or ():
            total += _event(event, forms)
    return total


def _event(event: Json, forms: Mapping[str, Sequence[str]]) -> Grounding:
    """Which of an event's people and times its evidence holds."""
    spans: Sequence[Json] = event.get("evidence") or ()
    words = _plain(" … ".join(span["text"] for span in spans))
    held = [any(_plain(form) in words for form in _ways(event[role], forms)) for role in PEOPLE if event.get(role)]
    if event.get("time"):
        held.append(_plain(event["time"]["text"]) in words)
    return Grounding(values=len(held), held=sum(held), unproven=int(not spans))


def _ways(name: str, forms: Mapping[str, Sequence[str]]) -> list[str]:
    """The forms of a name, and its last word."""
    return [*forms.get(name, ()), name, name.rsplit(maxsplit=1)[-1]]


def _spans(report: Json) -> Iterator[Json]:
    by_field: Mapping[str, Sequence[Json]] = report.get("evidence") or {}
    for spans in by_field.values():
        yield from spans
    for kind in EVENTS:
        for event in report.get(kind) or ():
            yield from event.get("evidence") or ()


def _names(report: Json) -> Iterator[str]:
    """Every personal name, once."""
    found: list[str | None] = [report.get("referee"), *(report[side].get("coach") for side in ("home", "away"))]
    for player in report.get("players") or ():
        found += [player["name"], *player["aliases"]]
    for kind in EVENTS:
        for event in report.get(kind) or ():
            found += [event.get(role) for role in PEOPLE if role != "opponent"]
    yield from dict.fromkeys(name for name in found if name)


def _plain(words: str) -> str:
    return " ".join(_CUT.sub("", words.replace("\xad", "")).replace("\u2019", "'").casefold().split())
