"""Signing in, tokens, members, rosters, copies and the site in a browser, by keyboard alone and as axe sees them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from grader.course import people, units
from tests.web.test_accessibility import WIDE, Findings, look_at
from tests.web.world import COURSE, World

pytestmark = pytest.mark.browser
PASSWORD = "three words suffice"
ROOT = "root@uni.example"
KIM, ADA = "kim@uni.example", "ada@uni.example"
MEMBERS = f"/courses/{COURSE}/members"
LOOKED_AT = [
    (None, "/sign-in"),
    (ADA, "/account/sign-in"),
    (ADA, "/account/tokens"),
    (KIM, MEMBERS),
    (KIM, f"{MEMBERS}/{ADA}"),
    (KIM, f"/courses/{COURSE}/roster"),
    (KIM, f"/courses/{COURSE}/invitations"),
    (KIM, f"/courses/{COURSE}/copy?slug=x&begins=2027-03-02"),
    (ROOT, "/site"),
    (ROOT, "/site/people"),
    (ROOT, "/site/people/1/erase"),
]


@pytest.fixture(scope="module", autouse=True)
def administrator(world: World) -> None:
    """Root runs the site; the course has a date."""
    with world.database.write() as session:
        people.create_user(session, ROOT, name="Root", admin=True)
        assert units.find_assignment(session, people.find_course(session, COURSE), "svm").due is not None


@pytest.fixture
def context(chromium: Browser, site: str) -> Iterator[BrowserContext]:
    opened = chromium.new_context(locale="en-GB", viewport=WIDE, reduced_motion="reduce", base_url=site)
    yield opened
    opened.close()


def enter(context: BrowserContext, world: World, site: str, email: str | None) -> Page:
    if email is not None:
        context.add_cookies([{"name": "session", "value": world.session_of(email), "url": site}])
    return context.new_page()


@pytest.mark.parametrize("locale", ["en-GB", "ko-KR"])
def test_axe_finds_nothing_and_nothing_is_too_wide(chromium: Browser, world: World, site: str, locale: str) -> None:
    found = Findings()
    for who, path in LOOKED_AT:
        context = chromium.new_context(locale=locale, viewport=WIDE, reduced_motion="reduce")
        page = enter(context, world, site, who)
        page.on("console", lambda message: found.console.append(message.text))
        page.goto(site + path)
        said = list(found.console)
        look_at(page, path, found)
        found.console[:] = said
        context.close()
    assert (found.axe, found.wide, found.console) == ([], [], [])


def test_a_password_is_set_and_used_by_keyboard_alone(context: BrowserContext, world: World, site: str) -> None:
    page = enter(context, world, site, ADA)
    page.goto("/account/sign-in")
    page.get_by_label("New password").focus()
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_text("You can sign in with your password, or with a link.")).to_be_visible()
    page.get_by_role("button", name="Sign out", exact=True).focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{site}/sign-in")
    page.get_by_label("E-mail").focus()
    page.keyboard.type(ADA)
    page.keyboard.press("Tab")
    page.keyboard.type("not the password")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("No account has this address and password.")
    expect(page.get_by_label("E-mail")).to_have_value(ADA)
    page.get_by_label("Password").focus()
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{site}/")
    expect(page.get_by_role("link", name="Ada Byron")).to_be_visible()


def test_a_roster_is_pasted_looked_at_mended_and_imported(context: BrowserContext, world: World, site: str) -> None:
    page = enter(context, world, site, KIM)
    page.goto(MEMBERS)
    page.get_by_role("link", name="Import a roster").click()
    page.get_by_label("Or the lines themselves").fill("email,role\nzoe@uni.example,king\n")
    page.get_by_role("button", name="Show what would change").click()
    expect(page.get_by_role("alert")).to_contain_text("Line 2:")
    page.get_by_label("Or the lines themselves").fill("email,role\nzoe@uni.example,student\n")
    page.get_by_role("button", name="Show what would change").click()
    expect(page.get_by_role("status")).to_contain_text("This would add 1")
    page.get_by_role("button", name="Import", exact=True).click()
    expect(page.get_by_role("status")).to_contain_text("Done: 1 added")
    page.goto(MEMBERS)
    expect(page.get_by_role("link", name="zoe@uni.example")).to_be_visible()


def test_a_token_is_made_and_revoked(context: BrowserContext, world: World, site: str) -> None:
    page = enter(context, world, site, KIM)
    page.goto("/account/tokens")
    page.get_by_label("Name").fill("laptop")
    page.get_by_role("button", name="Make the token").click()
    expect(page.get_by_role("status")).to_contain_text("ag_")
    page.get_by_role("button", name="Revoke laptop").click()
    expect(page.get_by_text("You have no tokens.")).to_be_visible()


def test_a_course_is_copied_after_its_dates_were_seen(context: BrowserContext, world: World, site: str) -> None:
    page = enter(context, world, site, ROOT)
    page.goto(MEMBERS)
    page.get_by_role("link", name="Copy for the next term").click()
    page.get_by_label("Short name").fill("cs231n-2027")
    page.get_by_label("The first day of the new term's schedule").fill("2027-03-02")
    page.get_by_role("button", name="Show the dates").click()
    expect(page.get_by_role("table")).to_contain_text("2027")
    page.get_by_role("button", name="Make the course").click()
    expect(page).to_have_url(f"{site}/courses/cs231n-2027/gradebook")
    page.goto("/site")
    expect(page.get_by_role("table")).to_contain_text("cs231n-2027")
