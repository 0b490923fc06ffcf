"""The page that says who did what: filtered, paged, and safe to read."""

from __future__ import annotations

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

from grader.course import audit, people
from tests.web.world import COURSE, HOSTILE, World

KIM = "kim@uni.example"
AUDIT = f"/courses/{COURSE}/audit"


def note(world: World, subject: str, *, times: int = 1) -> None:
    with world.database.write() as session:
        course, kim = people.find_course(session, COURSE), people.find_user(session, KIM)
        for number in range(times):
            said = {"from": HOSTILE, "to": [1, {"a": None}]}
            audit.record(session, "settings", f"{subject} {number}", user_id=kim.id, course_id=course.id, detail=said)


def test_it_says_who_what_and_when_and_is_filtered(world: World) -> None:
    note(world, "apple")
    client = world.client(KIM)
    text = client.get(AUDIT, params={"text": "apple"}).text
    assert "apple 0" in text
    assert "Kim Seo-yeon" in text
    assert "assignment settings changed" in text
    assert "apple 0" not in client.get(AUDIT, params={"text": "pear"}).text
    assert "apple 0" not in client.get(AUDIT, params={"action": "enable"}).text
    assert "apple 0" in client.get(AUDIT, params={"user": KIM, "since": "2020-01-01", "until": "9000-01-01"}).text
    assert "apple 0" not in client.get(AUDIT, params={"user": "shell"}).text


def test_the_settings_of_a_course_lead_to_it(world: World) -> None:
    assert f'href="{AUDIT}"' in world.client(KIM).get(f"/courses/{COURSE}/settings").text


def test_an_administrator_sees_the_whole_site(world: World) -> None:
    with world.database.write() as session:
        people.create_user(session, "root@uni.example", admin=True)
        audit.record(session, "token", "elsewhere")
    client = world.client("root@uni.example")
    assert "elsewhere" in client.get("/site/audit").text
    assert 'href="/site/audit"' in client.get("/site").text
    assert world.client(KIM).get("/site/audit").status_code == 403


def test_a_day_that_is_none_is_said(world: World) -> None:
    answer = world.client(KIM).get(AUDIT, params={"since": "yesterday"})
    assert answer.status_code == 400
    assert "yesterday" in answer.text


def test_what_was_named_by_people_is_shown_as_text(world: World) -> None:
    note(world, HOSTILE)
    text = world.client(KIM).get(AUDIT).text
    assert "<script>alert" not in text
    assert "&lt;script&gt;" in text


def test_the_next_page_keeps_the_filters(world: World) -> None:
    note(world, "many", times=101)
    client = world.client(KIM)
    first = client.get(AUDIT, params={"text": "many"}).text
    assert "many 100" in first
    assert "many 0<" not in first
    address = first.partition('href="?')[2].partition('"')[0].replace("&amp;", "&")
    assert "text=many" in address
    assert "many 0<" in client.get(f"{AUDIT}?{address}").text


@pytest.mark.browser
@pytest.mark.parametrize("lang", ["en", "ko"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_is_wrong_with_the_page(world: World, site: str, chromium: Browser, lang: str, scheme: Any) -> None:
    note(world, "looked at")
    context = chromium.new_context(locale=lang, color_scheme=scheme, viewport={"width": 320, "height": 800})
    context.add_cookies([{"name": "session", "value": world.session_of(KIM), "url": site}])
    page = context.new_page()
    page.goto(site + AUDIT)
    found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    assert [(one["id"], [node["html"] for node in one["nodes"]]) for one in found] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    context.close()
