"""The bytes of a table -> its text: in which encoding it is, and a question where the bytes could be read two ways.

Spreadsheets write UTF-8, UTF-16 or what their country used before. The last has no mark, and the same bytes are names
in Korean and others in western letters. Korean is taken where it is made of syllables and the other reading is not made
of letters; western where there is no Korean one. Everything else is asked back.
"""

from __future__ import annotations

from dataclasses import dataclass

from grader.core import Message
from grader.errors import BadRequest

ENCODINGS = ("utf-8", "utf-16", "cp949", "cp1252", "cp1250", "shift_jis", "gb18030")
"""Those that can be asked for by name."""
KOREAN, WESTERN = "cp949", "cp1252"
MARKS = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16", b"\xef\xbb\xbf": "utf-8"}
TYPESET = frozenset("\u2018\u2019\u2013\u2014\u00a0\u00b7")
"""Quotes, dashes, a blank and a dot, that stand between western letters."""
ARCHIVE = b"PK\x03\x04"
"""How a workbook begins."""
LONGEST_SHOWN = 60


@dataclass(frozen=True, slots=True)
class Reading:
    """A table as text, and the encoding that it was read in."""

    text: str
    encoding: str


class Unreadable(BadRequest):
    """`line` is where it shows."""

    def __init__(self, line: int, message: Message) -> None:
        super().__init__(message)
        self.line = line


def read(data: bytes, encoding: str | None = None) -> Reading:
    """Read a table in `encoding`, or find out which it is in. Raises Unreadable, with the cure."""
    if data.startswith(ARCHIVE):
        raise Unreadable(1, Message("people.roster.workbook"))
    marked = next((name for mark, name in MARKS.items() if data.startswith(mark)), None)
    if encoding is not None and encoding not in ENCODINGS:
        raise Unreadable(
            1, Message("roster.encoding.unknown", {"encoding": encoding, "encodings": ", ".join(ENCODINGS)})
        )
    if asked := encoding or marked:
        return Reading(_decoded(data, asked), asked)
    try:
        return Reading(data.decode("utf-8"), "utf-8")
    except UnicodeDecodeError as error:
        return _guessed(data, error)


def _decoded(data: bytes, encoding: str) -> str:
    """Raises Unreadable where the bytes are not in it."""
    try:
        return data.decode("utf-8-sig" if encoding == "utf-8" else encoding)
    except UnicodeDecodeError as error:
        line = _line(error.object[: error.start].decode(encoding, errors="replace"))
        raise Unreadable(line, Message("roster.encoding.wrong", {"encoding": encoding})) from None


def _guessed(data: bytes, error: UnicodeDecodeError) -> Reading:
    korean, western = _strict(data, KOREAN), _strict(data, WESTERN)
    letters = western is not None and all(c.isascii() or c.isalpha() or c in TYPESET for c in western)
    if korean is not None and _is_korean(korean) and not letters:
        return Reading(korean, KOREAN)
    if western is not None and letters and korean is None:
        return Reading(western, WESTERN)
    line = data.count(b"\n", 0, error.start) + 1
    if korean is None or western is None:
        raise Unreadable(line, Message("roster.encoding.none", {"encodings": ", ".join(ENCODINGS)}))
    shown = {"korean": _cut(korean, line), "western": _cut(western, line)}
    raise Unreadable(line, Message("roster.encoding.two", shown))


def _strict(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return None


def _is_korean(text: str) -> bool:
    """Syllables alone, and nine of ten in common use: a western letter and the ASCII one after it make rare ones."""
    foreign = [c for c in text if not c.isascii()]
    rare = sum(len(c.encode("euc_kr", errors="ignore")) != 2 for c in foreign)
    return all("\uac00" <= c <= "\ud7a3" for c in foreign) and 10 * rare <= len(foreign)


def _line(before: str) -> int:
    return before.count("\n") + 1


def _cut(text: str, line: int) -> str:
    return text.split("\n")[line - 1].strip()[:LONGEST_SHOWN]
