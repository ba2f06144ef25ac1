"""Choose the word pieces to keep, by their counts on Dutch: match prose and every form in the dictionary.

    python -m evals.training.encoder.vocabulary --weights .../e5-small-q4.bin --out build/encoder
"""

from __future__ import annotations

import argparse
import json
import re
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from simplemma.strategies.dictionaries.dictionary_factory import DefaultDictionaryFactory

from evals.training.encoder.weights import read_weights
from evals.training.phrases import load_phrases
from extractor.dutch.encoder.pieces import SPECIALS
from extractor.dutch.encoder.vocabulary import START, tokenizer

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures"


def main() -> None:
    """Write `kept.json`: the numbers of the pieces."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--weights", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--size", type=int, default=28_000)
    options = parser.parse_args()
    counts: Counter[str] = Counter()
    texts = [path.read_text(encoding="utf-8") for path in sorted((FIXTURES / "train").glob("*.txt"))]
    for text in (*texts, *(phrase["text"] for phrase in load_phrases(FIXTURES / "phrases"))):
        counts.update(dict.fromkeys(re.findall(r"[^\W\d_]+|\d+|[^\w\s]", text.lower()), 10))
    for form in DefaultDictionaryFactory().get_dictionary("nl"):
        word = form.decode() if isinstance(form, bytes) else form
        if word.islower() and len(word) < 20:
            counts[word] += 1
    kept = choose(read_weights(options.weights, layers=1).pieces, counts.items(), options.size)
    options.out.mkdir(parents=True, exist_ok=True)
    (options.out / "kept.json").write_text(json.dumps(kept), encoding="utf-8")
    print(f"{len(kept)} pieces kept")


def choose(pieces: list[tuple[str, float]], words: Iterable[tuple[str, int]], size: int) -> list[int]:
    """Numbers of the pieces to keep: single characters, then the pieces that the words use most.

    Args:
        pieces: All of the multilingual model; the first four are its symbols.
        words: With their weights.
        size: How many to keep at most.
    """
    known = [("<unk>", 0.0), *pieces[4:]]
    pieces_of = tokenizer(known)
    counts: Counter[int] = Counter()
    for word, weight in words:
        for number in pieces_of(word):
            counts[number - SPECIALS] += weight
    single = [n for n, (text, _) in enumerate(known) if n and len(text.strip(START)) <= 1 and text.isascii()]
    kept = dict.fromkeys(single)
    for number, _ in counts.most_common():
        if number and len(kept) < size:
            kept[number] = None
    return sorted(number + 3 for number in kept)  # back to the numbering of the model: 4 symbols less the unknown


if __name__ == "__main__":
    main()
