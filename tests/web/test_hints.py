"""Hints on the pages: the button that opens the next one, what is said while there is none, what staff see of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Locator, Page, expect

from grader.core import Message
from grader.report import text
from grader.web.lines import headline
from tests.web.test_pages import ADA, BEN, KIM, Outline
from tests.web.world import COURSE, MISTAKE, World, hinted, named_report

PAGE = f"/courses/{COURSE}/assignments/svm/hints"
HINTS = [text(Message(f"diagnosis.{MISTAKE}.hint-{level}"), "en") for level in (1, 2, 3)]
FORM = {"function": "svm_loss_vectorized", "diagnosis": MISTAKE, "anchor": "hints-1"}
SHOW = "Show hint {}: used hints are visible to your instructor"
DEFAULT = {"kind": "attempts", "attempts": "1", "minutes": "30", "all_after_due": "true"}


@pytest.fixture(scope="module")
def id(world: World) -> int:
    """Ben's second attempt with the same mistake."""
    return hinted(world, "ben")


def shown(world: World, who: str, path: str, lang: str = "en") -> str:
    answer = world.client(who, lang).get(path)
    assert answer.status_code == 200
    return Outline(answer.text).text


def told(page: str) -> list[bool]:
    return [hint in page for hint in HINTS]


def rule(world: World, **form: str) -> None:
    assert world.client(KIM).post(PAGE, data=DEFAULT | form).status_code == 303


# --------------------------------------------------------------------------- the student


def test_the_first_hint_is_there_and_the_button_says_who_will_see_the_second(world: World, id: int) -> None:
    page = shown(world, BEN, f"/submissions/{id}")
    assert told(page) == [True, False, False]
    assert SHOW.format(2) in page
    assert "힌트 2 보기: 사용한 힌트는 강사에게 표시됩니다" in shown(world, BEN, f"/submissions/{id}", "ko")


def test_the_button_opens_the_hint_without_a_script(world: World, id: int) -> None:
    client = world.client(BEN)
    answer = client.post(f"/submissions/{id}/hints", data=FORM | {"level": 2})
    assert (answer.status_code, answer.headers["location"]) == (303, f"/submissions/{id}?opened=hints-1#hints-1")
    page = client.get(answer.headers["location"]).text
    assert told(Outline(page).text) == [True, True, False]
    assert 'id="hints-1"' in page
    assert "still to come: 1." in page
    again = client.post(f"/submissions/{id}/hints", data=FORM | {"level": 3})
    assert again.headers["location"] == f"/submissions/{id}#hints-1"
    assert told(shown(world, BEN, f"/submissions/{id}")) == [True, True, False]


@pytest.mark.parametrize(("who", "status"), [(ADA, 404), (KIM, 403)])
def test_nobody_else_has_the_button_nor_its_door(world: World, id: int, who: str, status: int) -> None:
    assert world.client(who).post(f"/submissions/{id}/hints", data=FORM | {"level": 2}).status_code == status
    if who == KIM:
        assert SHOW.format(2) not in shown(world, KIM, f"/submissions/{id}")


@pytest.mark.parametrize("changed", [{"anchor": "https://evil.example"}, {"level": "x"}, {"function": None}])
def test_a_form_that_is_not_ours_is_refused(world: World, id: int, changed: dict[str, Any]) -> None:
    form = {key: value for key, value in (FORM | {"level": 2} | changed).items() if value is not None}
    assert world.client(BEN).post(f"/submissions/{id}/hints", data=form).status_code == 422


def test_a_hint_that_is_not_there_is_not_found(world: World, id: int) -> None:
    form = FORM | {"level": 2, "diagnosis": "<b>other</b>"}
    answer = world.client(BEN).post(f"/submissions/{id}/hints", data=form)
    assert answer.status_code == 404
    assert "<b>other" not in answer.text


def test_a_hint_that_opens_by_time_says_when(world: World, id: int) -> None:
    rule(world, kind="time", minutes="600")
    page = shown(world, BEN, f"/submissions/{id}")
    assert re.search(r"can be opened in (9 h 59 min|10 h 0 min) \(\w+ \d{4}-\d\d-\d\d \d\d:\d\d KST\)\.", page)
    assert "Show hint" not in page
    rule(world)


def test_the_attempt_before_stands_beside_this_one(world: World, id: int) -> None:
    page = shown(world, BEN, f"/submissions/{id}")
    said = "Since attempt 1: svm_loss_vectorized: gradient of your own loss now right; gradient still missing (+2)."
    assert said in page
    assert "Attempt 1 beside this one" in page
    assert "svm_loss_vectorized 6.0 8.0 gradient of your own loss now right; gradient still missing" in page
    assert "svm_loss_naive 8.0 8.0 as before" in page
    assert "1번째 제출 이후: svm_loss_vectorized" in shown(world, BEN, f"/submissions/{id}", "ko")


def test_a_first_attempt_has_nothing_beside_it(world: World, id: int) -> None:
    assert "Since attempt" not in shown(world, BEN, f"/submissions/{id - 1}")


