"""The scores of a run: from labels and answers to numbers, each with its interval."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Self

from pydantic import BaseModel, ConfigDict

from evals.fixtures import Labelled
from evals.grounding import Grounding, measure
from evals.predictions import Outcome, Prediction
from evals.reliability import Level, Reliability, reliabilities, tradeoff
from evals.scoring import ATTRIBUTES, FIELDS, Counts, Fact, Verdict, compare, count, groups, is_core
from evals.statistics import Interval, f1_interval, share_interval

HEADLINES = ("core", "events", "all")


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Figure(_Value):
    """F1 with its interval, and what it is made of."""

    f1: float
    low: float
    high: float
    precision: float
    recall: float
    right: int
    extra: int
    missing: int

    @classmethod
    def of(cls, counts: Counts, f1: Interval) -> Self:
        """The figure of these counts."""
        return cls(
            f1=f1.value,
            low=f1.low,
            high=f1.high,
            precision=counts.precision,
            recall=counts.recall,
            right=counts.right,
            extra=counts.extra,
            missing=counts.missing,
        )

    @property
    def counts(self) -> Counts:
        """As counts."""
        return Counts(self.right, self.extra, self.missing)


class Share(_Value):
    """A part of a whole, with its interval."""

    value: float
    low: float
    high: float
    part: int
    whole: int


class ScoredArticle(_Value):
    """One article: its outcome and its facts, those of all repeats together."""

    name: str
    outcome: Outcome
    error: str | None = None
    warnings: int = 0
    seconds: float = 0.0
    unknown_names: tuple[str, ...] = ()
    facts: tuple[Fact, ...] = ()

    def counts(self, name: str) -> Counts:
        """The counts of a group or field."""
        return groups(self.facts).get(name, Counts())


class Cost(_Value):
    """Means per article."""

    prompt_tokens: float
    cached_tokens: float
    completion_tokens: float
    calls: float
    seconds: float
    dollars: float | None


class Gate(_Value):
    """How well match reports are told from other articles; `reasons` of those rightly turned away."""

    precision: Share
    recall: Share
    reasons: Share


class Scores(_Value):
    """Everything that is measured about a run."""

    split: str
    articles: int
    failures: int
    figures: dict[str, Figure]
    verdicts: dict[Verdict, int]
    grounding: dict[str, Share]
    unproven: int
    unknown_names: list[str]
    warnings: dict[str, Share]
    gate: Gate | None
    cost: Cost
    by_article: list[ScoredArticle]
    reliability: dict[str, Reliability] = {}
    tradeoff: list[Level] = []


def score(split: str, cases: Sequence[Labelled], others: Sequence[Labelled], answers: Iterable[Prediction]) -> Scores:
    """The scores of answers to labelled articles; an article without an answer counts as failed."""
    by_name: dict[str, list[Prediction]] = {}
    by_other: dict[str, list[Prediction]] = {}
    for answer in answers:
        (by_name if answer.split == split else by_other).setdefault(answer.article, []).append(answer)
    articles = [_article(case, by_name.get(case.name, [])) for case in cases]
    grounded = [_grounding(case, by_name.get(case.name, [])) for case in cases]
    total = sum(grounded, Grounding())
    facts = [fact for article in articles for fact in article.facts]
    return Scores(
        split=split,
        articles=len(cases),
        failures=sum(article.outcome != "report" for article in articles),
        figures=_figures(articles),
        verdicts={verdict: sum(fact.verdict == verdict for fact in facts) for verdict in ("right", "wrong", "missed", "invented")},
        grounding={
            "spans exact": _share([(one.exact, one.spans) for one in grounded]),
            "values in their evidence": _share([(one.held, one.values) for one in grounded]),
            "names in the article": _share([(one.names - len(one.unknown), one.names) for one in grounded]),
        },
        unproven=total.unproven,
        unknown_names=list(total.unknown),
        warnings=_warnings(articles),
        gate=_gate(cases, by_name, others, by_other) if others else None,
        cost=_cost([answer for answers in by_name.values() for answer in answers]),
        by_article=articles,
        reliability=reliabilities(cases, by_name),
        tradeoff=tradeoff(cases, by_name),
    )


def _article(case: Labelled, answers: Sequence[Prediction]) -> ScoredArticle:
    """One article's facts; whatever is no report misses everything."""
    assert case.label is not None
    facts: list[Fact] = []
    for answer in answers or [None]:
        facts += compare((answer and answer.report) or {}, case.label)
    worst = next((answer for answer in answers if answer.outcome != "report"), answers[0] if answers else None)
    reports = [answer.report for answer in answers if answer.report]
    return ScoredArticle(
        name=case.name,
        outcome=worst.outcome if worst else "failed",
        error=(worst.error or worst.reason) if worst else "not run",
        warnings=max((len(report["warnings"]) for report in reports), default=0),
        seconds=sum(answer.seconds for answer in answers) / max(1, len(answers)),
        unknown_names=_grounding(case, answers).unknown,
        facts=tuple(facts),
    )


