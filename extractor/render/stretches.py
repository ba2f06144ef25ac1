"""An article for a page: its lines, each cut where something that is to be highlighted begins or ends."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise


@dataclass(frozen=True, slots=True)
class Stretch:
    """Part of a line, with no end of a span inside.

    Args:
        start: In the text.
        end: In the text.
        over: Numbers of the spans that lie over it.
    """

    start: int
    end: int
    over: tuple[int, ...]


def lines(text: str, spans: Sequence[tuple[int, int]]) -> Iterator[tuple[Stretch, ...]]:
    """The lines that have something on them, without their ends."""
    for line in re.finditer(r"[^\r\n]*[^\r\n\s][^\r\n]*", text):
        inside = [number for number, (start, end) in enumerate(spans) if start < line.end() and end > line.start()]
        ends = (at for number in inside for at in spans[number] if line.start() < at < line.end())
        cuts = sorted({line.start(), line.end(), *ends})
        yield tuple(
            Stretch(start, end, tuple(number for number in inside if spans[number][0] <= start and spans[number][1] >= end))
            for start, end in pairwise(cuts)
        )
