"""What is given in becomes an article, or an error that names the input and the way out."""

from __future__ import annotations

import io
import json
import re
import sys
from pathlib import Path

import pytest

from extractor import Article, InputError, extract, read_article
from extractor.errors import ArticleTooLong, EmptyArticle, NotDutch, UnreadableInput
from extractor.reading_in import MAX_CHARACTERS, article_from_json, checked, decode
from tests.dutch.articles import LEAGUE

TEXT = "Ajax heeft met 2-1 gewonnen van PSV.\r\n\r\n\u201cPrachtig\u201d, zei co\u00adach Çalhanoğlu 👏\n"


class Standard:
    """Standard input that holds these bytes."""

    def __init__(self, data: bytes) -> None:
        self.buffer = io.BytesIO(data)


def test_a_text_file_is_the_article_to_the_letter(tmp_path: Path) -> None:
    file = tmp_path / "verslag 12.txt"
    file.write_bytes(TEXT.encode())
    assert read_article(file) == Article(text=TEXT, id="verslag 12")
    assert read_article(str(file)).text == TEXT


def test_a_byte_order_mark_is_no_part_of_the_text(tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    file.write_bytes(b"\xef\xbb\xbf" + TEXT.encode())
    assert read_article(file).text == TEXT


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_a_json_file_brings_its_metadata(tmp_path: Path, mark: bytes) -> None:
    record = {"id": "7", "title": "Ajax wint", "published": "2024-05-05", "source": "De Krant", "text": TEXT}
    file = tmp_path / "a.json"
    file.write_bytes(mark + json.dumps(record).encode())
    assert read_article(file) == Article(**record)


@pytest.mark.parametrize(
    ("published", "kept"), [("2024-05-05T20:15:00+02:00", "2024-05-05"), ("2024-05", "2024-05"), ("2024", "2024"), (None, None)]
)
def test_dates_of_publication(published: str | None, kept: str | None) -> None:
    assert article_from_json(json.dumps({"text": TEXT, "published": published}), "x").published == kept


def test_standard_input_is_text_or_json(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", Standard(TEXT.encode()))
    assert read_article("-").text == TEXT
    monkeypatch.setattr(sys, "stdin", Standard(json.dumps({"text": TEXT, "id": "9"}).encode()))
    assert read_article("-") == Article(text=TEXT, id="9")


def test_without_an_id_the_text_gives_one() -> None:
    one, same, other = Article(text=TEXT), Article(text=TEXT, title="t"), Article(text=TEXT + "!")
    assert one.id == same.id != other.id
    assert re.fullmatch(r"[0-9a-f]{16}", one.id)


def write(folder: Path, name: str, data: bytes) -> Path:
    file = folder / name
    file.write_bytes(data)
    return file


@pytest.mark.parametrize(
    ("name", "data", "error", "way_out"),
    [
        ("leeg.txt", b"", EmptyArticle, "empty"),
        ("wit.txt", " \r\n\t\u00a0\n".encode(), EmptyArticle, "empty"),
        ("leeg.json", b'{"text": "  "}', EmptyArticle, "empty"),
        ("foto.txt", b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", UnreadableInput, "binary"),
        ("utf16.txt", TEXT.encode("utf-16"), UnreadableInput, "binary"),
        ("latin1.txt", "Gelijkmaker van Yémi café".encode("latin-1"), UnreadableInput, "iconv -f WINDOWS-1252 -t UTF-8"),
        ("latin1.json", '{"text": "café"}'.encode("latin-1"), UnreadableInput, "iconv"),
        ("groot.txt", b"Ajax won. " * 524_288, ArticleTooLong, "split"),
        ("groot.json", json.dumps({"text": "a " * MAX_CHARACTERS}).encode(), ArticleTooLong, "split"),
        ("kapot.json", b'{"text": "Ajax won.",\n "id": }', UnreadableInput, "line 2"),
        ("niets.json", b"", UnreadableInput, "not JSON"),
        ("lijst.json", b'[{"text": "Ajax won."}]', UnreadableInput, "expected"),
        ("getal.json", b"12", UnreadableInput, "expected"),
        ("zonder.json", b'{"title": "Ajax"}', UnreadableInput, "text"),
        ("veld.json", b'{"text": "Ajax won.", "auteur": "X"}', UnreadableInput, "auteur"),
        ("id.json", b'{"text": "Ajax won.", "id": 7}', UnreadableInput, "id"),
        ("datum.json", b'{"text": "Ajax won.", "published": "12 mei"}', UnreadableInput, "published"),
        ("tekst.json", b'{"text": ["Ajax", "won"]}', UnreadableInput, "text"),
    ],
)
def test_unusable_files(tmp_path: Path, name: str, data: bytes, error: type[InputError], way_out: str) -> None:
    file = write(tmp_path, name, data)
    with pytest.raises(error) as caught:
        read_article(file)
    message = str(caught.value)
    assert type(caught.value) is error
    assert name in message
    assert way_out in message
    assert "\n" not in message


@pytest.mark.parametrize("data", [b"[" * 200_000, b'{"text": "Ajax", "id": ' + b"9" * 5000 + b"}"])
def test_json_that_python_itself_can_not_hold(tmp_path: Path, data: bytes) -> None:
    file = write(tmp_path, "vreemd.json", data)
    with pytest.raises(UnreadableInput, match=r"vreemd\.json"):
        read_article(file)


def test_a_missing_file_and_a_folder(tmp_path: Path) -> None:
    with pytest.raises(UnreadableInput, match=r"verdwenen\.txt: no such file; give the path"):
        read_article(tmp_path / "verdwenen.txt")
    with pytest.raises(UnreadableInput, match=r"is a folder; use `matchreport batch`"):
        read_article(tmp_path)


@pytest.mark.parametrize("data", [b"\x80abc", b"abc\x00", b"Ajax \xff"])
def test_standard_input_is_named_in_the_message(monkeypatch: pytest.MonkeyPatch, data: bytes) -> None:
    monkeypatch.setattr(sys, "stdin", Standard(data))
    with pytest.raises(UnreadableInput, match=r"^standard input is "):
        read_article("-")


def test_the_position_of_the_wrong_byte_is_told() -> None:
    with pytest.raises(UnreadableInput, match=r"byte 5 is 0xe9"):
        decode(b"Ajax \xe9\xe9n", "a.txt")


def test_the_longest_article_is_still_read() -> None:
    assert checked(Article(text="a" * MAX_CHARACTERS)).text
    with pytest.raises(ArticleTooLong, match=r"article 7 has 60,001 characters"):
        checked(Article(text="a" * (MAX_CHARACTERS + 1), id="7"))


@pytest.mark.parametrize("text", ["", "   \n", "\u3000"])
def test_extract_refuses_an_empty_text(text: str) -> None:
    with pytest.raises(EmptyArticle):
        extract(text)


ENGLISH = (
    "Ajax beat PSV 2-1 on Sunday afternoon in front of a sold-out crowd. The visitors took the lead after ten minutes through a header "
    "by their striker, but the home side came back in the second half and scored twice before the final whistle was blown by the referee."
)


@pytest.mark.parametrize("text", [ENGLISH, "12 34 56", "\u200b", "🙂🙂🙂", "%PDF-1.4 obj endobj stream xref trailer startxref"])
def test_extract_refuses_what_is_not_dutch(text: str) -> None:
    with pytest.raises(NotDutch, match="does not seem to be Dutch"):
        extract(text)


def test_a_lone_surrogate_in_json_is_refused_or_read_to_the_end(tmp_path: Path) -> None:
    file = tmp_path / "vreemd.json"
    file.write_text(json.dumps({"text": LEAGUE.replace("katachtige", "kat\ud800achtige")}))
    try:
        extraction = extract(read_article(file))
    except UnreadableInput:
        return
    assert extraction.model_dump_json()
