"""What is kept about a person: handed to them, and forgotten where they ask for it."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import IO, Annotated

from fastapi import Depends, Request
from fastapi.responses import StreamingResponse
from limits import RateLimitItemPerHour
from pydantic import BaseModel

from grader.api import rates
from grader.api.dependencies import Language, Reader, Writer, permission
from grader.api.guard import guarded_router
from grader.course import erasure, export, site
from grader.course.permissions import Grant
from grader.course.tables import User

router = guarded_router(tags=["account"])
EXPORTS = RateLimitItemPerHour(10)
IN_MEMORY = 4 << 20
CHUNK = 64 << 10


class Erased(BaseModel):
    """How many files and reports are gone, and what the person is called from now on."""

    user: int
    email: str
    files: int
    reports: int


@router.get(
    "/me/export",
    response_class=StreamingResponse,
    responses={200: {"content": {"application/zip": {"schema": {"type": "string", "format": "binary"}}}}},
)
def export_me(
    request: Request, grant: Annotated[Grant, Depends(permission("account.read"))], session: Reader, lang: Language
) -> StreamingResponse:
    """Everything that is kept about you, as a zip archive: account, courses, submissions with their files and reports,
    what you wrote and what was written for you."""
    rates.check(request, EXPORTS, "privacy.export.fast", "exports", str(grant.person.id))
    file: IO[bytes] = tempfile.SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115 - closed when it is sent
    export.write(session, session.get_one(User, grant.person.id), file, lang, datetime.now(UTC))
    file.seek(0)
    disposition = {"Content-Disposition": 'attachment; filename="export.zip"', "Cache-Control": "no-store"}
    return StreamingResponse(_pieces(file), media_type="application/zip", headers=disposition)


def _pieces(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        while piece := file.read(CHUNK):
            yield piece


@router.post("/people/{user}/erase")
def erase_person(user: str, grant: Annotated[Grant, Depends(permission("site.admin"))], session: Writer) -> Erased:
    """Forget a person, for good: name, address, files and reports go, scores stay under a pseudonym. For
    administrators. 409 while something of theirs is being graded."""
    found = site.find(session, user)
    removed = erasure.erase(session, found, grant.person.id)
    return Erased(user=found.id, email=found.email, files=removed.files, reports=removed.reports)
