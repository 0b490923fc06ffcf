"""Signing in with a password: no word of who has an account, guesses counted, nobody locked out, sessions renewed."""

from __future__ import annotations

from typing import Any

import httpx2
import pytest
import sqlalchemy as sa
from fastapi import FastAPI
from fastapi.testclient import TestClient

from grader.api import create_app
from grader.api.passwords import GUESSES_HERE, Desk
from grader.course import access
from grader.course.passwords import Passwords
from grader.course.tables import User
from grader.settings import Settings
from grader.web import problem_page, router
from tests.api.conftest import Site

PASSWORD = "three words suffice"
HOME = {"sec-fetch-site": "same-origin", "accept": "text/html", "accept-language": "en"}


class Reversing:
    """A hasher that costs nothing, and knows how often it was asked."""

    asked = 0

    def hash(self, password: str) -> str:
        return password[::-1]

    def verify(self, password: str, hash: str) -> bool:
        self.asked += 1
        return self.hash(password) == hash


@pytest.fixture
def hasher() -> Reversing:
    return Reversing()


@pytest.fixture
def app(settings: Settings, hasher: Reversing) -> FastAPI:
    app = create_app(settings, routers=(router,), problem_page=problem_page)
    app.state.desk = Desk(Passwords(hasher))
    return app


@pytest.fixture
def ada(site: Site) -> Site:
    """Ada has a password."""
    with site.cast.database.write() as session:
        session.execute(sa.update(User).where(User.id == site.cast.ada).values(password=PASSWORD[::-1]))
    return site


@pytest.fixture
def elsewhere(app: FastAPI, ada: Site) -> TestClient:
    """A client of another address, over the same application."""
    return TestClient(app, client=("203.0.113.9", 4711), follow_redirects=False)


def sign_in(
    client: TestClient, email: str = "ada@example.org", password: str = PASSWORD, **headers: str
) -> httpx2.Response:
    data = {"email": email, "password": password}
    return client.post("/sign-in/password", data=data, headers=HOME | headers, follow_redirects=False)


def cookie_of(answer: httpx2.Response) -> str:
    name, _, rest = answer.headers["set-cookie"].partition("=")
    assert name == "session"
    return str(rest.partition(";")[0])


def opens(site: Site, cookie: str) -> bool:
    site.client.cookies.clear()
    return site.get("/api/v1/me/sessions", None, headers={"cookie": f"session={cookie}"}).status_code == 200


def put(site: Site, cookie: str, **body: Any) -> httpx2.Response:
    site.client.cookies.clear()
    headers = {"cookie": f"session={cookie}", "sec-fetch-site": "same-origin"}
    return site.call("PUT", "/api/v1/me/password", None, json=body, headers=headers)


def test_the_right_password_signs_in(ada: Site) -> None:
    answer = sign_in(ada.client)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert "HttpOnly" in answer.headers["set-cookie"]
    assert opens(ada, cookie_of(answer))


@pytest.mark.parametrize(
    ("email", "password"),
    [
        ("ada@example.org", "wrong"),
        ("ben@example.org", PASSWORD),  # has no password
        ("nobody@example.org", PASSWORD),
        ("nonsense", PASSWORD),
        ("", ""),
    ],
)
def test_every_refusal_reads_and_costs_the_same(ada: Site, hasher: Reversing, email: str, password: str) -> None:
    answer = sign_in(ada.client, email, password)
    assert answer.status_code == 401
    assert "No account has this address and password." in answer.text
    assert "set-cookie" not in answer.headers
    assert hasher.asked == 1


def test_guesses_are_counted_and_the_right_one_is_refused_then_too(ada: Site) -> None:
    answers = [sign_in(ada.client, password=str(number)) for number in range(GUESSES_HERE.amount)]
    assert {answer.status_code for answer in answers} == {401}
    refused = sign_in(ada.client)
    assert refused.status_code == 429
    assert int(refused.headers["Retry-After"]) > 0
    assert sign_in(ada.client, "ADA@example.org ").status_code == 429


def test_whoever_guesses_keeps_the_owner_out_nowhere_else(ada: Site, elsewhere: TestClient) -> None:
    for number in range(GUESSES_HERE.amount + 1):
        sign_in(ada.client, password=str(number))
    assert sign_in(elsewhere).status_code == 303
    with ada.cast.database.write() as session:
        link = access.make_link(session, session.get_one(User, ada.cast.ada))
    assert ada.client.post(f"/sign-in/{link}", headers=HOME, follow_redirects=False).status_code == 303


def test_a_right_password_is_no_guess(ada: Site) -> None:
    for _ in range(3):
        for number in range(GUESSES_HERE.amount - 1):
            sign_in(ada.client, password=str(number))
        assert sign_in(ada.client).status_code == 303


