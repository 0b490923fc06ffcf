"""What students ask about a check, and what staff answer."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from fastapi import Depends, Path, Query
from sqlalchemy.orm import Session

from grader.api.dependencies import Reader, Writer, permission
from grader.api.gradebook import Cursor, Filtered, Limit, paged
from grader.api.guard import guarded_router
from grader.api.marking_schemas import NewRequest, ReplayDetail, RequestAnswer, RequestDetail
from grader.api.schemas import Page
from grader.api.submissions import Follower, Owner, course_of, row_of
from grader.course import requests
from grader.course.permissions import Grant
from grader.course.requests import Asked, Replay
from grader.course.tables import RegradeRequest, Submission
from grader.course.visibility import sight_on

router = guarded_router(tags=["marking"])
Staff = Annotated[Grant, Depends(permission("marking.read"))]
Marker = Annotated[Grant, Depends(permission("submission.mark"))]
Number = Annotated[int, Path(ge=0, le=2_147_483_647)]
"""What a database can hold as an id."""
PATH = "/submissions/{submission}/requests"


@router.get(PATH)
def show(grant: Follower, session: Reader) -> Page[RequestDetail]:
    """What was asked about a submission, and answered."""
    return Page(items=of_submission(session, grant), next_cursor=None)


@router.post(PATH, status_code=201)
def ask(grant: Owner, session: Writer, body: NewRequest) -> RequestDetail:
    """Ask that a check be looked at again. 409 where the same is asked already."""
    made = requests.ask(session, _row(session, grant), grant.person.id, body.function, body.check, body.text)
    return _told(session, grant, made)


@router.post(PATH + "/{request_id}/withdraw")
def withdraw(request_id: Number, grant: Owner, session: Writer) -> RequestDetail:
    """Take a request back that is open."""
    return _told(session, grant, requests.withdraw(session, _row(session, grant), request_id, grant.person.id))


@router.post(PATH + "/{request_id}/replay")
def replay(request_id: Number, grant: Marker, session: Writer) -> RequestDetail:
    """Grade the submission again beside what holds: a regrade of this one submission, to be applied or dropped."""
    submission = _row(session, grant)
    requests.replay(session, submission, request_id, grant.person.id)
    return next(one for one in of_submission(session, grant) if one.id == request_id)


@router.post(PATH + "/{request_id}/answer")
def answer(request_id: Number, grant: Marker, session: Writer, body: RequestAnswer) -> RequestDetail:
    """Answer a request that is open. A replay that was made stands beside the words."""
    submission = _row(session, grant)
    return _told(session, grant, requests.answer(session, submission, request_id, body.text, grant.person.id))


@router.get("/courses/{course}/requests")
def show_all(
    *,
    grant: Staff,
    session: Reader,
    by: Filtered,
    state: Annotated[Literal["open", "answered", "withdrawn", "all"], Query()] = "open",
    limit: Limit = 100,
    cursor: Cursor = None,
) -> Page[RequestDetail]:
    """What the students of a course ask, the oldest first."""
    rows = requests.listed(session, course_of(grant), by, None if state == "all" else state)
    table, following = paged(rows, limit, cursor)
    return Page(items=[told(one) for one in table], next_cursor=following)


def of_submission(session: Session, grant: Grant) -> list[RequestDetail]:
    """As whoever asks may read it: students are told the scores of a replay where theirs is shown."""
    seen = sight_on(session, grant, row_of(grant), datetime.now(UTC))
    scores = seen is None or (seen.marks and seen.clear)
    return [told(one, scores=scores) for one in requests.of_submission(session, row_of(grant))]


def _told(session: Session, grant: Grant, made: RegradeRequest) -> RequestDetail:
    return next(one for one in of_submission(session, grant) if one.id == made.id)


def _row(session: Session, grant: Grant) -> Submission:
    return session.get_one(Submission, row_of(grant).id)


def told(one: Asked, *, scores: bool = True) -> RequestDetail:
    row = one.request
    plain: dict[str, Any] = {
        name: getattr(row, name) for name in ("id", "function", "check", "text", "at", "state", "answer", "answered_at")
    }
    return RequestDetail(
        **plain,
        submission=row.submission_id,
        number=one.submission.number,
        assignment=one.assignment.slug,
        user=one.user.id,
        name=one.user.name,
        email=one.user.email,
        answered_by=one.answered_by,
        replay=_replay(one.replay, scores=scores) if one.replay else None,
    )


def _replay(one: Replay, *, scores: bool) -> ReplayDetail:
    old, new = (one.old, one.new) if scores else (None, None)
    return ReplayDetail(regrade=one.regrade, state=one.state, same=one.same if scores else None, old=old, new=new)
