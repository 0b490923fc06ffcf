"""Handing in, following, stopping and choosing submissions."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Literal

import anyio.to_thread
from fastapi import Depends, File, Header, Query, Request, UploadFile
from fastapi.sse import EventSourceResponse, ServerSentEvent
from limits import RateLimitItemPerMinute
from sqlalchemy.orm import Session

from grader.api import rates
from grader.api.dependencies import Language, Writer, database_of, permission, settings_of
from grader.api.guard import guarded_router
from grader.api.schemas import Progress, Receipt, SubmissionDetail, SubmissionState
from grader.core import Message
from grader.course import audit, standing, submissions, visibility
from grader.course.permissions import Grant, as_student
from grader.course.standing import Standing
from grader.course.submissions import Accepted, Upload
from grader.course.tables import Course, CourseAssignment, Submission
from grader.course.units import find_assignment, names
from grader.course.visibility import ShownScore
from grader.errors import Conflict
from grader.intake import door
from grader.report import text
from grader.report.as_json import as_json

UPLOADS = RateLimitItemPerMinute(30)
"""Uploads of one user, over every assignment."""
LONGEST_WAIT = 60

router = guarded_router(tags=["submissions"])


def viewed(
    request: Request,
    grant: Annotated[Grant, Depends(permission("submission.read"))],
    like: Annotated[
        Literal["student"] | None, Query(alias="as", description="`student`: to staff too, what the student sees.")
    ] = None,
) -> Grant:
    """Who reads a submission: staff who ask for it as its student."""
    if like is None:
        return grant
    with database_of(request).read() as session:
        return as_student(session, grant)


Follower = Annotated[Grant, Depends(viewed)]
Owner = Annotated[Grant, Depends(permission("submission.steer"))]


@dataclass(frozen=True, slots=True)
class Prepared:
    """An upload whose bytes have been looked at: nothing is left but to write it."""

    user_id: int
    assignment_id: int
    files: tuple[tuple[str, bytes], ...]

    def accept(self, session: Session, key: str | None = None) -> Accepted:
        """Raises TooMany, Forbidden or Unprocessable; the commit is the session's."""
        upload = Upload(user_id=self.user_id, assignment_id=self.assignment_id, files=self.files, key=key)
        return submissions.accept(session, [upload])[0]


def prepare(request: Request, grant: Grant, slug: str, files: Sequence[UploadFile]) -> Prepared:
    """Look at what was sent. Raises TooMany, NotFound, NotPython, TooLarge or Unprocessable."""
    check_rate(request, grant)
    with database_of(request).read() as session:
        assignment = find_assignment(session, course_of(grant), slug)
        expected = names(assignment.unit)
    sent = [(file.filename or "", file.file.read()) for file in files]
    kept = door(sent, expected, settings_of(request).max_upload)
    return Prepared(grant.person.id, assignment.id, tuple(kept))


def prepared(
    request: Request,
    slug: str,
    grant: Annotated[Grant, Depends(permission("submission.create"))],
    files: Annotated[list[UploadFile], File(description="Python files, or one archive.")],
) -> Prepared:
    """`prepare` as a dependency, so that an archive is opened before the request takes its turn to write."""
    return prepare(request, grant, slug, files)


@router.post("/courses/{course}/assignments/{slug}/submissions", status_code=202)
def upload(
    request: Request,
    ready: Annotated[Prepared, Depends(prepared)],
    session: Writer,
    idempotency_key: Annotated[str | None, Header()] = None,
) -> Receipt:
    """Hand in. The answer comes after the submission is on disk; it is graded soon after."""
    accepted = ready.accept(session, idempotency_key)
    return Receipt(
        id=accepted.id,
        status=accepted.status,
        url=page_url(request, accepted.id),
        sha256=accepted.sha256,
        received_at=accepted.received_at,
        attempts_left=accepted.attempts_left,
        duplicate=accepted.duplicate,
    )


def check_rate(request: Request, grant: Grant) -> None:
    """Raises TooMany beyond 30 uploads a minute."""
    rates.check(request, UPLOADS, "api.too-many-uploads", "uploads", str(grant.person.id))


@router.get("/submissions/{submission}")
async def show(
    request: Request,
    grant: Follower,
    lang: Language,
    wait: Annotated[float, Query(ge=0, le=LONGEST_WAIT, description="Hold the answer until the status changes.")] = 0,
) -> SubmissionDetail:
    """Where a submission stands, with its report once there is one."""
    id = submission_of(grant)
    now = await anyio.to_thread.run_sync(look, request, grant)
    deadline = time.monotonic() + wait
    first = now.standing.submission.status
    while not now.standing.submission.status.final and now.standing.submission.status is first:
        left = deadline - time.monotonic()
        if left <= 0 or not await request.app.state.watcher.changed(id, now.standing.mark, left):
            break
        now = await anyio.to_thread.run_sync(look, request, grant)
    return await anyio.to_thread.run_sync(detail, request, grant, now, lang)


