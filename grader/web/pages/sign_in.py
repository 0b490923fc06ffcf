"""`/sign-in`: a link instead of a password. GET never uses a link up, so that a mail scanner cannot; a button does."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Form, Request, Response
from fastapi.responses import RedirectResponse

from grader.api import signin
from grader.api.dependencies import Reader, Writer, permission, settings_of, visitor
from grader.api.guard import guarded_router
from grader.course import access
from grader.errors import Unauthenticated
from grader.report import text
from grader.web.frame import frame_alone, frame_of
from grader.web.rendering import page, say

router = guarded_router(dependencies=[Depends(permission("public"))])


@router.get("/sign-in")
def ask(request: Request, session: Reader) -> Response:
    person = visitor(request)
    frame = frame_of(request, session, person)
    return page(frame, "sign_in.html", title=say(frame, "web.sign-in.title"), problem="")


@router.post("/sign-in")
def take(link: Annotated[str, Form(max_length=2000)]) -> Response:
    """Whoever pasted a link is shown its button: the same page as if it had been opened."""
    secret = link.strip().rstrip("/").rpartition("/")[2]
    usable = secret.replace("-", "").replace("_", "").isalnum() and secret.isascii()
    return RedirectResponse(f"/sign-in/{secret if usable else 'unknown'}", status_code=303)


@router.get("/sign-in/{token}")
def show(request: Request, token: str, session: Reader) -> Response:
    frame = frame_of(request, session, visitor(request))
    title = say(frame, "web.sign-in.title")
    if access.is_usable(session, token):
        return page(frame, "sign_in_link.html", title=title, token=token)
    return page(frame, "sign_in.html", status=404, title=title, problem=say(frame, "web.sign-in.dead"))


@router.post("/sign-in/{token}")
def enter(request: Request, token: str, session: Writer) -> Response:
    response = RedirectResponse("/", status_code=303)
    try:
        signin.sign_in(session, token, response, settings_of(request))
    except Unauthenticated as error:
        frame = frame_alone(request)
        problem = text(error.message, frame.lang)
        return page(frame, "sign_in.html", status=401, title=say(frame, "web.sign-in.title"), problem=problem)
    return response


@router.post("/sign-out")
def leave(request: Request, session: Writer) -> Response:
    response = RedirectResponse("/sign-in", status_code=303)
    signin.sign_out(session, request, response, settings_of(request))
    return response
