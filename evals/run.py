"""A run: an extractor over labelled articles, on pydantic-evals. It can be interrupted and goes on where it was.

A run is a folder: `manifest.json` (what it was a run of), `predictions.jsonl` (an answer a line, written as it
comes), `scores.json` and `page.html` (made from these answers, again after every change of the scoring).
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from pydantic import ValidationError
from pydantic_evals import Case, Dataset
from pydantic_evals.evaluators import Evaluator, EvaluatorContext
from pydantic_evals.reporting import EvaluationReport

from evals.fixtures import OTHER, Labelled, load
from evals.manifest import Manifest, Subject, describe
from evals.predictions import Key, Prediction, PredictionFile
from evals.scores import HEADLINES, Scores, score
from evals.scoring import compare, groups
from extractor import Article, ConfigurationError, Extraction, InputError, MatchReportError, NotAMatchReport

Watch = Callable[[int, int], None]
"""Told how many answers there are, of how many."""


class Reading(Protocol):
    """What can be evaluated: an `Extractor`, or another system that gives the same answers."""

    @property
    def strategy(self) -> str:
        """What it is called in scores."""
        ...

    @property
    def model_name(self) -> str | None:
        """`provider/model`, or None without a model."""
        ...

    async def extract_async(self, article: Article) -> Extraction:
        """The report in an article."""
        ...


Report = EvaluationReport["Work", Prediction, str]


@dataclass(frozen=True)
class Work:
    """One article, to be read once more."""

    case: Labelled
    split: str
    repeat: int = 1

    @property
    def key(self) -> Key:
        """Of its answer."""
        return self.split, self.case.name, self.case.digest, self.repeat


@dataclass(frozen=True)
class Plan:
    """What to run.

    Args:
        folder: The fixtures.
        split: Which of them.
        out: The run's folder.
        limit: Only so many articles.
        repeat: How often each is read.
        jobs: Articles under way at once.
        others: Whether to run over the articles that are no match reports as well.
    """

    folder: Path
    split: str
    out: Path
    limit: int | None = None
    repeat: int = 1
    jobs: int = 4
    others: bool = True


@dataclass(frozen=True)
class Run:
    """A finished run."""

    out: Path
    manifest: Manifest
    scores: Scores


@dataclass
class Facts(Evaluator[Work, Prediction, str]):
    """F1 of the facts of one article, and whether it came to the right kind of answer."""

    def evaluate(self, ctx: EvaluatorContext[Work, Prediction, str]) -> dict[str, float | bool]:
        """The scores of one answer."""
        case, answer = ctx.inputs.case, ctx.output
        if case.label is None:
            return {"turned away": answer.outcome == "not_a_match"}
        counts = groups(compare(answer.report or {}, case.label))
        return {name: counts[name].f1 for name in HEADLINES if name in counts} | {"let in": answer.outcome == "report"}


def evaluate(extractor: Reading, plan: Plan, watch: Watch | None = None) -> Run:
    """Run an extractor over a split, and over the articles that are no match reports; score what came out.

    Answers that the run's folder holds already are not asked for again, unless they were failures.

    Raises:
        InputError: No fixtures, or the folder holds another run.
        MatchReportError: An error that would meet every article (no key, unknown model, storage).
    """
    subject = Subject(
        model=extractor.model_name, strategy=extractor.strategy, folder=plan.folder, split=plan.split, limit=plan.limit, repeat=plan.repeat
    )
    manifest = _begin(plan, describe(subject))
    cases, others = _cases(plan)
    answers = answer_all(extractor, plan, [*_work(cases, plan.split, plan.repeat), *_work(others, OTHER, 1)], watch)
    scores = score(plan.split, cases, others, answers)
    _write(plan.out / "scores.json", scores.model_dump_json(indent=1))
    return Run(plan.out, manifest, scores)


def answer_all(extractor: Reading, plan: Plan, work: Sequence[Work], watch: Watch | None = None) -> list[Prediction]:
    """The answers to all articles, old and new."""
    file = PredictionFile(plan.out / "predictions.jsonl")
    try:
        known = {key: one for key, one in file.read().items() if one.outcome != "failed"}
    except ValueError as error:
        raise InputError(str(error)) from None
    asked = _Asked(extractor, file, known, watch or (lambda _done, _all: None), len(work))
    dataset = Dataset[Work, Prediction, str](
        name=plan.split,
        cases=[Case(name=f"{one.split}/{one.case.name}/{one.repeat}", inputs=one, metadata=one.split) for one in work],
        evaluators=[Facts()],
    )
    asyncio.run(asked.run(dataset, plan.jobs))
    return [asked.answers[one.key] for one in work]


class _Asked:
    """The task of a run: remembers every answer, and the error that makes going on pointless."""

    def __init__(self, extractor: Reading, file: PredictionFile, known: dict[Key, Prediction], watch: Watch, size: int) -> None:
        self._extractor = extractor
        self._file = file
        self._watch = watch
        self._size = size
        self._stopped: MatchReportError | None = None
        self.answers = dict(known)

    async def run(self, dataset: Dataset[Work, Prediction, str], jobs: int) -> Report:
        """All cases; what fails is a row, and an error that stops the run is raised."""
        self._watch(0, self._size)
        # Without logfire, pydantic-evals says so at every run.
        logging.getLogger("pydantic_evals").setLevel(logging.ERROR)
        report = await dataset.evaluate(self.answer, max_concurrency=jobs, progress=False)
        if self._stopped is not None:
            raise self._stopped
        return report

    async def answer(self, work: Work) -> Prediction:
        """The answer to one article.

        Raises:
            MatchReportError: It failed; pydantic-evals makes that a row of its report, we one of the predictions.
        """
        if self._stopped is not None:
            raise self._stopped
        known = self.answers.get(work.key)
        if known is None:
            known = await self._ask(work)
        self._watch(len(self.answers), self._size)
        return known

    async def _ask(self, work: Work) -> Prediction:
        started = time.perf_counter()
        told: dict[str, Any] = {"article": work.case.name, "split": work.split, "digest": work.case.digest, "repeat": work.repeat}
        try:
            extraction = await self._extractor.extract_async(work.case.article)
            told |= {"outcome": "report", "report": extraction.report.model_dump(mode="json"), "rejected": len(extraction.rejected)}
            told["confidence"] = extraction.confidence
        except NotAMatchReport as error:
            told |= {"outcome": "not_a_match", "reason": error.reason}
        except MatchReportError as error:
            if error.stops_run:
                self._stopped = error
                raise
            self._keep(
                Prediction(**told, outcome="failed", error=f"{type(error).__name__}: {error}", seconds=time.perf_counter() - started)
            )
            raise
        except Exception as error:
            # A bug of ours must cost one article, and be seen: its row says what it was.
            self._keep(
                Prediction(**told, outcome="failed", error=f"bug: {type(error).__name__}: {error}", seconds=time.perf_counter() - started)
            )
            raise
        return self._keep(Prediction(**told, seconds=round(time.perf_counter() - started, 4)))

    def _keep(self, prediction: Prediction) -> Prediction:
        self._file.append(prediction)
        self.answers[prediction.key] = prediction
        return prediction


def _begin(plan: Plan, manifest: Manifest) -> Manifest:
    """The folder of the run, new or to go on with.

    Raises:
        InputError: It holds the run of something else.
    """
    path = plan.out / "manifest.json"
    if path.exists():
        try:
            earlier = Manifest.model_validate_json(path.read_bytes())
        except ValidationError:
            raise InputError(f"{path} is no manifest of this version: choose another folder with --out") from None
        if differing := manifest.differences(earlier):
            raise InputError(f"{plan.out} holds a run of something else ({', '.join(differing)} differ): choose another folder with --out")
    plan.out.mkdir(parents=True, exist_ok=True)
    _write(path, manifest.model_dump_json(indent=1))
    return manifest


def _cases(plan: Plan) -> tuple[list[Labelled], list[Labelled]]:
    """The match reports of the split, and the articles that are none."""
    cases = load(plan.folder, plan.split)
    others = [case for case in cases if case.label is None]
    if plan.others and not others and (plan.folder / OTHER).is_dir() and plan.split != OTHER:
        others = load(plan.folder, OTHER)
    return [case for case in cases if case.label is not None][: plan.limit], others[: plan.limit]


def _work(cases: Sequence[Labelled], split: str, repeat: int) -> Iterator[Work]:
    for case in cases:
        for number in range(1, repeat + 1):
            yield Work(case, split, number)


def _write(path: Path, content: str) -> None:
    path.write_text(content + "\n", encoding="utf-8")


def read_run(out: Path) -> Run:
    """A run from its folder.

    Raises:
        InputError: There is no finished run.
    """
    try:
        manifest = Manifest.model_validate_json((out / "manifest.json").read_bytes())
        scores = Scores.model_validate_json((out / "scores.json").read_bytes())
    except OSError:
        raise InputError(f"{out} holds no finished run (manifest.json, scores.json)") from None
    except ValidationError:
        raise InputError(f"the run in {out} was written by another version: run it again") from None
    return Run(out, manifest, scores)


def default_folder(extractor: Reading, plan_split: str, fixtures: Path) -> Path:
    """`runs/…`: the same for the same subject, so that the same command goes on with it.

    Raises:
        ConfigurationError: The current folder can't be written to.
    """
    subject = Subject(model=extractor.model_name, strategy=extractor.strategy, folder=fixtures, split=plan_split)
    manifest = describe(subject)
    model = f"-{manifest.model.replace('/', '-')}" if manifest.model else ""
    if not Path.cwd().exists():
        raise ConfigurationError("the current folder is gone: give --out DIR")
    return Path("runs") / f"{plan_split}-{manifest.strategy}{model}-{manifest.code[:8]}"
