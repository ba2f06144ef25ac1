"""The page about a run: counts that add up, what to review first, and text of articles that stays text."""

from __future__ import annotations

from collections import Counter
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractor.dataset.overview import EXAMPLES, REVIEWED, Tally, look_over
from extractor.dataset.page import html_page
from extractor.dataset.rows import Row, read_rows
from tests.batch.reports import row, write
from tests.cli.running import Command
from tests.render.sample import hostile, report


class Parsed(HTMLParser):
    """Elements with their attributes, and all text that is shown."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.shown = ""
        self._raw = False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self._raw = tag in ("style", "script")

    def handle_endtag(self, tag: str) -> None:
        self._raw = False

    def handle_data(self, data: str) -> None:
        self.shown += "" if self._raw else " ".join(data.split()) + " "


def warned(*codes: str) -> Any:
    return report(warnings=[{"code": code, "path": "score", "message": f"about {code}"} for code in codes])


def failed(number: int, kind: str | None, type_: str = "RateLimited") -> dict[str, object]:
    return row(number, error={"type": type_, "message": "HTTP 429", **({"class": kind} if kind else {})})


def sample() -> list[dict[str, object]]:
    """Two of most things."""
    known = {"title": "Kop", "published": "1998-05-03", "source": "De Krant"}
    usage = {"requests": 2, "prompt_tokens": 1000, "cached_tokens": 400, "completion_tokens": 50, "cost_usd": 0.25, "seconds": 2}
    return [
        row(0, report(), article=known, usage=usage),
        row(1, warned("goals_incomplete", "side_uncertain", "side_uncertain"), usage={**usage, "cost_usd": None}),
        row(2, warned("home_away_uncertain", "score_unknown"), article={**known, "published": "1999"}, warnings=["was not UTF-8"]),
        row(3, outcome="not_a_match", error={"type": "NotAMatchReport", "message": "…", "reason": "preview"}, article=known),
        row(4, outcome="duplicate", duplicate_of="a0", article=known),
        failed(5, "rate_limited"),
        failed(6, "rate_limited"),
        failed(7, None, "EmptyArticle"),
    ]


@pytest.fixture
def run(tmp_path: Path) -> Path:
    return write(tmp_path / "run" / "reports.jsonl", sample()).parent


def test_what_is_counted_adds_up(run: Path) -> None:
    found = look_over(read_rows(run))
    assert found.outcomes == {"report": 3, "not_a_match": 1, "duplicate": 1, "failed": 3}
    assert found.articles == sum(count.total() for _, count in found.years.by_name()) == sum(n.total() for _, n in found.sources.by_name())
    assert dict(found.years.by_name()) == {
        "": {"report": 1, "failed": 3},
        "1998": {"report": 1, "not_a_match": 1, "duplicate": 1},
        "1999": {"report": 1},
    }
    assert found.failures.top(9) == [("rate_limited", {"RateLimited": 2}), ("EmptyArticle", {"EmptyArticle": 1})]
    assert found.others == {"preview": 1}
    assert dict(found.warnings.by_name())["side_uncertain"] == {"first": 1, "again": 1}
    assert (found.usage.requests, found.usage.prompt_tokens, found.usage.cost_usd, found.unpriced) == (4, 2000, 0.25, 1)
    assert found.scorers.top(1) == [("Jan de Boer", {"regular": 6})]
    assert (found.goals, found.matches) == (9, 3)
    assert [one.id for one in found.review] == ["a2", "a1", "a0"]


def test_what_is_kept_is_bounded() -> None:
    rows = [row(number, warned(*["x"] * (number % 60))) for number in range(200)]
    rows += [failed(1000 + number, "timeout") for number in range(20)]
    found = look_over(Row.model_validate(one) for one in rows)
    assert len(found.review) == REVIEWED
    weights = [len(one.report.warnings) for one in found.review if one.report]
    assert weights == sorted((number % 60 for number in range(200)), reverse=True)[:REVIEWED]
    assert [one.id for one in found.failed["timeout"]] == [f"a{1000 + number}" for number in range(EXAMPLES)]


@given(names=st.lists(st.sampled_from("abcdefghijkl"), max_size=80), most=st.integers(1, 6))
def test_a_tally_counts_and_forgets_only_the_rare(names: list[str], most: int) -> None:
    tally = Tally(most)
    for name in names:
        tally.add(name)
    truth = Counter(names)
    counted = {name: count.total() for name, count in tally.by_name()}
    assert len(counted) <= 2 * most
    assert all(count <= truth[name] for name, count in counted.items())
    if tally.exact:
        assert counted == truth


def test_the_page_shows_it(run: Path) -> None:
    page = Parsed(html_page(look_over(read_rows(run)), "run"))
    expected = ["8 articles", "rate limited 2", "preview 1", "Jan de Boer 6", "1998 3", "De Krant 4", "was not UTF-8 1", "$0.25"]
    for words in [*expected, "1 articles of unknown price"]:
        assert words in page.shown, words
    targets = {attributes["id"] for tag, attributes in page.tags if tag == "details"}
    links = {(attributes["href"] or "").removeprefix("#") for tag, attributes in page.tags if tag == "a"}
    assert links == targets
    assert len(targets) == 6


def test_every_page_has_its_numbers_also_that_of_nothing() -> None:
    page = Parsed(html_page(look_over([]), "empty"))
    assert "No article yet." in page.shown
    assert not [tag for tag, _ in page.tags if tag in ("a", "details")]


def test_hostile_text_is_text(tmp_path: Path) -> None:
    made = hostile()[0].report
    nasty = made.home.name
    origin = {"title": nasty, "published": nasty, "source": nasty}
    source = write(
        tmp_path / "reports.jsonl",
        [
            row(0, made, id=nasty, key=f"'\"><b>{nasty}", place=nasty, article=origin),
            row(1, error={"type": nasty, "message": nasty, "class": nasty}, id=nasty, article=origin),
            row(2, outcome="not_a_match", error={"type": "x", "reason": nasty}, article=origin),
        ],
    )
    html = html_page(look_over(read_rows(source)), nasty)
    assert not {"\u202e", "\x1b", "\x00"} & set(html)
    tags = Parsed(html).tags
    assert not [tag for tag, _ in tags if tag in ("img", "iframe", "object", "link", "base", "form")]
    assert len([tag for tag, _ in tags if tag == "script"]) == 1
    assert not [name for _, attributes in tags for name in attributes if name.startswith("on") or name in {"style", "src"}]
    assert all((attributes["href"] or "").startswith("#") for tag, attributes in tags if tag == "a")
    policy = next(attributes["content"] or "" for _, attributes in tags if attributes.get("http-equiv") == "Content-Security-Policy")
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "unsafe" not in policy


def test_the_command(run: Path, tmp_path: Path) -> None:
    matchreport = Command(tmp_path)
    done = matchreport("report", run)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", f"wrote {run / 'report.html'}\n")
    assert (run / "report.html").read_text(encoding="utf-8").startswith("<!doctype html>")
    wrong = matchreport("report", run, "--out", "none/page.html")
    assert wrong.returncode == 1
    assert "can't write none/page.html" in wrong.stderr
