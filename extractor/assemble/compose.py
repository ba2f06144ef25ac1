"""Compose: sides, score and goals decided together, then every list of the report."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import cast

from extractor.assemble.events import Lists, event_lists
from extractor.assemble.facts import MatchFacts, match_facts
from extractor.assemble.goals import UNTOLD_SETTLED, UNTOLD_WEIGHING, GoalGuess, Grouping, Path, Told, best_path, gather_goals
from extractor.assemble.signals import Judged, Known, judge
from extractor.assemble.warn import find_warnings
from extractor.claim import Claim, ScorePair
from extractor.dutch.entities import Entity
from extractor.dutch.reading import MatchTeams, Reading
from extractor.dutch.retold import same_goal_probability
from extractor.dutch.sides import SideLink, TeamSide, assign_sides, side_links
from extractor.errors import NotAMatchReport
from extractor.report import ArticleEcho, Goal, GoalKind, MatchReport, Player, Score, Side, Team

_PRIOR_WEIGHT = 2.0
"""How much the words about home and away weigh against the path of the goals; chosen on dev (0.8 to 3 tried)."""
_SIDE_TRUST = 0.8
"""How likely at most a scorer's side is right, as far as the goals are concerned; chosen on tune and dev."""
_EVENT_LINK = 3.0
"""Log-odds that two people of one event share a side."""


@dataclass(frozen=True)
class Decided:
    """What was decided for the match as a whole."""

    reading: Reading
    home: int
    away: int | None
    home_confidence: float
    sides: Mapping[str, tuple[Side, float]]
    """Side of each person by fullest name, with a confidence."""
    best: _Best

    @property
    def path(self) -> Path:
        """The goals."""
        return self.best.path

    @property
    def final(self) -> ScorePair | None:
        """The final score."""
        return self.best.final


@dataclass(frozen=True)
class _Best:
    """Which team was at home, the goals and the final score that fit together best; and by how much (see `Known`)."""

    first_is_home: bool
    path: Path
    final: ScorePair | None
    guesses: Sequence[GoalGuess]
    margins: Mapping[str, float]


@dataclass(frozen=True)
class Assembled:
    """A report, and what is known of how sure its facts are."""

    report: MatchReport
    judged: Mapping[str, Judged]


def assemble(claims: Sequence[Claim], reading: Reading) -> MatchReport:
    """One consistent report from grounded claims: `assemble_judged`, without what is known of its facts."""
    return assemble_judged(claims, reading).report


def assemble_judged(claims: Sequence[Claim], reading: Reading) -> Assembled:
    """One consistent report from grounded claims.

    Raises:
        NotAMatchReport: No two teams can be made out.
    """
    if reading.teams is None:
        raise NotAMatchReport("no_teams", "no football clubs are named in it")
    facts = match_facts(claims, reading)
    decided = _decide(claims, reading, facts)
    lists = event_lists(claims, {name: side for name, (side, _) in decided.sides.items()}, _team_sides(decided))
    half_time = _sane(facts.half_time, decided.final)
    unused = ({"half_time"} if half_time is None else set[str]()) | ({"score"} if facts.status == "postponed" else set[str]())
    report = MatchReport(
        article=_echo(reading),
        status=facts.status,
        competition=facts.competition,
        round=facts.round,
        leg=facts.leg,
        date=facts.date,
        venue=facts.venue,
        attendance=facts.attendance,
        referee=facts.referee,
        home=_team(decided, decided.home, "home"),
        away=_team(decided, decided.away, "away"),
        score=None if decided.final is None or facts.status == "postponed" else _score(decided.final),
        half_time=half_time,
        extra_time=facts.extra_time,
        shootout=facts.shootout,
        aggregate=facts.aggregate,
        goals=[] if facts.status == "postponed" else list(_goals(decided)),
        **lists.by_field(),
        players=_players(decided, lists),
        evidence={path: spans for path, spans in facts.evidence.items() if path not in unused},
    )
    sides = {name: sure for name, (_, sure) in decided.sides.items()}
    warnings = find_warnings(report, decided.home_confidence, sides)
    known = Known(
        claims=claims,
        reading=reading,
        sides=sides,
        home=decided.home_confidence,
        margins=decided.best.margins,
        guesses=decided.best.guesses,
        path=decided.path,
        untold=UNTOLD_SETTLED,
        final=decided.final,
        names={form: entity.confidence for entity in reversed(reading.entities) for form in entity.forms},
    )
    return Assembled(report.model_copy(update={"warnings": warnings}), judge(report, known))


def _team_sides(decided: Decided) -> dict[str, Side]:
    sides: dict[str, Side] = dict.fromkeys(decided.reading.entities[decided.home].forms, "home")
    if decided.away is not None:
        sides |= dict.fromkeys(decided.reading.entities[decided.away].forms, "away")
    return sides


