"""One narrow question with closed options over a short passage: what a small model is good at.

A small model leans to certain letters. Asked again with the options in another order, its leaning
averages
out: on 14 questions the 1.5B model found 8 right in one order and 10 over all orders. The passage
    comes
before the options, so that an embedded model reads it once for all orders.
"""

from __future__ import annotations

from collections.abc import Sequence

from extractor.models.question import LABELS, Choice, Chosen, LanguageModel, Spent
from extractor.prompts import load_prompt
from extractor.report import PromptId

ORDERS = 4
"""Orders of the options that are asked, where there are as many options."""


async def choose(
    model: LanguageModel, passage: str, question: str, options: Sequence[str], orders: int = ORDERS
) -> Chosen:
    """How probable the model finds each option: `Chosen.probabilities` has the options as keys.

    Args:
        model: Who is asked.
        passage: A few sentences of the article.
        question: In English, answerable from the passage.
        options: 2 to 20 different texts, names or words taken from the article.
        orders: Requests at most, each with the options in another order; 1 will do for a capable
            model.

    Raises:
        ModelError: The model did not deliver.
        ConfigurationError: The model can't be used as configured.
        ValueError: Too few or too many options, or one given twice.
    """
    asked = max(1, min(orders, len(options)))
    chosen = [
        await _once(model, passage, question, _turned(options, len(options) * number // asked))
        for number in range(asked)
    ]
    return Chosen(
        {option: sum(one.probabilities[option] for one in chosen) / asked for option in options},
        sum((one.spent for one in chosen), Spent()),
        all(one.from_cache for one in chosen),
    )


def choose_prompt() -> PromptId:
    """The prompt behind `choose`, for the provenance."""
    return load_prompt("choose").id


async def _once(
    model: LanguageModel, passage: str, question: str, options: tuple[str, ...]
) -> Chosen:
    prompt = load_prompt("choose")
    lettered = tuple(
        zip(LABELS, options, strict=False)
    )  # too many options are for `Choice` to refuse
    messages = prompt.render({"passage": passage, "question": question, "options": lettered})
    return await model.choose(Choice(messages, options, prompt.id))


def _turned(options: Sequence[str], by: int) -> tuple[str, ...]:
    return (*options[by:], *options[:by])
