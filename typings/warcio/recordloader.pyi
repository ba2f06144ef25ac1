from typing import BinaryIO

from warcio.limitreader import LimitReader
from warcio.statusandheaders import StatusAndHeaders

class ArcWarcRecord:
    rec_type: str | None
    rec_headers: StatusAndHeaders
    http_headers: StatusAndHeaders | None
    content_type: str | None
    length: int | None
    raw_stream: LimitReader

class ArcWarcRecordLoader:
    def __init__(self, verify_http: bool = ..., arc2warc: bool = ...) -> None: ...
    def parse_record_stream(self, stream: BinaryIO, statusline: bytes | None = ..., known_format: str | None = ...) -> ArcWarcRecord: ...
