"""Labelled articles: where they are, what is in them, and the digest that makes every change visible.

A folder of fixtures holds `NAME.txt` beside `NAME.json`, either by itself or in one folder a split
(`train`, `dev`, `test`, `other`). The label of an article that is no match report is
`{"not_a_match_report": reason}` with the article's metadata.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from pydantic import ValidationError

from extractor import Article, InputError

Json = Mapping[str, Any]

FIXTURES = Path(__file__).with_name("fixtures")
"""In a checkout; an installed wheel carries none."""

DIGEST = "DIGEST"
"""The file that pins the content of every folder of fixtures."""

FLOORS = "floors.json"
"""In a user's folder of fixtures; no label."""

OTHER = "other"
"""The split of articles that are no match reports."""


@dataclass(frozen=True)
class Labelled:
    """An article and what is true about it.

    Args:
        name: The name of its files.
        article: As the extractor gets it.
        label: The contract's JSON, with `accept`, `quotes` and `traits`; None where it is no match report.
        reason: Why it is no match report.
    """

    name: str
    article: Article
    label: Json | None
    reason: str | None = None

    @property
    def digest(self) -> str:
        """Of the article alone: an answer stays good when its label changes."""
        return hashlib.sha256(self.article.model_dump_json().encode()).hexdigest()[:16]


def fixtures_folder(given: Path | None = None) -> Path:
    """The user's folder of fixtures, or ours.

    Raises:
        InputError: There is none.
    """
    folder = given or FIXTURES
    if not folder.is_dir():
        raise InputError(f"there are no labelled articles in {folder}: give a folder with --fixtures DIR, or run from a checkout")
    return folder


def load(folder: Path, split: str) -> list[Labelled]:
    """The labelled articles of a split, by name; a folder without splits is one split, whatever it is called.

    Raises:
        InputError: There is no such split, or a label without its article.
    """
    place = split_folder(folder, split)
    found = [read(path) for path in sorted(place.glob("*.json")) if path.name != FLOORS]
    if not found:
        raise InputError(f"there are no labelled articles (NAME.txt beside NAME.json) in {place}")
    return found


def split_folder(folder: Path, split: str) -> Path:
    """Where the articles of a split are.

    Raises:
        InputError: The folder has splits, but not this one.
    """
    if not folder.is_dir():
        raise InputError(f"there is no folder {folder}")
    if (folder / split).is_dir():
        return folder / split
    if any(folder.glob("*.json")):
        return folder
    raise InputError(f"there is no split {split!r} in {folder}; it holds {', '.join(splits(folder)) or 'nothing'}")


def splits(folder: Path) -> list[str]:
    """The folders that hold labelled articles."""
    return sorted(path.name for path in folder.iterdir() if path.is_dir() and any(path.glob("*.txt")))


def read(path: Path) -> Labelled:
    """One labelled article by the path of its label.

    Raises:
        InputError: The label is no JSON object, or its article is missing or can't be used.
    """
    record = read_json(path)
    text = path.with_suffix(".txt")
    try:
        # newline="": offsets count the file's own line ends.
        with text.open(encoding="utf-8", newline="") as file:
            content = file.read()
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"the label {path} needs its article, and {text} can't be read: {error}") from None
    about: Json = record if "not_a_match_report" in record else record.get("article") or {}
    given = {key: about[key] for key in ("id", "title", "published", "source") if about.get(key) is not None}
    try:
        article = Article(text=content, **given)
    except ValidationError as error:
        raise InputError(f"the label {path} describes an article that can't be: {error.errors()[0]['msg']}") from None
    reason = record.get("not_a_match_report")
    return Labelled(path.stem, article, None if reason else record, reason)


def read_json(path: Path) -> Json:
    """A JSON object from a file.

    Raises:
        InputError: It is something else.
    """
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InputError(f"{path} can't be read as JSON: {error}") from None
    if not isinstance(content, dict):
        raise InputError(f"{path} holds no JSON object")
    return cast(Json, content)


def digest(folder: Path) -> str:
    """SHA-256 over the names and contents of all texts, labels and phrases below a folder."""
    total = hashlib.sha256()
    files = [path for path in folder.rglob("*") if path.suffix in (".txt", ".json", ".jsonl")]
    for path in sorted(files, key=lambda one: one.relative_to(folder).as_posix()):
        name = path.relative_to(folder).as_posix()
        total.update(f"{name}\0{hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode())
    return total.hexdigest()


def digests(folder: Path) -> dict[str, str]:
    """The digest of every folder of fixtures: splits, second labels, phrases."""
    return {path.name: digest(path) for path in sorted(folder.iterdir()) if path.is_dir()}


def pinned(folder: Path) -> dict[str, str]:
    """The digests as they are pinned; empty where nothing is."""
    path = folder / DIGEST
    return dict(_pins(path.read_text(encoding="utf-8"))) if path.exists() else {}


def pin(folder: Path) -> None:
    """Pin the content of every folder as it is now."""
    lines = [f"{value}  {name}\n" for name, value in digests(folder).items()]
    (folder / DIGEST).write_text("".join(lines), encoding="utf-8")


def _pins(content: str) -> Iterator[tuple[str, str]]:
    for line in content.splitlines():
        value, _, name = line.partition("  ")
        yield name, value
