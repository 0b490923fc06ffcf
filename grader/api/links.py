"""Handing in a link to a public repository in place of files: a worker fetches it and makes the submission."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

from fastapi import Depends, Request
from limits import RateLimitItemPerMinute
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.orm import Session

from grader.api import rates
from grader.api.dependencies import Language, Reader, Writer, permission, settings_of
from grader.api.guard import guarded_router
from grader.api.schemas import Time
from grader.api.submissions import course_of
from grader.core import Message
from grader.course import links
from grader.course.links import Asked
from grader.course.permissions import Grant
from grader.course.schedule import check_attempts, check_window
from grader.course.units import find_assignment
from grader.errors import NotFound
from grader.report import text

router = guarded_router(tags=["submissions"])
LINKS = RateLimitItemPerMinute(6)
"""Of one user: each is a transfer from another service."""


class NewLink(BaseModel):
    """`url`: a public repository by https, or the address of its page for a branch, folder, file or commit."""

    model_config = ConfigDict(extra="forbid")
    url: Annotated[str, Field(min_length=1, max_length=links.LONGEST)]


class LinkState(BaseModel):
    """The last link that you handed in for an assignment. `state`: `asked`, `fetched` (then `submission` is there) or
    `refused` (then `reason` is); `ref` and `path` are empty where the link names none."""

    state: str
    repository: str
    ref: str
    path: str
    commit: str | None
    asked_at: Time
    submission: int | None
    reason: str | None


@router.post("/courses/{course}/assignments/{slug}/links", status_code=202)
def hand_in(  # noqa: PLR0917 - FastAPI passes them by name
    request: Request,
    slug: str,
    grant: Annotated[Grant, Depends(permission("submission.create"))],
    session: Writer,
    lang: Language,
    body: NewLink,
) -> LinkState:
    """Hand in a repository. It is fetched without any password, soon after; the submission is then as of an upload.
    A link to a commit is received now, a branch when it is fetched. A new link takes the place of one that waits."""
    return state(ask(request, session, grant, slug, body.url), lang)


@router.get("/courses/{course}/assignments/{slug}/links")
def show(
    slug: str, grant: Annotated[Grant, Depends(permission("course.read"))], session: Reader, lang: Language
) -> LinkState:
    """What became of your last link."""
    assignment = find_assignment(session, course_of(grant), slug)
    asked = links.latest(session, assignment.id, grant.person.id)
    if asked is None:
        raise NotFound(Message("student.link.none", {"slug": slug}))
    return state(asked, lang)


def ask(request: Request, session: Session, grant: Grant, slug: str, url: str) -> Asked:
    """Keep a link. Raises TooMany, Forbidden where nothing may be handed in now, or Unprocessable."""
    rates.check(request, LINKS, "student.link.fast", "links", str(grant.person.id))
    settings, at = settings_of(request), datetime.now(UTC)
    link = links.read(url, settings.link_hosts, settings.plain_git_hosts)
    assignment = find_assignment(session, course_of(grant), slug)
    if not grant.staff:
        check_window(session, assignment, grant.person.id, at)
        check_attempts(session, assignment, grant.person.id, at)
    return links.ask(session, assignment, grant.person.id, link)


def state(asked: Asked, lang: str) -> LinkState:
    return LinkState(
        state=asked.state,
        repository=asked.link.repository,
        ref=asked.link.ref,
        path=asked.link.path,
        commit=asked.commit or None,
        asked_at=asked.asked_at,
        submission=asked.submission,
        reason=text(asked.message, lang) if asked.message else None,
    )
