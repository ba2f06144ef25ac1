"""Parquet files, an article a row."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING

from extractor.batch.sources.records import Columns, Item, article_from_fields, failed_item, item_from
from extractor.batch.sources.streams import MISSING, Source
from extractor.errors import MissingExtra, UnreadableInput

if TYPE_CHECKING:
    from pyarrow.parquet import ParquetFile, RecordBatch

_ROWS = 128
"""Rows at a time: what they take in memory is little beside the library."""

_BUFFER = 1 << 20


def read_parquet(source: Source, columns: Columns) -> Iterator[Item]:
    """An item a row; of a row group that is damaged, one for all rows that can't be read."""
    with _opened(source) as file:
        _check_columns(file, columns, source.place)
        row = 0
        for group in range(file.num_row_groups):
            end = row + file.metadata.row_group(group).num_rows
            try:
                for fields in _rows(file, group, columns):
                    row += 1
                    place = f"{source.place}:{row}"
                    yield item_from(partial(article_from_fields, fields, columns, place), place, _at(source, file, row))
            except _Damaged:
                place = f"{source.place}:{row + 1}"
                yield failed_item(UnreadableInput(f"{place}: rows {row + 1} to {end} are damaged"), place, _at(source, file, end))
                row = end


def parquet_header(source: Source, columns: Columns) -> None:
    """See that a file has the columns it should have.

    Raises:
        UnreadableInput: It has not.
    """
    with _opened(source) as file:
        _check_columns(file, columns, source.place)


def _check_columns(file: ParquetFile, columns: Columns, place: str) -> None:
    names = file.schema_arrow.names
    if columns.text not in names:
        raise UnreadableInput(
            f"{place} has no column {columns.text!r}; say which holds the text with --column text=NAME; it has {', '.join(names)}"
        )
    if missing := columns.missing_from(names):
        raise UnreadableInput(f"{place} has no column {missing[0]!r}; it has {', '.join(names)}")


class _Damaged(Exception):
    """What is left of a row group can't be read."""


def _rows(file: ParquetFile, group: int, columns: Columns) -> Iterator[dict[str, object]]:
    from pyarrow import ArrowException

    names = [name for name in columns.names if name in file.schema_arrow.names]
    batches = file.iter_batches(_ROWS, [group], names, use_threads=False)
    while True:
        try:
            batch = next(batches, None)
            fields = _fields(batch) if batch else None
        except (ArrowException, OSError):
            raise _Damaged from None
        if fields is None:
            return
        yield from fields


def _fields(batch: RecordBatch) -> list[dict[str, object]]:
    try:
        return batch.to_pylist()
    except UnicodeDecodeError:  # what calls itself text is not UTF-8: its bytes, then
        import pyarrow

        texts = (pyarrow.string(), pyarrow.large_string())
        fields = [(field.name, pyarrow.binary() if field.type in texts else field.type) for field in batch.schema]
        return batch.cast(pyarrow.schema(fields)).to_pylist()


def _at(source: Source, file: ParquetFile, row: int) -> int:
    """How far a row is in the inputs, in bytes; as if all took the same."""
    return source.start + source.size * row // max(1, file.metadata.num_rows)


@contextmanager
def _opened(source: Source) -> Generator[ParquetFile]:
    try:
        from pyarrow import ArrowException
        from pyarrow.parquet import ParquetFile
    except ModuleNotFoundError:
        raise MissingExtra(f"Parquet {MISSING}") from None
    assert source.path is not None
    try:
        # Read piece by piece: a row group, which otherwise is read whole, can hold gigabytes.
        file = ParquetFile(source.path, pre_buffer=False, buffer_size=_BUFFER)
    except (ArrowException, OSError):
        raise UnreadableInput(f"{source.place} is no Parquet file, or a damaged one") from None
    with file:
        yield file
