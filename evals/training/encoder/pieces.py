"""Pieces: the masked text as the encoder reads it, numbers for word pieces and for masked names.

Each player keeps one number throughout a chunk, so the encoder can tell who is who without knowing a
name; the two teams are A and B in the order of `MatchTeams`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from extractor.dutch.masked import Symbol
from extractor.dutch.reading import Reading

MAX_PLAYERS = 48
MAX_PIECES = 320
CONTEXT_SENTENCES = 2

PAD, BEGIN, END, BREAK, TEAM_A, TEAM_B, CLUB, COACH, REFEREE, NAME = range(10)
PLAYER_0 = 10
SPECIALS = PLAYER_0 + MAX_PLAYERS
"""Numbers below this are symbols; word pieces follow."""

WordPieces = Callable[[str], Sequence[int]]
"""The pieces of one word, numbered from `SPECIALS`."""


@dataclass(frozen=True, slots=True)
class Node:
    """A place in a chunk that stands for a player or team: position in `pieces`, sentence, symbol."""

    position: int
    sentence: int
    symbol: int
    is_context: bool


@dataclass(frozen=True, slots=True)
class Chunk:
    """What the encoder reads at once."""

    pieces: tuple[int, ...]
    nodes: tuple[Node, ...]


def chunks(reading: Reading, pieces_of: WordPieces, order: Sequence[int] | None = None) -> list[Chunk]:
    """Cut an article into chunks of whole sentences, each with two sentences of context before it.

    Args:
        reading: The article's reading.
        pieces_of: The tokenizer.
        order: Which player number comes first, second, ...; training shuffles it.
    """
    sentences = [index for index, s in enumerate(reading.prepared.sentences) if s.kind != "title"]
    sized = {index: _size(reading, index, pieces_of) for index in sentences}
    found: list[Chunk] = []
    at = 0
    while at < len(sentences):
        first = max(0, at - CONTEXT_SENTENCES)
        total = sum(sized[i] for i in sentences[first:at])
        end = at
        while end < len(sentences) and (end == at or total + sized[sentences[end]] <= MAX_PIECES):
            total += sized[sentences[end]]
            end += 1
        found.append(_chunk(reading, sentences[first:end], at - first, pieces_of, order))
        at = end
    return found


def _size(reading: Reading, index: int, pieces_of: WordPieces) -> int:
    return 1 + sum(1 if _special(s, reading) is not None or _is_player(s) else len(pieces_of(s.text)) for s in reading.symbols[index])


def _is_player(symbol: Symbol) -> bool:
    return symbol.text == "[P]"


def _special(symbol: Symbol, reading: Reading) -> int | None:
    if symbol.text == "[C]":
        teams = reading.teams
        if teams is None:
            return CLUB
        return TEAM_A if symbol.entity == teams.first else TEAM_B if symbol.entity == teams.second else CLUB
    return {"[K]": COACH, "[R]": REFEREE, "[N]": NAME}.get(symbol.text)


def _chunk(reading: Reading, sentences: Sequence[int], context: int, pieces_of: WordPieces, order: Sequence[int] | None) -> Chunk:
    pieces = [BEGIN]
    nodes: list[Node] = []
    numbers: dict[int, int] = {}
    paragraph = None
    for place, index in enumerate(sentences):
        sentence = reading.prepared.sentences[index]
        if paragraph is not None and sentence.paragraph != paragraph:
            pieces.append(BREAK)
        paragraph = sentence.paragraph
        for at, symbol in enumerate(reading.symbols[index]):
            special = _special(symbol, reading)
            if _is_player(symbol) and symbol.entity is not None:
                number = numbers.setdefault(symbol.entity, min(len(numbers), MAX_PLAYERS - 1))
                special = PLAYER_0 + (order[number] if order else number)
            if special is not None:
                if special in (TEAM_A, TEAM_B, COACH) or special >= PLAYER_0:
                    nodes.append(Node(len(pieces), index, at, place < context))
                pieces.append(special)
                continue
            if symbol.reference is not None:
                nodes.append(Node(len(pieces), index, at, place < context))
            text = reading.prepared.view[symbol.start : symbol.end] if symbol.text in ("[S]", "[T]", "0") else symbol.text
            pieces.extend(pieces_of(text))
    pieces.append(END)
    return Chunk(tuple(pieces[:510]), tuple(n for n in nodes if n.position < 510))
