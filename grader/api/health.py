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
from grader.api.dependencies import database_of, permission, settings_of
from grader.api.guard import guarded_router
from grader.course import workers
from grader.settings import Settings

log = structlog.get_logger("grader.api.health")
router = guarded_router(tags=["health"])


@router.get("/healthz", response_class=JSONResponse, dependencies=[Depends(permission("public"))])
def healthz(request: Request) -> dict[str, Any]:
    """This process answers. `isolation` is the weakest tier among the workers, null where there is none."""
    try:
        with database_of(request).read() as session:
            tier = workers.isolation(session)
    except SQLAlchemyError:
        log.exception("the database does not answer")
        tier = None
    return {"status": "ok", "version": __version__, "isolation": tier}


@router.get("/readyz", response_class=JSONResponse, dependencies=[Depends(permission("public"))])
def readyz(request: Request) -> JSONResponse:
    """200 where what is uploaded is graded: the database answers, a worker lives and confines well enough. Else 503."""
    checks: dict[str, Any]
    try:
        with database_of(request).read() as session:
            checks = readiness(session, settings_of(request))
    except SQLAlchemyError:
        log.exception("the database does not answer")
        checks = {"database": False, "workers": 0, "isolation": None, "tier": False}
    ready = bool(checks["database"] and checks["workers"] and checks["tier"])
    return JSONResponse({"status": "ready" if ready else "not ready", **checks}, status_code=200 if ready else 503)


def readiness(session: Session, settings: Settings) -> dict[str, Any]:
    session.execute(sa.select(1))
    tier = workers.isolation(session)
    enough = tier is not None and settings.allows(tier)
    return {"database": True, "workers": len(workers.alive(session)), "isolation": tier, "tier": enough}
