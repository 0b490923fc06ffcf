"""Hints over HTTP: what students read before and after they open one, what they are refused, what staff see."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from grader.core import Report
from tests.api.conftest import Site
from tests.cast import SOURCE, named

ASSIGNMENT = "/api/v1/courses/ml/assignments/svm"
FREELY = {"kind": "attempts", "attempts": 0, "minutes": 30, "all_after_due": True}


@pytest.fixture
def wrong(site: Site) -> int:
    """Ada's submission, whose report names a mistake; hints open by asking."""
    site.cast.assignment(hints=FREELY)
    return site.cast.wrong(5, "halved")


def unlock(site: Site, id: int, level: int, who: str | None = "ada", **more: Any) -> Any:
    body = {"function": "svm_loss_naive", "diagnosis": "halved", "level": level}
    return site.call("POST", f"/api/v1/submissions/{id}/hints", who, json=body, **more)


def told(site: Site, id: int, who: str = "ada") -> list[str]:
    """The hints of the report as JSON."""
    report = site.get(f"/api/v1/submissions/{id}/report.json", who).json()
    hints: list[str] = report["functions"][0]["diagnosis"][0]["hints"]
    return hints


def forms(site: Site, id: int, who: str = "ada") -> list[str]:
    """Everything that HTTP gives of the report."""
    paths = ("", "/report.json", "/report.html", "/report.xml", "/hints", "/files/svm.py")
    return [site.get(f"/api/v1/submissions/{id}{path}", who).text for path in paths]


def test_each_level_stands_in_the_report_once_it_is_opened_and_not_before(site: Site, wrong: int) -> None:
    texts = told(site, wrong, "ines")
    assert len(set(texts)) == 3
    for opened in (1, 2, 3):
        assert told(site, wrong) == texts[:opened]
        everything = [json.dumps(form, ensure_ascii=False) for form in forms(site, wrong)]
        for closed in texts[opened:]:
            assert all(json.dumps(closed, ensure_ascii=False)[1:-1] not in form for form in everything)
        if opened < 3:
            assert unlock(site, wrong, opened + 1).json()["hints"] == texts[: opened + 1]


def test_the_answer_says_how_far_the_hints_are_open_and_what_comes_next(site: Site, wrong: int) -> None:
    (ladder,) = site.get(f"/api/v1/submissions/{wrong}/hints").json()["items"]
    assert (ladder["function"], ladder["diagnosis"]) == ("svm_loss_naive", "halved")
    assert (ladder["levels"], ladder["open"], ladder["unlocked"]) == (3, 1, [])
    said = {"level": 2, "ready": True, "opens": None, "attempts": None, "text": "Hint 2 can be opened now."}
    assert ladder["next"] == said
    unlocked = unlock(site, wrong, 2).json()
    assert [(one["level"], one["submission"]) for one in unlocked["unlocked"]] == [(2, wrong)]
    assert unlock(site, wrong, 3).json()["next"] is None


def test_a_hint_stays_open_in_the_next_attempt(site: Site, wrong: int) -> None:
    unlock(site, wrong, 2)
    later = site.cast.wrong(5, "halved", data=SOURCE + b"# again\n")
    assert len(told(site, later)) == 2


