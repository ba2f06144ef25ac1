"""Embedded models: llama.cpp's OpenAI-compatible server in a child process that is watched over.

llama.cpp can crash on a grammar-bound answer. In a process of its own a crash costs one question,
which is asked again once, and not the run.
"""

from __future__ import annotations

import asyncio
import json
import os
import secrets
import subprocess
import sys
import threading
import weakref
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel

from extractor.errors import LocalModelFailed, MissingExtra, ModelTimeout, ModelUnavailable
from extractor.models.endpoint import Endpoint, EndpointModel
from extractor.models.folders import cache_folder
from extractor.models.local import Library
from extractor.models.question import Answer, Choice, Chosen, Question
from extractor.models.retries import HttpRetries

T = TypeVar("T", bound=BaseModel)
R = TypeVar("R")

_CHILD = Path(__file__).with_name("local_child.py")
_STOP_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class ServerSettings:
    """How an embedded model runs.

    Args:
        threads: None for one a core that this process may use.
        context: Tokens of prompt and reply together.
        timeout: Seconds one question may take.
        ready: Seconds until the weights must be loaded.
        crashes: Crashes in a row, without an answer in between, after which it is given up.
        prompt_cache: MiB of memory for prompts that were read before.
    """

    threads: int | None = None
    context: int = 4096
    timeout: float = 600.0
    ready: float = 180.0
    crashes: int = 4
    prompt_cache: int = 256


@dataclass(frozen=True, slots=True)
class _Running:
    process: subprocess.Popen[bytes]
    url: str
    key: str = field(repr=False)


