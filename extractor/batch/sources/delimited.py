"""CSV files, an article a row, plain or compressed; a comma, a semicolon, a tab or a bar between the fields, as the header shows."""

from __future__ import annotations

import codecs
import csv
import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain
from typing import BinaryIO

from extractor.batch.sources.encoding import decoder_for
from extractor.batch.sources.records import Columns, Item, Read, article_from_fields, failed_item, item_from
from extractor.batch.sources.streams import DAMAGED, MAX_RECORD, Source, damaged, is_too_long, lines, opened
from extractor.errors import UnreadableInput

_DELIMITERS = (",", ";", "\t", "|")
_STRAY_BYTE = re.compile("[\udc80-\udcff]")


def read_csv(source: Source, columns: Columns) -> Iterator[Item]:
    """An item a row.

    Where quotes are wrong, the lines up to the next row that looks like those before are one item, which names them.
    """
    csv.field_size_limit(MAX_RECORD)  # Python's own is less than a page of HTML takes, which some tables hold beside the text
    with opened(source) as file:
        taken = _Lines(file.content)
        try:
            table = _table(taken, columns, source.place)
            for row in _rows(taken, table):
                place = f"{source.place}:{row.line}"
                if row.problem:
                    yield failed_item(UnreadableInput(f"{place}: {row.problem}"), place, file.at())
                else:
                    yield item_from(partial(_article, row, table, place), place, file.at())
        except DAMAGED as error:
            place = f"{source.place}:{taken.line}"
            yield failed_item(damaged(place, error), place, file.at())


def csv_header(source: Source, columns: Columns) -> None:
    """See that a file has the columns it should have.

    Raises:
        UnreadableInput: It has not.
    """
    with opened(source) as file:
        try:
            _table(_Lines(file.content), columns, source.place)
        except DAMAGED as error:
            raise damaged(source.place, error) from None


@dataclass(frozen=True, slots=True)
class _Table:
    names: list[str]
    delimiter: str
    columns: Columns

    @property
    def text_at(self) -> int:
        return self.names.index(self.columns.text)


@dataclass(frozen=True, slots=True)
class _Row:
    """A row, or lines that are none; `raw` is what was read for it."""

    line: int
    values: list[str]
    raw: str
    problem: str = ""

    def up_to(self, line: int) -> _Row:
        """All lines that are none, from this one's first to that."""
        lines = f"lines {self.line} to {line} are no row" if line > self.line else "no row"
        return replace(self, problem=f"{lines} ({self.problem})")

    def is_quoted(self, column: int) -> bool:
        value = self.values[column].replace('"', '""')
        return f'"{value}"' in self.raw


class _Lines:
    """The lines of a file, decoded so that wrong bytes can be had back; those taken for a row that fails can be given back too."""

    def __init__(self, content: BinaryIO) -> None:
        self._new = lines(content)
        self._again: deque[str] = deque()
        self._taken: list[str] = []
        self.line = 1

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        if self._again:
            line = self._again.popleft()
        else:
            data = next(self._new)
            line = data.decode("utf-8", "surrogateescape")
            if is_too_long(data):
                self._taken.append("\n")
                raise csv.Error(f"longer than {MAX_RECORD:,} bytes")
        self._taken.append(line)
        return line

    @property
    def raw(self) -> str:
        """What has been taken since the last row."""
        return "".join(self._taken)

    def next_row(self) -> None:
        """What was taken is done with."""
        self.line += len(self._taken)
        self._taken.clear()

    def next_line(self) -> None:
        """Only the first line of what was taken is done with."""
        self.line += 1
        self._again.extendleft(reversed(self._taken[1:]))
        self._taken.clear()


def _table(taken: _Lines, columns: Columns, place: str) -> _Table:
    first = next(taken, "").encode("utf-8", "surrogateescape")
    taken.next_row()
    if first.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise UnreadableInput(f"{place} is UTF-16; convert it: iconv -f UTF-16 -t UTF-8")
    header = first.decode("utf-8-sig", "surrogateescape")
    for delimiter in _DELIMITERS:
        try:
            names = list(chain.from_iterable(csv.reader([header], delimiter=delimiter)))
        except csv.Error as error:
            raise UnreadableInput(f"{place}: the first line is no line of names: {error}") from None
        if columns.text in names:
            missing = columns.missing_from(names)
            if missing:
                raise UnreadableInput(f"{place} has no column {missing[0]!r}")
            return _Table(names, delimiter, columns)
    raise UnreadableInput(f"{place}: the first line names no column {columns.text!r}; say which holds the text with --column text=NAME")


def _rows(taken: _Lines, table: _Table) -> Iterator[_Row]:
    """The rows of a table, and between them what can't be read as rows.

    After a row that is wrong, what follows may be the rest of its text: only one whose text is quoted as it was before is a row again.
    """
    reader = csv.reader(taken, delimiter=table.delimiter, strict=True)
    bad: _Row | None = None
    text_is_quoted = True
    while True:
        try:
            values = next(reader, None)
        except csv.Error as error:
            bad = bad or _Row(taken.line, [], "", str(error))
            taken.next_line()
            continue
        row = _Row(taken.line, values or [], taken.raw)
        is_whole = len(row.values) == len(table.names)
        if bad and (values is None or (is_whole and row.is_quoted(table.text_at) == text_is_quoted)):
            yield bad.up_to(taken.line - 1)
            bad = None
        if values is None:
            return
        if bad:
            taken.next_line()
            continue
        taken.next_row()
        if is_whole:
            text_is_quoted = row.is_quoted(table.text_at)
            yield row
        elif values:
            bad = _Row(row.line, [], "", f"{len(values)} fields, where the header has {len(table.names)}")


def _article(row: _Row, table: _Table, place: str) -> Read:
    values, notes = row.values, ()
    if _STRAY_BYTE.search(row.raw):
        decode, notes = decoder_for(_bytes(row.raw), place)
        try:
            values = [decode(_bytes(value)) for value in values]
        except UnicodeDecodeError:
            raise UnreadableInput(f"{place} is not UTF-8, and its encoding can't be told") from None
    article, more = article_from_fields(dict(zip(table.names, values, strict=True)), table.columns, place)
    return Read(article, notes + more)


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")
