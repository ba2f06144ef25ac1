"""Training examples from labelled articles: readings with the true entities, and tags on the words."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from extractor.article import Article
from extractor.dutch import reader
from extractor.dutch.clock import ClockReading
from extractor.dutch.entities import ENTITY_KINDS, Entity, EntityKind, form_features, gather
from extractor.dutch.fixtures import fixture_features
from extractor.dutch.lexicon import clubs, places
from extractor.dutch.links import referent_features, referent_options, time_features, time_options
from extractor.dutch.names import find_names
from extractor.dutch.reading import MatchTeams, Reading, complete
from extractor.dutch.retold import retold_features
from extractor.dutch.roles import Candidate, candidates, role_features
from extractor.dutch.scores import ScorePlace, find_score_places, score_features
from extractor.dutch.sides import find_pairs, pair_features
from extractor.dutch.team_words import with_team_words
from extractor.dutch.teams import home_features, team_features, team_options
from extractor.prepare import Prepared, prepare
from extractor.relevance import relevance_features

Label = dict[str, Any]


@dataclass(frozen=True)
class Labelled:
    """An article, its label and its view."""

    name: str
    label: Label
    prepared: Prepared


def load(folder: Path) -> Iterator[Labelled]:
    """The labelled articles of a folder."""
    for path in sorted(folder.glob("*.json")):
        label = json.loads(path.read_text(encoding="utf-8"))
        text = path.with_suffix(".txt").read_text(encoding="utf-8")
        article = Article(text=text, **{k: v for k, v in label["article"].items() if v is not None})
        yield Labelled(path.stem, label, prepare(article))


def form_kinds(label: Label) -> dict[str, EntityKind]:
    """What each written form of a label is a name of."""
    kinds: dict[str, EntityKind] = {}
    for side in ("home", "away"):
        for form in [label[side]["name"], *label[side]["aliases"]]:
            kinds[form] = "team"
        if coach := label[side]["coach"]:
            kinds[coach] = "coach"
            kinds.setdefault(coach.split()[-1], "coach")
    if stadium := label["venue"]["stadium"]:
        kinds[stadium] = "stadium"
        kinds.setdefault(re.sub(r"^(?:De|Het|sportpark|Sportpark|stadion|Stadion) ", "", stadium), "stadium")
    if referee := label["referee"]:
        kinds[referee] = "referee"
        kinds.setdefault(referee.split()[-1], "referee")
    for player in label["players"]:
        for form in [player["name"], *player["aliases"]]:
            kinds[form] = "player"
    for fixture in label["next_fixtures"]:
        if fixture["opponent"]:
            kinds.setdefault(fixture["opponent"], "team")
    return kinds


def kind_of(form: str, kinds: Mapping[str, EntityKind]) -> EntityKind:
    """What a form is a name of; clubs that the label does not mention are clubs all the same, unless a town is called so too."""
    return kinds.get(form) or ("team" if form in clubs() and form not in places() else "other")


def true_entities(item: Labelled) -> tuple[Entity, ...]:
    """The article's names with their true kinds."""
    kinds = form_kinds(item.label)
    forms = find_names(item.prepared)
    scores = {f.text: {k: float(k == kind_of(f.text, kinds)) for k in ENTITY_KINDS} for f in forms}
    return gather(forms, scores)


def true_reading(item: Labelled) -> Reading:
    """The reading with true entities."""
    return complete(item.prepared, true_entities(item))


_ROLE_OF = {
    "disallowed_goals": (("scorer", "disallowed", "reason", "disallowed"),),
    "missed_penalties": (("taker", "missed_penalty", "outcome", "missed"),),
    "chances": (("player", "chance", "outcome", "chance"),),
    "injuries": (("player", "injured", None, None),),
    "absences": (("player", "absent", "reason", "absent"),),
    "substitutions": (("player_in", "in", None, None), ("player_out", "out", None, None)),
}


def _told(path: str, event: Label) -> list[tuple[str, str, list[str]]]:
    """(field, name, tags) of everyone an event involves."""
    kind = path.split(".", maxsplit=1)[0]
    if kind == "goals":
        own = event["kind"] == "own_goal"
        parts = [("scorer", ["own_goal"] if own else ["scorer", f"goal:{event['kind']}"]), ("assist", ["assist"])]
    elif kind == "cards":
        parts = [("player", [event["color"]])]
    else:
        parts = [
            (field, [role, f"{prefix}:{event[detail] or 'null'}"] if detail and prefix else [role])
            for field, role, detail, prefix in _ROLE_OF.get(kind, ())
        ]
    return [(field, event[field], tags) for field, tags in parts if event[field]]


