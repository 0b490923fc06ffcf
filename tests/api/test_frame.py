"""Headers, the guard against forged requests, signing in, and what the log does not say."""

from __future__ import annotations

from contextlib import nullcontext
from typing import Annotated

import pytest
import sqlalchemy as sa
import structlog
from fastapi import Depends, FastAPI, Request, Response
from fastapi.responses import PlainTextResponse
from fastapi.testclient import TestClient

from grader.api import create_app
from grader.api.dependencies import Writer, permission, settings_of
from grader.api.frame import check_text
from grader.api.guard import guarded_router
from grader.api.signin import make_link, sign_in, sign_out
from grader.course.permissions import Grant
from grader.course.tables import Token, User
from grader.errors import BadRequest
from grader.settings import Settings
from tests.api.conftest import Site
from tests.cast import assemble

router = guarded_router()


@router.post("/sign-in/{secret}", dependencies=[Depends(permission("public"))])
def enter(secret: str, request: Request, session: Writer) -> Response:
    response = PlainTextResponse("in")
    sign_in(session, secret, request, response)
    return response


@router.post("/sign-out")
def leave(request: Request, session: Writer, grant: Annotated[Grant, Depends(permission("self"))]) -> Response:
    response = PlainTextResponse(f"good bye {grant.person.name}")
    sign_out(session, request, response, settings_of(request))
    return response


@pytest.fixture
def app(settings: Settings) -> FastAPI:
    return create_app(settings, routers=(router,))


def link(site: Site) -> str:
    with site.cast.database.write() as session:
        return make_link(session, session.get_one(User, site.cast.ada), Settings(base_url="http://testserver/"))


def cookie_of(site: Site) -> None:
    assert site.call("POST", link(site), None).text == "in"


@pytest.mark.parametrize("path", ["/healthz", "/nothing", "/api/v1/courses/ml/gradebook", "/docs"])
def test_every_answer_carries_the_headers(site: Site, path: str) -> None:
    headers = site.get(path).headers
    assert headers["Content-Security-Policy"].startswith("default-src 'self';")
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert len(headers["X-Request-Id"]) == 8


def test_a_link_is_where_its_page_is(site: Site) -> None:
    assert link(site).startswith("http://testserver/sign-in/")


def test_a_link_gives_a_cookie_that_scripts_cannot_read(site: Site) -> None:
    answer = site.call("POST", link(site), None)
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("session=")
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert "Secure" not in cookie
    assert site.get("/api/v1/courses/ml/gradebook", None).status_code == 200


def test_over_https_the_cookie_is_pinned_to_the_host(settings: Settings) -> None:
    secure = settings.model_copy(update={"base_url": "https://testserver"})
    app = create_app(secure, routers=(router,))
    with TestClient(app, base_url="https://testserver") as client:
        site = Site(client, assemble(app.state.database))
        cookie = client.post(link(site).removeprefix("http://testserver")).headers["set-cookie"]
    assert cookie.startswith("__Host-session=")
    assert "Secure" in cookie
    assert "Path=/" in cookie
    assert "Domain" not in cookie


def test_a_link_works_once(site: Site) -> None:
    address = link(site)
    site.call("POST", address, None)
    site.client.cookies.clear()
    answer = site.call("POST", address, None)
    assert (answer.status_code, answer.json()["type"]) == (401, "urn:grader:problem:course.link.dead")


def test_signing_out_ends_the_session_on_both_sides(site: Site) -> None:
    cookie_of(site)
    kept = dict(site.client.cookies)
    assert site.call("POST", "/sign-out", None, headers={"Sec-Fetch-Site": "same-origin"}).text == "good bye Ada"
    site.client.cookies.clear()
    site.client.cookies.update(kept)
    assert site.get("/api/v1/courses/ml/gradebook", None).status_code == 401


@pytest.mark.parametrize(
    ("headers", "passes"),
    [
        ({"Sec-Fetch-Site": "same-origin"}, True),
        ({"Sec-Fetch-Site": "none"}, True),
        ({"Sec-Fetch-Site": "cross-site"}, False),
        ({"Sec-Fetch-Site": "same-site"}, False),
        ({"Sec-Fetch-Site": "cross-site", "Origin": "http://testserver"}, False),
        ({"Origin": "http://testserver"}, True),
        ({"Origin": "http://testserver:81"}, False),
        ({"Origin": "http://evil.example"}, False),
        ({"Origin": "null"}, False),
        ({}, False),
    ],
)
def test_a_cookie_changes_something_only_from_a_page_of_ours(site: Site, headers: dict[str, str], passes: bool) -> None:
    cookie_of(site)
    answer = site.upload(who=None, headers=headers)
    assert answer.status_code == (202 if passes else 403)


@pytest.mark.parametrize("headers", [{"Sec-Fetch-Site": "cross-site"}, {"Origin": "http://evil.example"}])
def test_no_other_site_signs_its_visitor_in_here(site: Site, headers: dict[str, str]) -> None:
    address = link(site)
    assert site.call("POST", address, None, headers=headers).status_code == 403
    assert site.call("POST", address, None).status_code == 200


def test_reading_with_a_cookie_needs_no_origin(site: Site) -> None:
    cookie_of(site)
    answer = site.get("/api/v1/courses/ml/gradebook", None, headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 200


def test_a_token_needs_no_origin(site: Site) -> None:
    assert site.upload(headers={"Sec-Fetch-Site": "cross-site"}).status_code == 202


def test_the_log_names_requests_and_no_secret(site: Site) -> None:
    address = link(site)
    with structlog.testing.capture_logs() as lines:
        site.call("POST", address, None)
        site.get("/healthz")
    told = [line for line in lines if line["event"] == "request"]
    assert [(line["path"], line["status"]) for line in told] == [("/sign-in/...", 200), ("/healthz", 200)]
    assert address.rpartition("/")[2] not in str(lines)


def test_the_last_use_of_a_token_is_kept(site: Site) -> None:
    site.get("/api/v1/courses/ml/gradebook")
    with site.cast.database.read() as session:
        used = [token.last_used_at for token in session.scalars(sa.select(Token).where(Token.user_id == site.cast.ada))]
    assert None not in used


@pytest.mark.parametrize(
    ("path", "query", "refused"), [("/a\0b", b"", True), ("/a", b"x=%00", True), ("/a%00b", b"x=%2500", False)]
)
def test_an_address_may_not_hold_nul_but_may_hold_what_looks_like_one(path: str, query: bytes, refused: bool) -> None:
    """A file may be called `a%00b.py`: the server has decoded the path once, and nobody decodes it again."""
    request = Request({"type": "http", "path": path, "query_string": query, "headers": []})
    with pytest.raises(BadRequest) if refused else nullcontext():
        check_text(request)
