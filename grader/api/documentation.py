"""`/openapi.json`, and `/docs`: the OpenAPI document as a plain page, which loads nothing from anywhere."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from typing import Any

from fastapi import Depends, Request
from fastapi.responses import HTMLResponse, JSONResponse

from grader.api.dependencies import Language, Reader, permission, settings_of
from grader.api.guard import guarded_router
from grader.core import Message
from grader.course import workers
from grader.report import text

router = guarded_router(include_in_schema=False)


@router.get("/openapi.json", response_class=JSONResponse, dependencies=[Depends(permission("public"))])
def openapi(request: Request) -> dict[str, Any]:
    document: dict[str, Any] = request.app.openapi()
    return document


@router.get("/docs", response_class=HTMLResponse, dependencies=[Depends(permission("public"))])
def docs(request: Request, session: Reader, lang: Language) -> str:
    unconfined = workers.unconfined(session, settings_of(request))
    return "\n".join(page(request.app.openapi(), lang, unconfined=unconfined))


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
