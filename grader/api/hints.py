"""The hints of a submission: how far they are open, opening the next one, and who in the class has opened what."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

from fastapi import Depends

from grader.api.dependencies import Language, Reader, Writer, permission
from grader.api.gradebook import Cursor, Filtered, Limit, paged
from grader.api.guard import guarded_router
from grader.api.ladders import described
from grader.api.reports import readable
from grader.api.schemas import HintLadder, HintRequest, HintUse, Page
from grader.api.submissions import Follower, course_of, row_of
from grader.course import hints
from grader.course.permissions import Grant
from grader.course.tables import HintUnlock
from grader.course.units import find_assignment

router = guarded_router(tags=["submissions"])
Owner = Annotated[Grant, Depends(permission("submission.steer"))]
Staff = Annotated[Grant, Depends(permission("statistics.read"))]
PATH = "/submissions/{submission}/hints"


@router.get(PATH)
def show(grant: Follower, session: Reader, lang: Language) -> Page[HintLadder]:
    """How far the student has opened the hints of each mistake. Staff read the closed ones too, in the report."""
    seen = readable(session, grant)
    return Page(items=[described(one, seen.whole, lang) for one in seen.ladders], next_cursor=None)


@router.post(PATH)
def unlock(grant: Owner, session: Writer, lang: Language, body: HintRequest) -> HintLadder:
    """Open the next hint. It stays open in later attempts, and is recorded. 409 where another comes first, 403 where
    the rule of the assignment shows none, or not yet: `opens` or `attempts` says when."""
    report, now = readable(session, grant).whole, datetime.now(UTC)
    key = body.function, body.diagnosis
    ladder = hints.unlock(session, row_of(grant), report, key=key, level=body.level, at=now)
    return described(ladder, report, lang)


@router.get("/courses/{course}/assignments/{slug}/hints", tags=["courses"])
def show_used(
    *, slug: str, grant: Staff, session: Reader, by: Filtered, limit: Limit = 100, cursor: Cursor = None
) -> Page[HintUse]:
    """Who has opened which hint, the newest first."""
    query = hints.unlocks(find_assignment(session, course_of(grant), slug), by)
    table, following = paged(session.scalars(query).all(), limit, cursor)
    return Page(items=[_use(one) for one in table], next_cursor=following)


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