def tagged(item: Labelled, reading: Reading) -> list[tuple[Candidate, frozenset[str]]]:
    """Every candidate with the tags that hold for it."""
    found = candidates(reading)
    tags: dict[int, set[str]] = defaultdict(set)
    aliases = {p["name"]: [p["name"], *p["aliases"]] for p in item.label["players"]}
    for path, quote in item.label["quotes"].items():
        kind, number = path.split(".")
        event = item.label[kind][int(number)]
        for passage in quote["text"]:
            for start, end in _places(item.prepared, passage):
                for field, name, labels in _told(path, event):
                    words = quote.get("who", {}).get(field)
                    said = [words] if isinstance(words, str) else list(words or [])
                    at = _candidate(reading, found, (start, end), aliases.get(name, [name]), said)
                    if at is not None:
                        tags[at].update(labels)
    started = {p["name"] for p in item.label["players"] if p["started"]}
    for number, candidate in enumerate(found):
        if candidate.entity is not None and reading.entities[candidate.entity].name in started and _in_line_up(reading, candidate):
            tags[number].add("started")
    return [(candidate, frozenset(tags[number])) for number, candidate in enumerate(found)]


_LINE_UP = re.compile(
    r"aftrap|basis|opstelling|begon|startte|elftal|opgesteld|\bstond\b|onder de lat|posteerde|koos voor|vertrouwen", re.IGNORECASE
)


def _in_line_up(reading: Reading, candidate: Candidate) -> bool:
    text = reading.prepared.text_of(reading.prepared.sentences[candidate.sentence])
    names = sum(symbol.text == "[P]" for symbol in reading.symbols[candidate.sentence])
    return names >= 6 or _LINE_UP.search(text) is not None


def _places(prepared: Prepared, passage: str) -> Iterator[tuple[int, int]]:
    """View ranges of a passage of the text."""
    at = prepared.article.text.find(passage)
    while at >= 0:
        offsets = [prepared.view_offset[i] for i in range(at, at + len(passage)) if i in prepared.view_offset]
        if offsets:
            yield offsets[0], offsets[-1] + 1
        at = prepared.article.text.find(passage, at + 1)


def _candidate(reading: Reading, found: list[Candidate], place: tuple[int, int], forms: list[str], said: list[str]) -> int | None:
    """The candidate in a passage that names the person: by the words the label gives, else by name; the last one."""
    inside = [i for i, c in enumerate(found) if place[0] <= c.start and c.end <= place[1] + 1]
    view = reading.prepared.view
    for words in said:
        plain = " ".join(words.split()).lower()
        shown = {i: view[found[i].start : found[i].end].lower() for i in inside}
        hits = [i for i in inside if plain == shown[i] or (shown[i] in plain and found[i].reference is not None)]
        if hits:
            return hits[-1]
    named = [i for i in inside if (e := found[i].entity) is not None and set(reading.entities[e].forms) & set(forms)]
    return named[-1] if named else None


@dataclass(frozen=True, slots=True)
class Sample:
    """Features and the class they belong to."""

    features: list[str]
    label: str


def form_samples(item: Labelled) -> Iterator[Sample]:
    """What each written form is a name of."""
    kinds = form_kinds(item.label)
    forms = find_names(item.prepared)
    for form in forms:
        yield Sample(form_features(item.prepared, form, forms), kind_of(form.text, kinds))


def _pair(score: Label | None) -> tuple[int, int] | None:
    return None if score is None else (score["home"], score["away"])


def score_samples(item: Labelled) -> Iterator[Sample]:
    """What each written score is the score of."""
    places = find_score_places(item.prepared)
    for place, kind in zip(places, score_kinds(item, places), strict=True):
        yield Sample(score_features(item.prepared, place, places), kind)


def score_kinds(item: Labelled, places: Sequence[ScorePlace]) -> list[str]:
    """Of each written score, in order."""
    label = item.label
    told: set[ScorePlace] = set()
    for path, quote in label["quotes"].items():
        if path.startswith("goals."):
            after = _pair(label["goals"][int(path.split(".")[1])]["score_after"])
            for passage in quote["text"]:
                for start, end in _places(item.prepared, passage):
                    told |= {p for p in places if start <= p[0] < end and after in (p[2], p[2][::-1])}
    return [_score_kind(item, place, place in told) for place in places]


