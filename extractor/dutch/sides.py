"""Sides: which of the two teams each player belongs to, decided for all players of an article at once.

What the encoder says of each mention (whose company the player is in, which team he belongs to), line-ups and
shared events are evidence that two belong together or not. The sides are the assignment that fits all of it best.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from extractor.dutch.masked import Symbol
from extractor.dutch.reading import MatchTeams, Reading

Node = int | str
"""An entity, or a word that describes one of the teams: `home` or `away`."""

TeamSide = int
"""+1 for the team named first, -1 for the other."""

COMPANY_WEIGHT, TEAM_WEIGHT = 1.0, 1.0
"""Of the encoder's log-odds for the company of a player and for his team. Mentions of one player are not independent: together
they count as the root of their number."""
_LINE_UP = 6.0
"""Log-odds that a player in a line-up belongs to the team that heads it."""
_BOUND = 6.0
"""Log-odds that two can have of sharing a side, however much says so."""
_TEMPERATURES = (4.0, 2.0, 1.0, 1.0, 1.0)


def is_line_up(symbols: Sequence[Symbol]) -> bool:
    """Whether a sentence is a list of players rather than prose."""
    players = sum(symbol.text == "[P]" for symbol in symbols)
    return players >= 7 and players * 5 > len(symbols) - sum(not symbol.text[0].isalnum() for symbol in symbols)


def line_up_links(reading: Reading, teams: MatchTeams) -> Iterator[tuple[int, int]]:
    """(player, team) of every player in a line-up that its team heads: "Vitesse: De Wael; ...".

    A line-up without a head belongs to nobody; one that runs over several sentences keeps its head.
    """
    head: int | None = None
    paragraph = -1
    for index, symbols in enumerate(reading.symbols):
        sentence = reading.prepared.sentences[index]
        if sentence.paragraph != paragraph:
            head, paragraph = None, sentence.paragraph
        names = sum(symbol.text == "[P]" for symbol in symbols)
        if names < 2 and not is_line_up(symbols):
            continue
        for position, symbol in enumerate(symbols):
            follows = symbols[position + 1].text if position + 1 < len(symbols) else ""
            if symbol.entity in (teams.first, teams.second) and follows in (":", "(", "-", "*") and (is_line_up(symbols) or names >= 5):
                head = symbol.entity
            elif symbol.text == "[P]" and symbol.entity is not None and head is not None and (is_line_up(symbols) or names >= 5):
                yield symbol.entity, head


def assign_sides(reading: Reading, teams: MatchTeams, same: Sequence[tuple[int, int, float]] = ()) -> dict[int, tuple[TeamSide, float]]:
    """The side of every player and coach (entity index) with a confidence between 0.5 and 1.

    Args:
        reading: The article's reading.
        teams: Its two teams.
        same: Further evidence: (entity, entity, log-odds that they share a side), as events give it.
    """
    links: dict[tuple[Node, Node], float] = defaultdict(float)
    for one, other, odds in (*_understood(reading, teams), *same):
        links[one, other] += odds
    for player, team in line_up_links(reading, teams):
        links[player, team] += _LINE_UP
    return _solve(reading, teams, links)


def _understood(reading: Reading, teams: MatchTeams) -> Iterator[tuple[Node, Node, float]]:
    """What the encoder says: (player, player or team, log-odds that they share a side)."""
    if reading.insight is None:
        return
    for (one, other), odds in reading.insight.companions().items():
        yield one, other, COMPANY_WEIGHT * sum(odds) / len(odds) ** 0.5
    for player, odds in reading.insight.teams_of().items():
        lean = TEAM_WEIGHT * sum(odds) / len(odds) ** 0.5 / 2
        yield player, teams.first, lean
        if teams.second is not None:
            yield player, teams.second, -lean


def _solve(reading: Reading, teams: MatchTeams, links: Mapping[tuple[Node, Node], float]) -> dict[int, tuple[TeamSide, float]]:
    """Mean field with annealing over sides in [-1, 1]; the two teams are fixed."""
    players = [n for n, entity in enumerate(reading.entities) if entity.kind in ("player", "coach")]
    nodes: list[Node] = [teams.first, *([] if teams.second is None else [teams.second]), "home", "away", *players]
    index = {node: number for number, node in enumerate(nodes)}
    weights = np.zeros((len(nodes), len(nodes)))
    for (one, other), odds in links.items():
        if one in index and other in index:
            bounded = float(np.clip(odds, -_BOUND, _BOUND)) / 2
            weights[index[one], index[other]] += bounded
            weights[index[other], index[one]] += bounded
    weights[index["home"], index["away"]] = weights[index["away"], index["home"]] = -3.0
    lean = float(np.log(np.clip(teams.first_is_home, 0.05, 0.95) / (1 - np.clip(teams.first_is_home, 0.05, 0.95))))
    weights[index["home"], 0] = weights[0, index["home"]] = lean / 2
    state = np.zeros(len(nodes))
    fixed = {0: 1.0} | ({} if teams.second is None else {1: -1.0})
    for place, value in fixed.items():
        state[place] = value
    for temperature in _TEMPERATURES:
        for _ in range(12):
            state = 0.5 * state + 0.5 * np.tanh(weights @ state / temperature)
            for place, value in fixed.items():
                state[place] = value
    return {player: (1 if state[index[player]] >= 0 else -1, 0.5 + abs(float(state[index[player]])) / 2) for player in players}

