"""What stands around every request: its number in the logs, the headers of its answer, the cap on its body, the guard
against forgery.

A page of another site can make a browser send a request with our cookie. Such a request says where it comes from
(`Sec-Fetch-Site`, or `Origin` in older browsers): one that would change something and does not come from here is
refused, with the cookie or without (a page could sign its visitor in as someone else); one that says nothing is
refused if it carries the cookie. Programs with a bearer token, and forges, are not concerned.

The cap counts what is read, whatever the Content-Length says, and ends in a problem like any other; a body that
nobody reads, because its sender may not come in, is not counted.
"""

from __future__ import annotations

import secrets
import time
from urllib.parse import urlsplit

import structlog
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from grader.api.dependencies import cookie_name, language
from grader.api.problems import of_error, of_fault
from grader.core import Message as Sentence
from grader.errors import BadRequest, Forbidden, GraderError
from grader.settings import Settings

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
HEADERS = {
    "Content-Security-Policy": "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}
SECRET_PATHS = ("/sign-in/",)
"""What follows these in an address is a secret, and is not written to the log."""

MULTIPART_BYTES = 1 << 20
"""What a form may add to the bytes of its files."""

log = structlog.get_logger("grader.api")


class Frame:
    """The outermost part of the application: also what nobody else catches becomes an answer here."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self.app, self.settings = app, settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        reference = secrets.token_hex(4).upper()
        begin, status = time.perf_counter(), 0
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request=reference)

        async def answer(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                dress(message, reference)
            await send(message)

        request = Request(scope, receive)
        try:
            await self._handle(request, receive, answer)
        except Exception:
            log.exception("request failed", method=request.method, path=_loggable(request.url.path))
            if status:
                raise  # half an answer is out: only the end of the connection can tell the client
            problem = of_fault(reference, language(request))
            response = request.app.state.answer_problem(request, problem)
            await response(scope, receive, answer)
        finally:
            took = round((time.perf_counter() - begin) * 1000, 1)
            log.info("request", method=request.method, path=_loggable(request.url.path), status=status, ms=took)

    async def _handle(self, request: Request, receive: Receive, send: Send) -> None:
        try:
            check_text(request)
            check_origin(request, self.settings)
        except GraderError as error:
            response = request.app.state.answer_problem(request, of_error(error, language(request)))
            await response(request.scope, receive, send)
        else:
            await self.app(request.scope, capped(receive, self.settings.max_upload + MULTIPART_BYTES), send)


def capped(receive: Receive, most: int) -> Receive:
    """`receive`, raising a 413 once more than `most` bytes of the body have come."""
    total = 0

    async def counting() -> Message:
        nonlocal total
        message = await receive()
        total += len(message.get("body", b""))
        if total > most:
            raise HTTPException(413)
        return message

    return counting


def dress(message: Message, reference: str) -> None:
    headers = MutableHeaders(scope=message)
    headers["X-Request-Id"] = reference
    for name, value in HEADERS.items():
        headers.setdefault(name, value)


def check_text(request: Request) -> None:
    """Databases do not take NUL in a text: an address that has one names nothing. Raises BadRequest."""
    if "\0" in request.scope["path"] or b"%00" in request.scope["query_string"]:
        raise BadRequest(Sentence("api.nul"))


def check_origin(request: Request, settings: Settings) -> None:
    """Raises Forbidden for a request that changes something in a browser's name and was not made by a page of ours."""
    if request.method in SAFE or "authorization" in request.headers:
        return
    if not same_origin(request, settings):
        raise Forbidden(Sentence("api.cross-site"))


def same_origin(request: Request, settings: Settings) -> bool:
    """Whether a page of ours sent it, as far as it says; one that says nothing is no browser's if it has no cookie."""
    site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin")
    if site is not None:
        return site in ("same-origin", "none")
    if origin is not None:
        ours = {urlsplit(settings.base_url)[:2], (request.url.scheme, request.headers.get("host", ""))}
        return tuple(urlsplit(origin)[:2]) in ours
    return cookie_name(settings) not in request.cookies


def _loggable(path: str) -> str:
    return next((prefix + "..." for prefix in SECRET_PATHS if path.startswith(prefix)), path)
