"""Choose the word pieces to keep, by their counts on Dutch: match prose and every form in the dictionary.

    python -m evals.training.encoder.vocabulary_file --weights .../e5-small-q4.bin --out build/encoder
"""

from __future__ import annotations

import argparse
import json
import re
from collections import Counter
from pathlib import Path

from simplemma.strategies.dictionaries.dictionary_factory import DefaultDictionaryFactory

from evals.training.encoder import vocabulary
from evals.training.encoder.weights import read_weights
from evals.training.phrases import load_phrases

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
    kept = vocabulary.choose(read_weights(options.weights, layers=1).pieces, counts.items(), options.size)
    options.out.mkdir(parents=True, exist_ok=True)
    (options.out / "kept.json").write_text(json.dumps(kept), encoding="utf-8")
    print(f"{len(kept)} pieces kept")


if __name__ == "__main__":
    main()
