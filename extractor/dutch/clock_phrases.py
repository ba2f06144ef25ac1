"""The phrases that match time is told in: parts of a match, stretches of time, and what they amount to."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from extractor.dutch.words import cardinal_pattern, number_value
from extractor.report import Period

HEDGE = (
    r"(?:(?:ruim|bijna|krap|nauwelijks|amper|goed|slechts|pas|al|nog|geen|iets|meer|minder|dan|zo'n|zowat|circa|ongeveer|precies|exact|een"
    r"|de|dik|dikke|klein|kleine|goede|ruime|krappe|kwalijke|eerste|kleins|hooguit|luttele|welgeteld|maar)\s+)*"
)
HALF_TIME = (
    r"(?:(?:de\s+)?(?:rust|pauze|(?:thee|koffie)pauze|thee|koffie|limonade|ranja|kleedkamers?|hervatting|wederaanvang|onderbreking"
    r"|wissel(?:\s+van\s+(?:kant|helft|speelhelft)|(?!\s+van)))"
    r"|het\s+(?:rustsignaal|hervatten|theewater|theekwartier))"
)
_REGULAR = r"(?:reguliere|gewone|officiële|normale)\s+(?:speel)?tijd"
END = (
    rf"(?:tijd|(?:het\s+)?(?:einde?|slot|eindsignaal|affluiten|scheiden\s+van\s+de\s+markt|verstrijken\s+van\s+de\s+{_REGULAR}"
    r"|(?:laatste\s+)?fluitsignaal)|(?:de\s+)?affluiting)"
)
STOPPAGE = (
    r"(?:blessuretijd|extra\s+tijd|toegevoegde\s+tijd|bijgetelde\s+tijd|extra\s+minuten|extratime"
    r"|additionele\s+speeltijd|toegevoegde\s+minuten)"
)
FIRST = r"(?:eerste\s+(?:helft|bedrijf|speelhelft|periode|deel|45)(?:\s+minuten)?)"
SECOND = r"(?:tweede\s+(?:helft|bedrijf|speelhelft|periode|deel|45)(?:\s+minuten)?)"
EXTRA = r"(?:(?:(?:eerste|tweede)\s+)?(?:helft\s+van\s+(?:de\s+)?)?(?:verlengingen|verlenging|extra\s+half\s?uur))"
PART = rf"(?:{EXTRA}|(?:{FIRST}|{SECOND})(?:\s+van\s+de\s+verlenging)?)"
KICK_OFF = r"na\s+(?:de\s+(?:aftrap|openingsfluit)|het\s+begin(?:signaal)?|het\s+eerste\s+fluitsignaal)"
NEAR = r"(?:kort|vlak|net|meteen|direct|onmiddellijk|gelijk|snel|spoedig|even|al\s+snel|vroeg)"
OF_PART = rf"(?:\s+(?:van|in|na|voor|vóór)\s+(?:(?:de|het|dat|die)\s+)?(?:{PART}|{HALF_TIME}|{_REGULAR}))?"
"""The part of the match that a phrase goes on to name: "in de slotfase van de eerste helft"."""


@dataclass(frozen=True, slots=True)
class MatchPart:
    """A part of a match, from a minute to a minute."""

    period: Period
    start: int
    end: int


FIRST_HALF = MatchPart("first_half", 0, 45)
SECOND_HALF = MatchPart("second_half", 45, 90)
EXTRA_TIME = MatchPart("extra_time", 90, 120)
_EXTRA_FIRST, _EXTRA_SECOND = MatchPart("extra_time", 90, 105), MatchPart("extra_time", 105, 120)

_MENTION = re.compile(
    rf"(?<!\w)(?:(?P<extra>(?:in|van|na|halverwege)\s+(?:\w+\s+)?{EXTRA}|(?:{FIRST}|{SECOND})\s+van\s+de\s+verlenging)"
    rf"|(?P<second>{SECOND}|{_REGULAR}|na\s+{HALF_TIME}|slag\s+van\s+de\s+hervatting)"
    rf"|(?P<first>{FIRST}|(?:voor|vóór|tegen|tot|(?:slag|rand|randje)\s+van)\s+{HALF_TIME}))(?!\w)",
    re.IGNORECASE,
)


def part_named(words: str) -> MatchPart | None:
    """The part of the match that words name last; None where they name none."""
    mentions = list(_MENTION.finditer(words))
    if not mentions:
        return None
    found = mentions[-1]
    if not found["extra"]:
        return FIRST_HALF if found["first"] else SECOND_HALF
    half = re.search(r"(eerste)|tweede", found["extra"], re.IGNORECASE)
    return EXTRA_TIME if half is None else _EXTRA_FIRST if half[1] else _EXTRA_SECOND


def period_of(minute: int) -> Period:
    """The half a minute belongs to."""
    return "first_half" if minute <= 45 else "second_half" if minute <= 90 else "extra_time"


_UNIT = r"(?:minuten|minuutjes?|minuut|min\.?(?!\w)|kwartier(?:tje)?|kwart|half\s?uur(?:tje)?|uur(?:tje)?|seconden|tellen)"


@lru_cache(maxsize=1)
def duration_pattern() -> str:
    """A stretch of time: "tien minuten", "een kwartier", "een minuut of tien", "een uur en vijf minuten"."""
    card = cardinal_pattern()
    count = rf"(?:(?:{card}|anderhal(?:f|ve)|halve)\s+(?:(?!toegevoegde|bijgetelde|eerste|laatste)\w+e\s+)?)"
    return (
        rf"(?P<amount>(?:minuut|minuutje|kwartier)\s+of\s+(?:{card})(?!\w)|{count}?(?!kwart\b){_UNIT}(?!\w)"
        rf"(?:\s+en\s+(?:een\s+|{count}){_UNIT}(?!\w))?)(?:\s+(?:spelen|voetbal|voetballen|speeltijd|wedstrijd)(?!\w))?"
    )


@lru_cache(maxsize=1)
def _stretch() -> re.Pattern[str]:
    card = cardinal_pattern()
    return re.compile(
        rf"(?P<about>minuut|minuutje|kwartier)\s+of\s+(?P<number>{card})(?!\w)"
        rf"|(?:(?<!\w)(?P<count>{card}|anderhal(?:f|ve)|halve)\s+)?(?:\w+e\s+)?(?P<unit>{_UNIT})(?!\w)",
        re.IGNORECASE,
    )


def duration_seconds(amount: str) -> int | None:
    """Seconds of a stretch of time; None where it gives no number ("minuten", "enkele tellen")."""
    seconds = [_seconds_of(found) for found in _stretch().finditer(amount)]
    known = [value for value in seconds if value is not None]
    return sum(known) if known and len(known) == len(seconds) else None


def _seconds_of(found: re.Match[str]) -> int | None:
    if found["about"]:
        return number_value(found["number"]) * (900 if found["about"].lower() == "kwartier" else 60)
    unit, count = found["unit"].lower(), (found["count"] or "").lower()
    number = None if not count else 1.5 if count.startswith("anderhal") else 0.5 if count == "halve" else number_value(count)
    if unit.startswith(("minuten", "min.", "seconden", "tellen")) and number is None:
        return None
    one = (
        15 * 60 if unit.startswith("kwart") else 1800 if unit.startswith("half")
        else 3600 if unit.startswith("uur") else 1 if unit.startswith(("seconden", "tellen")) else 60
    )  # fmt: skip
    return int((number or 1) * one)


def duration_minutes(amount: str) -> int | None:
    """Whole minutes of a stretch of time, a part of a minute counting as one."""
    seconds = duration_seconds(amount)
    return None if seconds is None else max(1, -(-seconds // 60))
