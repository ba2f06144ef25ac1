"""Fit the confidence of facts on labelled articles: what assembly knows of each fact, against whether it is right.

    python -m evals.training.calibrate

Reads the `dev` and `tune` articles (half a minute), writes `extractor/assemble/calibration.json`, and prints how well it does on
articles that it was not fitted on (cross-validation by article). Run it again whenever the reader or the assembly has changed.
"""

from __future__ import annotations

import argparse
import json
import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from evals.reliability import calibration_error
from evals.scoring import compare
from evals.training.examples import Labelled, load
from extractor.assemble import confidence
from extractor.assemble.compose import assemble_judged
from extractor.assemble.confidence import Calibration, Scale, confidences
from extractor.assemble.signals import Judged
from extractor.dutch import reader
from extractor.errors import NotAMatchReport
from extractor.ground import ground

FIXTURES = Path(__file__).resolve().parents[1] / "fixtures"
Floats = NDArray[np.float64]

TARGET = Path(confidence.__file__).with_name(confidence.FILE)
FOLDS = 5
TO_ZERO, TO_USUAL, TO_BASE = 1.0, 50.0, 1.0
"""How strongly the weights of all facts together are drawn to zero, those of a group to them, and its base to theirs; chosen by the
cross-validated log loss on dev (0.5 to 200 tried for the second)."""

Row = tuple[Mapping[str, float], bool]
"""The signals of a fact, and whether it is right."""


@dataclass(frozen=True)
class Sample:
    """An article: what is known of its facts, and which are right. A fact without verdict is in neither."""

    judged: Mapping[str, Judged]
    right: Mapping[str, bool]


def main(arguments: Sequence[str] | None = None) -> None:
    """Fit, print, store."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--articles", type=Path, nargs="+", default=[FIXTURES / "dev", FIXTURES / "tune"], help="folders of labelled articles"
    )
    parser.add_argument("--out", type=Path, default=TARGET)
    options = parser.parse_args(arguments)
    samples = [sample for folder in options.articles for item in load(folder) if (sample := _sample(item))]
    _print(samples)
    fitted = {
        group: {"base": round(scale.base, 4), "weights": {name: round(weight, 4) for name, weight in sorted(scale.weights.items())}}
        for group, scale in sorted(fit(samples).items())
    }
    options.out.write_text(json.dumps(fitted, indent=1) + "\n", encoding="utf-8")
    print(f"wrote {options.out}: {len(fitted)} groups from {len(samples)} articles")


def _sample(item: Labelled) -> Sample | None:
    """What the reader and the assembly make of an article; None where they find no match."""
    reading = reader.read(item.prepared)
    try:
        made = assemble_judged(ground(reader.claims(reading), reading).claims, reading)
    except NotAMatchReport:
        return None
    facts = compare(made.report.model_dump(mode="json"), item.label)
    return Sample(made.judged, {fact.place: fact.verdict == "right" for fact in facts if fact.place is not None})


def fit(samples: Sequence[Sample]) -> Calibration:
    """A logistic for each group, near the one of all groups together (some have a handful of facts); of attributes, given their entry."""
    entries: dict[str, list[Row]] = defaultdict(list)
    attributes: dict[str, list[Row]] = defaultdict(list)
    for sample in samples:
        for path, is_right in sample.right.items():
            fact = sample.judged[path]
            if fact.given is None:
                entries[fact.group].append((fact.signals, is_right))
            elif sample.right.get(fact.given, False):
                attributes[fact.group].append((fact.signals, is_right))
    return {**_fit(entries), **_fit(attributes)}


def _fit(groups: Mapping[str, list[Row]]) -> Calibration:
    every = [row for some in groups.values() for row in some]
    usual = _scale(every, Scale(_log_odds(every), {}), TO_ZERO)
    return {group: _scale(some, usual, TO_USUAL) for group, some in groups.items()}


def _log_odds(rows: Sequence[Row]) -> float:
    """Of a fact about which nothing is known."""
    right = sum(is_right for _, is_right in rows)
    return math.log((right + 1) / (len(rows) - right + 1))


def _scale(rows: Sequence[Row], usual: Scale, strength: float) -> Scale:
    """The logistic that fits some facts best, drawn to a usual one; no weight below zero."""
    names = sorted({name for signals, _ in rows for name in signals})
    table = np.array([[1.0, *(signals.get(name, 0.0) for name in names)] for signals, _ in rows])
    signs = np.array([1.0 if is_right else -1.0 for _, is_right in rows])
    start = np.array([usual.base, *(usual.weights.get(name, 0.0) for name in names)])
    pulls = np.array([TO_BASE, *([strength] * len(names))])

    def loss(values: Floats) -> tuple[float, Floats]:
        odds = signs * (table @ values)
        slopes = (-signs / (1 + np.exp(np.clip(odds, -30, 30)))) @ table
        pulled = values - start
        return float(np.logaddexp(0, -odds).sum() + 0.5 * (pulls * pulled**2).sum()), slopes + pulls * pulled

    bounds = [(-6.0, 6.0), *([(0.0, None)] * len(names))]
    found = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=bounds).x
    weights = {name: float(weight) for name, weight in zip(names, found[1:], strict=True) if weight > 1e-4}
    return Scale(float(found[0]), weights)


def cross_validated(samples: Sequence[Sample]) -> list[tuple[str, float, float, bool]]:
    """Of each fact its group, its raw score, its confidence by a fit without its article, and whether it is right."""
    found: list[tuple[str, float, float, bool]] = []
    for fold in range(FOLDS):
        calibration = fit([sample for number, sample in enumerate(samples) if number % FOLDS != fold])
        for sample in samples[fold::FOLDS]:
            sure = confidences(sample.judged, calibration)
            found += [
                (sample.judged[path].group, sample.judged[path].raw, sure[path], is_right)
                for path, is_right in sample.right.items()
                if path in sure
            ]
    return found


def _print(samples: Sequence[Sample]) -> None:
    """Expected calibration error and log loss of each group, raw and fitted."""
    rows = cross_validated(samples)
    print(f"{'':28}{'facts':>6}{'right':>8}{'ECE raw':>9}{'ECE':>8}{'loss raw':>10}{'loss':>8}")
    groups = sorted({group for group, *_ in rows})
    for name, some in [("all", rows), *((group, [row for row in rows if row[0] == group]) for group in groups)]:
        right = [row[3] for row in some]
        raw, fitted = [row[1] for row in some], [row[2] for row in some]
        print(
            f"{name:28}{len(some):6}{np.mean(right):8.3f}{calibration_error(raw, right):9.3f}{calibration_error(fitted, right):8.3f}"
            f"{_loss(raw, right):10.3f}{_loss(fitted, right):8.3f}"
        )


def _loss(chances: Sequence[float], right: Sequence[bool]) -> float:
    """Log loss."""
    bounded = np.clip(np.array(chances), 0.01, 0.99)
    return float(-np.mean(np.where(np.array(right), np.log(bounded), np.log(1 - bounded))))


if __name__ == "__main__":
    main()
