"""Export the trained encoder for onnxruntime: 8-bit weights, and the vocabulary beside it.

    python -m evals.training.encoder.export --weights .../e5-small-q4.bin --trained build/encoder
"""

from __future__ import annotations

import argparse
import gzip
import json
import tempfile
from pathlib import Path

import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from torch import Tensor, nn

from evals.training.encoder.net import Encoder
from evals.training.encoder.weights import read_weights
from extractor.dutch.encoder.session import DATA, NETWORK, PIECES


class _AtPlaces(nn.Module):
    """The encoder for one chunk, with the logits at the places asked for."""

    def __init__(self, net: Encoder) -> None:
        super().__init__()
        self.net = net

    def forward(self, pieces: Tensor, places: Tensor) -> Tensor:
        return self.net.columns(self.net.body(pieces)[0, places])


def main() -> None:
    """Write the network and the vocabulary to `extractor/dutch/data/`."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--weights", type=Path, required=True)
    parser.add_argument("--trained", type=Path, required=True, help="holds kept.json and checkpoint.pt")
    parser.add_argument("--layers", type=int, default=8)
    parser.add_argument("--out", type=Path, default=DATA)
    options = parser.parse_args()
    pretrained = read_weights(options.weights, layers=options.layers)
    kept = json.loads((options.trained / "kept.json").read_text())
    net = Encoder(pretrained, kept)
    net.load_state_dict(torch.load(options.trained / "checkpoint.pt", weights_only=True)["net"])
    net.eval()
    options.out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        whole = Path(folder) / "whole.onnx"
        torch.onnx.export(
            _AtPlaces(net),
            (torch.randint(60, 1000, (1, 77)), torch.tensor([3, 5, 9])),
            whole,
            input_names=["pieces", "places"],
            output_names=["columns"],
            dynamic_axes={"pieces": {1: "length"}, **{name: {0: "places"} for name in ("places", "columns")}},
            dynamo=False,
            opset_version=17,
        )
        quantize_dynamic(whole, options.out / NETWORK, weight_type=QuantType.QInt8, per_channel=True)
    pieces = [pretrained.pieces[n] for n in kept]
    vocabulary = [("<unk>", 0.0), *[(text, round(score, 3)) for text, score in pieces if text != "<unk>"]]
    (options.out / PIECES).write_bytes(gzip.compress(json.dumps(vocabulary, ensure_ascii=False).encode(), mtime=0))
    for name in (NETWORK, PIECES):
        print(f"{name}: {(options.out / name).stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