def test_the_table_of_attempts_names_no_mistake_that_hidden_checks_alone_have_found() -> None:
    named = named_report()
    (naive, wrong) = named.functions
    hidden = replace(named, functions=(naive, replace(wrong, checks=(replace(wrong.checks[1], hidden=True),))))
    assert headline(named, "en").startswith("svm_loss_vectorized: Your dW is exactly that")
    assert "dW" not in headline(hidden, "en")


# --------------------------------------------------------------------------- the staff


def test_staff_read_every_hint_and_what_the_student_has_opened(world: World, id: int) -> None:
    world.client(BEN).post(f"/submissions/{id}/hints", data=FORM | {"level": 2})
    page = shown(world, KIM, f"/submissions/{id}")
    assert told(page) == [True, True, True]
    assert "The student sees 2 of 3 hints." in page
    assert "Hint 2 was opened" in page


def test_the_page_of_hints_lists_who_has_opened_what(world: World, id: int) -> None:
    world.client(BEN).post(f"/submissions/{id}/hints", data=FORM | {"level": 2})
    page = shown(world, KIM, PAGE)
    assert f"Ben svm_loss_vectorized {MISTAKE} 2" in page
    assert "The newest first: 1 of 1" in page
    assert "Nobody has opened a hint yet." in shown(world, KIM, f"{PAGE}?user={ADA}")
    assert world.client(BEN).get(PAGE).status_code == 403


def test_the_rule_is_set_by_a_form_and_told_to_students(world: World) -> None:
    for kind, said in (
        ("time", "minutes between two: 45."),
        ("all", "All hints are shown at once."),
        ("none", "No hints are shown."),
        ("attempts", "graded attempts between two: 3."),
    ):
        rule(world, kind=kind, attempts="3", minutes="45")
        assert said in shown(world, KIM, PAGE)
        assert said in shown(world, BEN, PAGE.removesuffix("/hints"))
    rule(world)


def test_a_box_that_is_not_ticked_is_off(world: World) -> None:
    unticked = {name: value for name, value in DEFAULT.items() if name != "all_after_due"}
    world.client(KIM).post(PAGE, data=unticked)
    path = f"/api/v1/courses/{COURSE}/assignments/svm"
    assert world.client(KIM).get(path).json()["hints"]["all_after_due"] is False
    rule(world)
    assert world.client(KIM).get(path).json()["hints"]["all_after_due"] is True


@pytest.mark.parametrize("form", [{"kind": "often"}, {"attempts": "-1"}, {"minutes": ""}])
def test_a_rule_that_is_none_is_refused(world: World, form: dict[str, str]) -> None:
    assert world.client(KIM).post(PAGE, data=DEFAULT | form).status_code == 422


def test_students_set_no_rule(world: World) -> None:
    assert world.client(BEN).post(PAGE, data=DEFAULT).status_code == 403


# --------------------------------------------------------------------------- in a browser


@pytest.fixture(params=["with scripts", "without scripts"])
def page(request: pytest.FixtureRequest, chromium: Browser, world: World, site: str) -> Iterator[Page]:
    """A second attempt with the same mistake, in a browser that has scripts, or has none."""
    scripts = request.param == "with scripts"
    name = "eve" if scripts else "ada"
    context = chromium.new_context(base_url=site, locale="en-GB", java_script_enabled=scripts)
    context.add_cookies([{"name": "session", "value": world.session_of(f"{name}@uni.example"), "url": site}])
    opened = context.new_page()
    opened.goto(f"/submissions/{hinted(world, name)}")
    yield opened
    context.close()


def region(page: Page) -> Locator:
    return page.locator("#hints-1")


@pytest.mark.browser
def test_the_next_hint_is_opened_with_the_keyboard_and_read_where_it_appears(page: Page) -> None:
    """The region is polite and stays; with scripts the page stays too, and the new hint has the focus."""
    button = page.get_by_role("button", name=SHOW.format(2))
    expect(button).to_be_visible()
    expect(region(page)).to_have_attribute("aria-live", "polite")
    button.focus()
    page.keyboard.press("Enter")
    expect(region(page)).to_contain_text(HINTS[1])
    expect(region(page).get_by_text(HINTS[1])).to_be_visible()
    expect(region(page)).to_contain_text("still to come: 1.")
    expect(button).to_have_count(0)
    expect(region(page)).to_have_count(1)


@pytest.mark.browser
@pytest.mark.parametrize("page", ["with scripts"], indirect=True)
def test_with_scripts_the_page_stays_and_the_new_hint_has_the_focus(page: Page) -> None:
    page.evaluate("document.documentElement.dataset.sameDocument = 'yes'")
    button = page.get_by_role("button", name=re.compile("Show hint"))
    level = int(re.findall(r"\d", button.inner_text())[0])
    button.press("Enter")
    expect(region(page)).to_contain_text(HINTS[level - 1])
    expect(page.locator(":focus")).to_have_text(f"Hint {level} of 3")
    assert page.evaluate("document.documentElement.dataset.sameDocument") == "yes"
    assert Axe().run(page).response["violations"] == []
