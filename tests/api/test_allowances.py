"""Extensions and overrides: given, changed, taken back, refused, and effective at once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from grader.course.tables import AuditEntry
from tests.api.conftest import Site

COURSE = "/api/v1/courses/ml"
SVM = COURSE + "/assignments/svm"
DUE = datetime(2027, 3, 1, 14, 59, tzinfo=UTC)
LATER = "2027-03-03T14:59:00Z"


@pytest.fixture
def late(site: Site) -> Site:
    """svm was due; Ada handed in two days later, which cost her 4 of 20 points."""
    body = {"due": "2027-03-01T14:59:00Z", "late_policy": {"kind": "percent", "percent_per_day": 10}}
    site.call("PATCH", SVM, "ines", json=body)
    site.cast.graded(20, received_at=DUE + timedelta(days=2))
    return site


def put(site: Site, kind: str, who: str = "ines", user: str = "ada@example.org", **body: Any) -> Any:
    return site.call("PUT", f"{SVM}/{kind}/{user}", who, json=body)


@pytest.mark.parametrize("due", ["2027-02-28T14:59:00Z", "2027-03-01T14:59:00Z"])
def test_an_extension_that_gives_no_more_time_is_refused_with_the_time_that_everyone_has(late: Site, due: str) -> None:
    answer = put(late, "extensions", due=due, reason="ill")
    assert answer.status_code == 422
    assert answer.json()["field"] == "due"
    assert "everyone has until 2027-03-01T23:59:00+09:00" in answer.json()["detail"]
    assert late.get(f"{SVM}/extensions", "ines").json()["items"] == []


def test_an_extension_that_only_closes_later_gives_more_time(late: Site) -> None:
    late.call("PATCH", SVM, "ines", json={"closes": "2027-03-02T14:59:00Z"})
    assert put(late, "extensions", due="2027-03-01T14:59:00Z", closes="2027-03-01T15:59:00Z").status_code == 422
    assert put(late, "extensions", due="2027-03-01T14:59:00Z", closes=LATER).status_code == 200


def test_an_extension_that_everyone_has_overtaken_can_still_be_given_another_reason(late: Site) -> None:
    put(late, "extensions", due=LATER, reason="ill")
    late.call("PATCH", SVM, "ines", json={"due": "2027-03-09T14:59:00Z"})
    path = f"{SVM}/extensions/ada@example.org"
    assert late.call("PATCH", path, "ines", json={"reason": "still ill"}).status_code == 200
    assert late.call("PATCH", path, "ines", json={"due": "2027-03-05T14:59:00Z"}).status_code == 422


def score(site: Site) -> float:
    found: float = site.get(SVM, "ada").json()["best"]["score"]
    return found


def test_an_extension_counts_at_once_and_is_gone_at_once(late: Site) -> None:
    assert score(late) == 16
    assert put(late, "extensions", due=LATER, reason="ill").status_code == 200
    mine = late.get(SVM, "ada").json()
    assert (mine["best"]["score"], mine["own_due"], mine["due"]) == (20, LATER, "2027-03-01T14:59:00Z")
    assert late.call("DELETE", f"{SVM}/extensions/ada@example.org", "ines").status_code == 204
    assert score(late) == 16


def test_an_extension_is_told_with_who_gave_it(late: Site) -> None:
    put(late, "extensions", user=str(late.cast.ada), due=LATER, reason="ill")
    one = late.get(f"{SVM}/extensions/ada@example.org", "ines").json()
    assert (one["due"], one["closes"], one["reason"], one["by"], one["version"]) == (LATER, None, "ill", "Ines", 1)
    assert late.get(f"{SVM}/extensions", "ines").json()["items"] == [one]


def test_patch_changes_what_is_given(late: Site) -> None:
    put(late, "extensions", due=LATER, reason="ill")
    patched = late.call("PATCH", f"{SVM}/extensions/ada@example.org", "ines", json={"reason": "still ill"}).json()
    assert (patched["due"], patched["reason"], patched["version"]) == (LATER, "still ill", 2)
    put(late, "overrides", score=12, withheld=True)
    patched = late.call("PATCH", f"{SVM}/overrides/ada@example.org", "ines", json={"withheld": False}).json()
    assert (patched["score"], patched["withheld"]) == (12, False)


def test_an_override_stands_in_place_of_the_score(late: Site) -> None:
    assert put(late, "overrides", score=12.25, reason="talked about it").status_code == 200
    assert score(late) == 12.25
    late.call("DELETE", f"{SVM}/overrides/ada@example.org", "ines")
    assert score(late) == 16


@pytest.mark.parametrize(
    ("kind", "body", "field"),
    [
        ("overrides", {"score": 20.01}, "score"),
        ("overrides", {}, "score"),
        ("overrides", {"reason": "none"}, "score"),
        ("extensions", {"due": "2020-01-01T00:00:00Z"}, "due"),
        ("extensions", {"due": LATER, "closes": "2027-03-02T00:00:00Z"}, "closes"),
    ],
)
def test_what_cannot_be_is_refused_and_the_field_is_named(late: Site, kind: str, body: Any, field: str) -> None:
    late.call("PATCH", SVM, "ines", json={"opens": "2027-02-01T00:00:00Z"})
    answer = put(late, kind, **body)
    assert (answer.status_code, answer.json()["field"]) == (422, field)
    assert late.get(f"{SVM}/{kind}", "ines").json()["items"] == []


def test_a_score_above_the_maximum_is_told_the_maximum(late: Site) -> None:
    answer = put(late, "overrides", score=21)
    assert answer.json()["most"] == 20
    assert "from 0 to 20" in answer.json()["detail"]


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("overrides", {"score": -1}),
        ("overrides", {"score": 1.234}),
        ("overrides", {"score": "20"}),
        ("extensions", {}),
        ("extensions", {"due": "tomorrow"}),
        ("extensions", {"due": "2027-03-03T00:00:00"}),
        ("extensions", {"due": LATER, "reason": "two\nlines"}),
    ],
)
def test_what_no_allowance_can_be_is_refused(late: Site, kind: str, body: Any) -> None:
    assert put(late, kind, **body).status_code == 422


@pytest.mark.parametrize("user", ["nobody@example.org", "stan@example.org", "asa@example.org", "99999", "x"])
@pytest.mark.parametrize("kind", ["extensions", "overrides"])
def test_only_students_of_the_course_have_allowances(late: Site, kind: str, user: str) -> None:
    assert put(late, kind, user=user, due=LATER).status_code in (404, 422)
    assert late.get(f"{SVM}/{kind}/{user}", "ines").status_code == 404


@pytest.mark.parametrize("kind", ["extensions", "overrides"])
def test_what_is_not_there_is_not_found(late: Site, kind: str) -> None:
    path = f"{SVM}/{kind}/ada@example.org"
    assert late.get(path, "ines").status_code == 404
    assert late.call("DELETE", path, "ines").status_code == 404
    assert late.call("PATCH", path, "ines", json={"reason": "x"}).status_code == 404


@pytest.mark.parametrize(("kind", "body"), [("extensions", {"due": LATER}), ("overrides", {"score": 5})])
def test_the_second_of_two_who_decide_is_told(late: Site, kind: str, body: dict[str, Any]) -> None:
    """Both opened the form when there was nothing."""
    assert put(late, kind, **body, version=0).json()["version"] == 1
    second = put(late, kind, "root", **body, version=0)
    assert (second.status_code, second.json()["version"]) == (409, 1)
    assert "Ines changed this" in second.json()["detail"]
    assert late.call("DELETE", f"{SVM}/{kind}/ada@example.org?version=0", "root").status_code == 409
    assert late.call("DELETE", f"{SVM}/{kind}/ada@example.org?version=1", "root").status_code == 204
    assert put(late, kind, **body, version=1).status_code == 409, "it is gone meanwhile"


def test_what_was_decided_is_written_down(late: Site) -> None:
    put(late, "overrides", score=12, reason="talked about it")
    put(late, "overrides", score=13)
    with late.cast.database.read() as session:
        last = session.scalars(sa.select(AuditEntry).where(AuditEntry.action == "override")).all()[-1]
    assert (last.user_id, last.subject, last.detail["user"]) == (late.cast.ines, "svm", late.cast.ada)
    assert (last.detail["was"]["score"], last.detail["set"]["score"]) == (12, 13)


def test_who_has_an_extension_may_hand_in_when_it_is_closed_for_the_others(late: Site) -> None:
    moment = datetime.now(UTC)
    before, after = moment - timedelta(days=1), moment + timedelta(days=1)
    times = {"due": before.isoformat(), "closes": before.isoformat()}
    late.call("PATCH", SVM, "ines", json=times)
    put(late, "extensions", user="ben@example.org", due=after.isoformat())
    assert late.upload(b"def svm_loss_naive(): 1", "ada").status_code == 403
    assert late.upload(b"def svm_loss_naive(): 1", "ben").status_code == 202


@pytest.mark.parametrize("kind", ["extensions", "overrides"])
@pytest.mark.parametrize("who", ["ada", "asa"])
def test_allowances_are_the_instructors(late: Site, kind: str, who: str) -> None:
    for method, path in (("GET", ""), ("GET", "/ada@example.org"), ("PUT", "/ada@example.org")):
        assert late.call(method, f"{SVM}/{kind}{path}", who).status_code == 403
