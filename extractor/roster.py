"""Roster: the reading's names brought together with the names that claims bring.

A model may name a player or team that the reader took for something else; a name that stands in the
article joins the reading, one that does not is left for grounding to reject.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from extractor.claim import Claim
from extractor.dutch.entities import Entity, EntityKind
from extractor.dutch.names import NameMention
from extractor.dutch.reading import MatchTeams, Reading
from extractor.prepare import Prepared


def with_claimed_names(reading: Reading, claims: Sequence[Claim]) -> Reading:
    """The reading with every name that the model's claims mention, as what the model takes it for."""
    said = [claim for claim in claims if claim.source == "model"]
    if not said:
        return reading
    entities = list(reading.entities)
    players = {name for claim in said if claim.kind not in ("team", "referee") for role, name in claim.people.items() if role != "coach"}
    if any(claim.kind == "player" for claim in said):
        entities = [replace(e, kind="other") if e.kind == "player" and not set(e.forms) & players else e for e in entities]
    for name in sorted(players, key=len, reverse=True):
        _add(entities, reading.prepared, name, "player")
    for claim in said:
        if coach := claim.people.get("coach"):
            _add(entities, reading.prepared, coach, "coach")
    return _with_stated_teams(replace(reading, entities=tuple(entities)), said)


def _add(entities: list[Entity], prepared: Prepared, name: str, kind: EntityKind) -> int | None:
    """Make sure that a name is an entity of this kind; None where the article does not hold it."""
    for number, entity in enumerate(entities):
        if name in entity.forms:
            if entity.kind != kind:
                entities[number] = replace(entity, kind=kind)
            return number
    places = tuple(
        NameMention(m.start(), m.end(), name, prepared.sentence_at(m.start()), False) for m in _occurrences(prepared.readable, name)
    )
    if not places:
        return None
    entities.append(Entity(name, (name,), kind, places, 1.0))
    return len(entities) - 1


def _occurrences(view: str, name: str) -> Iterator[re.Match[str]]:
    """Where a name stands, however the white space in it is broken."""
    pattern = r"\s+".join(re.escape(word) for word in name.split())
    if pattern:
        yield from re.finditer(rf"(?<!\w){pattern}(?!\w)", view)


def _with_stated_teams(reading: Reading, said: Sequence[Claim]) -> Reading:
    """The teams as the model names them, home and away."""
    entities = list(reading.entities)
    sides: dict[str, int] = {}
    for claim in said:
        if claim.kind != "team" or claim.side not in ("home", "away") or claim.side in sides:
            continue
        number = _add(entities, reading.prepared, claim.words.get("name", ""), "team")
        if number is None:
            continue
        stated = claim.words.get("aliases", "").split("\n")
        aliases = [form for form in stated if any(_occurrences(reading.prepared.readable, form))]
        entity = entities[number]
        entities[number] = replace(entity, forms=tuple(dict.fromkeys((*entity.forms, *aliases))))
        sides[claim.side] = number
    if len(sides) < 2 or sides["home"] == sides["away"]:
        return replace(reading, entities=tuple(entities))
    home, away = sides["home"], sides["away"]
    first, second = (home, away) if entities[home].mentions[0].start <= entities[away].mentions[0].start else (away, home)
    teams = MatchTeams(first, second, 0.97 if first == home else 0.03, 1.0)
    return replace(reading, entities=tuple(entities), teams=teams)