def _score_kind(item: Labelled, place: ScorePlace, told: bool) -> str:
    label, pair = item.label, place[2]
    both = (pair, pair[::-1])
    final = _pair(label["score"])
    if pair == _pair(label["half_time"]) and not told and pair != final:
        return "half_time"
    for kind in ("shootout", "aggregate"):
        if _pair(label[kind]) in both and _pair(label[kind]) != final:
            return kind
    if told and pair != final:
        return "running"
    if final in both:
        is_body = item.prepared.sentences[place[3]].kind != "title" and place[3] > 2
        return "running" if told and is_body else "final"
    after = {_pair(goal["score_after"]) for goal in label["goals"]}
    return "running" if after & set(both) else "other"


def _team_forms(label: Label) -> dict[str, str]:
    return {form: side for side in ("home", "away") for form in [label[side]["name"], *label[side]["aliases"]]}


def played_samples(item: Labelled, reading: Reading) -> Iterator[Sample]:
    """Which of the names are the two teams that played; `reading` has what each is taken for, by a model that has not seen it."""
    sides = _team_forms(item.label)
    options = team_options(reading)
    for number in options:
        played = any(form in sides for form in reading.entities[number].forms)
        yield Sample(team_features(reading, number, options), "yes" if played else "no")


def true_teams(item: Labelled, reading: Reading) -> MatchTeams | None:
    """The two teams, where names of both were found."""
    sides = _team_forms(item.label)
    found: dict[str, list[int]] = defaultdict(list)
    for number, entity in enumerate(reading.entities):
        named = {sides[form] for form in entity.forms if form in sides}
        if named:
            found[min(named)].append(number)
    if len(found) < 2:
        return None
    home, away = (max(found[side], key=lambda n: len(reading.entities[n].mentions)) for side in ("home", "away"))
    first, second = sorted((home, away))
    return MatchTeams(first, second, 0.95 if first == home else 0.05, 1.0)


def with_true_teams(item: Labelled, reading: Reading) -> Reading:
    """The reading as the reader would have it if it found the right teams."""
    return with_team_words(replace(reading, teams=true_teams(item, reading)))


def home_samples(item: Labelled, reading: Reading) -> Iterator[Sample]:
    """Of each of the two clubs whether it was at home."""
    teams = true_teams(item, reading)
    if teams is not None and teams.second is not None:
        first = teams.first_is_home > 0.5
        yield Sample(home_features(reading, teams.first, teams.second), "home" if first else "away")
        yield Sample(home_features(reading, teams.second, teams.first), "away" if first else "home")


def side_samples(item: Labelled, reading: Reading) -> Iterator[Sample]:
    """Whether two that are named in one sentence belong to the same side."""
    teams = true_teams(item, reading)
    if teams is None:
        return
    for pair in find_pairs(reading, teams):
        one, other = (side_of_node(item, reading, teams, node) for node in (pair.one, pair.other))
        if one and other:
            yield Sample(pair_features(reading, pair), "same" if one == other else "other")


def side_of_node(item: Labelled, reading: Reading, teams: MatchTeams, node: int | str) -> str | None:
    if isinstance(node, str):
        return node if node in ("home", "away") else None
    if node in (teams.first, teams.second):
        return "home" if (node == teams.first) == (teams.first_is_home > 0.5) else "away"
    forms = set(reading.entities[node].forms)
    for player in item.label["players"]:
        if forms & {player["name"], *player["aliases"]}:
            return str(player["team"])
    return next((side for side in ("home", "away") if item.label[side]["coach"] in forms), None)


@dataclass(frozen=True, slots=True)
class Told:
    """One person of one event at one place: `candidate` in `role`, called `name` in the label."""

    item: Labelled
    path: str
    candidate: Candidate
    role: str
    event: Label
    name: str

    def times(self, reading: Reading) -> Iterator[tuple[ClockReading, bool]]:
        """The time expressions around, and whether each dates the event."""
        wanted = None if self.event["time"] is None else _flat(self.event["time"]["text"])
        for option in time_options(reading, self.candidate):
            said = _flat(reading.prepared.view[option.start : option.end])
            yield option, wanted is not None and (said in wanted or wanted in said)

    def forms(self) -> set[str]:
        """All names of the person."""
        return {f for p in self.item.label["players"] if p["name"] == self.name for f in [p["name"], *p["aliases"]]}

    def entity(self, reading: Reading) -> int | None:
        """The entity of the person."""
        return next((n for n, entity in enumerate(reading.entities) if self.forms() & set(entity.forms)), None)


