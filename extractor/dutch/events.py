"""Events: what the role probabilities say happened, as claims with people, time and place in the text."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from extractor.claim import PRINCIPAL, Claim, EventKind, Role
from extractor.dutch.clock import ClockReading
from extractor.dutch.links import likely_times, referent_of, time_of
from extractor.dutch.reading import Reading
from extractor.dutch.roles import DETAILS, Candidate
from extractor.dutch.scores import ScoreMention
from extractor.prepare import as_written
from extractor.report import MatchTime, Span

THRESHOLDS: Mapping[str, float] = {
    "scorer": 0.07, "assist": 0.25, "own_goal": 0.15, "disallowed": 0.25, "missed_penalty": 0.25, "chance": 0.28, "yellow": 0.28,
    "second_yellow": 0.25, "red": 0.28, "in": 0.45, "out": 0.28, "injured": 0.25, "absent": 0.35, "started": 0.5,
}  # fmt: skip
"""From which probability on a role is claimed; chosen on the dev and tune articles. Faint goals are claimed as well:
the final score says whether any are missing."""

_KINDS: Mapping[str, EventKind] = {
    "scorer": "goal", "own_goal": "goal", "disallowed": "disallowed_goal", "missed_penalty": "missed_penalty", "chance": "chance",
    "yellow": "card", "second_yellow": "card", "red": "card", "injured": "injury", "absent": "absence",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Part:
    """One person in one role at one place."""

    candidate: Candidate
    role: str
    probability: float
    person: str
    details: Mapping[str, float]

    @property
    def certainty(self) -> float:
        """How probable the likeliest detail of its role is."""
        return max((self.details.get(name, 0.0) for name in DETAILS.get(self.role, ())), default=1.0)


def read_events(reading: Reading, found: Sequence[Candidate], tags: Sequence[Mapping[str, float]]) -> Iterator[Claim]:
    """Event claims of an article.

    Args:
        reading: The article's reading.
        found: Its candidates.
        tags: For each candidate the probability of each tag.
    """
    parts = _possible(list(_parts(reading, found, tags)))
    busy = sorted({part.candidate.sentence for part in parts if part.role not in ("started", "absent") and part.probability > 0.3})
    yield from _goals(reading, parts, busy)
    yield from _substitutions(reading, parts, busy)
    for part in parts:
        if part.role in _KINDS and part.role not in ("scorer", "own_goal"):
            yield _simple(reading, part, busy)
        elif part.role == "started":
            spans = _spans(reading, [part])
            yield Claim("player", people={"player": part.person}, value="started", spans=spans, confidence=part.probability)


def _parts(reading: Reading, found: Sequence[Candidate], tags: Sequence[Mapping[str, float]]) -> Iterator[Part]:
    for candidate, probabilities in zip(found, tags, strict=True):
        roles = [role for role, threshold in THRESHOLDS.items() if probabilities.get(role, 0.0) >= threshold]
        for role in _exclusive(roles, probabilities):
            helpers = _helpers(candidate, found, tags) if role == "scorer" else frozenset[int]()
            person, certainty = _person(reading, candidate, helpers)
            if person is not None:
                yield Part(candidate, role, probabilities[role] * certainty, person, probabilities)


def _possible(parts: Sequence[Part]) -> list[Part]:
    """Without contradictions: who was absent neither started nor did anything; the likelier story stays."""
    absent: dict[str, float] = {}
    active: dict[str, float] = {}
    for part in parts:
        tally = absent if part.role == "absent" else active
        tally[part.person] = max(tally.get(part.person, 0.0), part.probability)
    both = absent.keys() & active.keys()
    gone = {person for person in both if absent[person] > active[person]}
    return [part for part in parts if part.person not in both or (part.role == "absent") == (part.person in gone)]


_EXCLUSIVE = (
    ("scorer", "own_goal", "disallowed", "missed_penalty", "chance"),
    ("yellow", "second_yellow", "red"),
    ("scorer", "assist"),
    ("started", "in"),
)


def _exclusive(roles: list[str], probabilities: Mapping[str, float]) -> list[str]:
    """Roles that one mention can't have together: the likelier one stays."""
    for group in _EXCLUSIVE:
        held = [role for role in roles if role in group]
        if len(held) > 1:
            best = max(held, key=lambda role: probabilities[role])
            roles = [role for role in roles if role not in held or role == best]
    return roles


