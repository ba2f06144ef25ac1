"""The readable report: what stands where, and that nothing hostile gets through."""

from __future__ import annotations

import io
import re

from rich.console import Console

from extractor.render.facts import scorers, timeline
from extractor.render.terminal import plain_report, print_report
from tests.render.sample import TEXT, bare, extraction, hostile, report


def test_the_timeline_goes_by_period_and_minute() -> None:
    first, second = timeline(report())
    assert (first.title, second.title) == ("First half", "Second half")
    assert [(fact.clock, fact.title) for fact in first.facts] == [("~10'", "Jan de Boer"), ("22'", "Mo Ali")]
    assert [(fact.clock, fact.kind) for fact in second.facts] == [("", "chance"), ("90'", "goal"), ("90+4'", "goal")]


def test_what_has_no_time_stands_last_and_is_not_given_one() -> None:
    *_, last = timeline(report(goals=[{"team": "home", "scorer": None}]))
    assert last.title == "Moment not stated"
    assert [(fact.title, fact.clock, fact.minute) for fact in last.facts] == [("scorer not named", "", None)]


def test_scorers_are_in_playing_order() -> None:
    assert [fact.clock for fact in scorers(report(), "home")] == ["90'", "90+4'"]


def test_the_plain_report_says_everything_once() -> None:
    shown = plain_report(extraction(), TEXT)
    lines = shown.splitlines()
    assert lines[1] == "  Heerenveen  2–1  Sparta"
    assert lines[2:4] == ["  Eredivisie", "  Heerenveen · 31 January 2026"]
    assert "22' ● Mo Ali  Sparta · goal 0–1 · assist Kees Bos" in shown
    assert "Kort na rust schoot Jan de Boer naast voor de Friezen.”" in shown
    assert "Tim Vos  Sparta · injured" in shown
    assert "→ Heerenveen  against Ajax · Volgende week" in shown
    assert "! players.3.team: it is not clear" in shown
    assert "coach       Henk Jansen" in shown
    assert re.search(r"substitute +Kees Bos$", shown, re.MULTILINE), "who was absent is no substitute"
    assert max(map(len, lines)) <= 104


def test_it_fits_a_narrow_terminal_and_knows_colours() -> None:
    for width in (40, 60, 200):
        out = io.StringIO()
        print_report(extraction(), TEXT, Console(file=out, width=width, force_terminal=True, color_system="standard"))
        assert "\x1b[" in out.getvalue()
        bare = re.sub(r"\x1b\[[0-9;]*m", "", out.getvalue())
        assert max(map(len, bare.splitlines())) <= min(width, 104)
        assert "\x1b" not in bare


def test_an_empty_report_is_still_one() -> None:
    assert "Heerenveen  –  Sparta" in plain_report(bare(), TEXT)


def test_hostile_text_moves_no_cursor_and_is_no_markup() -> None:
    made, article = hostile()
    shown = plain_report(made, article.text)
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", shown)
    assert "\ufffd[31m" in shown, "shown as text"
    out = io.StringIO()
    print_report(made, article.text, Console(file=out, width=90, force_terminal=True))
    assert not re.search(r"[\x00-\x09\x0b-\x1a\x1c-\x1f\x7f-\x9f\u202e]", out.getvalue())
    assert "\x1b[31m" not in out.getvalue().replace("\x1b[31m✗", "")
