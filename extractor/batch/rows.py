"""`reports.jsonl`: complete lines only, appended, never lost once written, never written twice."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import BinaryIO, Literal, Self

from extractor.errors import ConfigurationError, StorageError
from extractor.render.text import json_text

Outcome = Literal["report", "not_a_match", "failed"]

SYNC_ROWS = 64
SYNC_SECONDS = 1.0
"""Rows reach the system at once (a killed process loses none), the disk in groups (nor does a power cut, but for one group)."""


class Rows:
    """The result file of one run, as a context manager; `seen` holds the keys of what it already has.

    Args:
        folder: Made where it is missing. One run at a time works in it.
        settings: What the results depend on; a folder holds the results of one model and strategy.

    Raises:
        StorageError: The folder can't be used, another run is at work there, or the file is damaged.
        ConfigurationError: It holds the results of other settings.
    """

    def __init__(self, folder: Path, settings: dict[str, str | None]) -> None:
        self.path = folder / "reports.jsonl"
        self.seen: set[int] = set()
        self._folder = folder
        self._settings = settings
        self._unsynced = 0
        self._synced_at = time.monotonic()

    def __enter__(self) -> Self:
        with ExitStack() as files, _storage(self._folder):
            self._folder.mkdir(parents=True, exist_ok=True)
            _lock(files.enter_context((self._folder / ".lock").open("a+b")), self._folder)
            self._check_settings()
            self._file = files.enter_context(self.path.open("r+b" if self.path.exists() else "w+b", buffering=0))
            self._take_up()
            self._files = files.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        with self._files, _storage(self._folder):
            os.fsync(self._file.fileno())

    def is_new(self, key: str) -> bool:
        """Whether there is no row with this key, nor one on its way; from now on there is."""
        number = _number(key)
        if number in self.seen:
            return False
        self.seen.add(number)
        return True

    def add(self, row: dict[str, object]) -> None:
        """Append a row.

        Raises:
            StorageError: It can't be written; the file then ends with the row before it.
        """
        line = json_text(row).encode() + b"\n"
        start = self._file.tell()
        with _storage(self._folder):
            try:
                rest = memoryview(line)
                while rest:
                    rest = rest[self._file.write(rest) :]
            except OSError:
                self._file.truncate(start)
                raise
            self._unsynced += 1
            if self._unsynced >= SYNC_ROWS or time.monotonic() - self._synced_at >= SYNC_SECONDS:
                os.fsync(self._file.fileno())
                self._unsynced, self._synced_at = 0, time.monotonic()

    def _check_settings(self) -> None:
        """Remember the settings, or compare them with those of the earlier run."""
        path = self._folder / "run.json"
        if not path.exists():
            temporary = path.with_suffix(".tmp")
            temporary.write_text(json_text(self._settings, indent=2) + "\n", encoding="utf-8")
            temporary.replace(path)
            return
        try:
            earlier = json.loads(path.read_text(encoding="utf-8"))
        except ValueError:
            raise StorageError(f"{path} is damaged; give another --out") from None
        if earlier != self._settings:
            was, now = (" ".join(f"{name}={value}" for name, value in one.items()) for one in (earlier, self._settings))
            raise ConfigurationError(f"{self._folder} holds results of {was}, this run is {now}: give another --out")

    def _take_up(self) -> None:
        """Read the keys of the rows there are; cut off what an interrupted write left at the end."""
        end = 0
        with self.path.open("rb") as file:
            for number, line in enumerate(file, start=1):
                if not line.endswith(b"\n"):
                    break
                self.seen.add(_key_of(line, f"{self.path}:{number}"))
                end += len(line)
        self._file.truncate(end)
        self._file.seek(end)


def _key_of(line: bytes, place: str) -> int:
    try:
        return _number(json.loads(line)["key"])
    except (ValueError, KeyError, TypeError):
        raise StorageError(f"{place} is no row of ours; remove the line, or give another --out") from None


def _number(key: str) -> int:
    # 60 bits fit one small integer: a million articles take some 60 MB less than as text.
    return int(key[:15], 16)


@contextmanager
def _storage(folder: Path) -> Generator[None]:
    """System errors as ours."""
    try:
        yield
    except OSError as error:
        raise StorageError(f"can't write to {folder}: {error.strerror or error}") from None


def _lock(file: BinaryIO, folder: Path) -> None:
    """Take the folder; the system lets go of it when the process ends, however it ends."""
    try:
        if os.name == "nt":
            import msvcrt

            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        raise StorageError(f"another run is at work in {folder}; wait for it, or give another --out") from None
