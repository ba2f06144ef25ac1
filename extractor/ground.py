"""Ground: every claim gets the places in the article that hold its values, or is rejected with a reason.

Quotes are found to the letter, or after white space, typographic quotes and case are made plain and
mapped back; never by likeness. A name counts only in a form that the article writes.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from extractor.claim import Claim, Rejected, ScorePair
from extractor.dutch.dates import resolve_date, told_day
from extractor.dutch.reading import Reading
from extractor.prepare import Prepared
from extractor.report import MatchTime, Span

_DERIVED = frozenset(["status", "leg", "extra_time", "date", "player", "team", "score", "half_time", "shootout", "aggregate"])
"""Kinds whose value is derived from words of the article rather than copied from them."""
_NAMED = frozenset(["competition", "round", "stadium", "city", "referee"])
"""Kinds whose value is words of the article, which may stand in the title alone."""
_SCORES = frozenset(["score", "half_time", "shootout", "aggregate"])

_BEHIND: Mapping[tuple[str, str], str] = {
    ("leg", "1"): r"return|terugwedstrijd|terugmatch|eerste\s+(?:duel|wedstrijd|ontmoeting)|heen(?:wedstrijd|duel|match)",
    ("leg", "2"): r"return|terugwedstrijd|terugmatch|tweede\s+(?:duel|wedstrijd|ontmoeting)|heen(?:wedstrijd|duel|match)"
    r"|eerste\s+(?:duel|wedstrijd)|twee\s+(?:wedstrijden|duels)",
    ("extra_time", "true"): r"verleng",
    ("status", "abandoned"): r"gestaakt|staakte|staken|stilgelegd|afgebroken|stopgezet|niet\s+uitgespeeld|hervat",
    ("status", "postponed"): r"afgelast|afgelasting|uitgesteld|uitstel|verplaatst|niet\s+door|verzet",
    ("status", "in_progress"): r"rust|tussenstand|minuut|nog\s+te\s+spelen|live|nu\b",
}
"""What the article must say somewhere before a model's derived value is believed."""


@dataclass(frozen=True)
class Grounded:
    """Claims with spans that hold them, and the rest with reasons."""

    claims: tuple[Claim, ...]
    rejected: tuple[Rejected, ...]

    @property
    def wrong(self) -> tuple[Rejected, ...]:
        """Those that were rejected as a whole: a correction of what entered without its time would tell it twice."""
        return tuple(rejected for rejected in self.rejected if not rejected.in_part)


def ground(claims: Sequence[Claim], reading: Reading) -> Grounded:
    """Find or check the spans of every claim."""
    accepted: list[Claim] = []
    rejected: list[Rejected] = []
    for claim in claims:
        result = _ground(claim, reading)
        if isinstance(result, Rejected):
            rejected.append(result)
            continue
        accepted.append(result)
        if result.time is None and (said := _said_time(claim)) is not None:
            rejected.append(Rejected(claim, f"its time is left out: the article does not tell {said!r}", in_part=True))
    return Grounded(tuple(accepted), tuple(rejected))


def _ground(claim: Claim, reading: Reading) -> Claim | Rejected:
    prepared = reading.prepared
    if (missing := _missing_words(claim, prepared)) is not None:
        return Rejected(claim, missing)
    spans = [*claim.spans, *(found for quote in claim.quotes if (found := find_quote(prepared, quote)))]
    if claim.source == "model" and claim.kind in _DERIVED:
        return _derived(claim, spans, reading)
    if not spans and claim.kind in _NAMED and _in_title(claim, prepared):
        return claim
    if not spans and claim.quotes:
        return Rejected(claim, "its quote is not in the article")
    if not spans and claim.kind not in _DERIVED:
        spans = _spans_of_value(claim, prepared)
        if not spans:
            return Rejected(claim, "no place in the article holds it")
    completed = _complete(claim, spans, reading)
    if isinstance(completed, Rejected):
        return completed
    return _with_time(replace(claim, spans=tuple(completed), quotes=()), reading)


def _missing_words(claim: Claim, prepared: Prepared) -> str | None:
    """Why a claim can't be true of this article: a name or words that it does not write, or None."""
    for name in claim.people.values():
        if not _occurs(prepared, name):
            return f"the article does not name {name!r}"
    for field, words in claim.words.items():
        if field != "time" and not all(_occurs(prepared, part) for part in words.split("\n") if part):
            return f"the article does not say {words!r} ({field})"
    return None


