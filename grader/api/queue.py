"""The line of submissions and who works on it, for staff; and to take one out of it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

from fastapi import Depends, Response
from pydantic import BaseModel, Field
from sqlalchemy.orm import Session

from grader.api.dependencies import Language, Reader, Writer, permission
from grader.api.guard import guarded_router
from grader.api.schemas import Time
from grader.api.submissions import course_of, submission_of
from grader.core import Message
from grader.course import audit, pages, pauses, queue, submissions, workers
from grader.course.people import Person, courses_of
from grader.course.permissions import STAFF, Grant
from grader.errors import Conflict, Forbidden
from grader.report import text

router = guarded_router(tags=["queue"])


class Waiting(BaseModel):
    """A submission of the students that one teaches. `started_at` null: it waits."""

    id: int
    course: str
    assignment: str
    student: str
    status: str
    received_at: Time
    started_at: Time | None


class WorkerState(BaseModel):
    """A living worker; `isolation` null: it runs no submissions."""

    id: str
    host: str
    isolation: str | None
    slots: int
    started_at: Time
    beat_at: Time


class Queue(BaseModel):
    """`waiting`, `running`, `oldest` and `per_minute` are of the whole service, `items` one's own students'."""

    waiting: int
    running: int
    oldest: Time | None
    per_minute: float
    isolation: str | None
    paused: str | None = Field(description="Why the whole site stands still; null: it does not.")
    workers: list[WorkerState]
    items: list[Waiting]


def check_staff(session: Session, who: Person) -> None:
    """Raises Forbidden for whoever is staff of no course."""
    if not any(role in STAFF for _, role in courses_of(session, who)):
        raise Forbidden(Message("course.not-allowed"))


@router.get("/queue")
def show(session: Reader, lang: Language, grant: Annotated[Grant, Depends(permission("self"))]) -> Queue:
    """What waits and what runs, and the workers."""
    check_staff(session, grant.person)
    line = queue.line(session, datetime.now(UTC))
    return Queue(
        waiting=line.waiting,
        running=line.running,
        oldest=line.oldest,
        per_minute=line.per_minute,
        isolation=workers.isolation(session),
        paused=text(pauses.message(pause), lang) if (pause := pauses.now_for(session)) else None,
        workers=[WorkerState.model_validate(one, from_attributes=True) for one in workers.alive(session)],
        items=[_waiting(one) for one in pages.unfinished(session, grant.person)],
    )


def _waiting(one: pages.Unfinished) -> Waiting:
    row = one.submission
    return Waiting(
        id=row.id,
        course=one.course,
        assignment=row.assignment.slug,
        student=one.student,
        status=row.status.value,
        received_at=row.received_at,
        started_at=row.started_at,
    )


@router.post("/submissions/{submission}/stop", status_code=204)
def stop(session: Writer, grant: Annotated[Grant, Depends(permission("submission.stop"))]) -> Response:
    """Take a student's submission out of the line, or end its grading. 409 where it is finished."""
    stopped(session, grant)
    return Response(status_code=204)


def stopped(session: Session, grant: Grant) -> None:
    """Raises Conflict where there is nothing left to stop."""
    id = submission_of(grant)
    if not submissions.cancel(session, id):
        raise Conflict(Message("api.finished", {"id": id}))
    audit.record(session, "cancel", str(id), user_id=grant.person.id, course_id=course_of(grant).id)
