"""Match time: the contract's table row by row, and what is no indication."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractor import Article
from extractor.dutch.clock import ClockReading, read_clock
from extractor.dutch.words import cardinal_pattern, number_value, number_words, ordinal_pattern, ordinal_words
from extractor.prepare import Prepared, prepare
from extractor.report import MatchTime
from tests.dutch.articles import ARTICLES
from tests.dutch.untimed import untimed

Reading = tuple[int | None, int | None, str | None, bool]


def clock(text: str) -> tuple[Prepared, tuple[ClockReading, ...]]:
    prepared = prepare(Article(text=text, id="x"))
    return prepared, read_clock(prepared)


def readings(text: str) -> list[Reading]:
    """Minute, added time, period and exactness of every expression."""
    return [(r.minute, r.added_time, r.period, r.exact) for r in clock(text)[1]]


FIRST, SECOND, EXTRA = "first_half", "second_half", "extra_time"

TABLE: list[tuple[str, int | None, int | None, str | None, bool]] = [
    # na tien minuten; tien minuten na de aftrap
    ("Jansen scoorde na tien minuten", 10, None, FIRST, False),
    ("Jansen scoorde na 10 minuten", 10, None, FIRST, False),
    ("Tien minuten na de aftrap scoorde Jansen", 10, None, FIRST, False),
    ("Na 88 minuten viel de beslissing", 88, None, SECOND, False),
    # na een kwartier / half uur / drie kwartier / uur / vijf kwartier
    ("Na een kwartier schoot Jansen raak", 15, None, FIRST, False),
    ("Na een half uur schoot Jansen raak", 30, None, FIRST, False),
    ("Na een halfuur schoot Jansen raak", 30, None, FIRST, False),
    ("Na drie kwartier schoot Jansen raak", 45, None, FIRST, False),
    ("Na een uur schoot Jansen raak", 60, None, SECOND, False),
    ("Na vijf kwartier schoot Jansen raak", 75, None, SECOND, False),
    # ruim, bijna, krap, zo'n
    ("Na ruim een uur schoot Jansen raak", 60, None, SECOND, False),
    ("Na bijna een uur schoot Jansen raak", 60, None, SECOND, False),
    ("Na krap een kwartier schoot Jansen raak", 15, None, FIRST, False),
    ("Na zo'n twintig minuten schoot Jansen raak", 20, None, FIRST, False),
    ("Na zo\u2019n twintig minuten schoot Jansen raak", 20, None, FIRST, False),
    ("Bijna tien minuten voor tijd schoot Jansen raak", 80, None, SECOND, False),
    # binnen (een) twee minuten
    ("Binnen twee minuten lag de bal erin", 2, None, FIRST, False),
    ("Binnen een twee minuten lag de bal erin", 2, None, FIRST, False),
    # voor rust, voor tijd
    ("Vijf minuten voor rust schoot Jansen raak", 40, None, FIRST, False),
    ("Vijf minuten voor de rust schoot Jansen raak", 40, None, FIRST, False),
    ("Een kwartier voor tijd schoot Jansen raak", 75, None, SECOND, False),
    ("Tien minuten voor tijd schoot Jansen raak", 80, None, SECOND, False),
    ("Tien minuten vóór tijd schoot Jansen raak", 80, None, SECOND, False),
    ("Tien minuten voor het einde schoot Jansen raak", 80, None, SECOND, False),
    # na rust, na de hervatting
    ("Twee minuten na rust schoot Jansen raak", 47, None, SECOND, False),
    ("Vijf minuten na de hervatting schoot Jansen raak", 50, None, SECOND, False),
    ("Een kwartier na de pauze schoot Jansen raak", 60, None, SECOND, False),
    # stoppage time
    ("In blessuretijd schoot Jansen raak", 90, None, SECOND, False),
    ("In de blessuretijd schoot Jansen raak", 90, None, SECOND, False),
    ("Diep in de extra tijd schoot Jansen raak", 90, None, SECOND, False),
    ("In de blessuretijd van de eerste helft schoot Jansen raak", 45, None, FIRST, False),
    ("In de extra tijd van de eerste helft schoot Jansen raak", 45, None, FIRST, False),
    # periods
    ("Kort na rust schoot Jansen raak", None, None, SECOND, False),
    ("Vlak voor tijd schoot Jansen raak", None, None, SECOND, False),
    ("Op slag van rust schoot Jansen raak", None, None, FIRST, False),
    ("In de slotfase schoot Jansen raak", None, None, SECOND, False),
    ("Al vroeg schoot Jansen raak", None, None, FIRST, False),
    ("Halverwege de eerste helft schoot Jansen raak", None, None, FIRST, False),
    ("Halverwege de tweede helft schoot Jansen raak", None, None, SECOND, False),
    ("Vlak voor rust schoot Jansen raak", None, None, FIRST, False),
    # at half-time
    ("In de rust kwam Jansen erin", 46, None, SECOND, False),
    ("In de pauze kwam Jansen erin", 46, None, SECOND, False),
    # explicit match minutes
    ("Jansen scoorde in de 22e minuut", 22, None, FIRST, True),
    ("Jansen scoorde in de 22ste minuut", 22, None, FIRST, True),
    ("Jansen scoorde in de tweeëntwintigste minuut", 22, None, FIRST, True),
    ("Jansen scoorde in de eerste minuut", 1, None, FIRST, True),
    ("Jansen scoorde in minuut twintig", 20, None, FIRST, True),
    ("Jansen scoorde in minuut 83", 83, None, SECOND, True),
    ("Jansen scoorde (90+3)", 90, 3, SECOND, True),
    ("Jansen scoorde (45+2)", 45, 2, FIRST, True),
    ("Jansen scoorde in de derde minuut van de blessuretijd", 90, 3, SECOND, True),
    ("Jansen scoorde in de tweede minuut van de extra tijd", 90, 2, SECOND, True),
    ("Jansen scoorde in de derde minuut van de blessuretijd van de eerste helft", 45, 3, FIRST, True),
    ("Jansen scoorde in de 105e minuut, in de tweede helft van de verlenging", 105, None, EXTRA, True),
]


@pytest.mark.parametrize(("words", "minute", "added", "period", "exact"), TABLE)
@pytest.mark.parametrize("sentence", ["{}.", "Het publiek juichte. {}, zag de trainer."])
def test_the_table_of_the_contract(
    sentence: str, words: str, minute: int | None, added: int | None, period: str | None, exact: bool
) -> None:
    assert (minute, added, period, exact) in readings(sentence.format(words))
    with_minute = [r for r in readings(sentence.format(words)) if r[0] is not None]
    assert len(with_minute) <= 1, "no second minute out of the same words"


@pytest.mark.parametrize(
    "words",
    [
        "Even later schoot Jansen raak",
        "Meteen daarna schoot Jansen raak",
        "Vervolgens schoot Jansen raak",
        "Niet veel later schoot Jansen raak",
        "Daarna schoot Jansen raak",
        "Twee minuten later schoot Jansen raak",
        "Jansen speelde een sterke wedstrijd",
        "De 22-jarige Jansen schoot raak",
        "Het duel begon om 20.45 uur",
        "Ajax speelde in een 4-3-3-opstelling",
        "Ajax heeft 45 punten uit 22 duels",
    ],
)
def test_what_is_no_indication(words: str) -> None:
    assert readings(f"{words}.") == []


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("Jansen scoorde in de 22e minuut. Twee minuten later was het 2-0.", [22, 24]),
        ("Jansen scoorde in de 22e minuut. Een minuut later was het 2-0. Vijf minuten daarna 3-0.", [22, 23, 28]),
        ("Na een kwartier viel de 1-0. Tien minuten later was het gelijk.", [15, 25]),
        ("Jansen scoorde in de 44e minuut. Een kwartier later was het 2-0.", [44, 59]),
        ("Kort na rust werd het 1-0. Twee minuten later was het gelijk.", [None, None]),
    ],
)
def test_times_relative_to_an_earlier_event(text: str, minutes: list[int | None]) -> None:
    found = readings(text)
    assert [r[0] for r in found] == minutes
    assert [r[3] for r in found[1:]] == [False] * (len(found) - 1)


def test_a_relative_time_does_not_count_from_before_the_break() -> None:
    found = readings("In de 22e minuut viel de 1-0. Vlak na rust werd het 2-0. Twee minuten later was het 3-0.")
    assert 24 not in [r[0] for r in found]


@pytest.mark.parametrize(
    "text",
    [
        "In de tweede helft kwam Ajax na tien minuten op voorsprong.",
        "Ajax kwam in de tweede helft na tien minuten op voorsprong.",
        "Na tien minuten in de tweede helft kwam Ajax op voorsprong.",
        "Na rust drong Ajax aan. Na tien minuten was het raak.",
    ],
)
def test_minutes_counted_within_the_second_half(text: str) -> None:
    assert (55, None, SECOND, False) in readings(text)


@pytest.mark.parametrize("words", ["in de slotfase", "vlak voor tijd", "in de tweede helft"])
def test_a_half_named_in_the_lead_does_not_count_for_the_story(words: str) -> None:
    text = f"PSV heeft van Ajax gewonnen door een treffer {words} van Jan Smit.\n\nNa tien minuten kwam Ajax op voorsprong door Jansen."
    assert (10, None, FIRST, False) in readings(text)


@pytest.mark.parametrize("minute", [*range(1, 46), *range(46, 91)])
def test_every_minute_in_figures_and_words(minute: int) -> None:
    period = FIRST if minute <= 45 else SECOND
    for text in (f"Jansen scoorde in de {minute}e minuut.", f"Jansen scoorde in minuut {minute}.", f"{minute}' Jansen scoort."):
        assert (minute, None, period, True) in readings(text), text


@untimed
@given(st.integers(1, 60))
def test_number_words_are_read(number: int) -> None:
    cardinal = next(word for word, value in number_words().items() if value == number)
    ordinal = next(word for word, value in ordinal_words().items() if value == number)
    assert number_value(cardinal) == number_value(ordinal) == number
    assert (number, None, FIRST if number <= 45 else SECOND, True) in readings(f"Jansen scoorde in de {ordinal} minuut.")
    if number > 1:
        assert [r[0] for r in readings(f"Jansen scoorde na {cardinal} minuten.")] == [number]


WORDS = (
    "in de na een tien twee vijf 22e 22ste derde minuut minuten kwartier half uur halfuur voor rust tijd "
    "blessuretijd extra later daarna verlenging "
    "eerste tweede helft van slotfase 90+3 45+2 12' . , ruim bijna zo'n binnen al vroeg kort vlak op slag drie "
    "130 0 honderd seconden \n \r\n \u00a0 \u00ad"
).split(" ")
TEXTS = st.one_of(st.lists(st.sampled_from(WORDS), max_size=25).map(" ".join), st.text(max_size=60))


@untimed
@given(TEXTS)
def test_readings_lie_in_their_sentence_and_are_times_of_a_match(text: str) -> None:
    prepared, found = clock(text)
    assert [r.start for r in found] == sorted(r.start for r in found)
    for reading in found:
        sentence = prepared.sentences[prepared.sentence_at(reading.start)]
        assert sentence.start <= reading.start < reading.end <= sentence.end
        words = prepared.view[reading.start : reading.end]
        time = MatchTime(minute=reading.minute, added_time=reading.added_time, period=reading.period, exact=reading.exact, text=words)
        assert time.period is not None
        assert not (time.exact and time.minute is None)
        span = prepared.span(reading.start, reading.end)
        assert span is not None
        assert text[span.start : span.end] == span.text
    for one, other in pairwise(found):
        assert one.end <= other.start


@pytest.mark.parametrize("article", ARTICLES.values(), ids=ARTICLES)
def test_exact_minutes_hold_their_number(article: Article) -> None:
    prepared = prepare(article)
    for reading in read_clock(prepared):
        words = prepared.view[reading.start : reading.end]
        if reading.exact and any(c.isdigit() for c in words) and reading.added_time is None:
            assert str(reading.minute) in words


@pytest.mark.parametrize(
    "words",
    [
        "Na ze\u017f minuten",
        "Na t\u0130en minuten",
        "In de ze\u017fde minuut",
    ],
)
def test_odd_letters_that_match_a_number_word(words: str) -> None:
    assert isinstance(readings(f"{words} viel de 1-0."), list)


def test_patterns_read_the_longest_number() -> None:
    assert re.fullmatch(cardinal_pattern(), "tweeëntwintig")
    assert re.fullmatch(cardinal_pattern(), "tweeentwintig")
    assert re.fullmatch(ordinal_pattern(), "achtenzestigste")
    assert number_value("tweeentwintig") == 22


def test_beyond_ninety_without_extra_time_is_stoppage_time() -> None:
    assert readings("In de 93e minuut viel de 2-1.") == [(90, 3, SECOND, True)]
    assert readings("In de 93e minuut viel de 2-1. In de verlenging was Ajax beter.")[0] == (93, None, EXTRA, True)
