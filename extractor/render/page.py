"""One self-contained HTML page (see `safe_page`): the article with its facts highlighted, beside the report."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from extractor import Article, Extraction, MatchReport
from extractor.render import facts as telling
from extractor.render.facts import Fact
from extractor.render.safe_page import safe_page
from extractor.render.stretches import Stretch, lines


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of the article between two ends of highlights.

    Args:
        text: As in the article.
        facts: Paths of the facts it is evidence for, the most specific first.
        begins: Whether one of their spans begins here.
        numbers: The printed numbers of the facts whose spans end here.
    """

    text: str
    facts: tuple[str, ...]
    begins: bool
    numbers: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _Dot:
    """An event on the strip under the score."""

    fact: Fact
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class _Group:
    """A part of the report: a heading and its facts."""

    title: str
    facts: tuple[Fact, ...]


def html_page(extraction: Extraction, article: Article) -> str:
    """The page about an article.

    Raises:
        ValueError: The report is about another text.
    """
    report = extraction.report
    groups = [group for group in _groups(report) if group.facts]
    facts = [fact for group in groups for fact in group.facts]
    numbers = {fact.path: number for number, fact in enumerate(facts, start=1)}
    values: dict[str, object] = {
        "report": report,
        "article": article,
        "telling": telling,
        "groups": groups,
        "numbers": numbers,
        "paragraphs": list(paragraphs(article.text, facts)),
        "headline": not article.title and _opens_with_headline(article.text),
        "dots": list(_dots(facts, _length(report))),
        "length": _length(report),
        "rejected": telling.left_out(extraction),
    }
    return safe_page("extractor.render", "page", values)


def paragraphs(text: str, facts: Sequence[Fact]) -> Iterator[tuple[Segment, ...]]:
    """The article's lines, each cut where a highlight begins or ends.

    Raises:
        ValueError: A fact's span is not in this text.
    """
    spans = [(span.start, span.end, number, fact.path) for number, fact in enumerate(facts, start=1) for span in fact.spans]
    for fact in facts:
        for span in fact.spans:
            if text[span.start : span.end] != span.text:
                raise ValueError(f"the evidence of {fact.path} is not in this article")
    for line in lines(text, [span[:2] for span in spans]):
        yield tuple(_segment(text, stretch, [spans[number] for number in stretch.over]) for stretch in line)


def _segment(text: str, stretch: Stretch, spans: Sequence[tuple[int, int, int, str]]) -> Segment:
    over = sorted(spans, key=lambda span: (span[1] - span[0], span[2]))
    return Segment(
        text=text[stretch.start : stretch.end],
        facts=tuple(dict.fromkeys(path for *_, path in over)),
        begins=any(start == stretch.start for start, *_ in over),
        numbers=tuple(sorted({number for _, end, number, _ in over if end == stretch.end})),
    )


def _opens_with_headline(text: str) -> bool:
    """Whether the first line looks like one: short, and no sentence. Decides its size on the page, nothing else."""
    first, _, rest = text.strip().partition("\n")
    return len(first) <= 140 and not first.rstrip().endswith((".", "!", "…")) and bool(rest.strip())


def _groups(report: MatchReport) -> Iterator[_Group]:
    yield _Group("The match", telling.match_facts(report))
    for section in telling.timeline(report):
        yield _Group(section.title, section.facts)
    yield _Group("Absent", telling.absences(report))
    yield _Group("Next", telling.next_fixtures(report))


def _length(report: MatchReport) -> int:
    """Minutes that the strip shows."""
    return 120 if report.extra_time else 90


def _dots(facts: Sequence[Fact], length: int) -> Iterator[_Dot]:
    """The events with a minute, home above the line and away below; those close together are stacked."""
    taken: Counter[tuple[str | None, int]] = Counter()
    for fact in facts:
        if fact.minute is None:
            continue
        place = (fact.side, fact.minute // 2)
        away_from_line = 11 + 11 * taken[place]
        taken[place] += 1
        x = 12 + 676 * min(fact.minute, length) / length
        yield _Dot(fact, round(x, 1), 40 - away_from_line if fact.side == "home" else 40 + away_from_line)