_SURE_HELPER = 0.5
"""How likely an assist must be for its giver to be ruled out as the scorer."""


def _helpers(scorer: Candidate, found: Sequence[Candidate], tags: Sequence[Mapping[str, float]]) -> frozenset[int]:
    """Who gave the assist just before, the likeliest of those who may have, can't be "de spits" who scored."""
    likely = [
        (probabilities["assist"], candidate.entity)
        for candidate, probabilities in zip(found, tags, strict=True)
        if candidate.entity is not None
        and 0 <= scorer.sentence - candidate.sentence <= 1
        and probabilities.get("assist", 0.0) >= _SURE_HELPER > probabilities.get("scorer", 0.0)
    ]
    return frozenset([max(likely)[1]]) if likely else frozenset()


_MIN_REFERENT = 0.3
"""How likely a player must be the one that "de spits" stands for."""


def _person(reading: Reading, candidate: Candidate, excluded: frozenset[int]) -> tuple[str | None, float]:
    if candidate.entity is not None:
        return reading.entities[candidate.entity].name, 1.0
    referent = referent_of(reading, candidate, excluded)
    if referent is None or referent[1] < _MIN_REFERENT:
        referent = referent_of(reading, candidate)  # then he shot it in himself
    if referent is None or referent[1] < _MIN_REFERENT:
        return None, 0.0
    return reading.entities[referent[0]].name, 0.5 + referent[1] / 2


def _goals(reading: Reading, parts: Sequence[Part], busy: Sequence[int]) -> Iterator[Claim]:
    scorers = [part for part in parts if part.role in ("scorer", "own_goal")]
    assists = _assists(scorers, [part for part in parts if part.role == "assist"])
    times = _goal_times(reading, scorers, busy)
    covered: set[int] = set()
    for number, part in enumerate(scorers):
        score = _running_score(reading, part, scorers)
        if score is not None:
            covered.add(score.start)
        helper = assists.get(number) if part.role == "scorer" else None
        people: dict[Role, str] = {"scorer": part.person}
        if helper and helper.person != part.person:
            people["assist"] = helper.person
        involved = [part, helper] if helper else [part]
        yield Claim(
            "goal",
            people=people,
            value="own_goal" if part.role == "own_goal" else _detail(part, "scorer") or "regular",
            score=None if score is None else score.pair,
            time=_match_time(reading, times.get(number)),
            spans=_spans(reading, involved, None if score is None else (score.start, score.end)),
            confidence=part.probability,
            certainty={"value": part.certainty} | ({"assist": helper.probability} if helper else {}),
        )
    yield from _nameless_goals(reading, scorers, covered)


def _goal_times(reading: Reading, scorers: Sequence[Part], busy: Sequence[int]) -> dict[int, ClockReading]:
    """The time of each scorer's goal: words that date one goal do not date another player's as well."""
    found: dict[int, ClockReading] = {}
    likely = ((chance, number, time) for number, part in enumerate(scorers) for chance, time in _possible_times(reading, part, busy))
    for _, number, time in sorted(likely, key=lambda option: -option[0]):
        taken = any(other == time and scorers[at].person != scorers[number].person for at, other in found.items())
        if number not in found and not taken:
            found[number] = time
    return found


def _possible_times(reading: Reading, part: Part, busy: Sequence[int]) -> list[tuple[float, ClockReading]]:
    return [(chance, time) for chance, time in likely_times(reading, part.candidate, part.role, busy) if time.form != "half_time"]


def _assists(scorers: Sequence[Part], helpers: Sequence[Part]) -> dict[int, Part]:
    """Each helper goes to the nearest scorer, at most two sentences off, of those who are not much less likely than another."""
    chosen: dict[int, Part] = {}
    for helper in helpers:
        near = [
            (abs(part.candidate.sentence - helper.candidate.sentence), abs(part.candidate.start - helper.candidate.start), number)
            for number, part in enumerate(scorers)
            if abs(part.candidate.sentence - helper.candidate.sentence) <= 2 and part.person != helper.person
        ]
        likely = max((scorers[number].probability for _, _, number in near), default=0.0) / 2
        options = [option for option in near if scorers[option[2]].probability >= likely]
        if options:
            number = min(options)[2]
            if number not in chosen or chosen[number].probability < helper.probability:
                chosen[number] = helper
    return chosen


