"""Tables as files: Parquet, DuckDB, CSV; or the rows themselves as JSONL.

Files appear whole: all are written beside their places, and moved there when the last one is done.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Generator, Iterable
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, Literal

from extractor.dataset.arrow import arrow_schema, optional, pieces
from extractor.dataset.rows import read_lines, read_rows
from extractor.dataset.schema import TABLES, Column, Table
from extractor.errors import StorageError

Format = Literal["parquet", "duckdb", "csv", "jsonl"]
PLACES: dict[Format, str] = {"parquet": "parquet", "duckdb": "tables.duckdb", "csv": "csv", "jsonl": "reports.jsonl"}
"""Where an export goes in the batch folder, where nothing else is said: a folder for parquet and csv, else a file."""

Write = Callable[[Table, Any], None]


def export(source: Path, to: Format, out: Path | None = None) -> Path:
    """Write the dataset of a run; what an earlier export left at that place is replaced.

    Args:
        source: A batch folder, or a file of its rows.
        to: What to write.
        out: A folder (parquet, csv) or a file (duckdb, jsonl); in the batch folder where left out.

    Returns:
        Where it is.

    Raises:
        InputError: There are no rows at `source`.
        ConfigurationError: The libraries for it are not installed.
        StorageError: A row is damaged, or `out` can't be written.
    """
    out = out or (source if source.is_dir() else source.parent) / PLACES[to]
    try:
        if to == "jsonl":
            _write_rows(source, out)
        else:
            with _SINKS[to](out) as write:
                for table, piece in pieces(read_rows(source), TABLES):
                    write(table, piece)
    except OSError as error:
        raise StorageError(f"can't write to {out}: {error.strerror or error}") from None
    return out


def _write_rows(source: Path, out: Path) -> None:
    with _placed([out]) as (part,), part.open("w", encoding="utf-8", newline="\n") as file:
        for _, line in read_lines(source):
            file.write(f"{line}\n")
        file.flush()
        os.fsync(file.fileno())


@contextmanager
def _parquet(out: Path) -> Generator[Write]:
    parquet = optional("pyarrow.parquet")
    with _placed([out / f"{table.name}.parquet" for table in TABLES]) as parts, ExitStack() as open_files:
        writers = {
            table.name: open_files.enter_context(parquet.ParquetWriter(part, arrow_schema(table), compression="zstd"))
            for table, part in zip(TABLES, parts, strict=True)
        }
        yield lambda table, piece: writers[table.name].write_table(piece)


@contextmanager
def _csv(out: Path) -> Generator[Write]:
    csv = optional("pyarrow.csv")
    with _placed([out / f"{table.name}.csv" for table in TABLES]) as parts, ExitStack() as open_files:
        writers = {
            table.name: open_files.enter_context(csv.CSVWriter(part, _flat_schema(table)))
            for table, part in zip(TABLES, parts, strict=True)
        }
        yield lambda table, piece: writers[table.name].write_table(_flat(table, piece))


@contextmanager
def _duckdb(out: Path) -> Generator[Write]:
    duckdb = optional("duckdb")
    optional("pyarrow")
    options = {"memory_limit": "512MB", "threads": 2}
    try:
        with _placed([out]) as (part,), duckdb.connect(part, config=options) as database:
            database.execute("BEGIN; " + " ".join(_definition(table) for table in TABLES) + " COMMIT")

            def write(table: Table, piece: Any) -> None:  # noqa: ANN401  pyarrow.Table
                database.register("piece", piece)
                database.execute(f'INSERT INTO "{table.name}" SELECT * FROM piece')  # noqa: S608  the schema's own names
                database.unregister("piece")

            yield write
            database.execute("CHECKPOINT")
    except duckdb.Error as error:
        # The class alone: a message of DuckDB may quote what was to be written.
        raise StorageError(f"can't write to {out}: {type(error).__name__} of DuckDB; is there room for it?") from None


_SINKS = {"parquet": _parquet, "csv": _csv, "duckdb": _duckdb}
_SQL_TYPES = {"text": "VARCHAR", "texts": "VARCHAR[]", "integer": "BIGINT", "number": "DOUBLE", "boolean": "BOOLEAN", "date": "DATE"}


def _definition(table: Table) -> str:
    """The table with the data dictionary as comments.

    Keys are not declared: their indexes would take memory that grows with the archive.
    """
    columns = ", ".join(f'"{column.name}" {_SQL_TYPES[column.kind]}{" NOT NULL" if column.key else ""}' for column in table.columns)
    comments = (f'COMMENT ON COLUMN "{table.name}"."{column.name}" IS {_quoted(column.description)};' for column in table.columns)
    return f'CREATE TABLE "{table.name}" ({columns}); COMMENT ON TABLE "{table.name}" IS {_quoted(table.description)}; {" ".join(comments)}'


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _lists(table: Table) -> Iterable[tuple[int, Column]]:
    return ((at, column) for at, column in enumerate(table.columns) if column.kind == "texts")


def _flat_schema(table: Table) -> Any:  # noqa: ANN401  pyarrow's
    """CSV knows no lists."""
    pyarrow, schema = optional("pyarrow"), arrow_schema(table)
    for at, column in _lists(table):
        schema = schema.set(at, pyarrow.field(column.name, pyarrow.string()))
    return schema


def _flat(table: Table, piece: Any) -> Any:  # noqa: ANN401  pyarrow.Table
    pyarrow = optional("pyarrow")
    for at, column in _lists(table):
        texts = [json.dumps(one, ensure_ascii=False) for one in piece.column(column.name).to_pylist()]
        piece = piece.set_column(at, pyarrow.field(column.name, pyarrow.string()), pyarrow.array(texts, pyarrow.string()))
    return piece


@contextmanager
def _placed(files: list[Path]) -> Generator[list[Path]]:
    """Names to write to; once all is written, the files take their places. After an error nothing of it is left."""
    room = files[0].with_name(f".{files[0].name}.part")
    room.parent.mkdir(parents=True, exist_ok=True)
    shutil.rmtree(room, ignore_errors=True)  # of an export that was killed
    room.mkdir()
    try:
        parts = [room / file.name for file in files]
        yield parts
        for part, file in zip(parts, files, strict=True):
            part.replace(file)
    finally:
        shutil.rmtree(room, ignore_errors=True)
