"""Goals: the path from 0-0 to the final score that explains best what the article tells.

Goals are told out of order, twice, without score or without side. Every order of sides through the
running scores is a path; the most probable one says which goals are real, whose they are, what the
score was after each, and, where the words leave it open, which team was at home.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from extractor.claim import Claim, ScorePair

UNTOLD_WEIGHING = -0.4
"""Log-probability of a goal that the article does not tell, while final scores are weighed against each other."""
UNTOLD_SETTLED = -0.8
"""The same once the final score is settled: then a goal that is missing makes faint claims more likely."""
_WRONG_SCORE = -4.0
"""Log-probability of a written score that is not the one after the goal it stands with."""
_TRUST = 3.0
"""Factor on the odds of a claimed goal."""
_BEAM = 150


@dataclass(frozen=True, slots=True)
class GoalGuess:
    """A goal as claimed; pairs and probabilities in terms of home and away.

    `home` is the probability that it counts for the home side.
    """

    claims: tuple[Claim, ...]
    scorer: str | None
    probability: float
    home: float
    score: ScorePair | None
    minute: int | None
    at: int


@dataclass(frozen=True, slots=True)
class PlacedGoal:
    """A goal on the path: `is_home` its side, `after` the score where it is certain."""

    guess: GoalGuess
    is_home: bool
    after: ScorePair | None


@dataclass(frozen=True, slots=True)
class Path:
    """The goals in playing order, the final score, and how probable it all is (log)."""

    goals: tuple[PlacedGoal, ...]
    final: ScorePair
    score: float


Told = Mapping[tuple[int, int], float]
"""How likely two claims with the same scorer (their numbers, the one told first before the other) are about one goal."""
_SURELY = 0.95
_GROUPINGS = 8
"""How many ways of putting claims together are kept."""


@dataclass(frozen=True, slots=True)
class Grouping:
    """One way of putting the claims together: the goals in playing order, and how probable it is (log)."""

    guesses: tuple[GoalGuess, ...]
    score: float
    numbers: tuple[tuple[int, ...], ...] = ()
    """Of the claims of each goal, while claims are put together."""


def gather_goals(claims: Sequence[Claim], home: Sequence[float], told_again: Told | None = None) -> list[Grouping]:
    """Put together what is told of one goal in several places; the most probable way first.

    Args:
        claims: Goal claims in the order of the text.
        home: For each the probability that it counts for the home side.
        told_again: See `Told`; without it, what can be the same goal is taken for the same.
    """
    groupings = [Grouping((), 0.0)]
    for number, (claim, probability) in enumerate(zip(claims, home, strict=True)):
        guess = _guess(claim, probability)
        following = [option for grouping in groupings for option in _placed_among(grouping, guess, number, told_again or {})]
        groupings = sorted(following, key=lambda grouping: -grouping.score)[:_GROUPINGS]
    return [Grouping(tuple(_in_order(grouping.guesses)), grouping.score) for grouping in groupings]


def _guess(claim: Claim, home: float) -> GoalGuess:
    return GoalGuess(
        (claim,),
        claim.people.get("scorer"),
        _believed(claim.confidence),
        home,
        claim.score,
        claim.time.minute if claim.time else None,
        claim.spans[0].start if claim.spans else 0,
    )


def _placed_among(grouping: Grouping, guess: GoalGuess, number: int, told_again: Told) -> Iterator[Grouping]:
    """A claim as a goal of its own, and as another telling of each goal that it can be."""
    alone = 0.0
    for at, (other, members) in enumerate(zip(grouping.guesses, grouping.numbers, strict=True)):
        if not _same_goal(other, guess):
            continue
        same = max(told_again.get((earlier, number), _SURELY) for earlier in members)
        alone += math.log(max(1 - same, 1e-3))
        guesses = (*grouping.guesses[:at], _join(other, guess), *grouping.guesses[at + 1 :])
        numbers = (*grouping.numbers[:at], (*members, number), *grouping.numbers[at + 1 :])
        yield Grouping(guesses, grouping.score + math.log(max(same, 1e-3)), numbers)
    yield Grouping((*grouping.guesses, guess), grouping.score + alone, (*grouping.numbers, (number,)))


def _believed(confidence: float) -> float:
    """How likely a claimed goal is real: claims have passed a threshold, so more likely than their score says."""
    odds = _TRUST * confidence / max(1 - confidence, 0.02)
    return min(odds / (1 + odds), 0.98)


def _same_goal(one: GoalGuess, other: GoalGuess) -> bool:
    if one.score is not None and other.score is not None and one.score != other.score:
        return False
    if one.minute is not None and other.minute is not None and abs(one.minute - other.minute) > (0 if _both_exact(one, other) else 1):
        return False
    if one.scorer != other.scorer:
        return one.score is not None and one.score == other.score and (one.scorer is None or other.scorer is None)
    if one.scorer is None:
        return one.score is not None and one.score == other.score
    return not (_is_special(one) and _is_special(other)) or one.claims[-1].value == other.claims[-1].value


def _is_special(guess: GoalGuess) -> bool:
    """Whether the goal is told to be other than a regular one."""
    return guess.claims[-1].value not in (None, "regular")


def _both_exact(one: GoalGuess, other: GoalGuess) -> bool:
    return all(any(claim.time is not None and claim.time.exact for claim in guess.claims) for guess in (one, other))


def _join(one: GoalGuess, other: GoalGuess) -> GoalGuess:
    """Two tellings are better evidence than one; it belongs where the details are, in the body rather than the lead."""
    return GoalGuess(
        claims=(*one.claims, *other.claims),
        scorer=one.scorer or other.scorer,
        probability=1 - (1 - one.probability) * (1 - other.probability),
        home=(one.home + other.home) / 2,
        score=one.score or other.score,
        minute=one.minute if one.minute is not None else other.minute,
        at=other.at if _details(other) >= _details(one) else one.at,
    )


def _details(guess: GoalGuess) -> int:
    return max((claim.time is not None) + ("assist" in claim.people) for claim in guess.claims)


def _in_order(guesses: Sequence[GoalGuess]) -> list[GoalGuess]:
    """Playing order: by running score and time where they tell, else as the text has it."""
    waiting = sorted(guesses, key=lambda guess: guess.at)
    ordered: list[GoalGuess] = []
    while waiting:
        first = next((g for g in waiting if not any(_comes_first(other, g) for other in waiting)), waiting[0])
        waiting.remove(first)
        ordered.append(first)
    return ordered


def _comes_first(one: GoalGuess, other: GoalGuess) -> bool:
    if one.score is not None and other.score is not None:
        return sum(one.score) < sum(other.score)
    return _latest(one) < _earliest(other)


_BEGINS: Mapping[str, float] = {"first_half": 0, "second_half": 45.5, "extra_time": 90.5}
_ENDS: Mapping[str, float] = {"first_half": 45, "second_half": 90, "extra_time": 120}


def _earliest(guess: GoalGuess) -> float:
    """The minute after which it fell, as far as the tellings say."""
    return max((_bound(claim, _BEGINS, 0.0) for claim in guess.claims), default=0.0)


def _latest(guess: GoalGuess) -> float:
    return min((_bound(claim, _ENDS, 200.0) for claim in guess.claims), default=200.0)


def _bound(claim: Claim, of_period: Mapping[str, float], otherwise: float) -> float:
    if claim.time is None:
        return otherwise
    minute, period = claim.time.minute, claim.time.period
    at_period = otherwise if period is None else of_period.get(period, otherwise)
    if minute is None:
        return at_period
    return minute + (claim.time.added_time or 0) / 100 + (0.4 if period == "second_half" and minute == 45 else 0.0)


@dataclass(frozen=True, slots=True)
class _State:
    score: float
    at: ScorePair
    placed: tuple[tuple[int, bool, bool, int], ...]
    """(goal, is_home, its score agrees, untold goals before it)"""
    untold: int


def best_path(goals: Sequence[GoalGuess], final: ScorePair | None, untold: float = UNTOLD_WEIGHING) -> Path:
    """The most probable way through the goals to the final score (or to any, where none is known)."""
    states = [_State(0.0, (0, 0), (), 0)]
    for number, goal in enumerate(goals):
        following = [option for state in states for option in _options(state, number, goal, (final, untold))]
        states = sorted(_best_by_score(following), key=lambda state: -state.score)[:_BEAM]
    finished = [(state, _to_final(state.at, final)) for state in states]
    best, missing = max(
        ((state, left) for state, left in finished if left is not None),
        key=lambda pair: pair[0].score + pair[1] * untold,
        default=(None, 0),
    )
    if best is None:
        return Path((), final or (0, 0), -50.0)
    return Path(_certain(goals, best, missing), final or best.at, best.score + missing * untold)


def _best_by_score(states: Sequence[_State]) -> list[_State]:
    """Of states at the same score, with the same goals placed, the most probable."""
    best: dict[tuple[ScorePair, int], _State] = {}
    for state in states:
        key = (state.at, len(state.placed))
        if key not in best or best[key].score < state.score:
            best[key] = state
    return list(best.values())


def _to_final(at: ScorePair, final: ScorePair | None) -> int | None:
    if final is None:
        return 0
    if at[0] > final[0] or at[1] > final[1]:
        return None
    return final[0] - at[0] + final[1] - at[1]


def _options(state: _State, number: int, goal: GoalGuess, target: tuple[ScorePair | None, float]) -> list[_State]:
    final, untold = target
    options = [replace(state, score=state.score + math.log(1 - goal.probability + 1e-6) - 0.1)]
    for is_home in (True, False):
        side = math.log(2 * max(goal.home if is_home else 1 - goal.home, 0.01))
        gained = state.score + math.log(goal.probability) + side
        after = (state.at[0] + is_home, state.at[1] + (not is_home))
        if goal.score is None or goal.score == after:
            options.append(_State(gained, after, (*state.placed, (number, is_home, goal.score is not None, 0)), state.untold))
        elif (jump := _jump(after, goal.score)) is not None:
            score = gained + jump * untold
            options.append(_State(score, goal.score, (*state.placed, (number, is_home, True, jump)), state.untold + jump))
        if goal.score is not None and goal.score != after:
            options.append(_State(gained + _WRONG_SCORE, after, (*state.placed, (number, is_home, False, 0)), state.untold))
    return [option for option in options if _to_final(option.at, final) is not None]


def _jump(after: ScorePair, written: ScorePair) -> int | None:
    home, away = written[0] - after[0], written[1] - after[1]
    return home + away if home >= 0 and away >= 0 and home + away > 0 else None


def _certain(goals: Sequence[GoalGuess], best: _State, missing: int) -> tuple[PlacedGoal, ...]:
    """The placed goals; between two anchors with an untold goal the score in between is anybody's guess."""
    placed: list[PlacedGoal] = []
    at: ScorePair = (0, 0)
    segment: list[int] = []
    for number, is_home, agrees, jump in best.placed:
        goal = goals[number]
        after = goal.score if agrees and goal.score is not None else (at[0] + is_home, at[1] + (not is_home))
        if jump:
            for index in segment:
                placed[index] = replace(placed[index], after=None)
        segment = [] if agrees else [*segment, len(placed)]
        placed.append(PlacedGoal(goal, is_home, after))
        at = after
    if missing:
        for index in segment:
            placed[index] = replace(placed[index], after=None)
    return tuple(placed)
