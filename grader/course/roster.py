"""A course's roster from a table: creates who is missing, changes what is different, and says which.

Columns: email (the only one that must be there), name, role, group, external_id, section, repository. A column that
is missing and a cell that is empty say nothing: what was there stays. Nobody is removed. Importing the same file
again changes nothing. All lines are looked at before anything is written, and all their faults are told at once.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

import sqlalchemy as sa
from sqlalchemy.orm import Session

from grader.core import Message
from grader.course import audit, sections
from grader.course.people import clean_email, one_line
from grader.course.tables import Course, Membership, Role, User
from grader.errors import BadRequest

COLUMNS = ("email", "name", "role", "group", "external_id", "section", "repository")
REPOSITORY = re.compile(r"[\w.-]+/[\w.-]+", re.ASCII)
HANGUL = re.compile(r"[\uac00-\ud7a3]*")


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
class Change:
    """What a line does: `fields` maps a column to its old and its new value."""

    email: str
    kind: Literal["new", "changed", "same"]
    fields: Mapping[str, tuple[str, str]] = field(default_factory=dict)


def import_roster(session: Session, course: Course, data: bytes) -> list[Change]:
    """Bring the members of `course` up to date with a table. Raises RosterFault; nothing is written then."""
    entries = parse(data)
    _check_repositories(session, course, entries)
    moves: list[tuple[Membership, str]] = []
    changes = [_apply(session, course, entry, moves) for entry in entries]
    _move(session, moves)
    counts = {kind: sum(change.kind == kind for change in changes) for kind in ("new", "changed", "same")}
    audit.record(session, "import-roster", course.slug, course_id=course.id, detail=counts)
    return changes


def parse(data: bytes) -> list[Entry]:
    """The lines of a table. Raises RosterFault with every line that is wrong."""
    text = decode(data)
    if not text:
        raise RosterFault([(1, Message("course.roster.empty"))])
    entries: dict[str, Entry] = {}
    faults: list[Fault] = []
    header: list[str] = []
    for line, row in _rows(text, faults):
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
        entry = _entry(line, says)
    except BadRequest as error:
        faults.append((line, error.message))
        return
    if entry.email in entries:
        first = entries[entry.email].line
        faults.append((line, Message("course.roster.twice", {"email": entry.email, "first": first})))
    entries.setdefault(entry.email, entry)


def _entry(line: int, says: dict[str, str]) -> Entry:
    email = clean_email(says.pop("email", ""))
    if "role" in says:
        says["role"] = says["role"].lower()
        if says["role"] not in list(Role):
            raise BadRequest(Message("course.role.unknown", {"role": says["role"], "roles": ", ".join(Role)}))
    if "section" in says:
        says["section"] = sections.clean(says["section"])
    if "repository" in says:
        says["repository"] = repository_name(says["repository"])
    return Entry(line, email, says)


def repository_name(text: str) -> str:
    """`owner/name` in lower case, also from an address of the repository. Raises BadRequest."""
    name = re.sub(r"^(https?://[^/]+/|git@[^:]+:)|(\.git)?/?$", "", text.strip()).lower()
    if not REPOSITORY.fullmatch(name):
        raise BadRequest(Message("course.repository.bad", {"repository": text}))
    return name


def _check_repositories(session: Session, course: Course, entries: Sequence[Entry]) -> None:
    """A repository is one person's. Raises RosterFault where the table, or the table and the course, say two."""
    listed = sa.select(Membership.repository, User.email).join(User, User.id == Membership.user_id)
    listed = listed.where(Membership.course_id == course.id, Membership.repository.is_not(None))
    owners = {row.repository: row.email for row in session.execute(listed)}
    leaving = {entry.email for entry in entries if "repository" in entry.says}
    taken = {name: email for name, email in owners.items() if email not in leaving}
    faults: list[Fault] = []
    for entry in entries:
        name = entry.says.get("repository")
        if name is not None and taken.setdefault(name, entry.email) != entry.email:
            message = Message("course.roster.repository", {"repository": name, "email": taken[name]})
            faults.append((entry.line, message))
    if faults:
        raise RosterFault(faults)


def _apply(session: Session, course: Course, entry: Entry, moves: list[tuple[Membership, str]]) -> Change:
    """Write what a line says, but for a new repository, which goes to `moves`."""
    user = session.scalar(sa.select(User).where(User.email == entry.email))
    if user is None:
        user = User(email=entry.email)
        session.add(user)
        session.flush()
    membership = session.get(Membership, (course.id, user.id))
    is_new = membership is None
    if membership is None:
        membership = Membership(course_id=course.id, user_id=user.id, role=Role.STUDENT)
        session.add(membership)
    fields = {name: change for name, new in entry.says.items() if (change := _set(user, membership, name, new))}
    if "repository" in fields:
        moves.append((membership, entry.says["repository"]))
    return Change(entry.email, "new" if is_new else "changed" if fields else "same", fields)


def _move(session: Session, moves: Sequence[tuple[Membership, str]]) -> None:
    """Give repositories to their new owners; all are let go first, so that two people can swap theirs."""
    for membership, _ in moves:
        membership.repository = None
    session.flush()
    for membership, repository in moves:
        membership.repository = repository
    session.flush()


def _set(user: User, membership: Membership, name: str, new: str) -> tuple[str, str] | None:
    """Write one column; its old and its new value, or None where they are the same."""
    owner: User | Membership = user if name == "name" else membership
    old = getattr(owner, name) or ""
    if old == new:
        return None
    if name != "repository":
        setattr(owner, name, Role(new) if name == "role" else new)
    return str(old), new
