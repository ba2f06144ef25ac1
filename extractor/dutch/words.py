"""Words: tokens of the reading view, their dictionary forms, and Dutch numbers.

The dictionary (which words are Dutch, and which verb "kopte" is a form of) is simplemma's; the number
words are num2words'.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

import simplemma
from num2words import num2words

_TOKEN = re.compile(
    r"'[tsnk]\b(?!\w)|[A-Z]{1,5}'\d\d\b|[A-Z]{1,3}\d{1,2}(?:-\d)?\b|\d+(?:[.,]\d+)*|[^\W\d_]+(?:['.][^\W\d_]+)*(?:-[^\W\d_]+(?:'[^\W\d_]+)?)*'?|[^\w\s]|_",
)

INFIXES = frozenset(
    "van de der den het ten ter te 't 'd d' op in aan von zu da das do dos de del della di du la le el al bin ben ibn y e".split()
)
"""Words in lower case that may stand inside a name: Teun de Roon, Virgil van Dijk, Ángel Di María."""


@dataclass(frozen=True, slots=True)
class Token:
    """A word, number or mark of the view."""

    start: int
    end: int
    text: str

    @property
    def is_capitalised(self) -> bool:
        """Whether it is written as a name: a capital in front, or after an apostrophe ("N'Golo")."""
        return self.text[0].isupper() or (self.text[0] == "'" and self.text[1:2].isupper())

    @property
    def is_word(self) -> bool:
        """Whether it has letters, rather than digits or a mark."""
        return self.text[0].isalpha() or (self.text[0] == "'" and len(self.text) > 1)


def tokenize(text: str, start: int, end: int) -> list[Token]:
    """Tokens of `text[start:end]`, with offsets into `text`."""
    return [Token(m.start(), m.end(), m.group()) for m in _TOKEN.finditer(text, start, end)]


@lru_cache(maxsize=65536)
def lemma(word: str) -> str:
    """The dictionary form of a word in lower case: "kopte" -> "koppen"."""
    return simplemma.lemmatize(word.lower(), lang="nl").lower()


@lru_cache(maxsize=65536)
def is_dictionary_word(word: str) -> bool:
    """Whether the word, in lower case, is in the Dutch dictionary."""
    return simplemma.is_known(word.lower(), lang="nl")


def dutch_share(text: str) -> float:
    """Share of the words that are Dutch dictionary words, 0 to 1."""
    return float(simplemma.in_target_language(text, lang="nl"))


@lru_cache(maxsize=1)
def number_words() -> dict[str, int]:
    """Cardinals up to 120 as Dutch writes them, with their spellings without diaeresis or accent."""
    numbers: dict[str, int] = {}
    for value in range(120, 0, -1):
        word = num2words(value, lang="nl")
        for spelling in (word, word.replace("ë", "e"), word.replace("é", "e")):
            numbers[spelling] = value
    numbers["één"] = numbers["een"] = 1
    return numbers


@lru_cache(maxsize=1)
def ordinal_words() -> dict[str, int]:
    """Ordinals up to 120."""
    numbers: dict[str, int] = {}
    for value in range(120, 0, -1):
        word = num2words(value, lang="nl", to="ordinal")
        for spelling in (word, word.replace("ë", "e"), word.replace("é", "e")):
            numbers[spelling] = value
    return numbers


@lru_cache(maxsize=1)
def cardinal_pattern() -> str:
    """A regular expression for a number in figures or words, longest words first."""
    words = sorted(number_words(), key=len, reverse=True)
    return r"(?:\d{1,3}|" + "|".join(words) + ")"


@lru_cache(maxsize=1)
def ordinal_pattern() -> str:
    """A regular expression for an ordinal: "22e", "22ste", "tweeëntwintigste"."""
    words = sorted(ordinal_words(), key=len, reverse=True)
    return r"(?:\d{1,3}\s?(?:ste|de|e)|" + "|".join(words) + ")"


_ODD_LETTERS = str.maketrans({"\u017f": "s", "\u0130": "i", "\u0131": "i", "\u212a": "k"})
"""Letters that a pattern matches regardless of case but `lower` does not make plain."""


def number_value(words: str) -> int:
    """The value of something that `cardinal_pattern` or `ordinal_pattern` matched.

    Raises:
        KeyError: for anything else.
    """
    digits = re.match(r"\d+", words)
    if digits:
        return int(digits.group())
    lowered = words.translate(_ODD_LETTERS).lower().replace("\u0307", "")
    found = number_words().get(lowered)
    return ordinal_words()[lowered] if found is None else found
