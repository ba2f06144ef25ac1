"""What the strategies say to a language model, and what they get back: the one protocol."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Generic, Literal, Protocol, TypeVar

from pydantic import BaseModel

from extractor.report import PromptId, TokenUsage

T = TypeVar("T", bound=BaseModel)

Role = Literal["system", "user", "assistant"]

LABELS = "ABCDEFGHIJKLMNOPQRST"
"""One letter an option: 20, because endpoints report the probabilities of 20 tokens at most."""


@dataclass(frozen=True, slots=True)
class Message:
    """One turn of a conversation."""

    role: Role
    content: str


@dataclass(frozen=True, slots=True)
class Question(Generic[T]):
    """A question whose answer is a structure.

    Args:
        messages: The conversation, fully rendered.
        answer: The pydantic model that the reply must validate as.
        prompt: The prompt file behind `messages`.
        max_tokens: Upper bound of the reply; reaching it is an error (`ReplyTruncated`).
        temperature: Sampling temperature.
    """

    messages: tuple[Message, ...]
    answer: type[T]
    prompt: PromptId
    max_tokens: int
    temperature: float = 0.0


@dataclass(frozen=True, slots=True)
class Choice:
    """A question with closed options, which `messages` list under the letters of `LABELS`, in
    order.

    Raises:
        ValueError: With fewer than 2 or more than 20 options, or one given twice.
    """

    messages: tuple[Message, ...]
    options: tuple[str, ...]
    prompt: PromptId

    def __post_init__(self) -> None:
        if not 2 <= len(self.options) <= len(LABELS):
            raise ValueError(f"a choice takes 2 to {len(LABELS)} options, not {len(self.options)}")
        if len(set(self.options)) != len(self.options):
            raise ValueError("the options of a choice differ from each other")

    @property
    def labels(self) -> tuple[str, ...]:
        """The letters of the options, in their order."""
        return tuple(LABELS[: len(self.options)])


@dataclass(frozen=True, slots=True)
class Spent:
    """What answers cost.

    Args:
        usage: Tokens, all attempts together.
        attempts: Requests sent, repeated ones included; 0 where the answer came from the cache.
        cost: US dollars; None where requests were sent whose price is not known.
    """

    usage: TokenUsage = TokenUsage()
    attempts: int = 0
    cost: float | None = None

    def __add__(self, more: Spent) -> Spent:
        return Spent(self.usage + more.usage, self.attempts + more.attempts, self._cost_with(more))

    def _cost_with(self, more: Spent) -> float | None:
        if not self.attempts:
            return more.cost
        if not more.attempts:
            return self.cost
        if self.cost is None or more.cost is None:
            return None
        return self.cost + more.cost


@dataclass(frozen=True, slots=True)
class Answer(Generic[T]):
    """A validated answer."""

    value: T
    spent: Spent = Spent()
    from_cache: bool = False


@dataclass(frozen=True, slots=True)
class Chosen:
    """How probable the model finds each option: the values of `probabilities` sum to 1.

    From an endpoint that reports no probabilities, the option it picked has 1.0.
    """

    probabilities: Mapping[str, float]
    spent: Spent = Spent()
    from_cache: bool = False

    @property
    def best(self) -> str:
        """The most probable option; the first of them in a tie."""
        return max(self.probabilities, key=self.probabilities.__getitem__)


class LanguageModel(Protocol):
    """Anything that answers questions.

    Both methods raise `extractor.errors.ModelError` or `ConfigurationError`, and nothing else.
    """

    @property
    def name(self) -> str:
        """`provider/model`, as the user wrote it."""
        ...

    @property
    def identity(self) -> str:
        """What answers depend on besides the question: the model, its endpoint or weights."""
        ...

    async def ask(self, question: Question[T]) -> Answer[T]:
        """The answer to a question, validated."""
        ...

    async def choose(self, choice: Choice) -> Chosen:
        """The probabilities of a choice's options."""
        ...

    async def aclose(self) -> None:
        """Let go of connections and processes. The model can't be asked afterwards."""
        ...
