"""Style sheets and modules: with a hash in the address they are kept for ever, else asked for anew each time."""

from __future__ import annotations

from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles
from starlette.datastructures import QueryParams
from starlette.responses import Response
from starlette.types import Scope

from grader.web.rendering import STATIC

FOR_EVER = "public, max-age=31536000, immutable"


class Hashed(StaticFiles):
    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        named = "v" in QueryParams(scope["query_string"])
        response.headers["Cache-Control"] = FOR_EVER if named else "no-cache"
        return response


def mount_static(app: FastAPI) -> None:
    app.mount("/static", Hashed(directory=STATIC), name="static")
