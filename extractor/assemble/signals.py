"""Signals: what assembly knows of how sure each fact is, as numbers that are larger the surer it is.

Log-odds where there is a probability, counts and yes or no elsewhere. What they are worth is learned: see `confidence`.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

from extractor.assemble.goals import GoalGuess, Path, best_path
from extractor.claim import PRINCIPAL, Claim, EventKind
from extractor.confidence import LISTS, fact_paths
from extractor.dutch.reading import Reading
from extractor.report import MatchReport, Player

_STATED = 0.8
"""What a claim of a language model counts as: it does not say how sure it is."""
_MOST = 4.0
"""Log-odds beyond this, either way, say no more."""
_TEAM_OF: Mapping[str, str] = {"home.coach": "home", "away.coach": "away"}


@dataclass(frozen=True)
class Judged:
    """What is known of one fact.

    Args:
        group: Facts of one group are weighed alike.
        signals: By name, each larger the surer the fact is.
        raw: The product of the probabilities it rests on, before calibration.
        given: The fact without which it can't be right: the entry that an attribute belongs to.
    """

    group: str
    signals: Mapping[str, float]
    raw: float
    given: str | None = None


@dataclass(frozen=True)
class Known:
    """What assembly knows besides the report.

    Args:
        claims: All of them, grounded.
        reading: Of the article.
        sides: How sure the side of each person is, by fullest name.
        home: How sure it is which team was at home.
        margins: How much better (log) the reading that was chosen is than the best with the other team at home (`home`), and than
            the best with another final score (`final`).
        guesses: The goals as claimed.
        path: The goals as placed.
        final: The score that the path leads to, or None.
    """

    claims: Sequence[Claim]
    reading: Reading
    sides: Mapping[str, float]
    home: float
    margins: Mapping[str, float]
    guesses: Sequence[GoalGuess] = ()
    path: Path | None = None
    untold: float = 0.0
    final: tuple[int, int] | None = None
    names: Mapping[str, float] = field(default_factory=dict[str, float])


def judge(report: MatchReport, known: Known) -> dict[str, Judged]:
    """What is known of every fact in a report, entries before their attributes."""
    found: dict[str, Judged] = {}
    goals = list(_goal_signals(known))
    for path in fact_paths(report):
        name, number, attribute = (*path.split("."), "", "")[:3]
        if name not in LISTS:
            found[path] = _of_match(path, report, known)
            continue
        entry = getattr(report, name)[int(number)]
        if name == "goals":
            claims, signals, raw = goals[int(number)]
        elif name == "players":
            claims, signals, raw = _player(entry, report, known)
        else:
            claims, signals, raw = _event(name, entry, known)
        if not attribute:
            found[path] = Judged(name, signals, raw)
        else:
            about = dict(_of_attribute(name, attribute, entry, claims))
            chance = about.pop("chance", 1.0)
            if attribute == "score_after":
                about |= {"home": logit(known.home), "final": _bounded(known.margins.get("final", 0.0)), "path": signals["path"]}
            found[path] = Judged(_attribute_group(name, attribute), about, raw * chance, path.rsplit(".", 1)[0])
    return found


def logit(probability: float) -> float:
    """Log-odds within bounds."""
    return _bounded(math.log(max(probability, 1e-6) / max(1 - probability, 1e-6)))


def _bounded(value: float) -> float:
    return min(max(value, -_MOST), _MOST)


def _chance(claim: Claim) -> float:
    return _STATED if claim.source == "model" else claim.confidence


def _attribute_group(name: str, attribute: str) -> str:
    """Times are alike in all lists; other attributes are not."""
    return attribute if attribute in ("time", "started", "assist", "score_after") else f"{name}.{attribute}"


def _of_match(path: str, report: MatchReport, known: Known) -> Judged:
    """A match-level fact."""
    signals: dict[str, float] = {}
    raw = 1.0
    kind = path.rsplit(".", maxsplit=1)[-1]
    claims = [claim for claim in known.claims if claim.kind == kind and claim.value is not None]
    if claims:
        signals["tellings"] = math.log(len(claims))
    if path in ("home", "away", "score", "half_time", "shootout", "aggregate"):
        signals |= {"home": logit(known.home), "choice": _bounded(known.margins.get("home", 0.0))}
        raw = known.home
    if path in ("home", "away"):
        team = getattr(report, path)
        signals |= {
            "name": logit(known.names.get(team.name, 0.5)),
            "teams": logit(known.reading.teams.confidence if known.reading.teams else 0.5),
        }
    elif path in ("score", "half_time", "shootout", "aggregate"):
        score = getattr(report, path)
        kinds = ("final",) if path == "score" else (path,)
        same = [one for one in known.reading.scores if one.pair in ((score.home, score.away), (score.away, score.home))]
        best = max((one.probability for one in same if one.kind in kinds), default=0.05)
        signals |= {"written": logit(best), "mentions": math.log(1 + len(same))}
        signals["final"] = _bounded(known.margins.get("final", 0.0)) if path == "score" else 0.0
        raw *= best
    elif path in ("home.coach", "away.coach", "referee", "venue.stadium"):
        person = (
            getattr(report, _TEAM_OF[path]).coach if path in _TEAM_OF else report.referee if path == "referee" else report.venue.stadium
        )
        named = known.names.get(person or "", 0.5)
        signals["name"] = logit(named)
        raw = named
        if path in _TEAM_OF:
            side = known.sides.get(person or "", 0.5)
            signals |= {"side": logit(side), "home": logit(known.home)}
            raw *= side
    return Judged("team" if path in ("home", "away") else "coach" if path in _TEAM_OF else path, signals, raw)


def _goal_signals(known: Known) -> Iterator[tuple[Sequence[Claim], dict[str, float], float]]:
    """Of each goal on the path: how likely it was claimed, how much worse the path is without it, how sure its side."""
    if known.path is None:
        return
    for placed in known.path.goals:
        guess = placed.guess
        claim = max(_chance(claim) for claim in guess.claims)
        side = guess.home if placed.is_home else 1 - guess.home
        without = best_path([other for other in known.guesses if other is not guess], known.final, known.untold)
        own = known.sides.get(guess.scorer or "", 0.5)
        yield (
            guess.claims,
            {
                "claim": logit(claim),
                "path": _bounded(known.path.score - without.score),
                "side": logit(side),
                "own_side": logit(own),
                "home": logit(known.home),
                "named": float(guess.scorer is not None),
                "name": logit(known.names.get(guess.scorer or "", 0.5)),
                "written": float(placed.after is not None and guess.score == placed.after),
                "tellings": math.log(len(guess.claims)),
            },
            claim * side,
        )


def _event(name: str, event: Any, known: Known) -> tuple[Sequence[Claim], dict[str, float], float]:  # noqa: ANN401  any entry
    """Of an entry of the other lists: the claims behind it, and how sure they and the side of its people are."""
    claims = [claim for claim in known.claims if claim.kind == LISTS[name][0] and _tells(claim, event)]
    chance = max((_chance(claim) for claim in claims), default=0.5)
    if name == "next_fixtures":
        return claims, {"tellings": math.log(max(1, len(claims))), "opponent": float(event.opponent is not None)}, chance
    people = {person for claim in claims for person in claim.people.values()}
    side = max((known.sides[person] for person in people if person in known.sides), default=0.5)
    named = min((known.names.get(person, 0.5) for person in people), default=0.5)
    signals = {"claim": logit(chance), "side": logit(side), "home": logit(known.home), "name": logit(named)}
    signals |= {"tellings": math.log(max(1, len(claims))), "timed": float(getattr(event, "time", None) is not None)}
    if name == "substitutions":
        signals["both"] = float(event.player_in is not None and event.player_out is not None)
        signals["came"] = float(event.player_in is not None)
    return claims, signals, chance * side


def _tells(claim: Claim, event: Any) -> bool:  # noqa: ANN401  any entry
    """Whether an event was made of a claim: the same people, at places that it has as evidence."""
    if not set(claim.spans) <= set(event.evidence):
        return False
    if claim.kind == "next_fixture":
        return claim.words.get("opponent") == event.opponent
    role = PRINCIPAL.get(cast("EventKind", claim.kind))
    if claim.kind == "substitution":
        return any(claim.people.get(one) == getattr(event, one) is not None for one in ("player_in", "player_out"))
    return role is not None and claim.people.get(role) == getattr(event, role)


def _player(player: Player, report: MatchReport, known: Known) -> tuple[Sequence[Claim], dict[str, float], float]:
    """Of a player: how sure it is that the name is a player's, how sure the side, and how much the match has to do with it."""
    name = player.name
    named, side = known.names.get(name, 0.5), known.sides.get(name, 0.5)
    mentions = sum(len(entity.mentions) for entity in known.reading.entities if entity.name == name)
    told = [claim for claim in known.claims if name in claim.people.values()]
    taking_part = max((_chance(claim) for claim in told), default=0.1)
    scored = sum(name in (goal.scorer, goal.assist) for goal in report.goals)
    signals = {"name": logit(named), "side": logit(side), "home": logit(known.home), "mentions": math.log(max(1, mentions))}
    signals |= {"told": logit(taking_part), "goal": float(scored > 0), "full": float(" " in name)}
    return [claim for claim in told if claim.kind in ("player", "substitution", "absence")], signals, named * side


