"""Reading: everything found in an article before anything is claimed about it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from extractor.dutch.clock import ClockReading, read_clock
from extractor.dutch.encoder.insight import Insight
from extractor.dutch.entities import Entity
from extractor.dutch.masked import Symbol, mask
from extractor.dutch.references import Reference, find_references
from extractor.dutch.scores import ScoreMention, read_scores
from extractor.prepare import Prepared


@dataclass(frozen=True, slots=True)
class MatchTeams:
    """The two teams in the order of first mention (indices of entities, or None where only one is named).

    `first_is_home` is the probability that the first one was at home.
    """

    first: int
    second: int | None
    first_is_home: float
    confidence: float


@dataclass(frozen=True)
class Reading:
    """Names, references, scores and times of an article, each with its place in the view; and what the encoder says of them."""

    prepared: Prepared
    entities: tuple[Entity, ...]
    references: tuple[Reference, ...]
    scores: tuple[ScoreMention, ...]
    clock: tuple[ClockReading, ...]
    quoted: tuple[tuple[int, int], ...]
    symbols: tuple[tuple[Symbol, ...], ...]
    teams: MatchTeams | None = None
    insight: Insight | None = None


def complete(prepared: Prepared, entities: tuple[Entity, ...]) -> Reading:
    """The reading for given entities, the teams still to be found."""
    quoted = find_quotes(prepared)
    taken = [(m.start, m.end) for entity in entities for m in entity.mentions]
    references = find_references(prepared, [*taken, *quoted])
    scores = read_scores(prepared)
    clock = read_clock(prepared)
    symbols = mask(prepared, entities, references, scores, clock)
    return Reading(prepared, entities, references, scores, clock, quoted, symbols)


def remask(reading: Reading, entities: tuple[Entity, ...]) -> tuple[tuple[Symbol, ...], ...]:
    """The symbols of a reading whose entities have changed their kind."""
    return mask(reading.prepared, entities, reading.references, reading.scores, reading.clock)


def find_quotes(prepared: Prepared) -> tuple[tuple[int, int], ...]:
    """Direct speech: view ranges between quotation marks of at least four words."""
    return tuple(found.span() for found in _QUOTE.finditer(prepared.view) if len(found.group().split()) >= 4)


_QUOTE = re.compile(r'"[^"\n]{15,900}"|,,[^"\n]{15,900}"|(?<!\w)\'[A-Z][^\n]{20,600}?[,.!?]\'(?!\w)')
