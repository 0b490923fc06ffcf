"""The settings of an assignment and of a course: what can be set, what is refused and why, and two at once."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
import sqlalchemy as sa

from grader.course.tables import AuditEntry, Membership
from tests.api.conftest import Site
from tests.cast import Cast

COURSE = "/api/v1/courses/ml"
SVM = COURSE + "/assignments/svm"
OPENS, DUE, CLOSES = "2027-02-01T00:00:00Z", "2027-03-01T14:59:00Z", "2027-03-08T14:59:00Z"
QUESTION = {"id": "q1", "text": "Why does the loss begin at 9?", "points": 2.5}


def patch(site: Site, who: str = "ines", **body: Any) -> Any:
    return site.call("PATCH", SVM, who, json=body)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("opens", OPENS),
        ("due", DUE),
        ("closes", CLOSES),
        ("grace_minutes", 5),
        ("late_policy", {"kind": "percent", "percent_per_day": 10.0, "days": None}),
        ("late_policy", {"kind": "late-days", "percent_per_day": 25.0, "days": 2}),
        ("attempts_per_day", 3),
        ("attempts_total", 20),
        ("counts", "last"),
        ("counts", "chosen"),
        ("weight", 0.5),
        ("teams", True),
        ("visibility", {"gradient": "after-due", "stability": "never"}),
        ("questions", [QUESTION]),
        ("released", True),
        ("supply", False),
    ],
)
def test_everything_is_set_by_patch_and_put_back_by_put(site: Site, name: str, value: Any) -> None:
    before = site.get(SVM, "ines").json()[name]
    assert patch(site, **{name: value}).json()[name] == value
    assert site.get(SVM, "ines").json()[name] == value
    assert site.call("PUT", SVM, "ines", json={}).json()[name] == before


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"opens": DUE, "due": OPENS}, "due"),
        ({"due": CLOSES, "closes": DUE}, "closes"),
        ({"opens": CLOSES, "closes": DUE}, "closes"),
        ({"late_policy": {"kind": "percent"}}, "late_policy.percent_per_day"),
        ({"questions": [QUESTION, QUESTION]}, "questions"),
    ],
)
def test_what_contradicts_itself_is_refused_and_the_field_is_named(site: Site, body: Any, field: str) -> None:
    answer = patch(site, **body)
    assert (answer.status_code, answer.json()["field"]) == (422, field)
    assert site.get(SVM, "ines").json()["version"] == 0


@pytest.mark.parametrize(
    "body",
    [
        {"late_policy": {"kind": "percent", "percent_per_day": 101}},
        {"late_policy": {"kind": "percent", "percent_per_day": -1}},
        {"late_policy": {"kind": "late-days", "days": -1}},
        {"grace_minutes": -1},
        {"attempts_per_day": 0},
        {"counts": "worst"},
        {"visibility": {"gradient": "sometimes"}},
        {"questions": [{**QUESTION, "points": 1001}]},
        {"questions": [{**QUESTION, "points": 0.125}]},
        {"questions": [{**QUESTION, "id": "q 1"}]},
        {"due": "2027-03-01T14:59:00"},
        {"colour": "red"},
    ],
)
def test_what_no_setting_can_be_is_refused(site: Site, body: Any) -> None:
    assert patch(site, **body).status_code == 422


def test_a_time_that_is_set_alone_is_held_against_those_that_are_there(site: Site) -> None:
    patch(site, opens=OPENS, due=DUE, closes=CLOSES)
    assert patch(site, due="2027-03-09T00:00:00Z").status_code == 422
    assert patch(site, opens="2027-03-02T00:00:00Z").status_code == 422
    assert site.get(SVM, "ines").json()["due"] == DUE


def test_the_second_of_two_who_edit_is_told_who_was_faster(site: Site) -> None:
    version = site.get(SVM, "ines").json()["version"]
    assert patch(site, grace_minutes=5, version=version).json()["version"] == version + 1
    late = patch(site, "root", grace_minutes=9, version=version)
    assert (late.status_code, late.json()["version"]) == (409, version + 1)
    assert late.json()["detail"].startswith("Ines changed this at ")
    assert site.get(SVM, "ines").json()["grace_minutes"] == 5
    assert patch(site, "root", grace_minutes=9, version=version + 1).status_code == 200


def test_what_is_set_as_it_was_is_no_change(site: Site) -> None:
    patch(site, grace_minutes=5)
    assert patch(site, grace_minutes=5, version=1).json()["version"] == 1


def test_a_change_is_written_down_with_what_was_there_before(site: Site) -> None:
    patch(site, due=DUE)
    patch(site, due=CLOSES, grace_minutes=5)
    with site.cast.database.read() as session:
        last = session.scalars(sa.select(AuditEntry).where(AuditEntry.action == "settings")).all()[-1]
    assert (last.user_id, last.subject) == (site.cast.ines, "svm")
    assert last.detail == {"was": {"due": DUE, "grace_minutes": 0}, "set": {"due": CLOSES, "grace_minutes": 5}}


def test_what_students_may_not_see_yet_is_not_named_to_them(site: Site) -> None:
    patch(site, visibility={"stability": "never"})
    assert site.get(SVM, "ada").json()["visibility"] == {}


def test_settings_move_grades_at_once(site: Site) -> None:
    id = site.cast.graded(20)
    policy = {"kind": "percent", "percent_per_day": 100}
    patch(site, due="2026-01-01T00:00:00Z", late_policy=policy)
    assert site.get(SVM, "ada").json()["best"]["score"] == 0
    patch(site, grace_minutes=100_000, due="2026-11-01T00:00:00Z", late_policy={"kind": "none"})
    assert site.get(SVM, "ada").json()["best"]["score"] == 20
    assert site.cast.row(id).late == 0


def test_switching_teams_on_gives_a_student_what_the_team_has(site: Site) -> None:
    in_pair(site.cast)
    site.cast.graded(15)
    assert site.get(SVM, "ben").json()["best"] is None
    patch(site, teams=True)
    assert site.get(SVM, "ben").json()["best"]["score"] == 15


def in_pair(cast: Cast) -> None:
    with cast.database.write() as session:
        for user in (cast.ada, cast.ben):
            session.get_one(Membership, (cast.course, user)).group = "pair"


def test_a_student_is_told_before_an_upload_what_it_costs(site: Site) -> None:
    assert site.get(SVM, "ada").json()["if_now"] is None
    site.call("PATCH", COURSE, "ines", json={"late_days": 500})
    patch(site, due="2026-01-01T00:00:00Z", late_policy={"kind": "late-days"})
    mine = site.get(SVM, "ada").json()
    assert mine["if_now"].startswith("Handing in now is late and will use late days: ")
    assert mine["late_days_left"] == 500


@pytest.mark.parametrize(
    "body", [{"timezone": "Europe/Atlantis"}, {"timezone": "../etc/passwd"}, {"late_days": -1}, {"profile": "1066"}]
)
def test_a_course_refuses_what_cannot_be(site: Site, body: Any) -> None:
    assert site.call("PATCH", COURSE, "ines", json=body).status_code in (400, 422)


def test_a_course_has_late_days_and_a_zone_and_tells_who_was_faster(site: Site) -> None:
    course = site.call("PATCH", COURSE, "ines", json={"late_days": 5, "timezone": "America/New_York"}).json()
    assert (course["late_days"], course["timezone"], course["version"]) == (5, "America/New_York", 1)
    late = site.call("PATCH", COURSE, "root", json={"late_days": 6, "version": 0})
    assert late.status_code == 409
    assert "Ines changed this" in late.json()["detail"]


def test_another_zone_moves_where_a_day_late_ends(site: Site) -> None:
    """Due at 23:59 in New York, the night before its clocks go back: handed in 25 hours later, which Seoul calls two
    days, and New York one."""
    patch(site, due="2027-11-07T03:59:00Z", late_policy={"kind": "percent", "percent_per_day": 10})
    site.cast.graded(20, received_at=datetime(2027, 11, 8, 4, 59, tzinfo=UTC))
    assert site.get(SVM, "ada").json()["best"]["score"] == 16
    site.call("PATCH", COURSE, "ines", json={"timezone": "America/New_York"})
    assert site.get(SVM, "ada").json()["best"]["score"] == 18


@pytest.mark.parametrize("who", ["ada", "asa"])
def test_settings_are_the_instructors(site: Site, who: str) -> None:
    assert patch(site, who, grace_minutes=5).status_code == 403
    assert site.call("PATCH", COURSE, who, json={"late_days": 5}).status_code == 403
