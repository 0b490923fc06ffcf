"""A course itself, and the conventions that it is graded by."""

from __future__ import annotations

from typing import Annotated

import sqlalchemy as sa
from fastapi import Depends
from sqlalchemy.orm import Session

from grader.api.dependencies import Reader, Writer, permission
from grader.api.guard import guarded_router
from grader.api.schemas import CourseDetail, CourseSettings
from grader.api.submissions import course_of
from grader.course import settings
from grader.course.permissions import Grant
from grader.course.tables import Course, Profile

router = guarded_router(tags=["courses"])
MAY_BE_NONE = ("ends", "retention_days")


@router.get("/courses/{course}")
def show(grant: Annotated[Grant, Depends(permission("course.read"))], session: Reader) -> CourseDetail:
    """The course, and the profiles that it can choose from."""
    return detail(session, course_of(grant))


@router.patch("/courses/{course}")
def amend(
    grant: Annotated[Grant, Depends(permission("assignment.edit"))], session: Writer, body: CourseSettings
) -> CourseDetail:
    """Set what is given. Late days and the zone are effective at once, also for what was handed in before; what was
    graded by another profile stays as it is."""
    course = session.get_one(Course, course_of(grant).id)
    given = {name: value for name, value in body if name in body.model_fields_set}
    values = {name: value for name, value in given.items() if value is not None or name in MAY_BE_NONE}
    version = values.pop("version", None)
    settings.change_course(session, course, values, by=grant.person.id, version=version)
    return detail(session, course)


def detail(session: Session, course: Course) -> CourseDetail:
    profiles = session.scalars(sa.select(Profile).order_by(Profile.name))
    return CourseDetail(
        slug=course.slug,
        title=course.title,
        timezone=course.timezone,
        late_days=course.late_days,
        ends=course.ends,
        retention_days=course.retention_days,
        version=course.version,
        profile=course.profile,
        profiles={one.name: dict(one.accepts) for one in profiles},
    )
