"""Words that stand for a person without naming him."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractor import Article
from extractor.dutch.references import find_references
from extractor.prepare import prepare
from tests.dutch.untimed import untimed


def references(text: str, taken: list[tuple[int, int]] | None = None) -> list[tuple[str, str]]:
    prepared = prepare(Article(text=text, id="x"))
    return [(prepared.view[r.start : r.end], r.kind) for r in find_references(prepared, taken or [])]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Daarna schoot hij naast.", [("hij", "pronoun")]),
        ("De verdediger schoot raak.", [("De verdediger", "role")]),
        ("Toen kopte de boomlange spits naast.", [("de boomlange spits", "role")]),
        ("De Bosniër liet zich vervangen.", [("De Bosniër", "nation")]),
        ("Daarna werd de Griek gewisseld.", [("de Griek", "nation")]),
        ("Ze verzilverde de strafschop.", [("Ze", "pronoun")]),
        ("Daarna schoot de negentienjarige spits over.", [("de negentienjarige spits", "role")]),
        ("De Russische invaller sneed naar binnen.", [("De Russische invaller", "role")]),
    ],
)
def test_references(text: str, found: list[tuple[str, str]]) -> None:
    assert references(text) == found


@pytest.mark.parametrize("phrase", ["de 22-jarige middenvelder", "de 19-jarige Griek"])
def test_a_reference_with_an_age(phrase: str) -> None:
    assert [words for words, _ in references(f"Daarna schoot {phrase} over.")] == [phrase]


@pytest.mark.parametrize(
    "text",
    [
        "De verdediger Jansen schoot raak.",
        "De bal ging over het doel.",
        "De wedstrijd was saai.",
        "Het publiek zag de Johan Cruijff Arena.",
    ],
)
def test_what_stands_for_nobody(text: str) -> None:
    assert references(text) == []


def test_references_within_names_and_quotes_are_left_out() -> None:
    text = 'Hij zei: "De spits was goed."'
    assert references(text) == [("Hij", "pronoun"), ("De spits", "role")]
    assert references(text, [(9, len(text))]) == [("Hij", "pronoun")]


WORDS = ["de", "De", "verdediger", "spits", "hij", "Griek", "Russische", "Jansen", "22-jarige", ".", ",", "\n", "\u00ad", "'m", "een"]


@untimed
@given(st.lists(st.sampled_from(WORDS) | st.text(max_size=4), max_size=20).map(" ".join))
def test_references_lie_in_their_sentence(text: str) -> None:
    prepared = prepare(Article(text=text, id="x"))
    for reference in find_references(prepared, []):
        sentence = prepared.sentences[reference.sentence]
        assert sentence.start <= reference.start < reference.end <= sentence.end
        assert prepared.view[reference.start : reference.end].lower().endswith(reference.head.lower())
        span = prepared.span(reference.start, reference.end)
        assert span is not None
        assert text[span.start : span.end] == span.text
