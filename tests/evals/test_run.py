from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from evals.comparison import compare_runs
from evals.gate import breaches, measures, moved
from evals.run import Plan, Run, evaluate, read_run
from extractor import AccessDenied, InputError, ModelError, NotAMatchReport
from tests.evals.labels import write
from tests.evals.systems import Told


@pytest.fixture
def fixtures(tmp_path: Path) -> Path:
    """Four match reports and two other articles."""
    folder = tmp_path / "fixtures"
    for number in range(4):
        write(folder / "dev", f"dev-{number}", article={"id": f"dev-{number}", "title": None, "published": None, "source": None})
    (folder / "other").mkdir()
    for number, reason in enumerate(("preview", "transfer")):
        (folder / "other" / f"other-{number}.txt").write_text("Iets anders.", encoding="utf-8")
        (folder / "other" / f"other-{number}.json").write_text(
            json.dumps({"id": f"other-{number}", "not_a_match_report": reason}), encoding="utf-8"
        )
    return folder


OTHERS: dict[str, Exception] = {f"other-{number}": NotAMatchReport("preview", "it looks ahead") for number in range(2)}


def run(fixtures: Path, name: str, system: Told, **options: Any) -> Run:
    return evaluate(system, Plan(fixtures, "dev", fixtures.parent / name, **options))


def lose_an_assist(report: dict[str, Any]) -> None:
    report["goals"][0]["assist"] = None


def test_a_perfect_system_has_perfect_scores(fixtures: Path) -> None:
    scores = run(fixtures, "a", Told(errors=OTHERS)).scores
    assert {figure.f1 for figure in scores.figures.values()} == {1.0}
    assert (scores.articles, scores.failures, scores.unproven, scores.unknown_names) == (4, 0, 0, [])
    assert {name: (share.part, share.whole) for name, share in scores.grounding.items()} == {
        "spans exact": (24, 24), "values in their evidence": (4 * 10, 4 * 10), "names in the article": (4 * 6, 4 * 6),
    }  # fmt: skip
    assert scores.gate is not None
    assert (scores.gate.precision.value, scores.gate.recall.value) == (1.0, 1.0)
    assert (scores.gate.reasons.part, scores.gate.reasons.whole) == (1, 2)
    cost = scores.cost
    assert (cost.prompt_tokens, cost.cached_tokens, cost.completion_tokens, cost.calls, cost.dollars) == (100, 40, 10, 2, 0.25)


def test_failures_are_rows_and_miss_everything(fixtures: Path) -> None:
    errors = {"dev-0": ModelError("no answer"), "dev-1": ZeroDivisionError("a bug"), "dev-2": NotAMatchReport("preview", "…"), **OTHERS}
    done = run(fixtures, "a", Told(errors=errors))
    assert [(one.name, one.outcome) for one in done.scores.by_article] == [
        ("dev-0", "failed"), ("dev-1", "failed"), ("dev-2", "not_a_match"), ("dev-3", "report"),
    ]  # fmt: skip
    assert done.scores.figures["all"].recall == 0.25
    assert done.scores.figures["all"].precision == 1.0
    assert done.scores.by_article[1].error == "bug: ZeroDivisionError: a bug"
    assert done.scores.gate is not None
    assert done.scores.gate.recall.value == 0.75


def test_a_finished_run_asks_nothing_again_and_a_failure_is_tried_again(fixtures: Path) -> None:
    run(fixtures, "a", Told(errors={"dev-1": ModelError("no answer"), **OTHERS}))
    again = Told(errors=OTHERS)
    assert run(fixtures, "a", again).scores.failures == 0
    assert again.asked == ["dev-1"]


def test_an_interrupted_run_goes_on_where_it_was(fixtures: Path) -> None:
    run(fixtures, "a", Told(errors=OTHERS))
    answers = fixtures.parent / "a" / "predictions.jsonl"
    lines = answers.read_bytes().splitlines(keepends=True)
    answers.write_bytes(b"".join(lines[:2]) + lines[2][:50])
    again = Told(errors=OTHERS)
    assert run(fixtures, "a", again).scores.figures["all"].f1 == 1.0
    assert len(again.asked) == 4
    assert len(answers.read_bytes().splitlines()) == 6


def test_a_label_that_changed_is_scored_anew_and_an_article_that_changed_is_read_anew(fixtures: Path) -> None:
    run(fixtures, "a", Told(errors=OTHERS))
    write(fixtures / "dev", "dev-0", article={"id": "dev-0", "title": None, "published": None, "source": None}, attendance=4000)
    again = Told(errors=OTHERS)
    assert run(fixtures, "a", again).scores.figures["attendance"].missing == 1
    assert again.asked == []
    text = fixtures / "dev" / "dev-1.txt"
    text.write_text(text.read_text(encoding="utf-8") + "Meer.\n", encoding="utf-8")
    run(fixtures, "a", again)
    assert again.asked == ["dev-1"]


def test_a_folder_belongs_to_one_subject(fixtures: Path) -> None:
    run(fixtures, "a", Told(errors=OTHERS))
    other = Told(errors=OTHERS)
    other.model_name = "test/another"
    with pytest.raises(InputError, match="model differ"):
        run(fixtures, "a", other)


