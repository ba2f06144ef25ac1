from __future__ import annotations

import pytest

from evals.scoring import Counts
from evals.statistics import f1_difference, f1_interval, share_interval

GOOD, BAD = Counts(right=10), Counts(right=4, extra=3, missing=3)


def test_the_value_is_that_of_all_facts_together() -> None:
    interval = f1_interval([Counts(right=10), Counts(right=0, missing=10)])
    assert interval.value == pytest.approx(20 / 30)
    assert (interval.low, interval.high) == (0.0, 1.0)


def test_articles_that_are_alike_leave_no_doubt_and_more_articles_leave_less() -> None:
    alike = f1_interval([BAD] * 20)
    assert alike.low == alike.value == alike.high == pytest.approx(8 / 14)
    few, many = f1_interval([GOOD, BAD] * 5), f1_interval([GOOD, BAD] * 50)
    assert few.low < many.low < many.value < many.high < few.high


def test_the_interval_is_the_one_known_from_theory() -> None:
    """Half of 400 coin throws: 0.5 plus and minus 1.96 times 0.025."""
    interval = share_interval([(1, 1), (0, 1)] * 200)
    assert interval.low == pytest.approx(0.451, abs=0.005)
    assert interval.high == pytest.approx(0.549, abs=0.005)


def test_one_article_says_nothing_about_others_and_none_has_nothing_wrong() -> None:
    assert (f1_interval([BAD]).low, f1_interval([BAD]).high) == (0.0, 1.0)
    assert f1_interval([]).value == 1.0
    assert f1_interval([Counts(), Counts()]).value == 1.0


def test_pairs_show_a_small_difference_that_is_everywhere() -> None:
    """The articles differ a lot, and the second run is a little better on each: the intervals overlap, the difference does not."""
    first = [Counts(right=n, extra=5, missing=5) for n in range(2, 40)]
    second = [Counts(right=n + 1, extra=4, missing=4) for n in range(2, 40)]
    told = f1_difference(first, second)
    assert f1_interval(first).high > f1_interval(second).low
    assert told.tells_apart
    assert told.verdict == "better"
    assert f1_difference(second, first).verdict == "worse"


def test_differences_both_ways_can_not_be_told_apart() -> None:
    told = f1_difference([GOOD, BAD] * 10, [BAD, GOOD] * 10)
    assert not told.tells_apart
    assert told.verdict == "can't tell them apart"
    assert f1_difference([GOOD, BAD], [GOOD, BAD]).verdict == "the same"


def test_pairs_are_pairs() -> None:
    with pytest.raises(ValueError, match="same articles"):
        f1_difference([GOOD], [GOOD, BAD])
