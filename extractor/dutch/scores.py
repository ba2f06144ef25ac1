"""Scores: every pair of numbers that is written as a score, and what it is the score of.

A linear model tells from the words around whether a score is the final one, the running score after a
goal, the half-time score, a shoot-out, an aggregate, or of another match.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from extractor.dutch.linear import load_model
from extractor.dutch.words import tokenize
from extractor.prepare import Prepared

ScoreKind = Literal["running", "final", "half_time", "shootout", "aggregate", "other"]
SCORE_KINDS: tuple[ScoreKind, ...] = ("running", "final", "half_time", "shootout", "aggregate", "other")

ScorePlace = tuple[int, int, tuple[int, int], int]
"""Start, end, the pair of numbers, the sentence."""

_SCORE = re.compile(r"(?<![\d.,/\-])(?P<home>\d{1,2})\s?(?:-|–|:(?=\d\b(?!\d)))\s?(?P<away>\d{1,2})(?![\d/%]|[.,]\d|-\d|\s?uur|')")


@dataclass(frozen=True, slots=True)
class ScoreMention:
    """A score as written, offsets into the view."""

    start: int
    end: int
    pair: tuple[int, int]
    kind: ScoreKind
    probability: float
    sentence: int


def find_score_places(prepared: Prepared) -> list[ScorePlace]:
    """Every written score of the article."""
    places: list[ScorePlace] = []
    for index, sentence in enumerate(prepared.sentences):
        for found in _SCORE.finditer(prepared.view, sentence.start, sentence.end):
            pair = int(found["home"]), int(found["away"])
            if max(pair) <= 25 and not _is_formation(prepared.view, found.start(), found.end()):
                places.append((found.start(), found.end(), pair, index))
    return places


def read_scores(prepared: Prepared) -> tuple[ScoreMention, ...]:
    """All scores with their most likely kind."""
    places = find_score_places(prepared)
    if not places:
        return ()
    model = load_model("scores")
    rows = model.probabilities([score_features(prepared, place, places) for place in places])
    mentions: list[ScoreMention] = []
    for (start, end, pair, sentence), row in zip(places, rows, strict=True):
        best = int(row.argmax())
        mentions.append(ScoreMention(start, end, pair, _kind(model.classes[best]), float(row[best]), sentence))
    return tuple(mentions)


def _kind(name: str) -> ScoreKind:
    return next(kind for kind in SCORE_KINDS if kind == name)


def score_features(prepared: Prepared, place: ScorePlace, places: Sequence[ScorePlace]) -> list[str]:
    """The words around a score and where it stands."""
    start, end, pair, index = place
    sentence = prepared.sentences[index]
    left = [_plain(t.text) for t in tokenize(prepared.view, sentence.start, start)]
    right = [_plain(t.text) for t in tokenize(prepared.view, end, sentence.end)]
    total = len(prepared.sentences)
    features = [
        f"kind={sentence.kind}",
        f"position={min(4, 5 * index // max(1, total))}",
        f"first={index < 2}",
        f"sum={min(sum(pair), 7)}",
        f"draw={pair[0] == pair[1]}",
        f"zero={pair == (0, 0)}",
        f"ends={not right or (right[0] in '.!?' and len(right) == 1)}",
        f"opens={not left}",
    ]
    same = [p for p in places if p[2] == pair]
    features.append(f"repeats={min(len(same), 3)}")
    features.append(f"is_last={all(sum(p[2]) <= sum(pair) for p in places)}")
    features.append(f"is_largest_first={same[0][0] == start}")
    for size in (1, 2, 3):
        if len(left) >= size:
            features.append(f"L{size}={' '.join(left[-size:])}")
        if len(right) >= size:
            features.append(f"R{size}={' '.join(right[:size])}")
    features += [f"l={word}" for word in left[-8:]]
    features += [f"r={word}" for word in right[:8]]
    return features


def _plain(word: str) -> str:
    return "0" if word[0].isdigit() else word.lower()


def _is_formation(view: str, start: int, end: int) -> bool:
    """"4-3-3" and "4-4-2" are line-ups; "2-0-2024" is a date."""
    return re.match(r"-\d", view[end : end + 2]) is not None or view[max(0, start - 2) : start].rstrip().endswith("-")
