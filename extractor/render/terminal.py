"""The report on a terminal: score line, timeline, line-ups, absentees, what is next, each fact with its quote.

Everything shown goes through `_say`: nothing that an article holds can move the cursor or change a colour.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from extractor import Extraction, MatchReport
from extractor.render import facts as telling
from extractor.render.facts import Fact, joined, team_name
from extractor.render.text import excerpt, one_line

MAX_WIDTH = 104
"""Longer lines are hard to read, however wide the terminal."""

_SYMBOLS = {
    "goal": ("●", "bold green"),
    "no-goal": ("✗", "red"),
    "chance": ("○", "cyan"),
    "yellow": ("■", "yellow"),
    "second-yellow": ("■", "red"),
    "red": ("■", "red"),
    "substitution": ("↔", "magenta"),
    "injury": ("+", "red"),
    "absence": ("–", "red"),
    "next": ("→", "cyan"),
}


def print_report(extraction: Extraction, article_text: str, console: Console) -> None:
    """The readable report, in the width and the colours that the console has."""
    width = min(console.width, MAX_WIDTH)
    for part in _parts(extraction, article_text, width):
        console.print(part, width=width, highlight=False)


def plain_report(extraction: Extraction, article_text: str) -> str:
    """The readable report as plain text without any escape sequence."""
    out = io.StringIO()
    print_report(extraction, article_text, Console(file=out, width=MAX_WIDTH, force_terminal=False, color_system=None))
    return "".join(f"{line.rstrip()}\n" for line in out.getvalue().splitlines())


def _say(text: str, style: str = "") -> Text:
    return Text(one_line(text), style=style)


def _parts(extraction: Extraction, text: str, width: int) -> Iterator[RenderableType]:
    """The report from top to bottom."""
    report = extraction.report
    yield from _head(report)
    yield from _section("Match", [_match_table(telling.match_facts(report), text, width)])
    sections = telling.timeline(report)
    clocks = max((len(fact.clock) for section in sections for fact in section.facts), default=0)
    for section in sections:
        yield from _section(section.title, [_facts(report, section.facts, text, (width, clocks))])
    yield from _section("Line-ups", list(_line_ups(report)))
    yield from _section("Absent", [_facts(report, telling.absences(report), text, (width, 0))])
    yield from _section("Next", [_facts(report, telling.next_fixtures(report), text, (width, 0))])
    yield from _section("Warnings", [_say(f"! {warning.path}: {warning.message}", "yellow") for warning in report.warnings])
    yield Padding(_say(joined(telling.origin(report), *telling.left_out(extraction)), "dim"), (1, 0, 0, 2))


def _head(report: MatchReport) -> Iterator[RenderableType]:
    """Teams and score; then competition, place and day."""
    score = "–" if report.score is None else telling.shown_score(report.score)
    line = Text.assemble(_say(report.home.name, "bold"), "  ", _say(score, "bold"), "  ", _say(report.away.name, "bold"))
    yield Padding(line, (1, 0, 0, 2))
    for text in (telling.occasion(report), telling.ending(report), telling.place(report)):
        if text:
            yield Padding(_say(text), (0, 0, 0, 2))


def _section(title: str, parts: Sequence[RenderableType | None]) -> Iterator[RenderableType]:
    """A heading and what is under it; nothing where there is nothing."""
    shown = [part for part in parts if part is not None]
    if shown:
        yield Padding(_say(title, "bold underline"), (1, 0, 0, 2))
        yield from (Padding(part, (0, 0, 0, 2)) for part in shown)


def _match_table(facts: Sequence[Fact], text: str, width: int) -> Table | None:
    """Label, value and quote of each fact about the match."""
    if not facts:
        return None
    values = max(min(len(one_line(fact.title)), 36) for fact in facts)
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(width=12)
    table.add_column(width=values)
    table.add_column(ratio=1, no_wrap=True)
    for fact in facts:
        table.add_row(_say(fact.label, "dim"), _say(fact.title), _quote(fact, text, width - values - 18))
    return table


def _facts(report: MatchReport, facts: Sequence[Fact], text: str, widths: tuple[int, int]) -> Table | None:
    """One fact a row: clock, symbol, what happened, and under it the quote; `widths` are the line's and the clock's."""
    if not facts:
        return None
    width, clocks = widths
    table = Table.grid(padding=(0, 1, 0, 0))
    if clocks:
        table.add_column(width=clocks, justify="right")
    table.add_column(width=1)
    table.add_column(ratio=1)
    for fact in facts:
        symbol, style = _SYMBOLS[fact.kind]
        body = Group(_line(report, fact), _quote(fact, text, width - clocks - 6))
        clock = [_say(fact.clock, "bold")] if clocks else []
        table.add_row(*clock, Text(symbol, style=style), body)
    return table


def _line(report: MatchReport, fact: Fact) -> Text:
    """Who, for whom, and what."""
    label = "" if fact.kind in ("absence", "next") else f"{fact.label.lower()} {fact.score}".strip()
    team = team_name(report, fact.side)
    if fact.kind == "next":
        return Text.assemble(_say(team, "bold"), "  ", _say(joined(fact.title, fact.detail)))
    return Text.assemble(_say(fact.title, "bold"), "  ", _say(joined(team, label, fact.detail)))


def _quote(fact: Fact, text: str, width: int) -> Text:
    """The first place that says so, cut to one line."""
    if not fact.spans:
        return Text("")
    more = f" (+{len(fact.spans) - 1})" if len(fact.spans) > 1 else ""
    told = fact.spans[len(fact.spans) - 1]  # the last tells most: the first is often the article's lead
    found = excerpt(text, told, max(16, width - len(more) - 2))
    return Text.assemble(("“", "dim"), (found.before, "dim"), (found.quote, "italic"), (found.after, "dim"), ("”", "dim"), (more, "dim"))


def _line_ups(report: MatchReport) -> Iterator[RenderableType]:
    """Both teams: coach, starters, substitutes, and who was named without more."""
    for side in ("home", "away"):
        team, players = getattr(report, side), telling.line_up(report, side)
        rows = {
            "coach": team.coach or "",
            "started": ", ".join(players.started),
            "substitute": ", ".join(players.substitutes),
            "named": ", ".join(players.named),
        }
        if not any(rows.values()):
            continue
        table = Table.grid(padding=(0, 2, 0, 0))
        table.add_column(width=10)
        table.add_column(ratio=1)
        for label, value in rows.items():
            if value:
                table.add_row(_say(label, "dim"), _say(value))
        yield Group(_say(team.name, "bold"), table)
