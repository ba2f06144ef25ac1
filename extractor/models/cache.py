"""Answers kept on disk, by content: the same question to the same model is asked once.

Only answers are stored, never questions: the article is not in the file, though quotes of it are.
Failures are never stored. Several threads and processes can share one file.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import sqlite3
import threading
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, TypeAdapter, ValidationError

from extractor.errors import StorageError
from extractor.models.folders import cache_folder
from extractor.models.question import Answer, Choice, Chosen, LanguageModel, Question

T = TypeVar("T", bound=BaseModel)

_FORMAT = 1
"""Part of every key: raise it when stored answers change their shape."""

_BUSY_SECONDS = 30.0

_PROBABILITIES = TypeAdapter(dict[str, float])


class AnswerStore:
    """Answers by key, in one SQLite file.

    Args:
        path: The file, made at first use; None for `answers.sqlite` in the user's cache folder.
    """

    def __init__(self, path: Path | None = None) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._open: tuple[int, sqlite3.Connection] | None = None

    @property
    def path(self) -> Path:
        """The file."""
        if self._path is None:
            self._path = cache_folder() / "answers.sqlite"
        return self._path

    def get(self, key: str) -> str | None:
        """The stored JSON, or None.

        Raises:
            StorageError: The file can't be read.
        """
        with self._connection() as connection:
            row: tuple[str] | None = connection.execute(
                "SELECT value FROM answers WHERE key = ?", (key,)
            ).fetchone()
        return None if row is None else row[0]

    def put(self, key: str, value: str) -> None:
        """Store JSON under a key, in place of what was there.

        Raises:
            StorageError: The file can't be written.
        """
        with self._connection() as connection:
            connection.execute(
                "INSERT INTO answers (key, value) VALUES (?, ?) "
                "ON CONFLICT (key) DO UPDATE SET value = excluded.value",
                (key, value),
            )

    def close(self) -> None:
        """Close the file; it is opened again at the next use."""
        with self._lock:
            if self._open is not None and self._open[0] == os.getpid():
                self._open[1].close()
            self._open = None

    @contextmanager
    def _connection(self) -> Generator[sqlite3.Connection]:
        with self._lock:
            try:
                # A connection must not be carried across a fork.
                if self._open is None or self._open[0] != os.getpid():
                    self._open = (os.getpid(), self._connect())
                yield self._open[1]
            except (sqlite3.Error, OSError) as error:
                raise StorageError(
                    f"the answer cache {self.path} can't be used ({error}): delete it, or go "
                    "without (--no-cache)"
                ) from None

    def _connect(self) -> sqlite3.Connection:
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        connection = sqlite3.connect(
            self.path, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False
        )
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            # Losing the last answers to a power cut costs asking them again.
            connection.execute("PRAGMA synchronous = NORMAL")
            connection.execute(
                "CREATE TABLE IF NOT EXISTS answers ("
                "number INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, value TEXT NOT NULL)"
            )
        except sqlite3.Error:
            connection.close()
            raise
        return connection


class CachedModel:
    """A model whose answers are kept: what was asked before costs nothing (`Spent()`)."""

    def __init__(self, model: LanguageModel, store: AnswerStore) -> None:
        self._model = model
        self._store = store

    @property
    def name(self) -> str:
        """The model's."""
        return self._model.name

    @property
    def identity(self) -> str:
        """The model's."""
        return self._model.identity

    async def ask(self, question: Question[T]) -> Answer[T]:
        """The answer, from the cache if it is there.

        Raises:
            ModelError, ConfigurationError: As the model.
            StorageError: The cache can't be read or written.
        """
        key = self._key(
            question,
            {
                "schema": question.answer.model_json_schema(),
                "temperature": question.temperature,
                "max_tokens": question.max_tokens,
            },
        )
        stored = await asyncio.to_thread(self._store.get, key)
        if stored is not None:
            try:
                return Answer(question.answer.model_validate_json(stored), from_cache=True)
            except ValidationError:
                # The answer's checks have become stricter since: ask again.
                pass
        answer = await self._model.ask(question)
        await asyncio.to_thread(self._store.put, key, answer.value.model_dump_json())
        return answer

    async def choose(self, choice: Choice) -> Chosen:
        """The probabilities, from the cache if they are there.

        Raises:
            ModelError, ConfigurationError: As the model.
            StorageError: The cache can't be read or written.
        """
        key = self._key(choice, {"options": choice.options})
        stored = await asyncio.to_thread(self._store.get, key)
        if stored is not None:
            return Chosen(_PROBABILITIES.validate_json(stored), from_cache=True)
        chosen = await self._model.choose(choice)
        await asyncio.to_thread(self._store.put, key, json.dumps(dict(chosen.probabilities)))
        return chosen

    async def aclose(self) -> None:
        """Close the model and the file."""
        self._store.close()
        await self._model.aclose()

    def _key(self, asked: Question[T] | Choice, rest: dict[str, object]) -> str:
        content = {
            "format": _FORMAT,
            "model": self._model.identity,
            "prompt": asked.prompt.sha256,
            "messages": [asdict(message) for message in asked.messages],
            **rest,
        }
        # ASCII: the article may hold a lone surrogate, which has no other encoding.
        return hashlib.sha256(json.dumps(content, sort_keys=True).encode("ascii")).hexdigest()
