"""`--engine ray`: the same rows from a cluster of two workers on this machine, also where one of them is killed."""

from __future__ import annotations

import importlib.util
import os
import signal
import time
from pathlib import Path

import pytest

from extractor.batch.limits import Limits
from extractor.batch.ray_engine import Recipe, run_ray
from extractor.batch.run import BatchOptions
from extractor.batch.store import Store
from extractor.errors import ConfigurationError, StorageError, UnreadableInput
from tests.batch.running import NO_MATCH, archive, rows, unseen
from tests.cli.running import Command

OTHER = f'{{"id": "other", "text": "{NO_MATCH}"}}'.encode()

needs_ray = pytest.mark.skipif(importlib.util.find_spec("ray") is None, reason="Ray is not installed: pip install 'matchreport[ray]'")


def workers_of(process: int) -> list[int]:
    """Processes that descend from this one and are workers at an article, as the system tells."""
    parents: dict[int, int] = {}
    names: dict[int, str] = {}
    for path in Path("/proc").glob("[0-9]*"):
        try:
            parents[int(path.name)] = int((path / "stat").read_text(encoding="utf-8").rpartition(")")[2].split()[1])
            names[int(path.name)] = (path / "cmdline").read_text(encoding="utf-8", errors="replace")
        except (OSError, IndexError):
            continue

    def descends(one: int) -> bool:
        while one not in (0, 1, process):
            one = parents.get(one, 0)
        return one == process

    return [one for one, name in names.items() if name.startswith("ray::_Worker") and descends(one)]


def ended(folder: Path) -> int:
    try:
        with Store(folder) as store:
            return store.summary().outcomes.total()
    except StorageError:
        return 0


@needs_ray
@pytest.mark.skipif("MATCHREPORT_TEST_RAY" not in os.environ, reason="takes two minutes and a Ray cluster: MATCHREPORT_TEST_RAY=1")
@pytest.mark.slow
def test_a_killed_worker_loses_nothing_and_repeats_nothing_that_ended(tmp_path: Path) -> None:
    if not Path("/proc/self/stat").exists():
        pytest.skip("this system does not tell a process' children")
    matchreport = Command(tmp_path)
    first, second = archive(tmp_path / "1.jsonl", 24), tmp_path / "2.jsonl"
    lines = archive(tmp_path / "all.jsonl", 40, OTHER, b"{not json").read_bytes().splitlines(keepends=True)
    copy = lines[0].replace(b'"a0"', b'"copy"')
    second.write_bytes(b"".join([*lines[24:], copy]))
    process = matchreport.start("batch", first, second, "--out", "out", "--engine", "ray", "-j", "2")
    killed: list[int] = []
    while process.poll() is None:
        if not killed and ended(tmp_path / "out") and (workers := workers_of(process.pid)):
            os.kill(workers[0], signal.SIGKILL)
            killed.append(workers[0])
        time.sleep(0.02)
    _, told = process.communicate()
    if b"no Ray cluster" in told:
        pytest.skip(told.decode())
    assert killed, told.decode()
    assert process.returncode == 4, told.decode()
    found = rows(tmp_path / "out")
    assert [row["id"] for row in found] == [*(f"a{n}" for n in range(40)), "other", f"{second}:18", "copy"]
    assert [row["outcome"] for row in found] == [*["report"] * 40, "not_a_match", "failed", "duplicate"]
    assert found[42]["duplicate_of"] == "a0"
    again = matchreport("batch", first, second, "--out", "out")
    assert "43 done before" in again.stderr


@needs_ray
def test_what_a_cluster_cannot_do_is_refused_before_it_starts(tmp_path: Path) -> None:
    source = archive(tmp_path / "in.jsonl", 1)
    with pytest.raises(ConfigurationError, match="--max-cost"):
        run_ray([source], tmp_path / "out", Recipe("openai/test", "single", limits=Limits(max_cost=1.0)), BatchOptions(), unseen)
    with pytest.raises(UnreadableInput, match="standard input"):
        run_ray(["-"], tmp_path / "out", Recipe(), BatchOptions(), unseen)


def test_limits_are_shared_out_evenly() -> None:
    part = Recipe(limits=Limits(4, rpm=90, tpm=1000)).portion(4, 8)
    assert (part.limits.rpm, part.limits.tpm, part.settings.threads) == (22, 250, 2)
