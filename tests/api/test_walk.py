"""Every route, pages too, times everyone who might come: own and other students and sections, other courses, tokens of
every scope, forged requests. A route that nobody has put into the table fails."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest
from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from fastapi.testclient import TestClient
from starlette.routing import Mount

from grader.api import create_app
from grader.api.guard import declared
from grader.course import access
from grader.course.permissions import PERMISSIONS, SCOPES
from grader.course.tables import User
from grader.settings import Settings
from grader.web import mount_static, problem_page, router
from tests.api.walk import API, COURSE, IN, NAME, ROUTES, VALUES, WHO, Kind, furnish
from tests.cast import assemble

REFUSED = (401, 403, 404)
UNSAFE = sorted(route for route in ROUTES if not route.startswith("GET "))
FORGED: list[dict[str, str]] = [
    {"sec-fetch-site": "cross-site"},
    {"sec-fetch-site": "same-site"},
    {"origin": "http://evil.example"},
    {"origin": "null"},
    {},
]
"""What a browser says of a request that a page of another site made it send, an old browser last."""
SMALL = [scope for scope in SCOPES if scope != "all"]


class Door:
    """The application with its pages. Tokens are made once for each of `WHO` and scope."""

    def __init__(self, app: FastAPI) -> None:
        self.app, self.cast = app, assemble(app.state.database)
        furnish(self.cast)
        self.client = TestClient(app, raise_server_exceptions=False, follow_redirects=False)
        with self.cast.database.write() as session:
            self.tokens = {
                (name, scope): access.make_token(
                    session, session.get_one(User, getattr(self.cast, name)), scopes=(scope,)
                )
                for name in WHO[1:]
                for scope in SCOPES
            }
            self.session = access.begin_session(session, self.cast.root)

    def knock(self, route: str, who: str, scope: str = "all", **options: Any) -> httpx2.Response:
        method, pattern = route.split(" ", 1)
        self.app.state.limiter.storage.reset()  # how often something may be tried is asked elsewhere
        headers = {"accept": "application/json" if pattern.startswith(("/api/", "/hooks/")) else "text/html"}
        if who != "nobody":
            headers["authorization"] = f"Bearer {self.tokens[who, scope]}"
        return self.client.request(method, pattern.format(**VALUES), headers=headers, **options)


def open_door(folder: Path, empty: Path) -> Door:
    shutil.copy(empty, folder / "grader.db")
    settings = Settings(database_url=f"sqlite:///{folder / 'grader.db'}", var_dir=folder, base_url="http://testserver")
    app = create_app(settings, routers=(router,), problem_page=problem_page)
    mount_static(app)
    return Door(app)


@pytest.fixture(scope="module")
def standing(tmp_path_factory: pytest.TempPathFactory, migrated: Path) -> Iterator[Door]:
    """One for the whole walk: what is let in complains of what was not sent, and changes little."""
    door = open_door(tmp_path_factory.mktemp("walk"), migrated)
    yield door
    door.cast.database.close()


def routes(app: FastAPI) -> Iterator[tuple[str, Any]]:
    for context in iter_route_contexts(app.routes):
        if not isinstance(context.original_route, Mount):
            for method in sorted((context.methods or set()) - {"HEAD"}):
                yield f"{method} {re.sub(r':(int|path)', '', context.path or '')}", context.original_route


def outcome(answer: httpx2.Response, kind: Kind) -> int:
    """What the answer says of who may come in: a page takes those who are not signed in to where they can."""
    if answer.status_code == 303 and answer.headers["location"] == "/sign-in" and not kind.public:
        return 401
    return answer.status_code if answer.status_code in REFUSED else IN


def test_the_table_knows_every_route(standing: Door) -> None:
    assert sorted(route for route, _ in routes(standing.app)) == sorted(ROUTES)


def test_every_route_declares_a_permission_that_is_known(standing: Door) -> None:
    for route, original in routes(standing.app):
        allowed = declared(original)
        assert allowed is not None, route
        assert allowed.name in PERMISSIONS
        assert PERMISSIONS[allowed.name].public == ROUTES[route].public, route


READ = [route for route in ROUTES if route.startswith("GET ")]


@pytest.mark.parametrize("route", READ)
def test_nobody_reads_of_a_student_who_is_not_theirs(standing: Door, route: str) -> None:
    """Not even the name, in whatever list: not the assistant of another section, no other student, no other course."""
    secret = [NAME] if "{user}" in route else [NAME, "ada@example.org"]  # an address is repeated to who asked by it
    for who in ("asa", "ben", "otto"):
        answer = standing.knock(route, who, **(ROUTES[route].send or {}))
        assert [word for word in secret if word in answer.text] == []


def test_the_students_name_is_there_to_be_read(standing: Door) -> None:
    """So that the test above can fail."""
    for who in ("ada", "abe", "ines", "root"):
        assert NAME in standing.knock(f"GET {API}{COURSE}/gradebook", who).text


def spends(route: str) -> bool:
    return ROUTES[route].spends or route.startswith("DELETE ")


@pytest.mark.parametrize("route", ROUTES)
def test_everyone_gets_what_is_theirs(standing: Door, route: str, tmp_path: Path, migrated: Path) -> None:
    kind, got = ROUTES[route], {}
    for who in WHO:
        door = open_door(tmp_path, migrated) if spends(route) else standing
        answer = door.knock(route, who, **(kind.send or {}))
        assert answer.status_code < 500 or answer.status_code == 503, (
            answer.text
        )  # no worker lives here, no mail is sent
        got[who] = outcome(answer, kind)
        if door is not standing:
            door.cast.database.close()
    assert got == dict(zip(WHO, kind.answers, strict=True))


@pytest.mark.parametrize("route", ROUTES)
def test_a_token_carries_its_scope_and_no_more(standing: Door, route: str) -> None:
    kind = ROUTES[route]
    for scope in SMALL:
        for who in ("ada", "ines"):
            expected = expected_of(kind, who, scope)
            if expected or not spends(route):
                answer = standing.knock(route, who, scope, **(kind.send or {}))
                assert (who, scope, outcome(answer, kind)) == (who, scope, expected)


def expected_of(kind: Kind, who: str, scope: str) -> int:
    carried = kind.public or scope in kind.scopes
    return kind.answers[WHO.index(who)] if carried else 403


@pytest.mark.parametrize("route", UNSAFE)
def test_no_other_site_can_use_a_persons_session(standing: Door, route: str) -> None:
    method, pattern = route.split(" ", 1)
    for said in FORGED:
        headers = {"cookie": f"session={standing.session}"} | said
        answer = standing.client.request(method, pattern.format(**VALUES), headers=headers)
        assert (said, answer.status_code, answer.json()["type"]) == (said, 403, "urn:grader:problem:api.cross-site")
