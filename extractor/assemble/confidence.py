"""Confidence: from what assembly knows of a fact to the probability that it is right.

A logistic for each group of facts, no weight below zero: more of a signal never makes a fact less sure. Fitted on the dev articles
by `python -m evals.training.calibrate`, which writes `calibration.json` beside this file.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

from extractor.assemble.signals import Judged

FILE = "calibration.json"


@dataclass(frozen=True)
class Scale:
    """How the signals of a group add up.

    Args:
        base: Log-odds without any signal.
        weights: By signal; none is below zero.
    """

    base: float
    weights: Mapping[str, float]

    def probability(self, signals: Mapping[str, float]) -> float:
        """How likely a fact with these signals is right."""
        odds = self.base + sum(weight * signals.get(name, 0.0) for name, weight in self.weights.items())
        return 1 / (1 + math.exp(-odds))


Calibration = Mapping[str, Scale]
"""By group."""


@lru_cache(maxsize=1)
def load_calibration() -> Calibration:
    """The calibration that the package comes with; empty where it was never fitted."""
    file = resources.files("extractor.assemble").joinpath(FILE)
    return read_calibration(file.read_text(encoding="utf-8")) if file.is_file() else {}


def read_calibration(content: str) -> Calibration:
    """A calibration from its JSON."""
    return {group: Scale(told["base"], told["weights"]) for group, told in json.loads(content).items()}


def confidences(judged: Mapping[str, Judged], calibration: Calibration) -> dict[str, float]:
    """The probability of every fact; of an attribute, that its entry and itself are right."""
    found: dict[str, float] = {}
    for path, fact in judged.items():
        entry = 1.0 if fact.given is None else found[fact.given]
        scale = calibration.get(fact.group)
        found[path] = round(min(fact.raw, entry) if scale is None else scale.probability(fact.signals) * entry, 4)
    return found
