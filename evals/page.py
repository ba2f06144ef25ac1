"""One self-contained HTML page about a run: numbers first, then every article with its label and what was found.

It is safe whatever articles, labels and models hold (see `safe_page`). Of a sealed split (`test`) it shows numbers only.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from evals.comparison import Comparison
from evals.fixtures import FIXTURES, Json, Labelled, load
from evals.predictions import PredictionFile
from evals.reliability import Bin, Level, Reliability
from evals.run import Run
from evals.scores import HEADLINES, Figure, ScoredArticle, Scores
from evals.scoring import ATTRIBUTES, FIELDS, Fact
from evals.statistics import Interval
from extractor import InputError
from extractor.render.safe_page import safe_page
from extractor.render.stretches import lines

SEALED = ("test",)
"""Splits of ours whose articles nobody looks at: only numbers are shown."""

_ORDER = {"wrong": 0, "invented": 1, "missed": 2, "right": 3}


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of text: the label's facts and the prediction's facts that it is evidence for."""

    text: str
    label: tuple[str, ...] = ()
    found: tuple[str, ...] = ()


@dataclass(frozen=True)
class Shown:
    """One article on the page."""

    scored: ScoredArticle
    f1: float
    cells: tuple[Figure | None, ...]
    title: str | None
    paragraphs: tuple[tuple[Segment, ...], ...]
    facts: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class Dot:
    """A bin of a reliability diagram."""

    x: float
    y: float
    radius: float
    bin: Bin


