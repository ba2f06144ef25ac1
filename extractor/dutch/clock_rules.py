"""The grammar of match time: which words say a minute, a stretch, or a part of the match, and what each comes to."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

from extractor.dutch.clock_phrases import (
    END,
    EXTRA_TIME,
    FIRST,
    FIRST_HALF,
    HALF_TIME,
    HEDGE,
    KICK_OFF,
    NEAR,
    OF_PART,
    PART,
    SECOND,
    SECOND_HALF,
    STOPPAGE,
    MatchPart,
    duration_minutes,
    duration_pattern,
    duration_seconds,
    part_named,
    period_of,
)
from extractor.dutch.words import cardinal_pattern, number_value, ordinal_pattern
from extractor.report import Period

Form = Literal["minute", "relative", "period", "stoppage", "half_time", "line"]


@dataclass(frozen=True, slots=True)
class ClockReading:
    """One time expression; offsets into the view.

    `form` says how it came about: `minute` a number of minutes, `relative` counted from another
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


@dataclass(frozen=True, slots=True)
class Found:
    """Words that a rule matched, and the part of the match that the text before them speaks of."""

    words: re.Match[str]
    around: MatchPart | None = None

    @property
    def text(self) -> str:
        """The words."""
        return self.words.group()

    @property
    def part(self) -> MatchPart | None:
        """The part of the match that the words themselves name."""
        return part_named(self.text)

    @property
    def is_in_extra_time(self) -> bool:
        """Whether the text before speaks of extra time."""
        return self.around is not None and self.around.period == "extra_time"

    @property
    def minutes(self) -> int | None:
        """The stretch of time in the words."""
        return duration_minutes(self.words["amount"])

    @property
    def is_short(self) -> bool:
        """Whether the stretch of time is less than a minute."""
        seconds = duration_seconds(self.words["amount"])
        return bool(re.search(r"seconden|tellen", self.words["amount"], re.IGNORECASE)) and (seconds or 0) < 60


Maker = Callable[[Found], ClockReading | None]
Rules = list[tuple[str, Maker]]


def reading_of(
    found: Found, minute: int | None, period: Period | None = None, *, exact: bool = False, form: Form = "minute"
) -> ClockReading | None:
    """The reading of a minute, or of a period alone; None for what is no minute of a match."""
    if minute is not None and not 1 <= minute <= 120:
        return None
    if minute is not None and period is None:
        period = period_of(minute)
    return ClockReading(found.words.start(), found.words.end(), form, minute, period, exact)


def _counted(found: Found, minute: int | None, period: Period | None = None) -> ClockReading | None:
    """A minute that was counted; only its half where the stretch is but seconds, unless from the kick-off."""
    if found.is_short and minute != 1:
        return reading_of(found, None, period, form="period")
    return None if minute is None else reading_of(found, minute, period)


def _added(found: Found, added: int | None, *, is_first: bool, exact: bool) -> ClockReading | None:
    """A minute of stoppage time."""
    reading = reading_of(found, 45 if is_first else 90, exact=exact, form="stoppage")
    return None if reading is None else replace(reading, added_time=added if added and added <= 30 else None)


def _says(pattern: str, words: str) -> bool:
    return re.search(pattern, words, re.IGNORECASE) is not None


def _ordinal_minute(found: Found) -> ClockReading | None:
    words = found.words
    value = number_value(words["ordinal"])
    exact = not re.match(r"\s*(?:rond|omstreeks)", found.text, re.IGNORECASE)
    if words["of_added"] or words["extra"]:
        return _added(found, value, is_first=_says(FIRST, found.text), exact=exact)
    if words["base"]:
        return _added(found, value, is_first=words["base"].startswith("45"), exact=exact)
    if words["plus"]:
        return _added(found, number_value(words["plus"]), is_first=value <= 45, exact=exact)
    part = found.part
    if part is None or value > part.start:
        return reading_of(found, value, exact=exact and (part is None or part.period != "second_half"))
    return reading_of(found, part.start + value, part.period, exact=exact and part.period == "extra_time")


def _bare_ordinal(found: Found) -> ClockReading | None:
    """Minutes of "in de 66ste", the word "minuut" left out."""
    value = number_value(found.words["ordinal"])
    return reading_of(found, value, exact=True) if value >= 4 else None


def _last_minute(found: Found) -> ClockReading | None:
    part = found.part or (EXTRA_TIME if found.is_in_extra_time else SECOND_HALF)
    before = 1 if _says("voorlaatste", found.text) and not found.words["of_added"] else 0
    return reading_of(found, part.end - before, part.period)


