"""What a route asks for: a session, the person, a permission, the language.

A route declares its permission (`Depends(permission("gradebook.read"))`); `create_app` refuses to start with a route
that declares none. Sessions have function scope, so that a request commits once, before its answer is sent.

A request that has a session keeps a connection while it goes from thread to thread (FastAPI validates an answer in
another one). If requests waited for a connection in threads, those that have one could wait for a thread for ever.
So they wait for their turn before they take a thread: see `Turns`.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Annotated

import anyio
from fastapi import Depends, Request
from fastapi.concurrency import contextmanager_in_threadpool
from sqlalchemy.orm import Session
from starlette.concurrency import run_in_threadpool

from grader.core import Message
from grader.course import access, permissions
from grader.course.database import Database
from grader.course.people import Person
from grader.course.permissions import PERMISSIONS, Grant
from grader.errors import NotFound, Unauthenticated
from grader.report import LANGUAGES, choose_language
from grader.settings import Settings

ID = re.compile(r"[0-9]{1,9}")
"""A number that a database can hold as an id: 32 bits on PostgreSQL."""


def settings_of(request: Request) -> Settings:
    settings: Settings = request.app.state.settings
    return settings


def database_of(request: Request) -> Database:
    database: Database = request.app.state.database
    return database


class Turns:
    """How many requests may have a session at a time; the others wait in line, and hold no thread meanwhile."""

    READERS = 20
    """Half of the pool: the other half is for what opens and closes a session in one go."""

    def __init__(self, database: Database) -> None:
        self.reading = anyio.Semaphore(self.READERS)
        self.writing = anyio.Semaphore(database.writers)


def turns_of(request: Request) -> Turns:
    turns: Turns = request.app.state.turns
    return turns


async def reader(request: Request) -> AsyncIterator[Session]:
    """A session to read with."""
    async with turns_of(request).reading, contextmanager_in_threadpool(database_of(request).read()) as session:
        yield session


async def writer(request: Request) -> AsyncIterator[Session]:
    """A session to write with, committed when the route's function returns, rolled back when it raises."""
    async with turns_of(request).writing, contextmanager_in_threadpool(database_of(request).write()) as session:
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
    if scheme and scheme.lower() != "bearer":
        raise Unauthenticated(Message("api.scheme.unknown", {"scheme": scheme}))
    with database_of(request).read() as session:
        if scheme:
            person, row = access.person_of_token(session, token.strip())
            request.state.stale_token = row.id if access.is_stale(row) else None
            return person
        return access.person_of_session(session, cookie) if cookie else None


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
    """What the permission `name` lets this request do, by the course, submission or regrade that its path names.

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
            return permissions.for_submission(
                session, person, name, _id(path["submission"], "course.submission.unknown")
            )
        if "regrade" in path:
            return permissions.for_regrade(session, person, name, _id(path["regrade"], "regrade.unknown"))
    return permissions.for_self(person, name)


def _id(text: str, unknown: str) -> int:
    if not ID.fullmatch(text):
        raise NotFound(Message(unknown, {"id": text}))
    return int(text)


@dataclass(frozen=True, slots=True)
class Allowed:
    """The dependency that `permission` makes; a `GuardedRoute` has it decided before it reads the body."""

    name: str

    async def __call__(self, request: Request) -> Grant | None:
        if not hasattr(request.state, "grant"):
            request.state.grant = await run_in_threadpool(decide, request, self.name)
            await touch_token(request)
        grant: Grant | None = request.state.grant
        return grant


async def touch_token(request: Request) -> None:
    """Write down that the token of this request was used, where that was not done for a while."""
    stale = getattr(request.state, "stale_token", None)
    if stale is None:
        return

    def touch() -> None:
        with database_of(request).write() as session:
            access.touch(session, stale)

    async with turns_of(request).writing:
        await run_in_threadpool(touch)


def permission(name: str) -> Allowed:
    """A dependency: refuses who lacks the permission, else gives the `Grant` (None on a public route).

    The path's `{course}`, `{submission}` or `{regrade}` says where it is needed. Raises KeyError for an unknown name.
    """
    PERMISSIONS[name]
    return Allowed(name)


LANGUAGE_COOKIE = "lang"
"""What the switch of the pages remembers for those who are not signed in."""


def language(request: Request) -> str:
    """The signed-in person's own language, else that of the switch, else what the browser asks for."""
    person = getattr(request.state, "person", None)
    chosen = (person.language if person else None) or request.cookies.get(LANGUAGE_COOKIE)
    return chosen if chosen in LANGUAGES else choose_language(request.headers.get("accept-language"))


Language = Annotated[str, Depends(language)]