@dataclass(frozen=True, slots=True)
class Plot:
    """A reliability diagram."""

    told: Reliability
    dots: tuple[Dot, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """Precision over recall: the points as SVG has them, and with their levels."""

    name: str
    path: str
    points: tuple[tuple[float, float, Level], ...]


def html_page(run: Run, folder: Path | None = None, comparison: Comparison | None = None) -> str:
    """The page about a run; the articles come from the folder of fixtures."""
    scores = run.scores
    sealed = scores.split in SEALED and (folder is None or folder.resolve() == FIXTURES.resolve())
    columns = [name for name in _columns() if name in scores.figures or f"{name}.*" in scores.figures]
    values: dict[str, object] = {
        "run": run,
        "scores": scores,
        "headlines": [(name, scores.figures[name]) for name in HEADLINES if name in scores.figures],
        "groups": list(_groups(scores)),
        "columns": columns,
        "plots": [(name, plot(scores.reliability[name])) for name in HEADLINES if name in scores.reliability],
        "lines": list(_lines(scores)),
        "articles": sorted(_articles(run, folder, columns, sealed=sealed), key=lambda one: (one.f1, one.scored.name)),
        "sealed": sealed,
        "comparison": comparison,
    }
    return safe_page("evals", "page", values, {"value": _value, "level": _level})


def plot(told: Reliability) -> Plot:
    """Where the dots of a reliability diagram are, in a square of 100: as large as they have facts."""
    most = max((one.facts for one in told.bins), default=1)
    return Plot(told, tuple(Dot(100 * one.said, 100 - 100 * one.right, 1.5 + 3.5 * (one.facts / most) ** 0.5, one) for one in told.bins))


def _lines(scores: Scores) -> Iterator[Line]:
    """Precision over recall as facts below a level are left out, a line a headline."""
    for name in HEADLINES if scores.tradeoff else ():
        levels = [level for level in scores.tradeoff if name in level.precision]
        points = [(100 * level.recall[name], 100 - 100 * level.precision[name], level) for level in levels]
        yield Line(name, " ".join(f"{x:.2f},{y:.2f}" for x, y, _ in points), tuple(points))


def _columns() -> Iterator[str]:
    """Of the heat map: match-level fields one by one, lists as a whole."""
    yield from FIELDS
    yield from ATTRIBUTES


def _groups(scores: Scores) -> Iterator[tuple[str, list[tuple[str, Figure]]]]:
    """Bars: a heading, and the measures under it."""
    yield "The match", [(name, scores.figures[name]) for name in FIELDS if name in scores.figures]
    for name in ATTRIBUTES:
        rows = [(field, figure) for field, figure in scores.figures.items() if field.split(".")[0] == name]
        if rows:
            yield name.replace("_", " ").capitalize(), rows


def _articles(run: Run, folder: Path | None, columns: Sequence[str], *, sealed: bool) -> Iterator[Shown]:
    cases: Mapping[str, Labelled] = {} if sealed else _cases(folder, run.scores.split)
    answers: Mapping[str, Json] = {} if sealed else _answers(run.out)
    for scored in run.scores.by_article:
        case = cases.get(scored.name)
        cells = tuple(_cell(scored, name) for name in columns)
        paragraphs = tuple(_paragraphs(case, answers.get(scored.name) or {})) if case else ()
        facts = () if sealed else tuple(sorted(scored.facts, key=lambda fact: _ORDER[fact.verdict]))
        yield Shown(scored, scored.counts("all").f1, cells, case.article.title if case else None, paragraphs, facts)


def _cases(folder: Path | None, split: str) -> Mapping[str, Labelled]:
    """The articles, where they are at hand: the page is worth having without."""
    try:
        return {case.name: case for case in load(folder or FIXTURES, split)}
    except InputError:
        return {}


def _answers(out: Path) -> Mapping[str, Json]:
    """The first report on each article."""
    found: dict[str, Json] = {}
    for answer in PredictionFile(out / "predictions.jsonl").read().values():
        if answer.report and answer.repeat == 1:
            found[answer.article] = answer.report
    return found


def _cell(scored: ScoredArticle, name: str) -> Figure | None:
    counts = scored.counts(f"{name}.*" if name in ATTRIBUTES else name)
    if counts.right + counts.extra + counts.missing == 0:
        return None
    return Figure.of(counts, Interval(counts.f1, 0, 1))


def _paragraphs(case: Labelled, report: Json) -> Iterator[tuple[Segment, ...]]:
    """The article's lines, cut where evidence of the label or of the prediction begins or ends."""
    text = case.article.text
    spans = [*_quoted(case), *_evidence(report, len(text))]
    for line in lines(text, [span[:2] for span in spans]):
        yield tuple(_segment(text[one.start : one.end], [spans[number] for number in one.over]) for one in line)


def _segment(text: str, over: Sequence[tuple[int, int, str, bool]]) -> Segment:
    told, found = (tuple(dict.fromkeys(path for *_, path, ours in over if ours == side)) for side in (False, True))
    return Segment(text, told, found)


def _quoted(case: Labelled) -> Iterator[tuple[int, int, str, bool]]:
    """Where the label's quotes are."""
    quotes: Mapping[str, Json] = (case.label or {}).get("quotes") or {}
    for path, quote in quotes.items():
        for words in quote.get("text") or ():
            at = case.article.text.find(words)
            if at >= 0:
                yield at, at + len(words), path, False


def _evidence(report: Json, length: int) -> Iterator[tuple[int, int, str, bool]]:
    """Where the prediction's evidence is."""
    for kind in ATTRIBUTES:
        events: Sequence[Json] = report.get(kind) or ()
        for number, event in enumerate(events):
            spans: Sequence[Json] = event.get("evidence") or ()
            for span in spans:
                if 0 <= span["start"] < span["end"] <= length:
                    yield span["start"], span["end"], f"{kind}.+{number}", True


def _value(value: object) -> str:
    """A fact's value in few words."""
    if value is None:
        return "—"
    if isinstance(value, dict):
        return _few(value)  # pyright: ignore[reportUnknownArgumentType]
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _few(value: Mapping[str, object]) -> str:
    """Scores and times as football writes them."""
    if set(value) == {"home", "away"}:
        return f"{value['home']}–{value['away']}"
    if "minute" in value and "text" in value:
        added = f"+{value['added_time']}" if value.get("added_time") else ""
        minute = f"{value['minute']}{added}'" if value["minute"] is not None else ""
        half = str(value.get("period") or "").replace("_", " ")
        return f"{minute or half or '?'} “{value['text']}”"
    return json.dumps(value, ensure_ascii=False)


def _level(figure: Figure) -> int:
    """0 (nothing right) to 10 (all right), as a shade."""
    return int(figure.f1 * 10)
