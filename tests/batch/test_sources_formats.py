"""The same articles come out of every format."""

from __future__ import annotations

import datetime
import os
import subprocess
import sys
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import pyarrow
import pytest

from extractor.batch.sources.files import check_inputs, read_items, total_bytes
from extractor.batch.sources.records import Columns, text_key
from extractor.errors import UnreadableInput
from tests.batch.archives import BODY, FIELDS, gzipped, jsonl, page, parquet, read, records, table, warc, zstd

ARTICLES = records(7)


def _parquet(path: Path) -> None:
    parquet(path, ARTICLES, 3)


WRITERS: dict[str, Callable[[Path], object]] = {
    "a.jsonl": lambda path: path.write_bytes(jsonl(ARTICLES)),
    "a.JSONL": lambda path: path.write_bytes(b"\xef\xbb\xbf" + jsonl(ARTICLES).replace(b"\n", b"\r\n\r\n")),
    "a.jsonl.gz": lambda path: path.write_bytes(gzipped(jsonl(ARTICLES[:4])) + gzipped(jsonl(ARTICLES[4:]))),
    "a.jsonl.zst": lambda path: path.write_bytes(zstd(jsonl(ARTICLES[:4])) + zstd(jsonl(ARTICLES[4:]))),
    "b.jsonl": lambda path: path.write_bytes(gzipped(jsonl(ARTICLES))),
    "a.csv": lambda path: path.write_text(table(ARTICLES), encoding="utf-8-sig", newline=""),
    "a.csv.gz": lambda path: path.write_bytes(gzipped(table(ARTICLES).encode())),
    "a.csv.zst": lambda path: path.write_bytes(zstd(table(ARTICLES, "|").encode())),
    "excel.csv": lambda path: path.write_text(table(ARTICLES, ";"), encoding="cp1252", newline=""),
    "a.tsv": lambda path: path.write_text(table(ARTICLES, "\t"), encoding="utf-8", newline=""),
    "a.parquet": _parquet,
}


