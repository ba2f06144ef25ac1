"""Every error this package raises on purpose, in one tree.

    MatchReportError
    ├── InputError                  the article can't be read; the message names it and the way out
    │   ├── UnreadableInput         missing, a folder, binary, not UTF-8, not the JSON we read
    │   ├── EmptyArticle
    │   ├── ArticleTooLong
    │   └── NotDutch
    ├── NotAMatchReport             a readable Dutch article about something else; `reason` says what
    ├── ConfigurationError          the caller has to change something before any article can succeed
    │   ├── UnknownModel
    │   ├── MissingApiKey
    │   ├── MissingExtra            an optional dependency is not installed
    │   └── InvalidPrompt           a prompt file that can't be used
    ├── ModelError                  the language model did not deliver
    │   ├── ModelUnavailable        HTTP 408, 409, 5xx, connection lost (retried, then raised)
    │   │   ├── ModelTimeout
    │   │   └── RateLimited         HTTP 429 (retried, then raised)
    │   ├── RequestRejected         any other HTTP 4xx
    │   │   └── AccessDenied        401, 403, quota used up: no later article would fare better
    │   ├── ModelRefused            the model declined to answer
    │   ├── ReplyTruncated          the reply hit its length limit
    │   ├── ReplyUnparsable         the reply is not the JSON that was asked for
    │   └── LocalModelFailed        the embedded model's process died or never came up
    ├── InconsistentReport          what was found does not make one report; a bug, or an article that contradicts itself
    └── StorageError                a file or folder of ours can't be read or written

`retryable` says whether the same call may succeed later; `stops_run` whether going on with other
articles is pointless.
"""

from __future__ import annotations

from typing import ClassVar


class MatchReportError(Exception):
    """Base of all errors raised on purpose."""

    retryable: ClassVar[bool] = False
    stops_run: ClassVar[bool] = False


class InputError(MatchReportError):
    """The article can't be read as given."""


class UnreadableInput(InputError):
    """Missing, binary, wrongly encoded or wrongly structured input."""


class EmptyArticle(InputError):
    """The article holds no text."""


class ArticleTooLong(InputError):
    """The text is longer than any match report."""


class NotDutch(InputError):
    """The text is not Dutch."""


class NotAMatchReport(MatchReportError):
    """The article is something other than the report of one football match.

    `reason` is one of the closed values of `extractor.relevance.Reason`.
    """

    def __init__(self, reason: str, explanation: str) -> None:
        super().__init__(f"not a match report ({reason}): {explanation}")
        self.reason = reason
        self.explanation = explanation


class ConfigurationError(MatchReportError):
    """Something in the set-up must change first."""

    stops_run = True


class UnknownModel(ConfigurationError):
    """The model name means nothing here, or nothing at the endpoint."""


class MissingApiKey(ConfigurationError):
    """The endpoint needs a key and none is configured."""


class MissingExtra(ConfigurationError):
    """An optional part of the package is not installed."""


class InvalidPrompt(ConfigurationError):
    """A prompt file fails its own checks."""


class ModelError(MatchReportError):
    """The language model did not deliver a usable answer."""


class ModelUnavailable(ModelError):
    """The endpoint failed or could not be reached."""

    retryable = True


class ModelTimeout(ModelUnavailable):
    """No answer in time."""


class RateLimited(ModelUnavailable):
    """Too many requests; `retry_after` is the server's own wish in seconds, where it gave one."""

    def __init__(self, message: str, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class RequestRejected(ModelError):
    """The endpoint understood the request and will not serve it."""


class AccessDenied(RequestRejected):
    """Key refused or quota used up."""

    stops_run = True


class ModelRefused(ModelError):
    """The model declined to answer."""


class ReplyTruncated(ModelError):
    """The reply was cut off at its length limit."""


class ReplyUnparsable(ModelError):
    """The reply does not parse as the structure that was asked for."""


class LocalModelFailed(ModelError):
    """The embedded model's process failed."""

    retryable = True


class InconsistentReport(MatchReportError):
    """The facts of an article don't make one valid report."""


class StorageError(MatchReportError):
    """One of our own files can't be read or written."""

    stops_run = True
