"""The data dictionary, made from the schema."""

from __future__ import annotations

from collections.abc import Iterator

from extractor.dataset.kloppy import KIND, MAPPING
from extractor.dataset.schema import TABLES, Column, Table

_START = """# Data dictionary

One record of `articles` for each article of the run; the other tables are about articles with a report. `article_key` joins them.
`team` is a side, `home` or `away`. A value that is null is one that the article does not state.
"""
_TEXTS = "Lists of texts are lists in Parquet, DuckDB and frames, and JSON in CSV."
_KLOPPY = """## Names of kloppy

How `events` calls what the other tables hold; the names are those of kloppy's `EventType`, `ShotResult`, `CardType` and `SetPieceType`.

| table | value | event_type | result | card_type | set_piece_type |
|---|---|---|---|---|---|
"""


def data_dictionary() -> str:
    """All tables and columns, as Markdown."""
    return "\n".join([f"{_START}{_TEXTS}\n", *(_table(table) for table in TABLES), _KLOPPY + "\n".join(_names()) + "\n"])


def _table(table: Table) -> str:
    keys = ", ".join(f"`{column.name}`" for column in table.columns if column.key)
    head = f"## {table.name}\n\n{table.description} Key: {keys}.\n\n| column | type | |\n|---|---|---|\n"
    return head + "".join(f"| `{column.name}` | {column.kind} | {_meaning(column)} |\n" for column in table.columns)


def _meaning(column: Column) -> str:
    values = ", ".join(f"`{value}`" for value in column.values)
    return f"{column.description} One of {values}." if values else column.description


def _names() -> Iterator[str]:
    for (table, value), naming in MAPPING.items():
        said = f"{KIND[table]} `{value or 'null'}`" if table in KIND else "any"
        names = (naming.event_type, naming.result, naming.card_type, naming.set_piece_type)
        yield f"| `{table}` | {said} | {' | '.join(name or '' for name in names)} |"