@pytest.mark.parametrize("name", WRITERS)
def test_every_format_gives_the_same_articles_in_order(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    WRITERS[name](path)
    check_inputs([path])
    items = read(path)
    assert [item.article and item.article.model_dump() for item in items] == ARTICLES
    assert len({item.key for item in items}) == len({item.place for item in items}) == len(items)
    assert all(item.place.startswith(f"{path}:") for item in items)
    at = [item.at for item in items]
    assert at == sorted(at)
    assert 0 < at[0] <= at[-1] <= total_bytes([path]) == path.stat().st_size


def test_an_article_has_one_key_whatever_the_format(tmp_path: Path) -> None:
    for name, write in WRITERS.items():
        write(tmp_path / name)
    assert len({tuple(item.key for item in read(tmp_path / name)) for name in WRITERS}) == 1


@pytest.mark.parametrize("is_gzip", [True, False])
def test_pages_of_a_warc(tmp_path: Path, is_gzip: bool) -> None:
    path = tmp_path / ("crawl.warc.gz" if is_gzip else "crawl.warc")
    pages = [(f"https://www.krant.nl/{one['id']}", "text/html; charset=utf-8", page(one)) for one in ARTICLES]
    pages.insert(1, ("https://www.krant.nl/logo.png", "image/png", b"\x89PNG\r\n\x1a\n\x00"))
    path.write_bytes(warc(pages, is_gzip))
    check_inputs([path])
    items = read(path)
    assert [item.id for item in items] == [f"https://www.krant.nl/{one['id']}" for one in ARTICLES]
    for item, one in zip(items, ARTICLES, strict=True):
        assert item.article is not None
        assert (item.article.title, item.article.published, item.article.source) == (one["title"], "2024-05-03", "www.krant.nl")
        assert one["text"] in item.article.text
        assert "Voorpagina" not in item.article.text
        assert "abonnement" not in item.article.text
    offset = int(items[2].place.rpartition("@")[2])
    assert path.read_bytes()[offset:].startswith(b"\x1f\x8b" if is_gzip else b"WARC/1.0")
    assert 0 < items[0].at <= items[-1].at <= path.stat().st_size


def test_a_folder_with_everything(tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    (tmp_path / "a.txt").write_text(BODY, encoding="utf-8")
    (tmp_path / "b" / "a.txt").write_text(BODY.upper(), encoding="utf-8")
    (tmp_path / "b" / "page.html").write_bytes(page(ARTICLES[0]))
    (tmp_path / "c.json").write_bytes(jsonl(ARTICLES[1:2]))
    (tmp_path / "d.jsonl").write_bytes(jsonl(ARTICLES[2:4]))
    (tmp_path / "notes.md").write_text("no article", encoding="utf-8")
    (tmp_path / "gone.txt").symlink_to(tmp_path / "nowhere")
    check_inputs([tmp_path])
    items = read(tmp_path)
    assert [item.id for item in items] == ["a", "a1", "a2", "a3", str(tmp_path / "gone.txt"), "b/a", "b/page"]
    assert [item.place for item in items if item.error] == [str(tmp_path / "gone.txt")]
    first, last = items[0].article, items[-2].article
    assert first is not None
    assert last is not None
    assert text_key(first) == text_key(last)
    assert items[0].key != items[-2].key


def test_the_results_of_a_run_are_no_input_of_the_next(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(BODY, encoding="utf-8")
    for out in (tmp_path / "out", tmp_path / "out" / "tables"):
        out.mkdir()
        (out / "reports.jsonl").write_bytes(jsonl(ARTICLES))
    (tmp_path / "out" / "run.sqlite").touch()
    assert [item.id for item in read(tmp_path)] == ["a"]


def test_many_inputs_and_globs(tmp_path: Path) -> None:
    for name, one in zip("cab", ARTICLES, strict=False):
        (tmp_path / f"{name}.jsonl").write_bytes(jsonl([one]))
    assert [item.id for item in read(tmp_path / "*.jsonl")] == ["a1", "a2", "a0"]
    assert [item.id for item in read(tmp_path / "c.jsonl", str(tmp_path / "[ab].jsonl"))] == ["a0", "a1", "a2"]
    with pytest.raises(UnreadableInput, match="matches no file"):
        check_inputs([tmp_path / "*.parquet"])


def test_columns_of_other_names(tmp_path: Path) -> None:
    columns = Columns("body", "nr", "kop", "datum", "krant")
    (tmp_path / "a.csv").write_text(
        table(ARTICLES, ";", ["nr", "kop", "datum", "krant", "body"]).replace("a0", "17", 1), encoding="utf-8", newline=""
    )
    day = datetime.datetime(2024, 5, 3, 21, 30)  # noqa: DTZ001  as tables hold it
    parquet(tmp_path / "a.parquet", [{"nr": 17, "body": BODY, "datum": day, "kop": None, "krant": "Krant", "text": "x"}])
    (tmp_path / "a.jsonl").write_bytes(jsonl([{"nr": 17, "body": BODY, "datum": "2024-05-03T21:30:00Z", "krant": "", "text": "x"}]))
    for name in ("a.csv", "a.parquet", "a.jsonl"):
        check_inputs([tmp_path / name], columns)
        article = next(read_items([tmp_path / name], columns)).article
        assert article is not None
        assert article.text.startswith("Ajax")
        assert (article.id, article.published) == ("17", "2024-05-03")


@pytest.mark.parametrize("name", ["a.csv", "a.parquet"])
@pytest.mark.parametrize(("columns", "says"), [(Columns(text="inhoud"), "'inhoud'.*--column text=NAME"), (Columns(title="kop"), "'kop'")])
def test_a_column_that_is_not_there_is_said_before_anything_starts(tmp_path: Path, name: str, columns: Columns, says: str) -> None:
    WRITERS[name](tmp_path / name)
    with pytest.raises(UnreadableInput, match=says):
        check_inputs([tmp_path / name], columns)


@pytest.mark.parametrize("name", ["a.doc", "none.jsonl", "empty"])
def test_inputs_that_can_not_be_read_are_found_before_anything_starts(tmp_path: Path, name: str) -> None:
    (tmp_path / "a.doc").touch()
    (tmp_path / "empty").mkdir()
    with pytest.raises(UnreadableInput, match=name):
        check_inputs([tmp_path / name])


READ_STANDARD_INPUT = """
from extractor.batch.sources.files import check_inputs, read_items, total_bytes
check_inputs(["-"])
print(total_bytes(["-"]), *((item.id, item.place, item.at) for item in read_items(["-"])))
"""


@pytest.mark.parametrize("pack", [bytes, gzipped, zstd])
def test_standard_input(pack: Callable[[bytes], bytes]) -> None:
    done = subprocess.run(
        [sys.executable, "-c", READ_STANDARD_INPUT],
        input=pack(jsonl(ARTICLES[:1]) + b"oops\n"),
        capture_output=True,
        timeout=60,
        check=False,
        cwd=Path(__file__).parents[2],
        env={**os.environ, "PYTHONPATH": ""},
    )
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.decode().strip() == "0 ('a0', '-:1', 0) ('-:2', '-:2', 0)"


WITHOUT = """
import sys
for name in ("charset_normalizer", "ftfy", "pyarrow", "trafilatura", "warcio", "zstandard"):
    sys.modules[name] = None
from extractor.batch.sources.files import check_inputs, read_items
from extractor.errors import MissingExtra
for name in sys.argv[1:]:
    for step in (lambda: check_inputs([name]), lambda: [str(item.error or item.id) for item in read_items([name])]):
        try:
            print(step())
        except MissingExtra as error:
            print(error)
"""


def test_without_the_extra_what_needs_it_says_so_and_the_rest_works(tmp_path: Path) -> None:
    for name in ("a.jsonl", "a.csv", "a.parquet", "a.jsonl.zst"):
        WRITERS[name](tmp_path / name)
    (tmp_path / "a.html").write_bytes(page(ARTICLES[0]))
    (tmp_path / "a.warc").write_bytes(warc([], is_gzip=False))
    (tmp_path / "windows.txt").write_bytes(BODY.encode("cp1252"))
    names = sorted(path.name for path in tmp_path.iterdir())
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT, *(str(tmp_path / name) for name in names)],
        capture_output=True,
        timeout=60,
        check=False,
        cwd=Path(__file__).parents[2],
        encoding="utf-8",
    )
    assert (done.returncode, done.stderr) == (0, "")
    told = dict(zip(names, zip(*[iter(done.stdout.splitlines())] * 2, strict=True), strict=True))
    for name in ("a.html", "a.jsonl.zst", "a.parquet", "a.warc"):
        assert all("pip install 'matchreport[archive]'" in line for line in told[name])
    for name in ("a.csv", "a.jsonl"):
        assert told[name] == ("None", str([one["id"] for one in ARTICLES]))
    assert "is not UTF-8; what finds out the encoding comes with: pip install 'matchreport[archive]'" in told["windows.txt"][1]


def test_parquet_is_read_piece_by_piece(tmp_path: Path) -> None:
    def most(count: int) -> int:
        """Bytes that reading one row group of so many rows takes at a time."""
        path = parquet(tmp_path / f"{count}.parquet", [{"id": str(n), "text": f"{n} {BODY * 8}"} for n in range(count)], group=count)
        before = pyarrow.total_allocated_bytes()
        return max(pyarrow.total_allocated_bytes() - before for _ in read_items([path]))

    assert most(8000) < most(4000) + (1 << 20)


def test_memory_does_not_grow_with_the_archive(tmp_path: Path) -> None:
    def most(count: int) -> int:
        path = tmp_path / f"{count}.jsonl.gz"
        path.write_bytes(gzipped(jsonl(records(count))))
        tracemalloc.start()
        assert sum(1 for _ in read_items([path])) == count
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return peak

    most(200)  # what is imported and compiled once
    assert most(2000) < most(200) + (100 << 10)


def test_fields_are_named_once() -> None:
    assert set(FIELDS) == set(Columns().names)
