"""What the instructor's pages show, as JSON and as tables: the figures of an assignment, the students behind each of
them, one student's work, and a word as soon as something is new."""

from __future__ import annotations

import asyncio
import csv
import io
from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import Depends, Query, Request, Response
from fastapi.sse import EventSourceResponse, ServerSentEvent
from sqlalchemy.orm import Session

from grader.api import dashboard_schemas as schemas
from grader.api.dashboard_schemas import Attempt, Figures, Mistake, Student, Work
from grader.api.dependencies import Language, Reader, permission
from grader.api.gradebook import Cursor, Filtered, Limit, paged
from grader.api.guard import guarded_router
from grader.api.schemas import Page, Statistics
from grader.api.submissions import course_of
from grader.core import Message
from grader.course import drilldown, mistakes, progress, statistics, units
from grader.course.filters import Filters
from grader.course.mistakes import Behind, Cluster, Common
from grader.course.permissions import Grant, find_student
from grader.course.progress import Progress
from grader.course.schedule import stamp
from grader.course.statistics import Sanity
from grader.course.tables import CourseAssignment, Submission
from grader.report import text
from grader.report.spreadsheet import safe
from grader.report.words import mistake_words

router = guarded_router(tags=["courses"])
Staff = Annotated[Grant, Depends(permission("statistics.read"))]
ASSIGNMENT = "/courses/{course}/assignments/{slug}"


@dataclass(frozen=True, slots=True)
class Known:
    """What is worked out of the database for one assignment and one choice of students."""

    statistics: statistics.Statistics
    sanity: tuple[Sanity, ...]
    progress: Progress
    mistakes: tuple[Common, ...]
    clusters: tuple[Cluster, ...]


def known(request: Request, session: Session, assignment: CourseAssignment, by: Filters) -> Known:
    """Worked out anew only where something is new."""
    at = datetime.now(UTC)

    def make() -> Known:
        return Known(
            statistics.of_assignment(session, assignment, by),
            statistics.sanity(session, assignment, by),
            progress.of_assignment(session, assignment, by, at),
            mistakes.commonest(session, assignment, by),
            mistakes.clusters(session, assignment, by),
        )

    kept: Known = request.app.state.memory.get(session, (assignment.id, by), at, make)
    return kept


@router.get(ASSIGNMENT + "/statistics")
def show(request: Request, slug: str, grant: Staff, session: Reader, by: Filtered, lang: Language) -> Figures:  # noqa: PLR0917
    """Everything that there is to say of the class in this assignment."""
    found = known(request, session, units.find_assignment(session, course_of(grant), slug), by)
    plain = Statistics.model_validate(found.statistics, from_attributes=True).model_dump()
    return Figures.model_validate(
        {
            **plain,
            "last_hour": found.progress.last_hour,
            "uploads": found.progress.uploads,
            "sanity": found.sanity,
            "mistakes": [_mistake(session, one, lang) for one in found.mistakes],
            "clusters": [schemas.Cluster.model_validate(one, from_attributes=True) for one in found.clusters],
            "not_started": found.progress.not_started,
            "stuck": found.progress.stuck,
        },
        from_attributes=True,
    )


def _mistake(session: Session, one: Common, lang: str) -> Mistake:
    return Mistake(
        diagnosis=one.diagnosis,
        does=called(session, one.diagnosis, one.example, lang),
        now=one.now,
        ever=one.ever,
        gone_after=one.gone_after,
        example=one.example,
    )


def called(session: Session, diagnosis: str, example: int, lang: str) -> str:
    """What a program with this mistake does; where no sentence says so of all of them, what the report of one says."""
    if words := mistake_words(diagnosis, lang):
        return text(Message("board.program", {"does": words}), lang)
    told = mistakes.told(session, example, diagnosis)
    return text(told, lang) if told else diagnosis


@router.get(ASSIGNMENT + "/statistics.csv", response_class=Response)
def show_csv(slug: str, grant: Staff, session: Reader, by: Filtered) -> Response:
    """The checks as a table: how many passed, failed, skipped each, and what it tells."""
    assignment = units.find_assignment(session, course_of(grant), slug)
    rates = statistics.of_assignment(session, assignment, by).checks
    head = ("function", "check", "passed", "failed", "skipped", "pass_rate", "discrimination")
    return as_table(f"{slug}-checks", head, ([getattr(one, name) for name in head] for one in rates))


