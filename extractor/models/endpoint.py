"""Any OpenAI-compatible endpoint, through instructor over the openai client.

Three kinds of failure, one owner each: `retries` repeats requests, instructor re-asks what does not
validate (at most `RE_ASKS` times, with the error), and this module turns whatever is left into
`extractor.errors`.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Awaitable, Generator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Literal, TypeVar, cast
from urllib.parse import urlsplit
from weakref import WeakKeyDictionary

from pydantic import BaseModel, ValidationError, create_model

from extractor.errors import ConfigurationError, ModelTimeout, ReplyUnparsable
from extractor.models import wire
from extractor.models.ahead import Ahead, Request
from extractor.models.client import is_this_machine, open_client
from extractor.models.gate import Fate, Gate, Need, OpenGate
from extractor.models.prices import Prices, price
from extractor.models.question import Answer, Choice, Chosen, Question, Spent
from extractor.models.retries import HttpRetries, may_be_billed, retrying, translate, unsupported_parameter
from extractor.report import TokenUsage

if TYPE_CHECKING:
    from openai import AsyncOpenAI
    from openai.types.chat import ChatCompletion

T = TypeVar("T", bound=BaseModel)

OPENAI_URL = "https://api.openai.com/v1"

RE_ASKS = 2
"""How often a reply that does not validate is asked again."""

_LETTER_TOKENS = 2000
"""For a choice without probabilities: room for a model that thinks before it answers."""

_RENAMED = {"max_tokens": "max_completion_tokens", "max_completion_tokens": "max_tokens"}
_OPTIONAL = frozenset({"temperature", "logprobs", "top_logprobs", *_RENAMED})


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where a model is and how it is spoken to.

    Args:
        name: `provider/model`, as the user wrote it.
        model: The model's name at the endpoint.
        base_url: Up to and including `/v1`.
        api_key: Never shown.
        timeout: Seconds one request may take.
        retries: Bounds of HTTP retries.
        grammar: The endpoint is the embedded server, which takes grammars (llama.cpp with
            llguidance).
        prices: What its tokens cost; None for the price list.
    """

    name: str
    model: str
    base_url: str
    api_key: str = field(repr=False)
    timeout: float = 120.0
    retries: HttpRetries = HttpRetries()
    grammar: bool = False
    prices: Prices | None = None

    def __post_init__(self) -> None:
        parts = urlsplit(self.base_url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ConfigurationError(
                "the base URL must look like http://host:port/v1 or https://host/v1"
            )
        if parts.username or parts.password or parts.query:
            # The HTTP library writes URLs to its log.
            raise ConfigurationError(
                "the base URL can't hold a password or query: use OPENAI_API_KEY"
            )

    @property
    def public_url(self) -> str:
        """The URL as it is shown."""
        return self.base_url.rstrip("/")

    @property
    def is_this_machine(self) -> bool:
        """Whether requests stay on the loopback interface."""
        return is_this_machine(self.base_url)

    def cost(self, usage: TokenUsage) -> float | None:
        """US dollars for these tokens; None where the price is not known."""
        if self.prices is not None:
            return self.prices.of(usage)
        if self.is_this_machine:
            return 0.0
        return price(self.public_url, self.model, usage)


class EndpointModel:
    """A model behind an OpenAI-compatible endpoint.

    It can be used from several event loops, one after the other; each gets connections of its own.

    Args:
        endpoint: Where it is.
        gate: Asked before every request; None for no limits.
        ahead: Who may have the reply already; None for nobody.

    Raises:
        ConfigurationError: The base URL is none.
    """

    def __init__(
        self, endpoint: Endpoint, gate: Gate | None = None, ahead: Ahead | None = None
    ) -> None:
        self._endpoint = endpoint
        self._gate: Gate = gate or OpenGate()
        self._ahead = ahead
        self._where = f"{endpoint.name} at {endpoint.public_url}"
        self._clients: WeakKeyDictionary[asyncio.AbstractEventLoop, AsyncOpenAI] = (
            WeakKeyDictionary()
        )
        # Parameters that this model was seen to reject. OpenAI itself takes only the newer name of
        # max_tokens.
        official = endpoint.public_url == OPENAI_URL
        self._rejected: set[str] = {"max_tokens"} if official else set()

    @property
    def name(self) -> str:
        """`provider/model`."""
        return self._endpoint.name

    @property
    def identity(self) -> str:
        """Model and URL."""
        return self._where

    @property
    def takes_grammar(self) -> bool:
        """Whether the endpoint is the embedded server."""
        return self._endpoint.grammar

    async def ask(self, question: Question[T]) -> Answer[T]:
        """The answer, validated; re-asked with the error where it does not validate.

        Raises:
            ModelError: The model did not deliver.
            ConfigurationError: The endpoint does not know the model.
        """
        call = _Call(self, question.answer)
        value = await self._structured(call, question)
        return Answer(value, self._spent(call))

    async def choose(self, choice: Choice) -> Chosen:
        """The options' probabilities, from the first token's where the endpoint gives them.

        Raises:
            ModelError: The model did not deliver.
            ConfigurationError: The endpoint does not know the model.
        """
        call = _Call(self, None)
        if "logprobs" not in self._rejected:
            reply = await self._letter(call, choice)
            probabilities = wire.label_probabilities(reply, choice.labels)
            if probabilities is None and (label := wire.label_in(reply, choice.labels)):
                probabilities = {label: 1.0}
            if probabilities is not None:
                return Chosen(_by_option(choice, probabilities), self._spent(call))
        letter: type[BaseModel] = create_model(
            "Letter", letter=(cast(Any, Literal)[choice.labels], ...)
        )
        asked = _Call(self, letter)
        answer = await self._structured(
            asked, Question(choice.messages, letter, choice.prompt, _LETTER_TOKENS)
        )
        label = str(answer.model_dump()["letter"])
        return Chosen(_by_option(choice, {label: 1.0}), self._spent(call) + self._spent(asked))

    async def aclose(self) -> None:
        """Close this event loop's connections."""
        client = self._clients.pop(asyncio.get_running_loop(), None)
        if client is not None:
            await client.close()

    async def _structured(self, call: _Call, question: Question[T]) -> T:
        import instructor
        from instructor.core import InstructorError

        create = cast(Any, instructor.patch(create=call.send, mode=instructor.Mode.JSON_SCHEMA))
        with _quiet():
            try:
                value: BaseModel = await create(
                    response_model=question.answer,
                    max_retries=RE_ASKS,
                    strict=False,
                    model=self._endpoint.model,
                    messages=wire.message_list(question.messages),
                    max_tokens=question.max_tokens,
                    temperature=question.temperature,
                )
            except InstructorError as error:
                # The cause is the last failure; the rest holds the article and must not travel with
                # the error.
                cause = error.__cause__
                known = translate(cause, self._where) if cause is not None else None
                raise known or self._not_valid(cause, question.answer) from None
        # instructor hands over a class of its own, with the raw reply attached.
        return question.answer.model_validate(value.model_dump())

    def _not_valid(self, error: BaseException | None, answer: type[BaseModel]) -> ReplyUnparsable:
        detail = "it is not the JSON that was asked for"
        if isinstance(error, ValidationError):
            first = error.errors(include_input=False, include_url=False, include_context=False)[0]
            field_path = ".".join(str(step) for step in first["loc"]) or "the whole"
            detail = f"{field_path}: {first['type']}"
        return ReplyUnparsable(f"{self._where}: the reply is no {answer.__name__}: {detail}")

    async def _letter(self, call: _Call, choice: Choice) -> ChatCompletion:
        request: wire.Json = {
            "model": self._endpoint.model,
            "messages": wire.message_list(choice.messages),
            "max_tokens": 1,
            "temperature": 0.0,
            "logprobs": True,
            "top_logprobs": 20,
        }
        if self._endpoint.grammar:
            alternatives = " | ".join(f'"{label}"' for label in choice.labels)
            request["extra_body"] = {"grammar": f"root ::= {alternatives}"}
        with _quiet():
            return await call.send(**request)

    async def send(self, request: Mapping[str, object], call: _Call) -> ChatCompletion:
        """One request, repeated while its failures pass; parameters the model rejects are left out.

        Raises:
            ModelError, ConfigurationError: As `ask`.
        """
        while True:
            known = self._known(request)
            if (early := self._early(Request(request, known, self._need(known)), call)) is not None:
                return early
            try:
                async for attempt in retrying(self._endpoint.retries, self._where):
                    with attempt:
                        return await self._once(known, call)
            except Exception as error:
                parameter = unsupported_parameter(error)
                if parameter in _OPTIONAL and parameter in known:
                    self._rejected.add(parameter)
                    continue
                translated = translate(error, self._where)
                if translated is None:
                    raise
                raise translated from None

    def _early(self, request: Request, call: _Call) -> ChatCompletion | None:
        """The reply that was asked for ahead of time, if there is one."""
        early = None if self._ahead is None else self._ahead.reply(request)
        if early is None:
            return None
        usage = wire.usage_of(early.reply)
        cost = None if usage is None else self._endpoint.cost(usage)
        cost = None if cost is None else cost * early.share
        call.early += Spent(usage or TokenUsage(), 1, cost)
        early.bill.ended(Fate(usage, cost))
        return wire.checked(early.reply, self._where, may_end_early=call.answer is None)

    def _known(self, request: Mapping[str, object]) -> dict[str, object]:
        known: dict[str, object] = {}
        for key, value in request.items():
            renamed = _RENAMED.get(key, key) if key in self._rejected else key
            if renamed not in self._rejected:
                known[renamed] = value
        if "logprobs" not in known:
            known.pop("top_logprobs", None)
        return known

    async def _once(self, request: Mapping[str, object], call: _Call) -> ChatCompletion:
        # What takes long the first time is done before the gate, which has to know when a request goes.
        create = cast(Any, self._client().chat.completions.create)
        entered = await self._gate.enter(self._need(request))
        call.attempts += 1
        fate = Fate(lost=True)
        try:
            reply = await self._in_time(create(**request))
            # Counted before instructor sees the reply: it adds earlier attempts' tokens into it.
            usage = wire.usage_of(reply)
            if usage is not None:
                call.usage = call.usage + usage
                fate = Fate(usage, self._endpoint.cost(usage))
            return wire.checked(reply, self._where, may_end_early=call.answer is None)
        except Exception as error:
            lost = fate.usage is None and may_be_billed(error)
            fate = replace(fate, error=translate(error, self._where), lost=lost)
            raise
        finally:
            entered.ended(fate)

    async def _in_time(self, reply: Awaitable[object]) -> object:
        try:
            # The client's own timeout begins anew with every byte that comes.
            async with asyncio.timeout(self._endpoint.timeout):
                return await reply
        except TimeoutError:
            raise ModelTimeout(f"{self._where}: no answer in time") from None

    def _need(self, request: Mapping[str, object]) -> Need:
        """An upper bound: no token is shorter than one byte, and `max_tokens` bounds the reply."""
        sent = len(json.dumps(request, ensure_ascii=False).encode("utf-8", "surrogatepass"))
        written = next((request[name] for name in _RENAMED if name in request), 0)
        most = TokenUsage(prompt=sent, completion=written if isinstance(written, int) else 0)
        return Need(most, self._endpoint.cost(most))

    def _client(self) -> AsyncOpenAI:
        loop = asyncio.get_running_loop()
        if loop not in self._clients:
            where = self._endpoint
            self._clients[loop] = open_client(where.base_url, where.api_key, where.timeout)
        return self._clients[loop]

    def _spent(self, call: _Call) -> Spent:
        return call.early + Spent(call.usage, call.attempts, self._endpoint.cost(call.usage))


class _Call:
    """One question on its way: what it has taken so far."""

    def __init__(self, model: EndpointModel, answer: type[BaseModel] | None) -> None:
        self.answer = answer
        self.attempts = 0
        self.usage = TokenUsage()
        self.early = Spent()
        self._model = model

    async def send(self, **request: object) -> ChatCompletion:
        """What instructor calls in place of the openai client's `create`."""
        messages = cast(list[dict[str, object]], request["messages"])
        request["messages"] = wire.sendable_messages(messages)
        if self.answer is not None and self._model.takes_grammar:
            del request["response_format"]  # instructor's
            request["extra_body"] = {"grammar": wire.json_grammar(self.answer)}
        elif self.answer is not None:
            request["response_format"] = wire.response_format(self.answer)
        return await self._model.send(request, self)


def _by_option(choice: Choice, probabilities: Mapping[str, float]) -> dict[str, float]:
    return {
        option: probabilities.get(label, 0.0)
        for label, option in zip(choice.labels, choice.options, strict=True)
    }


_asking: ContextVar[bool] = ContextVar("_asking", default=False)


def _silenced(_record: logging.LogRecord) -> bool:
    return not _asking.get()


@contextmanager
def _quiet() -> Generator[None]:
    """Keep our requests out of the libraries' logs: those hold prompts and replies."""
    for name in ("instructor", "instructor.v2", "instructor.v2.retry", "openai._base_client"):
        logging.getLogger(name).addFilter(
            _silenced
        )  # a filter that is there already is not added again
    token = _asking.set(True)
    try:
        yield
    finally:
        _asking.reset(token)
