"""The file in a real browser: readable for everybody, on any width, in light and dark, and on paper."""

from base64 import b64encode
from dataclasses import replace
from pathlib import Path
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from grader.core import Counterexample, Message
from grader.report.as_html import as_html
from tests.report.sample_reports import ALL, VECTORISED, report

pytestmark = pytest.mark.browser
AT_THE_RIGHT = """async (address) => {
  const picture = new Image(); picture.src = address; await picture.decode();
  const canvas = document.createElement("canvas"); canvas.width = picture.width; canvas.height = picture.height;
  const drawn = canvas.getContext("2d"); drawn.drawImage(picture, 0, 0);
  return [...drawn.getImageData(picture.width - 4, 4, 1, 1).data.slice(0, 3)];
}"""
STATES = (
    "full",
    "failed",
    "named",
    "absent",
    "raised",
    "rejected",
    "broken",
    "hidden",
    "unsafe",
    "pictured",
    "alike",
    "limit-memory",
)
LOOKS = [("en", "light", 1280), ("ko", "dark", 320)]


@pytest.mark.parametrize(("lang", "scheme", "width"), LOOKS)
def test_axe_finds_nothing_and_nothing_scrolls_sideways(
    chromium: Browser, tmp_path: Path, lang: str, scheme: Literal["light", "dark"], width: int
) -> None:
    context = chromium.new_context(color_scheme=scheme, viewport={"width": width, "height": 800})
    page = context.new_page()
    for name in STATES:
        file = tmp_path / f"{name}.html"
        file.write_text(as_html(ALL[name], lang), encoding="utf-8")
        page.goto(file.as_uri())
        page.evaluate("for (const details of document.querySelectorAll('details')) details.open = true")
        found = Axe().run(page)
        assert found.violations_count == 0, f"{name}: {found.generate_report()}"
        assert page.evaluate("document.documentElement.scrollWidth") <= width, name
    context.close()


def boxes(page: Page) -> list[dict[str, float]]:
    """The boxes of code and of numbers: their size, and that of what is in them."""
    return [
        one.evaluate("b => ({wide: b.clientWidth, all: b.scrollWidth, lines: b.innerText.trim().split('\\n').length})")
        for one in page.locator(".example pre, .example .scroll").all()
    ]


def test_matrices_stand_row_below_row_and_what_is_wider_than_the_screen_scrolls(chromium: Browser) -> None:
    wide = [[0.123456 * column for column in range(12)] for _ in range(3)]
    example = Counterexample({"W": wide}, {"dW": [[0.0]]}, {"dW": wide})
    page = chromium.new_page(viewport={"width": 320, "height": 800})
    page.set_content(as_html(report(replace(VECTORISED, counterexample=example)), "en"))
    code, table = boxes(page)
    assert code["lines"] == 3
    assert code["all"] > code["wide"]
    assert table["all"] > table["wide"]
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    page.close()


def mark_at_the_right(page: Page) -> bool:
    """Is there a bar at the right edge of the box of code? Asked of the picture of the page, where it is one colour."""
    shot = page.locator(".example pre").first.screenshot()
    shown = page.evaluate(AT_THE_RIGHT, "data:image/png;base64," + b64encode(shot).decode())
    return bool(shown == [10, 88, 166])


def test_a_box_of_code_that_goes_on_has_a_mark_at_its_side_until_its_end(chromium: Browser) -> None:
    page = chromium.new_page(viewport={"width": 320, "height": 800}, color_scheme="light")
    for count, marked in ((40, True), (1, False)):
        example = Counterexample({"b": [0.5] * count}, {"loss": 1.0}, {"loss": 2.0})
        page.set_content(as_html(report(replace(VECTORISED, counterexample=example)), "en"))
        assert mark_at_the_right(page) is marked
        page.locator(".example pre").first.evaluate("box => box.scrollTo(box.scrollWidth, 0)")
        assert mark_at_the_right(page) is False
    page.close()


def test_no_number_is_broken(chromium: Browser) -> None:
    page = chromium.new_page()
    said = " ".join(["C-1", "1e-06", "0 / 14", "dW[3, 1]", "(x, cache) -> dx"] * 4)
    page.set_content(as_html(report(replace(VECTORISED, warnings=(Message("cli.said", {"text": said}),))), "en"))
    page.evaluate("for (const details of document.querySelectorAll('details')) details.open = true")
    for width in range(320, 420, 10):
        page.set_viewport_size({"width": width, "height": 800})
        lines = page.locator(".warning .whole").evaluate_all("all => all.map(one => one.getClientRects().length)")
        assert lines == [1] * 20, width
    page.close()


def test_the_file_asks_for_nothing_and_alerts_nothing(chromium: Browser, tmp_path: Path) -> None:
    context = chromium.new_context()
    page = context.new_page()
    asked: list[str] = []
    events: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("dialog", lambda dialog: events.append(dialog.message))
    page.on("console", lambda message: events.append(message.text))
    file = tmp_path / "unsafe.html"
    file.write_text(as_html(ALL["unsafe"], "en"), encoding="utf-8")
    page.goto(file.as_uri())
    assert asked == [file.as_uri()]
    assert events == []
    context.close()


def test_on_paper_everything_folded_is_open(chromium: Browser) -> None:
    context = chromium.new_context()
    page = context.new_page()
    page.set_content(as_html(ALL["failed"], "en"))
    folded = page.locator("details:not([open]) .checks").first
    assert folded.is_hidden()
    page.emulate_media(media="print")
    assert folded.is_visible()
    context.close()


def test_a_reader_with_a_keyboard_opens_the_checks(chromium: Browser) -> None:
    context = chromium.new_context()
    page = context.new_page()
    page.set_content(as_html(ALL["full"], "en"))
    checks = page.locator(".checks").first
    assert checks.is_hidden()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert checks.is_visible()
    context.close()
