"""What one wants to know of a run, gathered in one pass over its rows; memory does not grow with them."""

from __future__ import annotations

import heapq
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from extractor.dataset.rows import Row, Usage

REVIEWED, EXAMPLES = 50, 5
"""Reports to look at first, and failed articles shown of each class."""

NAMES = 100_000
"""Names of a kind that are counted at a time."""

_WEIGHTS = {"home_away_uncertain": 3, "score_unknown": 3, "goals_incomplete": 2}
"""How much a warning calls for a look; 1 where nothing is said here."""


class Tally:
    """How often what happened to whom: counts by name, and by what within a name.

    Args:
        most: Names that are kept; beyond twice as many, the rarest are let go of, and the counts of rare names are
            then lower bounds (`exact` says so).
    """

    def __init__(self, most: int = NAMES) -> None:
        self.exact = True
        self._most = most
        self._counts: defaultdict[str, Counter[str]] = defaultdict(Counter)

    def __len__(self) -> int:
        return len(self._counts)

    def add(self, name: str, what: str = "") -> None:
        """Count one."""
        self._counts[name][what] += 1
        if len(self._counts) > 2 * self._most:
            self._counts = defaultdict(Counter, self.top(self._most))
            self.exact = False

    def top(self, number: int) -> list[tuple[str, Counter[str]]]:
        """The names with the highest counts."""
        return heapq.nlargest(number, self._counts.items(), key=lambda item: item[1].total())

    def by_name(self) -> list[tuple[str, Counter[str]]]:
        """All names, in the order of the alphabet."""
        return sorted(self._counts.items())


@dataclass(slots=True)
class Overview:
    """A run at a glance.

    Args:
        outcomes: How many articles ended how.
        failures: By class of error, and type of error.
        others: Articles that are no match report, by what they are.
        warnings: By code; counted once an article, and every time.
        notes: What was repaired when articles were read in.
        years: Outcomes by year of publication.
        sources: Outcomes by source.
        scorers: Goals by scorer, and by kind; own goals left out.
        ways: Articles by what read them.
        goals: Goals in all reports.
        matches: Reports with as many goals as their score has.
        usage: Of all articles together.
        unpriced: Articles that were asked of a model whose price is not known.
        review: Reports to look at first, with the weight of their warnings.
        failed: Some failed articles of each class.
    """

    outcomes: Counter[str] = field(default_factory=Counter[str])
    failures: Tally = field(default_factory=Tally)
    others: Counter[str] = field(default_factory=Counter[str])
    warnings: Tally = field(default_factory=Tally)
    notes: Tally = field(default_factory=Tally)
    years: Tally = field(default_factory=Tally)
    sources: Tally = field(default_factory=Tally)
    scorers: Tally = field(default_factory=Tally)
    ways: Counter[str] = field(default_factory=Counter[str])
    goals: int = 0
    matches: int = 0
    usage: Usage = Usage()  # noqa: RUF009  frozen
    unpriced: int = 0
    review: list[Row] = field(default_factory=list[Row])
    failed: dict[str, list[Row]] = field(default_factory=dict[str, list[Row]])

    @property
    def articles(self) -> int:
        """All of them."""
        return self.outcomes.total()


def look_over(rows: Iterable[Row]) -> Overview:
    """Gather the overview of a run."""
    found = Overview()
    first: list[tuple[int, int, Row]] = []
    for number, row in enumerate(rows):
        found.outcomes[row.outcome] += 1
        found.years.add(_year(row), row.outcome)
        found.sources.add(row.origin.source or "", row.outcome)
        _add_usage(found, row)
        for note in row.warnings:
            found.notes.add(note)
        if row.outcome == "failed":
            _add_failure(found, row)
        elif row.outcome == "not_a_match":
            found.others[(row.error and row.error.reason) or "not said"] += 1
        weight = _add_report(found, row)
        if weight:
            # Among equals the earlier article wins; the number also keeps rows from being compared.
            keep = heapq.heappush if len(first) < REVIEWED else heapq.heappushpop
            keep(first, (weight, -number, row))
    found.review = [row for *_, row in sorted(first, reverse=True)]
    return found


def _year(row: Row) -> str:
    year = (row.origin.published or "")[:4]
    return year if len(year) == 4 and year.isascii() and year.isdecimal() else ""


def _add_usage(found: Overview, row: Row) -> None:
    spent, total = row.spent, found.usage
    found.usage = Usage(
        requests=total.requests + spent.requests,
        prompt_tokens=total.prompt_tokens + spent.prompt_tokens,
        cached_tokens=total.cached_tokens + spent.cached_tokens,
        completion_tokens=total.completion_tokens + spent.completion_tokens,
        cost_usd=(total.cost_usd or 0) + (spent.cost_usd or 0),
        seconds=(total.seconds or 0) + (spent.seconds or 0),
    )
    found.unpriced += spent.requests > 0 and spent.cost_usd is None


def _add_failure(found: Overview, row: Row) -> None:
    kind = (row.error.kind or row.error.type) if row.error else "not said"
    found.failures.add(kind, row.error.type if row.error else "")
    examples = found.failed.setdefault(kind, [])
    if len(examples) < EXAMPLES:
        examples.append(row)


def _add_report(found: Overview, row: Row) -> int:
    """Count what a report says; how much it calls for a look."""
    report = row.report
    if report is None:
        return 0
    made = report.provenance
    found.ways[(made.model or made.strategy) if made else "not said"] += 1
    found.goals += len(report.goals)
    found.matches += report.score is not None and len(report.goals) == report.score.home + report.score.away
    for goal in report.goals:
        if goal.scorer and goal.kind != "own_goal":
            found.scorers.add(goal.scorer, goal.kind)
    seen: set[str] = set()
    for warning in report.warnings:
        found.warnings.add(warning.code, "again" if warning.code in seen else "first")
        seen.add(warning.code)
    return sum(_WEIGHTS.get(warning.code, 1) for warning in report.warnings)
