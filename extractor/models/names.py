"""Model names as the user writes them, and the model behind each.

Nothing is ever chosen here: without a name there is no model, whatever keys the environment holds.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from extractor.errors import MissingApiKey, UnknownModel
from extractor.models.ahead import Ahead
from extractor.models.gate import Gate
from extractor.models.question import LanguageModel

if TYPE_CHECKING:
    from extractor.models.endpoint import Endpoint
    from extractor.models.prices import Prices

Strategy = Literal["single", "guided", "reader"]

LOCAL_STRATEGY: Strategy = "guided"
"""What scores best with the embedded models; the evaluations decide."""

DEFAULT_LOCAL_MODEL = "local/qwen2.5-coder-1.5b"

_WAYS = (
    "use openai/<model> (with --base-url also for vLLM, Ollama and other OpenAI-compatible "
    "servers), local/<name> (see `matchreport models list`) or local/<path to a .gguf file>"
)


@dataclass(frozen=True, slots=True)
class ModelName:
    """A parsed model name; `str()` gives it back."""

    provider: Literal["openai", "local"]
    model: str

    def __str__(self) -> str:
        return f"{self.provider}/{self.model}"


@dataclass(frozen=True, slots=True)
class ModelSettings:
    """How to reach and run a model.

    Args:
        base_url: Of an OpenAI-compatible endpoint; OPENAI_BASE_URL where None.
        api_key: OPENAI_API_KEY where None. Never shown, logged or cached.
        timeout: Seconds one request may take; None for 120 (a remote model) or 600 (an embedded
            one).
        threads: Of an embedded model; None for one a core.
        cached: Whether answers are kept on disk and asked once only.
        prices: Of a remote model's tokens; None for the price list.
        gate: Asked before every request to a remote model; None for no limits.
        ahead: Who may have a remote model's reply already; None for nobody.
    """

    base_url: str | None = None
    api_key: str | None = field(default=None, repr=False)
    timeout: float | None = None
    threads: int | None = None
    cached: bool = True
    prices: Prices | None = None
    gate: Gate | None = None
    ahead: Ahead | None = None


def parse(name: str) -> ModelName:
    """The parts of a model name.

    Raises:
        UnknownModel: The name is not `openai/...` or `local/...`.
    """
    provider, _, model = name.strip().partition("/")
    if provider == "openai" and model:
        return ModelName("openai", model)
    if provider == "local" and model:
        return ModelName("local", model)
    raise UnknownModel(f"no model is called {name!r}: {_WAYS}")


def default_strategy(name: str) -> Strategy:
    """The strategy that suits a model."""
    return "single" if parse(name).provider == "openai" else LOCAL_STRATEGY


def open_model(name: str, settings: ModelSettings | None = None) -> LanguageModel:
    """The model with that name, ready to be asked; an embedded one starts at its first question.

    Raises:
        UnknownModel: There is no such model.
        MissingApiKey: The endpoint needs a key and none is configured.
        MissingExtra: The embedded model is not installed.
    """
    from extractor.models.cache import AnswerStore, CachedModel

    settings = settings or ModelSettings()
    parsed = parse(name)
    model = _remote(parsed, settings) if parsed.provider == "openai" else _local(parsed, settings)
    return CachedModel(model, AnswerStore()) if settings.cached else model


def remote_endpoint(name: ModelName, settings: ModelSettings) -> Endpoint:
    """Where a remote model is, from settings and environment.

    Raises:
        MissingApiKey: The endpoint needs a key and none is configured.
        ConfigurationError: The base URL is none.
    """
    from extractor.models.endpoint import OPENAI_URL, Endpoint

    base_url = settings.base_url or os.environ.get("OPENAI_BASE_URL") or OPENAI_URL
    key = settings.api_key or os.environ.get("OPENAI_API_KEY")
    if not key and base_url.rstrip("/") == OPENAI_URL:
        raise MissingApiKey(
            f"{name} needs an API key: set OPENAI_API_KEY, or give --base-url (OPENAI_BASE_URL) "
            f"for a server that needs none, or use the embedded model: {DEFAULT_LOCAL_MODEL}"
        )
    return Endpoint(
        str(name),
        name.model,
        base_url,
        key or "none",
        timeout=settings.timeout or 120.0,
        prices=settings.prices,
    )


def _remote(name: ModelName, settings: ModelSettings) -> LanguageModel:
    from extractor.models.endpoint import EndpointModel

    return EndpointModel(remote_endpoint(name, settings), settings.gate, settings.ahead)


def _local(name: ModelName, settings: ModelSettings) -> LanguageModel:
    from extractor.models.local_server import LocalModel, ServerSettings

    return LocalModel(
        name.model, ServerSettings(threads=settings.threads, timeout=settings.timeout or 600.0)
    )
