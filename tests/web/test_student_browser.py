"""What a student does in a real browser: see what is next, hand in by folder, drop and link, choose what counts, have a
receipt checked; by keyboard alone, without scripts, in both languages and themes, and on a narrow screen."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from grader.course import grades, links, people, units
from grader.jobs.links import Links
from grader.settings import Settings
from tests.stubs.git_http import GitHost
from tests.web.test_accessibility import Findings, look_at, note
from tests.web.test_browser import CARRY, tab_to
from tests.web.world import COURSE, SVM, World, build, populate

pytestmark = pytest.mark.browser
BASE = f"/courses/{COURSE}/assignments"
SVM_PAGE, LAYERS_PAGE = f"{BASE}/svm", f"{BASE}/layers"
REPOSITORY = "ben/svm"


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GitHost]:
    with GitHost(tmp_path_factory.mktemp("git")) as host:
        yield host


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    folder = tmp_path_factory.mktemp("student")
    return Settings(
        database_url=f"sqlite:///{folder / 'grader.db'}",
        var_dir=folder,
        base_url="http://127.0.0.1:8000",
        git_http_hosts="127.0.0.1",
    )


@pytest.fixture(scope="module")
def world(settings: Settings) -> Iterator[World]:
    """The standing course, with rules: Ada may choose what counts, layers is late and takes late days."""
    app = build(settings)
    made = populate(app)
    with made.database.write() as session:
        course = people.find_course(session, COURSE)
        course.late_days = 4
        svm, layers = (units.find_assignment(session, course, slug) for slug in ("svm", "layers"))
        svm.attempts_per_day, svm.attempts_total, svm.counts = 8, 30, "chosen"
        layers.due = datetime.now(UTC) - timedelta(hours=30)
        layers.late_policy = {"kind": "late-days", "percent_per_day": 10, "days": 3}
        session.flush()
        grades.settle_course(session, course.id)
    yield made
    app.state.database.close()


def browser_of(chromium: Browser, world: World, site: str, name: str, **options: Any) -> BrowserContext:
    context = chromium.new_context(base_url=site, **{"locale": "en-GB", **options})
    session = world.session_of(f"{name}@uni.example")
    context.add_cookies([{"name": "session", "value": session, "url": site}])
    return context


@pytest.fixture
def ben(chromium: Browser, world: World, site: str) -> Iterator[Page]:
    context = browser_of(chromium, world, site, "ben")
    yield context.new_page()
    context.close()


@pytest.fixture
def ada(chromium: Browser, world: World, site: str) -> Iterator[Page]:
    context = browser_of(chromium, world, site, "ada")
    yield context.new_page()
    context.close()


def folder_of(tmp_path: Path) -> Path:
    """A student's folder as it is: code, data, an editor's leavings."""
    for name, data in {
        "hw1/linear_svm.py": SVM,
        "hw1/.idea/tool.py": b"x = 1\n",
        "hw1/__pycache__/linear_svm.cpython-311.pyc": b"\0",
        "hw1/data.csv": b"1,2\n",
    }.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return tmp_path / "hw1"


def test_what_is_due_next_stands_first_and_its_time_runs_down(ada: Page) -> None:
    ada.clock.install()
    ada.goto("/")
    rows = ada.locator("tbody tr")
    expect(rows).to_have_count(2)
    expect(rows.first).to_contain_text("SVM loss")
    clock = rows.first.locator("time")
    before = clock.text_content()
    assert before is not None
    assert before.startswith("in 3 h")
    ada.clock.run_for(70 * 60_000)
    expect(clock).not_to_have_text(before)
    expect(clock).to_contain_text("in 2 h")
    expect(rows.first).to_contain_text("KST")
    expect(ada.get_by_text("4 of 4 late days left")).to_be_visible()


def test_an_upload_that_is_late_says_what_it_takes_before_it_is_sent(ben: Page) -> None:
    ben.goto(LAYERS_PAGE)
    expect(ben.locator("#cost")).to_contain_text("2 of the 4")
    expect(ben.locator("#left")).to_contain_text("4 of 4 late days left")
    box, form = ben.locator("#cost").bounding_box(), ben.locator("form[data-upload]").bounding_box()
    assert box is not None
    assert form is not None
    assert box["y"] < form["y"]


def test_of_a_chosen_folder_the_code_is_taken_and_the_rest_is_left(ben: Page, tmp_path: Path) -> None:
    ben.goto(SVM_PAGE)
    ben.locator("#folder").set_input_files(folder_of(tmp_path))
    expect(ben.locator("[data-found] li")).to_have_count(1)
    expect(ben.locator("[data-found] li")).to_contain_text("linear_svm.py")
    ben.get_by_role("button", name="Upload and grade").click()
    expect(ben.locator("#attempts tbody tr")).to_have_count(1)
    expect(ben.locator("#attempts tbody tr")).to_contain_text("waiting")
    expect(ben.locator("#left")).to_contain_text("7 of 8 attempts left today")
    ben.locator("#attempts tbody a").first.click()
    expect(ben.locator("dl.receipt")).to_contain_text("linear_svm.py")


def test_what_is_wrong_with_a_dropped_file_is_said_before_it_is_sent(ben: Page) -> None:
    ben.goto(SVM_PAGE)
    for name, text, said in (
        ("notes.docx", "x", "is not Python"),
        ("empty.py", "", "is empty"),
        ("other.py", "def other():\n    pass\n", "none of the expected"),
        ("linear_svm.py", "def svm_loss_naive(W, X, y, reg):\n    pass\n", "Not seen: svm_loss_vectorized"),
    ):
        carried = ben.evaluate_handle(CARRY, [name, text])
        ben.dispatch_event("[data-drop]", "drop", {"dataTransfer": carried})
        expect(ben.locator("[data-found]")).to_contain_text(said)


def test_a_link_becomes_an_attempt_while_the_page_is_open(
    ben: Page, host: GitHost, world: World, settings: Settings
) -> None:
    """The page asks by itself; the courier is this test, so that it can be seen waiting."""
    url = host.repository(REPOSITORY)
    host.push(REPOSITORY, {"hw/linear_svm.py": SVM + b"# by link\n"})
    before = hand_in_link(ben, url)
    expect(ben.locator("#link")).to_contain_text("Fetching")
    ben.evaluate("document.documentElement.dataset.sameDocument = 'yes'")
    fetch_all(world, settings)
    expect(ben.locator("#link .note")).to_have_count(0)
    expect(ben.locator("#attempts tbody tr")).to_have_count(before + 1)
    assert ben.evaluate("document.documentElement.dataset.sameDocument") == "yes"


def test_a_link_that_cannot_be_fetched_says_why(ben: Page, host: GitHost, world: World, settings: Settings) -> None:
    hand_in_link(ben, host.url("ben/private"))
    fetch_all(world, settings)
    expect(ben.locator("#link .note.fail")).to_contain_text("no such public repository")
    hand_in_link(ben, "https://127.0.0.2/ben/svm")
    expect(ben.get_by_role("alert")).to_contain_text("Nothing is fetched from 127.0.0.2")
    expect(ben.get_by_label("Link to a public repository")).to_have_value("https://127.0.0.2/ben/svm")


def hand_in_link(page: Page, url: str) -> int:
    """The number of attempts that were there before."""
    page.goto(SVM_PAGE)
    before = page.locator("#attempts tbody tr").count()
    page.get_by_text("Hand in a git repository instead").click()
    page.get_by_label("Link to a public repository").fill(url)
    page.get_by_role("button", name="Fetch and grade").click()
    page.wait_for_load_state()
    return before


def fetch_all(world: World, settings: Settings) -> None:
    errand = Links(world.database, settings)
    with world.database.read() as session:
        waiting = links.waiting(session)
    assert waiting
    for one in waiting:
        errand.fetch(one.id)


def test_the_attempt_that_counts_is_the_one_that_was_chosen(ada: Page, world: World) -> None:
    ada.goto(SVM_PAGE)
    partly = ada.locator(f"#attempt-{world.made['partly']}")
    expect(ada.locator(f"#attempt-{world.made['full']}")).to_contain_text("counts")
    partly.get_by_role("button", name="Let this attempt count Attempt 2").click()
    ada.goto(SVM_PAGE)
    expect(partly).to_contain_text("counts")
    expect(ada.locator("#best")).to_contain_text("14.0 / 20")
    expect(ada.locator(f"#attempt-{world.made['limit']}")).to_contain_text("Since attempt 2")


def test_a_receipt_is_downloaded_and_found_genuine_and_a_changed_one_is_not(
    ada: Page, world: World, tmp_path: Path
) -> None:
    ada.goto(f"/submissions/{world.made['full']}")
    with ada.expect_download() as download:
        ada.get_by_role("link", name="Download the signed receipt").click()
    path = tmp_path / download.value.suggested_filename
    download.value.save_as(path)
    assert path.name == f"receipt-{world.made['full']}.json"
    ada.get_by_role("link", name="check a receipt", exact=True).click()
    ada.get_by_label("File of the receipt").set_input_files(path)
    ada.get_by_role("button", name="Check").click()
    expect(ada.get_by_role("status")).to_contain_text("The receipt is genuine")
    changed = json.loads(path.read_text())
    changed["receipt"]["received_at"] = "2026-01-01T00:00:00.000000Z"
    ada.get_by_label("Or its text").fill(json.dumps(changed))
    ada.get_by_role("button", name="Check").click()
    expect(ada.get_by_role("status")).to_contain_text("not genuine")


def test_preferences_are_set_and_a_link_is_handed_in_by_keyboard_alone(ben: Page) -> None:
    ben.goto("/account/preferences")
    tab_to(ben, "#timezone")
    ben.keyboard.type("Europe/Zurich")
    tab_to(ben, "main button")
    ben.keyboard.press("Enter")
    expect(ben.get_by_role("status")).to_contain_text("Saved")
    ben.goto(SVM_PAGE)
    expect(ben.locator(".title")).to_contain_text("CE")
    tab_to(ben, "main > section details:not(.upload details) > summary")
    ben.keyboard.press("Enter")
    tab_to(ben, "#url")
    ben.keyboard.type("https://nowhere.example/ben/svm")
    ben.keyboard.press("Enter")
    expect(ben.get_by_role("alert")).to_contain_text("nowhere.example")


@pytest.fixture(params=["en-GB", "ko-KR"])
def plain(request: pytest.FixtureRequest, chromium: Browser, world: World, site: str) -> Iterator[Page]:
    """A browser without scripts."""
    context = browser_of(chromium, world, site, "eve", locale=request.param, java_script_enabled=False)
    yield context.new_page()
    context.close()


def test_everything_works_without_scripts(plain: Page, world: World, tmp_path: Path) -> None:
    """Hand in a file, send a link, save preferences, check a receipt: forms and links alone."""
    path = tmp_path / "linear_svm.py"
    path.write_bytes(SVM + str(tmp_path).encode().join((b"# ", b"\n")))
    plain.goto(SVM_PAGE)
    before = plain.locator("#attempts tbody tr").count()
    expect(plain.locator("#folder")).to_be_hidden()
    plain.locator("#files").set_input_files(path)
    plain.locator("form[data-upload] button").click()
    expect(plain.locator("#attempts tbody tr")).to_have_count(before + 1)
    plain.locator("section > details > summary").click()
    plain.locator("#url").fill("https://github.com/eve/svm")
    plain.locator("form[action$='/link'] button").click()
    expect(plain.locator("#link .note")).to_contain_text("https://github.com/eve/svm")
    plain.goto("/account/preferences")
    plain.locator("main form button").click()
    expect(plain.locator(".note.pass")).to_be_visible()
    plain.goto("/verify")
    receipt = world.client("eve@uni.example").get(f"/api/v1/submissions/{world.made['hostile']}/receipt").text
    plain.locator("#text").fill(receipt)
    plain.locator("main form button").click()
    expect(plain.locator(".note.pass")).to_be_visible()


@pytest.mark.parametrize("lang", ["en-GB", "ko-KR"])
def test_axe_finds_nothing_in_either_theme_and_nothing_is_too_wide(
    chromium: Browser, world: World, site: str, lang: str
) -> None:
    """The pages of this file in the states that the other tests of accessibility do not have."""
    with world.database.write() as session:
        course = people.find_course(session, COURSE)
        svm = units.find_assignment(session, course, "svm")
        for name in ("ben", "ada"):
            user = people.find_user(session, f"{name}@uni.example")
            links.ask(session, svm, user.id, links.Link("https://github.com/ben/svm", "main"))
        svm.attempts_per_day = 1
    found = Findings()
    look = {"viewport": {"width": 1280, "height": 800}, "reduced_motion": "reduce"}
    context = browser_of(chromium, world, site, "ada", locale=lang, **look)
    receipt = world.client("ada@uni.example").get(f"/api/v1/submissions/{world.made['full']}/receipt").text
    for path in ("/", SVM_PAGE, LAYERS_PAGE, "/account/preferences", "/verify", "/verify#checked"):
        page = context.new_page()
        said: list[str] = []
        page.on("console", partial(note, said))
        page.goto(path, wait_until="load")
        if path.endswith("#checked"):
            page.locator("#text").fill(receipt)
            page.locator("main form button").click()
            page.wait_for_load_state()
        found.console += said
        look_at(page, path, found)
        page.close()
    context.close()
    assert (found.axe, found.wide, found.console) == ([], [], [])
