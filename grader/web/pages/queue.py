"""`/queue`, for staff: what waits since when, what runs how far and how long, how fast it goes, and who works."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

import sqlalchemy as sa
from fastapi import Depends, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy.orm import Session

from grader.api.dependencies import Reader, Writer, permission
from grader.api.guard import guarded_router
from grader.api.queue import check_staff, stopped
from grader.course import pages, queue, tables, workers
from grader.course.people import LONGEST, Person, courses_of
from grader.course.permissions import Grant
from grader.course.tables import Status
from grader.errors import Conflict
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
    since: datetime | None


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


@dataclass(frozen=True, slots=True)
class Switch:
    """Where grading can be paused by the reader: the site (`slug` empty) or a course; `reason` None: it goes on."""

    slug: str
    title: str
    reason: str | None

    @property
    def action(self) -> str:
        return f"/courses/{self.slug}/pause" if self.slug else "/site/pause"


def _switches(session: Session, frame: Frame, who: Person) -> Iterator[Switch]:
    stopped = {one.course_id: one.reason for one in session.scalars(sa.select(tables.Pause))}
    if who.admin:
        yield Switch("", say(frame, "pause.all"), stopped.get(None))
    for course, role in courses_of(session, who):
        if role is tables.Role.INSTRUCTOR:
            yield Switch(course.slug, course.title, stopped.get(course.id))


@router.get("/queue")
def show(request: Request, session: Reader, grant: Annotated[Grant, Depends(permission("self"))]) -> Response:
    """Raises Forbidden for whoever is staff of no course."""
    check_staff(session, grant.person)
    frame = frame_of(request, session, grant.person)
    rows = pages.unfinished(session, grant.person)
    tier = workers.isolation(session)
    return page(
        frame,
        "queue.html",
        title=say(frame, "web.queue.title"),
        here="queue",
        rows=[_row(frame, row) for row in rows],
        switches=list(_switches(session, frame, grant.person)),
        longest=LONGEST,
        line=queue.line(session, frame.now),
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
    return Row(one.id, row.title.text(frame.lang), row.student, one.received_at, look(one), line, one.started_at)


@router.post("/queue/{submission}/stop")
def stop(session: Writer, grant: Annotated[Grant, Depends(permission("submission.stop"))]) -> Response:
    """By the API's own door; what has finished meanwhile is no longer in the line, and nothing is said of it."""
    with suppress(Conflict):
        stopped(session, grant)
    return RedirectResponse("/queue", status_code=303)
