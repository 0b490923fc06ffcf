"""`/courses/{course}/students/{user}`: how does one student get on? Every assignment with its scores as a line, and
every hand-in with the way to its report."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Annotated

from fastapi import Depends, Request, Response

from grader.api.dependencies import Reader, permission
from grader.api.guard import guarded_router
from grader.api.submissions import course_of
from grader.course import drilldown
from grader.course.drilldown import Work
from grader.course.gradebook import Cell
from grader.course.permissions import PERMISSIONS, Grant, find_student
from grader.course.tables import Submission
from grader.report.scores import decimals
from grader.web.chart import Spark, spark
from grader.web.frame import frame_of
from grader.web.lines import Look, look
from grader.web.rendering import Frame, page, say

router = guarded_router()
SHOWN = 50
"""Hand-ins of an assignment in the table, the newest; the API has all."""


@dataclass(frozen=True, slots=True)
class Row:
    id: int
    number: int
    received_at: datetime
    late: int
    look: Look
    score: Fraction | None
    counts: bool


@dataclass(frozen=True, slots=True)
class Block:
    """An assignment: what counts, the scores as a line (None where there are fewer than two), what was handed in."""

    slug: str
    title: str
    max_score: Fraction
    cell: Cell | None
    spark: Spark | None
    label: str
    rows: tuple[Row, ...]
    count: int


@router.get("/courses/{course}/students/{user}")
def show(
    request: Request, user: str, grant: Annotated[Grant, Depends(permission("statistics.read"))], session: Reader
) -> Response:
    course = course_of(grant)
    member = find_student(session, grant, user)
    frame = frame_of(request, session, grant.person, course)
    works = drilldown.of_student(session, course, member.user_id)
    return page(
        frame,
        "drilldown.html",
        title=member.user.name or member.user.email,
        here="gradebook",
        course=course,
        staff=True,
        member=member,
        decides=grant.role in PERMISSIONS["extension.edit"].roles,
        blocks=[_block(frame, work) for work in works],
        begun=sum(bool(work.submissions) for work in works),
    )


def _block(frame: Frame, work: Work) -> Block:
    counting = work.cell.submission if work.cell else None
    newest = work.submissions[: -SHOWN - 1 : -1]
    return Block(
        work.slug,
        work.title.text(frame.lang),
        work.max_score,
        work.cell,
        spark(work.scores, work.max_score),
        say(frame, "board.student.spark", scores=", ".join(decimals(one, least=0) for one in work.scores)),
        tuple(_row(one, counts=one.id == counting) for one in newest),
        len(work.submissions),
    )


def _row(one: Submission, *, counts: bool) -> Row:
    return Row(one.id, one.number, one.received_at, one.late, look(one), one.score, counts)
