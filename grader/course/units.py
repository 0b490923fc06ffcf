"""What the web process knows of the assignments: the table `units`, written by those who may read the registry."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from fractions import Fraction
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from grader.core import Message
from grader.course import audit
from grader.course.tables import Course, CourseAssignment, Unit
from grader.errors import NotFound


def write(session: Session, units: Sequence[Mapping[str, Any]]) -> None:
    """Bring the table up to date with `grading.registry.units()`. Units that are gone stay: they are history."""
    for unit in units:
        session.merge(
            Unit(
                slug=unit["slug"],
                title=unit["title"],
                functions=[dict(function) for function in unit["functions"]],
                files=list(unit["files"]),
                starter=dict(unit["starter"]),
                max_score=sum((Fraction(str(function["points"])) for function in unit["functions"]), Fraction(0)),
                revision=unit["revision"],
            )
        )
    session.flush()


def enable(session: Session, course: Course, slug: str, *, due: datetime | None = None) -> CourseAssignment:
    """Hand `slug` out in `course`; again only to move `due`. Raises NotFound where no unit has this slug."""
    if session.get(Unit, slug) is None:
        raise NotFound(Message("course.unit.unknown", {"slug": slug}))
    assignment = session.scalar(by_slug(course.id, slug))
    if assignment is None:
        assignment = CourseAssignment(course_id=course.id, slug=slug, due=due)
        session.add(assignment)
    elif due is not None:
        assignment.due = due
    session.flush()
    audit.record(session, "enable", slug, course_id=course.id)
    return assignment


def by_slug(course_id: int, slug: str) -> sa.Select[CourseAssignment]:
    return sa.select(CourseAssignment).where(CourseAssignment.course_id == course_id, CourseAssignment.slug == slug)


def find_assignment(session: Session, course: Course, slug: str) -> CourseAssignment:
    """Raises NotFound."""
    assignment = session.scalar(by_slug(course.id, slug))
    if assignment is None:
        raise NotFound(Message("course.assignment.unknown", {"course": course.slug, "slug": slug}))
    return assignment


def names(unit: Unit) -> tuple[str, ...]:
    """The names a submission may define: functions, and classes for their methods."""
    return tuple(dict.fromkeys(function["name"].partition(".")[0] for function in unit.functions))
