"""The conductor: article in, extraction out. It calls the stages in order; they never call each other."""

from __future__ import annotations

import asyncio
import concurrent.futures
import time
from collections.abc import AsyncIterator, Coroutine, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import metadata
from typing import Self, TypeVar

from pydantic import ValidationError

from extractor.article import Article
from extractor.ask.guided import ask_guided
from extractor.ask.repair import ask_repair
from extractor.ask.single import ArticleForModel, Asked, ask_single
from extractor.assemble.compose import assemble_judged
from extractor.assemble.confidence import confidences, load_calibration
from extractor.claim import Claim
from extractor.confidence import low_confidence
from extractor.dutch import reader
from extractor.dutch.open_points import open_points
from extractor.dutch.reading import Reading
from extractor.errors import ConfigurationError, InconsistentReport, MatchReportError
from extractor.extraction import Extraction, RejectedClaim
from extractor.ground import Grounded, ground
from extractor.models.names import ModelSettings, Strategy, default_strategy, open_model
from extractor.models.question import LanguageModel, Spent
from extractor.prepare import Prepared, prepare
from extractor.prompts import load_prompt
from extractor.reading_in import checked
from extractor.relevance import check_language, check_relevance
from extractor.report import PromptId, Provenance
from extractor.roster import with_claimed_names

MAX_REPAIRS = 2

T = TypeVar("T")

Result = Extraction | MatchReportError
"""What `map` gives for an article: its extraction, or the error that ended it."""


@dataclass(frozen=True)
class _Claimed:
    """All claims about an article and what the model's part of them cost."""

    claims: tuple[Claim, ...] = ()
    spent: Spent = Spent()
    prompts: tuple[PromptId, ...] = ()

    def and_also(self, asked: Asked) -> _Claimed:
        """With what one more call to the model gave."""
        prompts = tuple(dict.fromkeys((*self.prompts, *asked.prompts)))
        return _Claimed((*self.claims, *asked.claims), self.spent + asked.spent, prompts)


