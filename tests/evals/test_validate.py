from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from evals.fixtures import FIXTURES, digests, pin, pinned
from evals.validate import check_file, check_folder
from tests.evals.labels import label, quote, time, write

Change = Callable[[dict[str, Any]], None]


def problems(folder: Path, change: Change) -> list[tuple[str, str]]:
    changed = label()
    change(changed)
    path = write(folder)
    path.write_text(json.dumps(changed), encoding="utf-8")
    return [(one.path, one.severity) for one in check_file(path)]


def test_a_sound_label_has_no_problems(tmp_path: Path) -> None:
    assert check_file(write(tmp_path)) == []


def _without(key: str) -> Change:
    return lambda it: it.pop(key)


ERRORS: list[tuple[Change, str]] = [
    (lambda it: it.update(referee="Niet Genoemd"), "referee"),
    (lambda it: it["goals"][0]["time"].update(text="na elf minuten"), "goals.0.time.text"),
    (lambda it: it["goals"][0].update(scorer="Onbekende Speler"), "goals.0.scorer"),
    (lambda it: it["cards"][0].update(team="home"), "cards.0.player"),
    (lambda it: it["goals"][1].update(score_after={"home": 2, "away": 0}), "goals.1.team"),
    (lambda it: it["goals"][1].update(score_after={"home": 1, "away": 0}), "goals.1.score_after"),
    (lambda it: it.update(score={"home": 3, "away": 0}), "goals"),
    (lambda it: it.update(score=None), "score"),
    (lambda it: it["players"].append(it["players"][0]), "players.5.name"),
    (lambda it: it["players"][0]["aliases"].append("Piet de Vries"), "players.0.aliases"),
    (lambda it: it["quotes"]["goals.1"].update(text=[quote("In de 40e")[:-1] + "!"]), "quotes.goals.1"),
    (lambda it: it["quotes"].pop("goals.1"), "quotes.goals.1"),
    (lambda it: it["quotes"].update({"goals.7": {"text": [quote("In de 40e")]}}), "quotes.goals.7"),
    (lambda it: it["accept"].update({"goals.0.assists": ["Tom Kok"]}), "accept.goals.0.assists"),
    (lambda it: it["accept"].update({"goals.9.assist": ["Tom Kok"]}), "accept.goals.9.assist"),
    (lambda it: it["accept"].update({"goals.0.assist": []}), "accept.goals.0.assist"),
    (lambda it: it["traits"].append("no_such_trait"), "traits"),
    (lambda it: it["cards"][0].update(color="green"), "cards.0.color"),
    (lambda it: it["goals"][0].update(time=time(None, "first_half", "Na tien minuten", exact=True)), "goals.0.time"),
    (lambda it: it["next_fixtures"][0].update(opponent="Ajax"), "next_fixtures.0.opponent"),
    (lambda it: it.update(surprise=1), "surprise"),
    (_without("chances"), "chances"),
    (lambda it: it.update(quotes=[]), "quotes"),
]  # fmt: skip


@pytest.mark.parametrize(("change", "path"), ERRORS)
def test_every_kind_of_error_is_found(tmp_path: Path, change: Change, path: str) -> None:
    assert (path, "error") in problems(tmp_path, change)


def test_what_only_looks_wrong_is_a_warning(tmp_path: Path) -> None:
    assert problems(tmp_path, lambda it: it["quotes"]["goals.1"].update(text=[quote("Bij PEC")])) == [("quotes.goals.1", "warning")]
    assert ("goals", "warning") in problems(tmp_path, lambda it: it.update(score={"home": 2, "away": 2}))


def test_an_own_goal_is_scored_by_the_other_side(tmp_path: Path) -> None:
    assert problems(tmp_path, lambda it: it["goals"][1].update(kind="own_goal", scorer="Jan Bos"))[:1] == [("quotes.goals.1", "warning")]
    assert ("goals.1.scorer", "error") in problems(tmp_path, lambda it: it["goals"][1].update(kind="own_goal"))


def test_files_that_can_not_be_labels(tmp_path: Path) -> None:
    write(tmp_path, "lonely")
    (tmp_path / "lonely.txt").unlink()
    (tmp_path / "unlabelled.txt").write_text("x", encoding="utf-8")
    (tmp_path / "broken.json").write_text("{", encoding="utf-8")
    (tmp_path / "list.json").write_text("[]", encoding="utf-8")
    assert {one.name for one in check_folder(tmp_path)} == {"lonely", "unlabelled", "broken", "list"}


def test_the_reason_of_another_article_is_of_a_closed_set(tmp_path: Path) -> None:
    (tmp_path / "o.txt").write_text("x", encoding="utf-8")
    (tmp_path / "o.json").write_text(json.dumps({"id": "o", "not_a_match_report": "boring"}), encoding="utf-8")
    assert [one.path for one in check_folder(tmp_path)] == ["not_a_match_report"]


@pytest.mark.parametrize("split", ["train", "tune", "dev", "test", "other"])
def test_our_own_labels_are_sound(split: str) -> None:
    assert [str(one) for one in check_folder(FIXTURES / split) if one.severity == "error"] == []


def test_the_corpus_is_the_one_that_is_pinned() -> None:
    """A label that changed is a visible act: `matchreport fixtures check evals/fixtures --pin`."""
    assert pinned(FIXTURES) == digests(FIXTURES)


def test_a_changed_label_changes_the_digest(tmp_path: Path) -> None:
    write(tmp_path / "dev")
    write(tmp_path / "other")
    pin(tmp_path)
    assert pinned(tmp_path) == digests(tmp_path)
    write(tmp_path / "dev", attendance=4000)
    assert {name for name, value in digests(tmp_path).items() if pinned(tmp_path)[name] != value} == {"dev"}
