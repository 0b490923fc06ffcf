"""Signing in by link: the page shows a button, its POST redeems the link and sets the session cookie."""

from __future__ import annotations

from fastapi import Request, Response
from sqlalchemy.orm import Session

from grader.api.dependencies import cookie_name
from grader.course import access
from grader.course.tables import User
from grader.settings import Settings


def make_link(session: Session, user: User, settings: Settings) -> str:
    """The address that signs `user` in once, within 15 minutes."""
    return f"{settings.base_url.rstrip('/')}/sign-in/{access.make_link(session, user)}"


def sign_in(session: Session, secret: str, response: Response, settings: Settings) -> None:
    """Redeem the link and hand the browser its session. Raises Unauthenticated where the link is dead."""
    response.set_cookie(
        cookie_name(settings),
        access.redeem(session, secret),
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
