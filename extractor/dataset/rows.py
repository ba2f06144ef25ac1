"""What a run left: one row an article, read one at a time.

The rows come from a batch folder or from a plain `reports.jsonl`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from extractor import InputError, MatchReport
from extractor.batch import store
from extractor.errors import StorageError

_WAY_OUT = "remove it, or extract that article again"


class _Part(BaseModel):
    # Rows may say more than is read here.
    model_config = ConfigDict(frozen=True, extra="ignore")


class Origin(_Part):
    """What is known of the article itself."""

    title: str | None = None
    published: str | None = None
    source: str | None = None


class Trouble(_Part):
    """Why there is no report.

    Args:
        type: Name of the error, from the tree in `extractor.errors`.
        message: What happened; without a word of the article.
        kind: The class of error that the engine counts by; written `class`.
        reason: Of another article than a match report: what it is.
    """

    type: str
    message: str = ""
    kind: str | None = Field(default=None, alias="class")
    reason: str | None = None


class Usage(_Part):
    """What an article took."""

    requests: int = 0
    prompt_tokens: int = 0
    cached_tokens: int = 0
    completion_tokens: int = 0
    cost_usd: float | None = None
    seconds: float | None = None


class Row(_Part):
    """How one article ended; `warnings` are about reading it in, those about its facts are in the report."""

    id: str
    key: str
    outcome: store.Outcome
    place: str | None = None
    article: Origin | None = None
    report: MatchReport | None = None
    error: Trouble | None = None
    duplicate_of: str | None = None
    warnings: tuple[str, ...] = ()
    usage: Usage | None = None

    @property
    def origin(self) -> Origin:
        """The article's title, date and source, wherever the row says them."""
        if self.article is None and self.report is not None:
            return Origin.model_validate(self.report.article.model_dump())
        return self.article or Origin()

    @property
    def spent(self) -> Usage:
        """What the article took, wherever the row says it."""
        made = self.report and self.report.provenance
        if self.usage is not None or not made:
            return self.usage or Usage()
        return Usage(
            requests=made.attempts,
            prompt_tokens=made.usage.prompt,
            cached_tokens=made.usage.cached,
            completion_tokens=made.usage.completion,
            cost_usd=made.cost,
            seconds=made.seconds,
        )


def read_rows(path: Path) -> Iterator[Row]:
    """The rows of a batch folder or a file of rows, in their order.

    Raises:
        InputError: There are none at this place.
        StorageError: A row is damaged; the message says where.
    """
    for place, line in read_lines(path):
        try:
            row = Row.model_validate(_parsed(line, place))
        except ValidationError as error:
            # The field alone: the value may be article text.
            field = ".".join(map(str, error.errors(include_url=False, include_input=False, include_context=False)[0]["loc"]))
            raise StorageError(f"{place} is no row of ours (see {field or 'the record'}); {_WAY_OUT}") from None
        if row.outcome == "report" and row.report is None:
            raise StorageError(f"{place} says that there is a report and has none; {_WAY_OUT}")
        yield row


def read_lines(path: Path) -> Iterator[tuple[str, str]]:
    """The rows as they were written, without line ends, each with its place for an error message.

    Raises:
        InputError: There are none at this place.
        StorageError: They can't be read.
    """
    if path.is_dir() and (path / store.FILE).is_file():
        with store.Store(path) as kept:
            for number, line in enumerate(kept.lines(), start=1):
                yield f"{kept.path}: row {number}", line
        return
    file = path / store.REPORTS if path.is_dir() else path
    if not file.is_file():
        raise InputError(f"{path}: no rows there; give the --out folder of `matchreport batch`, or a {store.REPORTS}")
    try:
        with file.open(encoding="utf-8", newline="\n") as lines:
            for number, line in enumerate(lines, start=1):
                if line.strip():
                    yield f"{file}:{number}", line.removesuffix("\n")
    except OSError as error:
        raise StorageError(f"can't read {file}: {error.strerror or error}") from None
    except UnicodeDecodeError:
        raise StorageError(f"{file} is not UTF-8: no file of rows") from None


def _parsed(line: str, place: str) -> object:
    try:
        return json.loads(line)
    except (ValueError, RecursionError):
        raise StorageError(f"{place} is no JSON, or was cut off; run the same `matchreport batch` again, or remove the line") from None
