"""The embedded models really answer, survive a killed process, and leave none behind."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated, Literal

import pytest
from pydantic import BaseModel, Field

from extractor.ask.choose import choose
from extractor.errors import LocalModelFailed, ReplyTruncated
from extractor.models.local import Library
from extractor.models.local_server import LocalModel, ServerSettings
from extractor.models.question import Message, Question
from extractor.report import PromptId

ROOT = Path(__file__).parents[2]
PROMPT = PromptId(name="test", version="1", sha256="0" * 64)
SENTENCE = "Kort na rust kopte Berghuis de 2-0 achter doelman Bizot. GEHEIME TEKST."

needs_llama = pytest.mark.skipif(
    find_spec("xllamacpp") is None, reason="xllamacpp is not installed"
)


def _present(name: str) -> bool:
    return any(
        one.weights.name == name and (one.slices or one.joined) for one in Library().installed()
    )


class Players(BaseModel):
    names: Annotated[list[str], Field(max_length=4)]
    kind: Literal["goal", "card"]


def question(max_tokens: int = 200) -> Question[Players]:
    text = f"{SENTENCE}\nWhich people occur, and is this a goal or a card? Answer as JSON."
    return Question((Message("user", text),), Players, PROMPT, max_tokens)


@pytest.fixture(params=["qwen2.5-coder-1.5b", "qwen2.5-coder-0.5b"])
def model(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[LocalModel]:
    # Joined once into the user's own cache folder, like everybody's.
    monkeypatch.delenv("MATCHREPORT_CACHE")
    if given := os.environ.get("MATCHREPORT_TEST_CACHE"):
        monkeypatch.setenv("MATCHREPORT_CACHE", given)
    if not _present(request.param):
        pytest.skip(f"the slices of {request.param} are not installed")
    model = LocalModel(request.param)
    yield model
    asyncio.run(model.aclose())


def alive(pid: int) -> bool:
    """Whether a process runs; one that has ended and is not waited for does not."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


@pytest.mark.local_model
@needs_llama
def test_an_embedded_model_answers_and_outlives_its_process(model: LocalModel) -> None:
    async def go() -> tuple[int, int]:
        answer = await model.ask(question())
        assert answer.value.names
        assert answer.spent.usage.prompt > 40
        assert answer.spent.usage.completion > 5
        assert answer.spent.cost == 0.0
        first = model.process_id
        assert first is not None
        os.kill(first, signal.SIGKILL)
        assert (await model.ask(question())).value == answer.value
        second = model.process_id
        assert second is not None
        return first, second

    first, second = asyncio.run(go())
    assert first != second
    assert (alive(first), alive(second)) == (False, True)
    asyncio.run(model.aclose())
    assert not alive(second)


@pytest.mark.local_model
@needs_llama
def test_an_embedded_model_chooses_by_probability(model: LocalModel) -> None:
    asked = choose(model, SENTENCE, "Who scored the goal?", ["Bizot", "Berghuis", "nobody"])
    chosen = asyncio.run(asked)
    assert sum(chosen.probabilities.values()) == pytest.approx(1.0)
    assert all(0 < p < 1 for p in chosen.probabilities.values())
    assert chosen.spent.attempts == 3
    # The passage is read once for all orders of the options.
    assert chosen.spent.usage.cached > chosen.spent.usage.prompt / 3


@pytest.mark.local_model
@needs_llama
def test_an_answer_that_does_not_fit_is_an_error(model: LocalModel) -> None:
    with pytest.raises(ReplyTruncated):
        asyncio.run(model.ask(question(max_tokens=5)))


@pytest.mark.local_model
@needs_llama
def test_a_question_that_is_killed_under_way_is_asked_again(model: LocalModel) -> None:
    async def go() -> None:
        await model.ask(question())
        pid = model.process_id
        assert pid is not None
        os.kill(
            pid, signal.SIGSTOP
        )  # so that the question is surely under way when the process dies
        asked = asyncio.create_task(model.ask(question()))
        done, _ = await asyncio.wait([asked], timeout=0.3)
        assert not done
        os.kill(pid, signal.SIGKILL)
        assert (await asked).value.names

    asyncio.run(go())


PARENT = """
import asyncio, os, sys
from tests.models.test_local_model import LocalModel, question
model = LocalModel(sys.argv[1])
asyncio.run(model.ask(question()))
print(model.process_id, flush=True)
sys.stdin.read()
"""


@pytest.mark.local_model
@needs_llama
def test_no_process_outlives_a_killed_parent(model: LocalModel) -> None:
    name = model.name.removeprefix("local/")
    with subprocess.Popen(
        [sys.executable, "-c", PARENT, name],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    ) as parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        assert alive(child)
        os.kill(parent.pid, signal.SIGKILL)
    asyncio.run(_gone(child))


async def _gone(pid: int) -> None:
    async with asyncio.timeout(60):
        while alive(pid):  # noqa: ASYNC110  another process has no event to wait for
            await asyncio.sleep(0.05)


@pytest.mark.local_model
@needs_llama
def test_articles_stay_out_of_the_log(model: LocalModel) -> None:
    asyncio.run(model.ask(question()))
    from extractor.models.folders import cache_folder

    assert "GEHEIME" not in (cache_folder("logs") / "llama.log").read_text(errors="replace")


@pytest.mark.local_model
@needs_llama
def test_a_file_that_llama_cpp_can_not_load(tmp_path: Path) -> None:
    broken = tmp_path / "broken.gguf"
    broken.write_bytes(b"GGUF" + bytes(100))
    model = LocalModel(str(broken), ServerSettings(crashes=2))
    for _ in range(2):
        with pytest.raises(LocalModelFailed, match=r"broken\.gguf.*llama\.log"):
            asyncio.run(model.ask(question()))
    with pytest.raises(LocalModelFailed, match="2 times in a row"):
        asyncio.run(model.ask(question()))
    assert model.process_id is None
