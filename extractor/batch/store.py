"""The record of truth of a run: one SQLite file (WAL), what was seen, how each article ended, what it cost.

`articles` is narrow and has a line for each record, in the order in which the records were first seen; `results` has the rows
themselves. What is committed survives a killed process; a power cut may take the last groups, never a part of one.
"""

from __future__ import annotations

import json
import os
import sqlite3
from collections import Counter
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Literal, Self, cast

from extractor.errors import ConfigurationError, StorageError
from extractor.render.text import json_text

Outcome = Literal["report", "not_a_match", "failed", "duplicate"]
Row = dict[str, object]

FILE, REPORTS = "run.sqlite", "reports.jsonl"

MAX_COPIES = 100
"""Copies that the row of an article names at most: a line stays a line, also where a text was sent around a thousand times."""

SCHEMA = """
CREATE TABLE IF NOT EXISTS settings (number INTEGER PRIMARY KEY, content TEXT NOT NULL UNIQUE);
CREATE TABLE IF NOT EXISTS runs (
    number INTEGER PRIMARY KEY, started REAL NOT NULL, ended REAL, at INTEGER NOT NULL DEFAULT 0,
    total INTEGER NOT NULL DEFAULT 0, spent_usd REAL NOT NULL DEFAULT 0, stopped TEXT, written INTEGER NOT NULL DEFAULT 0);
CREATE TABLE IF NOT EXISTS articles (
    number INTEGER PRIMARY KEY,
    key BLOB NOT NULL UNIQUE,
    text_key BLOB,
    id TEXT NOT NULL,
    place TEXT NOT NULL,
    state TEXT NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'retry', 'done')),
    outcome TEXT,
    error_class TEXT,
    original INTEGER,
    run INTEGER NOT NULL,
    settings INTEGER NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 1,
    requests INTEGER NOT NULL DEFAULT 0,
    prompt_tokens INTEGER NOT NULL DEFAULT 0,
    cached_tokens INTEGER NOT NULL DEFAULT 0,
    completion_tokens INTEGER NOT NULL DEFAULT 0,
    cost_usd REAL,
    seconds REAL NOT NULL DEFAULT 0);
CREATE INDEX IF NOT EXISTS by_text ON articles (text_key) WHERE text_key IS NOT NULL;
CREATE INDEX IF NOT EXISTS by_original ON articles (original) WHERE original IS NOT NULL;
CREATE TABLE IF NOT EXISTS results (number INTEGER PRIMARY KEY, line TEXT NOT NULL);
"""
# The state of an article: `pending` was seen and has not ended, or is to be done again; `retry` failed for a reason that
# passes, so that the next run tries it again; `done` is done.

_SETTINGS = "SELECT content, count(*) FROM articles JOIN settings ON settings = settings.number GROUP BY 1 ORDER BY 2 DESC"

_COPIES = f"SELECT id FROM articles WHERE original = ? ORDER BY number LIMIT {MAX_COPIES}"  # noqa: S608  a constant of ours


@dataclass(frozen=True, slots=True)
class Usage:
    """What an article cost, all requests together; `cost_usd` is None where the price is not known."""

    requests: int = 0
    prompt_tokens: int = 0
    cached_tokens: int = 0
    completion_tokens: int = 0
    cost_usd: float | None = None
    seconds: float = 0.0

    def row(self) -> Row:
        """As a row tells it."""
        return {name: value for name in self.__slots__ if (value := getattr(self, name)) is not None}


@dataclass(frozen=True, slots=True)
class Settings:
    """What the results of a run depend on.

    Args:
        model: `provider/model`, or None without one.
        strategy: Of the extractor.
        prompts: Fingerprints of the prompt files by name.
        version: Of the package.
    """

    model: str | None
    strategy: str
    prompts: dict[str, str] = field(default_factory=dict[str, str])
    version: str = ""


@dataclass(frozen=True, slots=True)
class LastRun:
    """The run that worked last in the folder.

    Args:
        started: Seconds since 1970.
        ended: The same; None while it is at work, or where it was killed.
        at: Bytes of the inputs that it has read, of `total`.
        stopped: Why it ended early, or None.
    """

    started: float
    ended: float | None
    at: int
    total: int
    stopped: str | None


@dataclass(frozen=True, slots=True)
class Summary:
    """Where the articles of a folder stand.

    Args:
        outcomes: How many ended how.
        failures: Those that failed, by error class.
        waiting: Seen, and still to be done: never ended, failed for a reason that passes, or marked to be done again.
        usage: Of all articles and all runs.
        settings: How many articles have which settings.
        last_run: None in a folder where none has begun.
    """

    outcomes: Counter[str]
    failures: Counter[str]
    waiting: int
    usage: Usage
    settings: list[tuple[Settings, int]]
    last_run: LastRun | None


