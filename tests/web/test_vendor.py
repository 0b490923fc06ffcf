"""What others wrote and we serve: unchanged, named, with its licence beside it."""

import hashlib
import json
from pathlib import Path

import pytest

import grader.web

VENDOR = Path(grader.web.__file__).parent / "static/vendor"
LISTED = json.loads((VENDOR / "VENDOR.json").read_text())["files"]


@pytest.mark.parametrize("entry", LISTED, ids=[entry["file"] for entry in LISTED])
def test_a_vendored_file_is_what_its_record_says(entry: dict[str, str]) -> None:
    assert hashlib.sha256((VENDOR / entry["file"]).read_bytes()).hexdigest() == entry["sha256"]
    assert all(entry[field] for field in ("name", "version", "licence"))
    assert "permission" in (VENDOR / entry["licence_file"]).read_text().lower()


def test_nothing_is_vendored_without_a_record() -> None:
    recorded = {entry[key] for entry in LISTED for key in ("file", "licence_file")} | {"VENDOR.json"}
    assert {path.name for path in VENDOR.iterdir()} == recorded


def test_the_stylesheet_names_the_vendored_version() -> None:
    """The import carries the version, so that a new one is fetched anew."""
    version = next(entry["version"] for entry in LISTED if entry["file"] == "pico.min.css")
    assert f"vendor/pico.min.css?v={version}" in (VENDOR.parent / "app.css").read_text()
