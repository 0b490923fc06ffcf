"""The line as staff see it, how fast it moves, and how one is taken out of it."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from grader.course import queue, workers
from grader.course.tables import AuditEntry, Status, StoredReport, now
from tests.api.conftest import Site


@pytest.fixture
def busy(site: Site) -> Site:
    """Ada's first is graded, her second runs, Ben's waits; one worker lives."""
    site.cast.graded(5, b"1")
    site.cast.begin(site.cast.accept(b"2").id)
    site.cast.accept(b"3", user=site.cast.ben)
    with site.cast.database.write() as session:
        workers.beat(session, "w1", "ns", slots=2)
    return site


def test_staff_see_what_waits_what_runs_and_who_works(busy: Site) -> None:
    got = busy.get("/api/v1/queue", "ines").json()
    assert (got["waiting"], got["running"], got["isolation"]) == (1, 1, "ns")
    assert got["per_minute"] == pytest.approx(0.1)
    assert [(one["id"], one["student"], one["status"], one["course"]) for one in got["items"]] == [
        (2, "Ada", "running", "ml"),
        (3, "Ben", "queued", "ml"),
    ]
    assert got["oldest"] == got["items"][1]["received_at"]
    assert [(one["id"], one["slots"]) for one in got["workers"]] == [("w1", 2)]


def test_an_assistant_of_a_section_sees_its_students_and_the_length_of_the_whole_line(busy: Site) -> None:
    got = busy.get("/api/v1/queue", "abe").json()
    assert (got["waiting"], [one["student"] for one in got["items"]]) == (1, ["Ada"])


def test_the_pace_is_that_of_the_last_minutes(busy: Site) -> None:
    with busy.cast.database.write() as session:
        session.execute(sa.update(StoredReport).values(made_at=now() - timedelta(minutes=11)))
    with busy.cast.database.read() as session:
        assert queue.line(session, now()).per_minute == 0


@pytest.mark.parametrize("id", [2, 3])
def test_staff_stop_what_runs_or_waits_and_it_is_written_down(busy: Site, id: int) -> None:
    assert busy.call("POST", f"/api/v1/submissions/{id}/stop", "ines").status_code == 204
    assert busy.cast.row(id).status is Status.CANCELLED
    with busy.cast.database.read() as session:
        entry = session.scalars(sa.select(AuditEntry).order_by(AuditEntry.id.desc())).first()
        assert entry is not None
        assert (entry.action, entry.subject, entry.user_id) == ("cancel", str(id), busy.cast.ines)


def test_what_is_finished_cannot_be_stopped(busy: Site) -> None:
    assert busy.call("POST", "/api/v1/submissions/1/stop", "ines").status_code == 409
