"""langextract's extractions as the contract's JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

_LISTS: Mapping[str, tuple[str, tuple[str, ...], Mapping[str, tuple[str, ...]]]] = {
    "goal": ("goals", ("scorer", "assist"), {"kind": ("regular", "penalty", "own_goal", "free_kick")}),
    "chance": ("chances", ("player",), {"outcome": ("saved", "off_target", "woodwork", "blocked")}),
    "card": ("cards", ("player",), {"color": ("yellow", "second_yellow", "red")}),
    "substitution": ("substitutions", ("player_in", "player_out"), {}),
    "absence": ("absences", ("player",), {"reason": ("suspended", "injured", "ill", "other")}),
}
_REQUIRED = {"chances": "player", "cards": "player", "absences": "player"}


def report_of(extractions: Sequence[Any], text: str) -> dict[str, Any]:
    """The contract's JSON of some extractions; values outside its closed sets are left out."""
    said: dict[str, Any] = {"home": {"name": "?"}, "away": {"name": "?"}, "players": []}
    goals: dict[str, int] = {}
    for one in extractions:
        told: dict[str, Any] = one.attributes or {}
        side = told.get("side")
        if side not in ("home", "away"):
            continue
        if one.extraction_class == "team":
            said[side] = {"name": str(told.get("name") or one.extraction_text)}
            if str(told.get("goals", "")).isdigit():
                goals[side] = int(told["goals"])
        elif one.extraction_class == "player":
            said["players"].append({"name": str(told.get("name") or one.extraction_text), "team": side})
        elif one.extraction_class in _LISTS:
            _add(said, one, told, text)
    if len(goals) == 2:
        said["score"] = goals
    return said


def _add(said: dict[str, Any], one: Any, told: Mapping[str, Any], text: str) -> None:
    name, people, closed = _LISTS[one.extraction_class]
    entry: dict[str, Any] = {"team": told["side"], "evidence": _spans(one, text)}
    entry |= {role: str(told[role]) for role in people if told.get(role)}
    entry |= {field: told[field] for field, values in closed.items() if told.get(field) in values}
    minute = str(told.get("minute") or "")
    if minute.isdigit() and 1 <= int(minute) <= 120 and name != "chances":
        entry["time"] = {"minute": int(minute), "text": minute}
    if (_REQUIRED.get(name, "team") in entry) and (name != "cards" or "color" in entry):
        cast("list[Any]", said.setdefault(name, [])).append(entry)


def _spans(one: Any, text: str) -> list[dict[str, Any]]:
    """Where langextract's alignment puts it."""
    at = one.char_interval
    if at is None or at.start_pos is None or at.end_pos is None or at.start_pos >= at.end_pos:
        return []
    return [{"start": at.start_pos, "end": at.end_pos, "text": text[at.start_pos : at.end_pos]}]
