"""How sure a number is: intervals by bootstrap over articles, and two runs compared article by article.

Articles differ much more than facts within one article do, so articles are what is drawn, with all their
facts. A comparison draws the same articles for both runs: what is hard for one is hard for the other.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from evals.scoring import Counts

DRAWS = 5000
LEVEL = 0.95
_SEED = 20240502

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Interval:
    """A number and the range in which 95 of 100 such sets of articles would put it."""

    value: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.value:.3f} [{self.low:.3f}, {self.high:.3f}]"


@dataclass(frozen=True, slots=True)
class Difference:
    """Second minus first, over the same articles."""

    value: float
    low: float
    high: float

    @property
    def tells_apart(self) -> bool:
        """Whether the interval leaves out zero: otherwise chance in the choice of articles is explanation enough."""
        return self.low > 0 or self.high < 0

    @property
    def verdict(self) -> str:
        """In words."""
        if not self.tells_apart:
            return "the same" if self.value == self.low == self.high == 0 else "can't tell them apart"
        return "better" if self.value > 0 else "worse"


def f1_interval(articles: Sequence[Counts]) -> Interval:
    """The F1 over all facts of some articles; by article, so that an article weighs what it holds."""
    return _interval(_table(articles), _f1)


def share_interval(parts: Sequence[tuple[int, int]]) -> Interval:
    """A share, from (part, whole) by article."""
    return _interval(np.array(parts, dtype=np.float64).reshape(-1, 2), _share)


def f1_difference(first: Sequence[Counts], second: Sequence[Counts]) -> Difference:
    """The difference in F1 of two runs over the same articles, in the same order.

    Raises:
        ValueError: The runs have different numbers of articles.
    """
    if len(first) != len(second):
        raise ValueError("a paired comparison needs the same articles in both runs")
    one, other = _table(first), _table(second)
    value = float(_or_one(_f1(other.sum(axis=0))) - _or_one(_f1(one.sum(axis=0))))
    if len(one) < 2:
        return Difference(value, min(-1.0, value), max(1.0, value))
    weights = _weights(len(one))
    low, high = _range(_or_one(_f1(weights @ other)) - _or_one(_f1(weights @ one)))
    return Difference(value, low, high)


def _interval(table: Floats, statistic: Callable[[Floats], Floats]) -> Interval:
    total = float(statistic(table.sum(axis=0)))
    value = 1.0 if np.isnan(total) else total
    if len(table) < 2 or np.isnan(total):
        # One article says nothing about others.
        return Interval(value, 0.0, 1.0)
    low, high = _range(statistic(_weights(len(table)) @ table))
    return Interval(value, low, high)


@lru_cache(maxsize=8)
def _weights(articles: int) -> Floats:
    """How often each article is drawn, a row a draw."""
    generator = np.random.default_rng(_SEED)
    return generator.multinomial(articles, np.full(articles, 1 / articles), size=DRAWS).astype(np.float64)


def _range(values: Floats) -> tuple[float, float]:
    tail = (1 - LEVEL) / 2
    low, high = np.nanquantile(values, [tail, 1 - tail])
    return float(low), float(high)


def _table(articles: Sequence[Counts]) -> Floats:
    return np.array([(one.right, one.extra, one.missing) for one in articles], dtype=np.float64).reshape(-1, 3)


def _f1(counts: Floats) -> Floats:
    right, wrong = 2 * counts[..., 0], counts[..., 1] + counts[..., 2]
    return _ratio(right, right + wrong)


def _share(counts: Floats) -> Floats:
    return _ratio(counts[..., 0], counts[..., 1])


def _ratio(part: Floats, whole: Floats) -> Floats:
    """Part of whole; no number where a draw has nothing to get right or wrong, which says nothing either."""
    return np.where(whole > 0, part / np.where(whole > 0, whole, 1), np.nan)


def _or_one(values: Floats) -> Floats:
    """In a comparison, where there is nothing to get wrong nothing is wrong."""
    return np.where(np.isnan(values), 1.0, values)
