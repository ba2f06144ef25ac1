"""WARC files, plain and gzip, as web archives publish them: every page and every plain text in them is an article.

Where records begin and end is found out here, so that those after a torn one are found too; what is in one, warcio reads.
"""

from __future__ import annotations

import io
import re
import zlib
from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING, BinaryIO

from extractor.article import Article
from extractor.batch.sources.encoding import decoded, repaired
from extractor.batch.sources.html import Page, article_from_html
from extractor.batch.sources.records import Columns, Item, Read, failed_item, item_from
from extractor.batch.sources.streams import DAMAGED, MAX_RECORD, MISSING, Source, damage
from extractor.errors import MissingExtra, UnreadableInput

if TYPE_CHECKING:
    from warcio.recordloader import ArcWarcRecord, ArcWarcRecordLoader

_GZIP = b"\x1f\x8b\x08"
_RECORD = b"WARC/"
_STATUS = re.compile(r"(?:HTTP/[\d.]+\s+)?(\d{3})\b")
_TEXT = re.compile(r"\s*(text/html|application/xhtml\+xml|text/plain)\b", re.IGNORECASE)
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w.:-]+)", re.IGNORECASE)
_BLOCK = 1 << 16


def read_warc(source: Source, columns: Columns) -> Iterator[Item]:  # noqa: ARG001  as all readers
    """An item for every page that was answered with 200 and every plain text; other records are no articles.

    Its id is the address; its date the page's own, never that of the crawl. A torn record is an item too, and reading goes on at the
    next one that can be found.
    """
    assert source.path is not None
    loader = _loader()
    with source.path.open("rb") as file:
        is_gzip = file.peek(len(_GZIP)).startswith(_GZIP)
        start: int | None = 0
        while start is not None and start < source.size:
            file.seek(start)
            member = _Member(file) if is_gzip else None
            content = io.BufferedReader(member) if member else file
            place = f"{source.place}@{start}"
            number = 0
            try:
                while line := _first_line(content):
                    number += 1
                    start = start if member else file.tell() - len(line)
                    place = f"{source.place}@{start}" + (f"#{number}" if member and number > 1 else "")
                    record, body = _record(content, line, loader)
                    if body is not None:
                        yield item_from(partial(_article, record, body, place), place, source.start + file.tell())
                start = member.end() if member else None
            except _Torn as torn:
                yield failed_item(UnreadableInput(f"{place}: the record is torn ({torn})"), place, source.start + file.tell())
                start = _next_start(file, start + 1, is_gzip)


class _Torn(Exception):
    """A record that does not end where it says, or does not begin as one."""


class _Member(io.RawIOBase):
    """What one member of a gzip file holds: in a WARC, a record.

    Python's own reader goes on with the next member without saying where it begins.
    """

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._inflate = zlib.decompressobj(wbits=31)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # any buffer; io.BufferedReader gives this kind
        data = b""
        while not data and not self._inflate.eof:
            taken = self._inflate.unconsumed_tail or self._file.read(_BLOCK)
            if not taken:
                raise EOFError
            data = self._inflate.decompress(taken, len(buffer))
        buffer[: len(data)] = data
        return len(data)

    def end(self) -> int:
        """Where in the file the next member begins."""
        return self._file.tell() - len(self._inflate.unused_data)


def _loader() -> ArcWarcRecordLoader:
    try:
        from warcio.recordloader import ArcWarcRecordLoader
    except ModuleNotFoundError:
        raise MissingExtra(f"WARC {MISSING}") from None
    return ArcWarcRecordLoader(verify_http=False, arc2warc=False)


def _first_line(content: BinaryIO) -> bytes:
    """The next line that is not empty."""
    try:
        while line := content.readline(_BLOCK):
            if line.strip():
                return line
    except DAMAGED as error:
        raise _Torn(damage(error)) from None
    return b""