def told_events(item: Labelled, reading: Reading) -> Iterator[Told]:
    """Everyone in the quotes of every event."""
    found = candidates(reading)
    aliases = {p["name"]: [p["name"], *p["aliases"]] for p in item.label["players"]}
    for path, quote in item.label["quotes"].items():
        kind, number = path.split(".")
        event = item.label[kind][int(number)]
        for passage in quote["text"]:
            for place in _places(item.prepared, passage):
                for field, name, labels in _told(path, event):
                    words = quote.get("who", {}).get(field)
                    said = [words] if isinstance(words, str) else list(words or [])
                    at = _candidate(reading, found, place, aliases.get(name, [name]), said)
                    if at is not None:
                        yield Told(item, path, found[at], labels[0], event, name)


def time_samples(item: Labelled, reading: Reading) -> Iterator[Sample]:
    """Which time expression dates an event."""
    everyone = list(told_events(item, reading))
    busy = [told.candidate.sentence for told in everyone]
    for told in everyone:
        if "time" not in told.event or told.role in ("assist", "out"):
            continue
        for option, is_right in told.times(reading):
            yield Sample(time_features(reading, told.candidate, option, told.role, busy), "yes" if is_right else "no")


def _flat(words: str) -> str:
    return " ".join(words.replace("\u2019", "'").lower().split())


def retold_samples(item: Labelled, reading: Reading) -> Iterator[Sample]:
    """Whether two places where a player's goal is told are about one goal."""
    told: dict[tuple[int, int], Told] = {}
    for one in told_events(item, reading):
        if one.path.startswith("goals.") and one.role in ("scorer", "own_goal"):
            told[one.candidate.sentence, one.candidate.position] = one
    for (at, _), other in sorted(told.items()):
        for (before, _), one in sorted(told.items()):
            if (before, one.candidate.position) < (at, other.candidate.position) and one.name == other.name:
                yield Sample(retold_features(reading, before, at), "yes" if one.path == other.path else "no")


def referent_samples(item: Labelled, reading: Reading) -> Iterator[Sample]:
    """Whom "de verdediger" stands for."""
    for told in told_events(item, reading):
        if told.candidate.reference is None:
            continue
        for rank, option in enumerate(referent_options(reading, told.candidate)):
            right = bool(told.forms() & set(reading.entities[option[0]].forms))
            yield Sample(referent_features(reading, told.candidate, rank, option), "yes" if right else "no")


def fixture_samples(item: Labelled, reading: Reading) -> Iterator[Sample]:
    """What each sentence says about the next fixtures."""
    told: dict[int, str] = {}
    for path, quote in item.label["quotes"].items():
        if path.startswith("next_fixtures."):
            fixture = item.label["next_fixtures"][int(path.split(".")[1])]
            for passage in quote["text"]:
                for start, end in _places(item.prepared, passage):
                    for index, sentence in enumerate(item.prepared.sentences):
                        if sentence.start < end and start < sentence.end:
                            told[index] = "both" if fixture["team"] == "both" else "one"
    for index, sentence in enumerate(item.prepared.sentences):
        if sentence.kind != "title":
            yield Sample(fixture_features(reading, index), told.get(index, "none"))


def role_samples(item: Labelled, reading: Reading) -> Iterator[tuple[list[str], frozenset[str]]]:
    """What is said about each candidate."""
    for candidate, tags in tagged(item, reading):
        yield role_features(reading, candidate), tags


def load_others(folder: Path) -> Iterator[tuple[Prepared, str]]:
    """The articles of a folder that are no match reports, with the reason of each."""
    for path in sorted(folder.glob("*.json")):
        record = json.loads(path.read_text(encoding="utf-8"))
        text = path.with_suffix(".txt").read_text(encoding="utf-8")
        given = {key: record[key] for key in ("id", "title", "published", "source") if record.get(key)}
        yield prepare(Article(text=text, **given)), record["not_a_match_report"]


def gate_features(prepared: Prepared) -> list[str]:
    """What the relevance gate sees of an article."""
    reading = reader.read(prepared)
    return relevance_features(reading, reader.claims(reading))
