"""Scores on the terminal, and as JSON, CSV and JUnit: the format follows the file's suffix."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from xml.etree import ElementTree

from rich.console import Console
from rich.table import Table
from rich.text import Text

from evals.comparison import Comparison
from evals.page import html_page
from evals.run import Run
from evals.scores import HEADLINES, Scores, Share
from evals.scoring import is_core
from extractor import InputError
from extractor.render.text import visible


def print_scores(run: Run, console: Console) -> None:
    """The scores as a table, then what is no F1."""
    scores = run.scores
    manifest = run.manifest
    table = Table(
        title=f"{manifest.strategy}{f' · {manifest.model}' if manifest.model else ''} · {scores.split} · {scores.articles} articles"
    )
    for heading in ("", "F1", "95 %", "precision", "recall", "facts"):
        table.add_column(heading, justify="left" if not heading else "right")
    for name, figure in scores.figures.items():
        weight = "bold" if name in HEADLINES else "" if "." not in name or name.endswith("*") else "dim"
        facts = str(figure.right + figure.missing)
        table.add_row(
            Text(name),
            f"{figure.f1:.3f}",
            f"{figure.low:.3f}–{figure.high:.3f}",
            f"{figure.precision:.3f}",
            f"{figure.recall:.3f}",
            facts,
            style=weight,
        )
    console.print(table)
    for extra in confidence_tables(scores):
        console.print(extra)
    for line in remarks(scores):
        console.print(Text(visible(line)), soft_wrap=True)


def confidence_tables(scores: Scores) -> list[Table]:
    """How far confidence can be believed, and what `--min-confidence` brings; nothing where answers carry none."""
    if "all" not in scores.reliability:
        return []
    told = scores.reliability["all"]
    bins = Table(title=f"Reliability · {told.facts} facts · expected calibration error {told.error:.3f}")
    for heading in ("confidence", "facts", "said", "right"):
        bins.add_column(heading, justify="right")
    for one in told.bins:
        bins.add_row(f"{one.low:.1f}–{one.high:.1f}", str(one.facts), f"{one.said:.3f}", f"{one.right:.3f}")
    levels = Table(title="Without the facts below --min-confidence")
    for heading in ("level", *(f"{name} {measure}" for name in HEADLINES for measure in ("P", "R"))):
        levels.add_column(heading, justify="right")
    for level in scores.tradeoff:
        shown = [value for name in HEADLINES for value in (level.precision.get(name, 1.0), level.recall.get(name, 1.0))]
        levels.add_row(f"{level.level:.1f}", *(f"{value:.3f}" for value in shown))
    return [bins, levels]


def remarks(scores: Scores) -> list[str]:
    """What the table does not show, a line each."""
    verdicts = scores.verdicts
    cost = scores.cost
    lines = [
        f"facts: {verdicts['right']} right, {verdicts['wrong']} wrong, {verdicts['missed']} missed, {verdicts['invented']} invented",
        *(f"{name}: {_told(share)}" for name, share in scores.grounding.items()),
        *(f"expected calibration error, {name}: {told.error:.3f} ({told.facts} facts)" for name, told in scores.reliability.items()),
        *(f"carries a warning when {name}: {_told(share)}" for name, share in scores.warnings.items()),
    ]
    if scores.unknown_names:
        lines.append(f"names not in the article: {', '.join(sorted(set(scores.unknown_names))[:20])}")
    if scores.gate is not None:
        gate = scores.gate
        lines.append(f"relevance: precision {_told(gate.precision)}, recall {_told(gate.recall)}, right reason {_told(gate.reasons)}")
    price = "price unknown" if cost.dollars is None else f"${cost.dollars:.5f}"
    lines.append(
        f"per article: {cost.seconds:.2f} s, {cost.calls:.1f} calls, {cost.prompt_tokens:.0f} tokens read "
        f"({cost.cached_tokens:.0f} from a cache), {cost.completion_tokens:.0f} written, {price}"
    )
    lines += [f"{article.name}: {article.outcome}: {article.error}" for article in scores.by_article if article.outcome != "report"]
    return lines


def print_comparison(comparison: Comparison, console: Console, most: int = 40) -> None:
    """The verdict, the table of differences, and the facts that came out otherwise."""
    table = Table(title=f"{comparison.articles} articles, second against first")
    for heading in ("", "first", "second", "difference", "95 %", ""):
        table.add_column(heading, justify="right" if heading else "left", no_wrap=True)
    for row in comparison.rows:
        told = row.difference
        table.add_row(
            Text(row.name),
            f"{row.first:.3f}",
            f"{row.second:.3f}",
            f"{told.value:+.3f}",
            f"{told.low:+.3f} … {told.high:+.3f}",
            told.verdict,
            style="bold" if row.name in HEADLINES else "",
        )
    console.print(table)
    by_article: dict[str, list[str]] = {}
    for change in comparison.changes:
        fact = change.after or change.before
        assert fact is not None
        says = [short(one.predicted) if one else "—" for one in (change.before, change.after)]
        mark = {"mended": "+", "broken": "-", "other": "~"}[change.kind]
        by_article.setdefault(change.article, []).append(f"  {mark} {fact.field}: {says[0]} → {says[1]} (label: {short(fact.expected)})")
    shown = 0
    for name, lines in sorted(by_article.items(), key=lambda pair: -len(pair[1])):
        if shown >= most:
            console.print(f"… and {sum(map(len, by_article.values())) - shown} more changes")
            break
        console.print(Text(visible("\n".join([name, *lines[: most - shown]]))), soft_wrap=True)
        shown += len(lines[: most - shown])
    for note in comparison.notes:
        console.print(Text(f"note: {note}"), soft_wrap=True)
    console.print(Text(comparison.verdict, style="bold"), soft_wrap=True)


def short(value: object) -> str:
    """A value on a line."""
    if value is None:
        return "—"
    words = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return words if len(words) <= 80 else f"{words[:79]}…"


def write_scores(run: Run, path: Path, comparison: Comparison | None = None, folder: Path | None = None) -> None:
    """Write to `.json`, `.csv`, `.xml` (JUnit) or `.html`.

    Raises:
        InputError: Another suffix, or the file can't be written.
    """
    if path.suffix not in SUFFIXES:
        raise InputError(f"{path}: scores are written to {', '.join(SUFFIXES)}")
    content = html_page(run, folder, comparison) if path.suffix == ".html" else _WRITERS[path.suffix](run)
    try:
        path.write_text(content, encoding="utf-8", newline="")
    except OSError as error:
        raise InputError(f"can't write {path}: {error.strerror or error}") from None


def _json(run: Run) -> str:
    return json.dumps({"manifest": run.manifest.model_dump(mode="json"), "scores": run.scores.model_dump(mode="json")}, indent=1) + "\n"


def _csv(run: Run) -> str:
    """A row a measure."""
    target = io.StringIO()
    writer = csv.writer(target)
    writer.writerow(["measure", "value", "low", "high", "precision", "recall", "right", "extra", "missing"])
    for name, figure in run.scores.figures.items():
        writer.writerow(
            [
                name,
                *(f"{x:.4f}" for x in (figure.f1, figure.low, figure.high, figure.precision, figure.recall)),
                figure.right,
                figure.extra,
                figure.missing,
            ]
        )
    for name, share in _shares(run.scores).items():
        writer.writerow(
            [name, f"{share.value:.4f}", f"{share.low:.4f}", f"{share.high:.4f}", "", "", share.part, share.whole - share.part, ""]
        )
    return target.getvalue()


def _junit(run: Run) -> str:
    """A test case an article: it fails where something of its core is not right, and is an error where there is no report."""
    articles = run.scores.by_article
    suite = ElementTree.Element("testsuite", name=f"{run.manifest.strategy} on {run.scores.split}", tests=str(len(articles)))
    failures = errors = 0
    for article in articles:
        case = ElementTree.SubElement(suite, "testcase", classname=run.scores.split, name=article.name, time=f"{article.seconds:.3f}")
        wrong = [one for one in article.facts if one.verdict != "right" and is_core(one)]
        if article.outcome != "report":
            errors += 1
            ElementTree.SubElement(case, "error", message=visible(f"{article.outcome}: {article.error}"))
        elif wrong:
            failures += 1
            told = "\n".join(f"{one.path}: {one.verdict}: {short(one.predicted)} (label: {short(one.expected)})" for one in wrong)
            ElementTree.SubElement(case, "failure", message=f"{len(wrong)} core facts are not right").text = visible(told)
    suite.set("failures", str(failures))
    suite.set("errors", str(errors))
    root = ElementTree.Element("testsuites")
    root.append(suite)
    return ElementTree.tostring(root, encoding="unicode", xml_declaration=True) + "\n"


def _shares(scores: Scores) -> dict[str, Share]:
    found = {**scores.grounding, **{f"warned when {name}": share for name, share in scores.warnings.items()}}
    if scores.gate is not None:
        found |= {"gate precision": scores.gate.precision, "gate recall": scores.gate.recall, "gate reasons": scores.gate.reasons}
    return found


def _told(share: Share) -> str:
    if not share.whole:
        return "none"
    return f"{share.value:.3f} [{share.low:.3f}, {share.high:.3f}] ({share.part} of {share.whole})"


_WRITERS: Mapping[str, Callable[[Run], str]] = {".json": _json, ".csv": _csv, ".xml": _junit}
SUFFIXES = (*_WRITERS, ".html")
"""Of files that scores can be written to."""
