"""The store of the run at work: takes records in, says which are to be done, and keeps how they ended."""

from __future__ import annotations

import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Self

from extractor.batch.endings import Ended, duplicate_line
from extractor.batch.lock import taken
from extractor.batch.sources.records import Item, text_key
from extractor.batch.store import REPORTS, SCHEMA, Settings, Store, connect, content_of, refuse_mixture, settings_of
from extractor.errors import StorageError

Redo = Literal["changed", "failed", "all"]

GROUP_ROWS, GROUP_SECONDS = 256, 0.05
"""Changes are committed together: after so many articles, or so long after the first of them."""

FORMAT = 1
"""Of the file: raise it when tables change."""

_REDONE: dict[Redo, str] = {"changed": "settings != :now", "failed": "outcome = 'failed'", "all": "outcome IS NOT NULL"}


@dataclass(frozen=True, slots=True)
class Work:
    """An article to be done."""

    number: int
    item: Item


@dataclass(frozen=True, slots=True)
class Intake:
    """What became of records that were taken in.

    Args:
        works: To be done now.
        known: How many were done before, or are under way.
        duplicates: How many have the words of another article.
    """

    works: list[Work]
    known: int
    duplicates: int


class Journal(Store):
    """The store, for the one run that works in its folder.

    Args:
        folder: Made where it is missing.
        settings: What the results depend on.
        redo: Which articles that were done before are to be done again.
        group: Ended articles committed together at most: what a killed run may have to ask again.

    Raises:
        StorageError: The folder can't be used, or another run is at work there.
        ConfigurationError: It holds the results of another model or strategy.
    """

    def __init__(self, folder: Path, settings: Settings, redo: Redo | None = None, group: int = GROUP_ROWS) -> None:
        super().__init__(folder)
        self._settings = settings
        self._redo: Redo | None = redo
        self._group = min(group, GROUP_ROWS)
        self._uncommitted = 0
        self._begun_at = 0.0
        self._written = False

    def __enter__(self) -> Self:
        with ExitStack() as opened, self._storage():
            self.folder.mkdir(parents=True, exist_ok=True)
            opened.enter_context(taken(self.folder))
            if not self.path.exists() and (self.folder / REPORTS).exists():
                raise StorageError(f"{self.folder / REPORTS} is there already, and no run of ours wrote it: give another --out")
            self._db = connect(self.path)
            opened.callback(self._db.close)
            self._prepare()
            self._open = opened.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        with self._open, self._storage():
            self.commit()

    def take(self, items: Sequence[Item]) -> Intake:
        """Take records in, in input order; copies of earlier articles get their row at once.

        Raises:
            StorageError: The store can't be written.
        """
        works: list[Work] = []
        known = duplicates = 0
        with self._storage():
            self._begin()
            for item in items:
                number = self._to_do(item)
                if number is None:
                    known += 1
                elif (original := self._original(number)) is not None:
                    duplicates += 1
                    self._copy(number, item, original)
                else:
                    works.append(Work(number, item))
        return Intake(works, known, duplicates)

    def finish(self, number: int, ended: Ended) -> None:
        """Keep how an article ended.

        Raises:
            StorageError: The store can't be written.
        """
        usage = ended.usage
        with self._storage():
            self._begin()
            self._db.execute(
                "UPDATE articles SET state = ?, outcome = ?, error_class = ?, settings = ?, original = NULL, "
                "requests = requests + ?, prompt_tokens = prompt_tokens + ?, cached_tokens = cached_tokens + ?, "
                "completion_tokens = completion_tokens + ?, seconds = seconds + ?, "
                "cost_usd = CASE WHEN ? IS NULL THEN cost_usd ELSE ifnull(cost_usd, 0) + ? END WHERE number = ?",
                (
                    "retry" if ended.retry else "done",
                    ended.outcome,
                    ended.error_class,
                    self._settings_number,
                    usage.requests,
                    usage.prompt_tokens,
                    usage.cached_tokens,
                    usage.completion_tokens,
                    usage.seconds,
                    usage.cost_usd,
                    usage.cost_usd,
                    number,
                ),
            )
            self._write(number, ended.line)
            self._uncommitted += 1
            if self._uncommitted >= self._group or time.monotonic() - self._begun_at >= GROUP_SECONDS:
                self.commit()

    @property
    def spent(self) -> float:
        """US dollars of all earlier runs, with the most that requests can have cost that were under way when one was killed."""
        with self._storage():
            return self._db.execute("SELECT total(spent_usd) FROM runs WHERE number != ?", (self._run,)).fetchone()[0]

    def reached(self, at: int, total: int, spent: float) -> None:
        """Note how far the inputs are read, in bytes, and what the run has cost at most."""
        with self._storage():
            self._begin()
            self._db.execute("UPDATE runs SET at = ?, total = ?, spent_usd = ? WHERE number = ?", (at, total, spent, self._run))
            self.commit()

    def end(self, stopped: str | None) -> None:
        """Close the run, and write `reports.jsonl` where it does not hold the latest.

        Raises:
            StorageError: One of the two can't be written.
        """
        self.commit()
        if not (self._written and (self.folder / REPORTS).exists()):
            self.write_reports()
        with self._storage():
            self._db.execute("UPDATE runs SET ended = ?, stopped = ?, written = 1 WHERE number = ?", (time.time(), stopped, self._run))

    def commit(self) -> None:
        """Make all changes so far safe from the end of this process."""
        with self._storage():
            if self._db.in_transaction:
                self._db.execute("COMMIT")
            self._uncommitted = 0

    def _prepare(self) -> None:
        """Begin the run: see that its settings go with those of the rows, and mark what is to be done again.

        Raises:
            StorageError: The file is of another version of this package.
            ConfigurationError: The rows are of another model or strategy.
        """
        db = self._db
        (found,) = db.execute("PRAGMA user_version").fetchone()
        if found not in (0, FORMAT):
            raise StorageError(f"{self.path} was written by another version of this package: give another --out")
        db.executescript(f"{SCHEMA}PRAGMA user_version = {FORMAT};")
        content = content_of(self._settings)
        db.execute("INSERT OR IGNORE INTO settings (content) VALUES (?)", (content,))
        (self._settings_number,) = db.execute("SELECT number FROM settings WHERE content = ?", (content,)).fetchone()
        if self._redo is None or self._redo == "failed":
            used = "SELECT DISTINCT content FROM articles JOIN settings ON settings = settings.number WHERE outcome IS NOT NULL"
            for (earlier,) in db.execute(used).fetchall():
                refuse_mixture(self.folder, settings_of(earlier), self._settings)
        if self._redo is not None:
            marked = f"UPDATE articles SET state = 'pending' WHERE {_REDONE[self._redo]}"  # noqa: S608  a constant of ours
            db.execute(marked, {"now": self._settings_number})
        last = db.execute("SELECT written FROM runs ORDER BY number DESC LIMIT 1").fetchone()
        self._written = last is not None and bool(last[0])
        self._run = db.execute("INSERT INTO runs (started) VALUES (?)", (time.time(),)).lastrowid

    def _begin(self) -> None:
        if not self._db.in_transaction:
            self._db.execute("BEGIN IMMEDIATE")
            self._begun_at = time.monotonic()

    def _to_do(self, item: Item) -> int | None:
        """The number of an item that is to be done in this run, or None: it is done, or under way."""
        key = bytes.fromhex(item.key)
        found: tuple[int, str, int] | None = self._db.execute("SELECT number, state, run FROM articles WHERE key = ?", (key,)).fetchone()
        if found is None:
            words = None if item.article is None else bytes.fromhex(text_key(item.article))
            add = "INSERT INTO articles (key, text_key, id, place, run, settings) VALUES (?, ?, ?, ?, ?, ?)"
            values = (key, words, _storable(item.id), _storable(item.place), self._run, self._settings_number)
            return self._db.execute(add, values).lastrowid
        number, state, run = found
        if state == "done" or run == self._run:
            return None
        self._db.execute("UPDATE articles SET run = ?, attempts = attempts + 1 WHERE number = ?", (self._run, number))
        return number

    def _original(self, number: int) -> tuple[int, str] | None:
        """Number and id of the first article with the same words, where it is another one."""
        return self._db.execute(
            "SELECT number, id FROM articles WHERE text_key = (SELECT text_key FROM articles WHERE number = ?) AND number < ? "
            "ORDER BY number LIMIT 1",
            (number, number),
        ).fetchone()

    def _copy(self, number: int, item: Item, original: tuple[int, str]) -> None:
        self._db.execute(
            "UPDATE articles SET state = 'done', outcome = 'duplicate', error_class = NULL, original = ?, settings = ? WHERE number = ?",
            (original[0], self._settings_number, number),
        )
        self._write(number, duplicate_line(item, original[1]))

    def _write(self, number: int, line: str) -> None:
        self._db.execute("INSERT OR REPLACE INTO results (number, line) VALUES (?, ?)", (number, line))
        self._written = False


def _storable(text: str) -> str:
    """SQLite takes no lone surrogates."""
    return text.encode("utf-8", "replace").decode()
