"""The gate for the embedded default on a handful of `dev`."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import pytest

from evals.commands import Evaluation, Gating, evaluation
from evals.fixtures import FIXTURES
from evals.gate import floors_file, read_floors
from extractor import Extractor, ModelSettings
from extractor.models.local import Library

MODEL = "qwen2.5-coder-1.5b"
HANDFUL = 2
PLACE = (f"dev, first {HANDFUL}", f"guided local/{MODEL}")
SET_FLOORS = f"no floors yet: matchreport eval -m local/{MODEL} --limit {HANDFUL} --gate --raise-floor"


def _present() -> bool:
    return find_spec("xllamacpp") is not None and any(
        one.weights.name == MODEL and (one.slices or one.joined) for one in Library().installed()
    )


@pytest.mark.local_model
@pytest.mark.slow
@pytest.mark.skipif(PLACE[1] not in read_floors(floors_file(FIXTURES)).get(PLACE[0], {}), reason=SET_FLOORS)
def test_the_embedded_default_is_above_its_floors(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    if not _present():
        pytest.skip("the embedded model is not installed")
    with Extractor.from_provider(f"local/{MODEL}", strategy="guided", settings=ModelSettings(cached=False)) as extractor:
        code = evaluation(extractor, Evaluation(limit=HANDFUL, jobs=1, out=tmp_path / "run", gating=Gating(check=True)))
    assert code == 0, capsys.readouterr().err
