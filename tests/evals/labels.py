"""A small label and its article, by hand; and a way to make fixtures of it."""

from __future__ import annotations

import json
from copy import deepcopy
from pathlib import Path
from typing import Any

from tests.blank_label import blank_label

TEXT = """ZWOLLE - PEC Zwolle heeft zaterdag met 2-1 gewonnen van FC Emmen.

Na tien minuten kopte Piet de Vries de thuisploeg op voorsprong, op aangeven van Jan Bos. In de 40e minuut maakte Karim El Amrani gelijk.
De Vries schoot in de slotfase ook de 2-1 binnen. Emmen-verdediger Tom Kok kreeg geel.

Bij PEC ontbrak Lars Smit wegens een schorsing. Volgende week speelt PEC Zwolle bij Heracles.
"""


def quote(start: str) -> str:
    """The sentence of the text that starts like this."""
    at = TEXT.index(start)
    return TEXT[at : TEXT.index(".", at) + 1]


def time(minute: int | None, period: str | None, text: str, *, exact: bool = False) -> dict[str, Any]:
    return {"minute": minute, "added_time": None, "period": period, "exact": exact, "text": text}


def player(name: str, team: str, aliases: tuple[str, ...] = (), started: bool | None = None) -> dict[str, Any]:
    return {"name": name, "aliases": list(aliases), "team": team, "started": started}


_LABEL = blank_label(
    article={"id": "small", "title": None, "published": None, "source": None},
    home={"name": "PEC Zwolle", "aliases": ["PEC"], "coach": None},
    away={"name": "FC Emmen", "aliases": ["Emmen"], "coach": None},
    score={"home": 2, "away": 1},
    goals=[
        {
            "scorer": "Piet de Vries", "team": "home", "kind": "regular", "assist": "Jan Bos",
            "time": time(10, "first_half", "Na tien minuten"), "score_after": {"home": 1, "away": 0},
        },
        {
            "scorer": "Karim El Amrani", "team": "away", "kind": "regular", "assist": None,
            "time": time(40, "first_half", "In de 40e minuut", exact=True), "score_after": {"home": 1, "away": 1},
        },
        {
            "scorer": "Piet de Vries", "team": "home", "kind": "regular", "assist": None,
            "time": time(None, "second_half", "in de slotfase"), "score_after": {"home": 2, "away": 1},
        },
    ],
    cards=[{"player": "Tom Kok", "team": "away", "color": "yellow", "time": None}],
    absences=[{"player": "Lars Smit", "team": "home", "reason": "suspended"}],
    players=[
        player("Piet de Vries", "home", ("De Vries",)),
        player("Jan Bos", "home"),
        player("Karim El Amrani", "away"),
        player("Tom Kok", "away"),
        player("Lars Smit", "home", started=False),
    ],
    next_fixtures=[{"team": "home", "opponent": "Heracles", "place": None, "when": "Volgende week"}],
    quotes={
        "goals.0": {"text": [quote("Na tien")]},
        "goals.1": {"text": [quote("In de 40e")]},
        "goals.2": {"text": [quote("De Vries")]},
        "cards.0": {"text": [quote("Emmen-verd")]},
        "absences.0": {"text": [quote("Bij PEC")]},
        "next_fixtures.0": {"text": [quote("Volgende week")]},
    },
    accept={},
    traits=["yellow_card", "absent_suspended", "next_fixture"],
)  # fmt: skip


def label() -> dict[str, Any]:
    """A fresh copy, to be changed at will."""
    return deepcopy(_LABEL)


def write(folder: Path, name: str = "small", text: str = TEXT, **changes: Any) -> Path:
    """The label and its article as files; the path of the label."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.txt").write_text(text, encoding="utf-8", newline="")
    path = folder / f"{name}.json"
    path.write_text(json.dumps({**label(), **changes}), encoding="utf-8")
    return path
