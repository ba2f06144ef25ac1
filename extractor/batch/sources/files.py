"""Inputs as they are named on the command line: files, folders, globs and standard input, each file to the reader of its kind."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from glob import glob, has_magic
from importlib.util import find_spec
from pathlib import Path
from stat import S_ISREG

from extractor.batch.sources.delimited import csv_header, read_csv
from extractor.batch.sources.jsonl import read_jsonl
from extractor.batch.sources.parquet import parquet_header, read_parquet
from extractor.batch.sources.records import Columns, Item, failed_item
from extractor.batch.sources.streams import MISSING, Source
from extractor.batch.sources.text import read_html, read_json, read_text
from extractor.batch.sources.warc import read_warc
from extractor.batch.store import FILE as RUN
from extractor.errors import InputError, MissingExtra, UnreadableInput

STANDARD_INPUT = "-"


@dataclass(frozen=True, slots=True)
class _Format:
    """What reads files of one kind.

    Args:
        read: Their items.
        check_header: Raises UnreadableInput where a file has not the columns it should have.
        libraries: Modules that only the extra `archive` brings.
    """

    read: Callable[[Source, Columns], Iterator[Item]]
    check_header: Callable[[Source, Columns], None] | None = None
    libraries: tuple[str, ...] = ()


_TEXT = _Format(read_text)
_HTML = _Format(read_html, libraries=("trafilatura",))
_JSON = _Format(read_json)
_JSONL = _Format(read_jsonl)
_CSV = _Format(read_csv, csv_header)
_PARQUET = _Format(read_parquet, parquet_header, ("pyarrow",))
_WARC = _Format(read_warc, libraries=("warcio", "trafilatura"))
_ZSTANDARD = ("zstandard",)

_FORMATS = {
    ".txt": _TEXT,
    ".html": _HTML,
    ".htm": _HTML,
    ".json": _JSON,
    ".jsonl": _JSONL,
    ".jsonl.gz": _JSONL,
    ".jsonl.zst": replace(_JSONL, libraries=_ZSTANDARD),
    ".csv": _CSV,
    ".csv.gz": _CSV,
    ".csv.zst": replace(_CSV, libraries=_ZSTANDARD),
    ".tsv": _CSV,
    ".parquet": _PARQUET,
    ".warc": _WARC,
    ".warc.gz": _WARC,
    ".warc.wet": _WARC,
    ".warc.wet.gz": _WARC,
}
_USUAL = Columns()


def check_inputs(inputs: Sequence[str | Path], columns: Columns = _USUAL) -> None:
    """See that all inputs are there and can be read before anything is asked.

    Raises:
        UnreadableInput: One is missing, of another kind, or a table without the columns it should have.
        MissingExtra: A library that one of them needs is not installed.
    """
    for name in inputs:
        paths = _expanded(name)
        if not paths:
            raise UnreadableInput(f"{name} matches no file")
        for path in paths:
            if path is not None:
                _check(path, columns)


def total_bytes(inputs: Sequence[str | Path]) -> int:
    """Bytes to read in all, compressed as they are; standard input counts nothing."""
    return sum(found.size for found in sources(inputs) if isinstance(found, Source))


def read_items(inputs: Sequence[str | Path], columns: Columns = _USUAL) -> Iterator[Item]:
    """Every record of the inputs: in the order in which they are named, the files of a folder by name.

    Args:
        inputs: Paths of files and folders, patterns such as `archive/*.jsonl.gz`, or - for JSON Lines on standard input.
        columns: What the fields are called in JSON, CSV and Parquet.

    Raises:
        MissingExtra: A library that one of them needs is not installed.
    """
    for found in sources(inputs):
        yield from read_source(found, columns)


def read_source(found: Source | Item, columns: Columns = _USUAL) -> Iterator[Item]:
    """The records of one of the `sources`.

    Raises:
        MissingExtra: A library that it needs is not installed.
    """
    if isinstance(found, Item):
        yield found
        return
    try:
        yield from _format(found).read(found, columns)
    except InputError as error:
        yield failed_item(error, found.place, found.start + found.size)
    except OSError as error:
        yield failed_item(UnreadableInput(f"{found.place}: {error.strerror or error}"), found.place, found.start + found.size)


def _format(source: Source) -> _Format:
    return _JSONL if source.path is None else _FORMATS[_kind(source.path.name)]


def _kind(name: str) -> str:
    """Which of the suffixes that are read a file name ends in; empty where it is none."""
    lower = name.lower()
    return max((suffix for suffix in _FORMATS if lower.endswith(suffix)), key=len, default="")


def _expanded(name: str | Path) -> list[Path | None]:
    """The paths that an input stands for; None for standard input."""
    if str(name) == STANDARD_INPUT:
        return [None]
    if has_magic(str(name)) and not Path(name).exists():
        return [Path(one) for one in sorted(glob(str(name), recursive=True))]  # noqa: PTH207  Path has none for whole patterns
    return [Path(name)]


def _check(path: Path, columns: Columns) -> None:
    kinds = "reads .txt, .html, .json, .jsonl, .csv, .tsv, .parquet and .warc, most also as .gz and .zst, and folders of those"
    if not path.exists():
        raise UnreadableInput(f"{path}: no such file or folder")
    files = {_kind(file.name) for file in _files(path, [])} if path.is_dir() else {_kind(path.name)}
    if not files:
        raise UnreadableInput(f"{path} holds no file of a kind that is read; batch {kinds}")
    if "" in files:
        raise UnreadableInput(f"{path}: batch {kinds}")
    if not os.access(path, os.R_OK):
        raise UnreadableInput(f"{path} can't be read: no permission")
    for kind in sorted(files):
        for library in _FORMATS[kind].libraries:
            if find_spec(library) is None:
                raise MissingExtra(f"{path}: {kind} {MISSING}")
    if not path.is_dir() and (check_header := _FORMATS[_kind(path.name)].check_header):
        check_header(Source(path, str(path)), columns)


def sources(inputs: Sequence[str | Path]) -> Iterator[Source | Item]:
    """The files of the inputs in order, and an item for each that can't be had."""
    start = 0
    for found in _found(inputs):
        yield replace(found, at=start) if isinstance(found, Item) else replace(found, start=start)
        start += 0 if isinstance(found, Item) else found.size