def test_two_who_ask_for_the_same_hint_are_told_the_same(site: Site, wrong: int) -> None:
    answers = [unlock(site, wrong, 2) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert answers[0].json() == answers[1].json()
    assert len(site.get(f"{ASSIGNMENT}/hints", "ines").json()["items"]) == 1


# --------------------------------------------------------------------------- refusals


@pytest.mark.parametrize(("who", "status"), [(None, 401), ("stan", 404), ("ben", 404), ("asa", 403), ("ines", 403)])
def test_nobody_opens_a_hint_of_someone_elses_submission(site: Site, wrong: int, who: str | None, status: int) -> None:
    assert unlock(site, wrong, 2, who).status_code == status
    assert len(told(site, wrong)) == 1


def test_a_level_is_not_skipped(site: Site, wrong: int) -> None:
    answer = unlock(site, wrong, 3)
    assert (answer.status_code, answer.json()["type"]) == (409, "urn:grader:problem:course.hint.order")
    assert answer.json()["detail"] == "Hint 3 comes later: hint 2 is to be opened first."


@pytest.mark.parametrize(
    ("rule", "said", "extra"),
    [
        ({"kind": "time", "minutes": 600}, "Hint 2 can be opened from 20", "opens"),
        ({"kind": "attempts", "attempts": 2}, "still to come: 2.", "attempts"),
    ],
)
def test_a_hint_that_is_not_open_yet_says_when_it_will_be(
    site: Site, wrong: int, rule: dict[str, Any], said: str, extra: str
) -> None:
    assert site.call("PATCH", ASSIGNMENT, "ines", json={"hints": rule}).status_code == 200
    answer = unlock(site, wrong, 2)
    assert answer.status_code == 403
    assert said in answer.json()["detail"]
    (ladder,) = site.get(f"/api/v1/submissions/{wrong}/hints").json()["items"]
    assert answer.json()[extra] == ladder["next"][extra]
    assert "힌트 2번은" in unlock(site, wrong, 2, headers={"Accept-Language": "ko"}).json()["detail"]


def test_another_attempt_opens_the_door(site: Site, wrong: int) -> None:
    site.cast.assignment(hints={**FREELY, "attempts": 1})
    assert unlock(site, wrong, 2).status_code == 403
    later = site.cast.wrong(5, "halved", data=SOURCE + b"# again\n")
    assert unlock(site, later, 2).status_code == 200


@pytest.mark.parametrize(
    "body",
    [
        {"function": "svm_loss_naive", "diagnosis": "doubled", "level": 2},
        {"function": "nothing", "diagnosis": "halved", "level": 2},
        {"function": "svm_loss_naive", "diagnosis": "halved", "level": 9},
        {"function": "\0", "diagnosis": "\0", "level": 2},
    ],
)
def test_a_hint_that_is_not_there_is_not_found(site: Site, wrong: int, body: dict[str, Any]) -> None:
    answer = site.call("POST", f"/api/v1/submissions/{wrong}/hints", json=body)
    assert (answer.status_code, answer.json()["type"]) == (404, "urn:grader:problem:course.hint.unknown")


@pytest.mark.parametrize("body", [{}, {"function": "f", "diagnosis": "d", "level": "two"}, {"level": 2, "more": 1}])
def test_a_body_that_names_no_hint_is_told_so(site: Site, wrong: int, body: dict[str, Any]) -> None:
    assert site.call("POST", f"/api/v1/submissions/{wrong}/hints", json=body).status_code == 422


def test_what_is_not_graded_yet_has_no_hints(site: Site) -> None:
    waiting = site.cast.accept().id
    assert site.get(f"/api/v1/submissions/{waiting}/hints").status_code == 404
    assert unlock(site, waiting, 1).status_code == 404


# --------------------------------------------------------------------------- the instructor


def test_the_rule_is_a_setting_of_the_assignment(site: Site) -> None:
    default = {"kind": "attempts", "attempts": 1, "minutes": 30, "all_after_due": True}
    assert site.get(ASSIGNMENT).json()["hints"] == default
    answer = site.call("PATCH", ASSIGNMENT, "ines", json={"hints": {"kind": "time", "minutes": 45}})
    assert answer.json()["hints"] == {**default, "kind": "time", "minutes": 45}
    assert site.get(ASSIGNMENT).json()["hints"]["minutes"] == 45
    assert site.call("PUT", ASSIGNMENT, "ines", json={}).json()["hints"] == default


@pytest.mark.parametrize(
    "rule", [{"kind": "often"}, {"minutes": -1}, {"attempts": 1000}, {"levels": 3}, None, "all", {"minutes": 1.5}]
)
def test_a_rule_that_is_none_is_refused(site: Site, rule: Any) -> None:
    assert site.call("PATCH", ASSIGNMENT, "ines", json={"hints": rule}).status_code == 422


def test_staff_see_who_has_opened_what(site: Site, wrong: int) -> None:
    unlock(site, wrong, 2)
    (use,) = site.get(f"{ASSIGNMENT}/hints", "asa").json()["items"]
    assert (use["name"], use["submission"], use["number"], use["level"]) == ("Ada", wrong, 1, 2)
    assert (use["function"], use["diagnosis"]) == ("svm_loss_naive", "halved")
    assert site.get(f"{ASSIGNMENT}/hints?user=ben@example.org", "asa").json()["items"] == []
    (ladder,) = site.get(f"/api/v1/submissions/{wrong}/hints", "ines").json()["items"]
    assert [one["level"] for one in ladder["unlocked"]] == [2]


def test_the_list_of_opened_hints_is_paged(site: Site, wrong: int) -> None:
    for level in (2, 3):
        unlock(site, wrong, level)
    first = site.get(f"{ASSIGNMENT}/hints?limit=1", "ines").json()
    rest = site.get(f"{ASSIGNMENT}/hints?limit=1&cursor={first['next_cursor']}", "ines").json()
    assert [one["level"] for one in first["items"] + rest["items"]] == [3, 2]
    assert rest["next_cursor"] is None


# --------------------------------------------------------------------------- the attempt before


def hidden(report: Report) -> Report:
    (function,) = report.functions
    return replace(report, functions=(replace(function, checks=(replace(function.checks[0], hidden=True),)),))


def test_the_answer_says_what_has_changed_since_the_attempt_before(site: Site, wrong: int) -> None:
    nothing = {"attempt": None, "submission": None, "text": [], "functions": []}
    assert site.get(f"/api/v1/submissions/{wrong}/since").json() == nothing
    later = site.cast.graded(20, SOURCE + b"# mended\n")
    since = site.get(f"/api/v1/submissions/{later}/since").json()
    assert (since["attempt"], since["submission"]) == (1, wrong)
    assert since["functions"] == [
        {
            "name": "svm_loss_naive",
            "before": 5.0,
            "now": 20.0,
            "now_right": ["gradient"],
            "now_wrong": [],
            "still_wrong": [],
            "gone": ["halved"],
            "new": [],
        }
    ]
    (sentence,) = since["text"]
    assert sentence.startswith("Since attempt 1: svm_loss_naive: gradient now right; no longer the dW of a program")
    assert sentence.endswith("(+15).")
    korean = site.get(f"/api/v1/submissions/{later}/since", headers={"Accept-Language": "ko"}).json()["text"]
    assert korean[0].startswith("1번째 제출 이후: svm_loss_naive: 이제 맞음: 기울기; ")


def test_the_report_as_a_page_to_keep_says_it_too(site: Site, wrong: int) -> None:
    later = site.cast.graded(20, SOURCE + b"# mended\n")
    assert "Since attempt" not in site.get(f"/api/v1/submissions/{wrong}/report.html").text
    assert (
        "Since attempt 1: svm_loss_naive: gradient now right"
        in site.get(f"/api/v1/submissions/{later}/report.html").text
    )


def test_a_hidden_check_is_compared_for_staff_alone(site: Site) -> None:
    before, now = site.cast.accept().id, site.cast.accept(SOURCE + b"# mended\n").id
    site.cast.finish(before, hidden(named(5)))
    site.cast.finish(now, hidden(named(20)))
    for who, known in (("ada", []), ("ines", ["gradient"])):
        (function,) = site.get(f"/api/v1/submissions/{now}/since", who).json()["functions"]
        assert function["now_right"] == known