def plain_minute(found: Found) -> ClockReading | None:
    """The minute in figures, with what was added to it."""
    minute = number_value(found.words["minute"])
    added = found.words["added"]
    if added and minute in (45, 90, 105, 120):
        reading = reading_of(found, minute, exact=True, form="stoppage")
        return None if reading is None else replace(reading, added_time=number_value(added) if number_value(added) <= 30 else None)
    return reading_of(found, minute, exact=True)


def _minute_of_stoppage(found: Found) -> ClockReading | None:
    return _added(found, number_value(found.words["minute"]), is_first=_says(FIRST, found.text), exact=True)


def _into_stoppage(found: Found) -> ClockReading | None:
    return _added(found, found.minutes, is_first=_says(FIRST, found.text), exact=False)


def _shown(found: Found) -> ClockReading | None:
    """Minutes that the clock in the stadium shows."""
    return reading_of(found, number_value(found.words["minute"]))


def _elapsed(found: Found) -> ClockReading | None:
    """Counted from the kick-off, or from the start of the part of the match that the words or the text before them name."""
    minutes, part = found.minutes, found.part
    if minutes is None:
        return None
    if part is None and minutes <= 25 and not _says(KICK_OFF, found.text):
        part = found.around
    return _counted(found, minutes) if part is None else _counted(found, part.start + minutes, part.period)


def _first_of_two(found: Found) -> ClockReading | None:
    """Minutes of the first of "na negen en na 24 minuten"."""
    return reading_of(found, number_value(found.words["amount"]))


def _left(found: Found) -> ClockReading | None:
    """Counted back from the end of a part of the match, or of the whole."""
    is_open = not _says(r"tijd$|affluiten", found.text)
    part = found.part or (EXTRA_TIME if is_open and found.is_in_extra_time else SECOND_HALF)
    return _counted(found, None if found.minutes is None else part.end - found.minutes, part.period)


def _later(found: Found) -> ClockReading | None:
    """Minutes after, or before, the time told last: resolved when all are read."""
    if found.minutes is None or found.is_short:
        return None
    sign = -1 if _says(r"(?:eerder|ervoor|daarvoor|voordien)$", found.text) else 1
    return ClockReading(found.words.start(), found.words.end(), "relative", sign * found.minutes, None)


def _stoppage(found: Found) -> ClockReading | None:
    """Stoppage time of the second half, unless it, or what stands right before it, speaks of the first."""
    words = found.words
    just_before = words.string[max(0, words.start() - 60) : words.start()].rpartition(". ")[2]
    part = found.part or part_named(just_before)
    return _added(found, None, is_first=part is not None and part.period == "first_half", exact=False)


def _within(default: MatchPart) -> Maker:
    """Only the part of the match: the one that the words name, or else the default."""
    return lambda found: reading_of(found, None, (found.part or default).period, form="period")


def _closing(found: Found) -> ClockReading | None:
    part = found.part or (EXTRA_TIME if found.is_in_extra_time else SECOND_HALF)
    return reading_of(found, None, part.period, form="period")


def _half_time(found: Found) -> ClockReading | None:
    return reading_of(found, 46, "second_half", form="half_time")


