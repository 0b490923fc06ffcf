"""What holds for one student alone: another due time, and what staff decided about the score. Effective at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from grader.core import Message
from grader.course import audit, grades, mail, teams, versions
from grader.course.schedule import local
from grader.course.settings import check_order, plain
from grader.course.tables import Course, CourseAssignment, Extension, Override, User
from grader.errors import NotFound, Unprocessable
from grader.report.scores import decimals


@dataclass(frozen=True, slots=True)
class Student:
    """The student and the assignment that an allowance is for, by whom (None: the shell), and the version that the edit
    began from (None: whatever it is)."""

    assignment: CourseAssignment
    user_id: int
    by: int | None = None
    version: int | None = None

    @property
    def key(self) -> tuple[int, int]:
        return self.assignment.id, self.user_id


def extension_of(session: Session, who: Student) -> Extension:
    """Raises NotFound."""
    found = session.get(Extension, who.key)
    if found is None:
        raise NotFound(Message("schedule.extension.none"))
    return found


def override_of(session: Session, who: Student) -> Override:
    """Raises NotFound."""
    found = session.get(Override, who.key)
    if found is None:
        raise NotFound(Message("schedule.override.none"))
    return found


def extend(session: Session, who: Student, *, due: datetime, closes: datetime | None, reason: str) -> Extension:
    """Give a student another due time. Raises Unprocessable where the times cannot be, or give no more time than
    everyone has; Conflict."""
    check_order(who.assignment.opens, due, closes)
    _check_gives_more(session, who, due, closes)
    values = {"due": due, "closes": closes, "reason": reason}
    extension: Extension = _put(session, who, Extension, values, "extension")
    mail.post(session, who.user_id, "extension", assignment=who.assignment.id)
    return extension


def _check_gives_more(session: Session, who: Student, due: datetime, closes: datetime | None) -> None:
    """Times that stand already may stay: everyone's may have been moved beyond them."""
    one, there = who.assignment, session.get(Extension, who.key)
    later = closes is not None and one.closes is not None and closes > one.closes
    if one.due is None or due > one.due or (due == one.due and later):
        return
    if there is not None and (there.due, there.closes) == (due, closes):
        return
    timezone = session.get_one(Course, one.course_id).timezone
    about = {"due": local(due, timezone), "common": local(one.due, timezone)}
    raise Unprocessable(Message("schedule.extension.early", about), extra={"field": "due"})


def override(  # noqa: PLR0917
    session: Session, who: Student, score: Fraction | None, excused: bool, withheld: bool, reason: str
) -> Override:
    """Decide about a student's score. Raises Unprocessable for a score that is more than there is to get, and for a
    decision that decides nothing; Conflict."""
    most = grades.max_score(who.assignment, who.assignment.unit.max_score)
    if score is not None and not 0 <= score <= most:
        message = Message("schedule.override.most", {"most": decimals(most, least=0)})
        raise Unprocessable(message, extra={"field": "score", "most": float(most)})
    if score is None and not excused and not withheld:
        raise Unprocessable(Message("schedule.override.empty"), extra={"field": "score"})
    values = {"score": score, "excused": excused, "withheld": withheld, "reason": reason}
    made: Override = _put(session, who, Override, values, "override")
    return made


def withdraw(session: Session, who: Student, table: type[Extension] | type[Override]) -> None:
    """Take an extension or an override back. Raises NotFound, Conflict."""
    row = _current(session, who, table)
    name = "extension" if table is Extension else "override"
    if row is None:
        raise NotFound(Message(f"schedule.{name}.none"))
    session.delete(row)
    _settle(session, who, f"remove-{name}", {"user": who.user_id})


def listed(session: Session, assignment: CourseAssignment, table: Any) -> Sequence[tuple[Any, User]]:
    """The extensions or overrides of an assignment with their students, in the order of addresses."""
    rows = session.execute(
        sa.select(table, User)
        .join(User, User.id == table.user_id)
        .where(table.assignment_id == assignment.id)
        .order_by(User.email)
    )
    return [(row, user) for row, user in rows]


def _put(session: Session, who: Student, table: Any, values: dict[str, Any], name: str) -> Any:
    row = _current(session, who, table)
    was = {key: getattr(row, key) for key in values} if row else {}
    if row is None:
        row = table(assignment_id=who.key[0], user_id=who.key[1], version=versions.ABSENT)
        session.add(row)
    for key, value in values.items():
        setattr(row, key, value)
    row.by_id, row.version = who.by, row.version + 1
    _settle(session, who, name, {"user": who.user_id, "was": plain(was), "set": plain(values)})
    return row


def _current(session: Session, who: Student, table: Any) -> Any:
    """The row as it is, the student locked. Raises Conflict where it is not the one that the edit began from."""
    teams.lock(session, who.assignment.course_id, [who.user_id])
    row = session.get(table, who.key, populate_existing=True)
    if row is None:
        versions.check(versions.ABSENT, who.version, None, None)
    else:
        versions.check(row.version, who.version, versions.name_of(session, row.by_id) or audit.SHELL, row.at)
    return row


def _settle(session: Session, who: Student, action: str, detail: dict[str, Any]) -> None:
    session.flush()
    grades.settle(session, who.assignment, who.user_id)
    about = {"user_id": who.by, "course_id": who.assignment.course_id}
    audit.record(session, action, who.assignment.slug, **about, detail=detail)
    session.flush()
