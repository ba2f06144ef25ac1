"""Names of Dutch match reports: what belongs to one, and which forms name the same person or club."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractor import Article
from extractor.dutch.entities import Entity, find_entities
from extractor.dutch.names import find_names
from extractor.prepare import prepare
from tests.dutch.articles import ARTICLES
from tests.dutch.untimed import untimed

NAMES = [
    "Virgil van Dijk", "Lars van den Berg", "Rafael van der Vaart", "Luuk de Jong", "Marten de Roon", "Tom van de Looi",
    "Ángel Di María", "Nicolás Otamendi", "Emre Y\u0131ld\u0131z", "Emre Çalhanoğlu", "Đorđe Jovanović", "Željko Petrović",
    "Björn Ólafsson", "Gaëtan Coucke",
    "N'Golo Kanté", "Sven O'Brien", "Pierre-Emerick Aubameyang", "Anne-Sophie Dubois", "Jan Jansen", "Fatima El Amrani",
]  # fmt: skip
SHORT_INFIX = ["Marieke van 't Hof", "Maarten van 't Kruis", "Kees in 't Veld"]
FRAMES = [
    "In de tiende minuut schoot {} de bal in het doel.",
    "De bal ging via {} over de doellijn.",
    "De treffer kwam op naam van {}.",
    "Na een combinatie met {} viel de gelijkmaker.",
    "Ajax-doelman {} keerde de inzet.",
    "De scheidsrechter gaf {}, die al geel had, opnieuw een kaart.",
]


def forms(text: str, title: str | None = None) -> set[str]:
    return {form.text for form in find_names(prepare(Article(text=text, title=title, id="x")))}


def entities(text: str) -> tuple[Entity, ...]:
    return find_entities(prepare(Article(text=text, id="x")))


def entity(text: str, form: str) -> Entity:
    (found,) = [e for e in entities(text) if form in e.forms]
    return found


@pytest.mark.parametrize("frame", FRAMES)
@pytest.mark.parametrize("name", NAMES)
def test_a_full_name_is_one_form(name: str, frame: str) -> None:
    assert name in forms(frame.format(name))


@pytest.mark.parametrize("frame", FRAMES)
@pytest.mark.parametrize("name", SHORT_INFIX)
def test_a_name_with_an_apostrophe_among_its_small_words_is_one_form(name: str, frame: str) -> None:
    assert name in forms(frame.format(name))


@pytest.mark.parametrize(
    "name", ["Virgil van Dijk", "Emre Çalhanoğlu", "N'Golo Kanté", "Pierre-Emerick Aubameyang", "Jan Jansen", "Antony", "Brobbey"]
)
def test_a_name_that_opens_a_sentence(name: str) -> None:
    assert name in forms(f"{name} schoot raak. Daarna juichte het publiek.")


@pytest.mark.parametrize("name", ["Antony", "Neres", "Rodri", "Brobbey"])
def test_single_names(name: str) -> None:
    assert forms(f"De bal kwam bij {name} terecht.") == {name}


@pytest.mark.parametrize(
    "text",
    [
        "Daarna schoot hij naast.",
        "Uit de hoekschop viel niets.",
        "Verdedigers keken toe.",
        "Het was de derde treffer.",
        "Op zondag wacht een zwaar duel.",
    ],
)
def test_words_that_only_open_a_sentence_are_no_names(text: str) -> None:
    assert forms(text) == set()


def test_a_compound_names_club_and_player() -> None:
    assert forms("De inzet werd door Atalanta-doelman Juan Musso gekeerd.") == {"Atalanta", "Juan Musso"}
    assert forms("Daarna stopte PSV-keeper Joël Drommel de bal.") == {"PSV", "Joël Drommel"}


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("De kopbal van Chancel Mbemba zat. Mbemba's treffer was zijn eerste.", "Mbemba"),
        ("De kopbal van Brian Brobbey zat. Brobbey\u2019s treffer was zijn eerste.", "Brobbey"),
        ("De bal kwam bij Pieter Jansen. Jansens voorzet was te hoog voor Jansen zelf.", "Jansen"),
        ("De bal kwam bij Gijs Smits. Smits' voorzet was te hoog.", "Smits"),
    ],
)
def test_possessives_name_the_owner(text: str, name: str) -> None:
    found = forms(text)
    assert name in found
    assert not {form for form in found if form.endswith(("'s", "'")) or form == f"{name}s"}


@pytest.mark.parametrize(
    ("text", "full", "short"),
    [
        ("Ajax kwam voor via Teun Koopmeiners. In de slotfase trof Koopmeiners de paal.", "Teun Koopmeiners", "Koopmeiners"),
        ("Het was de bal van Lars van den Berg. In de slotfase trof Van den Berg de paal.", "Lars van den Berg", "Van den Berg"),
        ("In de slotfase trof Van Dijk de paal. Eerder had Virgil van Dijk al gescoord.", "Virgil van Dijk", "Van Dijk"),
        ("De bal ging naar Pierre-Emerick Aubameyang. Toen kwam Aubameyang vrij.", "Pierre-Emerick Aubameyang", "Aubameyang"),
        ("Er stond een muur voor Sven O'Brien. Toch schoot O'Brien raak.", "Sven O'Brien", "O'Brien"),
        ("Een kopbal van Jan de Boer ging over. Later miste De Boer opnieuw.", "Jan de Boer", "De Boer"),
    ],
)
def test_a_surname_leads_to_the_full_name(text: str, full: str, short: str) -> None:
    found = entity(text, short)
    assert found.name == full
    assert set(found.forms) == {full, short}
    assert len(found.mentions) == 2


@pytest.mark.parametrize("name", ["Jan de Boer", "Stijn de Wit", "Rik de Graaf", "Kees de Vries"])
def test_a_surname_with_a_small_word_that_only_opens_sentences(name: str) -> None:
    surname = name.split(" ", 1)[1]
    opening = surname[0].upper() + surname[1:]
    found = entity(f"De strafschop werd genomen door {name}. {opening} legde aan en schoot naast.", name)
    assert set(found.forms) == {name, opening}


def test_a_club_and_its_short_name() -> None:
    found = entity("Olympique Marseille heeft met 1-1 gelijkgespeeld. Daarna kreeg Marseille nog kansen op de zege.", "Marseille")
    assert found.name == "Olympique Marseille"


LINE_UP = (
    "Opstelling Vitesse: Van Ee; Rozendaal, Kuijt, Bosveld, Den Otter; Veenhof, "
    "Lanting (72. De Wael), O'Neill; Çalhanoğlu, El-Ghazi en Mulder."
)


def test_every_player_of_a_line_up_is_a_name() -> None:
    players = {"Van Ee", "Rozendaal", "Kuijt", "Bosveld", "Den Otter", "Veenhof", "Lanting", "O'Neill", "Çalhanoğlu", "El-Ghazi", "Mulder"}
    assert players <= forms(f"Vitesse won zaterdag met 2-1 van FC Twente.\n\n{LINE_UP}\n")


def test_a_substitute_in_a_line_up_keeps_his_whole_name() -> None:
    assert "De Wael" in forms(f"Vitesse won zaterdag met 2-1 van FC Twente.\n\n{LINE_UP}\n")


NAME_WORDS = [
    "Jan",
    "de",
    "Boer",
    "van",
    "'t",
    "Hof",
    "O'Brien",
    "Ajax",
    "Ajax-doelman",
    "Mbemba's",
    "N\u2019Golo",
    "IJ",
    "FC",
    "schoot",
    "De",
    ".",
    ",",
    ":",
    "\n",
    "\u00ad",
    "'",
    "B.",
]
TEXTS = st.one_of(st.lists(st.sampled_from(NAME_WORDS), max_size=20).map(" ".join), st.text(max_size=60))


@untimed
@given(TEXTS)
def test_every_mention_lies_in_its_sentence_and_holds_its_name(text: str) -> None:
    prepared = prepare(Article(text=text, id="x"))
    for form in find_names(prepared):
        assert form.mentions
        for mention in form.mentions:
            sentence = prepared.sentences[mention.sentence]
            assert sentence.start <= mention.start < mention.end <= sentence.end
            assert prepared.view[mention.start : mention.end] == mention.text == form.text
            span = prepared.span(mention.start, mention.end)
            assert span is not None
            assert text[span.start : span.end] == span.text


@untimed
@given(TEXTS)
def test_entities_share_out_the_forms(text: str) -> None:
    prepared = prepare(Article(text=text, id="x"))
    found = find_entities(prepared)
    named = [text for e in found for text in {m.text for m in e.mentions}]
    assert sorted(named) == sorted(form.text for form in find_names(prepared))
    for e in found:
        assert e.name in e.forms
        assert all(form in text for form in e.forms if not {"\n", "\xad"} & set(text))  # as the article spells them
        assert [m.start for m in e.mentions] == sorted(m.start for m in e.mentions)


@pytest.mark.parametrize("article", ARTICLES.values(), ids=ARTICLES)
def test_boilerplate_names_nobody(article: Article) -> None:
    assert not {"Memphis Depay", "Depay", "Corinthians"} & {form.text for form in find_names(prepare(article))}
