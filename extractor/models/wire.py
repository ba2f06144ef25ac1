"""What is sent to an endpoint and what is read from its reply: JSON in, values out, no network."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, cast

from pydantic import BaseModel

from extractor.errors import ModelRefused, ReplyTruncated, ReplyUnparsable
from extractor.models.question import Message
from extractor.report import TokenUsage

if TYPE_CHECKING:
    from openai.types.chat import ChatCompletion

Json = dict[str, object]

_UNSENT = frozenset(
    {"title", "description", "default", "minLength", "maxLength", "pattern", "examples"}
)
"""Strict endpoints reject them or llama.cpp multiplies them out; pydantic checks them anyway."""

_SURROGATE = re.compile("[\ud800-\udfff]")


def sendable(text: str) -> str:
    """`text` with U+FFFD for each lone surrogate, which nothing can encode; as long as before."""
    return _SURROGATE.sub("\ufffd", text)


def message_list(messages: Iterable[Message]) -> list[Json]:
    """Messages as the endpoint wants them."""
    return [{"role": message.role, "content": message.content} for message in messages]


def sendable_messages(messages: Sequence[Mapping[str, object]]) -> list[Json]:
    """Messages whose contents can be encoded."""
    return [
        {
            key: sendable(value) if isinstance(value, str) else value
            for key, value in message.items()
        }
        for message in messages
    ]


@lru_cache(maxsize=64)
def _strict_schema(model: type[BaseModel]) -> Json:
    return cast(Json, _strict(model.model_json_schema()))


def _strict(node: object) -> object:
    if isinstance(node, list):
        return [_strict(item) for item in cast(list[object], node)]
    if not isinstance(node, dict):
        return node
    schema: Json = {}
    for key, value in cast(Json, node).items():
        if key in {"properties", "$defs"}:
            schema[key] = {name: _strict(part) for name, part in cast(Json, value).items()}
        elif key not in _UNSENT:
            schema[key] = _strict(value)
    if schema.get("type") == "object":
        schema["required"] = list(cast(Json, schema.get("properties", {})))
        schema["additionalProperties"] = False
    return schema


def response_format(model: type[BaseModel]) -> Json:
    """The structure of the reply, with every field required and nothing beside them."""
    content = {"name": model.__name__, "schema": _strict_schema(model), "strict": True}
    return {"type": "json_schema", "json_schema": content}


def json_grammar(model: type[BaseModel]) -> str:
    """The same structure as a grammar of the embedded server, which fixes white space as well.

    With free white space a small model can fill its whole reply with line breaks, and a reply that
    is laid out over lines takes a third more tokens.
    """
    guidance = {"whitespace_flexible": False, "item_separator": ", ", "key_separator": ": "}
    schema = {"x-guidance": guidance, **_strict_schema(model)}
    return f"%llguidance {{}}\nstart: %json {json.dumps(schema)}"


def usage_of(reply: object) -> TokenUsage | None:
    """Tokens of one reply; None where the endpoint doesn't say."""
    usage: object = getattr(reply, "usage", None)
    prompt, completion = _count(usage, "prompt_tokens"), _count(usage, "completion_tokens")
    if not prompt and not completion:
        return None
    cached = _count(getattr(usage, "prompt_tokens_details", None), "cached_tokens")
    return TokenUsage(prompt=prompt, cached=cached, completion=completion)


def _count(part: object, name: str) -> int:
    """A number of tokens; 0 where there is none, or something else in its place."""
    value: object = getattr(part, name, None)
    return value if isinstance(value, int) and value > 0 else 0


def checked(reply: object, name: str, may_end_early: bool) -> ChatCompletion:
    """The reply, if it is a whole one.

    Raises:
        ReplyUnparsable: It is no chat completion.
        ModelRefused: The model, or a filter, declined.
        ReplyTruncated: It reached its length limit, and `may_end_early` is false.
    """
    from openai.types.chat import ChatCompletion

    # The client builds its types unchecked, so any of these parts can be missing or of another
    # kind.
    choices: object = getattr(reply, "choices", None)
    if not isinstance(reply, ChatCompletion) or not isinstance(choices, list) or not choices:
        raise ReplyUnparsable(f"{name}: the reply is no chat completion")
    first = reply.choices[0]
    message = cast(object, getattr(first, "message", None))
    if message is None:
        raise ReplyUnparsable(f"{name}: the reply holds no message")
    if getattr(message, "refusal", None) or first.finish_reason == "content_filter":
        raise ModelRefused(f"{name} declined to answer")
    if first.finish_reason == "length" and not may_end_early:
        raise ReplyTruncated(f"{name}: the reply was cut off at its length limit")
    return reply


def label_probabilities(reply: ChatCompletion, labels: Sequence[str]) -> dict[str, float] | None:
    """How probable each label is as the first token; None where the reply does not say."""
    logprobs = reply.choices[0].logprobs
    first = logprobs.content[0] if logprobs is not None and logprobs.content else None
    if first is None:
        return None
    weights = dict.fromkeys(labels, 0.0)
    for candidate in first.top_logprobs or [first]:
        # "A" and " A" are two tokens and one answer.
        label = candidate.token.strip()
        if label in weights:
            weights[label] += math.exp(candidate.logprob)
    total = sum(weights.values())
    return {label: weight / total for label, weight in weights.items()} if total > 0 else None


def label_in(reply: ChatCompletion, labels: Sequence[str]) -> str | None:
    """The label that the reply consists of, if it does."""
    content = (reply.choices[0].message.content or "").strip(" \n\t.:)(*\"'")
    return content if content in labels else None
