"""Several units as one assignment, under an address that has a + in it or another of the course's own; and profiles."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import pytest
import sqlalchemy as sa

from grader.course import terms, units
from grader.course.tables import Submission
from tests.api.conftest import Site
from tests.cast import report, unit

COURSE = "/api/v1/courses/ml"
BOTH = "svm+softmax"
SOURCE = b"def svm_loss_naive(W, X, y, reg):\n    return 0.0, W\n"


def put(site: Site, slug: str, body: dict[str, Any], who: str = "ines") -> Any:
    return site.call("PUT", f"{COURSE}/assignments/{slug}", who, json=body)


@pytest.fixture
def bundled(site: Site) -> Site:
    assert put(site, BOTH, {"title": "Homework 1"}).status_code == 200
    return site


def handed_in(site: Site, slug: str, data: bytes = SOURCE, who: str = "ada") -> Any:
    path = f"{COURSE}/assignments/{slug}/submissions"
    return site.call("POST", path, who, files=[("files", ("svm.py", data))])


def test_a_bundle_asks_for_all_that_its_units_ask_for(bundled: Site) -> None:
    shown = bundled.get(f"{COURSE}/assignments/{BOTH}").json()
    assert (shown["unit"], shown["units"], shown["max_score"]) == (BOTH, ["svm", "softmax"], 40)
    assert {one["name"]: one["unit"] for one in shown["functions"]} == {
        "svm_loss_naive": "svm",
        "svm_loss_vectorized": "svm",
        "softmax_loss_naive": "softmax",
        "softmax_loss_vectorized": "softmax",
    }
    assert shown["files"] == ["svm.py", "softmax.py"]


@pytest.mark.parametrize("spelt", [BOTH, quote(BOTH, safe=""), "svm%2bsoftmax"])
def test_the_plus_of_an_address_may_be_written_or_encoded(bundled: Site, spelt: str) -> None:
    assert bundled.get(f"{COURSE}/assignments/{spelt}").json()["slug"] == BOTH
    answer = handed_in(bundled, spelt)
    assert answer.status_code == 202
    assert bundled.get(f"/api/v1/submissions/{answer.json()['id']}").json()["assignment"] == BOTH


@pytest.mark.parametrize("query", ["assignment=svm+softmax", "assignment=svm%2Bsoftmax", "assignment=svm softmax"])
def test_a_query_means_the_bundle_however_its_plus_is_written(bundled: Site, query: str) -> None:
    assert [row["assignment"] for row in bundled.get(f"{COURSE}/statistics?{query}", "ines").json()["items"]] == [BOTH]


@pytest.mark.parametrize("sort", ["svm+softmax", "-svm%2Bsoftmax"])
def test_the_gradebook_has_a_column_for_it_and_is_sorted_by_it(bundled: Site, sort: str) -> None:
    id = handed_in(bundled, BOTH).json()["id"]
    bundled.cast.finish(id, report(12))
    rows = bundled.get(f"{COURSE}/gradebook?sort={sort}", "ines").json()["items"]
    ada = next(row for row in rows if row["email"] == "ada@example.org")
    assert ada["scores"][BOTH]["score"] == 12
    assert BOTH in bundled.get(f"{COURSE}/gradebook.csv", "ines").text.splitlines()[0].split(",")


def test_what_is_missing_is_told_of_all_units(bundled: Site) -> None:
    answer = handed_in(bundled, BOTH, b"def other(): ...\n")
    assert answer.status_code == 422
    assert set(answer.json()["missing"]) == {
        "svm_loss_naive",
        "svm_loss_vectorized",
        "softmax_loss_naive",
        "softmax_loss_vectorized",
    }


def test_a_course_gives_a_bundle_an_address_a_title_and_weights(site: Site) -> None:
    made = put(site, "homework1", {"unit": "svm:2+softmax:0.5", "title": "Homework 1", "weight": 3}).json()
    assert (made["slug"], made["title"], made["max_score"], made["weight"]) == ("homework1", "Homework 1", 50, 3)
    assert [one["points"] for one in made["functions"]] == [16, 24, 4, 6]
    id = handed_in(site, "homework1").json()["id"]
    work = site.cast.begin(id)
    assert work.slug == "svm:2+softmax:0.5"


def test_what_a_unit_becomes_its_bundles_become(bundled: Site) -> None:
    before = bundled.get(f"{COURSE}/assignments/{BOTH}").json()["revision"]
    with bundled.cast.database.write() as session:
        units.write(session, [unit("svm", "sha256:2")])
    after = bundled.get(f"{COURSE}/assignments/{BOTH}").json()["revision"]
    assert after != before


@pytest.mark.parametrize(
    ("slug", "body", "status"),
    [
        ("svm+nothing", {}, 404),
        ("nothing", {}, 404),
        ("svm+svm", {}, 400),
        ("svm+", {}, 400),
        ("hw", {"unit": "svm:0+softmax"}, 400),
        ("hw", {"unit": "svm:0.001+softmax"}, 400),
        ("hw", {"unit": "svm:many+softmax"}, 400),
        ("h w", {"unit": "svm+softmax"}, 400),
        ("svm", {"unit": "softmax"}, 409),
    ],
)
def test_what_is_no_bundle_is_refused(site: Site, slug: str, body: dict[str, Any], status: int) -> None:
    before = site.get(f"{COURSE}/assignments", "ines").json()
    assert put(site, slug, body).status_code == status
    assert site.get(f"{COURSE}/assignments", "ines").json() == before


def test_a_weight_gives_points_with_two_decimals_at_most(site: Site) -> None:
    with site.cast.database.write() as session:
        functions = [{"name": "f", "signature": "()", "points": 0.05}]
        units.write(session, [{**unit("small"), "functions": functions}])
    assert put(site, "hw", {"unit": "small:0.5+svm"}).status_code == 400


def test_an_assignment_is_graded_by_its_own_profile_else_by_its_courses(site: Site) -> None:
    known = site.get(COURSE).json()
    assert (known["profile"], known["profiles"]) == (
        "default",
        {"default": {}, "2016": {"l2": ["reg-half-convention"]}},
    )
    assert site.get(f"{COURSE}/assignments/svm").json()["graded_by"] == "default"
    assert site.call("PATCH", COURSE, "ines", json={"profile": "2016"}).json()["profile"] == "2016"
    assert site.get(f"{COURSE}/assignments/svm").json()["graded_by"] == "2016"
    own = site.call("PATCH", f"{COURSE}/assignments/svm", "ines", json={"profile": "default"}).json()
    assert (own["profile"], own["graded_by"]) == ("default", "default")
    assert site.call("PATCH", COURSE, "ines", json={"profile": "1999"}).status_code == 422


def test_the_terms_of_a_grading_are_kept_with_it(site: Site) -> None:
    change = {"profile": "2016", "learning": 10, "supply": False, "tolerance": 1e-4}
    shares = {"gradient": 50.0}
    assert site.call("PATCH", f"{COURSE}/assignments/svm", "ines", json=change | {"points": shares}).status_code == 200
    id = handed_in(site, "svm").json()["id"]
    assert site.cast.begin(id).terms == terms.Terms("2016", 10, shares, 1e-4, supply=False)
    with site.cast.database.read() as session:
        assert session.scalar(sa.select(Submission.terms)) == change | {"shares": shares}


def test_the_same_files_are_graded_again_once_the_terms_are_others(site: Site) -> None:
    first = handed_in(site, "svm").json()["id"]
    site.cast.finish(first, report(8))
    assert handed_in(site, "svm").json()["duplicate"]
    site.call("PATCH", COURSE, "ines", json={"profile": "2016"})
    again = handed_in(site, "svm").json()
    assert (again["duplicate"], again["id"] == first) == (False, False)
