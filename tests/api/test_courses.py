"""Gradebook, statistics, members, assignments and their settings."""

from __future__ import annotations

import csv
import io
from fractions import Fraction
from typing import Any

import pytest

from grader.course import people, units
from grader.course.tables import Membership, Unit
from tests.api.conftest import Site
from tests.cast import unit

COURSE = "/api/v1/courses/ml"


@pytest.fixture
def graded(site: Site) -> Site:
    """Ada has 12.5 in svm and 20 in softmax, Ben has 15 in svm."""
    site.cast.graded(12.5)
    site.cast.graded(20, assignment_id=site.cast.softmax)
    site.cast.graded(15, b"2", user=site.cast.ben)
    return site


def items(site: Site, path: str, who: str = "ines") -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = site.get(COURSE + path, who).json()["items"]
    return found


def test_the_gradebook_has_a_row_a_student(graded: Site) -> None:
    ada, ben = items(graded, "/gradebook")
    assert ada == {
        "user": graded.cast.ada,
        "name": "Ada",
        "email": "ada@example.org",
        "section": "a",
        "group": "",
        "external_id": "",
        "scores": {
            "svm": {"score": 12.5, "max_score": 20, "late": 0, "submission": 1},
            "softmax": {"score": 20, "max_score": 20, "late": 0, "submission": 2},
        },
        "total": 32.5,
    }
    assert ben["total"] == 15


def test_gradebook_json_is_the_same_list(graded: Site) -> None:
    assert items(graded, "/gradebook.json") == items(graded, "/gradebook")


def test_students_get_their_own_row_whatever_they_ask_for(graded: Site) -> None:
    for query in ("", "?user=ben@example.org", f"?user={graded.cast.ben}", "?section=b"):
        assert [row["name"] for row in items(graded, "/gradebook" + query, "ada")] == ["Ada"]


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("?section=b", ["Ben"]),
        ("?user=ben@example.org", ["Ben"]),
        ("?status=done&assignment=softmax", ["Ada"]),
        ("?sort=-email", ["Ben", "Ada"]),
        ("?sort=svm", ["Ada", "Ben"]),
        ("?since=2100-01-01T00:00:00Z", []),
        ("?until=2100-01-01T09:00:00%2B09:00", ["Ada", "Ben"]),
    ],
)
def test_every_view_is_a_link(graded: Site, query: str, names: list[str]) -> None:
    assert [row["name"] for row in items(graded, "/gradebook" + query)] == names


def test_fields_leave_what_was_asked_for(graded: Site) -> None:
    assert items(graded, "/gradebook?fields=name,total") == [
        {"name": "Ada", "total": 32.5},
        {"name": "Ben", "total": 15},
    ]


@pytest.mark.parametrize(
    "query", ["?sort=height", "?fields=height", "?cursor=x", "?limit=0", "?status=lost", "?since=2027-01-01T00:00:00"]
)
def test_what_cannot_be_meant_is_refused(site: Site, query: str) -> None:
    answer = site.get(COURSE + "/gradebook" + query, "ines")
    assert answer.status_code in (400, 422)
    assert answer.headers["content-type"] == "application/problem+json"


def test_pages_follow_one_another(graded: Site) -> None:
    first = graded.get(COURSE + "/gradebook?limit=1", "ines").json()
    second = graded.get(COURSE + f"/gradebook?limit=1&cursor={first['next_cursor']}", "ines").json()
    assert [row["name"] for row in first["items"] + second["items"]] == ["Ada", "Ben"]
    assert second["next_cursor"] is None


def test_the_table_for_spreadsheets_holds_the_same_numbers(graded: Site) -> None:
    answer = graded.get(COURSE + "/gradebook.csv", "ines")
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert rows[0] == ["user", "name", "email", "section", "group", "external_id", "softmax", "svm", "total"]
    assert rows[1][1:] == ["Ada", "ada@example.org", "a", "", "", "20.0", "12.5", "32.5"]
    assert rows[2][6:] == ["", "15.0", "15.0"]


def test_the_table_says_what_there_is_to_get_where_that_is_asked_for(graded: Site) -> None:
    answer = graded.get(COURSE + "/gradebook.csv?maxima=true", "ines")
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert rows[0][6:] == ["softmax", "svm", "total", "softmax max", "svm max", "total max"]
    assert rows[2][6:] == ["", "15.0", "15.0", "20.0", "20.0", "40.0"]


@pytest.mark.parametrize("text", ["=1+1", "＝1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", '=HYPERLINK("http://x")'])
def test_no_cell_of_the_table_is_a_formula(site: Site, text: str) -> None:
    """Section and group come from a file, a name from its owner: none of them runs in the instructor's spreadsheet."""
    with site.cast.database.write() as session:
        session.get_one(Membership, (site.cast.course, site.cast.ada)).group = text
    answer = site.get(COURSE + "/gradebook.csv", "ines")
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"), newline="")))
    assert rows[1][4] == "'" + text


def test_statistics_of_a_course_and_of_one_assignment(graded: Site) -> None:
    both = items(graded, "/statistics")
    assert {one["assignment"]: (one["submitted"], one["median"]) for one in both} == {
        "svm": (2, 13.75),
        "softmax": (1, 20),
    }
    (svm,) = items(graded, "/statistics?assignment=svm&section=b")
    assert (svm["students"], svm["submitted"]) == (1, 1)
    assert svm["checks"] == [
        {
            "function": "svm_loss_naive",
            "check": "gradient",
            "passed": 0,
            "failed": 1,
            "skipped": 0,
            "pass_rate": 0,
            "discrimination": None,
        }
    ]
    assert graded.get(COURSE + "/statistics?assignment=nothing", "ines").status_code == 404


