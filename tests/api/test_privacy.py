"""One's own data over HTTP, a person erased, and pages and routes that still open when files and reports are gone."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import timedelta

import pytest

from grader.course import retention
from grader.course.tables import Course, User, now
from tests.api.conftest import Site
from tests.cast import SOURCE

EXPORT = "/api/v1/me/export"
ERASE = "/api/v1/people/{}/erase"


def test_ones_own_data_is_an_archive(site: Site) -> None:
    site.cast.graded(10)
    answer = site.get(EXPORT)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/zip")
    assert "attachment" in answer.headers["content-disposition"]
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        assert json.loads(archive.read("account.json"))["email"] == "ada@example.org"
        assert archive.read("submissions/1/files/svm.py") == SOURCE


def test_it_is_the_askers_and_asked_for_ten_times_an_hour(site: Site) -> None:
    site.cast.graded(10)
    for _ in range(10):
        assert b"ada@example.org" not in site.get(EXPORT, "ben").content
    assert site.get(EXPORT, "ben").status_code == 429
    assert site.get(EXPORT, None).status_code == 401


@pytest.mark.parametrize("who", ["ada", "ben", "asa", "ines", "otto"])
def test_only_an_administrator_erases(site: Site, who: str) -> None:
    assert site.call("POST", ERASE.format(site.cast.ada), who).status_code == 403


def test_whoever_is_erased_keeps_a_score_and_nothing_else(site: Site) -> None:
    site.cast.graded(10)
    answer = site.call("POST", ERASE.format("ada@example.org"), "root")
    pseudonym = f"erased-{site.cast.ada}@erased.invalid"
    assert answer.json() == {"user": site.cast.ada, "email": pseudonym, "files": 1, "reports": 1}
    assert site.get("/api/v1/me/tokens").status_code == 401, "the token is gone"
    rows = site.get("/api/v1/courses/ml/gradebook", "ines").json()["items"]
    (row,) = [row for row in rows if row["user"] == site.cast.ada]
    assert (row["email"], row["scores"]["svm"]["score"]) == (pseudonym, 10)
    assert "ada@example.org" not in site.get("/api/v1/courses/ml/audit", "ines").text
    assert site.call("POST", ERASE.format(site.cast.ada), "root").status_code == 404


def test_nobody_is_erased_while_something_is_graded(site: Site) -> None:
    id = site.cast.accept().id
    answer = site.call("POST", ERASE.format(site.cast.ada), "root")
    assert (answer.status_code, answer.json()["submission"]) == (409, id)


def test_what_a_course_keeps_is_set_and_taken_back(site: Site) -> None:
    course = "/api/v1/courses/ml"
    settings = {"ends": "2026-12-20T15:00:00Z", "retention_days": 365}
    answer = site.call("PATCH", course, "ines", json=settings)
    assert answer.json() | settings == answer.json()
    again = site.call("PATCH", course, "ines", json={"retention_days": None}).json()
    assert (again["retention_days"], again["ends"]) == (None, "2026-12-20T15:00:00Z")
    assert site.call("PATCH", course, "ines", json={"retention_days": -1}).status_code == 422


def test_what_was_graded_still_opens_when_its_files_and_report_are_gone(site: Site) -> None:
    id = site.cast.graded(10)
    site.cast.graded(12, b"# again\n" + SOURCE)
    with site.cast.database.write() as session:
        course = session.get_one(Course, site.cast.course)
        course.ends, course.retention_days = now() - timedelta(days=2), 1
    retention.sweep(site.cast.database, now())
    for who in ("ada", "ines"):
        answer = site.get(f"/api/v1/submissions/{id}", who).json()
        assert (answer["status"], answer["score"], answer["report"]) == ("done", 10, None)
        assert answer["reason"].startswith("The files and the report of this submission were deleted")
        assert site.get(f"/api/v1/submissions/{id}/report.json", who).json()["detail"] == answer["reason"]
        for form in ("report.json", "report.html", "report.xml", "since", "counterexample.py", "files/svm.py"):
            assert site.get(f"/api/v1/submissions/{id}/{form}", who).status_code == 404
        assert site.get(f"/api/v1/submissions/{id}/files", who).json() == {"items": []}
        assert site.get("/api/v1/courses/ml/gradebook.csv", who).status_code == 200
    assert site.get("/api/v1/courses/ml/assignments/svm/statistics", "ines").status_code == 200
    with site.cast.database.read() as session:
        assert session.get_one(User, site.cast.ada).email == "ada@example.org"
