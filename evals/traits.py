"""Which trait is in which article, and how many of `test`'s phrasings learning has seen: `python -m evals.traits [--articles]`."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

from evals.fixtures import FIXTURES, Json, Labelled, load
from evals.validate import TRAITS, flat

SPLITS = ("train", "dev", "test")
FEWEST = 3
"""Articles of `dev` and of `test` that have a trait."""
LENGTH = 4
"""Words of a phrasing."""


@dataclass(frozen=True, slots=True)
class Overlap:
    """How many event phrasings of one split occur in another.

    Args:
        quotes: Event quotes of the first split.
        repeated: Of them, those of which half the phrasings occur in the second.
        phrases: Different phrasings in the quotes.
        known: Of them, those that occur in the second.
    """

    quotes: int
    repeated: int
    phrases: int
    known: int


def trait_table(folder: Path) -> dict[str, dict[str, list[str]]]:
    """By trait, by split: the names of the articles."""
    cases = {split: load(folder, split) for split in SPLITS}
    return {trait: {split: _having(trait, cases[split]) for split in SPLITS} for trait in sorted(TRAITS)}


def _having(trait: str, cases: Sequence[Labelled]) -> list[str]:
    return [case.name for case in cases if case.label and trait in case.label.get("traits", ())]


def overlap(cases: Iterable[Labelled], known: Iterable[Labelled]) -> Overlap:
    """How many event phrasings of some articles occur in the event quotes of others."""
    seen = {phrase for quote in _quotes(known) for phrase in quote}
    quotes = list(_quotes(cases))
    different = {phrase for quote in quotes for phrase in quote}
    repeated = sum(bool(quote) and 2 * sum(phrase in seen for phrase in quote) >= len(quote) for quote in quotes)
    return Overlap(len(quotes), repeated, len(different), len(different & seen))


def _quotes(cases: Iterable[Labelled]) -> Iterator[list[tuple[str, ...]]]:
    """The phrasings of every event quote, each quote once."""
    for case in cases:
        label = case.label or {}
        quotes: Json = label.get("quotes") or {}
        texts = dict.fromkeys(str(text) for quote in quotes.values() for text in quote["text"])
        forms = _forms(label)
        for text in texts:
            yield phrasings(text, forms)


def phrasings(text: str, names: Sequence[str]) -> list[tuple[str, ...]]:
    """Runs of four words, with names and numbers masked, so that the same words about others count as the same."""
    masked = flat(text)
    for name in names:
        masked = re.sub(rf"(?<!\w){re.escape(flat(name))}(?!\w)", " @ ", masked)
    words = re.findall(r"@|\d+|\w+", masked.lower())
    plain = ["#" if word.isdigit() else word for word in words]
    runs = (tuple(plain[at : at + LENGTH]) for at in range(len(plain) - LENGTH + 1))
    # Masks alone are nobody's phrasing.
    return [run for run in runs if sum(word not in "@#" for word in run) >= LENGTH - 1]


def _forms(label: Json) -> list[str]:
    """All names in a label, long ones first."""
    found: set[str] = set()
    for entry in (label["home"], label["away"], *label["players"]):
        found |= {entry["name"], *entry["aliases"], *entry["name"].split()[-1:]}
    found |= {name for name in (label["referee"], label["home"]["coach"], label["away"]["coach"], label["venue"]["stadium"]) if name}
    return sorted(found, key=len, reverse=True)


def main() -> None:
    """Print the table and the overlap; exit code 1 where a trait is too rare."""
    console = Console()
    table = Table(title="Articles by trait")
    traits = trait_table(FIXTURES)
    for heading in ("trait", *SPLITS):
        table.add_column(heading, justify="left" if heading == "trait" else "right")
    named = "--articles" in sys.argv
    for trait, by_split in traits.items():
        table.add_row(trait, *(", ".join(names) if named else str(len(names)) for names in by_split.values()))
    console.print(table)
    rare = [trait for trait, by_split in traits.items() if min(len(by_split["dev"]), len(by_split["test"])) < FEWEST]
    console.print(f"in fewer than {FEWEST} articles of dev or of test: {', '.join(rare) or 'none'}")
    train, dev, test = (load(FIXTURES, split) for split in SPLITS)
    for name, cases in (("test", test), ("dev", dev)):
        told = overlap(cases, train)
        console.print(
            f"{name} in train: {told.known} of {told.phrases} phrasings ({told.known / max(1, told.phrases):.1%}); "
            f"{told.repeated} of {told.quotes} event quotes ({told.repeated / max(1, told.quotes):.1%}) have half of theirs there"
        )
    sys.exit(1 if rare else 0)


if __name__ == "__main__":
    main()
