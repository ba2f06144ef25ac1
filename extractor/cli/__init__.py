"""The command `matchreport`."""

from extractor.cli.app import main

__all__ = ["main"]
