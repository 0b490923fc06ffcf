"""`/courses/{course}/assignments/{slug}`: hand in, and what came of it so far."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from fractions import Fraction
from io import BytesIO
from itertools import groupby
from typing import Annotated

from fastapi import Depends, File, Form, Query, Request, Response, UploadFile
from fastapi.responses import PlainTextResponse, RedirectResponse
from sqlalchemy.orm import Session

from grader.api.assignments import opened
from grader.api.dependencies import Reader, Writer, permission, settings_of
from grader.api.guard import guarded_router
from grader.api.links import ask
from grader.api.problems import of_error
from grader.api.submissions import Prepared, course_of, prepare
from grader.core import Message
from grader.course import grades, hints, lateness, pages, terms, units
from grader.course.permissions import Grant
from grader.course.schedule import check_window, own_dates
from grader.course.tables import DEFAULT_PROFILE, CourseAssignment, Role, Unit
from grader.course.visibility import Shown, waits_for_release
from grader.errors import Forbidden, GraderError, NotFound, Unprocessable
from grader.intake.confined.caps import SOURCE_BYTES
from grader.report import text
from grader.report.words import unit_title
from grader.web.attempts import LinkLine, Row, allowance, link_line, rows
from grader.web.frame import frame_of
from grader.web.pages.marking import questions_of
from grader.web.rendering import HEADERS, Frame, page

router = guarded_router()
PATH = "/courses/{course}/assignments/{slug}"


@dataclass(frozen=True, slots=True)
class GradedFunction:
    signature: str
    points: Fraction


@dataclass(frozen=True, slots=True)
class GradedUnit:
    """What one unit of a bundle asks for, under its title; of anything else all there is, without one."""

    title: str
    functions: tuple[GradedFunction, ...]


@dataclass(frozen=True, slots=True)
class View:
    """What the templates of this page show. `due` is the reader's own, `cost` says what being late would cost now,
    `sum` what people gave or took.
    `spent`: no attempt is left until `refills`. `waiting` is the newest attempt that is not
    finished; `profile` is empty where everybody is graded by it; before it opens, students see neither what is asked
    nor the starter files."""

    due: datetime | None
    opens: datetime | None
    open: bool
    not_yet: bool
    max_score: Fraction
    best: Fraction | None
    sum: str
    shown: Shown
    counts: str
    attempts: tuple[Row, ...]
    allowance: tuple[str, ...]
    spent: bool
    refills: datetime | None
    waiting: int | None
    link: LinkLine | None
    cost: str
    names: tuple[str, ...]
    file: str
    files: tuple[str, ...]
    units: tuple[GradedUnit, ...]
    starter: tuple[str, ...]
    profile: str
    learning: int
    supply: bool
    hints: hints.Rule


@router.get(PATH)
def show(
    request: Request,
    slug: str,
    session: Reader,
    grant: Annotated[Grant, Depends(permission("course.read"))],
    duplicate: bool = False,
) -> Response:
    return _page(request, session, grant, slug, duplicate=duplicate)


def sent(  # noqa: PLR0917 - FastAPI passes them by name
    request: Request,
    slug: str,
    session: Reader,
    grant: Annotated[Grant, Depends(permission("submission.create"))],
    files: Annotated[list[UploadFile] | None, File()] = None,
    code: Annotated[str, Form()] = "",
) -> Prepared | GraderError:
    """What the form brought, looked at before the request takes its turn to write; or why it is refused."""
    try:
        assignment = units.find_assignment(session, course_of(grant), slug)
        return prepare(request, grant, slug, _sent(files or [], code, assignment))
    except GraderError as error:
        return error


@router.post(PATH)
def upload(  # noqa: PLR0917
    request: Request,
    slug: str,
    ready: Annotated[Prepared | GraderError, Depends(sent)],
    session: Reader,
    writing: Writer,
    grant: Annotated[Grant, Depends(permission("submission.create"))],
) -> Response:
    """Hand in by the API's own door, then show the table with the new row. What is refused is said on this page."""
    try:
        if isinstance(ready, GraderError):
            raise ready
        accepted = ready.accept(writing)
    except GraderError as error:
        writing.rollback()
        return _page(request, session, grant, slug, refusal=error)
    return RedirectResponse(f"{_base(grant, slug)}{'?duplicate=1' if accepted.duplicate else ''}#attempts", 303)


def _sent(files: list[UploadFile], code: str, assignment: CourseAssignment) -> list[UploadFile]:
    """The chosen files, and pasted code under the handout's name. Raises Unprocessable where there is neither."""
    sent = [file for file in files if file.filename]
    if code.strip():
        text = code.replace("\r\n", "\n").encode()
        sent.append(UploadFile(BytesIO(text), filename=assignment.unit.files[0], size=len(text)))
    if not sent:
        raise Unprocessable(Message("web.upload.nothing"))
    return sent


@router.post(PATH + "/link")
def link(  # noqa: PLR0917
    request: Request,
    slug: str,
    session: Reader,
    writing: Writer,
    grant: Annotated[Grant, Depends(permission("submission.create"))],
    url: Annotated[str, Form()] = "",
) -> Response:
    """Hand in a repository by the API's own door, then show how far it has come."""
    try:
        ask(request, writing, grant, slug, url)
    except GraderError as error:
        writing.rollback()
        return _page(request, session, grant, slug, refusal=error, url=url)
    return RedirectResponse(f"{_base(grant, slug)}#attempts", 303)


