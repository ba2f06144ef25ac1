"""The store and the run that writes it: nothing lost, nothing twice, always in input order."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from extractor import Article
from extractor.batch.endings import Ended
from extractor.batch.journal import Journal, Redo
from extractor.batch.sources.records import Item, article_key
from extractor.batch.store import Settings, Store, Usage
from extractor.errors import ConfigurationError, StorageError

SETTINGS = Settings("openai/test", "single", {"single": "abc"}, "1.0")


def item(identifier: str, text: str) -> Item:
    article = Article(id=identifier, text=text)
    return Item(article.id, article_key(article), article, None, f"in.jsonl:{identifier}", 0)


def report(one: Item, usage: Usage | None = None) -> Ended:
    return Ended("report", json.dumps({"id": one.id, "outcome": "report"}), usage=usage or Usage(requests=1, cost_usd=0.5))


def failure(one: Item, *, retry: bool) -> Ended:
    return Ended("failed", json.dumps({"id": one.id, "outcome": "failed"}), "network" if retry else "reply", retry)


def run(folder: Path, items: Sequence[Item], redo: Redo | None = None, settings: Settings = SETTINGS) -> list[str]:
    """A run in which everything succeeds; the ids that it had to do."""
    with Journal(folder, settings, redo) as journal:
        works = journal.take(items).works
        for work in works:
            journal.finish(work.number, report(work.item))
        journal.end(None)
    return [work.item.id for work in works]


def identifiers(folder: Path) -> list[object]:
    with Store(folder) as store:
        found = [row["id"] for row in store.rows()]
    lines = (folder / "reports.jsonl").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["id"] for line in lines] == found
    return found


@hypothesis_settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    records=st.lists(st.tuples(st.integers(0, 12), st.integers(0, 12)), max_size=25),
    steps=st.lists(st.tuples(st.integers(1, 9), st.sampled_from(["report", "retry", "failed", "left"])), min_size=1, max_size=6),
)
def test_any_runs_end_in_one_row_a_record_in_input_order(
    records: list[tuple[int, int]], steps: list[tuple[int, str]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Each run gets only so far, and does with its articles what the step says; a last one does the rest."""
    folder = tmp_path_factory.mktemp("store")
    items = [item(f"r{number}-{text}", f"Tekst {text}") for number, text in records]
    succeeded: list[str] = []
    for size, ends in steps:
        with Journal(folder, SETTINGS) as journal:
            for work in journal.take(items[:size]).works:
                assert work.item.id not in succeeded
                if ends == "report":
                    journal.finish(work.number, report(work.item))
                    succeeded.append(work.item.id)
                elif ends != "left":
                    journal.finish(work.number, failure(work.item, retry=ends == "retry"))
            journal.end("early")
    run(folder, items)
    assert identifiers(folder) == list(dict.fromkeys(one.id for one in items))
    with Store(folder) as store:
        summary, rows = store.summary(), list(store.rows())
    assert summary.waiting == 0
    assert summary.outcomes.total() == len(rows)
    assert summary.outcomes["report"] + summary.outcomes["failed"] == len({text for _, text in records})
    for row in rows:
        if row["outcome"] == "duplicate":
            original = next(one for one in rows if one["id"] == row["duplicate_of"])
            copies = original["duplicates"]
            assert isinstance(copies, list)
            assert row["id"] in copies


def test_new_records_come_after_those_that_were_seen_before(tmp_path: Path) -> None:
    one, two, three = (item(name, f"Tekst {name}") for name in ("1", "2", "3"))
    assert run(tmp_path, [one, three]) == ["1", "3"]
    assert run(tmp_path, [one, two, three]) == ["2"]
    assert identifiers(tmp_path) == ["1", "3", "2"]


def test_the_text_of_a_copy_that_was_named_a_hundred_times_stays_a_line(tmp_path: Path) -> None:
    run(tmp_path, [item(str(number), "Dezelfde tekst") for number in range(150)])
    with Store(tmp_path) as store:
        rows = list(store.rows())
    assert rows[0]["duplicates"] == [str(number) for number in range(1, 101)]
    assert all(row["duplicate_of"] == "0" for row in rows[1:])


def test_ids_that_no_file_can_hold_are_kept_as_far_as_they_can_be(tmp_path: Path) -> None:
    run(tmp_path, [item("half\ud800", "Tekst"), item("ander", "tekst")])
    with Store(tmp_path) as store:
        assert [row["outcome"] for row in store.rows()] == ["report", "duplicate"]


def test_what_other_settings_did_is_not_mixed_and_can_be_done_again(tmp_path: Path) -> None:
    records = [item(name, f"Tekst {name}") for name in "abc"]
    run(tmp_path, records)
    other = Settings("openai/other", "single", {}, "1.0")
    with pytest.raises(ConfigurationError, match="--redo changed"):
        run(tmp_path, records, settings=other)
    assert run(tmp_path, records[:1], "changed", other) == ["a"]
    assert run(tmp_path, records, "changed", other) == ["b", "c"]
    assert run(tmp_path, records, settings=other) == []

    newer = Settings("openai/other", "single", {"single": "def"}, "1.1")
    assert run(tmp_path, [*records, item("d", "Tekst d")], settings=newer) == ["d"], "a new version goes on with the old rows"
    with Store(tmp_path) as store:
        assert [(settings.version, count) for settings, count in store.summary().settings] == [("1.0", 3), ("1.1", 1)]
    assert run(tmp_path, records, "changed", newer) == ["a", "b", "c"]


def test_cost_adds_up_over_runs(tmp_path: Path) -> None:
    records = [item("a", "Tekst")]
    run(tmp_path, records)
    run(tmp_path, records, "all")
    with Store(tmp_path) as store:
        usage = store.summary().usage
    assert (usage.requests, usage.cost_usd) == (2, 1.0)


def test_what_a_killed_run_may_have_spent_is_remembered(tmp_path: Path) -> None:
    with Journal(tmp_path, SETTINGS) as journal:
        assert journal.spent == 0
        journal.reached(0, 100, 2.5)
    with Journal(tmp_path, SETTINGS) as journal:
        assert journal.spent == 2.5


def test_the_rows_can_be_read_while_a_run_is_at_work(tmp_path: Path) -> None:
    records = [item("a", "Een"), item("b", "Twee")]
    with Journal(tmp_path, SETTINGS) as journal:
        works = journal.take(records).works
        journal.finish(works[0].number, report(works[0].item))
        journal.commit()
        with Store(tmp_path) as store:
            assert [row["id"] for row in store.rows()] == ["a"]
            assert store.summary().waiting == 1
        with pytest.raises(StorageError, match="another run"), Journal(tmp_path, SETTINGS):
            pass


def test_a_store_of_another_version_is_left_alone(tmp_path: Path) -> None:
    import sqlite3

    run(tmp_path, [])
    db = sqlite3.connect(tmp_path / "run.sqlite")
    db.execute("PRAGMA user_version = 99")
    db.close()
    with pytest.raises(StorageError, match="another version"), Journal(tmp_path, SETTINGS):
        pass


def test_a_folder_that_can_not_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(StorageError, match="can't write"), Journal(tmp_path / "file" / "out", SETTINGS):
        pass
