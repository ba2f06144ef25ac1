"""The commands, and the gate over all of `dev`."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from evals.commands import Evaluation, Gating, checking, comparing, evaluation
from evals.drafts import draft
from evals.validate import check_file
from extractor import Extractor, InputError, read_article
from tests.cli.running import EXAMPLE, ROOT, Command
from tests.evals.labels import write
from tests.evals.systems import Told


def worse(report: dict[str, Any]) -> None:
    report["goals"][0]["assist"] = None


def test_the_reader_is_above_its_floors_on_all_of_dev(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code = evaluation(Extractor(), Evaluation(split="dev", out=tmp_path / "run", gating=Gating(check=True)))
    assert code == 0, capsys.readouterr().err
    assert (tmp_path / "run" / "page.html").stat().st_size > 10_000


def test_the_gate_stops_below_a_floor_and_lowers_it_only_on_demand(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(tmp_path / "mine")

    def run(system: Told, name: str, **gating: bool) -> int:
        return evaluation(system, Evaluation(fixtures=tmp_path / "mine", out=tmp_path / name, gating=Gating(check=True, **gating)))

    with pytest.raises(InputError, match="no floor"):
        run(Told(), "good")
    assert run(Told(), "good", raise_floor=True) == 0
    assert run(Told(worse), "bad") == 100
    said = capsys.readouterr().err
    assert "core is" in said
    assert "--lower-floor" in said
    assert run(Told(worse), "bad", raise_floor=True) == 100
    assert run(Told(worse), "bad", lower_floor=True) == 0
    assert run(Told(worse), "bad") == 0
    assert run(Told(), "good") == 0


def test_runs_are_compared_with_each_other_and_with_a_baseline(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(tmp_path / "mine")
    assert evaluation(Told(), Evaluation(fixtures=tmp_path / "mine", out=tmp_path / "a", outputs=(tmp_path / "a.csv",))) == 0
    capsys.readouterr()
    assert evaluation(Told(worse), Evaluation(fixtures=tmp_path / "mine", out=tmp_path / "b", baseline=tmp_path / "a")) == 0
    told = capsys.readouterr().out
    assert "goals.assist" in told
    assert "Jan Bos → —" in told
    assert comparing(tmp_path / "a", tmp_path / "a", tmp_path / "c.html") == 0
    assert "The two runs give the same facts" in capsys.readouterr().out
    assert (tmp_path / "a.csv").exists()
    assert "Against the baseline" in (tmp_path / "c.html").read_text(encoding="utf-8")
    with pytest.raises(InputError, match="no finished run"):
        comparing(tmp_path / "a", tmp_path / "nowhere")


@pytest.mark.parametrize(
    "wrong",
    [
        Evaluation(fixtures=Path("nowhere")),
        Evaluation(split="nowhere"),
        Evaluation(outputs=(Path("scores.yaml"),)),
        Evaluation(baseline=Path("nowhere")),
    ],
)
def test_what_can_not_be_run_says_so(tmp_path: Path, wrong: Evaluation) -> None:
    with pytest.raises(InputError):
        evaluation(Told(), replace(wrong, out=tmp_path / "run"))


def test_labels_are_checked_and_a_changed_folder_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(tmp_path / "mine" / "dev")
    assert checking(tmp_path / "mine", pin_digests=True) == 0
    assert checking(tmp_path / "mine") == 0
    write(tmp_path / "mine" / "dev", attendance=10)
    assert checking(tmp_path / "mine") == 1
    assert "changed since they were pinned: dev" in capsys.readouterr().out
    write(tmp_path / "mine" / "dev", referee="Niemand")
    assert checking(tmp_path / "mine" / "dev" / "small.json") == 1
    assert "small: referee: 'Niemand' does not occur" in capsys.readouterr().out


def test_a_drafted_label_is_a_label(tmp_path: Path) -> None:
    article = read_article(EXAMPLE)
    drafted = draft(Extractor().extract(article))
    (tmp_path / "article.txt").write_text(article.text, encoding="utf-8", newline="")
    (tmp_path / "article.json").write_text(json.dumps(drafted), encoding="utf-8")
    assert not {"evidence", "warnings", "provenance"} & drafted.keys()
    # A person corrects what it says; its form has to be right from the start.
    forms = [
        one
        for one in check_file(tmp_path / "article.json")
        if "missing" in one.message or "to the letter" in one.message or "no quote" in one.message
    ]
    assert forms == []


def test_the_command_line_runs_them(tmp_path: Path) -> None:
    command = Command(tmp_path)
    done = command("eval", "--split", "nowhere")
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (1, "", 1)
    write(tmp_path / "mine", referee="Niemand")
    assert command("fixtures", "check", tmp_path / "mine").returncode == 1
    assert command("label", EXAMPLE, "-o", tmp_path / "drafted.json").returncode == 0
    assert command("label", EXAMPLE, "-o", tmp_path / "drafted.json").returncode == 1  # what someone corrected stays


def test_without_the_extra_it_says_how_to_get_it(tmp_path: Path) -> None:
    (tmp_path / "pydantic_evals.py").write_text("raise ModuleNotFoundError('x', name='pydantic_evals')", encoding="utf-8")
    script = (
        f"import sys; sys.path.insert(0, {str(tmp_path)!r}); sys.argv = ['matchreport', 'eval']; from extractor.cli import main; main()"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False, cwd=ROOT, timeout=60)
    assert done.returncode == 1
    assert 'pip install "matchreport[evals]"' in done.stderr


def test_the_package_itself_does_not_load_the_evaluations() -> None:
    script = (
        "import sys, extractor.cli; assert not [name for name in sys.modules if name.split('.')[0] in ('evals', 'scipy', 'pydantic_evals')]"
    )
    assert subprocess.run([sys.executable, "-c", script], check=False, cwd=ROOT, timeout=60).returncode == 0
