"""The phrase corpus, `phrases/*.jsonl`: is it sound, is there enough of everything, does it repeat itself, `dev` or `test`?

`python -m evals.phrase_corpus` prints the table; `matchreport fixtures check` runs the check.
"""

from __future__ import annotations

import json
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import groupby, pairwise
from pathlib import Path
from typing import Any

import simplemma
from rich.console import Console
from rich.table import Table

from evals.fixtures import FIXTURES, Json, load
from evals.marks import DETAILS, NO_ROLE, ROLE_TAGS, Mark, faults
from evals.validate import Problem, flat

FOLDER = "phrases"
HELD_OUT = ("dev", "test")
KINDS = ("this", "other", "neg")
"""Told of this match; of another one; an event of this match that did not happen."""

FEWEST_PASSAGES = 6_000
FEWEST_MARKS = 150
FEWEST_VERBS = 50
"""Different verbs of a role."""
NEGATIVES = (0.28, 0.40)
"""About a third of the passages is `other` or `neg`."""

RUN = 4
"""Words of the runs that two passages are compared by."""
ALIKE = 0.25
"""Two passages that share a quarter of their runs, two of five of each, are one sentence written twice: all that were looked at above it
begin alike or have one build. Below it they share a fixed expression ("in de # e minuut een voorzet van @")."""
LONG_RUN = 6
FEWEST_CONTENT = 3
"""Six words that a passage has in common with `dev` or `test` are somebody's wording when three of them carry meaning; with fewer they are
everybody's ("via de binnenkant van de paal", "was er als de kippen bij")."""
CONTAINED = 0.4
"""So much of a passage in one article is a copy."""

_WORD = re.compile(r"@|\d+|[^\W\d_]+")
_FUNCTION_WORDS = frozenset(
    """de het een en of maar want dus toen nadat waarna waarop waardoor terwijl omdat doordat als dan dat die dit deze wie wat waar welke
    ik je jij u hij zij ze we wij hem haar hun hen zijn mijn ons onze jullie zich zelf er daar hier erin eruit erop eraf ervan eraan erbij
    in op aan van voor met bij naar uit over door om tegen tot na te ten ter per via langs achter onder boven tussen binnen buiten naast
    sinds tijdens zonder vanaf vanuit vanwege richting af toe heen terug weg mee neer niet geen nog al ook wel weer pas net zo nu eens
    even meer veel heel erg te maar zelfs toch alleen nooit ooit altijd steeds snel meteen vervolgens eerst echter bijna juist nauwelijks
    is was waren ben bent wordt werd werden worden geworden heeft had hebben hadden heb gehad kan kon konden kunnen moet moest moesten
    moeten mag mocht mochten mogen zal zou zouden zullen wil wilde wilden willen gaat ging gingen gaan komt kwam kwamen komen laat liet
    lieten laten bleef blijft bleven blijven eerste tweede derde e ste s t n twee drie vier vijf zes zeven acht negen tien""".split()
)  # fmt: skip
_NO_VERBS = frozenset(
    """een en aan geen tegen eigen binnen been tien alleen even tussen seizoen zestien heen buiten meteen iedereen hen zeven boven negen
    men open achten schoen steen geleden teen samen misschien vooraan voorheen vergelen kaarten bassen vossen vinken borsten boeren
    daarvoren waartegen ertegen bovenaan nummeren scheenbeen dertien veertien vijftien zeventien achttien negentien talen
    stukken blessuren aanvallen goalen kapitein teken bankzitten hamstringen hoeken ballen palen latten doelen meten helften""".split()
)  # fmt: skip
"""Dictionary forms that end like verbs, and are none here."""
_AUXILIARIES = frozenset("hebben zijn worden zullen kunnen moeten mogen willen".split())


@dataclass(frozen=True)
class Passage:
    """One line of the corpus: a passage with its marks, and where it stands."""

    where: str
    kind: str
    text: str
    marks: tuple[Mark, ...]

    @cached_property
    def words(self) -> tuple[str, ...]:
        """In lower case, names as @ and numbers as #."""
        return tuple(word for _, word in self.placed)

    @cached_property
    def placed(self) -> tuple[tuple[int, str], ...]:
        """The masked words, each with its offset."""
        found: list[tuple[int, str]] = []
        at = 0
        for mark in sorted((one for one in self.marks if _is_masked(one)), key=lambda one: one.start):
            found += _plain(self.text, at, mark.start)
            found.append((mark.start, "@"))
            at = mark.end
        return (*found, *_plain(self.text, at, len(self.text)))

    @cached_property
    def runs(self) -> frozenset[tuple[str, ...]]:
        """Its runs of four masked words of which at most one is a mask."""
        return frozenset(run for run in _runs(self.words, RUN) if sum(word in "@#" for word in run) <= 1)