def _echo(reading: Reading) -> ArticleEcho:
    article = reading.prepared.article
    return ArticleEcho(id=article.id, title=article.title, published=article.published, source=article.source)


def _score(pair: ScorePair) -> Score:
    return Score(home=pair[0], away=pair[1])


def _sane(half_time: Score | None, final: ScorePair | None) -> Score | None:
    """A half-time score can't exceed the final one."""
    if half_time is None or final is None or half_time.home > final[0] or half_time.away > final[1]:
        return None
    return half_time


def _decide(claims: Sequence[Claim], reading: Reading, facts: MatchFacts) -> Decided:
    """Try both teams at home with every likely final score; keep what explains the goals best."""
    teams = reading.teams
    assert teams is not None
    links = [*side_links(reading, teams), *_same_side(claims, reading, teams)]
    goals = [claim for claim in claims if claim.kind == "goal"]
    told = _told_again(goals, reading)
    settled = assign_sides(reading, teams, links)
    best = _best_reading(goals, _by_name(reading, settled), facts, reading, told)
    for _ in range(2):  # the goals anchor who plays for whom, and that in turn places more goals
        leaning = replace(teams, first_is_home=0.95 if best.first_is_home else 0.05)
        settled = assign_sides(reading, leaning, [*links, *_scorer_sides(best.path, reading, teams, best.first_is_home)])
        best = _best_reading(goals, _by_name(reading, settled), facts, reading, told)
    first_is_home = best.first_is_home
    sides: dict[str, tuple[Side, float]] = {}
    for name, (side, sure) in _by_name(reading, settled).items():
        sides[name] = ("home" if (side == 1) == first_is_home else "away", sure)
    home, away = (teams.first, teams.second) if first_is_home else (teams.second, teams.first)
    if home is None:
        home, away = away, None
    assert home is not None
    return Decided(reading, home, away, teams.first_is_home if first_is_home else 1 - teams.first_is_home, sides, best)


def _told_again(goals: Sequence[Claim], reading: Reading) -> Told:
    """How likely two goal claims with one scorer are about one goal, by where the article tells them."""
    forms = {form: entity.forms for entity in reversed(reading.entities) for form in entity.forms}
    places = [_telling_sentence(claim, reading, forms) for claim in goals]
    return {
        (i, j): same_goal_probability(reading, *sorted((places[i], places[j])))
        for j, other in enumerate(goals)
        for i, one in enumerate(goals[:j])
        if one.people.get("scorer") is not None and one.people.get("scorer") == other.people.get("scorer")
    }


def _telling_sentence(claim: Claim, reading: Reading, forms: Mapping[str, Sequence[str]]) -> int:
    """Where the scorer is named, else where the claim's evidence ends."""
    scorer = claim.people.get("scorer", "")
    naming = [span for span in claim.spans if any(form in span.text for form in forms.get(scorer, (scorer,)))]
    span = (naming or list(claim.spans))[-1]
    return reading.prepared.sentence_at(reading.prepared.view_offset.get(span.start, 0))


def _by_name(reading: Reading, sides: Mapping[int, tuple[TeamSide, float]]) -> dict[str, tuple[TeamSide, float]]:
    return {reading.entities[number].name: found for number, found in sides.items()}


def _best_reading(
    goals: Sequence[Claim], firsts: Mapping[str, tuple[TeamSide, float]], facts: MatchFacts, reading: Reading, told: Told
) -> _Best:
    """Which team was at home, the path of the goals and the final score that fit together best."""
    teams = reading.teams
    assert teams is not None
    tried: list[tuple[float, bool, ScorePair | None]] = []
    groupings: dict[bool, list[Grouping]] = {}
    for first_is_home in (True, False):
        prior = math.log(max(teams.first_is_home if first_is_home else 1 - teams.first_is_home, 0.02))
        groupings[first_is_home] = gather_goals(goals, [_home_probability(claim, firsts, first_is_home) for claim in goals], told)
        for final, weight in facts.finals:
            fitting = _fitting(groupings[first_is_home], final, UNTOLD_WEIGHING)
            tried.append((_PRIOR_WEIGHT * prior + weight + fitting[0], first_is_home, final or fitting[1].final if goals else final))
    total, first_is_home, final = max(tried, key=lambda one: one[0])
    rivals = {
        "home": max(one for one, at_home, _ in tried if at_home != first_is_home),
        "final": max((one for one, _, other in tried if other != final), default=-math.inf),
    }
    _, path, guesses = _fitting(groupings[first_is_home], final, UNTOLD_SETTLED)
    return _Best(first_is_home, path, final, guesses, {name: total - rival for name, rival in rivals.items()})


