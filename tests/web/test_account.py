"""The account's pages: tokens and browsers that are signed in."""

from __future__ import annotations

import re
from html import unescape

from grader.course import access
from tests.web.test_pages import ADA, BEN, KIM, text
from tests.web.world import COURSE, HOSTILE, World

TOKENS = "/account/tokens"
SIGN_IN = "/account/sign-in"


def test_a_token_is_made_shown_once_and_revoked(world: World) -> None:
    client = world.client(BEN)
    assert "You have no tokens." in text(client.get(TOKENS))
    made = client.post(TOKENS, data={"name": "laptop", "scope": "submit", "course": COURSE, "days": "30"})
    (token,) = re.findall(r"ag_[\w-]{43}", made.text)
    assert made.headers["cache-control"] == "no-store"
    listed = client.get(TOKENS)
    assert "laptop" in listed.text
    assert token not in listed.text
    with world.database.read() as session:
        person, row = access.person_of_token(session, token)
        assert (person.email, person.scopes, row.expires_at is None) == (BEN, {"submit"}, False)
    (path,) = re.findall(r'action="(/account/tokens/\d+/revoke)"', listed.text)
    assert client.post(path).headers["location"] == TOKENS
    assert "laptop" not in client.get(TOKENS).text


def test_a_name_of_a_token_is_text(world: World) -> None:
    client = world.client(KIM)
    client.post(TOKENS, data={"name": HOSTILE, "scope": "read", "days": "never"})
    page = client.get(TOKENS).text
    assert HOSTILE not in page
    assert HOSTILE in unescape(page)


def test_the_form_in_korean(world: World) -> None:
    assert "새 토큰" in text(world.client(ADA, "ko").get(TOKENS))


def test_browsers_are_listed_and_signed_out(world: World) -> None:
    here, there = world.client(ADA), world.client(ADA)
    page = here.get(SIGN_IN)
    assert "this browser" in text(page)
    assert here.post("/account/sessions/end-others").headers["location"] == SIGN_IN
    assert there.get("/").headers["location"] == "/sign-in"
    assert "Only this browser is signed in to your account." in text(here.get(SIGN_IN))
    (path,) = re.findall(r'action="(/account/sessions/\w+/end)"', here.get(SIGN_IN).text)
    here.post(path)
    assert here.get(SIGN_IN).headers["location"] == "/sign-in"
