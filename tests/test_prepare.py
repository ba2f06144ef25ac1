"""The reading view: whatever the text, each of its characters knows where it came from."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from extractor import Article
from extractor.prepare import Prepared, prepare
from tests.dutch.untimed import untimed

WRAPPED = (
    "De thuisploeg kwam na een kwartier op voorsprong door een treffer van Koop-\n"
    "meiners, die de bal op aangeven van Pierre-\n"
    "Emerick Aubameyang van dichtbij binnenschoot. De gasten drongen daarna aan\n"
    "maar kwamen niet verder dan een schot op de paal van invaller Jan de Boer.\n"
)

PIECES = [
    "Ajax won. ", "PSV verloor met 1-0.", "Teun Koop\u00admeiners ", "N\u2019Golo ", "(90+3) ", "\n", "\n\n", "\r\n", "\r", "\t",
    "\u00a0", "\u2028",
    "Lees ook: elders\n", "Bekijk alle reacties\n", "12' Goal van Çalhanoğlu\n", "\u201cPrachtig!\u201d zei hij. ",
    "een lange re-\ngel die hier afge-\nbroken wordt ",
    "\ufeff", "\u200b", "👩‍🦰", "🇳🇱", "\U0001d54f", "B. Nijhuis ", "e\u0301", "\x00", "\x85", WRAPPED,
]  # fmt: skip

TEXTS = st.one_of(
    st.text(max_size=120),
    st.lists(st.sampled_from(PIECES) | st.text(max_size=6), max_size=14).map("".join),
)
TITLES = st.none() | st.text(max_size=30) | st.sampled_from(["Ajax wint", "Ajax won.", " \n "])


def prepared(text: str, title: str | None = None) -> Prepared:
    return prepare(Article(text=text, title=title, id="x"))


@untimed
@given(TEXTS, TITLES)
@example(WRAPPED, None)
@example(WRAPPED.replace("\n", "\r\n"), "Ajax wint")
@example("", "Ajax wint")
@example("Ajax won", "Ajax won")
def test_every_character_of_the_view_knows_where_it_came_from(text: str, title: str | None) -> None:
    view = prepared(text, title)
    assert len(view.origin) == len(view.view)
    places = [at for at in view.origin if at >= 0]
    assert places == sorted(set(places))
    assert all(at < len(text) for at in places)
    assert list(view.origin[: len(view.origin) - len(places)]) == [-1] * (len(view.origin) - len(places)), "the title stands in front"
    for character, at in zip(view.view, view.origin, strict=True):
        if at >= 0 and character.isalnum():
            assert text[at] == character
        elif at >= 0:
            assert not text[at].isalnum()
    assert set(places) >= {at for at, character in enumerate(text) if character.isalnum()}, "no letter or digit gets lost"


@untimed
@given(TEXTS, TITLES, st.data())
def test_every_span_maps_back_exactly(text: str, title: str | None, data: st.DataObject) -> None:
    view = prepared(text, title)
    ranges = [(s.start, s.end) for s in view.sentences] + list(view.boilerplate)
    first = data.draw(st.integers(0, len(view.view)))
    ranges += [(first, data.draw(st.integers(first, len(view.view)))), (0, len(view.view))]
    for start, end in ranges:
        span = view.span(start, end)
        in_text = [at for at in range(start, end) if view.origin[at] >= 0 and not view.view[at].isspace()]
        if span is None:
            assert not in_text
            continue
        assert text[span.start : span.end] == span.text
        assert (span.start, span.end) == (view.origin[in_text[0]], view.origin[in_text[-1]] + 1)


@untimed
@given(TEXTS, TITLES)
def test_sentences_and_boilerplate_cover_the_view_without_overlap(text: str, title: str | None) -> None:
    view = prepared(text, title)
    ranges = sorted([(s.start, s.end) for s in view.sentences] + list(view.boilerplate))
    at = 0
    for start, end in ranges:
        assert at <= start < end <= len(view.view)
        assert not view.view[at:start].strip()
        at = end
    assert not view.view[at:].strip()
    assert [s.start for s in view.sentences] == sorted(s.start for s in view.sentences)
    paragraphs = [s.paragraph for s in view.sentences]
    assert paragraphs == sorted(paragraphs)


@untimed
@given(TEXTS, TITLES)
def test_offsets_lead_to_their_sentence_and_back(text: str, title: str | None) -> None:
    view = prepared(text, title)
    for number, sentence in enumerate(view.sentences):
        assert view.sentence_at(sentence.start) == view.sentence_at(sentence.end - 1) == number
    for source, at in view.view_offset.items():
        assert view.origin[at] == source


@untimed
@given(TEXTS)
def test_only_sentences_of_the_title_are_titles(text: str) -> None:
    view = prepared(text, "Een kop die er niet in staat §")
    for sentence in view.sentences:
        assert (sentence.kind == "title") == (view.origin[sentence.start] < 0)


def test_a_hard_wrapped_paragraph_is_joined_and_its_hyphens_undone() -> None:
    view = prepared(WRAPPED)
    assert "Koopmeiners, die de bal op aangeven van Pierre-Emerick Aubameyang" in view.view
    assert [s.kind for s in view.sentences] == ["prose", "prose"]
    name = view.view.index("Koopmeiners")
    span = view.span(name, name + len("Koopmeiners"))
    assert span is not None
    assert span.text == "Koop-\nmeiners"


def test_windows_line_ends_are_read_like_others() -> None:
    assert prepared(WRAPPED.replace("\n", "\r\n")).view == prepared(WRAPPED).view


def test_a_carriage_return_alone_still_parts_words() -> None:
    assert prepared("De zege ging naar Ajax\rPSV verloor").view.split() == "De zege ging naar Ajax PSV verloor".split()


def test_a_list_is_not_joined() -> None:
    lines = "12. Jansen 1-0\n34. De Boer 2-0\n78. Çalhanoğlu 2-1\n"
    assert prepared(lines).view == lines
    assert len({s.paragraph for s in prepared(lines).sentences}) == 3


def test_typographic_marks_are_made_plain_in_the_view_only() -> None:
    view = prepared("\u201cN\u2019Golo\u201d schoot \u2013 raak\u00a0in")
    assert view.view == '"N\'Golo" schoot - raak in'
    span = view.span(0, len(view.view))
    assert span is not None
    assert span.text == view.article.text


def test_soft_hyphens_do_not_part_a_word() -> None:
    view = prepared("Teun Koop\u00admeiners scoorde.")
    at = view.view.index("Koopmeiners")
    span = view.span(at, at + len("Koopmeiners"))
    assert span is not None
    assert span.text == "Koop\u00admeiners"


@pytest.mark.parametrize(
    "line",
    [
        "Lees ook: Memphis Depay scoort opnieuw",
        "LEES OOK",
        "Lees verder onder de foto",
        "Tekst gaat verder onder de advertentie",
        "Het artikel gaat verder onder de video Meer video's",
        "Tekst loopt door onder de foto",
        "Bekijk alle reacties",
        "Alleen de meest recente reacties zijn getoond. Bekijk alleen recente reacties Bekijk alle reacties",
        "Bekijk hier de samenvatting",
        "Deel dit artikel op Facebook",
        "Delen via WhatsApp",
        "Video: de treffer van De Jong",
        "Foto: ANP",
        "12 reacties",
        "Meer nieuws over Ajax",
        "Schrijf je in voor de nieuwsbrief",
        "Advertentie",
    ],
)
def test_lines_of_the_site_are_marked(line: str) -> None:
    text = f"Ajax won met 2-1 van PSV.\n\n{line}\n\nPSV kreeg nog een kans."
    view = prepared(text)
    assert [view.view[start:end] for start, end in view.boilerplate] == [line]
    assert [view.text_of(s) for s in view.sentences] == ["Ajax won met 2-1 van PSV.", "PSV kreeg nog een kans."]


@pytest.mark.parametrize(
    "line",
    [
        "Delen van het veld waren na de regen nauwelijks bespeelbaar.",
        "Video-assistent Jansen keurde de treffer af.",
        "Deel twee van het duel was voor de gasten.",
        "Volgens de trainer van Ajax was de strafschop terecht.",
        "Meerdere spelers liepen een blessure op.",
        "Het verhaal van de wedstrijd was de keeper van PSV.",
        "Delend in de vreugde liep ook de keeper naar voren.",
    ],
)
def test_prose_that_starts_alike_is_read(line: str) -> None:
    assert prepared(f"Ajax won.\n\n{line}").boilerplate == ()


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("Ajax won. PSV verloor!", ["Ajax won.", "PSV verloor!"]),
        ("Scheidsrechter B. Nijhuis floot. Ajax won.", ["Scheidsrechter B. Nijhuis floot.", "Ajax won."]),
        ("Er waren 3.500 toeschouwers. Ajax won.", ["Er waren 3.500 toeschouwers.", "Ajax won."]),
        ("Hij schoot raak: 1-0. Daarna kwam PSV.", ["Hij schoot raak: 1-0.", "Daarna kwam PSV."]),
        ('"Dit is mooi." Hij lachte.', ['"Dit is mooi."', "Hij lachte."]),
        ("St. Juste schoot. 't Hart kopte.", ["St. Juste schoot.", "'t Hart kopte."]),
        ("Doelpunten: 12. Jansen 1-0, 45. De Boer 2-0.", ["Doelpunten: 12. Jansen 1-0, 45. De Boer 2-0."]),
    ],
)
def test_sentences(text: str, sentences: list[str]) -> None:
    view = prepared(text)
    assert [view.text_of(s) for s in view.sentences] == sentences


def test_a_title_that_opens_the_text_is_not_read_twice() -> None:
    assert prepared("Ajax wint\n\nAjax won met 2-1.", "Ajax wint").view == "Ajax wint\n\nAjax won met 2-1."
    view = prepared("Ajax won met 2-1.", "Ajax verslaat PSV")
    assert view.view == "Ajax verslaat PSV\n\nAjax won met 2-1."
    assert view.span(0, len("Ajax verslaat PSV")) is None
