"""The session: the trained network in onnxruntime, loaded once a process."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from extractor.dutch.encoder.insight import ChunkOutput, Insight
from extractor.dutch.encoder.pieces import Chunk, chunks
from extractor.dutch.encoder.vocabulary import tokenizer
from extractor.dutch.reading import Reading

if TYPE_CHECKING:
    from onnxruntime import InferenceSession

DATA = Path(__file__).resolve().parents[1] / "data"
NETWORK, PIECES = "encoder.onnx", "pieces.json.gz"


def understand(reading: Reading) -> Insight:
    """What the encoder says about an article whose teams are found."""
    return Insight([_run(chunk) for chunk in chunks(reading, _pieces_of()) if chunk.nodes])


def _run(chunk: Chunk) -> ChunkOutput:
    at = [node.position for node in chunk.nodes]
    given = {"pieces": np.array([chunk.pieces], dtype=np.int64), "places": np.array(at, dtype=np.int64)}
    (columns,) = _session().run(["columns"], given)
    return ChunkOutput(chunk.nodes, columns)


@lru_cache(maxsize=1)
def _session() -> InferenceSession:
    from onnxruntime import InferenceSession, SessionOptions  # takes its time: only who reads an article waits for it

    options = SessionOptions()
    options.intra_op_num_threads = 1  # several articles at once use the cores better than one after the other
    options.log_severity_level = 3
    return InferenceSession(DATA / NETWORK, options, providers=["CPUExecutionProvider"])


@lru_cache(maxsize=1)
def _pieces_of() -> Callable[[str], Sequence[int]]:
    with gzip.open(DATA / PIECES, "rt", encoding="utf-8") as file:
        return tokenizer([(text, score) for text, score in json.load(file)])
