"""The service's side: files and batches through the openai client, its failures in our words."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from extractor.batch.stops import RunStopped
from extractor.errors import ConfigurationError, MatchReportError
from extractor.models.client import open_client
from extractor.models.endpoint import Endpoint
from extractor.models.retries import retrying, translate

if TYPE_CHECKING:
    from openai.types import Batch

T = TypeVar("T")

PRICE_SHARE = 0.5
"""Of the usual price."""

TAG = "matchreport_batch"
"""Key of a batch's metadata: who created a batch and was killed before hearing of it finds it again."""

_TRANSFER_SECONDS = 1800.0
_CLOCKS_APART = 3600


class BatchRefused(RunStopped):
    """The service takes no such batch; nothing of it was asked."""


class Gone(MatchReportError):
    """The service has no such file or batch any more."""


@dataclass(frozen=True, slots=True)
class ServiceLimits:
    """What the service takes.

    Args:
        requests: In one batch.
        size: Bytes of the file of one batch.
        poll: Seconds between two looks at a batch.
    """

    requests: int = 50_000
    size: int = 200_000_000
    poll: float = 60.0


class BatchService:
    """Files and batches of one account.

    Every method raises a `ModelError` where the service does not deliver, after retries, and `AccessDenied` or `ConfigurationError`
    where it never will.

    Args:
        endpoint: Where the service is.
    """

    def __init__(self, endpoint: Endpoint) -> None:
        self._client = open_client(endpoint.base_url, endpoint.api_key, endpoint.timeout)
        self._retries = endpoint.retries
        self._where = f"{endpoint.name} at {endpoint.public_url}"

    async def upload(self, path: Path) -> str:
        """Hand in a file of requests; its id."""

        async def send() -> str:
            with path.open("rb") as file:
                sent = await self._client.files.create(file=(path.name, file), purpose="batch", timeout=_TRANSFER_SECONDS)
            return sent.id

        return await self._offered(self._repeated(send))

    async def create(self, file: str, tag: str) -> str:
        """Start a batch; its id. Never repeated here: a batch whose confirmation was lost is there, see `find`."""

        async def start() -> str:
            metadata = {TAG: tag}
            made = await self._client.batches.create(
                input_file_id=file, endpoint="/v1/chat/completions", completion_window="24h", metadata=metadata
            )
            return made.id

        return await self._offered(self._told(start))

    async def find(self, tag: str, since: float) -> str | None:
        """The id of the batch with that tag, if it was started and not refused.

        Args:
            tag: Given to `create`.
            since: Seconds since 1970 before which it was not; the list is read back to then.
        """

        async def look() -> str | None:
            async for batch in self._client.batches.list(limit=100):
                if (batch.metadata or {}).get(TAG) == tag and batch.status != "failed":
                    return batch.id
                if batch.created_at < since - _CLOCKS_APART:
                    return None
            return None

        return await self._repeated(look)

    async def state(self, batch: str) -> Batch:
        """How a batch stands.

        Raises:
            Gone: There is none.
        """
        return await self._repeated(lambda: self._client.batches.retrieve(batch))

    async def download(self, file: str, path: Path) -> None:
        """Write a file of replies to `path`, whole or not at all.

        Raises:
            Gone: There is none.
        """
        temporary = path.with_suffix(".part")

        async def fetch() -> None:
            content = self._client.files.with_streaming_response.content(file, timeout=_TRANSFER_SECONDS)
            async with content as response:
                await response.stream_to_file(temporary)

        await self._repeated(fetch)
        temporary.replace(path)

    async def delete(self, *files: str | None) -> None:
        """Leave no articles behind; what can't be deleted now, the service deletes in its own time."""
        for file in files:
            if file is not None:
                with suppress(MatchReportError):
                    await self._told(lambda one=file: self._client.files.delete(one))

    async def aclose(self) -> None:
        """Close connections."""
        await self._client.close()

    async def _repeated(self, call: Callable[[], Awaitable[T]]) -> T:
        async for attempt in retrying(self._retries, self._where):
            with attempt:
                return await self._told(call)
        raise AssertionError("a loop of attempts ends with a result or an error")

    async def _told(self, call: Callable[[], Awaitable[T]]) -> T:
        import openai

        try:
            return await call()
        except openai.NotFoundError:
            raise Gone(f"{self._where}: HTTP 404") from None
        except Exception as error:
            translated = translate(error, self._where)
            if translated is None:
                raise
            raise translated from error  # the cause tells how long the server wants to be left alone

    async def _offered(self, asked: Awaitable[T]) -> T:
        try:
            return await asked
        except Gone:
            raise ConfigurationError(f"{self._where} offers no Batch API: leave out --engine openai-batch") from None
