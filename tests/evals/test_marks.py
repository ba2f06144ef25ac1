"""The phrase corpus and the marks of `train`: sound as they are, and every kind of planted fault is found."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from rich.console import Console

from evals import phrase_corpus
from evals.article_marks import FILE, ArticleMark, check_marks, read_marks, time_tag, write_marks, wrong
from evals.commands import checking
from evals.fixtures import FIXTURES, load
from evals.marks import ROLE_TAGS, Mark, is_tag
from evals.phrase_corpus import Passage, check_passage, check_phrases, leaked, read_passages, repeated, role_rows, too_few, verb_of, without
from evals.training.examples import load as load_articles
from evals.training.marks import derive, mark_folder, with_hand
from tests.evals.labels import TEXT, label, write

PHRASES = FIXTURES / "phrases"


def passage(text: str, *marks: tuple[str, str], kind: str = "this") -> Passage:
    found = [Mark(text.index(words), text.index(words) + len(words), words, tuple(tags.split("+"))) for words, tags in marks]
    return Passage("x.jsonl:1", kind, text, tuple(found))


def corpus(folder: Path, *passages: Passage) -> Path:
    (folder / "phrases").mkdir(parents=True, exist_ok=True)
    rows = [
        {"kind": one.kind, "text": one.text, "marks": [{**mark_fields(mark), "tags": list(mark.tags)} for mark in one.marks]}
        for one in passages
    ]
    (folder / "phrases" / "x.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return folder


def mark_fields(mark: Mark) -> dict[str, object]:
    return {"start": mark.start, "end": mark.end, "text": mark.text, "side": mark.side}


GOAL = passage("Na een lage voorzet van Bos schoof Aydin de bal koelbloedig in de verre hoek.", ("Bos", "assist"), ("Aydin", "scorer"))


# The phrase corpus.


def test_our_phrase_corpus_is_sound_large_varied_and_nobody_elses() -> None:
    assert check_phrases(FIXTURES) == []


def test_there_are_many_verbs_for_every_role_and_none_rules() -> None:
    rows = role_rows(read_passages(PHRASES)[0])
    assert len(rows) == 15
    for row in rows:
        assert row.marks >= 150
        assert row.verbs >= 90
        assert row.top <= 0.2
        assert row.turns >= row.marks


@pytest.mark.parametrize(
    "tag", ["scorer", "scorer:penalty", "absent:ill", "-", "club", "later", "time:90+3:2h:exact", "time::2h", "time:15:1h"]
)
def test_tags_that_are_known(tag: str) -> None:
    assert is_tag(tag)


@pytest.mark.parametrize(
    "tag", ["", "goal", "scorer:", "scorer:header", "yellow:late", "time", "time:15", "time:15:3h", "time:1234:1h", "absent"]
)
def test_tags_that_are_none(tag: str) -> None:
    assert not is_tag(tag)


FAULTS: list[tuple[Callable[[Mark], Mark], str]] = [
    (lambda it: replace(it, start=it.start + 1), "there stands 'ydin'"),
    (lambda it: replace(it, text=""), "there stands"),
    (lambda it: replace(it, tags=("goal",)), "'goal' is no tag"),
    (lambda it: replace(it, tags=()), "has no tag"),
    (lambda it: replace(it, tags=("scorer", "club")), "can't go together"),
    (lambda it: replace(it, side="home"), "'home' is no side"),
    (lambda it: Mark(24, 40, "Bos schoof Aydin", ("scorer",)), "lies over"),
]  # fmt: skip


@pytest.mark.parametrize(("change", "said"), FAULTS)
def test_every_fault_of_a_mark_is_found(change: Callable[[Mark], Mark], said: str) -> None:
    bad = replace(GOAL, marks=(GOAL.marks[0], change(GOAL.marks[1])))
    assert check_passage(GOAL) == []
    assert any(said in problem.message for problem in check_passage(bad))


def test_a_kind_of_passage_that_there_is_none_of() -> None:
    assert len(check_passage(replace(GOAL, kind="maybe"))) == 1


def test_lines_that_are_no_passages(tmp_path: Path) -> None:
    corpus(tmp_path, GOAL)
    path = tmp_path / "phrases" / "x.jsonl"
    path.write_text(path.read_text(encoding="utf-8") + '{"kind": "this"}\nnonsense\n', encoding="utf-8")
    assert [problem.name for problem in check_phrases(tmp_path)] == ["x.jsonl:2", "x.jsonl:3"]


def test_too_little_of_everything_is_found() -> None:
    told = list(too_few([GOAL]))
    assert "1 passages are fewer than 6000" in told
    assert "yellow: 0 marks are fewer than 150" in told
    assert "scorer: 1 different verbs are fewer than 50" in told
    assert any("not about a third" in one for one in told)


def test_the_same_words_about_others_are_a_repetition_and_other_words_are_none(tmp_path: Path) -> None:
    text = "Na een lage voorzet van Peeters schoof De Vos de bal koelbloedig in de verre hoek."
    copy = replace(passage(text, ("Peeters", "assist"), ("De Vos", "scorer")), where="x.jsonl:2")
    near = replace(
        passage("Na een lage voorzet van Kok schoof Ali de bal in de korte hoek.", ("Kok", "assist"), ("Ali", "scorer")), where="x.jsonl:3"
    )
    other = replace(passage("Ali kopte een hoekschop van Kok tegen de touwen.", ("Ali", "scorer"), ("Kok", "assist")), where="x.jsonl:4")
    assert [(one.where, first.where) for one, first in repeated([GOAL, copy, near, other])] == [
        ("x.jsonl:2", "x.jsonl:1"),
        ("x.jsonl:3", "x.jsonl:1"),
    ]
    corpus(tmp_path, GOAL, copy, near, other)
    without(tmp_path / "phrases", ["x.jsonl:2", "x.jsonl:3"])
    assert [one.text for one in read_passages(tmp_path / "phrases")[0]] == [GOAL.text, other.text]


def test_wording_of_the_held_out_articles_is_found_and_common_phrases_are_not(tmp_path: Path) -> None:
    write(tmp_path / "dev")
    taken = passage("Na een kwartier kopte Tom de gasten op voorsprong, op aangeven van Ali.", ("Tom", "scorer"), ("Ali", "assist"))
    same = passage("Na tien minuten kopte Ali de thuisploeg op voorsprong.", ("Ali", "scorer"))
    assert [split for _, split in leaked([GOAL, taken, same], tmp_path)] == ["dev"]


def test_a_passage_with_the_words_of_a_dev_article_is_found() -> None:
    quotes = load(FIXTURES, "dev")[0].label
    assert quotes is not None
    words = max((text for one in quotes["quotes"].values() for text in one["text"]), key=len)
    assert len(list(leaked([Passage("x.jsonl:1", "this", words, ())], FIXTURES))) == 1


def test_the_verb_of_a_mark_is_the_nearest_in_its_sentence() -> None:
    assert verb_of(GOAL, GOAL.marks[1]) == "schuiven"
    two = passage("Bos had pech. Aydin knalde de bal binnen.", ("Bos", "-"), ("Aydin", "scorer"))
    assert [verb_of(two, mark) for mark in two.marks] == ["pech", "knallen"]


def test_the_table_and_the_removal_are_one_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    corpus(tmp_path, GOAL, GOAL)
    assert phrase_corpus.main([str(tmp_path), "--remove"]) == 1
    assert "1 passages removed" in capsys.readouterr().out
    phrase_corpus.print_table(read_passages(tmp_path / "phrases")[0], Console())
    assert "1 passages: 1 this" in capsys.readouterr().out


# The marks of articles.


def test_our_train_articles_are_marked_as_their_labels_say() -> None:
    assert (FIXTURES / "train" / FILE).exists()
    assert check_marks(FIXTURES) == []


def test_our_marks_are_those_that_follow_from_the_labels() -> None:
    kept = read_marks(FIXTURES / "train")
    for item, _ in zip(load_articles(FIXTURES / "train"), range(10), strict=False):
        assert roles(with_hand(derive(item), kept[item.name])) == roles(kept[item.name])


def roles(marks: list[ArticleMark]) -> list[ArticleMark]:
    """Those that depend on the label alone, not on how well the reader finds other names and times."""
    return [one for one in marks if set(one.mark.tags) & (ROLE_TAGS - {"started"})]


def marked(folder: Path) -> tuple[Path, list[ArticleMark]]:
    write(folder)
    (marks,) = mark_folder(folder).values()
    return folder, marks


def test_marks_follow_from_a_label(tmp_path: Path) -> None:
    folder, marks = marked(tmp_path)
    told = {(one.mark.text, "+".join(one.mark.tags), one.mark.side, one.person) for one in marks}
    assert told >= {
        ("PEC Zwolle", "club", "home", None),
        ("Na tien minuten", "time:10:1h", None, None),
        ("Piet de Vries", "scorer", "home", "Piet de Vries"),
        ("Jan Bos", "assist", "home", "Jan Bos"),
        ("Karim El Amrani", "scorer", "away", "Karim El Amrani"),
        ("Tom Kok", "yellow", "away", "Tom Kok"),
        ("Lars Smit", "absent:suspended", "home", "Lars Smit"),
    }
    assert check_marks(folder) == []
    assert read_marks(folder) == {"small": marks}


MARK_FAULTS: list[tuple[Callable[[ArticleMark], ArticleMark | None], str]] = [
    (lambda it: None, "quotes.goals.0"),
    (lambda it: replace(it, mark=replace(it.mark, start=it.mark.start + 1)), "marks"),
    (lambda it: replace(it, mark=replace(it.mark, tags=("assist",))), "quotes.goals.0"),
    (lambda it: replace(it, mark=replace(it.mark, tags=("scorer", "red"))), "marks"),
    (lambda it: replace(it, mark=replace(it.mark, tags=("scorer", "started"))), "marks"),
    (lambda it: replace(it, mark=replace(it.mark, side="away")), "marks"),
    (lambda it: replace(it, mark=replace(it.mark, side="a")), "marks"),
    (lambda it: replace(it, person="Jan Bos"), "quotes.goals.0"),
]  # fmt: skip


@pytest.mark.parametrize(("change", "path"), MARK_FAULTS)
def test_every_fault_of_an_article_s_marks_is_found(tmp_path: Path, change: Callable[[ArticleMark], ArticleMark | None], path: str) -> None:
    folder, marks = marked(tmp_path)
    changed = [change(one) if one.mark.text == "Piet de Vries" else one for one in marks]
    write_marks(folder, {"small": [one for one in changed if one is not None]})
    assert path in [problem.path for problem in check_marks(folder)]
    assert checking(folder) == 1


def test_a_time_that_is_not_marked_is_found(tmp_path: Path) -> None:
    _, marks = marked(tmp_path)
    assert [path for path, _ in wrong(label(), TEXT, [one for one in marks if one.mark.text != "Na tien minuten"])] == ["goals.0.time"]
    assert time_tag({"minute": 90, "added_time": 3, "period": "second_half", "exact": True}) == "time:90+3:2h:exact"
    assert time_tag({"minute": None, "added_time": None, "period": None, "exact": False}) == "time::"


def test_articles_without_marks_and_marks_without_articles_are_found(tmp_path: Path) -> None:
    folder, marks = marked(tmp_path)
    write_marks(folder, {"gone": marks})
    assert sorted(problem.name for problem in check_marks(folder)) == ["gone", "small"]
    (folder / FILE).write_text("[]\n", encoding="utf-8")
    assert [problem.name for problem in check_marks(folder)] == [FILE]


def test_what_was_marked_by_hand_stays(tmp_path: Path) -> None:
    folder, marks = marked(tmp_path)
    first = next(one for one in marks if one.mark.text == "PEC Zwolle")
    by_hand = replace(first, mark=replace(first.mark, end=first.mark.end - 7, text="PEC"), by_hand=True)
    write_marks(folder, {"small": [by_hand if one == first else one for one in marks]})
    (again,) = mark_folder(folder).values()
    assert by_hand in again
    assert first not in again
    assert len(again) == len(marks)
