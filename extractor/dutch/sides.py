"""Sides: which of the two teams each player belongs to, decided for all players of an article at once.

Every sentence that names two players, or a player and a team, is weak evidence that they belong
together or not; a linear model and the encoder weigh it. The sides are the assignment that fits all of it best.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from extractor.dutch.lexicon import AWAY_WORDS, HOME_WORDS
from extractor.dutch.linear import load_model
from extractor.dutch.masked import Symbol
from extractor.dutch.reading import MatchTeams, Reading

Node = int | str
"""An entity, or a word that describes one of the teams: `home`, `away` or `own`."""

TeamSide = int
"""+1 for the team named first, -1 for the other."""

_OWN_WORDS = frozenset("wij we ons onze".split())


@dataclass(frozen=True, slots=True)
class Pair:
    """Two things named in one sentence, or in sentences close to each other."""

    one: Node
    other: Node
    sentence: int
    at: tuple[int, int]
    before: int = 0
    """How many sentences the first one stands before the second one's."""


def find_pairs(reading: Reading, teams: MatchTeams) -> Iterator[Pair]:
    """Pairs of a player with a player or team in the same sentence, in the order of the text."""
    relevant = {teams.first, teams.second}
    recent: list[tuple[int, int, Node]] = []
    for index, symbols in enumerate(reading.symbols):
        if is_line_up(symbols) or reading.prepared.sentences[index].kind == "title":
            continue
        spots: list[tuple[int, Node]] = []
        for position, symbol in enumerate(symbols):
            node = _node(reading, symbol, relevant)
            if node is not None:
                spots.append((position, node))
        for i, (left, one) in enumerate(spots):
            for right, other in spots[i + 1 : i + 25]:
                if one != other and (_is_player(reading, one) or _is_player(reading, other)):
                    yield Pair(one, other, index, (left, right))
        yield from _focus_pairs(reading, index, spots, recent)
        recent = [*recent, *((index, position, node) for position, node in spots)]


def _focus_pairs(
    reading: Reading, index: int, spots: Sequence[tuple[int, Node]], recent: Sequence[tuple[int, int, Node]]
) -> Iterator[Pair]:
    """What was in focus before.

    The team named last goes with the players of a sentence that names none, and the player named last with
    the first one of the next sentence.
    """
    players = [(position, node) for position, node in spots if _is_player(reading, node)]
    teams = [entry for entry in recent if not _is_player(reading, entry[2]) and index - entry[0] <= 3]
    if teams and not any(not _is_player(reading, node) for _, node in spots):
        sentence, at, team = teams[-1]
        for position, player in players[:3]:
            yield Pair(team, player, index, (at, position), index - sentence)
    earlier = [entry for entry in recent if _is_player(reading, entry[2]) and entry[0] == index - 1]
    if earlier and players and earlier[-1][2] != players[0][1]:
        sentence, at, player = earlier[-1]
        yield Pair(player, players[0][1], index, (at, players[0][0]), 1)


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


def _node(reading: Reading, symbol: Symbol, teams: set[int | None]) -> Node | None:
    if symbol.entity is not None:
        if reading.entities[symbol.entity].kind in ("player", "coach") or symbol.entity in teams:
            return symbol.entity
        return None
    if symbol.text in HOME_WORDS:
        return "home"
    if symbol.text in AWAY_WORDS:
        return "away"
    return "own" if symbol.text in _OWN_WORDS else None


def _is_player(reading: Reading, node: Node) -> bool:
    return isinstance(node, int) and reading.entities[node].kind in ("player", "coach")


def _letter(reading: Reading, node: Node) -> str:
    if isinstance(node, str):
        return "D"
    return {"player": "P", "coach": "K"}.get(reading.entities[node].kind, "C")


def pair_features(reading: Reading, pair: Pair) -> list[str]:
    """The words between, before and after the two."""
    if pair.before:
        return _focus_features(reading, pair)
    symbols = reading.symbols[pair.sentence]
    left, right = pair.at
    between = [s.text for s in symbols[left + 1 : right]]
    lemmas = [s.lemma for s in symbols[left + 1 : right]]
    kinds = _letter(reading, pair.one) + _letter(reading, pair.other)
    before = symbols[left - 1].text if left else "<s>"
    after = symbols[right + 1].text if right + 1 < len(symbols) else "</s>"
    features = [f"{kinds}", f"{kinds}|distance={min(len(between), 12)}", f"{kinds}|before={before}", f"{kinds}|after={after}"]
    features.append(f"{kinds}|players_between={min(sum(w == '[P]' for w in between), 5)}")
    features.append(f"{kinds}|teams_between={min(sum(w == '[C]' for w in between), 3)}")
    if len(between) <= 8:
        features.append(f"{kinds}|between={' '.join(between)}")
    features += [f"{kinds}|b={w}" for w in lemmas[:14]]
    features += [f"{kinds}|b2={a} {b}" for a, b in pairwise(between[:14])]
    features += [f"{kinds}|l1={before}+{between[0] if between else '-'}", f"{kinds}|r1={between[-1] if between else '-'}+{after}"]
    features.append(f"{kinds}|outer={' '.join(s.text for s in symbols[max(0, left - 2) : left])}")
    features += [f"{kinds}|a={s.lemma}" for s in symbols[right + 1 : right + 5]]
    return features