_LISTED = 14
"""Characters between a score and the scorer listed with it, where no score is nearer: "0-1 Boersma", "1-1 (41.) Lubbers"."""


def _running_score(reading: Reading, part: Part, scorers: Sequence[Part]) -> ScoreMention | None:
    """The score written with a goal: in its sentence or at the start of the next one."""
    here = part.candidate.sentence
    options = [score for score in reading.scores if score.sentence == here and score.kind == "running"]
    rivals = [other.candidate.start for other in scorers if other.candidate.sentence == here and other is not part]
    if not options:
        following = [score for score in reading.scores if score.sentence == here + 1 and score.kind == "running"]
        told_next = any(other.candidate.sentence == here + 1 for other in scorers)
        paragraphs = reading.prepared.sentences
        if not following or told_next or paragraphs[here + 1].paragraph != paragraphs[here].paragraph:
            return None
        first = following[0]
        opening = reading.prepared.view[paragraphs[here + 1].start : first.start]
        return first if len(opening.split()) <= 4 else None
    start = part.candidate.start
    listed = min(options, key=lambda score: max(start - score.end, score.start - part.candidate.end))
    if 0 <= start - listed.end <= _LISTED:
        return listed
    after = [score for score in options if score.start > start and not any(start < rival < score.start for rival in rivals)]
    if after:
        return after[0]
    before = [score for score in options if not any(score.start < rival < start for rival in rivals)]
    return before[-1] if before else None


def _nameless_goals(reading: Reading, scorers: Sequence[Part], covered: set[int]) -> Iterator[Claim]:
    """Running scores that no named scorer accounts for."""
    told = {part.candidate.sentence for part in scorers}
    seen = {score.pair for score in reading.scores if score.start in covered}
    for score in reading.scores:
        near = {score.sentence - 1, score.sentence, score.sentence + 1}
        if score.kind != "running" or score.probability < 0.6 or score.pair in seen or near & told or score.pair == (0, 0):
            continue
        sentence = reading.prepared.sentences[score.sentence]
        if sentence.kind == "title":
            continue
        seen.add(score.pair)
        span = reading.prepared.span(sentence.start, sentence.end)
        yield Claim("goal", value="regular", score=score.pair, spans=() if span is None else (span,), confidence=score.probability * 0.5)


def _substitutions(reading: Reading, parts: Sequence[Part], busy: Sequence[int]) -> Iterator[Claim]:
    ins = [part for part in parts if part.role == "in"]
    outs = [part for part in parts if part.role == "out"]
    injured = {part.person for part in parts if part.role == "injured"}
    for incoming, outgoing in _pairs(ins, outs):
        known = [part for part in (incoming, outgoing) if part is not None]
        main = incoming or outgoing
        assert main is not None
        time = _time(reading, main, busy) or (_time(reading, outgoing, busy) if outgoing and outgoing is not main else None)
        people: dict[Role, str] = {}
        if incoming:
            people["player_in"] = incoming.person
        if outgoing:
            people["player_out"] = outgoing.person
        yield Claim(
            "substitution",
            people=people,
            value="injury" if outgoing and outgoing.person in injured else None,
            time=time,
            spans=_spans(reading, known),
            confidence=min(part.probability for part in known),
            certainty={role: part.probability for role, part in (("player_in", incoming), ("player_out", outgoing)) if part},
        )


def _pairs(ins: Sequence[Part], outs: Sequence[Part]) -> list[tuple[Part | None, Part | None]]:
    """Pair who came with who went: in order within a sentence, then with the neighbouring sentence."""
    pairs: list[tuple[Part | None, Part | None]] = []
    by_sentence: dict[int, tuple[list[Part], list[Part]]] = defaultdict(lambda: ([], []))
    for part in ins:
        by_sentence[part.candidate.sentence][0].append(part)
    for part in outs:
        by_sentence[part.candidate.sentence][1].append(part)
    lonely_in: list[Part] = []
    lonely_out: list[Part] = []
    for came, went in by_sentence.values():
        if len(came) == len(went):
            pairs += list(zip(came, went, strict=True))
            continue
        free = list(went)
        for part in came:
            near = min(free, key=lambda other: abs(other.candidate.start - part.candidate.start), default=None)
            if near is None:
                lonely_in.append(part)
            else:
                free.remove(near)
                pairs.append((part, near))
        lonely_out += free
    for part in lonely_in:
        near = min(lonely_out, key=lambda other: abs(other.candidate.sentence - part.candidate.sentence), default=None)
        if near is not None and abs(near.candidate.sentence - part.candidate.sentence) <= 1:
            lonely_out.remove(near)
            pairs.append((part, near))
        else:
            pairs.append((part, None))
    return [_not_with_himself(*pair) for pair in pairs] + [(None, part) for part in lonely_out]


