"""One structured call for the whole article: the strategy for a capable model."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from extractor.ask.answers import SingleAnswer, StatedScore, said
from extractor.claim import Claim, ClaimKind
from extractor.models.question import LanguageModel, Question, Spent
from extractor.prompts import load_prompt
from extractor.report import PromptId

MAX_TOKENS = 8000
"""An answer about a long report with many chances runs to some 4,000 tokens."""


@dataclass(frozen=True, slots=True)
class ArticleForModel:
    """What a model gets to read of an article: site boilerplate already left out.

    Args:
        text: The article's text.
        title: The headline, where it is not part of the text.
        published: Date of publication, `YYYY[-MM[-DD]]`.
    """

    text: str
    title: str | None = None
    published: str | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """What a model claims about an article, and what asking cost.

    Args:
        claims: In no particular order; events carry quotes, no spans. `words["time"]` holds the
            article's words for the time of an event.
        spent: Tokens, requests, dollars.
        prompts: The prompt files used.
    """

    claims: tuple[Claim, ...]
    spent: Spent
    prompts: tuple[PromptId, ...]


async def ask_single(model: LanguageModel, article: ArticleForModel) -> Asked:
    """Everything the model finds in the article, in one call.

    Raises:
        ModelError: The model did not deliver.
        ConfigurationError: The model can't be used as configured.
    """
    prompt = load_prompt("single")
    messages = prompt.render(
        {"article": article.text, "title": article.title, "published": article.published}
    )
    answer = await model.ask(Question(messages, SingleAnswer, prompt.id, MAX_TOKENS))
    return Asked(tuple(claims_of(answer.value)), answer.spent, (prompt.id,))


def claims_of(answer: SingleAnswer) -> Iterator[Claim]:
    """The answer as claims, one for each fact and event in it."""
    yield answer.home.claim("home")
    yield answer.away.claim("away")
    yield from _facts(answer)
    yield from _scores(answer)
    for events in (
        answer.goals,
        answer.disallowed_goals,
        answer.missed_penalties,
        answer.chances,
        answer.cards,
        answer.substitutions,
        answer.injuries,
        answer.absences,
        answer.next_fixtures,
        answer.players,
    ):
        for event in events:
            yield event.claim()


def _facts(answer: SingleAnswer) -> Iterator[Claim]:
    stated: Mapping[ClaimKind, str | None] = {
        "status": answer.status,
        "extra_time": "true" if answer.extra_time else None,
        "competition": answer.competition,
        "round": answer.round,
        "leg": None if answer.leg is None else str(answer.leg),
        "date": answer.date,
        "stadium": answer.stadium,
        "city": answer.city,
        "attendance": answer.attendance,
        "referee": answer.referee,
    }
    for kind, value in said(stated).items():
        yield Claim(kind, value=value, source="model")


def _scores(answer: SingleAnswer) -> Iterator[Claim]:
    scores: Mapping[ClaimKind, StatedScore | None] = {
        "score": answer.score,
        "half_time": answer.half_time,
        "shootout": answer.shootout,
        "aggregate": answer.aggregate,
    }
    for kind, score in scores.items():
        if score is not None:
            yield Claim(kind, score=score.pair(), quotes=tuple(score.quotes), source="model")
