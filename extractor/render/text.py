"""Text of unknown origin made fit to be shown: no control characters, no change of reading direction."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

from extractor import Span

_UNSAFE = re.compile(
    "["
    "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f"  # control characters, escape sequences among them
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"  # they turn the direction of reading
    "\u2028\u2029\ufeff\ufff9-\ufffb"  # line ends to some readers; invisible
    "\ud800-\udfff"  # half of a character: no encoder takes it
    "\U000e0000-\U000e007f"  # invisible tags
    "]"
)
_REPLACEMENT = "\N{REPLACEMENT CHARACTER}"


def visible(text: str) -> str:
    """The text with a mark in place of every character that could act on the reader's screen.

    One character stays one character, so that offsets still hold; line ends and tabs stay.
    """
    return _UNSAFE.sub(_REPLACEMENT, text)


def one_line(text: str) -> str:
    """`visible`, on one line."""
    return " ".join(visible(text).split())


def json_text(value: object, indent: int | None = None) -> str:
    """JSON whose unsafe characters are escaped: equal once parsed, harmless on a terminal, one line without `indent`."""
    written = json.dumps(value, ensure_ascii=False, indent=indent)
    return _UNSAFE.sub(lambda found: json.dumps(found.group())[1:-1], written)


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A quote with the words around it, all on one line."""

    before: str
    quote: str
    after: str


def excerpt(text: str, span: Span, width: int) -> Excerpt:
    """The span as it stands in `text`, in at most `width` characters: a long quote is cut, a short one keeps its neighbours.

    The neighbours come from the span's own line, and are cut between words.
    """
    quote = one_line(span.text)
    room = width - len(quote)
    if room < 0:
        return Excerpt("", _head(quote, width), "")
    line_start = max(text.rfind("\n", 0, span.start), text.rfind("\r", 0, span.start)) + 1
    ends = [end for end in (text.find("\n", span.end), text.find("\r", span.end)) if end >= 0]
    before = visible(text[max(line_start, span.start - width) : span.start]).replace("\t", " ").lstrip()
    after = visible(text[span.end : min([*ends, span.end + width])]).replace("\t", " ").rstrip()
    take_before = min(len(before), max(room // 2, room - len(after)))
    shown_before = _tail(before, take_before)
    return Excerpt(shown_before, quote, _head(after, room - len(shown_before)))


def _head(text: str, width: int) -> str:
    """The beginning of the text, cut after a word."""
    if len(text) <= width:
        return text
    cut = text[: max(0, width - 2)]
    if " " in cut.strip() and not text[len(cut)].isspace():
        cut = cut[: cut.rindex(" ")]
    return f"{cut.rstrip()} …" if cut.strip() else " …"[: max(0, width)]


def _tail(text: str, width: int) -> str:
    """The end of the text, cut before a word."""
    if len(text) <= width:
        return text
    cut = text[len(text) - max(0, width - 2) :]
    cut = cut[cut.index(" ") + 1 :] if " " in cut.strip() else ""
    return f"… {cut}" if cut else "… "[: max(0, width)]
