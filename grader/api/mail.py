"""Asking for a link to sign in by e-mail: answered in the same words and time, whoever has the address."""

from __future__ import annotations

from typing import Annotated

from fastapi import BackgroundTasks, Depends, Request
from limits import RateLimitItemPerHour
from pydantic import BaseModel, ConfigDict, Field
from starlette.concurrency import run_in_threadpool

from grader.api import rates
from grader.api.dependencies import Language, database_of, permission, settings_of, turns_of
from grader.api.guard import guarded_router
from grader.core import Message
from grader.course import mail
from grader.errors import Unavailable

router = guarded_router(tags=["account"])
ASKED_FOR = RateLimitItemPerHour(5)
"""For one address, by whoever."""
ASKED_FROM = RateLimitItemPerHour(60)
"""From one network: a classroom may share it."""


class LinkWanted(BaseModel):
    model_config = ConfigDict(extra="forbid")
    email: Annotated[str, Field(max_length=254)]


@router.post("/sign-in-links", status_code=202, dependencies=[Depends(permission("public"))])
def ask_for_link(request: Request, later: BackgroundTasks, lang: Language, body: LinkWanted) -> None:
    """Send a link to sign in to an address, where somebody here has it. The answer does not tell whether."""
    ask(request, later, body.email, lang)


def ask(request: Request, later: BackgroundTasks, email: str, lang: str) -> None:
    """Look for the address when the answer is out. Raises Unavailable where no e-mail is sent, TooMany."""
    if not settings_of(request).sends_mail:
        raise Unavailable(Message("mail.off"))
    rates.check(request, ASKED_FOR, "mail.ask.fast", "link-for", email.strip().lower())
    rates.check(request, ASKED_FROM, "mail.ask.fast", "link-from", rates.network(request))
    later.add_task(_post, request, email, lang)


async def _post(request: Request, email: str, lang: str) -> None:
    def post() -> None:
        with database_of(request).write() as session:
            mail.ask_for_link(session, email, lang)

    async with turns_of(request).writing:
        await run_in_threadpool(post)
