"""The real service in a real browser: what a student and an instructor do on the first day."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Locator, Page, expect

from grader.course import access, people, units
from grader.course.database import Database
from grader.course.tables import Role
from grader.settings import Settings
from tests.harness import Service

pytestmark = pytest.mark.browser
ROOT = Path(__file__).resolve().parents[2]
ASSIGNMENT = "/courses/ml/assignments/svm"
GRADED_MS = 60_000
"""Two busy cores may be slow; the grading itself takes a tenth of a second."""
RIGHT = """\
import numpy as np


def svm_loss_naive(W, X, y, reg):
    return svm_loss_vectorized(W, X, y, reg)


def svm_loss_vectorized(W, X, y, reg):
    scores = X @ W
    rows = np.arange(len(y))
    margins = np.maximum(0, scores - scores[rows, y][:, None] + 1)
    margins[rows, y] = 0
    mask = (margins > 0).astype(float)
    mask[rows, y] = -mask.sum(axis=1)
    return margins.sum() / len(y) + reg * np.sum(W * W), X.T @ mask / len(y) + 2 * reg * W
"""
CARRY = """([name, text]) => {
    const carried = new DataTransfer();
    carried.items.add(new File([text], name));
    return carried;
}"""
WRONG = RIGHT.replace("2 * reg * W", "reg * W")
ENDLESS = RIGHT.replace("    return svm_loss_vectorized(W, X, y, reg)", "    while True:\n        pass")


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    with Service(tmp_path_factory.mktemp("service")) as running:
        yield running


@pytest.fixture(scope="module")
def database(service: Service) -> Iterator[Database]:
    """The service's database, with a course: one instructor, and a student for each test that needs a clean start."""
    with Database(Settings(database_url=service.environment["GRADER_DATABASE_URL"])) as opened:
        with opened.write() as session:
            course = people.create_course(session, "ml", title="Machine learning", timezone="Asia/Seoul")
            for name in ("ada", "ben", "chi", "dan", "kim"):
                user = people.create_user(session, f"{name}@uni.example", name=name.title())
                people.add_member(session, course, user, Role.INSTRUCTOR if name == "kim" else Role.STUDENT)
            units.enable(session, course, "svm")
        yield opened


@pytest.fixture
def context(chromium: Browser, service: Service) -> Iterator[BrowserContext]:
    """A browser of one's own, that reports every error of its console when the test is over."""
    opened = chromium.new_context(base_url=service.url, locale="en-GB", viewport={"width": 1280, "height": 900})
    said: list[str] = []

    def note(message: ConsoleMessage) -> None:
        if message.type == "error":
            said.append(message.text)

    opened.on("console", note)
    opened.on("weberror", lambda error: said.append(str(error.error)))
    yield opened
    opened.close()
    assert said == []


def sign_in(context: BrowserContext, database: Database, name: str) -> Page:
    """By link and button, as a person does."""
    with database.write() as session:
        secret = access.make_link(session, people.find_user(session, f"{name}@uni.example"))
    page = context.new_page()
    page.goto(f"/sign-in/{secret}")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()
    return page


def newest(page: Page) -> Locator:
    return page.locator("#attempts tbody tr").first


def python_file(folder: Path, source: str) -> Path:
    path = folder / "linear_svm.py"
    path.write_text(source)
    return path


def test_a_student_uploads_a_file_and_watches_it_become_graded_without_a_reload(
    context: BrowserContext, database: Database, tmp_path: Path
) -> None:
    """From the sign-in link to the report: the page that shows the score is the page that showed the queue."""
    page = sign_in(context, database, "ada")
    page.get_by_role("link", name="SVM loss").click()
    page.get_by_label("Python files, notebooks, a .zip or .tar.gz").set_input_files(python_file(tmp_path, RIGHT))
    expect(page.locator("[data-found] li")).to_contain_text("defines svm_loss_naive, svm_loss_vectorized")
    page.get_by_role("button", name="Upload and grade").click()
    page.evaluate("document.documentElement.dataset.sameDocument = 'yes'")
    expect(newest(page)).to_contain_text("20.0 / 20", timeout=GRADED_MS)
    expect(newest(page)).to_contain_text("full marks")
    expect(page.locator("#best")).to_contain_text("20.0 / 20")
    expect(page.locator("#stream")).to_have_count(0)
    assert page.evaluate("document.documentElement.dataset.sameDocument") == "yes"
    newest(page).get_by_role("link").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("attempt 1")
    expect(page.locator(".report")).to_contain_text("svm_loss_vectorized")


def test_a_dropped_file_is_looked_at_before_it_is_sent(
    context: BrowserContext, database: Database, tmp_path: Path
) -> None:
    """What is missing or not Python is said at once; the dropped files are those that the form sends."""
    page = sign_in(context, database, "ben")
    page.goto(ASSIGNMENT)
    drop(page, "notes.txt", "hello")
    expect(page.locator("[data-found] li")).to_contain_text("notes.txt is not Python")
    drop(page, "linear_svm.py", "def svm_loss_naive(W, X, y, reg):\n    pass\n")
    expect(page.locator("[data-found]")).to_contain_text("Not seen: svm_loss_vectorized")
    drop(page, "linear_svm.py", WRONG)
    expect(page.locator("[data-found] li")).to_have_count(1)
    page.get_by_role("button", name="Upload and grade").click()
    expect(newest(page)).to_contain_text("svm_loss_naive: Your dW", timeout=GRADED_MS)
    expect(newest(page)).to_contain_text("/ 20")


def drop(page: Page, name: str, text: str) -> None:
    carried = page.evaluate_handle(CARRY, [name, text])
    for event in ("dragover", "drop"):
        page.dispatch_event("[data-drop]", event, {"dataTransfer": carried})


