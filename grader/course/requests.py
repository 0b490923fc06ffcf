"""Students who ask that a check be looked at again, and what staff answer: in words, and with a replay.

A replay is a regrade of that one submission, made as a dry run on the lane of regrades: it shows whether the same comes
out again. What comes out otherwise is applied, or dropped, as any regrade is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from grader.core import Message
from grader.course import audit, mail, regrades
from grader.course.filters import Filters, students
from grader.course.regrades import Wanted
from grader.course.submissions import report_of
from grader.course.tables import (
    Course,
    CourseAssignment,
    Regrade,
    RegradeItem,
    RegradeRequest,
    Status,
    Submission,
    User,
    now,
)
from grader.errors import Conflict, NotFound

STATES = ("open", "answered", "withdrawn")


@dataclass(frozen=True, slots=True)
class Replay:
    """How grading a submission again came out: `state` is that of the regrade, `same` None until it is known."""

    regrade: int
    state: str
    old: Fraction | None
    new: Fraction | None
    same: bool | None


@dataclass(frozen=True, slots=True)
class Asked:
    """A request, by whom, of which submission of which assignment, who answered, and with which replay."""

    request: RegradeRequest
    user: User
    submission: Submission
    assignment: CourseAssignment
    answered_by: str
    replay: Replay | None


def ask(session: Session, submission: Submission, user_id: int, function: str, check: str, text: str) -> RegradeRequest:  # noqa: PLR0917
    """Ask that a check be looked at again. Raises Conflict where it was not graded, or the same is open already,
    NotFound for a check that its report does not have."""
    report = report_of(session, submission.id) if submission.status is Status.DONE else None
    if report is None:
        raise Conflict(Message("api.not-graded", {"id": submission.id}))
    known = {(one.name, each.id) for one in report.functions for each in one.checks}
    if (function, check) not in known:
        raise NotFound(Message("marking.check.unknown", {"function": function, "check": check}))
    session.get_one(Submission, submission.id, with_for_update={"key_share": True}, populate_existing=True)
    same = _of(submission.id).where(RegradeRequest.function == function, RegradeRequest.check == check)
    if session.scalar(same.where(RegradeRequest.state == "open").limit(1)) is not None:
        raise Conflict(Message("marking.request.again"))
    made = RegradeRequest(submission_id=submission.id, user_id=user_id, function=function, check=check, text=text)
    session.add(made)
    session.flush()
    _record(session, "ask", made, user_id)
    return made


def withdraw(session: Session, submission: Submission, id: int, by: int) -> RegradeRequest:
    """Take a request back. Raises NotFound, Conflict where it is open no more."""
    one = _open(session, submission, id)
    one.state = "withdrawn"
    _record(session, "withdraw-request", one, by)
    session.flush()
    return one


def replay(session: Session, submission: Submission, id: int, by: int) -> Regrade:
    """Grade the submission of an open request again, beside what holds. Raises as `regrades.begin`, and as `answer`."""
    one = _open(session, submission, id)
    assignment = session.get_one(CourseAssignment, submission.assignment_id)
    made = regrades.begin(session, assignment, Wanted(submissions=(submission.id,), reason=f"request {id}"), by)
    one.replay_id = made.id
    session.flush()
    return made


def answer(session: Session, submission: Submission, id: int, text: str, by: int) -> RegradeRequest:
    """Answer a request; a replay that was made stands beside the words. Raises NotFound, Conflict where it is open no
    more."""
    one = _open(session, submission, id)
    one.state, one.answer, one.answered_by_id, one.answered_at = "answered", text, by, now()
    _record(session, "answer-request", one, by)
    mail.post(session, one.user_id, "answer", submission=submission.id)
    session.flush()
    return one


def of_submission(session: Session, submission: Submission) -> list[Asked]:
    """What was asked about a submission, the oldest first."""
    return _asked(session, _of(submission.id).order_by(RegradeRequest.id))


def listed(session: Session, course: Course, by: Filters, state: str | None = "open") -> list[Asked]:
    """What students of a course ask, the oldest first; None: also what is answered or withdrawn."""
    query = (
        sa.select(RegradeRequest)
        .join(Submission, Submission.id == RegradeRequest.submission_id)
        .join(CourseAssignment, CourseAssignment.id == Submission.assignment_id)
        .where(CourseAssignment.course_id == course.id, RegradeRequest.user_id.in_(students(course.id, by)))
        .order_by(RegradeRequest.id)
    )
    if by.assignment is not None:
        query = query.where(CourseAssignment.slug == by.assignment)
    return _asked(session, query if state is None else query.where(RegradeRequest.state == state))


def _asked(session: Session, query: sa.Select[RegradeRequest]) -> list[Asked]:
    rows = session.scalars(query).all()
    named = {id for row in rows for id in (row.user_id, row.answered_by_id) if id is not None}
    people = {one.id: one for one in session.scalars(sa.select(User).where(User.id.in_(named)))}
    query_of = sa.select(Submission).where(Submission.id.in_({row.submission_id for row in rows}))
    handed_in = {one.id: one for one in session.scalars(query_of.options(joinedload(Submission.assignment)))}
    replays = _replays(session, rows)
    return [
        Asked(
            row,
            people[row.user_id],
            handed_in[row.submission_id],
            handed_in[row.submission_id].assignment,
            _name(people.get(row.answered_by_id or 0)),
            replays.get((row.replay_id or 0, row.submission_id)),
        )
        for row in rows
    ]


def _name(user: User | None) -> str:
    return (user.name or user.email) if user else ""


def _replays(session: Session, rows: Sequence[RegradeRequest]) -> Mapping[tuple[int, int], Replay]:
    """By regrade and submission."""
    query = (
        sa.select(Regrade.state, RegradeItem)
        .join(RegradeItem, RegradeItem.regrade_id == Regrade.id)
        .where(
            Regrade.id.in_({row.replay_id for row in rows if row.replay_id}),
            RegradeItem.submission_id.in_({row.submission_id for row in rows}),
        )
    )
    return {
        (item.regrade_id, item.submission_id): Replay(
            item.regrade_id,
            state,
            item.old,
            item.new,
            None if item.new_report_id is None else item.old == item.new and not item.changed,
        )
        for state, item in session.execute(query)
    }


def _of(submission_id: int) -> sa.Select[RegradeRequest]:
    return sa.select(RegradeRequest).where(RegradeRequest.submission_id == submission_id)


def _open(session: Session, submission: Submission, id: int) -> RegradeRequest:
    one = session.scalar(_of(submission.id).where(RegradeRequest.id == id).with_for_update())
    if one is None:
        raise NotFound(Message("marking.request.unknown", {"id": id}))
    if one.state != "open":
        raise Conflict(Message(f"marking.request.{one.state}", {"id": id}))
    return one


def _record(session: Session, action: str, one: RegradeRequest, by: int) -> None:
    course_id = session.scalar(
        sa.select(CourseAssignment.course_id)
        .join(Submission, Submission.assignment_id == CourseAssignment.id)
        .where(Submission.id == one.submission_id)
    )
    detail = {"submission": one.submission_id, "function": one.function, "check": one.check}
    audit.record(session, action, str(one.id), user_id=by, course_id=course_id, detail=detail)
