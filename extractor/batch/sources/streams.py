"""One input file, opened: compressed or not, its position always known."""

from __future__ import annotations

import gzip
import io
import sys
import zlib
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, cast

from extractor.errors import MissingExtra, UnreadableInput

MAX_RECORD = 4 << 20
"""Bytes of the largest record that is read: far more than any article takes, also as a page of HTML."""

DAMAGED = (EOFError, OSError, zlib.error)
"""What reading a file raises where it ends too early, is damaged, or the disk is."""

_GZIP = b"\x1f\x8b"
_ZSTANDARD = b"\x28\xb5\x2f\xfd"
_ZSTANDARD_PIECE = 1 << 10
"""Compressed bytes at a time: even a piece that is made to explode becomes no more than 32 MiB."""

MISSING = "needs a library that is not installed: pip install 'matchreport[archive]'"


@dataclass(frozen=True, slots=True)
class Source:
    """One file of the inputs, or standard input.

    Args:
        path: None for standard input.
        place: How the input is named in places and errors.
        name: The id of the article, where the file is one and has no other: its path in the folder that was named.
        start: Bytes of the inputs before it.
        size: Its own bytes, compressed as it is.
    """

    path: Path | None
    place: str
    name: str = ""
    start: int = 0
    size: int = 0


@dataclass(frozen=True, slots=True)
class Opened:
    """A file that is being read: its content, decompressed, and `at`, which says how far reading got in the inputs."""

    content: BinaryIO
    at: Callable[[], int]


@contextmanager
def opened(source: Source) -> Generator[Opened]:
    """The content of a file, decompressed as its suffix or, without one, its first bytes ask for.

    Raises:
        UnreadableInput: It can't be opened.
        MissingExtra: The library that decompresses it is not installed.
    """
    if source.path is None:
        yield Opened(_decompressed(cast("io.BufferedReader", sys.stdin.buffer), "", source.place), lambda: source.start)
        return
    try:
        file = source.path.open("rb")
    except OSError as error:
        raise UnreadableInput(f"{source.place}: {error.strerror or error}") from None
    with file:
        yield Opened(_decompressed(file, source.path.suffix, source.place), lambda: source.start + file.tell())


def whole(source: Source) -> bytes:
    """A file that is one record.

    Raises:
        UnreadableInput: It is longer than a record can be, or can't be read.
    """
    with opened(source) as file:
        try:
            data = file.content.read(MAX_RECORD + 1)
        except DAMAGED as error:
            raise damaged(source.place, error) from None
    if len(data) > MAX_RECORD:
        raise UnreadableInput(f"{source.place} is longer than {MAX_RECORD:,} bytes")
    return data


def lines(content: BinaryIO) -> Iterator[bytes]:
    """The lines of a file; one that is too long comes as its first `MAX_RECORD` bytes, without its end."""
    while line := content.readline(MAX_RECORD):
        first = line
        while not line.endswith(b"\n") and len(line) == MAX_RECORD:
            line = content.readline(MAX_RECORD)  # the rest is let go of piece by piece
        yield first


def is_too_long(line: bytes) -> bool:
    """Whether `lines` has cut the line off."""
    return len(line) == MAX_RECORD and not line.endswith(b"\n")


def damaged(place: str, error: Exception) -> UnreadableInput:
    """The error of a file that can't be read on."""
    return UnreadableInput(f"{place}: the file is damaged ({damage(error)}); nothing of it can be read from here on")


def damage(error: Exception) -> str:
    """What is wrong with a file, in a few words."""
    return "it ends too early" if isinstance(error, EOFError) else str(getattr(error, "strerror", None) or error)


def _decompressed(file: io.BufferedReader, suffix: str, place: str) -> BinaryIO:
    # A suffix binds: what is no gzip under the name of one is damaged, not text.
    first = b"" if suffix in (".gz", ".zst") else file.peek(4)[:4]
    if suffix == ".gz" or first.startswith(_GZIP):
        return cast("BinaryIO", gzip.GzipFile(fileobj=file))
    if suffix == ".zst" or first == _ZSTANDARD:
        return io.BufferedReader(_Zstandard(file, place))
    return file


class _Zstandard(io.RawIOBase):
    """What frames of Zstandard hold, one after the other.

    A file that ends within a frame is an error; the library's own reader takes it for the end.
    """

    def __init__(self, file: BinaryIO, place: str) -> None:
        try:
            import zstandard
        except ModuleNotFoundError:
            raise MissingExtra(f"{place} {MISSING}") from None
        self._file = file
        self._error = zstandard.ZstdError
        self._new_frame = zstandard.ZstdDecompressor().decompressobj
        self._frame = self._new_frame()
        self._is_begun = False
        self._rest = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # any buffer; the one caller gives this kind
        while not self._rest:
            data = self._frame.unused_data if self._frame.eof else b""
            if self._frame.eof:
                self._frame, self._is_begun = self._new_frame(), False
            data = data or self._file.read(_ZSTANDARD_PIECE)
            if not data:
                if self._is_begun:
                    raise EOFError
                return 0
            self._is_begun = True
            try:
                self._rest = memoryview(self._frame.decompress(data))
            except self._error as error:
                raise OSError(str(error)) from None
        size = min(len(buffer), len(self._rest))
        buffer[:size], self._rest = self._rest[:size], self._rest[size:]
        return size
