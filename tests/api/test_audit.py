"""The record of a course over HTTP, as JSON and as a table that no spreadsheet runs."""

from __future__ import annotations

import csv
import io

import pytest

from grader.course import audit
from tests.api.conftest import Site

AUDIT = "/api/v1/courses/ml/audit"


def note(site: Site, subject: str, who: str | None = "ines") -> None:
    with site.cast.database.write() as session:
        user = getattr(site.cast, who) if who else None
        audit.record(session, "settings", subject, user_id=user, course_id=site.cast.course, detail={"set": "=1+1"})


def test_what_an_instructor_changes_stands_there_with_name_and_time(site: Site) -> None:
    site.call("PATCH", "/api/v1/courses/ml/assignments/svm", "ines", json={"weight": 2})
    (entry,) = site.get(AUDIT, "ines", params={"action": "settings"}).json()["items"]
    assert (entry["user"], entry["name"], entry["subject"]) == (site.cast.ines, "Ines", "svm")
    assert entry["course"] == "ml"
    assert entry["at"].endswith("Z")


def test_it_is_filtered_and_paged(site: Site) -> None:
    for number in range(3):
        note(site, f"number {number}")
    note(site, "by shell", None)
    first = site.get(AUDIT, "ines", params={"user": "ines@example.org", "text": "number", "limit": 2}).json()
    assert [one["subject"] for one in first["items"]] == ["number 2", "number 1"]
    query = {"user": "ines@example.org", "text": "number", "limit": 2, "cursor": first["next_cursor"]}
    second = site.get(AUDIT, "ines", params=query).json()
    assert ([one["subject"] for one in second["items"]], second["next_cursor"]) == (["number 0"], None)
    (shell,) = site.get(AUDIT, "ines", params={"user": "shell", "text": "by"}).json()["items"]
    assert (shell["user"], shell["subject"]) == (None, "by shell")


def test_a_table_of_it_holds_no_formula(site: Site) -> None:
    note(site, '=HYPERLINK("http://evil.example")')
    answer = site.get(f"{AUDIT}.csv", "ines", params={"action": "settings"})
    assert answer.headers["content-type"].startswith("text/csv")
    (row,) = csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff")))
    assert row["subject"] == '\'=HYPERLINK("http://evil.example")'
    assert (row["name"], row["course"], row["user"]) == ("Ines", "ml", str(site.cast.ines))


@pytest.mark.parametrize("query", [{"cursor": "x"}, {"since": "yesterday"}, {"user": "a\0"}, {"limit": 0}])
def test_what_cannot_be_meant_is_refused(site: Site, query: dict[str, str]) -> None:
    assert site.get(AUDIT, "ines", params=query).status_code in (400, 422)


def test_the_record_of_the_site_is_for_administrators(site: Site) -> None:
    note(site, "here")
    assert "here" in [one["subject"] for one in site.get("/api/v1/audit", "root").json()["items"]]
    assert site.get("/api/v1/audit", "ines").status_code == 403
