"""Rows as columns: the records of each table in Arrow tables, some at a time."""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from extractor.dataset.rows import Row
from extractor.dataset.schema import Column, Table, Value
from extractor.errors import MissingExtra

BATCH, PIECE = 2_048, 16_384
"""Records of a table that are held at most as Python's values, and as columns, which take a tenth of the room."""

_HALF = re.compile("[\ud800-\udfff]")
_LARGEST = 2**63 - 1


def optional(module: str, install: str = "'matchreport[archive]'") -> Any:  # noqa: ANN401  these libraries are not typed
    """A library that not every installation has.

    Raises:
        MissingExtra: This one does not.
    """
    try:
        return importlib.import_module(module)
    except ModuleNotFoundError as error:
        raise MissingExtra(f"{module} is not installed: pip install {install}") from error


def arrow_schema(table: Table) -> Any:  # noqa: ANN401  pyarrow.Schema
    """A table's schema, with the data dictionary in its metadata."""
    pyarrow = optional("pyarrow")
    fields = [
        pyarrow.field(column.name, _type(column), nullable=not column.key, metadata={"description": column.description})
        for column in table.columns
    ]
    return pyarrow.schema(fields, metadata={"description": table.description})


def pieces(rows: Iterable[Row], tables: Sequence[Table]) -> Iterator[tuple[Table, Any]]:
    """The records of these tables as `pyarrow.Table`s, in the order of the rows; memory does not grow with them."""
    held = [_Held(table) for table in tables]
    for row in rows:
        for one in held:
            one.records.extend(one.table.records(row))
            if len(one.records) >= BATCH:
                one.pack()
            if BATCH * len(one.batches) >= PIECE:
                yield one.table, one.piece()
    for one in held:
        one.pack()
        yield one.table, one.piece()


class _Held:
    """What is there of a table and not yet given out."""

    def __init__(self, table: Table) -> None:
        self.table = table
        self.schema = arrow_schema(table)
        self.records: list[tuple[Value, ...]] = []
        self.batches: list[Any] = []

    def pack(self) -> None:
        """Make columns of the records."""
        if self.records:
            self.batches.append(_batch(self.records, self.table, self.schema))
            self.records.clear()

    def piece(self) -> Any:  # noqa: ANN401  pyarrow.Table
        """Give out the columns."""
        made = optional("pyarrow").Table.from_batches(self.batches, self.schema)
        self.batches.clear()
        return made


def _batch(records: Sequence[tuple[Value, ...]], table: Table, schema: Any) -> Any:  # noqa: ANN401  pyarrow's
    columns = zip(*records, strict=True)
    arrays = [_array(values, schema.field(column.name).type) for column, values in zip(table.columns, columns, strict=True)]
    return optional("pyarrow").record_batch(arrays, schema=schema)


def _array(values: Sequence[Value], kind: Any) -> Any:  # noqa: ANN401  pyarrow's
    pyarrow = optional("pyarrow")
    try:
        return pyarrow.array(values, kind)
    except (UnicodeEncodeError, OverflowError):
        return pyarrow.array([_storable(value) for value in values], kind)


def _storable(value: Value) -> Value:
    """JSON can hold half a character, and numbers of any length; a column can't."""
    if isinstance(value, str):
        return _HALF.sub("\N{REPLACEMENT CHARACTER}", value)
    if isinstance(value, list):
        return [_HALF.sub("\N{REPLACEMENT CHARACTER}", one) for one in value]
    if isinstance(value, int) and value > _LARGEST:
        return None
    return value


def _type(column: Column) -> Any:  # noqa: ANN401  pyarrow's
    pyarrow = optional("pyarrow")
    types = {
        "text": pyarrow.string(),
        "texts": pyarrow.list_(pyarrow.string()),
        "integer": pyarrow.int64(),
        "number": pyarrow.float64(),
        "boolean": pyarrow.bool_(),
        "date": pyarrow.date32(),
    }
    return types[column.kind]