def _minute_rules() -> Rules:
    """The minute itself: "in de 22e minuut", "minuut 22", "22'", "90+3", "de klok stond op 88"."""
    card, ordinal = cardinal_pattern(), ordinal_pattern()
    given = rf"(?:{card}\s+)?minuten\s+(?:die\s+)?(?:[\w.-]+\s+){{1,5}}?(?:bijgeteld|bijtelde|toevoegde|toegevoegd|erbij\s+telde)"
    of_added = rf"(?P<of_added>\s+(?:van|in)\s+(?:(?:de|het)\s+)?(?:{STOPPAGE}|{given})(?:\s+van\s+de\s+{FIRST})?)?"
    verb = r"(?!\w*(?:ronde|periode)\b)\w+[dt]e|was|kwam|stond|lag|greep|schoot|kreeg|viel|ging|trof|zag|moest|werd|nam|gaf|sloeg|hield"
    no_noun = rf"(?=\s*[.,;:!?)]|\s+(?:\d-\d|{verb}|met|in|op|door|via|na|uit|al|ook|nog|toen|en)(?!\w))"
    return [
        (rf"{STOPPAGE},\s+(?:de\s+)?(?P<minute>{ordinal})\s+minuut", _minute_of_stoppage),
        (
            rf"(?:in\s+)?(?:de\s+)?(?P<ordinal>{ordinal})(?=(?:\s*,\s*(?:de\s+)?{ordinal})*\s+en\s+(?:in\s+)?(?:de\s+)?{ordinal}\s+minuut)",
            _bare_ordinal,
        ),
        (
            rf"(?:(?:in|rond|omstreeks|vanaf|tot)\s+)?(?:de\s+)?(?:(?P<base>45|90)\s?\+\s?)?(?P<ordinal>{ordinal})\s+"
            rf"(?P<extra>extra\s+|toegevoegde\s+|bijgetelde\s+)?(?:speel)?minuut(?!\w)(?:\s+plus\s+(?P<plus>{card}))?{of_added}{OF_PART}",
            _ordinal_minute,
        ),
        (rf"(?:in\s+)?de\s+(?:(?:aller|voor)?laatste\s+minuut|slotminuut){of_added}{OF_PART}", _last_minute),
        (
            rf"(?:in\s+)?(?:de\s+)?minuut\s+(?P<minute>{card})\s+(?:van|in)\s+(?:de\s+)?{STOPPAGE}(?:\s+van\s+de\s+{FIRST})?",
            _minute_of_stoppage,
        ),
        (
            rf"(?:in\s+|op\s+)?(?:de\s+)?(?:(?:speel)?minuut|min\.)\s+(?!een\b)(?P<minute>{card})(?:\s?\+\s?(?P<added>\d{{1,2}}))?",
            plain_minute,
        ),
        (r"(?<![\d.,\-])(?P<minute>\d{1,3})'\s?\+\s?(?P<added>\d{1,2})", plain_minute),
        (r"(?<![\d.,\-])(?P<minute>\d{1,3})(?:\s?\+\s?(?P<added>\d{1,2}))?\s?(?:'|e\s?min\b\.?)", plain_minute),
        (r"(?<![\d.,\-])(?P<minute>45|90|105|120)[.']?\s?\+\s?(?P<added>\d{1,2})", plain_minute),
        (rf"(?P<minute>vijfenveertig|negentig)\s+plus\s+(?P<added>{card})", plain_minute),
        (
            rf"(?:de|het)\s+(?:klok(?:je)?|horloge)\s+(?:[\w-]+\s+){{0,3}}?(?:stond|wees|gaf|staat|wijst|geeft|telde)\s+"
            rf"(?:(?:toen|al|nog|geen|intussen|inmiddels)\s+)*(?:op\s+)?(?P<minute>{card})(?:\s+minuten)?(?:\s+aan)?(?!\s?[-.:]\d|\s+(?:uur|kwartier))",
            _shown,
        ),
        (rf"(?:met\s+)?(?:de\s+klok\s+op|op\s+de\s+klok:)\s+(?P<minute>{card})(?:\s+minuten)?(?!\s?[-.:]\d|\s+uur)", _shown),
        (rf"op\s+het\s+(?:score)?bord\s+stonden\s+(?P<minute>{card})\s+minuten", _shown),
        (rf"in\s+de\s+(?P<ordinal>{ordinal}){no_noun}", _bare_ordinal),
        (rf"(?:in\s+)?de\s+(?P<ordinal>{ordinal})\s+op\s+de\s+klok", _bare_ordinal),
    ]


