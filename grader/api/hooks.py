"""Where forges knock. The signature over the raw body is checked before anything in it is read; what a delivery
asks for is written down and answered with 202, and a worker does it.
"""

from __future__ import annotations

import re
from typing import Annotated, Any, cast

from fastapi import Depends, Query, Request

from grader.api.dependencies import Language, Reader, Writer, permission
from grader.api.guard import guarded_router
from grader.core import Message
from grader.course import deliveries
from grader.course.permissions import Grant
from grader.course.tables import Course, Hook
from grader.errors import BadRequest, Unauthenticated
from grader.integrations import github
from grader.report import text

router = guarded_router(tags=["hooks"])

DELIVERY_ID = re.compile(r"[A-Za-z0-9_-]{1,100}")


async def raw_body(request: Request) -> bytes:
    return await request.body()


@router.post("/hooks/github", status_code=202, dependencies=[Depends(permission("public"))])
def github_hook(
    request: Request, body: Annotated[bytes, Depends(raw_body)], reading: Reader, session: Writer
) -> dict[str, str]:
    """A delivery of GitHub, signed with the secret of a course's hook. A repeated one changes nothing."""
    hook = _signer(reading, body, request.headers.get(github.SIGNATURE, ""))
    event = request.headers.get(github.EVENT, "")
    if event == "ping":
        return {"status": "pong"}
    if event != "push":
        return {"status": "ignored"}
    try:
        push = github.push_of(body)
    except github.NotAPush as error:
        raise BadRequest(Message("hooks.not-a-push", {"cause": str(error)})) from None
    if push is None:
        return {"status": "ignored"}
    deliveries.receive(
        session,
        hook,
        _delivery_id(request),
        repository=push.repository,
        url=push.clone_url,
        commit=push.commit,
        ref=push.ref,
    )
    return {"status": "received"}


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


@router.get("/api/v1/courses/{course}/deliveries")
def list_deliveries(
    grant: Annotated[Grant, Depends(permission("deliveries.read"))],
    session: Reader,
    language: Language,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
) -> dict[str, Any]:
    """What forges sent for this course, the newest first: also what is nobody's, with the reason."""
    course = cast("Course", grant.course)  # the path names one
    items = [_shown(push, language) for push in deliveries.listed(session, course.id, limit)]
    return {"items": items, "next_cursor": None}


def _shown(push: deliveries.Push, language: str) -> dict[str, Any]:
    return {
        "id": push.id,
        "state": push.state,
        "repository": push.repository,
        "commit": push.commit,
        "ref": push.ref,
        "received_at": push.received_at,
        "submissions": [
            {"assignment": one.slug, "submission": one.submission, "reason": _say(one.reason, language)}
            for one in push.outcomes
        ],
        "reason": _say(push.reason, language),
    }


def _say(reason: Any, language: str) -> str | None:
    return None if reason is None else text(Message(reason["id"], reason["params"]), language)
