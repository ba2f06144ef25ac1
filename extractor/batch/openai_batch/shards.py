"""A shard: the articles of one batch, with their requests, in files; and the replies that come back."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, cast
from uuid import uuid4

from extractor import Article
from extractor.batch.journal import Work
from extractor.batch.openai_batch.desk import Postponed
from extractor.batch.openai_batch.service import ServiceLimits
from extractor.batch.sources.records import Item
from extractor.models import wire
from extractor.report import TokenUsage

if TYPE_CHECKING:
    from openai.types.chat import ChatCompletion


@dataclass(frozen=True, slots=True)
class Files:
    """The files of one shard.

    Args:
        folder: Of all shards of a run.
        tag: Of this one.
    """

    folder: Path
    tag: str

    @property
    def requests(self) -> Path:
        """What is handed in, one request a line."""
        return self.folder / f"{self.tag}.requests.jsonl"

    @property
    def articles(self) -> Path:
        """Ours, one article a line."""
        return self.folder / f"{self.tag}.articles.jsonl"

    @property
    def replies(self) -> Path:
        """What comes back."""
        return self.folder / f"{self.tag}.replies.jsonl"

    def works(self) -> Iterator[Work]:
        """The articles."""
        with self.articles.open("rb") as file:
            for line in file:
                yield _work(json.loads(line))

    def remove(self) -> None:
        """Delete them."""
        for path in (self.requests, self.articles, self.replies):
            path.unlink(missing_ok=True)


class Shard:
    """A shard that is being filled. Nobody knows of it before it is closed and in the ledger: until then it can be lost.

    Args:
        folder: Of all shards of a run; made where it is missing.
        limits: The service's.
    """

    def __init__(self, folder: Path, limits: ServiceLimits) -> None:
        folder.mkdir(exist_ok=True)
        self.files = Files(folder, uuid4().hex)
        self.most_usd = 0.0
        self.numbers: list[int] = []
        self._limits = limits
        self._keys: set[str] = set()
        self._size = 0
        self._requests = self.files.requests.open("wb")
        self._articles = self.files.articles.open("wb")

    def add(self, work: Work, postponed: Postponed) -> bool:
        """Take an article with its request; False where the request does not fit in any more."""
        # Two articles may differ in what no model gets to see: one request serves both.
        if postponed.key not in self._keys:
            line = _line({"custom_id": postponed.key, "method": "POST", "url": "/v1/chat/completions", "body": postponed.body})
            full = len(self._keys) >= self._limits.requests or self._size + len(line) > self._limits.size
            if full and self._keys:
                return False
            self._requests.write(line)
            self._keys.add(postponed.key)
            self._size += len(line)
            self.most_usd += postponed.most_usd or 0.0
        self._articles.write(_line(_record(work)))
        self.numbers.append(work.number)
        return True

    def close(self) -> None:
        """Make the files safe from the end of this machine."""
        for file in (self._requests, self._articles):
            _close(file)

    def discard(self) -> None:
        """Forget it."""
        self._requests.close()
        self._articles.close()
        self.files.remove()


class Replies:
    """The good replies of a batch, by the key of their request: in whatever order, the first where there are two.

    Args:
        path: Of the service's file; None where there is none.
    """

    def __init__(self, path: Path | None) -> None:
        self.usage = TokenUsage()
        self._path = path
        self._places: dict[str, int] = {}
        if path is not None:
            self._index(path)

    def get(self, key: str) -> ChatCompletion | None:
        """The reply to a request."""
        place = self._places.get(key)
        if place is None or self._path is None:
            return None
        with self._path.open("rb") as file:
            file.seek(place)
            return _completion(file.readline())[1]

    def _index(self, path: Path) -> None:
        at = 0
        with path.open("rb") as file:
            for line in file:
                key, reply = _completion(line)
                if reply is not None and key not in self._places:
                    self._places[key] = at
                    self.usage += wire.usage_of(reply) or TokenUsage()
                at += len(line)


def _completion(line: bytes) -> tuple[str, ChatCompletion | None]:
    """The key of a line of the service's file, and its reply if that is a good one."""
    from openai.types.chat import ChatCompletion
    from pydantic import ValidationError

    try:
        told = cast(dict[str, Any], json.loads(line))
        response = told["response"]
        if response["status_code"] != 200:
            return "", None
        return str(told["custom_id"]), ChatCompletion.model_validate(response["body"])
    except (ValueError, KeyError, TypeError, ValidationError):
        return "", None


def _record(work: Work) -> dict[str, object]:
    item = work.item
    assert item.article is not None
    article = item.article.model_dump()
    return {"number": work.number, "id": item.id, "key": item.key, "article": article, "place": item.place, "notes": item.notes}


def _work(record: dict[str, Any]) -> Work:
    article = Article.model_validate(record["article"])
    return Work(record["number"], Item(record["id"], record["key"], article, None, record["place"], 0, tuple(record["notes"])))


def _line(value: object) -> bytes:
    # ASCII: an article may hold a lone surrogate, which has no other encoding.
    return json.dumps(value).encode("ascii") + b"\n"


def _close(file: BinaryIO) -> None:
    file.flush()
    os.fsync(file.fileno())
    file.close()
