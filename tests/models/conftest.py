"""No test here reads the user's cache or keys."""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def own_surroundings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache folder of the test's own, and no key in the environment."""
    for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL", "MATCHREPORT_MODEL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("MATCHREPORT_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"
