"""Signing in by OpenID Connect: a provider on loopback, the application in this process, real HTTP between them."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest
import sqlalchemy as sa
from fastapi.testclient import TestClient
from pydantic import SecretStr

from grader.api import create_app, oidc
from grader.course import access
from grader.course.tables import AuditEntry, BrowserSession, User
from grader.settings import Settings
from grader.web import mount_static, problem_page, router
from tests.cast import Cast, assemble
from tests.stubs.provider import CLIENT, ELLIPTIC, OTHER_RSA, SECRET, Account, Provider, shared_key


@pytest.fixture
def provider() -> Iterator[Provider]:
    with Provider() as standing:
        yield standing


def configured(provider: Provider) -> dict[str, Any]:
    return {"oidc_issuer": provider.url, "oidc_client_id": CLIENT, "oidc_client_secret": SecretStr(SECRET)}


class Door:
    """The application as a browser meets it, on the way to the provider and back."""

    def __init__(self, settings: Settings, provider: Provider, **more: Any) -> None:
        self.settings = settings.model_copy(update=configured(provider) | more)
        self.app = create_app(self.settings, routers=(router,), problem_page=problem_page)
        mount_static(self.app)
        self.cast: Cast = assemble(self.app.state.database)

    def turn_to(self, provider: Provider) -> None:
        """As if the service had been started with this provider."""
        self.app.state.settings = self.settings.model_copy(update=configured(provider))
        self.app.state.provider = oidc.provider_of(self.app.state.settings)
        self.app.state.limiter.storage.reset()

    def browser(self, lang: str = "en") -> TestClient:
        headers = {"accept": "text/html", "accept-language": lang}
        return TestClient(self.app, base_url="http://testserver", headers=headers, follow_redirects=False)

    def there(self, browser: TestClient) -> str:
        """Begin, sign in at the provider: the address that it sends back to."""
        leaving = browser.get("/sign-in/oidc")
        assert leaving.status_code == 303, leaving.text
        with httpx2.Client() as other_site:
            sent_back = other_site.get(leaving.headers["location"])
        assert sent_back.status_code == 302, sent_back.text
        return sent_back.headers["location"]

    def sign_in(self, browser: TestClient) -> httpx2.Response:
        return browser.get(self.there(browser))

    def record(self) -> list[tuple[str, str, int | None, dict[str, Any]]]:
        """Of what the record says: action, subject, by whom, details."""
        with self.app.state.database.read() as session:
            chosen = sa.select(AuditEntry).where(AuditEntry.action.endswith("-oidc")).order_by(AuditEntry.id)
            return [(one.action, one.subject, one.user_id, one.detail) for one in session.scalars(chosen)]

    def sessions(self) -> int:
        with self.app.state.database.read() as session:
            return len(session.scalars(sa.select(BrowserSession.sha256)).all())


@pytest.fixture
def door(settings: Settings, provider: Provider) -> Iterator[Door]:
    made = Door(settings, provider)
    yield made
    made.app.state.database.close()


def test_who_is_on_the_roster_comes_in(door: Door, provider: Provider) -> None:
    browser = door.browser()
    answer = door.sign_in(browser)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert "Ada" in browser.get("/account/preferences").text
    assert door.record() == [("sign-in-oidc", "ada@example.org", door.cast.ada, {"issuer": provider.url})]


def test_the_cookies_are_for_the_browser_alone_and_that_of_the_way_is_gone(door: Door) -> None:
    browser = door.browser()
    given = browser.get("/sign-in/oidc").headers["set-cookie"]
    assert given.startswith("oidc=")
    assert "HttpOnly" in given
    assert "SameSite=lax" in given
    door.sign_in(browser)
    assert "oidc" not in browser.cookies
    assert "session" in browser.cookies


def test_over_https_the_cookie_is_pinned_to_the_host(settings: Settings, provider: Provider) -> None:
    door = Door(settings, provider, base_url="https://testserver")
    given = door.browser().get("/sign-in/oidc").headers["set-cookie"]
    assert given.startswith("__Host-oidc=")
    assert "Secure" in given
    door.app.state.database.close()


def test_a_session_that_the_browser_brought_is_ended_and_never_taken_over(door: Door) -> None:
    """Session fixation: what somebody else put into the browser opens nothing afterwards."""
    browser = door.browser()
    with door.app.state.database.write() as session:
        planted = access.redeem(session, access.make_link(session, session.get_one(User, door.cast.ben)))
    browser.cookies.set("session", planted, domain="testserver.local")
    answer = door.sign_in(browser)
    fresh = answer.headers["set-cookie"].partition("session=")[2].partition(";")[0]
    assert fresh not in ("", planted)
    assert door.sessions() == 1
    attacker = door.browser()
    attacker.cookies.set("session", planted)
    assert attacker.get("/").headers["location"] == "/sign-in"


@pytest.mark.parametrize("lang", ["en", "ko"])
def test_the_button_is_there_only_where_a_provider_is_named(settings: Settings, provider: Provider, lang: str) -> None:
    door = Door(settings, provider, oidc_name="Uni <b>")
    shown = door.browser(lang).get("/sign-in").text
    assert 'href="/sign-in/oidc"' in shown
    assert "Uni &lt;b&gt;" in shown
    door.app.state.database.close()
    without = create_app(settings, routers=(router,), problem_page=problem_page)
    mount_static(without)
    plain = TestClient(without, headers={"accept": "text/html"})
    assert "/sign-in/oidc" not in plain.get("/sign-in").text
    assert [plain.get(f"/sign-in/oidc{end}").status_code for end in ("", "/back")] == [404, 404]
    without.state.database.close()


def test_the_provider_is_asked_for_what_it_publishes_once(door: Door, provider: Provider) -> None:
    for _ in range(3):
        assert door.sign_in(door.browser()).status_code == 303
    once = ("/.well-known/openid-configuration", "/keys")
    assert [provider.asked.count(path) for path in once] == [1, 1]


def test_a_key_that_came_later_is_found(door: Door, provider: Provider) -> None:
    door.sign_in(door.browser())
    provider.published = [ELLIPTIC.generate_key("P-256", parameters={"kid": "new"}, auto_kid=False)]
    provider.key, provider.algorithm = provider.published[0], "ES256"
    assert door.sign_in(door.browser()).status_code == 303


def elliptic(provider: Provider) -> None:
    provider.key, provider.algorithm = ELLIPTIC, "ES256"


def in_userinfo(provider: Provider) -> None:
    provider.slim = True


def posted_secret(provider: Provider) -> None:
    provider.metadata = {"token_endpoint_auth_methods_supported": ["client_secret_post"]}


def upper_case(provider: Provider) -> None:
    provider.account = Account("Ada@Example.org", "true")


def several_audiences(provider: Provider) -> None:
    provider.claims = {"aud": [CLIENT, "another"], "azp": CLIENT}


def clock_a_little_ahead(provider: Provider) -> None:
    provider.claims = {"iat": int(time.time()) + 30}


GOOD = [elliptic, in_userinfo, posted_secret, upper_case, several_audiences, clock_a_little_ahead]


def test_providers_differ_and_are_understood(door: Door) -> None:
    for number, way in enumerate(GOOD, 1):
        with Provider() as provider:
            way(provider)
            door.turn_to(provider)
            answer = door.sign_in(door.browser())
        assert (way, answer.status_code, door.sessions()) == (way, 303, number)


def test_a_client_without_a_secret_is_protected_by_pkce_alone(settings: Settings, provider: Provider) -> None:
    provider.public = True
    door = Door(settings, provider, oidc_client_secret=None)
    assert door.sign_in(door.browser()).status_code == 303
    door.app.state.database.close()


# --------------------------------------------------------------------------- what is refused


@pytest.fixture(scope="module")
def standing(tmp_path_factory: pytest.TempPathFactory, migrated: Path) -> Iterator[Door]:
    """One application for all that signs nobody in."""
    folder = tmp_path_factory.mktemp("oidc")
    shutil.copy(migrated, folder / "grader.db")
    settings = Settings(database_url=f"sqlite:///{folder / 'grader.db'}", base_url="http://testserver")
    with Provider() as provider:
        made = Door(settings, provider)
    yield made
    made.app.state.database.close()


def claims(**changed: Any) -> Any:
    def way(provider: Provider) -> None:
        provider.claims = changed

    return way


def signed(**changed: Any) -> Any:
    def way(provider: Provider) -> None:
        for name, value in changed.items():
            setattr(provider, name, value)

    return way


def account(email: str, verified: object = True) -> Any:
    return signed(account=Account(email, verified))


def answers(path: str, status: int, body: bytes) -> Any:
    return signed(answers={path: (status, body)})


PAST = int(time.time()) - 3600
REFUSED = {
    "another issuer": (claims(iss="https://elsewhere.example"), "unproved", 403),
    "another audience": (claims(aud="another"), "unproved", 403),
    "no audience": (claims(aud=None), "unproved", 403),
    "several audiences and no word of whom it was made for": (claims(aud=[CLIENT, "b"]), "unproved", 403),
    "made for another": (claims(azp="another"), "unproved", 403),
    "expired": (claims(exp=PAST), "unproved", 403),
    "never expires": (claims(exp=None), "unproved", 403),
    "no time": (claims(iat=None), "unproved", 403),
    "of a time to come": (claims(iat=PAST + 9000, exp=PAST + 9900), "unproved", 403),
    "another nonce": (claims(nonce="of another browser"), "unproved", 403),
    "no nonce": (claims(nonce=None), "unproved", 403),
    "about nobody": (claims(sub=None), "unproved", 403),
    "not signed": (signed(algorithm="none"), "unproved", 403),
    "signed with the published key as a secret": (signed(algorithm="HS256", key=shared_key()), "unproved", 403),
    "signed with another key of the same name": (signed(key=OTHER_RSA), "unproved", 403),
    "signed with a key that is not published": (signed(published=[ELLIPTIC]), "unproved", 403),
    "userinfo of another": (signed(slim=True, subject_of_userinfo="another"), "unproved", 403),
    "the code is not taken": (answers("/token", 400, b"{}"), "unproved", 403),
    "no id_token": (answers("/token", 200, b'{"access_token": "x"}'), "unproved", 403),
    "an id_token that is none": (answers("/token", 200, b'{"id_token": "a.b.c"}'), "unproved", 403),
    "the token is no JSON": (answers("/token", 200, b"<html>"), "unreachable", 503),
    "the token is no object": (answers("/token", 200, b"[]"), "unreachable", 503),
    "nested without end": (answers("/token", 200, b"[" * 100_000), "unreachable", 503),
    "without end": (answers("/token", 200, b" " * 300_000), "unreachable", 503),
    "the provider fails": (answers("/token", 502, b""), "unreachable", 503),
    "keys that are none": (answers("/keys", 200, b'{"keys": 1}'), "unreachable", 503),
    "no address told": (signed(slim=True, metadata={"userinfo_endpoint": None}), "no-email", 403),
    "an address that is no text": (claims(email=["ada@example.org"]), "no-email", 403),
    "an address nobody verified": (account("ada@example.org", False), "unverified", 403),
    "an address of which nothing is said": (account("ada@example.org", None), "unverified", 403),
    "nobody on the roster": (account("mallory@example.org"), "unknown", 403),
    "no address at all": (account("=cmd()"), "unknown", 403),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_does_not_hold_signs_nobody_in_and_stands_in_the_record(standing: Door, case: str) -> None:
    way, refusal, status = REFUSED[case]
    with Provider() as provider:
        way(provider)
        standing.turn_to(provider)
        before, browser = standing.record(), standing.browser()
        answer = standing.sign_in(browser)
    assert (answer.status_code, standing.sessions()) == (status, 0)
    assert 'role="alert"' in answer.text
    said = [(one[0], one[2], one[3]["refusal"]) for one in standing.record()[len(before) :]]
    assert said == [("refuse-oidc", None, f"oidc.{refusal}")]
    assert "oidc" not in browser.cookies


def test_who_is_unknown_is_told_so_with_the_address(door: Door, provider: Provider) -> None:
    provider.account = Account("mallory@example.org")
    assert "Nobody here has the address mallory@example.org. Ask your instructor" in door.sign_in(door.browser()).text
    assert door.record()[0][1] == "mallory@example.org"
    korean = door.sign_in(door.browser("ko")).text
    assert "mallory@example.org 주소로 등록된 사람이 없습니다." in korean


def test_an_answer_that_was_begun_in_another_browser_signs_nobody_in(door: Door, provider: Provider) -> None:
    """Someone sends a victim the end of a sign-in of their own; or nobody began at all."""
    back = door.there(door.browser())
    victim, nobody = door.browser(), door.browser()
    victim.get("/sign-in/oidc")
    assert [one.get(back).status_code for one in (victim, nobody)] == [400, 400]
    assert (door.sessions(), "/token" in provider.asked, door.record()) == (0, False, [])


def test_an_answer_is_taken_once(door: Door) -> None:
    browser = door.browser()
    back = door.there(browser)
    ticket = browser.cookies["oidc"]
    assert browser.get(back).status_code == 303
    assert browser.get(back).status_code == 400, "the cookie of the way is gone"
    thief = door.browser()
    thief.cookies.set("oidc", ticket)
    assert thief.get(back).status_code == 403, "the provider gives nothing for a code twice"


@pytest.mark.parametrize(
    ("added", "said"),
    [("error=access_denied", "(access_denied)"), ("error=%3Cb%3ECall+us%3C%2Fb%3E", "(code)"), ("", "(code)")],
)
def test_what_the_provider_declines_is_said_and_no_text_of_the_address_is(door: Door, added: str, said: str) -> None:
    browser = door.browser()
    state = parse_qs(urlsplit(door.there(browser)).query)["state"][0]
    answer = browser.get(f"/sign-in/oidc/back?state={state}&{added}")
    assert answer.status_code == 403
    assert said in answer.text
    assert "Call us" not in answer.text
    assert [one[3]["refusal"] for one in door.record()] == ["oidc.declined"]


def test_an_answer_of_another_provider_is_not_taken_to_ours(door: Door, provider: Provider) -> None:
    """RFC 9207: two providers that are mixed up."""
    browser = door.browser()
    back = door.there(browser).replace(f"iss={provider.url}".replace(":", "%3A").replace("/", "%2F"), "iss=https://b")
    assert browser.get(back).status_code == 403
    assert "/token" not in provider.asked


BROKEN = [
    {"issuer": "https://elsewhere.example"},
    {"authorization_endpoint": None},
    {"authorization_endpoint": "javascript:alert(1)"},
    {"authorization_endpoint": "http://elsewhere.example/authorize"},
]


@pytest.mark.parametrize("metadata", BROKEN, ids=str)
def test_a_provider_that_says_of_itself_what_cannot_be_is_not_gone_to(
    door: Door, provider: Provider, metadata: dict[str, Any]
) -> None:
    provider.metadata = metadata
    answer = door.browser().get("/sign-in/oidc")
    assert (answer.status_code, "set-cookie" in answer.headers) == (503, False)
    assert 'role="alert"' in answer.text


@pytest.mark.parametrize("issuer", ["http://127.0.0.1:9", "http://elsewhere.example", "ftp://x", "nonsense"])
def test_a_provider_that_is_not_there_takes_nobody_elses_way_in(
    settings: Settings, provider: Provider, issuer: str, tmp_path: Path
) -> None:
    door = Door(settings, provider, oidc_issuer=issuer)
    answer = door.browser().get("/sign-in/oidc")
    assert answer.status_code == 503
    assert 'action="/sign-in/password"' in answer.text
    door.app.state.database.close()


def test_a_network_may_try_so_often_and_no_more(door: Door) -> None:
    browser = door.browser()
    answers = [browser.get("/sign-in/oidc") for _ in range(61)]
    assert [one.status_code for one in answers] == [303] * 60 + [429]
    assert int(answers[-1].headers["retry-after"]) > 0
