"""Which batches there are, in the store of the run: written before anything that could be paid for is sent."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from extractor.batch.journal import Journal
from extractor.batch.openai_batch.shards import Shard
from extractor.batch.store import FILE, connect
from extractor.errors import ConfigurationError, StorageError

_SCHEMA = """
CREATE TABLE IF NOT EXISTS batches (
    number INTEGER PRIMARY KEY, tag TEXT NOT NULL UNIQUE, model TEXT NOT NULL, created REAL NOT NULL, most_usd REAL NOT NULL,
    file TEXT, batch TEXT, ended INTEGER NOT NULL DEFAULT 0);
CREATE TABLE IF NOT EXISTS batched (article INTEGER PRIMARY KEY, batch INTEGER NOT NULL);
CREATE INDEX IF NOT EXISTS by_batch ON batched (batch);
"""
# A batch has a file once that is handed in, and a batch once the service has confirmed it; `ended` once all its articles have.

_OPEN = "SELECT number, tag, created, most_usd, file, batch FROM batches WHERE NOT ended ORDER BY number"


@dataclass(frozen=True, slots=True)
class Batch:
    """A batch that has not ended.

    Args:
        number: Ours.
        tag: Names its files here, and the batch in the service's list.
        created: Seconds since 1970.
        most_usd: What it can cost at most.
        file: The service's id of its requests; None where they are not handed in.
        batch: The service's id; None where it has not confirmed it, or has refused it.
    """

    number: int
    tag: str
    created: float
    most_usd: float
    file: str | None
    batch: str | None


class Ledger:
    """The batches of a run; every change is on the disk before the method returns.

    Args:
        journal: Open, of the same folder; its changes are committed before each of ours.
        model: Who is asked, and where.

    Raises:
        ConfigurationError: Batches of another model are under way.
    """

    def __init__(self, journal: Journal, model: str) -> None:
        self._journal = journal
        self._model = model
        self.folder = journal.folder / "batches"

    def __enter__(self) -> Self:
        self._db = connect(self._journal.path)
        self._db.execute("PRAGMA synchronous = FULL")
        with self._storage():
            self._journal.commit()
            self._db.executescript(_SCHEMA)
            others = self._db.execute("SELECT model FROM batches WHERE NOT ended AND model != ?", (self._model,)).fetchone()
        if others is not None:
            self._db.close()
            raise ConfigurationError(f"{self._journal.folder} waits for batches of {others[0]}: let them end first, or give another --out")
        self._remove_unknown()
        return self

    def __exit__(self, *_: object) -> None:
        self._db.close()

    def add(self, shard: Shard) -> None:
        """A shard is complete: from now on its articles wait for it."""
        with self._change() as db:
            number = db.execute(
                "INSERT INTO batches (tag, model, created, most_usd) VALUES (?, ?, ?, ?)",
                (shard.files.tag, self._model, time.time(), shard.most_usd),
            ).lastrowid
            db.executemany("INSERT INTO batched (article, batch) VALUES (?, ?)", ((one, number) for one in shard.numbers))
            # Also those that an earlier run failed to do: how they ended then says nothing of how they end in this batch.
            db.executemany("UPDATE articles SET state = 'pending' WHERE number = ?", ((one,) for one in shard.numbers))

    def uploaded(self, batch: Batch, file: str) -> None:
        """Its requests are handed in."""
        with self._change() as db:
            db.execute("UPDATE batches SET file = ? WHERE number = ?", (file, batch.number))

    def confirmed(self, batch: Batch, identifier: str | None) -> None:
        """The service works on it; with None, it had no room for it."""
        with self._change() as db:
            db.execute("UPDATE batches SET batch = ? WHERE number = ?", (identifier, batch.number))

    def ended(self, batch: Batch) -> None:
        """Nothing waits for it any more."""
        with self._change() as db:
            db.execute("UPDATE batches SET ended = 1 WHERE number = ?", (batch.number,))
            db.execute("DELETE FROM batched WHERE batch = ?", (batch.number,))

    def open(self) -> list[Batch]:
        """All that have not ended."""
        with self._storage():
            return [Batch(*row) for row in self._db.execute(_OPEN)]

    def waits(self, article: int) -> bool:
        """Whether an article waits for a batch."""
        with self._storage():
            return self._db.execute("SELECT 1 FROM batched WHERE article = ?", (article,)).fetchone() is not None

    def waiting(self) -> int:
        """How many articles wait for a batch."""
        with self._storage():
            return self._db.execute("SELECT count(*) FROM batched").fetchone()[0]

    def has_ended(self, article: int) -> bool:
        """Whether an article of an open batch has ended all the same: a run was killed while it collected the batch."""
        with self._storage():
            return self._db.execute("SELECT state FROM articles WHERE number = ?", (article,)).fetchone()[0] != "pending"

    def _remove_unknown(self) -> None:
        """Files of a shard that was being filled, or had ended, when a run was killed."""
        known = {batch.tag for batch in self.open()}
        for path in self.folder.glob("*.*"):
            if path.name.partition(".")[0] not in known:
                path.unlink(missing_ok=True)

    @contextmanager
    def _change(self) -> Generator[sqlite3.Connection]:
        with self._storage():
            self._journal.commit()
            self._db.execute("BEGIN IMMEDIATE")
            with self._db:
                yield self._db

    @contextmanager
    def _storage(self) -> Generator[None]:
        try:
            yield
        except (OSError, sqlite3.Error) as error:
            raise StorageError(f"{self._journal.path} can't be used ({error})") from None


def waiting_batches(folder: Path) -> Sequence[str]:
    """The models whose batches the articles of a folder wait for: an engine that asks by itself would pay for them twice."""
    path = folder / FILE
    if not path.is_file():
        return ()
    db = connect(path)
    try:
        if db.execute("SELECT 1 FROM sqlite_master WHERE name = 'batches'").fetchone() is None:
            return ()
        return [model for (model,) in db.execute("SELECT DISTINCT model FROM batches WHERE NOT ended")]
    except sqlite3.Error:
        return ()
    finally:
        db.close()
