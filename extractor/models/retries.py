"""HTTP failures of an endpoint: which are tried again, when, and what they are called here.

The one owner of HTTP retries: the openai client itself makes none.
"""

from __future__ import annotations

import json
import random
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

from extractor.errors import (
    AccessDenied,
    MatchReportError,
    ModelTimeout,
    ModelUnavailable,
    RateLimited,
    ReplyUnparsable,
    RequestRejected,
    UnknownModel,
)

if TYPE_CHECKING:
    from openai import APIStatusError
    from tenacity import AsyncRetrying, RetryCallState

_PASSING = frozenset({408, 409, 425})
"""Statuses under 500, besides 429, that pass by themselves."""

_QUOTA = frozenset({"insufficient_quota", "billing_hard_limit_reached", "billing_not_active"})


@dataclass(frozen=True, slots=True)
class HttpRetries:
    """Bounds of HTTP retries.

    Args:
        attempts: Requests at most, the first included.
        total: Seconds that all attempts and waits may take: no wait starts that would end later.
        first_wait: Seconds that the first random wait takes at most; it doubles with each attempt.
        longest_wait: Seconds that any wait takes at most, a server's own Retry-After included.
    """

    attempts: int = 5
    total: float = 300.0
    first_wait: float = 1.0
    longest_wait: float = 60.0


def retrying(retries: HttpRetries, where: str) -> AsyncRetrying:
    """The loop that tries a request again while its failures pass by themselves."""
    from tenacity import (
        AsyncRetrying,
        retry_if_exception,
        stop_after_attempt,
        stop_before_delay,
        wait_random_exponential,
    )

    random_wait = wait_random_exponential(multiplier=retries.first_wait, max=retries.longest_wait)

    def wait(state: RetryCallState) -> float:
        error = state.outcome.exception() if state.outcome is not None else None
        told = retry_after(error)
        if told is None:
            return random_wait(state)
        # A little on top, so that callers told the same second don't return all at once.
        return min(told + random.uniform(0, retries.first_wait), retries.longest_wait)

    def passes(error: BaseException) -> bool:
        translated = translate(error, where)
        # A reply that is no chat completion comes from a proxy or a server on its way up or down.
        return translated is not None and (
            translated.retryable or isinstance(translated, ReplyUnparsable)
        )

    return AsyncRetrying(
        stop=stop_after_attempt(retries.attempts) | stop_before_delay(retries.total),
        retry=retry_if_exception(passes),
        wait=wait,
        reraise=True,
    )


def retry_after(error: BaseException | None) -> float | None:
    """Seconds until the time in the failed reply's Retry-After header, in either of its forms."""
    response = getattr(error, "response", None)
    value: str | None = response.headers.get("retry-after") if response is not None else None
    if not value:
        return None
    if re.fullmatch(r"\s*\d+(\.\d+)?\s*", value):
        return float(value)
    try:
        moment = parsedate_to_datetime(value)
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, (moment - datetime.now(UTC)).total_seconds())


def may_be_billed(error: BaseException) -> bool:
    """Whether a request that ended so may have been answered all the same, and the answer lost on its way."""
    import httpx2
    import openai

    if isinstance(error, openai.APIStatusError):
        return False
    never_sent = (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout)
    return not isinstance(error.__cause__, never_sent)


def translate(error: BaseException, where: str) -> MatchReportError | None:
    """The failure in this package's words, or None for what is no failure of an endpoint.

    The server's own message is left out: servers repeat keys and parts of the request in it.

    Args:
        error: What the openai client raised.
        where: Model and endpoint, for the message.
    """
    import openai

    if isinstance(error, MatchReportError):
        return error
    if isinstance(error, openai.APITimeoutError):
        return ModelTimeout(f"{where}: no answer in time")
    if isinstance(
        error, openai.APIResponseValidationError | json.JSONDecodeError | UnicodeDecodeError
    ):
        return ReplyUnparsable(f"{where}: the reply is not JSON")
    if isinstance(error, openai.APIStatusError):
        return _of_status(error, where)
    if isinstance(error, openai.APIConnectionError):
        return ModelUnavailable(f"{where}: can't be reached, or the connection was lost")
    if isinstance(error, openai.OpenAIError):
        return RequestRejected(f"{where}: {type(error).__name__}")
    return None


def _of_status(error: APIStatusError, where: str) -> MatchReportError:
    status, code = error.status_code, _code(error)
    what = f"{where}: HTTP {status}" + (f" ({code})" if code else "")
    if code in _QUOTA:
        return AccessDenied(f"{what}: the account's quota is used up")
    if status == 429:
        return RateLimited(f"{what}: too many requests", retry_after(error))
    if status in (401, 403):
        return AccessDenied(
            f"{what}: the API key is missing, wrong or not allowed to use this model"
        )
    if status == 404 or code == "model_not_found":
        return UnknownModel(
            f"{what}: no such model there, or not the URL of an OpenAI-compatible API"
        )
    if status >= 500 or status in _PASSING:
        return ModelUnavailable(f"{what}: the server failed")
    return RequestRejected(f"{what}: the request was rejected")


def _code(error: APIStatusError) -> str | None:
    """The machine-readable reason, if it looks like one."""
    for value in (error.code, error.type):
        if isinstance(value, str) and re.fullmatch(r"[a-z][a-z_]{0,40}", value):
            return value
    return None


def unsupported_parameter(error: BaseException) -> str | None:
    """The request parameter that this endpoint or model does not take, if the failure says so."""
    import openai

    if isinstance(error, openai.BadRequestError) and error.code in (
        "unsupported_parameter",
        "unsupported_value",
    ):
        return error.param
    return None