def _record(content: BinaryIO, line: bytes, loader: ArcWarcRecordLoader) -> tuple[ArcWarcRecord, bytes | None]:
    """The record that begins with a line, and its body where it may be an article; what is too long comes a byte longer than it may be."""
    if not line.startswith(_RECORD):
        raise _Torn("no record begins here")
    try:
        record = loader.parse_record_stream(content, line, "warc")
    except DAMAGED as error:
        raise _Torn(damage(error)) from None
    except Exception as error:  # noqa: BLE001  headers that warcio stumbles over cost their record
        raise _Torn(f"its headers can't be read, {type(error).__name__}") from None
    if record.length is None:
        raise _Torn("it gives no length")
    try:
        body = record.raw_stream.read(MAX_RECORD + 1) if _may_be_article(record) else None
        while record.raw_stream.read(_BLOCK):
            pass
        after = content.readline(_BLOCK)
    except DAMAGED as error:
        raise _Torn(damage(error)) from None
    if record.raw_stream.limit:
        raise _Torn(damage(EOFError()))
    if after.strip():
        raise _Torn("its length is wrong")
    return record, body


def _may_be_article(record: ArcWarcRecord) -> bool:
    if record.rec_type in ("resource", "conversion"):
        return _TEXT.match(record.content_type or "") is not None
    headers = record.http_headers
    if record.rec_type != "response" or headers is None:
        return False
    status = _STATUS.match(headers.statusline)
    if status is None:
        raise _Torn("no status")
    return status[1] == "200" and _TEXT.match(headers.get_header("Content-Type") or "") is not None


def _article(record: ArcWarcRecord, body: bytes, place: str) -> Read:
    if len(body) > MAX_RECORD:
        raise UnreadableInput(f"{place} is longer than {MAX_RECORD:,} bytes")
    url = record.rec_headers.get_header("WARC-Target-URI") or ""
    content_type = record.content_type or ""
    if (headers := record.http_headers) is not None:
        content_type = headers.get_header("Content-Type") or ""
        if (headers.get_header("Transfer-Encoding") or "").lower() == "chunked":
            body = _dechunked(body)
        body = _uncompressed(body, headers.get_header("Content-Encoding") or "", place)
    charset = _CHARSET.search(content_type)
    page = Page(url, url, charset[1] if charset else None)
    if "html" in content_type.lower():
        return article_from_html(body, page, place)
    text, notes = decoded(body, place, page.charset)
    text, more = repaired(text, "text")
    return Read(Article(id=url, text=text, source=page.host), notes + more)


def _dechunked(body: bytes) -> bytes:
    from warcio.bufferedreaders import ChunkedDataReader

    return ChunkedDataReader(io.BytesIO(body)).read()


def _uncompressed(body: bytes, encoding: str, place: str) -> bytes:
    """The body without its content encoding; many crawlers keep the header and store what they have decoded."""
    encoding = encoding.strip().lower()
    if encoding in ("br", "zstd"):
        raise UnreadableInput(f"{place}: content encoding {encoding} is not read; convert the archive with a tool that decodes it")
    if encoding not in ("gzip", "x-gzip", "deflate") or not body.startswith((_GZIP, b"x")):
        return body
    inflate = zlib.decompressobj(wbits=47)  # gzip or zlib, as its first bytes say
    try:
        body = inflate.decompress(body, MAX_RECORD + 1)
    except zlib.error as error:
        raise UnreadableInput(f"{place}: its content is damaged ({error})") from None
    if len(body) > MAX_RECORD:
        raise UnreadableInput(f"{place} is longer than {MAX_RECORD:,} bytes")
    if not inflate.eof:
        raise UnreadableInput(f"{place}: its content ends too early")
    return body


def _next_start(file: BinaryIO, start: int, is_gzip: bool) -> int | None:
    """Where the next record begins, at `start` or later; None where there is no more."""
    mark = _GZIP if is_gzip else b"\n" + _RECORD
    at = start - 1
    file.seek(at)
    block = b""
    while more := file.read(_BLOCK):
        block += more
        found = block.find(mark)
        while found >= 0:
            if not is_gzip:
                return at + found + 1
            if at + found >= start and _holds_record(block[found : found + 512]):
                return at + found
            found = block.find(mark, found + 1)
        at += len(block) - 512 if len(block) > 512 else 0
        block = block[-512:]
    return None


def _holds_record(data: bytes) -> bool:
    try:
        return zlib.decompressobj(wbits=31).decompress(data, len(_RECORD)) == _RECORD
    except zlib.error:
        return False
