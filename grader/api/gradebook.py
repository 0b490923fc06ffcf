"""The gradebook and statistics of a course, as JSON and as a table for spreadsheets."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated, Any, TypeVar

from fastapi import Depends, Query, Request, Response
from pydantic import AfterValidator

from grader.api.dependencies import Reader, permission
from grader.api.guard import guarded_router
from grader.api.schemas import Moment, Page, Statistics
from grader.api.submissions import course_of
from grader.core import Message
from grader.course import gradebook, statistics, units, visibility
from grader.course.filters import Filters
from grader.course.gradebook import Cell, Column, Row
from grader.course.marks import EXCUSED, Mark
from grader.course.permissions import Grant
from grader.course.tables import Status
from grader.errors import BadRequest
from grader.report.spreadsheet import safe

T = TypeVar("T")
MOST_ROWS = 1000
CURSOR = re.compile(r"[0-9]{1,9}")

router = guarded_router(tags=["courses"])
Viewer = Annotated[Grant, Depends(permission("course.read"))]
Staff = Annotated[Grant, Depends(permission("statistics.read"))]
Limit = Annotated[int, Query(ge=1, le=MOST_ROWS)]
Cursor = Annotated[str | None, Query(description="The next_cursor of the page before.")]
Sort = Annotated[
    str,
    Query(description="email, name, section, total or an assignment; - before it turns it round."),
    AfterValidator(lambda typed: typed.replace(" ", "+")),
]
Maxima = Annotated[bool, Query(description="With what there is to get, in columns after the total.")]
Fields = Annotated[str | None, Query(description="The fields to give, separated by commas.")]


def filters(
    request: Request,
    *,
    section: str | None = None,
    assignment: str | None = None,
    user: Annotated[str | None, Query(description="An id or an e-mail.")] = None,
    status: Annotated[Status | None, Query(description="Of a submission.")] = None,
    since: Annotated[Moment | None, Query(description="Submissions received then or later.")] = None,
    until: Annotated[Moment | None, Query(description="Submissions received before.")] = None,
    search: Annotated[str | None, Query(max_length=200, description="Words of a name, an e-mail or a section.")] = None,
) -> Filters:
    """What is asked for, within what the route's permission grants."""
    within = request.state.grant.sections
    return Filters(section, _slug(assignment), user, status, since, until, within, search)


def _slug(typed: str | None) -> str | None:
    """In a query `+` stands for a blank, which no slug has: `?assignment=svm+softmax` means the bundle."""
    return None if typed is None else typed.replace(" ", "+")


Filtered = Annotated[Filters, Depends(filters)]


@router.get("/courses/{course}/gradebook")
@router.get("/courses/{course}/gradebook.json", include_in_schema=False)
def show(
    *,
    grant: Viewer,
    session: Reader,
    by: Filtered,
    sort: Sort = "email",
    fields: Fields = None,
    limit: Limit = 100,
    cursor: Cursor = None,
) -> Page[dict[str, Any]]:
    """One row a student, with the scores that count; `overridden`, `excused` and `withheld` stand beside one where that
    was decided by hand. Students get their own row."""
    begin = started(cursor)
    table = rows(grant, session, by, sort, begin=begin, limit=limit + 1)
    items = [picked(_told(row), fields) for row in table[:limit]]
    return Page(items=items, next_cursor=str(begin + limit) if len(table) > limit else None)


def _told(row: Row) -> dict[str, Any]:
    about = {name: getattr(row, name) for name in ("user", "name", "email", "section", "group", "external_id")}
    return {**about, "scores": {slug: _score(cell) for slug, cell in row.scores.items()}, "total": float(row.total)}


def _score(cell: Cell) -> dict[str, Any]:
    """What was decided by hand is told where something was."""
    told = {"score": float(cell.score), "max_score": float(cell.max_score), "late": cell.late}
    decided = {name: True for name in ("overridden", "excused", "withheld") if getattr(cell, name)}
    return {**told, "submission": cell.submission, **decided}


@router.get("/courses/{course}/gradebook.csv", response_class=Response)
def show_csv(*, grant: Viewer, session: Reader, by: Filtered, sort: Sort = "email", maxima: Maxima = False) -> Response:
    """The same as a table: who, then the score in each assignment, then the total. `EX`: excused, and no part of it."""
    table = rows(grant, session, by, sort)
    text = as_csv(table, gradebook.columns_of(session, course_of(grant).id, by), maxima=maxima)
    name = f"{course_of(grant).slug}-gradebook.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(text, media_type="text/csv; charset=utf-8", headers=headers)


def rows(
    grant: Grant, session: Reader, by: Filters, sort: str, *, begin: int = 0, limit: int | None = None
) -> list[Row]:
    here, own = course_of(grant), None if grant.staff else grant.person.id
    table = gradebook.rows(session, here.id, by, sort=sort, user=own, begin=begin, limit=limit)
    return table if own is None else [visibility.own_row(session, row, datetime.now(UTC)) for row in table]


def as_csv(table: Sequence[Row], columns: Sequence[Column], *, maxima: bool = False) -> str:
    """RFC 4180, with a byte-order mark so that spreadsheets read names as UTF-8. `maxima`: after the total, what there
    is to get in each of these columns, under the same name with `max` behind it."""
    out = io.StringIO()
    write = csv.writer(out)
    named = [*(column.slug for column in columns), "total"]
    more = [f"{name} max" for name in named] if maxima else []
    write.writerow(["user", "name", "email", "section", "group", "external_id", *named, *more])
    for row in table:
        who = (safe(text) for text in (row.name, row.email, row.section, row.group, row.external_id))
        most = map(float, gradebook.most(columns, row.marks)) if maxima else ()
        write.writerow([row.user, *who, *map(_points, row.marks), float(row.total), *most])
    return "\ufeff" + out.getvalue()


def _points(mark: Mark | None) -> float | str:
    if mark is None:
        return ""
    return "EX" if mark[6] & EXCUSED else mark[2] / 100


@router.get("/courses/{course}/statistics")
def show_statistics(grant: Staff, session: Reader, by: Filtered) -> Page[Statistics]:
    """How the class did in each assignment, or in the one that `assignment` names."""
    course = course_of(grant)
    if by.assignment is not None:
        units.find_assignment(session, course, by.assignment)
    items = [
        Statistics.model_validate(statistics.of_assignment(session, one, by), from_attributes=True)
        for one in (units.find_assignment(session, course, slug) for slug in gradebook.slugs(session, course.id, by))
    ]
    return Page(items=items, next_cursor=None)


def started(cursor: str | None) -> int:
    """The number of the first row of the page at `cursor`. Raises BadRequest for a cursor that is none."""
    if cursor is not None and not CURSOR.fullmatch(cursor):
        raise BadRequest(Message("api.cursor", {"cursor": cursor}))
    return int(cursor or 0)


def paged(table: Sequence[T], limit: int, cursor: str | None) -> tuple[Sequence[T], str | None]:
    """The page that begins at `cursor`, and the cursor of the next. Raises BadRequest for a cursor that is none."""
    begin = started(cursor)
    end = begin + limit
    return table[begin:end], str(end) if end < len(table) else None


def picked(item: dict[str, Any], fields: str | None) -> dict[str, Any]:
    """`item` with those fields only. Raises BadRequest for a field that is none."""
    if fields is None:
        return item
    names = [name.strip() for name in fields.split(",")]
    for name in names:
        if name not in item:
            raise BadRequest(Message("api.field.unknown", {"field": name, "fields": ", ".join(item)}))
    return {name: item[name] for name in names}
