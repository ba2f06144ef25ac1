"""The masked text: the article with every name replaced by a symbol for what it names.

Learning reads this instead of the names, so that what it learns about "schoot X langs Y" holds for
players it has never heard of.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from extractor.dutch.clock import ClockReading
from extractor.dutch.entities import Entity
from extractor.dutch.references import Reference
from extractor.dutch.scores import ScoreMention
from extractor.dutch.words import lemma, tokenize
from extractor.prepare import Prepared

SYMBOLS = {"player": "[P]", "coach": "[K]", "referee": "[R]", "team": "[C]", "stadium": "[N]", "other": "[N]"}


@dataclass(frozen=True, slots=True)
class Symbol:
    """One word, mark or masked name of a sentence; offsets into the view.

    `entity` is the index of the entity whose name it is, `reference` that of the reference it heads.
    """

    start: int
    end: int
    text: str
    lemma: str
    entity: int | None = None
    reference: int | None = None

    @property
    def is_candidate(self) -> bool:
        """Whether it may be a player: a player's name or a reference."""
        return self.text == "[P]" or self.reference is not None


def mask(
    prepared: Prepared,
    entities: Sequence[Entity],
    references: Sequence[Reference],
    scores: Sequence[ScoreMention],
    clock: Sequence[ClockReading],
) -> tuple[tuple[Symbol, ...], ...]:
    """The symbols of each sentence."""
    spots: dict[int, Symbol] = {}
    for number, entity in enumerate(entities):
        for mention in entity.mentions:
            symbol = SYMBOLS[entity.kind]
            spots[mention.start] = Symbol(mention.start, mention.end, symbol, symbol, entity=number)
    for score in scores:
        spots[score.start] = Symbol(score.start, score.end, "[S]", "[S]")
    for reading in clock:
        if reading.exact and reading.form in ("line", "minute", "stoppage") and prepared.view[reading.start].isdigit():
            spots.setdefault(reading.start, Symbol(reading.start, reading.end, "[T]", "[T]"))
    heads = {reference.end: number for number, reference in enumerate(references)}
    return tuple(tuple(_symbols(prepared.view, sentence.start, sentence.end, spots, heads)) for sentence in prepared.sentences)


def _symbols(view: str, start: int, end: int, spots: dict[int, Symbol], heads: dict[int, int]) -> list[Symbol]:
    symbols: list[Symbol] = []
    at = start
    inside = sorted(place for place in spots if start <= place < end)
    for place in [*inside, end]:
        if place < at:
            continue
        for token in tokenize(view, at, place):
            text = "0" if token.text[0].isdigit() else token.text.lower()
            symbols.append(Symbol(token.start, token.end, text, lemma(text) if token.is_word else text, reference=heads.get(token.end)))
        if place < end:
            symbols.append(spots[place])
            at = spots[place].end
    return symbols