@router.get(PATH + "/attempts")
def attempts(
    request: Request,
    slug: str,
    session: Reader,
    grant: Annotated[Grant, Depends(permission("course.read"))],
    fetching: Annotated[bool, Query(description="Asked while a link is being fetched.")] = False,
) -> Response:
    """What changes on the page, to be put in place of the old."""
    assignment, frame = _find(request, session, grant, slug)
    view, base = _view(session, grant, assignment, frame), _base(grant, slug)
    return page(frame, "attempts_live.html", a=view, base=base, fetching=fetching)


@router.get(PATH + "/starter/{file:path}")
def starter(
    slug: str, file: str, session: Reader, grant: Annotated[Grant, Depends(permission("course.read"))]
) -> Response:
    assignment = units.find_assignment(session, course_of(grant), slug)
    given = opened(grant, assignment, datetime.now(UTC)).unit.starter
    if file not in given:
        raise NotFound(Message("web.starter.unknown", {"file": file}))
    return PlainTextResponse(given[file], headers=HEADERS)


def _find(request: Request, session: Session, grant: Grant, slug: str) -> tuple[CourseAssignment, Frame]:
    course = course_of(grant)
    return units.find_assignment(session, course, slug), frame_of(request, session, grant.person, course)


def _base(grant: Grant, slug: str) -> str:
    return f"/courses/{course_of(grant).slug}/assignments/{slug}"


def _page(
    request: Request,
    session: Session,
    grant: Grant,
    slug: str,
    *,
    refusal: GraderError | None = None,
    duplicate: bool = False,
    url: str = "",
) -> Response:
    assignment, frame = _find(request, session, grant, slug)
    return page(
        frame,
        "assignment.html",
        status=refusal.status if refusal else 200,
        headers=of_error(refusal, frame.lang).headers if refusal else {},
        title=pages.title_of(assignment).text(frame.lang),
        course=course_of(grant),
        staff=grant.staff,
        instructor=grant.role is Role.INSTRUCTOR,
        base=_base(grant, slug),
        a=_view(session, grant, assignment, frame),
        max_file=SOURCE_BYTES,
        max_upload=settings_of(request).max_upload,
        problem=text(refusal.message, frame.lang) if refusal else "",
        released=assignment.released_at is not None,
        waits_for_release=waits_for_release(assignment),
        so_far=pages.class_so_far(session, assignment, grant.sections) if grant.staff else None,
        **questions_of(session, grant, assignment, frame),
        duplicate=duplicate,
        url=url,
        hosts=sorted(settings_of(request).link_hosts),
    )


def _view(session: Session, grant: Grant, assignment: CourseAssignment, frame: Frame) -> View:
    unit, mine = assignment.unit, pages.attempts(session, assignment, grant.person.id, frame.now, whole=grant.staff)
    shown_rows = tuple(rows(session, grant, assignment, mine, frame))
    not_yet = assignment.opens is not None and frame.now < assignment.opens
    is_open = grant.staff or _open(session, assignment, grant.person.id, frame.now)
    forecast = lateness.forecast(session, assignment, grant.person.id, frame.now)
    by_hand = lateness.of_grade(mine.grade)
    shown, profile = grant.staff or not not_yet, terms.of(session, assignment).profile
    return View(
        due=own_dates(session, assignment, grant.person.id).due,
        opens=assignment.opens,
        open=is_open,
        not_yet=not_yet,
        max_score=mine.grade.max_score if mine.grade else grades.max_score(assignment, unit.max_score),
        best=mine.grade.score if mine.grade else None,
        sum=text(by_hand, frame.lang) if by_hand else "",
        shown=mine.grade.shown if mine.grade else "whole",
        counts=assignment.counts,
        attempts=shown_rows,
        allowance=() if grant.staff else tuple(allowance(session, grant, assignment, mine, frame)),
        spent=is_open and not grant.staff and 0 in (mine.allowance.today, mine.allowance.in_all),
        refills=mine.allowance.refills,
        link=link_line(session, grant, assignment, frame),
        waiting=next((row.id for row in shown_rows if row.look in ("queued", "running")), None),
        cost=text(forecast.message, frame.lang) if forecast and not grant.staff else "",
        names=units.names(unit),
        file=unit.files[0],
        files=tuple(unit.files),
        units=tuple(_units(unit, frame.lang)) if shown else (),
        starter=tuple(unit.starter) if shown else (),
        profile="" if profile == DEFAULT_PROFILE else profile,
        learning=assignment.learning,
        supply=assignment.supply,
        hints=hints.rule_of(assignment),
    )


def _units(unit: Unit, lang: str) -> Iterator[GradedUnit]:
    for slug, functions in groupby(unit.functions, key=lambda one: one.get("unit")):
        asked = [GradedFunction(f"{one['name']}{one['signature']}", Fraction(str(one["points"]))) for one in functions]
        yield GradedUnit(unit_title(slug, lang) if slug else "", tuple(asked))


def _open(session: Session, assignment: CourseAssignment, user_id: int, at: datetime) -> bool:
    try:
        check_window(session, assignment, user_id, at)
    except Forbidden:
        return False
    return True
