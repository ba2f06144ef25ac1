"""A made-up model in slices: distributions with real metadata, in a folder for `sys.path`."""

from __future__ import annotations

import hashlib
from pathlib import Path

from extractor.models.local import Slice, Weights


def make_slices(site: Path, parts: list[bytes]) -> Weights:
    """Install `parts` as distributions `tiny-part1`, ... in `site`; their catalogue entry."""
    for number, part in enumerate(parts, 1):
        data = site / f"tiny_part{number}" / "data"
        data.mkdir(parents=True)
        # Importing a slice is an error: they are data.
        (data.parent / "__init__.py").write_text("raise RuntimeError('imported')\n")
        (data / "part.bin").write_bytes(part)
        info = site / f"tiny_part{number}-1.0.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(
            f"Metadata-Version: 2.1\nName: tiny-part{number}\nVersion: 1.0\n"
        )
        (info / "RECORD").write_text(f"tiny_part{number}/data/part.bin,,\n")
    whole = b"".join(parts)
    return Weights(
        name="tiny",
        slices=tuple(
            Slice(f"tiny-part{n}", "1.0", f"tiny_part{n}/data/part.bin")
            for n in range(1, len(parts) + 1)
        ),
        size=len(whole),
        sha256=hashlib.sha256(whole).hexdigest(),
        licence="CC0-1.0",
        origin="made up",
        install="pip install tiny",
    )
