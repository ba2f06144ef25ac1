"""Two runs over the same articles: how much better or worse the second is, and where they differ."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from evals.run import Run
from evals.scores import HEADLINES, ScoredArticle
from evals.scoring import Counts, Fact
from evals.statistics import Difference, f1_difference
from extractor import InputError


@dataclass(frozen=True)
class Change:
    """A fact that came out otherwise."""

    article: str
    before: Fact | None
    after: Fact | None

    @property
    def kind(self) -> Literal["mended", "broken", "other"]:
        """Whether the second run got right what the first did not, or the other way round, or is wrong in another way."""
        was = self.before is None or self.before.verdict == "right"
        now = self.after is None or self.after.verdict == "right"
        return "other" if was == now else "mended" if now else "broken"

    @property
    def field(self) -> str:
        """Of the fact."""
        fact = self.after or self.before
        assert fact is not None
        return fact.field


@dataclass(frozen=True)
class Row:
    """One measure in both runs."""

    name: str
    first: float
    second: float
    difference: Difference


@dataclass(frozen=True)
class Comparison:
    """The second run against the first.

    Args:
        articles: How many both have.
        rows: Headlines, and the fields in which something changed.
        changes: The facts that came out otherwise.
        notes: What makes the two less comparable.
    """

    articles: int
    rows: tuple[Row, ...]
    changes: tuple[Change, ...]
    notes: tuple[str, ...]

    @property
    def verdict(self) -> str:
        """The whole in one sentence, about all facts."""
        whole = next(row for row in self.rows if row.name == "all")
        told = whole.difference
        numbers = f"{told.value:+.3f} [{told.low:+.3f}, {told.high:+.3f}] over {self.articles} articles"
        if not self.changes:
            return f"The two runs give the same facts: {numbers}."
        if not told.tells_apart:
            return f"These numbers can't tell the two runs apart: {numbers}; the interval holds zero."
        return f"The second run is {told.verdict}: {numbers}."


def compare_runs(first: Run, second: Run) -> Comparison:
    """Article by article.

    Raises:
        InputError: They have no article in common.
    """
    ours = {article.name: article for article in first.scores.by_article}
    theirs = {article.name: article for article in second.scores.by_article}
    names = [name for name in ours if name in theirs]
    if not names or first.scores.split != second.scores.split:
        raise InputError(f"{first.out} and {second.out} have no article in common: compare runs over the same split")
    pairs = [(ours[name], theirs[name]) for name in names]
    changes = tuple(change for pair in pairs for change in _changes(*pair))
    fields = dict.fromkeys(change.field for change in changes)
    rows = tuple(_row(name, pairs) for name in (*HEADLINES, *fields))
    return Comparison(len(names), rows, changes, tuple(_notes(first, second, len(names))))


def _row(name: str, pairs: Sequence[tuple[ScoredArticle, ScoredArticle]]) -> Row:
    ours, theirs = ([pair[side].counts(name) for pair in pairs] for side in (0, 1))
    return Row(name, sum(ours, Counts()).f1, sum(theirs, Counts()).f1, f1_difference(ours, theirs))


def _changes(first: ScoredArticle, second: ScoredArticle) -> list[Change]:
    """Facts of a label by their place in it; invented ones, which have none, by what they say."""
    before, after = _placed(first), _placed(second)
    found: list[Change] = []
    for key in dict.fromkeys([*before, *after]):
        one, other = before.get(key), after.get(key)
        if (one and (one.verdict, one.predicted)) == (other and (other.verdict, other.predicted)):
            continue
        if one and other and one.verdict == other.verdict == "right":
            continue
        found.append(Change(first.name, one, other))
    return found


def _placed(article: ScoredArticle) -> dict[tuple[str, str, int], Fact]:
    seen: Counter[tuple[str, str]] = Counter()
    placed: dict[tuple[str, str, int], Fact] = {}
    for fact in article.facts:
        where = (fact.field, str(fact.predicted) if "+" in fact.path else fact.path)
        placed[(*where, seen[where])] = fact
        seen[where] += 1
    return placed


def _notes(first: Run, second: Run, common: int) -> list[str]:
    notes = [
        f"{run.out} has {len(run.scores.by_article)} articles; only the {common} that both have are compared"
        for run in (first, second)
        if len(run.scores.by_article) != common
    ]
    split = first.scores.split
    if first.manifest.corpus.get(split) != second.manifest.corpus.get(split):
        notes.append("the articles or their labels changed between the two runs: run the first again (its answers are kept)")
    if first.manifest.repeat != second.manifest.repeat:
        notes.append("the runs read each article a different number of times")
    return notes
