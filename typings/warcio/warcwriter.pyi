from typing import BinaryIO

from warcio.recordloader import ArcWarcRecord
from warcio.statusandheaders import StatusAndHeaders

class WARCWriter:
    def __init__(self, filebuf: BinaryIO, gzip: bool = ...) -> None: ...
    def create_warc_record(
        self,
        uri: str,
        record_type: str,
        payload: BinaryIO | None = ...,
        http_headers: StatusAndHeaders | None = ...,
        warc_content_type: str = ...,
    ) -> ArcWarcRecord: ...
    def create_warcinfo_record(self, filename: str, info: dict[str, str]) -> ArcWarcRecord: ...
    def write_record(self, record: ArcWarcRecord) -> None: ...
