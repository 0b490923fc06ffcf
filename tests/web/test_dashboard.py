"""The pages of the instructor: gradebook, statistics, who is behind a figure, one student, the queue."""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect

import grader.web
from grader.course import people, units
from grader.course.tables import Grade, Role, Submission
from grader.web.chart import columns, spark
from tests.web.world import COURSE, World, _grade, full_report, named_report

KIM = "kim@uni.example"
GRADEBOOK = f"/courses/{COURSE}/gradebook"
STATISTICS = f"/courses/{COURSE}/assignments/svm/statistics"
STUDENTS = 60
FIRST_PAINT = 60_000
STATIC = Path(grader.web.__file__).parent / "static"


@pytest.fixture(scope="module")
def crowd(world: World) -> World:
    """Sixty more students, so that the gradebook has a second page; the first two of them made the same mistake."""
    with world.database.write() as session:
        course = people.find_course(session, COURSE)
        assignment = units.find_assignment(session, course, "svm").id
        for number in range(STUDENTS):
            user = people.create_user(session, f"z{number:02}@uni.example", name=f"Zoe {number:02}")
            people.add_member(session, course, user, Role.STUDENT).section = "Z"
            if number < 2:
                _grade(
                    session, world.made, f"zoe{number}", named_report(), of=(assignment, user.id), at=datetime.now(UTC)
                )
    return world


def get(world: World, path: str, lang: str = "en") -> str:
    answer = world.client(KIM, lang).get(path)
    assert answer.status_code == 200, answer.text
    return re.sub(r"\s+", " ", answer.text)


def id_of(world: World, name: str) -> int:
    with world.database.read() as session:
        return people.find_user(session, f"{name}@uni.example").id


# --------------------------------------------------------------------------- as the server sends them


def test_fifty_students_stand_on_a_page_and_the_foot_counts_all(crowd: World) -> None:
    first, second = get(crowd, GRADEBOOK), get(crowd, f"{GRADEBOOK}?page=2")
    names = [re.findall(r'<th scope="row" title="([^"]*)"', page) for page in (first, second)]
    assert [len(found) for found in names] == [50, 13]
    assert not set(names[0]) & set(names[1])
    assert "1–50 of 63" in first
    assert 'rel="next"' in first
    assert 'rel="prev"' in second
    foot = [re.search(r"With a score</th><td class=\"num\">([^<]*)<", page) for page in (first, second)]
    assert [found and found[1] for found in foot] == ["4 / 63", "4 / 63"]
    assert "51–63 of 63" in get(crowd, f"{GRADEBOOK}?page=99")


def test_the_gradebook_is_searched_without_a_script(crowd: World) -> None:
    page = get(crowd, f"{GRADEBOOK}?search=zoe+07")
    assert "1–1 of 1" in page
    assert "Zoe 07" in page
    assert "No student fits." in get(crowd, f"{GRADEBOOK}?search=nobody+at+all")


def test_a_cell_says_late_by_hand_withheld_and_excused(crowd: World) -> None:
    """What is excused has no number, and what was given by hand alone leads nowhere."""
    with crowd.database.write() as session:
        assignment = units.find_assignment(session, people.find_course(session, COURSE), "layers").id
        for name, more in (("z10", {"overridden": True, "withheld": True, "late": 61}), ("z11", {"excused": True})):
            user = people.find_user(session, f"{name}@uni.example").id
            row: dict[str, Any] = {"score": Fraction(7), "max_score": Fraction(10), "late": 0, **more}
            session.add(Grade(assignment_id=assignment, user_id=user, submission_id=None, **row))
    page = get(crowd, f"{GRADEBOOK}?search=zoe+10")
    assert re.search(r">late</abbr> <abbr [^>]*>by hand</abbr> <abbr [^>]*>withheld</abbr> 7\.0</td>", page)
    assert re.search(r'<td class="num">excused</td>', get(crowd, f"{GRADEBOOK}?search=zoe+11"))


def test_the_statistics_name_mistakes_and_shared_results_and_who_may_need_help(crowd: World) -> None:
    page = get(crowd, STATISTICS)
    assert f'href="{STATISTICS}/mistakes/reg-gradient-halved"' in page
    assert "adds reg * Σ W² to the loss and reg * W to the gradient" in page
    assert "Not started: 59" in page
    assert "Uploads in the last hour" in page
    assert re.search(r'data-plot role="img" aria-label="Curve of \d+ uploads', page)
    assert re.search(r'data-due="\d+"', page)


