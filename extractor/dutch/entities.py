"""Entities: what each name is a name of, and which forms name the same person or club.

A linear model says for each form how likely it names a player, coach, referee, one of the clubs, or
something else, from its shape and from the words around all its places. Forms of one entity are then
gathered: "Teun Koopmeiners" and "Koopmeiners", "Olympique Marseille" and "Marseille".
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from extractor.dutch.lexicon import (
    CLUB_WORDS,
    COACH_NOUNS,
    COMPETITION_WORDS,
    REFEREE_NOUNS,
    ROLE_NOUNS,
    clubs,
    first_names,
    places,
    world_clubs,
)
from extractor.dutch.linear import LinearModel, load_model
from extractor.dutch.names import NameForm, NameMention, find_names
from extractor.dutch.words import INFIXES, is_dictionary_word, tokenize
from extractor.prepare import Prepared, as_written

EntityKind = Literal["player", "coach", "referee", "team", "stadium", "other"]
ENTITY_KINDS: tuple[EntityKind, ...] = ("player", "coach", "referee", "team", "stadium", "other")


@dataclass(frozen=True, slots=True)
class Entity:
    """A person or club with its fullest form, its other forms, and all its places (view offsets)."""

    name: str
    forms: tuple[str, ...]
    kind: EntityKind
    mentions: tuple[NameMention, ...]
    confidence: float
    team: float = 0.0
    """How likely it is a club, whatever was decided."""


def find_entities(prepared: Prepared, model: LinearModel | None = None) -> tuple[Entity, ...]:
    """The persons and clubs of an article; by another `model` than the package's while it is trained."""
    forms = find_names(prepared)
    if not forms:
        return ()
    model = model or load_model("entities")
    probabilities = model.probabilities([form_features(prepared, form, forms) for form in forms])
    scores = {form.text: dict(zip(model.classes, map(float, row), strict=True)) for form, row in zip(forms, probabilities, strict=True)}
    return tuple(_spelled(prepared, _titled(prepared, entity)) for entity in gather(forms, scores))


def _titled(prepared: Prepared, entity: Entity) -> Entity:
    """The entity as its title calls it: "scheidsrechter X" and "trainer Y" say themselves what X and Y are."""
    if entity.kind == "team":
        return entity
    titles = [_title(prepared, mention) for mention in entity.mentions]
    titled: tuple[tuple[EntityKind, frozenset[str]], ...] = (("referee", REFEREE_NOUNS), ("coach", COACH_NOUNS), ("player", ROLE_NOUNS))
    for kind, nouns in titled:
        if any(title in nouns for title in titles):
            return replace(entity, kind=kind, confidence=max(entity.confidence, 0.9))
    return entity


def _spelled(prepared: Prepared, entity: Entity) -> Entity:
    """The entity with its names as the article spells them: "O\u2019Brien", not "O'Brien"."""
    spelling: dict[str, str] = {}
    for mention in entity.mentions:
        span = prepared.span(mention.start, mention.end)
        if span is not None:
            spelling.setdefault(mention.text, as_written(span, mention.text))
    forms = tuple(dict.fromkeys(spelling.get(form, form) for form in entity.forms))
    return replace(entity, name=spelling.get(entity.name, entity.name), forms=forms)


def _title(prepared: Prepared, mention: NameMention) -> str:
    """The word right before a name, less what it is compounded with: "Ajax-trainer" -> "trainer"."""
    before = prepared.view[max(0, mention.start - 40) : mention.start]
    found = re.search(r"([\w-]+):?\s$", before)
    return found[1].lower().split("-")[-1] if found else ""


_PLACE_OR_CUP = re.compile(
    r"stadion|park|arena|stade|stadium|veld$|terrein|sportcomplex|cup|beker|league|divisie|liga|klasse", re.IGNORECASE
)


