"""The first batch engine: articles in, one row each out, several at a time.

    inputs -> items -> (new ones) -> extractor, some at once -> rows

Memory does not grow with the articles' size or number, but for one small key an article.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from extractor import Extractor, MatchReportError, NotAMatchReport
from extractor.batch.inputs import Item, check_inputs, read_items
from extractor.batch.rows import Outcome, Rows


@dataclass(frozen=True, slots=True)
class BatchOptions:
    """How much, and how many at a time.

    Args:
        limit: At most so many articles are done in this run; those done before don't count.
        concurrency: Questions under way at once.
    """

    limit: int | None = None
    concurrency: int = 4


@dataclass(slots=True)
class Progress:
    """Where a run stands.

    Args:
        at: Bytes read; see `inputs.total`.
        known: Articles that had a row already.
        outcomes: How those of this run ended.
        stopped: The error that ended the run early.
    """

    at: int = 0
    known: int = 0
    outcomes: Counter[Outcome] = field(default_factory=Counter["Outcome"])
    stopped: MatchReportError | None = None


Watch = Callable[[Progress], None]


def run_batch(inputs: Sequence[Path], out: Path, extractor: Extractor, options: BatchOptions, watch: Watch) -> Progress:
    """Extract all articles of the inputs that `out/reports.jsonl` does not have yet.

    Args:
        inputs: `.jsonl` files, `.txt` and `.json` files, folders.
        out: A folder of this run's own; made where it is missing.
        extractor: Of the caller, who closes it.
        options: Limit and concurrency.
        watch: Called after every row with the same, changing object.

    Returns:
        The final state. An error that makes going on pointless ends the run and is in `stopped`; all that was done is saved.

    Raises:
        InputError: An input is missing or of another kind; nothing was asked.
        StorageError, ConfigurationError: `out` can't be used.
    """
    check_inputs(inputs)
    progress = Progress()
    with Rows(out, {"model": extractor.model_name, "strategy": extractor.strategy}) as rows:
        new = islice(_new(inputs, rows, progress), options.limit)
        asyncio.run(_work(new, rows, _Desk(extractor, progress, watch), max(1, options.concurrency)))
    return progress


@dataclass(frozen=True, slots=True)
class _Desk:
    """What the workers of one run share."""

    extractor: Extractor
    progress: Progress
    watch: Watch


def _new(inputs: Sequence[Path], rows: Rows, progress: Progress) -> Iterator[Item]:
    """The items that have no row yet."""
    for item in read_items(inputs):
        progress.at = item.at
        if rows.is_new(item.key):
            yield item
        else:
            progress.known += 1


async def _work(items: Iterator[Item], rows: Rows, desk: _Desk, concurrency: int) -> None:
    """Workers take items until there are no more, or until one meets an error that stops the run."""

    async def worker() -> None:
        for item in items:
            outcome, rest = await _ending(item, desk.extractor)
            rows.add({"id": item.id, "key": item.key, "outcome": outcome, **rest})
            desk.progress.outcomes[outcome] += 1
            desk.watch(desk.progress)
            await asyncio.sleep(0)  # the reader never waits for anything: without this an interrupt would have to

    tasks = [asyncio.create_task(worker()) for _ in range(concurrency)]
    try:
        await asyncio.gather(*tasks)
    except MatchReportError as error:
        desk.progress.stopped = error
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _ending(item: Item, extractor: Extractor) -> tuple[Outcome, dict[str, object]]:
    """How an item ended: the outcome, and what its row says besides.

    Raises:
        MatchReportError: One that stops the run.
    """
    if item.article is None:
        return "failed", {"error": _told(item.error)}
    try:
        extraction = await extractor.extract_async(item.article)
    except NotAMatchReport as error:
        return "not_a_match", {"error": {**_told(error), "reason": error.reason}}
    except MatchReportError as error:
        if error.stops_run:
            raise
        return "failed", {"error": _told(error)}
    except Exception as error:  # noqa: BLE001  a defect that one article brings out costs that article, and counts as a failure
        return "failed", {"error": {"type": type(error).__name__, "message": "internal error; please report it"}}
    return "report", {"report": extraction.report.model_dump(mode="json")}


def _told(error: MatchReportError | None) -> dict[str, object]:
    return {"type": type(error).__name__, "message": str(error)}
