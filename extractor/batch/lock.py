"""One run at a time works in a folder."""

from __future__ import annotations

import os
from pathlib import Path
from typing import BinaryIO

from extractor.errors import StorageError

_NAME = ".lock"


def taken(folder: Path) -> BinaryIO:
    """Take the folder, until the file is closed; the system lets go of it when the process ends, however it ends.

    Raises:
        StorageError: Another run has it.
    """
    file = (folder / _NAME).open("a+b")
    try:
        if os.name == "nt":
            import msvcrt

            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        file.close()
        raise StorageError(f"another run is at work in {folder}; wait for it, or give another --out") from None
    return file


def is_taken(folder: Path) -> bool:
    """Whether a run is at work there."""
    try:
        taken(folder).close()
    except StorageError:
        return True
    return False
