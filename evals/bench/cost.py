"""What a large archive costs in machines, days, tokens and money, for each engine: a worked table in Markdown.

    python -m evals.bench.cost                                       # a hundred million articles
    python -m evals.bench.cost --articles 1e6 --model gpt-5 --machines 4

Measured here: the reader's seconds on the development articles, and the characters of a `single` request about them; the
characters of its answer are those of the labels. Characters become tokens by `--characters`; prices of models are
genai-prices'. Everything else is an option with its default in the head of the table.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Any, cast

from evals.fixtures import Labelled, fixtures_folder, load
from extractor import Extractor
from extractor.batch.openai_batch.desk import Desk, Postponed
from extractor.batch.openai_batch.service import PRICE_SHARE
from extractor.models.endpoint import OPENAI_URL, Endpoint, EndpointModel, price
from extractor.report import TokenUsage

DAY = 86_400


@dataclass(frozen=True)
class Article:
    """The mean article.

    Args:
        seconds: Of one core, the reader's.
        asked: Characters of the request, its schema included.
        answered: Characters of the answer.
    """

    seconds: float
    asked: float
    answered: float

    def tokens(self, characters: float) -> TokenUsage:
        """Of one request, at so many characters a token."""
        return TokenUsage(prompt=round(self.asked / characters), completion=round(self.answered / characters))


@dataclass(frozen=True)
class Line:
    """One engine."""

    engine: str
    machines: str
    days: float
    tokens: float
    model_usd: float
    machine_usd: float


def measured(labelled: Sequence[Labelled]) -> Article:
    """The mean of these articles."""
    extractor = Extractor()
    extractor.extract(labelled[0].article)  # models are loaded at the first article
    started = time.process_time()
    for one in labelled:
        extractor.extract(one.article)
    seconds = (time.process_time() - started) / len(labelled)
    asked = fmean(asyncio.run(_requests(labelled)))
    answered = fmean(len(json.dumps(_bare(one.label), ensure_ascii=False)) for one in labelled)
    return Article(seconds, asked, answered)


async def _requests(labelled: Sequence[Labelled]) -> list[int]:
    """Characters of the request about each article, as it would be handed in with a batch."""
    desk = Desk()
    extractor = Extractor(EndpointModel(Endpoint("openai/any", "any", OPENAI_URL, "none"), ahead=desk), "single")
    lengths: list[int] = []
    for one in labelled:
        try:
            with desk.gathering():
                await extractor.extract_async(one.article)
        except Postponed as postponed:
            lengths.append(_length(postponed.body))
    return lengths


def _length(body: Any) -> int:
    messages = sum(len(message["content"]) for message in body["messages"])
    return messages + len(json.dumps(body["response_format"]))


def _bare(label: Any) -> Any:
    """A label without what only the evaluations need, and without what is empty."""
    if isinstance(label, dict):
        parts = cast(dict[str, Any], label)
        return {name: _bare(part) for name, part in parts.items() if name not in ("accept", "traits", "article") and part not in (None, [])}
    return [_bare(part) for part in cast(list[Any], label)] if isinstance(label, list) else label


def table(options: argparse.Namespace, article: Article) -> Iterator[Line]:
    """One line an engine."""
    count, cores, machines = options.articles, options.cores, options.machines
    usage = article.tokens(options.characters)
    dollars = price(OPENAI_URL, options.model, usage)
    if dollars is None:
        raise SystemExit(f"--model {options.model}: no price is known")
    requests = count * options.matches * (1 + options.repairs)
    tokens = requests * (usage.prompt + usage.completion)

    def days(core_seconds: float, on: int) -> float:
        return core_seconds / (on * cores * options.efficiency) / DAY

    def machine_usd(time_in_days: float, on: int) -> float:
        return time_in_days * 24 * on * cores * options.core_hour

    def line(engine: str, on: int, took: float, spent: tuple[float, float] = (0.0, 0.0)) -> Line:
        return Line(engine, f"{on} x {cores} cores", took, *spent, machine_usd(took, on))

    reading = count * article.seconds
    yield line("reader, local", 1, days(reading, 1))
    yield line("reader, ray", machines, max(days(reading, machines), count / options.journal / DAY))
    embedded = reading + count * options.matches * options.embedded
    yield line("embedded model, local", 1, days(embedded, 1))
    yield line("embedded model, ray", machines, days(embedded, machines))
    rate = min(options.tpm / (usage.prompt + usage.completion) / 60, cores * options.at_once / options.answer)
    full = (tokens, requests * dollars)
    # With a model, one process reads: hence several runs side by side, each of a part of the archive.
    several = f", {cores} runs"
    yield line(f"{options.model}, local{several}", 1, max(requests / rate / DAY, days(reading, 1)), full)
    yield line(f"{options.model}, ray", machines, max(tokens / options.tpm / 60 / 24, days(reading, machines)), full)
    first = count * options.matches
    half = first * dollars * PRICE_SHARE + (requests - first) * dollars
    waiting = tokens / options.queue * options.turn / 24
    # Every article is read twice: up to its request, and from its reply on.
    yield line(f"{options.model}, openai-batch{several}", 1, max(waiting, days(2 * reading, 1)), (tokens, half))


def main(arguments: Iterable[str] | None = None) -> None:
    options = _options(None if arguments is None else list(arguments))
    labelled = [one for one in load(fixtures_folder(), "dev") if one.reason is None]
    article = measured(labelled)
    print(_head(options, article, len(labelled)))
    print("| engine | machines | days | tokens | model, $ | machines, $ |\n|---|---|---:|---:|---:|---:|")
    for one in table(options, article):
        tokens = f"{one.tokens / 1e9:,.0f} billion" if one.tokens else "none"
        print(f"| {one.engine} | {one.machines} | {one.days:,.1f} | {tokens} | {one.model_usd:,.0f} | {one.machine_usd:,.0f} |")


def _head(options: argparse.Namespace, article: Article, count: int) -> str:
    usage = article.tokens(options.characters)
    return (
        f"{options.articles:,.0f} articles, {options.matches:.0%} of them match reports. Measured on {count} development articles: reader "
        f"{1000 * article.seconds:.0f} ms of one core; a request of {article.asked:,.0f} characters and an answer of "
        f"{article.answered:,.0f}, at {options.characters} a token {usage.prompt:,} tokens read and {usage.completion:,} written, "
        f"{options.repairs:.0%} more requests for repairs. Assumed: ${options.core_hour} a core-hour, {options.efficiency:.0%} of the "
        f"cores at work, {options.at_once} requests of a run at once with answers of {options.answer:.0f} s, {options.tpm:,.0f} tokens a "
        f"minute, batches of {options.queue:,.0f} tokens waiting and answered within {options.turn:.0f} h, {options.embedded:.0f} "
        "core-seconds of the embedded model an article.\n"
    )


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    for name, default, told in (
        ("articles", 1e8, "in the archive"),
        ("matches", 0.5, "share of match reports: the others cost no model call"),
        ("repairs", 0.2, "further requests an article, at the full price"),
        ("characters", 3.3, "a token: Dutch and JSON, more or less"),
        ("core_hour", 0.04, "dollars"),
        ("efficiency", 0.9, "share of the cores that is at work"),
        ("journal", 2000.0, "articles a second that one journal takes"),
        ("answer", 30.0, "seconds"),
        ("tpm", 30e6, "tokens a minute that the account may use"),
        ("queue", 5e9, "tokens that may wait in batches"),
        ("turn", 24.0, "hours until a batch is answered"),
        ("embedded", 26.0, "core-seconds of the embedded model an article, measured on 2 cores: see evals/README.md"),
    ):
        parser.add_argument(f"--{name.replace('_', '-')}", type=float, default=default, help=told)
    for name, number, told in (
        ("machines", 32, "of a cluster"),
        ("cores", 16, "of a machine"),
        ("at-once", 512, "requests of one run"),
    ):
        parser.add_argument(f"--{name}", type=int, default=number, help=told)
    parser.add_argument("--model", default="gpt-5-mini", help="at OpenAI")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    main()
