"""The articles of an archive, one after the other, whatever its size.

What can't be read as an article still comes out as an item, with its error: nothing is dropped in silence.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from extractor import Article, InputError, read_article
from extractor.errors import UnreadableInput

MAX_LINE = 4 << 20
"""Bytes of the longest JSONL line that is read: far more than any article takes."""


@dataclass(frozen=True, slots=True)
class Item:
    """One record of the archive: an article, or why it is none.

    Args:
        id: The article's own, or the place of the record.
        key: Hash of the record's content: the same article under the same id is asked once.
        article: None where it can't be read.
        error: Why it can't be.
        at: Bytes read so far, of `total`.
    """

    id: str
    key: str
    article: Article | None
    error: InputError | None
    at: int


def check_inputs(inputs: Sequence[Path]) -> None:
    """See that all inputs are there before anything is asked.

    Raises:
        UnreadableInput: One is missing or of another kind.
    """
    for path in inputs:
        if not path.exists():
            raise UnreadableInput(f"{path}: no such file or folder; give a .jsonl file or a folder of .txt and .json files")
        if not path.is_dir() and path.suffix not in (".jsonl", ".txt", ".json"):
            raise UnreadableInput(f"{path}: batch reads .jsonl files, .txt and .json files, and folders of those")
        if path.is_dir() and next(_files(path), None) is None:
            raise UnreadableInput(f"{path} holds no .txt or .json files; give a .jsonl file or a folder that does")
        if not path.is_dir() and not os.access(path, os.R_OK):
            raise UnreadableInput(f"{path} can't be read: no permission")


def total(inputs: Sequence[Path]) -> int:
    """Bytes to read in all."""
    return sum(file.stat().st_size for path in inputs for file in (_files(path) if path.is_dir() else (path,)))


def read_items(inputs: Sequence[Path]) -> Iterator[Item]:
    """Every record of the inputs, in order."""
    done = 0
    for path in inputs:
        if path.suffix == ".jsonl" and not path.is_dir():
            yield from _lines(path, done)
            done += path.stat().st_size
            continue
        root = path if path.is_dir() else path.parent
        for file in sorted(_files(path)) if path.is_dir() else (path,):
            done += file.stat().st_size
            yield _file_item(file, root, done)


def _files(folder: Path) -> Iterator[Path]:
    return (file for file in folder.rglob("*") if file.suffix in (".txt", ".json") and file.is_file())


def _file_item(file: Path, root: Path, at: int) -> Item:
    """The article in a file; a text file's id is its path in the folder, without the suffix."""
    name = file.relative_to(root)
    try:
        article = read_article(file)
    except InputError as error:
        return Item(name.as_posix(), _key(name.as_posix(), str(error)), None, error, at)
    if file.suffix == ".txt":
        article = article.model_copy(update={"id": name.with_suffix("").as_posix()})
    return Item(article.id, _article_key(article), article, None, at)


def _lines(path: Path, done: int) -> Iterator[Item]:
    with path.open("rb") as file:
        number = 0
        while line := file.readline(MAX_LINE):
            number += 1
            whole = line
            while not line.endswith(b"\n") and len(line) == MAX_LINE:
                line = file.readline(MAX_LINE)  # the rest of a line that is too long, let go of piece by piece
            if whole.strip():
                yield _line_item(whole, f"{path}:{number}", done + file.tell())


def _line_item(line: bytes, place: str, at: int) -> Item:
    try:
        article = _article(line, place)
    except UnreadableInput as error:
        return Item(place, _key(place, hashlib.sha256(line).hexdigest()), None, error, at)
    return Item(article.id, _article_key(article), article, None, at)


def _article(line: bytes, place: str) -> Article:
    """The article on a line.

    Raises:
        UnreadableInput: There is none; the message says why, without a word of the line.
    """
    expected = 'expected {"text", "id"?, "title"?, "published"?, "source"?}'
    if len(line) >= MAX_LINE:
        raise UnreadableInput(f"{place} is longer than {MAX_LINE:,} bytes")
    try:
        return Article.model_validate(json.loads(line.decode("utf-8-sig")))
    except UnicodeDecodeError as error:
        raise UnreadableInput(f"{place} is not UTF-8 (byte {error.start})") from None
    except json.JSONDecodeError as error:
        raise UnreadableInput(f"{place} is not JSON: {error.msg} in column {error.colno}; {expected}") from None
    except RecursionError:
        raise UnreadableInput(f"{place} is nested too deeply; {expected}") from None
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        field = ".".join(str(part) for part in first["loc"]) or "the record"
        raise UnreadableInput(f"{place}: {field}: {first['msg']}; {expected}") from None


def _article_key(article: Article) -> str:
    return _key(article.id, article.text, article.title or "", article.published or "", article.source or "")


def _key(*parts: str) -> str:
    digest = hashlib.sha256()
    for part in parts:
        data = part.encode("utf-8", "surrogatepass")
        digest.update(len(data).to_bytes(8, "big") + data)
    return digest.hexdigest()[:32]
