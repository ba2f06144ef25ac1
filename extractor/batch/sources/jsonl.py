"""JSON Lines: a record a line, plain or compressed."""

from __future__ import annotations

import codecs
import json
from collections.abc import Iterator
from functools import partial
from typing import cast

from extractor.batch.sources.encoding import decoded
from extractor.batch.sources.records import Columns, Item, Read, article_from_fields, failed_item, item_from
from extractor.batch.sources.streams import DAMAGED, MAX_RECORD, Source, damaged, is_too_long, lines, opened
from extractor.errors import UnreadableInput


def read_jsonl(source: Source, columns: Columns) -> Iterator[Item]:
    """An item a line; empty lines are none.

    A file that is damaged ends with an item that says from which line on.
    """
    with opened(source) as file:
        number = 0
        try:
            for line in lines(file.content):
                number += 1
                place = f"{source.place}:{number}"
                if number == 1 and line.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
                    yield failed_item(UnreadableInput(f"{source.place} is UTF-16; convert it: iconv -f UTF-16 -t UTF-8"), place, file.at())
                    return
                if line.strip():
                    yield item_from(partial(_article, line, columns, place), place, file.at())
        except DAMAGED as error:
            place = f"{source.place}:{number + 1}"
            yield failed_item(damaged(place, error), place, file.at())


def article_from_json(text: str, columns: Columns, place: str) -> Read:
    """The article in a JSON object.

    Raises:
        UnreadableInput: There is none; the message says why, without a word of it.
    """
    try:
        record = json.loads(text)
    except json.JSONDecodeError as error:
        raise UnreadableInput(f"{place} is not JSON: {error.msg} in line {error.lineno}, column {error.colno}") from None
    except (RecursionError, ValueError) as error:  # nested too deeply, or a number of thousands of digits
        raise UnreadableInput(f"{place} is JSON that can't be read: {type(error).__name__}") from None
    if not isinstance(record, dict):
        raise UnreadableInput(f"{place} is not a JSON object, but {type(record).__name__}")
    return article_from_fields(cast("dict[str, object]", record), columns, place)


def _article(line: bytes, columns: Columns, place: str) -> Read:
    if is_too_long(line):
        raise UnreadableInput(f"{place} is longer than {MAX_RECORD:,} bytes")
    text, notes = decoded(line, place)
    article, more = article_from_json(text, columns, place)
    return Read(article, notes + more)
