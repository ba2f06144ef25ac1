"""The page about a run: everything on it, nothing from outside, hostile text harmless."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from evals.comparison import compare_runs
from evals.page import html_page
from evals.run import Plan, Run, evaluate
from tests.evals.labels import TEXT, label, player, write
from tests.evals.systems import Told

HOSTILE = "</script><img src=x onerror=alert(1)>\u202e\x1b[31m"


class Parsed(HTMLParser):
    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


@pytest.fixture
def made(tmp_path: Path) -> tuple[Run, Path]:
    folder = tmp_path / "fixtures"
    write(folder / "dev", "dev-1")
    hostile = [*label()["players"], player(HOSTILE, "home")]
    write(
        folder / "dev",
        "dev-2",
        text=f"{HOSTILE}\n{TEXT}",
        players=hostile,
        article={"id": "2", "title": HOSTILE, "published": None, "source": None},
    )

    def worse(report: dict[str, Any]) -> None:
        report["goals"][1]["scorer"] = HOSTILE
        report["referee"] = HOSTILE

    return evaluate(Told(worse), Plan(folder, "dev", tmp_path / "run")), folder


def test_it_shows_scores_fields_articles_and_facts(made: tuple[Run, Path]) -> None:
    run, folder = made
    page = html_page(run, folder)
    for words in (f"{run.scores.figures['core'].f1:.3f}", "dev-1", "Na tien minuten kopte", "invented", "missed", "0.250"):
        assert words in page
    wrong_first = re.search(r'<tr class="(\w+)" tabindex', page)
    assert wrong_first is not None
    assert wrong_first.group(1) in ("wrong", "invented")
    assert 'data-facts="goals.0"' in page.replace(" goals.+0", "")


def test_hostile_text_is_text(made: tuple[Run, Path]) -> None:
    run, folder = made
    page = html_page(run, folder, compare_runs(run, run))
    assert not {"\u202e", "\x1b"} & set(page)
    tags = Parsed(page).tags
    assert not [tag for tag, _ in tags if tag in ("img", "iframe", "object", "link", "base", "form")]
    assert len([tag for tag, _ in tags if tag == "script"]) == 1
    assert not [name for _, attributes in tags for name in attributes if name.startswith("on") or name in {"style", "src"}]


def test_it_allows_nothing_but_itself(made: tuple[Run, Path]) -> None:
    run, folder = made
    page = html_page(run, folder)
    policy = next(attributes["content"] for _, attributes in Parsed(page).tags if attributes.get("http-equiv") == "Content-Security-Policy")
    assert policy is not None
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "unsafe" not in policy
    assert "http://" not in page
    assert "https://" not in page


def test_of_a_sealed_split_it_shows_numbers_only(made: tuple[Run, Path]) -> None:
    run, _ = made
    sealed = Run(run.out, run.manifest, run.scores.model_copy(update={"split": "test"}))
    page = html_page(sealed)
    assert "numbers only" in page
    assert "dev-1" in page
    assert "De Vries" not in page
    assert "Heracles" not in page


def test_without_the_articles_it_still_shows_the_facts(made: tuple[Run, Path], tmp_path: Path) -> None:
    run, _ = made
    page = html_page(run, tmp_path / "gone")
    assert "not at hand" in page
    assert "Karim El Amrani" in page