def form_features(prepared: Prepared, form: NameForm, forms: Sequence[NameForm]) -> list[str]:
    """What the model sees of a form: its shape, its relatives, the words around its places."""
    features = _shape_features(form) + _relation_features(form, forms)
    for mention in form.mentions[:12]:
        features += _context_features(prepared, mention)
    return features


def _shape_features(form: NameForm) -> list[str]:
    words = form.text.split()
    last = words[-1].lower()
    features = [
        f"words={min(len(words), 4)}",
        f"suffix={last[-3:]}",
        f"suffix2={last[-2:]}",
        f"count={min(len(form.mentions), 5)}",
        f"first_name={words[0] in first_names()}|{len(words) > 1}",
        f"club={form.text in clubs()}|{form.text in places()}",
        f"world_club={form.text in world_clubs()}|{len(words) > 1}",
        f"ends_in_place={words[-1] in places()}|{len(words) > 1}|{words[0] in first_names()}",
        f"upper={form.text.isupper()}|{len(form.text) < 5}",
        f"dictionary={is_dictionary_word(last)}|{len(words) > 1}",
    ]
    features += [f"clubword={word}" for word in words if word in CLUB_WORDS]
    if any(word in CLUB_WORDS for word in words):
        features.append("has_clubword")
    if any(word in INFIXES for word in words[1:]):
        features.append("infix")
    if words[0].lower() in INFIXES:
        features.append("starts_infix")
    if re.search(r"\d|'\d", form.text):
        features.append("digits")
    if _PLACE_OR_CUP.search(form.text):
        features.append("place_or_cup")
    if re.fullmatch(COMPETITION_WORDS, form.text, re.IGNORECASE):
        features.append("competition")
    return features


def _relation_features(form: NameForm, forms: Sequence[NameForm]) -> list[str]:
    features: list[str] = []
    own = form.text
    for other in forms:
        if other.text == own:
            continue
        words = other.text.split()
        if other.text.endswith(" " + own):
            features.append("is_tail_of_" + ("named" if words[0] in first_names() else "club" if words[0] in CLUB_WORDS else "form"))
        elif other.text.startswith(own + " "):
            features.append("is_head_of_" + ("club" if any(word in CLUB_WORDS for word in words) else "form"))
        elif own.endswith(" " + other.text):
            features.append("has_tail")
        elif own.startswith(other.text + " "):
            features.append("has_head")
    return features


def _context_features(prepared: Prepared, mention: NameMention) -> list[str]:
    sentence = prepared.sentences[mention.sentence]
    before = tokenize(prepared.view, max(sentence.start, mention.start - 60), mention.start)
    after = tokenize(prepared.view, mention.end, min(sentence.end, mention.end + 60))
    left = [_plain(token.text) for token in before[-4:]]
    right = [_plain(token.text) for token in after[:4]]
    features = [f"kind={sentence.kind}", f"L1={left[-1] if left else '<s>'}", f"R1={right[0] if right else '</s>'}"]
    features.append(f"L2={' '.join(left[-2:])}")
    features.append(f"R2={' '.join(right[:2])}")
    features += [f"l={word}" for word in left]
    features += [f"r={word}" for word in right]
    if left and (left[-1] in ROLE_NOUNS or left[-1].split("-")[-1] in ROLE_NOUNS):
        features.append("after_role_noun")
    if left and left[-1] in COACH_NOUNS:
        features.append("after_coach_noun")
    if left and left[-1] in REFEREE_NOUNS:
        features.append("after_referee_noun")
    hyphen = re.match(r"-([a-z]+)", prepared.view[mention.end : mention.end + 25])
    if hyphen:
        features += ["compound", f"compound={hyphen[1]}"]
    if re.match(r"'s?\s", prepared.view[mention.end : mention.end + 3]):
        features.append("possessive")
    line = prepared.view[sentence.start : sentence.end]
    if line.count(",") + line.count(";") + line.count(" - ") >= 8 and sum(c.isupper() for c in line) > len(line) / 25:
        features.append("in_list" if mention.start > sentence.start + 3 else "opens_list")
        if right and right[0] == ":":
            features.append("list_head")
    return features


