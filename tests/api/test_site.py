"""Courses made and copied, and the site's administrators, over HTTP and as pages."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from grader.api import create_app
from grader.course import access
from grader.course.tables import CourseAssignment
from grader.settings import Settings
from grader.web import problem_page, router
from tests.api.conftest import Site
from tests.cast import Cast

COPY = "/api/v1/courses/ml/copy"


@pytest.fixture
def app(settings: Settings) -> FastAPI:
    return create_app(settings, routers=(router,), problem_page=problem_page)


@pytest.fixture
def dated(site: Site) -> Site:
    """svm is due at 23:59 in Seoul."""
    site.cast.assignment(due=datetime.fromisoformat("2026-09-15T23:59:00+09:00"))
    return site


@pytest.fixture
def browser(app: FastAPI, cast: Cast) -> TestClient:
    headers = {"accept": "text/html", "accept-language": "en", "sec-fetch-site": "same-origin"}
    return TestClient(app, headers=headers, follow_redirects=False)


def become(browser: TestClient, cast: Cast, name: str) -> None:
    with cast.database.write() as session:
        browser.cookies.set("session", access.begin_session(session, getattr(cast, name)))


def due(cast: Cast, course: str) -> datetime | None:
    with cast.database.read() as session:
        rows = session.query(CourseAssignment).join(CourseAssignment.course).filter_by(slug=course)
        (one,) = [row for row in rows if row.slug == "svm"]
        return one.due


def test_a_course_is_made_by_an_administrator(site: Site) -> None:
    body = {"slug": "dl", "title": "Deep learning", "timezone": "Europe/Berlin"}
    answer = site.call("POST", "/api/v1/courses", "root", json=body)
    assert (answer.status_code, answer.json()["title"]) == (201, "Deep learning")
    assert site.call("POST", "/api/v1/courses", "root", json=body).status_code == 409
    for wrong in ({"slug": "a b"}, {"slug": "x", "timezone": "Mars/Base"}, {}):
        assert site.call("POST", "/api/v1/courses", "root", json=wrong).status_code in (400, 422)


def test_everyone_lists_the_own_courses(site: Site) -> None:
    def listed(who: str) -> list[tuple[str, str]]:
        return [(one["slug"], one["role"]) for one in site.get("/api/v1/courses", who).json()["items"]]

    assert listed("ada") == [("ml", "student")]
    assert listed("otto") == [("other", "instructor")]
    assert listed("root") == [("ml", "instructor"), ("other", "instructor")]


def test_an_instructor_copies_the_own_course(dated: Site) -> None:
    body = {"slug": "ml-2027", "begins": "2027-03-16", "staff": ["asa@example.org", str(dated.cast.abe)]}
    answer = dated.call("POST", COPY, "ines", json=body)
    assert answer.status_code == 201
    assert due(dated.cast, "ml-2027") == datetime.fromisoformat("2027-03-16T23:59:00+09:00")
    members = dated.get("/api/v1/courses/ml-2027/members", "ines").json()["items"]
    assert [one["name"] for one in members] == ["Abe", "Asa", "Ines"]
    assert dated.get("/api/v1/courses/ml-2027", "ada").status_code == 404


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"slug": "x"}, 400),
        ({"slug": "x", "days": 1, "begins": "2027-03-02"}, 400),
        ({"slug": "x", "days": 10**9}, 422),
        ({"slug": "x", "begins": "9999-12-31"}, 400),
        ({"slug": "x", "begins": "soon"}, 422),
        ({"slug": "x", "days": 1, "staff": ["ada@example.org"]}, 400),
        ({"slug": "other", "days": 1}, 409),
        ({"slug": "..", "days": 1}, 400),
    ],
)
def test_what_cannot_be_copied_is_told_and_leaves_nothing(dated: Site, body: dict[str, Any], status: int) -> None:
    assert dated.call("POST", COPY, "ines", json=body).status_code == status
    assert [one["slug"] for one in dated.get("/api/v1/courses", "root").json()["items"]] == ["ml", "other"]


def test_a_course_without_dates_is_copied_by_days(site: Site) -> None:
    assert site.call("POST", COPY, "ines", json={"slug": "x", "begins": "2027-03-02"}).status_code == 400
    assert site.call("POST", COPY, "ines", json={"slug": "x", "days": 0}).status_code == 201


def test_an_administrator_is_made_and_unmade_and_one_is_left(site: Site) -> None:
    people = "/api/v1/people"
    assert [one["admin"] for one in site.get(people, "root").json()["items"]].count(True) == 1
    assert site.call("PATCH", f"{people}/root@example.org", "root", json={"admin": False}).status_code == 409
    assert site.call("PATCH", f"{people}/{site.cast.ines}", "root", json={"admin": True}).json()["admin"]
    assert site.get("/api/v1/courses/other/gradebook", "ines").status_code == 200
    assert site.call("PATCH", f"{people}/root@example.org", "ines", json={"admin": False}).status_code == 200
    assert site.get(people, "root").status_code == 403
    assert site.call("PATCH", f"{people}/nobody@example.org", "ines", json={"admin": True}).status_code == 404


def test_people_are_searched_and_added(site: Site) -> None:
    found = site.get("/api/v1/people?search=BEN", "root").json()["items"]
    assert [one["email"] for one in found] == ["ben@example.org"]
    assert site.call("POST", "/api/v1/people", "root", json={"email": "zoe@example.org"}).status_code == 201
    assert site.call("POST", "/api/v1/people", "root", json={"email": "zoe"}).status_code == 400


def test_the_page_shows_the_dates_before_it_copies(dated: Site, browser: TestClient) -> None:
    become(browser, dated.cast, "ines")
    first = browser.get("/courses/ml/copy")
    assert 'value="2026-09-15"' in first.text
    look = browser.get("/courses/ml/copy?slug=ml-2027&title=ML&begins=2027-03-16&staff=" + str(dated.cast.asa))
    assert "2027" in look.text
    assert f'value="{dated.cast.asa}" checked' in look.text
    form = {"slug": "ml-2027", "title": "ML", "begins": "2027-03-16", "staff": str(dated.cast.asa)}
    done = browser.post("/courses/ml/copy", data=form)
    assert (done.status_code, done.headers["location"]) == (303, "/courses/ml-2027/gradebook")
    assert browser.get("/courses/ml-2027/gradebook").status_code == 200
    again = browser.post("/courses/ml/copy", data=form)
    assert (again.status_code, 'value="ml-2027"' in again.text) == (409, True)


@pytest.mark.parametrize("begins", ["soon", "0001-01-01", "9999-12-31"])
def test_a_day_that_is_none_is_told_on_the_page(dated: Site, browser: TestClient, begins: str) -> None:
    become(browser, dated.cast, "ines")
    assert browser.get(f"/courses/ml/copy?begins={begins}").status_code == 400
    assert browser.post("/courses/ml/copy", data={"slug": "x", "begins": begins}).status_code == 400


def test_no_text_of_the_form_is_our_fault(dated: Site, browser: TestClient) -> None:
    become(browser, dated.cast, "ines")
    for name in ("slug", "title", "begins", "staff"):
        for typed in ("x" * 5000, "\0", "\u202e", "=1+1", ""):
            form = {"slug": "other", "begins": "2027-03-16"} | {name: typed}
            assert browser.post("/courses/ml/copy", data=form).status_code in (400, 409, 422)


def test_the_sites_pages_list_make_and_appoint(site: Site, browser: TestClient) -> None:
    become(browser, site.cast, "root")
    assert "Machine learning" in browser.get("/site").text
    made = browser.post("/site/courses", data={"slug": "dl", "title": "Deep", "timezone": "Asia/Seoul"})
    assert made.headers["location"] == "/courses/dl/members"
    assert browser.get("/courses/dl/members").status_code == 200
    again = browser.post("/site/courses", data={"slug": "dl", "timezone": "Mars/Base"})
    assert (again.status_code, 'value="Mars/Base"' in again.text) == (400, True)
    assert browser.post("/site/people", data={"email": "zoe@example.org"}).status_code == 303
    assert "zoe@example.org" in browser.get("/site/people?search=zoe").text
    assert browser.post("/site/people", data={"email": "zoe"}).status_code == 400
    refused = browser.post(f"/site/people/{site.cast.root}/admin", data={"admin": "no"})
    assert (refused.status_code, "is the only administrator" in refused.text) == (409, True)
    assert browser.post(f"/site/people/{site.cast.ines}/admin", data={"admin": "yes"}).status_code == 303
    become(browser, site.cast, "ines")
    assert browser.get("/site").status_code == 200
