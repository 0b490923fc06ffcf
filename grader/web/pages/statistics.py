"""`/courses/{course}/assignments/{slug}/statistics`: what does the class not understand? And who is behind a figure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, Literal
from urllib.parse import quote

from fastapi import Depends, Query, Request, Response
from sqlalchemy.orm import Session

from grader.api.dashboard import Known, called, known
from grader.api.dependencies import Reader, permission
from grader.api.gradebook import Filtered
from grader.api.guard import guarded_router
from grader.api.submissions import course_of
from grader.course import mistakes, pages, units
from grader.course.mistakes import Behind, Cluster
from grader.course.permissions import Grant
from grader.course.progress import Uploads
from grader.course.statistics import CheckRate, Sanity
from grader.course.tables import CourseAssignment
from grader.report.scores import decimals
from grader.report.words import check_title, mistake_words
from grader.web import clock
from grader.web.chart import Bar, Columns, columns, histogram
from grader.web.frame import frame_of
from grader.web.rendering import Frame, page, say

router = guarded_router()
Staff = Annotated[Grant, Depends(permission("statistics.read"))]
PATH = "/courses/{course}/assignments/{slug}/statistics"
LISTED = 12
"""Mistakes and wrong results on the page; further ones on request."""
MOST_NAMES = 1000
Order = Literal["rate", "-rate", "discrimination", "-discrimination", "function", "-function"]


@dataclass(frozen=True, slots=True)
class Mistake:
    """A row of the commonest ones, as it is read. `gone_after` is empty where nobody got rid of it."""

    diagnosis: str
    does: str
    now: int
    ever: int
    gone_after: str
    href: str
    example: int


@dataclass(frozen=True, slots=True)
class Result:
    """A wrong result that several have in common; `does` is empty where it has no name."""

    function: str
    does: str
    count: int
    href: str
    example: int


@dataclass(frozen=True, slots=True)
class Gradients:
    """The sanity checks of one function: how many begin as they should, and the errors of its gradient as bars."""

    function: str
    formula: str
    start: int
    started: int
    check: str
    chart: Columns
    label: str


@router.get(PATH)
def show(  # noqa: PLR0917 - FastAPI passes them by name
    request: Request,
    slug: str,
    grant: Staff,
    session: Reader,
    by: Filtered,
    order: Annotated[Order, Query()] = "rate",
    all: bool = False,
) -> Response:
    course = course_of(grant)
    assignment = units.find_assignment(session, course, slug)
    found = known(request, session, assignment, by)
    frame = frame_of(request, session, grant.person, course)
    shown = pages.title_of(assignment).text(frame.lang)
    chart = histogram([(bar.low, bar.high, bar.count) for bar in found.statistics.histogram])
    listed = None if all else LISTED
    return page(
        frame,
        "statistics.html",
        title=say(frame, "web.statistics.title", assignment=shown),
        assignment_title=shown,
        slug=slug,
        course=course,
        staff=grant.staff,
        by=by,
        sections=pages.sections(session, course, grant.sections),
        figures=found.statistics,
        progress=found.progress,
        lead=_lead(frame, found, assignment),
        chart=chart,
        chart_label=_in_words(frame, found.statistics.submitted, chart.bars),
        span=_span,
        uploads=_uploads(frame, found.progress.uploads),
        due=assignment.due,
        mistakes=[_mistake(session, frame, slug, course.slug, one) for one in found.mistakes[:listed]],
        results=[_result(frame, slug, course.slug, one) for one in found.clusters[:listed]],
        more=not all and max(len(found.mistakes), len(found.clusters)) > LISTED,
        checks=[(check_title(one.check, frame.lang), one) for one in _sorted(found.statistics.checks, order)],
        order=order,
        sanity=[_gradients(frame, one) for one in found.sanity],
        units={one["name"]: one["unit"] for one in assignment.unit.functions if "unit" in one},
    )


def _lead(frame: Frame, found: Known, assignment: CourseAssignment) -> str:
    figures = found.statistics
    middle = "–" if figures.median is None else decimals(figures.median, least=1)
    most = decimals(figures.max_score, least=0)
    about = {"submitted": figures.submitted, "students": figures.students}
    said = [
        say(frame, "web.statistics.lead", **about, median=middle, most=most),
        say(frame, "board.last-hour", count=found.progress.last_hour),
    ]
    if assignment.due is not None:
        said.append(say(frame, "board.due", when=clock.relative(assignment.due, frame.now, frame.lang)))
    return " ".join(said)


def _in_words(frame: Frame, students: int, bars: tuple[Bar, ...]) -> str:
    told = (say(frame, "web.statistics.bar", range=_span(bar), count=bar.count) for bar in bars if bar.count)
    return say(frame, "web.statistics.chart", students=students, bars=", ".join(told))


def _span(bar: Bar) -> str:
    return f"{decimals(bar.low, least=0)}–{decimals(bar.high, least=0)}"


def _uploads(frame: Frame, uploads: Uploads | None) -> list[tuple[str, int]]:
    """The steps in which there were any, for the table: when it began, how many."""
    if uploads is None:
        return []
    step = timedelta(minutes=uploads.minutes)
    moments = ((uploads.begin + index * step, count) for index, count in enumerate(uploads.counts) if count)
    return [(clock.absolute(at, frame.zone, frame.lang), count) for at, count in moments]


def _mistake(session: Session, frame: Frame, slug: str, course: str, one: mistakes.Common) -> Mistake:
    return Mistake(
        one.diagnosis,
        called(session, one.diagnosis, one.example, frame.lang),
        one.now,
        one.ever,
        "" if one.gone_after is None else f"{one.gone_after:.1f}",
        f"/courses/{course}/assignments/{slug}/statistics/mistakes/{quote(one.diagnosis, safe='')}",
        one.example,
    )


def _result(frame: Frame, slug: str, course: str, one: Cluster) -> Result:
    href = f"/courses/{course}/assignments/{slug}/statistics/results/{one.fingerprint}"
    return Result(one.function, one.diagnosis or "", len(one.submissions), href, one.submissions[0])


def _gradients(frame: Frame, one: Sanity) -> Gradients:
    bars = [(f"1e{decade.low}", decade.count) for decade in one.gradients]
    told = ", ".join(say(frame, "web.statistics.bar", range=name, count=count) for name, count in bars if count)
    label = say(frame, "board.sanity.chart", function=one.function, bars=told)
    check = check_title(one.check, frame.lang) if one.check else ""
    return Gradients(one.function, one.formula, one.start, one.started, check, columns(bars), label)


def _sorted(checks: Sequence[CheckRate], order: str) -> list[CheckRate]:
    """What nobody was graded on, or has no figure, comes last whichever way round."""
    name, down = order.removeprefix("-"), order.startswith("-")
    if name == "function":
        return sorted(checks, key=lambda one: (one.function, one.check), reverse=down)
    values = {(one.function, one.check): one.pass_rate if name == "rate" else one.discrimination for one in checks}

    def key(one: CheckRate) -> tuple[bool, float, str, str]:
        value = values[one.function, one.check]
        return value is None, (-(value or 0.0) if down else value or 0.0), one.function, one.check

    return sorted(checks, key=key)


# --------------------------------------------------------------------------- who is behind a figure


@router.get(PATH + "/mistakes/{diagnosis}")
def show_mistake(  # noqa: PLR0917
    request: Request, slug: str, diagnosis: str, grant: Staff, session: Reader, by: Filtered
) -> Response:
    """The students who make a mistake or made it, an example, and words to write to them."""
    assignment = units.find_assignment(session, course_of(grant), slug)
    found = mistakes.behind(session, assignment, by, diagnosis)
    return _behind(request, session, grant, assignment, found, diagnosis)


@router.get(PATH + "/results/{fingerprint}")
def show_result(  # noqa: PLR0917
    request: Request, slug: str, fingerprint: str, grant: Staff, session: Reader, by: Filtered
) -> Response:
    """The students whose counting submission has one wrong result in common."""
    assignment = units.find_assignment(session, course_of(grant), slug)
    found = mistakes.alike(session, assignment, by, fingerprint)
    name = next(
        (one.diagnosis for one in mistakes.clusters(session, assignment, by) if one.fingerprint == fingerprint), None
    )
    return _behind(request, session, grant, assignment, found, name)


def _behind(  # noqa: PLR0917
    request: Request,
    session: Session,
    grant: Grant,
    assignment: CourseAssignment,
    found: Sequence[Behind],
    diagnosis: str | None,
) -> Response:
    course = course_of(grant)
    frame = frame_of(request, session, grant.person, course)
    shown = pages.title_of(assignment).text(frame.lang)
    does = called(session, diagnosis, found[0].submission, frame.lang) if diagnosis and found else ""
    words = mistake_words(diagnosis, frame.lang) if diagnosis else None
    mail = say(frame, "board.mail.body" if words else "board.mail.body-plain", assignment=shown, does=words)
    return page(
        frame,
        "behind.html",
        title=say(frame, "board.behind.title", assignment=shown),
        assignment_title=shown,
        slug=assignment.slug,
        course=course,
        staff=grant.staff,
        diagnosis=diagnosis,
        does=does,
        mail=mail,
        found=found[:MOST_NAMES],
        now=[one for one in found if one.now],
    )
