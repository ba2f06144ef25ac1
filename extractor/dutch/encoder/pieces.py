"""Pieces: the masked text as the encoder reads it, numbers for word pieces and for masked names.

Each player keeps one number throughout a chunk, so the encoder can tell who is who without knowing a
name; the two teams are A and B.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from extractor.dutch.encoder.insight import Node, NodeKind
from extractor.dutch.lexicon import AWAY_WORDS, HOME_WORDS
from extractor.dutch.masked import Symbol
from extractor.dutch.reading import Reading

MAX_PLAYERS = 48
MAX_PIECES = 440
"""Pieces of a chunk, context included, but where one sentence alone is longer."""
LIMIT = 510
"""Positions the encoder has; what is beyond them in a monstrous sentence is not read."""
CONTEXT_SENTENCES = 3

PAD, BEGIN, END, BREAK, TEAM_A, TEAM_B, CLUB, COACH, REFEREE, NAME = range(10)
PLAYER_0 = 10
SPECIALS = PLAYER_0 + MAX_PLAYERS
"""Numbers below this are symbols; word pieces follow."""

WordPieces = Callable[[str], Sequence[int]]
"""The pieces of one word, numbered from `SPECIALS`."""


@dataclass(frozen=True, slots=True)
class Chunk:
    """What the encoder reads at once."""

    pieces: tuple[int, ...]
    nodes: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Numbering:
    """Which symbol stands for whom; training shuffles it, so that no number means anything by itself."""

    players: tuple[int, ...] = tuple(range(MAX_PLAYERS))
    is_flipped: bool = False


def chunks(reading: Reading, pieces_of: WordPieces, numbering: Numbering | None = None) -> list[Chunk]:
    """Cut an article into chunks of whole sentences, each with the sentences before it as context.

    Args:
        reading: The article's reading.
        pieces_of: The tokenizer.
        numbering: In the order of the text where left out.
    """
    writer = _Writer(reading, pieces_of, numbering or Numbering())
    sentences = [index for index, s in enumerate(reading.prepared.sentences) if s.kind != "title"]
    sized = {index: writer.size(index) for index in sentences}
    found: list[Chunk] = []
    at = 0
    while at < len(sentences):
        first = max(0, at - CONTEXT_SENTENCES)
        while first < at and sum(sized[i] for i in sentences[first : at + 1]) > MAX_PIECES:
            first += 1
        total = sum(sized[i] for i in sentences[first:at])
        end = at
        while end < len(sentences) and (end == at or total + sized[sentences[end]] <= MAX_PIECES):
            total += sized[sentences[end]]
            end += 1
        found.append(writer.chunk(sentences[first:end], at - first))
        at = end
    return found


class _Writer:
    """Writes sentences of one article as pieces."""

    def __init__(self, reading: Reading, pieces_of: WordPieces, numbering: Numbering) -> None:
        self._reading = reading
        self._pieces_of = pieces_of
        self._numbering = numbering

    def size(self, index: int) -> int:
        """Pieces of a sentence."""
        return 1 + sum(len(self._pieces(symbol, {})) for symbol in self._reading.symbols[index])

    def chunk(self, sentences: Sequence[int], context: int) -> Chunk:
        """The sentences, the first `context` of which belong to the chunk before."""
        pieces = [BEGIN]
        nodes: list[Node] = []
        numbers: dict[int, int] = {}
        paragraph = None
        for place, index in enumerate(sentences):
            sentence = self._reading.prepared.sentences[index]
            if paragraph is not None and sentence.paragraph != paragraph:
                pieces.append(BREAK)
            paragraph = sentence.paragraph
            for at, symbol in enumerate(self._reading.symbols[index]):
                meant = self._stands_for(symbol)
                if meant is not None:
                    nodes.append(Node(len(pieces), *meant, index, at, place < context))
                pieces.extend(self._pieces(symbol, numbers))
        pieces = [*pieces[: LIMIT - 1], END]
        return Chunk(tuple(pieces), tuple(node for node in nodes if node.position < len(pieces) - 1))

    def _stands_for(self, symbol: Symbol) -> tuple[NodeKind, int] | None:
        """What a symbol stands for, as the kind and number of a node."""
        if symbol.entity is not None and symbol.text in ("[P]", "[K]"):
            return ("player" if symbol.text == "[P]" else "coach"), symbol.entity
        if symbol.entity is not None and symbol.text == "[C]":
            return ("club" if self._club(symbol.entity) == CLUB else "team"), symbol.entity
        if symbol.reference is not None:
            return "reference", symbol.reference
        if symbol.text in HOME_WORDS:
            return "home", 0
        return ("away", 0) if symbol.text in AWAY_WORDS else None

    def _pieces(self, symbol: Symbol, numbers: dict[int, int]) -> Sequence[int]:
        if symbol.text == "[P]" and symbol.entity is not None:
            number = numbers.setdefault(symbol.entity, min(len(numbers), MAX_PLAYERS - 1))
            return (PLAYER_0 + self._numbering.players[number],)
        if symbol.text == "[C]":
            return (self._club(symbol.entity),)
        if symbol.text in _FIXED:
            return (_FIXED[symbol.text],)
        is_written = symbol.text in ("[S]", "[T]", "0")
        return self._pieces_of(self._reading.prepared.view[symbol.start : symbol.end] if is_written else symbol.text)

    def _club(self, entity: int | None) -> int:
        teams = self._reading.teams
        if teams is None or entity not in (teams.first, teams.second):
            return CLUB
        return TEAM_A if (entity == teams.first) != self._numbering.is_flipped else TEAM_B


_FIXED = {"[K]": COACH, "[R]": REFEREE, "[N]": NAME}
