"""The match clock: every expression of match time in the view, as the contract's table reads it.

Each reading carries the words that say so. Relative expressions ("twee minuten later") are resolved
against the last minute told before them; parts of a match without a minute keep their period.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from extractor.dutch.clock_phrases import EXTRA_TIME, FIRST_HALF, SECOND_HALF, MatchPart, part_named, period_of
from extractor.dutch.clock_rules import ClockReading, Found, clock_rules, plain_minute, reading_of
from extractor.prepare import Prepared, Sentence

_LINE_MINUTE = re.compile(
    r"\s*(?:min(?:uut)?\.?\s*)?(?P<minute>\d{1,3})(?:'?\s?\+\s?(?P<added>\d{1,2}))?\s?"
    r"(?:'|\.(?!\d)|:(?!\d)|e\s+min(?:uut)?\.?|min(?:uut)?\b\.?|(?=-\s))"
)
_SERIES_MINUTE = re.compile(
    r"\s*[\[(]?(?:min(?:uut)?\.?\s*)?'?(?P<minute>\d{1,3})(?:['.]?\s?\+\s?(?P<added>\d{1,2}))?(?:e|ste)?[\])]?['.:]?(?=\s+\S)",
    re.IGNORECASE,
)
"""A number in front of a line, which is a minute where many lines begin so: "[17]", "17e -", "17 Hij zit"."""

_LIST_MINUTE = re.compile(
    r"(?:(?<=[:,;(/])\s*|(?<=\.\s)|(?<=\.\sen\s))(?P<minute>\d{1,3})(?:\+(?P<added>\d{1,2}))?\s?(?:\.|min\.)(?=\s*[A-ZÀ-Þ])"
    r"|\(\s*(?P<minute2>\d{1,3})(?:\s?\+\s?(?P<added2>\d{1,2}))?\s?(?:\.|'|min\.?|e)?\s*(?=[,;)])"
    r"|(?P<minute3>\d{1,3})(?:\+(?P<added3>\d{1,2}))?\s?min\."
    r"|(?:(?<=[\w.]\s)|(?<=\())(?P<minute4>\d{1,3})(?P<added4>)\.(?=\s*[,;)(/]|\s+en\s+\d)"
)
"""Minutes in the summaries that close a report: "12. Jansen 1-0", "Jansen (12)", "12 min.: Jansen", "Jansen 14., 41."."""

_EXTRA_TIME_PLAYED = re.compile(
    r"(?<!\w)(?:(?:in|na|tijdens|van|kwam|volgden?|halverwege)\s+(?:(?:de|het|een|die|dat|deze)\s+)?(?:(?:eerste|tweede)\s+)?"
    r"(?:verleng|verl\.|honderdtwintig)|extra\s+half\s?uur|120\s+minuten|honderdtwintig\s+minuten|verlengd\s+worden|n\.\s?v\.)",
    re.IGNORECASE,
)


def read_clock(prepared: Prepared) -> tuple[ClockReading, ...]:
    """All time expressions of an article in the order of the text, relative ones resolved."""
    readings: list[ClockReading] = []
    series = _series(prepared)
    context: MatchPart | None = None
    paragraph = -1
    for sentence in prepared.sentences:
        if sentence.paragraph != paragraph:
            paragraph, context = sentence.paragraph, None
        found = _read_sentence(prepared, sentence, context, series)
        readings += found
        for reading in found:
            context = _context_after(reading, context)
    is_late = any(reading.exact and reading.minute is not None and reading.minute > 105 for reading in readings)
    return tuple(_resolved(readings, extra_time=is_late or _EXTRA_TIME_PLAYED.search(prepared.readable) is not None))


def _context_after(reading: ClockReading, context: MatchPart | None) -> MatchPart | None:
    """The part of the match that a paragraph speaks of, once it has named one."""
    if reading.form == "half_time":
        return SECOND_HALF
    if reading.form == "period":
        return {"first_half": FIRST_HALF, "second_half": SECOND_HALF, "extra_time": EXTRA_TIME, None: None}[reading.period]
    return context


def _beyond_ninety(reading: ClockReading) -> ClockReading:
    """Without extra time, minute 92 is the second minute of stoppage time."""
    if reading.minute is None or reading.minute <= 90:
        return reading
    return replace(reading, minute=90, added_time=min(reading.minute - 90, 30), period="second_half")


def _series(prepared: Prepared) -> frozenset[int]:
    """Starts of the lines of a live blog whose minute has no mark of its own: many lines, in order, up to the end of a match."""
    starts: list[tuple[int, int]] = []
    for at, sentence in enumerate(prepared.sentences):
        is_first = not at or prepared.sentences[at - 1].paragraph != sentence.paragraph
        if is_first and sentence.kind != "title" and (found := _SERIES_MINUTE.match(prepared.view, sentence.start, sentence.end)):
            starts.append((sentence.start, int(found["minute"])))
    minutes = [minute for _, minute in starts]
    rises = sum(one <= other for one, other in pairwise(minutes))
    if len(minutes) < 5 or not 45 < max(minutes) <= 120 or max(rises, len(minutes) - 1 - rises) < 0.8 * (len(minutes) - 1):
        return frozenset()
    return frozenset(start for start, _ in starts)


def _read_sentence(prepared: Prepared, sentence: Sentence, context: MatchPart | None, series: frozenset[int]) -> list[ClockReading]:
    taken: list[ClockReading] = []
    around = context if sentence.kind == "prose" else None
    if sentence.kind == "line" or sentence.start in series:
        pattern = _SERIES_MINUTE if sentence.start in series else _LINE_MINUTE
        prefix = pattern.match(prepared.view, sentence.start, sentence.end)
        if prefix and (reading := plain_minute(Found(prefix))):
            taken.append(replace(reading, form="line"))
    for pattern, maker in clock_rules():
        for found in pattern.finditer(prepared.view, sentence.start, sentence.end):
            if not _is_taken(found, taken):
                said = part_named(prepared.view[sentence.start : found.start()])
                taken += [reading] if (reading := maker(Found(found, said or around))) else []
    for found in _LIST_MINUTE.finditer(prepared.view, sentence.start, sentence.end):
        if not _is_taken(found, taken) and (reading := _list_minute(found)):
            taken.append(reading)
    return sorted(taken, key=lambda reading: reading.start)


def _is_taken(found: re.Match[str], taken: Sequence[ClockReading]) -> bool:
    """Whether an earlier rule has read some of these words."""
    return any(found.start() < other.end and other.start < found.end() for other in taken)


def _list_minute(found: re.Match[str]) -> ClockReading | None:
    for suffix in ("", "2", "3", "4"):
        if number := found[f"minute{suffix}"]:
            reading = reading_of(Found(found), int(number), exact=True)
            added = found[f"added{suffix}"]
            return replace(reading, added_time=int(added) if 1 <= int(added) <= 30 else None) if reading and added else reading
    return None


def _resolved(readings: Sequence[ClockReading], *, extra_time: bool) -> Iterator[ClockReading]:
    """Readings with "twee minuten later" added to the time told last, and without extra time where none was played."""
    last: ClockReading | None = None
    for reading in readings:
        current = reading if reading.form != "relative" else _counted_from(last, reading)
        if current is None:
            continue
        if not extra_time:
            current = _beyond_ninety(current)
        if current.form == "half_time":
            last = replace(current, minute=45)
        elif reading.form != "relative" or (reading.minute or 0) > 0:
            last = current
        yield current


def _counted_from(last: ClockReading | None, reading: ClockReading) -> ClockReading | None:
    """The time of "twee minuten later"; after a half without a minute only that half, after nothing no time."""
    if last is None or reading.minute is None:
        return None
    if last.minute is None:
        return replace(reading, minute=None, period=last.period)
    minute = last.minute + (last.added_time or 0) + reading.minute
    if not 1 <= minute <= 120:
        return None
    period = last.period if last.period == "first_half" and minute <= 47 else period_of(minute)
    return replace(reading, minute=minute, period=period)
