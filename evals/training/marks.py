"""Make the marks of labelled articles (`evals.article_marks`) from their labels: `python -m evals.training.marks [FOLDER ...]`.

The words of an article are marked as those of the phrase corpus are. Names come from the label and the reader's name finder, roles from
the quotes and `who`, times from the label and, for times that date no event, from the reader's clock. What a person has put
right by hand (the mark ends in "hand") stays as it is.
"""

from __future__ import annotations

import re
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from evals.article_marks import ArticleMark, Part, check_marks, parts, read_marks, time_tag, times, write_marks
from evals.fixtures import FIXTURES, Json
from evals.marks import NO_ROLE, Mark
from evals.training.examples import Labelled, load
from evals.validate import flat
from extractor.article import Article
from extractor.dutch.clock import ClockReading, read_clock
from extractor.dutch.lexicon import NATIONS, clubs
from extractor.dutch.names import find_names
from extractor.dutch.words import is_dictionary_word
from extractor.prepare import Prepared, prepare

_LINE_UP = re.compile(r"aftrap|basis|opstelling|begonnen?\b|startten?\b|elftal|opgesteld|onder de lat|posteerde", re.IGNORECASE)
_INHABITANTS = re.compile(r"(?:se|sen|ers|aars|aren|anen|ezen|iërs?|\w{4}enaar)$")
_PRONOUNS = frozenset("hij zij ze hem haar die dezelfde".split())


@dataclass(frozen=True, slots=True)
class _Name:
    """What a form names: a tag, the side, and the player."""

    tag: str
    side: str | None = None
    person: str | None = None


@dataclass(frozen=True)
class _Place:
    """A name in the view."""

    start: int
    end: int
    name: _Name


@dataclass(frozen=True)
class _Subject:
    """An article with its label, looked at for marks."""

    item: Labelled

    @property
    def prepared(self) -> Prepared:
        """The view."""
        return self.item.prepared

    @property
    def label(self) -> Json:
        """The label."""
        return self.item.label

    @cached_property
    def forms(self) -> dict[str, _Name]:
        """What each written form names. A form of two players of one side has no person."""
        names = dict(_forms(self.label))
        return {_plain(form): name for form, name in names.items()}

    @cached_property
    def forms_of(self) -> dict[str, frozenset[str]]:
        """The forms of each player, those that are another's as well included."""
        found: dict[str, frozenset[str]] = {}
        for player in self.label["players"]:
            found[player["name"]] = frozenset(_plain(form) for form in _player_forms(player))
        return found

    @cached_property
    def sides(self) -> dict[str, str]:
        """The side of each player."""
        return {player["name"]: player["team"] for player in self.label["players"]}

    def mark(self, place: _Place, tags: tuple[str, ...]) -> ArticleMark | None:
        """A place of the view as a mark in the text; None in the title."""
        span = self.prepared.span(place.start, place.end)
        if span is None or self.prepared.in_title(place.start):
            return None
        return ArticleMark(Mark(span.start, span.end, span.text, tags, place.name.side), place.name.person)

    def view_range(self, start: int, end: int) -> tuple[int, int]:
        """A range of the text in the view."""
        at = [self.prepared.view_offset[i] for i in range(start, end) if i in self.prepared.view_offset]
        return (at[0], at[-1] + 1) if at else (0, 0)


def _plain(form: str) -> str:
    """A form as the view writes it."""
    return prepare(Article(text=form)).view.strip()


def _player_forms(player: Json) -> Iterator[str]:
    yield from (player["name"], *player["aliases"], player["name"].split()[-1])


def _forms(label: Json) -> Iterator[tuple[str, _Name]]:
    """(form, what it names), what is surer last."""
    fixtures = [fixture["opponent"] for fixture in label["next_fixtures"]]
    yield from ((form, _Name("club")) for form in fixtures if form)
    yield from ((form, _Name("name")) for form in (label["venue"]["stadium"], label["venue"]["city"], label["competition"]) if form)
    for tag, side, name in (
        ("referee", None, label["referee"]),
        ("coach", "home", label["home"]["coach"]),
        ("coach", "away", label["away"]["coach"]),
    ):
        if name:
            yield from ((form, _Name(tag, side)) for form in (name.split()[-1], name))
    named: dict[str, list[Json]] = defaultdict(list)
    for player in label["players"]:
        for form in dict.fromkeys(_player_forms(player)):
            named[form].append(player)
    full = {form for player in label["players"] for form in (player["name"], *player["aliases"])}
    for form, players in named.items():
        # A surname that no label lists may be anybody's; it stands behind the forms that are listed.
        sides = {player["team"] for player in players}
        one = players[0]["name"] if len(players) == 1 else None
        if form in full or one:
            yield form, _Name(NO_ROLE, sides.pop() if len(sides) == 1 else None, one)
    for side in ("home", "away"):
        yield from ((form, _Name("club", side)) for form in (label[side]["name"], *label[side]["aliases"]))


