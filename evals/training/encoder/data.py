"""What the encoder learns from: labelled articles and marked passages as pieces with what holds at each place."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from evals.training.examples import Labelled, side_of_node, tagged, told_events, true_reading, true_teams
from evals.training.phrases import Phrase, phrase_reading, phrase_sides, phrase_tags
from extractor.dutch.encoder.columns import COLUMN, TAGS
from extractor.dutch.encoder.insight import Node, Spot, company
from extractor.dutch.encoder.pieces import MAX_PLAYERS, Chunk, Numbering, WordPieces, chunks
from extractor.dutch.reading import MatchTeams, Reading
from extractor.dutch.team_words import with_team_words


@dataclass(frozen=True)
class Example:
    """One chunk to learn from: `values` maps (position, column) to 0 or 1."""

    pieces: tuple[int, ...]
    values: dict[tuple[int, int], float]


@dataclass
class Source:
    """A reading with all that is known about it; see `example`.

    Args:
        tags: Of the candidates whose roles are known.
        sides: Entity -> "first" or "second" team.
        first_is_home: None where unknown.
        referents: Spot of a reference -> entity.
    """

    reading: Reading
    tags: dict[Spot, frozenset[str]] = field(default_factory=dict[Spot, frozenset[str]])
    sides: dict[int, str] = field(default_factory=dict[int, str])
    first_is_home: bool | None = None
    referents: dict[Spot, int] = field(default_factory=dict[Spot, int])


def article_source(item: Labelled) -> Source:
    """All that an article's label says."""
    reading = true_reading(item)
    teams = true_teams(item, reading)
    reading = with_team_words(replace(reading, teams=teams))
    source = Source(reading)
    source.tags = {(candidate.sentence, candidate.position): labels for candidate, labels in tagged(item, reading)}
    if teams is not None:
        source.first_is_home = teams.first_is_home > 0.5
        for number in range(len(reading.entities)):
            side = side_of_node(item, reading, teams, number)
            if side is not None:
                source.sides[number] = "first" if (side == "home") == source.first_is_home else "second"
    source.referents = dict(_referents(item, reading))
    return source


def _referents(item: Labelled, reading: Reading) -> Iterator[tuple[Spot, int]]:
    """Whom the references stand for that an event is told of."""
    for told in told_events(item, reading):
        entity = told.entity(reading)
        if told.candidate.reference is not None and entity is not None:
            yield (told.candidate.sentence, told.candidate.position), entity


def phrase_source(phrase: Phrase) -> Source | None:
    """All that a passage's marks say; None where its view differs from its text."""
    reading = phrase_reading(phrase)
    if reading is None:
        return None
    found = phrase_sides(phrase, reading)
    clubs = {side: next((n for n in found if found[n] == side and reading.entities[n].kind == "team"), None) for side in "ab"}
    teams = MatchTeams(-1 if clubs["a"] is None else clubs["a"], clubs["b"], 0.5, 1.0)
    reading = replace(reading, teams=teams)
    source = Source(reading if None in clubs.values() else with_team_words(reading))
    source.sides = {number: "first" if side == "a" else "second" for number, side in found.items()}
    source.tags = {(candidate.sentence, candidate.position): tags for candidate, tags in phrase_tags(phrase, reading)}
    return source


def examples(source: Source, pieces_of: WordPieces, shuffle: random.Random | None) -> Iterator[Example]:
    """The chunks of a source; players and teams are numbered at random where `shuffle` is given."""
    numbering = Numbering()
    if shuffle is not None:
        order = list(range(MAX_PLAYERS))
        shuffle.shuffle(order)
        numbering = Numbering(tuple(order), shuffle.random() < 0.5)
    for chunk in chunks(source.reading, pieces_of, numbering):
        yield _example(source, chunk, numbering)


def _example(source: Source, chunk: Chunk, numbering: Numbering) -> Example:
    values: dict[tuple[int, int], float] = {}
    teams = source.reading.teams
    has_team = teams is not None and max(teams.first, -1 if teams.second is None else teams.second) >= 0
    for node in chunk.nodes:
        for column, value in _node_values(source, node):
            values[node.position, COLUMN[column]] = value
        side = _side(source, node)
        if side is not None and has_team and node.kind in ("player", "coach", "reference"):
            values[node.position, COLUMN["is_a"]] = float((side == "first") != numbering.is_flipped)
    for row, column, other in company(chunk.nodes):
        one, two = _side(source, chunk.nodes[row]), _side(source, chunk.nodes[other])
        if one is not None and two is not None:
            values[chunk.nodes[row].position, COLUMN[column]] = float(one == two)
    return Example(chunk.pieces, values)


def _side(source: Source, node: Node) -> str | None:
    if node.kind in ("player", "coach", "team"):
        return source.sides.get(node.number)
    if node.kind == "reference":
        entity = source.referents.get((node.sentence, node.symbol))
        return None if entity is None else source.sides.get(entity)
    if node.kind in ("home", "away") and source.first_is_home is not None:
        return "first" if (node.kind == "home") == source.first_is_home else "second"
    return None


def _node_values(source: Source, node: Node) -> Iterator[tuple[str, float]]:
    if node.kind in ("player", "reference"):
        tags = source.tags.get((node.sentence, node.symbol))
        if tags is not None:
            for tag in TAGS:
                yield tag, float(tag in tags)
