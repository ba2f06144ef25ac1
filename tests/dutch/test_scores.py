"""Written scores, and pairs of numbers that are none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractor import Article
from extractor.dutch.scores import find_score_places, read_scores
from extractor.prepare import prepare
from tests.dutch.articles import ARTICLES
from tests.dutch.untimed import untimed


def pairs(text: str) -> list[tuple[int, int]]:
    return [pair for _, _, pair, _ in find_score_places(prepare(Article(text=text, id="x")))]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Ajax won met 2-1 van PSV.", [(2, 1)]),
        ("Jansen schoot de bal binnen: 1-0.", [(1, 0)]),
        ("De 1-1 viel kort na rust.", [(1, 1)]),
        ("Ajax - PSV 10-0 (4-0)", [(10, 0), (4, 0)]),
        ("Ajax won met 3\u20132 van PSV.", [(3, 2)]),
        ("De ruststand was 0 - 1.", [(0, 1)]),
        ("Ajax won na strafschoppen (4-2), na een 1-1.", [(4, 2), (1, 1)]),
        ("1. Jansen 1-0, 34. De Boer 1-1.", [(1, 0), (1, 1)]),
    ],
)
def test_scores(text: str, found: list[tuple[int, int]]) -> None:
    assert pairs(text) == found


@pytest.mark.parametrize(
    "text",
    [
        "Ajax speelde in een 4-3-3-formatie.",
        "De trainer koos voor 4-4-2 en later voor 5-3-2.",
        "De trainer koos voor 4-2-3-1 met Jansen in de punt.",
        "Het duel is op 12-05-2024 gespeeld.",
        "In het seizoen 2023-2024 won Ajax niet.",
        "In het seizoen 2023-24 won Ajax niet.",
        "De 22-jarige Jansen schoot raak.",
        "De aftrap is om 14.30-16.30 uur.",
        "Bel 020-6 voor kaarten.",
        "Ajax had 60-40% balbezit.",
    ],
)
def test_pairs_of_numbers_that_are_no_score(text: str) -> None:
    assert pairs(text) == []


@untimed
@given(st.integers(0, 20), st.integers(0, 20), st.sampled_from(["-", " - ", "\u2013", "\u2212", "\u2011"]))
def test_every_score_is_read_as_it_is_written(home: int, away: int, dash: str) -> None:
    assert pairs(f"Ajax won uiteindelijk met {home}{dash}{away} van PSV.") == [(home, away)]


@untimed
@given(
    st.lists(
        st.sampled_from(["2-1", "1 - 0", "4-3-3", "Ajax", ".", ":", "\n", "\u00ad", "2024-05", "30-", "-1", "10\u201312"])
        | st.text(max_size=5),
        max_size=15,
    )
)
def test_scores_lie_in_their_sentence(parts: list[str]) -> None:
    text = " ".join(parts)
    prepared = prepare(Article(text=text, id="x"))
    for mention in read_scores(prepared):
        sentence = prepared.sentences[mention.sentence]
        assert sentence.start <= mention.start < mention.end <= sentence.end
        assert 0 <= mention.probability <= 1
        span = prepared.span(mention.start, mention.end)
        assert span is not None
        assert text[span.start : span.end] == span.text


@pytest.mark.parametrize("article", ARTICLES.values(), ids=ARTICLES)
def test_scores_of_an_article_hold_their_numbers(article: Article) -> None:
    prepared = prepare(article)
    found = read_scores(prepared)
    assert found
    for mention in found:
        first, second = prepared.view[mention.start : mention.end].replace(" ", "").split("-")
        assert (int(first), int(second)) == mention.pair