def derive(item: Labelled) -> list[ArticleMark]:
    """The marks of an article that follow from its label."""
    subject = _Subject(item)
    times_ = list(_time_marks(subject))
    names = [one for one in _names(subject) if not any(_overlap(one.mark, time.mark) for time in times_)]
    marked = {(one.mark.start, one.mark.end): one for one in names}
    for part in parts(subject.label, item.prepared.article.text):
        place = _place_of(subject, part, marked.values())
        if place is None:
            continue
        mark = place.mark
        if (mark.start, mark.end) in marked:
            mark = marked[mark.start, mark.end].mark
        tags = tuple(dict.fromkeys([*(tag for tag in mark.tags if tag != NO_ROLE), part.tag]))
        marked = {key: one for key, one in marked.items() if key == (mark.start, mark.end) or not _overlap(one.mark, mark)}
        marked[mark.start, mark.end] = ArticleMark(replace(mark, tags=tags, side=subject.sides[part.person]), part.person)
    whole = [*marked.values(), *(time for time in times_ if not any(_overlap(time.mark, one.mark) for one in marked.values()))]
    return sorted(_with_starters(subject, whole), key=lambda one: one.mark.start)


def _overlap(one: Mark, other: Mark) -> bool:
    return one.start < other.end and other.start < one.end


def _names(subject: _Subject) -> Iterator[ArticleMark]:
    """Every name, without roles."""
    view = subject.prepared.view
    pattern = "|".join(re.escape(form).replace(r"\ ", r"\s+") for form in sorted(subject.forms, key=len, reverse=True))
    found = [
        _Place(hit.start(), hit.end(), subject.forms[" ".join(hit.group().split())])
        for hit in re.finditer(rf"(?<!\w)(?<!\w')(?:{pattern})(?=(?:s\b)?(?!\w|'(?:er|ers|ster)\b))", view)
    ]
    known = subject.forms.keys()
    others = [
        _Place(mention.start, mention.end, _Name("club" if form.text in clubs() else "name"))
        for form in find_names(subject.prepared)
        if form.text not in known and not _is_no_name(form.text)
        for mention in form.mentions
        if not mention.opens
    ]
    for place in (*found, *(other for other in others if not any(p.start < other.end and other.start < p.end for p in found))):
        mark = subject.mark(place, (place.name.tag,))
        if mark is not None and not subject.prepared.in_boilerplate(place.start):
            yield mark


def _is_no_name(form: str) -> bool:
    """Whether a capital does not make it a name: an ordinary word, "Luikse", "Genkenaren"."""
    is_one_word = len(form.split()) == 1
    return is_one_word and (form in NATIONS or _INHABITANTS.search(form) is not None or is_dictionary_word(form))


def _place_of(subject: _Subject, part: Part, marked: Iterable[ArticleMark]) -> ArticleMark | None:
    """The words in a quote that name the person: as `who` says, else a form of the name, the last one."""
    inside = [one for one in marked if part.start <= one.mark.start and one.mark.end <= part.end]
    quote: Json = subject.label["quotes"][part.path]
    who: str | list[str] = quote.get("who", {}).get(part.field) or []
    said = [who] if isinstance(who, str) else who
    named = [one for one in inside if one.person == part.person or _may_be(subject, one, part.person)]
    for words in said:
        if words.lower() in _PRONOUNS and named and len(quote["text"]) > 1:
            # The pronoun belongs to another quote of the event.
            continue
        if place := _said(subject, part, words):
            return place
    return max(named, key=lambda one: one.mark.start, default=None)


def _may_be(subject: _Subject, one: ArticleMark, person: str) -> bool:
    """Whether a form that several players share can stand for this one."""
    return one.person is None and NO_ROLE in one.mark.tags and " ".join(one.mark.text.split()) in subject.forms_of[person]


def _said(subject: _Subject, part: Part, words: str) -> ArticleMark | None:
    """The given words in a quote, in their own spelling if it is there."""
    start, end = subject.view_range(part.start, part.end)
    pattern = rf"(?<!\w){re.escape(_plain(flat(words)))}(?!\w)".replace(r"\ ", r"\s+")
    for flags in (re.NOFLAG, re.IGNORECASE):
        if hit := re.compile(pattern, flags).search(subject.prepared.view, start, end):
            return subject.mark(_Place(hit.start(), hit.end(), _Name(part.tag, subject.sides[part.person], part.person)), ())
    return None