def test_a_class_behind_one_address_signs_in(ada: Site) -> None:
    assert {sign_in(ada.client).status_code for _ in range(65)} == {303}


def test_one_address_cannot_try_accounts_without_end(ada: Site) -> None:
    codes = [sign_in(ada.client, f"p{number}@example.org").status_code for number in range(61)]
    assert (set(codes[:60]), codes[60]) == ({401}, 429)


def test_a_session_that_was_planted_or_known_before_opens_nothing_afterwards(ada: Site) -> None:
    """Fixation: what the browser brings is ended, and a new one is drawn."""
    before = cookie_of(sign_in(ada.client))
    for brought in (before, "planted" * 6):
        ada.client.cookies.clear()
        answer = sign_in(ada.client, cookie=f"session={brought}")
        assert cookie_of(answer) != brought
        assert not opens(ada, brought)
        assert opens(ada, cookie_of(answer))


def test_a_link_renews_the_session_too(ada: Site) -> None:
    before = cookie_of(sign_in(ada.client))
    with ada.cast.database.write() as session:
        link = access.make_link(session, session.get_one(User, ada.cast.ben))
    ada.client.cookies.clear()
    headers = HOME | {"cookie": f"session={before}"}
    answer = ada.client.post(f"/sign-in/{link}", headers=headers, follow_redirects=False)
    assert cookie_of(answer) != before
    assert not opens(ada, before)


def test_a_changed_password_ends_every_session_and_renews_this_one(ada: Site) -> None:
    other, mine = cookie_of(sign_in(ada.client)), cookie_of(sign_in(ada.client))
    answer = put(ada, mine, current=PASSWORD, new="four words are better")
    assert answer.status_code == 204
    assert not opens(ada, other)
    assert not opens(ada, mine)
    assert opens(ada, cookie_of(answer))
    assert sign_in(ada.client).status_code == 401
    assert sign_in(ada.client, password="four words are better").status_code == 303


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"current": "wrong", "new": "four words are better"}, 403),
        ({"new": "four words are better"}, 403),
        ({"current": PASSWORD, "new": "short"}, 400),
        ({"current": PASSWORD, "new": "ada@example.org"}, 400),
        ({"current": PASSWORD}, 422),
    ],
)
def test_what_is_not_changed_leaves_everything_as_it_was(ada: Site, body: dict[str, str], status: int) -> None:
    mine = cookie_of(sign_in(ada.client))
    assert put(ada, mine, **body).status_code == status
    assert opens(ada, mine)
    assert sign_in(ada.client).status_code == 303


def test_a_stolen_session_cannot_guess_the_password_without_end(ada: Site) -> None:
    mine = cookie_of(sign_in(ada.client))
    codes = [put(ada, mine, current=str(n), new="four words are better").status_code for n in range(11)]
    assert (set(codes[:10]), codes[10]) == ({403}, 429)


def test_a_password_is_removed_and_links_go_on(ada: Site) -> None:
    mine = cookie_of(sign_in(ada.client))
    ada.client.cookies.clear()
    headers = {"cookie": f"session={mine}", "sec-fetch-site": "same-origin"}
    for body, status in (({"current": "wrong"}, 403), ({"current": PASSWORD}, 204)):
        answer = ada.call("DELETE", "/api/v1/me/password", None, json=body, headers=headers)
        assert answer.status_code == status
    ada.client.cookies.clear()
    assert sign_in(ada.client).status_code == 401


def test_a_token_changes_no_password(ada: Site) -> None:
    for who in ("ada", "ben", "root"):
        answer = ada.call("PUT", "/api/v1/me/password", who, json={"new": "four words are better"})
        assert (answer.status_code, answer.json()["type"]) == (403, "urn:grader:problem:people.password.browser")


def test_the_page_sets_changes_and_removes_it(site: Site) -> None:
    with site.cast.database.write() as session:
        cookie = access.begin_session(session, site.cast.ben)
    site.client.cookies.set("session", cookie)
    assert "You have no password" in site.client.get("/account/sign-in", headers=HOME).text
    short = site.client.post("/account/password", data={"action": "set", "new": "short"}, headers=HOME)
    assert short.status_code == 400
    assert "A password has 10 to 256 characters." in short.text
    site.client.post("/account/password", data={"action": "set", "new": PASSWORD}, headers=HOME)
    page = site.client.get("/account/sign-in", headers=HOME).text
    assert "You can sign in with your password" in page
    assert PASSWORD not in page
    site.client.post("/account/password", data={"action": "remove", "current": PASSWORD}, headers=HOME)
    assert "You have no password" in site.client.get("/account/sign-in", headers=HOME).text


def test_links_are_not_tried_without_end(site: Site) -> None:
    codes = [site.client.post(f"/sign-in/x{number}", headers=HOME).status_code for number in range(61)]
    assert (set(codes[:60]), codes[60]) == ({401}, 429)
