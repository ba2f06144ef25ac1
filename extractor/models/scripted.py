"""A language model that says what it is told to say: for tests, examples and dry runs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from extractor.errors import ModelError, ReplyUnparsable
from extractor.models.question import Answer, Choice, Chosen, Question, Spent
from extractor.report import TokenUsage

T = TypeVar("T", bound=BaseModel)

Reply = BaseModel | Mapping[str, object] | ModelError
"""An answer: a structure or its JSON; for a choice, probabilities by option; or an error."""

Script = Iterable[Reply] | Callable[[Question[BaseModel] | Choice], Reply]


class ScriptedModel:
    """Answers from a sequence, in order, or by a function of the question.

    Args:
        script: The replies, or the function.
        usage: Tokens that each answer is said to have taken.

    `asked` records every question and choice, in order.
    """

    def __init__(self, script: Script, usage: TokenUsage | None = None) -> None:
        self.asked: list[Question[BaseModel] | Choice] = []
        self._usage = usage or TokenUsage(prompt=100, completion=10)
        self._reply = script if callable(script) else _in_order(script)

    @property
    def name(self) -> str:
        """`scripted/model`."""
        return "scripted/model"

    @property
    def identity(self) -> str:
        """The same for all scripts: don't put a scripted model behind a shared cache."""
        return "scripted/model"

    async def ask(self, question: Question[T]) -> Answer[T]:
        """The next reply, validated as the question's answer.

        Raises:
            ModelError: The script says so.
            ReplyUnparsable: The reply does not validate, or the script is at its end.
        """
        reply = self._next(question)
        content = reply.model_dump() if isinstance(reply, BaseModel) else dict(reply)
        try:
            value = question.answer.model_validate(content)
        except ValidationError as error:
            raise ReplyUnparsable(
                f"the script's reply is no {question.answer.__name__}: {error}"
            ) from None
        return Answer(value, self._spent())

    async def choose(self, choice: Choice) -> Chosen:
        """The next reply as probabilities by option; options that it leaves out have 0.

        Raises:
            ModelError: The script says so.
            ReplyUnparsable: The reply is no mapping of this choice's options to numbers.
        """
        reply = self._next(choice)
        given = dict(reply) if isinstance(reply, Mapping) else {}
        weights = {key: float(p) for key, p in given.items() if isinstance(p, int | float)}
        total = sum(weights.values())
        if len(weights) != len(given) or weights.keys() - set(choice.options) or total <= 0:
            raise ReplyUnparsable(
                "the script's reply gives no probabilities to this choice's options"
            )
        return Chosen(
            {option: weights.get(option, 0.0) / total for option in choice.options}, self._spent()
        )

    async def aclose(self) -> None:
        """Nothing to let go of."""

    def _next(self, question: Question[T] | Choice) -> BaseModel | Mapping[str, object]:
        self.asked.append(question)  # pyright: ignore[reportArgumentType]
        reply = self._reply(question)  # pyright: ignore[reportArgumentType]
        if isinstance(reply, ModelError):
            raise reply
        return reply

    def _spent(self) -> Spent:
        return Spent(self._usage, attempts=1, cost=0.0)


def _in_order(replies: Iterable[Reply]) -> Callable[[Question[BaseModel] | Choice], Reply]:
    rest = iter(replies)

    def reply(_question: Question[BaseModel] | Choice) -> Reply:
        for one in rest:
            return one
        raise ReplyUnparsable("the script has no more replies")

    return reply
