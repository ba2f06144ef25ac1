"""What a peer says, as a `MatchReport` with its provenance."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import metadata
from typing import Any

from extractor import Article, Extraction, MatchReport


@dataclass(frozen=True, slots=True)
class Bill:
    """What one article took."""

    prompt: int = 0
    completion: int = 0
    calls: int = 0
    seconds: float = 0.0


def extraction(package: str, model: str, article: Article, said: Mapping[str, Any], bill: Bill) -> Extraction:
    """A peer's report, with the article's identity and what it cost.

    Raises:
        pydantic.ValidationError: It is no report.
    """
    provenance = {
        "model": model,
        "strategy": package,
        "library_version": metadata.version(package),
        "usage": {"prompt": bill.prompt, "completion": bill.completion},
        "cost": 0.0,
        "seconds": round(bill.seconds, 3),
        "attempts": bill.calls,
        "extracted_at": datetime.now(UTC).isoformat(timespec="seconds"),
    }
    echo = article.model_dump(include={"id", "title", "published", "source"})
    return Extraction(report=MatchReport.model_validate({**said, "article": echo, "provenance": provenance, "warnings": []}))