def _grounding(case: Labelled, answers: Sequence[Prediction]) -> Grounding:
    return sum((measure(answer.report, case.article) for answer in answers if answer.report), Grounding())


def _figures(articles: Sequence[ScoredArticle]) -> dict[str, Figure]:
    """Of the headlines, of every list, and of every field, in the contract's order."""
    tables = [groups(article.facts) for article in articles]
    names = dict.fromkeys(name for table in tables for name in table)
    return {name: _figure([table.get(name, Counts()) for table in tables]) for name in sorted(names, key=_place)}


def _place(name: str) -> tuple[int, int, str]:
    """Headlines first, then match-level fields, then list by list."""
    top = name.split(".", maxsplit=1)[0]
    if name in HEADLINES:
        return 0, HEADLINES.index(name), ""
    lists = list(ATTRIBUTES)
    return (2, lists.index(top), name.replace(".*", " ")) if top in lists else (1, FIELDS.index(name), name)


def _figure(counts: Sequence[Counts]) -> Figure:
    return Figure.of(sum(counts, Counts()), f1_interval(counts))


def _share(parts: Sequence[tuple[int, int]]) -> Share:
    interval: Interval = share_interval(parts)
    return Share(
        value=interval.value,
        low=interval.low,
        high=interval.high,
        part=sum(part for part, _ in parts),
        whole=sum(whole for _, whole in parts),
    )


def _warnings(articles: Sequence[ScoredArticle]) -> dict[str, Share]:
    """How often a report with something wrong in it carries a warning, and one without; a failure is neither."""
    shares: dict[str, Share] = {}
    reports = [article for article in articles if article.outcome == "report"]
    for name, belongs in (("core", is_core), ("any fact", _is_any)):
        wrong = [any(count([fact]).right == 0 for fact in article.facts if belongs(fact)) for article in reports]
        for is_wrong, words in ((True, "wrong"), (False, "right")):
            told = [(int(article.warnings > 0), 1) for article, one in zip(reports, wrong, strict=True) if one == is_wrong]
            shares[f"{words} in {name}"] = _share(told)
    return shares


def _is_any(_: Fact) -> bool:
    return True


def _gate(
    cases: Sequence[Labelled],
    by_name: Mapping[str, Sequence[Prediction]],
    others: Sequence[Labelled],
    by_other: Mapping[str, Sequence[Prediction]],
) -> Gate:
    """Of the articles let in, how many are match reports; of the match reports, how many are let in."""
    let_in = [all(answer.outcome != "not_a_match" for answer in by_name.get(case.name, [])) for case in cases]
    passed = [any(answer.outcome != "not_a_match" for answer in by_other.get(case.name, [])) for case in others]
    turned = [case for case, through in zip(others, passed, strict=True) if not through]
    reasons = [(int(all(answer.reason == case.reason for answer in by_other.get(case.name, []))), 1) for case in turned]
    return Gate(
        precision=_share([(int(one), int(one)) for one in let_in] + [(0, int(one)) for one in passed]),
        recall=_share([(int(one), 1) for one in let_in]),
        reasons=_share(reasons),
    )


def _cost(answers: Sequence[Prediction]) -> Cost:
    """Means over the answers that are reports: failed ones do not say what they took."""
    spent = [answer.report["provenance"] for answer in answers if answer.report and answer.report.get("provenance")]
    number = max(1, len(spent))
    prices = [one["cost"] for one in spent if one["attempts"]]
    return Cost(
        prompt_tokens=sum(one["usage"]["prompt"] for one in spent) / number,
        cached_tokens=sum(one["usage"]["cached"] for one in spent) / number,
        completion_tokens=sum(one["usage"]["completion"] for one in spent) / number,
        calls=sum(one["attempts"] for one in spent) / number,
        seconds=sum(answer.seconds for answer in answers) / max(1, len(answers)),
        dollars=None if any(price is None for price in prices) else sum(prices) / number,
    )
