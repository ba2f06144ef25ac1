"""Systems to be evaluated that are as good or as bad as a test needs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from extractor import Article, Extraction, MatchReport
from tests.evals.labels import TEXT, label

Change = Callable[[dict[str, Any]], None]


class Told:
    """Reports what the small label says, with one of its changes made; records what it was asked."""

    strategy = "told"
    model_name = "test/model"

    def __init__(self, change: Change | None = None, errors: dict[str, Exception] | None = None) -> None:
        self.asked: list[str] = []
        self._change = change
        self._errors = errors or {}

    async def extract_async(self, article: Article) -> Extraction:
        self.asked.append(article.id)
        if article.id in self._errors:
            raise self._errors[article.id]
        report = label()
        if self._change:
            self._change(report)
        for path, quote in report.pop("quotes").items():
            kind, number = path.split(".")
            if int(number) < len(report[kind]):
                report[kind][int(number)]["evidence"] = [_span(text) for text in quote["text"]]
        del report["accept"], report["traits"]
        report["article"]["id"] = article.id
        report["provenance"] = {
            "model": "test/model", "strategy": "told", "library_version": "0", "seconds": 0.1, "attempts": 2, "cost": 0.25,
            "usage": {"prompt": 100, "cached": 40, "completion": 10}, "extracted_at": "2026-01-01T00:00:00",
        }  # fmt: skip
        return Extraction(report=MatchReport.model_validate(report))


def _span(text: str) -> dict[str, Any]:
    at = TEXT.index(text)
    return {"start": at, "end": at + len(text), "text": text}
