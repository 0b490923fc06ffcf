"""`/sign-in`: by link, or with a password. GET never uses a link up, so that a mail scanner cannot; a button does."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Form, Request, Response
from fastapi.responses import RedirectResponse
from starlette.concurrency import run_in_threadpool

from grader.api import passwords as door
from grader.api import signin
from grader.api.dependencies import Reader, Writer, permission, settings_of, visitor
from grader.api.guard import guarded_router
from grader.api.problems import of_error
from grader.course import access, passwords
from grader.errors import TooMany, Unauthenticated
from grader.report import text
from grader.web.frame import frame_alone, frame_of
from grader.web.rendering import Frame, page, say

router = guarded_router(dependencies=[Depends(permission("public"))])


@router.get("/sign-in")
def ask(request: Request, session: Reader) -> Response:
    return form(request, frame_of(request, session, visitor(request)))


def form(request: Request, frame: Frame, problem: str = "", status: int = 200, email: str = "") -> Response:
    """The page; `problem` says why the last try was refused."""
    settings = settings_of(request)
    return page(
        frame,
        "sign_in.html",
        status=status,
        title=say(frame, "web.sign-in.title"),
        by_mail=settings.sends_mail,
        provider=settings.provider if settings.signs_in_elsewhere else "",
        problem=problem,
        email=email,
    )


@router.post("/sign-in")
def take(link: Annotated[str, Form(max_length=2000)]) -> Response:
    """Whoever pasted a link is shown its button: the same page as if it had been opened."""
    secret = link.strip().rstrip("/").rpartition("/")[2]
    usable = secret.replace("-", "").replace("_", "").isalnum() and secret.isascii()
    return RedirectResponse(f"/sign-in/{secret if usable else 'unknown'}", status_code=303)


@router.post("/sign-in/password")
async def enter_with_password(
    request: Request,
    email: Annotated[str, Form(max_length=254)] = "",
    password: Annotated[str, Form(max_length=passwords.LONGEST)] = "",
) -> Response:
    """What is wrong is told in the same words and time for an address that nobody has."""
    response = RedirectResponse("/", status_code=303)
    try:
        await door.sign_in(request, response, email, password)
    except (Unauthenticated, TooMany) as error:
        frame = await run_in_threadpool(frame_alone, request)
        refused = form(request, frame, text(error.message, frame.lang), error.status, email)
        refused.headers.update(of_error(error, frame.lang).headers if isinstance(error, TooMany) else {})
        return refused
    return response


@router.get("/sign-in/{token}")
def show(request: Request, token: str, session: Reader) -> Response:
    frame = frame_of(request, session, visitor(request))
    if access.is_usable(session, token):
        return page(frame, "sign_in_link.html", title=say(frame, "web.sign-in.title"), token=token)
    return form(request, frame, say(frame, "web.sign-in.dead"), 404)


@router.post("/sign-in/{token}")
def enter(request: Request, token: str, session: Writer) -> Response:
    response = RedirectResponse("/", status_code=303)
    try:
        signin.sign_in(session, token, request, response)
    except Unauthenticated as error:
        frame = frame_alone(request)
        return form(request, frame, text(error.message, frame.lang), 401)
    return response


@router.post("/sign-out")
def leave(request: Request, session: Writer) -> Response:
    response = RedirectResponse("/sign-in", status_code=303)
    signin.sign_out(session, request, response, settings_of(request))
    return response
