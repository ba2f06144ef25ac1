"""Text of unknown origin made fit to be shown: no control characters, no change of reading direction."""

from __future__ import annotations

import re

_UNSAFE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\u2028\u2029\ufeff\ufff9-\ufffb\ud800-\udfff\U000e0000-\U000e007f]"
)


def visible(text: str) -> str:
    """The text with a mark in place of every character that could act on the reader's screen; as long as before."""
    return _UNSAFE.sub("\N{REPLACEMENT CHARACTER}", text)
