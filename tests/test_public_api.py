"""What other programs build on: names, signatures, documentation."""

from __future__ import annotations

import inspect
import subprocess
import sys
from importlib import resources
from pathlib import Path

import pytest

import extractor
from extractor import errors

ROOT = Path(__file__).parents[1]
NAMES = {
    "AccessDenied", "Article", "ConfigurationError", "Extraction", "Extractor", "InputError", "MatchReport", "MatchReportError",
    "ModelError", "ModelSettings",
    "NotAMatchReport", "Span", "extract", "read_article",
}  # fmt: skip


def test_the_public_names() -> None:
    assert set(extractor.__all__) == NAMES
    assert list(extractor.__all__) == sorted(extractor.__all__)


@pytest.mark.parametrize("name", sorted(NAMES))
def test_every_public_name_is_there_and_documented(name: str) -> None:
    thing = getattr(extractor, name)
    assert (inspect.getdoc(thing) or "").strip()
    assert not name.startswith("_")


def functions() -> list[tuple[str, object]]:
    """Public functions and methods written here."""
    found: list[tuple[str, object]] = [
        ("extract", extractor.extract),
        ("read_article", extractor.read_article),
        ("Extractor", extractor.Extractor.__init__),
    ]
    found += [(f"Extractor.{n}", f) for n, f in inspect.getmembers(extractor.Extractor, inspect.isroutine) if not n.startswith("_")]
    return found


@pytest.mark.parametrize(("name", "function"), functions())
def test_at_most_five_parameters_all_typed_and_no_tunnels(name: str, function: object) -> None:
    assert callable(function)
    signature = inspect.signature(function)
    parameters = [p for n, p in signature.parameters.items() if n != "self"]
    assert len(parameters) <= 5, name
    assert all(p.annotation is not p.empty for p in parameters), name
    assert all(p.kind not in (p.VAR_KEYWORD, p.VAR_POSITIONAL) for p in parameters), name
    assert signature.return_annotation is not signature.empty, name
    assert inspect.getdoc(function), name


def test_the_methods_of_the_issue_are_there() -> None:
    assert {"from_provider", "extract", "extract_async", "map"} <= {n for n, _ in inspect.getmembers(extractor.Extractor)}
    assert "concurrency" in inspect.signature(extractor.Extractor.map).parameters


def test_the_package_is_typed() -> None:
    assert resources.files("extractor").joinpath("py.typed").is_file()


def test_every_error_is_in_the_tree_and_in_its_drawing() -> None:
    classes = [c for _, c in inspect.getmembers(errors, inspect.isclass) if c.__module__ == errors.__name__]
    assert len(classes) > 10
    drawing = errors.__doc__ or ""
    for one in classes:
        assert issubclass(one, errors.MatchReportError)
        assert one.__name__ in drawing
        assert isinstance(one.retryable, bool)
        assert isinstance(one.stops_run, bool)


def test_the_reason_of_a_rejected_article_can_be_read_by_a_program() -> None:
    error = errors.NotAMatchReport("preview", "it looks ahead")
    assert (error.reason, error.explanation) == ("preview", "it looks ahead")
    assert str(error) == "not a match report (preview): it looks ahead"


def test_importing_has_no_effects() -> None:
    """Nothing is printed, no thread starts, and no file of ours appears; checked in a process of its own."""
    program = "import threading, extractor; print(threading.active_count(), sorted(extractor.__all__)[0])"
    done = subprocess.run([sys.executable, "-W", "error", "-c", program], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.split() == ["1", "AccessDenied"]
    assert done.stderr == ""
