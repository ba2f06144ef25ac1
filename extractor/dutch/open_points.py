"""Open points: what the reader could not settle, as narrow questions with options from the article."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from extractor.claim import Claim, Role
from extractor.dutch.reading import Reading

MAX_POINTS = 4
"""Questions an article; each costs a small model some seconds."""

NOBODY = "nobody is named"


@dataclass(frozen=True, slots=True)
class OpenPoint:
    """A question about one claim.

    Args:
        claim: Its place among the reader's claims.
        role: Whose name is missing or doubtful.
        passage: The sentences to read.
        question: In English.
        options: Names in the passage, and "nobody is named".
    """

    claim: int
    role: Role
    passage: str
    question: str
    options: tuple[str, ...]


def open_points(reading: Reading, claims: Sequence[Claim]) -> list[OpenPoint]:
    """Goals whose scorer the reader did not find, or is unsure of, the least sure first."""
    found: list[tuple[float, OpenPoint]] = []
    for number, claim in enumerate(claims):
        unsure = claim.kind == "goal" and ("scorer" not in claim.people or claim.confidence < 0.6)
        if not unsure or not claim.spans:
            continue
        passage, names = _window(reading, claim.spans[-1].start)
        if len(names) < 2:
            continue
        score = f" that made it {claim.score[0]}-{claim.score[1]}" if claim.score else ""
        question = f"Who scored the goal{score}?"
        found.append((claim.confidence, OpenPoint(number, "scorer", passage, question, (*names[:8], NOBODY))))
    return [point for _, point in sorted(found, key=lambda item: item[0])[:MAX_POINTS]]


def _window(reading: Reading, start: int) -> tuple[str, list[str]]:
    """The sentence at an offset of the text with the two before it, and the players named in them."""
    prepared = reading.prepared
    here = prepared.sentence_at(prepared.view_offset[start])
    first = max(0, here - 2)
    names: list[str] = []
    for index in range(first, here + 1):
        for symbol in reading.symbols[index]:
            if symbol.text == "[P]" and symbol.entity is not None:
                name = reading.entities[symbol.entity].name
                if name not in names:
                    names.append(name)
    passage = prepared.view[prepared.sentences[first].start : prepared.sentences[here].end]
    return passage, names