class Store:
    """What a folder holds, for reading: also while a run is at work there, and after one was killed.

    Args:
        folder: The `--out` of a run.

    Raises:
        StorageError: There is no run in it, or its file is damaged.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.path = folder / FILE

    def __enter__(self) -> Self:
        if not self.path.is_file():
            raise StorageError(f"{self.folder} holds no run; `matchreport batch INPUT... --out {self.folder}` makes one")
        with self._storage():
            self._db = connect(self.path)
        return self

    def __exit__(self, *_: object) -> None:
        with self._storage():
            self._db.close()

    def rows(self) -> Iterator[Row]:
        """Every row, in input order.

        Raises:
            StorageError: The file can't be read.
        """
        return (cast(Row, json.loads(line)) for line in self.lines())

    def lines(self) -> Iterator[str]:
        """The lines of `reports.jsonl`, without their ends, in input order."""
        query = (
            "SELECT articles.number, line, EXISTS (SELECT 1 FROM articles AS copy WHERE copy.original = articles.number) "
            "FROM results JOIN articles USING (number) ORDER BY results.number"
        )
        with self._storage():
            for number, line, has_copies in self._db.execute(query):
                yield self._with_copies(number, line) if has_copies else line

    def summary(self) -> Summary:
        """Counts, cost and settings."""
        count = self._db.execute
        with self._storage():
            outcomes = Counter(dict(count("SELECT outcome, count(*) FROM articles WHERE outcome IS NOT NULL GROUP BY outcome")))
            failed = "SELECT error_class, count(*) FROM articles WHERE outcome = 'failed' GROUP BY error_class"
            waiting = count("SELECT count(*) FROM articles WHERE state != 'done'").fetchone()[0]
            spent = count(
                "SELECT total(requests), total(prompt_tokens), total(cached_tokens), total(completion_tokens), sum(cost_usd), "
                "total(seconds) FROM articles"
            ).fetchone()
            settings = count(_SETTINGS)
            run = count("SELECT started, ended, at, total, stopped FROM runs ORDER BY number DESC LIMIT 1").fetchone()
            return Summary(
                outcomes,
                Counter(dict(count(failed))),
                waiting,
                Usage(*(int(number) for number in spent[:4]), *spent[4:]),
                [(settings_of(content), articles) for content, articles in settings],
                None if run is None else LastRun(*run),
            )

    def write_reports(self) -> Path:
        """Write `reports.jsonl` anew: whole lines in input order, in place of what was there at one stroke.

        Raises:
            StorageError: It can't be written; the earlier file is then as it was.
        """
        path = self.folder / REPORTS
        temporary = path.with_suffix(".tmp")
        with self._storage():
            with temporary.open("w", encoding="utf-8", newline="\n") as file:
                for line in self.lines():
                    file.write(line + "\n")
                file.flush()
                os.fsync(file.fileno())
            temporary.replace(path)
        return path

    def _with_copies(self, number: int, line: str) -> str:
        copies = [identifier for (identifier,) in self._db.execute(_COPIES, (number,))]
        return json_text({**json.loads(line), "duplicates": copies})

    @contextmanager
    def _storage(self) -> Generator[None]:
        """Errors of the system and of SQLite as ours."""
        try:
            yield
        except OSError as error:
            raise StorageError(f"can't write to {self.folder}: {error.strerror or error}") from None
        except sqlite3.Error as error:
            raise StorageError(f"{self.path} can't be used ({error}); give another --out if it is damaged") from None


def connect(path: Path) -> sqlite3.Connection:
    """The file, with transactions that we begin and end ourselves."""
    db = sqlite3.connect(path, isolation_level=None, timeout=30)
    try:
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA synchronous = NORMAL")
        db.execute("PRAGMA cache_size = -16384")  # KiB
    except sqlite3.Error:
        db.close()
        raise
    return db


def refuse_mixture(folder: Path, earlier: Settings, now: Settings) -> None:
    """See that results of two models or strategies are not mixed by mistake.

    Raises:
        ConfigurationError: They would be.
    """
    if (earlier.model, earlier.strategy) != (now.model, now.strategy):
        was, this = (f"model={one.model} strategy={one.strategy}" for one in (earlier, now))
        raise ConfigurationError(
            f"{folder} holds results of {was}, this run is {this}: give another --out, or --redo changed to read those articles anew"
        )


def content_of(settings: Settings) -> str:
    """The settings as they are stored; equal for equal settings."""
    return json.dumps(asdict(settings), sort_keys=True)


def settings_of(content: str) -> Settings:
    """The settings that were stored."""
    return Settings(**json.loads(content))
