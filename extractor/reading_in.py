"""Read in: a file, standard input or a JSON record becomes an `Article`; anything else a clear error."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

from pydantic import ValidationError

from extractor.article import Article
from extractor.errors import ArticleTooLong, EmptyArticle, InputError, UnreadableInput

_LONE_SURROGATE = re.compile(
    r"\\u[dD][89abAB][0-9a-fA-F]{2}(?!\\u[dD][c-fC-F])|(?<!\\u[dD][89abAB][0-9a-fA-F]{2})\\u[dD][c-fC-F][0-9a-fA-F]{2}"
)
"""Half a character, as broken exports write it: nothing can encode it. One for one, so offsets stay."""

MAX_CHARACTERS = 60_000
"""Ten times the longest match report; beyond it the input is no single article."""


def read_article(path: str | Path) -> Article:
    """The article in a file, or on standard input for "-".

    A file ending in `.json` holds `{"text": ..., "id"?, "title"?, "published"?, "source"?}`; any other
    file is the text itself. Standard input is JSON when it starts with a brace.

    Raises:
        InputError: The file is missing, binary, not UTF-8, empty, too long, or not that JSON.
    """
    name = str(path)
    if name == "-":
        text = decode(sys.stdin.buffer.read(), "standard input")
        return article_from_json(text, "standard input") if text.lstrip().startswith("{") else checked(Article(text=text), "standard input")
    file = Path(path)
    try:
        data = file.read_bytes()
    except FileNotFoundError:
        raise UnreadableInput(f"{name}: no such file; give the path of an article, or - to read standard input") from None
    except IsADirectoryError:
        raise UnreadableInput(f"{name} is a folder; use `matchreport batch` for folders") from None
    except OSError as error:
        raise UnreadableInput(f"{name}: {error.strerror or error}") from None
    text = decode(data, name)
    if file.suffix == ".json":
        return article_from_json(text, name)
    return checked(Article(text=text, id=file.stem), name)


def decode(data: bytes, name: str) -> str:
    """The text in bytes that must be UTF-8.

    Raises:
        UnreadableInput: They are something else.
    """
    if b"\x00" in data[:4096]:
        raise UnreadableInput(f"{name} is a binary file, not text; extract its text first")
    try:
        return data.decode("utf-8-sig" if data.startswith(b"\xef\xbb\xbf") else "utf-8")
    except UnicodeDecodeError as error:
        raise UnreadableInput(
            f"{name} is not UTF-8 (byte {error.start} is 0x{data[error.start]:02x}); "
            "convert it first, for example with iconv -f WINDOWS-1252 -t UTF-8"
        ) from None


def article_from_json(text: str, name: str) -> Article:
    """The article in a JSON record.

    Raises:
        UnreadableInput: It is not such a record; the message says which field is wrong.
    """
    try:
        record = json.loads(_LONE_SURROGATE.sub(r"\\ufffd", text))
    except json.JSONDecodeError as error:
        raise UnreadableInput(f"{name} is not JSON: {error.msg} in line {error.lineno}") from None
    except (RecursionError, ValueError) as error:  # nested too deeply, or a number of thousands of digits
        raise UnreadableInput(f"{name} is JSON that can't be read: {type(error).__name__}") from None
    try:
        article = Article.model_validate(record)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        field = ".".join(str(part) for part in first["loc"]) or "the record"
        raise UnreadableInput(f'{name}: {field}: {first["msg"]}; expected {{"text", "id"?, "title"?, "published"?, "source"?}}') from None
    return checked(article, name)


def checked(article: Article, name: str | None = None) -> Article:
    """The article, if it can be one.

    Raises:
        InputError: It is empty or too long.
    """
    label = name or f"article {article.id}"
    problem: InputError | None = None
    if not article.text.strip():
        problem = EmptyArticle(f"{label} is empty; there is nothing to read")
    elif len(article.text) > MAX_CHARACTERS:
        problem = ArticleTooLong(
            f"{label} has {len(article.text):,} characters, more than the {MAX_CHARACTERS:,} of any match report; "
            "split it into articles first"
        )
    if problem is not None:
        raise problem
    return article
