from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.running import Command


@pytest.fixture
def matchreport(tmp_path: Path) -> Command:
    return Command(tmp_path)
