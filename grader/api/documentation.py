"""`/openapi.json`, and `/docs`: the OpenAPI document as a plain page, which loads nothing from anywhere."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from typing import Any

from fastapi import Depends, FastAPI, Request
from fastapi.responses import HTMLResponse, JSONResponse
from fastapi.routing import iter_route_contexts

from grader.api.dependencies import Language, Reader, cookie_name, permission, settings_of
from grader.api.guard import declared, guarded_router
from grader.api.problems import MEDIA_TYPE
from grader.core import Message
from grader.course import workers
from grader.course.permissions import PERMISSIONS
from grader.report import text

router = guarded_router(include_in_schema=False)


@router.get("/openapi.json", response_class=JSONResponse, dependencies=[Depends(permission("public"))])
def openapi(request: Request) -> dict[str, Any]:
    return document_of(request.app)


@router.get("/docs", response_class=HTMLResponse, dependencies=[Depends(permission("public"))])
def docs(request: Request, session: Reader, lang: Language) -> str:
    unconfined = workers.unconfined(session, settings_of(request))
    return "\n".join(page(document_of(request.app), lang, unconfined=unconfined))


PROBLEM = {
    "title": "Problem",
    "type": "object",
    "description": "RFC 9457. Some have more members: `errors` by field, `retry_after`, `version`.",
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
    },
    "required": ["type", "title", "status", "detail"],
}
REFUSALS = {"4XX": "Refused: `detail` says why", "503": "Not possible for now"}


def document_of(app: FastAPI) -> dict[str, Any]:
    """The OpenAPI document: what FastAPI reads from the routes, with how one signs in and what a refusal looks like,
    which is the same everywhere."""
    if app.openapi_schema is None:
        document = app.openapi()
        components = document.setdefault("components", {})
        components.setdefault("schemas", {})["Problem"] = PROBLEM
        components["securitySchemes"] = {
            "token": {"type": "http", "scheme": "bearer"},
            "session": {"type": "apiKey", "in": "cookie", "name": cookie_name(app.state.settings)},
        }
        content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
        refusals = {status: {"description": about, "content": content} for status, about in REFUSALS.items()}
        open_to_all = set(_public(app))
        for path, operations in document["paths"].items():
            for method, operation in operations.items():
                operation["responses"].pop("422", None)  # FastAPI's own: ours is a problem like any other
                operation["responses"] |= {
                    status: about for status, about in refusals.items() if status not in operation["responses"]
                }
                if (path, method) not in open_to_all:
                    operation["security"] = [{"token": []}, {"session": []}]
    described: dict[str, Any] = app.openapi_schema or {}
    return described


def _public(app: FastAPI) -> Iterator[tuple[str, str]]:
    """Path and method of what nobody needs to sign in for."""
    for context in iter_route_contexts(app.routes):
        allowed = declared(context.original_route)
        if allowed is not None and PERMISSIONS[allowed.name].public:
            yield from ((context.path or "", method.lower()) for method in context.methods or ())


def page(document: dict[str, Any], lang: str, *, unconfined: bool) -> Iterator[str]:
    """Every operation with its parameters and answers, in the order of the document; `unconfined` adds the banner."""
    title = escape(text(Message("api.docs.title"), lang))
    yield f'<!doctype html><html lang="{lang}"><head><meta charset="utf-8"><title>{title}</title>'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield '<link rel="icon" href="/static/icon.svg"><link rel="stylesheet" href="/static/app.css"></head><body>'
    if unconfined:
        banner = escape(text(Message("report.banner.none"), lang))
        yield f'<aside class="banner"><p class="page">{banner}</p></aside>'
    yield '<main class="page">'
    yield f"<h1>{title}</h1><p>{escape(text(Message('api.docs.about'), lang))}"
    yield ' <a href="/openapi.json">/openapi.json</a></p>'
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            yield from section(method.upper(), path, operation)
    yield "</main></body></html>"


def section(method: str, path: str, operation: dict[str, Any]) -> Iterator[str]:
    yield f"<section><h2><code>{method} {escape(path)}</code></h2>"
    yield f"<p>{escape(operation.get('description', ''))}</p><ul>"
    for parameter in operation.get("parameters", []):
        about = parameter.get("description") or kind(parameter["schema"])
        yield f"<li><code>{escape(parameter['name'])}</code> ({parameter['in']}): {escape(about)}</li>"
    for media, body in operation.get("requestBody", {}).get("content", {}).items():
        yield f"<li><code>{escape(media)}</code>: {escape(kind(body['schema']))}</li>"
    for status, answer in operation["responses"].items():
        yield f"<li>{status}: {escape(answer['description'])}</li>"
    yield "</ul></section>"


def kind(schema: dict[str, Any]) -> str:
    """What a schema is, in a word."""
    if "anyOf" in schema:
        return " | ".join(kind(one) for one in schema["anyOf"])
    return str(schema.get("$ref", "").rpartition("/")[2] or schema.get("type", "object"))
