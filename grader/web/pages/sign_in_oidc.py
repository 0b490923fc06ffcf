"""`/sign-in/oidc`: to the OpenID provider, and back from it. Both are links that a browser follows from one site to
another, so both are GET; nothing happens without the cookie that the first one gives."""

from __future__ import annotations

from typing import Annotated

from anyio.to_thread import run_sync
from fastapi import Depends, Query, Request, Response
from fastapi.responses import RedirectResponse

from grader.api import oidc
from grader.api.dependencies import permission
from grader.api.guard import guarded_router
from grader.api.problems import of_error
from grader.errors import GraderError
from grader.report import text
from grader.web.frame import frame_alone
from grader.web.pages import sign_in
from grader.web.rendering import HEADERS

router = guarded_router(dependencies=[Depends(permission("public"))])


@router.get("/sign-in/oidc")
async def leave(request: Request) -> Response:
    return await run_sync(_leave, request, limiter=request.app.state.asking)


def _leave(request: Request) -> Response:
    try:
        address, ticket = oidc.begin(request)
    except GraderError as error:
        return _refused(request, error)
    response = RedirectResponse(address, status_code=303, headers=HEADERS)
    oidc.remember(request, response, ticket)
    return response


@router.get(oidc.BACK)
async def come_back(
    request: Request,
    state: Annotated[str, Query(max_length=200)] = "",
    code: Annotated[str, Query(max_length=4000)] = "",
    error: Annotated[str, Query(max_length=200)] = "",
    iss: Annotated[str, Query(max_length=500)] = "",
) -> Response:
    answer = oidc.Answer(state, code, error, iss)
    return await run_sync(_come_back, request, answer, limiter=request.app.state.asking)


def _come_back(request: Request, answer: oidc.Answer) -> Response:
    response: Response = RedirectResponse("/", status_code=303, headers=HEADERS)
    try:
        oidc.finish(request, response, answer)
    except GraderError as refusal:
        response = _refused(request, refusal)
    oidc.forget(request, response)
    return response


def _refused(request: Request, error: GraderError) -> Response:
    frame = frame_alone(request)
    refused = sign_in.form(request, frame, text(error.message, frame.lang), error.status)
    refused.headers.update(of_error(error, frame.lang).headers)
    return refused
