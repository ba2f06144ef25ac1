"""Text from outside: nothing of it may act on a screen, and nothing of a quote may be made up."""

from __future__ import annotations

import json
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractor import Span
from extractor.render.text import excerpt, json_text, one_line, visible

ANY = st.text(st.characters(codec=None))
DANGEROUS = "\x00\x07\x08\x1b\x7f\x9b\u200f\u202e\u2066\u2028\u2029\ufeff\ud800\U000e0041"


@given(ANY)
def test_visible_keeps_every_offset_and_lets_no_control_through(text: str) -> None:
    shown = visible(text)
    assert len(shown) == len(text)
    assert not any(unicodedata.category(char) in ("Cc", "Cs", "Zl", "Zp") and char not in "\t\n\r" for char in shown)
    assert "\n" not in one_line(text)


@pytest.mark.parametrize("char", DANGEROUS)
def test_dangerous_characters_become_a_mark(char: str) -> None:
    assert visible(f"a{char}b") == "a\ufffdb"


def test_letters_of_all_languages_stay() -> None:
    text = "Kolašinac, Çalhanoğlu, 孫興慜, 👩\u200d🦰 'n Ødegaard\tñ"
    assert visible(text) == text


@given(st.recursive(ANY, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(ANY, inner, max_size=3)))
def test_json_says_the_same_on_one_safe_line(value: object) -> None:
    written = json_text(value)
    assert json.loads(written) == value
    assert visible(written) == written
    assert len(written.splitlines()) == 1
    written.encode()


@given(st.text("ab \n.é\t", max_size=80), st.data(), st.integers(16, 60))
def test_an_excerpt_fits_and_holds_words_of_the_article_only(text: str, data: st.DataObject, width: int) -> None:
    if not text.strip():
        return
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    found = excerpt(text, Span(start=start, end=end, text=text[start:end]), width)
    shown = found.before + found.quote + found.after
    assert len(shown) <= width
    assert "\n" not in shown
    flat = text.replace("\t", " ")
    assert found.before.removeprefix("… ") in flat
    assert found.after.removesuffix(" …") in flat
    assert " ".join(found.quote.removesuffix(" …").split()) in " ".join(text.split())


def test_a_short_quote_keeps_its_neighbours_and_a_long_one_is_cut() -> None:
    text = "Voor de pauze scoorde Jan Jansen uit een vrije trap. Daarna was het stil in het stadion."
    start = text.index("scoorde")
    short = excerpt(text, Span(start=start, end=start + 7, text="scoorde"), 40)
    assert (short.before, short.quote, short.after) == ("Voor de pauze ", "scoorde", " Jan Jansen uit …")
    assert excerpt(text, Span(start=0, end=len(text), text=text), 30).quote == "Voor de pauze scoorde Jan …"
