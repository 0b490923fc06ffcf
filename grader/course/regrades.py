"""Grading again what was graded: begun as a dry run, then applied or dropped, later rolled back; each as a whole.

Theory of operation
-------------------
`begin` writes the regrade and one item for each submission that it takes. The workers grade the items
(`regrade_work`), and the last one makes the regrade `ready`: until then, and after that, no score has moved. `apply`
makes the new reports hold, `rollback` the old ones, each in one transaction with the grades that follow from them. No
report is ever changed or deleted: which one holds is a pointer.

A submission stands in one undecided regrade at a time: a second one that would take it is refused. Where the report
that holds is another than the one that an item compares with, the item is left as it is, and says so (`moved`). What
a later regrade rests on is not rolled back under it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import sqlalchemy as sa
from sqlalchemy.orm import Session

from grader.core import Message
from grader.course import audit, mail, teams, terms
from grader.course.filters import is_user
from grader.course.grades import settle
from grader.course.regrade_outlook import concerned, is_left_lower
from grader.course.submissions import hold, unhold
from grader.course.tables import (
    CourseAssignment,
    Grade,
    Membership,
    Regrade,
    RegradeItem,
    Role,
    Status,
    StoredReport,
    Submission,
    User,
    now,
)
from grader.errors import Conflict, Unprocessable
from grader.report import stored

Which = Literal["counting", "latest", "all"]
REGRADED = (Status.DONE, Status.REJECTED, Status.BROKEN)
"""What can be graded again: also what was rejected, or broke, by a suite that was wrong."""
UNDECIDED = ("running", "ready")


@dataclass(frozen=True, slots=True)
class Wanted:
    """Whose hand-ins a regrade takes, and how it is applied. `students` are ids or e-mails, None: everyone;
    `submissions` are these alone, None: as `which` says; `never_lower` leaves what would have a lower score."""

    students: Sequence[int | str] | None = None
    which: Which = "counting"
    never_lower: bool = False
    reason: str = ""
    submissions: Sequence[int] | None = None


def begin(session: Session, assignment: CourseAssignment, wanted: Wanted, by: int | None) -> Regrade:
    """Write the regrade down; workers take it up once this is committed. `by` None: the shell.

    Raises Unprocessable for a student who is no member, and where there is nothing to grade again; Conflict where
    another regrade that is not decided has one of the submissions.
    """
    session.execute(
        sa.select(CourseAssignment.id).where(CourseAssignment.id == assignment.id).with_for_update(key_share=True)
    )
    users = None if wanted.students is None else [_student(session, assignment, one) for one in wanted.students]
    chosen = _chosen(assignment, users, "all" if wanted.submissions else wanted.which)
    if wanted.submissions:
        chosen = chosen.where(Submission.id.in_(wanted.submissions))
    rows = session.execute(chosen).all()
    if not rows:
        raise Unprocessable(Message("regrade.nothing", {"slug": assignment.slug}))
    _refuse_overlap(session, assignment, {row.id for row in rows})
    made = Regrade(
        assignment_id=assignment.id,
        by_id=by,
        which="all" if wanted.submissions else wanted.which,
        students=users,
        never_lower=wanted.never_lower,
        reason=wanted.reason,
    )
    session.add(made)
    session.flush()
    items = [
        {"submission_id": row.id, "user_id": row.user_id, "old_report_id": row.report_id, "old": row.score}
        for row in rows
    ]
    session.execute(sa.insert(RegradeItem), [{"regrade_id": made.id, **item} for item in items])
    about = {"assignment": assignment.slug, "which": wanted.which, "submissions": len(rows)}
    _record(session, "begin", made, by, {**about, "never_lower": wanted.never_lower, "reason": wanted.reason})
    return made


def _student(session: Session, assignment: CourseAssignment, named: int | str) -> int:
    """The id of a member of the course, by id or e-mail."""
    query = (
        sa.select(Membership.user_id)
        .join(User, User.id == Membership.user_id)
        .where(Membership.course_id == assignment.course_id, is_user(str(named)))
    )
    found = session.scalar(query) if str(named).isprintable() else None
    if found is None:
        raise Unprocessable(Message("regrade.student", {"user": str(named)}))
    return found


def _chosen(
    assignment: CourseAssignment, users: Sequence[int] | None, which: Which
) -> sa.Select[int, int, int | None, object]:
    query = (
        sa.select(Submission.id, Submission.user_id, Submission.report_id, Submission.score)
        .where(Submission.assignment_id == assignment.id, Submission.status.in_(REGRADED))
        .order_by(Submission.id)
    )
    among = sa.select(Membership.user_id).where(Membership.course_id == assignment.course_id)
    among = (
        among.where(Membership.role == Role.STUDENT) if users is None else among.where(Membership.user_id.in_(users))
    )
    if which == "counting":
        counting = sa.select(Grade.submission_id).where(Grade.assignment_id == assignment.id, Grade.user_id.in_(among))
        return query.where(Submission.id.in_(counting))
    if which == "latest":
        last = (
            sa.select(sa.func.max(Submission.id))
            .where(Submission.assignment_id == assignment.id, Submission.status.in_(REGRADED))
            .group_by(Submission.user_id)
        )
        query = query.where(Submission.id.in_(last))
    return query.where(Submission.user_id.in_(among))


def _refuse_overlap(session: Session, assignment: CourseAssignment, ids: set[int]) -> None:
    undecided = session.execute(
        sa.select(Regrade.id, Regrade.state, RegradeItem.submission_id)
        .join(RegradeItem, RegradeItem.regrade_id == Regrade.id)
        .where(Regrade.assignment_id == assignment.id, Regrade.state.in_(UNDECIDED))
    )
    other = next((row for row in undecided if row.submission_id in ids), None)
    if other is not None:
        raise Conflict(Message(f"regrade.undecided.{other.state}", {"id": other.id}), extra={"regrade": other.id})


# --------------------------------------------------------------------------- deciding


def apply(session: Session, id: int, by: int | None) -> Regrade:
    """Make the new reports hold, and settle what follows from them. What was graded otherwise since is left, and so is
    what would be lower where that was asked for. Raises Conflict where the dry run is not ready, or decided."""
    regrade, assignment = _decidable(session, id, ("ready",))

    def put(item: RegradeItem, submission: Submission) -> None:
        kept = session.get_one(StoredReport, item.new_report_id)
        if submission.report_id != item.old_report_id:
            item.state = "moved"
        elif is_left_lower(regrade, item):
            item.state = "lower"
        else:
            _hold(session, submission, kept)
            item.applied = True

    items = session.scalars(_items(regrade, RegradeItem.state == "done")).all()
    _each(session, assignment, items, put)
    _tell(session, assignment, [item for item in items if item.applied])
    regrade.state, regrade.applied_at = "applied", now()
    applied = sum(item.applied for item in items)
    _record(session, "apply", regrade, by, {"applied": applied, "left": len(items) - applied})
    return regrade


def rollback(session: Session, id: int, by: int | None) -> Regrade:
    """Make the reports hold that held before. What was graded otherwise since is left. Raises Conflict where it was not
    applied, and where a later regrade rests on it."""
    regrade, assignment = _decidable(session, id, ("applied",))
    _refuse_later(session, regrade)

    def back(item: RegradeItem, submission: Submission) -> None:
        if submission.report_id != item.new_report_id:
            item.state = "moved"
        elif item.old_report_id is None:
            unhold(session, submission)
        else:
            _hold(session, submission, session.get_one(StoredReport, item.old_report_id))

    items = session.scalars(_items(regrade, RegradeItem.applied.is_(True))).all()
    _each(session, assignment, items, back)
    _tell(session, assignment, [item for item in items if item.state != "moved"])
    for item in items:
        item.applied = item.state == "moved"
    regrade.state, regrade.ended_at = "rolled-back", now()
    _record(session, "rollback", regrade, by, {"rolled_back": sum(not item.applied for item in items)})
    return regrade


def drop(session: Session, id: int, by: int | None) -> Regrade:
    """Leave everything as it is; what is not graded yet is not graded any more. Raises Conflict where it is decided."""
    regrade, _ = _decidable(session, id, UNDECIDED)
    regrade.state, regrade.ended_at = "dropped", now()
    _record(session, "drop", regrade, by, {})
    return regrade


def _decidable(session: Session, id: int, states: Sequence[str]) -> tuple[Regrade, CourseAssignment]:
    """The regrade, locked: of two who decide at once the second is told what the first one did."""
    regrade = session.get_one(Regrade, id, with_for_update=True, populate_existing=True)
    if regrade.state not in states:
        raise Conflict(Message(f"regrade.state.{regrade.state}", {"id": id}))
    return regrade, session.get_one(CourseAssignment, regrade.assignment_id)


def _items(regrade: Regrade, condition: sa.ColumnElement[bool]) -> sa.Select[RegradeItem]:
    query = sa.select(RegradeItem).where(RegradeItem.regrade_id == regrade.id, condition)
    return query.order_by(RegradeItem.submission_id)


def _each(
    session: Session,
    assignment: CourseAssignment,
    items: Sequence[RegradeItem],
    act: Callable[[RegradeItem, Submission], None],
) -> None:
    """Do it to each item and its submission, everyone concerned locked before, and settle their grades once."""
    found = session.scalars(sa.select(Submission).where(Submission.id.in_([item.submission_id for item in items])))
    users = {user for one in found for user in concerned(session, assignment, one)}
    teams.lock(session, assignment.course_id, users)
    locked = (
        sa.select(Submission)
        .where(Submission.id.in_([item.submission_id for item in items]))
        .order_by(Submission.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    by_id = {one.id: one for one in session.scalars(locked)}
    for item in items:
        act(item, by_id[item.submission_id])
    session.flush()
    settle(session, assignment, *users)


def _tell(session: Session, assignment: CourseAssignment, items: Sequence[RegradeItem]) -> None:
    """Those whose score is another one."""
    for item in items:
        if item.old != item.new:
            for user in concerned(session, assignment, session.get_one(Submission, item.submission_id)):
                mail.post(session, user, "regrade", submission=item.submission_id)


def _hold(session: Session, submission: Submission, kept: StoredReport) -> None:
    report = stored.decode(kept.content)
    submission.version += 1
    submission.terms, submission.revision = terms.of_report(report).stored(), report.revision
    hold(session, submission, kept, report)


def _refuse_later(session: Session, regrade: Regrade) -> None:
    mine = sa.select(RegradeItem.submission_id).where(
        RegradeItem.regrade_id == regrade.id, RegradeItem.applied.is_(True)
    )
    later = session.scalar(
        sa.select(Regrade)
        .join(RegradeItem, RegradeItem.regrade_id == Regrade.id)
        .where(
            Regrade.id > regrade.id,
            RegradeItem.submission_id.in_(mine),
            sa.or_(Regrade.state.in_(UNDECIDED), sa.and_(Regrade.state == "applied", RegradeItem.applied.is_(True))),
        )
        .order_by(Regrade.id.desc())
        .limit(1)
    )
    if later is not None:
        about = {"id": regrade.id, "later": later.id}
        raise Conflict(Message(f"regrade.later.{later.state}", about), extra={"regrade": later.id})


def _record(session: Session, what: str, regrade: Regrade, by: int | None, detail: Mapping[str, object]) -> None:
    session.flush()
    course = session.get_one(CourseAssignment, regrade.assignment_id).course_id
    audit.record(session, f"regrade-{what}", str(regrade.id), user_id=by, course_id=course, detail=dict(detail))
