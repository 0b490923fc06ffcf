"""Grading again what was graded: a dry run, then applied or dropped, later rolled back."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import Depends, Query
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints
from sqlalchemy.orm import Session

from grader.api.dependencies import Reader, Writer, permission
from grader.api.gradebook import Cursor, Limit, paged
from grader.api.guard import guarded_router
from grader.api.schemas import Page, Points, Time, one_line
from grader.api.submissions import course_of
from grader.course import regrade_rows, regrades
from grader.course.permissions import Grant
from grader.course.regrade_outlook import other_terms, outlooks
from grader.course.regrade_rows import Row, Tally
from grader.course.regrades import Wanted, Which
from grader.course.tables import Course, Regrade
from grader.course.units import find_assignment

router = guarded_router(tags=["regrades"])
Viewer = Annotated[Grant, Depends(permission("regrade.read"))]
Editor = Annotated[Grant, Depends(permission("regrade.run"))]
Shown = Annotated[
    Literal["all", "changed"], Query(description="changed: those in which a check or the score comes out otherwise.")
]
OF_ASSIGNMENT = "/courses/{course}/assignments/{slug}/regrades"
Address = Annotated[str, StringConstraints(max_length=254), AfterValidator(one_line)]
Member = Annotated[int, Field(strict=True, ge=0)] | Address
Reason = Annotated[str, StringConstraints(strip_whitespace=True, max_length=1000), AfterValidator(one_line)]


class NewRegrade(BaseModel):
    """Whose hand-ins are graded again: `students` are ids or e-mails, null: everyone's. With `never_lower` what would
    have a lower score is left when the rest is applied."""

    model_config = ConfigDict(extra="forbid")
    students: Annotated[list[Member], Field(max_length=10_000)] | None = None
    which: Which = "counting"
    never_lower: bool = False
    reason: Reason = ""


class ChangedCheck(BaseModel):
    """A check that comes out otherwise: points and verdict then and now, null where it was, or is, not there."""

    function: str
    check: str
    old: float | None
    new: float | None
    was: str | None
    now: str | None


class RegradeRow(BaseModel):
    """One submission: old and new score (null: none), and the ids of the checks that come out otherwise, each told in
    `checks`. `state`: waiting, running, done, broken (could not be graded anew), lower (left: it would be), moved
    (left: it was graded otherwise since)."""

    user: int
    name: str
    email: str
    submission: int
    number: int
    old: Points | None
    new: Points | None
    difference: Points | None
    changed: list[str]
    checks: list[ChangedCheck]
    state: str
    applied: bool


class RegradeOutlook(BaseModel):
    """A student whose score in the assignment changes by applying a dry run that is ready: what counts now and then
    (null: none), and the submission that counts then; `instead`: it is another one than now."""

    user: int
    name: str
    email: str
    old: Points | None
    new: Points | None
    submission: int | None
    number: int | None
    instead: bool


class RegradeSummary(BaseModel):
    """`state`: running, ready, applied, dropped, rolled-back. Of `submissions`, `graded` are through (`broken` could
    not be graded anew); `changed`, `higher`, `lower` and `equal` (checks differ, the score does not) compare with what
    held; `applied` have their new report."""

    id: int
    course: str
    assignment: str
    state: str
    which: str
    students: list[int] | None
    never_lower: bool
    reason: str
    by: str
    made_at: Time
    ready_at: Time | None
    applied_at: Time | None
    ended_at: Time | None
    submissions: int
    graded: int
    broken: int
    changed: int
    higher: int
    lower: int
    equal: int
    applied: int


class RegradeDetail(RegradeSummary):
    """`rows` are submissions; `outlook` is what students have in the end, while it is ready. `other_terms`: points,
    tolerance or conventions are other ones by now than those that some of the submissions were graded by."""

    outlook: list[RegradeOutlook]
    other_terms: bool
    rows: list[RegradeRow]
    next_cursor: str | None


@router.post(OF_ASSIGNMENT, status_code=202)
def begin(slug: str, grant: Editor, session: Writer, body: NewRegrade) -> RegradeSummary:
    """Begin a dry run: nothing that counts changes before it is applied."""
    assignment = find_assignment(session, course_of(grant), slug)
    wanted = Wanted(body.students, body.which, body.never_lower, body.reason)
    made = regrades.begin(session, assignment, wanted, grant.person.id)
    return summary(course_of(grant), regrade_rows.tally(session, made))


@router.get(OF_ASSIGNMENT)
def show_all(
    slug: str, grant: Viewer, session: Reader, limit: Limit = 100, cursor: Cursor = None
) -> Page[RegradeSummary]:
    """The regrades of an assignment, the newest first."""
    found = regrade_rows.of_assignment(session, find_assignment(session, course_of(grant), slug))
    shown, following = paged(found, limit, cursor)
    items = [summary(course_of(grant), regrade_rows.tally(session, one)) for one in shown]
    return Page(items=items, next_cursor=following)


@router.get("/regrades/{regrade}")
def show(
    *, regrade: int, grant: Viewer, session: Reader, show: Shown = "all", limit: Limit = 100, cursor: Cursor = None
) -> RegradeDetail:
    """How far it is, and old and new score of each submission: what changes most comes first."""
    return detail(session, grant, session.get_one(Regrade, regrade), show=show, limit=limit, cursor=cursor)


@router.post("/regrades/{regrade}/apply")
def apply(regrade: int, grant: Editor, session: Writer) -> RegradeDetail:
    """Make the new reports hold, all at once. What was graded otherwise since the dry run is left, and says so."""
    return detail(session, grant, regrades.apply(session, regrade, grant.person.id))


@router.post("/regrades/{regrade}/rollback")
def rollback(regrade: int, grant: Editor, session: Writer) -> RegradeDetail:
    """Make the reports hold that held before, all at once. 409 where a later regrade rests on this one."""
    return detail(session, grant, regrades.rollback(session, regrade, grant.person.id))


@router.post("/regrades/{regrade}/drop")
def drop(regrade: int, grant: Editor, session: Writer) -> RegradeDetail:
    """Leave everything as it is. A dry run that still runs is stopped."""
    return detail(session, grant, regrades.drop(session, regrade, grant.person.id))


def detail(
    session: Session, grant: Grant, regrade: Regrade, *, show: str = "all", limit: int = 100, cursor: str | None = None
) -> RegradeDetail:
    session.flush()
    found = regrade_rows.rows(session, regrade, changed_only=show == "changed")
    table, following = paged(found, limit, cursor)
    about = dict(summary(course_of(grant), regrade_rows.tally(session, regrade)))
    told = [RegradeOutlook.model_validate(one, from_attributes=True) for one in outlooks(session, regrade)]
    shown = [_row(one) for one in table]
    differ = other_terms(session, regrade)
    return RegradeDetail(**about, outlook=told, other_terms=differ, rows=shown, next_cursor=following)


def summary(course: Course, tally: Tally) -> RegradeSummary:
    one = tally.regrade
    return RegradeSummary(
        id=one.id,
        course=course.slug,
        assignment=tally.slug,
        state=one.state,
        which=one.which,
        students=one.students,
        never_lower=one.never_lower,
        reason=one.reason,
        by=tally.by,
        made_at=one.made_at,
        ready_at=one.ready_at,
        applied_at=one.applied_at,
        ended_at=one.ended_at,
        submissions=tally.total,
        graded=tally.graded,
        broken=tally.states.get("broken", 0),
        changed=tally.changed,
        higher=tally.higher,
        lower=tally.lower,
        equal=tally.equal,
        applied=tally.applied,
    )


def _row(row: Row) -> RegradeRow:
    return RegradeRow(
        user=row.user,
        name=row.name,
        email=row.email,
        submission=row.submission,
        number=row.number,
        old=row.old,
        new=row.new,
        difference=row.difference,
        changed=list(dict.fromkeys(one["check"] for one in row.changed)),
        checks=[ChangedCheck(**one) for one in row.changed],
        state=row.state,
        applied=row.applied,
    )