def test_an_upload_needs_nothing_but_the_keyboard(context: BrowserContext, database: Database, tmp_path: Path) -> None:
    """Skip link, file input, button, in the order of the page; focus is always somewhere to be seen."""
    page = sign_in(context, database, "chi")
    page.on("filechooser", lambda chooser: chooser.set_files(python_file(tmp_path, WRONG)))
    page.goto(ASSIGNMENT)
    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_have_text("Skip to the content")
    expect(page.locator(":focus")).to_be_in_viewport()
    page.keyboard.press("Enter")
    tab_to(page, "#files")
    page.keyboard.press("Enter")
    expect(page.locator("[data-found] li")).to_contain_text("linear_svm.py")
    tab_to(page, "form[data-upload] button")
    page.keyboard.press("Enter")
    expect(newest(page)).to_contain_text("graded", timeout=GRADED_MS)
    tab_to(page, "#attempts tbody a")
    page.keyboard.press("Enter")
    expect(page.locator(".report")).to_contain_text("svm_loss_vectorized")


def tab_to(page: Page, selector: str, most: int = 30) -> None:
    for _ in range(most):
        page.keyboard.press("Tab")
        if page.locator(f"{selector}:focus").count():
            return
    raise AssertionError(f"{most} tabs do not lead to {selector}")


def test_the_submission_page_turns_from_running_to_its_report_by_itself(
    context: BrowserContext, database: Database, tmp_path: Path
) -> None:
    """A loop that never ends takes two seconds to be stopped: long enough to look at."""
    page = sign_in(context, database, "dan")
    page.goto(ASSIGNMENT)
    page.locator("summary", has_text="Paste code instead").click()
    page.get_by_label("Code, handed in as linear_svm.py").fill(ENDLESS)
    page.get_by_role("button", name="Upload and grade").click()
    newest(page).get_by_role("link").click()
    page.evaluate("document.documentElement.dataset.sameDocument = 'yes'")
    expect(page.locator("#line")).to_contain_text("limit reached", timeout=GRADED_MS)
    expect(page.locator("#result")).to_contain_text("svm_loss_naive")
    expect(page.locator("#score")).to_contain_text("/ 20")
    expect(page.get_by_role("link", name="Upload again")).to_be_visible()
    assert page.evaluate("document.documentElement.dataset.sameDocument") == "yes"


def test_a_page_whose_events_never_come_is_brought_up_to_date_all_the_same(
    context: BrowserContext, database: Database, tmp_path: Path
) -> None:
    """The table of attempts, then the page of a submission, while every stream of events ends before it begins."""
    context.route("**/events", lambda route: route.fulfill(status=204))
    page = sign_in(context, database, "ben")
    page.goto(ASSIGNMENT)
    hand_in(page, tmp_path, WRONG + "# without events\n")
    expect(newest(page)).to_contain_text("svm_loss_naive: Your dW", timeout=GRADED_MS)
    expect(page.locator("#stream")).to_have_count(0)
    hand_in(page, tmp_path, ENDLESS + "# without events\n")
    newest(page).get_by_role("link").click()
    expect(page.locator("#line")).to_contain_text("limit reached", timeout=GRADED_MS)
    expect(page.locator("#stream")).to_have_count(0)


def hand_in(page: Page, folder: Path, source: str) -> None:
    page.locator("#files").set_input_files(python_file(folder, source))
    page.get_by_role("button", name="Upload and grade").click()


def test_an_instructor_reads_the_gradebook_by_typing_and_by_arrow_keys(
    context: BrowserContext, database: Database
) -> None:
    """Runs after the uploads above: filter, move, Enter opens the submission, and the links sort."""
    page = sign_in(context, database, "kim")
    page.get_by_role("link", name="Gradebook").first.click()
    rows = page.locator("table[data-grid] tbody tr:visible")
    expect(rows).to_have_count(4)
    page.get_by_label("Filter").fill("ada")
    expect(rows).to_have_count(1)
    expect(page.locator("#count")).to_have_text("1–1 of 1")
    page.get_by_label("Filter").fill("")
    expect(rows).to_have_count(4)
    page.locator("thead").get_by_role("link", name="SVM loss").click()
    expect(page.locator("th[aria-sort]")).to_have_attribute("aria-sort", "descending")
    page.locator("table[data-grid] thead a").first.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowRight")
    expect(page.locator(":focus")).to_have_text("20.0")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("attempt 1")
    expect(page.get_by_text("Handed in by Ada.")).to_be_visible()


def test_the_switches_change_language_and_theme_and_stay(context: BrowserContext, database: Database) -> None:
    page = sign_in(context, database, "ben")
    page.get_by_role("button", name="Theme: system").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    assert page.evaluate("getComputedStyle(document.documentElement).backgroundColor") == "rgb(20, 23, 26)"
    page.get_by_role("button", name="한국어").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("내 과제")
    page.goto(ASSIGNMENT)
    expect(page.locator("html")).to_have_attribute("lang", "ko")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("heading", name="Upload")).to_be_visible()


def test_a_link_to_a_card_is_copied_where_there_is_a_clipboard_and_leads_there_anyway(
    context: BrowserContext, database: Database, tmp_path: Path
) -> None:
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = sign_in(context, database, "dan")
    page.goto(ASSIGNMENT)
    page.get_by_label("Python files, notebooks, a .zip or .tar.gz").set_input_files(python_file(tmp_path, WRONG))
    page.get_by_role("button", name="Upload and grade").click()
    newest(page).get_by_role("link").click()
    page.get_by_role("link", name="link: svm_loss_vectorized").click(timeout=GRADED_MS)
    expect(page.get_by_text("link copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == page.url
    assert page.url.endswith("#function-svm_loss_vectorized")
