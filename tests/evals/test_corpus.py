"""Our own fixtures: agreement, traits, and how much of the wording of `test` learning has seen."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from evals.agreement import ENOUGH, agreement
from evals.fixtures import FIXTURES, load
from evals.scoring import Counts
from evals.traits import FEWEST, overlap, phrasings, trait_table


@pytest.mark.parametrize("split", ["dev", "test"])
def test_two_labellings_agree(split: str) -> None:
    assert sum(agreement(FIXTURES, split, settled=False)["all"], Counts()).f1 >= ENOUGH


def test_no_trait_is_rare() -> None:
    assert [trait for trait, by_split in trait_table(FIXTURES).items() if min(len(by_split["dev"]), len(by_split["test"])) < FEWEST] == []


def test_there_are_enough_articles() -> None:
    assert {split: len(load(FIXTURES, split)) for split in ("train", "tune", "dev", "test", "other")} == {
        "train": 994,
        "tune": 80,
        "dev": 40,
        "test": 40,
        "other": 40,
    }


def test_few_phrasings_of_test_occur_in_train() -> None:
    told = overlap(load(FIXTURES, "test"), load(FIXTURES, "train"))
    assert told.known < 0.2 * told.phrases
    assert told.repeated < 0.12 * told.quotes


def words(runs: Sequence[tuple[str, ...]]) -> list[str]:
    return [" ".join(run) for run in runs]


def test_a_phrasing_is_four_words_with_names_and_numbers_masked() -> None:
    told = words(phrasings("Na 12 minuten schoot Van Dijk raak.", ["Van Dijk", "Dijk"]))
    assert told == ["na # minuten schoot", "minuten schoot @ raak"]
    assert words(phrasings("In de 2e helft", [])) == ["in de # e", "de # e helft"]
    assert words(phrasings("Bos Bos Bos raak", ["Bos"])) == []


def test_a_split_repeats_itself_and_nothing_else() -> None:
    cases = load(FIXTURES, "dev")[:5]
    told = overlap(cases, cases)
    assert told.known == told.phrases > 0
    assert overlap(cases, []).known == 0
