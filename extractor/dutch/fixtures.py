"""Fixtures: which sentences say what is next, for one of the two teams or for both, learned."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from extractor.dutch.lexicon import MONTHS, WEEKDAYS
from extractor.dutch.linear import load_model
from extractor.dutch.reading import Reading

_MIN_CHANCE = 0.5
_END = 2
"""How many sentences make up the end of an article."""


def fixture_kinds(reading: Reading) -> Sequence[str]:
    """For each sentence what it says: `one` (the next fixture of one team), `both` (of the two together) or `none`."""
    sentences = reading.prepared.sentences
    if not sentences:
        return ()
    model = load_model("fixtures")
    rows = model.probabilities([fixture_features(reading, index) for index in range(len(sentences))])
    kinds: list[str] = []
    for sentence, row in zip(sentences, rows, strict=True):
        best = int(row.argmax())
        kinds.append(model.classes[best] if row[best] >= _MIN_CHANCE and sentence.kind != "title" else "none")
    return kinds


def fixture_features(reading: Reading, index: int) -> list[str]:
    """The masked words of a sentence, whom it names, and where it stands."""
    words = [_word(reading, index, position) for position in range(len(reading.symbols[index]))]
    total = len(reading.prepared.sentences)
    kind = reading.prepared.sentences[index].kind
    features = [f"place={min(9, 10 * index // max(1, total))}", f"kind={kind}", f"last={total - index <= _END}"]
    features += [f"w={word}" for word in words]
    features += [f"w2={a} {b}" for a, b in pairwise(["<s>", *words, "</s>"])]
    features += [f"w3={a} {b} {c}" for a, b, c in zip(words, words[1:], words[2:], strict=False)]
    features += [f"has={mark}" for mark in ("[A]", "[C]", "[S]", "[P]", "DAY", "MONTH") if mark in words]
    features.append(f"clubs={min(words.count('[C]'), 2)}|{min(words.count('[A]'), 2)}")
    if any(start <= reading.prepared.sentences[index].start + 3 < end for start, end in reading.quoted):
        features.append("quoted")
    return features


def _word(reading: Reading, index: int, position: int) -> str:
    """A word as it matters here: `[A]` one of the two teams, `[C]` another club, days and months alike."""
    symbol = reading.symbols[index][position]
    if symbol.text == "[C]" and reading.teams is not None and symbol.entity in (reading.teams.first, reading.teams.second):
        return "[A]"
    if symbol.text in MONTHS:
        return "MONTH"
    if any(symbol.text.startswith(day) for day in WEEKDAYS):
        return "DAY"
    return symbol.text
