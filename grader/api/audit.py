"""Who did what: the record of a course, and for administrators that of the site."""

from __future__ import annotations

import csv
import io
import json
from typing import Annotated, Any

from fastapi import Depends, Query, Response
from pydantic import AfterValidator, BaseModel
from sqlalchemy.orm import Session

from grader.api.dependencies import Reader, permission
from grader.api.gradebook import CURSOR, Cursor, Limit
from grader.api.guard import guarded_router
from grader.api.schemas import Moment, Page, Time, one_line
from grader.api.submissions import course_of
from grader.core import Message
from grader.course import audit
from grader.course.audit import Entry, Search
from grader.course.permissions import Grant
from grader.course.schedule import stamp
from grader.errors import BadRequest
from grader.report.spreadsheet import safe

router = guarded_router(tags=["audit"])
Reviewer = Annotated[Grant, Depends(permission("audit.read"))]
Admin = Annotated[Grant, Depends(permission("site.admin"))]
Word = Annotated[str | None, Query(max_length=254), AfterValidator(lambda typed: typed and one_line(typed))]
COLUMNS = ("id", "at", "user", "name", "email", "course", "action", "subject", "detail")
MOST_LINES = 1_000_000


class AuditRow(BaseModel):
    """Something that was done to `subject`. `user` null: from the shell; `course` null: it concerns none."""

    id: int
    at: Time
    user: int | None
    name: str
    email: str
    course: str | None
    action: str
    subject: str
    detail: dict[str, Any]


def search(
    user: Annotated[Word, Query(description="An id, an e-mail, or shell.")] = None,
    action: Word = None,
    text: Annotated[Word, Query(description="What stands in the subject.")] = None,
    since: Moment | None = None,
    until: Moment | None = None,
) -> Search:
    return Search(user, action, text, since, until)


Searched = Annotated[Search, Depends(search)]


@router.get("/courses/{course}/audit")
def show(grant: Reviewer, session: Reader, by: Searched, limit: Limit = 100, cursor: Cursor = None) -> Page[AuditRow]:
    """What was done in the course, the newest first."""
    return listed(session, course_of(grant).id, by, limit, cursor)


@router.get("/courses/{course}/audit.csv", response_class=Response)
def show_csv(grant: Reviewer, session: Reader, by: Searched) -> Response:
    """The same as a table, all of it."""
    out = io.StringIO()
    write = csv.writer(out)
    write.writerow(COLUMNS)
    for one in audit.entries(session, course_of(grant).id, by, limit=MOST_LINES):
        write.writerow(_cells(one))
    name = f"{course_of(grant).slug}-audit.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response("\ufeff" + out.getvalue(), media_type="text/csv; charset=utf-8", headers=headers)


@router.get("/audit")
def show_site(grant: Admin, session: Reader, by: Searched, limit: Limit = 100, cursor: Cursor = None) -> Page[AuditRow]:
    """What was done anywhere, the newest first. For administrators."""
    return listed(session, None, by, limit, cursor)


def listed(session: Session, course_id: int | None, by: Search, limit: int, cursor: str | None) -> Page[AuditRow]:
    """Raises BadRequest for a cursor that is none."""
    found, following = paged(session, course_id, by, limit, cursor)
    return Page(items=[AuditRow.model_validate(one, from_attributes=True) for one in found], next_cursor=following)


def paged(
    session: Session, course_id: int | None, by: Search, limit: int, cursor: str | None
) -> tuple[list[Entry], str | None]:
    """A page, and the cursor of the next: the log grows while one reads, so a cursor is the number of an entry."""
    if cursor is not None and not CURSOR.fullmatch(cursor):
        raise BadRequest(Message("api.cursor", {"cursor": cursor}))
    found = audit.entries(session, course_id, by, limit=limit + 1, before=int(cursor) if cursor else None)
    return found[:limit], str(found[limit - 1].id) if len(found) > limit else None


def _cells(one: Entry) -> list[object]:
    texts = (one.name, one.email, one.course or "", one.action, one.subject, json.dumps(one.detail, ensure_ascii=False))
    return [one.id, stamp(one.at), "" if one.user is None else one.user, *map(safe, texts)]
