"""Confidence in a finished report: what is left out below a level, and which facts carry a warning."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evals.grounding import measure
from extractor import ConfigurationError, Extraction, Extractor, MatchReport, extract
from extractor.confidence import LISTS, LOW, fact_paths, low_confidence
from tests.cli.running import EXAMPLE
from tests.render.sample import article, extraction

SAMPLE = extraction(status="abandoned", half_time={"home": 0, "away": 1}, extra_time=True).report
PATHS = tuple(fact_paths(SAMPLE))
LEVELS = st.floats(0, 1)
SURE = st.fixed_dictionaries({}, optional={path: st.floats(0, 1) for path in PATHS})


def told(report: MatchReport) -> Counter[str]:
    """Every value, with what it is a value of: an entry is known by its evidence or name, wherever it stands."""
    return Counter(_told(report.model_dump(mode="json", exclude={"warnings", "evidence"})))


def _told(value: Any, about: str = "") -> Iterator[str]:
    if isinstance(value, dict):
        for name, part in cast("dict[str, Any]", value).items():
            yield from _told(part, f"{about}.{name}")
    elif isinstance(value, list):
        for part in cast("list[Any]", value):
            own: object = part
            if isinstance(part, dict):
                entry = cast("dict[str, Any]", part)
                own = entry.get("evidence") or entry.get("name")
            yield from _told(part, f"{about}[{own}]")
    elif value is not None:
        yield f"{about}={value}"


@given(SURE, LEVELS, LEVELS)
def test_a_higher_level_never_adds_a_fact_and_every_report_is_whole(sure: dict[str, float], one: float, other: float) -> None:
    low, high = sorted((one, other))
    first, second = (Extraction(report=SAMPLE, confidence=sure).at_least(level) for level in (low, high))
    for kept, level in ((first, low), (second, high)):
        MatchReport.model_validate(kept.report.model_dump())
        grounded, before = measure(kept.report.model_dump(), article()), measure(SAMPLE.model_dump(), article())
        assert (grounded.exact, grounded.unproven) == (grounded.spans, 0)
        assert set(grounded.unknown) <= set(before.unknown)
        named = {p.name for p in kept.report.players}
        events = [event for name in LISTS for event in getattr(kept.report, name)]
        people = {getattr(event, role, None) for event in events for role in ("scorer", "assist", "player")}
        assert people & {p.name for p in SAMPLE.players} <= named
        assert set(kept.report.evidence) <= set(fact_paths(kept.report))
        assert set(kept.confidence) <= set(fact_paths(kept.report))
        assert {w.path for w in kept.report.warnings if w.path.split(".")[0] == "players"} <= {
            f"players.{number}.team" for number, _ in enumerate(kept.report.players)
        }
        # What is left out is told of: an entry once, with all that hung on it.
        assert bool(kept.rejected) == (told(kept.report) != told(SAMPLE))
        assert all(f"below {level:.2f}" in dropped.reason for dropped in kept.rejected)
    assert told(second.report) <= told(first.report)
    # Leaving out in two steps is leaving out in one.
    assert first.at_least(high).report.model_dump(exclude={"warnings"}) == second.report.model_dump(exclude={"warnings"})


def test_what_is_sure_enough_and_what_nothing_is_known_of_stays() -> None:
    assert Extraction(report=SAMPLE).at_least(1.0).report == SAMPLE
    assert Extraction(report=SAMPLE, confidence=dict.fromkeys(PATHS, 0.7)).at_least(0.7).report == SAMPLE


def test_of_nothing_sure_the_teams_are_left() -> None:
    left = Extraction(report=SAMPLE, confidence=dict.fromkeys(PATHS, 0.1)).at_least(0.5)
    assert (left.report.home.name, left.report.away.name, left.report.status, left.report.extra_time) == (
        "Heerenveen", "Sparta", "abandoned", True,
    )  # fmt: skip
    assert left.report.home.coach is left.report.score is left.report.half_time is left.report.referee is None
    assert not any(getattr(left.report, name) for name in LISTS)
    assert (left.report.evidence, set(left.confidence)) == ({}, {"home", "away", "status", "extra_time"})
    assert [(w.code, w.path) for w in left.report.warnings] == [("score_unknown", "score")]


def test_what_was_left_out_is_told_with_its_reason() -> None:
    left = Extraction(report=SAMPLE, confidence={"goals.0.assist": 0.31, "cards.0.color": 0.2, "referee": 0.4}).at_least(0.5)
    assert left.report.goals[0].assist is None
    assert left.report.cards == []
    assert [(r.kind, r.value, r.people, r.source, r.reason) for r in left.rejected] == [
        ("referee", "Piet Smit", {}, "assembly", "its confidence 0.40 is below 0.50"),
        ("goal.assist", "Kees Bos", {"scorer": "Mo Ali", "assist": "Kees Bos"}, "assembly", "its confidence 0.31 is below 0.50"),
        ("card", "yellow", {"player": "Jan de Boer"}, "assembly", "its confidence 0.20 is below 0.50"),
    ]
    assert left.rejected[0].quotes == ["scheidsrechter Piet Smit"]


def test_goals_that_go_leave_the_score_and_are_counted_as_missing() -> None:
    left = Extraction(report=SAMPLE, confidence={"goals.1": 0.2, "goals.2.time": 0.3, "goals.2": 0.8}).at_least(0.5)
    assert [str(goal.score_after) for goal in left.report.goals] == ["0-1", "2-1"]
    assert str(left.report.score) == "2-1"
    assert left.report.goals[1].time is None
    assert left.confidence == {"goals.1": 0.8}
    (warning,) = [w for w in left.report.warnings if w.code == "goals_incomplete"]
    assert warning.message.startswith("1 of the goals in the final score are not described, or left out")


def test_a_player_whom_a_kept_event_names_stays_and_warnings_move_with_their_entry() -> None:
    left = Extraction(report=SAMPLE, confidence={"players.0": 0.1, "players.2": 0.1, "goals.0.assist": 0.1}).at_least(0.5)
    assert [player.name for player in left.report.players] == ["Jan de Boer", "Mo Ali", "Tim Vos"]
    assert [warning.path for warning in left.report.warnings] == ["players.2.team"]


def test_a_fact_is_warned_about_once() -> None:
    sure = dict.fromkeys(PATHS, 0.9) | {"players.3": 0.2, "goals.0": 0.4, "goals.0.time": 0.3, "goals.1.time": LOW, "referee": 0.1}
    assert [(w.code, w.path) for w in low_confidence(SAMPLE, sure)] == [("low_confidence", "referee"), ("low_confidence", "goals.0")]


def test_the_extractor_leaves_out_and_warns() -> None:
    text = EXAMPLE.read_text(encoding="utf-8")
    whole = Extractor().extract(text)
    assert set(whole.confidence) == set(fact_paths(whole.report))
    assert all(0 <= sure <= 1 for sure in whole.confidence.values())
    low = {path for path, sure in whole.confidence.items() if sure < LOW}
    warned = [w.path for w in whole.report.warnings if w.code == "low_confidence"]
    assert set(warned) <= low
    assert len(warned) == len(set(warned))
    level = sorted(whole.confidence.values())[len(whole.confidence) // 2]
    left = extract(text, min_confidence=level)
    assert left.report.model_dump(exclude={"provenance"}) == whole.at_least(level).report.model_dump(exclude={"provenance"})
    assert len(left.rejected) > len(whole.rejected)


@pytest.mark.parametrize("level", [-0.1, 1.1, float("nan")])
def test_a_level_is_a_probability(level: float) -> None:
    with pytest.raises(ConfigurationError, match="from 0 to 1"):
        Extractor(min_confidence=level)
