"""Goals: the path from 0-0 to the final score that explains best what the article tells.

Goals are told out of order, twice, without score or without side. Every order of sides through the
running scores is a path; the most probable one says which goals are real, whose they are, what the
score was after each, and, where the words leave it open, which team was at home.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
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


def gather_goals(claims: Sequence[Claim], home: Sequence[float]) -> list[GoalGuess]:
    """Put together what is told of one goal in several places.

    Args:
        claims: Goal claims in the order of the text.
        home: For each the probability that it counts for the home side.
    """
    guesses: list[GoalGuess] = []
    for claim, probability in zip(claims, home, strict=True):
        guess = GoalGuess(
            (claim,),
            claim.people.get("scorer"),
            _believed(claim.confidence),
            probability,
            claim.score,
            claim.time.minute if claim.time else None,
            claim.spans[0].start if claim.spans else 0,
        )
        twin = next((n for n, other in enumerate(guesses) if _same_goal(other, guess)), None)
        if twin is None:
            guesses.append(guess)
        else:
            guesses[twin] = _join(guesses[twin], guess)
    return _in_order(guesses)


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
    return True


def _both_exact(one: GoalGuess, other: GoalGuess) -> bool:
    return all(any(claim.time is not None and claim.time.exact for claim in guess.claims) for guess in (one, other))


def _join(one: GoalGuess, other: GoalGuess) -> GoalGuess:
    """The later telling has the details; two tellings are better evidence than one."""
    main = other if (other.score is not None) >= (one.score is not None) else one
    return replace(
        main,
        claims=(*one.claims, *other.claims),
        scorer=one.scorer or other.scorer,
        probability=1 - (1 - one.probability) * (1 - other.probability),
        home=(one.home + other.home) / 2,
        score=one.score or other.score,
        minute=one.minute if one.minute is not None else other.minute,
    )


def _in_order(guesses: Sequence[GoalGuess]) -> list[GoalGuess]:
    """Playing order: by minute and running score where known, else where the text tells it."""
    ordered = sorted(guesses, key=lambda guess: guess.at)
    for _ in range(len(ordered)):
        for left in range(len(ordered) - 1):
            if _comes_first(ordered[left + 1], ordered[left]):
                ordered[left], ordered[left + 1] = ordered[left + 1], ordered[left]
    return ordered


def _comes_first(one: GoalGuess, other: GoalGuess) -> bool:
    if one.score is not None and other.score is not None:
        return sum(one.score) < sum(other.score)
    if one.minute is not None and other.minute is not None:
        return one.minute < other.minute
    return False


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
