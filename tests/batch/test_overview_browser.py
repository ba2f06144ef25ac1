"""The page of a run in a real browser: a link opens its article, and hostile text does nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from extractor.dataset.overview import look_over
from extractor.dataset.page import html_page
from extractor.dataset.rows import read_rows
from tests.batch.reports import row, write
from tests.render.sample import hostile, report

pytestmark = pytest.mark.browser


@pytest.fixture
def page(browser: Any, tmp_path: Path) -> Any:
    made = hostile()[0].report
    nasty = made.home.name
    rows = [
        row(0, report(), article={"title": "Heerenveen klopt Sparta", "published": "2026-02-01", "source": "De Krant"}),
        row(1, made, id=nasty, key=f"x {nasty}", place=nasty, article={"title": nasty, "source": nasty}),
        row(2, error={"type": "EmptyArticle", "message": nasty}, id=nasty),
    ]
    file = tmp_path / "page.html"
    source = write(tmp_path / "reports.jsonl", rows)
    file.write_text(html_page(look_over(read_rows(source)), nasty), encoding="utf-8", newline="")
    browser.get(file.as_uri())
    return browser


def opened(page: Any) -> list[str]:
    return page.execute_script("return [...document.querySelectorAll('details[open]')].map((one) => one.id)")


def test_a_link_opens_its_article(page: Any) -> None:
    assert opened(page) == []
    page.find_element("link text", "Heerenveen klopt Sparta").click()
    assert opened(page) == [f"a-{0:032x}"]
    detail = page.find_element("css selector", "details[open]").text
    assert "Jan de Boer" in detail
    assert "Diep in blessuretijd (90+4) maakte dezelfde De Boer er 2-1 van." in detail
    assert page.get_log("browser") == []


def test_hostile_text_runs_nothing_and_loads_nothing(page: Any) -> None:
    for link in page.find_elements("css selector", "a"):
        page.execute_script("arguments[0].click()", link)
    assert page.title != "hacked"
    assert page.execute_script("return document.images.length") == 0
    assert page.execute_script("return performance.getEntriesByType('resource').length") == 0
    assert page.get_log("browser") == []


def test_nothing_runs_off_a_narrow_screen(page: Any) -> None:
    page.execute_script("for (const one of document.querySelectorAll('details')) one.open = true")
    page.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {"width": 360, "height": 640, "deviceScaleFactor": 1, "mobile": True})
    try:
        assert page.execute_script("return document.documentElement.scrollWidth") <= 360
    finally:
        page.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