def _time_marks(subject: _Subject) -> Iterator[ArticleMark]:
    """The times of the events in their quotes (else where the words stand first), and the reader's of what is between them."""
    view = subject.prepared.view
    quoted: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for path, quote in subject.label["quotes"].items():
        for passage in quote["text"]:
            at = subject.prepared.article.text.find(passage)
            quoted[path].append(subject.view_range(at, at + len(passage)))
    taken: dict[tuple[int, int], tuple[str, ...]] = {}
    for path, words, tag in times(subject.label):
        pattern = re.compile(rf"(?<!\w){re.escape(_plain(flat(words)))}(?!\w)".replace(r"\ ", r"\s+"), re.IGNORECASE)
        hits = [hit.span() for start, end in quoted[path] for hit in pattern.finditer(view, start, end)]
        hits = hits or [hit.span() for hit in pattern.finditer(view) if not subject.prepared.in_title(hit.start())][:1]
        for hit in hits:
            if not any(a < hit[1] and hit[0] < b for a, b in taken.keys() - {hit}):
                taken[hit] = tuple(dict.fromkeys([*taken.get(hit, ()), tag]))
    for reading in read_clock(subject.prepared):
        place = reading.start, reading.end
        if not any(a < place[1] and place[0] < b for a, b in taken) and not subject.prepared.in_boilerplate(place[0]):
            taken[place] = (_clock_tag(reading),)
    for (start, end), tags in taken.items():
        mark = subject.mark(_Place(start, end, _Name(tags[0])), tags)
        if mark is not None:
            yield mark


def _clock_tag(reading: ClockReading) -> str:
    if reading.form == "relative":
        return "later"
    return time_tag(
        {"minute": reading.minute, "added_time": reading.added_time, "period": reading.period, "exact": reading.exact},
    )


def _with_starters(subject: _Subject, marks: Sequence[ArticleMark]) -> Iterator[ArticleMark]:
    """The marks, with `started` for players of the line-up where it is told: in a list of six of a side, or by its words."""
    started = {player["name"] for player in subject.label["players"] if player["started"]}
    offset = subject.prepared.view_offset
    sentence_of = {id(one): subject.prepared.sentence_at(offset[one.mark.start]) for one in marks}
    sides: dict[int, list[str | None]] = defaultdict(list)
    for one in marks:
        if one.person:
            sides[sentence_of[id(one)]].append(one.mark.side)
    for one in marks:
        number = sentence_of[id(one)]
        text = subject.prepared.text_of(subject.prepared.sentences[number])
        is_line_up = sides[number].count(one.mark.side) >= 6 or _LINE_UP.search(text) is not None
        if one.person in started and is_line_up and one.mark.tags == (NO_ROLE,):
            yield replace(one, mark=replace(one.mark, tags=("started",)))
        elif one.person in started and sides[number].count(one.mark.side) >= 6 and one.mark.tags == ("out",):
            yield replace(one, mark=replace(one.mark, tags=("out", "started")))
        else:
            yield one


def with_hand(derived: Sequence[ArticleMark], before: Sequence[ArticleMark]) -> list[ArticleMark]:
    """The derived marks, those that were set by hand in place of what they lie over."""
    by_hand = [one for one in before if one.by_hand]
    kept = [one for one in derived if not any(_overlap(one.mark, hand.mark) for hand in by_hand)]
    return sorted([*kept, *by_hand], key=lambda one: one.mark.start)


def mark_folder(folder: Path) -> Mapping[str, list[ArticleMark]]:
    """Mark all articles of a folder and write the marks beside them."""
    before = read_marks(folder)
    marks = {item.name: with_hand(derive(item), before.get(item.name, ())) for item in load(folder)}
    write_marks(folder, marks)
    return marks


def main(arguments: Sequence[str] | None = None) -> int:
    """Mark folders, and say what is still missing. The exit code."""
    given = sys.argv[1:] if arguments is None else arguments
    problems = 0
    for folder in [Path(one) for one in given] or [FIXTURES / "train"]:
        marks = mark_folder(folder)
        found = check_marks(folder)
        for problem in found:
            print(problem)
        count = sum(len(one) for one in marks.values())
        print(f"{folder}: {len(marks)} articles, {count} marks, {len(found)} problems")
        problems += len(found)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
