"""What the encoder learns from: labelled articles and marked passages as pieces with what holds at each place."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from evals.training.examples import Labelled, side_of_node, tagged, told_events, true_reading, true_teams
from evals.training.phrases import Phrase, expand, phrase_reading
from extractor.dutch.encoder.columns import COLUMNS, TAGS, Relation
from extractor.dutch.encoder.insight import Node, NodeKind, Spot, company
from extractor.dutch.encoder.pieces import MAX_PLAYERS, Chunk, Numbering, WordPieces, chunks
from extractor.dutch.links import referent_options, time_options
from extractor.dutch.reading import MatchTeams, Reading
from extractor.dutch.roles import Candidate, candidates
from extractor.dutch.team_words import with_team_words

COLUMN = {name: number for number, name in enumerate(COLUMNS)}


@dataclass(frozen=True)
class LinkTarget:
    """Whether a relation holds between two positions."""

    relation: Relation
    source: int
    target: int
    holds: bool


@dataclass(frozen=True)
class Example:
    """One chunk to learn from: `values` maps (position, column) to 0 or 1."""

    pieces: tuple[int, ...]
    values: dict[tuple[int, int], float]
    links: tuple[LinkTarget, ...]
    weight: float = 1.0


@dataclass
class Source:
    """A reading with all that is known about it; see `example`.

    Args:
        tags: Of the candidates whose roles are known.
        sides: Entity -> "first" or "second" team.
        first_is_home: None where unknown.
        next_clubs: Entities that are next opponents; None where unknown.
        times: Spot of an event's person -> clock readings that date it; the keys are all whose time is known.
        partners: Spots of one event.
        referents: Spot of a reference -> entity.
    """

    reading: Reading
    tags: dict[Spot, frozenset[str]] = field(default_factory=dict[Spot, frozenset[str]])
    sides: dict[int, str] = field(default_factory=dict[int, str])
    first_is_home: bool | None = None
    next_clubs: frozenset[int] | None = None
    times: dict[Spot, frozenset[int]] = field(default_factory=dict[Spot, frozenset[int]])
    partners: dict[Spot, frozenset[Spot]] = field(default_factory=dict[Spot, frozenset[Spot]])
    referents: dict[Spot, int] = field(default_factory=dict[Spot, int])
    weight: float = 1.0


def article_source(item: Labelled, *, weight: float = 1.0) -> Source:
    """All that an article's label says."""
    reading = true_reading(item)
    teams = true_teams(item, reading)
    reading = with_team_words(replace(reading, teams=teams))
    source = Source(reading, weight=weight)
    source.tags = {(candidate.sentence, candidate.position): labels for candidate, labels in tagged(item, reading)}
    opponents = {fixture["opponent"] for fixture in item.label["next_fixtures"]} - {None}
    source.next_clubs = frozenset(n for n, e in enumerate(reading.entities) if e.kind == "team" and opponents & set(e.forms))
    if teams is not None:
        source.first_is_home = teams.first_is_home > 0.5
        for number in range(len(reading.entities)):
            side = side_of_node(item, reading, teams, number)
            if side is not None:
                source.sides[number] = "first" if (side == "home") == source.first_is_home else "second"
    _events(source, item)
    return source


def _events(source: Source, item: Labelled) -> None:
    """Times, partners and referents of the events."""
    reading = source.reading
    times: dict[Spot, set[int]] = defaultdict(set)
    members: dict[str, set[tuple[str, Spot]]] = defaultdict(set)
    clocks = {clock.start: number for number, clock in reversed(list(enumerate(reading.clock)))}
    for told in told_events(item, reading):
        spot = (told.candidate.sentence, told.candidate.position)
        members[told.path].add((told.role, spot))
        if "time" in told.event and told.role not in ("assist", "out"):
            times[spot] |= {clocks[option.start] for option, is_right in told.times(reading) if is_right}
        if told.candidate.reference is not None:
            entity = told.entity(reading)
            if entity is not None:
                source.referents[spot] = entity
    source.times = {spot: frozenset(found) for spot, found in times.items()}
    source.partners = _partners(members.values())


def _partners(groups: Iterable[set[tuple[str, Spot]]]) -> dict[Spot, frozenset[Spot]]:
    partners: dict[Spot, set[Spot]] = defaultdict(set)
    for group in groups:
        for role, spot in group:
            wanted = {"assist": "scorer", "in": "out"}.get(role)
            if wanted:
                partners[spot] |= {other for other_role, other in group if other_role == wanted}
    return {spot: frozenset(found) for spot, found in partners.items()}


