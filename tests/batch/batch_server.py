"""The house's model server with OpenAI's files and batches beside it: a batch ends when it is asked after for the second time."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable, Iterable
from email import message_from_bytes
from email.message import Message
from itertools import count
from typing import Any, cast

from tests.model_server import Called, Json, ModelServer, Reply, failing

Lines = list[Json]


class BatchServer(ModelServer):
    """Says in batches what it says one at a time.

    Args:
        replies: As of `ModelServer`; asked for every line of a batch as well.
        spoil: What comes of the lines of a batch's result before they are handed out.
        status: How a batch ends, by its place among the batches: "completed" unless told otherwise.
        watch: Called with (method, path) after a request for a file or a batch was served, and before it is replied to.
    """

    def __init__(
        self,
        replies: Iterable[Reply] | Callable[[Json], Reply],
        spoil: Callable[[Lines], Lines] = list,
        status: Callable[[int], str] = lambda _place: "completed",
        watch: Callable[[str, str], Reply | None] = lambda _method, _path: None,
    ) -> None:
        super().__init__(replies)
        self.files: dict[str, bytes] = {}
        self.batches: list[Json] = []
        self.batched: list[Json] = []
        self._spoil, self._status, self._watch = spoil, status, watch
        self._serving = threading.RLock()
        self._looks: dict[str, int] = {}
        self._numbers = count()

    def answer(self, called: Called) -> Reply:
        path = called.path.removeprefix("/v1").partition("?")[0]
        if not path.startswith(("/files", "/batches")):
            return super().answer(called)
        with self._serving:
            reply = self._served(called, path)
            return self._watch(called.method, path) or reply

    def _served(self, called: Called, path: str) -> Reply:
        match called.method, path.strip("/").split("/"):
            case "POST", ["files"]:
                return _json(self._file(_uploaded(called)))
            case "GET", ["files", name, "content"] if name in self.files:
                return Reply(self.files[name], content_type="application/octet-stream")
            case "DELETE", ["files", name] if name in self.files:
                del self.files[name]
                return _json({"id": name, "object": "file", "deleted": True})
            case "POST", ["batches"]:
                return _json(self._start(json.loads(called.body)))
            case "GET", ["batches"]:
                return _json({"object": "list", "data": self.batches[::-1], "has_more": False})
            case "GET", ["batches", name]:
                return next((_json(self._looked_at(one)) for one in self.batches if one["id"] == name), failing(404))
            case _:
                return failing(404)

    def _file(self, content: bytes) -> Json:
        name = f"file-{next(self._numbers)}"
        self.files[name] = content
        about = {"bytes": len(content), "created_at": 1, "filename": "x", "purpose": "batch", "status": "processed"}
        return {"id": name, "object": "file", **about}

    def _start(self, asked: Json) -> Json:
        assert asked["endpoint"] == "/v1/chat/completions"
        batch = {
            "id": f"batch_{len(self.batches)}",
            "object": "batch",
            "endpoint": asked["endpoint"],
            "completion_window": asked["completion_window"],
            "input_file_id": asked["input_file_id"],
            "metadata": asked["metadata"],
            "created_at": 4_000_000_000,
            "status": "in_progress",
        }
        self.batches.append(batch)
        return batch

    def _looked_at(self, batch: Json) -> Json:
        self._looks[batch["id"]] = self._looks.get(batch["id"], 0) + 1
        if self._looks[batch["id"]] == 2:
            self._end(batch)
        return batch

    def _end(self, batch: Json) -> None:
        status, _, code = self._status(self.batches.index(batch)).partition(":")
        batch["status"] = status
        if status == "failed":
            batch["errors"] = {"object": "list", "data": [{"code": code, "message": "GEHEIME TEKST", "line": None, "param": None}]}
            return
        results = self._spoil([self._result(json.loads(line)) for line in self.files[batch["input_file_id"]].splitlines()])
        content = b"".join(line.pop("raw", None) or json.dumps(line).encode() + b"\n" for line in results)
        batch["output_file_id"] = self._file(content)["id"]

    def _result(self, line: Json) -> Json:
        assert (line["method"], line["url"]) == ("POST", "/v1/chat/completions")
        reply = self.say(line["body"])
        self.batched.append(line["body"])
        response = {"status_code": reply.status, "request_id": "r", "body": json.loads(reply.body)}
        return {"id": "b", "custom_id": line["custom_id"], "response": response, "error": None}


def _json(value: Any) -> Reply:
    return Reply(json.dumps(value).encode())


def _uploaded(called: Called) -> bytes:
    form = message_from_bytes(f"Content-Type: {called.headers['Content-Type']}\r\n\r\n".encode() + called.body)
    fields = cast("list[Message]", form.get_payload())
    parts = {part.get_param("name", header="content-disposition"): part.get_payload(decode=True) for part in fields}
    assert parts["purpose"] == b"batch"
    content = parts["file"]
    assert isinstance(content, bytes)
    return content


def article_of(request: Json) -> int:
    """The number that `archive` gave the article that is asked about."""
    found = [re.search(r"Nummer (\d+)\.", message["content"]) for message in request["messages"]]
    return next(int(match[1]) for match in found if match)
