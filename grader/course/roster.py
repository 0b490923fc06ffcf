"""A course's roster: creates who is missing, changes what is different, and says which.

What a table (`roster_file`) does not say stays as it was. Nobody is removed. Importing the same file again changes
nothing. All lines are looked at before anything is written, and all their faults are told at once. The name of someone
who is in another course too, or runs the site, is not this course's to change.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, Literal, TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import Session

from grader.core import Message
from grader.course import audit, grades
from grader.course.roster_file import COLUMNS, Entry, Fault, RosterFault, parse
from grader.course.tables import Course, CourseAssignment, Membership, Role, User

T = TypeVar("T")
BATCH = 500
"""Of addresses or ids, that are asked for at a time."""
DEFAULTS: Mapping[str, str] = {"name": "", "role": Role.STUDENT, **dict.fromkeys(COLUMNS[3:], "")}


@dataclass(frozen=True, slots=True)
class Change:
    """What a line does: `fields` maps a column to its old and its new value."""

    email: str
    kind: Literal["new", "changed", "same"]
    fields: Mapping[str, tuple[str, str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Plan:
    """What importing a table would do, line by line. `absent` is how many members it does not name: they stay."""

    entries: Sequence[Entry]
    changes: Sequence[Change]
    absent: int

    @property
    def counts(self) -> dict[str, int]:
        return {kind: sum(one.kind == kind for one in self.changes) for kind in ("new", "changed", "same")}


def import_roster(session: Session, course: Course, data: bytes, *, by: int | None = None) -> list[Change]:
    """Bring the members of `course` up to date with a table. Raises RosterFault; nothing is written then."""
    plan = look(session, course, parse(data))
    write(session, course, plan)
    audit.record(session, "import-roster", course.slug, user_id=by, course_id=course.id, detail=plan.counts)
    return list(plan.changes)


def look(session: Session, course: Course, entries: Sequence[Entry]) -> Plan:
    """What `write` would do; nothing is written. Raises RosterFault."""
    there = _there(session, course)
    known = _known(session, [entry.email for entry in entries if entry.email not in there])
    _check_repositories(there, entries)
    ids = [place.user_id for place in there.values()] + [id for id, _ in known.values()]
    foreign = _foreign(session, course, ids)
    changes = [_change(entry, there.get(entry.email), known.get(entry.email), foreign) for entry in entries]
    named = {entry.email for entry in entries}
    return Plan(entries, changes, sum(email not in named for email in there))


@dataclass(frozen=True, slots=True)
class Place:
    """Someone who is in the course: what stands there by column."""

    user_id: int
    says: Mapping[str, str]


def _there(session: Session, course: Course) -> dict[str, Place]:
    columns = (getattr(Membership, name) for name in COLUMNS[2:])
    rows = session.execute(
        sa.select(User.email, User.id, User.name, *columns)
        .join(User, User.id == Membership.user_id)
        .where(Membership.course_id == course.id)
    )
    return {
        email: Place(id, {name: value or "" for name, value in zip(COLUMNS[1:], says, strict=True)})
        for email, id, *says in rows
    }


def _known(session: Session, emails: Sequence[str]) -> dict[str, tuple[int, str]]:
    """Ids and names of those who have an account."""
    found: dict[str, tuple[int, str]] = {}
    for some in _batches(emails):
        rows = session.execute(sa.select(User.email, User.id, User.name).where(User.email.in_(some)))
        found |= {row.email: (row.id, row.name) for row in rows}
    return found


def _foreign(session: Session, course: Course, ids: Sequence[int]) -> set[int]:
    """Who of these is in another course too, or runs the site."""
    found: set[int] = set()
    for some in _batches(ids):
        others = sa.select(Membership.user_id).where(Membership.course_id != course.id, Membership.user_id.in_(some))
        found |= set(session.scalars(others.union(sa.select(User.id).where(User.admin, User.id.in_(some)))))
    return found


def _batches(all: Iterable[T]) -> Iterator[list[T]]:
    rest = iter(all)
    while some := list(islice(rest, BATCH)):
        yield some


def _check_repositories(there: Mapping[str, Place], entries: Sequence[Entry]) -> None:
    """A repository is one person's. Raises RosterFault where the table, or the table and the course, say two."""
    leaving = {entry.email for entry in entries if "repository" in entry.says}
    taken = {place.says["repository"]: email for email, place in there.items() if email not in leaving}
    faults: list[Fault] = []
    for entry in entries:
        name = entry.says.get("repository")
        if name and taken.setdefault(name, entry.email) != entry.email:
            message = Message("course.roster.repository", {"repository": name, "email": taken[name]})
            faults.append((entry.line, message))
    if faults:
        raise RosterFault(faults)


