"""The openai client: where it may go, and whether that is this machine."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from openai import AsyncOpenAI


def is_this_machine(url: str) -> bool:
    """Whether requests to it stay on the loopback interface."""
    return urlsplit(url).hostname in ("127.0.0.1", "::1", "localhost")


def open_client(base_url: str, api_key: str, timeout: float) -> AsyncOpenAI:
    """A client; it repeats nothing by itself."""
    from httpx2 import Limits
    from openai import AsyncOpenAI, DefaultAsyncHttpxClient

    here = is_this_machine(base_url)
    http_client = DefaultAsyncHttpxClient(
        # Articles go to the configured endpoint, and nowhere that it points to.
        follow_redirects=False,
        # What is asked on this machine passes through no proxy that the environment names.
        trust_env=not here,
        # On this machine connecting costs nothing, and none is left open when a loop ends.
        limits=Limits(max_keepalive_connections=0 if here else 100),
    )
    return AsyncOpenAI(
        api_key=api_key,
        base_url=base_url,
        timeout=timeout,
        max_retries=0,
        http_client=http_client,
    )
