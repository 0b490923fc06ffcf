"""Where forges knock. The signature over the raw body is checked before anything in it is read; what a delivery
asks for is written down and answered with 202, and a worker does it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import Depends, Request
from pydantic import BaseModel

from grader.api.dependencies import Language, Reader, Writer, permission
from grader.api.gradebook import Cursor, Limit, paged
from grader.api.guard import guarded_router
from grader.api.schemas import Page, Time
from grader.api.submissions import course_of
from grader.core import Message
from grader.course import deliveries
from grader.course.permissions import Grant
from grader.course.tables import Hook
from grader.errors import BadRequest, Unauthenticated
from grader.integrations import github
from grader.report import text

router = guarded_router(tags=["hooks"])

DELIVERY_ID = re.compile(r"[A-Za-z0-9_-]{1,100}")


async def raw_body(request: Request) -> bytes:
    return await request.body()


class Answer(BaseModel):
    """`pong`, `received`, or `ignored` for what is no push to a branch."""

    status: str


@router.post("/hooks/github", status_code=202, dependencies=[Depends(permission("public"))])
def github_hook(
    request: Request, body: Annotated[bytes, Depends(raw_body)], reading: Reader, session: Writer
) -> Answer:
    """A delivery of GitHub, signed with the secret of a course's hook. A repeated one changes nothing."""
    hook = _signer(reading, body, request.headers.get(github.SIGNATURE, ""))
    event = request.headers.get(github.EVENT, "")
    if event == "ping":
        return Answer(status="pong")
    if event != "push":
        return Answer(status="ignored")
    try:
        push = github.push_of(body)
    except github.NotAPush as error:
        raise BadRequest(Message("hooks.not-a-push", {"cause": str(error)})) from None
    if push is None:
        return Answer(status="ignored")
    deliveries.receive(
        session,
        hook,
        _delivery_id(request),
        repository=push.repository,
        url=push.clone_url,
        commit=push.commit,
        ref=push.ref,
    )
    return Answer(status="received")


def _signer(session: Reader, body: bytes, signature: str) -> Hook:
    """The hook whose secret signed the body: every course's is tried, in the same time each."""
    found = [hook for hook in deliveries.hooks(session, "github") if github.signed(hook.secret, body, signature)]
    if not found:
        raise Unauthenticated(Message("hooks.unsigned", {"header": github.SIGNATURE}))
    return found[0]


def _delivery_id(request: Request) -> str:
    id = request.headers.get(github.DELIVERY, "")
    if not DELIVERY_ID.fullmatch(id):
        raise BadRequest(Message("hooks.no-delivery-id", {"header": github.DELIVERY}))
    return id


class Made(BaseModel):
    """What became of a push for one assignment: a submission, or why there is none."""

    assignment: str
    submission: int | None
    reason: str | None


class DeliveryState(BaseModel):
    """`state`: received, fetched, answered, unknown or failed; of a link: asked, fetched or refused."""

    id: str
    state: str
    repository: str
    commit: str
    ref: str
    received_at: Time
    submissions: list[Made]
    reason: str | None


@router.get("/api/v1/courses/{course}/deliveries")
def list_deliveries(
    grant: Annotated[Grant, Depends(permission("deliveries.read"))],
    session: Reader,
    language: Language,
    limit: Limit = 100,
    cursor: Cursor = None,
) -> Page[DeliveryState]:
    """What forges sent for this course, the newest first: also what is nobody's, with the reason."""
    table, following = paged(deliveries.listed(session, course_of(grant).id, grant.sections), limit, cursor)
    return Page(items=[_shown(push, language) for push in table], next_cursor=following)


def _shown(push: deliveries.Push, language: str) -> DeliveryState:
    made = [
        Made(assignment=one.slug, submission=one.submission, reason=_say(one.reason, language)) for one in push.outcomes
    ]
    return DeliveryState(
        id=push.id,
        state=push.state,
        repository=push.repository,
        commit=push.commit,
        ref=push.ref,
        received_at=push.received_at,
        submissions=made,
        reason=_say(push.reason, language),
    )


def _say(reason: Mapping[str, Any] | None, language: str) -> str | None:
    return None if reason is None else text(Message(reason["id"], reason["params"]), language)
