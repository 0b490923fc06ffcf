"""How a person proves who they are: bearer tokens, sign-in links, browser sessions.

All three are random texts that are kept as SHA-256 only; they are long enough that no slow hash is needed, and are
found by that hash, so that nothing is compared byte by byte.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from grader.core import Message
from grader.course.people import Person, one_line, person
from grader.course.permissions import SCOPES
from grader.course.schedule import stamp
from grader.course.tables import BrowserSession, SignInLink, Token, User, now
from grader.errors import BadRequest, Conflict, NotFound, Unauthenticated

TOKEN_PREFIX = "ag_"  # noqa: S105 - it lets scanners find a token that was published by accident
LINK_LIVES = timedelta(minutes=15)
SESSION_LIVES = timedelta(days=14)
MOST_TOKENS = 50
"""Of one person, that are not revoked."""
SESSION_ID = 16
TOUCH_EVERY = timedelta(hours=1)
"""How exactly the last use of a token is known: finer would cost a write with every request."""


def make_token(
    session: Session,
    user: User,
    *,
    scopes: Sequence[str] = ("all",),
    name: str = "",
    expires_at: datetime | None = None,
    course_id: int | None = None,
) -> str:
    """A new token, to be shown once. Raises BadRequest for no scope, an unknown one or a time that has passed, Conflict
    for more than `MOST_TOKENS`."""
    for scope in scopes or ("",):
        if scope not in SCOPES:
            raise BadRequest(Message("course.scope.unknown", {"scope": scope, "scopes": ", ".join(SCOPES)}))
    if expires_at is not None and expires_at <= now():
        raise BadRequest(Message("people.token.past"))
    if len(session.scalars(tokens(user.id)).all()) >= MOST_TOKENS:
        raise Conflict(Message("people.token.many", {"most": MOST_TOKENS}))
    token = TOKEN_PREFIX + secrets.token_urlsafe(32)
    session.add(
        Token(
            sha256=_hash(token),
            user_id=user.id,
            scopes=list(dict.fromkeys(scopes)),
            name=one_line(name),
            expires_at=expires_at,
            course_id=course_id,
        )
    )
    session.flush()
    return token


def tokens(user_id: int) -> sa.Select[Token]:
    """The tokens of a person that were not revoked, the newest first; also those that have expired."""
    mine = sa.select(Token).where(Token.user_id == user_id, Token.revoked_at.is_(None))
    return mine.order_by(Token.made_at.desc(), Token.id.desc())


def token_row(session: Session, token: str) -> Token:
    """The row of a token that was made just now."""
    return session.scalars(sa.select(Token).where(Token.sha256 == _hash(token))).one()


def revoke(session: Session, user_id: int, id: int) -> Token:
    """From now on the token opens nothing. Raises NotFound, also for someone else's."""
    token = session.scalar(tokens(user_id).where(Token.id == id))
    if token is None:
        raise NotFound(Message("people.token.unknown", {"id": id}))
    token.revoked_at = now()
    return token


def person_of_token(session: Session, token: str) -> tuple[Person, Token]:
    """Who a bearer token stands for. Raises Unauthenticated for one that is unknown, revoked or expired."""
    row = session.execute(
        sa.select(Token, User)
        .join(User, User.id == Token.user_id)
        .where(Token.sha256 == _hash(token), Token.revoked_at.is_(None))
    ).one_or_none()
    if row is None:
        raise Unauthenticated(Message("course.token.unknown"))
    one = row.Token
    if one.expires_at is not None and one.expires_at <= now():
        raise Unauthenticated(Message("people.token.expired", {"at": stamp(one.expires_at)}))
    carried = {"scopes": frozenset(one.scopes), "course": one.course_id, "until": one.expires_at}
    return replace(person(row.User), **carried), one


def is_stale(token: Token) -> bool:
    """Whether the last use of a token should be written down again."""
    return token.last_used_at is None or now() - token.last_used_at > TOUCH_EVERY


def touch(session: Session, token_id: int) -> None:
    session.execute(sa.update(Token).where(Token.id == token_id).values(last_used_at=now()))


def make_link(session: Session, user: User) -> str:
    """The secret of a new sign-in link: it signs `user` in once, within 15 minutes."""
    return _new_link(session, user.id, now() + LINK_LIVES)


def make_invitation(session: Session, user_id: int, until: datetime) -> str:
    """The secret of a person's only invitation: it signs in once, until then, who has never signed in. Those that were
    made before end."""
    end_links(session, user_id, invitations=True)
    return _new_link(session, user_id, until, invitation=True)


def _new_link(session: Session, user_id: int, until: datetime, *, invitation: bool = False) -> str:
    secret = secrets.token_urlsafe(32)
    session.add(SignInLink(sha256=_hash(secret), user_id=user_id, expires_at=until, invitation=invitation))
    return secret


def end_links(session: Session, user_id: int, *, invitations: bool = False) -> int:
    """What was not used yet of a person's sign-in links, or of the invitations among them, opens nothing any more. How
    many there were."""
    ended = sa.delete(SignInLink).where(SignInLink.user_id == user_id, SignInLink.used_at.is_(None))
    if invitations:
        ended = ended.where(SignInLink.invitation)
    return len(session.scalars(ended.returning(SignInLink.sha256)).all())


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
    return begin_session(session, used.user_id)


def begin_session(session: Session, user_id: int) -> str:
    """The secret of a new browser session: always one that we have drawn, never one that a browser brings."""
    session.execute(sa.delete(BrowserSession).where(BrowserSession.expires_at < now()))
    session.execute(sa.update(User).where(User.id == user_id).values(signed_in_at=now()))
    end_links(session, user_id, invitations=True)
    cookie = secrets.token_urlsafe(32)
    session.add(BrowserSession(sha256=_hash(cookie), user_id=user_id, expires_at=now() + SESSION_LIVES))
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
    return replace(person(user), session=_hash(cookie))


def sessions(user_id: int) -> sa.Select[BrowserSession]:
    """The browsers that a person is signed in with, the newest first."""
    mine = sa.select(BrowserSession).where(BrowserSession.user_id == user_id, BrowserSession.expires_at > now())
    return mine.order_by(BrowserSession.made_at.desc(), BrowserSession.sha256)


def session_id(sha256: str) -> str:
    """What a session is called in addresses: enough of its hash to tell one person's apart."""
    return sha256[:SESSION_ID]


def end_session(session: Session, user_id: int, id: str) -> None:
    """Raises NotFound, also for someone else's."""
    for one in session.scalars(sessions(user_id)):
        if session_id(one.sha256) == id:
            session.delete(one)
            return
    raise NotFound(Message("people.session.unknown"))


def end_sessions(session: Session, user_id: int, *, but: str | None = None) -> int:
    """Sign a person out everywhere, `but` for the session of that hash. How many there were."""
    ended = sa.delete(BrowserSession).where(BrowserSession.user_id == user_id)
    if but is not None:
        ended = ended.where(BrowserSession.sha256 != but)
    return len(session.scalars(ended.returning(BrowserSession.sha256)).all())


def sign_out(session: Session, cookie: str) -> None:
    session.execute(sa.delete(BrowserSession).where(BrowserSession.sha256 == _hash(cookie)))


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode(errors="replace")).hexdigest()