@dataclass(frozen=True, slots=True)
class Now:
    """Where a submission stands, and its score as its reader sees it."""

    standing: Standing
    score: ShownScore


def look(request: Request, grant: Grant) -> Now:
    with database_of(request).read() as session:
        return _now(session, grant)


def _now(session: Session, grant: Grant) -> Now:
    one = standing.standing(session, submission_of(grant))
    return Now(one, visibility.score_of(session, grant, one.submission, datetime.now(UTC)))


def detail(request: Request, grant: Grant, now: Now, lang: str) -> SubmissionDetail:
    """The whole answer: students see of their report what students may."""
    with database_of(request).read() as session:
        one = now.standing.submission
        seen = visibility.read(session, grant, one, datetime.now(UTC)) if one.status.final else None
    shown = as_json(seen.report, lang, audience=seen.audience) if seen else None
    return SubmissionDetail(report=shown, **dict(state(request, grant, now, lang)))


def state(request: Request, grant: Grant, now: Now, lang: str) -> SubmissionState:
    stands = now.standing
    one = stands.submission
    return SubmissionState(
        id=one.id,
        course=course_of(grant).slug,
        assignment=stands.slug,
        user=one.user_id,
        number=one.number,
        status=one.status,
        position=stands.position,
        eta_seconds=stands.eta_seconds,
        progress=Progress(**one.progress) if one.progress else None,
        score=now.score.score,
        max_score=now.score.max_score,
        shown=now.score.shown,
        late=one.late,
        received_at=one.received_at,
        sha256=one.sha256,
        source=one.source,
        commit=one.commit,
        reason=text(stands.reason, lang) if stands.reason else None,
        url=page_url(request, one.id),
    )


@router.get("/submissions/{submission}/events", response_class=EventSourceResponse)
async def events(request: Request, grant: Follower, lang: Language) -> AsyncIterator[ServerSentEvent]:
    """The same without the report, as server-sent events: one now, one with every change, the last when finished."""
    id = submission_of(grant)
    while True:
        now = await anyio.to_thread.run_sync(look, request, grant)
        data = state(request, grant, now, lang).model_dump_json()
        stands = now.standing
        yield ServerSentEvent(event="submission", raw_data=data, id=str(stands.submission.version))
        if stands.submission.status.final:
            return
        await request.app.state.watcher.changed(id, stands.mark, None)


@router.post("/submissions/{submission}/cancel")
def cancel(request: Request, grant: Owner, session: Writer, lang: Language) -> SubmissionState:
    """Stop a submission that waits or runs. 409 where it is finished."""
    id = submission_of(grant)
    if not submissions.cancel(session, id):
        raise Conflict(Message("api.finished", {"id": id}))
    audit.record(session, "cancel", str(id), user_id=grant.person.id, course_id=course_of(grant).id)
    session.flush()
    return state(request, grant, _now(session, grant), lang)


@router.post("/submissions/{submission}/select")
def select(request: Request, grant: Owner, session: Writer, lang: Language) -> SubmissionState:
    """Make this submission the one that counts, where the assignment lets its students choose. 409 where it does not,
    or where this one has no score."""
    choose(session, grant)
    return state(request, grant, _now(session, grant), lang)


def choose(session: Session, grant: Grant) -> None:
    """Raises Conflict where there is nothing to choose."""
    id = submission_of(grant)
    one = session.get_one(Submission, id)
    if session.get_one(CourseAssignment, one.assignment_id).counts != "chosen":
        raise Conflict(Message("api.no-choice"))
    if one.score is None:
        raise Conflict(Message("api.not-graded", {"id": id}))
    submissions.select(session, one)
    audit.record(session, "select", str(id), user_id=grant.person.id, course_id=course_of(grant).id)


def page_url(request: Request, id: int) -> str:
    return f"{settings_of(request).base_url.rstrip('/')}/submissions/{id}"


def course_of(grant: Grant) -> Course:
    """The course that the route's path names; its permission has put it there."""
    return grant.here


def submission_of(grant: Grant) -> int:
    return row_of(grant).id


def row_of(grant: Grant) -> Submission:
    """The submission that the route's path names, as it was when its permission was decided."""
    if grant.submission is None:
        raise TypeError("the route's path names no submission")
    return grant.submission