def _focus_features(reading: Reading, pair: Pair) -> list[str]:
    """The end of the one's sentence, the beginning of the other's, and how far apart they are."""
    first, second = reading.symbols[pair.sentence - pair.before], reading.symbols[pair.sentence]
    left, right = pair.at
    sentences = reading.prepared.sentences
    same_paragraph = sentences[pair.sentence].paragraph == sentences[pair.sentence - pair.before].paragraph
    kinds = f"focus{_letter(reading, pair.one)}{_letter(reading, pair.other)}"
    between = [s.lemma for s in second[:right]]
    features = [f"{kinds}", f"{kinds}|before={pair.before}|{same_paragraph}", f"{kinds}|subject={left <= 2}|{pair.before}"]
    features += [f"{kinds}|then={s.lemma}" for s in first[left + 1 : left + 8]]
    features += [f"{kinds}|ahead={s.lemma}" for s in first[max(0, left - 3) : left]]
    features += [f"{kinds}|open={w}" for w in between[:10]]
    features += [f"{kinds}|next={s.lemma}" for s in second[right + 1 : right + 7]]
    features.append(f"{kinds}|l1={second[right - 1].text if right else '<s>'}")
    features.append(f"{kinds}|players_before={min(sum(s.text == '[P]' for s in second[:right]), 3)}")
    features.append(f"{kinds}|maar={'maar' in between or 'echter' in between or 'aan de andere kant' in ' '.join(between)}")
    return features


SideLink = tuple[Node, Node, float]
"""Two things, and the log-odds that they belong to the same side."""

COMPANY_WEIGHT, TEAM_WEIGHT = 0.4, 0.4
"""Of what the encoder says about the company of a player and about his team, beside the words between two names: what several of
them say of the same two is not independent."""
_LINE_UP = 6.0
"""Log-odds that a player in a line-up belongs to the team that heads it."""


def side_links(reading: Reading, teams: MatchTeams) -> Iterator[SideLink]:
    """All that the text says about who belongs together; mentions of one player count as the root of their number."""
    pairs = list(find_pairs(reading, teams))
    if pairs:
        model = load_model("sides")
        rows = model.probabilities([pair_features(reading, pair) for pair in pairs])[:, model.classes.index("same")]
        for pair, probability in zip(pairs, rows, strict=True):
            odds = float(np.log(np.clip(probability, 0.02, 0.98)) - np.log(1 - np.clip(probability, 0.02, 0.98)))
            yield pair.one, pair.other, odds
    for player, team in line_up_links(reading, teams):
        yield player, team, _LINE_UP
    if reading.insight is None:
        return
    for (one, other), odds in reading.insight.companions().items():
        yield one, other, COMPANY_WEIGHT * (sum(odds) / len(odds) ** 0.5)
    for player, odds in reading.insight.teams_of().items():
        lean = TEAM_WEIGHT * (sum(odds) / len(odds) ** 0.5 / 2)
        yield player, teams.first, lean
        if teams.second is not None:
            yield player, teams.second, -lean


def assign_sides(reading: Reading, teams: MatchTeams, links: Iterable[SideLink]) -> dict[int, tuple[TeamSide, float]]:
    """The side of every player and coach (entity index) with a confidence between 0.5 and 1.

    Args:
        reading: The article's reading.
        teams: Its two teams.
        links: What speaks for and against; see `side_links`. Events give more.
    """
    together: dict[tuple[Node, Node], float] = defaultdict(float)
    for one, other, odds in links:
        together[one, other] += odds
    return _solve(reading, teams, together)


_BOUND = 6.0
"""Log-odds that two can have of sharing a side, however much says so."""
_TEMPERATURES = (4.0, 2.0, 1.5, 1.0, 0.8, 0.6)


def _solve(reading: Reading, teams: MatchTeams, links: Mapping[tuple[Node, Node], float]) -> dict[int, tuple[TeamSide, float]]:
    """Mean field with annealing over sides in [-1, 1]; the two teams are fixed."""
    players = [n for n, entity in enumerate(reading.entities) if entity.kind in ("player", "coach")]
    nodes: list[Node] = [teams.first, *([] if teams.second is None else [teams.second]), "home", "away", "own", *players]
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

