"""Roles: what each sentence says about each player it names, learned from marked match reports.

For every candidate (a player's name or a reference to one) the model gives a probability for each
tag: the role itself (`scorer`, `yellow`, `in`, ...) and details that go with some roles
(`chance:saved`, `goal:penalty`, `absent:suspended`, ...).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from extractor.dutch.masked import Symbol
from extractor.dutch.reading import Reading

DETAILS = {
    "scorer": ("goal:regular", "goal:penalty", "goal:free_kick"),
    "disallowed": ("disallowed:offside", "disallowed:foul", "disallowed:handball", "disallowed:other", "disallowed:null"),
    "missed_penalty": ("missed:saved", "missed:off_target", "missed:woodwork", "missed:null"),
    "chance": ("chance:saved", "chance:off_target", "chance:woodwork", "chance:blocked", "chance:null"),
    "absent": ("absent:suspended", "absent:injured", "absent:ill", "absent:other", "absent:null"),
}

_CLAUSE_MARKS = frozenset(", ; : - ( ) en maar waarna toen nadat waarop terwijl omdat doordat want die".split())


@dataclass(frozen=True, slots=True)
class Candidate:
    """A place that may say something about a player: sentence and position in its symbols."""

    sentence: int
    position: int
    start: int
    end: int
    entity: int | None
    reference: int | None


def candidates(reading: Reading) -> list[Candidate]:
    """All candidates of an article in the order of the text, titles left out."""
    found: list[Candidate] = []
    for index, symbols in enumerate(reading.symbols):
        if reading.prepared.sentences[index].kind == "title":
            continue
        for position, symbol in enumerate(symbols):
            if symbol.is_candidate:
                start = symbol.start if symbol.reference is None else reading.references[symbol.reference].start
                found.append(Candidate(index, position, start, symbol.end, symbol.entity, symbol.reference))
    return found


def role_features(reading: Reading, candidate: Candidate) -> list[str]:
    """What the linear model sees: the words before and after, in the clause and in the sentence.

    The neighbouring sentences were tried as well and cost 3 points of F1 on dev: noise.
    """
    symbols = reading.symbols[candidate.sentence]
    words = [_word(symbol, position == candidate.position) for position, symbol in enumerate(symbols)]
    lemmas = [symbol.lemma for symbol in symbols]
    at = candidate.position
    first, last = _clause(words, at)
    features = [f"kind={reading.prepared.sentences[candidate.sentence].kind}", f"target={_target(reading, candidate)}"]
    features += _near(words, at)
    features += [f"cb={w}" for w in lemmas[first:at]] + [f"ca={w}" for w in lemmas[at + 1 : last]]
    features += [f"sb={w}" for w in lemmas[:first]] + [f"sa={w}" for w in lemmas[last:]]
    features += [f"c2={a} {b}" for a, b in zip(words[first:last], words[first + 1 : last], strict=False)]
    features += [f"c3={a} {b} {c}" for a, b, c in zip(words[first:last], words[first + 1 : last], words[first + 2 : last], strict=False)]
    features += [f"s={w}" for w in lemmas]
    others = [i for i, s in enumerate(symbols) if s.text == "[P]"]
    features.append(f"rank={min(sum(i < at for i in others), 3)}|{min(len(others), 4)}")
    features.append(f"clause_rank={sum(first <= i < at for i in others)}|{sum(at < i < last for i in others)}")
    features.append(f"score_in={'[S]' in words}")
    if any(start <= candidate.start < end for start, end in reading.quoted):
        features.append("quoted")
    return features


def _word(symbol: Symbol, is_target: bool) -> str:
    if is_target:
        return "[X]"
    return symbol.text


def _target(reading: Reading, candidate: Candidate) -> str:
    return "name" if candidate.reference is None else reading.references[candidate.reference].kind


def _clause(words: Sequence[str], at: int) -> tuple[int, int]:
    """The stretch between the clause marks around a position; a list of players does not end it."""
    first = at
    while first > 0 and (words[first - 1] not in _CLAUSE_MARKS or _lists_players(words, first - 1)):
        first -= 1
    last = at + 1
    while last < len(words) and (words[last] not in _CLAUSE_MARKS or last == at + 1):
        last += 1
    return first, last


def _lists_players(words: Sequence[str], mark: int) -> bool:
    """Whether a mark only parts the players of a list: "Jansen, Pietersen en De Vries"."""
    return words[mark] in (",", "en") and mark > 0 and words[mark - 1] == "[P]"


def _near(words: Sequence[str], at: int) -> list[str]:
    features: list[str] = []
    for offset in (-4, -3, -2, -1, 1, 2, 3, 4):
        place = at + offset
        word = words[place] if 0 <= place < len(words) else "<>"
        features.append(f"w{offset}={word}")
    left, right = words[max(0, at - 3) : at], words[at + 1 : at + 4]
    features.append("l2=" + " ".join(left[-2:]))
    features.append("l3=" + " ".join(left))
    features.append("r2=" + " ".join(right[:2]))
    features.append("r3=" + " ".join(right))
    features.append("lr=" + " ".join([*left[-1:], *right[:1]]))
    return features

