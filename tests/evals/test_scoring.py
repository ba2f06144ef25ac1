from __future__ import annotations

import json
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evals.scoring import ATTRIBUTES, Counts, compare, count, groups
from tests.evals.labels import label, player, time

FIXTURES = Path(__file__).parents[2] / "evals" / "fixtures" / "dev"
LABELS: list[dict[str, Any]] = [label(), *(json.loads(path.read_text(encoding="utf-8")) for path in sorted(FIXTURES.glob("*.json"))[::5])]

# 2 teams, score; 3 goals with assist, 3 times, 3 running scores (kind `regular` is nothing said);
# card and its colour; absence and its reason; 5 players, of whom one has `started`; next fixture and when.
WHOLE = 3 + (3 + 1 + 3 + 3) + 2 + 2 + (5 + 1) + 2


def counts(predicted: dict[str, Any], truth: dict[str, Any] | None = None) -> dict[str, Counts]:
    return groups(compare(predicted, truth or label()))


def test_the_facts_of_a_label_are_counted_once_each() -> None:
    assert counts(label())["all"] == Counts(right=WHOLE)
    assert counts(label())["core"] == Counts(right=13)
    assert counts(label())["events"] == Counts(right=16)


def test_no_report_misses_everything_and_invents_nothing() -> None:
    assert counts({})["all"] == Counts(missing=WHOLE)
    assert (count([]).precision, counts({})["all"].recall, counts({})["all"].f1) == (1.0, 0.0, 0.0)


def test_a_wrong_value_costs_precision_and_recall() -> None:
    predicted = label()
    predicted["goals"][1]["time"] = time(41, "first_half", "In de 40e minuut")
    found = counts(predicted)
    assert found["goals.time"] == Counts(right=2, extra=1, missing=1)
    assert found["goals.time"].f1 == pytest.approx(2 * 2 / (2 * 2 + 2))


def test_an_inexact_minute_may_be_one_off() -> None:
    predicted = label()
    predicted["goals"][0]["time"]["minute"] = 11
    assert counts(predicted)["goals.time"] == Counts(right=3)
    predicted["goals"][0]["time"]["minute"] = 12
    assert counts(predicted)["goals.time"] == Counts(right=2, extra=1, missing=1)


def test_a_time_without_a_minute_is_right_in_the_right_half() -> None:
    predicted = label()
    predicted["goals"][2]["time"] = time(None, "first_half", "in de slotfase")
    assert counts(predicted)["goals.time"].extra == 1
    predicted["goals"][2]["time"] = time(88, "second_half", "in de slotfase")
    assert counts(predicted)["goals.time"].extra == 1


def test_any_form_of_a_name_in_the_label_will_do() -> None:
    predicted = label()
    predicted["goals"][0]["scorer"] = "De Vries"
    predicted["home"]["name"] = "PEC"
    assert counts(predicted)["all"] == Counts(right=WHOLE)
    predicted["goals"][0]["scorer"] = "Vries"
    assert counts(predicted)["goals"] == Counts(right=2, extra=1, missing=1)


def test_two_brothers_share_a_form() -> None:
    truth = label()
    truth["players"] += [player("Klaas de Vries", "home", ("De Vries",))]
    predicted = deepcopy(truth)
    predicted["goals"][0]["scorer"] = "De Vries"
    assert counts(predicted, truth)["goals"] == Counts(right=3)
    predicted["goals"][0]["scorer"] = "Klaas de Vries"
    assert counts(predicted, truth)["goals"] == Counts(right=2, extra=1, missing=1)


def test_entries_are_matched_on_what_agrees_best() -> None:
    """De Vries scored twice: the second half's goal is the second goal, also when the first was not found."""
    predicted = label()
    del predicted["goals"][0]
    facts = compare(predicted, label())
    assert {fact.path for fact in facts if fact.verdict != "right"} == {"goals.0", "goals.0.assist", "goals.0.time", "goals.0.score_after"}


def test_matching_never_gives_up_an_entry_for_attributes() -> None:
    truth = {**label(), "chances": [{"player": "Jan Bos", "team": "home", "outcome": None, "time": None} for _ in range(6)]}
    predicted = {**label(), "chances": [{"player": "Jan Bos", "team": "home", "outcome": "saved", "time": None} for _ in range(6)]}
    assert counts(predicted, truth)["chances"] == Counts(right=6)


def test_the_wrong_side_is_another_event() -> None:
    predicted = label()
    predicted["cards"][0]["team"] = "home"
    assert counts(predicted)["cards"] == Counts(extra=1, missing=1)


def test_accepted_values_are_right_and_a_null_among_them_may_be_left_out() -> None:
    truth = {**label(), "accept": {"goals.0.assist": ["Tom Kok", None], "cards.0.player": ["Karim El Amrani"], "goals.1.time.minute": [41]}}
    predicted = label()
    predicted["cards"][0]["player"] = "Karim El Amrani"
    predicted["goals"][1]["time"]["minute"] = 41
    predicted["goals"][0]["assist"] = "Tom Kok"
    assert counts(predicted, truth)["all"] == Counts(right=WHOLE)
    predicted["goals"][0]["assist"] = None
    assert counts(predicted, truth)["all"] == Counts(right=WHOLE - 1)
    predicted["goals"][0]["assist"] = "Lars Smit"
    assert counts(predicted, truth)["all"] == Counts(right=WHOLE - 1, extra=1, missing=1)


