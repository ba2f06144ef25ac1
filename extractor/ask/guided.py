"""Guided: the reader proposes, a small model answers only what is left open, with options from the article."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

from extractor.ask.choose import choose, choose_prompt
from extractor.ask.single import Asked
from extractor.claim import Claim, Role
from extractor.models.question import LanguageModel, Spent
from extractor.report import PromptId


class Point(Protocol):
    """A narrow question about one claim; see `extractor.dutch.open_points`."""

    @property
    def claim(self) -> int:
        """Its place among the claims."""
        ...

    @property
    def role(self) -> Role:
        """Whose name is missing or doubtful."""
        ...

    @property
    def passage(self) -> str:
        """The sentences to read."""
        ...

    @property
    def question(self) -> str:
        """In English."""
        ...

    @property
    def options(self) -> tuple[str, ...]:
        """The names to choose from, and last the words for "nobody"."""
        ...


async def ask_guided(model: LanguageModel, claims: Sequence[Claim], points: Sequence[Point]) -> Asked:
    """The reader's claims with the open points filled in where the model's answer is a name.

    The last option of a point stands for "nobody"; the model's choice replaces a name the reader was
    unsure of only when the model is clearly surer.

    Raises:
        ModelError: The model did not deliver.
    """
    settled = list(claims)
    spent = Spent()
    prompts: tuple[PromptId, ...] = ()
    for point in points:
        chosen = await choose(model, point.passage, point.question, point.options)
        spent += chosen.spent
        prompts = (choose_prompt(),)
        claim = settled[point.claim]
        best = chosen.best
        if best == point.options[-1] or best == claim.people.get(point.role):
            continue
        if point.role in claim.people and chosen.probabilities[best] < 0.5:
            continue
        people = {role: name for role, name in claim.people.items() if name != best} | {point.role: best}
        settled[point.claim] = replace(claim, people=people, source="model", confidence=max(claim.confidence, chosen.probabilities[best]))
    return Asked(tuple(settled), spent, prompts)
