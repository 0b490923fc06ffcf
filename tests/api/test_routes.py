"""Every route times every role: what each is answered, and that no route is left out of the table."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.routing import iter_route_contexts

from grader.api.guard import declared
from grader.course import access
from grader.course.permissions import PERMISSIONS
from grader.course.tables import User
from tests.api.conftest import Site

WHO = (None, "stan", "ada", "ben", "asa", "ines")
"""Anonymous, a stranger (of another course), the student whose it is, another student, an assistant, an instructor."""

PUBLIC = (200, 200, 200, 200, 200, 200)
MEMBERS = (401, 404, 200, 200, 200, 200)
STAFF = (401, 404, 403, 403, 200, 200)
INSTRUCTOR = (401, 404, 403, 403, 403, 200)
OWNER_OR_STAFF = (401, 404, 200, 404, 200, 200)
OWNER = (401, 404, 200, 404, 403, 403)

COURSE = "/api/v1/courses/{course}"
ASSIGNMENT = COURSE + "/assignments/{slug}"
SUBMISSION = "/api/v1/submissions/{submission}"

TABLE: dict[tuple[str, str], tuple[int, ...]] = {
    ("POST", ASSIGNMENT + "/submissions"): (401, 404, 202, 202, 202, 202),
    ("GET", SUBMISSION): OWNER_OR_STAFF,
    ("GET", SUBMISSION + "/events"): OWNER_OR_STAFF,
    ("POST", SUBMISSION + "/cancel"): tuple(409 if code == 200 else code for code in OWNER),
    ("POST", SUBMISSION + "/select"): OWNER,
    ("GET", SUBMISSION + "/report.json"): OWNER_OR_STAFF,
    ("GET", SUBMISSION + "/report.html"): OWNER_OR_STAFF,
    ("GET", SUBMISSION + "/report.xml"): OWNER_OR_STAFF,
    ("GET", SUBMISSION + "/counterexample.py"): OWNER_OR_STAFF,
    ("GET", SUBMISSION + "/hints"): OWNER_OR_STAFF,
    ("POST", SUBMISSION + "/hints"): OWNER,
    ("GET", SUBMISSION + "/since"): OWNER_OR_STAFF,
    ("GET", SUBMISSION + "/files"): OWNER_OR_STAFF,
    ("GET", SUBMISSION + "/files/{path}"): OWNER_OR_STAFF,
    ("GET", COURSE): MEMBERS,
    ("PATCH", COURSE): INSTRUCTOR,
    ("GET", COURSE + "/gradebook"): MEMBERS,
    ("GET", COURSE + "/gradebook.json"): MEMBERS,
    ("GET", COURSE + "/gradebook.csv"): MEMBERS,
    ("GET", COURSE + "/statistics"): STAFF,
    ("GET", COURSE + "/members"): MEMBERS,
    ("GET", COURSE + "/assignments"): MEMBERS,
    ("GET", ASSIGNMENT): MEMBERS,
    ("PUT", ASSIGNMENT): INSTRUCTOR,
    ("PATCH", ASSIGNMENT): INSTRUCTOR,
    ("GET", ASSIGNMENT + "/hints"): STAFF,
    ("GET", COURSE + "/deliveries"): STAFF,
    ("POST", "/hooks/github"): (401,) * 6,  # signed by the forge, whoever knocks
    ("GET", "/healthz"): PUBLIC,
    ("GET", "/readyz"): (503,) * 6,  # no worker lives here
    ("GET", "/openapi.json"): PUBLIC,
    ("GET", "/docs"): PUBLIC,
}


def routes(app: FastAPI) -> Iterator[tuple[str, str, Any]]:
    for context in iter_route_contexts(app.routes):
        for method in sorted((context.methods or set()) - {"HEAD"}):
            path = (context.path or "").replace(":int", "").replace(":path", "")
            yield method, path, context.original_route


def test_the_table_knows_every_route(app: FastAPI) -> None:
    assert {(method, path) for method, path, _ in routes(app)} == set(TABLE)


def test_every_route_declares_a_permission_that_is_known(app: FastAPI) -> None:
    for method, path, route in routes(app):
        allowed = declared(route)
        assert allowed is not None, f"{method} {path}"
        assert allowed.name in PERMISSIONS


@pytest.fixture
def graded(site: Site) -> Site:
    """Ada's submission 1 is graded and names a mistake, and she may choose which one counts."""
    site.cast.assignment(counts="chosen")
    assert site.cast.wrong(10, "halved") == 1
    return site


@pytest.mark.parametrize("route", TABLE, ids=" ".join)
def test_each_role_gets_what_it_may(graded: Site, route: tuple[str, str]) -> None:
    method, pattern = route
    path = pattern.format(course="ml", slug="svm", submission=1, path="svm.py")
    options: dict[str, Any] = {"json": {}} if method in ("PUT", "PATCH") else {}
    if (method, pattern) == ("POST", SUBMISSION + "/hints"):
        options = {"json": {"function": "svm_loss_naive", "diagnosis": "halved", "level": 1}}
    if pattern.endswith("/submissions"):
        options = {"files": [("files", ("svm.py", b"def svm_loss_naive(): ...\n"))]}
    assert tuple(graded.call(method, path, who, **options).status_code for who in WHO) == TABLE[route]


@pytest.mark.parametrize("scope", ["read", "submit"])
def test_a_token_of_a_smaller_scope_does_less(graded: Site, scope: str) -> None:
    with graded.cast.database.write() as session:
        token = access.make_token(session, session.get_one(User, graded.cast.ada), scopes=(scope,))
    headers = {"Authorization": f"Bearer {token}"}
    assert graded.get("/api/v1/submissions/1", None, headers=headers).status_code == 200
    assert graded.upload(who=None, headers=headers).status_code == (202 if scope == "submit" else 403)
    assert graded.get("/api/v1/courses/ml/gradebook", None, headers=headers).status_code == (
        200 if scope == "read" else 403
    )


def test_an_administrator_opens_every_course(graded: Site) -> None:
    assert graded.get("/api/v1/courses/ml/statistics", "root").status_code == 200
    assert graded.get("/api/v1/submissions/1", "root").status_code == 200