def _stretch_rules() -> Rules:
    """Time counted from something: "tien minuten voor rust", "na een kwartier", "twee minuten later"."""
    amount = duration_pattern()
    round_time = r"(?P<amount>half\s?uur|kwartier|uur)"
    played = (
        r"(?:bezig|onderweg|oud|ver|nodig|op\s+de\s+klok|(?:(?:was|waren|is)\s+er\s+(?:toen\s+)?)?gespeeld|waren\s+we\s+ver|speelden\s+we)"
    )
    waiting = r"(?!\s+(?:wachten|meten|kijken|turen|overleg\w*|beraad|rijden|reizen|studie)(?!\w))"
    return [
        (rf"{HEDGE}{amount}\s+(?:in|ver\s+in)\s+(?:de\s+)?{STOPPAGE}(?:\s+van\s+de\s+{FIRST})?", _into_stoppage),
        (rf"{HEDGE}{amount}\s+(?:(?:voor|vóór)\s+(?:de\s+)?{HALF_TIME}|(?:voor|vóór)\s+{END}{OF_PART})", _left),
        (rf"met\s+(?:nog\s+{HEDGE}{amount}\s+(?:op\s+de\s+klok|voor\s+de\s+boeg|tot\s+{HALF_TIME}))(?:\s+in\s+de\s+{PART})?", _left),
        (rf"(?:met\s+)?{HEDGE}{amount}\s+(?:(?:was|waren)\s+er\s+nog\s+)?te\s+(?:gaan|spelen)(?:\s+in\s+de\s+{PART})?", _left),
        (rf"nog\s+(?:maar\s+)?(?!geen){HEDGE}{amount}(?=\s*[.,;:!])", _left),
        (rf"{amount}\s+nog(?=\s*[.,;:!])", _left),
        (rf"op\s+{HEDGE}{amount}\s+van\s+(?:het\s+einde?|affluiten|tijd)", _left),
        (rf"{HEDGE}{amount}\s+(?:na\s+{HALF_TIME}|(?:ver\s+)?(?:na|in)\s+(?:(?:de|het)\s+)?(?:{PART}))", _elapsed),
        (
            rf"{HEDGE}{amount}\s+(?:later|daarna|nadien|erna|verder|eerder|ervoor|daarvoor|voordien"
            r"|na\s+(?:de|het|dat|die|zijn|haar)\s+(?:\w+)?(?:treffer|doelpunt|goal|gelijkmaker|\d-\d)\w*)",
            _later,
        ),
        (rf"(?:in\s+)?(?:de|het|dat)\s+eerste\s+{amount}{OF_PART}", _within(FIRST_HALF)),
        (rf"(?:voor|bij\s+het\s+ingaan\s+van)\s+(?:de|het)\s+laatste\s+{amount}{OF_PART}", _left),
        (rf"(?:in\s+)?(?:de|het)\s+laatste\s+{amount}{OF_PART}", _closing),
        (
            rf"(?:na|binnen)\s+{HEDGE}{amount}{waiting}(?:\s+(?:na|in)\s+(?:{HALF_TIME}|(?:(?:de|het)\s+)?(?:{PART}))|\s+{KICK_OFF})?",
            _elapsed,
        ),
        (rf"na\s+(?P<amount>{cardinal_pattern()})(?=\s+en\s+(?:na\s+)?{cardinal_pattern()}\s+minuten)", _first_of_two),
        (rf"{HEDGE}{amount}\s+{played}", _elapsed),
        (rf"(?:we|wij)\s+(?:speelden|spelen)\s+(?:toen\s+)?{HEDGE}{amount}", _elapsed),
        (rf"(?:op|rond|omstreeks|tegen|na|bij|binnen|tot|vanaf|voorbij|slag\s+van)\s+(?:het\s+)?{round_time}", _elapsed),
        (rf"op\s+(?:slag|de\s+rand)\s+van\s+(?:de\s+)?{amount}", _elapsed),
        (rf"op\s+{HEDGE}{amount}{waiting}(?!\s+(?:van|tijd|afstand|na))", _elapsed),
        (r"(?:(?:al|nog|net|vlak|kort)\s+)*(?:voor|vóór)\s+het\s+(?:half\s?uur|kwartier)", _within(FIRST_HALF)),
        (r"(?:(?:al|nog|net|vlak|kort)\s+)*(?:voor|vóór)\s+het\s+uur", _within(SECOND_HALF)),
        (rf"{HEDGE}{amount}\s+{KICK_OFF}(?:\s+van\s+(?:de|het)\s+{PART})?", _elapsed),
    ]