def test_an_error_that_would_meet_every_article_ends_the_run(fixtures: Path) -> None:
    system = Told(errors={"dev-1": AccessDenied("the key was refused")})
    with pytest.raises(AccessDenied):
        run(fixtures, "a", system, jobs=1)
    assert system.asked == ["dev-0", "dev-1"]
    with pytest.raises(InputError, match="no finished run"):
        read_run(fixtures.parent / "a")
    again = Told(errors=OTHERS)
    run(fixtures, "a", again)
    assert "dev-0" not in again.asked


def test_repeats_and_limits(fixtures: Path) -> None:
    system = Told(errors=OTHERS)
    done = run(fixtures, "a", system, repeat=3, limit=2)
    assert (system.asked.count("dev-0"), system.asked.count("dev-2"), system.asked.count("other-1")) == (3, 0, 1)
    assert done.scores.articles == 2
    assert done.scores.figures["score"].right == 6


def test_a_folder_of_ones_own_without_splits(tmp_path: Path) -> None:
    write(tmp_path / "mine")
    done = evaluate(Told(), Plan(tmp_path / "mine", "dev", tmp_path / "run"))
    assert (done.scores.articles, done.scores.gate) == (1, None)
    with pytest.raises(InputError, match="no split 'dev'"):
        evaluate(Told(), Plan(tmp_path, "dev", tmp_path / "run2"))


def test_warnings_are_counted_for_right_and_wrong_reports(fixtures: Path) -> None:
    def warned(report: dict[str, Any]) -> None:
        lose_an_assist(report)
        report["warnings"] = [{"code": "c", "path": "score", "message": "m"}]

    right = run(fixtures, "a", Told(errors=OTHERS)).scores.warnings
    wrong = run(fixtures, "b", Told(warned, errors=OTHERS)).scores.warnings
    assert [(one.part, one.whole) for one in (right["right in core"], right["wrong in core"])] == [(0, 4), (0, 0)]
    assert [(one.part, one.whole) for one in (wrong["right in core"], wrong["wrong in core"])] == [(0, 0), (4, 4)]


def test_the_gate_stops_a_planted_regression_and_lets_the_rest_pass(fixtures: Path) -> None:
    good, bad = run(fixtures, "a", Told(errors=OTHERS)), run(fixtures, "b", Told(lose_an_assist, errors=OTHERS))
    with pytest.raises(InputError, match="no floor"):
        breaches(good.manifest, good.scores, {})
    floors = moved(good.manifest, good.scores, {}, lower=False)
    assert breaches(good.manifest, good.scores, floors) == []
    assert {breach.measure for breach in breaches(bad.manifest, bad.scores, floors)} == {"core", "events", "all"}


def test_a_floor_goes_down_only_when_that_is_asked_for(fixtures: Path) -> None:
    good, bad = run(fixtures, "a", Told(errors=OTHERS)), run(fixtures, "b", Told(lose_an_assist, errors=OTHERS))
    floors = moved(good.manifest, good.scores, {}, lower=False)
    assert moved(bad.manifest, bad.scores, floors, lower=False) == floors
    lower = moved(bad.manifest, bad.scores, floors, lower=True)
    assert breaches(bad.manifest, bad.scores, lower) == []
    assert lower["dev"]["told test/model"]["core"] < measures(bad.scores)["core"]


def test_floors_of_a_part_are_not_floors_of_the_whole(fixtures: Path) -> None:
    part = run(fixtures, "a", Told(errors=OTHERS), limit=2)
    floors = moved(part.manifest, part.scores, {}, lower=False)
    assert list(floors) == ["dev, first 2"]
    whole = run(fixtures, "a", Told(errors=OTHERS))
    with pytest.raises(InputError, match="no floor"):
        breaches(whole.manifest, whole.scores, floors)


def test_two_runs_compared(fixtures: Path) -> None:
    good, bad = run(fixtures, "a", Told(errors=OTHERS)), run(fixtures, "b", Told(lose_an_assist, errors=OTHERS))
    told = compare_runs(good, bad)
    assert {(change.article, change.field, change.kind) for change in told.changes} == {
        (f"dev-{n}", "goals.assist", "broken") for n in range(4)
    }
    assert [row.name for row in told.rows] == ["core", "events", "all", "goals.assist"]
    assert told.rows[-1].difference.value == -1.0
    assert "worse" in told.verdict
    back = compare_runs(read_run(bad.out), read_run(good.out))
    assert {change.kind for change in back.changes} == {"mended"}
    assert compare_runs(good, good).changes == ()


def test_runs_over_different_articles_are_not_compared(fixtures: Path, tmp_path: Path) -> None:
    one = run(fixtures, "a", Told(errors=OTHERS))
    write(tmp_path / "mine" / "dev", "else")
    other = evaluate(Told(), Plan(tmp_path / "mine", "dev", tmp_path / "c"))
    with pytest.raises(InputError, match="no article in common"):
        compare_runs(one, other)
