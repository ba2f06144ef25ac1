"""How far two people who labelled the same articles agree: `python -m evals.agreement dev`.

The second labels were made blind. The first were settled with them afterwards, so that the number that counts is the one
without alternatives: one reading each. With the label's `accept` every difference that was found to be two right readings
is gone; that number says that nothing is left to settle, and nothing about how hard the task is.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path

from rich.console import Console
from rich.table import Table

from evals.fixtures import FIXTURES, Json, load, read_json
from evals.scores import HEADLINES
from evals.scoring import ATTRIBUTES, FIELDS, Counts, compare, groups
from evals.statistics import Interval, f1_interval

ENOUGH = 0.97
"""Fact F1 under which labels are not done."""


def agreement(folder: Path, split: str, *, settled: bool) -> dict[str, list[Counts]]:
    """Counts by article of the second labels against the first, for every group and field.

    Raises:
        InputError: A second label is missing.
    """
    tables: list[Mapping[str, Counts]] = []
    for case in load(folder, split):
        if case.label is None:
            continue
        second = read_json(folder / "second" / split / f"{case.name}.json")
        tables.append(groups(compare(_as_prediction(second), case.label if settled else {**case.label, "accept": {}})))
    found: dict[str, list[Counts]] = defaultdict(list)
    for name in dict.fromkeys(name for table in tables for name in table):
        found[name] = [table.get(name, Counts()) for table in tables]
    return found


def _as_prediction(label: Json) -> Json:
    return {key: value for key, value in label.items() if key not in ("accept", "quotes", "traits")}


def show(folder: Path, split: str, console: Console) -> float:
    """Print the table; the F1 over all facts, one reading each."""
    raw, settled = (agreement(folder, split, settled=one) for one in (False, True))
    table = Table(title=f"Agreement of two labellings of {split}")
    for heading in ("", "facts", "one reading", "95 %", "with accept", "95 %"):
        table.add_column(heading, justify="right" if heading else "left", no_wrap=True)
    shown = [*HEADLINES, *FIELDS, *(name for one in ATTRIBUTES for name in (one, f"{one}.*"))]
    whole: Interval | None = None
    for name in shown:
        if name not in raw:
            continue
        one, other = f1_interval(raw[name]), f1_interval(settled.get(name, []))
        whole = one if name == "all" else whole
        total = sum(raw[name], Counts())
        table.add_row(
            name,
            str(total.right + total.missing),
            f"{one.value:.3f}",
            f"{one.low:.3f}–{one.high:.3f}",
            f"{other.value:.3f}",
            f"{other.low:.3f}–{other.high:.3f}",
        )
    console.print(table)
    assert whole is not None
    return whole.value


def main() -> None:
    """Both splits, or those named; exit code 1 where the labels are not done."""
    names = sys.argv[1:] or ["dev", "test"]
    values = [show(FIXTURES, split, Console()) for split in names]
    sys.exit(0 if min(values) >= ENOUGH else 1)


if __name__ == "__main__":
    main()
