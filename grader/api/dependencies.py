"""What a route asks for: a session, the person, a permission, the language.

A route declares its permission (`Depends(permission("gradebook.read"))`); `create_app` refuses to start with a route
that declares none. Sessions have function scope, so that a request commits once, before its answer is sent.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request
from sqlalchemy.orm import Session
from starlette.concurrency import run_in_threadpool

from grader.core import Message
from grader.course import access, permissions
from grader.course.database import Database
from grader.course.people import Person
from grader.course.permissions import PERMISSIONS, Grant
from grader.errors import NotFound, Unauthenticated
from grader.report import choose_language
from grader.settings import Settings

LARGEST_ID = 2**63 - 1


def settings_of(request: Request) -> Settings:
    settings: Settings = request.app.state.settings
    return settings


def database_of(request: Request) -> Database:
    database: Database = request.app.state.database
    return database


def reader(request: Request) -> Iterator[Session]:
    """A session to read with."""
    with database_of(request).read() as session:
        yield session


def writer(request: Request) -> Iterator[Session]:
    """A session to write with, committed when the route's function returns, rolled back when it raises.

    It takes the write lock with its first statement: do what takes time before.
    """
    with database_of(request).write() as session:
        yield session


Reader = Annotated[Session, Depends(reader, scope="function")]
Writer = Annotated[Session, Depends(writer, scope="function")]


def cookie_name(settings: Settings) -> str:
    """The `__Host-` prefix pins a cookie to this host and https; browsers refuse it on plain http."""
    return "__Host-session" if settings.base_url.startswith("https:") else "session"


def identify(request: Request) -> Person | None:
    """Who sends this request, by bearer token or session cookie; None where it carries neither.

    Raises Unauthenticated for a token or cookie that is not, or no longer, good. Looked up once a request.
    """
    if not hasattr(request.state, "person"):
        request.state.person = _identify(request)
    person: Person | None = request.state.person
    return person


def _identify(request: Request) -> Person | None:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    cookie = request.cookies.get(cookie_name(settings_of(request)))
    if scheme:
        if scheme.lower() != "bearer":
            raise Unauthenticated(Message("api.scheme.unknown", {"scheme": scheme}))
        return _of_token(database_of(request), token.strip())
    if cookie:
        with database_of(request).read() as session:
            return access.person_of_session(session, cookie)
    return None


def _of_token(database: Database, token: str) -> Person:
    with database.read() as session:
        person, row = access.person_of_token(session, token)
    if access.is_stale(row):
        with database.write() as session:
            access.touch(session, row.id)
    return person


def current_user(request: Request) -> Person:
    """The person who is signed in. Raises Unauthenticated."""
    person = identify(request)
    if person is None:
        raise Unauthenticated(Message("api.sign-in"))
    return person


def visitor(request: Request) -> Person | None:
    """Who looks at a public page; a cookie that is over is as good as none."""
    try:
        return identify(request)
    except Unauthenticated:
        return None


def decide(request: Request, name: str) -> Grant | None:
    """What the permission `name` lets this request do, by the course or submission that its path names.

    None for a public route. Raises Unauthenticated, Forbidden or NotFound.
    """
    if PERMISSIONS[name].public:
        return None
    person = current_user(request)
    path = request.path_params
    with database_of(request).read() as session:
        if "course" in path:
            return permissions.for_course(session, person, name, path["course"])
        if "submission" in path:
            return permissions.for_submission(session, person, name, _id(path["submission"]))
    return permissions.for_self(person, name)


def _id(text: str | int) -> int:
    if not str(text).isdecimal() or int(text) > LARGEST_ID:
        raise NotFound(Message("course.submission.unknown", {"id": str(text)}))
    return int(text)


@dataclass(frozen=True, slots=True)
class Allowed:
    """The dependency that `permission` makes; a `GuardedRoute` has it decided before it reads the body."""

    name: str

    async def __call__(self, request: Request) -> Grant | None:
        if not hasattr(request.state, "grant"):
            request.state.grant = await run_in_threadpool(decide, request, self.name)
        grant: Grant | None = request.state.grant
        return grant


def permission(name: str) -> Allowed:
    """A dependency: refuses who lacks the permission, else gives the `Grant` (None on a public route).

    The path's `{course}` or `{submission}` says where it is needed. Raises KeyError for an unknown name.
    """
    PERMISSIONS[name]
    return Allowed(name)


def language(request: Request) -> str:
    """The signed-in person's own language, else what the browser asks for."""
    person = getattr(request.state, "person", None)
    return (person.language if person else None) or choose_language(request.headers.get("accept-language"))


Language = Annotated[str, Depends(language)]
