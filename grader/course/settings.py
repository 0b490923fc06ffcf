"""The settings of an assignment, and of a course as far as grades depend on them: changed as one, checked, settled and
written down."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import UTC, datetime
from fractions import Fraction
from typing import Any

from sqlalchemy.orm import Session

from grader.core import Message
from grader.course import audit, grades, people, terms, versions
from grader.course.schedule import stamp
from grader.course.tables import Course, CourseAssignment, now
from grader.errors import BadRequest, Unprocessable

MOVES_GRADES = frozenset({"due", "grace_minutes", "late_policy", "counts", "teams", "questions"})
"""Settings that say what was late, which submission counts and for whom, and what there is to get."""
MOVES_COURSE = frozenset({"timezone", "late_days"})


def change(
    session: Session,
    assignment: CourseAssignment,
    values: Mapping[str, Any],
    *,
    by: int | None = None,
    version: int | None = None,
) -> None:
    """Give columns of an assignment other values, effective at once, also for what was handed in before. `by` None is
    the shell; `version` the one that the edit began from.

    Raises Unprocessable for what cannot be (its `extra` names the field), Conflict where someone was faster.
    """
    session.refresh(assignment, with_for_update={"key_share": True, "of": CourseAssignment})
    about = (assignment.course_id, ("settings", "enable"), assignment.slug)
    versions.check_logged(session, assignment.version, version, *about)
    spent = grades.spends(assignment)
    changed = _set(assignment, values)
    _check(session, assignment, changed)
    if not changed:
        return
    assignment.version += 1
    session.flush()
    if MOVES_GRADES & changed.keys():
        grades.settle_all(session, assignment, spent=spent)
    detail = {"was": plain(changed), "set": plain({name: getattr(assignment, name) for name in changed})}
    audit.record(session, "settings", assignment.slug, user_id=by, course_id=assignment.course_id, detail=detail)
    session.flush()


def change_course(
    session: Session,
    course: Course,
    values: Mapping[str, Any],
    *,
    by: int | None = None,
    version: int | None = None,
) -> None:
    """The same for a course. Raises Unprocessable for an unknown zone or profile, Conflict."""
    session.refresh(course, with_for_update={"key_share": True})
    versions.check_logged(session, course.version, version, course.id, ("course",), course.slug)
    if "timezone" in values:
        _check_zone(values["timezone"])
    if "profile" in values:
        terms.check_profile(session, values["profile"])
    changed = _set(course, values)
    if not changed:
        return
    course.version += 1
    session.flush()
    if MOVES_COURSE & changed.keys():
        grades.settle_course(session, course.id)
    detail = {"was": plain(changed), "set": plain({name: getattr(course, name) for name in changed})}
    audit.record(session, "course", course.slug, user_id=by, course_id=course.id, detail=detail)
    session.flush()


def _check_zone(name: str) -> None:
    try:
        people.zone(name)
    except BadRequest as error:
        raise Unprocessable(error.message, extra={"field": "timezone"}) from None


def _set(row: Any, values: Mapping[str, Any]) -> dict[str, Any]:
    """Write what is different; the old values."""
    old = {name: getattr(row, name) for name, value in values.items() if getattr(row, name) != value}
    for name in old:
        setattr(row, name, values[name])
    return old


def columns(assignment: CourseAssignment, settings: Mapping[str, Any]) -> dict[str, Any]:
    """Settings as the table keeps them: `released` is the moment of the first release."""
    values = dict(settings)
    if "released" in values:
        values["released_at"] = (assignment.released_at or now()) if values.pop("released") else None
    return values


def _check(session: Session, assignment: CourseAssignment, changed: Collection[str]) -> None:
    check_order(assignment.opens, assignment.due, assignment.closes)
    if "profile" in changed and assignment.profile is not None:
        terms.check_profile(session, assignment.profile)
    policy = assignment.late_policy
    if policy["kind"] == "percent" and policy.get("percent_per_day") is None:
        raise Unprocessable(Message("schedule.percent"), extra={"field": "late_policy.percent_per_day"})
    names = [question["id"] for question in assignment.questions]
    if len(set(names)) < len(names):
        twice = next(name for name in names if names.count(name) > 1)
        raise Unprocessable(Message("schedule.question.twice", {"id": twice}), extra={"field": "questions"})


def check_order(opens: datetime | None, due: datetime | None, closes: datetime | None) -> None:
    """An assignment opens, is due, and closes, in this order. Raises Unprocessable that names the field."""
    if opens and due and due < opens:
        raise Unprocessable(Message("schedule.due-before-opens"), extra={"field": "due"})
    if due and closes and closes < due:
        raise Unprocessable(Message("schedule.closes-before-due"), extra={"field": "closes"})
    if opens and closes and closes < opens:
        raise Unprocessable(Message("schedule.closes-before-opens"), extra={"field": "closes"})


def plain(values: Mapping[str, Any]) -> dict[str, Any]:
    """As the audit log keeps them: moments in UTC, points as numbers."""
    return {name: _plain(value) for name, value in values.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return stamp(value.astimezone(UTC))
    return float(value) if isinstance(value, Fraction) else value