def _not_with_himself(came: Part | None, went: Part | None) -> tuple[Part | None, Part | None]:
    """Nobody replaces himself: of two mentions of one player the likelier role stays."""
    if came is None or went is None or came.person != went.person:
        return came, went
    return (came, None) if came.probability >= went.probability else (None, went)


def _simple(reading: Reading, part: Part, busy: Sequence[int]) -> Claim:
    """An event of one person."""
    kind = _KINDS[part.role]
    description = _injury_words(reading, part) if kind == "injury" else None
    return Claim(
        kind,
        people={PRINCIPAL[kind]: part.person},
        value=part.role if kind == "card" else _detail(part, part.role),
        words={"description": description} if description else {},
        time=None if kind == "absence" else _time(reading, part, busy),
        spans=_spans(reading, [part]),
        confidence=part.probability,
        certainty={"value": part.certainty},
    )


def _detail(part: Part, role: str) -> str | None:
    """The likeliest detail of a role, or None for "not said"."""
    options = DETAILS.get(role, ())
    if not options:
        return None
    best = max(options, key=lambda name: part.details.get(name, 0.0))
    value = best.split(":")[1]
    return None if value == "null" else value


_INJURY = re.compile(
    r"""(?<!\w)(?:
        [\w-]*(?:blessure|kwetsuur|letsel) | hamstring | kuit | lies | knie | enkel(?:banden)? | kruisband | schouder | hoofdwond
      | bloedneus | krampen? | hersenschudding | gebroken\s+\w+ | rug | sleutelbeen | voet | scheenbeen | dijbeen | elleboog | pols
      | rib(?:ben)? | \w*kneuzing | achillespees | spierscheur(?:ing)? | meniscus | wenkbrauw | neus
      | bovenbeen | heup | wreef | teen | kaak | duizelig
    )(?!\w)""",
    re.IGNORECASE | re.VERBOSE,
)


def _injury_words(reading: Reading, part: Part) -> str | None:
    sentence = reading.prepared.sentences[part.candidate.sentence]
    found = list(_INJURY.finditer(reading.prepared.view, sentence.start, sentence.end))
    near = min(found, key=lambda m: abs(m.start() - part.candidate.end), default=None)
    return near.group() if near else None


def _time(reading: Reading, part: Part, busy: Sequence[int]) -> MatchTime | None:
    clock = time_of(reading, part.candidate, part.role, busy)
    return None if clock is not None and clock.form == "half_time" and part.role not in ("in", "out") else _match_time(reading, clock)


def _match_time(reading: Reading, clock: ClockReading | None) -> MatchTime | None:
    if clock is None:
        return None
    span = reading.prepared.span(clock.start, clock.end)
    if span is None:
        return None
    words = as_written(span, reading.prepared.view[clock.start : clock.end].strip())
    return MatchTime(minute=clock.minute, added_time=clock.added_time, period=clock.period, exact=clock.exact, text=words)


def _spans(reading: Reading, parts: Sequence[Part], score: tuple[int, int] | None = None) -> tuple[Span, ...]:
    """The sentences that hold the people, and the score where it stands in another one."""
    prepared = reading.prepared
    indices = sorted({part.candidate.sentence for part in parts} | ({prepared.sentence_at(score[0])} if score else set()))
    for part in parts:
        if part.candidate.reference is not None:
            indices = sorted({*indices, *_naming_sentence(reading, part)})
    spans = [prepared.span(prepared.sentences[i].start, prepared.sentences[i].end) for i in indices]
    return tuple(span for span in spans if span is not None)


def _naming_sentence(reading: Reading, part: Part) -> set[int]:
    """Where the person a reference stands for was last named."""
    for entity in reading.entities:
        if entity.name == part.person:
            before = [m.sentence for m in entity.mentions if m.start <= part.candidate.start]
            return {before[-1]} if before else set()
    return set()
