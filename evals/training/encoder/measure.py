"""How well the encoder does on articles it has not seen, output by output."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import torch

from evals.training.encoder.data import Example, Source, examples
from evals.training.encoder.net import Encoder
from extractor.dutch.encoder.columns import COLUMN, COMPANY, TAGS
from extractor.dutch.encoder.pieces import WordPieces

_ROLES = [tag for tag in TAGS if ":" not in tag]
_THRESHOLD = 0.4


@torch.no_grad()
def measure(net: Encoder, sources: Sequence[Source], pieces_of: WordPieces) -> dict[str, float]:
    """Micro F1 of roles, and accuracies: team of a person, whose company."""
    roles: Counter[str] = Counter()
    right: Counter[str] = Counter()
    total: Counter[str] = Counter()
    for source in sources:
        for example in examples(source, pieces_of, None):
            columns = net(torch.tensor([list(example.pieces)]))[0].float()
            _count_columns(example, columns.sigmoid(), roles, right, total)
    f1 = 2 * roles["right"] / max(1, 2 * roles["right"] + roles["extra"] + roles["missing"])
    return {"roles": round(f1, 4)} | {name: round(right[name] / total[name], 4) for name in sorted(total)}


def _count_columns(example: Example, chances: torch.Tensor, roles: Counter[str], right: Counter[str], total: Counter[str]) -> None:
    for (position, column), value in example.values.items():
        chance = float(chances[position, column])
        for name in ("is_a", *COMPANY):
            if column == COLUMN[name]:
                total[name] += 1
                right[name] += (chance > 0.5) == (value > 0.5)
        if column in {COLUMN[name] for name in _ROLES}:
            said = chance > _THRESHOLD
            roles["right"] += said and value == 1
            roles["extra"] += said and value == 0
            roles["missing"] += not said and value == 1
