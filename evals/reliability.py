"""Reliability: of the facts that are said to be right with 70 %, are 70 % right? And what leaving out the unsure ones brings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pydantic import BaseModel, ConfigDict

from evals.fixtures import Json, Labelled
from evals.predictions import Prediction
from evals.scoring import Counts, Fact, compare, groups, is_core, is_event
from extractor import Extraction, MatchReport

BINS = 10
LEVELS = tuple(level / 10 for level in range(BINS))
"""Of `--min-confidence`."""


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Bin(_Value):
    """Facts whose confidence is from `low` to `high`: how many, what they said on average, and the share that is right."""

    low: float
    high: float
    facts: int
    said: float
    right: float


class Reliability(_Value):
    """Confidence against what is right.

    Args:
        facts: With a confidence.
        error: Expected calibration error: how far what is said is from what is right, a fact on average.
        bins: Ten, those without facts left out.
    """

    facts: int
    error: float
    bins: list[Bin]


class Level(_Value):
    """The scores of what is left when facts below a level of confidence are left out: (precision, recall, F1) by headline."""

    level: float
    precision: dict[str, float]
    recall: dict[str, float]
    f1: dict[str, float]


def reliability(told: Sequence[tuple[float, bool]]) -> Reliability:
    """From (confidence, right) of facts."""
    bins: list[Bin] = []
    for number in range(BINS):
        inside = [one for one in told if min(int(one[0] * BINS), BINS - 1) == number]
        if inside:
            said, right = (sum(float(one[part]) for one in inside) / len(inside) for part in (0, 1))
            bins.append(Bin(low=number / BINS, high=(number + 1) / BINS, facts=len(inside), said=said, right=right))
    error = sum(one.facts * abs(one.said - one.right) for one in bins) / max(1, len(told))
    return Reliability(facts=len(told), error=error, bins=bins)


def calibration_error(said: Sequence[float], right: Sequence[bool]) -> float:
    """The expected calibration error."""
    return reliability(list(zip(said, right, strict=True))).error


def reliabilities(cases: Sequence[Labelled], answers: Mapping[str, Sequence[Prediction]]) -> dict[str, Reliability]:
    """Of all facts with a confidence, of the core and of events; empty where answers carry none."""
    told: list[tuple[Fact, float]] = []
    for case in cases:
        for answer in answers.get(case.name, ()):
            if answer.report and case.label is not None:
                facts = compare(answer.report, case.label)
                told += [(fact, answer.confidence[fact.place]) for fact in facts if fact.place in answer.confidence]
    chosen = {
        "core": [one for one in told if is_core(one[0])],
        "events": [one for one in told if is_event(one[0])],
        "all": told,
    }
    return {name: reliability([(sure, fact.verdict == "right") for fact, sure in some]) for name, some in chosen.items() if some}


def tradeoff(cases: Sequence[Labelled], answers: Mapping[str, Sequence[Prediction]]) -> list[Level]:
    """Precision and recall at every level of `--min-confidence`; empty where answers carry no confidence."""
    if not any(answer.confidence for some in answers.values() for answer in some):
        return []
    return [_level(level, cases, answers) for level in LEVELS]


def _level(level: float, cases: Sequence[Labelled], answers: Mapping[str, Sequence[Prediction]]) -> Level:
    total: dict[str, Counts] = {}
    for case in cases:
        assert case.label is not None
        for answer in answers.get(case.name) or [None]:
            counts = groups(compare(_left(answer, level) if answer else {}, case.label))
            for name in ("core", "events", "all"):
                total[name] = total.get(name, Counts()) + counts.get(name, Counts())
    return Level(
        level=level,
        precision={name: counts.precision for name, counts in total.items()},
        recall={name: counts.recall for name, counts in total.items()},
        f1={name: counts.f1 for name, counts in total.items()},
    )


def _left(answer: Prediction, level: float) -> Json:
    """The report as `--min-confidence` would have given it."""
    if answer.report is None:
        return {}
    extraction = Extraction(report=MatchReport.model_validate(answer.report), confidence=answer.confidence)
    return extraction.at_least(level).report.model_dump(mode="json")
