"""How a person proves who they are: bearer tokens, sign-in links, browser sessions.

All three are random texts that are kept as SHA-256 only; they are long enough that no slow hash is needed, and are
found by that hash, so that nothing is compared byte by byte.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from grader.core import Message
from grader.course.people import Person, person
from grader.course.permissions import SCOPES
from grader.course.tables import BrowserSession, SignInLink, Token, User, now
from grader.errors import BadRequest, Unauthenticated

TOKEN_PREFIX = "ag_"  # noqa: S105 - it lets scanners find a token that was published by accident
LINK_LIVES = timedelta(minutes=15)
SESSION_LIVES = timedelta(days=14)
TOUCH_EVERY = timedelta(hours=1)
"""How exactly the last use of a token is known: finer would cost a write with every request."""


def make_token(session: Session, user: User, *, scopes: Sequence[str] = ("all",)) -> str:
    """A new token, to be shown once. Raises BadRequest for an unknown scope."""
    for scope in scopes:
        if scope not in SCOPES:
            raise BadRequest(Message("course.scope.unknown", {"scope": scope, "scopes": ", ".join(SCOPES)}))
    token = TOKEN_PREFIX + secrets.token_urlsafe(32)
    session.add(Token(sha256=_hash(token), user_id=user.id, scopes=list(scopes)))
    return token


def person_of_token(session: Session, token: str) -> tuple[Person, Token]:
    """Who a bearer token stands for. Raises Unauthenticated."""
    row = session.execute(
        sa.select(Token, User)
        .join(User, User.id == Token.user_id)
        .where(Token.sha256 == _hash(token), Token.revoked_at.is_(None))
    ).one_or_none()
    if row is None:
        raise Unauthenticated(Message("course.token.unknown"))
    return person(row.User, frozenset(row.Token.scopes)), row.Token


def is_stale(token: Token) -> bool:
    """Whether the last use of a token should be written down again."""
    return token.last_used_at is None or now() - token.last_used_at > TOUCH_EVERY


def touch(session: Session, token_id: int) -> None:
    session.execute(sa.update(Token).where(Token.id == token_id).values(last_used_at=now()))


def make_link(session: Session, user: User) -> str:
    """The secret of a new sign-in link: it signs `user` in once, within 15 minutes."""
    secret = secrets.token_urlsafe(32)
    session.add(SignInLink(sha256=_hash(secret), user_id=user.id, expires_at=now() + LINK_LIVES))
    return secret


def is_usable(session: Session, secret: str) -> bool:
    """Whether a link would sign someone in; looking does not use it up."""
    link = session.get(SignInLink, _hash(secret))
    return link is not None and link.used_at is None and link.expires_at > now()


def redeem(session: Session, secret: str) -> str:
    """Use a link up: the secret of a new browser session. Raises Unauthenticated where it is used, old or unknown."""
    used = session.execute(
        sa.update(SignInLink)
        .where(SignInLink.sha256 == _hash(secret), SignInLink.used_at.is_(None), SignInLink.expires_at > now())
        .values(used_at=now())
        .returning(SignInLink.user_id)
    ).one_or_none()
    if used is None:
        raise Unauthenticated(Message("course.link.dead"))
    session.execute(sa.delete(BrowserSession).where(BrowserSession.expires_at < now()))
    cookie = secrets.token_urlsafe(32)
    session.add(BrowserSession(sha256=_hash(cookie), user_id=used.user_id, expires_at=now() + SESSION_LIVES))
    return cookie


def person_of_session(session: Session, cookie: str) -> Person:
    """Who a browser's session cookie stands for. Raises Unauthenticated."""
    user = session.scalar(
        sa.select(User)
        .join(BrowserSession, BrowserSession.user_id == User.id)
        .where(BrowserSession.sha256 == _hash(cookie), BrowserSession.expires_at > now())
    )
    if user is None:
        raise Unauthenticated(Message("course.session.over"))
    return person(user)


def sign_out(session: Session, cookie: str) -> None:
    session.execute(sa.delete(BrowserSession).where(BrowserSession.sha256 == _hash(cookie)))


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode(errors="replace")).hexdigest()
