"""The page: self-contained, escaped, and every highlight exactly its evidence."""

from __future__ import annotations

import base64
import hashlib
import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractor import Span
from extractor.render.facts import Fact
from extractor.render.page import html_page, paragraphs
from tests.render.sample import TEXT, article, bare, extraction, hostile


class Page(HTMLParser):
    """Elements with their attributes, the text of the article, and the raw style and script."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.raw: dict[str, str] = {"style": "", "script": ""}
        self.marked: list[tuple[list[str], str]] = []
        self.text = ""
        self._open: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        self._open.append(tag)
        if tag == "mark":
            self.marked.append(((dict(attrs)["data-facts"] or "").split(" "), ""))

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        self.text += data
        if self._open and self._open[-1] in self.raw:
            self.raw[self._open[-1]] += data
        if "mark" in self._open:
            facts, text = self.marked[-1]
            self.marked[-1] = (facts, text + data)

    def named(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]


def test_every_highlight_leads_to_a_fact_and_back() -> None:
    page = Page(html_page(extraction(), article()))
    facts = {element["id"] for element in page.named("button")}
    marked = {path for paths, _ in page.marked for path in paths}
    assert facts == marked
    assert {"goals.0", "cards.0", "chances.0", "absences.0", "next_fixtures.0", "competition", "referee", "score"} <= facts
    for path in facts:
        together = "".join(text for paths, text in page.marked if path in paths)
        assert together in TEXT
    assert "".join(text for paths, text in page.marked if "score" in paths) == "met 2-1 verslagen in de Eredivisie"
    assert "".join(text for paths, text in page.marked if "competition" in paths) == "Eredivisie"


def test_nothing_is_loaded_and_only_our_own_script_may_run() -> None:
    html = html_page(extraction(), article())
    page = Page(html)
    policy = next(element["content"] or "" for element in page.named("meta") if element.get("http-equiv") == "Content-Security-Policy")
    assert policy.startswith("default-src 'none'; ")
    for tag, directive in (("style", "style-src"), ("script", "script-src")):
        digest = base64.b64encode(hashlib.sha256(page.raw[tag].encode()).digest()).decode()
        assert f"{directive} 'sha256-{digest}'" in policy
    assert "unsafe" not in policy
    assert not re.search(r"https?:|//[a-z]|url\(|@import|\ssrc=|\sstyle=|\son\w+=", html.replace(page.raw["script"], ""))
    assert all((element.get("href") or "#").startswith("#") for _, element in page.elements)
    assert "innerHTML" not in page.raw["script"]


def test_hostile_text_stays_text() -> None:
    made, given_in = hostile()
    html = html_page(made, given_in)
    page = Page(html)
    assert len(page.named("script")) == 1
    assert page.named("img") == []
    assert not any(name.startswith("on") for _, attributes in page.elements for name in attributes)
    assert not re.search(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202e]", html)
    assert "{{ 7*7 }}" in html
    assert '</script><script>document.title="hacked"' in page.text


def test_a_report_about_another_text_is_refused() -> None:
    with pytest.raises(ValueError, match="not in this article"):
        html_page(extraction(), article(TEXT[5:]))


def test_a_report_with_nothing_in_it_is_a_page() -> None:
    assert Page(html_page(bare(), article())).marked == []


@given(st.text("abc \r\n", max_size=60), st.lists(st.tuples(st.integers(0, 59), st.integers(1, 30)), max_size=6))
def test_segments_are_the_article_and_the_spans(text: str, places: list[tuple[int, int]]) -> None:
    cut = [(start, min(len(text), start + length)) for start, length in places if start < len(text)]
    facts = [Fact(f"goals.{n}", "goal", "Goal", "x", spans=(Span(start=a, end=b, text=text[a:b]),)) for n, (a, b) in enumerate(cut)]
    lines = list(paragraphs(text, facts))
    assert ["".join(part.text for part in line) for line in lines] == [line for line in re.split(r"[\r\n]", text) if line.strip()]
    for fact in facts:
        lit = "".join(part.text for line in lines for part in line if fact.path in part.facts)
        inside = "".join(line for line in re.split(r"[\r\n]", fact.spans[0].text))
        assert lit.strip() == inside.strip() or lit.replace(" ", "") == inside.replace(" ", "")
