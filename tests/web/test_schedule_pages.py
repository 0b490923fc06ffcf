"""The pages by which a schedule is set: of an assignment, of a course, and for one student alone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.web.test_pages import ADA, BEN, KIM, Outline
from tests.web.world import COURSE, World

BASE = f"/courses/{COURSE}/assignments/layers"
API = f"/api/v1{BASE}"
SETTINGS, ALLOWANCES, OF_COURSE = f"{BASE}/settings", f"{BASE}/allowances", f"/courses/{COURSE}/settings"


def settings(world: World) -> dict[str, Any]:
    found: dict[str, Any] = world.client(KIM).get(API).json()
    return found


def form(world: World, **typed: Any) -> dict[str, Any]:
    plain = {"grace_minutes": "0", "late_kind": "none", "counts": "best", "weight": "1", "learning": "0"}
    return plain | {"supply": "true", "version": settings(world)["version"]} | typed


def save(world: World, **typed: Any) -> Any:
    return world.client(KIM).post(SETTINGS, data=form(world, **typed))


def shown(world: World, path: str, lang: str = "en") -> str:
    answer = world.client(KIM, lang).get(path)
    assert answer.status_code == 200
    return Outline(answer.text).text


def test_times_are_typed_and_shown_in_the_zone_of_the_course(world: World) -> None:
    assert save(world, opens="2027-02-01T09:00", due="2027-03-01T23:59", closes="2027-03-08T23:59").status_code == 303
    mine = settings(world)
    assert (mine["opens"], mine["due"]) == ("2027-02-01T00:00:00Z", "2027-03-01T14:59:00Z")
    page = world.client(KIM).get(SETTINGS).text
    assert 'value="2027-03-01T23:59"' in page
    assert "Asia/Seoul" in page
    save(world)
    assert settings(world)["due"] is None


def test_everything_of_the_form_is_saved_and_shown_again(world: World) -> None:
    typed = {
        "title": "All layers",
        "grace_minutes": "5",
        "late_kind": "late-days",
        "percent_per_day": "12.5",
        "days": "2",
        "attempts_per_day": "3",
        "attempts_total": "30",
        "counts": "chosen",
        "weight": "0.75",
        "teams": "true",
        "released": "true",
        "question_id": ["q1", ""],
        "question_text": ["Why?\r\nAnd how?", ""],
        "question_points": ["2.5", ""],
        "check": ["gradient", "value"],
        "seen": ["after-due", "always"],
        "share": ["", "40"],
        "tolerance": "1e-4",
    }
    assert save(world, **typed).status_code == 303
    mine = settings(world)
    assert mine["late_policy"] == {"kind": "late-days", "percent_per_day": 12.5, "days": 2}
    assert mine["questions"] == [{"id": "q1", "text": "Why?\nAnd how?", "points": 2.5}]
    assert (mine["visibility"], mine["points"], mine["tolerance"]) == ({"gradient": "after-due"}, {"value": 40}, 1e-4)
    assert (mine["title"], mine["weight"], mine["teams"], mine["released"]) == ("All layers", 0.75, True, True)
    assert (mine["counts"], mine["attempts_per_day"], mine["attempts_total"]) == ("chosen", 3, 30)
    page = world.client(KIM).get(SETTINGS).text
    for value in ("All layers", "12.5", "0.75", "q1", "2.5", "Why?\nAnd how?"):
        assert value in page
    assert save(world).status_code == 303
    assert (settings(world)["teams"], settings(world)["questions"]) == (False, [])


@pytest.mark.parametrize(
    ("typed", "field", "said"),
    [
        ({"opens": "2027-03-02T00:00", "due": "2027-03-01T00:00"}, "due", "The due time is before the opening."),
        ({"due": "2027-03-02T00:00", "closes": "2027-03-01T00:00"}, "closes", "The closing is before the due time."),
        ({"due": "soon"}, "due", "“soon” is not a time"),
        ({"late_kind": "percent"}, "percent_per_day", "needs percent_per_day"),
        ({"late_kind": "percent", "percent_per_day": "101"}, "percent_per_day", "100"),
        ({"grace_minutes": "-1"}, "grace_minutes", "0"),
        ({"grace_minutes": "five"}, "grace_minutes", "number"),
        ({"weight": "1e999999999"}, "weight", "number"),
        ({"weight": "0.125"}, "weight", "two decimals"),
        ({"attempts_per_day": "0"}, "attempts_per_day", "1"),
        ({"tolerance": "2"}, "tolerance", "at most 0.1"),
    ],
)
def test_what_is_wrong_is_told_beside_its_field_and_nothing_is_lost(
    world: World, typed: dict[str, str], field: str, said: str
) -> None:
    before = settings(world)
    answer = save(world, title="What was typed stays", **typed)
    assert answer.status_code == 422
    told = re.search(rf'<p id="{field}-fault" class="fault">(.*?)</p>', answer.text)
    assert told is not None
    assert said in told[1]
    assert re.search(rf'<input id="{field}"[^>]*aria-invalid="true"[^>]*{field}-fault', answer.text)
    assert "What was typed stays" in answer.text
    assert settings(world) | {"if_now": None} == before | {"if_now": None}


def test_checks_have_a_hundred_percent_in_all(world: World) -> None:
    answer = save(world, check=["gradient", "value"], seen=["always", "always"], share=["60", "41"])
    assert answer.status_code == 422
    assert "must be at most 100" in answer.text
    assert 'value="41"' in answer.text


def test_a_question_that_is_wrong_is_told_in_its_row(world: World) -> None:
    row = {"question_id": ["q 1"], "question_text": ["Why?"], "question_points": ["many"]}
    answer = save(world, **row)
    assert answer.status_code == 422
    assert answer.text.count('class="fault"') == 2


def test_the_second_of_two_who_save_is_told(world: World) -> None:
    first = form(world, grace_minutes="5")
    assert world.client(KIM).post(SETTINGS, data=first).status_code == 303
    answer = world.client(KIM).post(SETTINGS, data=first | {"grace_minutes": "9"})
    assert answer.status_code == 409
    assert "Kim Seo-yeon changed this at" in Outline(answer.text).text
    assert settings(world)["grace_minutes"] == 5


def test_an_extension_is_given_and_taken_back(world: World) -> None:
    save(world, due="2027-03-01T23:59")
    found = world.client(KIM).get(f"{ALLOWANCES}?user={BEN}")
    assert found.status_code == 303
    path = found.headers["location"]
    body = {"version": "0", "due": "2027-03-03T23:59", "reason": "ill"}
    assert world.client(KIM).post(f"{path}/extension", data=body).status_code == 303
    assert world.client(BEN).get(API).json()["own_due"] == "2027-03-03T14:59:00Z"
    assert "2027-03-03 23:59 KST" in Outline(world.client(BEN).get(BASE).text).text
    assert "Ben Wed 2027-03-03 23:59 KST" in shown(world, ALLOWANCES)
    assert world.client(KIM).post(f"{path}/extension", data={"version": "1", "action": "remove"}).status_code == 303
    assert "Nobody has another due time." in shown(world, ALLOWANCES)


def test_a_score_is_decided_and_what_cannot_be_is_told(world: World) -> None:
    path = world.client(KIM).get(f"{ALLOWANCES}?user={BEN}").headers["location"]
    wrong = world.client(KIM).post(f"{path}/override", data={"version": "0", "score": "11"})
    assert wrong.status_code == 422
    assert re.search(r'<p id="score-fault" class="fault">The score must be from 0 to 10,', wrong.text)
    assert 'value="11"' in wrong.text
    empty = world.client(KIM).post(f"{path}/override", data={"version": "0"})
    assert "This decides nothing" in Outline(empty.text).text
    assert world.client(KIM).post(f"{path}/override", data={"version": "0", "score": "7.5"}).status_code == 303
    assert "counts 7.5 of 10" in shown(world, path)
    again = world.client(KIM).post(f"{path}/override", data={"version": "0", "excused": "true"})
    assert again.status_code == 409
    assert world.client(KIM).post(f"{path}/override", data={"version": "1", "action": "remove"}).status_code == 303


def test_who_is_no_student_is_told_beside_the_field(world: World) -> None:
    for user in ("mallory@uni.example", "nobody", KIM, "999999"):
        answer = world.client(KIM).get(ALLOWANCES, params={"user": user})
        assert answer.status_code == 404
        assert 'id="user-fault"' in answer.text


def test_late_days_and_zone_are_the_courses(world: World) -> None:
    page = world.client(KIM).get(OF_COURSE).text
    version = re.search(r'name="version" value="(\d+)"', page)
    assert version is not None
    body = {"version": version[1], "late_days": "5", "timezone": "Asia/Seoul", "profile": "default"}
    wrong = world.client(KIM).post(OF_COURSE, data=body | {"timezone": "Europe/Atlantis"})
    assert (wrong.status_code, 'id="timezone-fault"' in wrong.text) == (422, True)
    unknown = world.client(KIM).post(OF_COURSE, data=body | {"late_days": "-3"})
    assert (unknown.status_code, 'id="late_days-fault"' in unknown.text) == (422, True)


def test_a_student_is_told_on_the_page_what_handing_in_now_costs(world: World) -> None:
    save(world, due="2026-01-01T00:00", late_kind="percent", percent_per_day="0.01")
    said = Outline(world.client(BEN).get(BASE).text).text
    assert re.search(
        r"Handing in now counts as late \(days begun: \d+\): [0-9.]+ % of the score will be taken off\.", said
    )
    assert "지금 제출하면 지각입니다" in Outline(world.client(BEN, "ko").get(BASE).text).text
    save(world)
    assert "Handing in now" not in world.client(BEN).get(BASE).text


def test_a_student_chooses_which_attempt_counts_without_a_script(world: World) -> None:
    svm, partly, full = (f"/api/v1/courses/{COURSE}/assignments/svm", world.made["partly"], world.made["full"])
    ada, button = world.client(ADA), "Let this attempt count"
    assert button not in ada.get(f"/submissions/{partly}").text
    world.client(KIM).patch(svm, json={"counts": "chosen"})
    assert button in ada.get(f"/submissions/{partly}").text
    assert button not in world.client(KIM).get(f"/submissions/{partly}").text
    assert ada.post(f"/submissions/{partly}/select").status_code == 303
    assert "This attempt counts: it was chosen." in ada.get(f"/submissions/{partly}").text
    assert ada.get(svm).json()["best"]["submission"] == partly
    assert world.client(BEN).post(f"/submissions/{partly}/select").status_code == 404
    assert world.client(KIM).post(f"/submissions/{partly}/select").status_code == 403
    world.client(KIM).patch(svm, json={"counts": "best"})
    assert ada.get(svm).json()["best"]["submission"] == full
    assert ada.post(f"/submissions/{partly}/select").status_code == 303, "there is nothing to choose any more"
    assert ada.get(svm).json()["best"]["submission"] == full


@pytest.mark.parametrize("path", [SETTINGS, ALLOWANCES, OF_COURSE])
def test_students_have_none_of_these_pages(world: World, path: str) -> None:
    assert world.client(ADA).get(path).status_code == 403
    assert path not in world.client(ADA).get(BASE).text
    assert world.client(ADA).post(path, data={"version": "0"}).status_code in (403, 405)


@pytest.mark.parametrize("path", [SETTINGS, ALLOWANCES, OF_COURSE])
def test_the_pages_are_there_in_korean(world: World, path: str) -> None:
    assert re.search("설정|연장", shown(world, path, "ko"))


# --------------------------------------------------------------------------- in a browser


@pytest.fixture(params=["light", "dark"])
def page(request: pytest.FixtureRequest, chromium: Browser, world: World, site: str) -> Iterator[Page]:
    context = chromium.new_context(base_url=site, locale="en-GB", color_scheme=request.param, java_script_enabled=True)
    context.add_cookies([{"name": "session", "value": world.session_of(KIM), "url": site}])
    yield context.new_page()
    context.close()


@pytest.mark.browser
def test_settings_are_changed_by_keyboard_alone_and_the_pages_are_accessible(page: Page) -> None:
    page.goto(SETTINGS)
    page.get_by_label("Grace, in minutes").focus()
    page.keyboard.press("Control+A")
    page.keyboard.type("7")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("Saved.")
    expect(page.get_by_label("Grace, in minutes")).to_have_value("7")
    for path in (SETTINGS, ALLOWANCES, OF_COURSE):
        page.goto(path)
        assert Axe().run(page).response["violations"] == []
    page.goto(ALLOWANCES)
    page.get_by_label("Whose? E-mail, number or a part of the name").fill(BEN)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("For Ben alone")
    assert Axe().run(page).response["violations"] == []


@pytest.mark.browser
def test_a_refusal_is_read_beside_its_field(page: Page) -> None:
    page.goto(SETTINGS)
    page.get_by_label("Opens").fill("2027-03-02T10:00")
    page.get_by_label("Due", exact=True).fill("2027-03-01T10:00")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("alert")).to_contain_text("Nothing was saved.")
    expect(page.get_by_label("Due", exact=True)).to_have_accessible_description(re.compile("before the opening"))
    assert Axe().run(page).response["violations"] == []


def test_a_student_is_found_by_a_part_of_the_name_and_several_are_a_choice(world: World) -> None:
    kim = world.client(KIM)
    ada = kim.get(ALLOWANCES, params={"user": "byron"})
    assert (ada.status_code, ada.headers["location"].startswith(f"{ALLOWANCES}/")) == (303, True)
    several = kim.get(ALLOWANCES, params={"user": "uni.example"})
    assert "Students who are found by “uni.example”: 3." in Outline(several.text).text
    assert several.text.count(f'href="{ALLOWANCES}/') == 3
    nobody = kim.get(ALLOWANCES, params={"user": "이서연"})
    assert nobody.status_code == 404
    assert "has “이서연” as e-mail or number, or in the name" in Outline(nobody.text).text


def test_the_students_page_leads_to_extending_and_deciding(world: World) -> None:
    kim = world.client(KIM)
    page = kim.get(f"/courses/{COURSE}/students/{ADA}").text
    path = re.search(rf'href="({ALLOWANCES}/[0-9]+)"', page)
    assert path
    assert kim.get(path[1]).status_code == 200