def test_medians_and_bars_may_have_more_decimals_than_scores(site: Site) -> None:
    site.cast.graded(12.51)
    site.cast.graded(12.52, user=site.cast.ben)
    with site.cast.database.write() as session:
        session.get_one(Unit, "svm").max_score = Fraction("20.25")
    (svm,) = items(site, "/statistics?assignment=svm")
    assert (svm["median"], svm["histogram"][0]["high"]) == (12.515, 2.025)


def test_members_are_listed_for_staff_and_students_see_themselves(site: Site) -> None:
    assert [one["name"] for one in items(site, "/members")] == ["Abe", "Ada", "Asa", "Ben", "Ines"]
    assert [one["name"] for one in items(site, "/members?section=a")] == ["Abe", "Ada"]
    assert [one["name"] for one in items(site, "/members", "ada")] == ["Ada"]


def test_assignments_say_what_is_asked_and_how_one_stands(graded: Site) -> None:
    graded.cast.assignment(attempts_total=3, due=graded.cast.row(1).received_at)
    first, _ = items(graded, "/assignments", "ada")
    assert (first["slug"], first["max_score"], first["files"]) == ("svm", 20, ["svm.py"])
    assert (first["best"]["score"], first["latest"], first["latest_status"]) == (12.5, 1, "done")
    assert first["attempts_left"] == 2
    assert graded.get(COURSE + "/assignments/svm").json() == first
    assert graded.get(COURSE + "/assignments/nothing").status_code == 404


def change(site: Site, body: dict[str, Any], method: str = "PATCH", who: str = "ines") -> Any:
    return site.call(method, COURSE + "/assignments/svm", who, json=body)


def test_students_do_not_see_what_has_not_opened(site: Site) -> None:
    change(site, {"opens": "2100-01-01T00:00:00Z"})
    assert [one["slug"] for one in items(site, "/assignments", "ada")] == ["softmax"]
    assert len(items(site, "/assignments", "asa")) == 2
    assert site.get(COURSE + "/assignments/svm", "ada").status_code == 404
    assert site.get(COURSE + "/assignments/svm", "asa").status_code == 200


def test_patch_sets_what_is_given_and_put_sets_everything(site: Site) -> None:
    change(site, {"due": "2027-03-01T23:59:00+09:00", "attempts_total": 5})
    patched = change(site, {"grace_minutes": 10}).json()
    assert (patched["due"], patched["attempts_total"], patched["grace_minutes"]) == ("2027-03-01T14:59:00Z", 5, 10)
    put = change(site, {"counts": "last", "weight": 0.25}, "PUT").json()
    assert (put["due"], put["attempts_total"], put["grace_minutes"]) == (None, None, 0)
    assert (put["counts"], put["weight"]) == ("last", 0.25)


@pytest.mark.parametrize("weight", [0, 0.1, 0.35, 1000])
def test_a_weight_is_kept_as_it_is_written(site: Site, weight: float) -> None:
    """Also one that has no exact binary fraction."""
    assert change(site, {"weight": weight}).json()["weight"] == weight


def test_a_new_schedule_counts_at_once_for_what_was_handed_in_before(graded: Site) -> None:
    late = {"kind": "percent", "percent_per_day": 50}
    change(graded, {"due": "2020-01-01T00:00:00Z", "late_policy": late})
    ada = items(graded, "/gradebook?user=ada@example.org")[0]
    assert (ada["scores"]["svm"]["score"], ada["scores"]["svm"]["late"] > 0) == (0, True)
    change(graded, {"due": None})
    assert items(graded, "/gradebook?user=ada@example.org")[0]["scores"]["svm"]["score"] == 12.5


@pytest.mark.parametrize(
    "body",
    [
        {"opens": "2027-03-02T00:00:00Z", "due": "2027-03-01T00:00:00Z"},
        {"due": "2027-03-01T00:00:00"},
        {"late_policy": {"kind": "percent"}},
        {"late_policy": {"kind": "percent", "percent_per_day": 101}},
        {"counts": "worst"},
        {"attempts_total": 0},
        {"weight": -1},
        {"weight": 0.123},
        {"nonsense": 1},
        {"profile": "1999"},
        {"profile": ""},
        {"learning": 11},
        {"learning": -1},
        {"supply": "perhaps"},
        {"unit": "softmax"},
    ],
)
def test_settings_that_cannot_be_are_refused_and_nothing_changes(site: Site, body: dict[str, Any]) -> None:
    before = site.get(COURSE + "/assignments/svm").json()
    answer = change(site, body)
    assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")
    assert site.get(COURSE + "/assignments/svm").json() == before


def test_an_instructors_own_assignment_is_called_as_its_author_says_else_by_its_slug(site: Site) -> None:
    """The catalogues have no title for it, and nobody may read the id of a message."""
    own = {"en": "Squared hinge", "ko": "제곱 힌지 손실"}
    with site.cast.database.write() as session:
        units.write(session, [unit("untitled"), {**unit("squared-hinge"), "titles": own}])
        course = people.find_course(session, "ml")
        for definition in ("untitled", "squared-hinge", "squared-hinge+svm"):
            units.enable(session, course, definition)

    def titles(lang: str) -> dict[str, str]:
        rows = site.get(COURSE + "/assignments", headers={"Accept-Language": lang}).json()["items"]
        return {row["slug"]: row["title"] for row in rows}

    assert titles("en")["untitled"] == "untitled"
    assert titles("en")["svm"] == "SVM loss of a linear classifier"
    assert titles("ko")["squared-hinge"] == "제곱 힌지 손실"
    assert titles("en")["squared-hinge+svm"] == "Squared hinge + SVM loss of a linear classifier"
