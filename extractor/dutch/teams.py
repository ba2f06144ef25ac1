"""Teams: which two of the clubs named played this match, and which of them was at home.

Both are decided by linear models over the places where the clubs stand; the second is a prior that the
goals' running scores may still overrule (see `extractor.assemble`).
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from extractor.dutch.lexicon import clubs, nicknames, places, stadiums, towns, world_clubs
from extractor.dutch.linear import load_model, log_odds
from extractor.dutch.masked import Symbol
from extractor.dutch.reading import MatchTeams, Reading, remask
from extractor.dutch.team_words import with_team_words
from extractor.dutch.words import tokenize


def with_teams(reading: Reading) -> Reading:
    """The reading with the two teams found and their other names put with them."""
    options = team_options(reading)
    if not options:
        return reading
    model = load_model("match_team")
    rows = model.probabilities([team_features(reading, number, options) for number in options])
    played = {number: float(p) for number, p in zip(options, rows[:, model.classes.index("yes")], strict=True)}
    ranked = sorted(options, key=lambda number: -played[number])
    chosen = sorted(_two_different(reading, ranked))
    reading = _as_teams(reading, chosen)
    others = [n for n in ranked if n not in chosen and played[n] > _MIN_ALIAS and reading.entities[n].kind == "team"]
    reading = _with_other_names(reading, chosen, others)
    if len(chosen) == 1:
        return replace(reading, teams=MatchTeams(chosen[0], None, 0.5, played[chosen[0]]))
    first, second = chosen
    teams = MatchTeams(first, second, 0.5, min(played[first], played[second]))
    reading = with_team_words(replace(reading, teams=teams))
    return replace(reading, teams=replace(teams, first_is_home=_first_at_home(reading, first, second)))


_MAYBE = 0.04
"""How likely a name must be a club's to be one of the two that played; what the text says of it decides."""


def team_options(reading: Reading) -> list[int]:
    """The names (entities) that may be one of the two teams."""
    return [number for number, entity in enumerate(reading.entities) if entity.kind == "team" or entity.team > _MAYBE]


def _as_teams(reading: Reading, chosen: Sequence[int]) -> Reading:
    """The reading with these names taken for clubs, whatever they were taken for before."""
    entities = tuple(replace(entity, kind="team") if number in chosen else entity for number, entity in enumerate(reading.entities))
    return reading if entities == reading.entities else replace(reading, entities=entities, symbols=remask(reading, entities))


def _first_at_home(reading: Reading, first: int, second: int) -> float:
    """Probability that the club named first was at home: each speaks for itself, and one of them was."""
    model = load_model("home")
    rows = model.probabilities([home_features(reading, first, second), home_features(reading, second, first)])
    one, other = (log_odds(float(chance)) for chance in rows[:, model.classes.index("home")])
    return 1 / (1 + math.exp((other - one) / 2))


_MIN_ALIAS = 0.4
"""How likely a club must be one of the two that played to be another name of one of them."""


def _two_different(reading: Reading, ranked: Sequence[int]) -> list[int]:
    """The likeliest two; not a club and its own nickname or town."""
    chosen = list(ranked[:1])
    for number in ranked[1:]:
        if not any(_is_nickname(reading, number, other) or _is_town(reading, number, other) for other in chosen):
            return [*chosen, number]
    return chosen


def _is_nickname(reading: Reading, one: int, other: int) -> bool:
    return any(_share_a_nickname(a, b) for a in reading.entities[one].forms for b in reading.entities[other].forms)


def _is_town(reading: Reading, one: int, other: int) -> bool:
    """Whether one of two names is the town of the other: "IJmuiden" and "Telstar"."""
    names = [{*reading.entities[number].forms} for number in (one, other)]
    towns_of = [{town for form in forms for word in (form, *form.split()) for town in towns().get(word, ())} for forms in names]
    return bool(names[0] & towns_of[1] or names[1] & towns_of[0])


def _share_a_nickname(one: str, other: str) -> bool:
    """Whether one name is a nickname that stands for the other."""
    return any(club in other for club in nicknames().get(one, ())) or any(club in one for club in nicknames().get(other, ()))