@pytest.mark.parametrize(
    ("order", "key"), [("rate", 0), ("-rate", 0), ("discrimination", 1), ("-discrimination", 1), ("-function", None)]
)
def test_the_checks_are_sorted_as_their_heads_say(crowd: World, order: str, key: int | None) -> None:
    page = get(crowd, f"{STATISTICS}?order={order}")
    rows = re.findall(r'<td class="num">(\d+) %.*?</td><td class="num">([−\d.–]+)</td></tr>', page)
    if key is not None:
        values = [float(row[key].replace("−", "-")) for row in rows if row[key] != "–"]
        assert values == sorted(values, reverse=order.startswith("-"))
    assert f'aria-sort="{"descending" if order.startswith("-") else "ascending"}"' in page


def test_those_behind_a_mistake_are_named_with_words_to_write_to_them(crowd: World) -> None:
    page = get(crowd, f"{STATISTICS}/mistakes/reg-gradient-halved")
    assert "Zoe 00" in page
    assert "z00@uni.example, z01@uni.example" in page
    assert "gives the numbers of a program that adds reg" in page
    korean = get(crowd, f"{STATISTICS}/mistakes/reg-gradient-halved", "ko")
    assert "프로그램과 같은 숫자를 냅니다" in korean
    assert "Nobody, at present." in get(crowd, f"{STATISTICS}/mistakes/unheard-of")


def test_a_student_is_shown_with_a_line_of_scores_and_every_attempt(crowd: World) -> None:
    page = get(crowd, f"/courses/{COURSE}/students/{id_of(crowd, 'ada')}")
    assert re.search(r'role="img" aria-label="Scores of the attempts in their order: [\d., ]+"', page)
    assert all(f'href="/submissions/{crowd.made[name]}"' in page for name in ("full", "partly", "rejected", "queued"))
    assert "nothing handed in" in get(crowd, f"/courses/{COURSE}/students/{id_of(crowd, 'z30')}")


def test_staff_stop_a_submission_from_the_queue(crowd: World) -> None:
    client, waiting = crowd.client(KIM), crowd.made["queued"]
    assert f'action="/queue/{waiting}/stop"' in client.get("/queue").text
    for _ in range(2):  # the second time it is no longer there, and nobody is told off
        answer = client.post(f"/queue/{waiting}/stop")
        assert (answer.status_code, answer.headers["location"]) == (303, "/queue")
    assert f'action="/queue/{waiting}/stop"' not in client.get("/queue").text
    with crowd.database.read() as session:
        assert session.get_one(Submission, waiting).status == "cancelled"


@pytest.mark.parametrize("path", [GRADEBOOK, STATISTICS, "/queue"])
def test_the_first_visit_of_a_page_loads_little(crowd: World, path: str) -> None:
    """The page, its style sheets, its scripts and what these import, each compressed."""
    page = crowd.client(KIM).get(path).text
    files = {*re.findall(r'(?:src|href)="/static/([^"?]+)', page), "live.js", "vendor/pico.min.css"}
    parts = [page.encode(), *((STATIC / name).read_bytes() for name in files)]
    assert sum(len(gzip.compress(part)) for part in parts) <= FIRST_PAINT


def test_a_line_of_scores_goes_up_with_them_and_needs_two() -> None:
    made = spark([Fraction(0), Fraction(5), Fraction(10)], Fraction(10))
    assert made is not None
    assert made.points == "3.0,21.0 60.0,12.0 117.0,3.0"
    assert spark([Fraction(1)], Fraction(10)) is None


def test_columns_are_as_high_as_what_they_count() -> None:
    high, low, none = columns([("1e-3", 4), ("1e-2", 2), ("1e-1", 0)]).bars
    assert (high.height, low.height, none.height) == (48.0, 24.0, 0.0)
    assert high.y + high.height == low.y + low.height


# --------------------------------------------------------------------------- in the browser


@pytest.fixture
def context(chromium: Browser, crowd: World, site: str) -> Iterator[BrowserContext]:
    opened = chromium.new_context(base_url=site, locale="en-GB", viewport={"width": 1280, "height": 900})
    opened.add_cookies([{"name": "session", "value": crowd.session_of(KIM), "url": site}])
    said: list[str] = []

    def note(message: ConsoleMessage) -> None:
        if message.type == "error":
            said.append(message.text)

    opened.on("console", note)
    opened.on("weberror", lambda error: said.append(str(error.error)))
    yield opened
    opened.close()
    assert said == []


@pytest.fixture
def page(context: BrowserContext) -> Page:
    return context.new_page()


