"""Two people who edit one row: the second is told, and by whom, instead of undoing the work of the first."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from grader.core import Message
from grader.course import audit
from grader.course.schedule import stamp
from grader.course.tables import User
from grader.errors import Conflict

ABSENT = 0
"""The version of a row that is not there yet, where rows are made by being set."""


def check(current: int, given: int | None, name: str | None, at: datetime | None) -> None:
    """Raises Conflict where `given`, the version that an edit began from, is not the current one; None: whatever it is.
    `name` and `at` tell whose change came in between."""
    if given is None or given == current:
        return
    if name is None or at is None:
        raise Conflict(Message("schedule.changed"), extra={"version": current})
    raise Conflict(Message("schedule.changed-by", {"name": name, "at": stamp(at)}), extra={"version": current})


def check_logged(  # noqa: PLR0917
    session: Session, current: int, given: int | None, course_id: int, actions: tuple[str, ...], subject: str
) -> None:
    """The same for what the audit log knows as `subject`."""
    if given is not None and given != current:
        last = audit.last(session, course_id, actions, subject)
        check(current, given, last.name if last else None, last.at if last else None)


def name_of(session: Session, user_id: int | None) -> str | None:
    """What someone is called; None for nobody, and for who is gone."""
    user = session.get(User, user_id) if user_id is not None else None
    return (user.name or user.email) if user else None
