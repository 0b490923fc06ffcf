"""What staff write beside a submission, where it belongs to, and points that they give or take for it.

A comment is never changed: another one takes its place. What is deleted is kept, and counts no more.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import sqlalchemy as sa
from sqlalchemy.orm import Session

from grader.core import Message
from grader.course import audit, grades, mail, submissions
from grader.course.tables import Comment, CourseAssignment, Submission, User, now
from grader.errors import NotFound, Unprocessable


@dataclass(frozen=True, slots=True)
class Remark:
    """What is said, and of what: a function, or a line of a file, or the whole."""

    text: str
    function: str | None = None
    path: str | None = None
    line: int | None = None
    points: Fraction | None = None


@dataclass(frozen=True, slots=True)
class Written:
    """A comment and who wrote it; the name is empty for who is gone."""

    comment: Comment
    author: str


def write(session: Session, submission: Submission, remark: Remark, by: int) -> Comment:
    """Write a comment; its points count at once. Raises Unprocessable for a function or file that is not there."""
    _check(session, submission, remark)
    comment = Comment(
        submission_id=submission.id,
        author_id=by,
        function=remark.function,
        path=remark.path,
        line=remark.line,
        text=remark.text,
        points=remark.points,
    )
    session.add(comment)
    session.flush()
    _settled(session, submission, "comment", comment, by)
    mail.post(session, submission.user_id, "comment", submission=submission.id)
    return comment


def delete(session: Session, submission: Submission, id: int, by: int) -> None:
    """Take a comment back, and its points. Raises NotFound."""
    comment = session.scalar(_of(submission.id).where(Comment.id == id).with_for_update())
    if comment is None:
        raise NotFound(Message("marking.comment.unknown", {"id": id}))
    comment.deleted_at = now()
    _settled(session, submission, "uncomment", comment, by)


def listed(session: Session, submission_id: int) -> list[Written]:
    """The comments of a submission, in the order of its files and lines."""
    query = _of(submission_id).add_columns(sa.func.coalesce(sa.func.nullif(User.name, ""), User.email, ""))
    query = query.outerjoin(User, User.id == Comment.author_id)
    ordered = query.order_by(Comment.path.is_not(None), Comment.path, Comment.line, Comment.id)
    return [Written(comment, author) for comment, author in session.execute(ordered)]


def _of(submission_id: int) -> sa.Select[Comment]:
    return sa.select(Comment).where(Comment.submission_id == submission_id, Comment.deleted_at.is_(None))


def _check(session: Session, submission: Submission, remark: Remark) -> None:
    unit = session.get_one(CourseAssignment, submission.assignment_id).unit
    if remark.function is not None and remark.function not in {one["name"] for one in unit.functions}:
        raise Unprocessable(Message("marking.function.unknown", {"function": remark.function}))
    paths = {file.path for file in submissions.files(session, submission.id)}
    if remark.path is not None and remark.path not in paths:
        raise Unprocessable(Message("api.no-file", {"path": remark.path}))
    if remark.line is not None and remark.path is None:
        raise Unprocessable(Message("marking.comment.line"))


def _settled(session: Session, submission: Submission, action: str, comment: Comment, by: int) -> None:
    course_id = session.get_one(CourseAssignment, submission.assignment_id).course_id
    points = None if comment.points is None else float(comment.points)
    detail = {"comment": comment.id, "points": points, "text": comment.text}
    audit.record(session, action, str(submission.id), user_id=by, course_id=course_id, detail=detail)
    session.flush()
    grades.settle_submission(session, submission)
