"""`/queue`, for staff: what waits, what runs how far, and who works."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import Depends, Request, Response

from grader.api.dependencies import Reader, permission
from grader.api.guard import guarded_router
from grader.core import Message
from grader.course import pages, tables, workers
from grader.course.permissions import Grant
from grader.course.tables import Status
from grader.errors import Forbidden
from grader.report import text
from grader.report.words import isolation_word
from grader.web.frame import frame_of
from grader.web.lines import Look, live_line, look
from grader.web.rendering import Frame, page, say

router = guarded_router()


@dataclass(frozen=True, slots=True)
class Row:
    id: int
    assignment: str
    student: str
    received_at: datetime
    look: Look
    line: str


@dataclass(frozen=True, slots=True)
class Worker:
    """A living worker; `does` is the tier that it runs submissions in, or what else it is there for."""

    id: str
    host: str
    does: str
    slots: int
    started_at: datetime
    beat_at: datetime
    refusal: str


@router.get("/queue")
def queue(request: Request, session: Reader, grant: Annotated[Grant, Depends(permission("self"))]) -> Response:
    """Raises Forbidden for whoever is staff of no course."""
    frame = frame_of(request, session, grant.person)
    if not frame.staff:
        raise Forbidden(Message("course.not-allowed"))
    rows = pages.unfinished(session, grant.person)
    tier = workers.isolation(session)
    running = sum(row.submission.status is Status.RUNNING for row in rows)
    return page(
        frame,
        "queue.html",
        title=say(frame, "web.queue.title"),
        here="queue",
        rows=[_row(frame, row) for row in rows],
        running=running,
        waiting=len(rows) - running,
        tier=isolation_word(tier, frame.lang) if tier else say(frame, "web.queue.runs-nothing"),
        workers=[_worker(frame, worker) for worker in workers.alive(session)],
    )


def _worker(frame: Frame, one: tables.Worker) -> Worker:
    why = workers.refusal_of(one)
    if one.isolation is not None:
        does = isolation_word(one.isolation, frame.lang)
    else:
        does = say(frame, "web.queue.refuses" if why else "web.queue.errands")
    refusal = text(why, frame.lang) if why else ""
    return Worker(one.id, one.host, does, one.slots, one.started_at, one.beat_at, refusal)


def _row(frame: Frame, row: pages.Unfinished) -> Row:
    one = row.submission
    line = live_line(one, frame.lang) if one.status is Status.RUNNING else ""
    return Row(one.id, row.title.text(frame.lang), row.student, one.received_at, look(one), line)