def _found(inputs: Sequence[str | Path]) -> Iterator[Source | Item]:
    for name in inputs:
        for path in _expanded(name):
            if path is None:
                yield Source(None, STANDARD_INPUT)
            elif path.is_dir():
                yield from _folder(path)
            else:
                yield from _file(path, path.parent)


def _folder(folder: Path) -> Iterator[Source | Item]:
    unreadable: list[OSError] = []
    for path in _files(folder, unreadable):
        yield from _file(path, folder)
    for error in unreadable:
        yield failed_item(UnreadableInput(f"{error.filename}: {error.strerror}"), str(error.filename), 0)


def _files(folder: Path, unreadable: list[OSError]) -> Iterator[Path]:
    """The files in a folder and in those it holds, of the kinds that are read, but for the results of runs; what can't be opened is noted.

    Only the names of one folder are in memory at a time.
    """
    for root, folders, names in os.walk(folder, onerror=unreadable.append):
        if RUN in names:
            folders.clear()
            continue
        folders.sort()
        yield from (Path(root, name) for name in sorted(names) if _kind(name))


def _file(path: Path, folder: Path) -> Iterator[Source | Item]:
    try:
        state = path.stat()
    except OSError as error:
        yield failed_item(UnreadableInput(f"{path}: {error.strerror or error}"), str(path), 0)
        return
    if S_ISREG(state.st_mode):
        yield Source(path, str(path), path.relative_to(folder).with_suffix("").as_posix(), size=state.st_size)
