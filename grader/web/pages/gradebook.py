"""`/courses/{course}/gradebook`: who is where? The rows, filters and order are those of the JSON route of that name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from statistics import median
from typing import Annotated
from urllib.parse import urlencode

from fastapi import Depends, Request, Response

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


@dataclass(frozen=True, slots=True)
class Head:
    """A column: its title links to the order by it; `order` is what aria-sort says, empty where it is not sorted by."""

    title: str
    href: str
    order: str


@dataclass(frozen=True, slots=True)
class Foot:
    """Under a column: the median of those who submitted, and how many of all those did."""

    median: Fraction | None
    submitted: int


@dataclass(frozen=True, slots=True)
class Choice:
    name: str
    href: str
    chosen: bool


@router.get("/courses/{course}/gradebook")
def show(
    request: Request,
    grant: Annotated[Grant, Depends(permission("course.read"))],
    session: Reader,
    by: Filtered,
    sort: Sort = "name",
) -> Response:
    course = course_of(grant)
    frame = frame_of(request, session, grant.person, course)
    table = rows(grant, session, by, sort)
    titles = {slug: title.text(frame.lang) for slug, title in pages.titles(session, course).items()}
    slugs = gradebook.slugs(session, course.id, by)
    ends = [("name", say(frame, "web.col.student")), *((slug, titles[slug]) for slug in slugs)]
    return page(
        frame,
        "gradebook.html",
        title=say(frame, "web.gradebook.title", course=course.title),
        here="gradebook",
        course=course,
        staff=grant.staff,
        rows=table,
        slugs=slugs,
        heads=[_head(key, title, by, sort) for key, title in [*ends, ("total", say(frame, "web.col.total"))]],
        feet=[*(_foot([row.scores[slug].score for row in table if slug in row.scores]) for slug in slugs)],
        total=_foot([row.total for row in table]),
        sections=_sections(pages.sections(session, course, grant.sections), by, sort),
        everyone=Choice("", _query(by, sort, section=None), by.section is None),
        query=_query(by, sort),
    )


def _head(key: str, title: str, by: Filters, sort: str) -> Head:
    """Names begin with A and scores with the highest; a second click turns the order round."""
    order = {key: "ascending", f"-{key}": "descending"}.get(sort, "")
    if order:
        return Head(title, _query(by, key if sort.startswith("-") else f"-{key}"), order)
    return Head(title, _query(by, key if key == "name" else f"-{key}"), "")


def _foot(scores: Sequence[Fraction]) -> Foot:
    return Foot(median(scores) if scores else None, len(scores))


def _sections(names: Sequence[str], by: Filters, sort: str) -> list[Choice]:
    return [Choice(one, _query(by, sort, section=one), one == by.section) for one in names]


KEEP = "\0"


def _query(by: Filters, sort: str, section: str | None = KEEP) -> str:
    """The address of this view in another order or section."""
    values = {
        "section": by.section if section == KEEP else section,
        "assignment": by.assignment,
        "user": by.user,
        "status": by.status,
        "since": by.since.isoformat() if by.since else None,
        "until": by.until.isoformat() if by.until else None,
        "sort": sort,
    }
    return "?" + urlencode({key: value for key, value in values.items() if value is not None})
