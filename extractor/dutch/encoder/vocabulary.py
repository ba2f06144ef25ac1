"""The vocabulary: words as pieces, by the most probable segmentation of a unigram model (Kudo, 2018)."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping, Sequence

from extractor.dutch.encoder.pieces import SPECIALS

START = "\u2581"
"""Stands before the first piece of every word."""
_UNKNOWN_SCORE = -25.0


def tokenizer(pieces: Sequence[tuple[str, float]]) -> Callable[[str], Sequence[int]]:
    """Word -> numbers of its pieces, from `SPECIALS` on.

    Args:
        pieces: Pieces with their log-probabilities. The first one stands for what no piece spells.
    """
    table = {text: (number, score) for number, (text, score) in enumerate(pieces) if number}
    longest = max(map(len, table))
    memory: dict[str, tuple[int, ...]] = {}

    def pieces_of(word: str) -> tuple[int, ...]:
        if word not in memory:
            if len(memory) > 1 << 16:  # an archive holds more words than are worth remembering
                memory.clear()
            memory[word] = _segment(START + unicodedata.normalize("NFKC", word), table, longest)
        return memory[word]

    return pieces_of


def _segment(text: str, table: Mapping[str, tuple[int, float]], longest: int) -> tuple[int, ...]:
    """The most probable pieces (Viterbi)."""
    best: list[tuple[float, int, int]] = [(0.0, 0, 0)]  # score, where the last piece began, its number
    for end in range(1, len(text) + 1):
        options = [(best[end - 1][0] + _UNKNOWN_SCORE, end - 1, 0)]
        for begin in range(max(0, end - longest), end):
            found = table.get(text[begin:end])
            if found is not None:
                options.append((best[begin][0] + found[1], begin, found[0]))
        best.append(max(options))
    numbers: list[int] = []
    at = len(text)
    while at:
        _, begin, number = best[at]
        if number or not numbers or numbers[-1] != SPECIALS:  # what is unknown in a row is one piece
            numbers.append(SPECIALS + number)
        at = begin
    return tuple(reversed(numbers))
