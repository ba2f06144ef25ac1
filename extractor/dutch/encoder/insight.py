"""Insight: what the encoder says about an article, by place and entity."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from extractor.dutch.encoder.columns import COLUMN, TAGS

Floats = npt.NDArray[np.float32]
Spot = tuple[int, int]
"""Sentence, and symbol in it."""

NodeKind = Literal["player", "coach", "team", "club", "home", "away", "reference"]
"""`team` is one of the two that play, `club` another; `home` and `away` are words such as "bezoekers"."""


@dataclass(frozen=True, slots=True)
class Node:
    """A place in a chunk that stands for something.

    Args:
        position: In `pieces`.
        kind: Of what.
        number: The entity or reference; 0 for words.
        sentence: Of the article.
        symbol: In the sentence.
        is_context: Whether it belongs to the chunk before.
    """

    position: int
    kind: NodeKind
    number: int
    sentence: int
    symbol: int
    is_context: bool


@dataclass(frozen=True)
class ChunkOutput:
    """What the encoder gives for the nodes of one chunk, row by row.

    Args:
        nodes: The places.
        columns: Log-odds, (nodes, columns).
    """

    nodes: tuple[Node, ...]
    columns: Floats


@dataclass(frozen=True)
class Insight:
    """All chunks of an article."""

    outputs: Sequence[ChunkOutput]

    def tags(self) -> dict[Spot, dict[str, float]]:
        """For each place of a player or reference the probability of each tag."""
        found: dict[Spot, dict[str, float]] = {}
        for output, row, node in self._nodes("player", "reference"):
            chances = _sigmoid(output.columns[row, : len(TAGS)])
            found[node.sentence, node.symbol] = dict(zip(TAGS, map(float, chances), strict=True))
        return found

    def teams_of(self) -> dict[int, list[float]]:
        """For each player and coach the log-odds that he belongs to team A, mention by mention."""
        found: dict[int, list[float]] = defaultdict(list)
        for output, row, node in self._nodes("player", "coach"):
            found[node.number].append(float(output.columns[row, COLUMN["is_a"]]))
        return dict(found)

    def companions(self) -> dict[tuple[int, int | str], list[float]]:
        """For players and coaches with the teams (also as "home" or "away") and players named around them the log-odds that
        they share a side; across sentences they are less to be trusted, and count for less.
        """
        found: dict[tuple[int, int | str], list[float]] = defaultdict(list)
        for output in self.outputs:
            for row, column, other in company(output.nodes):
                one, two = output.nodes[row], output.nodes[other]
                if not one.is_context and one.kind != "reference":
                    who = two.kind if two.kind in ("home", "away") else two.number
                    trust = 1.0 if one.sentence == two.sentence else _ACROSS
                    found[one.number, who].append(trust * float(output.columns[row, COLUMN[column]]))
        return dict(found)

    def _nodes(self, *kinds: str) -> Iterator[tuple[ChunkOutput, int, Node]]:
        """Each place of these kinds once: context belongs to the chunk before."""
        for output in self.outputs:
            for row, node in enumerate(output.nodes):
                if node.kind in kinds and not node.is_context:
                    yield output, row, node


_ACROSS = 0.5
"""Of the log-odds of a statement about two sentences; chosen on tune."""
_NEAR_TEAM, _NEAR_PLAYER = 4, 2
"""How many sentences back the team or player may stand whose company a person may be in."""


def company(nodes: Sequence[Node]) -> Iterator[tuple[int, str, int]]:
    """(person, column, team or player) for every statement of `COMPANY` that can be made about the nodes of a chunk."""
    people = [row for row, node in enumerate(nodes) if node.kind in ("player", "coach")]
    teams = [row for row, node in enumerate(nodes) if node.kind in ("team", "home", "away")]
    for row, node in enumerate(nodes):
        if node.kind not in ("player", "coach", "reference"):
            continue
        before = [t for t in teams if t < row and node.sentence - nodes[t].sentence <= _NEAR_TEAM]
        if before:
            yield row, "with_team", before[-1]
        after = [t for t in teams if t > row and nodes[t].sentence == node.sentence]
        if after:
            yield row, "with_next_team", after[0]
        others = [p for p in people if p < row and node.sentence - nodes[p].sentence <= _NEAR_PLAYER and not _same(nodes[p], node)]
        if others:
            yield row, "with_player", others[-1]
            second = [p for p in others if nodes[p].number != nodes[others[-1]].number]
            if second:
                yield row, "with_second_player", second[-1]


def _same(one: Node, other: Node) -> bool:
    return other.kind != "reference" and one.number == other.number


def _sigmoid(logits: Floats) -> Floats:
    return (1 / (1 + np.exp(-np.clip(logits, -30, 30)))).astype(np.float32)