def _fitting(groupings: Sequence[Grouping], final: ScorePair | None, untold: float) -> tuple[float, Path, Sequence[GoalGuess]]:
    """The grouping of the goal claims, and the path through it, that fit the final score best."""
    paths = [(grouping, best_path(grouping.guesses, final, untold)) for grouping in groupings]
    grouping, path = max(paths, key=lambda one: one[0].score + one[1].score)
    return grouping.score + path.score, path, grouping.guesses


def _home_probability(claim: Claim, firsts: Mapping[str, tuple[TeamSide, float]], first_is_home: bool) -> float:
    """How likely a goal counts for the home side, from its scorer's side and what the claim says."""
    if claim.side in ("home", "away"):
        return 0.95 if claim.side == "home" else 0.05
    scorer = claim.people.get("scorer") or claim.people.get("assist")
    if scorer is None or scorer not in firsts:
        return 0.5
    side, sure = firsts[scorer]
    probability = sure if (side == 1) == first_is_home else 1 - sure
    probability = min(max(probability, 1 - _SIDE_TRUST), _SIDE_TRUST)
    return 1 - probability if claim.value == "own_goal" else probability


def _indices(reading: Reading) -> dict[str, int]:
    return {form: number for number, entity in reversed(list(enumerate(reading.entities))) for form in entity.forms}


def _same_side(claims: Sequence[Claim], reading: Reading, teams: MatchTeams) -> Iterator[SideLink]:
    """People of one event belong together; a side that a model states links its people to that team."""
    index = _indices(reading)
    first_is_home = teams.first_is_home >= 0.5
    for claim in claims:
        people = [index[name] for name in claim.people.values() if name in index]
        if claim.kind in ("goal", "substitution") and len(people) == 2 and claim.value != "own_goal":
            yield people[0], people[1], _EVENT_LINK
        if claim.source != "model" or claim.side not in ("home", "away"):
            continue
        own = claim.kind == "goal" and claim.value == "own_goal"
        is_first = ((claim.side == "home") == first_is_home) != own
        for person in people:
            yield person, teams.first, 3.0 if is_first else -3.0


def _scorer_sides(path: Path, reading: Reading, teams: MatchTeams, first_is_home: bool) -> Iterator[SideLink]:
    index = _indices(reading)
    for placed in path.goals:
        scorer = placed.guess.scorer
        if scorer is None or scorer not in index:
            continue
        own = placed.guess.claims[-1].value == "own_goal"
        is_first = (placed.is_home == first_is_home) != own
        yield index[scorer], teams.first, 5.0 if is_first else -5.0


def _goals(decided: Decided) -> Iterator[Goal]:
    for placed in decided.path.goals:
        claims = placed.guess.claims
        main = max(claims, key=lambda claim: (claim.score is not None, claim.time is not None, len(claim.people), claim.confidence))
        side: Side = "home" if placed.is_home else "away"
        kinds = [claim.value for claim in claims if claim.value not in (None, "regular")]
        own = main.value == "own_goal"
        helpers = [claim.people["assist"] for claim in (main, *claims) if "assist" in claim.people]
        assist = helpers[0] if helpers and not any(claim.value == "own_goal" for claim in claims) else None
        times = [claim.time for claim in (main, *claims) if claim.time]
        time = next((time for time in times if time.minute is not None), times[0] if times else None)
        spans = {span for claim in claims for span in claim.spans}
        yield Goal(
            scorer=placed.guess.scorer,
            team=side,
            kind=cast("GoalKind", "own_goal" if own else (kinds[0] if kinds else "regular")),
            assist=assist if assist != placed.guess.scorer else None,
            time=time,
            score_after=None if placed.after is None else _score(placed.after),
            evidence=sorted(spans, key=lambda span: span.start),
        )


def _team(decided: Decided, number: int | None, side: Side) -> Team:
    if number is None:
        raise NotAMatchReport("one_team", "it names one team only")
    entity = decided.reading.entities[number]
    coaches = [e for e in decided.reading.entities if e.kind == "coach" and decided.sides.get(e.name, (None, 0.0))[0] == side]
    coach = max(coaches, key=lambda e: (e.confidence, len(e.mentions)), default=None)
    return Team(name=entity.name, aliases=[form for form in entity.forms if form != entity.name], coach=coach.name if coach else None)


def _players(decided: Decided, lists: Lists) -> list[Player]:
    players: list[Player] = []
    for entity in decided.reading.entities:
        if entity.kind != "player" or entity.name not in decided.sides:
            continue
        players.append(
            Player(
                name=entity.name,
                aliases=[form for form in entity.forms if form != entity.name],
                team=decided.sides[entity.name][0],
                started=_started(entity, lists),
            )
        )
    return players


def _started(entity: Entity, lists: Lists) -> bool | None:
    if entity.name in lists.not_started:
        return False
    return True if entity.name in lists.started else None
