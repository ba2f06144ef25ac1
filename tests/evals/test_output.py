from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from rich.console import Console

from evals.comparison import compare_runs
from evals.output import print_comparison, print_scores, write_scores
from evals.run import Plan, Run, evaluate
from extractor import InputError, ModelError
from tests.evals.labels import write
from tests.evals.systems import Told


@pytest.fixture
def made(tmp_path: Path) -> Run:
    for number in range(3):
        write(tmp_path / "dev", f"dev-{number}", article={"id": str(number), "title": None, "published": None, "source": None})

    def worse(report: dict[str, Any]) -> None:
        report["goals"][0]["kind"] = "penalty"

    return evaluate(Told(worse, {"2": ModelError("no \x1b[2Janswer")}), Plan(tmp_path, "dev", tmp_path / "run"))


def test_json_csv_and_junit_by_suffix(made: Run, tmp_path: Path) -> None:
    for suffix in ("json", "csv", "xml", "html"):
        write_scores(made, tmp_path / f"out.{suffix}", folder=tmp_path)
    whole = json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))
    assert whole["scores"]["figures"]["goals.kind"]["extra"] == 2
    assert whole["manifest"]["strategy"] == "told"
    rows = {row["measure"]: row for row in csv.DictReader(io.StringIO((tmp_path / "out.csv").read_text(encoding="utf-8")))}
    assert rows["goals.kind"]["extra"] == "2"
    assert float(rows["spans exact"]["value"]) == 1.0
    suite = ElementTree.parse(tmp_path / "out.xml").getroot()[0]
    assert (suite.get("tests"), suite.get("failures"), suite.get("errors")) == ("3", "2", "1")
    assert "goals.0.kind: invented: penalty" in (suite[0][0].text or "")
    with pytest.raises(InputError, match=r"\.xml"):
        write_scores(made, tmp_path / "out.yaml")


def test_the_terminal_shows_figures_and_no_control_characters(made: Run) -> None:
    target = io.StringIO()
    print_scores(made, Console(file=target, width=160, force_terminal=False))
    print_comparison(compare_runs(made, made), Console(file=target, width=160, force_terminal=False))
    shown = target.getvalue()
    assert f"{made.scores.figures['core'].f1:.3f}" in shown
    assert "goals.kind" in shown
    assert "dev-2: failed: ModelError" in shown
    assert "The two runs give the same facts" in shown
    assert "\x1b" not in shown
