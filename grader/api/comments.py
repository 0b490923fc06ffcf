"""What staff write beside a submission, and the points that they give or take for it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

from fastapi import Depends, Path
from sqlalchemy.orm import Session

from grader.api.dependencies import Reader, Writer, permission
from grader.api.guard import guarded_router
from grader.api.marking_schemas import CommentDetail, NewComment
from grader.api.schemas import Page
from grader.api.submissions import Follower, row_of
from grader.course import comments
from grader.course.comments import Remark, Written
from grader.course.permissions import Grant
from grader.course.tables import Submission
from grader.course.visibility import sight_on

router = guarded_router(tags=["marking"])
Marker = Annotated[Grant, Depends(permission("submission.mark"))]
Number = Annotated[int, Path(ge=0, le=2_147_483_647)]
"""What a database can hold as an id."""
PATH = "/submissions/{submission}/comments"


@router.get(PATH)
def show(grant: Follower, session: Reader) -> Page[CommentDetail]:
    """The comments of a submission; to its student while the score is shown."""
    return Page(items=[told(one) for one in readable(session, grant)], next_cursor=None)


@router.post(PATH, status_code=201)
def write(grant: Marker, session: Writer, body: NewComment) -> CommentDetail:
    """Write a comment; its points count at once. It cannot be changed: delete it, and write another."""
    submission = session.get_one(Submission, row_of(grant).id)
    remark = Remark(body.text, body.function, body.path, body.line, body.points)
    made = comments.write(session, submission, remark, grant.person.id)
    return told(Written(made, grant.person.name or grant.person.email))


@router.delete(PATH + "/{comment}", status_code=204)
def delete(comment: Number, grant: Marker, session: Writer) -> None:
    """Take a comment back, and its points."""
    comments.delete(session, session.get_one(Submission, row_of(grant).id), comment, grant.person.id)


def readable(session: Session, grant: Grant) -> list[Written]:
    """The comments as far as whoever asks may read them."""
    seen = sight_on(session, grant, row_of(grant), datetime.now(UTC))
    return comments.listed(session, row_of(grant).id) if seen is None or seen.marks else []


def told(one: Written) -> CommentDetail:
    row = one.comment
    where = {"function": row.function, "path": row.path, "line": row.line}
    return CommentDetail(id=row.id, author=one.author, text=row.text, points=row.points, at=row.at, **where)
