"""Routes that decide who may come in before they read what was sent.

FastAPI reads a body before it asks any dependency, so that a stranger could make us take in 32 MiB, or learn from a
422 that the address exists. A guarded route has its permission decided first: 401 and 403 come before 422.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Iterable, Iterator
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute, iter_route_contexts
from starlette.routing import BaseRoute, Mount

from grader.api.dependencies import Allowed, permission


class GuardedRoute(APIRoute):
    """An `APIRoute` that runs its declared permission before anything else."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()
        allowed = declared(self)

        async def guarded(request: Request) -> Response:
            if allowed is not None:
                await allowed(request)
            return await handle(request)

        return guarded


def guarded_router(**options: Any) -> APIRouter:
    """A router whose routes are guarded."""
    return APIRouter(route_class=GuardedRoute, **options)


def declared(route: BaseRoute) -> Allowed | None:
    """The permission that a route declares, itself or through one of its dependencies."""
    return next(_permissions(route.dependant), None) if isinstance(route, APIRoute) else None


def _permissions(dependant: Dependant) -> Iterator[Allowed]:
    for needed in dependant.dependencies:
        if isinstance(needed.call, Allowed):
            yield needed.call
        yield from _permissions(needed)


def refuse_undeclared(routes: Iterable[BaseRoute]) -> None:
    """Deny by default: raises TypeError for a route that says nothing of who may use it (static files may)."""
    for context in iter_route_contexts(list(routes)):
        route = context.original_route
        if not isinstance(route, Mount) and declared(route) is None:
            raise TypeError(f"{getattr(route, 'path', route)} declares no permission: add Depends(permission(...))")


__all__ = ["GuardedRoute", "declared", "guarded_router", "permission", "refuse_undeclared"]
