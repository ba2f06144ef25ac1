"""Prepare: the article as a reading view with a way back to every original offset.

The view is what the later stages read: the title in front, line-break hyphenation undone, hard line
breaks joined, typographic quotes and dashes made plain. It differs from the text only by dropped and
one-for-one replaced characters, so each of its characters knows the offset it came from.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from extractor.article import Article
from extractor.report import Span

SentenceKind = Literal["title", "heading", "prose", "line"]

_TITLE = -1

_PLAIN = {
    "\u00a0": " ", "\u202f": " ", "\u2009": " ", "\t": " ",
    "\u2018": "'", "\u2019": "'", "\u201a": "'", "\u201b": "'", "\u00b4": "'", "\u0060": "'",
    "\u2032": "'", "\u201c": '"', "\u201d": '"', "\u201e": '"', "\u00ab": '"', "\u00bb": '"',
    "\u2010": "-", "\u2011": "-", "\u2012": "-", "\u2013": "-", "\u2014": "-", "\u2212": "-",
}  # fmt: skip
_DROPPED = frozenset("\r\u00ad\u200b\u200c\u200d\u2060\ufeff")

_BOILERPLATE = re.compile(
    r"""^\W*(?:
        lees\s+(?:ook|verder|meer|hier)\b | (?:bekijk|zie)\s+(?:ook|alle|alleen|hier|de\s+(?:foto|video|samenvatting|beelden))\b
      | (?:(?:het|dit)\s+)?(?:tekst|artikel|verhaal|bericht)\s+(?:gaat|loopt)\s+(?:verder|door)\b | de\s+tekst\s+gaat\s+verder\b
      | (?:alleen\s+de\s+)?meest\s+recente\s+reacties | alleen\s+de\s+meest | reageer\b | reacties\b | \d+\s+reacties?\b
      | deel\s+(?:dit|deze|op|via|het|artikel)\b | delen\s*(?:via|op|:|$) | share\b | tweet\b | volg\s+(?:ons|het|de\s+laatste|alles)\b
      | abonneer | word\s+(?:lid|abonnee) | meld\s+je\s+aan | schrijf\s+je\s+in | nieuwsbrief | log\s+in\b | registreer
      | advertentie | gesponsord | foto'?s?\s*: | foto\s+(?:door|van)\b | \(?c\)?\s*foto\b | beeld\s*: | video\s*: | bron\s*: | tekst\s*:
      | copyright | ©  | meer\s+(?:video'?s|nieuws|over|sport) | klik\s+hier | cookie | download\s+(?:de|onze)\s+app | gerelateerd
      | dit\s+(?:artikel|bericht)\s+(?:is|werd|verscheen) | laatste\s+update | gepubliceerd\s+op | terug\s+naar\s+(?:boven|overzicht)
      | wil\s+je\s+(?:meer|geen|op\s+de\s+hoogte) | ook\s+interessant | print\b | e-?mail\b | whatsapp\b | facebook\b | stem\s+(?:nu|hier)
    )""",
    re.IGNORECASE | re.VERBOSE,
)
_ABBREVIATION = re.compile(
    r"(?:^|[\s(])(?:[A-Z]|[A-Z][a-z]?|[Dd]hr|[Mm]evr|[Mm]w|[Dd]rs?|[Ii]r|[Pp]rof|[Ss]t|[Ss]te|[Ss]cheidsr|[Nn]r|[Mm]in|[Tt]oesch|[Bb]v|[Vv]\.?d"
    r"|[Oo]\.?a|[Cc]a|[Rr]esp|[Mm]r|[Aa]ss|e\.a|jr|sr|[vV]s)$"
)
_BOUNDARY = re.compile(r"[.!?…]+[\"')\]]*\s+(?=[\"'(\[]*[A-ZÀ-ÖØ-ÞŠŽĆČĐŁŚŻ0-9'])")


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of the view, offsets into the view. A `line` is an entry of a list or live blog."""

    start: int
    end: int
    paragraph: int
    kind: SentenceKind


@dataclass(frozen=True)
class Prepared:
    """An article made ready for reading.

    `origin[i]` is the offset in `article.text` of view character i, or -1 where it stands in the title.
    `boilerplate` are view ranges in which nothing is to be read.
    """

    article: Article
    view: str
    origin: tuple[int, ...]
    sentences: tuple[Sentence, ...]
    boilerplate: tuple[tuple[int, int], ...]

    def span(self, start: int, end: int) -> Span | None:
        """The place in the article of a view range; None where it lies in the title."""
        while start < end and (self.view[start].isspace() or self.origin[start] == _TITLE):
            start += 1
        while end > start and self.view[end - 1].isspace():
            end -= 1
        if start >= end:
            return None
        first, last = self.origin[start], self.origin[end - 1] + 1
        return Span(start=first, end=last, text=self.article.text[first:last])

    def sentence_at(self, offset: int) -> int:
        """Index of the sentence that holds a view offset, or the one before it."""
        low, high = 0, len(self.sentences)
        while low < high:
            middle = (low + high) // 2
            if self.sentences[middle].start <= offset:
                low = middle + 1
            else:
                high = middle
        return max(low - 1, 0)

    def in_title(self, offset: int) -> bool:
        """Whether a view offset lies in the title."""
        return self.origin[offset] == _TITLE

    def in_boilerplate(self, offset: int) -> bool:
        """Whether a view offset lies in site boilerplate."""
        return any(start <= offset < end for start, end in self.boilerplate)

    @cached_property
    def readable(self) -> str:
        """The view with site boilerplate blanked out, offsets unchanged: nothing in it counts as said."""
        characters = list(self.view)
        for start, end in self.boilerplate:
            characters[start:end] = " " * (end - start)
        return "".join(characters)

    @cached_property
    def view_offset(self) -> dict[int, int]:
        """Source offset -> view offset, for the characters that the view kept."""
        return {source: at for at, source in enumerate(self.origin) if source != _TITLE}

    def text_of(self, sentence: Sentence) -> str:
        """The sentence's words in the view."""
        return self.view[sentence.start : sentence.end]


def as_written(span: Span, view_words: str) -> str:
    """Words of the view in the article's own spelling; those of the view where a line break cuts them."""
    return span.text if len(span.text) == len(view_words) and "\n" not in span.text else view_words


def prepare(article: Article) -> Prepared:
    """Build the reading view of an article and cut it into sentences."""
    view, origin = _build_view(article)
    sentences: list[Sentence] = []
    boilerplate: list[tuple[int, int]] = []
    paragraph = 0
    for start, end in _lines(view):
        line = view[start:end]
        if _BOILERPLATE.match(line) and not _reads_on(line):
            boilerplate.append((start, end))
            continue
        in_title = origin[start] == _TITLE
        sentences += _sentences_of_line(view, start, end, paragraph, in_title)
        paragraph += 1
    return Prepared(article, view, tuple(origin), tuple(sentences), tuple(boilerplate))


def _build_view(article: Article) -> tuple[str, list[int]]:
    title = " ".join((article.title or "").split())
    characters: list[str] = []
    origin: list[int] = []
    if title and not article.text.lstrip().startswith(title):
        characters += [_PLAIN.get(c, c) for c in title] + ["\n", "\n"]
        origin += [_TITLE] * (len(title) + 2)
    text = article.text
    joined = _joined_breaks(text)
    skipped_until = 0
    for at, character in enumerate(text):
        if at < skipped_until:
            continue
        if at in joined:
            replacement, skipped_until = joined[at]
            if replacement:
                characters.append(replacement)
                origin.append(at)
            continue
        if character in _DROPPED and not (character == "\r" and text[at + 1 : at + 2] != "\n"):
            continue
        characters.append("\n" if character == "\r" else _PLAIN.get(character, character))
        origin.append(at)
    return "".join(characters), origin


def _joined_breaks(text: str) -> dict[int, tuple[str, int]]:
    """Line breaks inside hard-wrapped blocks: offset -> (replacement, offset to go on from)."""
    joined: dict[int, tuple[str, int]] = {}
    for block in re.finditer(r"(?:[^\n]*\S[^\n]*(?:\n|$))+", text):
        if not _is_hard_wrapped(block.group()):
            continue
        for found in re.finditer(r"(?<=[^\W\d_])-[ \r]*\n[ \t]*(?=[^\W\d_])|[ \t\r]*\n[ \t]*(?=\S)", block.group()):
            start, end = block.start() + found.start(), block.start() + found.end()
            hyphen = found.group().startswith("-")
            capital_follows = text[end : end + 1].isupper()
            joined[start] = ("-" if hyphen and capital_follows else "" if hyphen else " ", end)
    return joined


def _is_hard_wrapped(block: str) -> bool:
    """Whether a block's lines are one paragraph cut at a column, not entries of a list."""
    lines = [line.strip() for line in block.splitlines() if line.strip()]
    if len(lines) < 2:
        return False
    full = lines[:-1]
    if sum(line.endswith("-") and line[-2:-1].isalpha() for line in full) >= 2:
        return True
    longest = max(len(line) for line in full)
    if not 24 <= longest <= 100 or min(len(line) for line in full) < longest * 0.55:
        return False
    open_ended = sum(line[-1] not in ".!?:\"'" for line in full)
    return open_ended >= 0.5 * len(full) and not re.match(r"\d", lines[1])


def _lines(view: str) -> Iterator[tuple[int, int]]:
    for found in re.finditer(r"[^\n]+", view):
        if found.group().strip():
            yield found.start(), found.end()


def _reads_on(line: str) -> bool:
    """A long line that merely starts like boilerplate is prose, unless it is a "lees ook" teaser."""
    return len(line) > 240 and not re.match(r"\W*lees\b", line, re.IGNORECASE)


def _sentences_of_line(
    view: str, start: int, end: int, paragraph: int, in_title: bool
) -> Iterator[Sentence]:
    line = view[start:end]
    kind: SentenceKind = "prose"
    if in_title:
        kind = "title"
    elif re.match(r"\s*(?:min\w*\.?\s*)?\d{1,3}(?:'?\s?\+\s?\d{1,2})?\s?(?:'|\.|:|e\s+min|min\b|(?=-\s))", line):
        kind = "line"
    elif len(line) < 70 and not re.search(r"[.!?…:;]\W*$", line) and len(line.split()) <= 10:
        kind = "heading"
    at = start
    for found in _BOUNDARY.finditer(view, start, end):
        before = view[at : found.start()]
        if view[found.start()] == "." and (_ABBREVIATION.search(before) or _is_list_number(before)):
            continue
        yield Sentence(at, found.start() + len(found.group().rstrip()), paragraph, kind)
        at = found.end()
    if view[at:end].strip():
        yield Sentence(at, at + len(view[at:end].rstrip()), paragraph, kind)


def _is_list_number(before: str) -> bool:
    """"12. Jansen" in a list of goals: the full stop belongs to the minute."""
    return re.search(r"(?:^|[(:;,.]\s*|^\W*)\d{1,3}$", before) is not None
