"""Answers on disk: asked once, by several processes at a time, and never a failure."""

from __future__ import annotations

import asyncio
import multiprocessing
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from pydantic import BaseModel

from extractor.errors import ModelRefused, StorageError
from extractor.models.cache import AnswerStore, CachedModel
from extractor.models.question import Answer, Choice, Message, Question, Spent
from extractor.models.scripted import ScriptedModel
from extractor.report import PromptId


class Number(BaseModel):
    n: int


class Other(BaseModel):
    n: int
    m: int = 0


PROMPT = PromptId(name="test", version="1", sha256="0" * 64)
QUESTION = Question((Message("user", "How many? \ud800"),), Number, PROMPT, 10)
CHOICE = Choice((Message("user", "Who?"),), ("A", "B"), PROMPT)


def ask(model: CachedModel, question: Question[Number] = QUESTION) -> Answer[Number]:
    return asyncio.run(model.ask(question))


def test_the_same_question_is_asked_once(tmp_path: Path) -> None:
    scripted = ScriptedModel([{"n": 1}, {"n": 2}])
    first = ask(CachedModel(scripted, AnswerStore(tmp_path / "a.sqlite")))
    again = ask(CachedModel(scripted, AnswerStore(tmp_path / "a.sqlite")))
    assert (first.value.n, first.from_cache, first.spent.attempts) == (1, False, 1)
    assert (again.value.n, again.from_cache, again.spent) == (1, True, Spent())
    assert len(scripted.asked) == 1


def test_everything_that_an_answer_depends_on_is_in_its_key(tmp_path: Path) -> None:
    store = AnswerStore(tmp_path / "a.sqlite")
    different = [
        QUESTION,
        replace(QUESTION, messages=(Message("user", "How few?"),)),
        replace(QUESTION, messages=(Message("system", "How many? \ud800"),)),
        replace(QUESTION, answer=Other),
        replace(QUESTION, temperature=0.5),
        replace(QUESTION, max_tokens=11),
        replace(QUESTION, prompt=PromptId(name="test", version="1", sha256="1" * 64)),
    ]
    scripted = ScriptedModel({"n": n} for n in range(99))
    model = CachedModel(scripted, store)
    assert [ask(model, question).from_cache for question in different] == [False] * len(different)  # type: ignore[arg-type]

    class Elsewhere(ScriptedModel):
        @property
        def identity(self) -> str:
            return "elsewhere"

    assert not ask(CachedModel(Elsewhere([{"n": 7}]), store)).from_cache


def test_choices_are_kept_too(tmp_path: Path) -> None:
    model = CachedModel(ScriptedModel([{"A": 0.25, "B": 0.75}]), AnswerStore(tmp_path / "a.sqlite"))
    first, again = (asyncio.run(model.choose(CHOICE)) for _ in range(2))
    assert first.probabilities == again.probabilities == {"A": 0.25, "B": 0.75}
    assert (first.from_cache, again.from_cache) == (False, True)


def test_failures_are_not_kept(tmp_path: Path) -> None:
    model = CachedModel(
        ScriptedModel([ModelRefused("no"), {"n": 3}]), AnswerStore(tmp_path / "a.sqlite")
    )
    with pytest.raises(ModelRefused):
        ask(model)
    assert ask(model).value.n == 3


def test_a_stored_answer_that_no_longer_validates_is_asked_again(tmp_path: Path) -> None:
    path = tmp_path / "a.sqlite"
    model = CachedModel(ScriptedModel([{"n": 1}, {"n": 2}]), AnswerStore(path))
    ask(model)
    import sqlite3

    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE answers SET value = '{\"n\": null}'")
    connection.close()
    assert (ask(model).value.n, ask(model).from_cache) == (2, True)


def test_the_article_is_not_in_the_file(tmp_path: Path) -> None:
    store = AnswerStore(tmp_path / "a.sqlite")
    ask(CachedModel(ScriptedModel([{"n": 1}]), store))
    store.close()
    assert b"How many" not in b"".join(file.read_bytes() for file in tmp_path.iterdir())


def test_a_file_that_is_no_cache_says_what_to_do(tmp_path: Path) -> None:
    path = tmp_path / "a.sqlite"
    path.write_bytes(b"no database" * 1000)
    with pytest.raises(StorageError, match="delete it"):
        ask(CachedModel(ScriptedModel([{"n": 1}]), AnswerStore(path)))
    with pytest.raises(StorageError):
        AnswerStore(tmp_path / "a.sqlite" / "below" / "b.sqlite").get("key")


def test_it_lives_in_our_cache_folder(own_surroundings: Path) -> None:
    assert AnswerStore().path == own_surroundings / "answers.sqlite"


def test_a_cache_folder_that_can_not_be_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("MATCHREPORT_CACHE", str(tmp_path / "file" / "cache"))
    with pytest.raises(StorageError, match="MATCHREPORT_CACHE"):
        AnswerStore().get("key")


def _write(path: Path, writer: int) -> None:
    store = AnswerStore(path)
    for number in range(50):
        store.put(f"{writer}-{number}", str(number))
        store.put("shared", str(writer))


def test_processes_and_threads_share_it(tmp_path: Path) -> None:
    path = tmp_path / "a.sqlite"
    inherited = AnswerStore(path)
    inherited.put("before", "1")
    context = multiprocessing.get_context("spawn")
    processes = [context.Process(target=_write, args=(path, writer)) for writer in range(3)]
    for process in processes:
        process.start()
    with ThreadPoolExecutor(4) as threads:
        puts = [threads.submit(inherited.put, f"thread-{n}", str(n)) for n in range(50)]
    for put in puts:
        put.result()
    for process in processes:
        process.join()
    assert [process.exitcode for process in processes] == [0, 0, 0]
    assert all(inherited.get(f"{w}-{n}") == str(n) for w in range(3) for n in range(50))
    assert all(inherited.get(f"thread-{n}") == str(n) for n in range(50))
    assert inherited.get("shared") in ("0", "1", "2")
