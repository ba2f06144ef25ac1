"""The command as a user runs it: a process of its own, with surroundings of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "examples" / "article.txt"
COMMAND = (sys.executable, "-m", "extractor.cli")
OURS = ("MATCHREPORT_", "OPENAI_")


def surroundings(cache: Path, **more: str) -> dict[str, str]:
    """An environment without the user's keys and models, and with a cache folder of the test's own."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(OURS)}
    path = os.pathsep.join(part for part in (str(ROOT), kept.get("PYTHONPATH")) if part)
    return {**kept, "PYTHONPATH": path, "MATCHREPORT_CACHE": str(cache), "PYTHONUTF8": "1", **more}


class Command:
    """`matchreport` in a folder of the test's own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __call__(
        self, *arguments: str | Path, stdin: bytes = b"", environment: Mapping[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            [*COMMAND, *map(str, arguments)],
            input=stdin,
            capture_output=True,
            cwd=self.folder,
            env=surroundings(self.folder / "cache", **(environment or {})),
            timeout=120,
            check=False,
        )
        return subprocess.CompletedProcess(done.args, done.returncode, done.stdout.decode(), done.stderr.decode())

    def start(self, *arguments: str | Path) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [*COMMAND, *map(str, arguments)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=self.folder,
            env=surroundings(self.folder / "cache"),
        )


def no_answer() -> dict[str, object]:
    """A model's answer that finds the teams and nothing else."""
    lists = "goals disallowed_goals missed_penalties chances cards substitutions injuries absences players next_fixtures"
    return {
        "home": {"name": "Olympique Marseille", "aliases": [], "coach": None},
        "away": {"name": "Atalanta", "aliases": [], "coach": None},
        "status": "finished",
        "score": None,
        "extra_time": False,
        **{name: [] for name in lists.split()},
    }
