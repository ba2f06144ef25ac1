"""`matchreport batch`: every record one row, whatever happens, and nothing twice."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import threading
import time
from pathlib import Path

import pytest

from extractor import AccessDenied, Extractor
from extractor.batch.engine import Bounds
from extractor.batch.journal import Redo
from extractor.batch.progress import Progress
from extractor.batch.run import BatchOptions, run_batch
from extractor.batch.store import Store, Summary
from extractor.errors import ConfigurationError, ModelTimeout, ReplyTruncated, StorageError
from extractor.models.scripted import ScriptedModel
from extractor.report import MatchReport
from tests.batch.running import NO_MATCH, TEXT, archive, rows, unseen
from tests.cli.running import Command, no_answer
from tests.model_server import ModelServer, Reply, answering, failing


@pytest.fixture
def matchreport(tmp_path: Path) -> Command:
    return Command(tmp_path)


def summary(folder: Path) -> Summary:
    with Store(folder) as store:
        return store.summary()


def wait_for(folder: Path, articles: int) -> None:
    """Until so many articles of a run in another process have ended."""
    until = time.monotonic() + 60
    while time.monotonic() < until:
        if (folder / "run.sqlite").exists():
            try:
                if summary(folder).outcomes.total() >= articles:
                    return
            except StorageError:
                pass  # the store is being made
        time.sleep(0.02)
    raise AssertionError("the run did not get there")


def test_one_row_a_record_and_bad_ones_never_stop_the_rest(matchreport: Command) -> None:
    bad = [b"{not json", b"", b"[1, 2]", b'{"id": "x"}', b'{"text": "\xff"}', b'{"text": ""}', b'{"id": "deep", "text": ' + b"[" * 9000]
    surrogate = b'{"id": "half\\ud800", "text": " ", "title": "\\u001b[2J \\ud800"}'
    match = json.dumps({"id": "m", "text": NO_MATCH}).encode()
    source = archive(matchreport.folder / "in.jsonl", 2, *bad, surrogate, match)
    done = matchreport("batch", source, "--out", "out")
    assert done.returncode == 4, done.stderr
    assert done.stdout == ""
    assert "2 reports, 1 other articles, 7 failed (7 input)" in done.stderr
    found = {row["id"]: row for row in rows(matchreport.folder / "out")}
    assert len(found) == 10
    assert {one: row["outcome"] for one, row in found.items() if row["outcome"] != "failed"} == {
        "a0": "report",
        "a1": "report",
        "m": "not_a_match",
    }
    assert {f"{source}:{line}" for line in (3, 5, 6, 9)} <= set(found)
    assert found["m"]["error"]["reason"]
    assert found["a0"]["place"] == f"{source}:1"
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
    (folder / "2024" / "one.txt").write_text(f"{TEXT}\nEen.", encoding="utf-8")
    (folder / "two.json").write_text(json.dumps({"id": "mine", "text": f"{TEXT}\nTwee."}), encoding="utf-8")
    (folder / "bad.txt").write_bytes(b"\x00\x01")
    (folder / "notes.md").write_text("no article", encoding="utf-8")
    done = matchreport("batch", folder, "--out", "out")
    assert done.returncode == 4, done.stderr
    assert {row["id"]: row["outcome"] for row in rows(matchreport.folder / "out")} == {
        "one": "report",
        "2024/one": "report",
        "mine": "report",
        str(folder / "bad.txt"): "failed",
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
        (["in.docx", "--out", "out"], "batch reads"),
        (["empty", "--out", "out"], "holds no"),
        (["one.jsonl", "--out", "out", "--column", "body"], "FIELD=NAME"),
        (["one.jsonl", "--out", "out", "--price", "cheap"], "such as 0.25/2"),
    ],
)
def test_wrong_inputs_are_found_before_anything_starts(matchreport: Command, arguments: list[str], says: str) -> None:
    (matchreport.folder / "in.docx").touch()
    archive(matchreport.folder / "one.jsonl", 1)
    (matchreport.folder / "empty").mkdir()
    done = matchreport("batch", *arguments)
    assert done.returncode == 1
    assert says in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert not (matchreport.folder / "out").exists()


@pytest.mark.skipif(os.name == "nt", reason="no SIGINT to send to a process on Windows")
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupt_finishes_what_is_under_way(matchreport: Command, how: signal.Signals) -> None:
    source = archive(matchreport.folder / "in.jsonl", 2000)
    process = matchreport.start("batch", source, "--out", "out")
    wait_for(matchreport.folder / "out", 2)
    process.send_signal(how)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 5, err
    assert b"Traceback" not in err
    assert b"goes on from there" in err
    assert 2 <= len(rows(matchreport.folder / "out")) < 2000
    last = summary(matchreport.folder / "out").last_run
    assert last is not None
    assert last.stopped == "interrupted"


@pytest.mark.skipif(os.name == "nt", reason="no SIGINT to send to a process on Windows")
def test_a_second_interrupt_stops_at_once(matchreport: Command) -> None:
    source = archive(matchreport.folder / "in.jsonl", 8)
    replies = [answering(no_answer()), answering(no_answer()), Reply(then="stall")]
    with ModelServer(replies) as server:
        arguments = ("batch", source, "--out", "out", "-m", "openai/test", "--base-url", server.url, "-j", "2")
        process = matchreport.start(*arguments)
        wait_for(matchreport.folder / "out", 2)
        process.send_signal(signal.SIGINT)
        with pytest.raises(subprocess.TimeoutExpired):  # an answer is waited for
            process.wait(1)
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=20)
    assert process.returncode == 130, err
    assert b"Traceback" not in err
    assert b"stopped at once" in err
    assert summary(matchreport.folder / "out").outcomes == {"report": 2}


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
    assert ended.failures == {"network": 1}
    assert [row.get("error", {}).get("type") for row in rows(tmp_path / "out")] == [None, "ModelTimeout", None]


def test_a_defect_costs_one_article_and_shows_no_text(tmp_path: Path) -> None:
    def script(_question: object) -> dict[str, object]:
        raise ZeroDivisionError("Scamacca")

    extractor = Extractor(ScriptedModel(script), strategy="single")
    ended = run_batch([archive(tmp_path / "in.jsonl", 2)], tmp_path / "out", extractor, BatchOptions(), unseen)
    assert ended.outcomes == {"failed": 2}
    assert all(row["error"]["type"] == "ZeroDivisionError" and "Scamacca" not in row["error"]["message"] for row in rows(tmp_path / "out"))


def test_the_same_record_twice_in_the_input_is_asked_once(tmp_path: Path) -> None:
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
    source = archive(tmp_path / "in.jsonl", 40)
    refused: list[StorageError] = []

    def second(_progress: Progress) -> None:
        # From another process' point of view: a lock belongs to the open file, so that a second opening is refused here too.
        thread = threading.Thread(target=run_second)
        thread.start()
        thread.join()

    def run_second() -> None:
        with pytest.raises(StorageError, match="another run") as caught:
            run_batch([source], tmp_path / "out", Extractor(), BatchOptions(), unseen)
        refused.append(caught.value)

    ended = run_batch([source], tmp_path / "out", Extractor(), BatchOptions(bounds=Bounds(limit=3)), second)
    assert refused
    assert ended.outcomes == {"report": 3}


def test_a_result_file_of_others_is_not_written_over(tmp_path: Path) -> None:
    source = archive(tmp_path / "in.jsonl", 1)
    out = tmp_path / "out" / "reports.jsonl"
    out.parent.mkdir()
    out.write_bytes(b"garbage\n")
    with pytest.raises(StorageError, match="no run of ours wrote it"):
        run_batch([source], out.parent, Extractor(), BatchOptions(), unseen)
    assert out.read_bytes() == b"garbage\n"


def test_a_damaged_store_is_said_to_be_one(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "run.sqlite").write_bytes(b"garbage" * 1000)
    with pytest.raises(StorageError, match="give another --out"):
        run_batch([archive(tmp_path / "in.jsonl", 1)], tmp_path / "out", Extractor(), BatchOptions(), unseen)


def test_the_same_words_under_other_ids_are_read_once_and_point_to_each_other(tmp_path: Path) -> None:
    copies = [
        json.dumps({"id": name, "title": name, "text": text}).encode() for name, text in [("copy", TEXT.upper()), ("again", TEXT + "\n\n")]
    ]
    first = json.dumps({"id": "first", "text": TEXT}).encode()
    source = archive(tmp_path / "in.jsonl", 1, first, *copies)
    model = ScriptedModel(lambda _question: no_answer())
    ended = run_batch([source], tmp_path / "out", Extractor(model, strategy="single"), BatchOptions(), unseen)
    assert ended.outcomes == {"report": 2, "duplicate": 2}
    assert len(model.asked) == 2
    found = {row["id"]: row for row in rows(tmp_path / "out")}
    assert list(found) == ["a0", "first", "copy", "again"]
    assert found["copy"]["duplicate_of"] == found["again"]["duplicate_of"] == "first"
    assert found["first"]["duplicates"] == ["copy", "again"]
    assert "duplicates" not in found["a0"]


def test_what_is_no_match_report_is_not_asked_about(tmp_path: Path) -> None:
    source = archive(tmp_path / "in.jsonl", 0, json.dumps({"id": "m", "text": NO_MATCH}).encode())
    model = ScriptedModel([])
    ended = run_batch([source], tmp_path / "out", Extractor(model, strategy="single"), BatchOptions(), unseen)
    assert (ended.outcomes, model.asked) == ({"not_a_match": 1}, [])


def test_processes_read_what_one_process_reads(tmp_path: Path) -> None:
    source = archive(tmp_path / "in.jsonl", 20, b"{bad")
    for name, processes in (("one", 1), ("two", 2)):
        ended = run_batch([source], tmp_path / name, Extractor(), BatchOptions(processes), unseen)
        assert ended.outcomes == {"report": 20, "failed": 1}
    found = [
        [{**row, "report": {**row.get("report", {}), "provenance": None}, "usage": None} for row in rows(tmp_path / n)]
        for n in ("one", "two")
    ]
    assert found[0] == found[1]


def test_what_is_done_again(tmp_path: Path) -> None:
    source = archive(tmp_path / "in.jsonl", 3)

    def run(model: ScriptedModel, redo: Redo | None = None) -> Progress:
        return run_batch([source], tmp_path / "out", Extractor(model, strategy="single"), BatchOptions(1, redo=redo), unseen)

    ended = run(ScriptedModel([no_answer(), ReplyTruncated("too long"), ModelTimeout("too late")]))
    assert ended.failures == {"reply": 1, "network": 1}
    assert run(ScriptedModel([no_answer()])).outcomes == {"report": 1}, "what failed for a reason that passes"
    assert run(ScriptedModel([])).known == 3
    assert run(ScriptedModel([no_answer()]), "failed").outcomes == {"report": 1}
    assert run(ScriptedModel([]), "changed").known == 3
    assert run(ScriptedModel([no_answer()] * 3), "all").outcomes == {"report": 3}
    assert len(rows(tmp_path / "out")) == 3

    first = run_batch([source], tmp_path / "out", Extractor(), BatchOptions(1, Bounds(limit=1), redo="changed"), unseen)
    assert first.outcomes == {"report": 1}
    rest = run_batch([source], tmp_path / "out", Extractor(), BatchOptions(1, redo="changed"), unseen)
    assert (rest.outcomes, rest.known) == ({"report": 2}, 1)
    assert [settings.strategy for settings, _ in summary(tmp_path / "out").settings] == ["reader"]


def test_the_status_of_a_run(matchreport: Command) -> None:
    source = archive(matchreport.folder / "in.jsonl", 3, b"{bad")
    assert matchreport("batch", "--out", "out", source, "--limit", "2").returncode == 0
    assert matchreport("batch", "run", source, "--out", "out").returncode == 4
    told = matchreport("batch", "status", "out")
    assert told.returncode == 0
    assert "complete" in told.stdout
    assert "3 reports, 0 other articles, 1 failed (1 input)" in told.stdout
    nothing = matchreport("batch", "status", "nowhere")
    assert nothing.returncode == 1
    assert "holds no run" in nothing.stderr
