"""Style sheets and modules: with a hash in the address they are kept for ever, else asked for anew each time."""

from __future__ import annotations

import hashlib
import os
from functools import cache
from pathlib import Path

from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles
from starlette.datastructures import QueryParams
from starlette.responses import Response
from starlette.types import Scope

from grader import report

STATIC = Path(__file__).parent / "static"
REPORT_STYLE = Path(report.__file__).parent / "templates/report.css"
"""The report's look is kept beside its template, and served like ours."""
FOR_EVER = "public, max-age=31536000, immutable"


class Hashed(StaticFiles):
    def lookup_path(self, path: str) -> tuple[str, os.stat_result | None]:
        if path == REPORT_STYLE.name:
            return str(REPORT_STYLE), REPORT_STYLE.stat()
        return super().lookup_path(path)

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        named = "v" in QueryParams(scope["query_string"])
        response.headers["Cache-Control"] = FOR_EVER if named else "no-cache"
        return response


def mount_static(app: FastAPI) -> None:
    app.mount("/static", Hashed(directory=STATIC), name="static")


@cache
def asset(file: str) -> str:
    """The address of a static file, with its contents' hash."""
    path = REPORT_STYLE if file == REPORT_STYLE.name else STATIC / file
    return f"/static/{file}?v={hashlib.sha256(path.read_bytes()).hexdigest()[:12]}"
