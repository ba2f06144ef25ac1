"""What the tests of the batch engine share: archives, rows, and extractors that answer as they are told."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from extractor import Extractor
from extractor.batch.limits import RequestGate
from extractor.batch.progress import Progress
from extractor.models.endpoint import Endpoint, EndpointModel
from extractor.models.prices import Prices
from extractor.models.retries import HttpRetries
from tests.cli.running import EXAMPLE

TEXT = EXAMPLE.read_text(encoding="utf-8")
NO_MATCH = "De gemeenteraad heeft gisteren besloten dat de brug over het kanaal wordt vernieuwd. " * 12

FAST = HttpRetries(attempts=3, first_wait=0.01, longest_wait=0.05)


def archive(path: Path, count: int, *more: bytes) -> Path:
    """A file of that many articles, each a little different, and further lines."""
    lines = [json.dumps({"id": f"a{n}", "text": f"{TEXT}\nNummer {n}."}).encode() for n in range(count)]
    path.write_bytes(b"".join(line + b"\n" for line in [*lines, *more]))
    return path


def rows(folder: Path) -> list[dict[str, Any]]:
    """The rows of `reports.jsonl`, which holds whole lines only."""
    data = (folder / "reports.jsonl").read_bytes()
    assert not data or data.endswith(b"\n")
    return [json.loads(line) for line in data.splitlines()]


def unseen(_progress: Progress) -> None:
    """Nobody watches."""


def asking(url: str, gate: RequestGate | None = None, prices: Prices | None = None, timeout: float = 10.0) -> Extractor:
    """An extractor that asks an endpoint, gives up early and caches nothing."""
    return Extractor(EndpointModel(Endpoint("openai/test", "test", url, "key", timeout, FAST, prices=prices), gate))
