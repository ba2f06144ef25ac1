"""What is said on standard error."""

from __future__ import annotations

import sys

from extractor.render.text import one_line


def say(message: str) -> None:
    """One line; file names and ids in it can't reach the terminal's controls."""
    print(one_line(message), file=sys.stderr)  # noqa: T201


def complain(message: str) -> None:
    """One line that says what to do."""
    say(f"matchreport: {message}")
