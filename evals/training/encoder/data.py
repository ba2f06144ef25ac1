"""Training chunks for the encoder: articles and marked passages as pieces, with tags and sides on their nodes."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from evals.training.encoder.pieces import BEGIN, CLUB, COACH, END, MAX_PLAYERS, NAME, PLAYER_0, REFEREE, TEAM_A, TEAM_B, WordPieces, chunks
from evals.training.examples import Labelled, side_of_node, tagged, true_reading, true_teams
from evals.training.phrases import expand, is_name
from extractor.dutch.reading import Reading
from extractor.dutch.words import tokenize

TAGS = (
    "scorer", "goal:regular", "goal:penalty", "goal:free_kick", "assist", "own_goal",
    "disallowed", "disallowed:offside", "disallowed:foul", "disallowed:handball", "disallowed:other", "disallowed:null",
    "missed_penalty", "missed:saved", "missed:off_target", "missed:woodwork", "missed:null",
    "chance", "chance:saved", "chance:off_target", "chance:woodwork", "chance:blocked", "chance:null",
    "yellow", "second_yellow", "red", "in", "out", "injured",
    "absent", "absent:suspended", "absent:injured", "absent:ill", "absent:other", "absent:null", "started",
)  # fmt: skip
"""The encoder's outputs, in order."""


@dataclass(frozen=True)
class Target:
    """A node: where, which tags (None where they are not to be learned), which side (None where unknown)."""

    position: int
    tags: frozenset[str] | None
    side: int | None


@dataclass(frozen=True)
class Example:
    """One chunk to learn from."""

    pieces: tuple[int, ...]
    targets: tuple[Target, ...]


@dataclass(frozen=True)
class Source:
    """An article ready to be cut into chunks anew each epoch."""

    reading: Reading
    tags: dict[tuple[int, int], frozenset[str]]
    sides: dict[int, int]


def article_source(item: Labelled) -> Source:
    """An article with the tags of its candidates and the sides of its people."""
    reading = true_reading(item)
    teams = true_teams(item, reading)
    reading = replace(reading, teams=teams)
    tags = {(candidate.sentence, candidate.position): labels for candidate, labels in tagged(item, reading)}
    sides: dict[int, int] = {}
    if teams is not None:
        for number in range(len(reading.entities)):
            side = side_of_node(item, reading, teams, number)
            if side is not None:
                sides[number] = 1 if side == "home" else 0
    return Source(reading, tags, sides)


def article_examples(source: Source, pieces_of: WordPieces, shuffle: random.Random | None) -> Iterator[Example]:
    """The chunks of an article; players are numbered at random where `shuffle` is given."""
    order = None
    if shuffle is not None:
        order = list(range(MAX_PLAYERS))
        shuffle.shuffle(order)
    for chunk in chunks(source.reading, pieces_of, order):
        targets: list[Target] = []
        for node in chunk.nodes:
            symbol = source.reading.symbols[node.sentence][node.symbol]
            side = None if symbol.entity is None else source.sides.get(symbol.entity)
            tags = source.tags.get((node.sentence, node.symbol)) if symbol.is_candidate else None
            targets.append(Target(node.position, tags, side))
        yield Example(chunk.pieces, tuple(targets))


def phrase_example(phrase: dict[str, Any], pieces_of: WordPieces, shuffle: random.Random) -> Example:
    """A marked passage as pieces; teams, players and sides are numbered at random."""
    order = list(range(MAX_PLAYERS))
    shuffle.shuffle(order)
    flip = shuffle.random() < 0.5
    pieces = [BEGIN]
    targets: list[Target] = []
    people: dict[str, int] = {}
    at = 0
    text: str = phrase["text"]
    for mark in phrase["marks"]:
        _words(pieces, text, at, mark["start"], pieces_of)
        at = mark["end"]
        _mark(pieces, targets, mark, (people, order, flip), pieces_of)
    _words(pieces, text, at, len(text), pieces_of)
    pieces.append(END)
    return Example(tuple(pieces[:510]), tuple(t for t in targets if t.position < 510))


def _words(pieces: list[int], text: str, start: int, end: int, pieces_of: WordPieces) -> None:
    for token in tokenize(text, start, end):
        pieces.extend(pieces_of(token.text if token.text[0].isdigit() else token.text.lower()))


def _mark(
    pieces: list[int],
    targets: list[Target],
    mark: dict[str, Any],
    numbering: tuple[dict[str, int], Sequence[int], bool],
    pieces_of: WordPieces,
) -> None:
    people, order, flip = numbering
    tags: list[str] = mark["tags"]
    side = None if mark["side"] is None else int((mark["side"] == "a") != flip)
    first = tags[0]
    if first in ("club", "coach", "referee", "name"):
        special = {"coach": COACH, "referee": REFEREE, "name": NAME}.get(first, CLUB if side is None else TEAM_A if side else TEAM_B)
        if side is not None:
            targets.append(Target(len(pieces), None, side))
        pieces.append(special)
        return
    words = mark["text"].split()
    if first.startswith("time") or first == "later":
        _words(pieces, mark["text"], 0, len(mark["text"]), pieces_of)
        return
    labels = frozenset(label for tag in tags for label in expand(tag))
    if is_name(mark["text"]):
        number = people.setdefault(words[-1].removesuffix("'s"), min(len(people), MAX_PLAYERS - 1))
        targets.append(Target(len(pieces), labels, side))
        pieces.append(PLAYER_0 + order[number])
        return
    tokens = tokenize(mark["text"], 0, len(mark["text"]))
    for number, token in enumerate(tokens):
        if number == len(tokens) - 1:
            targets.append(Target(len(pieces), labels, side))
        pieces.extend(pieces_of(token.text.lower()))

