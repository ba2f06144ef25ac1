"""The words for the closed values of the contract."""

from __future__ import annotations

from datetime import date

STATUSES = {"finished": "finished", "in_progress": "in progress", "abandoned": "abandoned", "postponed": "postponed"}
PERIODS: dict[str | None, str] = {
    "first_half": "First half",
    "second_half": "Second half",
    "extra_time": "Extra time",
    None: "Moment not stated",
}
GOAL_KINDS = {"regular": "", "penalty": "penalty", "own_goal": "own goal", "free_kick": "free kick"}
OUTCOMES = {"saved": "saved", "off_target": "off target", "woodwork": "against the woodwork", "blocked": "blocked"}
REASONS = {
    "offside": "offside",
    "foul": "foul",
    "handball": "handball",
    "injury": "injured",
    "tactical": "tactical",
    "suspended": "suspended",
    "injured": "injured",
    "ill": "ill",
    "other": "other reason",
}
COLORS = {"yellow": "Yellow card", "second_yellow": "Second yellow card", "red": "Red card"}
FIELDS = {
    "status": "Status",
    "score": "Score",
    "half_time": "Half-time",
    "extra_time": "Extra time",
    "shootout": "Shoot-out",
    "aggregate": "Aggregate",
    "competition": "Competition",
    "round": "Round",
    "leg": "Leg",
    "date": "Date",
    "venue.stadium": "Stadium",
    "venue.city": "City",
    "attendance": "Attendance",
    "referee": "Referee",
}
_MONTHS = "January February March April May June July August September October November December".split()


def long_date(iso: str) -> str:
    """`2 May 2024` for `2024-05-02`; anything that is no date stays as it is."""
    try:
        day = date.fromisoformat(iso)
    except ValueError:
        return iso
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"