@router.get(ASSIGNMENT + "/attempts.csv", response_class=Response)
def attempts_csv(slug: str, grant: Staff, session: Reader, by: Filtered) -> Response:
    """Every hand-in of the class as a table, in the order in which they were received."""
    assignment = units.find_assignment(session, course_of(grant), slug)
    head = ("submission", "user", "name", "email", "number", "received_at", "status", "score", "late", "sha256")
    rows = progress.hand_ins(session, assignment, by)
    told = (
        [*row[:5], stamp(row[5]), row[6].value, None if row[7] is None else float(row[7]), *row[8:]] for row in rows
    )
    return as_table(f"{slug}-attempts", head, told)


def as_table(name: str, head: Sequence[str], rows: Iterable[Sequence[Any]]) -> Response:
    """RFC 4180, with a byte-order mark, and no cell that is a formula."""
    out = io.StringIO()
    write = csv.writer(out)
    write.writerow(head)
    write.writerows([safe(cell) if isinstance(cell, str) else cell for cell in row] for row in rows)
    headers = {"Content-Disposition": f'attachment; filename="{name}.csv"'}
    return Response("\ufeff" + out.getvalue(), media_type="text/csv; charset=utf-8", headers=headers)


@router.get(ASSIGNMENT + "/mistakes/{diagnosis}")
def show_behind(  # noqa: PLR0917
    slug: str, diagnosis: str, grant: Staff, session: Reader, by: Filtered, limit: Limit = 100, cursor: Cursor = None
) -> Page[schemas.Behind]:
    """The students who make a mistake, then those who made it."""
    assignment = units.find_assignment(session, course_of(grant), slug)
    return _people(mistakes.behind(session, assignment, by, diagnosis), limit, cursor)


@router.get(ASSIGNMENT + "/results/{fingerprint}")
def show_alike(  # noqa: PLR0917
    slug: str, fingerprint: str, grant: Staff, session: Reader, by: Filtered, limit: Limit = 100, cursor: Cursor = None
) -> Page[schemas.Behind]:
    """The students whose counting submission has this wrong result."""
    assignment = units.find_assignment(session, course_of(grant), slug)
    return _people(mistakes.alike(session, assignment, by, fingerprint), limit, cursor)


def _people(found: Sequence[Behind], limit: int, cursor: str | None) -> Page[schemas.Behind]:
    table, following = paged(found, limit, cursor)
    return Page(
        items=[schemas.Behind.model_validate(one, from_attributes=True) for one in table], next_cursor=following
    )


@router.get("/courses/{course}/students/{user}")
def show_student(user: str, grant: Staff, session: Reader) -> Student:
    """Everything that one student handed in, by id or e-mail."""
    member = find_student(session, grant, user)
    return Student(
        user=member.user_id,
        name=member.user.name,
        email=member.user.email,
        section=member.section,
        group=member.group,
        assignments=[_work(one) for one in drilldown.of_student(session, course_of(grant), member.user_id)],
    )


def _work(one: drilldown.Work) -> Work:
    counting = one.cell.submission if one.cell else None
    return Work(
        assignment=one.slug,
        max_score=one.max_score,
        score=one.cell.score if one.cell else None,
        attempts=[_attempt(row, counts=row.id == counting) for row in one.submissions],
    )


def _attempt(row: Submission, *, counts: bool) -> Attempt:
    return Attempt(
        id=row.id,
        number=row.number,
        received_at=row.received_at,
        status=row.status.value,
        score=row.score,
        late=row.late,
        counts=counts,
    )


@router.get("/courses/{course}/events", response_class=EventSourceResponse)
async def events(
    request: Request,
    grant: Staff,
    seconds: Annotated[int, Query(ge=0, le=3600, description="After these the stream ends.")] = 600,
) -> AsyncIterator[ServerSentEvent]:
    """A `course` event whenever something is new in this course: a hand-in, a result, a decision of the staff. Those
    who listen share one look at the database a second; where too many do, the stream ends at once."""
    watcher, until = request.app.state.course_watcher, asyncio.get_running_loop().time() + seconds
    with watcher.listening(course_of(grant).id) as listener:
        yield ServerSentEvent(event="listening", raw_data="{}")
        while listener is not None and await watcher.changed(listener, until):
            yield ServerSentEvent(event="course", raw_data="{}")
