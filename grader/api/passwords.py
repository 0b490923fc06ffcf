"""Signing in with a password, and changing it: few hashes at a time, few guesses, new sessions."""

from __future__ import annotations

from typing import Annotated

import anyio
from fastapi import Depends, Request, Response
from limits import RateLimitItemPerHour, RateLimitItemPerMinute
from pydantic import BaseModel, ConfigDict, Field
from starlette.concurrency import run_in_threadpool

from grader.api import rates, signin
from grader.api.dependencies import database_of, permission
from grader.api.guard import guarded_router
from grader.core import Message
from grader.course import passwords
from grader.course.database import Database
from grader.course.passwords import LONGEST, Passwords
from grader.course.permissions import Grant
from grader.errors import Forbidden, Unauthenticated

router = guarded_router(tags=["account"])
Owner = Annotated[Grant, Depends(permission("account.edit"))]
GUESSES_HERE = RateLimitItemPerMinute(10, 15)
"""At one account from one network; forgotten when one of them was right."""
GUESSES_FROM = RateLimitItemPerMinute(60, 15)
"""From one network, at whatever accounts."""
GUESSES_AT = RateLimitItemPerHour(100)
"""At one account, from wherever. Its owner signs in by link meanwhile."""
AT_A_TIME = 2


class Desk:
    """Where passwords are looked at: two at a time, the others wait in line and hold no thread."""

    def __init__(self, passwords: Passwords) -> None:
        self._passwords, self._turn = passwords, anyio.Semaphore(AT_A_TIME)

    async def hash(self, password: str) -> str:
        async with self._turn:
            return await run_in_threadpool(self._passwords.hash, password)

    async def matches(self, password: str, kept: str | None) -> bool:
        async with self._turn:
            return await run_in_threadpool(self._passwords.matches, password, kept)


def desk_of(request: Request) -> Desk:
    desk: Desk = request.app.state.desk
    return desk


class NewPassword(BaseModel):
    """`current` must be right where there is a password."""

    model_config = ConfigDict(extra="forbid")
    new: Annotated[str, Field(max_length=LONGEST)]
    current: Annotated[str, Field(max_length=LONGEST)] = ""


class CurrentPassword(BaseModel):
    model_config = ConfigDict(extra="forbid")
    current: Annotated[str, Field(max_length=LONGEST)] = ""


@router.put("/me/password", status_code=204)
async def set_password(request: Request, grant: Owner, response: Response, body: NewPassword) -> None:
    """Set or change your password, from a browser that is signed in. All your sessions end; this browser gets a new
    one."""
    await change(request, grant, response, body.current, body.new)


@router.delete("/me/password", status_code=204)
async def remove_password(request: Request, grant: Owner, response: Response, body: CurrentPassword) -> None:
    """Remove your password, so that links alone sign you in. All your sessions end; this browser gets a new one."""
    await change(request, grant, response, body.current, None)


async def change(request: Request, grant: Grant, response: Response, current: str, new: str | None) -> None:
    """Raises Forbidden for a token or a wrong current password, BadRequest for a new one that is none, TooMany."""
    who, database = grant.person, database_of(request)
    if who.session is None:
        raise Forbidden(Message("people.password.browser"))
    if new is not None:
        passwords.check_new(who, new)
    kept = await run_in_threadpool(_kept, database, who.id)
    _count(request, who.email)
    if kept is not None and not await desk_of(request).matches(current, kept):
        raise Forbidden(Message("people.password.current"))
    _forget(request, who.email)
    hash = None if new is None else await desk_of(request).hash(new)
    await run_in_threadpool(_keep, request, grant, response, hash)


def _kept(database: Database, user_id: int) -> str | None:
    with database.read() as session:
        return passwords.kept(session, user_id)


def _keep(request: Request, grant: Grant, response: Response, hash: str | None) -> None:
    with database_of(request).write() as session:
        passwords.keep(session, grant.person, hash)
        signin.begin(session, grant.person.id, request, response)


async def sign_in(request: Request, response: Response, email: str, password: str) -> None:
    """Begin a session for whoever knows the password. Raises Unauthenticated, in the same words and time whether there
    is such an account or not, and TooMany."""
    address = email.strip().lower()
    _count(request, address)
    found = await run_in_threadpool(_account, database_of(request), address)
    right = await desk_of(request).matches(password, found[1] if found else None)
    if found is None or not right:
        raise Unauthenticated(Message("people.password.wrong"))
    _forget(request, address)
    await run_in_threadpool(_begin, request, response, found[0])


def _account(database: Database, email: str) -> tuple[int, str | None] | None:
    with database.read() as session:
        return passwords.account(session, email)


def _begin(request: Request, response: Response, user_id: int) -> None:
    with database_of(request).write() as session:
        signin.begin(session, user_id, request, response)


def _count(request: Request, address: str) -> None:
    """One more guess. Raises TooMany."""
    network = rates.network(request)
    rates.check(request, GUESSES_HERE, "people.password.fast", "guess-here", address, network)
    rates.check(request, GUESSES_FROM, "people.password.fast", "guess-from", network)
    rates.check(request, GUESSES_AT, "people.password.fast", "guess-at", address)


def _forget(request: Request, address: str) -> None:
    """It was no guess: whoever knows the password is not kept out by having mistyped it."""
    rates.forget(request, GUESSES_HERE, "guess-here", address, rates.network(request))
