"""Regrades: `/courses/{course}/assignments/{slug}/regrades` begins one, `/regrades/{id}` shows what it would change and
has the buttons that decide."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from functools import partial
from typing import Annotated, Any, Literal

from fastapi import Depends, Form, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy.orm import Session

from grader.api.dependencies import Reader, Writer, permission
from grader.api.gradebook import Cursor, paged
from grader.api.guard import guarded_router
from grader.api.regrades import Reason, Shown
from grader.api.submissions import course_of
from grader.course import pages, regrade_rows, regrades, units
from grader.course.permissions import Grant
from grader.course.regrade_outlook import Outlook, other_terms, outlooks
from grader.course.regrade_rows import Row, Tally
from grader.course.regrades import Wanted
from grader.course.tables import CourseAssignment, Regrade
from grader.errors import GraderError
from grader.report import text
from grader.report.scores import decimals
from grader.report.since import signed
from grader.report.words import check_title
from grader.web.chart import Bar, Chart
from grader.web.chart import histogram as chart_of
from grader.web.frame import frame_of
from grader.web.rendering import Frame, page, say

router = guarded_router()
Viewer = Annotated[Grant, Depends(permission("regrade.read"))]
Editor = Annotated[Grant, Depends(permission("regrade.run"))]
OF_ASSIGNMENT = "/courses/{course}/assignments/{slug}/regrades"
ROWS = 50


@dataclass(frozen=True, slots=True)
class Line:
    """A regrade in the list of an assignment's."""

    id: int
    state: str
    made_at: datetime
    by: str
    about: str
    reason: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """One submission in the table, or one student with the submission that would count, None where none would; `why`
    are the checks that come out otherwise, or why it is left."""

    submission: int | None
    student: str
    number: int | None
    old: str
    new: str
    difference: str
    why: tuple[str, ...]


# --------------------------------------------------------------------------- of an assignment


@router.get(OF_ASSIGNMENT)
def show_all(request: Request, slug: str, grant: Viewer, session: Reader) -> Response:
    return _all(request, session, grant, slug)


@router.post(OF_ASSIGNMENT)
def begin(  # noqa: PLR0917 - FastAPI passes them by name
    request: Request,
    slug: str,
    grant: Editor,
    session: Reader,
    writing: Writer,
    students: Annotated[str, Form()] = "",
    which: Annotated[Literal["counting", "latest", "all"], Form()] = "counting",
    never_lower: Annotated[bool, Form()] = False,
    reason: Annotated[Reason, Form()] = "",
) -> Response:
    """Begin a dry run, then show how far it is. What is refused is said on the page, with what was typed."""
    typed = {"students": students, "which": which, "never_lower": never_lower, "reason": reason}
    try:
        named = [one for line in students.splitlines() for one in line.replace(",", " ").split()]
        wanted = Wanted(named or None, which, never_lower, reason)
        assignment = units.find_assignment(writing, course_of(grant), slug)
        made = regrades.begin(writing, assignment, wanted, grant.person.id)
    except GraderError as refusal:
        writing.rollback()
        return _all(request, session, grant, slug, refusal=refusal, typed=typed)
    return RedirectResponse(f"/regrades/{made.id}", 303)


def _all(
    request: Request,
    session: Session,
    grant: Grant,
    slug: str,
    *,
    refusal: GraderError | None = None,
    typed: dict[str, Any] | None = None,
) -> Response:
    course = course_of(grant)
    assignment, frame = units.find_assignment(session, course, slug), frame_of(request, session, grant.person, course)
    shown = pages.title_of(assignment).text(frame.lang)
    found = (regrade_rows.tally(session, one) for one in regrade_rows.of_assignment(session, assignment))
    return page(
        frame,
        "regrades.html",
        status=refusal.status if refusal else 200,
        title=say(frame, "regrade.page.all", assignment=shown),
        assignment_title=shown,
        course=course,
        staff=grant.staff,
        slug=slug,
        lines=[_line(frame, one) for one in found],
        problem=text(refusal.message, frame.lang) if refusal else "",
        typed=typed or {"students": "", "which": "counting", "never_lower": False, "reason": ""},
    )


def _line(frame: Frame, tally: Tally) -> Line:
    one = tally.regrade
    return Line(one.id, one.state, one.made_at, tally.by, _about(frame, tally), one.reason)


# --------------------------------------------------------------------------- one of them


@router.get("/regrades/{regrade}")
def show(
    *, request: Request, regrade: int, grant: Viewer, session: Reader, show: Shown = "changed", cursor: Cursor = None
) -> Response:
    return _one(request, session, grant, session.get_one(Regrade, regrade), show=show, cursor=cursor)


@router.get("/regrades/{regrade}/live")
def live(request: Request, regrade: int, grant: Viewer, session: Reader) -> Response:
    """How far it is, to be put in place of what is there; all of it once it is ready."""
    return _one(request, session, grant, session.get_one(Regrade, regrade), template="regrade_live.html")


