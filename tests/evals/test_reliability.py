"""Confidence against what is right, in numbers, on the terminal and on the page."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from evals.output import print_scores, write_scores
from evals.page import html_page
from evals.reliability import reliability
from evals.run import Plan, Run, evaluate, read_run
from extractor import Article, Extraction
from tests.evals.labels import write
from tests.evals.systems import Told


class Sure(Told):
    """Is unsure of the goal and the card that it gets wrong."""

    async def extract_async(self, article: Article) -> Extraction:
        told = await super().extract_async(article)
        sure = {"home": 0.95, "away": 0.95, "score": 0.95, "goals.0": 0.85, "goals.1": 0.25, "cards.0": 0.35, "cards.0.color": 0.3}
        return told.model_copy(update={"confidence": sure})


def wrong(report: dict[str, Any]) -> None:
    report["goals"][1]["scorer"] = "Tom Kok"
    report["cards"][0]["color"] = "red"


def run(folder: Path, system: Told) -> Run:
    for number in range(2):
        write(folder / "dev", f"dev-{number}", article={"id": f"{number}", "title": None, "published": None, "source": None})
    return evaluate(system, Plan(folder, "dev", folder / "run"))


def test_the_error_is_how_far_what_is_said_is_from_what_is_right() -> None:
    told = reliability([(0.8, True), (0.8, False), (1.0, True), (0.0, False)])
    assert [(one.low, one.facts, one.right) for one in told.bins] == [(0.0, 1, 0.0), (0.8, 2, 0.5), (0.9, 1, 1.0)]
    assert told.error == pytest.approx(0.15)
    assert reliability([]).error == 0.0


def test_a_run_carries_confidence_and_is_scored_by_it(tmp_path: Path) -> None:
    made = run(tmp_path, Sure(wrong))
    line = json.loads((made.out / "predictions.jsonl").read_text(encoding="utf-8").splitlines()[0])
    assert line["confidence"]["goals.1"] == 0.25
    told = made.scores.reliability
    assert (told["all"].facts, told["core"].facts, told["events"].facts) == (14, 10, 8)
    assert {one.low: one.right for one in told["all"].bins} == {0.2: 0.0, 0.3: 0.5, 0.8: 1.0, 0.9: 1.0}
    levels = made.scores.tradeoff
    assert [level.level for level in levels] == [number / 10 for number in range(10)]
    assert [level.recall["all"] for level in levels] == sorted((level.recall["all"] for level in levels), reverse=True)
    assert levels[0].precision["all"] == made.scores.figures["all"].precision
    assert levels[5].precision["all"] == 1.0
    assert levels[5].recall["all"] < levels[0].recall["all"]
    assert read_run(made.out).scores == made.scores


def test_it_is_shown(tmp_path: Path) -> None:
    made = run(tmp_path, Sure(wrong))
    target = io.StringIO()
    print_scores(made, Console(file=target, width=160, force_terminal=False))
    for words in ("calibration error", "0.2–0.3", "Without the facts below --min-confidence"):
        assert words in target.getvalue()
    page = html_page(made, tmp_path)
    assert page.count('<circle class="dot') == sum(len(told.bins) for told in made.scores.reliability.values()) + 3 * 10
    assert f"{made.scores.reliability['core'].error:.3f}" in page
    write_scores(made, tmp_path / "out.json", folder=tmp_path)
    assert len(json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))["scores"]["tradeoff"]) == 10


def test_without_confidence_there_is_nothing_to_show(tmp_path: Path) -> None:
    made = run(tmp_path, Told())
    assert (made.scores.reliability, made.scores.tradeoff) == ({}, [])
    assert "How sure it is" not in html_page(made, tmp_path)
    target = io.StringIO()
    print_scores(made, Console(file=target, width=160, force_terminal=False))
    assert "Reliability" not in target.getvalue()
