"""A link by e-mail: the same page in the same words for an address that is known, one that is not, and one that is
none."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from fastapi.testclient import TestClient

from grader.course.database import migrate
from grader.course.tables import Mail
from grader.settings import Settings
from tests.web.world import World, build, populate

KNOWN, UNKNOWN = "ada@uni.example", "nobody@uni.example"
API = "/api/v1/sign-in-links"


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("mail") / "empty.db"
    migrate(f"sqlite:///{path}")
    return path


def make(folder: Path, empty: Path, host: str) -> World:
    shutil.copy(empty, folder / "grader.db")
    return populate(build(Settings(database_url=f"sqlite:///{folder / 'grader.db'}", smtp_host=host)))


@pytest.fixture
def world(tmp_path: Path, empty: Path) -> Iterator[World]:
    made = make(tmp_path, empty, "mail.example.org")
    yield made
    made.database.close()


def waiting(world: World) -> list[tuple[str, object]]:
    with world.database.read() as session:
        return [(one.kind, one.params["lang"]) for one in session.scalars(sa.select(Mail))]


def ask(client: TestClient, email: str) -> tuple[int, str]:
    answer = client.post("/sign-in/mail", data={"email": email})
    return answer.status_code, answer.text


@pytest.mark.parametrize("lang", ["en", "ko"])
def test_the_page_says_the_same_of_every_address_and_sends_to_those_that_are_known(world: World, lang: str) -> None:
    client = world.client(lang=lang)
    assert "/sign-in/mail" in client.get("/sign-in").text
    assert client.get("/sign-in/mail").status_code == 200
    pages = {ask(client, email) for email in (UNKNOWN, KNOWN, "no address", "<b>x</b>@uni.example")}
    assert len(pages) == 1, "and the address is not repeated"
    assert pages.pop()[0] == 200
    assert waiting(world) == [("sign-in", lang)]


def test_the_endpoint_answers_the_same_for_every_address(world: World) -> None:
    client = world.client()
    answers = [client.post(API, json={"email": email}) for email in (UNKNOWN, KNOWN, "no address")]
    assert {(answer.status_code, answer.text) for answer in answers} == {(202, "null")}
    assert len(waiting(world)) == 1


def test_nobody_is_flooded_and_a_known_address_is_not_told_by_it(world: World) -> None:
    client = world.client()
    refused = []
    for email in (KNOWN, UNKNOWN):
        for _ in range(5):
            assert ask(client, email)[0] == 200
        answer = client.post("/sign-in/mail", data={"email": email.upper()})
        assert answer.headers["retry-after"]
        refused.append((answer.status_code, answer.text.count(email.upper())))
    assert refused == [(429, 1), (429, 1)]
    assert len(waiting(world)) == 5


def test_where_no_mail_is_sent_the_page_says_so_and_is_not_offered(tmp_path: Path, empty: Path) -> None:
    world = make(tmp_path, empty, "")
    client = world.client()
    assert "/sign-in/mail" not in client.get("/sign-in").text
    assert ask(client, KNOWN)[0] == 503
    assert client.post(API, json={"email": KNOWN}).status_code == 503
    assert waiting(world) == []
    world.database.close()