def _with_other_names(reading: Reading, chosen: Sequence[int], others: Sequence[int]) -> Reading:
    """Nicknames and short forms that share letters with one team only: "PSV", "L'OM", "DVS" and "DVS'33"."""
    entities = list(reading.entities)
    for other in others:
        alike = [n for n in chosen if any(_alike(entities[other].name, form) for form in entities[n].forms)]
        if len(alike) != 1:
            continue
        target, source = entities[alike[0]], entities[other]
        mentions = tuple(sorted((*target.mentions, *source.mentions), key=lambda m: m.start))
        longest = max((target.name, source.name), key=len)
        forms = tuple(dict.fromkeys((longest, *target.forms, *source.forms)))
        entities[alike[0]] = replace(target, name=longest, forms=forms, mentions=mentions)
        entities[other] = replace(source, kind="other")
    return replace(reading, entities=tuple(entities))


def _alike(short: str, long: str) -> bool:
    """Whether one name stands for the other: a nickname, the same start, a shared word, or its initials."""
    if _share_a_nickname(short, long):
        return True
    a, b = (re.sub(r"[^\w ]", " ", name).lower().split() for name in (short, long))
    if {word for word in set(a) & set(b) - _COMMON if not any(letter.isdigit() for letter in word)}:
        return True
    one, other = "".join(a), "".join(b)
    if min(len(one), len(other)) >= 4 and (one.startswith(other[:5]) or other.startswith(one[:5])):
        return True
    initials = "".join(word[0] for word in b)
    return len(one) >= 2 and (one == initials or (one.endswith(initials) and len(initials) >= 2))


_COMMON = frozenset(
    """fc sc sv vv kv kvc ksk kfc ac as afc cf sk fk krc rkc rksv de het united city sporting racing royal real jong vrouwen dames women
    ladies femina boys club sport under onder van""".split()
)


def team_features(reading: Reading, number: int, options: Sequence[int]) -> list[str]:
    """Does this club look like one of the two that played?"""
    entity = reading.entities[number]
    counts = sorted((len(reading.entities[o].mentions) for o in options), reverse=True)
    rank = counts.index(len(entity.mentions))
    kinds = {reading.prepared.sentences[m.sentence].kind for m in entity.mentions}
    first = entity.mentions[0].sentence
    features = [
        f"rank={min(rank, 4)}|{min(len(options), 5)}",
        f"count={min(len(entity.mentions), 6)}",
        f"title={'title' in kinds}",
        f"first={min(first, 5)}",
        f"order={min(list(options).index(number), 4)}",
        f"team={round(entity.team, 1)}",
        f"kind={entity.kind}",
        f"known={any(form in clubs() or form in world_clubs() for form in entity.forms)}|{entity.name in places()}",
    ]
    for mention in entity.mentions[:10]:
        left, right = _around(reading, mention.start, mention.end, 3)
        features += [f"l={w}" for w in left] + [f"r={w}" for w in right]
        features.append("L2=" + " ".join(left[-2:]))
        features.append("R2=" + " ".join(right[:2]))
    return features


def home_features(reading: Reading, number: int, other: int) -> list[str]:
    """What speaks for a club being at home, told from its point of view; the same words about the other one speak against it."""
    features = _order_features(reading, number, other)
    final = next((score for score in sorted(reading.scores, key=lambda s: -s.probability) if score.kind == "final"), None)
    result = "none" if final is None else _orientation(final.pair)
    features.append(f"first={reading.entities[number].mentions[0].start < reading.entities[other].mentions[0].start}")
    for index, symbols in enumerate(reading.symbols):
        own = [at for at, symbol in enumerate(symbols) if symbol.entity == number and symbol.text == "[C]"]
        if not own:
            continue
        alone = not any(symbol.entity == other for symbol in symbols)
        words = [_seen(symbol, number, other) for symbol in symbols]
        place = "title" if reading.prepared.sentences[index].kind == "title" else "text"
        for at in own[:3]:
            left, right = words[max(0, at - 5) : at], words[at + 1 : at + 6]
            around = [f"l={w}" for w in left] + [f"r={w}" for w in right]
            around += ["L2=" + " ".join(left[-2:]), "R2=" + " ".join(right[:2]), "L3=" + " ".join(left[-3:]), "R3=" + " ".join(right[:3])]
            features += around
            features += [f"{feature}|{result}" for feature in around]
            score = _nearest_score(reading, index, symbols[at].start)
            if score is not None:
                features += [f"{feature}|near {score}" for feature in around] + [f"near {score}"]
            features.append(f"{place}|{result}|{alone}")
        if alone:
            features += [f"cue={cue}" for cue in _HOME_CUES.findall(reading.prepared.text_of(reading.prepared.sentences[index]).lower())]
    return features + _ground_features(reading, number, other)


