"""The label of an article that says next to nothing: what the tests make theirs from."""

from __future__ import annotations

from typing import Any

from extractor.report import EVENT_LISTS


def blank_label(**changes: Any) -> dict[str, Any]:
    """A labelled fixture as the contract has it: no evidence, no warnings, no provenance."""
    lists: dict[str, list[Any]] = {name: [] for name in (*EVENT_LISTS, "players")}
    return {
        "schema_version": "1.0",
        "article": {"id": "a", "title": None, "published": None, "source": None},
        "status": "finished",
        "competition": None,
        "round": None,
        "leg": None,
        "date": None,
        "venue": {"stadium": None, "city": None},
        "attendance": None,
        "referee": None,
        "home": {"name": "Ajax", "aliases": [], "coach": None},
        "away": {"name": "PSV", "aliases": [], "coach": None},
        "score": {"home": 2, "away": 1},
        "half_time": None,
        "extra_time": False,
        "shootout": None,
        "aggregate": None,
        **lists,
        **changes,
    }
