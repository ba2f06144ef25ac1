"""Files that hold one article each: its text, a page, or a JSON record."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from extractor.article import Article
from extractor.batch.sources.encoding import decoded, repaired
from extractor.batch.sources.html import Page, article_from_html
from extractor.batch.sources.jsonl import article_from_json
from extractor.batch.sources.records import Columns, Item, Read, item_from
from extractor.batch.sources.streams import Source, whole


def read_text(source: Source, columns: Columns) -> Iterator[Item]:  # noqa: ARG001  as all readers
    """The article that a text file is; its id is the file's name."""

    def build() -> Read:
        text, notes = decoded(whole(source), source.place)
        text, more = repaired(text, "text")
        return Read(Article(id=source.name, text=text), notes + more)

    yield from _item(build, source)


def read_html(source: Source, columns: Columns) -> Iterator[Item]:  # noqa: ARG001  as all readers
    """The article on a page; its id is the file's name."""
    yield from _item(lambda: article_from_html(whole(source), Page(source.name), source.place), source)


def read_json(source: Source, columns: Columns) -> Iterator[Item]:
    """The article in a file that is one JSON record."""

    def build() -> Read:
        text, notes = decoded(whole(source), source.place)
        article, more = article_from_json(text, columns, source.place)
        return Read(article, notes + more)

    yield from _item(build, source)


def _item(build: Callable[[], Read], source: Source) -> Iterator[Item]:
    yield item_from(build, source.place, source.start + source.size)
