from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

from _typeshed import Incomplete

class Field:
    name: str
    type: Incomplete

class Schema:
    names: list[str]
    def __iter__(self) -> Iterator[Field]: ...

class RecordBatch:
    schema: Schema
    def cast(self, target_schema: Incomplete) -> RecordBatch: ...
    def to_pylist(self) -> list[dict[str, object]]: ...

class ColumnChunkMetaData:
    data_page_offset: int

class RowGroupMetaData:
    num_rows: int
    def column(self, i: int) -> ColumnChunkMetaData: ...

class FileMetaData:
    num_rows: int
    def row_group(self, i: int) -> RowGroupMetaData: ...

class ParquetFile:
    metadata: FileMetaData
    num_row_groups: int
    schema_arrow: Schema
    def __init__(self, source: Path, *, pre_buffer: bool = ..., buffer_size: int = ...) -> None: ...
    def __enter__(self) -> Self: ...
    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None: ...
    def iter_batches(
        self, batch_size: int = ..., row_groups: list[int] | None = ..., columns: list[str] | None = ..., use_threads: bool = ...
    ) -> Iterator[RecordBatch]: ...

def __getattr__(name: str) -> Incomplete: ...
