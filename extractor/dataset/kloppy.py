"""Our events in the vocabulary of kloppy, the football data library: the one mapping, and the events it makes.

The names are those of the members of kloppy's `EventType`, `ShotResult`, `CardType` and `SetPieceType`
(kloppy 3, `kloppy/domain/models/event.py`). Nothing of kloppy is needed here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from extractor import MatchReport


@dataclass(frozen=True, slots=True)
class Naming:
    """What kloppy calls a kind of event."""

    event_type: str
    result: str | None = None
    card_type: str | None = None
    set_piece_type: str | None = None

    @property
    def success(self) -> bool | None:
        """Kloppy's `is_success` of the result."""
        return None if self.result is None else self.result == "GOAL"


MAPPING: Mapping[tuple[str, str | None], Naming] = {
    ("goals", "regular"): Naming("SHOT", "GOAL"),
    ("goals", "penalty"): Naming("SHOT", "GOAL", set_piece_type="PENALTY"),
    ("goals", "free_kick"): Naming("SHOT", "GOAL", set_piece_type="FREE_KICK"),
    ("goals", "own_goal"): Naming("SHOT", "OWN_GOAL"),
    ("missed_penalties", "saved"): Naming("SHOT", "SAVED", set_piece_type="PENALTY"),
    ("missed_penalties", "off_target"): Naming("SHOT", "OFF_TARGET", set_piece_type="PENALTY"),
    ("missed_penalties", "woodwork"): Naming("SHOT", "POST", set_piece_type="PENALTY"),
    ("missed_penalties", None): Naming("SHOT", set_piece_type="PENALTY"),
    ("chances", "saved"): Naming("SHOT", "SAVED"),
    ("chances", "off_target"): Naming("SHOT", "OFF_TARGET"),
    ("chances", "woodwork"): Naming("SHOT", "POST"),
    ("chances", "blocked"): Naming("SHOT", "BLOCKED"),
    ("chances", None): Naming("SHOT"),
    ("cards", "yellow"): Naming("CARD", card_type="FIRST_YELLOW"),
    ("cards", "second_yellow"): Naming("CARD", card_type="SECOND_YELLOW"),
    ("cards", "red"): Naming("CARD", card_type="RED"),
    ("substitutions", None): Naming("SUBSTITUTION"),
    ("disallowed_goals", None): Naming("GENERIC"),
    ("injuries", None): Naming("GENERIC"),
}
"""From a table and the value of its `KIND` (None where it has none, or says nothing) to kloppy's names."""

EVENT_TYPES = tuple(sorted({naming.event_type for naming in MAPPING.values()}))
RESULTS = tuple(sorted({naming.result for naming in MAPPING.values() if naming.result}))

KIND = {"goals": "kind", "missed_penalties": "outcome", "chances": "outcome", "cards": "color"}
PLAYER = {
    "goals": "scorer",
    "missed_penalties": "taker",
    "chances": "player",
    "cards": "player",
    "substitutions": "player_out",  # kloppy: who goes off is the player, who comes on the replacement
    "disallowed_goals": "scorer",
    "injuries": "player",
}
PERIODS = {"first_half": 1, "second_half": 2}
OTHER_SIDE = {"home": "away", "away": "home"}


@dataclass(frozen=True, slots=True)
class KloppyEvent:
    """One event.

    Args:
        table: Which of our tables it comes from.
        index: And its number there.
        naming: What kloppy calls it.
        team: The side of the player; of an own goal therefore not the side it counts for.
        player: Who did it.
        replacement_player: Who came on, in a substitution.
        period_id: 1 and 2 the halves, 3 and 4 those of extra time.
        time: The contract's match time.
    """

    table: str
    index: int
    naming: Naming
    team: str
    player: str | None
    replacement_player: str | None
    period_id: int | None
    time: Any


def kloppy_events(report: MatchReport) -> Iterator[KloppyEvent]:
    """The events of a match, list by list."""
    for table, player in PLAYER.items():
        for index, event in enumerate(getattr(report, table)):
            kind = getattr(event, KIND[table]) if table in KIND else None
            naming = MAPPING[table, kind]
            yield KloppyEvent(
                table=table,
                index=index,
                naming=naming,
                team=OTHER_SIDE[event.team] if naming.result == "OWN_GOAL" else event.team,
                player=getattr(event, player),
                replacement_player=event.player_in if table == "substitutions" else None,
                period_id=_period(event.time),
                time=event.time,
            )


def _period(time: Any) -> int | None:  # noqa: ANN401  the contract's MatchTime
    if time is None:
        return None
    if time.period == "extra_time":
        return None if time.minute is None else 3 if time.minute <= 105 else 4
    return PERIODS.get(time.period)
