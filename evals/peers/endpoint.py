"""The local model as an OpenAI-compatible endpoint: the same server, weights and machine for every system."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field

from extractor.models.local import Library
from extractor.models.local_server import LocalServer, ServerSettings

CONTEXT = 16384
"""Room for the contract's schema, an article and a long answer: no peer fails for want of it."""


@dataclass(frozen=True, slots=True)
class PeerEndpoint:
    """Where a peer asks its questions.

    Args:
        model: `local/<name>`, as in our own scores.
        base_url: Of the API.
        api_key: Of the server.
    """

    model: str
    base_url: str
    api_key: str = field(repr=False)


@contextmanager
def local_endpoint(name: str) -> Generator[PeerEndpoint]:
    """The embedded model `name` of the catalogue, served as long as the context lasts.

    Raises:
        MatchReportError: It is not installed, or does not come up.
    """
    library = Library()
    library.require(name)
    server = LocalServer(f"local/{name}", lambda: library.path(name), ServerSettings(context=CONTEXT))
    try:
        running = server.running()
        yield PeerEndpoint(f"local/{name}", f"{running.url}/v1", running.key)
    finally:
        server.stop()
