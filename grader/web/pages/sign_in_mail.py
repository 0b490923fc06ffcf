"""`/sign-in/mail`: a link by e-mail, for whoever has no other way in."""

from __future__ import annotations

from typing import Annotated

from fastapi import BackgroundTasks, Depends, Form, Request, Response

from grader.api import mail
from grader.api.dependencies import Reader, permission, visitor
from grader.api.guard import guarded_router
from grader.api.problems import of_error
from grader.errors import TooMany, Unavailable
from grader.report import text
from grader.web.frame import frame_alone, frame_of
from grader.web.rendering import Frame, page, say

router = guarded_router(dependencies=[Depends(permission("public"))])


@router.get("/sign-in/mail")
def form(request: Request, session: Reader) -> Response:
    return _page(frame_of(request, session, visitor(request)))


@router.post("/sign-in/mail")
def ask(request: Request, later: BackgroundTasks, email: Annotated[str, Form(max_length=254)] = "") -> Response:
    frame = frame_alone(request)
    try:
        mail.ask(request, later, email, frame.lang)
    except (TooMany, Unavailable) as error:
        refused = _page(frame, problem=text(error.message, frame.lang), status=error.status, email=email)
        refused.headers.update(of_error(error, frame.lang).headers)
        return refused
    return _page(frame, done=say(frame, "mail.ask.done"))


def _page(frame: Frame, *, problem: str = "", done: str = "", status: int = 200, email: str = "") -> Response:
    title = say(frame, "mail.ask.title")
    return page(frame, "sign_in_mail.html", status=status, title=title, problem=problem, done=done, email=email)
