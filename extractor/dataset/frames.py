"""The tables in memory, for Python."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Literal

from extractor.dataset.arrow import optional, pieces
from extractor.dataset.rows import read_rows
from extractor.dataset.schema import TABLES, Table
from extractor.errors import ConfigurationError

Library = Literal["pyarrow", "pandas", "polars"]


def read_tables(path: str | Path, names: Sequence[str] = (), library: Library = "pyarrow") -> dict[str, Any]:
    """The tables of a batch folder.

    What was asked for has to fit into memory; `matchreport export` has no such limit.

    Args:
        path: The folder, or a file with its rows.
        names: Tables to read, as in the data dictionary; all where left out.
        library: Whose frames to make.

    Returns:
        `pyarrow.Table`, `pandas.DataFrame` or `polars.DataFrame` by name of table.

    Raises:
        InputError: There are no rows at this place.
        ConfigurationError: There is no such table or library, or the library is not installed.
        StorageError: A row is damaged.
    """
    pyarrow = optional("pyarrow")
    tables = [_named(name) for name in names] or list(TABLES)
    if library not in _FRAMES:
        raise ConfigurationError(f"no frames of {library!r} here: give {', '.join(_FRAMES)}")
    found: dict[str, list[Any]] = {table.name: [] for table in tables}
    for table, piece in pieces(read_rows(Path(path)), tables):
        found[table.name].append(piece)
    return {name: _FRAMES[library](pyarrow.concat_tables(found.pop(name))) for name in list(found)}


def _named(name: str) -> Table:
    for table in TABLES:
        if table.name == name:
            return table
    raise ConfigurationError(f"there is no table {name!r}; there are {', '.join(table.name for table in TABLES)}")


def _pandas(table: Any) -> Any:  # noqa: ANN401  not typed
    """With pandas' nullable types: an unknown minute turns no minute into a float."""
    pandas, pyarrow = optional("pandas", "pandas"), optional("pyarrow")
    nullable = {pyarrow.int64(): pandas.Int64Dtype(), pyarrow.bool_(): pandas.BooleanDtype(), pyarrow.string(): pandas.StringDtype()}
    return table.to_pandas(types_mapper=nullable.get)


def _polars(table: Any) -> Any:  # noqa: ANN401  not typed
    return optional("polars", "polars").from_arrow(table)


_FRAMES: dict[str, Callable[[Any], Any]] = {"pyarrow": lambda table: table, "pandas": _pandas, "polars": _polars}