def test_a_substitution_without_the_one_who_came_on_is_about_the_one_who_left() -> None:
    one = {"player_in": None, "player_out": "Jan Bos", "team": "home", "reason": None, "time": None}
    truth = {**label(), "substitutions": [one, {**one, "player_out": "Piet de Vries"}]}
    assert counts({**label(), "substitutions": [one]}, truth)["substitutions"] == Counts(right=1, missing=1)


def test_words_cut_at_a_line_end_and_kinds_of_apostrophe_are_the_same() -> None:
    truth = {
        **label(),
        "referee": "Jan\nKeurhorst",
        "competition": "’t Veer-\nbeker",
        "venue": {"stadium": "Philips-\nstadion", "city": None},
    }
    predicted = {**label(), "referee": "Jan Keurhorst", "competition": "'t Veerbeker", "venue": {"stadium": "Philipsstadion", "city": None}}
    assert counts(predicted, truth)["all"] == Counts(right=WHOLE + 3)


def _entries(truth: dict[str, Any]) -> list[tuple[str, int]]:
    return [(kind, number) for kind in ATTRIBUTES for number in range(len(truth[kind]))]


@given(truth=st.sampled_from(LABELS))
def test_a_label_against_itself_is_perfect(truth: dict[str, Any]) -> None:
    found = counts(truth, truth)["all"]
    assert found.f1 == 1.0
    assert found.right > 0


@settings(max_examples=60)
@given(truth=st.sampled_from(LABELS), data=st.data())
def test_dropping_an_entry_lowers_recall_only(truth: dict[str, Any], data: st.DataObject) -> None:
    kind, number = data.draw(st.sampled_from(_entries(truth)))
    predicted = deepcopy(truth)
    del predicted[kind][number]
    found = counts(predicted, truth)["all"]
    assert found.precision == 1.0
    assert found.recall < 1.0


@settings(max_examples=60)
@given(truth=st.sampled_from(LABELS), data=st.data())
def test_inventing_an_entry_lowers_precision_only(truth: dict[str, Any], data: st.DataObject) -> None:
    kind = data.draw(st.sampled_from([kind for kind in ATTRIBUTES if truth[kind]]))
    predicted = deepcopy(truth)
    invented = {**predicted[kind][0], ATTRIBUTES[kind][0]: "Nergens Genoemd"}
    predicted[kind].insert(data.draw(st.integers(0, len(predicted[kind]))), invented)
    found = counts(predicted, truth)["all"]
    assert found.recall == 1.0
    assert found.precision < 1.0


@settings(max_examples=60)
@given(truth=st.sampled_from(LABELS), data=st.data())
def test_order_does_not_matter(truth: dict[str, Any], data: st.DataObject) -> None:
    predicted = deepcopy(truth)
    for kind in ATTRIBUTES:
        predicted[kind] = data.draw(st.permutations(predicted[kind]))
    assert counts(predicted, truth) == counts(truth, truth)


Mutation = Callable[[dict[str, Any]], None]


def _set(*path: str | int, to: Any) -> Mutation:
    def change(report: dict[str, Any]) -> None:
        value: Any = report
        for part in path[:-1]:
            value = value[part]
        value[path[-1]] = to

    return change


@pytest.mark.parametrize(
    ("change", "fields"),
    [
        (_set("score", to={"home": 1, "away": 1}), {"score"}),
        (_set("home", "name", to="FC Emmen"), {"home.name"}),
        (_set("status", to="abandoned"), {"status"}),
        (_set("extra_time", to=True), {"extra_time"}),
        (_set("referee", to="Tom Kok"), {"referee"}),
        (_set("venue", "city", to="Zwolle"), {"venue.city"}),
        (_set("goals", 0, "assist", to="Tom Kok"), {"goals.assist"}),
        (_set("goals", 0, "kind", to="penalty"), {"goals.kind"}),
        (_set("goals", 1, "time", to=None), {"goals.time"}),
        (_set("goals", 1, "score_after", to={"home": 0, "away": 1}), {"goals.score_after"}),
        (_set("cards", 0, "color", to="red"), {"cards.color"}),
        (_set("cards", 0, "time", to=time(80, "second_half", "x")), {"cards.time"}),
        (_set("absences", 0, "reason", to="injured"), {"absences.reason"}),
        (_set("players", 4, "started", to=None), {"players.started"}),
        (_set("players", 1, "team", to="away"), {"players"}),
        (_set("next_fixtures", 0, "place", to="Almelo"), {"next_fixtures.place"}),
        (_set("next_fixtures", 0, "when", to="zondag"), {"next_fixtures.when"}),
        (_set("next_fixtures", 0, "opponent", to="Ajax"), {"next_fixtures", "next_fixtures.when"}),
        (_set("goals", 1, "scorer", to="Tom Kok"), {"goals", "goals.time", "goals.score_after"}),
    ],
)
def test_a_planted_error_is_seen_where_it_was_planted(change: Mutation, fields: set[str]) -> None:
    predicted = label()
    change(predicted)
    assert {fact.field for fact in compare(predicted, label()) if fact.verdict != "right"} == fields
