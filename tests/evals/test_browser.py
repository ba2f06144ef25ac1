"""The page of a run in a real browser: a fact lights its place, a link of the heat map opens its article, nothing is blocked."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from evals.page import html_page
from evals.run import Plan, evaluate
from tests.evals.labels import write
from tests.evals.systems import Told

pytestmark = pytest.mark.browser


def test_facts_and_the_heat_map_lead_to_the_text(browser: Any, tmp_path: Path) -> None:
    write(tmp_path / "mine", "one")
    run = evaluate(Told(), Plan(tmp_path / "mine", "dev", tmp_path / "run"))
    page = tmp_path / "page.html"
    page.write_text(html_page(run, tmp_path / "mine"), encoding="utf-8")
    browser.get(page.as_uri())
    browser.find_element("css selector", ".heat a").click()
    assert browser.find_element("css selector", "details").get_attribute("open") is not None
    row = browser.find_element("css selector", "tr[data-path='goals.1']")
    browser.execute_script("arguments[0].scrollIntoView({block: 'center'})", row)
    row.click()
    lit = browser.execute_script("return [...document.querySelectorAll('mark.on')].map((one) => one.textContent)")
    assert lit == ["In de 40e minuut maakte Karim El Amrani gelijk."]
    assert browser.get_log("browser") == []
