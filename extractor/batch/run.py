"""One run of `matchreport batch` on one machine.

    inputs -> items -> (new ones) -> extractor, some at once -> store -> reports.jsonl

Memory grows neither with the articles' size nor with their number.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Coroutine, Sequence
from dataclasses import dataclass, field
from importlib import metadata
from itertools import chain, islice
from pathlib import Path
from typing import Protocol

from extractor import Extractor
from extractor.batch.endings import ExtractsArticles
from extractor.batch.engine import Bounds, Engine
from extractor.batch.hands import Hand, OwnHand, ProcessHand
from extractor.batch.journal import GROUP_ROWS, Journal, Redo
from extractor.batch.limits import RequestGate
from extractor.batch.progress import Progress, Watch
from extractor.batch.sources.files import check_inputs, read_items, total_bytes
from extractor.batch.sources.records import Columns
from extractor.batch.store import Settings
from extractor.report import PromptId

DEFAULT_CONCURRENCY = 4

FEW = 16
"""Up to so many articles are read in this process: others take a second or two to start."""


class BatchExtractor(ExtractsArticles, Protocol):
    """What a run needs of an `Extractor`."""

    @property
    def model_name(self) -> str | None:
        """`provider/model`, or None without one."""
        ...

    @property
    def strategy(self) -> str:
        """How it reads."""
        ...

    @property
    def prompts(self) -> tuple[PromptId, ...]:
        """The prompt files that it may use."""
        ...


@dataclass(frozen=True, slots=True)
class BatchOptions:
    """How much, how many at a time, and when to stop.

    Args:
        concurrency: Articles under way at once (4 where None); of the reader alone, processes (one a core).
        bounds: When the run ends before its inputs do.
        redo: Which articles that were done before are done again: those of other settings, those that failed, or all.
        columns: Under which names the records hold an article's fields.
        gate: The one that the extractor's model asks before its requests.
    """

    concurrency: int | None = None
    bounds: Bounds = field(default_factory=Bounds)
    redo: Redo | None = None
    columns: Columns = field(default_factory=Columns)
    gate: RequestGate | None = None


def run_batch(inputs: Sequence[str | Path], out: Path, extractor: BatchExtractor, options: BatchOptions, watch: Watch) -> Progress:
    """Extract all articles of the inputs that `out` does not have yet.

    Args:
        inputs: Files, folders, globs, or `-`; see `extractor.batch.sources`.
        out: A folder of this run's own; made where it is missing.
        extractor: Of the caller, who closes it.
        options: Limits, concurrency, what to do again.
        watch: Called some ten times a second.

    Returns:
        The final state. An error that makes going on pointless ends the run and is in `stopped`; all that was done is saved, and
        `reports.jsonl` holds it.

    Raises:
        InputError: An input is missing or of another kind; nothing was asked.
        StorageError, ConfigurationError: `out` can't be used.
        KeyboardInterrupt: The user wanted it to stop at once; what was done is saved in the store.
    """
    check_inputs(inputs, options.columns)
    progress = Progress(total=total_bytes(inputs))
    at_once = options.concurrency or DEFAULT_CONCURRENCY
    with Journal(out, settings_for(extractor), options.redo, min(GROUP_ROWS, 2 * at_once)) as journal:
        if options.gate is not None:
            options.gate.spent_before(journal.spent)
        items = read_items(inputs, options.columns)
        first = list(islice(items, FEW + 1))
        few = len(first) <= FEW or (options.bounds.limit or FEW + 1) <= FEW
        hands = _processes(extractor, options.concurrency) if not few else []
        hands = hands or [OwnHand(extractor) for _ in range(at_once)]
        engine = Engine(journal, progress, options.bounds, options.gate)
        run_to_end(engine.run(chain(first, items), hands, watch), journal, progress)
    return progress


def settings_for(extractor: BatchExtractor) -> Settings:
    """What the results of an extractor depend on."""
    prompts = {prompt.name: prompt.sha256 for prompt in extractor.prompts}
    least = extractor.min_confidence if isinstance(extractor, Extractor) else 0.0
    strategy = f"{extractor.strategy}, at least {least:g}" if least else extractor.strategy
    return Settings(extractor.model_name, strategy, prompts, metadata.version("matchreport"))


def run_to_end(run: Coroutine[object, object, None], journal: Journal, progress: Progress) -> None:
    """Run in an event loop of its own, then close the run in the journal, with why it ended early if it did.

    Raises:
        StorageError: The journal can't be closed.
        KeyboardInterrupt: The user wanted it to stop at once; what was done is saved in the store.
    """
    try:
        asyncio.run(run)
    except asyncio.CancelledError:
        raise KeyboardInterrupt from None
    journal.end(None if progress.stopped is None else str(progress.stopped))


def _processes(extractor: BatchExtractor, concurrency: int | None) -> list[Hand]:
    """For the reader, which only computes; a model is waited for, and one process will do."""
    cores = os.cpu_count() or 1
    count = min(concurrency or cores, cores)
    if not isinstance(extractor, Extractor) or extractor.strategy != "reader" or count < 2:
        return []
    return [ProcessHand(extractor.min_confidence) for _ in range(count)]