def _change(entry: Entry, place: Place | None, known: tuple[int, str] | None, foreign: set[int]) -> Change:
    was = place.says if place else {**DEFAULTS, "name": known[1] if known else ""}
    id = place.user_id if place else known[0] if known else None
    says = dict(entry.says)
    if id in foreign and was["name"]:
        says.pop("name", None)
    fields = {name: (str(was[name]), new) for name, new in says.items() if was[name] != new}
    return Change(entry.email, "new" if place is None else "changed" if fields else "same", fields)


def write(session: Session, course: Course, plan: Plan) -> None:
    """Do what the plan says. It must be of this transaction."""
    doing = {change.email: change for change in plan.changes if change.kind != "same"}
    users = _users(session, doing)
    new = {email: change for email, change in doing.items() if change.kind == "new"}
    if new:
        rows = [_row(course, users[email], change) for email, change in new.items()]
        session.execute(sa.insert(Membership), rows)
    changed = [change for change in doing.values() if change.kind == "changed"]
    members = _members(session, course, [users[change.email] for change in changed])
    _let_go(session, [members[users[one.email]] for one in changed if "repository" in one.fields])
    for change in changed:
        for name, (_, text) in change.fields.items():
            _set(members[users[change.email]], name, text)
    session.flush()
    _settle(session, course, [users[email] for email, change in doing.items() if "group" in change.fields])


def _row(course: Course, user_id: int, change: Change) -> dict[str, Any]:
    says = {**DEFAULTS, **{name: new for name, (_, new) in change.fields.items()}}
    place = {name: says[name] for name in ("section", "group", "external_id")}
    row = {"course_id": course.id, "user_id": user_id, "role": Role(says["role"])}
    return row | place | {"repository": says["repository"] or None}


def _settle(session: Session, course: Course, moved: Sequence[int]) -> None:
    """Whoever is in another group now has what was handed in for that one."""
    teams = sa.select(CourseAssignment.id).where(CourseAssignment.course_id == course.id, CourseAssignment.teams)
    if moved and session.scalar(teams.limit(1)) is not None:
        grades.settle_course(session, course.id, *(moved if len(moved) <= BATCH else ()))


def _users(session: Session, doing: Mapping[str, Change]) -> dict[str, int]:
    """The accounts of these addresses, made where there is none, with the names that are new."""
    known = _known(session, list(doing))
    names = {email: change.fields["name"][1] for email, change in doing.items() if "name" in change.fields}
    made = [{"email": email, "name": names.get(email, "")} for email in doing if email not in known]
    if made:
        session.execute(sa.insert(User), made)
    renamed = [{"id": known[email][0], "name": name} for email, name in names.items() if email in known]
    if renamed:
        session.execute(sa.update(User), renamed)
    return {email: id for email, (id, _) in _known(session, list(doing)).items()}


def _members(session: Session, course: Course, ids: Sequence[int]) -> dict[int, Membership]:
    found: dict[int, Membership] = {}
    for some in _batches(ids):
        mine = sa.select(Membership).where(Membership.course_id == course.id, Membership.user_id.in_(some))
        found |= {row.user_id: row for row in session.scalars(mine)}
    return found


def _let_go(session: Session, moving: Iterable[Membership]) -> None:
    """All repositories that change hands are let go first, so that two people can swap theirs."""
    for membership in moving:
        membership.repository = None
    session.flush()


def _set(member: Membership, name: str, text: str) -> None:
    """Write one column; a name is the account's (`_users`)."""
    if name != "name":
        setattr(member, name, Role(text) if name == "role" else text if text or name != "repository" else None)