def _is_masked(mark: Mark) -> bool:
    """Names are; "de spits" and the time are words like any other."""
    return not mark.is_time and mark.text.split()[-1][:1].isupper()


def _plain(text: str, start: int, end: int) -> Iterator[tuple[int, str]]:
    for found in _WORD.finditer(text, start, end):
        yield found.start(), "#" if found.group().isdigit() else found.group().lower()


def _runs(words: Sequence[str], length: int) -> Iterator[tuple[str, ...]]:
    return (tuple(words[at : at + length]) for at in range(len(words) - length + 1))


def read_passages(folder: Path) -> tuple[list[Passage], list[Problem]]:
    """The passages of a folder, and the lines that are none."""
    passages: list[Passage] = []
    problems: list[Problem] = []
    for path in sorted(folder.glob("*.jsonl")):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            where = f"{path.name}:{number}"
            try:
                passages.append(_passage(where, json.loads(line)))
            except (ValueError, KeyError, TypeError) as error:
                problems.append(Problem(where, "-", f"is no passage: {error!r}"))
    return passages, problems


def _passage(where: str, record: Json) -> Passage:
    marks = tuple(Mark(int(m["start"]), int(m["end"]), str(m["text"]), tuple(m["tags"]), m["side"]) for m in record["marks"])
    return Passage(where, str(record["kind"]), str(record["text"]), marks)


def check_phrases(folder: Path) -> list[Problem]:
    """Everything that is wrong with the phrase corpus of a folder of fixtures; nothing where it has none."""
    if not (folder / FOLDER).is_dir():
        return []
    passages, problems = read_passages(folder / FOLDER)
    problems += [problem for passage in passages for problem in check_passage(passage)]
    if problems:
        # What follows counts and compares marks that are as they should be.
        return problems
    problems += [Problem(FOLDER, "-", told) for told in too_few(passages)]
    problems += [Problem(one.where, other.where, f"is written twice: {one.text[:60]!r}") for one, other in repeated(passages)]
    # The words are not shown: of `test` only numbers are looked at.
    problems += [Problem(one.where, "-", f"shares its wording with an article of {split}") for one, split in leaked(passages, folder)]
    return problems


def check_passage(passage: Passage) -> list[Problem]:
    """What is wrong with one passage by itself."""
    found = list(faults(passage.text, passage.marks, ("a", "b")))
    if passage.kind not in KINDS:
        found.append(f"{passage.kind!r} is none of {', '.join(KINDS)}")
    return [Problem(passage.where, "marks", told) for told in found]


def too_few(passages: Sequence[Passage]) -> Iterator[str]:
    """What there is not enough of."""
    if len(passages) < FEWEST_PASSAGES:
        yield f"{len(passages)} passages are fewer than {FEWEST_PASSAGES}"
    for row in role_rows(passages):
        if row.marks < FEWEST_MARKS:
            yield f"{row.role}: {row.marks} marks are fewer than {FEWEST_MARKS}"
        if row.verbs < FEWEST_VERBS:
            yield f"{row.role}: {row.verbs} different verbs are fewer than {FEWEST_VERBS}"
    low, high = NEGATIVES
    if not low <= negative_share(passages) <= high:
        yield f"{negative_share(passages):.1%} of the passages are other or neg, which is not about a third"


def negative_share(passages: Sequence[Passage]) -> float:
    """Of all passages, those of another match and of what did not happen."""
    return sum(passage.kind != "this" for passage in passages) / max(1, len(passages))


@dataclass(frozen=True, slots=True)
class RoleRow:
    """How much there is of a role.

    Args:
        role: Its name.
        marks: Words that are marked with it.
        verbs: Different verbs (or, where the sentence has none, nouns) nearest to these words, in their dictionary form.
        top: Share of the marks that have the most frequent of them.
        turns: Different runs of three masked words that hold or touch the marked words.
        details: Marks by reason, outcome or kind.
    """

    role: str
    marks: int
    verbs: int
    top: float
    turns: int
    details: dict[str, int]


