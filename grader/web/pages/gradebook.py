"""`/courses/{course}/gradebook`: who is where? The rows, filters and order are those of the JSON route of that name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from math import ceil
from typing import Annotated
from urllib.parse import urlencode

from fastapi import Depends, Query, Request, Response

from grader.api.dependencies import Reader, permission
from grader.api.gradebook import Filtered, Sort, rows
from grader.api.guard import guarded_router
from grader.api.submissions import course_of
from grader.course import gradebook, pages
from grader.course.filters import Filters
from grader.course.permissions import Grant
from grader.web.frame import frame_of
from grader.web.rendering import page, say

router = guarded_router()
ROWS = 50
"""On one page: more would only be waited for."""


@dataclass(frozen=True, slots=True)
class Head:
    """A column: its title links to the order by it; `order` is what aria-sort says, empty where it is not sorted by;
    `most` is what there is to get, None where that is no number."""

    title: str
    href: str
    order: str
    about: str = ""
    most: Fraction | None = None


@dataclass(frozen=True, slots=True)
class Choice:
    name: str
    href: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Pages:
    """Where in the table a page stands: rows `first` to `last` of `all`; the links are empty at its ends."""

    first: int
    last: int
    all: int
    before: str
    after: str


@router.get("/courses/{course}/gradebook")
def show(
    *,
    request: Request,
    grant: Annotated[Grant, Depends(permission("course.read"))],
    session: Reader,
    by: Filtered,
    sort: Sort = "name",
    number: Annotated[int, Query(alias="page", ge=1, le=10_000)] = 1,
) -> Response:
    course = course_of(grant)
    frame = frame_of(request, session, grant.person, course)
    table = rows(grant, session, by, sort)
    titles = {slug: title.text(frame.lang) for slug, title in pages.titles(session, course).items()}
    columns = gradebook.columns_of(session, course.id, by)
    where = _pages(by, sort, number, len(table))
    return page(
        frame,
        "gradebook.html",
        title=say(frame, "web.gradebook.title", course=course.title),
        here="gradebook",
        course=course,
        staff=grant.staff,
        rows=table[where.first - 1 : where.last] if table else [],
        pages=where,
        slugs=[column.slug for column in columns],
        heads=_heads(
            {"name": say(frame, "web.col.student"), **{one.slug: titles[one.slug] for one in columns}},
            gradebook.most(columns, [None] * len(columns)),
            say(frame, "web.col.total"),
            by,
            sort,
        ),
        feet=list(gradebook.feet(table, columns)),
        sections=_sections(pages.sections(session, course, grant.sections), by, sort),
        everyone=Choice("", query(by, sort, section=None), by.section is None),
        by=by,
        sort=sort,
        query=query(by, sort),
    )


def _pages(by: Filters, sort: str, number: int, all: int) -> Pages:
    """A number beyond the last page shows the last."""
    last = max(1, ceil(all / ROWS))
    here = min(number, last)
    before = f"{query(by, sort)}&page={here - 1}" if here > 1 else ""
    after = f"{query(by, sort)}&page={here + 1}" if here < last else ""
    return Pages((here - 1) * ROWS + 1, min(here * ROWS, all), all, before, after)


def _heads(titles: Mapping[str, str], most: Sequence[Fraction], total: str, by: Filters, sort: str) -> list[Head]:
    """`most` has what there is to get in each assignment, and in the end in the total."""
    assignments = [_head(key, title, by, sort, f"assignments/{key}/statistics") for key, title in titles.items()]
    heads = [*assignments, _head("total", total, by, sort)]
    return [replace(head, most=one) for head, one in zip(heads, (None, *most), strict=True)]


def _head(key: str, title: str, by: Filters, sort: str, about: str = "") -> Head:
    """Names begin with A and scores with the highest; a second click turns the order round."""
    order = {key: "ascending", f"-{key}": "descending"}.get(sort, "")
    about = "" if key == "name" else about
    if order:
        return Head(title, query(by, key if sort.startswith("-") else f"-{key}"), order, about)
    return Head(title, query(by, key if key == "name" else f"-{key}"), "", about)


def _sections(names: Sequence[str], by: Filters, sort: str) -> list[Choice]:
    return [Choice(one, query(by, sort, section=one), one == by.section) for one in names]


KEEP = "\0"


def query(by: Filters, sort: str, section: str | None = KEEP) -> str:
    """The address of this view in another order or section."""
    values = {
        "section": by.section if section == KEEP else section,
        "assignment": by.assignment,
        "user": by.user,
        "status": by.status,
        "since": by.since.isoformat() if by.since else None,
        "until": by.until.isoformat() if by.until else None,
        "search": by.search or None,
        "sort": sort,
    }
    return "?" + urlencode({key: value for key, value in values.items() if value is not None})
