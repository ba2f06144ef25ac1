"""What a model answers about the league match when it is asked for everything in one call, and what becomes of it."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel

from extractor import Article, Extraction, Extractor
from extractor.ask.repair import RepairAnswer
from extractor.models.question import Choice, Question
from extractor.models.scripted import Reply, ScriptedModel
from tests.dutch.articles import LEAGUE

BARE = Article(text=LEAGUE, id="bare", published="2024-03-04")
"""The same without a title."""

LISTS = (
    "goals", "disallowed_goals", "missed_penalties", "chances", "cards", "substitutions", "injuries", "absences", "players",
    "next_fixtures",
)  # fmt: skip

HEADER = "Kees Visser kopte raak uit een voorzet van Daan Mulder: 1-0."
OPENING = "De thuisploeg begon sterk en kwam al in de tiende minuut op voorsprong."
EQUALISER = "Jan de Boer profiteerde van geklungel in de defensie van Ajax en schoot de bal hard in de kruising: 1-1."


def answer(**changes: Any) -> dict[str, Any]:
    """What a model answers about the league match: teams and score, and what the test adds."""
    return {
        "home": {"name": "Ajax", "aliases": []},
        "away": {"name": "PSV", "aliases": []},
        "status": "finished",
        "score": {"home": 2, "away": 1, "quotes": ["met 2-1 gewonnen van PSV"]},
        "extra_time": False,
        **{name: [] for name in LISTS},
        **changes,
    }


def goal(**changes: Any) -> dict[str, Any]:
    right = {
        "quotes": [OPENING, HEADER],
        "side": "home",
        "kind": "regular",
        "scorer": "Kees Visser",
        "assist": "Daan Mulder",
        "time": "in de tiende minuut",
    }
    return {**right, "score_after": {"home": 1, "away": 0}, **changes}


DROP_ALL: dict[str, Any] = {"corrections": []}


class Model:
    """A scripted model that answers once and then repairs, and counts what it is asked."""

    def __init__(self, first: dict[str, Any], *repairs: dict[str, Any]) -> None:
        rest = iter(repairs)

        def reply(question: Question[BaseModel] | Choice) -> Reply:
            if isinstance(question, Question) and question.answer is RepairAnswer:
                self.repairs += 1
                return next(rest, DROP_ALL)
            return first

        self.repairs = 0
        self.scripted = ScriptedModel(reply)

    def extract(self, article: Article = BARE) -> Extraction:
        return Extractor(self.scripted, "single").extract(article)


def single(article: Any = BARE, **changes: Any) -> Extraction:
    return Model(answer(**changes)).extract(article)


def everything(extraction: Extraction) -> str:
    """The report as JSON, without the echo of the article and its provenance."""
    return extraction.report.model_dump_json(exclude={"article", "provenance"})
