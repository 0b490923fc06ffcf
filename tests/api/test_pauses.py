"""Pausing over HTTP: uploads are taken, readiness and the queue say so."""

from __future__ import annotations

from grader.course import workers
from tests.api.conftest import Site


def test_uploads_are_taken_and_say_why_they_wait(site: Site) -> None:
    assert site.call("PUT", "/api/v1/courses/ml/pause", "ines", json={"reason": "new tests"}).status_code == 204
    sent = site.upload()
    assert sent.status_code == 202
    waits = site.get(f"/api/v1/submissions/{sent.json()['id']}").json()
    assert (waits["status"], waits["eta_seconds"]) == ("queued", None)
    assert "Grading is paused in this course (new tests)." in waits["reason"]
    assert site.call("DELETE", "/api/v1/courses/ml/pause", "ines").status_code == 204
    assert site.get(f"/api/v1/submissions/{sent.json()['id']}").json()["reason"] is None


def test_readiness_and_the_queue_tell_of_a_pause_of_the_whole_site(site: Site) -> None:
    with site.cast.database.write() as session:
        workers.beat(session, "w", "ns")
    assert (site.get("/readyz").status_code, site.get("/api/v1/queue", "ines").json()["paused"]) == (200, None)
    assert site.call("PUT", "/api/v1/pause", "root", json={}).status_code == 204
    told = site.get("/readyz")
    assert (told.status_code, told.json()["reason"]) == (503, site.get("/api/v1/queue", "ines").json()["paused"])
    assert site.call("DELETE", "/api/v1/pause", "root").status_code == 204
    with site.cast.database.write() as session:
        workers.beat(session, "w", "ns")
    assert site.get("/readyz").status_code == 200


def test_a_reason_that_is_too_long_is_refused(site: Site) -> None:
    assert site.call("PUT", "/api/v1/pause", "root", json={"reason": "x" * 201}).status_code == 422
