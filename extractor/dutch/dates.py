"""Dates: the day a Dutch expression stands for, given when the article was published."""

from __future__ import annotations

import re
from datetime import date, timedelta

from extractor.dutch.lexicon import MONTHS, WEEKDAYS

_MONTH_ORDER: tuple[str, ...] = tuple("januari februari maart april mei juni juli augustus september oktober november december".split())

DAY_WORDS = re.compile(
    rf"(?<!\w)(?:(?P<day>{'|'.join(WEEKDAYS)})(?:avond|middag|ochtend|nacht)?"
    r"|(?P<before>(?:eer)?gister)(?:en|avond|middag)|(?P<today>van)(?:daag|avond|middag))(?!\w)",
    re.IGNORECASE,
)
"""A weekday or a day counted from the publication."""
_STATED = re.compile(rf"(?<!\d)(?P<number>\d{{1,2}})\s+(?P<month>{'|'.join(sorted(MONTHS))})(?:\s+(?P<year>\d{{4}}))?(?!\w)", re.IGNORECASE)
_ISO = re.compile(r"\d{4}-\d\d-\d\d")


def published_day(published: str | None) -> date | None:
    """The full date of publication; None where only a month or year is known."""
    return date.fromisoformat(published) if published and _ISO.fullmatch(published) else None


def resolve_date(words: str, published: str | None) -> str | None:
    """YYYY-MM-DD of the most recent such day, the day of publication included; None where none follows."""
    day = published_day(published)
    if stated := _STATED.search(words):
        return _stated_day(stated, day)
    found = DAY_WORDS.search(words)
    if found is None or day is None:
        return None
    return resolve_day(found, day).isoformat()


def told_day(words: str, text: str) -> re.Match[str] | None:
    """Where a text tells of the day that these words name: "zondag" is told of as "zondagmiddag", "3 maart" as "3 maart 2024"."""
    for pattern in (_STATED, DAY_WORDS):
        if named := pattern.search(words):
            return next((told for told in pattern.finditer(text) if _parts(named) <= _parts(told)), None)
    return None


def _parts(day: re.Match[str]) -> set[tuple[str, str]]:
    """What makes the day: its weekday, "gister" without its evening, or the number, month and year that are stated."""
    return {(part, said.lower()) for part, said in day.groupdict().items() if said}


def resolve_day(found: re.Match[str], published: date) -> date:
    """The day that a match of `DAY_WORDS` stands for."""
    if day := found["day"]:
        return published - timedelta(days=(published.weekday() - WEEKDAYS.index(day.lower())) % 7)
    return published - timedelta(days=("", "gister", "eergister").index((found["before"] or "").lower()))


def _stated_day(stated: re.Match[str], published: date | None) -> str | None:
    """The day of "3 mei 2024"; without a year the latest such day before the publication."""
    month, number = _MONTH_ORDER.index(stated["month"].lower()) + 1, int(stated["number"])
    year = int(stated["year"]) if stated["year"] else published.year if published else None
    if year is None:
        return None
    try:
        day = date(year, month, number)
        if not stated["year"] and published and day > published:
            day = day.replace(year=year - 1)
    except ValueError:
        return None
    return day.isoformat()
