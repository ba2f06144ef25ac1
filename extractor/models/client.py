"""The openai client of an endpoint."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from openai import AsyncOpenAI

    from extractor.models.endpoint import Endpoint


def open_client(endpoint: Endpoint) -> AsyncOpenAI:
    """A client; it repeats nothing by itself."""
    from httpx2 import Limits
    from openai import AsyncOpenAI, DefaultAsyncHttpxClient

    here = endpoint.is_this_machine
    http_client = DefaultAsyncHttpxClient(
        # Articles go to the configured endpoint, and nowhere that it points to.
        follow_redirects=False,
        # What is asked on this machine passes through no proxy that the environment names.
        trust_env=not here,
        # On this machine connecting costs nothing, and none is left open when a loop ends.
        limits=Limits(max_keepalive_connections=0 if here else 100),
    )
    return AsyncOpenAI(
        api_key=endpoint.api_key,
        base_url=endpoint.base_url,
        timeout=endpoint.timeout,
        max_retries=0,
        http_client=http_client,
    )
