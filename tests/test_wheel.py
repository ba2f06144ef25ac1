"""The built package is whole: it works from any folder, in an environment of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import sysconfig
import venv
import zipfile
from dataclasses import dataclass
from pathlib import Path

import pytest

from extractor.prompts import load_prompt

ROOT = Path(__file__).parents[1]
PROMPTS = sorted(path.stem for path in (ROOT / "prompts").glob("*.jinja"))

READ_PROMPTS = """
import json, sys
import extractor
from extractor.prompts import load_prompt
print(json.dumps([extractor.__file__, [load_prompt(name).id.sha256 for name in sys.argv[1:]]]))
"""


@dataclass(frozen=True)
class Installed:
    """An environment that holds the wheel, and a folder that is not the checkout."""

    folder: Path
    elsewhere: Path

    def run(self, program: str, *arguments: str) -> str:
        """What the program writes; a failing one fails the test with all it said."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
        done = subprocess.run(
            [self.folder / "bin" / program, *arguments], cwd=self.elsewhere, env=kept, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built from the source distribution, so that this is whole too."""
    out = tmp_path_factory.mktemp("dist")
    build = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(out), str(ROOT)]
    done = subprocess.run(build, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    (built,) = out.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """Nothing is downloaded: a line in a .pth file lends the dependencies of the running environment.

    Such a line adds a folder without following the .pth files in it, so the checkout, which is
    installed there as editable, stays out of sight.
    """
    folder = tmp_path_factory.mktemp("environment")
    venv.create(folder, with_pip=True)
    own = Path(sysconfig.get_path("purelib", "venv", {"base": str(folder), "platbase": str(folder)}))
    running = {sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}
    (own / "running.pth").write_text("".join(f"{path}\n" for path in sorted(running)))
    one = Installed(folder, tmp_path_factory.mktemp("elsewhere"))
    one.run("python", "-m", "pip", "--isolated", "install", "--no-index", "--no-deps", "--ignore-installed", str(wheel))
    return one


def test_the_wheel_holds_the_package_and_nothing_else(wheel: Path) -> None:
    held = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    package = {str(path.relative_to(ROOT)) for path in (ROOT / "extractor").rglob("*") if path.is_file() and path.suffix != ".pyc"}
    prompts = {f"extractor/prompts_data/{name}.jinja" for name in PROMPTS}
    assert {name for name in held if name.startswith("extractor/")} == package | prompts
    rest = {Path(name).parts[:2] for name in held if not name.startswith("extractor/")}
    assert {first for first, _ in rest} <= {"evals"}
    assert not {second for _, second in rest} & {"bench", "fixtures", "training"}


def test_the_command_says_its_version(installed: Installed) -> None:
    assert installed.run("matchreport", "--version").strip() == "matchreport 0.1.0"


def test_the_command_prints_the_contract(installed: Installed) -> None:
    schema = json.loads(installed.run("matchreport", "schema"))
    assert schema["properties"]


def test_the_prompts_are_those_of_the_checkout(installed: Installed) -> None:
    place, fingerprints = json.loads(installed.run("python", "-I", "-c", READ_PROMPTS, *PROMPTS))
    assert Path(place).is_relative_to(installed.folder)
    assert PROMPTS
    assert fingerprints == [load_prompt(name).id.sha256 for name in PROMPTS]
