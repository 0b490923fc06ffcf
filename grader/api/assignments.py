"""The assignments of a course, and their settings."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime
from typing import Annotated, Any

import sqlalchemy as sa
from fastapi import Depends
from pydantic import BaseModel
from sqlalchemy.orm import Session

from grader.api.assignment_schemas import AssignmentChange, AssignmentDetail, AssignmentSettings, NewAssignment
from grader.api.dependencies import Language, Reader, Writer, permission
from grader.api.guard import guarded_router
from grader.api.schemas import Page, Score
from grader.api.submissions import course_of
from grader.core import Message
from grader.course import grades, lateness, settings, terms, visibility
from grader.course.pages import title_of
from grader.course.permissions import Grant
from grader.course.schedule import attempts_left, own_dates
from grader.course.tables import CourseAssignment, Submission
from grader.course.units import by_slug, enable, find_assignment
from grader.course.visibility import ShownGrade
from grader.errors import NotFound
from grader.report import text

router = guarded_router(tags=["courses"])
Viewer = Annotated[Grant, Depends(permission("course.read"))]
Editor = Annotated[Grant, Depends(permission("assignment.edit"))]
PATH = "/courses/{course}/assignments"
TOLD = frozenset({"title", "visibility", "points", "released"})
"""Settings that are told otherwise than the table keeps them."""


@router.get(PATH)
def show_all(grant: Viewer, session: Reader, lang: Language) -> Page[AssignmentDetail]:
    """The assignments, the next that is due first. Students see those that have opened."""
    now = datetime.now(UTC)
    query = sa.select(CourseAssignment).where(CourseAssignment.course_id == course_of(grant).id)
    if not grant.staff:
        query = query.where(CourseAssignment.opens.is_(None) | (CourseAssignment.opens <= now))
    ordered = query.order_by(CourseAssignment.due.is_(None), CourseAssignment.due, CourseAssignment.slug)
    return Page(items=[detail(session, grant, one, lang, now) for one in session.scalars(ordered)], next_cursor=None)


@router.get(PATH + "/{slug}")
def show(slug: str, grant: Viewer, session: Reader, lang: Language) -> AssignmentDetail:
    """One assignment. To students it is not there before it opens."""
    now = datetime.now(UTC)
    return detail(session, grant, opened(grant, find_assignment(session, course_of(grant), slug), now), lang, now)


@router.put(PATH + "/{slug}")
def replace(slug: str, grant: Editor, session: Writer, lang: Language, body: NewAssignment) -> AssignmentDetail:
    """Set everything; what is not given gets its default. Effective at once, also for what was handed in before.

    Where nothing is handed out at this address yet, `unit` is, or the assignment or bundle that the address names.
    """
    there = session.scalar(by_slug(course_of(grant).id, slug))
    if there is None or body.unit is not None:
        enable(session, course_of(grant), body.unit or slug, slug=slug)
    return change(session, grant, slug, given(body, AssignmentSettings.model_fields), lang, version=body.version)


@router.patch(PATH + "/{slug}")
def amend(slug: str, grant: Editor, session: Writer, lang: Language, body: AssignmentChange) -> AssignmentDetail:
    """Set what is given. Effective at once, also for what was handed in before."""
    return change(session, grant, slug, given(body, body.model_fields_set), lang, version=body.version)


def given(body: AssignmentSettings, names: Collection[str]) -> dict[str, Any]:
    """Those settings as they were sent: pydantic's own dump would make a float of an exact weight."""
    known = names & AssignmentSettings.model_fields.keys()
    return {name: _plain(value) for name, value in body if name in known}


def _plain(value: Any) -> Any:
    if isinstance(value, BaseModel):
        return value.model_dump(exclude_none=True)
    return [_plain(one) for one in value] if isinstance(value, list) else value


def change(
    session: Session, grant: Grant, slug: str, values: dict[str, Any], lang: str, *, version: int | None = None
) -> AssignmentDetail:
    """Raises Unprocessable for settings that cannot be, Conflict where someone was faster."""
    assignment = find_assignment(session, course_of(grant), slug)
    columns = settings.columns(assignment, values)
    settings.change(session, assignment, columns, by=grant.person.id, version=version)
    return detail(session, grant, assignment, lang, datetime.now(UTC))


def opened(grant: Grant, assignment: CourseAssignment, now: datetime) -> CourseAssignment:
    """Raises NotFound, to students, for what has not opened."""
    if not grant.staff and assignment.opens is not None and now < assignment.opens:
        about = {"course": course_of(grant).slug, "slug": assignment.slug}
        raise NotFound(Message("course.assignment.unknown", about))
    return assignment


def detail(session: Session, grant: Grant, assignment: CourseAssignment, lang: str, now: datetime) -> AssignmentDetail:
    unit, person = assignment.unit, grant.person.id
    dates, forecast = own_dates(session, assignment, person), lateness.forecast(session, assignment, person, now)
    best = visibility.grade_of(session, assignment, person, now, whole=grant.staff)
    latest = session.execute(
        sa.select(Submission.id, Submission.status)
        .where(Submission.user_id == person, Submission.assignment_id == assignment.id)
        .order_by(Submission.number.desc())
        .limit(1)
    ).one_or_none()
    return AssignmentDetail(
        slug=assignment.slug,
        unit=unit.slug,
        units=list(dict.fromkeys(function["unit"] for function in unit.functions if "unit" in function)),
        title=title_of(assignment).text(lang),
        files=unit.files,
        functions=unit.functions,
        max_score=unit.max_score,
        revision=unit.revision,
        **{name: getattr(assignment, name) for name in AssignmentSettings.model_fields if name not in TOLD},
        visibility=assignment.visibility if grant.staff else {},
        points=assignment.points if grant.staff else {},
        released=assignment.released_at is not None,
        version=assignment.version,
        graded_by=terms.of(session, assignment).profile,
        best=_score(best) if best else None,
        latest=latest.id if latest else None,
        latest_status=latest.status if latest else None,
        attempts_left=attempts_left(session, assignment, person, now),
        own_due=dates.due,
        own_closes=dates.closes,
        late_days_left=grades.late_days_left(session, course_of(grant), person),
        if_now=text(forecast.message, lang) if forecast else None,
    )


def _score(seen: ShownGrade) -> Score:
    told = {name: getattr(seen, name) for name in Score.model_fields}
    return Score(**told)