def phrase_source(phrase: Phrase) -> Source | None:
    """All that a passage's marks say; None where its view differs from its text."""
    reading = phrase_reading(phrase)
    if reading is None:
        return None
    marks = {mark["end"]: mark for mark in phrase["marks"]}
    side_at = {mark["start"]: mark["side"] for mark in phrase["marks"] if mark["side"]}
    found: dict[int, str] = {}
    for number, entity in enumerate(reading.entities):
        said = [side_at[m.start] for m in entity.mentions if m.start in side_at]
        if said:
            found[number] = said[0]
    clubs = {side: next((n for n in found if found[n] == side and reading.entities[n].kind == "team"), None) for side in "ab"}
    teams = MatchTeams(-1 if clubs["a"] is None else clubs["a"], clubs["b"], 0.5, 1.0)
    source = Source(with_team_words(replace(reading, teams=teams)))
    source.sides = {number: "first" if side == "a" else "second" for number, side in found.items()}
    roles: dict[Spot, frozenset[str]] = {}
    for candidate in candidates(reading):
        mark = marks.get(candidate.end)
        tags = [] if mark is None else [label for tag in mark["tags"] for label in expand(tag)]
        roles[candidate.sentence, candidate.position] = frozenset(tags)
    source.tags = roles
    _passage_links(source, phrase)
    return source


_DATED = frozenset("scorer own_goal disallowed missed_penalty chance yellow second_yellow red in injured".split())


def _passage_links(source: Source, phrase: Phrase) -> None:
    """Time and partners where the passage leaves no doubt: one event, or one pair of people."""
    marked = {m["start"] for m in phrase["marks"] if m["tags"][0].startswith("time") or m["tags"][0] == "later"}
    clocks = frozenset(n for n, clock in enumerate(source.reading.clock) if clock.start in marked)
    dated = [spot for spot, tags in source.tags.items() if tags & _DATED]
    if len(dated) == 1 and len(marked) == len(clocks) == 1 and phrase["kind"] == "this":
        source.times = {dated[0]: clocks}
    for role, wanted in (("assist", "scorer"), ("in", "out")):
        ones = [spot for spot, tags in source.tags.items() if role in tags]
        others = [spot for spot, tags in source.tags.items() if wanted in tags]
        if len(ones) == 1 and len(others) == 1:
            source.partners[ones[0]] = frozenset(others)


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
    return Example(chunk.pieces, values, tuple(_links(source, chunk)), source.weight)


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
    elif node.kind in ("team", "club") and source.next_clubs is not None:
        yield "next", float(node.number in source.next_clubs)


def _links(source: Source, chunk: Chunk) -> Iterator[LinkTarget]:
    by_kind: dict[NodeKind, list[Node]] = defaultdict(list)
    for node in chunk.nodes:
        by_kind[node.kind].append(node)
    people = [*by_kind["player"], *by_kind["reference"]]
    for node in people:
        spot = (node.sentence, node.symbol)
        for relation, others, right in (
            ("dates", _near_times(source, node, by_kind["time"]), source.times.get(spot)),
            ("refers", _named_before(source, node, by_kind["player"]), _one(source.referents.get(spot))),
        ):
            for other in others if right is not None else ():
                yield LinkTarget(relation, node.position, other.position, other.number in right)
        partners = source.partners.get(spot)
        for other in people if partners is not None else ():
            if abs(other.sentence - node.sentence) <= _NEAR_PARTNER and other is not node:
                yield LinkTarget("same_event", node.position, other.position, (other.sentence, other.symbol) in partners)


_NEAR_PARTNER = 3
"""How many sentences off the partner of an event may stand."""


def _one(entity: int | None) -> frozenset[int] | None:
    return None if entity is None else frozenset([entity])


def _near_times(source: Source, node: Node, times: Sequence[Node]) -> list[Node]:
    options = {option.start for option in time_options(source.reading, _candidate(source.reading, node))}
    return [time for time in times if source.reading.clock[time.number].start in options]


def _named_before(source: Source, node: Node, players: Sequence[Node]) -> list[Node]:
    if node.kind != "reference":
        return []
    options = {entity for entity, _ in referent_options(source.reading, _candidate(source.reading, node))}
    return [player for player in players if player.number in options and player.position < node.position]


def _candidate(reading: Reading, node: Node) -> Candidate:
    symbol = reading.symbols[node.sentence][node.symbol]
    start = symbol.start if symbol.reference is None else reading.references[symbol.reference].start
    return Candidate(node.sentence, node.symbol, start, symbol.end, symbol.entity, symbol.reference)
