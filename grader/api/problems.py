"""Every error as `application/problem+json` (RFC 9457), or as a page where the client asks for one."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse

from grader.api.dependencies import language
from grader.core import Message
from grader.errors import GraderError
from grader.report import text

MEDIA_TYPE = "application/problem+json"
NAMED = frozenset({400, 401, 403, 404, 405, 409, 413, 415, 422, 429, 500, 503})
"""Statuses whose title is in the catalogue as `api.status.<number>`; others keep their English name."""


@dataclass(frozen=True, slots=True)
class Problem:
    """What went wrong: `detail` is the sentence in the reader's language, `extra` more members for programs."""

    status: int
    title: str
    detail: str
    type: str = "about:blank"
    extra: Mapping[str, Any] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)


ProblemPage = Callable[[Request, Problem], Response]
"""Renders a problem for someone who looks at pages."""


def install(app: FastAPI, page: ProblemPage | None) -> None:
    """Make `app` answer every error in one of the two forms."""

    def answer(request: Request, problem: Problem) -> Response:
        response = page(request, problem) if page and wants_page(request) else as_json(problem)
        response.headers.update(problem.headers)
        return response

    async def told(request: Request, error: Exception) -> Response:
        assert isinstance(error, GraderError)  # noqa: S101 - registered for these alone
        return answer(request, of_error(error, language(request)))

    async def http(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)  # noqa: S101
        return answer(request, of_http(error, language(request)))

    async def invalid(request: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)  # noqa: S101
        return answer(request, of_validation(error.errors(), language(request)))

    app.add_exception_handler(GraderError, told)
    app.add_exception_handler(HTTPException, http)
    app.add_exception_handler(RequestValidationError, invalid)
    app.state.answer_problem = answer


def wants_page(request: Request) -> bool:
    """Whether a person looks: a browser asks for HTML, and not under the address of the API."""
    return "text/html" in request.headers.get("accept", "") and not request.url.path.startswith(("/api/", "/hooks/"))


def as_json(problem: Problem) -> Response:
    body = {"type": problem.type, "title": problem.title, "status": problem.status, "detail": problem.detail}
    return JSONResponse(dict(problem.extra) | body, status_code=problem.status, media_type=MEDIA_TYPE)


def title(status: int, lang: str) -> str:
    return text(Message(f"api.status.{status}"), lang) if status in NAMED else HTTPStatus(status).phrase


def of_error(error: GraderError, lang: str) -> Problem:
    headers = {"WWW-Authenticate": "Bearer"} if error.status == 401 else {}
    if "retry_after" in error.extra:
        headers["Retry-After"] = str(error.extra["retry_after"])
    return Problem(
        error.status,
        title(error.status, lang),
        text(error.message, lang),
        f"urn:grader:problem:{error.message.id}",
        error.extra,
        headers,
    )


def of_http(error: HTTPException, lang: str) -> Problem:
    """What the framework refuses: no such route, no such method, a body that is too large or no form."""
    known = error.status_code in NAMED
    detail = text(Message(f"api.detail.{error.status_code}"), lang) if known else str(error.detail)
    return Problem(error.status_code, title(error.status_code, lang), detail, headers=error.headers or {})


def of_validation(errors: Sequence[Any], lang: str) -> Problem:
    """A field that is missing or wrong. What was sent is not repeated: it may be a secret."""
    fields = [{"field": ".".join(str(part) for part in one["loc"]), "message": of_field(one, lang)} for one in errors]
    first = fields[0] if fields else {"field": "", "message": ""}
    detail = text(Message("api.invalid", dict(first)), lang)
    return Problem(422, title(422, lang), detail, "urn:grader:problem:api.invalid", {"errors": fields})


WRONG = {
    "missing": "missing",
    "extra_forbidden": "unknown",
    "greater_than_equal": "least",
    "less_than_equal": "most",
    "string_too_long": "long",
    "string_too_short": "short",
    "literal_error": "choice",
    "enum": "choice",
    "json_invalid": "json",
    "int": "whole",
    "float": "number",
    "finite_number": "number",
    "datetime": "time",
    "timezone": "time",
    "datetime_range": "range",
    "decimals": "decimals",
    "control_character": "control",
    "value_error": "file",  # FastAPI's own, and its only one
}
"""What pydantic finds wrong with a field (the kind of its error, or the first word of it) as `api.wrong.<name>`."""


def of_field(error: Mapping[str, Any], lang: str) -> str:
    """What is wrong with one field, in the reader's language; what no name is known for has the wrong form."""
    kind = error["type"]
    name = WRONG.get(kind) or WRONG.get(kind.partition("_")[0], "form")
    about = {key: str(value).replace(" or ", ", ") for key, value in error.get("ctx", {}).items()}
    return text(Message(f"api.wrong.{name}", about), lang)


def of_fault(reference: str, lang: str) -> Problem:
    """Our fault: nothing of it is told but a number to find it by."""
    detail = text(Message("api.fault", {"reference": reference}), lang)
    return Problem(500, title(500, lang), detail, "urn:grader:problem:api.fault", {"reference": reference})
