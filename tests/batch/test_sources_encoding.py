"""Wrong encodings are repaired where they can be told, and always said."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractor import Article
from extractor.batch.sources.encoding import decoded, repaired
from extractor.batch.sources.records import text_key
from extractor.errors import UnreadableInput
from tests.batch.archives import BODY, jsonl, page, parquet, read, records

WORDS = st.text(st.characters(codec="utf-8"), min_size=1)


@given(st.text(st.characters(codec="utf-8", exclude_characters="\x00\ufeff")))
def test_utf8_is_decoded_as_it_is(text: str) -> None:
    assert decoded(text.encode(), "it") == (text, ())


@given(st.binary())
def test_any_bytes_are_text_or_a_clear_error(data: bytes) -> None:
    try:
        text, _ = decoded(data, "it")
    except UnreadableInput as error:
        assert str(error).startswith("it ")  # noqa: PT017  either is right
    else:
        text.encode()


@given(st.text())
def test_repaired_text_can_be_written(text: str) -> None:
    fixed, notes = repaired(text, "text")
    fixed.encode()
    assert notes or fixed == text


@pytest.mark.parametrize("codec", ["cp1252", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "mac_roman"])
def test_other_encodings_are_found_out_and_said(tmp_path: Path, codec: str) -> None:
    (tmp_path / "a.txt").write_bytes(BODY.encode(codec))
    (item,) = read(tmp_path)
    assert item.article is not None
    assert item.article.text == BODY
    assert len(item.notes) == 1
    assert "decoded as" in item.notes[0]


def test_windows_text_in_utf8(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(BODY.encode() + "’s".encode("cp1252"))
    (item,) = read(tmp_path)
    assert item.article is not None
    assert item.article.text == f"{BODY}’s"
    assert item.notes == ("1 bytes that are not UTF-8 read as windows-1252",)


@pytest.mark.parametrize("codec", ["latin-1", "mac_roman", "cp437"])
def test_mojibake_is_repaired_and_said(tmp_path: Path, codec: str) -> None:
    broken = BODY.encode().decode(codec)
    (tmp_path / "a.jsonl").write_bytes(jsonl([{"id": "m", "text": broken, "title": "Één".encode().decode(codec)}]))
    parquet(tmp_path / "a.parquet", [{"text": broken}])
    for item in read(tmp_path):
        assert item.article is not None
        assert item.article.text == BODY
        assert any(note.startswith("text: characters that were decoded wrongly before") for note in item.notes)


@pytest.mark.parametrize(
    ("charset", "bytes_in", "note"),
    [("utf-8", "utf-8", ()), ("iso-8859-1", "utf-8", ()), ("utf-8", "cp1252", ("cp1252",)), ("windows-1252", "cp1252", ("windows-1252",))],
)
def test_a_page_is_decoded_as_it_is_not_as_it_says(tmp_path: Path, charset: str, bytes_in: str, note: tuple[str, ...]) -> None:
    html = page(records(1)[0]).decode().replace('charset="utf-8"', f'charset="{charset}"')
    (tmp_path / "a.html").write_bytes(html.encode(bytes_in))
    (item,) = read(tmp_path)
    assert item.article is not None
    assert "“Zó moet het”, zei coach Müller – de één was blij" in item.article.text
    assert len(item.notes) == len(note)
    assert all(part in found for part, found in zip(note, item.notes, strict=True))


def test_halves_of_characters_are_replaced(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_bytes(b'{"id": "half \\ud83d", "text": "Goal \\udca9 \\ud83d\\udca9", "title": "\\ud800"}\n')
    (item,) = read(tmp_path)
    assert item.article is not None
    assert (item.id, item.article.text, item.article.title) == ("half \ufffd", "Goal \ufffd \U0001f4a9", "\ufffd")
    assert len(item.notes) == 3


@given(WORDS, WORDS)
def test_the_same_words_meet_and_others_do_not(one: str, other: str) -> None:
    def key(text: str) -> str:
        return text_key(Article(text=text, id=text[:3]))

    assert key(f"Ajax {one}") == key(f"  «AJAX»\r\n\t{one} ")
    assert key(f"Ajax {one}") == key(unicodedata.normalize("NFD", f"Ajax {one}"))
    assert key(f"x{one}") != key(f"xx{one}")
    assert key("2-1") == key("2–1") != key("21")
    assert key("voet\u00adbal") == key("voetbal") != key("voet bal")
    assert (key("!") == key("?")) is False


def test_a_key_does_not_depend_on_what_is_beside_the_text() -> None:
    assert text_key(Article(text="a b", id="1", title="x")) == text_key(Article(text="A, b.", source="y"))