def _part_rules() -> Rules:
    """A part of the match without a minute: "in blessuretijd", "kort na rust", "in de slotfase"."""
    break_time = r"(?:(?:de|die)\s+)?(?:rust|pauze|thee|koffie|limonade|ranja)"
    which = r"(?:de|het|die|dat|een|onze|hun)"
    stayed = r"bleef|bleven|blijft|blijven"
    start_of = r"(?:bij|aan|vanaf)\s+(?:het\s+begin|de\s+start|de\s+aanvang)\s+van\s+(?:de|het)"
    closing = (
        r"(?:(?:absolute\s+)?(?:slotfase|slotminuten|slotkwartier|slotseconden?|slot)|stervensfase|dying\s+seconds"
        r"|(?:aller)?laatste\s+(?:minuten|seconden?|tel|tellen|fase|aanval))"
    )
    opening = r"(?:openingsfase|beginfase|openingskwartier|openingsminuten|openingsminuut|(?<=het\s)begin)"
    return [
        (
            rf"(?:(?:diep|ver)\s+)?in\s+(?:(?:de|die)\s+)?(?:(?!laatste)\w+\s+)?{STOPPAGE}(?:\s+van\s+(?:de\s+)?(?:{FIRST}|{SECOND}))?",
            _stoppage,
        ),
        (rf"(?:{start_of}|(?:begon(?:nen)?|begint)\s+(?:\w+\s+){{0,4}}?aan\s+(?:de|het))\s+{SECOND}", _half_time),
        (rf"(?:in|bij|tijdens|aan|met|sinds)\s+{break_time}|bij\s+de\s+wissel(?!\s+van)|halfweg(?!\s+(?:de|het))", _half_time),
        (rf"(?:(?:achter|{stayed})\s+(?:ook\s+)?)?in\s+de\s+kleedkamer(?:\s+(?:achter|(?:achter)?gebleven|blijven))?", _changing_room),
        (rf"(?:{NEAR}\s+)?na\s+{HALF_TIME}|op\s+slag\s+van\s+de\s+hervatting", _within(SECOND_HALF)),
        (rf"(?:{NEAR}\s+)?(?:(?:nog|al)\s+)?(?:voor|vóór|tegen|tot)\s+{HALF_TIME}", _within(FIRST_HALF)),
        (rf"op\s+(?:slag|de\s+rand|het\s+randje)\s+van\s+{HALF_TIME}", _within(FIRST_HALF)),
        (rf"{NEAR}\s+(?:na\s+(?:de\s+aftrap|het\s+begin(?:signaal)?)){OF_PART}", _within(FIRST_HALF)),
        (rf"(?:{NEAR}|nog)\s+(?:voor|vóór)\s+{END}{OF_PART}|op\s+slag\s+van\s+(?:tijd|het\s+einde|het\s+laatste\s+fluitsignaal)", _closing),
        (rf"(?:in|tijdens)\s+(?:de|het|die|dat)\s+{closing}{OF_PART}|op\s+het\s+laatst|in\s+extremis", _closing),
        (rf"(?:helemaal\s+)?aan\s+het\s+einde?(?:{OF_PART}(?!\s+\w*van)|\s+van\s+(?:de\s+wedstrijd|het\s+duel))", _closing),
        (r"de\s+(?:slotfase|slotminuten)", _closing),
        (rf"in\s+(?:(?:de|het|een)\s+)?(?:\w+e\s+)?{opening}{OF_PART}", _within(FIRST_HALF)),
        (r"al\s+(?:heel\s+|erg\s+|zeer\s+)?vroeg|vroeg\s+in\s+de\s+wedstrijd", _within(FIRST_HALF)),
        (
            rf"(?:(?:halverwege|halfweg|begin|vroeg|diep|na\s+een\s+kwart\s+van)\s+)?(?:in\s+)?(?:{which}\s+)?(?:(?:hele|gehele)\s+)?(?:{PART})",
            _part_told,
        ),
    ]


def _part_told(found: Found) -> ClockReading | None:
    """The part itself, where words place something in it or open with it: "na een zwakke tweede helft" dates nothing."""
    before = found.words.string[max(0, found.words.start() - 3) : found.words.start()]
    if not _says(r"^(?:in|hal\w+|begin|vroeg|diep|na)\s|\s(?:hele|gehele)\s", found.text) and not _says(r"(?:^|[.!?*\n]\s*)$", before):
        return None
    return reading_of(found, None, (found.part or EXTRA_TIME).period, form="period")


def _changing_room(found: Found) -> ClockReading | None:
    """Half-time, where someone stays behind in the changing room or is replaced there; much else is said in it."""
    words = found.words
    before = re.split(r"[.!?\n]\s", words.string[max(0, words.start() - 60) : words.start()])[-1]
    after = re.split(r"[.!?\n]\s", words.string[words.end() : words.end() + 30])[0]
    return _half_time(found) if _says(r"bl[ei]\w*[fv]|gebleven|achter|\bliet|\blaten|wissel", before + found.text + after) else None


@lru_cache(maxsize=1)
def clock_rules() -> Sequence[tuple[re.Pattern[str], Maker]]:
    """Patterns in order of precedence: an earlier rule takes the words it matches."""
    rules = [*_minute_rules(), *_stretch_rules(), *_part_rules()]
    return [(re.compile(rf"(?<!\w)(?:{pattern})(?!\w)", re.IGNORECASE), maker) for pattern, maker in rules]
