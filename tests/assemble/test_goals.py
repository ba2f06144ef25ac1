"""The path from 0-0 to the final score: cases worked out by hand, and what holds for every path."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from extractor.assemble.goals import Path, Told, best_path, gather_goals
from extractor.claim import Claim, ScorePair
from extractor.report import MatchTime, Span
from tests.dutch.untimed import untimed

SURE_HOME, SURE_AWAY, OPEN = 0.92, 0.08, 0.5


def told(
    scorer: str | None,
    at: int,
    *,
    score: ScorePair | None = None,
    minute: int | None = None,
    value: str = "regular",
    exact: bool = False,
    sure: float = 0.9,
) -> Claim:
    """A goal as told at an offset of the article."""
    time = None if minute is None else MatchTime(minute=minute, exact=exact, text="toen")
    people: dict[Any, str] = {} if scorer is None else {"scorer": scorer}
    return Claim("goal", people, value=value, score=score, time=time, spans=(Span(start=at, end=at + 3, text="abc"),), confidence=sure)


def path(goals: list[tuple[Claim, float]], final: ScorePair | None) -> Path:
    claims = sorted(goals, key=lambda goal: goal[0].spans[0].start)
    return likeliest([claim for claim, _ in claims], [home for _, home in claims], final)


def likeliest(claims: list[Claim], home: list[float], final: ScorePair | None, told_again: Told | None = None) -> Path:
    """The best path through the best way of putting the claims together, as assembly chooses them."""
    tried = [(one.score, best_path(one.guesses, final)) for one in gather_goals(claims, home, told_again)]
    return max(tried, key=lambda one: one[0] + one[1].score)[1]


def shown(found: Path) -> list[tuple[str | None, str, ScorePair | None]]:
    return [(g.guess.scorer, "home" if g.is_home else "away", g.after) for g in found.goals]


def test_goals_in_order() -> None:
    goals = [(told("A", 0, score=(1, 0)), SURE_HOME), (told("B", 10, score=(1, 1)), SURE_AWAY), (told("C", 20, score=(2, 1)), SURE_HOME)]
    assert shown(path(goals, (2, 1))) == [("A", "home", (1, 0)), ("B", "away", (1, 1)), ("C", "home", (2, 1))]


def test_goals_told_out_of_order_stand_in_playing_order() -> None:
    goals = [
        (told("C", 0, score=(2, 1), minute=83), SURE_HOME),
        (told("B", 10, score=(1, 1), minute=22), SURE_AWAY),
        (told("A", 20, score=(1, 0), minute=10), SURE_HOME),
    ]
    assert shown(path(goals, (2, 1))) == [("A", "home", (1, 0)), ("B", "away", (1, 1)), ("C", "home", (2, 1))]


def test_goals_without_score_are_ordered_by_minute() -> None:
    goals = [(told("C", 0, minute=83), SURE_HOME), (told("A", 10, minute=10), SURE_HOME), (told("B", 20, minute=22), SURE_AWAY)]
    assert shown(path(goals, (2, 1))) == [("A", "home", (1, 0)), ("B", "away", (1, 1)), ("C", "home", (2, 1))]


def test_the_lead_repeats_the_body() -> None:
    goals = [
        (told("C", 0), SURE_HOME),
        (told("A", 50, score=(1, 0), minute=10), SURE_HOME),
        (told("C", 90, score=(2, 0), minute=83), SURE_HOME),
    ]
    found = path(goals, (2, 0))
    assert shown(found) == [("A", "home", (1, 0)), ("C", "home", (2, 0))]
    assert [len(g.guess.claims) for g in found.goals] == [1, 2]
    assert found.goals[1].guess.minute == 83


def test_a_nameless_telling_joins_the_goal_with_its_score() -> None:
    goals = [(told(None, 0, score=(1, 0)), OPEN), (told("A", 50, score=(1, 0)), SURE_HOME)]
    assert shown(path(goals, (1, 0))) == [("A", "home", (1, 0))]


def test_the_running_score_says_whose_goal_it_is() -> None:
    goals = [(told("A", 0, score=(0, 1)), OPEN), (told("B", 10, score=(1, 1)), OPEN), (told("C", 20, score=(1, 2)), OPEN)]
    assert [side for _, side, _ in shown(path(goals, (1, 2)))] == ["away", "home", "away"]


def test_the_running_score_beats_a_leaning_side() -> None:
    goals = [(told("A", 0, score=(0, 1)), 0.7), (told("B", 10, score=(0, 2)), 0.7)]
    assert shown(path(goals, (0, 2))) == [("A", "away", (0, 1)), ("B", "away", (0, 2))]


def test_the_final_score_says_whose_goals_they_are() -> None:
    goals = [(told("A", 0), OPEN), (told("B", 10), OPEN)]
    assert shown(path(goals, (0, 2))) == [("A", "away", (0, 1)), ("B", "away", (0, 2))]


def test_a_missing_goal_leaves_the_score_after_open() -> None:
    found = path([(told("A", 0), SURE_HOME)], (2, 0))
    assert shown(found) == [("A", "home", None)]
    assert found.final == (2, 0)


def test_a_missing_goal_before_a_written_score() -> None:
    goals = [(told("A", 0), SURE_HOME), (told("B", 10, score=(2, 1)), SURE_HOME)]
    assert shown(path(goals, (2, 1))) == [("A", "home", None), ("B", "home", (2, 1))]


def test_a_missing_goal_after_the_last_one_leaves_earlier_scores_alone() -> None:
    goals = [(told("A", 0, score=(1, 0)), SURE_HOME), (told("B", 10, score=(2, 0)), SURE_HOME)]
    assert shown(path(goals, (3, 0))) == [("A", "home", (1, 0)), ("B", "home", (2, 0))]


def test_a_hat_trick() -> None:
    goals = [
        (told("A", 0), SURE_HOME),
        (told("A", 50, score=(1, 0), minute=5), SURE_HOME),
        (told("A", 60, score=(2, 0), minute=38), SURE_HOME),
        (told("A", 70, score=(3, 0), minute=70), SURE_HOME),
    ]
    assert shown(path(goals, (3, 0))) == [("A", "home", (1, 0)), ("A", "home", (2, 0)), ("A", "home", (3, 0))]


def test_a_hat_trick_by_minutes_alone() -> None:
    goals = [(told("A", 50, minute=5), SURE_HOME), (told("A", 60, minute=38), SURE_HOME), (told("A", 70, minute=70), SURE_HOME)]
    assert shown(path(goals, (3, 0))) == [("A", "home", (1, 0)), ("A", "home", (2, 0)), ("A", "home", (3, 0))]


def test_two_goals_within_two_minutes() -> None:
    goals = [(told("A", 0, minute=44, exact=True), SURE_HOME), (told("A", 20, minute=45, exact=True), SURE_HOME)]
    assert [minute for minute in (g.guess.minute for g in path(goals, (2, 0)).goals)] == [44, 45]  # noqa: C416


def test_a_goal_that_the_final_score_has_no_room_for_is_left_out() -> None:
    goals = [(told("A", 0, score=(1, 0), sure=0.95), SURE_HOME), (told("B", 10, sure=0.3), SURE_HOME)]
    assert shown(path(goals, (1, 0))) == [("A", "home", (1, 0))]


def test_no_goals() -> None:
    assert path([], (0, 0)).goals == ()
    assert path([], (2, 1)).final == (2, 1)
    assert path([], None).final == (0, 0)


def test_without_a_final_score_the_goals_make_it() -> None:
    goals = [(told("A", 0), SURE_HOME), (told("B", 10), SURE_AWAY)]
    assert path(goals, None).final == (1, 1)


def test_the_right_team_at_home_explains_the_scores_better() -> None:
    """The scorers play for one team; 0-1 and 0-2 fit only if that team is away."""
    claims = [told("A", 0, score=(0, 1)), told("B", 10, score=(0, 2))]
    as_home, as_away = (likeliest(claims, [p, p], (0, 2)).score for p in (SURE_HOME, SURE_AWAY))
    assert as_away > as_home


def test_a_wrongly_written_score_does_not_lose_the_goal() -> None:
    goals = [(told("A", 0, score=(1, 0)), SURE_HOME), (told("B", 10, score=(3, 0)), SURE_HOME)]
    assert [scorer for scorer, _, _ in shown(path(goals, (2, 0)))] == ["A", "B"]


GUESSES = st.lists(
    st.tuples(
        st.sampled_from(["A", "B", "C", "D", None]),
        st.none() | st.tuples(st.integers(0, 4), st.integers(0, 4)),
        st.none() | st.integers(1, 90),
        st.floats(0.01, 0.99),
        st.floats(0.0, 1.0),
    ),
    max_size=8,
)


@untimed
@given(GUESSES, st.none() | st.tuples(st.integers(0, 4), st.integers(0, 4)))
def test_every_path_is_a_possible_match(guesses: list[Any], final: ScorePair | None) -> None:
    claims = [told(scorer, 10 * n, score=score, minute=minute, sure=sure) for n, (scorer, score, minute, sure, _) in enumerate(guesses)]
    found = likeliest(claims, [home for *_, home in guesses], final)
    assert final is None or found.final == final
    home = sum(goal.is_home for goal in found.goals)
    away = len(found.goals) - home
    assert home <= found.final[0]
    assert away <= found.final[1]
    last = (0, 0)
    for number, goal in enumerate(found.goals, 1):
        if goal.after is None:
            continue
        assert last[0] <= goal.after[0] <= found.final[0]
        assert last[1] <= goal.after[1] <= found.final[1]
        assert sum(goal.after) > sum(last)
        assert sum(goal.after) >= number
        assert goal.after[0 if goal.is_home else 1] > last[0 if goal.is_home else 1]
        last = goal.after


AGAIN = st.dictionaries(st.tuples(st.integers(0, 7), st.integers(0, 7)), st.floats(0.0, 1.0))


@untimed
@given(GUESSES, AGAIN)
def test_every_grouping_keeps_every_claim_once(guesses: list[Any], again: Told) -> None:
    claims = [told(scorer, 10 * n, score=score, minute=minute, sure=sure) for n, (scorer, score, minute, sure, _) in enumerate(guesses)]
    groupings = gather_goals(claims, [home for *_, home in guesses], again)
    assert groupings
    assert [one.score for one in groupings] == sorted((one.score for one in groupings), reverse=True)
    for grouping in groupings:
        assert sorted(c.spans[0].start for g in grouping.guesses for c in g.claims) == [10 * n for n in range(len(claims))]
        for guess in grouping.guesses:
            assert len({c.score for c in guess.claims} - {None}) <= 1
            assert len({c.people.get("scorer") for c in guess.claims} - {None}) <= 1
            assert 0 < guess.probability <= 1


def test_a_second_goal_is_one_where_the_words_say_so_or_the_score_leaves_room() -> None:
    claims = [told("A", 0, minute=20), told("A", 50), told("B", 90)]
    assert len(likeliest(claims, [SURE_HOME] * 3, (3, 0), {(0, 1): 0.1}).goals) == 3
    assert len(likeliest(claims, [SURE_HOME] * 3, (2, 0), {(0, 1): 0.9}).goals) == 2
    assert len(likeliest(claims, [SURE_HOME] * 3, (3, 0), {(0, 1): 0.55}).goals) == 3
    assert [len(one.guesses) for one in gather_goals(claims, [SURE_HOME] * 3)] == [2, 3]


def test_a_penalty_and_an_own_goal_are_two_goals() -> None:
    claims = [told("A", 0, value="penalty"), told("A", 50, value="own_goal"), told("A", 90, value="penalty")]
    assert len(gather_goals(claims, [OPEN] * 3)[0].guesses) == 2


def test_the_half_orders_goals_without_a_minute() -> None:
    late = replace(told("B", 0), time=MatchTime(period="second_half", text="na rust"))
    early = replace(told("A", 50), time=MatchTime(period="first_half", text="voor rust"))
    assert [g.scorer for g in gather_goals([late, told("C", 20), early], [OPEN] * 3)[0].guesses] == ["C", "A", "B"]
