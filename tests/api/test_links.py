"""A link over HTTP: kept for a worker, refused at once where it can be."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from tests.api.conftest import Site

LINKS = "/api/v1/courses/ml/assignments/svm/links"
URL = "https://github.com/ada/svm/tree/main/hw1"


def test_a_link_is_kept_and_told(site: Site) -> None:
    answer = site.call("POST", LINKS, json={"url": URL})
    assert answer.status_code == 202, answer.text
    said = answer.json()
    assert (said["state"], said["repository"], said["ref"], said["path"]) == (
        "asked",
        "https://github.com/ada/svm",
        "main",
        "hw1",
    )
    assert (said["submission"], said["reason"], said["commit"]) == (None, None, None)
    assert site.get(LINKS).json() == said


def test_each_student_sees_their_own_link(site: Site) -> None:
    site.call("POST", LINKS, json={"url": URL})
    assert site.get(LINKS, "ben").status_code == 404


def test_a_link_that_may_not_be_fetched_is_refused_with_its_cure(site: Site) -> None:
    answer = site.call("POST", LINKS, json={"url": "https://127.0.0.1/ada/svm"})
    assert answer.status_code == 422
    assert "github.com" in answer.json()["detail"]


def test_a_link_is_refused_where_an_upload_is(site: Site) -> None:
    site.cast.assignment(attempts_per_day=1)
    site.cast.graded(3)
    assert site.call("POST", LINKS, json={"url": URL}).status_code == 429
    site.cast.assignment(closes=datetime.now(UTC) - timedelta(hours=1))
    assert site.call("POST", LINKS, json={"url": URL}).status_code == 403
    assert site.call("POST", LINKS, "ines", json={"url": URL}).status_code == 202


def test_links_are_sent_six_times_a_minute_at_most(site: Site) -> None:
    codes = [site.call("POST", LINKS, json={"url": URL}).status_code for _ in range(7)]
    assert codes == [202] * 6 + [429]
