"""The pages of regrades, over results that are written without a worker; in a browser, and without script."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from grader.course import people, regrade_work, regrades, units
from grader.course.regrade_work import SHARDS
from grader.course.regrades import Wanted
from grader.course.tables import Submission
from grader.report import stored
from tests.web.world import COURSE, HOSTILE, World, full_report

KIM = "kim@uni.example"
REGRADES = f"/courses/{COURSE}/assignments/svm/regrades"


def run(world: World, id: int) -> None:
    """Everyone gets full marks now."""
    for shard in range(SHARDS):
        while True:
            with world.database.write() as session:
                if (work := regrade_work.take(session, id, shard)) is None:
                    break
                assert regrade_work.finish(session, work, stored.encode(full_report()))


def begin(world: World, **wanted: Any) -> int:
    with world.database.write() as session:
        assignment = units.find_assignment(session, people.find_course(session, COURSE), "svm")
        return regrades.begin(session, assignment, Wanted(**wanted), people.find_user(session, KIM).id).id


@pytest.fixture
def over(world: World) -> Iterator[World]:
    """The world, in which no regrade is left undecided."""
    yield world
    with world.database.write() as session:
        kim = people.find_user(session, KIM).id
        for one in session.query(regrades.Regrade).filter(regrades.Regrade.state.in_(regrades.UNDECIDED)).all():
            regrades.drop(session, one.id, kim)
        for one in session.query(regrades.Regrade).filter_by(state="applied").order_by(regrades.Regrade.id.desc()):
            regrades.rollback(session, one.id, kim)


def test_a_dry_run_is_begun_by_the_form_and_decided_by_buttons(over: World) -> None:
    client = over.client(KIM)
    answer = client.post(REGRADES, data={"which": "all", "never_lower": "true", "reason": "the tolerance was wrong"})
    assert answer.status_code == 303
    address = answer.headers["location"]
    assert "running" in client.get(address).text
    run(over, int(address.rpartition("/")[2]))
    ready = client.get(address).text
    assert "no score has changed yet" in ready
    assert "the tolerance was wrong" in ready
    assert client.post(f"{address}/apply").status_code == 303
    applied = client.get(address).text
    assert "Applied: the new reports hold" in applied
    assert client.post(f"{address}/rollback").status_code == 303
    assert "Rolled back" in client.get(address).text
    assert f'href="{address}"' in client.get(REGRADES).text


def test_the_table_says_old_new_difference_and_why(over: World) -> None:
    id = begin(over, students=["ada@uni.example"])
    run(over, id)
    with over.database.read() as session:
        before = session.get_one(Submission, over.made["full"]).score
    text = over.client(KIM).get(f"/regrades/{id}?show=all").text
    row = re.search(r"<tr><th scope=\"row\">Ada Byron</th>.*?</tr>", text, re.S)
    assert row is not None
    assert f"{float(before or 0):g}" in row[0]
    assert "svg" in text
    assert "Histogram of the differences" in text


def test_who_gains_is_told_with_the_check(over: World) -> None:
    id = begin(over, which="all")
    run(over, id)
    text = over.client(KIM).get(f"/regrades/{id}").text
    assert "+6" in text
    assert "svm_loss_vectorized" in text


@pytest.mark.parametrize(
    ("lang", "lead"), [("en", "Scores that count, once this is applied"), ("ko", "반영하면 학생이 받는 점수")]
)
def test_what_students_get_in_the_end_is_told_before_it_is_applied(over: World, lang: str, lead: str) -> None:
    id = begin(over, which="all")
    assert lead not in over.client(KIM, lang).get(f"/regrades/{id}").text
    run(over, id)
    told = over.client(KIM, lang).get(f"/regrades/{id}").text
    assert lead in told
    outlook = told[told.index('id="outlook"') : told.index('id="rows"')]
    assert "Ada Byron" in outlook or "&lt;script&gt;" in outlook


def test_settings_that_outlast_a_rollback_are_told_with_the_way_to_them(over: World) -> None:
    id = begin(over, which="all")
    run(over, id)
    client = over.client(KIM)
    client.post(f"/regrades/{id}/drop")
    assert "is graded by the settings" not in client.get(f"/regrades/{id}").text
    with over.database.write() as session:
        units.find_assignment(session, people.find_course(session, COURSE), "svm").tolerance = 1e-3
    try:
        told = client.get(f"/regrades/{id}").text
    finally:
        with over.database.write() as session:
            units.find_assignment(session, people.find_course(session, COURSE), "svm").tolerance = None
    assert "is graded by the settings" in told
    assert f"/courses/{COURSE}/assignments/svm/settings" in told


def test_a_refusal_is_said_on_the_page_with_what_was_typed(over: World) -> None:
    answer = over.client(KIM).post(REGRADES, data={"students": "nobody@uni.example", "reason": "because"})
    assert answer.status_code == 422
    assert "nobody@uni.example is no member" in answer.text
    assert 'value="because"' in answer.text
    first = begin(over)
    answer = over.client(KIM).post(REGRADES, data={})
    assert answer.status_code == 409
    assert f"Regrade {first} " in answer.text
    assert over.client(KIM).post(f"/regrades/{first}/rollback").status_code == 409


def test_names_and_reasons_are_shown_as_text(over: World) -> None:
    id = begin(over, reason=HOSTILE)
    run(over, id)
    for path in (REGRADES, f"/regrades/{id}?show=all"):
        text = over.client(KIM).get(path).text
        assert "<script>alert" not in text
        assert "&lt;script&gt;" in text


@pytest.mark.parametrize("path", [REGRADES, "/regrades/1"])
def test_students_do_not_see_it(over: World, path: str) -> None:
    begin(over)
    assert over.client("ada@uni.example").get(path).status_code in (403, 404)


# --------------------------------------------------------------------------- in a browser


def signed_in(chromium: Browser, world: World, site: str, **options: Any) -> Page:
    context = chromium.new_context(**options)
    context.add_cookies([{"name": "session", "value": world.session_of(KIM), "url": site}])
    return context.new_page()


@pytest.mark.browser
def test_the_page_follows_the_dry_run_and_applies_by_keyboard(over: World, site: str, chromium: Browser) -> None:
    page = signed_in(chromium, over, site, locale="en")
    page.goto(site + REGRADES)
    page.get_by_label("all attempts").check()
    page.get_by_label("Reason").fill("a wrong tolerance")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("running")
    id = int(page.url.rpartition("/")[2])
    run(over, id)
    apply = page.get_by_role("button", name="Apply to everyone")
    expect(apply).to_be_visible()
    apply.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("Applied")
    page.get_by_role("button", name="Roll back").click()
    expect(page.get_by_role("status")).to_contain_text("Rolled back")
    page.context.close()


@pytest.mark.browser
@pytest.mark.parametrize("lang", ["en", "ko"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_is_wrong_with_the_pages(over: World, site: str, chromium: Browser, lang: str, scheme: Any) -> None:
    id = begin(over, which="all")
    page = signed_in(chromium, over, site, locale=lang, color_scheme=scheme, viewport={"width": 320, "height": 800})
    addresses = [REGRADES, f"/regrades/{id}", f"/regrades/{id}?show=all"]
    for address in addresses:
        if address.endswith("all"):
            run(over, id)
        page.goto(site + address)
        found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
        assert [(one["id"], [node["html"] for node in one["nodes"]]) for one in found] == []
        assert page.evaluate("document.documentElement.scrollWidth") <= 320
    page.context.close()
