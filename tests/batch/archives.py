"""Archives of the same articles in every format that is read."""

from __future__ import annotations

import csv
import gzip
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import zstandard
from warcio.recordloader import ArcWarcRecord
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from extractor.batch.sources.files import read_items
from extractor.batch.sources.records import Item

FIELDS = ("id", "title", "published", "source", "text")
Record = Mapping[str, str]

BODY = (
    "Ajax heeft zondag met 2-1 gewonnen van PSV. De ploeg kwam na een kwartier op voorsprong door Brobbey, die een voorzet van Taylor "
    "binnenkopte in de verre hoek. “Zó moet het”, zei coach Müller – de één was blij, de ander niet.\n"
    "Na rust maakte De Jong gelijk uit een strafschop, maar Berghuis besliste het duel in de 88ste minuut met een afstandsschot."
)


def records(count: int) -> list[Record]:
    return [
        {"id": f"a{n}", "title": f'Ajax, "PSV" en {n}', "published": "2024-05-03", "source": "Krant", "text": f"{BODY}\nNummer {n}."}
        for n in range(count)
    ]


def jsonl(articles: Iterable[Mapping[str, object]]) -> bytes:
    return b"".join(json.dumps(one, ensure_ascii=False).encode() + b"\n" for one in articles)


def zstd(data: bytes) -> bytes:
    return zstandard.compress(data)


def table(articles: Sequence[Record], delimiter: str = ",", names: Sequence[str] = FIELDS) -> str:
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=delimiter)
    writer.writerow(names)
    writer.writerows([one[name] for name in FIELDS] for one in articles)
    return out.getvalue()


def parquet(path: Path, articles: Sequence[Mapping[str, object]], group: int = 100) -> Path:
    pq.write_table(pa.Table.from_pylist([dict(one) for one in articles]), path, row_group_size=group)
    return path


def page(article: Record, charset: str = "utf-8") -> bytes:
    paragraphs = "".join(f"<p>{escape(line)}</p>" for line in article["text"].splitlines())
    return (
        f'<!DOCTYPE html><html lang="nl"><head><meta charset="{charset}"><title>{escape(article["title"])} - Krant</title>'
        f'<meta property="og:title" content="{escape(article["title"])}"><meta property="og:site_name" content="{article["source"]}">'
        f'<meta property="article:published_time" content="{article["published"]}T21:30:00+02:00"></head><body>'
        '<nav><ul><li><a href="/">Voorpagina</a></li><li><a href="/sport">Sport</a></li></ul></nav>'
        f"<main><article><h1>{escape(article['title'])}</h1>{paragraphs}</article></main>"
        '<footer><a href="/abonnement">Neem een abonnement op onze nieuwsbrief</a></footer></body></html>'
    ).encode(charset)


def warc(pages: Iterable[tuple[str, str, bytes]], is_gzip: bool = True, more: Sequence[tuple[str, str]] = ()) -> bytes:
    """A WARC as warcio writes it: a response for every (address, content type, body), each with what surrounds it in a crawl."""
    out = io.BytesIO()
    writer = WARCWriter(out, gzip=is_gzip)

    def add(record: ArcWarcRecord) -> None:
        writer.write_record(record)
        record.raw_stream.close()  # a temporary file of warcio's own

    add(writer.create_warcinfo_record("crawl.warc", {"software": "test"}))
    for url, content_type, body in pages:
        asked = StatusAndHeaders("GET / HTTP/1.1", [("Host", "krant.nl")], is_http_request=True)
        add(writer.create_warc_record(url, "request", http_headers=asked))
        headers = StatusAndHeaders("200 OK", [("Content-Type", content_type), *more], protocol="HTTP/1.1")
        add(writer.create_warc_record(url, "response", payload=io.BytesIO(body), http_headers=headers))
    return out.getvalue()


def gzipped(data: bytes) -> bytes:
    return gzip.compress(data, mtime=0)


def read(*inputs: Path | str) -> list[Item]:
    return list(read_items(inputs))
