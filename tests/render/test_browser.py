"""The page in a real browser: clicking, keys, hostile text, and no request to anywhere."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from extractor.render.page import html_page
from tests.render.sample import article, extraction, hostile

pytestmark = pytest.mark.browser


def opened(browser: Any, html: str, folder: Path) -> Any:
    path = folder / "page.html"
    path.write_text(html, encoding="utf-8", newline="")
    browser.get(path.as_uri())
    return browser


def lit(browser: Any) -> list[str]:
    return browser.execute_script("return [...document.querySelectorAll('mark.on')].map((mark) => mark.textContent)")


def pressed(browser: Any) -> list[str]:
    return browser.execute_script("return [...document.querySelectorAll('[aria-pressed=true]')].map((fact) => fact.id)")


def in_view(browser: Any, selector: str) -> bool:
    script = """
        const box = document.querySelector(arguments[0]).getBoundingClientRect();
        return box.top >= 0 && box.bottom <= window.innerHeight + 1;
    """
    for _ in range(40):
        if browser.execute_script(script, selector):
            return True
        browser.execute_async_script("setTimeout(arguments[0], 50)")
    return False


def by_id(browser: Any, name: str) -> Any:
    return browser.find_element("css selector", f"[id='{name}']")


def test_a_fact_lights_its_evidence_and_a_highlight_its_fact(browser: Any, tmp_path: Path) -> None:
    opened(browser, html_page(extraction(), article()), tmp_path)
    assert (lit(browser), pressed(browser)) == ([], [])
    by_id(browser, "goals.2").click()
    assert lit(browser) == ["Diep in blessuretijd (90+4) maakte dezelfde De Boer er 2-1 van."]
    assert pressed(browser) == ["goals.2"]
    assert in_view(browser, "mark.on")
    assert "1 place" in browser.find_element("css selector", "[role=status]").get_attribute("textContent")

    mark = browser.find_element("xpath", "//mark[contains(., 'Tim Vos')]")
    browser.execute_script("arguments[0].scrollIntoView({block: 'center', behavior: 'instant'})", mark)
    mark.click()
    assert pressed(browser) == ["absences.0"]
    assert in_view(browser, ".fact.on")
    assert browser.get_log("browser") == []


def test_overlapping_highlights_take_turns(browser: Any, tmp_path: Path) -> None:
    opened(browser, html_page(extraction(), article()), tmp_path)
    both = browser.find_element("xpath", "//mark[. = 'Eredivisie']")
    browser.execute_script("arguments[0].scrollIntoView({block: 'center', behavior: 'instant'})", both)
    both.click()
    assert (pressed(browser), lit(browser)) == (["competition"], ["Eredivisie"])
    browser.execute_script("arguments[0].click()", both)
    assert (pressed(browser), lit(browser)) == (["score"], ["met 2-1 verslagen in de ", "Eredivisie"])
    browser.execute_script("arguments[0].click()", both)
    assert pressed(browser) == ["competition"]


def test_the_keyboard_is_enough(browser: Any, tmp_path: Path) -> None:
    opened(browser, html_page(extraction(), article()), tmp_path)
    keys: Any = pytest.importorskip("selenium.webdriver.common.keys").Keys
    mark = browser.find_element("xpath", "//mark[contains(., 'Tim Vos')]")
    mark.send_keys(keys.ENTER)
    assert pressed(browser) == ["absences.0"]
    by_id(browser, "cards.0").send_keys(keys.SPACE)
    assert lit(browser) == ["De Boer kreeg na tien minuten geel"]
    browser.switch_to.active_element.send_keys(keys.ESCAPE)
    assert (lit(browser), pressed(browser)) == ([], [])
    unreachable = browser.execute_script("""
        const facts = [...document.querySelectorAll('button.fact')];
        return facts.filter((fact) => { fact.focus(); return document.activeElement !== fact; }).length;
    """)
    assert unreachable == 0


def test_hostile_text_runs_nothing_and_loads_nothing(browser: Any, tmp_path: Path) -> None:
    made, given_in = hostile()
    opened(browser, html_page(made, given_in), tmp_path)
    by_id(browser, "goals.0").click()
    assert pressed(browser) == ["goals.0"]
    assert len(lit(browser)) == 1
    assert browser.title != "hacked"
    assert browser.execute_script("return document.images.length") == 0
    assert browser.execute_script("return performance.getEntriesByType('resource').length") == 0
    assert browser.get_log("browser") == []


def test_nothing_runs_off_a_narrow_screen(browser: Any, tmp_path: Path) -> None:
    opened(browser, html_page(extraction(), article()), tmp_path)
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {"width": 360, "height": 640, "deviceScaleFactor": 1, "mobile": True})
    try:
        assert browser.execute_script("return document.documentElement.scrollWidth") <= 360
    finally:
        browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
