"""Match-level fields: one value each, with its evidence."""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, cast

from extractor.claim import Claim, ScorePair
from extractor.dutch.reading import Reading
from extractor.dutch.scores import ScoreMention
from extractor.report import Score, Span, Status, Venue


@dataclass(frozen=True)
class MatchFacts:
    """The match-level fields; `finals` are possible final scores with log-weights, best first."""

    status: Status
    competition: str | None
    round: str | None
    leg: Literal[1, 2] | None
    date: str | None
    venue: Venue
    attendance: int | None
    referee: str | None
    half_time: Score | None
    extra_time: bool
    shootout: Score | None
    aggregate: Score | None
    finals: Sequence[tuple[ScorePair | None, float]]
    evidence: Mapping[str, list[Span]]


_PATHS = {"stadium": "venue.stadium", "city": "venue.city"}


def match_facts(claims: Sequence[Claim], reading: Reading) -> MatchFacts:
    """Read the match-level fields from claims and from the scores of the reading."""
    first: dict[str, Claim] = {}
    for claim in claims:
        if claim.kind not in ("player", "team") and (claim.value is not None or claim.score is not None):
            first.setdefault(claim.kind, claim)
    values = {kind: claim.value for kind, claim in first.items() if claim.value is not None}
    evidence = {_PATHS.get(kind, kind): list(claim.spans) for kind, claim in first.items() if kind in _LEVEL and claim.spans}
    leg = values.get("leg")
    scores = {kind: _stated(first.get(kind), reading, kind, evidence) for kind in ("half_time", "shootout", "aggregate")}
    return MatchFacts(
        status=cast("Status", values.get("status", "finished")),
        competition=values.get("competition"),
        round=values.get("round"),
        leg=1 if leg == "1" else 2 if leg == "2" else None,
        date=values.get("date"),
        venue=Venue(stadium=values.get("stadium"), city=values.get("city")),
        attendance=_digits(values.get("attendance")),
        referee=values.get("referee"),
        half_time=scores["half_time"],
        extra_time=values.get("extra_time") == "true" or (scores["shootout"] is not None and _long(reading)),
        shootout=scores["shootout"],
        aggregate=scores["aggregate"],
        finals=_finals(first.get("score"), reading, evidence),
        evidence=evidence,
    )


_LEVEL = frozenset(["status", "competition", "round", "leg", "date", "stadium", "city", "attendance", "referee", "extra_time"])


def _digits(words: str | None) -> int | None:
    """The number in words like "12.500 toeschouwers"."""
    found = re.search(r"\d[\d.\s]*", words or "")
    return int(re.sub(r"\D", "", found.group())) if found else None


def _long(reading: Reading) -> bool:
    return "verleng" in reading.prepared.view.lower()


def _stated(claim: Claim | None, reading: Reading, kind: str, evidence: dict[str, list[Span]]) -> Score | None:
    """A score that a model claims, or else that the reader takes for one of this kind."""
    if claim is not None and claim.score is not None:
        evidence[kind] = list(claim.spans)
        return Score(home=claim.score[0], away=claim.score[1])
    if claim is not None:
        return None
    found = [score for score in reading.scores if score.kind == kind and score.probability > 0.5]
    if not found:
        return None
    best = max(found, key=lambda score: score.probability)
    span = reading.prepared.span(best.start, best.end)
    if span is not None:
        evidence[kind] = [span]
    return Score(home=best.pair[0], away=best.pair[1])


def _finals(claim: Claim | None, reading: Reading, evidence: dict[str, list[Span]]) -> list[tuple[ScorePair | None, float]]:
    """Candidates for the final score with log-weights."""
    if claim is not None and claim.score is not None:
        evidence["score"] = list(claim.spans)
        return [(claim.score, 0.0), ((claim.score[1], claim.score[0]), -4.0)]
    weights: dict[ScorePair, float] = defaultdict(float)
    for score in reading.scores:
        weights[score.pair] += _weight(score)
    if not weights:
        return [(None, 0.0)]
    total = sum(weights.values())
    options: dict[ScorePair, float] = {}
    for pair, weight in weights.items():
        options[pair] = max(options.get(pair, -99.0), _FINAL_WEIGHT * math.log(weight / total))
        turned = (pair[1], pair[0])
        odds = _TURNED_WON if pair[0] > pair[1] else _TURNED_LOST
        options[turned] = max(options.get(turned, -99.0), _FINAL_WEIGHT * math.log(weight / total) + odds)
    ranked = sorted(options.items(), key=lambda item: -item[1])[:6]
    _note(ranked[0][0], reading, evidence)
    sure = max((score.probability for score in reading.scores if score.kind == "final"), default=0.0)
    return [*ranked, (None, math.log(max(_UNWRITTEN * (1 - sure), _LEAST_UNWRITTEN)))]


_FINAL_WEIGHT = 1.5
"""Of what the words around the written scores say, beside the goals."""
_TURNED_WON, _TURNED_LOST = -2.7, -3.6
"""Log-odds that a final score stands with the visitors' goals first, where the first number is the larger one ("won met 2-1") or not;
counted on train."""
_UNWRITTEN, _LEAST_UNWRITTEN = 0.01, 0.00001
"""How likely it is that the final score is nowhere written and follows from the goals, where no score looks like the final one; and at
least. Lower than it is: more goals always explain more claims."""


def _note(pair: ScorePair, reading: Reading, evidence: dict[str, list[Span]]) -> None:
    for score in reading.scores:
        if score.pair == pair and (span := reading.prepared.span(score.start, score.end)):
            evidence["score"] = [span]
            return


def _weight(score: ScoreMention) -> float:
    if score.kind == "final":
        return score.probability
    if score.kind == "running":
        return 0.35 * (1 - score.probability) + 0.12
    return 0.02