def role_rows(passages: Sequence[Passage]) -> list[RoleRow]:
    """How much there is of every role."""
    details: Counter[str] = Counter()
    verbs: dict[str, Counter[str]] = defaultdict(Counter)
    turns: dict[str, set[tuple[str, ...]]] = defaultdict(set)
    marks: Counter[str] = Counter()
    for passage in passages:
        for mark in passage.marks:
            if not mark.roles:
                continue
            details.update(tag for tag in mark.tags if tag in ROLE_TAGS)
            verb = verb_of(passage, mark)
            around = set(turns_of(passage, mark))
            for role in mark.roles:
                marks[role] += 1
                turns[role] |= around
                if verb:
                    verbs[role][verb] += 1
    return [
        RoleRow(
            role,
            marks[role],
            len(verbs[role]),
            max(verbs[role].values(), default=0) / max(1, marks[role]),
            len(turns[role]),
            {detail or "regular": details[f"{role}:{detail}".rstrip(":")] for detail in DETAILS.get(role, ())},
        )
        for role in (*DETAILS, NO_ROLE)
    ]


def verb_of(passage: Passage, mark: Mark) -> str | None:
    """The verb nearest to the marked words in their sentence, in its dictionary form; an auxiliary only where no other word is.

    Where the sentence has no verb it is the nearest word of meaning.
    """
    near = _near(passage, mark)
    tests: tuple[Callable[[str], bool], ...] = (
        lambda word: is_verb(word) and lemma(word) not in _AUXILIARIES,
        lambda word: word not in _FUNCTION_WORDS and word not in "@#" and len(word) > 2,
        is_verb,
    )
    return next((lemma(word) for test in tests for word in near if test(word)), None)


def _near(passage: Passage, mark: Mark) -> list[str]:
    """The other words of the mark's sentence, the nearest first."""
    ends = [found.end() for found in re.finditer(r"[.!?]\s+(?=[A-ZÀ-Þ\"'])", passage.text)]
    borders = [0, *ends, len(passage.text) + 1]
    start, end = next((a, b) for a, b in pairwise(borders) if mark.start < b)
    inside = [(at, word) for at, word in passage.placed if start <= at < end and not mark.start <= at < mark.end]
    return [word for _, word in sorted(inside, key=lambda one: min(abs(one[0] - mark.end), abs(one[0] - mark.start)))]


def turns_of(passage: Passage, mark: Mark) -> Iterator[tuple[str, ...]]:
    """Runs of three words around the marked words, which are X."""
    before = [word for at, word in passage.placed if at < mark.start]
    after = [word for at, word in passage.placed if at >= mark.end]
    words = [*before[-2:], "X", *after[:2]]
    return _runs(words, 3)


@lru_cache(maxsize=65536)
def lemma(word: str) -> str:
    """The dictionary form of a word in lower case: "kopte" -> "koppen"."""
    return simplemma.lemmatize(word, lang="nl").lower().replace("_", "")


@lru_cache(maxsize=65536)
def is_verb(word: str) -> bool:
    """Whether the dictionary has it as a form of a verb, as far as the ending of the dictionary form tells."""
    base = lemma(word)
    if not base.endswith(("en", "aan", "ien", "oen", "zijn")) or base in _NO_VERBS or word in _FUNCTION_WORDS - _AUXILIARIES:
        return False
    return simplemma.is_known(base, lang="nl")


def repeated(passages: Sequence[Passage]) -> list[tuple[Passage, Passage]]:
    """(passage, the one before it that it repeats), by the Jaccard index of their runs."""
    found: list[tuple[Passage, Passage]] = []
    whole: dict[tuple[str, ...], Passage] = {}
    holders: dict[tuple[str, ...], list[Passage]] = defaultdict(list)
    for passage in passages:
        shared = Counter(holder.where for run in passage.runs for holder in holders[run])
        earlier = {holder.where: holder for run in passage.runs for holder in holders[run]}
        like = whole.get(passage.words) or next(
            (earlier[where] for where, count in shared.most_common() if count >= ALIKE * len(passage.runs | earlier[where].runs)), None
        )
        if like is not None:
            # What is to go makes nothing else a repetition.
            found.append((passage, like))
            continue
        whole[passage.words] = passage
        for run in passage.runs:
            holders[run].append(passage)
    return found


