"""Team words: what stands for a team without being its name, "de Rotterdammers", "de Schotse keepster", "de Brugse"."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from functools import lru_cache

from extractor.dutch.lexicon import peoples, towns
from extractor.dutch.masked import Symbol
from extractor.dutch.reading import Reading

_PEOPLE = re.compile(r"(?:[nmrstldkg]?(?:se|er|ers|aar|aars|aren|naren|naar|naars|lingen|ezen|isten|anen|enaren|enaars|enaar))$")
_SHARED = 4
"""Letters that a word for people has in common with the town: "Emmenaren" and "Emmen"."""


def with_team_words(reading: Reading) -> Reading:
    """The reading in which plural and adjective words for the people of one team's town or country stand for that team.

    A word that fits both teams stands for neither.
    """
    teams = reading.teams
    if teams is None or teams.second is None:
        return reading
    sides = [(number, _places(reading.entities[number].forms)) for number in (teams.first, teams.second)]
    symbols = tuple(tuple(_seen(symbol, reading, sides) for symbol in sentence) for sentence in reading.symbols)
    return replace(reading, symbols=symbols)


def _seen(symbol: Symbol, reading: Reading, sides: list[tuple[int, frozenset[str]]]) -> Symbol:
    is_other = symbol.entity is None or reading.entities[symbol.entity].kind == "other"
    word = reading.prepared.view[symbol.start : symbol.end]
    if not is_other or symbol.reference is not None or len(word) <= _SHARED or not word[0].isupper() or " " in word:
        return symbol
    fitting = [number for number, places in sides if _is_of(word, places)]
    return replace(symbol, text="[C]", lemma="[C]", entity=fitting[0]) if len(fitting) == 1 else symbol


def _is_of(word: str, places: Iterable[str]) -> bool:
    """Whether a word names the people of one of these places, or is the adjective of one."""
    plain = word.lower()
    for place in places:
        if word in peoples().get(place, ()):
            return True
        stem = place.lower()
        if len(stem) >= _SHARED and _PEOPLE.search(plain) and plain != stem and plain.startswith(stem[: max(_SHARED, len(stem) - 2)]):
            return True
    return False


@lru_cache(maxsize=256)
def _places(forms: tuple[str, ...]) -> frozenset[str]:
    """The words of a team's names, its town and its country."""
    words = {word for form in forms for word in form.split() if len(word) >= _SHARED or word in towns()}
    return frozenset(words | {place for word in words for place in towns().get(word, ())})
