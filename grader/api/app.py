"""The web process, put together: routes, errors, what stands around each request, and what lives as long as it does."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import anyio
from fastapi import APIRouter, FastAPI
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from grader import __version__
from grader.api import (
    account,
    allowances,
    answers,
    assignments,
    audit,
    comments,
    courses,
    dashboard,
    documentation,
    gradebook,
    health,
    hints,
    hooks,
    invitations,
    links,
    mail,
    oidc,
    passwords,
    pauses,
    people,
    preferences,
    privacy,
    problems,
    queue,
    receipts,
    regrades,
    reports,
    requests,
    site,
    submissions,
)
from grader.api.dependencies import Turns
from grader.api.frame import Frame
from grader.api.guard import refuse_undeclared
from grader.api.memory import Memory
from grader.api.watch import CourseWatcher, Watcher
from grader.course.database import Database
from grader.course.passwords import Passwords
from grader.settings import Settings

PREFIX = "/api/v1"


def create_app(
    settings: Settings, *, routers: Sequence[APIRouter] = (), problem_page: problems.ProblemPage | None = None
) -> FastAPI:
    """The application over a migrated database. `routers` are added without a prefix (pages).

    `problem_page` renders errors for those who look at pages; without it everyone gets problem+json.
    Raises TypeError for a route that declares no permission.
    """
    app = FastAPI(title="grader", version=__version__, lifespan=_lifespan, openapi_url=None)
    app.state.settings = settings
    app.state.database = Database(settings)
    app.state.turns = Turns(app.state.database)
    app.state.watcher = Watcher(app.state.database)
    app.state.course_watcher = CourseWatcher(app.state.database)
    app.state.memory = Memory()
    app.state.desk = passwords.Desk(Passwords())
    app.state.provider = oidc.provider_of(settings)
    app.state.asking = oidc.asking()
    app.state.limiter = MovingWindowRateLimiter(MemoryStorage())
    problems.install(app, problem_page)
    app.add_middleware(Frame, settings=settings)
    for module in (
        submissions,
        reports,
        hints,
        comments,
        answers,
        requests,
        links,
        gradebook,
        dashboard,
        queue,
        pauses,
        allowances,
        assignments,
        courses,
        account,
        mail,
        passwords,
        people,
        invitations,
        privacy,
        site,
        preferences,
        receipts,
        regrades,
        audit,
    ):
        app.include_router(module.router, prefix=PREFIX)
    for router in (hooks.router, health.router, documentation.router, *routers):
        app.include_router(router)
    refuse_undeclared(app.routes)
    return app


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(app.state.watcher.run)
        tasks.start_soon(app.state.course_watcher.run)
        yield
        tasks.cancel_scope.cancel()
    app.state.database.close()
