"""Signing in and out of a browser: the session is always one that we have drawn, in a cookie that scripts cannot read.

Whatever session a browser brings when somebody signs in is ended: what another knew of it opens nothing.
"""

from __future__ import annotations

from fastapi import Request, Response
from limits import RateLimitItemPerMinute
from sqlalchemy.orm import Session

from grader.api import rates
from grader.api.dependencies import cookie_name, settings_of
from grader.course import access
from grader.course.tables import User
from grader.errors import Unauthenticated
from grader.settings import Settings

LINKS = RateLimitItemPerMinute(60)
"""Dead links that one network may try: a class behind one address uses as many good ones as it has."""


def make_link(session: Session, user: User, settings: Settings) -> str:
    """The address that signs `user` in once, within 15 minutes."""
    return address(access.make_link(session, user), settings)


def address(secret: str, settings: Settings) -> str:
    """Where a link with this secret leads."""
    return f"{settings.base_url.rstrip('/')}/sign-in/{secret}"


def sign_in(session: Session, secret: str, request: Request, response: Response) -> None:
    """Redeem the link and hand the browser its session. Raises Unauthenticated where the link is dead, TooMany."""
    about = ("links", rates.network(request))
    rates.refuse(request, LINKS, "people.link.fast", *about)
    try:
        cookie = access.redeem(session, secret)
    except Unauthenticated:
        rates.count(request, LINKS, *about)
        raise
    _hand(request, response, session, cookie)


def begin(session: Session, user_id: int, request: Request, response: Response) -> None:
    """Hand the browser of a person a new session."""
    _hand(request, response, session, access.begin_session(session, user_id))


def _hand(request: Request, response: Response, session: Session, cookie: str) -> None:
    settings = settings_of(request)
    name = cookie_name(settings)
    if brought := request.cookies.get(name):
        access.sign_out(session, brought)
    response.set_cookie(
        name,
        cookie,
        max_age=int(access.SESSION_LIVES.total_seconds()),
        httponly=True,
        samesite="lax",
        secure=settings.base_url.startswith("https:"),
    )


def sign_out(session: Session, request: Request, response: Response, settings: Settings) -> None:
    """End the browser's session here and there."""
    name = cookie_name(settings)
    if cookie := request.cookies.get(name):
        access.sign_out(session, cookie)
    response.delete_cookie(name, httponly=True, samesite="lax", secure=settings.base_url.startswith("https:"))
