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
from grader.course import audit, emails, grades
from grader.course.people import find_user
from grader.course.roster_file import COLUMNS, Entry, Fault, RosterFault
from grader.course.tables import Course, CourseAssignment, Membership, Role, User
from grader.errors import GraderError

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


def import_roster(
    session: Session, course: Course, entries: Sequence[Entry], *, by: int | None = None, by_number: bool = False
) -> Plan:
    """Bring the members of `course` up to date with a table. Raises RosterFault; nothing is written then."""
    lock(session, course)
    plan = look(session, course, entries, by_number=by_number)
    write(session, course, plan, by=by)
    audit.record(session, "import-roster", course.slug, user_id=by, course_id=course.id, detail=plan.counts)
    return plan


def lock(session: Session, course: Course) -> None:
    """Of two who change the members of a course the second waits, and sees what the first wrote: that a number is one
    person's no constraint of the database can say, since older databases may hold one twice."""
    session.execute(sa.select(Course.id).where(Course.id == course.id).with_for_update())


def look(session: Session, course: Course, entries: Sequence[Entry], *, by_number: bool = False) -> Plan:
    """What `write` would do; nothing is written. A line with a new address and the number of a member who is not named
    is asked back; with `by_number` it is that member, whose address changes. Raises RosterFault."""
    there = _there(session, course)
    before = _moving(session, course, there, entries, by_number)
    known = _known(session, [entry.email for entry in entries if before[entry.email] not in there])
    _check_own(there, entries, before, "repository", "course.roster.repository")
    _check_own(there, entries, before, "external_id", "roster.number.taken")
    ids = [place.user_id for place in there.values()] + [id for id, _ in known.values()]
    foreign = {id for some in _batches(ids) for id in emails.elsewhere(session, some, course.id)}
    changes = [_change(one, before[one.email], there, known.get(one.email), foreign) for one in entries]
    named = set(before.values())
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


def _batches(all: Iterable[T]) -> Iterator[list[T]]:
    rest = iter(all)
    while some := list(islice(rest, BATCH)):
        yield some


def _moving(
    session: Session, course: Course, there: Mapping[str, Place], entries: Sequence[Entry], by_number: bool
) -> dict[str, str]:
    """The address that each line's person has now: another one where the number says who it is. Raises RosterFault."""
    named = {entry.email for entry in entries}
    holders = {place.says["external_id"]: email for email, place in there.items() if email not in named}
    before, faults = {entry.email: entry.email for entry in entries}, list[Fault]()
    for entry in entries:
        number = entry.says.get("external_id")
        if not number or entry.email in there or number not in holders:
            continue
        old = before[entry.email] = holders.pop(number)
        if by_number:
            faults += _hindrance(session, course, entry, there[old])
        else:
            about = {"number": number, "name": there[old].says["name"], "old": old, "new": entry.email}
            faults.append((entry.line, Message("roster.number.moved", about)))
    if faults:
        raise RosterFault(faults)
    return before


def _hindrance(session: Session, course: Course, entry: Entry, place: Place) -> list[Fault]:
    """Why a member cannot have the address of a line."""
    try:
        emails.check(session, place.user_id, entry.email, course.id)
    except GraderError as error:
        return [(entry.line, error.message)]
    return []


def _check_own(
    there: Mapping[str, Place], entries: Sequence[Entry], before: Mapping[str, str], column: str, message: str
) -> None:
    """A repository, and a number, is one person's. Raises RosterFault where the table, or the table and the course, say
    two."""
    leaving = {before[entry.email] for entry in entries if column in entry.says}
    taken = {place.says[column]: email for email, place in there.items() if email not in leaving}
    faults: list[Fault] = []
    for entry in entries:
        own = entry.says.get(column)
        if own and taken.setdefault(own, entry.email) != entry.email:
            faults.append((entry.line, Message(message, {column: own, "email": taken[own]})))
    if faults:
        raise RosterFault(faults)


def _change(
    entry: Entry, before: str, there: Mapping[str, Place], known: tuple[int, str] | None, foreign: set[int]
) -> Change:
    place = there.get(before)
    was = place.says if place else {**DEFAULTS, "name": known[1] if known else ""}
    id = place.user_id if place else known[0] if known else None
    says = dict(entry.says)
    if id in foreign and was["name"]:
        says.pop("name", None)
    fields = {name: (str(was[name]), new) for name, new in says.items() if was[name] != new}
    if before != entry.email:
        fields = {"email": (before, entry.email)} | fields
    return Change(entry.email, "new" if place is None else "changed" if fields else "same", fields)


def write(session: Session, course: Course, plan: Plan, *, by: int | None = None) -> None:
    """Do what the plan says. It must be of this transaction."""
    doing = {change.email: change for change in plan.changes if change.kind != "same"}
    for change in doing.values():
        if "email" in change.fields:
            emails.change(session, find_user(session, change.fields["email"][0]), change.email, by, course.id)
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
    """Write one column; name and address are the account's."""
    if name not in ("name", "email"):
        setattr(member, name, Role(text) if name == "role" else text if text or name != "repository" else None)
