"""Train the reader: every learned part, from the train articles and the phrase corpus, in one command.

    python -m evals.training.train

Writes the models to `extractor/dutch/data/`. Takes about a minute on two cores.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from evals.training.examples import (
    Labelled,
    Sample,
    fixture_samples,
    form_samples,
    gate_features,
    home_samples,
    load,
    load_others,
    played_samples,
    referent_samples,
    retold_samples,
    role_samples,
    score_samples,
    side_samples,
    time_samples,
    true_reading,
    with_true_teams,
)
from evals.training.fit import fit, save
from evals.training.phrases import Phrase, load_phrases, phrase_reading, phrase_role_samples, phrase_side_samples
from extractor.dutch.entities import find_entities
from extractor.dutch.reading import Reading, complete

FIXTURES = Path(__file__).resolve().parents[1] / "fixtures"


def main(arguments: Sequence[str] | None = None) -> None:
    """Fit and store all models."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--train", type=Path, nargs="+", default=[FIXTURES / "train"], help="folders of labelled articles")
    parser.add_argument("--phrases", type=Path, nargs="+", default=[FIXTURES / "phrases"], help="folders of marked passages")
    parser.add_argument(
        "--other", type=Path, nargs="+", default=[FIXTURES / "train-other"], help="folders of articles that are no match reports"
    )
    options = parser.parse_args(arguments)
    phrases = [phrase for folder in options.phrases for phrase in load_phrases(folder)]
    passages = [(phrase, reading) for phrase in phrases if (reading := phrase_reading(phrase))]
    items = [item for folder in options.train for item in load(folder)]
    forms = [[*form_samples(item)] for item in items]
    _softmax("entities", (s for samples in forms for s in samples), strength=_FORMS)
    _softmax("scores", (s for item in items for s in score_samples(item)), strength=1.0)
    read = [(item, with_true_teams(item, true_reading(item))) for item in items]
    _softmax("match_team", _played(items, forms), strength=0.1)
    _softmax("home", (s for item, reading in read for s in home_samples(item, reading)), strength=0.05)
    sides = [sample for item, reading in read for sample in side_samples(item, reading)]
    sides *= 3  # whole articles weigh more than passages
    sides += [sample for phrase, reading in passages for sample in phrase_side_samples(phrase, reading)]
    _softmax("sides", sides, strength=0.1)
    _softmax("time_link", (s for item, reading in read for s in time_samples(item, reading)), strength=0.5)
    _softmax("referent", (s for item, reading in read for s in referent_samples(item, reading)), strength=0.3)
    _softmax("retold", (s for item, reading in read for s in retold_samples(item, reading)), strength=0.5)
    _softmax("fixtures", (s for item, reading in read for s in fixture_samples(item, reading)), strength=1.0)
    _roles(read, passages)
    _gate(items, options.other)


_FORMS = 1.0
"""Inverse regularisation of the model that says what a name is a name of."""


def _played(items: Sequence[Labelled], forms: Sequence[Sequence[Sample]]) -> Iterator[Sample]:
    """Which names are the teams, where a model trained on the other half of the articles says what the names are."""
    for half in (0, 1):
        samples = [sample for number, some in enumerate(forms) if number % 2 != half for sample in some]
        model = fit([s.features for s in samples], [s.label for s in samples], link="softmax", strength=_FORMS)
        for item in items[half::2]:
            yield from played_samples(item, complete(item.prepared, find_entities(item.prepared, model)))


def _softmax(name: str, samples: Iterable[Sample], *, strength: float) -> None:
    pairs = list(samples)
    model = fit([s.features for s in pairs], [s.label for s in pairs], link="softmax", strength=strength)
    path = save(model, name)
    print(f"{name}: {len(pairs)} samples, {len(model.classes)} classes, {path.stat().st_size / 1024:.0f} KiB")


def _roles(read: Sequence[tuple[Labelled, Reading]], passages: Sequence[tuple[Phrase, Reading]]) -> None:
    samples = [sample for item, reading in read for sample in role_samples(item, reading)] * 2  # whole articles weigh double
    samples += [sample for phrase, reading in passages for sample in phrase_role_samples(phrase, reading)]
    model = fit([features for features, _ in samples], [tags for _, tags in samples], link="sigmoid", strength=1.0)
    path = save(model, "roles")
    print(f"roles: {len(samples)} samples, {len(model.classes)} tags, {path.stat().st_size / 1024:.0f} KiB")


def _gate(items: Sequence[Labelled], folders: Sequence[Path]) -> None:
    """The relevance gate, trained last: it counts what the reader claims."""
    reports = [gate_features(item.prepared) for item in items]
    others = [(gate_features(prepared), reason) for folder in folders for prepared, reason in load_others(folder)]
    balance = max(1, round(len(reports) / max(1, len(others))))
    texts = [*reports, *(features for features, _ in others * balance)]
    model = fit(texts, ["report"] * len(reports) + ["other"] * (len(others) * balance), link="softmax", strength=1.0)
    save(model, "relevance")
    save(fit([features for features, _ in others], [reason for _, reason in others], link="softmax", strength=1.0), "reasons")
    print(f"relevance: {len(reports)} reports, {len(others)} others")


if __name__ == "__main__":
    main()