class Extractor:
    """Turns articles into grounded match reports.

    Without a model it reads by itself (`strategy="reader"`): offline, in milliseconds. With one,
    `single` asks for everything in one structured call and `guided` asks only what the reader left open.
    """

    def __init__(self, model: LanguageModel | None = None, strategy: Strategy | None = None, *, min_confidence: float = 0.0) -> None:
        """Use a model that is already open.

        Args:
            model: None reads without one.
            strategy: The model's default where None.
            min_confidence: Facts less probable than this are left out of reports (see `Extraction.at_least`).

        Raises:
            ConfigurationError: The strategy needs a model and there is none, or `min_confidence` is no probability.
        """
        if not 0 <= min_confidence <= 1:
            raise ConfigurationError(f"the least confidence is a number from 0 to 1, not {min_confidence}")
        self._model = model
        self.min_confidence = min_confidence
        self.strategy: Strategy = strategy or ("reader" if model is None else default_strategy(model.name))
        if model is None and self.strategy != "reader":
            raise ConfigurationError(f"the strategy {self.strategy!r} needs a model: name one, or use the strategy 'reader'")

    @classmethod
    def from_provider(
        cls, name: str, *, strategy: Strategy | None = None, settings: ModelSettings | None = None, min_confidence: float = 0.0
    ) -> Self:
        """An extractor on a model by its name, such as `openai/gpt-5` or `local/qwen2.5-coder-1.5b`.

        Args:
            name: `openai/<model>` for OpenAI and every compatible endpoint, `local/<name>` for an embedded
                model, `local/<path>.gguf` for any other GGUF file.
            strategy: `single`, `guided` or `reader`; the model's default where None.
            settings: Base URL, key, timeout, threads, cache.
            min_confidence: Facts less probable than this are left out.

        Raises:
            ConfigurationError: Unknown model, missing key, or missing extra.
        """
        return cls(open_model(name, settings), strategy, min_confidence=min_confidence)

    @property
    def model_name(self) -> str | None:
        """`provider/model`, or None without a model."""
        return None if self._model is None else self._model.name

    @property
    def prompts(self) -> tuple[PromptId, ...]:
        """The prompt files that the strategy may use: with another version of them, answers may differ."""
        names = {"single": ("single", "repair"), "guided": ("choose",), "reader": ()}
        return tuple(load_prompt(name).id for name in names[self.strategy])

    def extract(self, article: Article | str) -> Extraction:
        """The match report in an article, with evidence for every fact.

        Raises:
            InputError: The article is empty, too long, or not Dutch.
            NotAMatchReport: It is about something else.
            ModelError: The model did not deliver.
            ConfigurationError: The model can't be used as configured.
        """
        return _run(self.extract_async(article))

    async def extract_async(self, article: Article | str) -> Extraction:
        """`extract` for asynchronous callers."""
        started = time.perf_counter()
        article = checked(Article(text=article) if isinstance(article, str) else article)
        check_language(article.text, f"article {article.id}")
        prepared = prepare(article)
        reading = reader.read(prepared)
        proposed = reader.claims(reading)
        check_relevance(reading, proposed)
        claimed = await self._ask(prepared, reading, proposed)
        grounded, claimed = await self._repair(prepared, reading, claimed)
        reading = with_claimed_names(reading, claimed.claims)
        try:
            assembled = assemble_judged(grounded.claims, reading)
        except ValidationError as error:
            fields = {".".join(map(str, part["loc"])) or "report" for part in error.errors(include_url=False, include_input=False)}
            raise InconsistentReport(f"article {article.id}: what was found makes no valid report ({', '.join(sorted(fields))})") from None
        report, confidence = assembled.report, confidences(assembled.judged, load_calibration())
        warnings = [*report.warnings, *low_confidence(report, confidence)]
        report = report.model_copy(update={"warnings": warnings, "provenance": self._provenance(claimed, time.perf_counter() - started)})
        rejected = [RejectedClaim.of(rejected) for rejected in grounded.rejected]
        return Extraction(report=report, rejected=rejected, confidence=confidence).at_least(self.min_confidence)

    def map(self, articles: Iterable[Article | str], *, concurrency: int = 4) -> Iterator[Result]:
        """Extract many articles; results come in the order of the articles, errors as values.

        Errors that make going on pointless (`stops_run`) are raised.
        """
        # In a thread of its own, so that it works where an event loop is already running (a notebook).
        with concurrent.futures.ThreadPoolExecutor(1) as pool:
            runner = asyncio.Runner()
            results = self.map_async(articles, concurrency=concurrency)
            try:
                while True:
                    try:
                        yield pool.submit(_next, runner, results).result()
                    except StopAsyncIteration:
                        return
            finally:
                pool.submit(runner.close).result()

    async def map_async(self, articles: Iterable[Article | str], *, concurrency: int = 4) -> AsyncIterator[Result]:
        """`map` for asynchronous callers."""
        pending: list[asyncio.Task[Result]] = []
        try:
            for article in articles:
                pending.append(asyncio.ensure_future(self._result(article)))
                if len(pending) >= max(1, concurrency):
                    yield await pending.pop(0)
            while pending:
                yield await pending.pop(0)
        finally:
            for task in pending:
                task.cancel()

    async def aclose(self) -> None:
        """Close connections and stop an embedded model."""
        if self._model is not None:
            await self._model.aclose()

    def close(self) -> None:
        """`aclose` for synchronous callers."""
        _run(self.aclose())

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    async def _result(self, article: Article | str) -> Result:
        try:
            return await self.extract_async(article)
        except MatchReportError as error:
            if error.stops_run:
                raise
            return error

    async def _ask(self, prepared: Prepared, reading: Reading, proposed: tuple[Claim, ...]) -> _Claimed:
        """Claims by the chosen strategy."""
        if self._model is None or self.strategy == "reader":
            return _Claimed(proposed)
        if self.strategy == "single":
            return _Claimed().and_also(await ask_single(self._model, _for_model(prepared)))
        return _Claimed().and_also(await ask_guided(self._model, proposed, open_points(reading, proposed)))

    async def _repair(self, prepared: Prepared, reading: Reading, claimed: _Claimed) -> tuple[Grounded, _Claimed]:
        """Ground; what a model claimed and the article does not hold is asked again, at most twice."""
        grounded = ground(claimed.claims, with_claimed_names(reading, claimed.claims))
        wrong = grounded.wrong
        for _ in range(MAX_REPAIRS):
            if self._model is None or self.strategy != "single" or not wrong:
                break
            repaired = await ask_repair(self._model, _for_model(prepared), wrong)
            claimed = claimed.and_also(repaired)
            again = ground(repaired.claims, with_claimed_names(reading, claimed.claims))
            left = (rejected for rejected in grounded.rejected if rejected not in repaired.corrected)
            grounded = Grounded((*grounded.claims, *again.claims), (*left, *again.rejected))
            wrong = again.wrong
        return grounded, claimed

    def _provenance(self, claimed: _Claimed, seconds: float) -> Provenance:
        return Provenance(
            model=None if self.strategy == "reader" else self.model_name,
            strategy=self.strategy,
            prompts=list(claimed.prompts),
            library_version=metadata.version("matchreport"),
            usage=claimed.spent.usage,
            cost=claimed.spent.cost,
            seconds=round(seconds, 4),
            attempts=claimed.spent.attempts,
            extracted_at=datetime.now(UTC).isoformat(timespec="seconds"),
        )


def extract(
    article: Article | str, *, model: str | None = None, strategy: Strategy | None = None, min_confidence: float = 0.0
) -> Extraction:
    """The match report in one article: the shortest way in.

    Args:
        article: The text, or an `Article` with its metadata.
        model: A model's name (see `Extractor.from_provider`); without one nothing leaves this process.
        strategy: The model's default where None.
        min_confidence: Facts less probable than this are left out.

    Raises:
        MatchReportError: See `Extractor.extract`.
    """
    if model is None:
        return Extractor(strategy=strategy, min_confidence=min_confidence).extract(article)
    with Extractor.from_provider(model, strategy=strategy, min_confidence=min_confidence) as extractor:
        return extractor.extract(article)


def _for_model(prepared: Prepared) -> ArticleForModel:
    """The article's own words, site boilerplate left out."""
    article = prepared.article
    skipped = [(prepared.origin[start], prepared.origin[end - 1] + 1) for start, end in prepared.boilerplate]
    kept: list[str] = []
    at = 0
    for start, end in skipped:
        kept.append(article.text[at:start])
        at = end
    kept.append(article.text[at:])
    return ArticleForModel("".join(kept), article.title, article.published)


def _next(runner: asyncio.Runner, results: AsyncIterator[Result]) -> Result:
    async def following() -> Result:
        return await anext(results)

    return runner.run(following())


def _run(work: Coroutine[object, object, T]) -> T:
    """Run to the end, also where an event loop is already running (a notebook)."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(work)
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, work).result()
