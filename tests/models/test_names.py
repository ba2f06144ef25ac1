"""Model names: what each opens, and that nothing is opened without one."""

from __future__ import annotations

from pathlib import Path

import pytest

from extractor.errors import MissingApiKey, UnknownModel
from extractor.models.names import ModelName, ModelSettings, default_strategy, open_model, parse


@pytest.mark.parametrize(
    ("name", "provider", "model"),
    [
        ("openai/gpt-5", "openai", "gpt-5"),
        ("openai/Qwen/Qwen3-8B", "openai", "Qwen/Qwen3-8B"),
        ("local/qwen2.5-coder-1.5b", "local", "qwen2.5-coder-1.5b"),
        ("local//models/a.gguf", "local", "/models/a.gguf"),
    ],
)
def test_names_that_mean_something(name: str, provider: str, model: str) -> None:
    assert parse(name) == ModelName(provider, model)  # type: ignore[arg-type]
    assert str(parse(name)) == name


@pytest.mark.parametrize("name", ["", "gpt-5", "openai/", "anthropic/claude", "local/", "/x"])
def test_names_that_mean_nothing_say_what_would(name: str) -> None:
    for use in (parse, default_strategy, open_model):
        with pytest.raises(UnknownModel, match="openai/<model>"):
            use(name)


def test_an_unknown_embedded_model_lists_the_known_ones() -> None:
    with pytest.raises(UnknownModel, match=r"qwen2\.5-coder-1\.5b"):
        open_model("local/gpt-5")


def test_files_that_are_no_models(tmp_path: Path) -> None:
    with pytest.raises(UnknownModel, match="No such file"):
        open_model(f"local/{tmp_path}/absent.gguf")
    (tmp_path / "text.gguf").write_text("text")
    with pytest.raises(UnknownModel, match="not a GGUF"):
        open_model(f"local/{tmp_path}/text.gguf")


def test_no_key_says_what_to_do() -> None:
    with pytest.raises(MissingApiKey, match=r"OPENAI_API_KEY.*--base-url.*local/"):
        open_model("openai/gpt-5")


def test_a_server_of_ones_own_needs_no_key(monkeypatch: pytest.MonkeyPatch) -> None:
    given = open_model("openai/m", ModelSettings(base_url="http://127.0.0.1:1/v1", cached=False))
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:2/v1")
    from_environment = open_model("openai/m", ModelSettings(cached=False))
    assert given.identity == "openai/m at http://127.0.0.1:1/v1"
    assert from_environment.identity == "openai/m at http://127.0.0.1:2/v1"


def test_keys_are_not_shown() -> None:
    settings = ModelSettings(api_key="sk-secret")
    model = open_model("openai/gpt-5", settings)
    assert "sk-secret" not in repr(settings) + repr(model) + model.identity
    assert model.identity == "openai/gpt-5 at https://api.openai.com/v1"


def test_default_strategies() -> None:
    assert default_strategy("openai/gpt-5") == "single"
    assert default_strategy("local/qwen2.5-coder-1.5b") in ("guided", "reader")
