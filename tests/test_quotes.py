"""Quotes: found to the letter, or with white space, case and typographic marks made plain; never by likeness."""

from __future__ import annotations

import re

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from extractor import Article
from extractor.ground import find_quote, holds
from extractor.prepare import Prepared, prepare
from tests.dutch.articles import ARTICLES
from tests.dutch.untimed import untimed
from tests.plain import same


def prepared(text: str, title: str | None = None) -> Prepared:
    return prepare(Article(text=text, title=title, id="x"))


def typographic(text: str) -> str:
    return text.replace("'", "\u2019").replace('"', "\u201d").replace("-", "\u2013")


@untimed
@given(st.data())
def test_a_quote_to_the_letter_is_found(data: st.DataObject) -> None:
    text = data.draw(st.sampled_from([a.text for a in ARTICLES.values()]))
    words = list(re.finditer(r"\S+", text))
    first = data.draw(st.integers(0, len(words) - 5))
    last = data.draw(st.integers(first + 2, min(first + 30, len(words) - 1)))
    quote = text[words[first].start() : words[last].end()]
    span = find_quote(prepared(text), quote)
    assert span is not None
    assert text[span.start : span.end] == span.text == quote


@untimed
@given(st.data())
def test_a_quote_with_other_white_space_case_and_marks_is_found(data: st.DataObject) -> None:
    article = data.draw(st.sampled_from(list(ARTICLES.values())))
    view = prepare(article)
    sentence = data.draw(st.sampled_from([s for s in view.sentences if s.kind != "title"]))
    quote = view.text_of(sentence)
    for change in data.draw(st.lists(st.sampled_from(["upper", "lower", "wide", "lines", "marks"]), max_size=3)):
        changed = {
            "upper": quote.upper(),
            "lower": quote.lower(),
            "wide": quote.replace(" ", "  "),
            "lines": quote.replace(" ", "\n"),
            "marks": typographic(quote),
        }
        quote = changed[change]
    span = find_quote(view, quote)
    assert span is not None
    assert article.text[span.start : span.end] == span.text
    assert same(span.text) == same(quote)


WORDS = [
    "Ajax",
    "Berg",
    "berg",
    "de",
    "van",
    "schoot",
    "raak",
    "1-0",
    "\u201craak\u201d",
    '"raak"',
    "N\u2019Golo",
    "N'Golo",
    "Koop\u00admeiners",
    "Koopmeiners",
    "café",
]
GAPS = [" ", " ", " ", "  ", "\n", "\r\n", "\u00a0", "\n\n", ". ", ", "]
PHRASES = st.lists(st.tuples(st.sampled_from(WORDS), st.sampled_from(GAPS)), max_size=14).map(
    lambda parts: "".join(word + gap for word, gap in parts)
)


@untimed
@given(PHRASES, PHRASES)
def test_a_found_quote_differs_in_white_space_case_and_marks_only(text: str, quote: str) -> None:
    span = find_quote(prepared(text), quote)
    if span is not None:
        assert text[span.start : span.end] == span.text
        assert same(span.text) == same(quote)


@untimed
@given(st.text(max_size=60), st.text(max_size=12), st.none() | st.text(max_size=12))
def test_any_quote_of_any_text_is_exact_or_not_found(text: str, quote: str, title: str | None) -> None:
    span = find_quote(prepared(text, title), quote)
    if span is not None:
        assert text[span.start : span.end] == span.text
        assert span.text.strip()


PEOPLE = ["Jan Smit", "Kees Visser", "Daan Mulder", "Piet Bos", "Emre Çalhanoğlu", "Luuk de Jong", "Noah Adeyemi", "Sven O'Brien"]
SAID = [
    "{} schoot raak na een voorzet van {}.",
    "Na een uur kwam {} in het veld voor {}.",
    "Daarna kopte {} de corner van {} naast.",
    "Doelman {} redde op een inzet van {}.",
]


@untimed
@given(st.permutations(PEOPLE), st.integers(0, 7), st.sampled_from(PEOPLE), st.booleans())
def test_a_quote_with_one_name_swapped_is_never_found(people: list[str], at: int, other: str, plain: bool) -> None:
    pairs = [people[2 * n : 2 * n + 2] for n in range(4)]
    text = " ".join(sentence.format(*pair) for sentence, pair in zip(SAID, pairs, strict=True))
    assume(people[at] != other)
    swapped = list(pairs[at // 2])
    swapped[at % 2] = other
    quote = SAID[at // 2].format(*swapped)
    assert find_quote(prepared(text), quote if plain else quote.upper()) is None
    right = SAID[at // 2].format(*pairs[at // 2])
    assert find_quote(prepared(text), right) is not None


@pytest.mark.parametrize(
    ("text", "quote"),
    [
        ("Ook Berg speelde goed. De treffer kwam van Bergsma.", "De treffer kwam van Berg"),
        ("Ook Jan speelde goed. Jansen schoot in de 22e minuut raak.", "schoot in de 2"),
        ("De stand was 1-10 na een uur.", "De stand was 1-1"),
        ("De treffer van Van Rossum telde.", "sum telde"),
        ("Opnieuw kwam Elias Man\u00e9 vrij.", "a"),
    ],
)
def test_a_quote_that_cuts_a_word_is_not_found(text: str, quote: str) -> None:
    assert find_quote(prepared(text), quote) is None


def test_a_quote_that_runs_from_the_title_into_the_text_is_not_found() -> None:
    view = prepared("PSV verloor met 2-1.", "Ajax wint ruim")
    span = find_quote(view, "Ajax wint ruim PSV verloor met 2-1.")
    assert span is None or same(span.text) == same("Ajax wint ruim PSV verloor met 2-1.")


@pytest.mark.parametrize("quote", ["", " ", "\n", "Ajax won niet", "Ajax wön"])
def test_what_is_not_there_is_not_found(quote: str) -> None:
    assert find_quote(prepared("Ajax won."), quote) is None


def test_a_quote_over_a_hyphenated_line_end_is_found() -> None:
    text = (
        "De thuisploeg kwam na een kwartier op voorsprong door een treffer van Koop-\n"
        "meiners, die de bal op aangeven van invaller Jan de Boer van dichtbij bin-\nnenschoot.\n"
    )
    span = find_quote(prepared(text), "een treffer van Koopmeiners, die de bal")
    assert span is not None
    assert span.text == "een treffer van Koop-\nmeiners, die de bal"


@pytest.mark.parametrize(
    ("passage", "words", "held"),
    [
        ("De bal van Van Dijk ging in.", "Van Dijk", True),
        ("De bal van Van\nDijk ging in.", "Van Dijk", True),
        ("De bal van Van Dijke ging in.", "Van Dijk", False),
        ("De bal van van dijk ging in.", "Van Dijk", False),
        ("Atalanta-doelman Musso redde.", "Atalanta", True),
        ("Mussolini", "Musso", False),
        ("Ajax", "", False),
        ("(Jansen)", "Jansen", True),
        ("A.C. Milan won", "A.C. Milan", True),
    ],
)
def test_holding_a_name(passage: str, words: str, held: bool) -> None:
    assert holds(passage, words) is held
