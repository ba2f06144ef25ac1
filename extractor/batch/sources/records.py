"""What every source gives: items. One record of the archive each, an article or why it is none, and always its place."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from pydantic import ValidationError

from extractor.article import Article
from extractor.batch.sources.encoding import decoded, repaired
from extractor.errors import InputError, UnreadableInput
from extractor.reading_in import checked

FIELDS = ("text", "id", "title", "published", "source")
"""Of an article, in the order of `Columns.names`."""

_EXPECTED = '{"text", "id"?, "title"?, "published"?, "source"?}'
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]+")
_PUNCTUATION = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class Columns:
    """Under which names a record holds an article's fields: keys of JSON, columns of CSV and Parquet.

    Only `text` has to be there; further columns are left alone.
    """

    text: str = "text"
    id: str = "id"
    title: str = "title"
    published: str = "published"
    source: str = "source"

    @property
    def names(self) -> tuple[str, ...]:
        """All of them, the text's first."""
        return self.text, self.id, self.title, self.published, self.source

    def missing_from(self, names: Sequence[str]) -> list[str]:
        """Those that a table must have and has not: the text's, and all that are not called as usual."""
        usual = Columns().names[1:]
        return [name for name in self.names if name not in names and name not in usual]


@dataclass(frozen=True, slots=True)
class Item:
    """One record of the archive: an article, or why it is none.

    Args:
        id: The article's own, or the place of the record.
        key: Hash of the record's content: the same article under the same id is asked once.
        article: None where it can't be read.
        error: Why it can't be.
        place: Where the record is: `file:line`, `file@offset` in bytes, or the file.
        at: Bytes of the inputs read so far, of `total_bytes`.
        notes: What was repaired on the way in, such as a wrong encoding.
    """

    id: str
    key: str
    article: Article | None
    error: InputError | None
    place: str
    at: int
    notes: tuple[str, ...] = ()


class Read(NamedTuple):
    """An article as it was read in, and what was repaired for it."""

    article: Article
    notes: tuple[str, ...] = ()


def item_from(build: Callable[[], Read], place: str, at: int) -> Item:
    """The item of the article that `build` makes, or of the `InputError` it raises."""
    try:
        article, notes = build()
        checked(article, place)
    except InputError as error:
        return failed_item(error, place, at)
    return Item(article.id, article_key(article), article, None, place, at, notes)


def failed_item(error: InputError, place: str, at: int) -> Item:
    """The item of a record that can't be read."""
    return Item(place, _key(place, str(error)), None, error, place, at)


def article_from_fields(fields: Mapping[str, object], columns: Columns, place: str) -> Read:
    """The article in a record.

    Args:
        fields: The record. Numbers serve as ids, dates as dates of publication; an empty field is none.
        columns: Which of its fields are the article's.
        place: Of the record, for the error.

    Raises:
        UnreadableInput: Its fields are no article's; the message names the first wrong one, without its value.
    """
    notes: list[str] = []
    values: dict[str, object] = {}
    for name, column in zip(FIELDS, columns.names, strict=True):
        value = fields.get(column)
        if isinstance(value, bytes):
            value, found = decoded(value, f"{place}: {column}")
            notes.extend(found)
        if isinstance(value, str):
            if "\x00" in value:
                raise UnreadableInput(f"{place}: {column} holds NUL characters; it is no text")
            value, found = repaired(value, name)
            notes.extend(found)
        elif isinstance(value, date) or (name == "id" and type(value) is int):
            value = str(value)
        if value is not None and (value or name == "text"):
            values[name] = value
    try:
        return Read(Article.model_validate(values), tuple(notes))
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        column = columns.names[FIELDS.index(str(first["loc"][0]))]
        raise UnreadableInput(f"{place}: {column}: {first['msg']}; expected {_EXPECTED}") from None


def article_key(article: Article) -> str:
    """Hash of an article with its id, title, date and source: nothing is asked twice under one key."""
    return _key(article.id, article.text, article.title or "", article.published or "", article.source or "")


def text_key(article: Article) -> str:
    """Hash of an article's words alone: syndicated copies share it, whatever their id, typography or line breaks."""
    text = _INVISIBLE.sub("", article.text)
    # Folding case can undo the normal form: U+0345 is one such character.
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    return _key(_PUNCTUATION.sub(" ", folded).strip() or article.text)


def _key(*parts: str) -> str:
    digest = hashlib.sha256()
    for part in parts:
        data = part.encode("utf-8", "surrogatepass")
        digest.update(len(data).to_bytes(8, "big") + data)
    return digest.hexdigest()[:32]
