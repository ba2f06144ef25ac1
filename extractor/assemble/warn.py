"""Warnings: what did not add up, for a person to look at."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from extractor.report import MatchReport, Warning_

_UNSURE_SIDE = 0.6
_UNSURE_HOME = 0.6


def find_warnings(report: MatchReport, home_confidence: float, side_confidence: Mapping[str, float]) -> list[Warning_]:
    """All warnings about a report."""
    return [
        *_about_score(report),
        *_about_sides(report, home_confidence, side_confidence),
        *(
            Warning_(code="scorer_unknown", path=f"goals.{number}.scorer", message=_NO_SCORER)
            for number, goal in enumerate(report.goals)
            if goal.scorer is None
        ),
    ]


_NO_SCORER = "the article does not name the scorer, or it was not found"


def _about_score(report: MatchReport) -> Iterator[Warning_]:
    if report.score is None:
        if report.status != "postponed":
            yield Warning_(code="score_unknown", path="score", message="the article states no final score")
        return
    missing = report.score.home + report.score.away - len(report.goals)
    if missing > 0:
        message = f"{missing} of the goals in the final score are not described"
        yield Warning_(code="goals_incomplete", path="goals", message=message)


def _about_sides(report: MatchReport, home_confidence: float, side_confidence: Mapping[str, float]) -> Iterator[Warning_]:
    if home_confidence < _UNSURE_HOME:
        yield Warning_(code="home_away_uncertain", path="home", message="which team was at home is not clear")
    for number, player in enumerate(report.players):
        if side_confidence.get(player.name, 1.0) < _UNSURE_SIDE:
            message = f"it is not clear which team {player.name} plays for"
            yield Warning_(code="side_uncertain", path=f"players.{number}.team", message=message)
