"""The word pieces that Dutch match prose needs, out of the 250,000 of the multilingual model."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from tokenizers import Tokenizer, models

UNKNOWN = "<unk>"
_MARK = "\u2581"


def build(pieces: list[tuple[str, float]]) -> Tokenizer:
    """A unigram tokenizer over pieces; number 0 is unknown."""
    vocabulary = [(UNKNOWN, -20.0), *[piece for piece in pieces if piece[0] != UNKNOWN]]
    return Tokenizer(models.Unigram(vocabulary, unk_id=0))


def choose(pieces: list[tuple[str, float]], words: Iterable[tuple[str, int]], size: int) -> list[int]:
    """Numbers of the pieces to keep: single characters of Dutch, then the pieces that the words use most."""
    whole = build(pieces[4:])
    counts: Counter[int] = Counter()
    for word, weight in words:
        for number in whole.encode(_MARK + word).ids:
            counts[number] += weight
    single = [n for n, (text, _) in enumerate([(UNKNOWN, 0.0), *pieces[4:]]) if len(text.strip(_MARK)) <= 1 and text.isascii()]
    kept = dict.fromkeys([n for n in single if n])
    for number, _ in counts.most_common():
        if number and len(kept) < size:
            kept[number] = None
    return sorted(number + 3 for number in kept)  # back to the numbering of the model: 4 specials less the unknown

