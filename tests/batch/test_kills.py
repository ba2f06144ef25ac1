"""Runs and worker processes that are killed: nothing is lost, nothing is there twice, hardly anything is asked again."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import random
import threading
import time
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from extractor import Article, Extractor
from extractor.batch.hands import ProcessHand
from extractor.batch.progress import Progress
from extractor.batch.run import BatchOptions, run_batch
from extractor.batch.sources.records import Item, article_key
from tests.batch.running import TEXT, archive, rows
from tests.cli.running import Command, no_answer
from tests.model_server import ModelServer, Reply, answering

pytestmark = pytest.mark.skipif(os.name == "nt", reason="no SIGKILL on Windows")

CONCURRENCY, KILLS = 2, 3


@pytest.mark.slow
def test_a_killed_run_goes_on_where_it_was(tmp_path: Path) -> None:
    """Two hundred kills: `python -m evals.bench.kills`."""
    matchreport, chance = Command(tmp_path), random.Random(3)
    source = archive(tmp_path / "in.jsonl", 30)
    asked: Counter[str] = Counter()
    lock = threading.Lock()

    def reply(request: dict[str, Any]) -> Reply:
        with lock:
            asked[request["messages"][-1]["content"]] += 1
        return answering(no_answer())

    with ModelServer(reply) as server:
        arguments = ("batch", source, "--out", "out", "-m", "openai/test", "--base-url", server.url, "-j", str(CONCURRENCY), "--no-cache")
        for _ in range(KILLS):
            before = len(asked)
            process = matchreport.start(*arguments)
            until = time.monotonic() + 60
            while len(asked) < before + chance.randint(1, 8) and time.monotonic() < until:
                time.sleep(0.005)
            process.kill()
            process.communicate()
        done = matchreport(*arguments)
    assert done.returncode == 0, done.stderr
    assert [row["id"] for row in rows(tmp_path / "out")] == [f"a{n}" for n in range(30)]
    assert len(asked) == 30
    assert sum(asked.values()) - 30 <= 3 * CONCURRENCY * KILLS


def test_a_process_that_dies_loses_nothing(tmp_path: Path) -> None:
    killed: list[int | None] = []

    def kill_one(progress: Progress) -> None:
        processes = multiprocessing.active_children()
        if not killed and processes and progress.outcomes["report"]:
            killed.append(processes[0].pid)
            processes[0].kill()

    source = archive(tmp_path / "in.jsonl", 40)
    ended = run_batch([source], tmp_path / "out", Extractor(), BatchOptions(2), kill_one)
    assert killed
    assert ended.outcomes == {"report": 40}
    assert [row["id"] for row in rows(tmp_path / "out")] == [f"a{n}" for n in range(40)]


async def test_an_article_that_brings_down_every_process_has_failed() -> None:
    async def kill_all() -> None:
        while True:
            for process in multiprocessing.active_children():
                process.kill()
            await asyncio.sleep(0.01)

    article = Article(text=TEXT)
    killing = asyncio.create_task(kill_all())
    hand = ProcessHand()
    try:
        (ended,) = await hand.work([Item(article.id, article_key(article), article, None, "a.txt", 0)])
    finally:
        killing.cancel()
        hand.close()
    assert (ended.outcome, ended.error_class, ended.retry) == ("failed", "internal", True)


def test_no_process_outlives_the_run_it_works_for(tmp_path: Path) -> None:
    matchreport = Command(tmp_path)
    process = matchreport.start("batch", archive(tmp_path / "in.jsonl", 2000), "--out", "out")
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
    if not children.exists():
        process.kill()
        process.communicate()
        pytest.skip("this system does not tell a process' children")
    until = time.monotonic() + 60
    while len(pids := children.read_text(encoding="ascii").split()) < 3 and time.monotonic() < until:
        time.sleep(0.05)
    process.kill()
    process.communicate()
    assert pids
    while any(map(is_alive, pids)) and time.monotonic() < until:
        time.sleep(0.05)
    assert not list(filter(is_alive, pids))


def is_alive(pid: str) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state not in "ZX"
