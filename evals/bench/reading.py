"""How fast archives of every format are read, and in how much memory.

    python -m evals.bench.reading                                     # 200 MB of JSON Lines, 10^5 rows of Parquet, 5,000 pages
    python -m evals.bench.reading --megabytes 1000 --only jsonl       # the gigabyte

Every format is read in a process of its own: articles and megabytes a second, CPU an article, peak memory, and what it grew by
after the first tenth of the articles.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import io
import json
import multiprocessing
import random
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import TypeVar

from extractor.batch.sources.files import check_inputs, read_items, total_bytes

WORDS = (
    "De thuisploeg begon sterk en kwam na een kwartier op voorsprong: na een voorzet van rechts kopte de spits beheerst binnen, 1-0. "
    "“Zó hoort het”, zei de coach – die één wissel had doorgevoerd. Na rust drongen de bezoekers aan, maar verder dan de paal kwam niemand."
).split()

Result = TypeVar("Result")


@dataclass(frozen=True)
class Measured:
    """One archive, read once."""

    articles: int
    megabytes: float
    seconds: float
    cpu: float
    peak: int
    grown: int


def records(count: int) -> Iterator[dict[str, str]]:
    """Articles of about 3 kB, no two alike."""
    chance = random.Random(1)
    for number in range(count):
        text = "\n".join(" ".join(chance.choices(WORDS, k=48)) for _ in range(11))
        yield {"id": f"article-{number}", "title": f"Verslag {number}", "published": "2024-05-03", "source": "krant.nl", "text": text}


def write_lines(path: Path, count: int) -> None:
    lines = (json.dumps(one, ensure_ascii=False).encode() + b"\n" for one in records(count))
    if path.suffix == ".gz":
        with gzip.open(path, "wb", compresslevel=6) as file:
            file.writelines(lines)
    elif path.suffix == ".zst":
        import zstandard

        with path.open("wb") as file, zstandard.ZstdCompressor().stream_writer(file) as packed:
            for line in lines:
                packed.write(line)
    else:
        with path.open("wb") as file:
            file.writelines(lines)


def write_csv(path: Path, count: int) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, ["id", "title", "published", "source", "text"])
        writer.writeheader()
        writer.writerows(records(count))


def write_parquet(path: Path, count: int) -> None:
    """One row group, as most writers make it: reading must not take it into memory whole."""
    import pyarrow
    import pyarrow.parquet

    pyarrow.parquet.write_table(pyarrow.Table.from_pylist(list(records(count))), path, row_group_size=count)


def page(record: dict[str, str]) -> bytes:
    paragraphs = "".join(f"<p>{escape(line)}</p>" for line in record["text"].splitlines())
    menu = "".join(f'<li><a href="/rubriek/{number}">Rubriek {number}</a></li>' for number in range(60))
    return (
        f'<!DOCTYPE html><html lang="nl"><head><meta charset="utf-8"><title>{record["title"]}</title>'
        f'<meta property="article:published_time" content="{record["published"]}"></head><body><nav><ul>{menu}</ul></nav>'
        f"<article><h1>{record['title']}</h1>{paragraphs}</article><footer><ul>{menu}</ul></footer></body></html>"
    ).encode()


def write_warc(path: Path, count: int) -> None:
    from warcio.statusandheaders import StatusAndHeaders
    from warcio.warcwriter import WARCWriter

    with path.open("wb") as file:
        writer = WARCWriter(file, gzip=path.suffix == ".gz")
        for record in records(count):
            headers = StatusAndHeaders("200 OK", [("Content-Type", "text/html; charset=utf-8")], protocol="HTTP/1.1")
            url = f"https://krant.nl/{record['id']}"
            writer.write_record(writer.create_warc_record(url, "response", payload=io.BytesIO(page(record)), http_headers=headers))


def write_folder(path: Path, count: int) -> None:
    path.mkdir()
    for record in records(count):
        (path / f"{record['id']}.txt").write_text(record["text"], encoding="utf-8")


def peak_memory() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


def measure(path: Path, count: int) -> Measured:
    """In this process, which has done nothing else."""
    check_inputs([path])
    size = total_bytes([path]) / 1e6
    early, read = 0, 0
    started, cpu = time.perf_counter(), time.process_time()
    for item in read_items([path]):
        assert item.article is not None, item.error
        read += 1
        if read == count // 10:
            early = peak_memory()
    seconds, cpu = time.perf_counter() - started, time.process_time() - cpu
    assert read == count, (read, count)
    return Measured(read, size, seconds, cpu, peak_memory(), peak_memory() - early)


def in_a_process(task: Callable[[Path, int], Result], path: Path, count: int) -> Result:
    """Of its own, so that nothing done before counts; this one stays small, for a child's peak begins at its parent's."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(task, (path, count))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--megabytes", type=int, default=200, help="of JSON Lines and CSV, uncompressed")
    parser.add_argument("--rows", type=int, default=100_000, help="of Parquet")
    parser.add_argument("--pages", type=int, default=5_000, help="of WARC, and files of the folder")
    parser.add_argument("--only", nargs="*", help="names of formats, such as jsonl.gz")
    options = parser.parse_args()
    lines = options.megabytes * 1_000_000 // len(json.dumps(next(records(1)), ensure_ascii=False).encode())
    formats: dict[str, tuple[Callable[[Path, int], None], int]] = {
        "jsonl": (write_lines, lines),
        "jsonl.gz": (write_lines, lines),
        "jsonl.zst": (write_lines, lines),
        "csv": (write_csv, lines),
        "parquet": (write_parquet, options.rows),
        "warc": (write_warc, options.pages),
        "warc.gz": (write_warc, options.pages),
        "txt": (write_folder, options.pages),
    }
    print(f"{'format':>10} {'articles':>9} {'MB':>7} {'articles/s':>10} {'MB/s':>6} {'CPU ms':>7} {'peak MiB':>8} {'grown MiB':>9}")
    for name in options.only or formats:
        write, count = formats[name]
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "archive" if write is write_folder else f"archive.{name}")
            in_a_process(write, path, count)
            one = in_a_process(measure, path, count)
        rate, cpu = one.articles / one.seconds, 1000 * one.cpu / one.articles
        speed = f"{one.megabytes:>7.0f} {rate:>10.0f} {one.megabytes / one.seconds:>6.0f} {cpu:>7.3f}"
        print(f"{name:>10} {one.articles:>9} {speed} {one.peak / 2**20:>8.0f} {one.grown / 2**20:>9.1f}", flush=True)


if __name__ == "__main__":
    main()
