"""The file in a real browser: readable for everybody, on any width, in light and dark, and on paper."""

from pathlib import Path
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

from grader.report.as_html import as_html
from tests.report.sample_reports import ALL

pytestmark = pytest.mark.browser
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
