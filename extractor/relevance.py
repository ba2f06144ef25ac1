"""The relevance gate: is this the report of one football match? If not, what is it?

An archive is full of previews, transfer news, interviews, round-ups and other sports. They must end
here, with a reason, before anything is invented about them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal, get_args

from extractor.claim import Claim
from extractor.dutch.linear import load_model
from extractor.dutch.reading import Reading
from extractor.dutch.words import dutch_share, tokenize
from extractor.errors import NotAMatchReport, NotDutch

Reason = Literal["not_football", "preview", "transfer", "interview", "round_up", "no_match", "no_teams", "one_team"]
"""Why an article is no match report."""

_MIN_DUTCH = 0.7
"""Dutch match reports have 0.87 and more of their words in the dictionary; other languages 0.5 and less."""

_MAX_OTHER = 0.75
"""From which probability on an article is turned away; chosen on the dev and tune articles, of which it turns one away."""

_MAX_OTHER_UNPLAYED = 0.85
"""The same for a match that was called off or abandoned: its report tells little of play."""

_EXPLANATIONS: dict[str, str] = {
    "not_football": "it is about another sport or subject",
    "preview": "it looks ahead to a match that is still to be played",
    "transfer": "it is about players or coaches changing clubs",
    "interview": "it is an interview or portrait",
    "round_up": "it sums up several matches",
    "no_match": "it does not report on a match",
    "no_teams": "no football clubs are named in it",
    "one_team": "it names one team only",
}


def check_language(text: str, label: str) -> None:
    """Turn away what is not Dutch.

    Raises:
        NotDutch: Too few of its words are Dutch.
    """
    share = dutch_share(text[:8000])
    if share < _MIN_DUTCH:
        raise NotDutch(f"{label} does not seem to be Dutch ({share:.0%} of its words are); only Dutch and Flemish reports can be read")


def check_relevance(reading: Reading, claims: Sequence[Claim]) -> None:
    """Turn away what is no report of one match.

    Raises:
        NotAMatchReport: With the reason.
    """
    features = [relevance_features(reading, claims)]
    gate = load_model("relevance")
    other = float(gate.probabilities(features)[0][gate.classes.index("other")])
    unplayed = any(claim.kind == "status" and claim.value in ("postponed", "abandoned") for claim in claims)
    if other > (_MAX_OTHER_UNPLAYED if unplayed else _MAX_OTHER):
        reasons = load_model("reasons")
        raise not_a_report(reasons.classes[int(reasons.probabilities(features)[0].argmax())])
    if reading.teams is None:
        raise not_a_report("no_teams")


def not_a_report(reason: str) -> NotAMatchReport:
    """The error for a reason."""
    assert reason in get_args(Reason), reason
    return NotAMatchReport(reason, _EXPLANATIONS[reason])


_CUES: dict[str, str] = {
    "score": r"\d{1,2}\s?-\s?\d{1,2}",
    "fixture_score": r"[A-ZÀ-Þ][\w'.]+(?: [\w'.]+){0,2} ?- ?[A-ZÀ-Þ][\w'.]+(?: [\w'.]+){0,2}:? \d+ ?- ?\d+",
    "minute": r"\bminuut\b|\bminuten\b|\d'",
    "half": r"\brust\b|eerste helft|tweede helft|pauze|hervatting",
    "goal": r"doelpunt|treffer|gelijkmaker|scoorde|raak\b|goal",
    "future": r"\b(?:zal|zullen|wordt|gaan|komende|aanstaande|volgende week|verwacht|vermoedelijke|aftrap om|vooruitblik"
    r"|voorbeschouwing)\b",
    "transfer": r"transfer|contract|tekende|tekent|overgang|transfersom|huurbasis|overstap|verkoopt|aanwinst|verbintenis|ontslagen"
    r"|ontslag|aangesteld",
    "other_sport": r"wielren|etappe|tennis|\bset(?:s)?\b|hockey|handbal|volleybal|basketbal|schaats|korfbal|formule|grand prix|darts"
    r"|atletiek|zwem|judo|waterpolo|rugby|cricket|biljart|turn|honkbal|skeeler|veldrijd|peloton|renner|grandslam",
    "quote": r'"[^"]{20,}"',
    "elsewhere": r"elders|overige uitslagen|uitslagen|programma|andere wedstrijden|in de andere|overige duels",
}


def relevance_features(reading: Reading, claims: Sequence[Claim]) -> list[str]:
    """Counts of what reports are made of, and the words of the first sentences."""
    view = reading.prepared.view
    words = max(1, len(view.split()))
    features: list[str] = []
    for name, pattern in _CUES.items():
        found = len(re.findall(pattern, view, re.IGNORECASE if name != "fixture_score" else 0))
        features.append(f"{name}={min(found, 12)}")
        features += [f"{name}>={level}" for level in (1, 2, 3, 5, 8) if found >= level]
        features.append(f"{name}~{min(round(200 * found / words), 8)}")
    kinds = [claim.kind for claim in claims]
    for kind in ("goal", "chance", "card", "substitution", "player", "next_fixture"):
        features += [f"{kind}>={level}" for level in (1, 2, 3, 5) if kinds.count(kind) >= level]
    teams = [entity for entity in reading.entities if entity.kind == "team"]
    features += [f"teams>={level}" for level in (1, 2, 3, 5, 8) if len(teams) >= level]
    if teams:
        top = sorted((len(team.mentions) for team in teams), reverse=True)
        features.append(f"two_teams_share={round(10 * sum(top[:2]) / sum(top))}")
    finals = {score.pair for score in reading.scores if score.kind == "final"}
    features.append(f"finals={min(len(finals), 6)}")
    features.append(f"length={min(words // 100, 8)}")
    quoted = sum(end - start for start, end in reading.quoted)
    features.append(f"quoted={min(round(10 * quoted / max(1, len(view))), 8)}")
    lead = view[:500]
    features += [f"lead={word}" for word in _plain_words(lead)]
    features += [f"w={word}" for word in set(_plain_words(view))]
    return features


def _plain_words(text: str) -> list[str]:
    """The words without a capital: names say nothing about the kind of article."""
    return [token.text.lower() for token in tokenize(text, 0, len(text)) if token.is_word and not token.is_capitalised]
