"""A scripted model endpoint in a process of its own, and an extractor that asks it: the engine and the network, without the reading.

The endpoint answers after some time, fails as it is told, and writes down what it was asked and when.
"""

from __future__ import annotations

import asyncio
import json
import multiprocessing
import random
import re
import time
from collections.abc import Generator, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from multiprocessing.connection import Connection
from pathlib import Path

from pydantic import BaseModel

from evals.bench.engine import Scripted
from extractor import Article, Extraction
from extractor.models.question import LanguageModel, Message, Question
from extractor.report import PromptId

GOOD = "good"
FAULTS = (
    "429", "429 with seconds", "429 with a date", "500", "502", "503", "408", "reset", "stall", "drip", "cut body",
    "not JSON", "wrong schema", "empty choices", "cut at length", "refusal", "401",
)  # fmt: skip


@dataclass(frozen=True)
class Script:
    """What the endpoint does.

    Args:
        seconds: Until an answer.
        faults: The share of requests, over all, that meet each of these kinds; the rest is answered.
        rpm: More requests a minute than this are refused; 0 for no limit.
        tokens: Read and written, in every answer.
        answers: What is answered, by words that the request holds; a short answer where it holds none.
    """

    seconds: float = 0.0
    faults: Mapping[str, float] = field(default_factory=dict[str, float])
    rpm: int = 0
    tokens: tuple[int, int] = (100, 20)
    answers: Mapping[str, str] = field(default_factory=dict[str, str])


class Reply(BaseModel):
    """What is asked for."""

    found: bool


class Asking:
    """Asks one question an article; a true answer makes a report."""

    strategy = "single"
    prompts = ()

    def __init__(self, model: LanguageModel) -> None:
        self._model = model
        self._scripted = Scripted()

    @property
    def model_name(self) -> str:
        return self._model.name

    async def extract_async(self, article: Article | str) -> Extraction:
        assert isinstance(article, Article)
        prompt = PromptId(name="bench", version="1", sha256="0")
        await self._model.ask(Question((Message("user", f"[{article.id}] {article.text}"),), Reply, prompt, 100))
        return await self._scripted.extract_async(article)


@dataclass(frozen=True)
class Asked:
    """A request as the endpoint saw it: when, about which article, and what it did."""

    at: float
    article: str
    what: str


@contextmanager
def endpoint(script: Script, log: Path) -> Generator[str]:
    """The base URL of an endpoint that runs while the context does."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_serve, args=(script, log, theirs), daemon=True)
    process.start()
    try:
        yield ours.recv()
    finally:
        process.terminate()
        process.join()


def asked(log: Path) -> Iterator[Asked]:
    """What it was asked, in order."""
    with log.open(encoding="utf-8") as file:
        for line in file:
            at, article, what = line.rstrip("\n").split("\t")
            yield Asked(float(at), article, what)


def _serve(script: Script, log: Path, ready: Connection) -> None:
    asyncio.run(_Endpoint(script, log).run(ready))


class _Endpoint:
    def __init__(self, script: Script, log: Path) -> None:
        self._script = script
        self._log = log.open("a", encoding="utf-8", buffering=1)
        self._chance = random.Random(1)
        self._minute: list[float] = []

    async def run(self, ready: Connection) -> None:
        server = await asyncio.start_server(self._connection, "127.0.0.1", 0, backlog=1024)
        ready.send(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1")
        async with server:
            await server.serve_forever()

    async def _connection(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                length = re.search(rb"(?i)content-length: *(\d+)", head)
                body = await reader.readexactly(int(length[1]) if length else 0)
                found = re.search(rb"\[([\w-]+)\]", body)
                what = self._what()
                self._log.write(f"{time.monotonic():.4f}\t{found[1].decode() if found else '?'}\t{what}\n")
                if not await self._reply(what, self._answer(body), writer):
                    break
        writer.close()

    def _what(self) -> str:
        if self._script.rpm:
            now = time.monotonic()
            while self._minute and self._minute[0] <= now - 60:
                self._minute.pop(0)
            if len(self._minute) >= self._script.rpm:
                return "429 with seconds"
            self._minute.append(now)
        drawn = self._chance.random()
        for what, share in self._script.faults.items():
            drawn -= share
            if drawn < 0:
                return what
        return GOOD

    def _answer(self, body: bytes) -> str:
        """The content of an answer to this request."""
        asked = "" if not self._script.answers else "".join(message["content"] for message in json.loads(body)["messages"])
        return next((content for words, content in self._script.answers.items() if words in asked), '{"found": true}')

    async def _reply(self, what: str, answer: str, writer: asyncio.StreamWriter) -> bool:
        """Whether the connection stays open."""
        await asyncio.sleep(self._script.seconds)
        if what == "reset":
            writer.transport.abort()
            return False
        if what == "stall":
            await asyncio.sleep(3600)
        status, headers, body = self._parts(what, answer)
        lines = [f"HTTP/1.1 {status} X", "Content-Type: application/json", f"Content-Length: {len(body)}", *headers, "", ""]
        writer.write("\r\n".join(lines).encode())
        if what == "drip":
            for byte in body:
                writer.write(bytes([byte]))
                await writer.drain()
                await asyncio.sleep(0.1)
        writer.write(body[: len(body) // 2] if what == "cut body" else body)
        await writer.drain()
        return what != "cut body"

    def _parts(self, what: str, answer: str) -> tuple[int, list[str], bytes]:
        if what[:3].isdigit():
            soon = format_datetime(datetime.now(UTC) + timedelta(seconds=1), usegmt=True)
            after = {"429 with seconds": ["Retry-After: 0.2"], "429 with a date": [f"Retry-After: {soon}"]}
            return int(what[:3]), after.get(what, []), b'{"error": {"message": "no", "code": null}}'
        if what == "not JSON":
            return 200, [], b"<html>Welcome</html>"
        content = {"wrong schema": '{"other": 1}', "cut at length": '{"fou', "refusal": None}.get(what, answer)
        message = {"role": "assistant", "content": content, "refusal": "no" if what == "refusal" else None}
        choice = {"index": 0, "finish_reason": "length" if what == "cut at length" else "stop", "message": message}
        read, written = self._script.tokens
        completion = {
            "id": "1",
            "object": "chat.completion",
            "created": 1,
            "model": "test",
            "choices": [] if what == "empty choices" else [choice],
            "usage": {"prompt_tokens": read, "completion_tokens": written, "total_tokens": read + written},
        }
        return 200, [], json.dumps(completion).encode()
