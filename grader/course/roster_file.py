"""A roster as a file: which columns, what each line says of a person, and every fault at once.

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
from grader.course import roster_text, sections
from grader.course.people import clean_email, one_line
from grader.course.roster_text import Reading, Unreadable
from grader.course.tables import Role
from grader.errors import BadRequest

COLUMNS = ("email", "name", "role", "group", "external_id", "section", "repository")
REPOSITORY = re.compile(r"[\w.-]+/[\w.-]+", re.ASCII)
MOST_LINES = 20_001
"""A header and more people than a course has: what is longer was not meant to be a roster, and nobody waits for it."""

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


@dataclass(frozen=True, slots=True)
class Table:
    """The lines of a table, and how its bytes were read."""

    entries: tuple[Entry, ...]
    reading: Reading


def parse(data: bytes, encoding: str | None = None) -> Table:
    """A table in `encoding`, or in the one that it shows. Raises RosterFault with every line that is wrong."""
    try:
        reading = roster_text.read(data, encoding)
    except Unreadable as unreadable:
        raise RosterFault([(unreadable.line, unreadable.message)]) from None
    return Table(_entries(reading.text), reading)


def _entries(text: str) -> tuple[Entry, ...]:
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
    return tuple(entries.values())


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
    """The columns that the first line names, each of its faults told by name."""
    names = [cell.strip() for cell in row]
    header = [_column(name) for name in names]
    columns = {"columns": ", ".join(COLUMNS)}
    faults = [
        (1, Message("roster.header.unknown", {"name": name, **columns}) if name else Message("roster.header.empty"))
        for name, column in zip(names, header, strict=True)
        if column is None
    ]
    known = [column for column in header if column is not None]
    twice = dict.fromkeys(column for column in known if known.count(column) > 1)
    faults += [(1, Message("roster.header.twice", {"name": column})) for column in twice]
    if "email" not in known:
        faults.append((1, Message("roster.header.email", {"found": ", ".join(names)})))
    if faults:
        raise RosterFault(faults)
    return known


def _column(name: str) -> str | None:
    """What a head means: `E-mail` is email, `External ID` is external_id; None for what is no column."""
    plain = re.sub(r"[\s_-]", "", name.lower())
    return {column.replace("_", ""): column for column in COLUMNS}.get(plain)


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
