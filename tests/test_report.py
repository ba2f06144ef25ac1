"""The contract as models: what a `MatchReport` can't say, and what it must be able to say."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from extractor import MatchReport, Span
from extractor.report import Goal, MatchTime, Score, TokenUsage
from tests.blank_label import blank_label
from tests.dutch.untimed import untimed

CONTRACT_FIELDS = {
    "schema_version", "article", "status", "competition", "round", "leg", "date", "venue", "attendance", "referee", "home", "away",
    "score", "half_time", "extra_time", "shootout", "aggregate", "goals", "disallowed_goals", "missed_penalties", "chances", "cards",
    "substitutions", "injuries", "absences", "players", "next_fixtures", "evidence", "warnings", "provenance",
}  # fmt: skip

CONTRACT_EVENTS = {
    "goals": {"scorer", "team", "kind", "assist", "time", "score_after", "evidence"},
    "disallowed_goals": {"scorer", "team", "reason", "time", "evidence"},
    "missed_penalties": {"taker", "team", "outcome", "time", "evidence"},
    "chances": {"player", "team", "outcome", "time", "evidence"},
    "cards": {"player", "team", "color", "time", "evidence"},
    "substitutions": {"player_in", "player_out", "team", "reason", "time", "evidence"},
    "injuries": {"player", "team", "description", "time", "evidence"},
    "absences": {"player", "team", "reason", "evidence"},
    "players": {"name", "aliases", "team", "started"},
    "next_fixtures": {"team", "opponent", "place", "when", "evidence"},
}


def goal(team: str, after: tuple[int, int] | None) -> dict[str, Any]:
    return {"scorer": "X", "team": team, "score_after": None if after is None else {"home": after[0], "away": after[1]}}


def test_a_label_of_the_contract_validates_and_says_what_was_put_in() -> None:
    report = MatchReport.model_validate(blank_label())
    dumped = report.model_dump(mode="json")
    assert dumped.keys() == CONTRACT_FIELDS
    assert {name: value for name, value in dumped.items() if name in blank_label()} == blank_label()
    assert MatchReport.model_validate_json(report.model_dump_json()) == report


@pytest.mark.parametrize(("name", "fields"), CONTRACT_EVENTS.items())
def test_the_schema_of_each_list_has_the_fields_of_the_contract(name: str, fields: set[str]) -> None:
    schema = MatchReport.model_json_schema()
    reference = schema["properties"][name]["items"]["$ref"].rsplit("/", 1)[-1]
    assert set(schema["$defs"][reference]["properties"]) == fields


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("status", "cancelled"),
        ("leg", 3),
        ("date", "zondag"),
        ("date", "2024-05"),
        ("attendance", -1),
        ("schema_version", "2.0"),
        ("home", None),
        ("score", {"home": -1, "away": 0}),
        ("score", {"home": 1}),
        ("goals", [{"scorer": "X", "team": "Ajax"}]),
        ("goals", [{"scorer": "X", "team": "home", "kind": "header"}]),
        ("disallowed_goals", [{"team": "home", "reason": "var"}]),
        ("missed_penalties", [{"team": "home", "outcome": "blocked"}]),
        ("chances", [{"player": "X", "team": "home", "outcome": "goal"}]),
        ("chances", [{"player": None, "team": "home"}]),
        ("cards", [{"player": "X", "team": "home", "color": "green"}]),
        ("cards", [{"player": "X", "team": "both", "color": "red"}]),
        ("substitutions", [{"team": "home", "reason": "yellow"}]),
        ("absences", [{"player": "X", "team": "home", "reason": "tired"}]),
        ("players", [{"name": "X", "team": "home", "number": 9}]),
        ("next_fixtures", [{"team": "neither"}]),
        ("winner", "Ajax"),
    ],
)
def test_values_outside_the_closed_sets_are_refused(field: str, value: object) -> None:
    with pytest.raises(ValidationError) as caught:
        MatchReport.model_validate(blank_label(**{field: value}))
    assert any(field in error["loc"] for error in caught.value.errors())


def test_next_fixtures_may_be_of_both_teams() -> None:
    report = MatchReport.model_validate(blank_label(next_fixtures=[{"team": "both", "when": "volgende week"}]))
    assert report.next_fixtures[0].team == "both"


@pytest.mark.parametrize(("start", "end", "text"), [(0, 4, "abc"), (0, 3, "abcd"), (3, 3, ""), (5, 3, "ab"), (-3, 0, "abc")])
def test_a_span_has_the_length_of_its_text_and_lies_in_it(start: int, end: int, text: str) -> None:
    with pytest.raises(ValidationError):
        Span(start=start, end=end, text=text)


def test_a_span_counts_code_points() -> None:
    text = "🇳🇱 Çalhanoğlu schoot 👩‍🦰 raak"
    assert Span(start=0, end=len(text), text=text).text == text


@pytest.mark.parametrize("minute", [0, 121, -4])
def test_minutes_run_from_1_to_120(minute: int) -> None:
    with pytest.raises(ValidationError):
        MatchTime(minute=minute, text="in die minuut")


def test_stoppage_time_belongs_to_a_minute() -> None:
    assert MatchTime(minute=45, added_time=2, text="45+2").added_time == 2
    with pytest.raises(ValidationError):
        MatchTime(minute=None, added_time=2, text="in de tweede minuut van de blessuretijd")


@untimed
@given(st.lists(st.sampled_from(["home", "away"]), max_size=8))
def test_every_order_of_goals_is_a_report_and_its_last_running_score_the_final_one(sides: list[Any]) -> None:
    score = Score(home=0, away=0)
    goals: list[dict[str, Any]] = []
    for side in sides:
        score = Score(home=score.home + (side == "home"), away=score.away + (side == "away"))
        goals.append(goal(side, (score.home, score.away)))
    assert (score.home, score.away) == (sides.count("home"), sides.count("away"))
    report = MatchReport.model_validate(blank_label(goals=goals, score=score.model_dump()))
    assert [g.team for g in report.goals] == sides
    if goals:
        with pytest.raises(ValidationError, match="exceeds the final score"):
            MatchReport.model_validate(blank_label(goals=goals, score={"home": max(score.home - 1, 0), "away": max(score.away - 1, 0)}))


@pytest.mark.parametrize(
    "path",
    [
        [("home", (1, 0)), ("away", (0, 1))],
        [("home", (1, 0)), ("home", (2, 0)), ("home", (1, 0))],
        [("home", (1, 1)), ("home", None), ("home", (2, 0))],
    ],
)
def test_running_scores_never_go_down(path: list[tuple[str, tuple[int, int] | None]]) -> None:
    with pytest.raises(ValidationError, match="goes down"):
        MatchReport.model_validate(blank_label(goals=[goal(*step) for step in path], score={"home": 5, "away": 5}))


def test_a_goal_whose_score_is_not_known_breaks_nothing() -> None:
    report = MatchReport.model_validate(blank_label(goals=[goal("home", None), goal("home", (2, 0)), goal("away", None)]))
    assert [g.score_after for g in report.goals] == [None, Score(home=2, away=0), None]


def test_a_report_can_not_be_changed() -> None:
    report = MatchReport.model_validate(blank_label())
    with pytest.raises(ValidationError, match="frozen"):
        report.score = None  # pyright: ignore[reportAttributeAccessIssue]
    with pytest.raises(ValidationError, match="frozen"):
        Goal(team="home").team = "away"  # pyright: ignore[reportAttributeAccessIssue]


def test_spans_gives_every_span_with_the_path_of_its_fact() -> None:
    spans = [{"start": at, "end": at + 2, "text": "ab"} for at in range(0, 40, 2)]
    lists: dict[str, Any] = {
        "goals": [{"team": "home", "evidence": spans[:2]}, {"team": "away", "evidence": [spans[2]]}],
        "disallowed_goals": [{"team": "home", "evidence": [spans[3]]}],
        "missed_penalties": [{"team": "home", "evidence": [spans[4]]}],
        "chances": [{"player": "X", "team": "home", "evidence": [spans[5]]}],
        "cards": [{"player": "X", "team": "home", "color": "red", "evidence": [spans[6]]}],
        "substitutions": [{"team": "home", "evidence": [spans[7]]}],
        "injuries": [{"player": "X", "team": "home", "evidence": [spans[8]]}],
        "absences": [{"player": "X", "team": "home", "evidence": [spans[9]]}],
        "next_fixtures": [{"team": "both", "evidence": [spans[10]]}],
        "evidence": {"referee": [spans[11]], "venue.stadium": [spans[12]]},
    }
    found = [(path, span.start) for path, span in MatchReport.model_validate(blank_label(**lists)).spans()]
    assert sorted(start for _, start in found) == list(range(0, 26, 2))
    assert ("goals.0", 2) in found
    assert ("goals.1", 4) in found
    assert ("venue.stadium", 24) in found


def test_token_usage_adds_up() -> None:
    total = TokenUsage(prompt=5, cached=3, completion=1) + TokenUsage(prompt=7, cached=0, completion=2)
    assert total == TokenUsage(prompt=12, cached=3, completion=3)
