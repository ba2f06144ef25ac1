"""Drafts of labels: what the extractor finds, in the form that a person corrects and `fixtures check` checks."""

from __future__ import annotations

from typing import Any

from evals.scoring import ATTRIBUTES
from extractor import Extraction


def draft(extraction: Extraction) -> dict[str, Any]:
    """The label that a report would be, its evidence turned into quotes."""
    label = extraction.report.model_dump(mode="json", exclude={"evidence", "warnings", "provenance"})
    quotes: dict[str, dict[str, list[str]]] = {}
    for kind in ATTRIBUTES:
        for number, event in enumerate(label[kind]):
            if kind != "players":
                quotes[f"{kind}.{number}"] = {"text": [span["text"] for span in event.pop("evidence")]}
    return {**label, "quotes": quotes, "accept": {}, "traits": []}
