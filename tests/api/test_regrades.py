"""Regrades over HTTP: begun, looked at, applied, rolled back, dropped."""

from __future__ import annotations

from typing import Any

import httpx2
import pytest

from grader.course import regrade_work
from grader.course.regrade_work import SHARDS
from grader.report import stored
from tests.api.conftest import Site
from tests.cast import report

REGRADES = "/api/v1/courses/ml/assignments/svm/regrades"


def begin(site: Site, who: str = "ines", **body: Any) -> httpx2.Response:
    return site.call("POST", REGRADES, who, json=body)


def begun(site: Site, **body: Any) -> int:
    answer = begin(site, **body)
    assert answer.status_code == 202, answer.text
    id: int = answer.json()["id"]
    return id


def run(site: Site, id: int, **scores: float) -> None:
    """Grade it; who is named gets that score, everyone else 20."""
    for shard in range(SHARDS):
        while True:
            with site.cast.database.write() as session:
                work = regrade_work.take(session, id, shard)
                if work is None:
                    break
                owner = site.cast.row(work.submission).user_id
                score = next((score for name, score in scores.items() if getattr(site.cast, name) == owner), 20)
                assert regrade_work.finish(session, work, stored.encode(report(score)))


def show(site: Site, id: int, **query: Any) -> dict[str, Any]:
    answer = site.get(f"/api/v1/regrades/{id}", "ines", params=query)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def post(site: Site, id: int, what: str) -> httpx2.Response:
    return site.call("POST", f"/api/v1/regrades/{id}/{what}", "ines")


def score(site: Site, who: str) -> float:
    row = site.get("/api/v1/courses/ml/gradebook", who).json()["items"][0]
    found: float = row["scores"]["svm"]["score"]
    return found


def test_a_dry_run_is_followed_and_applied_and_rolled_back(site: Site) -> None:
    site.cast.graded(15)
    id = begun(site, reason="the tolerance was wrong", never_lower=True, which="counting", students=None)
    assert (show(site, id)["state"], show(site, id)["graded"], show(site, id)["by"]) == ("running", 0, "Ines")
    run(site, id)
    ready = show(site, id)
    assert (ready["state"], ready["submissions"], ready["higher"], ready["applied"]) == ("ready", 1, 1, 0)
    (row,) = ready["rows"]
    assert (row["user"], row["submission"], row["old"], row["new"]) == (site.cast.ada, 1, 15, 20)
    assert (row["difference"], row["changed"]) == (5, ["gradient"])
    check = {"function": "svm_loss_naive", "check": "gradient", "old": 15, "new": 20, "was": "failed", "now": "passed"}
    assert row["checks"] == [check]
    assert score(site, "ada") == 15
    applied = post(site, id, "apply").json()
    assert (applied["state"], applied["applied"], applied["rows"][0]["applied"]) == ("applied", 1, True)
    assert score(site, "ada") == 20
    assert post(site, id, "rollback").json()["state"] == "rolled-back"
    assert score(site, "ada") == 15


def test_a_dry_run_says_what_students_have_in_the_end_and_a_rollback_that_the_settings_stay(site: Site) -> None:
    first = site.cast.graded(17.6, b"1")
    site.cast.graded(18, b"2")
    id = begun(site)
    run(site, id, ada=16)
    (told,) = show(site, id)["outlook"]
    about = {"user": site.cast.ada, "name": "Ada", "email": "ada@example.org"}
    assert told == {**about, "old": 18, "new": 17.6, "submission": first, "number": 1, "instead": True}
    site.cast.assignment(points={"gradient": 50.0})
    assert post(site, id, "apply").json()["outlook"] == []
    assert score(site, "ada") == 17.6
    assert post(site, id, "rollback").json()["other_terms"] is True


def test_rows_are_paged_with_what_changes_first(site: Site) -> None:
    site.cast.graded(20)
    site.cast.graded(20, user=site.cast.ben)
    id = begun(site)
    run(site, id, ben=3)
    first = show(site, id, limit=1)
    second = show(site, id, limit=1, cursor=first["next_cursor"])
    assert [one["name"] for one in (*first["rows"], *second["rows"])] == ["Ben", "Ada"]
    assert second["next_cursor"] is None
    assert [one["name"] for one in show(site, id, show="changed")["rows"]] == ["Ben"]


def test_regrades_are_listed_the_newest_first(site: Site) -> None:
    site.cast.graded(15)
    first = begun(site)
    assert post(site, first, "drop").json()["state"] == "dropped"
    second = begun(site, students=["ada@example.org"])
    listed = site.get(REGRADES, "ines").json()
    assert [(one["id"], one["state"], one["students"]) for one in listed["items"]] == [
        (second, "running", [site.cast.ada]),
        (first, "dropped", None),
    ]


def test_what_is_undecided_stands_in_the_way_and_is_named(site: Site) -> None:
    site.cast.graded(15)
    first = begun(site)
    answer = begin(site)
    assert (answer.status_code, answer.json()["regrade"]) == (409, first)
    assert post(site, first, "apply").status_code == 409
    assert post(site, first, "rollback").status_code == 409


@pytest.mark.parametrize(
    "body",
    [
        {"which": "some"},
        {"students": ["nobody@example.org"]},
        {"students": [10**12]},
        {"students": ["a\0b"]},
        {"students": [True]},
        {"students": []},
        {"never_lower": "perhaps"},
        {"reason": "\0"},
        {"more": 1},
        [],
    ],
)
def test_what_cannot_be_meant_is_refused(site: Site, body: Any) -> None:
    site.cast.graded(15)
    answer = site.call("POST", REGRADES, "ines", json=body)
    assert answer.status_code == 422, answer.text


@pytest.mark.parametrize("id", ["0", "7", "x", "99999999999999999999", "1.5"])
def test_a_regrade_that_is_not_there_is_not_found(site: Site, id: str) -> None:
    assert site.get(f"/api/v1/regrades/{id}", "ines").status_code == 404
    assert site.call("POST", f"/api/v1/regrades/{id}/apply", "ines").status_code == 404
