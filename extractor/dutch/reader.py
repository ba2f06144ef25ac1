"""The reader: claims about an article without a language model."""

from __future__ import annotations

from collections.abc import Mapping

from extractor.claim import Claim
from extractor.dutch.cues import with_cues
from extractor.dutch.entities import find_entities
from extractor.dutch.events import read_events
from extractor.dutch.facts import read_facts
from extractor.dutch.linear import load_model
from extractor.dutch.reading import Reading, complete
from extractor.dutch.roles import Candidate, candidates, role_features
from extractor.dutch.teams import with_teams
from extractor.prepare import Prepared


def read(prepared: Prepared) -> Reading:
    """Read an article: who, which teams, what scores, when."""
    return with_teams(complete(prepared, find_entities(prepared)))


def claims(reading: Reading) -> tuple[Claim, ...]:
    """Everything the reader claims about an article, sides left to assembly."""
    found = candidates(reading)
    return (*read_facts(reading, reading.teams), *read_events(reading, found, role_tags(reading, found)))


def role_tags(reading: Reading, found: list[Candidate]) -> list[Mapping[str, float]]:
    """For each candidate the probability of each role and detail."""
    if not found:
        return []
    model = load_model("roles")
    rows = model.probabilities([role_features(reading, candidate) for candidate in found])
    learned = [dict(zip(model.classes, map(float, row), strict=True)) for row in rows]
    return [with_cues(reading, candidate, tags) for candidate, tags in zip(found, learned, strict=True)]

