"""The match clock: every expression of match time in the view, as the contract's table reads it.

Each reading carries the words that say so. Relative expressions ("twee minuten later") are resolved
against the last minute told before them; ranges of a half without a minute keep their period.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

from extractor.dutch.words import cardinal_pattern, number_value, ordinal_pattern
from extractor.prepare import Prepared, Sentence
from extractor.report import Period

Form = Literal["minute", "relative", "period", "stoppage", "half_time", "line"]


@dataclass(frozen=True, slots=True)
class ClockReading:
    """One time expression; offsets into the view.

    `form` says how it came about: `minute` a number of minutes, `relative` counted from an earlier
    event, `period` only a half, `stoppage` stoppage time, `half_time` during the break (minute 46 for
    a substitution), `line` the minute in front of an entry of a live blog.
    """

    start: int
    end: int
    form: Form
    minute: int | None
    period: Period | None
    exact: bool = False
    added_time: int | None = None


_HEDGE = (
    r"(?:(?:ruim|bijna|krap|nauwelijks|amper|goed|slechts|pas|al|nog|geen|iets|meer|minder|dan|zo'n|circa|ongeveer|precies|exact|een"
    r"|de|dik|dikke|klein|kleine|goede|ruime|krappe|kwalijke|eerste|kleins|hooguit|luttele|welgeteld|maar)\s+)*"
)
_HALF_TIME = (
    r"(?:(?:de\s+)?(?:rust|pauze|thee|theepauze|kleedkamer(?:s)?|wissel|hervatting|onderbreking|ranja)"
    r"|het\s+(?:rustsignaal|hervatten|theewater))"
)
_END = r"(?:tijd|(?:het\s+)?(?:einde|slot|eindsignaal|affluiten|laatste\s+fluitsignaal)|(?:de\s+)?(?:affluiting))"
_STOPPAGE = (
    r"(?:blessuretijd|extra\s+tijd|toegevoegde\s+tijd|bijgetelde\s+tijd|extra\s+minuten|extratime"
    r"|additionele\s+speeltijd|toegevoegde\s+minuten)"
)
_SECOND = r"(?:tweede\s+(?:helft|bedrijf|speelhelft|deel|45)|tweede\s+45\s+minuten)"
_FIRST = r"(?:eerste\s+(?:helft|bedrijf|speelhelft|45)|eerste\s+45\s+minuten)"
_EXTRA = r"(?:(?:eerste\s+|tweede\s+)?(?:helft\s+van\s+(?:de\s+)?)?verlengingen?)"


def period_of(minute: int) -> Period:
    """The half a minute belongs to."""
    return "first_half" if minute <= 45 else "second_half" if minute <= 90 else "extra_time"


@lru_cache(maxsize=1)
def _duration() -> str:
    """A stretch of time: "tien minuten", "een kwartier", "drie kwartier", "een half uur"."""
    card = cardinal_pattern()
    return (
        rf"(?P<amount>(?:{card}\s+)?(?:minuten|minuutjes|minuut|min\.?)(?!\w)|(?:{card}\s+)?kwartier|half\s?uur(?:tje)?|(?:{card}\s+)?uur(?:tje)?"
        rf"|anderhalf\s+uur|(?:{card}\s+)?(?:seconden|tellen))(?:\s+(?:spelen|voetbal|voetballen|speeltijd|wedstrijd))?"
    )


def duration_minutes(amount: str) -> int | None:
    """Minutes of a stretch of time; None where it gives no number ("minuten")."""
    words = amount.lower().split()
    unit = words[-1]
    number = number_value(words[0]) if len(words) > 1 and words[0] not in ("half", "anderhalf") else None
    if unit.startswith("kwartier"):
        return 15 * (number or 1)
    if "half" in amount.lower() and "anderhalf" not in amount.lower():
        return 30
    if unit.startswith("uur"):
        return 90 if "anderhalf" in amount.lower() else 60 * (number or 1)
    if unit.startswith(("second", "tel")):
        return max(1, -(-(number or 1) // 60))
    if number is None:
        return 1 if unit in ("minuut", "minuutje") else None
    return number


@dataclass(frozen=True, slots=True)
class _Found:
    """Words that a rule matched, and the half they fall in as far as the text around them says."""

    words: re.Match[str]
    half: Period | None = None

    @property
    def minutes(self) -> int | None:
        """The stretch of time in the words."""
        return duration_minutes(self.words["amount"])


Maker = Callable[[_Found], ClockReading | None]
Rules = list[tuple[str, Maker]]


def _reading(
    found: _Found, minute: int | None, period: Period | None = None, *, exact: bool = False, form: Form = "minute"
) -> ClockReading | None:
    if minute is not None and not 1 <= minute <= 120:
        return None
    if minute is not None and period is None:
        period = period_of(minute)
    return ClockReading(found.words.start(), found.words.end(), form, minute, period, exact)


def _with_added(reading: ClockReading | None, added: int) -> ClockReading | None:
    """The reading with minutes of stoppage time."""
    return None if reading is None else replace(reading, added_time=added if 1 <= added <= 30 else None)


def _ordinal_minute(found: _Found) -> ClockReading | None:
    value = number_value(found.words["ordinal"])
    exact = not re.match(r"\s*(?:rond|omstreeks|tot|vanaf)", found.words.group(), re.IGNORECASE)
    of = found.words["of"] or ""
    if re.search(_STOPPAGE, of, re.IGNORECASE):
        base = 45 if found.half == "first_half" or re.search(_FIRST, of, re.IGNORECASE) else 90
        return _with_added(_reading(found, base, exact=exact, form="stoppage"), value)
    if re.search(r"verleng", of, re.IGNORECASE):
        return _reading(found, 90 + value, "extra_time", exact=exact)
    if of:
        return _reading(found, 45 + value, "second_half")
    return _reading(found, value, exact=exact)


def _plain_minute(found: _Found) -> ClockReading | None:
    reading = _reading(found, number_value(found.words["minute"]), exact=True)
    if reading is None or not found.words["added"]:
        return reading
    return _with_added(replace(reading, form="stoppage"), int(found.words["added"]))


def _elapsed(found: _Found) -> ClockReading | None:
    minutes = found.minutes
    if minutes is None:
        return None
    after = (found.words["after"] or "").lower()
    if re.search(r"verleng", after):
        return _reading(found, 90 + minutes, "extra_time")
    from_kick_off = re.search(r"aftrap|begin|start|fluitsignaal", after)
    early_in_second_half = found.half == "second_half" and minutes <= 25
    if not from_kick_off and (after or early_in_second_half):
        return _reading(found, 45 + minutes, "second_half")
    return _reading(found, minutes)


def _about(found: _Found) -> ClockReading | None:
    """Minutes of "na een minuut of tien"."""
    return _reading(found, number_value(found.words["about"]) * (15 if "kwartier" in found.words["amount"].lower() else 1))


def _before_half(found: _Found) -> ClockReading | None:
    return None if found.minutes is None else _reading(found, 45 - found.minutes, "first_half")


def _before_end(found: _Found) -> ClockReading | None:
    if found.minutes is None:
        return None
    if found.half == "extra_time":
        return _reading(found, 120 - found.minutes, "extra_time")
    return _reading(found, 90 - found.minutes, "second_half")


def _after_half(found: _Found) -> ClockReading | None:
    return None if found.minutes is None else _reading(found, 45 + found.minutes, "second_half")


def _later(found: _Found) -> ClockReading | None:
    return None if found.minutes is None else _reading(found, found.minutes, form="relative")


def _stoppage(found: _Found) -> ClockReading | None:
    """Stoppage time of the second half, unless it, or what stands right before it, speaks of the first."""
    words = found.words
    just_before = words.string[max(0, words.start() - 60) : words.start()]
    is_first = _stated_period(just_before) == "first_half" or re.search(_FIRST + r"|rust|pauze", words.group(), re.IGNORECASE)
    return _reading(found, 45 if is_first else 90, form="stoppage")


def _only(period: Period) -> Maker:
    return lambda found: _reading(found, None, period, form="period")


def _half_time(found: _Found) -> ClockReading | None:
    return _reading(found, 46, "second_half", form="half_time")


_NEAR = r"(?:kort|vlak|net|meteen|direct|onmiddellijk|gelijk|snel|spoedig|even|al\s+snel|vroeg|snel)"
_KICK_OFF = r"na\s+(?:de\s+aftrap|het\s+begin(?:signaal)?|het\s+eerste\s+fluitsignaal)"


def _minute_rules() -> Rules:
    """The minute itself: "in de 22e minuut", "minuut 22", "22'", "90+3"."""
    return [
        (
            rf"(?:(?:in|rond|omstreeks|vanaf|tot)\s+)?(?:de\s+)?(?P<ordinal>{ordinal_pattern()})\s+(?:speel)?minuut(?!\w)"
            rf"(?P<of>\s+(?:van|in|na)\s+(?:de\s+)?(?:{_STOPPAGE}|{_EXTRA}|{_HALF_TIME}|{_SECOND})(?:\s+van\s+de\s+{_FIRST})?)?",
            _ordinal_minute,
        ),
        (
            rf"(?:in\s+|op\s+)?(?:de\s+)?(?:speel)?minuut\s+(?P<minute>{cardinal_pattern()})(?:\s?\+\s?(?P<added>\d{{1,2}}))?(?!\w)",
            _plain_minute,
        ),
        (r"(?<![\d.,\-])(?P<minute>\d{1,3})'\s?\+\s?(?P<added>\d{1,2})(?!\d)", _plain_minute),
        (r"(?<![\d.,\-])(?P<minute>\d{1,3})(?:\s?\+\s?(?P<added>\d{1,2}))?\s?(?:'(?!\w)|e\s?min\b\.?)", _plain_minute),
        (r"(?<![\d.,\-])(?P<minute>45|90|105|120)\s?\+\s?(?P<added>\d{1,2})(?!\d)", _plain_minute),
    ]


def _stretch_rules() -> Rules:
    """Time counted from something: "tien minuten voor rust", "na een kwartier", "twee minuten later"."""
    amount = _duration()
    return [
        (rf"(?:{_HEDGE})?{amount}\s+(?:voor|vóór)\s+{_HALF_TIME}", _before_half),
        (rf"(?:{_HEDGE})?{amount}\s+(?:voor|vóór)\s+{_END}", _before_end),
        (rf"(?:{_HEDGE})?{amount}\s+(?:na|in)\s+(?:{_HALF_TIME}|(?:de\s+)?{_SECOND})(?!\w)", _after_half),
        (
            rf"(?:{_HEDGE})?{amount}\s+(?:later|daarna|nadien|erna|verder"
            r"|na\s+(?:de|het|dat|die|zijn|haar)\s+(?:\w+)?(?:treffer|doelpunt|goal|gelijkmaker|\d-\d)\w*)(?!\w)",
            _later,
        ),
        (
            rf"(?:na|binnen)\s+{_HEDGE}(?P<amount>(?:minuut|minuutje|kwartier)\s+of\s+(?P<about>{cardinal_pattern()}))(?P<after>)(?!\w)",
            _about,
        ),
        (
            rf"(?:na|binnen|in)\s+{_HEDGE}{amount}"
            rf"(?P<after>\s+(?:na|in)\s+(?:{_HALF_TIME}|(?:de\s+)?{_SECOND}|de\s+verlenging)|\s+{_KICK_OFF})?(?!\w)",
            _elapsed,
        ),
        (rf"{_HEDGE}{amount}(?P<after>)\s+(?:bezig|onderweg|oud|ver|gespeeld)(?!\w)", _elapsed),
        (r"(?:op|rond|omstreeks|tegen|na)\s+(?:het\s+)?(?P<amount>half\s?uur|kwartier|uur)(?P<after>)(?!\w)", _elapsed),
        (r"(?:nog\s+|net\s+|vlak\s+)?(?:voor|vóór)\s+het\s+(?:half\s?uur|kwartier)(?!\w)", _only("first_half")),
        (rf"(?:bij|aan|vanaf)\s+(?:het\s+begin|de\s+start|de\s+aanvang)\s+van\s+(?:de|het)\s+{_SECOND}", _half_time),
        (rf"(?:{_NEAR})\s+na\s+(?:de\s+aftrap|het\s+begin(?:signaal)?)", _only("first_half")),
        (rf"(?:{_HEDGE}){amount}(?P<after>\s+{_KICK_OFF})", _elapsed),
    ]


def _half_rules() -> Rules:
    """A part of the match without a minute: "in blessuretijd", "kort na rust", "in de slotfase"."""
    return [
        (rf"(?:(?:diep|ver)\s+)?in\s+(?:de\s+)?(?:\w+\s+)?{_STOPPAGE}(?:\s+van\s+(?:de\s+)?(?:{_FIRST}|{_SECOND}))?", _stoppage),
        (r"(?:in|bij|tijdens|aan)\s+(?:de\s+)?(?:rust|pauze|thee|koffie)(?!\w)|halfweg(?!\s+de)", _half_time),
        (
            rf"(?:(?:{_NEAR})\s+)?(?:voor|vóór)\s+{_HALF_TIME}|op\s+slag\s+van\s+{_HALF_TIME}|nog\s+voor\s+{_HALF_TIME}",
            _only("first_half"),
        ),
        (
            rf"(?:(?:{_NEAR})\s+)?na\s+{_HALF_TIME}|op\s+slag\s+van\s+de\s+hervatting"
            rf"|in\s+(?:de|het)\s+{_SECOND}|halverwege\s+(?:de|het)\s+{_SECOND}",
            _only("second_half"),
        ),
        (
            rf"(?:{_NEAR})\s+(?:voor|vóór)\s+{_END}|op\s+slag\s+van\s+(?:tijd|het\s+einde)"
            r"|in\s+(?:de|het)\s+(?:absolute\s+)?"
            r"(?:slotfase|slotminuten|slotminuut|slotkwartier|slot|laatste\s+minuten|(?:aller)?laatste\s+minuut)"
            r"|diep\s+in\s+(?:de\s+)?tweede\s+helft",
            _only("second_half"),
        ),
        (
            rf"(?:halverwege|in|begin|vroeg\s+in|diep\s+in)\s+(?:de|het)\s+{_FIRST}|al\s+(?:heel\s+|erg\s+|zeer\s+)?vroeg"
            r"|in\s+(?:de|het)\s+(?:openingsfase|beginfase|openingskwartier|openingsminuten|openingsminuut)",
            _only("first_half"),
        ),
        (rf"in\s+(?:de\s+)?(?:{_EXTRA})", _only("extra_time")),
    ]


@lru_cache(maxsize=1)
def _rules() -> Sequence[tuple[re.Pattern[str], Maker]]:
    """Patterns in order of precedence: an earlier rule takes the words it matches."""
    rules = [*_minute_rules(), *_stretch_rules(), *_half_rules()]
    return [(re.compile(r"(?<!\w)(?:" + pattern + ")", re.IGNORECASE), maker) for pattern, maker in rules]


_LINE_MINUTE = re.compile(
    r"\s*(?:min(?:uut)?\.?\s*)?(?P<minute>\d{1,3})(?:'?\s?\+\s?(?P<added>\d{1,2}))?\s?"
    r"(?:'|\.(?!\d)|:(?!\d)|e\s+min(?:uut)?\.?|min(?:uut)?\b\.?|(?=-\s))"
)
_LIST_MINUTE = re.compile(
    r"(?:(?<=[:,;(/])\s*|(?<=\.\s))(?P<minute>\d{1,3})(?:\+(?P<added>\d{1,2}))?\s?(?:\.|min\.)(?=\s*[A-ZÀ-Þ])"
    r"|\(\s*(?P<minute2>\d{1,3})(?:\s?\+\s?(?P<added2>\d{1,2}))?\s?(?:\.|'|min\.?|e)?\s*(?=[,;)])"
    r"|(?P<minute3>\d{1,3})(?:\+(?P<added3>\d{1,2}))?\s?min\."
)
"""Minutes in the summaries that close a report: "12. Jansen 1-0", "Jansen (12)", "12 min.: Jansen"."""


def read_clock(prepared: Prepared) -> tuple[ClockReading, ...]:
    """All time expressions of an article in the order of the text, relative ones resolved."""
    readings: list[ClockReading] = []
    context: Period | None = None
    paragraph = -1
    for sentence in prepared.sentences:
        if sentence.paragraph != paragraph:
            paragraph, context = sentence.paragraph, None
        found = _read_sentence(prepared, sentence, context)
        readings += found
        for reading in found:
            if reading.form == "period":
                context = reading.period
    if not re.search(r"(?<!\w)verlenging", prepared.readable, re.IGNORECASE):
        readings = [_beyond_ninety(reading) for reading in readings]
    return tuple(_resolve_relative(readings))


def _beyond_ninety(reading: ClockReading) -> ClockReading:
    """Without extra time, minute 92 is the second minute of stoppage time."""
    if reading.minute is None or reading.minute <= 90 or not reading.exact:
        return reading
    added = min(reading.minute - 90, 30)
    return replace(reading, minute=90, added_time=added, period="second_half")


def _read_sentence(prepared: Prepared, sentence: Sentence, context: Period | None) -> list[ClockReading]:
    taken: list[ClockReading] = []
    stated = _stated_period(prepared.text_of(sentence)) or (context if sentence.kind == "prose" else None)
    if sentence.kind == "line":
        prefix = _LINE_MINUTE.match(prepared.view, sentence.start, sentence.end)
        if prefix and (reading := _plain_minute(_Found(prefix))):
            taken.append(replace(reading, form="line"))
    for pattern, maker in _rules():
        for found in pattern.finditer(prepared.view, sentence.start, sentence.end):
            if not _is_taken(found, taken) and (reading := maker(_Found(found, stated))):
                taken.append(reading)
    for found in _LIST_MINUTE.finditer(prepared.view, sentence.start, sentence.end):
        if not _is_taken(found, taken) and (reading := _list_minute(found)):
            taken.append(reading)
    return sorted(taken, key=lambda reading: reading.start)


def _is_taken(found: re.Match[str], taken: Sequence[ClockReading]) -> bool:
    """Whether an earlier rule has read some of these words."""
    return any(found.start() < other.end and other.start < found.end() for other in taken)


def _list_minute(found: re.Match[str]) -> ClockReading | None:
    for suffix in ("", "2", "3"):
        if number := found[f"minute{suffix}"]:
            reading = _reading(_Found(found), int(number), exact=True)
            added = found[f"added{suffix}"]
            return _with_added(reading, int(added)) if added else reading
    return None


def _stated_period(words: str) -> Period | None:
    """A half that the sentence itself names; none where it names both."""
    first = re.search(rf"(?:{_FIRST})|(?:voor|vóór|slag\s+van)\s+{_HALF_TIME}", words, re.IGNORECASE)
    second = re.search(rf"(?:{_SECOND})|na\s+{_HALF_TIME}", words, re.IGNORECASE)
    extra = re.search(r"verleng", words, re.IGNORECASE)
    stated: list[Period] = []
    if first:
        stated.append("first_half")
    if second:
        stated.append("second_half")
    if extra:
        stated.append("extra_time")
    return stated[0] if len(stated) == 1 else None


def _resolve_relative(readings: Sequence[ClockReading]) -> list[ClockReading]:
    """Add "twee minuten later" to the minute told last; without one it says nothing."""
    resolved: list[ClockReading] = []
    last: ClockReading | None = None
    for reading in readings:
        current = reading
        if reading.form == "relative":
            if last is None or last.minute is None or reading.minute is None:
                continue
            minute = last.minute + reading.minute
            if minute > 120:
                continue
            period = last.period if last.period == "first_half" and minute <= 47 else period_of(minute)
            current = replace(reading, minute=minute, period=period)
        if current.form != "half_time":
            last = current
        resolved.append(current)
    return resolved
