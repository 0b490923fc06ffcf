"""`/queue`, for staff: what waits, what runs how far, and who works."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Annotated

from fastapi import Depends, Request, Response

from grader.api.dependencies import Reader, permission
from grader.api.guard import guarded_router
from grader.core import Message
from grader.course import pages, workers
from grader.course.permissions import Grant
from grader.course.tables import Status
from grader.errors import Forbidden
from grader.report.words import isolation_word
from grader.web.frame import frame_of
from grader.web.lines import Look, live_line, look
from grader.web.rendering import Frame, name, page, say

router = guarded_router()


@dataclass(frozen=True, slots=True)
class Row:
    id: int
    assignment: str
    student: str
    received_at: datetime
    look: Look
    line: str


@router.get("/queue")
def queue(request: Request, session: Reader, grant: Annotated[Grant, Depends(permission("self"))]) -> Response:
    """Raises Forbidden for whoever is staff of no course."""
    frame = frame_of(request, session, grant.person)
    if not frame.staff:
        raise Forbidden(Message("course.not-allowed"))
    rows = pages.unfinished(session, grant.person)
    running = sum(row.submission.status is Status.RUNNING for row in rows)
    return page(
        frame,
        "queue.html",
        title=say(frame, "web.queue.title"),
        here="queue",
        rows=[_row(frame, row) for row in rows],
        running=running,
        waiting=len(rows) - running,
        workers=workers.alive(session),
        tier=partial(isolation_word, lang=frame.lang),
    )


def _row(frame: Frame, row: pages.Unfinished) -> Row:
    one = row.submission
    line = live_line(one, frame.lang) if one.status is Status.RUNNING else ""
    return Row(one.id, name(frame, row.title), row.student, one.received_at, look(one), line)
