"""Texts without what may differ between the words of a quote and those of the article."""

from __future__ import annotations

PLAIN = str.maketrans(
    {
        "\u2018": "'",
        "\u2019": "'",
        "\u201c": '"',
        "\u201d": '"',
        "\u201e": '"',
        "\u2013": "-",
        "\u2014": "-",
        "\u00ad": None,
        "\u200b": None,
    }
)


def same(text: str) -> str:
    """What may not differ between a quote and its place: all but white space, case and typographic marks."""
    return " ".join(text.translate(PLAIN).split()).lower()
