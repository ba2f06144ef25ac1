"""`matchreport --version`, `schema`, `models`, and what the package costs to start."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from extractor import MatchReport
from tests.cli.running import EXAMPLE, ROOT, Command, surroundings


def test_version(matchreport: Command) -> None:
    done = matchreport("--version")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.split()[0] == "matchreport"
    assert done.stdout.split()[1][0].isdigit()


def test_no_arguments_show_the_help(matchreport: Command) -> None:
    done = matchreport()
    assert done.returncode == 2
    for command in ("extract", "batch", "models", "schema"):
        assert command in done.stdout + done.stderr


def test_schema_has_every_field_of_the_contract(matchreport: Command) -> None:
    done = matchreport("schema")
    assert (done.returncode, done.stderr) == (0, "")
    schema = json.loads(done.stdout)
    assert set(schema["properties"]) == set(MatchReport.model_fields) == set(schema["required"])


def test_models_list_says_what_there_is(matchreport: Command) -> None:
    done = matchreport("models", "list")
    assert (done.returncode, done.stderr) == (0, "")
    for word in ("local/qwen2.5-coder-1.5b", "1.1 GB", "Apache-2.0", "to get it"):
        assert word in done.stdout


@pytest.mark.parametrize("command", ["pull", "verify"])
def test_an_unknown_model_is_one_line(matchreport: Command, command: str) -> None:
    done = matchreport("models", command, "no-such-model")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("matchreport: no embedded model is called 'no-such-model': there are ")
    assert len(done.stderr.splitlines()) == 1


def test_a_model_that_is_not_joined_can_not_be_verified(matchreport: Command) -> None:
    done = matchreport("models", "verify", "local/qwen2.5-coder-0.5b")
    assert done.returncode == 1
    assert "matchreport models pull" in done.stderr


def test_the_package_loads_nothing_of_the_edges(tmp_path: Path) -> None:
    program = "import sys, extractor; print([name for name in ('rich', 'typer', 'openai', 'instructor') if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, env=surroundings(tmp_path), timeout=60, check=False)
    assert done.stdout.decode().strip() == "[]", done.stderr


def test_the_python_example_runs(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, str(ROOT / "examples" / "extract.py")], capture_output=True, env=surroundings(tmp_path), timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.decode().startswith("Olympique Marseille 1-1 Atalanta")
    assert EXAMPLE.exists()
