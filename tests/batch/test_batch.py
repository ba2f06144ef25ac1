"""`matchreport batch`: every record one row, whatever happens, and nothing twice."""

from __future__ import annotations

import json
import os
import signal
import threading
import time
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from extractor import AccessDenied, Extractor
from extractor.batch.run import BatchOptions, Progress, run_batch
from extractor.errors import ConfigurationError, ModelTimeout, StorageError
from extractor.models.scripted import ScriptedModel
from extractor.report import MatchReport
from tests.cli.running import EXAMPLE, Command, no_answer
from tests.model_server import ModelServer, Reply, answering, failing

TEXT = EXAMPLE.read_text(encoding="utf-8")
NO_MATCH = "De gemeenteraad heeft gisteren besloten dat de brug over het kanaal wordt vernieuwd. " * 12


@pytest.fixture
def matchreport(tmp_path: Path) -> Command:
    return Command(tmp_path)


def archive(path: Path, count: int, *more: bytes) -> Path:
    """A file of that many articles, each a little different, and further lines."""
    lines = [json.dumps({"id": f"a{n}", "text": f"{TEXT}\nNummer {n}."}).encode() for n in range(count)]
    path.write_bytes(b"".join(line + b"\n" for line in [*lines, *more]))
    return path


def rows(folder: Path) -> list[dict[str, Any]]:
    data = (folder / "reports.jsonl").read_bytes()
    assert not data or data.endswith(b"\n")
    return [json.loads(line) for line in data.splitlines()]


def unseen(_progress: Progress) -> None:
    """Nobody watches."""


def test_one_row_a_record_and_bad_ones_never_stop_the_rest(matchreport: Command) -> None:
    bad = [b"{not json", b"", b"[1, 2]", b'{"id": "x"}', b'{"text": "\xff"}', b'{"text": ""}', b'{"id": "deep", "text": ' + b"[" * 9000]
    surrogate = b'{"id": "half\\ud800", "text": " ", "title": "\\u001b[2J \\ud800"}'
    match = json.dumps({"id": "m", "text": NO_MATCH}).encode()
    source = archive(matchreport.folder / "in.jsonl", 2, *bad, surrogate, match)
    done = matchreport("batch", source, "--out", "out")
    assert done.returncode == 4, done.stderr
    assert done.stdout == ""
    assert "2 reports, 1 other articles, 7 failed" in done.stderr
    found = {row["id"]: row for row in rows(matchreport.folder / "out")}
    assert len(found) == 10
    assert {one: row["outcome"] for one, row in found.items() if row["outcome"] != "failed"} == {
        "a0": "report",
        "a1": "report",
        "m": "not_a_match",
    }
    assert {f"{source}:{line}" for line in (3, 5, 6, 7, 9)} <= set(found)
    assert found["m"]["error"]["reason"]
    report = MatchReport.model_validate(found["a0"]["report"])
    assert all(f"{TEXT}\nNummer 0."[span.start : span.end] == span.text for _, span in report.spans())

    again = matchreport("batch", source, "--out", "out")
    assert "0 failed, 10 done before" in again.stderr
    assert again.returncode == 0
    assert len(rows(matchreport.folder / "out")) == 10


def test_a_folder_of_files(matchreport: Command) -> None:
    folder = matchreport.folder / "articles"
    (folder / "2024").mkdir(parents=True)
    (folder / "one.txt").write_text(TEXT, encoding="utf-8")
    (folder / "2024" / "one.txt").write_text(TEXT, encoding="utf-8")
    (folder / "two.json").write_text(json.dumps({"id": "mine", "text": TEXT}), encoding="utf-8")
    (folder / "bad.txt").write_bytes(b"\x00\x01")
    (folder / "notes.md").write_text("no article", encoding="utf-8")
    done = matchreport("batch", folder, "--out", "out")
    assert done.returncode == 4, done.stderr
    assert {row["id"]: row["outcome"] for row in rows(matchreport.folder / "out")} == {
        "one": "report",
        "2024/one": "report",
        "mine": "report",
        "bad.txt": "failed",
    }


