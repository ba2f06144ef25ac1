"""References: words that stand for a person without naming him: "de verdediger", "de Griek", "hij"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from extractor.dutch.lexicon import NATIONS, ROLE_NOUNS
from extractor.dutch.words import Token, tokenize
from extractor.prepare import Prepared

ReferenceKind = Literal["pronoun", "role", "nation"]


@dataclass(frozen=True, slots=True)
class Reference:
    """One place; offsets into the view. `head` is the word that carries the meaning."""

    start: int
    end: int
    head: str
    kind: ReferenceKind
    sentence: int


_PRONOUNS = frozenset(["hij", "zij", "ze", "hem", "'m", "ie"])
_DETERMINERS = frozenset("de het onze ons hun zijn haar een die deze dezelfde diezelfde diens 'n mijn".split())
_NATION_NOUN = re.compile(
    r"[A-ZÀ-Þ][\w-]*(?:iër|aan|ees|man|er|naar|jaard|gaar|oot|eet|een|ool|urk|riek|ussin|andse|oor|in|elg|rit|ool|roaat|at)$"
)


def find_references(prepared: Prepared, taken: Sequence[tuple[int, int]]) -> tuple[Reference, ...]:
    """References outside the given ranges (those of names and quotes), in the order of the text."""
    found: list[Reference] = []
    for index, sentence in enumerate(prepared.sentences):
        if sentence.kind == "title":
            continue
        tokens = tokenize(prepared.view, sentence.start, sentence.end)
        for at in range(len(tokens)):
            reference = _at(tokens, at, index)
            if reference and not any(start < reference.end and reference.start < end for start, end in taken):
                found.append(reference)
    return tuple(found)


def _at(tokens: list[Token], at: int, sentence: int) -> Reference | None:
    token = tokens[at]
    word = token.text.lower()
    if word in _PRONOUNS:
        return Reference(token.start, token.end, word, "pronoun", sentence)
    if word not in _DETERMINERS:
        return None
    for ahead in range(at + 1, min(at + 7, len(tokens))):
        noun = tokens[ahead]
        if noun.text[0].isdigit() or noun.text == "-":
            continue  # "de 22-jarige middenvelder"
        if not noun.is_word:
            return None
        last = ahead + 1 == len(tokens) or not _goes_on(tokens[ahead + 1])
        if noun.text.split("-")[-1].lower() in role_heads() and last:
            return Reference(token.start, noun.end, noun.text.lower(), "role", sentence)
        if noun.text in NATIONS and _NATION_NOUN.match(noun.text) and last:
            return Reference(token.start, noun.end, noun.text, "nation", sentence)
        if noun.is_capitalised and noun.text not in NATIONS:
            return None
    return None


def _goes_on(token: Token) -> bool:
    """Whether the noun phrase goes on: a name or another noun of a role follows."""
    return token.is_word and (token.is_capitalised or token.text.lower() in role_heads())


@lru_cache(maxsize=1)
def role_heads() -> frozenset[str]:
    """Role nouns that can stand for one person by themselves."""
    return ROLE_NOUNS - {"man", "nummer", "vrouw", "negen", "tien"} | {"matchwinnaar", "doelman", "aanvoerder"}
