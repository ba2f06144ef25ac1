"""Whatever is wrong with a record costs that record; what is around it is read, and the place is told, but no word of the text."""

from __future__ import annotations

import gzip
import io
import json
import logging
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from extractor.batch.sources.files import check_inputs
from extractor.batch.sources.streams import MAX_RECORD
from tests.batch.archives import BODY, gzipped, jsonl, page, parquet, read, records, table, warc, zstd

ARTICLES = records(3)
GOOD = jsonl(ARTICLES[:1])
SECRET = "Scamacca"
PAGES = [(f"https://krant.nl/{one['id']}", "text/html", page(one)) for one in ARTICLES]


def _parquet_bytes() -> bytes:
    out = io.BytesIO()
    pq.write_table(pa.Table.from_pylist([dict(one) for one in ARTICLES]), out)
    return out.getvalue()


def _between(line: bytes) -> bytes:
    """A bad line between two good ones."""
    return GOOD + line + b"\n" + jsonl(ARTICLES[1:2])


def _half(data: bytes) -> bytes:
    return data[: len(data) // 2]


MALFORMED: dict[str, tuple[bytes, int, int]] = {
    # name: content, articles that are read, items with an error
    "binary.txt": (bytes(range(256)) * 40, 0, 1),
    "empty.txt": (b" \n", 0, 1),
    "nul.txt": (BODY.encode() + b"\x00", 0, 1),
    "torn-mark.txt": (b"\xff\xfe\x00", 0, 1),
    "long.txt": (b"De bal. " * 10_000, 0, 1),
    "huge.txt": (b"a" * (MAX_RECORD + 1), 0, 1),
    "menu.html": (b"<html><head><title>Home</title></head><body><nav></nav></body></html>", 0, 1),
    "binary.html": (bytes(range(256)) * 40, 0, 1),
    "deep.html": (b"<div>" * 30_000, 0, 1),
    "list.json": (json.dumps([*ARTICLES]).encode(), 0, 1),
    "half.json": (_half(GOOD), 0, 1),
    "no-json.jsonl": (_between(f"{SECRET} scoort".encode()), 2, 1),
    "nested.jsonl": (_between(b'{"text": ' + b"[" * 100_000), 2, 1),
    "object.jsonl": (_between(json.dumps({"text": {"body": SECRET}}).encode()), 2, 1),
    "no-text.jsonl": (_between(json.dumps({"tekst": SECRET}).encode()), 2, 1),
    "number.jsonl": (_between(b"1" * 5000), 2, 1),
    "date.jsonl": (_between(json.dumps({"text": SECRET, "published": "3 mei"}).encode()), 2, 1),
    "long-line.jsonl": (_between(b'{"text": "' + b"a" * (MAX_RECORD * 2) + b'"}'), 2, 1),
    "nul.jsonl": (_between(json.dumps({"text": f"{SECRET}\x00"}).encode()), 2, 1),
    "bytes.jsonl": (_between(b'{"text": "' + bytes(range(128, 256)) + b'"}'), 2, 1),
    "surrogate.jsonl": (_between(b'{"text": "", "id": "\\ud800"}'), 2, 1),
    "utf16.jsonl": (GOOD.decode().encode("utf-16"), 0, 1),
    "torn.jsonl": (GOOD + _half(GOOD), 1, 1),
    "half.jsonl.gz": (gzipped(GOOD) + gzipped(jsonl(ARTICLES[1:]))[:40], 1, 1),
    "no-gzip.jsonl.gz": (GOOD, 0, 1),
    "half.jsonl.zst": (zstd(GOOD) + zstd(jsonl(ARTICLES[1:]))[:-12], 1, 1),
    "damaged.jsonl.zst": (zstd(GOOD) + b"junk", 1, 1),
    "open-quote.csv": (table(ARTICLES).replace('5-03,Krant,"Ajax', '5-03,Krant,Ajax "', 1).encode(), 2, 1),
    "never-closed.csv": (table(ARTICLES).replace('Nummer 1."', "Nummer 1.").encode(), 2, 1),
    "last-open.csv": (table(ARTICLES).replace('Nummer 2."', "Nummer 2.").encode(), 2, 1),
    "fields.csv": (table(ARTICLES).replace("Krant,", "Krant,,", 1).encode(), 2, 1),
    "no-header.csv": (table(ARTICLES).partition("\n")[2].encode(), 0, 1),
    "half.parquet": (_half(_parquet_bytes()), 0, 1),
    "no.parquet": (b"PAR1", 0, 1),
    "half.warc": (warc(PAGES, is_gzip=False)[:-500], 2, 1),
    "half.warc.gz": (warc(PAGES)[:-500], 2, 1),
    "no.warc": (b"\x00\x01 no WARC", 0, 1),
    "status.warc": (warc(PAGES, is_gzip=False).replace(b"HTTP/1.1 200 OK", b"HTTP/1.1 two OK", 1), 2, 1),
    "length.warc": (warc(PAGES, is_gzip=False).replace(b"Content-Type: text/html\r\n", b"Content-Type: text/html\r\nX", 1), 2, 1),
    "page.warc.gz": (warc([*PAGES, ("https://krant.nl/x", "text/html", bytes(range(256)) * 9)]), 3, 1),
}


@pytest.mark.parametrize("name", MALFORMED)
def test_a_malformed_record_costs_itself(
    tmp_path: Path, name: str, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    content, good, bad = MALFORMED[name]
    path = tmp_path / name
    path.write_bytes(content)
    with caplog.at_level(logging.DEBUG):
        items = read(path)
    errors = [item.error for item in items if item.error]
    assert (len(items) - len(errors), len(errors)) == (good, bad), [str(error) for error in errors]
    for item in items:
        assert (item.article is None) == (item.error is not None)
        assert item.place.startswith(str(path))
        assert 0 < item.at <= path.stat().st_size
        assert item.error is None or (item.id == item.place and str(item.error).startswith(str(path)))
    told = "".join(map(str, errors)) + caplog.text + "".join(capfd.readouterr())
    assert not any(word in told for word in (SECRET, "Brobbey", "binnenkopte", "aaaa"))
    assert [(item.id, item.key, item.at) for item in items] == [(item.id, item.key, item.at) for item in read(path)]


def test_a_folder_of_them_ends_with_its_last_record(tmp_path: Path) -> None:
    for name, (content, _, _) in MALFORMED.items():
        (tmp_path / name).write_bytes(content)
    check_inputs([tmp_path])
    items = read(tmp_path)
    assert len(MALFORMED) >= 20
    assert sum(item.article is not None for item in items) == sum(good for _, good, _ in MALFORMED.values())
    assert sum(item.error is not None for item in items) == sum(bad for _, _, bad in MALFORMED.values())
    failed = [item.key for item in items if item.error]
    assert len(set(failed)) == len(failed)


def test_a_damaged_row_group_costs_its_rows(tmp_path: Path) -> None:
    path = parquet(tmp_path / "a.parquet", records(40), group=10)
    data = bytearray(path.read_bytes())
    with pq.ParquetFile(path) as file:
        spot = file.metadata.row_group(1).column(4).data_page_offset
    data[spot : spot + 100] = bytes(100)
    path.write_bytes(data)
    items = read(path)
    good = [item.id for item in items if item.article]
    assert good == [f"a{n}" for n in (*range(10), *range(20, 40))]
    (error,) = [item.error for item in items if item.error]
    assert str(error) == f"{path}:11: rows 11 to 20 are damaged"


def test_wrong_bytes_in_a_column_of_parquet_cost_their_row(tmp_path: Path) -> None:
    texts = [BODY.encode(), BODY.encode("cp1252"), bytes(range(128, 256)), BODY.encode()]
    column = pa.array(texts, pa.binary()).view(pa.string())
    pq.write_table(pa.table({"text": column, "id": [1, 2, 3, 4]}), tmp_path / "a.parquet")
    items = read(tmp_path / "a.parquet")
    assert [item.article.text if item.article else None for item in items] == [BODY, BODY, None, BODY]
    assert [item.id for item in items if item.article] == ["1", "2", "4"]
    assert items[1].notes == ("not UTF-8: decoded as cp1252",)


PACKED: dict[str, Callable[[bytes], bytes]] = {"a.jsonl": bytes, "a.jsonl.gz": gzipped, "a.jsonl.zst": zstd}


@pytest.mark.parametrize("name", PACKED)
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_a_file_cut_anywhere_gives_what_is_before(name: str, tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    whole = PACKED[name](jsonl(records(6)))
    cut = data.draw(st.integers(0, len(whole) - 1))
    path = tmp_path_factory.mktemp("cut") / name
    path.write_bytes(whole[:cut])
    items = read(path)
    good = [item.id for item in items if item.article]
    assert good == [f"a{n}" for n in range(len(good))]
    assert all(item.error for item in items[len(good) :])
    assert len(items) <= len(good) + 2
    # Nothing is missing without a word: a cut between two lines of a plain file alone can't be told.
    assert len(items) > len(good) or name == "a.jsonl" or cut == 0


TEXTS = [(f"https://krant.nl/{one['id']}", "text/plain", one["text"].encode()) for one in records(5)]
CRAWLS = {is_gzip: warc(TEXTS, is_gzip) for is_gzip in (True, False)}
"""Written once: no two are the same, for warcio gives its records names by chance."""


@pytest.mark.parametrize("is_gzip", CRAWLS)
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_a_warc_with_a_hole_gives_what_is_around_it(is_gzip: bool, tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    whole = bytearray(CRAWLS[is_gzip])
    start = data.draw(st.integers(0, len(whole) - 1))
    whole[start : start + data.draw(st.integers(1, 40))] = data.draw(st.binary(max_size=40))
    path = tmp_path_factory.mktemp("hole") / ("a.warc.gz" if is_gzip else "a.warc")
    path.write_bytes(whole)
    items = read(path)
    good = [item.id for item in items if item.article]
    assert len(good) >= 3 or start < 4  # where its first bytes are gone, it is no gzip
    # What stands in the headers is anyone's word: a hole there may leave another name, or no article.
    assert all(item.place.startswith(f"{path}@") for item in items)


WORDS = st.text(st.characters(max_codepoint=0xBF, categories=("L", "N", "P", "Z")) | st.just("\n"), max_size=30)
ROW = st.fixed_dictionaries(dict.fromkeys(("id", "title", "source", "text"), WORDS))


@settings(max_examples=60, deadline=None)
@given(rows=st.lists(ROW, max_size=8), bad=st.integers(0, 8), delimiter=st.sampled_from(",;\t|"))
def test_a_bad_row_never_makes_articles_of_its_lines(
    rows: list[dict[str, str]], bad: int, delimiter: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    texts = [f'{one["text"]}, hij scoorde\nen "juichte" {n}' for n, one in enumerate(rows)]
    lines = table([{**one, "text": text, "published": ""} for one, text in zip(rows, texts, strict=True)], delimiter)
    broken = lines.replace(f'""juichte"" {bad}"', f'"juichte" {bad}"')
    path = tmp_path_factory.mktemp("rows") / "a.csv"
    path.write_text(broken, encoding="utf-8", newline="")
    items = read(path)
    found = [item.article.text for item in items if item.article]
    assert set(found) <= set(texts)
    assert len(found) >= len(texts) - 1
    assert len(found) == len(texts) or any(item.error for item in items)


SEEDS = {
    ".txt": BODY.encode(),
    ".html": page(ARTICLES[0]),
    ".json": GOOD,
    ".jsonl": jsonl(ARTICLES),
    ".jsonl.gz": gzipped(jsonl(ARTICLES)),
    ".jsonl.zst": zstd(jsonl(ARTICLES)),
    ".csv": table(ARTICLES).encode(),
    ".parquet": _parquet_bytes(),
    ".warc": warc(PAGES, is_gzip=False),
    ".warc.gz": warc(PAGES),
}


@pytest.mark.parametrize("suffix", SEEDS)
@settings(max_examples=40, deadline=None)
@example(start=0.0, width=0, junk=b"\r")
@given(start=st.floats(0, 1), width=st.integers(0, 30), junk=st.binary(max_size=30))
def test_no_bytes_end_the_reading(suffix: str, tmp_path_factory: pytest.TempPathFactory, start: float, width: int, junk: bytes) -> None:
    seed = SEEDS[suffix]
    spot = int(start * len(seed))
    path = tmp_path_factory.mktemp("junk") / f"a{suffix}"
    for content in (junk, seed[:spot] + junk + seed[spot + width :]):
        path.write_bytes(content)
        for item in read(path):
            assert (item.article is None) == (item.error is not None)


def test_a_warc_in_one_piece_of_gzip(tmp_path: Path) -> None:
    long = ("https://krant.nl/long", "text/plain", b"De bal. " * 10_000)
    path = tmp_path / "a.warc.gz"
    path.write_bytes(gzipped(warc([PAGES[0], long, long, PAGES[1]], is_gzip=False)))
    items = read(path)
    assert [bool(item.article) for item in items] == [True, False, False, True]
    assert len({item.key for item in items}) == 4


def test_a_bomb_takes_no_memory(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl.gz").write_bytes(gzip.compress(bytes(64 << 20)) + gzipped(b"\n" + GOOD))
    (tmp_path / "a.jsonl.zst").write_bytes(zstd(bytes(64 << 20)) + zstd(b"\n" + GOOD))
    for item, good in zip(*[iter(read(tmp_path))] * 2, strict=True):
        assert "longer than" in str(item.error)
        assert good.article is not None
