"""How a record ends: one article through the extractor, and the line of `reports.jsonl` that tells of it."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Literal, Protocol, TypedDict

from extractor import Article, Extraction, InputError, MatchReportError, NotAMatchReport
from extractor.batch.accounts import Account, account
from extractor.batch.sources.records import Item
from extractor.batch.store import Outcome, Row, Usage
from extractor.errors import (
    InconsistentReport,
    LocalModelFailed,
    ModelRefused,
    ModelUnavailable,
    RateLimited,
    ReplyTruncated,
    ReplyUnparsable,
    RequestRejected,
)
from extractor.render.text import json_text

ErrorClass = Literal["input", "rate_limit", "network", "reply", "refused", "rejected", "local_model", "inconsistent", "internal"]
"""What kind of failure an article met: what a summary counts by."""

_CLASSES: tuple[tuple[type[MatchReportError], ErrorClass], ...] = (
    (InputError, "input"),
    (RateLimited, "rate_limit"),
    (ModelUnavailable, "network"),
    (ModelRefused, "refused"),
    (ReplyTruncated, "reply"),
    (ReplyUnparsable, "reply"),
    (RequestRejected, "rejected"),
    (LocalModelFailed, "local_model"),
    (InconsistentReport, "inconsistent"),
)


class ExtractsArticles(Protocol):
    """What the engine needs of an `Extractor`."""

    async def extract_async(self, article: Article | str) -> Extraction:
        """The match report in an article; raises a `MatchReportError` where there is none."""
        ...


NOTHING = Usage()

_Told = TypedDict("_Told", {"type": str, "message": str, "class": ErrorClass})


@dataclass(frozen=True, slots=True)
class Ended:
    """How a record ended, ready to be stored.

    Args:
        outcome: Report, no match report, or failed.
        line: The row as JSON.
        error_class: Of a failure.
        retry: It failed for a reason that passes: the next run tries again.
        usage: What it took.
    """

    outcome: Outcome
    line: str
    error_class: ErrorClass | None = None
    retry: bool = False
    usage: Usage = NOTHING


async def ended(item: Item, extractor: ExtractsArticles) -> Ended:
    """Extract the article of an item, whatever comes of it.

    Raises:
        MatchReportError: One that stops the run.
    """
    if item.article is None:
        return unreadable(item)
    started = time.perf_counter()
    with account() as bill:
        try:
            extraction = await extractor.extract_async(item.article)
        except NotAMatchReport as error:
            usage = bill.usage(_since(started))
            return Ended("not_a_match", _line(item, "not_a_match", {"error": {**_told(error), "reason": error.reason}}, usage), usage=usage)
        except MatchReportError as error:
            if error.stops_run:
                raise
            return _failed(item, _told(error), error.retryable, bill.usage(_since(started)))
        except Exception as error:  # noqa: BLE001  a defect that one article brings out costs that article, and counts as a failure
            internal: _Told = {"type": type(error).__name__, "message": "internal error; please report it", "class": "internal"}
            return _failed(item, internal, False, bill.usage(_since(started)))
        usage = _usage(extraction, bill, _since(started))
        return Ended("report", _line(item, "report", {"report": extraction.report.model_dump(mode="json")}, usage), usage=usage)


def unreadable(item: Item) -> Ended:
    """Of a record that is no article."""
    error = item.error or InputError("no article")
    return _failed(item, _told(error), False, NOTHING)


def lost(item: Item) -> Ended:
    """Of an article that brought down the process that read it, twice."""
    told: _Told = {"type": "ProcessDied", "message": "the process that read it died; please report it", "class": "internal"}
    return _failed(item, told, True, NOTHING)


def duplicate_line(item: Item, original: str) -> str:
    """The row of an article whose words were seen before, under the id `original`."""
    return _line(item, "duplicate", {"duplicate_of": original}, None)


def error_class(error: MatchReportError) -> ErrorClass:
    """The class that failures of this kind are counted in."""
    for kind, name in _CLASSES:
        if isinstance(error, kind):
            return name
    return "internal"


def _failed(item: Item, told: _Told, retry: bool, usage: Usage) -> Ended:
    return Ended("failed", _line(item, "failed", {"error": told}, usage), told["class"], retry, usage)


def _told(error: MatchReportError) -> _Told:
    return {"type": type(error).__name__, "message": str(error), "class": error_class(error)}


def _usage(extraction: Extraction, bill: Account, seconds: float) -> Usage:
    """From the gate's account; from the report's provenance where no gate counts."""
    if bill.requests or extraction.report.provenance is None:
        return bill.usage(seconds)
    told = extraction.report.provenance
    return Usage(told.attempts, told.usage.prompt, told.usage.cached, told.usage.completion, told.cost, seconds)


def _since(started: float) -> float:
    return round(time.perf_counter() - started, 4)


def _line(item: Item, outcome: Outcome, rest: Row, usage: Usage | None) -> str:
    article = item.article
    about = {name: value for name in ("title", "published", "source") if (value := getattr(article, name, None)) is not None}
    row: Row = {"id": item.id, "key": item.key, "outcome": outcome, "place": item.place, "article": about, **rest}
    if item.notes:
        row["warnings"] = list(item.notes)
    if usage is not None:
        row["usage"] = usage.row()
    return json_text(row)
