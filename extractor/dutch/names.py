"""Names: every capitalised name of the view, where it stands, gathered by its written form.

This finds forms ("Koopmeiners", "Teun Koopmeiners", "Ajax"); what they are names of is `entities`'.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, replace
from functools import lru_cache

from extractor.dutch.lexicon import MONTHS, NATIONS, SENTENCE_OPENERS, WEEKDAYS, clubs, first_names, peoples, world_clubs
from extractor.dutch.words import INFIXES, Token, is_dictionary_word, tokenize
from extractor.prepare import Prepared


@dataclass(frozen=True, slots=True)
class NameMention:
    """One place where a name stands; offsets into the view."""

    start: int
    end: int
    text: str
    sentence: int
    opens: bool
    """Whether it stands where any word would have a capital."""


@dataclass(frozen=True, slots=True)
class NameForm:
    """A written form and all its places."""

    text: str
    mentions: tuple[NameMention, ...]


_NUMBERED = re.compile(r"\s(?:'\d\d|0\d|(?:18|19)\d\d|[IV]{2,3})(?![\w'.:,-]\d|\w|\s?(?:-\s?\d|min|'))")
_AGE_GROUP = re.compile(r"\s(?:(?:onder|O|U)[\s-]?\d\d|O\d\d-\d|J?[MVJ]?O\d\d(?:-\d)?)(?!\w)")
"""What follows the name of a team of the young: "Oranje onder 17", "Ajax O19"."""
_SECOND_TEAM = re.compile(r"\s[2-6](?![\w'’%]|[.,:-]\d|\s?(?:-\s?\d|min|keer|maal|goals|punten|doelpunten|tegen))")
_ABBREVIATION = re.compile(r"(?:[A-Z]\.)+[A-Z]")
"""Less its last point: "N.E.C"."""
_INHABITANT = re.compile(r"(?:er|naar|iër|aan|ees|ling|speler|keeper|doelman|spits|verdediger|coach|trainer)$")
_CLUB_PREFIXES = frozenset(["sc", "vv", "sv", "fc", "rkvv", "vc", "rkc", "svv", "avv", "asv"])
_COMPOUND = re.compile(r"^([A-ZÀ-Þ][\w'.]*(?:-[A-ZÀ-Þ][\w'.]*)*)-([a-zà-þ]\w*)$")


@dataclass(frozen=True, slots=True)
class _Run:
    """Consecutive tokens that may make up a name."""

    tokens: tuple[Token, ...]
    sentence: int
    opens: bool


def find_names(prepared: Prepared) -> tuple[NameForm, ...]:
    """All name forms of the article in the order of their first place."""
    runs = [run for index in range(len(prepared.sentences)) for run in _runs(prepared, index)]
    sure = _sure_tokens(runs)
    places: dict[str, list[NameMention]] = defaultdict(list)
    for run in runs:
        for part in _split_lists(_without_inhabitant(prepared.view, _without_opener(run, sure))):
            mention = _mention(prepared.view, part, run, sure)
            if mention is not None:
                places[mention.text].append(mention)
    _cut_off_clubs(places)
    _number_teams(prepared.view, places)
    return tuple(NameForm(text, tuple(found)) for text, found in _join_possessives(places).items())


def _runs(prepared: Prepared, index: int) -> list[_Run]:
    sentence = prepared.sentences[index]
    tokens = _joined(prepared.view, tokenize(prepared.view, sentence.start, sentence.end))
    runs: list[_Run] = []
    at = 0
    while at < len(tokens):
        lowercase_club = tokens[at].text in _CLUB_PREFIXES and at + 1 < len(tokens) and tokens[at + 1].is_capitalised
        if not _may_start(tokens[at]) and not lowercase_club:
            at += 1
            continue
        end = _end_of_run(tokens, at, prepared.view)
        runs.append(_Run(tuple(tokens[at:end]), index, _opens(tokens, at)))
        at = end
    return runs


def _joined(view: str, tokens: list[Token]) -> list[Token]:
    """The tokens with names of clubs that are known as one token, and with names like "Bodø/Glimt"."""
    joined: list[Token] = []
    at = 0
    while at < len(tokens):
        end = _end_of_club(view, tokens[at])
        first = tokens[at]
        at += 1
        while at < len(tokens) and (tokens[at].end <= end or _is_slash(tokens, at, first)):
            end = max(end, tokens[at + 1].end if _is_slash(tokens, at, first) else tokens[at].end)
            at += 1
        joined.append(first if end <= first.end else Token(first.start, end, view[first.start : end]))
    return joined


def _end_of_club(view: str, first: Token) -> int:
    """Where the longest name of a known club that starts with this token ends."""
    for name in _clubs_of_several_words().get(first.text, ()):
        end = first.start + len(name)
        if view.startswith(name, first.start) and not view[end : end + 1].isalnum():
            return end
    return first.end


def _is_slash(tokens: list[Token], at: int, first: Token) -> bool:
    """Whether a slash joins two words of a name: "Bodø/Glimt"."""
    if tokens[at].text != "/" or at + 1 >= len(tokens) or first.start == tokens[at].start:
        return False
    before, after = tokens[at - 1], tokens[at + 1]
    joins = before.end == tokens[at].start and tokens[at].end == after.start
    return joins and all(token.is_word and token.is_capitalised for token in (before, after))


@lru_cache(maxsize=1)
def _clubs_of_several_words() -> dict[str, tuple[str, ...]]:
    """Names of clubs in more than one token by their first one, the longest first."""
    found: dict[str, list[str]] = defaultdict(list)
    for name in sorted(clubs() | world_clubs(), key=len, reverse=True):
        tokens = tokenize(name, 0, len(name))
        if len(tokens) > 1 and _may_start(tokens[0]):
            found[tokens[0].text].append(name)
    return {first: tuple(names) for first, names in found.items()}


def _may_start(token: Token) -> bool:
    return token.is_word and token.is_capitalised and token.text.lower() not in MONTHS


def _end_of_run(tokens: list[Token], start: int, view: str) -> int:
    """Index after the last token of the name that starts at `start`: capitals, with infixes between them."""
    end = start + 1
    while end < len(tokens):
        ahead = end
        while ahead < len(tokens) and ahead - end < 3 and tokens[ahead].text in INFIXES:
            ahead += 1
        if not _is_capitalised_word(tokens, ahead):
            break
        gap = view[tokens[end - 1].end : tokens[end].start]
        initial = len(tokens[end - 1].text) <= 2 and gap in (". ", ".")
        if (gap not in (" ", "") and not initial) or _ends_name(tokens[end - 1]):
            break
        infixes = tokens[end:ahead]
        if infixes and not _LINKING.isdisjoint((infixes[0].text, infixes[-1].text)) and not _is_infix_pair(tokens, end):
            break
        end = ahead + 1
    after_initial = end < len(tokens) and tokens[end].text == "." and len(tokens[end - 1].text) == 1
    if after_initial and _is_capitalised_word(tokens, end + 1):
        return _end_of_run(tokens, end + 1, view)
    return end


_LINKING = frozenset(["en", "in", "op", "aan"])
"""Infixes that more often link two names than belong to one."""


def _is_capitalised_word(tokens: list[Token], at: int) -> bool:
    return at < len(tokens) and tokens[at].is_word and tokens[at].is_capitalised


def _ends_name(token: Token) -> bool:
    """A possessive or a compound ends the name: "Mbemba's Ajax", "Ajax-doelman Musso"."""
    return token.text.endswith(("'s", "'")) or _COMPOUND.match(token.text) is not None


def _is_infix_pair(tokens: list[Token], at: int) -> bool:
    """Whether a first name and two infixes stand here: only so "op de", "aan de", "in 't" are part of a name."""
    if at + 1 >= len(tokens) or tokens[at - 1].text not in first_names():
        return False
    return tokens[at].text in ("op", "in", "aan") and tokens[at + 1].text in ("de", "den", "der", "'t", "het")


def _opens(tokens: list[Token], at: int) -> bool:
    """Whether any word would have a capital here: at the start of a sentence, after a number or mark that opens one."""
    if at and at + 1 < len(tokens) and tokens[at + 1].text in (",", ";", "(", "/") and tokens[at - 1].text in (":", "."):
        return False  # the first entry of a line-up: "Vitesse: Vinke; Hartog, ..."
    before = [token.text for token in tokens[:at] if token.text not in ("'", '"', "(", "*", "-")]
    if len(before) > 3 and before[-1] == "." and before[-2].isdigit():
        return False  # a minute within a list: "(72. De Wael)"
    if not before or before[-1] in (":", ".", "!", "?", "|", "…"):
        return True
    return before[-1][0].isdigit() and at <= 3


def _sure_tokens(runs: list[_Run]) -> frozenset[str]:
    """Tokens that stand with a capital where no sentence opens, or follow another name token."""
    sure: set[str] = set()
    for run in runs:
        kept = run.tokens[1:] if run.opens else run.tokens
        sure.update(_bare(token.text) for token in kept if token.is_capitalised)
    sure.update(f"surname {run.tokens[-1].text}" for run in runs if len(run.tokens) > 1 and run.tokens[-2].text in first_names())
    for run in runs:
        infix = next((at for at, token in enumerate(run.tokens) if at and not token.is_capitalised), None)
        if infix is not None:
            sure.add(_tail(run.tokens[infix:]))
    return frozenset(sure)


def _tail(tokens: tuple[Token, ...]) -> str:
    """A surname with its infix, as it is looked up: "tail de boer"."""
    return "tail " + " ".join(_bare(token.text).lower() for token in tokens)


def _is_surname(text: str, sure: frozenset[str]) -> bool:
    """Whether a nationality is a player here: "Fransen" where "Rowin Fransen" is."""
    return f"surname {text}" in sure


def _bare(text: str) -> str:
    compound = _COMPOUND.match(text)
    if compound:
        return compound[1]
    return re.sub(r"'s?$", "", text)


def _without_opener(run: _Run, sure: frozenset[str]) -> tuple[Token, ...]:
    """The run less words that have their capital only from opening the sentence."""
    tokens = run.tokens
    while tokens and run.opens:
        word = _bare(tokens[0].text)
        lowered = word.lower()
        if lowered == "jong" and len(tokens) > 1 and (_is_club(tokens[1].text) or _is_club(tokens[1].text.capitalize())):
            return tokens
        if lowered in INFIXES and len(tokens) > 1 and _follows_infix_elsewhere(tokens, sure):
            return tokens
        if lowered not in SENTENCE_OPENERS and lowered not in INFIXES:
            is_known = _is_club(word) or word in peoples() or (word in first_names() and len(word) > 2)
            is_name = word in sure or not is_dictionary_word(lowered) or is_known
            if is_name or (len(tokens) > 1 and tokens[1].is_capitalised and word.isupper()):
                return tokens
        tokens = _from_capital(tokens[1:])
    return tokens


def _is_club(name: str) -> bool:
    return name in clubs() or name in world_clubs()


def _from_capital(tokens: tuple[Token, ...]) -> tuple[Token, ...]:
    while tokens and not tokens[0].is_capitalised:
        tokens = tokens[1:]
    return tokens


def _follows_infix_elsewhere(tokens: tuple[Token, ...], sure: frozenset[str]) -> bool:
    """Whether the infix that opens a sentence ("De Roon schoot") belongs to the name after it.

    It does where the text writes it with a capital within a sentence too. Otherwise the name itself has
    to stand elsewhere, after an infix that does not open sentences every day, or be no Dutch word after
    one that seldom opens any.
    """
    if _tail(tokens) in sure:
        return True
    infix = tokens[0].text
    name = _bare(tokens[1].text) if tokens[1].is_capitalised else _bare(tokens[-1].text)
    if name in NATIONS or name.lower() in SENTENCE_OPENERS:
        return False
    is_sure, is_no_word = name in sure, not is_dictionary_word(name)
    if infix in sure:
        return is_sure or is_no_word
    return (is_sure and infix not in _EVERYDAY_OPENERS) or (is_no_word and infix in _RARE_OPENERS)


_EVERYDAY_OPENERS = frozenset(["De", "Het", "In", "Op", "Aan", "En"])
_RARE_OPENERS = frozenset(["Van", "Den", "Ten", "Ter", "El", "Di", "Da", "Al", "La", "Le"])


def _without_inhabitant(view: str, tokens: tuple[Token, ...]) -> tuple[Token, ...]:
    """The name less a word for people from a place: "Luxemburger Weis", "Ex-Almeerder Jesse Vaarkamp"."""
    if len(tokens) < 2 or not tokens[1].is_capitalised or not _INHABITANT.search(tokens[0].text):
        return tokens
    first, second = tokens[0].text, tokens[1].text
    after_article = re.search(r"\b[Dd]e $", view[max(0, tokens[0].start - 3) : tokens[0].start]) is not None
    if (first not in first_names() and (second in first_names() or after_article)) or first in NATIONS:
        return tokens[1:]
    return tokens


_LONGEST_PERSON = 5
"""Words: "Dario Van den Eynde"."""


def _cut_off_clubs(places: dict[str, list[NameMention]]) -> None:
    """Cut "Koos Lagerberg van Excelsior" in two where Excelsior is a name by itself and "Van Excelsior" is none."""
    for form in [form for form in places if " van " in form]:
        head, _, tail = form.partition(" van ")
        tail = re.sub(r"^(?:de|het|den) ", "", tail)
        is_whole = form.endswith(f" van {tail}")
        is_name = tail in places or tail in clubs() or (is_whole and any(other.endswith(f" {tail}") for other in places if other != form))
        if not is_name or f"Van {tail}" in places or len(head.split()) > _LONGEST_PERSON:
            continue
        for mention in places.pop(form):
            cut, rest = mention.start + len(head), mention.end - len(tail)
            places[head].append(NameMention(mention.start, cut, head, mention.sentence, mention.opens))
            places[tail].append(NameMention(rest, mention.end, tail, mention.sentence, False))


_TIMES_NUMBERED = 2
"""How often a number must follow a name to be part of it."""


def _number_teams(view: str, places: dict[str, list[NameMention]]) -> None:
    """Make "Ajax 2" a name of its own where it is written so more than once."""
    for form in list(places):
        numbers: dict[str, list[NameMention]] = defaultdict(list)
        for mention in places[form]:
            found = _SECOND_TEAM.match(view, mention.end)
            if found:
                numbers[found.group()].append(mention)
        for number, mentions in numbers.items():
            if len(mentions) >= _TIMES_NUMBERED:
                places[form] = [mention for mention in places[form] if mention not in mentions]
                named = [replace(m, end=m.end + len(number), text=form + number) for m in mentions]
                places[form + number] = sorted((*places.get(form + number, ()), *named), key=lambda m: m.start)
        if not places[form]:
            del places[form]


def _split_lists(tokens: tuple[Token, ...]) -> list[tuple[Token, ...]]:
    """Cut "Ajax-doelman Musso" and possessives apart; nationality words stand alone."""
    parts: list[tuple[Token, ...]] = []
    current: list[Token] = []
    for token in tokens:
        compound = _COMPOUND.match(token.text)
        if compound:
            head = Token(token.start, token.start + len(compound[1]), compound[1])
            parts.append((*current, head))
            current = []
            continue
        if token.text in NATIONS and not current and len(tokens) > 1:
            continue
        current.append(token)
        if token.text.endswith("'s"):
            parts.append(tuple(current))
            current = []
    if current:
        parts.append(tuple(current))
    return [part for part in parts if part]


def _mention(view: str, tokens: tuple[Token, ...], run: _Run, sure: frozenset[str]) -> NameMention | None:
    while tokens and not tokens[-1].is_capitalised:
        tokens = tokens[:-1]
    if not tokens:
        return None
    start, end = tokens[0].start, tokens[-1].end
    text = view[start:end]
    bare = re.sub(r"'s?$", "", text)
    end -= len(text) - len(bare)
    if _ABBREVIATION.fullmatch(text) and view[end : end + 1] == ".":
        end, text, bare = end + 1, text + ".", bare + "."
    numbered = _NUMBERED.match(view, end) or _AGE_GROUP.match(view, end)
    if numbered and text == bare:
        end = numbered.end()
    text = view[start:end]
    if text in NATIONS and text not in peoples() and not _is_surname(text, sure):
        return None
    if len(text) < 2 or text.lower() in WEEKDAYS or (not text[0].isalpha() and text[0] != "'"):
        return None
    opens = run.opens and tokens[0] == run.tokens[0]
    return NameMention(start, end, text, run.sentence, opens)


def _join_possessives(places: dict[str, list[NameMention]]) -> dict[str, list[NameMention]]:
    """The forms less a genitive s: "Jansens voorzet" where "Jansen" is a form too."""
    joined: dict[str, list[NameMention]] = {}
    lasts = {form.split()[-1] for form in places}
    for form, mentions in places.items():
        owner = form[:-1]
        if form.endswith("s") and len(form) > 4 and not _is_club(form) and owner.split()[-1] in lasts and len(mentions) <= 2:
            joined.setdefault(owner, []).extend(replace(m, end=m.end - 1, text=owner) for m in mentions)
        else:
            joined.setdefault(form, []).extend(mentions)
    return joined
