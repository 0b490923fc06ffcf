"""A roster as a file: which encoding, which columns, what each line says of a person, and every fault at once.

Columns: email (the only one that must be there), name, role, group, external_id, section, repository. A column that
is missing and a cell that is empty say nothing.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from grader.core import Message
from grader.course import sections
from grader.course.people import clean_email, one_line
from grader.course.tables import Role
from grader.errors import BadRequest

COLUMNS = ("email", "name", "role", "group", "external_id", "section", "repository")
REPOSITORY = re.compile(r"[\w.-]+/[\w.-]+", re.ASCII)
HANGUL = re.compile(r"[\uac00-\ud7a3]*")
MOST_LINES = 20_001
"""A header and more people than a course has: what is longer was not meant to be a roster, and nobody waits for it."""
ARCHIVE = b"PK\x03\x04"
"""How a workbook begins."""

Fault = tuple[int, Message]
"""What is wrong, and in which line of the table (the header is line 1)."""


class RosterFault(BadRequest):
    """The table cannot be imported: `faults` holds what is wrong, line by line."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__(Message("course.roster.faults", {"count": len(faults)}))
        self.faults = tuple(faults)


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the table: what it says of a person, by column."""

    line: int
    email: str
    says: Mapping[str, str]


def parse(data: bytes) -> list[Entry]:
    """The lines of a table. Raises RosterFault with every line that is wrong."""
    if data.startswith(ARCHIVE):
        raise RosterFault([(1, Message("people.roster.workbook"))])
    text = decode(data)
    if not text.strip():
        raise RosterFault([(1, Message("course.roster.empty"))])
    entries: dict[str, Entry] = {}
    faults: list[Fault] = []
    header: list[str] = []
    for line, row in _rows(text, faults):
        if line > MOST_LINES:
            raise RosterFault([(line, Message("people.roster.long", {"most": MOST_LINES - 1}))])
        if not header:
            header = _header(row)
        elif any(cell.strip() for cell in row):
            _read(line, row, header, entries, faults)
    if faults:
        raise RosterFault(faults)
    return list(entries.values())


def decode(data: bytes) -> str:
    """UTF-8 or UTF-16, with or without its mark; else what a Korean, or a western, spreadsheet writes."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16", errors="replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    try:
        text = data.decode("cp949")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")
    foreign = "".join(c for c in text if not c.isascii())
    return text if HANGUL.fullmatch(foreign) else data.decode("cp1252", errors="replace")


def _rows(text: str, faults: list[Fault]) -> Iterator[tuple[int, list[str]]]:
    """The rows with the line that each begins in: a quoted cell may hold several."""
    delimiter = max(",;\t", key=text.splitlines()[0].count)
    table = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    while True:
        line = table.line_num + 1
        try:
            yield line, next(table)
        except StopIteration:
            return
        except csv.Error as error:
            faults.append((line, Message("course.roster.csv", {"cause": str(error)})))


def _header(row: Sequence[str]) -> list[str]:
    header = [cell.strip().lower() for cell in row]
    unknown = [name for name in header if name not in COLUMNS]
    if unknown or "email" not in header or len(set(header)) < len(header):
        names = {"found": ", ".join(row), "columns": ", ".join(COLUMNS)}
        raise RosterFault([(1, Message("course.roster.header", names))])
    return header


def _read(line: int, row: Sequence[str], header: Sequence[str], entries: dict[str, Entry], faults: list[Fault]) -> None:
    if len(row) > len(header):
        faults.append((line, Message("course.roster.cells", {"cells": len(row), "columns": len(header)})))
        return
    try:
        says = {name: cell for name, cell in zip(header, map(one_line, row), strict=False) if cell}
        entry = entry_of(line, says)
    except BadRequest as error:
        faults.append((line, error.message))
        return
    if entry.email in entries:
        first = entries[entry.email].line
        faults.append((line, Message("course.roster.twice", {"email": entry.email, "first": first})))
    entries.setdefault(entry.email, entry)


def entry_of(line: int, says: Mapping[str, str]) -> Entry:
    """What a line says, put plainly; an empty text is one. Raises BadRequest."""
    says = dict(says)
    email = clean_email(says.pop("email", ""))
    if "role" in says:
        says["role"] = says["role"].lower()
        if says["role"] not in list(Role):
            raise BadRequest(Message("course.role.unknown", {"role": says["role"], "roles": ", ".join(Role)}))
    if "section" in says:
        says["section"] = sections.clean(says["section"])
    if says.get("repository"):
        says["repository"] = repository_name(says["repository"])
    return Entry(line, email, says)


def repository_name(text: str) -> str:
    """`owner/name` in lower case, also from an address of the repository. Raises BadRequest."""
    name = re.sub(r"^(https?://[^/]+/|git@[^:]+:)|(\.git)?/?$", "", text.strip()).lower()
    if not REPOSITORY.fullmatch(name):
        raise BadRequest(Message("course.repository.bad", {"repository": text}))
    return name
