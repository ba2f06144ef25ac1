"""The dataset that comes out of a run: tidy tables, and a page about it.

rows -> tables (schema) -> Parquet, DuckDB, CSV, frames
rows -> overview -> page
"""

from extractor.dataset.frames import read_tables

__all__ = ["read_tables"]