@pytest.mark.browser
def test_typing_finds_a_student_of_a_later_page_and_arrow_keys_lead_to_the_work(page: Page) -> None:
    page.goto(GRADEBOOK)
    rows = page.locator("table[data-grid] tbody tr")
    expect(rows).to_have_count(50)
    page.get_by_label("Filter").press_sequentially("zoe 59")
    expect(rows).to_have_count(1)
    expect(page.locator("#count")).to_have_text("1–1 of 1")
    expect(page).to_have_url(re.compile("search=zoe"))
    page.get_by_label("Filter").fill("")
    expect(rows).to_have_count(50)
    page.locator("table[data-grid] thead a").first.focus()
    for key in ("ArrowDown", "ArrowDown", "ArrowRight", "ArrowLeft"):
        page.keyboard.press(key)
    expect(page.locator(":focus")).to_have_text("Ada Byron")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Ada Byron")


@pytest.mark.browser
def test_names_and_heads_stay_where_the_table_is_scrolled(page: Page) -> None:
    page.set_viewport_size({"width": 420, "height": 700})
    page.goto(GRADEBOOK)
    box = page.locator(".grid-box")
    box.evaluate("box => { box.scrollTop = 400; box.scrollLeft = 120; }")
    frame, head = box.bounding_box(), page.locator("table[data-grid] thead th").first.bounding_box()
    foot = page.locator("table[data-grid] tfoot tr").last.bounding_box()
    assert frame is not None
    assert head is not None
    assert foot is not None
    assert abs(head["y"] - frame["y"]) < 3
    assert abs(head["x"] - frame["x"]) < 3
    assert abs(foot["y"] + foot["height"] - frame["y"] - frame["height"]) < 20


@pytest.mark.browser
def test_a_new_score_appears_in_the_gradebook_and_the_focus_stays(page: Page, crowd: World) -> None:
    page.goto(f"{GRADEBOOK}?search=zoe+4")
    row = page.locator("table[data-grid] tbody tr", has_text="Zoe 40")
    expect(row).not_to_contain_text("20.0")
    row.get_by_role("link", name="Zoe 40").focus()
    page.evaluate("document.documentElement.dataset.sameDocument = 'yes'")
    page.wait_for_timeout(2500)  # the watcher has had its first look
    hand_in(crowd, "z40")
    expect(row).to_contain_text("20.0", timeout=20_000)
    expect(page.locator(":focus")).to_have_text("Zoe 40")
    assert page.evaluate("document.documentElement.dataset.sameDocument") == "yes"


def hand_in(world: World, name: str) -> None:
    with world.database.write() as session:
        assignment = units.find_assignment(session, people.find_course(session, COURSE), "svm").id
        user = people.find_user(session, f"{name}@uni.example").id
        _grade(session, world.made, f"{name} new", full_report(), of=(assignment, user), at=datetime.now(UTC))


@pytest.mark.browser
def test_the_curve_of_uploads_is_drawn_beside_its_table_and_grows(page: Page, crowd: World) -> None:
    """The canvas is not empty, the table says the same, and a new upload is in both without a reload."""
    page.goto(STATISTICS)
    expect(page.locator("[data-plot] canvas")).to_be_visible()
    assert page.locator("[data-plot] canvas").evaluate(INK) > 100
    before = sum(map(int, (page.locator("[data-plot]").get_attribute("data-counts") or "").split()))
    page.wait_for_timeout(2500)
    hand_in(crowd, "z41")
    expect(page.locator("[data-plot]")).to_have_attribute(
        "aria-label", re.compile(f"Curve of {before + 1} "), timeout=30_000
    )
    expect(page.locator("[data-plot] canvas")).to_be_visible()
    section = page.locator("section", has=page.locator("[data-plot]"))
    section.get_by_text("As a table").click()
    counts = section.locator("tbody td").all_inner_texts()
    assert sum(map(int, counts)) == before + 1


INK = """canvas => {
    const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    let inked = 0;
    for (let at = 3; at < data.length; at += 4) inked += data[at] > 0;
    return inked;
}"""


@pytest.mark.browser
def test_the_way_from_a_mistake_to_a_students_report_needs_the_keyboard_alone(page: Page) -> None:
    page.goto(STATISTICS)
    for text, heading in (("reg-gradient-halved", "who is behind it"), ("Zoe 00", "Zoe 00")):
        page.get_by_role("link", name=text).first.focus()
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", level=1)).to_contain_text(heading)
    page.locator("summary").first.focus()
    page.keyboard.press("Enter")
    page.get_by_role("link", name="attempt 1").first.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("attempt 1")
