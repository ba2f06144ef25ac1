"""`--min-confidence` over archives: in this process, in processes of their own, and as one of the settings that results depend on."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

from extractor import Extractor
from extractor.batch.hands import ProcessHand
from extractor.batch.run import BatchOptions, run_batch, settings_for
from tests.batch.archives import read
from tests.batch.running import archive, rows, unseen
from tests.cli.running import Command


def test_unsure_facts_are_left_out_of_rows(tmp_path: Path) -> None:
    source = archive(tmp_path / "in.jsonl", 1)
    for name, level in (("whole", 0.0), ("sure", 0.95)):
        run_batch([source], tmp_path / name, Extractor(min_confidence=level), BatchOptions(1), unseen)
    (whole,), (sure,) = rows(tmp_path / "whole"), rows(tmp_path / "sure")
    assert len(sure["report"]["players"]) < len(whole["report"]["players"])
    assert sure["report"]["home"]["name"] == whole["report"]["home"]["name"]


def test_processes_of_their_own_leave_out_the_same(tmp_path: Path) -> None:
    items = read(archive(tmp_path / "in.jsonl", 1))
    hand = ProcessHand(0.6)
    try:
        (ended,) = asyncio.run(hand.work(items))
    finally:
        hand.close()
    run_batch([tmp_path / "in.jsonl"], tmp_path / "out", Extractor(min_confidence=0.6), BatchOptions(1), unseen)
    (row,) = rows(tmp_path / "out")
    assert json.loads(ended.line)["report"]["players"] == row["report"]["players"]


def test_results_depend_on_it() -> None:
    assert settings_for(Extractor()).strategy == "reader"
    assert settings_for(Extractor(min_confidence=0.5)).strategy == "reader, at least 0.5"


def test_the_command(tmp_path: Path) -> None:
    source = archive(tmp_path / "in.jsonl", 1)
    matchreport = Command(tmp_path)
    assert matchreport("batch", source, "--out", "out", "--min-confidence", "1").returncode == 0
    assert rows(tmp_path / "out")[0]["report"]["players"] == []
    assert matchreport("batch", source, "--out", "out").returncode == 1, "rows of two levels are not mixed"
