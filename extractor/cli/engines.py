"""Which engine does a run: this machine by itself, OpenAI's Batch API, or a Ray cluster."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from extractor import ConfigurationError, Extractor, ModelSettings
from extractor.batch.limits import Limits
from extractor.batch.openai_batch.desk import Desk
from extractor.batch.openai_batch.ledger import waiting_batches
from extractor.batch.openai_batch.run import BatchApi, run_openai_batch
from extractor.batch.openai_batch.service import ServiceLimits
from extractor.batch.progress import Progress, Watch
from extractor.batch.ray_engine import Recipe, run_ray
from extractor.batch.run import BatchOptions, run_batch
from extractor.cli.opening import ModelOptions
from extractor.models.names import parse, remote_endpoint

EngineName = Literal["local", "openai-batch", "ray"]


@dataclass(frozen=True, slots=True)
class Plan:
    """A run as the options ask for it.

    Args:
        engine: Who does it.
        model: As given.
        settings: Of the model, where the options leave them open; its `ahead` is the desk.
        desk: Between the extractor and its endpoint, for batches.
        limits: Of the user.
        options: Of any run.
        batch_size: Requests in a batch at most.
    """

    engine: EngineName
    model: ModelOptions
    settings: ModelSettings
    desk: Desk
    limits: Limits
    options: BatchOptions
    batch_size: int

    def run(self, inputs: Sequence[str | Path], out: Path, extractor: Extractor, watch: Watch) -> Progress:
        """Do it.

        Raises:
            ConfigurationError: The engine does not go with the other options, or with what `out` holds.
            MatchReportError: As `run_batch`.
        """
        settings = replace(self.settings, base_url=self.model.base_url, cached=self.model.cached)
        if self.engine == "openai-batch":
            if extractor.model_name is None or parse(extractor.model_name).provider != "openai":
                raise ConfigurationError("--engine openai-batch needs a model at OpenAI: add --model openai/<model>")
            endpoint = remote_endpoint(parse(extractor.model_name), settings)
            service = ServiceLimits(requests=self.batch_size)
            api = BatchApi(endpoint, self.desk, self.options, service, self.limits.max_cost, self.limits.patience)
            return run_openai_batch(inputs, out, extractor, api, watch)
        if models := waiting_batches(out):
            raise ConfigurationError(f"{out} waits for batches of {models[0]}: go on with --engine openai-batch, or give another --out")
        if self.engine == "local":
            return run_batch(inputs, out, extractor, self.options, watch)
        key, url = os.environ.get("OPENAI_API_KEY"), os.environ.get("OPENAI_BASE_URL")
        portable = replace(settings, gate=None, ahead=None, api_key=key, base_url=settings.base_url or url)
        recipe = Recipe(extractor.model_name, extractor.strategy, portable, self.limits, self.model.min_confidence)
        return run_ray(inputs, out, recipe, self.options, watch)
