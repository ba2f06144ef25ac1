"""Columns: what the encoder says about one place."""

from __future__ import annotations

TAGS = (
    "scorer", "goal:regular", "goal:penalty", "goal:free_kick", "assist", "own_goal",
    "disallowed", "disallowed:offside", "disallowed:foul", "disallowed:handball", "disallowed:other", "disallowed:null",
    "missed_penalty", "missed:saved", "missed:off_target", "missed:woodwork", "missed:null",
    "chance", "chance:saved", "chance:off_target", "chance:woodwork", "chance:blocked", "chance:null",
    "yellow", "second_yellow", "red", "in", "out", "injured",
    "absent", "absent:suspended", "absent:injured", "absent:ill", "absent:other", "absent:null", "started",
)  # fmt: skip
"""Of players and references; see `extractor.dutch.roles`."""
COMPANY = ("with_team", "with_next_team", "with_player", "with_second_player")
"""Of a person: whether he belongs to the team named last before him, the one named next in his sentence, to the side of the last other
player before him, of the last but one; see `company`."""
COLUMNS = (*TAGS, "is_a", *COMPANY)
"""`is_a`: belongs to team A."""
COLUMN = {name: number for number, name in enumerate(COLUMNS)}
