"""Bytes that should be UTF-8 and are not, text that once was read in the wrong encoding: repaired where it can be told, and said."""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable
from functools import partial

from extractor.errors import UnreadableInput

Notes = tuple[str, ...]
Decoder = Callable[[bytes], str]

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_ONE_BYTE = ["cp1252", "cp850", "mac_roman"]
"""What Dutch text was written in before UTF-8, on Windows, under DOS and on the Macintosh; of more, a detector guesses more."""

_TWO_BYTES = ["utf_16_le", "utf_16_be"]

_STRAY_BYTE = re.compile("[\udc80-\udcff]")
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
_MOJIBAKE = re.compile("[ÂÃâÄÅË├┬Γ√¬\x80-\x9f]")
"""UTF-8 read as something else shows one of these; most text has none, and the library's own look takes ten times as long."""


def decoded(data: bytes, name: str, declared: str | None = None) -> tuple[str, Notes]:
    """The text in bytes, and what had to be found out to read them.

    Args:
        data: Of the whole record.
        name: For the error.
        declared: The encoding that the record itself gives; used where it fits and the bytes are not UTF-8.

    Raises:
        UnreadableInput: They are no text, or in an encoding that can't be told.
    """
    decode, notes = decoder_for(data, name, declared)
    return decode(data), notes


def decoder_for(data: bytes, name: str, declared: str | None = None) -> tuple[Decoder, Notes]:
    """What decodes bytes, or any part of them; see `decoded`."""
    for mark, codec in _MARKS:
        if data.startswith(mark):
            return _checked(data, codec, name), () if codec == "utf-8-sig" else (f"decoded as {codec}, as its byte order mark says",)
    if b"\x00" in data:
        return _detected(data, _TWO_BYTES, name)
    try:
        data.decode()
    except UnicodeDecodeError:
        pass
    else:
        return _utf8, ()
    if declared and _fits(data, declared):
        return partial(_by_codec, codec=declared), (f"decoded as {declared}, as it says itself",)
    text = data.decode("utf-8", "surrogateescape")
    stray = len(_STRAY_BYTE.findall(text))
    if stray * 2 <= sum(not character.isascii() for character in text):
        return _mostly_utf8, (f"{stray} bytes that are not UTF-8 read as windows-1252",)
    return _detected(data, _ONE_BYTE, name)


def repaired(text: str, name: str) -> tuple[str, Notes]:
    """Text without mojibake and half characters, and what was wrong with it.

    Args:
        text: As it was decoded, by us or by whoever made the archive.
        name: Of the field, for the notes.
    """
    notes: list[str] = []
    if not text.isascii():
        text, count = _LONE_SURROGATE.subn("\ufffd", text)
        if count:
            notes.append(f"{name}: {count} halves of characters replaced by U+FFFD")
        if _MOJIBAKE.search(text):
            text, steps = _without_mojibake(text)
            if steps:
                notes.append(f"{name}: characters that were decoded wrongly before repaired ({steps})")
    return text, tuple(notes)


def _utf8(data: bytes) -> str:
    return data.decode()


def _by_codec(data: bytes, codec: str) -> str:
    return data.decode(codec)


def _mostly_utf8(data: bytes) -> str:
    """UTF-8 into which text of Windows was pasted."""
    text = data.decode("utf-8", "surrogateescape")
    return _STRAY_BYTE.sub(lambda stray: bytes([ord(stray[0]) - 0xDC00]).decode("cp1252", "replace"), text)


def _fits(data: bytes, codec: str) -> bool:
    try:
        # What calls itself Latin-1 on the web is Windows-1252, and control characters give away what is neither.
        return not re.search("[\x00\x80-\x9f]", data.decode(codec))
    except (UnicodeError, LookupError):  # whatever a page claims: some codecs raise less than a UnicodeDecodeError
        return False


def _checked(data: bytes, codec: str, name: str) -> Decoder:
    try:
        data.decode(codec)
    except UnicodeDecodeError as error:
        raise UnreadableInput(f"{name} is not {codec}, though its byte order mark says so (byte {error.start})") from None
    return partial(_by_codec, codec=codec)


def _detected(data: bytes, candidates: list[str], name: str) -> tuple[Decoder, Notes]:
    try:
        from charset_normalizer import from_bytes
    except ModuleNotFoundError:
        raise UnreadableInput(f"{name} is not UTF-8; what finds out the encoding comes with: pip install 'matchreport[archive]'") from None
    best = from_bytes(data, cp_isolation=candidates).best()
    if best is None or not _mostly_ascii(data.decode(best.encoding)):
        problem = "is binary data, not text" if b"\x00" in data else "is not UTF-8, and its encoding can't be told"
        raise UnreadableInput(f"{name} {problem}; convert it first, for example with iconv -f WINDOWS-1252 -t UTF-8")
    return partial(_by_codec, codec=best.encoding), (f"not UTF-8: decoded as {best.encoding}",)


def _mostly_ascii(text: str) -> bool:
    """As Dutch is, and what comes of reading junk is not."""
    return sum(character.isascii() and (character.isprintable() or character.isspace()) for character in text) * 2 > len(text)


def _without_mojibake(text: str) -> tuple[str, str]:
    """The text, and the steps that repaired it; without the library's help it stays as it is."""
    try:
        import ftfy
    except ModuleNotFoundError:
        return text, ""
    fixed, steps = ftfy.fix_encoding_and_explain(text)
    return fixed, ", ".join(" ".join(step) for step in steps or ()) if fixed != text else ""
