"""`/courses/{course}/audit`: who did what, when? And `/site/audit`, for administrators."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import Depends, Request, Response
from sqlalchemy.orm import Session

from grader.api.audit import Admin, Reviewer, Word, paged
from grader.api.dependencies import Reader
from grader.api.gradebook import Cursor
from grader.api.guard import guarded_router
from grader.api.submissions import course_of
from grader.course import audit
from grader.course.audit import Entry, Search
from grader.course.permissions import Grant
from grader.course.schedule import local_time
from grader.course.tables import Course
from grader.errors import GraderError
from grader.report import text
from grader.report.catalogue import has
from grader.web.frame import frame_of
from grader.web.rendering import Frame, page, say

router = guarded_router()
ROWS = 100
DAY = 10
"""Characters of a day, 2027-03-01: `until` means its end."""


@dataclass(frozen=True, slots=True)
class Typed:
    """The filters as they stand in the form."""

    user: str
    action: str
    text: str
    since: str
    until: str


def typed(user: Word = None, action: Word = None, text: Word = None, since: Word = None, until: Word = None) -> Typed:
    return Typed(*(one or "" for one in (user, action, text, since, until)))


Form = Annotated[Typed, Depends(typed)]


@dataclass(frozen=True, slots=True)
class Line:
    id: int
    at: datetime
    who: str
    course: str | None
    what: str
    subject: str
    detail: str


@router.get("/courses/{course}/audit")
def show(request: Request, grant: Reviewer, session: Reader, form: Form, cursor: Cursor = None) -> Response:
    return _page(request, session, grant, course_of(grant), form, cursor)


@router.get("/site/audit")
def show_site(request: Request, grant: Admin, session: Reader, form: Form, cursor: Cursor = None) -> Response:
    return _page(request, session, grant, None, form, cursor)


def _page(  # noqa: PLR0917
    request: Request, session: Session, grant: Grant, course: Course | None, form: Typed, cursor: str | None
) -> Response:
    frame = frame_of(request, session, grant.person, course)
    course_id = course.id if course else None
    try:
        by, problem = _search(form, frame.zone.key), None
        found, following = paged(session, course_id, by, ROWS, cursor)
    except GraderError as refusal:
        found, following, problem = [], None, refusal
    return page(
        frame,
        "audit.html",
        status=problem.status if problem else 200,
        title=say(frame, "audit.title", course=course.title) if course else say(frame, "audit.title.site"),
        course=course,
        staff=grant.staff,
        here="" if course else "site",
        lines=[_line(frame, one) for one in found],
        actions=[(one, _action(frame, one)) for one in audit.actions(session, course_id)],
        form=form,
        problem=text(problem.message, frame.lang) if problem else "",
        following=urlencode({**_query(form), "cursor": following}) if following else "",
        csv=urlencode(_query(form)),
    )


def _search(form: Typed, timezone: str) -> Search:
    """Raises BadRequest for a time that is none."""
    since = local_time(form.since, timezone) if form.since else None
    until = local_time(form.until, timezone) if form.until else None
    if until is not None and len(form.until) == DAY:
        until += timedelta(days=1)
    return Search(form.user or None, form.action or None, form.text or None, since, until)


def _query(form: Typed) -> dict[str, str]:
    named = {name: getattr(form, name) for name in ("user", "action", "text", "since", "until")}
    return {name: value for name, value in named.items() if value}


def _line(frame: Frame, one: Entry) -> Line:
    who = say(frame, "audit.shell") if one.user is None else one.name or one.email
    return Line(one.id, one.at, who, one.course, _action(frame, one.action), one.subject, _detail(one.detail))


def _action(frame: Frame, action: str) -> str:
    """In words, where the catalogues have them."""
    told = f"audit.action.{action}"
    return say(frame, told) if has(told) else action


def _detail(detail: Mapping[str, Any]) -> str:
    return ", ".join(f"{name}: {_plain(value)}" for name, value in detail.items() if value not in (None, "", {}, []))


def _plain(value: Any) -> str:
    if isinstance(value, Mapping):
        return "{" + _detail(value) + "}"
    if isinstance(value, list):
        return ", ".join(map(_plain, value))
    return str(value)