@router.post("/regrades/{regrade}/apply")
def apply(request: Request, regrade: int, grant: Editor, session: Reader, writing: Writer) -> Response:
    return _decided(request, session, grant, regrade, partial(regrades.apply, writing))


@router.post("/regrades/{regrade}/rollback")
def rollback(request: Request, regrade: int, grant: Editor, session: Reader, writing: Writer) -> Response:
    return _decided(request, session, grant, regrade, partial(regrades.rollback, writing))


@router.post("/regrades/{regrade}/drop")
def drop(request: Request, regrade: int, grant: Editor, session: Reader, writing: Writer) -> Response:
    return _decided(request, session, grant, regrade, partial(regrades.drop, writing))


def _decided(
    request: Request, session: Session, grant: Grant, id: int, act: Callable[[int, int | None], Regrade]
) -> Response:
    """What is refused is said on the page; it has written nothing by then."""
    try:
        act(id, grant.person.id)
    except GraderError as refusal:
        return _one(request, session, grant, session.get_one(Regrade, id), refusal=refusal)
    return RedirectResponse(f"/regrades/{id}", 303)


def _one(
    request: Request,
    session: Session,
    grant: Grant,
    regrade: Regrade,
    *,
    show: str = "changed",
    cursor: str | None = None,
    refusal: GraderError | None = None,
    template: str = "regrade.html",
) -> Response:
    course = course_of(grant)
    frame, tally = frame_of(request, session, grant.person, course), regrade_rows.tally(session, regrade)
    found = regrade_rows.rows(session, regrade, changed_only=show == "changed")
    shown, following = paged(found, ROWS, cursor)
    chart = chart_of(regrade_rows.histogram(tally.differences))
    title = pages.title_of(session.get_one(CourseAssignment, regrade.assignment_id)).text(frame.lang)
    return page(
        frame,
        template,
        status=refusal.status if refusal else 200,
        title=say(frame, "regrade.page.one", id=regrade.id, assignment=title),
        assignment_title=title,
        course=course,
        staff=grant.staff,
        slug=tally.slug,
        tally=tally,
        regrade=regrade,
        about=_about(frame, tally),
        left=_left(frame, tally),
        outlook=[_outlook(frame, one) for one in outlooks(session, regrade)],
        other_terms=regrade.state in ("dropped", "rolled-back") and other_terms(session, regrade),
        rows=[_outcome(frame, row) for row in shown],
        show=show,
        following=following,
        chart=chart,
        chart_label=_in_words(frame, chart),
        span=_span,
        problem=text(refusal.message, frame.lang) if refusal else "",
    )


def _about(frame: Frame, tally: Tally) -> str:
    """What it takes, and what it changes as far as it is graded."""
    taken = say(frame, f"regrade.page.takes.{tally.regrade.which}", count=tally.total)
    if not tally.graded:
        return taken
    counts = {"changed": tally.changed, "higher": tally.higher, "lower": tally.lower, "equal": tally.equal}
    return f"{taken} {say(frame, 'regrade.page.changes', **counts)}"


def _left(frame: Frame, tally: Tally) -> tuple[str, ...]:
    """What is not, or will not be, applied, and why."""
    counts = {state: tally.states.get(state, 0) for state in ("broken", "lower", "moved")}
    if tally.regrade.state == "ready" and tally.regrade.never_lower:
        counts["lower"] = tally.lower
    return tuple(say(frame, f"regrade.page.left.{state}", count=count) for state, count in counts.items() if count)


def _outcome(frame: Frame, row: Row) -> Outcome:
    difference = "–" if row.difference is None else signed(row.difference)
    shown = _score(row.old), _score(row.new), difference
    return Outcome(row.submission, row.name or row.email, row.number, *shown, tuple(_why(frame, row)))


def _outlook(frame: Frame, one: Outlook) -> Outcome:
    why = (say(frame, "regrade.outlook.instead"),) if one.instead else ()
    scores = _score(one.old), _score(one.new), signed(one.difference)
    return Outcome(one.submission, one.name or one.email, one.number, *scores, why)


def _why(frame: Frame, row: Row) -> Iterator[str]:
    if row.state in ("broken", "lower", "moved"):
        yield say(frame, f"regrade.page.why.{row.state}")
    for one in row.changed:
        about = {"function": one["function"], "check": check_title(one["check"], frame.lang)}
        then, now = (_points(one[when]) for when in ("old", "new"))
        yield say(frame, "regrade.page.why.check", **about, old=then, new=now)


def _points(value: float | None) -> str:
    return "–" if value is None else decimals(Fraction(str(value)), least=0)


def _score(value: Fraction | None) -> str:
    return "–" if value is None else decimals(value, least=1)


def _in_words(frame: Frame, chart: Chart) -> str:
    told: Sequence[str] = [
        say(frame, "web.statistics.bar", range=_span(bar), count=bar.count) for bar in chart.bars if bar.count
    ]
    return say(frame, "regrade.page.chart", bars=", ".join(told))


def _span(bar: Bar) -> str:
    return "0" if bar.low == bar.high else f"{signed(bar.low)} … {signed(bar.high)}"