def test_the_limit_counts_new_articles(matchreport: Command) -> None:
    source = archive(matchreport.folder / "in.jsonl", 5)
    for size in (2, 4, 5):
        assert matchreport("batch", source, "--out", "out", "--limit", "2").returncode == 0
        assert len(rows(matchreport.folder / "out")) == size


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["none.jsonl", "--out", "out"], "no such file"),
        (["in.csv", "--out", "out"], "batch reads"),
        (["empty", "--out", "out"], "holds no"),
    ],
)
def test_wrong_inputs_are_found_before_anything_starts(matchreport: Command, arguments: list[str], says: str) -> None:
    (matchreport.folder / "in.csv").touch()
    (matchreport.folder / "empty").mkdir()
    done = matchreport("batch", *arguments)
    assert done.returncode == 1
    assert says in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert not (matchreport.folder / "out").exists()


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="no SIGKILL on Windows")
def test_a_killed_run_loses_nothing_and_asks_nothing_twice(matchreport: Command) -> None:
    source = archive(matchreport.folder / "in.jsonl", 30)
    under_way: Counter[str] = Counter()
    lock = threading.Lock()

    def reply(request: dict[str, Any]) -> Reply:
        with lock:
            under_way[request["messages"][-1]["content"]] += 1
        time.sleep(0.05)
        return answering(no_answer())

    with ModelServer(reply) as server:
        arguments = ("batch", source, "--out", "out", "-m", "openai/test", "--base-url", server.url, "-j", "2")
        process = matchreport.start(*arguments)
        out = matchreport.folder / "out" / "reports.jsonl"
        for _ in range(1200):
            if out.exists() and out.read_bytes().count(b"\n") >= 8:
                break
            time.sleep(0.02)
        process.kill()
        process.communicate()
        saved = rows(out.parent)
        assert 8 <= len(saved) < 30
        with out.open("ab") as file:
            file.write(b'{"id": "torn", "key": "0123')
        done = matchreport(*arguments)
        assert done.returncode == 0, done.stderr
        assert f"{len(saved)} done before" in done.stderr
    found = rows(out.parent)
    assert found[: len(saved)] == saved
    assert sorted(row["id"] for row in found) == sorted(f"a{n}" for n in range(30))
    assert len(under_way) == 30
    # Only what was under way at the kill, two at most, may have been asked again.
    assert sum(under_way.values()) <= 32


@pytest.mark.skipif(os.name == "nt", reason="no SIGINT to send to a process on Windows")
def test_an_interrupt_saves_what_is_done(matchreport: Command) -> None:
    source = archive(matchreport.folder / "in.jsonl", 2000)
    process = matchreport.start("batch", source, "--out", "out")
    out = matchreport.folder / "out" / "reports.jsonl"
    for _ in range(1200):
        if out.exists() and out.read_bytes().count(b"\n") >= 2:
            break
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=30)
    assert process.returncode == 130, err
    assert b"Traceback" not in err
    assert b"goes on from there" in err
    assert 2 <= len(rows(out.parent)) < 2000


def test_a_refused_key_stops_the_run_with_everything_saved(matchreport: Command) -> None:
    source = archive(matchreport.folder / "in.jsonl", 6)
    replies = [answering(no_answer()), answering(no_answer()), failing(401, "invalid_api_key")]
    with ModelServer(replies) as server:
        done = matchreport("batch", source, "--out", "out", "-m", "openai/test", "--base-url", server.url, "-j", "1")
    assert done.returncode == 5, done.stderr
    assert "stopped early" in done.stderr
    assert [row["outcome"] for row in rows(matchreport.folder / "out")] == ["report", "report"]


