"""Whether the service lives, and whether it can do its work."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
import structlog
from fastapi import Depends, Request
from fastapi.responses import JSONResponse
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from grader import __version__
from grader.api.dependencies import Language, database_of, permission, settings_of
from grader.api.guard import guarded_router
from grader.core import Message
from grader.course import pauses, workers
from grader.report import text
from grader.settings import Settings

log = structlog.get_logger("grader.api.health")
router = guarded_router(tags=["health"])


@router.get("/healthz", response_class=JSONResponse, dependencies=[Depends(permission("public"))])
def healthz(request: Request) -> dict[str, Any]:
    """This process answers. `isolation` is the weakest tier that submissions run in, null where none is run."""
    try:
        with database_of(request).read() as session:
            tier = workers.isolation(session)
    except SQLAlchemyError:
        log.exception("the database does not answer")
        tier = None
    return {"status": "ok", "version": __version__, "isolation": tier}


@router.get(
    "/readyz",
    response_class=JSONResponse,
    responses={503: {"description": "Not ready", "content": {"application/json": {}}}},
    dependencies=[Depends(permission("public"))],
)
def readyz(request: Request, language: Language) -> JSONResponse:
    """200 where what is uploaded is graded: the database answers, and a worker that confines well enough grades.
    Else 503 with the `reason`, and uploads are kept."""
    try:
        with database_of(request).read() as session:
            reason, checks = readiness(session, settings_of(request))
    except SQLAlchemyError:
        log.exception("the database does not answer")
        reason, checks = Message("api.ready.database"), UNKNOWN
    told = {"status": "not ready", "reason": text(reason, language)} if reason else {"status": "ready", "reason": None}
    return JSONResponse(told | checks, status_code=503 if reason else 200)


UNKNOWN: dict[str, Any] = {"database": False, "workers": 0, "isolation": None, "tier": False}


def readiness(session: Session, settings: Settings) -> tuple[Message | None, dict[str, Any]]:
    """Why nothing that is uploaded now would be graded as this process's settings ask (None where it would), and what
    that was concluded from: how many workers grade, the weakest tier among them, whether that is enough."""
    session.execute(sa.select(1))
    at_work, tier = len(workers.grading(session)), workers.isolation(session)
    enough = tier is not None and settings.allows(tier)
    checks = {"database": True, "workers": at_work, "isolation": tier, "tier": enough}
    if pause := pauses.now_for(session):
        return pauses.message(pause), checks
    if tier is None:
        return workers.refusal(session) or Message("api.ready.no-worker"), checks
    too_weak = Message("api.ready.too-weak", {"isolation": tier, "least": settings.least_tier})
    return None if enough else too_weak, checks