class LocalServer:
    """The child process: started at first need, and again after a crash. Threads can share it."""

    def __init__(self, name: str, weights: Callable[[], Path], settings: ServerSettings) -> None:
        self._name = name
        self._weights = weights
        self._settings = settings
        self._lock = threading.Lock()
        self._running: _Running | None = None
        self._crashes = 0

    @property
    def log(self) -> Path:
        """Where llama.cpp's own output goes; it holds no prompts."""
        return cache_folder("logs") / "llama.log"

    @property
    def process_id(self) -> int | None:
        """Of the child, while there is one."""
        return self._running.process.pid if self._running is not None else None

    def running(self) -> _Running:
        """The server, started if it isn't running; blocks until it is ready.

        Raises:
            LocalModelFailed: It does not come up, or has crashed too often in a row.
        """
        with self._lock:
            if self._running is not None and self._running.process.poll() is not None:
                self._crashes += 1
                self._forget()
            if self._crashes >= self._settings.crashes:
                raise LocalModelFailed(
                    f"{self._name}: its process failed {self._crashes} times in a row; "
                    f"see {self.log}"
                )
            if self._running is None:
                try:
                    self._running = self._start()
                except LocalModelFailed:
                    self._crashes += 1
                    raise
            return self._running

    def answered(self) -> None:
        """An answer came: crashes before it no longer count."""
        self._crashes = 0

    def gone(self, running: _Running) -> bool:
        """Whether this process has ended; a process that is just dying is waited for."""
        try:
            running.process.wait(timeout=1.0)
        except subprocess.TimeoutExpired:
            return False
        return True

    def stop(self) -> None:
        """End the process, if there is one."""
        with self._lock:
            self._forget()

    def _forget(self) -> None:
        if self._running is not None:
            _end(self._running.process)
            self._running = None

    def _start(self) -> _Running:
        key = secrets.token_urlsafe(32)
        settings = self._settings
        content = {
            "model": str(self._weights()),
            "key": key,
            "log": str(self.log),
            "context": settings.context,
            "threads": settings.threads or _cores(),
            "prompt_cache_mib": settings.prompt_cache,
        }
        # -P: the folder of the script must not hide modules of the standard library. A session of
        # its own keeps an interrupt at the terminal from reaching it before we have ended what we
        # are doing.
        process = subprocess.Popen(
            [sys.executable, "-P", str(_CHILD)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        weakref.finalize(self, _end, process)
        try:
            url = self._introduce(process, json.dumps(content).encode() + b"\n")
        except BaseException:
            _end(process)
            raise
        return _Running(process, url, key)

    def _introduce(self, process: subprocess.Popen[bytes], settings: bytes) -> str:
        """Give the child its settings; its URL, once it is ready."""
        assert process.stdin is not None
        lines: list[bytes] = []
        reader = threading.Thread(target=lambda: lines.append(_first_line(process)), daemon=True)
        reader.start()
        # Writing fails where the child died at once: its empty line says so.
        with suppress(OSError):
            process.stdin.write(settings)
            process.stdin.flush()
        reader.join(self._settings.ready)
        if not lines:
            raise LocalModelFailed(
                f"{self._name} was not ready within {self._settings.ready:.0f} s"
            )
        reply: dict[str, str] = json.loads(lines[0] or b"{}")
        if "url" not in reply:
            reason = reply.get("error", "its process ended while the weights were loaded")
            raise LocalModelFailed(f"{self._name} did not start: {reason}; see {self.log}")
        return reply["url"]


class LocalModel:
    """An embedded model. Its process starts at the first question and ends with this object or this
    process.

    Args:
        model: A name of the catalogue, or the path of a .gguf file.
        settings: How it runs.
        library: Where the weights come from.

    Raises:
        UnknownModel: There is no such model or file.
        MissingExtra: The weights or llama.cpp are not installed.
    """

    def __init__(
        self, model: str, settings: ServerSettings | None = None, library: Library | None = None
    ) -> None:
        library = library or Library()
        settings = settings or ServerSettings()
        weights = library.require(model)
        if find_spec("xllamacpp") is None:
            raise MissingExtra(f'local/{model} needs llama.cpp: pip install "matchreport[local]"')
        self._name = f"local/{model}"
        self._identity = (
            f"{self._name} {weights.sha256 if weights is not None else _stamp(library.path(model))}"
        )
        self._settings = settings
        self._server = LocalServer(self._name, lambda: library.path(model), settings)
        self._asked: tuple[_Running, EndpointModel] | None = None

    @property
    def name(self) -> str:
        """`local/<model>`."""
        return self._name

    @property
    def identity(self) -> str:
        """Name and hash of the weights; of a file by path, its size and time of change."""
        return self._identity

    @property
    def process_id(self) -> int | None:
        """Of the model's process, while there is one."""
        return self._server.process_id

    async def ask(self, question: Question[T]) -> Answer[T]:
        """The answer, validated.

        Raises:
            ModelError: The model did not deliver; LocalModelFailed where its process failed twice.
        """
        return await self._asking(lambda model: model.ask(question))

    async def choose(self, choice: Choice) -> Chosen:
        """The options' probabilities, by their letters' as the next token.

        Raises:
            ModelError: As `ask`.
        """
        return await self._asking(lambda model: model.choose(choice))

    async def aclose(self) -> None:
        """End the model's process."""
        if self._asked is not None:
            await self._asked[1].aclose()
            self._asked = None
        await asyncio.to_thread(self._server.stop)

    async def _asking(self, put: Callable[[EndpointModel], Awaitable[R]]) -> R:
        for _ in range(2):
            running = await asyncio.to_thread(self._server.running)
            try:
                answer = await put(await self._endpoint(running))
            except ModelTimeout:
                # It may be stuck: the next question gets a new process.
                await asyncio.to_thread(self._server.stop)
                raise
            except ModelUnavailable as error:
                if not await asyncio.to_thread(self._server.gone, running):
                    raise LocalModelFailed(f"{self._name} could not answer: {error}") from None
                continue
            self._server.answered()
            return answer
        raise LocalModelFailed(
            f"{self._name}: its process crashed twice on this question; see {self._server.log}"
        )

    async def _endpoint(self, running: _Running) -> EndpointModel:
        if self._asked is not None and self._asked[0] is not running:
            await self._asked[1].aclose()
            self._asked = None
        if self._asked is None:
            endpoint = Endpoint(
                name=self._name,
                model=self._name,
                base_url=f"{running.url}/v1",
                api_key=running.key,
                timeout=self._settings.timeout,
                # What fails here is the process, and it is restarted: there is nothing to wait for.
                retries=HttpRetries(attempts=1),
                grammar=True,
            )
            self._asked = (running, EndpointModel(endpoint))
        return self._asked[1]


def _end(process: subprocess.Popen[bytes]) -> None:
    """End a child: it goes by itself when its standard input closes, and is killed otherwise."""
    for pipe in (process.stdin, process.stdout):
        if pipe is not None and not pipe.closed:
            # Closing fails on unwritten settings of a child that is gone.
            with suppress(OSError):
                pipe.close()
    try:
        process.wait(timeout=_STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _first_line(process: subprocess.Popen[bytes]) -> bytes:
    assert process.stdout is not None
    return process.stdout.readline()


def _cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _stamp(path: Path) -> str:
    status = path.stat()
    return f"{path} {status.st_size} {status.st_mtime_ns}"