def test_a_model_that_fails_once_costs_one_article(tmp_path: Path) -> None:
    script = [no_answer(), ModelTimeout("no answer in time"), no_answer()]
    extractor = Extractor(ScriptedModel(script), strategy="single")
    ended = run_batch([archive(tmp_path / "in.jsonl", 3)], tmp_path / "out", extractor, BatchOptions(concurrency=1), unseen)
    assert ended.outcomes == {"report": 2, "failed": 1}
    assert [row.get("error", {}).get("type") for row in rows(tmp_path / "out")] == [None, "ModelTimeout", None]


def test_a_defect_costs_one_article_and_shows_no_text(tmp_path: Path) -> None:
    def script(_question: object) -> dict[str, object]:
        raise ZeroDivisionError("Scamacca")

    extractor = Extractor(ScriptedModel(script), strategy="single")
    ended = run_batch([archive(tmp_path / "in.jsonl", 2)], tmp_path / "out", extractor, BatchOptions(), unseen)
    assert ended.outcomes == {"failed": 2}
    assert all(row["error"]["type"] == "ZeroDivisionError" and "Scamacca" not in row["error"]["message"] for row in rows(tmp_path / "out"))


def test_the_same_article_twice_in_the_input_is_asked_once(tmp_path: Path) -> None:
    source = archive(tmp_path / "in.jsonl", 1)
    source.write_bytes(source.read_bytes() * 3)
    model = ScriptedModel(lambda _question: no_answer())
    ended = run_batch([source, source], tmp_path / "out", Extractor(model, strategy="single"), BatchOptions(), unseen)
    assert (ended.outcomes.total(), ended.known, len(model.asked)) == (1, 5, 1)


def test_an_error_that_stops_the_run_is_told(tmp_path: Path) -> None:
    extractor = Extractor(ScriptedModel([no_answer(), AccessDenied("quota used up")]), strategy="single")
    ended = run_batch([archive(tmp_path / "in.jsonl", 4)], tmp_path / "out", extractor, BatchOptions(concurrency=1), unseen)
    assert isinstance(ended.stopped, AccessDenied)
    assert len(rows(tmp_path / "out")) == 1


def test_results_of_two_models_do_not_mix(tmp_path: Path) -> None:
    source = archive(tmp_path / "in.jsonl", 1)
    run_batch([source], tmp_path / "out", Extractor(), BatchOptions(), unseen)
    other = Extractor(ScriptedModel([no_answer()]), strategy="single")
    with pytest.raises(ConfigurationError, match="give another --out"):
        run_batch([source], tmp_path / "out", other, BatchOptions(), unseen)
    assert len(rows(tmp_path / "out")) == 1


def test_two_runs_do_not_share_a_folder(tmp_path: Path) -> None:
    source = archive(tmp_path / "in.jsonl", 2)
    refused: list[StorageError] = []

    def second(_progress: Progress) -> None:
        with pytest.raises(StorageError, match="another run") as caught:
            run_batch([source], tmp_path / "out", Extractor(), BatchOptions(), unseen)
        refused.append(caught.value)

    # From another process' point of view: a lock belongs to the open file, so that a second opening is refused here too.
    runner = threading.Thread(
        target=lambda: run_batch([source], tmp_path / "out", Extractor(), BatchOptions(), lambda p: in_thread(second, p))
    )
    runner.start()
    runner.join()
    assert len(refused) == 2
    assert len(rows(tmp_path / "out")) == 2


def in_thread(watch: Any, progress: Progress) -> None:
    """An event loop is running where `watch` is called; a second run needs a thread without one."""
    thread = threading.Thread(target=watch, args=(progress,))
    thread.start()
    thread.join()


def test_a_damaged_result_file_is_not_written_to(tmp_path: Path) -> None:
    source = archive(tmp_path / "in.jsonl", 1)
    out = tmp_path / "out" / "reports.jsonl"
    out.parent.mkdir()
    out.write_bytes(b"garbage\n")
    with pytest.raises(StorageError, match=r"reports\.jsonl:1 is no row of ours"):
        run_batch([source], out.parent, Extractor(), BatchOptions(), unseen)
    assert out.read_bytes() == b"garbage\n"
