"""The reader: claims about an article without a language model."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from extractor.claim import Claim
from extractor.dutch.cues import with_cues
from extractor.dutch.encoder.session import understand
from extractor.dutch.entities import find_entities
from extractor.dutch.events import read_events
from extractor.dutch.facts import read_facts
from extractor.dutch.linear import load_model
from extractor.dutch.reading import Reading, complete
from extractor.dutch.roles import Candidate, candidates, role_features
from extractor.dutch.teams import with_teams
from extractor.prepare import Prepared

ENCODER_SHARE = 0.6
"""Of the encoder in the probabilities of roles; the rest is the linear model's."""


def read(prepared: Prepared) -> Reading:
    """Read an article: who, which teams, what scores, when."""
    return with_insight(with_teams(complete(prepared, find_entities(prepared))))


def with_insight(reading: Reading) -> Reading:
    """The reading with what the encoder says about it."""
    if reading.teams is None:
        return reading
    return replace(reading, insight=understand(reading))


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
    learned: list[Mapping[str, float]] = [dict(zip(model.classes, map(float, row), strict=True)) for row in rows]
    if reading.insight is not None:
        understood = reading.insight.tags()
        learned = [_blend(tags, understood.get((c.sentence, c.position))) for c, tags in zip(found, learned, strict=True)]
    return [with_cues(reading, candidate, tags) for candidate, tags in zip(found, learned, strict=True)]


def _blend(linear: Mapping[str, float], encoder: Mapping[str, float] | None) -> Mapping[str, float]:
    if encoder is None:
        return linear
    return {tag: (1 - ENCODER_SHARE) * linear.get(tag, 0.0) + ENCODER_SHARE * chance for tag, chance in encoder.items()}

