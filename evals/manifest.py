"""What a run was a run of: code, prompts, model, articles, machine."""

from __future__ import annotations

import hashlib
import os
import platform
import subprocess
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path

from pydantic import BaseModel, ConfigDict

import extractor
from evals.fixtures import OTHER, digest, split_folder

_CODE = Path(extractor.__file__).resolve().parent
_PROMPTS = (_CODE / "prompts_data", _CODE.parent / "prompts")


class Manifest(BaseModel):
    """What a run was a run of. Two runs whose `subject` is the same give the same answers."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    version: str
    commit: str | None
    code: str
    prompts: dict[str, str]
    model: str | None
    strategy: str
    split: str
    corpus: dict[str, str]
    limit: int | None
    repeat: int
    machine: str
    started: str

    @property
    def subject(self) -> dict[str, object]:
        """All that answers depend on: not the machine, the time, or how many articles were asked for."""
        return self.model_dump(include={"code", "prompts", "model", "strategy", "split"})

    def differences(self, other: Manifest) -> list[str]:
        """The parts of the subject in which two runs differ."""
        theirs = other.subject
        return [name for name, value in self.subject.items() if value != theirs[name]]


class Subject(BaseModel):
    """What is to be run over what."""

    model_config = ConfigDict(frozen=True)

    model: str | None
    strategy: str
    folder: Path
    split: str
    limit: int | None = None
    repeat: int = 1


def describe(subject: Subject) -> Manifest:
    """The manifest of a run that starts now."""
    folder = subject.folder
    corpus = {subject.split: digest(split_folder(folder, subject.split))}
    if (folder / OTHER).is_dir():
        corpus[OTHER] = digest(folder / OTHER)
    return Manifest(
        version=metadata.version("matchreport"),
        commit=_commit(),
        code=_code_digest(),
        prompts=_prompt_hashes(),
        model=None if subject.strategy == "reader" else subject.model,
        strategy=subject.strategy,
        split=subject.split,
        corpus=corpus,
        limit=subject.limit,
        repeat=subject.repeat,
        machine=f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}",
        started=datetime.now(UTC).isoformat(timespec="seconds"),
    )


def _code_digest() -> str:
    """Of all files of the package: a checkout with changes is a version of its own."""
    total = hashlib.sha256()
    for path in sorted(_CODE.rglob("*")):
        # What an edge shows has no part in what the stages find.
        inside = path.relative_to(_CODE)
        if path.is_file() and path.suffix != ".pyc" and inside.parts[0] not in ("cli", "render", "batch", "prompts_data"):
            total.update(f"{inside.as_posix()}\0{hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode())
    return total.hexdigest()[:16]


def _prompt_hashes() -> dict[str, str]:
    folder = next((folder for folder in _PROMPTS if folder.is_dir()), None)
    paths = sorted(folder.glob("*.jinja")) if folder else []
    return {path.stem: hashlib.sha256(path.read_bytes()).hexdigest()[:16] for path in paths}


def _commit() -> str | None:
    """Of the checkout that the code is in, with a mark where it has changes; None in an installed wheel."""
    if not (_CODE.parent / ".git").exists():
        return None
    try:
        told = subprocess.run(
            ["git", "describe", "--always", "--dirty", "--abbrev=12"],  # noqa: S607  whichever git the user has
            cwd=_CODE.parent, capture_output=True, text=True, timeout=20, check=True,
        )  # fmt: skip
    except (OSError, subprocess.SubprocessError):
        return None
    return told.stdout.strip()
