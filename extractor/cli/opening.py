"""From options to an extractor that is ready."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

from extractor import ConfigurationError, Extractor, ModelSettings
from extractor.models.local import CATALOGUE, Library
from extractor.models.names import Strategy, parse


@dataclass(frozen=True, slots=True)
class ModelOptions:
    """The options that choose a model, as given."""

    model: str | None = None
    base_url: str | None = None
    strategy: Strategy | None = None
    cached: bool = True
    min_confidence: float = 0.0


def open_extractor(options: ModelOptions, settings: ModelSettings | None = None) -> Extractor:
    """The extractor that the options ask for; an embedded model's weights are joined now, with a progress bar.

    Args:
        options: As given.
        settings: What they leave open.

    Raises:
        ConfigurationError: The options don't go together, or the model can't be used.
    """
    if options.model is None or options.strategy == "reader":
        if options.base_url is not None and options.strategy != "reader":
            raise ConfigurationError("--base-url is of no use without a model: add --model openai/<model>")
        return Extractor(strategy=options.strategy, min_confidence=options.min_confidence)
    name = parse(options.model)
    if name.provider == "local" and name.model in CATALOGUE:
        join_weights(name.model)
    settings = replace(settings or ModelSettings(), base_url=options.base_url, cached=options.cached)
    return Extractor.from_provider(options.model, strategy=options.strategy, settings=settings, min_confidence=options.min_confidence)


def join_weights(name: str) -> Path:
    """`Library.pull`, with a progress bar where there is something to do and someone to see it."""
    with byte_progress() as progress:
        task = progress.add_task(f"Joining local/{name}", total=None, visible=False)
        return Library().pull(name, lambda done, total: progress.update(task, completed=done, total=total, visible=True))


def byte_progress() -> Progress:
    """A progress bar in bytes on standard error; nothing where that is no terminal."""
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}", markup=False), BarColumn(), DownloadColumn(), TimeRemainingColumn())
    return Progress(*columns, console=console, transient=True, disable=not console.is_terminal)
