"""What an extractor made of each article, kept in a run's `predictions.jsonl`: one line an answer."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, ValidationError

Outcome = Literal["report", "not_a_match", "failed"]


Key = tuple[str, str, str, int]
"""Split, name and digest of an article, and the how-manieth time it was read."""


class Prediction(BaseModel):
    """The answer to one article."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    article: str
    split: str
    digest: str
    repeat: int = 1
    outcome: Outcome
    report: dict[str, Any] | None = None
    rejected: int = 0
    confidence: dict[str, float] = {}
    reason: str | None = None
    error: str | None = None
    seconds: float = 0.0

    @property
    def key(self) -> Key:
        """What it is the answer to."""
        return self.split, self.article, self.digest, self.repeat


class PredictionFile:
    """Appends answers, and reads back those of an earlier, perhaps interrupted, run."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def read(self) -> dict[Key, Prediction]:
        """The answers so far; a last line that was cut off is dropped, from the file as well."""
        if not self._path.exists():
            return {}
        content = self._path.read_bytes()
        whole = content.rfind(b"\n") + 1
        if whole < len(content):
            with self._path.open("r+b") as file:
                file.truncate(whole)
        found: dict[Key, Prediction] = {}
        for number, line in enumerate(content[:whole].splitlines(), start=1):
            try:
                one = Prediction.model_validate(json.loads(line))
            except (ValueError, ValidationError):
                raise ValueError(f"{self._path}:{number} is no answer of this version: use another folder for --out") from None
            found[one.key] = one
        return found

    def append(self, prediction: Prediction) -> None:
        """Add an answer; it is on disk when this returns."""
        with self._path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(prediction.model_dump(mode="json"), ensure_ascii=True) + "\n")
            file.flush()
            os.fsync(file.fileno())
