"""Answers, comments, requests and scores that are not shown yet, in a browser, by keyboard and as axe sees them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from grader.course import answers, comments, people, requests, settings, units
from grader.course.comments import Remark
from grader.course.tables import CourseAssignment, Submission
from tests.web.test_accessibility import WIDE, Findings, look_at
from tests.web.world import COURSE, World

pytestmark = pytest.mark.browser
KIM, ADA, BEN = "kim@uni.example", "ada@uni.example", "ben@uni.example"
ASSIGNMENT = f"/courses/{COURSE}/assignments/svm"
QUESTIONS = [
    {"id": "q1", "text": "Why does the loss begin at C - 1?\nTwo sentences.", "points": 3},
    {"id": "q2", "text": "What does reg do?", "points": 2},
]


@pytest.fixture(scope="module")
def partly(world: World) -> int:
    """Ada's submission with a comment and a request; both students have answered the first question."""
    id = world.made["partly"]
    with world.database.write() as session:
        course = people.find_course(session, COURSE)
        assignment = units.find_assignment(session, course, "svm")
        settings.change(session, assignment, {"questions": QUESTIONS})
        kim, ada, ben = (people.find_user(session, email).id for email in (KIM, ADA, BEN))
        for user, said in ((ada, "Every margin is one."), (ben, "Because of the margin.")):
            answers.answer(session, assignment, user, "q1", said, None, datetime.now(UTC))
        submission = session.get_one(Submission, id)
        where = {"function": "svm_loss_vectorized", "path": "linear_svm.py", "line": 2}
        remark = Remark("The sum is right.\nMind the average.", **where)
        comments.write(session, submission, remark, kim)
        requests.ask(session, submission, ada, "svm_loss_vectorized", "gradient", "My dW is right, look again.")
    return id


def show(world: World, **visibility: str) -> None:
    with world.database.write() as session:
        assignment = units.find_assignment(session, people.find_course(session, COURSE), "svm")
        session.get_one(CourseAssignment, assignment.id).visibility = visibility


@pytest.fixture
def context(chromium: Browser, site: str) -> Iterator[BrowserContext]:
    opened = chromium.new_context(locale="en-GB", viewport=WIDE, reduced_motion="reduce", base_url=site)
    yield opened
    opened.close()


def enter(context: BrowserContext, world: World, site: str, email: str) -> Page:
    context.add_cookies([{"name": "session", "value": world.session_of(email), "url": site}])
    return context.new_page()


@pytest.mark.parametrize("locale", ["en-GB", "ko-KR"])
def test_axe_finds_nothing_and_nothing_is_too_wide(
    chromium: Browser, world: World, site: str, partly: int, locale: str
) -> None:
    states = {"whole": {}, "part": {"gradient": "after-release"}, "none": {"*": "after-release"}}
    pages = [(ADA, f"/submissions/{partly}"), (ADA, ASSIGNMENT), (ADA, "/")]
    staff = [f"/submissions/{partly}", f"/submissions/{partly}?as=student", f"{ASSIGNMENT}/marking"]
    looks = [(state, *page) for state in states for page in pages]
    looks += [("part", KIM, path) for path in (*staff, f"/courses/{COURSE}/requests", ASSIGNMENT)]
    found = Findings()
    for state, who, path in [*looks, ("whole", ADA, f"{ASSIGNMENT}/answers")]:
        show(world, **states[state])
        context = chromium.new_context(locale=locale, viewport=WIDE, reduced_motion="reduce")
        page = enter(context, world, site, who)
        page.on("console", lambda message: found.console.append(message.text))
        page.goto(site + path)
        said = list(found.console)
        picture(page, f"{state}-{who[:3]}-{path.strip('/').replace('/', '-')}-{locale}")
        look_at(page, path, found)
        found.console[:] = said
        context.close()
    show(world)
    assert (found.axe, found.wide, found.console) == ([], [], [])


def picture(page: Page, name: str) -> None:
    """For whoever wants to look: a picture in the folder that GRADER_TEST_PICTURES names."""
    if folder := os.environ.get("GRADER_TEST_PICTURES"):
        page.screenshot(path=Path(folder) / f"{name.replace('?', '-')}.png", full_page=True)


def test_answers_are_marked_one_after_the_other_by_keyboard_alone(
    context: BrowserContext, world: World, site: str, partly: int
) -> None:
    assert partly
    page = enter(context, world, site, KIM)
    page.goto(f"{ASSIGNMENT}/marking?question=q1")
    expect(page.get_by_text("Every margin is one.")).to_be_visible()
    expect(page.get_by_label("Points, of 3")).to_be_focused()
    page.keyboard.type("9")
    page.keyboard.press("Enter")
    expect(page.get_by_text("From 0 to 3 points can be given.")).to_be_visible()
    page.keyboard.press("Control+A")
    page.keyboard.type("2.5")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Because of the margin.")).to_be_visible()
    expect(page.get_by_label("Points, of 3")).to_be_focused()
    page.keyboard.type("1")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_have_text("Every answer here is marked.")


def test_a_student_answers_and_is_told_when_somebody_was_faster(
    context: BrowserContext, world: World, site: str, partly: int
) -> None:
    assert partly
    page, other = enter(context, world, site, ADA), context.new_page()
    for one in (page, other):
        one.goto(ASSIGNMENT)
    for one, said in ((page, "It keeps weights small."), (other, "It shrinks W.")):
        one.get_by_label("What does reg do?").fill(said)
        one.get_by_role("button", name="Save this answer q2").click()
    expect(page.locator("#question-q2").get_by_role("status")).to_contain_text("Saved")
    expect(other.get_by_role("alert")).to_contain_text("Ada Byron")
    expect(other.get_by_label("What does reg do?")).to_have_value("It shrinks W.")


def test_a_request_is_asked_and_answered(context: BrowserContext, world: World, site: str, partly: int) -> None:
    page = enter(context, world, site, ADA)
    page.goto(f"/submissions/{partly}")
    page.get_by_text("Ask that a check be looked at again").click()
    page.get_by_label("Which check").select_option(label="svm_loss_naive: value")
    page.get_by_label("What you think is wrong").fill("Why so?")
    page.get_by_role("button", name="Send the request").click()
    page.context.clear_cookies()
    staff = enter(context, world, site, KIM)
    staff.goto(f"/courses/{COURSE}/requests")
    staff.get_by_role("row", name="Why so?").get_by_role("link").click()
    mine = staff.locator(".note", has_text="Why so?")
    mine.get_by_label("Your answer").fill("It is as it should be.")
    mine.get_by_role("button", name="Send the answer").click()
    expect(staff.locator(".note", has_text="Why so?")).to_contain_text("It is as it should be.")


def test_scores_are_released_by_the_instructor(context: BrowserContext, world: World, site: str, partly: int) -> None:
    show(world, gradient="after-release")
    page = enter(context, world, site, KIM)
    page.goto(f"/submissions/{partly}")
    page.get_by_role("link", name="View as student").click()
    expect(page.locator("#score")).to_contain_text("of what is shown so far")
    page.goto(ASSIGNMENT)
    page.get_by_role("button", name="Release scores").click()
    page.goto(f"/submissions/{partly}?as=student")
    expect(page.locator("#score")).not_to_contain_text("of what is shown so far")
    page.goto(ASSIGNMENT)
    page.get_by_role("button", name="Take the release of scores back").click()
    show(world)