def _derived(claim: Claim, spans: list[Span], reading: Reading) -> Claim | Rejected:
    """A model's derived value counts only where the article writes what it derives from."""
    prepared = reading.prepared
    if claim.kind in _SCORES:
        if claim.score is None or not _has_score(prepared.readable, claim.score):
            return Rejected(claim, f"the article writes no such score: {claim.score}")
        return replace(claim, spans=tuple(span for span in spans if _has_score(span.text, claim.score)), quotes=())
    if claim.kind == "date":
        told = told_day(claim.value or "", prepared.readable)
        resolved = resolve_date(told.group(), prepared.article.published) if told else None
        if told is None or resolved is None:
            return Rejected(claim, f"no date follows from {claim.value!r} in the article and the date of publication")
        place = prepared.span(told.start(), told.end())
        return replace(claim, value=resolved, spans=() if place is None else (place,), quotes=())
    if claim.kind in ("player", "team"):
        named = _places_of(prepared, next(iter(claim.people.values()), "") or claim.words.get("name", ""))
        return replace(claim, spans=tuple(spans) or tuple(named[:1]), quotes=())
    pattern = _BEHIND.get((claim.kind, claim.value or ""))
    found = None if pattern is None else re.search(pattern, prepared.readable, re.IGNORECASE)
    if pattern is not None and found is None:
        return Rejected(claim, f"nothing in the article says so: {claim.kind} {claim.value}")
    place = None if found is None else prepared.span(found.start(), found.end())
    return replace(claim, spans=tuple(spans) or (() if place is None else (place,)), quotes=())


def _has_score(passage: str, score: ScorePair) -> bool:
    """Whether a passage writes a score, in either order."""
    one, other = score
    return re.search(rf"(?<!\d)(?:{one}\s?[-\u2013:]\s?{other}|{other}\s?[-\u2013:]\s?{one})(?!\d)", passage) is not None


def _places_of(prepared: Prepared, name: str) -> list[Span]:
    """Where the article's text writes a name, as whole words."""
    spans = [prepared.span(m.start(), m.end()) for m in re.finditer(_whole(name), prepared.readable)] if name.split() else []
    return [span for span in spans if span is not None]


def find_quote(prepared: Prepared, quote: str) -> Span | None:
    """The place of a quote: to the letter, else with white space, quotation marks and case made plain.

    Only whole words count, and nothing in site boilerplate or in the title.
    """
    if len(quote.strip()) < 3:
        return None
    exact = (prepared.view, range(len(prepared.view)), _typed(quote.strip()))
    plain, origin = _plain(prepared.view)
    for text, offsets, wanted in (exact, (plain, origin, _plain(quote)[0].strip())):
        at = text.find(wanted) if wanted else -1
        while at >= 0:
            end = at + len(wanted)
            cuts_first = wanted[0].isalnum() and text[max(0, at - 1) : at].isalnum()
            cuts_last = wanted[-1].isalnum() and text[end : end + 1].isalnum()
            if not cuts_first and not cuts_last and not prepared.in_title(offsets[at]):
                return prepared.span(offsets[at], offsets[end - 1] + 1)
            at = text.find(wanted, at + 1)
    return None


def _plain(text: str) -> tuple[str, list[int]]:
    """Case folded one for one, white space runs as one blank; with the offset of each character."""
    table = {"\u2018": "'", "\u2019": "'", "\u201c": '"', "\u201d": '"', "\u201e": '"', "\u2013": "-", "\u2014": "-", "\u00a0": " "}
    characters: list[str] = []
    origin: list[int] = []
    for at, character in enumerate(text):
        plain = table.get(character, character)
        if plain.isspace():
            if characters and characters[-1] == " ":
                continue
            plain = " "
        lowered = plain.lower()
        characters.append(lowered if len(lowered) == 1 else plain)
        origin.append(at)
    return "".join(characters), origin


def _occurs(prepared: Prepared, words: str) -> bool:
    return holds(prepared.readable, words) or holds(prepared.readable, _typed(words))


def _typed(words: str) -> str:
    """Words with the apostrophes and dashes that the view has."""
    return words.translate(str.maketrans({"\u2018": "'", "\u2019": "'", "\u2013": "-", "\u2014": "-", "\u00a0": " "}))


def _whole(words: str) -> str:
    """A pattern for words as whole words, white space aside."""
    return r"(?<!\w)" + r"\s+".join(re.escape(part) for part in words.split()) + r"(?!\w)"


