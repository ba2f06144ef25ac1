"""Linear models over named features: what the reader has learned, small and fast.

A model is a table of weights: one row per feature that training kept, one column per class. Features
are strings; a row is found by the CRC-32 of its feature, so no vocabulary travels with the model.
"""

from __future__ import annotations

import json
import math
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Link = Literal["softmax", "sigmoid"]


def feature_key(feature: str) -> int:
    """The number a feature is stored under."""
    return zlib.crc32(feature.encode("utf-8", "surrogatepass"))


@dataclass(frozen=True)
class LinearModel:
    """Weights of shape (features, classes), bias of shape (classes,).

    `softmax` models choose one class; `sigmoid` models say yes or no to each.
    """

    classes: tuple[str, ...]
    link: Link
    keys: NDArray[np.uint32]
    weights: NDArray[np.float32]
    bias: NDArray[np.float32]

    def probabilities(self, instances: Sequence[Iterable[str]]) -> NDArray[np.float32]:
        """Probabilities of shape (instances, classes)."""
        scores = np.tile(self.bias, (len(instances), 1)).astype(np.float32)
        for row, features in enumerate(instances):
            keys = np.fromiter({feature_key(f) for f in features}, dtype=np.uint32)
            if not len(keys) or not len(self.keys):
                continue
            at = np.searchsorted(self.keys, keys).clip(0, len(self.keys) - 1)
            found = at[self.keys[at] == keys]
            scores[row] += self.weights[found].sum(axis=0)
        if self.link == "sigmoid":
            return np.asarray(1.0 / (1.0 + np.exp(-scores)), dtype=np.float32)
        shifted = np.exp(scores - scores.max(axis=1, keepdims=True))
        return np.asarray(shifted / shifted.sum(axis=1, keepdims=True), dtype=np.float32)


def log_odds(probability: float) -> float:
    """Of a probability, within ±7."""
    kept = min(max(probability, 0.001), 0.999)
    return math.log(kept / (1 - kept))


def load_model(name: str) -> LinearModel:
    """A model of the package by name; loaded once per process."""
    return _load(name)


@lru_cache(maxsize=16)
def _load(name: str) -> LinearModel:
    with resources.as_file(resources.files("extractor.dutch").joinpath("data", f"{name}.npz")) as path, np.load(path) as data:
        header = json.loads(bytes(data["header"]).decode("utf-8"))
        return LinearModel(
            classes=tuple(header["classes"]),
            link=header["link"],
            keys=data["keys"],
            weights=data["weights"].astype(np.float32) * data["scale"].astype(np.float32),
            bias=data["bias"].astype(np.float32),
        )
