"""Retold: whether two places where a player's goal is told are about one goal. Learned."""

from __future__ import annotations

from extractor.dutch.linear import load_model
from extractor.dutch.reading import Reading

_AGAIN = frozenset(
    """tweede derde vierde opnieuw weer ook nogmaals andermaal wederom hattrick hat-trick dubbelslag nog eigen beide tweemaal
    driemaal twee drie""".split()
)
"""Words that tell of one more goal of the same player, or of all of them."""


def same_goal_probability(reading: Reading, one: int, other: int) -> float:
    """How likely two sentences, `other` the later one or the same, tell one goal of the player who scores in both."""
    model = load_model("retold")
    (row,) = model.probabilities([retold_features(reading, one, other)])
    return float(row[model.classes.index("yes")])


def retold_features(reading: Reading, one: int, other: int) -> list[str]:
    """Where the two sentences stand, what minutes and scores they name, and words for one more goal."""
    sentences = reading.prepared.sentences
    total = len(sentences)
    minutes = [{c.minute for c in reading.clock if c.minute and reading.prepared.sentence_at(c.start) == at} for at in (one, other)]
    scores = [{score.pair for score in reading.scores if score.sentence == at} for at in (one, other)]
    quoted = [any(start <= sentences[at].start < end for start, end in reading.quoted) for at in (one, other)]
    words = [{symbol.lemma for symbol in reading.symbols[at]} for at in (one, other)]
    same_paragraph = sentences[one].paragraph == sentences[other].paragraph
    return [
        f"distance={min(other - one, 6)}|{same_paragraph}",
        f"distance={min(other - one, 6)}",
        f"first={one <= 1}",
        f"lead={sentences[one].paragraph == sentences[0].paragraph}",
        f"paragraph={same_paragraph}",
        f"last={other >= total - 3}",
        f"position={5 * other // total}",
        f"kinds={sentences[one].kind}|{sentences[other].kind}",
        f"quoted={quoted[0]}|{quoted[1]}",
        f"minutes={_agreement(*minutes)}",
        f"scores={_agreement(*scores)}",
        *(f"again={word}" for word in sorted(_AGAIN & words[1])),
        *(f"again_before={word}" for word in sorted(_AGAIN & words[0])),
        *(f"w={word}" for word in sorted(words[1])),
    ]


def _agreement(one: set[int] | set[tuple[int, int]], other: set[int] | set[tuple[int, int]]) -> str:
    if one and other:
        return "same" if one & other else "differ"
    return f"{bool(one)}|{bool(other)}"
