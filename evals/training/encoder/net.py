"""The encoder in PyTorch: layers of multilingual-e5-small, and a head for the columns."""

from __future__ import annotations

import math
from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from evals.training.encoder.weights import Pretrained
from extractor.dutch.encoder.columns import COLUMNS
from extractor.dutch.encoder.pieces import SPECIALS

_RARE = -3.5
"""Log-odds of a column before anything is learned. Without it the first steps push every hidden state in the one
direction that lowers all tags, and the encoder never recovers."""


class Layer(nn.Module):
    """One post-norm transformer layer."""

    def __init__(self, width: int, heads: int, feed_forward: int, dropout: float) -> None:
        super().__init__()
        self.heads = heads
        self.qkv = nn.Linear(width, 3 * width)
        self.out = nn.Linear(width, width)
        self.norm1 = nn.LayerNorm(width, eps=1e-12)
        self.up = nn.Linear(width, feed_forward)
        self.down = nn.Linear(feed_forward, width)
        self.norm2 = nn.LayerNorm(width, eps=1e-12)
        self.dropout = nn.Dropout(dropout)

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        """`x` (batch, length, width); `mask` (batch, 1, 1, length) is added to attention scores."""
        batch, length, width = x.shape
        q, k, v = self.qkv(x).reshape(batch, length, 3, self.heads, width // self.heads).permute(2, 0, 3, 1, 4).unbind(0)
        scores = q @ k.transpose(-1, -2) / math.sqrt(width // self.heads) + mask.to(q.dtype)
        mixed = (scores.softmax(-1) @ v).transpose(1, 2).reshape(batch, length, width)
        x = self.norm1(x + self.out(mixed))
        return self.norm2(x + self.dropout(self.down(F.gelu(self.up(x)))))


class Encoder(nn.Module):
    """Masked pieces in; for each piece logits of the columns out."""

    def __init__(self, pretrained: Pretrained, kept: Sequence[int], *, dropout: float = 0.2) -> None:
        super().__init__()
        width = pretrained.width
        self.symbols = nn.Embedding(SPECIALS + 1, width)
        self.words = nn.Embedding(len(kept), width)
        self.words.weight.requires_grad_(False)  # few articles can't teach what words mean
        self.positions = nn.Embedding(512, width)
        self.norm = nn.LayerNorm(width, eps=1e-12)
        self.layers = nn.ModuleList(
            Layer(width, pretrained.heads, pretrained.feed_forward, dropout) for _ in range(pretrained.layers)
        )
        self.dropout = nn.Dropout(dropout)
        self.columns = nn.Linear(width, len(COLUMNS))
        nn.init.constant_(self.columns.bias, _RARE)
        nn.init.normal_(self.columns.weight, std=0.02)
        self._copy(pretrained, kept)

    def _copy(self, pretrained: Pretrained, kept: Sequence[int]) -> None:
        tensors = {name: torch.from_numpy(value.copy()) for name, value in pretrained.tensors.items()}
        words = tensors["emb.word"]
        with torch.no_grad():
            mean, spread = words[list(kept)].mean(0), words[list(kept)].std(0)
            self.symbols.weight.copy_(mean + 0.6 * spread * torch.randn(SPECIALS + 1, words.shape[1]))
            self.words.weight.copy_(words[list(kept)])
            self.positions.weight.copy_(tensors["emb.pos"] + tensors["emb.type"][: words.shape[1]])
            self.norm.weight.copy_(tensors["emb.ln.w"])
            self.norm.bias.copy_(tensors["emb.ln.b"])
            for number, layer in enumerate(self.layers):
                part = {name.split(".", 1)[1]: value for name, value in tensors.items() if name.startswith(f"l{number}.")}
                layer.qkv.weight.copy_(torch.cat([part["q.w"], part["k.w"], part["v.w"]]))
                layer.qkv.bias.copy_(torch.cat([part["q.b"], part["k.b"], part["v.b"]]))
                for module, name in ((layer.out, "ao"), (layer.up, "fi"), (layer.down, "fo"), (layer.norm1, "aln"), (layer.norm2, "oln")):
                    module.weight.copy_(part[f"{name}.w"])
                    module.bias.copy_(part[f"{name}.b"])

    def forward(self, pieces: Tensor) -> Tensor:
        """`pieces` (batch, length) -> logits (batch, length, columns)."""
        return self.columns(self.body(pieces))

    def body(self, pieces: Tensor) -> Tensor:
        """`pieces` (batch, length) -> hidden states (batch, length, width)."""
        mask = (pieces == 0).to(torch.float32)[:, None, None, :] * -1e4
        at = torch.arange(pieces.shape[1], device=pieces.device)
        known = self.words((pieces - SPECIALS - 1).clamp(min=0))
        symbols = self.symbols(pieces.clamp(max=SPECIALS))
        x = self.norm(torch.where((pieces > SPECIALS)[..., None], known, symbols) + self.positions(at)[None])
        for layer in self.layers:
            x = layer(x, mask)
        return x
