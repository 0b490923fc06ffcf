"""`/`: which assignment needs me next? To staff: the courses, and how many handed in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from fractions import Fraction
from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import Depends, Request
from fastapi.responses import HTMLResponse

from grader.api.dependencies import Reader, permission
from grader.api.guard import guarded_router
from grader.course import pages
from grader.course.people import zone
from grader.course.permissions import Grant
from grader.course.tables import Course
from grader.web.frame import frame_of
from grader.web.lines import Look, look
from grader.web.rendering import Frame, page, say

router = guarded_router()


@dataclass(frozen=True, slots=True)
class Latest:
    id: int
    look: Look


@dataclass(frozen=True, slots=True)
class Row:
    slug: str
    title: str
    due: datetime | None
    over: bool
    best: Fraction | None
    max_score: Fraction
    latest: Latest | None
    attempts_left: int | None
    submitted: int


@dataclass(frozen=True, slots=True)
class Block:
    course: Course
    assignments: tuple[Row, ...]
    students: int
    next_opens: datetime | None
    late_days: str
    zone: ZoneInfo


@router.get("/")
def home(
    request: Request,
    grant: Annotated[Grant, Depends(permission("self"))],
    session: Reader,
) -> HTMLResponse:
    blocks = pages.home(session, grant.person, datetime.now(UTC))
    frame = frame_of(request, session, grant.person, blocks[0].course if len(blocks) == 1 else None)
    return page(
        frame,
        "home.html",
        title=say(frame, _title(blocks)),
        here="home",
        taught=[_block(frame, block) for block in blocks if block.staff],
        taken=[_block(frame, block) for block in blocks if not block.staff],
    )


def _title(blocks: list[pages.CourseBlock]) -> str:
    return "web.home.courses" if blocks and all(block.staff for block in blocks) else "web.home.title"


def _block(frame: Frame, block: pages.CourseBlock) -> Block:
    """Times are in the zone that the person chose, else in that of each course."""
    rows = tuple(_row(frame, row) for row in block.rows)
    most = 0 if block.staff else block.course.late_days
    late_days = say(frame, "student.late-days", left=block.late_days, most=most) if most else ""
    chosen = frame.person and frame.person.timezone
    return Block(block.course, rows, block.students, block.next_opens, late_days, zone(chosen or block.course.timezone))


def _row(frame: Frame, row: pages.AssignmentRow) -> Row:
    latest = Latest(row.latest.id, look(row.latest, score=row.latest_score)) if row.latest else None
    best, most = (row.best.score, row.best.max_score) if row.best else (None, row.max_score)
    over = row.closes is not None and row.closes < frame.now
    title, left = row.title.text(frame.lang), row.attempts_left
    return Row(row.slug, title, row.due, over, best, most, latest, left, row.submitted)
