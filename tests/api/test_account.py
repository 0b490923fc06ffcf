"""Tokens: what they carry, where, until when. Sessions: listed, ended one by one, never taken from a browser."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from grader.course import access
from grader.course.tables import AuditEntry, BrowserSession, Token, User, now
from tests.api.conftest import Site

TOKENS = "/api/v1/me/tokens"
SESSIONS = "/api/v1/me/sessions"
GRADEBOOK = "/api/v1/courses/ml/gradebook"


def make(site: Site, who: str | None = "ada", headers: dict[str, str] | None = None, **body: Any) -> dict[str, Any]:
    answer = site.call("POST", TOKENS, who, json=body, headers=headers or {})
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def browser(site: Site, name: str) -> dict[str, str]:
    """The headers of a browser that is signed in."""
    with site.cast.database.write() as session:
        cookie = access.begin_session(session, getattr(site.cast, name))
    return {"cookie": f"session={cookie}", "sec-fetch-site": "same-origin"}


# --------------------------------------------------------------------------- tokens


def test_a_token_is_shown_once_and_listed_without_itself(site: Site) -> None:
    made = make(site, name="laptop", scopes=["submit"], course="ml")
    assert made["token"].startswith("ag_")
    listed = site.get(TOKENS).json()["items"]
    assert {key: listed[0][key] for key in ("name", "scopes", "course", "expires", "last_used")} == {
        "name": "laptop",
        "scopes": ["submit"],
        "course": "ml",
        "expires": None,
        "last_used": None,
    }
    assert made["token"] not in site.get(TOKENS).text
    assert made["token"] not in str([vars(one) for one in entries(site, "token")])


def entries(site: Site, action: str) -> list[AuditEntry]:
    with site.cast.database.read() as session:
        return list(session.scalars(sa.select(AuditEntry).where(AuditEntry.action == action)))


def test_the_last_use_of_a_token_is_known(site: Site) -> None:
    made = make(site, scopes=["read"])
    site.get(GRADEBOOK, None, headers=bearer(made["token"]))
    assert site.get(TOKENS).json()["items"][0]["last_used"] is not None


def test_a_revoked_token_opens_nothing(site: Site) -> None:
    made = make(site)
    assert site.call("DELETE", f"{TOKENS}/{made['id']}").status_code == 204
    answer = site.get(GRADEBOOK, None, headers=bearer(made["token"]))
    assert (answer.status_code, answer.json()["type"]) == (401, "urn:grader:problem:course.token.unknown")
    assert made["id"] not in [one["id"] for one in site.get(TOKENS).json()["items"]]
    assert site.call("DELETE", f"{TOKENS}/{made['id']}").status_code == 404
    assert len(entries(site, "revoke-token")) == 1


def test_someone_elses_token_cannot_be_revoked(site: Site) -> None:
    made = make(site)
    for who in ("ben", "ines", "root"):
        assert site.call("DELETE", f"{TOKENS}/{made['id']}", who).status_code == 404
    assert site.get(GRADEBOOK, None, headers=bearer(made["token"])).status_code == 200


def test_an_expired_token_says_that_it_expired(site: Site) -> None:
    made = make(site, expires=(datetime.now(UTC) + timedelta(days=1)).isoformat())
    with site.cast.database.write() as session:
        expired = sa.update(Token).where(Token.id == made["id"]).values(expires_at=now() - timedelta(seconds=1))
        session.execute(expired)
    answer = site.get(GRADEBOOK, None, headers=bearer(made["token"]))
    assert (answer.status_code, answer.json()["type"]) == (401, "urn:grader:problem:people.token.expired")


def test_a_token_that_would_have_expired_is_not_made(site: Site) -> None:
    answer = site.call("POST", TOKENS, json={"expires": "2001-01-01T00:00:00Z"})
    assert (answer.status_code, answer.json()["type"]) == (400, "urn:grader:problem:people.token.past")


def test_a_token_makes_none_that_outlives_it(site: Site) -> None:
    until = (datetime.now(UTC) + timedelta(days=1)).replace(microsecond=0)
    first = make(site, expires=until.isoformat())
    for wanted in (None, (until + timedelta(days=9)).isoformat()):
        second = make(site, None, bearer(first["token"]), expires=wanted)
        assert datetime.fromisoformat(second["expires"]) == until


@pytest.mark.parametrize("scopes", [[], ["everything"], ["read", ""]])
def test_a_token_has_scopes_that_exist(site: Site, scopes: list[str]) -> None:
    assert site.call("POST", TOKENS, json={"scopes": scopes}).status_code in (400, 422)


def test_a_token_of_a_course_opens_that_course_alone(site: Site) -> None:
    mine = site.cast.graded(10)
    made = bearer(make(site, "root", course="other")["token"])
    assert site.get("/api/v1/courses/other/gradebook", None, headers=made).status_code == 200
    assert site.get(GRADEBOOK, None, headers=made).status_code == 404
    assert site.get(f"/api/v1/submissions/{mine}", None, headers=made).status_code == 404
    assert site.get(TOKENS, None, headers=made).status_code == 403
    assert site.call("POST", TOKENS, None, json={}, headers=made).status_code == 403


def test_a_token_for_a_course_that_is_not_ones_own_is_not_made(site: Site) -> None:
    for course in ("other", "nowhere"):
        assert site.call("POST", TOKENS, "ada", json={"course": course}).status_code == 404


def test_a_reading_token_changes_nothing_of_the_account(site: Site) -> None:
    reading = bearer(make(site, scopes=["read"])["token"])
    assert site.get(TOKENS, None, headers=reading).status_code == 200
    assert site.call("POST", TOKENS, None, json={}, headers=reading).status_code == 403


def test_tokens_are_not_made_without_end(site: Site) -> None:
    answers = [site.call("POST", TOKENS, json={}).status_code for _ in range(21)]
    assert (answers[:20], answers[20]) == ([201] * 20, 429)
    assert site.call("POST", TOKENS, "ben", json={}).status_code == 201


def test_a_person_has_a_limited_number_of_tokens(site: Site) -> None:
    with site.cast.database.write() as session:
        ben = session.get_one(User, site.cast.ben)
        for _ in range(access.MOST_TOKENS - 1):
            access.make_token(session, ben)
    answer = site.call("POST", TOKENS, "ben", json={})
    assert (answer.status_code, answer.json()["type"]) == (409, "urn:grader:problem:people.token.many")


# --------------------------------------------------------------------------- sessions


def test_sessions_are_listed_and_this_one_is_marked(site: Site) -> None:
    first, second = browser(site, "ada"), browser(site, "ada")
    browser(site, "ben")
    listed = site.get(SESSIONS, None, headers=second).json()["items"]
    assert [one["current"] for one in listed] == [True, False]
    assert site.get(SESSIONS, None, headers=first).json()["items"][1]["current"]
    assert second["cookie"].partition("=")[2] not in str(listed)


def test_one_session_is_ended_and_the_others_live(site: Site) -> None:
    first, second = browser(site, "ada"), browser(site, "ada")
    (other,) = [one for one in site.get(SESSIONS, None, headers=second).json()["items"] if not one["current"]]
    assert site.call("DELETE", f"{SESSIONS}/{other['id']}", None, headers=second).status_code == 204
    assert site.get(SESSIONS, None, headers=first).status_code == 401
    assert site.get(SESSIONS, None, headers=second).status_code == 200


def test_all_others_are_ended_at_once(site: Site) -> None:
    others, mine, bens = [browser(site, "ada") for _ in range(3)], browser(site, "ada"), browser(site, "ben")
    assert site.call("DELETE", SESSIONS, None, headers=mine).status_code == 204
    assert [site.get(SESSIONS, None, headers=one).status_code for one in others] == [401] * 3
    assert site.get(SESSIONS, None, headers=mine).status_code == 200
    assert site.get(SESSIONS, None, headers=bens).status_code == 200


def test_someone_elses_session_cannot_be_ended(site: Site) -> None:
    adas = browser(site, "ada")
    (one,) = site.get(SESSIONS, None, headers=adas).json()["items"]
    for who in ("ben", "root"):
        assert site.call("DELETE", f"{SESSIONS}/{one['id']}", who).status_code == 404
    assert site.get(SESSIONS, None, headers=adas).status_code == 200


def test_a_cookie_that_was_planted_is_no_session_before_and_after_signing_in(site: Site) -> None:
    planted = "A" * 43
    assert site.get(SESSIONS, None, headers={"cookie": f"session={planted}"}).status_code == 401
    with site.cast.database.write() as session:
        drawn = access.begin_session(session, site.cast.ada)
        assert drawn != planted
        assert session.scalar(sa.select(sa.func.count()).select_from(BrowserSession)) == 1
    assert site.get(SESSIONS, None, headers={"cookie": f"session={planted}"}).status_code == 401


def test_a_session_follows_what_its_person_is_now(site: Site) -> None:
    adas = browser(site, "ada")
    assert site.get("/api/v1/courses/ml/statistics", None, headers=adas).status_code == 403
    with site.cast.database.write() as session:
        session.get_one(User, site.cast.ada).admin = True
    assert site.get("/api/v1/courses/ml/statistics", None, headers=adas).status_code == 200
