"""What knocks at `/hooks/github`: signed or not, once or again, somebody's or nobody's."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient

from grader.api import create_app
from grader.settings import Settings
from tests.hooks.conftest import School
from tests.stubs.forge import headers, push_body

COMMIT = "0123456789abcdef0123456789abcdef01234567"
URL = "https://github.com/cs-org/ada.git"


@pytest.fixture
def client(settings: Settings, school: School) -> Iterator[TestClient]:
    with TestClient(create_app(settings)) as client:
        yield client


def knock(client: TestClient, secret: str, body: bytes, **about: Any) -> Any:
    return client.post("/hooks/github", content=body, headers=headers(secret, body, **about))


def listed(client: TestClient, school: School) -> list[dict[str, Any]]:
    answer = client.get("/api/v1/courses/cs/deliveries", headers={"Authorization": f"Bearer {school.staff_token}"})
    assert answer.status_code == 200
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


@pytest.mark.parametrize("signature", [None, "", "sha256=", "sha256=" + "0" * 64, "sha1=abc", "sha256=é"])
def test_a_delivery_without_the_right_signature_is_401_before_it_is_parsed(
    client: TestClient, school: School, signature: str | None
) -> None:
    given: dict[str, Any] = headers(school.secret, b"")
    given.pop("X-Hub-Signature-256")
    if signature is not None:
        given["X-Hub-Signature-256"] = signature.encode()
    answer = client.post("/hooks/github", content=b"{ this is not JSON", headers=given)
    assert answer.status_code == 401
    assert answer.headers["content-type"] == "application/problem+json"
    assert listed(client, school) == []


def test_a_signature_of_another_body_or_secret_is_401(client: TestClient, school: School) -> None:
    body = push_body("cs-org/ada", URL, COMMIT)
    answer = client.post("/hooks/github", content=body + b" ", headers=headers(school.secret, body))
    assert answer.status_code == 401
    assert knock(client, "another secret", body).status_code == 401


def test_a_ping_is_answered_and_what_is_no_push_is_taken_and_ignored(client: TestClient, school: School) -> None:
    assert knock(client, school.secret, b'{"zen": "x"}', event="ping").json() == {"status": "pong"}
    for event in ("issues", "pull_request", ""):
        answer = knock(client, school.secret, b"{}", event=event)
        assert (answer.status_code, answer.json()) == (202, {"status": "ignored"})
    assert listed(client, school) == []


@pytest.mark.parametrize(("ref", "commit"), [("refs/tags/v1", COMMIT), ("refs/heads/main", "0" * 40)])
def test_a_tag_or_a_deleted_branch_is_no_push_to_grade(
    client: TestClient, school: School, ref: str, commit: str
) -> None:
    answer = knock(client, school.secret, push_body("cs-org/ada", URL, commit, ref=ref))
    assert (answer.status_code, answer.json()) == (202, {"status": "ignored"})


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"{}",
        b'{"repository": 1, "after": "x", "ref": "y"}',
        b"[" * 5000,
        push_body("../../etc", URL, COMMIT),
    ],
)
def test_a_signed_push_that_is_not_one_is_400(client: TestClient, school: School, body: bytes) -> None:
    answer = knock(client, school.secret, body)
    assert answer.status_code == 400
    assert "application/json" in answer.json()["detail"]


def test_a_push_is_kept_once_however_often_it_is_delivered(client: TestClient, school: School) -> None:
    body = push_body("CS-Org/Ada", URL, COMMIT)
    for _ in range(3):
        answer = knock(client, school.secret, body, delivery="d-1")
        assert (answer.status_code, answer.json()) == (202, {"status": "received"})
    (item,) = listed(client, school)
    assert (item["id"], item["state"], item["commit"], item["reason"]) == ("d-1", "received", COMMIT, None)
    push = school.push("d-1")
    assert push is not None
    assert push.user_id == school.student_id


def test_a_repository_that_fits_the_pattern_is_that_members(client: TestClient, school: School) -> None:
    knock(client, school.secret, push_body("cs-org/CS231n-minjun", URL, COMMIT), delivery="d-2")
    push = school.push("d-2")
    assert push is not None
    assert (push.state, push.user_id) == ("received", school.other_id)


@pytest.mark.parametrize(
    "repository", ["cs-org/nobody", "cs-org/cs231n-", "cs-org/cs231n-min", "cs-org/cs231n-minjunx"]
)
def test_a_repository_that_is_nobodys_is_kept_and_listed_with_the_reason(
    client: TestClient, school: School, repository: str
) -> None:
    answer = knock(client, school.secret, push_body(repository, URL, COMMIT))
    assert answer.status_code == 202
    (item,) = listed(client, school)
    assert item["state"] == "unknown"
    assert repository in item["reason"]


@pytest.mark.parametrize("delivery", ["", "a b", "x" * 101, "../x"])
def test_a_delivery_without_an_id_is_400(client: TestClient, school: School, delivery: str) -> None:
    body = push_body("cs-org/ada", URL, COMMIT)
    given = headers(school.secret, body)
    given["X-GitHub-Delivery"] = delivery
    assert client.post("/hooks/github", content=body, headers=given).status_code == 400


def test_students_do_not_see_the_list_of_deliveries(client: TestClient, school: School) -> None:
    path = "/api/v1/courses/cs/deliveries"
    assert client.get(path).status_code == 401
    assert client.get(path, headers={"Authorization": f"Bearer {school.student_token}"}).status_code == 403
