"""Where answers, joined models and logs are kept."""

from __future__ import annotations

import os
from pathlib import Path

from extractor.errors import StorageError


def cache_folder(part: str = "") -> Path:
    """Our folder under the user's cache folder (or MATCHREPORT_CACHE), made if need be, for this
    user alone.

    Raises:
        StorageError: It can't be made.
    """
    import platformdirs

    override = os.environ.get("MATCHREPORT_CACHE")
    root = Path(override).expanduser() if override else platformdirs.user_cache_path("matchreport")
    folder = root / part
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise StorageError(
            f"can't make the cache folder {folder}: {error.strerror}; set MATCHREPORT_CACHE to one "
            "that can be written"
        ) from None
    return folder
