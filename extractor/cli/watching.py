"""What is seen of a run: a bar on a terminal, a line now and then elsewhere, and where it stands afterwards."""

from __future__ import annotations

import time
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from rich.console import Console
from rich.progress import BarColumn, TaskProgressColumn, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.progress import Progress as Bar

from extractor.batch.lock import is_taken
from extractor.batch.progress import Progress, Watch, counts, told
from extractor.batch.store import LastRun, Store
from extractor.cli.messages import say

LINE_SECONDS = 30.0
"""Between two lines of a log."""


@contextmanager
def shown() -> Generator[Watch]:
    """A progress bar in bytes read, on standard error; where that is no terminal, a line every half minute."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield _lines()
        return
    columns = (
        BarColumn(bar_width=20),
        TaskProgressColumn(),
        TextColumn("{task.description}", markup=False),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    with Bar(*columns, console=console) as bar:
        task = bar.add_task("", total=None)
        yield lambda progress: bar.update(task, completed=progress.at, total=progress.total or None, description=told(progress))


def _lines() -> Watch:
    said_at = time.monotonic()

    def watch(progress: Progress) -> None:
        nonlocal said_at
        if time.monotonic() - said_at >= LINE_SECONDS:
            said_at = time.monotonic()
            left = progress.seconds_left
            say(f"{_moment(time.time())} {told(progress)}" + ("" if left is None else f" · {_duration(left)} left"))

    return watch


def standing(store: Store) -> Iterator[str]:
    """Lines about what a folder holds."""
    summary = store.summary()
    waiting = f"; {summary.waiting:,} wait" if summary.waiting else ""
    if summary.last_run is not None:
        yield f"{store.folder}: {_state(summary.last_run, at_work=is_taken(store.folder))}"
    yield counts(summary.outcomes, summary.failures) + waiting
    usage = summary.usage
    if usage.requests:
        cost = "" if usage.cost_usd is None else f", ${usage.cost_usd:,.4f}"
        tokens = f"{usage.prompt_tokens:,} tokens read ({usage.cached_tokens:,} cached), {usage.completion_tokens:,} written"
        yield f"{usage.requests:,} requests, {tokens}{cost}"
    for settings, articles in summary.settings:
        yield f"{articles:,} articles with {settings.model or 'no model'}, {settings.strategy}, version {settings.version}"


def _state(run: LastRun, *, at_work: bool) -> str:
    read = f", {min(1.0, run.at / run.total):.0%} of the inputs read" if run.total else ""
    if at_work:
        return f"at work since {_moment(run.started)}{read}"
    if run.ended is None:
        return f"ended without a word{read}; the same command goes on from there"
    if run.stopped is not None:
        return f"stopped early at {_moment(run.ended)}{read}: {run.stopped}"
    return f"complete at {_moment(run.ended)}"


def _moment(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")


def _duration(seconds: float) -> str:
    minutes = round(seconds / 60)
    return f"{minutes // 1440} d {minutes // 60 % 24} h" if minutes >= 1440 else f"{minutes // 60} h {minutes % 60} min"
