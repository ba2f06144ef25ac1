"""One self-contained HTML page about a run (see `safe_page`): what came of the articles, and which to look at first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import metadata

from extractor.dataset.overview import Overview
from extractor.dataset.rows import Row
from extractor.render import facts as telling
from extractor.render.facts import Section
from extractor.render.safe_page import safe_page

OUTCOMES = {"report": "reports", "not_a_match": "other articles", "duplicate": "seen before", "failed": "failed"}
SHOWN, FIRST = 20, 10
"""Sources and scorers that are listed at most, and articles to review that the page begins with."""


@dataclass(frozen=True, slots=True)
class _Stretch:
    """A part of a bar; numbers are of 200."""

    outcome: str
    start: float
    length: float


@dataclass(frozen=True, slots=True)
class _Bar:
    """A name with its counts, as long as its share of the longest."""

    name: str
    count: int
    stretches: tuple[_Stretch, ...]


def html_page(overview: Overview, name: str) -> str:
    """The page about a run.

    Args:
        overview: Of its rows.
        name: What to call the run, such as its folder.
    """
    failed = [row for rows in overview.failed.values() for row in rows]
    values: dict[str, object] = {
        "name": name,
        "overview": overview,
        "first": FIRST,
        "outcomes": OUTCOMES,
        "whole": _bars([("", overview.outcomes)])[0] if overview.articles else None,
        "years": _bars(overview.years.by_name()),
        "sources": _bars(overview.sources.top(SHOWN)),
        "more_sources": max(0, len(overview.sources) - SHOWN),
        "scorers": _bars(overview.scorers.top(SHOWN)),
        "failures": overview.failures.top(len(overview.failures)),
        "failed": overview.failed,
        "warnings": overview.warnings.top(len(overview.warnings)),
        "notes": overview.notes.top(SHOWN),
        "rows": [*overview.review, *failed],
        "sections": _sections,
        "telling": telling,
        "version": metadata.version("matchreport"),
    }
    return safe_page("extractor.dataset", "page", values)


def _bars(counts: list[tuple[str, Counter[str]]]) -> list[_Bar]:
    longest = max((count.total() for _, count in counts), default=1)
    return [_Bar(name, count.total(), tuple(_stretches(count, longest))) for name, count in counts]


def _stretches(counts: Counter[str], longest: int) -> Iterator[_Stretch]:
    """Outcomes in their order, then whatever else was counted."""
    at = 0.0
    for what in (*OUTCOMES, *sorted(set(counts) - set(OUTCOMES))):
        length = 200 * counts[what] / longest
        if length:
            yield _Stretch(what, round(at, 2), round(length, 2))
        at += length


def _sections(row: Row) -> tuple[Section, ...]:
    """The facts of a row's report, under headings."""
    report = row.report
    if report is None:
        return ()
    parts = (
        Section("The match", telling.match_facts(report)),
        *telling.timeline(report),
        Section("Absent", telling.absences(report)),
        Section("Next", telling.next_fixtures(report)),
    )
    return tuple(part for part in parts if part.facts)