def _plain(word: str) -> str:
    if word[0].isdigit():
        return "0"
    return "Xx" if word[0].isupper() else word.lower()


def gather(forms: Sequence[NameForm], scores: Mapping[str, Mapping[str, float]]) -> tuple[Entity, ...]:
    """Put forms of the same entity together; the fullest form leads and all of them vote on the kind."""
    heads = _heads(forms, scores)
    members: dict[str, list[NameForm]] = defaultdict(list)
    for form in forms:
        members[heads[form.text]].append(form)
    entities: list[Entity] = []
    for head, group in members.items():
        votes = _vote(group, scores)
        kind = max(ENTITY_KINDS, key=lambda option: votes[option])
        mentions = sorted((m for form in group for m in form.mentions), key=lambda m: m.start)
        others = tuple(form.text for form in group if form.text != head)
        entities.append(Entity(head, (head, *others), kind, tuple(mentions), votes[kind], votes["team"]))
    return tuple(sorted(entities, key=lambda entity: entity.mentions[0].start))


def _vote(group: Sequence[NameForm], scores: Mapping[str, Mapping[str, float]]) -> dict[EntityKind, float]:
    """The average of the forms' probabilities, weighted by how often each stands in the text."""
    total: dict[EntityKind, float] = {}
    weight = sum(min(len(form.mentions), 3) for form in group)
    for kind in ENTITY_KINDS:
        total[kind] = sum(scores[form.text][kind] * min(len(form.mentions), 3) for form in group) / weight
    return total


def _heads(forms: Sequence[NameForm], scores: Mapping[str, Mapping[str, float]]) -> dict[str, str]:
    """For each form the fullest form of the same entity."""
    texts = [form.text for form in forms]
    heads: dict[str, str] = {}
    for form in forms:
        fuller = [other for other in texts if other != form.text and _is_form_of(form.text, other)]
        candidates = [other for other in fuller if _same_sort(scores[form.text], scores[other])]
        if not candidates:
            heads[form.text] = form.text
            continue
        heads[form.text] = max(candidates, key=lambda other: (len(other.split()), -texts.index(other)))
        if len({c for c in candidates if not any(_is_form_of(c, d) for d in candidates if d != c)}) > 1:
            heads[form.text] = _nearest(form, candidates, forms)
    for text in texts:
        while heads[heads[text]] != heads[text]:
            heads[text] = heads[heads[text]]
    return heads


def _is_form_of(short: str, long: str) -> bool:
    """Whether `short` is the surname, first name or shortened form of `long`."""
    few, many = short.lower().split(), long.lower().split()
    if few == many:
        return short.isupper() and not long.isupper()  # a heading in capitals
    if len(few) >= len(many) or (len(short) < 3 and not short.isupper()):
        return False
    if many[-len(few) :] == few:
        return True
    if many[: len(few)] == few:
        return many[len(few)] not in INFIXES or len(few) == 1
    return False


def _same_sort(one: Mapping[str, float], other: Mapping[str, float]) -> bool:
    """Persons and clubs do not share forms: "Milan Massop" is not AC Milan."""
    club = (one["team"] > 0.5) == (other["team"] > 0.5)
    unclear = max(one["team"], 1 - one["team"]) < 0.7 or max(other["team"], 1 - other["team"]) < 0.7
    return club or unclear


def _nearest(form: NameForm, candidates: Sequence[str], forms: Sequence[NameForm]) -> str:
    """Of two brothers, the one named last before the short form."""
    first = form.mentions[0].start
    places = {other.text: [m.start for m in other.mentions] for other in forms if other.text in candidates}

    def distance(text: str) -> tuple[bool, int]:
        before = [first - start for start in places[text] if start < first]
        return (not before, min(before) if before else places[text][0])

    return min(candidates, key=distance)
