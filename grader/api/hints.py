"""The hints of a submission: how far they are open, opening the next one, and who in the class has opened what."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

from fastapi import Depends
from sqlalchemy.orm import Session

from grader.api.dependencies import Language, Reader, Writer, permission
from grader.api.gradebook import Cursor, Filtered, Limit, paged
from grader.api.guard import guarded_router
from grader.api.reports import finished
from grader.api.schemas import HintLadder, HintNext, HintRequest, HintUse, Page, UnlockedHint
from grader.api.submissions import course_of
from grader.core import Diagnosis, Report
from grader.course import hints
from grader.course.hints import Ladder, Next
from grader.course.permissions import Grant
from grader.course.tables import HintUnlock, Submission
from grader.course.units import find_assignment
from grader.report import text
from grader.report.hints import levels

router = guarded_router(tags=["submissions"])
Follower = Annotated[Grant, Depends(permission("submission.read"))]
Owner = Annotated[Grant, Depends(permission("submission.steer"))]
Staff = Annotated[Grant, Depends(permission("statistics.read"))]
PATH = "/submissions/{submission}/hints"


@router.get(PATH)
def show(grant: Follower, session: Reader, lang: Language) -> Page[HintLadder]:
    """How far the student has opened the hints of each mistake. Staff read the closed ones too, in the report."""
    report, now = finished(session, grant), datetime.now(UTC)
    return Page(items=described(session, _submission(grant), report, lang, now), next_cursor=None)


@router.post(PATH)
def unlock(grant: Owner, session: Writer, lang: Language, body: HintRequest) -> HintLadder:
    """Open the next hint. It stays open in later attempts, and is recorded. 409 where another comes first, 403 where
    the rule of the assignment shows none, or not yet: `opens` or `attempts` says when."""
    report, now = finished(session, grant), datetime.now(UTC)
    ladder = hints.unlock(session, _submission(grant), report, (body.function, body.diagnosis), body.level, now)
    return _described(ladder, report, lang)


@router.get("/courses/{course}/assignments/{slug}/hints", tags=["courses"])
def show_used(
    *, slug: str, grant: Staff, session: Reader, by: Filtered, limit: Limit = 100, cursor: Cursor = None
) -> Page[HintUse]:
    """Who has opened which hint, the newest first."""
    query = hints.unlocks(find_assignment(session, course_of(grant), slug), by)
    table, following = paged(session.scalars(query).all(), limit, cursor)
    return Page(items=[_use(one) for one in table], next_cursor=following)


def described(session: Session, submission: Submission, report: Report, lang: str, at: datetime) -> list[HintLadder]:
    return [_described(one, report, lang) for one in hints.ladders(session, submission, report, at)]


def _described(ladder: Ladder, report: Report, lang: str) -> HintLadder:
    opened = levels(_diagnosis(report, ladder))[: ladder.open]
    return HintLadder(
        function=ladder.function,
        diagnosis=ladder.diagnosis,
        levels=ladder.levels,
        open=ladder.open,
        hints=[" ".join(text(one, lang) for one in level) for level in opened],
        unlocked=[UnlockedHint(level=one.level, at=one.at, submission=one.submission_id) for one in ladder.unlocks],
        next=_coming(ladder.next, lang) if ladder.next else None,
    )


def _diagnosis(report: Report, ladder: Ladder) -> Diagnosis:
    function = next(one for one in report.functions if one.name == ladder.function)
    return next(one for one in function.diagnosis if one.id == ladder.diagnosis)


def _coming(coming: Next, lang: str) -> HintNext:
    return HintNext(
        level=coming.level,
        ready=coming.ready,
        opens=coming.at,
        attempts=coming.attempts or None,
        text=text(hints.waiting(coming), lang),
    )


def _use(one: HintUnlock) -> HintUse:
    return HintUse(
        user=one.user_id,
        name=one.user.name,
        email=one.user.email,
        submission=one.submission_id,
        number=one.submission.number,
        function=one.function,
        diagnosis=one.diagnosis,
        level=one.level,
        at=one.at,
    )


def _submission(grant: Grant) -> Submission:
    if grant.submission is None:
        raise TypeError("the route's path names no submission")
    return grant.submission