def _order_features(reading: Reading, number: int, other: int) -> list[str]:
    """How the two stand beside each other: "Ajax - Feyenoord", "Ajax ontvangt Feyenoord"."""
    features: list[str] = []
    view = reading.prepared.view
    both = ((number, True), (other, False))
    places = sorted((m.start, m.end, is_own) for entity, is_own in both for m in reading.entities[entity].mentions)
    for (_, end, one), (start, stop, two) in pairwise(places):
        between = view[end:start]
        if one == two:
            continue
        if re.fullmatch(r"\s?(?:-|–|/)\s?", between):
            features += [f"dash={one}"] + ([f"dash_score={one}"] if re.match(r"\s?[:(]?\s?\d+\s?-\s?\d+", view[stop : stop + 10]) else [])
        elif len(between) < _BESIDE and "." not in between:
            words = [t.text.lower() for t in tokenize(between, 0, len(between))]
            features += [f"{one}>={' '.join(words[:4])}", *(f"{one}>:{w}" for w in words)]
    return features


def _ground_features(reading: Reading, number: int, other: int) -> list[str]:
    """Whose stadium and whose town the text names."""
    features: list[str] = []
    words = [{w for form in reading.entities[n].forms for w in form.split()} for n in (number, other)]
    own_towns, other_towns = ({t for w in some for t in (w, *towns().get(w, ())[:1])} for some in words)
    for entity in reading.entities:
        for word in entity.name.split() if entity.kind not in ("player", "coach", "referee") else ():
            owners = stadiums().get(word, ())
            features += [f"stadium={whose}" for whose, some in zip(("own", "other"), words, strict=True) if some & set(owners)]
    for found in _IN_TOWN.finditer(reading.prepared.view):
        town = found["town"]
        if (town in own_towns) != (town in other_towns):
            features.append(f"in_town={town in own_towns}|{found['word'].lower()}")
    return features


_IN_TOWN = re.compile(r"(?<!\w)(?P<word>in|naar|uit|te)\s+(?:Den\s+|De\s+)?(?P<town>[A-ZÀ-Þ][\w-]+)", re.IGNORECASE)
_BESIDE = 60
"""Letters between two clubs that stand beside each other."""


def _orientation(pair: tuple[int, int]) -> str:
    """Which way round a score is written."""
    return "draw" if pair[0] == pair[1] else "big-small" if pair[0] > pair[1] else "small-big"


def _nearest_score(reading: Reading, sentence: int, at: int) -> str | None:
    here = [score for score in reading.scores if score.sentence == sentence and score.kind in ("final", "running")]
    nearest = min(here, key=lambda score: abs(score.start - at), default=None)
    return None if nearest is None else f"{nearest.kind} {_orientation(nearest.pair)}"


def _seen(symbol: Symbol, number: int, other: int) -> str:
    if symbol.text == "[C]":
        return "[own]" if symbol.entity == number else "[other]" if symbol.entity == other else "[club]"
    return symbol.lemma


_HOME_CUES = re.compile(
    r"thuiswedstrijd|uitwedstrijd|thuisploeg|bezoekers|gasten|thuisduel|uitduel|op bezoek|eigen huis|uitzege|thuiszege|gastheer"
    r"|thuisclub|uit bij|thuis tegen|op eigen veld|eigen publiek|eigen aanhang|afreis"
)


def _around(reading: Reading, start: int, end: int, width: int) -> tuple[list[str], list[str]]:
    sentence = reading.prepared.sentences[reading.prepared.sentence_at(start)]
    view = reading.prepared.view
    left = [_plain(t.text) for t in tokenize(view, max(sentence.start, start - 80), start)][-width:]
    right = [_plain(t.text) for t in tokenize(view, end, max(end, min(sentence.end, end + 80)))][:width]
    return left, right


def _plain(word: str) -> str:
    if word[0].isdigit():
        return "0"
    return "Xx" if word[0].isupper() else word.lower()

