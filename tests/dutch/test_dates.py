"""Dates: the day that Dutch words stand for, and where a text tells of it."""

from __future__ import annotations

import pytest

from extractor.dutch.dates import resolve_date, told_day

MONDAY = "2024-03-04"


@pytest.mark.parametrize(
    ("words", "day"),
    [
        ("zondag", "2024-03-03"),
        ("Zondagmiddag", "2024-03-03"),
        ("maandagavond", "2024-03-04"),
        ("dinsdag", "2024-02-27"),
        ("vandaag", "2024-03-04"),
        ("vanmiddag", "2024-03-04"),
        ("gisteravond", "2024-03-03"),
        ("Eergisteren", "2024-03-02"),
        ("3 maart", "2024-03-03"),
        ("op zondag 5 mei", "2023-05-05"),
        ("5 mei 2025", "2025-05-05"),
        ("31 februari", None),
        ("3 maartse buien", None),
        ("met vanen en vlaggen", None),
        ("gister", None),
        ("", None),
    ],
)
def test_words_for_a_day(words: str, day: str | None) -> None:
    assert resolve_date(words, MONDAY) == day


@pytest.mark.parametrize("published", [None, "2024", "2024-03"])
def test_a_partial_date_of_publication_resolves_nothing_but_a_date_with_its_year(published: str | None) -> None:
    assert resolve_date("zondag", published) is None
    assert resolve_date("5 mei", published) is None
    assert resolve_date("5 mei 2023", published) == "2023-05-05"


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("zondag", "Zondagmiddag"),
        ("zondagavond", "Zondagmiddag"),
        ("op zondag in Amsterdam", "Zondagmiddag"),
        ("gisteren", "gisteravond"),
        ("eergisteren", None),
        ("vandaag", None),
        ("zaterdag", None),
        ("3 maart", "3 maart 2024"),
        ("3 maart 2024", "3 maart 2024"),
        ("3 maart 2023", None),
        ("13 maart", None),
        ("zondag 4 maart", None),
        ("Ajax", None),
    ],
)
def test_where_a_text_tells_of_a_day(words: str, told: str | None) -> None:
    found = told_day(words, "Zondagmiddag, op 3 maart 2024, won Ajax. PSV sprak er gisteravond over.")
    assert (found and found.group()) == told