def leaked(passages: Sequence[Passage], folder: Path) -> Iterator[tuple[Passage, str]]:
    """(passage, split) where a passage shares its wording with an article of `dev` or `test`."""
    articles = [(split, words) for split in HELD_OUT if (folder / split).is_dir() for words in _articles(folder, split)]
    long: dict[tuple[str, ...], str] = {}
    short: dict[tuple[str, ...], set[int]] = defaultdict(set)
    for number, (split, words) in enumerate(articles):
        long |= {run: split for run in _runs(words, LONG_RUN) if is_wording(run)}
        for run in _runs(words, RUN):
            short[run].add(number)
    for passage in passages:
        said = next((long[run] for run in _runs(passage.words, LONG_RUN) if run in long), None)
        most = Counter(number for run in passage.runs for number in short.get(run, ())).most_common(1)
        if said is not None:
            yield passage, said
        elif most and len(passage.runs) >= RUN and most[0][1] >= CONTAINED * len(passage.runs):
            yield passage, articles[most[0][0]][0]


def is_wording(run: Sequence[str]) -> bool:
    """Whether a run of words says something, rather than being made of names and small words."""
    return sum(word not in "@#" and word not in _FUNCTION_WORDS for word in run) >= FEWEST_CONTENT


def _articles(folder: Path, split: str) -> Iterator[tuple[str, ...]]:
    """The masked words of each article."""
    for case in load(folder, split):
        text = flat(f"{case.article.title or ''}\n{case.article.text}")
        names = sorted(_names(case.label or {}), key=len, reverse=True)
        masked = re.sub("|".join(rf"(?<!\w){re.escape(flat(name))}(?!\w)" for name in names), "@", text) if names else text
        yield tuple(word for _, word in _plain(masked, 0, len(masked)))


def _names(label: Json) -> set[str]:
    """All names in a label and the last words of the fullest ones."""
    people: list[Any] = [label.get("home"), label.get("away"), *label.get("players", ())]
    found = {form for entry in people if entry for form in (entry["name"], *entry["aliases"], entry["name"].split()[-1])}
    venue: Json = label.get("venue") or {}
    single: list[str | None] = [label.get("referee"), venue.get("stadium"), *(entry["coach"] for entry in people[:2] if entry)]
    return found | {form for name in single if name for form in (name, name.split()[-1])}


def print_table(passages: Sequence[Passage], console: Console) -> None:
    """How much there is of what."""
    kinds = Counter(passage.kind for passage in passages)
    told = ", ".join(f"{kinds[kind]:,} {kind}" for kind in KINDS)
    console.print(f"{len(passages):,} passages: {told} ({negative_share(passages):.1%} other or neg)", highlight=False)
    table = Table("role", "marks", "different verbs", "the most frequent", "turns", "of which")
    for row in role_rows(passages):
        parts = ", ".join(f"{name} {count}" for name, count in row.details.items()) if len(row.details) > 1 else ""
        table.add_row(row.role, f"{row.marks:,}", f"{row.verbs:,}", f"{row.top:.0%}", f"{row.turns:,}", parts)
    console.print(table)
    times = [tag for passage in passages for mark in passage.marks for tag in mark.tags if mark.is_time]
    console.print(f"{len(times):,} times, {len(set(times)):,} different", highlight=False)


def without(folder: Path, lines: Iterable[str]) -> None:
    """Take lines (`a.jsonl:12`) out of the files of the corpus."""
    numbered = sorted((name, int(number)) for name, _, number in (line.partition(":") for line in set(lines)))
    for name, group in groupby(numbered, key=lambda one: one[0]):
        gone = {number for _, number in group}
        kept = [line for number, line in enumerate((folder / name).read_text(encoding="utf-8").splitlines(True), 1) if number not in gone]
        (folder / name).write_text("".join(kept), encoding="utf-8")


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table and what is wrong; with --remove, take out what repeats or leaks. The exit code."""
    given = sys.argv[1:] if arguments is None else arguments
    folder = Path(next((one for one in given if not one.startswith("-")), FIXTURES))
    console = Console(soft_wrap=True)
    passages, _ = read_passages(folder / FOLDER)
    if "--remove" in given:
        gone = [one.where for one, _ in (*repeated(passages), *leaked(passages, folder))]
        without(folder / FOLDER, gone)
        console.print(f"{len(set(gone))} passages removed", highlight=False)
        passages, _ = read_passages(folder / FOLDER)
    print_table(passages, console)
    problems = check_phrases(folder)
    for problem in problems:
        console.print(str(problem), markup=False, highlight=False)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
