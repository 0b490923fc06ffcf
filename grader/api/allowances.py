"""What holds for one student alone: extensions of the due time, and scores that staff decide."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Depends
from sqlalchemy.orm import Session

from grader.api.assignment_schemas import (
    ExtensionChange,
    ExtensionDetail,
    NewExtension,
    NewOverride,
    OverrideDetail,
)
from grader.api.dependencies import Reader, Writer, permission
from grader.api.guard import guarded_router
from grader.api.schemas import Page
from grader.api.submissions import course_of
from grader.course import allowances, versions
from grader.course.allowances import Student
from grader.course.permissions import Grant, find_student
from grader.course.tables import Extension, Override, User
from grader.course.units import find_assignment

router = guarded_router(tags=["allowances"])
Extender = Annotated[Grant, Depends(permission("extension.edit"))]
Decider = Annotated[Grant, Depends(permission("override.edit"))]
EXTENSIONS = "/courses/{course}/assignments/{slug}/extensions"
OVERRIDES = "/courses/{course}/assignments/{slug}/overrides"


@router.get(EXTENSIONS)
def show_extensions(slug: str, grant: Extender, session: Reader) -> Page[ExtensionDetail]:
    """The students who have another due time, in the order of their addresses."""
    rows = allowances.listed(session, find_assignment(session, course_of(grant), slug), Extension)
    return Page(items=[extension(session, row, user) for row, user in rows], next_cursor=None)


@router.get(EXTENSIONS + "/{user}")
def show_extension(slug: str, user: str, grant: Extender, session: Reader) -> ExtensionDetail:
    """A student's own due time. `user` is an id or an e-mail."""
    who = student(session, grant, slug, user)
    return extension(session, allowances.extension_of(session, who), session.get_one(User, who.user_id))


@router.put(EXTENSIONS + "/{user}")
def extend(slug: str, user: str, grant: Extender, session: Writer, body: NewExtension) -> ExtensionDetail:
    """Give a student another due time, effective at once, also for what was handed in before. An extension takes no
    time away: where everyone has more, the student has too."""
    who = student(session, grant, slug, user, body.version)
    made = allowances.extend(session, who, due=body.due, closes=body.closes, reason=body.reason)
    return extension(session, made, session.get_one(User, who.user_id))


@router.patch(EXTENSIONS + "/{user}")
def amend_extension(slug: str, user: str, grant: Extender, session: Writer, body: ExtensionChange) -> ExtensionDetail:
    """Change what is given."""
    who = student(session, grant, slug, user, body.version)
    there = allowances.extension_of(session, who)
    given = {name: value for name, value in body if name in body.model_fields_set}
    made = allowances.extend(
        session,
        who,
        due=given.get("due") or there.due,
        closes=given.get("closes", there.closes),
        reason=given.get("reason", there.reason),
    )
    return extension(session, made, session.get_one(User, who.user_id))


@router.delete(EXTENSIONS + "/{user}", status_code=204)
def withdraw_extension(slug: str, user: str, grant: Extender, session: Writer, version: int | None = None) -> None:
    """Let the student have the due time that everyone has."""
    allowances.withdraw(session, student(session, grant, slug, user, version), Extension)


@router.get(OVERRIDES)
def show_overrides(slug: str, grant: Decider, session: Reader) -> Page[OverrideDetail]:
    """The students whose score was decided, in the order of their addresses."""
    rows = allowances.listed(session, find_assignment(session, course_of(grant), slug), Override)
    return Page(items=[override(session, row, user) for row, user in rows], next_cursor=None)


@router.get(OVERRIDES + "/{user}")
def show_override(slug: str, user: str, grant: Decider, session: Reader) -> OverrideDetail:
    """What was decided about a student. `user` is an id or an e-mail."""
    who = student(session, grant, slug, user)
    return override(session, allowances.override_of(session, who), session.get_one(User, who.user_id))


@router.put(OVERRIDES + "/{user}")
def decide(slug: str, user: str, grant: Decider, session: Writer, body: NewOverride) -> OverrideDetail:
    """Decide about a student's score: another one, none that counts (`excused`), one that is not shown (`withheld`)."""
    who = student(session, grant, slug, user, body.version)
    made = allowances.override(session, who, body.score, body.excused, body.withheld, body.reason)
    return override(session, made, session.get_one(User, who.user_id))


@router.patch(OVERRIDES + "/{user}")
def amend_override(slug: str, user: str, grant: Decider, session: Writer, body: NewOverride) -> OverrideDetail:
    """Change what is given."""
    who = student(session, grant, slug, user, body.version)
    there = allowances.override_of(session, who)
    was = {name: getattr(there, name) for name in ("score", "excused", "withheld", "reason")}
    now = was | {name: value for name, value in body if name in was and name in body.model_fields_set}
    made = allowances.override(session, who, now["score"], now["excused"], now["withheld"], now["reason"])
    return override(session, made, session.get_one(User, who.user_id))


@router.delete(OVERRIDES + "/{user}", status_code=204)
def withdraw_override(slug: str, user: str, grant: Decider, session: Writer, version: int | None = None) -> None:
    """Let what was handed in count again."""
    allowances.withdraw(session, student(session, grant, slug, user, version), Override)


def student(session: Session, grant: Grant, slug: str, user: str, version: int | None = None) -> Student:
    """Raises NotFound for an assignment or a student that is none of this course."""
    assignment = find_assignment(session, course_of(grant), slug)
    member = find_student(session, grant, user)
    return Student(assignment, member.user_id, by=grant.person.id, version=version)


def extension(session: Session, row: Extension, user: User) -> ExtensionDetail:
    return ExtensionDetail(**_allowance(session, row, user), due=row.due, closes=row.closes)


def override(session: Session, row: Override, user: User) -> OverrideDetail:
    decided = {"score": row.score, "excused": row.excused, "withheld": row.withheld}
    return OverrideDetail(**_allowance(session, row, user), **decided)


def _allowance(session: Session, row: Extension | Override, user: User) -> dict[str, Any]:
    return {
        "user": user.id,
        "name": user.name,
        "email": user.email,
        "reason": row.reason,
        "by": versions.name_of(session, row.by_id),
        "at": row.at,
        "version": row.version,
    }