def holds(passage: str, words: str) -> bool:
    """Whether a passage holds words as whole words, white space aside."""
    return bool(words.split()) and re.search(_whole(words), passage) is not None


def _in_title(claim: Claim, prepared: Prepared) -> bool:
    """A fact that only the title states has no span: the title is not part of the text."""
    title = prepared.article.title
    return bool(title and claim.value and holds(title, claim.value))


def _spans_of_value(claim: Claim, prepared: Prepared) -> list[Span]:
    """Where a match-level value stands, for claims that bring no quote; to the letter."""
    return _places_of(prepared, _typed(claim.value or ""))[:1]


def _forms(reading: Reading, name: str) -> tuple[str, ...]:
    """All forms in which the article names somebody, the surname included."""
    for entity in reading.entities:
        if name in entity.forms:
            return tuple(dict.fromkeys((name, *entity.forms)))
    return (name, name.rsplit(maxsplit=1)[-1])


def _complete(claim: Claim, spans: list[Span], reading: Reading) -> list[Span] | Rejected:
    """Add the sentence that names a person whom the spans only refer to; reject when none is near."""
    for role, name in claim.people.items():
        forms = _forms(reading, name)
        if any(holds(span.text, form) or holds(_joined(span.text), form) for span in spans for form in forms):
            continue
        nearby = _naming_span(reading, forms, spans)
        if nearby is None:
            return Rejected(claim, f"its evidence does not name {name!r} ({role})")
        spans.append(nearby)
    return sorted(set(spans), key=lambda span: span.start)


def _joined(text: str) -> str:
    """A passage with hyphenated line breaks undone."""
    return re.sub(r"-\s*\n\s*", "", text)


def _naming_span(reading: Reading, forms: Sequence[str], spans: Sequence[Span]) -> Span | None:
    """The last sentence before the evidence, at most five back, that names the person."""
    if not spans:
        return None
    prepared = reading.prepared
    start = prepared.view_offset.get(spans[0].start)
    if start is None:
        return None
    here = prepared.sentence_at(start)
    for index in range(here, max(-1, here - 6), -1):
        sentence = prepared.sentences[index]
        if sentence.kind != "title" and any(holds(prepared.text_of(sentence), form) for form in forms):
            return prepared.span(sentence.start, sentence.end)
    return None


def _said_time(claim: Claim) -> str | None:
    """The words that a claim gives for its time."""
    return claim.words.get("time") if claim.time is None else claim.time.text


def _with_time(claim: Claim, reading: Reading) -> Claim:
    """Read the words a model gave for the time, and add their place to the evidence."""
    time = claim.time
    if time is None and (words := claim.words.get("time")):
        time = _read_time(words, claim, reading)
        claim = replace(claim, words={k: v for k, v in claim.words.items() if k != "time"})
    if time is None:
        return replace(claim, time=None)
    if any(holds(_joined(span.text), time.text) or time.text in span.text for span in claim.spans):
        return replace(claim, time=time)
    place = _nearest(reading.prepared, time.text, claim.spans)
    if place is None:
        return replace(claim, time=None)
    return replace(claim, time=time, spans=tuple(sorted({*claim.spans, place}, key=lambda span: span.start)))


def _read_time(words: str, claim: Claim, reading: Reading) -> MatchTime | None:
    """The clock reading that these words of the article stand for."""
    wanted = " ".join(words.lower().split())
    view = reading.prepared.view
    options = [
        option
        for option in reading.clock
        if holds(wanted, said := view[option.start : option.end].lower().strip()) or (len(wanted) > 3 and holds(said, wanted))
    ]
    if not options:
        return None
    at = reading.prepared.view_offset.get(claim.spans[0].start, 0) if claim.spans else 0
    best = min(options, key=lambda r: abs(r.start - at))
    said = view[best.start : best.end].strip()
    return MatchTime(minute=best.minute, added_time=best.added_time, period=best.period, exact=best.exact, text=said)


def _nearest(prepared: Prepared, words: str, spans: Sequence[Span]) -> Span | None:
    """The sentence nearest to the evidence that holds these words."""
    at = spans[0].start if spans else 0
    options: list[Span] = []
    for sentence in prepared.sentences:
        if sentence.kind != "title" and words in prepared.text_of(sentence):
            span = prepared.span(sentence.start, sentence.end)
            if span is not None:
                options.append(span)
    return min(options, key=lambda span: abs(span.start - at), default=None)