def _of_attribute(name: str, attribute: str, entry: Any, claims: Sequence[Claim]) -> Iterator[tuple[str, float]]:  # noqa: ANN401  any entry
    """What is known of an attribute, given that its entry is right."""
    if attribute == "time":
        time = entry.time
        saying = [claim for claim in claims if claim.time is not None and claim.time.minute == time.minute]
        yield "exact", float(time.exact)
        yield "minute", float(time.minute is not None)
        yield "tellings", math.log(max(1, len(saying)))
        yield "only", float(len({claim.time.minute for claim in claims if claim.time is not None}) <= 1)
        yield "goal", float(name == "goals")
    elif attribute in ("assist", "player_out"):
        saying = [claim for claim in claims if claim.people.get(attribute) == getattr(entry, attribute)]
        chance = max((claim.certainty.get(attribute, _STATED) for claim in saying), default=0.5)
        yield "chance", chance
        yield "claim", logit(chance)
    elif attribute == "started":
        kinds = {claim.kind for claim in claims}
        chance = max((_chance(claim) for claim in claims), default=0.5)
        yield "chance", chance
        yield "claim", logit(chance)
        yield "out", float(entry.started is False and bool(kinds & {"substitution", "absence"}))
    elif attribute == "score_after":
        yield "written", float(any(claim.score is not None for claim in claims))
    else:
        value = getattr(entry, attribute)
        chance = max((claim.certainty.get("value", _STATED) for claim in claims if claim.value == value), default=0.5)
        yield "chance", chance
        yield "claim", logit(chance)
