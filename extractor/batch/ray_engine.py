"""`--engine ray`: Ray Data reads the inputs, and one extractor a worker does the articles, on as many machines as a Ray cluster has.

Which articles there are and how they ended stays with the journal, on the machine where the run was started: workers get articles by
the shard and give back how each ended. A worker that dies takes one shard with it, which another one does again; nothing is in the
store twice, because nobody but the journal writes there.
"""

from __future__ import annotations

import asyncio
import logging
import os
import pickle
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from importlib import import_module
from importlib.util import find_spec
from itertools import islice
from pathlib import Path
from typing import Any, cast

from extractor import Extractor
from extractor.batch.endings import Ended, ended
from extractor.batch.engine import Engine
from extractor.batch.hands import WorkerDied, WorkerHand
from extractor.batch.journal import Journal
from extractor.batch.limits import Limits, RequestGate
from extractor.batch.progress import Progress, Watch
from extractor.batch.run import BatchOptions, run_to_end, settings_for
from extractor.batch.sources.files import check_inputs, read_source, sources, total_bytes
from extractor.batch.sources.records import Columns, Item
from extractor.batch.sources.streams import Source
from extractor.errors import ConfigurationError, MatchReportError, MissingExtra, UnreadableInput
from extractor.models.names import ModelSettings, Strategy, parse

SHARD = 16
"""Articles that a worker gets at a time, and what is done again where one dies; of a remote model, asked about at once."""

READ_ITEMS = 64
"""Records that are handed from reading to the journal at a time."""

_STARTS = 3
"""Tries to start Ray: on a busy machine it may miss its own half minute."""
_WORKER_SHARE, _READING_SHARE = 0.75, 0.25
"""Of a core: every core has a worker, and reads."""
_OBJECT_STORE = 100 << 20
_BLOCK = 1 << 20


