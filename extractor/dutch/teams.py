"""Teams: which two of the clubs named played this match, and which of them was at home.

Both are decided by linear models over the places where the clubs stand; the second is a prior that the
goals' running scores may still overrule (see `extractor.assemble`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from extractor.dutch.linear import load_model
from extractor.dutch.reading import MatchTeams, Reading, remask
from extractor.dutch.words import tokenize


def with_teams(reading: Reading) -> Reading:
    """The reading with the two teams found and their other names put with them."""
    reading = _with_enough_teams(reading)
    options = [n for n, entity in enumerate(reading.entities) if entity.kind == "team"]
    if not options:
        return reading
    model = load_model("match_team")
    rows = model.probabilities([team_features(reading, number, options) for number in options])
    played = {number: float(p) for number, p in zip(options, rows[:, model.classes.index("yes")], strict=True)}
    ranked = sorted(options, key=lambda number: -played[number])
    chosen = sorted(ranked[:2])
    reading = _with_other_names(reading, chosen, [n for n in ranked[2:] if played[n] > 0.4])
    if len(chosen) == 1:
        return replace(reading, teams=MatchTeams(chosen[0], None, 0.5, played[chosen[0]]))
    first, second = chosen
    home = load_model("home")
    row = home.probabilities([home_features(reading, first, second)])[0]
    confidence = min(played[first], played[second])
    return replace(reading, teams=MatchTeams(first, second, float(row[home.classes.index("first")]), confidence))


def _with_enough_teams(reading: Reading) -> Reading:
    """Where fewer than two names look like clubs, the likeliest others join them: a match has two teams."""
    entities = list(reading.entities)
    missing = 2 - sum(entity.kind == "team" for entity in entities)
    likely = sorted((n for n, e in enumerate(entities) if e.kind != "team" and e.team > 0.12), key=lambda n: -entities[n].team)
    for number in likely[: max(0, missing)]:
        entities[number] = replace(entities[number], kind="team")
    return replace(reading, entities=tuple(entities), symbols=remask(reading, tuple(entities))) if missing > 0 and likely else reading


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
    """Whether one name abbreviates the other: same start, shared word, or its initials."""
    a, b = (re.sub(r"[^\w ]", " ", name).lower().split() for name in (short, long))
    if set(a) & set(b) - _COMMON:
        return True
    one, other = "".join(a), "".join(b)
    if min(len(one), len(other)) >= 4 and (one.startswith(other[:5]) or other.startswith(one[:5])):
        return True
    initials = "".join(word[0] for word in b)
    return len(one) >= 2 and (one == initials or (one.endswith(initials) and len(initials) >= 2))


_COMMON = frozenset(
    "fc sc sv vv kv kvc ksk ac as afc cf sk fk de het united city sporting racing royal real jong vrouwen boys club".split()
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
        f"confidence={round(entity.confidence, 1)}",
    ]
    for mention in entity.mentions[:10]:
        left, right = _around(reading, mention.start, mention.end, 3)
        features += [f"l={w}" for w in left] + [f"r={w}" for w in right]
        features.append("L2=" + " ".join(left[-2:]))
        features.append("R2=" + " ".join(right[:2]))
    return features


def home_features(reading: Reading, first: int, second: int) -> list[str]:
    """What speaks for the first-named club, and what for the second, being at home."""
    features: list[str] = []
    view = reading.prepared.view
    places = sorted(
        [(m.start, m.end, "A") for m in reading.entities[first].mentions]
        + [(m.start, m.end, "B") for m in reading.entities[second].mentions]
    )
    for (_, end, one), (start, stop, two) in pairwise(places):
        between = view[end:start]
        if one != two and re.fullmatch(r"\s?(?:-|–|/)\s?", between):
            features += [f"dash={one}", f"dash={one}"]
            if re.match(r"\s?[:(]?\s?\d+\s?-\s?\d+", view[stop : stop + 10]):
                features.append(f"dash_score={one}")
        elif one != two and len(between) < 60 and "." not in between:
            words = [t.text.lower() for t in tokenize(between, 0, len(between))]
            features.append(f"{one}>{two}={' '.join(words[:4])}")
            features += [f"{one}>{two}:{w}" for w in words]
    for start, end, who in places[:24]:
        left, right = _around(reading, start, end, 5)
        features += [f"{who}:l={w}" for w in left] + [f"{who}:r={w}" for w in right]
        features.append(f"{who}:L2=" + " ".join(left[-2:]))
        features.append(f"{who}:R2=" + " ".join(right[:2]))
        index = reading.prepared.sentence_at(start)
        sentence = reading.prepared.text_of(reading.prepared.sentences[index]).lower()
        for cue in _HOME_CUES.findall(sentence):
            features.append(f"{who}:cue={cue}")
    features.append(f"opens={places[0][2]}")
    return features


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

