"""Signing in with a password, and changing it: few hashes at a time, few guesses, new sessions."""

from __future__ import annotations

from typing import Annotated

import anyio
from fastapi import Depends, Request, Response
from limits import RateLimitItem, RateLimitItemPerHour, RateLimitItemPerMinute
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
"""Wrong ones at one account from one network; forgotten when one is right."""
GUESSES_FROM = RateLimitItemPerMinute(60, 15)
"""From one network, at whatever accounts."""
GUESSES_AT = RateLimitItemPerHour(100)
"""At one account, from wherever. Its owner signs in by link meanwhile."""
AT_A_TIME = 2


def _limits(address: str, network: str) -> tuple[tuple[RateLimitItem, tuple[str, ...]], ...]:
    """What counts wrong guesses: at this account from here, from here, at this account."""
    return (
        (GUESSES_HERE, ("guess-here", address, network)),
        (GUESSES_FROM, ("guess-from", network)),
        (GUESSES_AT, ("guess-at", address)),
    )


class Desk:
    """Where passwords are looked at: two at a time, the others wait in line and hold no thread. Wrong ones alone are
    counted, before the next is looked at: a class behind one address signs in, and a burst of guesses gains nothing."""

    def __init__(self, passwords: Passwords) -> None:
        self._passwords, self._turn = passwords, anyio.Semaphore(AT_A_TIME)

    async def hash(self, password: str) -> str:
        async with self._turn:
            return await run_in_threadpool(self._passwords.hash, password)

    async def guess(self, request: Request, address: str, password: str, kept: str | None) -> bool:
        """Whether the password is right; `kept` None: it is wrong. Raises TooMany."""
        async with self._turn:
            limits = _limits(address, rates.network(request))
            for rate, about in limits:
                rates.refuse(request, rate, "people.password.fast", *about)
            right = await run_in_threadpool(self._passwords.matches, password, kept)
            if right:
                rates.forget(request, GUESSES_HERE, *limits[0][1])
            for rate, about in () if right else limits:
                rates.count(request, rate, *about)
            return right


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
    if kept is not None and not await desk_of(request).guess(request, who.email, current, kept):
        raise Forbidden(Message("people.password.current"))
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
    found = await run_in_threadpool(_account, database_of(request), address)
    right = await desk_of(request).guess(request, address, password, found[1] if found else None)
    if found is None or not right:
        raise Unauthenticated(Message("people.password.wrong"))
    await run_in_threadpool(_begin, request, response, found[0])


def _account(database: Database, email: str) -> tuple[int, str | None] | None:
    with database.read() as session:
        return passwords.account(session, email)


def _begin(request: Request, response: Response, user_id: int) -> None:
    with database_of(request).write() as session:
        signin.begin(session, user_id, request, response)
