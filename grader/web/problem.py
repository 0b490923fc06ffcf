"""An error as a page: what, why, what to do. Whoever is not signed in is taken to where they can."""

from __future__ import annotations

from fastapi import Request, Response
from fastapi.responses import RedirectResponse

from grader.api.problems import Problem
from grader.web.frame import frame_alone
from grader.web.rendering import page, say

CURES = frozenset({400, 403, 404, 409, 413, 415, 422, 429, 500, 503})
"""Statuses with advice of their own, `web.problem.cure.<status>`; others get that of 400 or 500."""


def problem_page(request: Request, problem: Problem) -> Response:
    if problem.status == 401:
        return RedirectResponse("/sign-in", status_code=303)
    frame = frame_alone(request)
    advice = problem.status if problem.status in CURES else 500 if problem.status >= 500 else 400
    return page(
        frame,
        "problem.html",
        status=problem.status,
        title=problem.title,
        why=problem.detail,
        cure=say(frame, f"web.problem.cure.{advice}"),
    )
