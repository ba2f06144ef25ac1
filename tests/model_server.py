"""A small OpenAI-compatible server on loopback: says what it is told to, and fails on demand."""

from __future__ import annotations

import json
import socket
import struct
import threading
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Literal, Self

from pydantic import BaseModel

Json = dict[str, Any]


@dataclass(frozen=True)
class Reply:
    """One HTTP reply.

    Args:
        body: Bytes as they are sent.
        status: HTTP status.
        headers: Beside Content-Type and Content-Length.
        content_type: Of the body.
        then: "cut" sends half of the body and closes, "reset" resets the connection without a
            reply, "stall" never replies, "drip" sends a byte now and then.
    """

    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    content_type: str = "application/json"
    then: Literal["done", "cut", "reset", "stall", "drip"] = "done"


def saying(
    content: str | None, finish: str = "stop", message: Json | None = None, **choice: Any
) -> Reply:
    """A chat completion with that content; 100 tokens read, 40 of them cached, and 20 written."""
    completion = {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 1,
        "model": "test-model",
        "choices": [
            {
                "index": 0,
                "finish_reason": finish,
                "message": {
                    "role": "assistant",
                    "content": content,
                    "refusal": None,
                    **(message or {}),
                },
                **choice,
            }
        ],
        "usage": {
            "prompt_tokens": 100,
            "completion_tokens": 20,
            "total_tokens": 120,
            "prompt_tokens_details": {"cached_tokens": 40},
        },
    }
    return Reply(json.dumps(completion).encode())


def answering(answer: BaseModel | Json) -> Reply:
    """A chat completion whose content is that structure."""
    return saying(answer.model_dump_json() if isinstance(answer, BaseModel) else json.dumps(answer))


def failing(
    status: int, code: str | None = None, param: str | None = None, **headers: str
) -> Reply:
    """An error as OpenAI words it, with a message that repeats what must not be shown."""
    error = {
        "message": "Incorrect: sk-secret, GEHEIME TEKST",
        "type": "x",
        "code": code,
        "param": param,
    }
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Reply(json.dumps({"error": error}).encode(), status, named)


def letters(probabilities: Mapping[str, float]) -> Reply:
    """A one-token completion with the logarithms of these tokens' probabilities."""
    import math

    top = [
        {"token": token, "logprob": math.log(p), "bytes": None}
        for token, p in probabilities.items()
    ]
    best = max(probabilities, key=probabilities.__getitem__)
    first = {
        "token": best,
        "logprob": math.log(probabilities[best]),
        "bytes": None,
        "top_logprobs": top,
    }
    return saying(best, "length", logprobs={"content": [first], "refusal": None})


@dataclass(frozen=True)
class Called:
    """One HTTP request."""

    method: str
    path: str
    headers: Message
    body: bytes


class ModelServer:
    """The server, as a context manager.

    Args:
        replies: In the order of the requests (the last one repeats), or a function of the request's
            JSON.
        key: The API key that it wants; anything else is answered with 401.

    `requests` holds the JSON of every request.
    """

    def __init__(
        self, replies: Iterable[Reply] | Callable[[Json], Reply], key: str | None = None
    ) -> None:
        self.requests: list[Json] = []
        self.key = key
        self._reply = replies if callable(replies) else _in_order(replies)
        self._lock = threading.Lock()
        self._closing = threading.Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.01,), daemon=True
        )

    @property
    def url(self) -> str:
        """The base URL to configure."""
        return f"http://127.0.0.1:{self._server.server_address[1]}/v1"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._closing.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def answer(self, called: Called) -> Reply:
        """What to reply to one request."""
        if (called.method, called.path) != ("POST", "/v1/chat/completions"):
            return failing(404)
        if self.key is not None and called.headers["Authorization"] != f"Bearer {self.key}":
            return failing(401, "invalid_api_key")
        return self.say(json.loads(called.body))

    def say(self, request: Json) -> Reply:
        """What to reply to a chat completion's request."""
        assert isinstance(request["model"], str)
        assert all(isinstance(message["content"], str) for message in request["messages"])
        with self._lock:
            self.requests.append(request)
            return self._reply(request)

    def wait_until_closing(self, seconds: float | None = None) -> bool:
        """Block as long as the server is up, or so many seconds; whether it goes down."""
        return self._closing.wait(seconds)

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        server = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                self._serve()

            def do_DELETE(self) -> None:
                self._serve()

            def do_POST(self) -> None:
                self._serve()

            def _serve(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"] or 0))
                reply = server.answer(Called(self.command, self.path, self.headers, body))
                if reply.then == "stall":
                    server.wait_until_closing()
                if reply.then in ("reset", "stall"):
                    self._reset()
                    return
                self.send_response(reply.status)
                self.send_header("Content-Type", reply.content_type)
                self.send_header("Content-Length", str(len(reply.body)))
                for name, value in reply.headers.items():
                    self.send_header(name, value)
                self.end_headers()
                if reply.then == "drip":
                    self._drip(reply.body)
                    return
                cut = reply.then == "cut"
                self.wfile.write(reply.body[: len(reply.body) // 2] if cut else reply.body)
                self.close_connection = self.close_connection or cut

            def _drip(self, body: bytes) -> None:
                self.close_connection = True
                with suppress(OSError):  # who asked has gone
                    for byte in body:
                        if server.wait_until_closing(0.05):
                            return
                        self.wfile.write(bytes([byte]))

            def _reset(self) -> None:
                # Lingering zero seconds makes close() send RST in place of FIN.
                linger = struct.pack("ii", 1, 0)
                self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
                self.close_connection = True

            def log_message(self, format: str, *args: Any) -> None:
                """Not on the terminal."""

        return Handler


def _in_order(replies: Iterable[Reply]) -> Callable[[Json], Reply]:
    rest = list(replies)

    def reply(_request: Json) -> Reply:
        return rest.pop(0) if len(rest) > 1 else rest[0]

    return reply
