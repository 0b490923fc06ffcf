"""Which submission counts for a student, kept up to date in the transaction that changes it."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import sqlalchemy as sa
from sqlalchemy.orm import Session

from grader.course.schedule import after_penalty, late_seconds
from grader.course.tables import CourseAssignment, Grade, Status, Submission


def settle(session: Session, assignment: CourseAssignment, user_id: int) -> None:
    """Write the grade of one student anew from all of its graded submissions."""
    done = session.scalars(
        sa.select(Submission)
        .where(
            Submission.user_id == user_id,
            Submission.assignment_id == assignment.id,
            Submission.status == Status.DONE,
        )
        .order_by(Submission.number)
    ).all()
    if not done:
        session.execute(sa.delete(Grade).where(Grade.assignment_id == assignment.id, Grade.user_id == user_id))
        return
    counting = choose(assignment, done)
    session.merge(
        Grade(
            assignment_id=assignment.id,
            user_id=user_id,
            submission_id=counting.id,
            score=_counted(assignment, counting),
            max_score=counting.max_score or Fraction(0),
            late=counting.late,
        )
    )


def choose(assignment: CourseAssignment, done: Sequence[Submission]) -> Submission:
    """The one that counts by the assignment's policy. Of equally good ones the earliest; nothing chosen: the best."""
    if assignment.counts == "last":
        return done[-1]
    chosen = [one for one in done if one.chosen] if assignment.counts == "chosen" else []
    return max(chosen or done, key=lambda one: _counted(assignment, one))


def _counted(assignment: CourseAssignment, submission: Submission) -> Fraction:
    return after_penalty(assignment, submission.score or Fraction(0), submission.late)


def settle_all(session: Session, assignment: CourseAssignment) -> None:
    """After a change of the schedule or the policy: lateness and grades of everything already handed in."""
    handed_in = session.scalars(sa.select(Submission).where(Submission.assignment_id == assignment.id)).all()
    for submission in handed_in:
        submission.late = late_seconds(assignment, submission.received_at)
    session.flush()
    for user_id in {submission.user_id for submission in handed_in}:
        settle(session, assignment, user_id)
