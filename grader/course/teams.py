"""Students who work together: where an assignment says `teams`, one hand-in counts for all who share a group.

A hand-in carries the name of the group that it was made for. It counts for whoever made it, and for those who are in a
group of that name now; attempts are counted over all of them.
"""

from __future__ import annotations

from collections.abc import Collection

import sqlalchemy as sa
from sqlalchemy.orm import Session

from grader.course.tables import CourseAssignment, Membership, Submission


def lock(session: Session, course_id: int, users: Collection[int]) -> None:
    """Make everything that changes the attempts or grades of these students wait for this transaction. Always in the
    order of ids, and before a submission is locked, so that no two transactions wait for each other."""
    session.execute(
        sa.select(Membership.user_id)
        .where(Membership.course_id == course_id, Membership.user_id.in_(users))
        .order_by(Membership.user_id)
        .with_for_update()
    )


def lock_team(session: Session, assignment_id: int, user_id: int) -> Membership | None:
    """Lock a student and, where the assignment is done in teams, whoever shares the group; the student's membership,
    None for who is no member. What was read before may have changed while this waited."""
    while True:
        course_id, group = _standing(session, assignment_id, user_id)
        lock(session, course_id, mates(session, course_id, user_id, group))
        if _standing(session, assignment_id, user_id) == (course_id, group):
            return session.get(Membership, (course_id, user_id), populate_existing=True)


def _standing(session: Session, assignment_id: int, user_id: int) -> tuple[int, str]:
    """The course, and the group that counts for this assignment: empty where everyone stands alone."""
    course_id, teams, group = session.execute(
        sa.select(CourseAssignment.course_id, CourseAssignment.teams, Membership.group)
        .outerjoin(
            Membership, sa.and_(Membership.course_id == CourseAssignment.course_id, Membership.user_id == user_id)
        )
        .where(CourseAssignment.id == assignment_id)
    ).one()
    return course_id, group if teams and group else ""


def mates(session: Session, course_id: int, user_id: int, group: str) -> set[int]:
    """The student, and who is in the group now."""
    if not group:
        return {user_id}
    found = sa.select(Membership.user_id).where(Membership.course_id == course_id, Membership.group == group)
    return {user_id, *session.scalars(found)}


def team_of(session: Session, assignment: CourseAssignment, user_id: int) -> str:
    """The group that a student hands in for; empty where everyone stands alone."""
    membership = session.get(Membership, (assignment.course_id, user_id)) if assignment.teams else None
    return membership.group if membership else ""


def sharers(session: Session, submission: Submission) -> set[int]:
    """Everyone for whom a submission counts."""
    course_id, teams = session.execute(
        sa.select(CourseAssignment.course_id, CourseAssignment.teams).where(
            CourseAssignment.id == submission.assignment_id
        )
    ).one()
    return mates(session, course_id, submission.user_id, submission.team if teams else "")


def lock_sharers(session: Session, submission: Submission) -> None:
    """Lock everyone for whom a submission counts."""
    course = sa.select(CourseAssignment.course_id).where(CourseAssignment.id == submission.assignment_id)
    lock(session, session.scalars(course).one(), sharers(session, submission))


def theirs(session: Session, assignment: CourseAssignment, user_id: int) -> sa.ColumnElement[bool]:
    """Which rows of `Submission` count for a student in an assignment: their own and their team's."""
    team, own = team_of(session, assignment, user_id), Submission.user_id == user_id
    return sa.and_(Submission.assignment_id == assignment.id, own | (Submission.team == team) if team else own)
