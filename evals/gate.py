"""The gate: floors under the scores, in a checked-in file, that a change may raise and not quietly lower."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from evals.fixtures import FIXTURES, FLOORS
from evals.manifest import Manifest
from evals.scores import HEADLINES, Scores
from extractor import InputError

MARGIN = 0.005
"""How far below what was measured a floor is set: scores of a model differ that much from machine to machine."""

Floors = dict[str, dict[str, dict[str, float]]]
"""By split, by what is run, by measure."""


@dataclass(frozen=True, slots=True)
class Breach:
    """A score below its floor."""

    measure: str
    floor: float
    measured: float

    def __str__(self) -> str:
        return f"{self.measure} is {self.measured:.4f}, and its floor is {self.floor:.4f}"


def measures(scores: Scores) -> dict[str, float]:
    """What floors can be set under."""
    found = {name: scores.figures[name].f1 for name in HEADLINES if name in scores.figures}
    found |= {name: share.value for name, share in scores.grounding.items()}
    if scores.gate is not None:
        found |= {"gate precision": scores.gate.precision.value, "gate recall": scores.gate.recall.value}
    return found


def floors_file(fixtures: Path) -> Path:
    """Ours lies beside the evaluations; a user's in the folder of fixtures."""
    return Path(__file__).with_name(FLOORS) if fixtures.resolve() == FIXTURES.resolve() else fixtures / FLOORS


def read_floors(path: Path) -> Floors:
    """All floors; none where there is no file.

    Raises:
        InputError: It is no file of floors.
    """
    if not path.exists():
        return {}
    try:
        floors: Floors = json.loads(path.read_text(encoding="utf-8"))
        return {
            split: {who: {name: float(at) for name, at in some.items()} for who, some in all_.items()} for split, all_ in floors.items()
        }
    except (ValueError, AttributeError, TypeError) as error:
        raise InputError(f"{path} is no file of floors: {error}") from None


def place(manifest: Manifest) -> tuple[str, str]:
    """Where the floors of a run are: its split (and how much of it), and what was run."""
    split = manifest.split if manifest.limit is None else f"{manifest.split}, first {manifest.limit}"
    return split, manifest.strategy if manifest.model is None else f"{manifest.strategy} {manifest.model}"


def breaches(manifest: Manifest, scores: Scores, floors: Floors) -> list[Breach]:
    """The scores below their floors.

    Raises:
        InputError: This run has no floors: a gate without floors would let everything pass.
    """
    split, who = place(manifest)
    under = floors.get(split, {}).get(who)
    if not under:
        raise InputError(f"there is no floor for {who} on {split}: set one with --gate --raise-floor")
    measured = measures(scores)
    return [Breach(name, floor, measured.get(name, 0.0)) for name, floor in under.items() if measured.get(name, 0.0) < floor]


def moved(manifest: Manifest, scores: Scores, floors: Floors, *, lower: bool) -> Floors:
    """The floors just below these scores. Without `lower` no floor goes down."""
    split, who = place(manifest)
    before: Mapping[str, float] = floors.get(split, {}).get(who, {})
    after = dict(before)
    for name, value in measures(scores).items():
        # What is perfect has to stay so; all else gets its margin, rounded down.
        floor = 1.0 if value == 1.0 and name not in HEADLINES else math.floor((value - MARGIN) * 1000) / 1000
        after[name] = floor if lower else max(floor, before.get(name, 0.0))
    return {**floors, split: {**floors.get(split, {}), who: after}}


def write_floors(path: Path, floors: Floors) -> None:
    """Write the file, in an order that makes a change easy to see."""
    path.write_text(json.dumps(floors, indent=2, sort_keys=True) + "\n", encoding="utf-8")
