"""Pictures in the page of a submission: in the colours of the theme that was chosen, and as wide as the screen."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page

from tests.web.world import World

pytestmark = pytest.mark.browser
DARK_FAIL, LIGHT_FAIL = "rgb(255, 149, 139)", "rgb(173, 32, 24)"


@pytest.fixture
def context(chromium: Browser, world: World, site: str) -> Iterator[BrowserContext]:
    """Ada's browser, on a system that is light."""
    opened = chromium.new_context(color_scheme="light", viewport={"width": 320, "height": 700})
    opened.add_cookies([{"name": "session", "value": world.session_of("ada@uni.example"), "url": site}])
    yield opened
    opened.close()


def pictures(context: BrowserContext, site: str, world: World, submission: str) -> tuple[Page, Locator]:
    page = context.new_page()
    page.goto(f"{site}/submissions/{world.made[submission]}")
    page.evaluate("for (const details of document.querySelectorAll('details')) details.open = true")
    return page, page.locator("figure.picture")


@pytest.mark.parametrize(("theme", "colour"), [("dark", DARK_FAIL), ("light", LIGHT_FAIL), (None, LIGHT_FAIL)])
def test_a_picture_has_the_colours_of_the_theme_that_the_reader_chose(
    context: BrowserContext, site: str, world: World, theme: str | None, colour: str
) -> None:
    if theme:
        context.add_cookies([{"name": "theme", "value": theme, "url": site}])
    _, found = pictures(context, site, world, "partly")
    fill = found.first.locator("path.wrong").evaluate("one => getComputedStyle(one).fill")
    assert fill == colour


@pytest.mark.parametrize("submission", ["partly", "full"])
def test_pictures_are_read_by_their_title_and_fit_a_narrow_screen(
    context: BrowserContext, site: str, world: World, submission: str
) -> None:
    page, found = pictures(context, site, world, submission)
    assert found.count() == 2
    for at in range(2):
        title = found.nth(at).locator("figcaption strong").inner_text()
        named = page.get_by_role("img", name=title)
        box = named.bounding_box()
        assert box is not None
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 320
        assert box["width"] > 250
