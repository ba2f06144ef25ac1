"""Warnings: what did not add up, for a person to look at."""

from __future__ import annotations

from collections.abc import Mapping

from extractor.report import MatchReport, Warning_

_UNSURE_SIDE = 0.6
_UNSURE_HOME = 0.6


def find_warnings(report: MatchReport, home_confidence: float, side_confidence: Mapping[str, float]) -> list[Warning_]:
    """All warnings about a report."""
    warnings: list[Warning_] = []
    if report.score is None and report.status != "postponed":
        warnings.append(Warning_(code="score_unknown", path="score", message="the article states no final score"))
    if report.score is not None and len(report.goals) < report.score.home + report.score.away:
        missing = report.score.home + report.score.away - len(report.goals)
        warnings.append(Warning_(code="goals_incomplete", path="goals", message=f"{missing} of the goals in the final score are not described"))
    if home_confidence < _UNSURE_HOME:
        warnings.append(Warning_(code="home_away_uncertain", path="home", message="which team was at home is not clear"))
    for number, player in enumerate(report.players):
        if side_confidence.get(player.name, 1.0) < _UNSURE_SIDE:
            warnings.append(Warning_(code="side_uncertain", path=f"players.{number}.team", message=f"it is not clear which team {player.name} plays for"))
    for number, goal in enumerate(report.goals):
        if goal.scorer is None:
            warnings.append(Warning_(code="scorer_unknown", path=f"goals.{number}.scorer", message="the article does not name the scorer, or it was not found"))
    return warnings
