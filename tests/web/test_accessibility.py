"""Every page in every state, both languages and both themes: axe finds nothing, nothing is wider than the screen."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from itertools import groupby
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, ConsoleMessage, Page, ViewportSize

from tests.web.world import COURSE, World, hinted

pytestmark = pytest.mark.browser
ASSIGNMENT = f"/courses/{COURSE}/assignments/svm"
NARROW = ViewportSize(width=320, height=640)
WIDE = ViewportSize(width=1280, height=800)


def addresses(world: World) -> list[tuple[str | None, str]]:
    """Every page in every state, with who looks at it."""
    submissions = [("ada", f"/submissions/{id}") for state, id in world.made.items() if state != "hostile"]
    named = hinted(world, "ben")
    source = ("ada", f"/submissions/{world.made['partly']}/files/linear_svm.py")
    pages = [source, ("ada", "/"), ("mallory", "/"), ("ada", ASSIGNMENT), ("ben", ASSIGNMENT), ("ada", "/nowhere")]
    hints = [("ben", f"/submissions/{named}"), ("kim", f"/submissions/{named}"), ("kim", f"{ASSIGNMENT}/hints")]
    staff = [
        f"/submissions/{world.made['hostile']}",
        "/",
        f"/courses/{COURSE}/gradebook",
        ASSIGNMENT,
        f"{ASSIGNMENT}/statistics",
        f"{ASSIGNMENT}/statistics/mistakes/reg-gradient-halved",
        f"/courses/{COURSE}/students/ada@uni.example",
        "/queue",
    ]
    signing_in = [
        (None, "/sign-in"),
        (None, f"/sign-in/{world.link_of('ben@uni.example')}"),
        (None, "/sign-in/dead"),
        (None, "/docs"),
    ]
    return [*submissions, *pages, *hints, *(("kim", path) for path in staff), *signing_in]


@dataclass
class Findings:
    """What is wrong with the pages, each line with the address it is about."""

    axe: list[str] = field(default_factory=list)
    wide: list[str] = field(default_factory=list)
    console: list[str] = field(default_factory=list)


@pytest.fixture(scope="module", params=["en-GB", "ko-KR"])
def findings(request: pytest.FixtureRequest, chromium: Browser, world: World, site: str) -> Findings:
    """Every page looked at once: light and dark, narrow, and what it says in the console."""
    found = Findings()
    for who, pages in groupby(addresses(world), key=lambda pair: pair[0]):
        context = chromium.new_context(locale=request.param, viewport=WIDE, reduced_motion="reduce")
        if who is not None:
            session = world.session_of(f"{who}@uni.example")
            context.add_cookies([{"name": "session", "value": session, "url": site}])
        for _, path in pages:
            page = context.new_page()
            said: list[str] = []
            page.on("console", partial(note, said))
            page.on("pageerror", lambda error, said=said: said.append(str(error)))  # type: ignore[misc]
            page.goto(site + path, wait_until="load")
            found.console += [f"{path}: {line}" for line in said]  # before axe, whose own styles the policy refuses
            look_at(page, path, found)
            page.close()
        context.close()
    return found


def note(said: list[str], message: ConsoleMessage) -> None:
    """Only the page of an error may report its own status."""
    if message.type in ("error", "warning") and "status of 404" not in message.text:
        said.append(message.text)


def look_at(page: Page, path: str, found: Findings) -> None:
    """axe in full in light, its rule of contrast again in dark: nothing else depends on colours."""
    page.evaluate("for (const details of document.querySelectorAll('details')) details.open = true")
    found.axe += violations(page, f"{path} light", {})
    page.emulate_media(color_scheme="dark")
    found.axe += violations(page, f"{path} dark", {"runOnly": ["color-contrast"]})
    page.set_viewport_size(NARROW)
    width = page.evaluate("document.documentElement.scrollWidth")
    if width > NARROW["width"]:
        found.wide.append(f"{path}: {width}")


def violations(page: Page, where: str, options: dict[str, Any]) -> list[str]:
    result = Axe().run(page, options=options).response["violations"]
    return [f"{where}: {one['id']}: {[node['html'][:200] for node in one['nodes']]}" for one in result]


def test_axe_finds_nothing_on_any_page_in_either_theme(findings: Findings) -> None:
    assert findings.axe == []


def test_no_page_scrolls_sideways_on_a_narrow_screen(findings: Findings) -> None:
    """320 CSS pixels, as at 400 % zoom; tables that are wider scroll inside their own box."""
    assert findings.wide == []


def test_no_page_says_anything_in_the_console(findings: Findings) -> None:
    """No refused style, no missing file."""
    assert findings.console == []
