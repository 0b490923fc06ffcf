"""`/submissions/{submission}/files/{path}`: a submitted file, each line with an address (`#line-41`)."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request, Response

from grader.api.dependencies import Reader, permission
from grader.api.guard import guarded_router
from grader.api.submissions import course_of, submission_of
from grader.core import Message
from grader.course import submissions
from grader.course.permissions import Grant
from grader.errors import NotFound
from grader.report.shown import safe
from grader.web.frame import frame_of
from grader.web.rendering import page

router = guarded_router()


@router.get("/submissions/{submission}/files/{path:path}")
def show(
    path: str, request: Request, session: Reader, grant: Annotated[Grant, Depends(permission("submission.read"))]
) -> Response:
    """Raises NotFound for what is no Python file of the submission. What is no UTF-8 is shown as far as it is text."""
    id, course = submission_of(grant), course_of(grant)
    data = dict(submissions.read_files(session, id)).get(path)
    if data is None or not path.endswith(".py"):
        raise NotFound(Message("api.no-file", {"path": path}))
    text = data.decode("utf-8-sig", "replace").replace("\r\n", "\n").replace("\r", "\n")
    frame = frame_of(request, session, grant.person, course)
    lines = text.expandtabs().removesuffix("\n").split("\n")
    return page(frame, "source.html", title=safe(path), course=course, staff=grant.staff, id=id, lines=lines)
