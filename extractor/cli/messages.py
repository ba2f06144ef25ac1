"""What is said on standard error."""

from __future__ import annotations

import sys

from extractor.render.text import one_line


def complain(message: str) -> None:
    """One line that says what to do; file names and ids in it can't reach the terminal's controls."""
    print(f"matchreport: {one_line(message)}", file=sys.stderr)  # noqa: T201