@dataclass(frozen=True, slots=True)
class Recipe:
    """What a worker makes its extractor from.

    Args:
        model: `provider/model`, or None without one.
        strategy: Of the extractor.
        settings: Of the model, with the key; without gate.
        limits: Of all workers together; `concurrency` and `max_cost` don't count here.
        min_confidence: Of the extractor.
    """

    model: str | None = None
    strategy: Strategy = "reader"
    settings: ModelSettings = field(default_factory=ModelSettings)
    limits: Limits = field(default_factory=Limits)
    min_confidence: float = 0.0

    def portion(self, workers: int, cores: int) -> Recipe:
        """For one of so many workers, on so many cores: an even part of what all may take."""
        of = self.limits
        rpm, tpm = (None if limit is None else max(1, limit // workers) for limit in (of.rpm, of.tpm))
        threads = self.settings.threads or max(1, cores // workers)
        return replace(self, limits=Limits(SHARD, rpm, tpm, None, of.patience), settings=replace(self.settings, threads=threads))

    def open(self) -> Extractor:
        """The extractor.

        Raises:
            ConfigurationError: As `Extractor.from_provider`.
        """
        if self.model is None or self.strategy == "reader":
            return Extractor(strategy=self.strategy, min_confidence=self.min_confidence)
        settings = replace(self.settings, gate=RequestGate(self.limits))
        return Extractor.from_provider(self.model, strategy=self.strategy, settings=settings, min_confidence=self.min_confidence)


def run_ray(inputs: Sequence[str | Path], out: Path, recipe: Recipe, options: BatchOptions, watch: Watch) -> Progress:
    """`run_batch` on the cluster that RAY_ADDRESS names, or on the cores of this machine as one.

    Args:
        inputs: As `run_batch`, but no standard input; on paths that every machine of the cluster sees.
        out: On this machine.
        recipe: Of the extractors.
        options: As `run_batch`; `concurrency` are workers (one a core where None; with an embedded model, one a machine).
        watch: As `run_batch`.

    Returns:
        The final state, as `run_batch`.

    Raises:
        MissingExtra: Ray is not installed.
        ConfigurationError: A limit on cost, which many machines can't keep; or the cluster can't be reached.
        InputError, StorageError, KeyboardInterrupt: As `run_batch`.
    """
    if find_spec("ray") is None:
        raise MissingExtra("--engine ray needs Ray: pip install 'matchreport[ray]'")
    if recipe.limits.max_cost is not None and recipe.model is not None:
        raise ConfigurationError("--max-cost can't be kept by many machines: give --limit, or a budget at the provider")
    check_inputs(inputs, options.columns)
    found = [_absolute(one) for one in sources(inputs)]
    with recipe.open() as extractor:
        settings = settings_for(extractor)
    progress = Progress(total=total_bytes(inputs))
    with Journal(out, settings, options.redo) as journal, _cluster(options.concurrency):
        engine = Engine(journal, progress, options.bounds)
        items, hands = _items(found, options.columns), _hands(recipe, options.concurrency)
        run_to_end(engine.run(items, hands, watch), journal, progress)
    return progress


class RayHand(WorkerHand):
    """Works through a worker of the cluster.

    Args:
        recipe: Of its extractor.
        cores: That it takes; a fraction where several share one.
    """

    size = SHARD

    def __init__(self, recipe: Recipe, cores: float) -> None:
        self._recipe = recipe
        self._cores = cores
        self._worker: Any = None

    async def _ask(self, items: Sequence[Item]) -> list[Ended]:
        try:
            if self._worker is None:
                self._worker = _ray().remote(_Worker).options(num_cpus=self._cores).remote(self._recipe)
            told: list[Ended] | MatchReportError = await self._worker.work.remote(list(items))
        except _ray().exceptions.RayActorError:
            raise WorkerDied from None
        if isinstance(told, MatchReportError):
            raise told
        return told

    def _end(self) -> None:
        if self._worker is not None:
            _ray().kill(self._worker)
            self._worker = None


class _Worker:
    """What runs on the cluster: an extractor for as long as the worker lives."""

    def __init__(self, recipe: Recipe) -> None:
        self._extractor = recipe.open()

    async def work(self, items: Sequence[Item]) -> list[Ended] | MatchReportError:
        """How each article ended, or the error that stops the run."""
        told = await asyncio.gather(*(self._one(item) for item in items))
        return next((one for one in told if isinstance(one, MatchReportError)), cast(list[Ended], told))

    async def _one(self, item: Item) -> Ended | MatchReportError:
        try:
            return await ended(item, self._extractor)
        except MatchReportError as error:
            return error


@contextmanager
def _cluster(workers: int | None) -> Generator[None]:
    """The cluster of RAY_ADDRESS; where there is none, one on this machine that nobody else reaches, for as long as the run.

    Raises:
        ConfigurationError: It can't be reached, or does not start.
    """
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")  # nothing is told to anybody
    os.environ.setdefault("RAY_worker_niceness", "0")  # the workers are the work: they give way to nobody
    address = os.environ.get("RAY_ADDRESS")
    here: dict[str, Any] = {
        "num_cpus": workers or os.cpu_count() or 1,
        "object_store_memory": _OBJECT_STORE,
        "include_dashboard": False,
        "_node_ip_address": "127.0.0.1",
    }
    for left in reversed(range(_STARTS)):
        try:
            _ray().init(address or "local", log_to_driver=False, logging_level=logging.ERROR, **({} if address else here))
            break
        except Exception as error:  # noqa: BLE001  what Ray raises here is of many kinds, `Exception` itself among them
            _ray().shutdown()
            if not left:
                told = " ".join(str(error).split())[:200]
                raise ConfigurationError(f"no Ray cluster at {address or 'this machine'}; see RAY_ADDRESS. Ray says: {told}") from None
    try:
        yield
    finally:
        _ray().shutdown()


def _hands(recipe: Recipe, workers: int | None) -> list[RayHand]:
    machines = [machine["Resources"].get("CPU", 0) for machine in _ray().nodes() if machine["Alive"]]
    cores = max(1, int(sum(machines)))
    is_embedded = recipe.model is not None and parse(recipe.model).provider == "local" and recipe.strategy != "reader"
    count = workers or (max(1, len(machines)) if is_embedded else cores)
    count = min(count, recipe.limits.rpm or count)
    # An embedded model uses all cores that it gets; other workers have no use for more than one.
    each = cores / count if is_embedded else min(1.0, cores / count)
    part = recipe.portion(count, cores)
    return [RayHand(part, _WORKER_SHARE * each) for _ in range(count)]


def _items(found: Sequence[Source | Item], columns: Columns) -> Iterator[Item]:
    """The records of all files, read by the cluster, in the order of the files."""
    data: Any = import_module("ray.data")
    context = data.DataContext.get_current()
    context.enable_progress_bars = False
    context.target_max_block_size = _BLOCK
    context.execution_options.preserve_order = True
    shards = data.from_items([{"source": pickle.dumps(one)} for one in found], override_num_blocks=len(found))

    def read(row: dict[str, Any]) -> Iterator[dict[str, Any]]:
        records = read_source(pickle.loads(row["source"]), columns)  # noqa: S301  our own
        while some := list(islice(records, READ_ITEMS)):
            yield {"items": pickle.dumps(some)}

    for row in shards.flat_map(read, num_cpus=_READING_SHARE).iter_rows():
        yield from pickle.loads(row["items"])  # noqa: S301  our own


def _ray() -> Any:  # noqa: ANN401
    """The library, whose types say little."""
    return import_module("ray")


def _absolute(found: Source | Item) -> Source | Item:
    """For processes that work in another folder.

    Raises:
        UnreadableInput: It is standard input.
    """
    if isinstance(found, Item):
        return found
    if found.path is None:
        raise UnreadableInput("-: other machines can't read standard input; give files that all of them see")
    return replace(found, path=found.path.resolve())
