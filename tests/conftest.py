"""What tests of several rooms share: a real browser, and how they are dealt out where several processes run them."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

CHROMIUM = Path(os.environ.get("CHROMIUM", "/usr/bin/chromium"))
CHROMIUM_ARGUMENTS = [
    "--no-sandbox",  # CI runs as root; the pages are ours
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


LONGEST_FIRST = ("semester", "verify", "jobs", "web", "api", "exploits")  # rooms; the others follow as they come


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What `--dist loadfile --no-loadscope-reorder` deals out, a file each: what takes long comes before the rest."""
    items.sort(
        key=lambda item: LONGEST_FIRST.index(_room(item)) if _room(item) in LONGEST_FIRST else len(LONGEST_FIRST)
    )


def _room(item: pytest.Item) -> str:
    return item.path.parent.name


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """A headless Chromium for the tests of one file: open a context of your own with `chromium.new_context(...)` and
    close it. While it is there an event loop is running in the thread of the tests.

    Where there is none the tests that ask for it are skipped by name, but for CI, which supplies it.
    """
    if not CHROMIUM.exists():
        if os.environ.get("CI") == "true":
            pytest.fail(f"CI has no browser at {CHROMIUM}")
        pytest.skip(f"no browser at {CHROMIUM}")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_ARGUMENTS)
        yield browser
        browser.close()
