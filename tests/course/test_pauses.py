"""Grading that stands still: what waits, what goes on, and what is told; on both databases."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from grader.course import pauses, regrade_work, regrades, submissions
from grader.course.regrades import Wanted
from grader.course.standing import standing
from grader.course.tables import AuditEntry, Course, CourseAssignment, Pause, Status
from grader.errors import BadRequest
from grader.jobs.dispatcher import waiting_submissions
from tests.cast import SOURCE, Cast


def stop(cast: Cast, *, site: bool = False, reason: str = "") -> None:
    with cast.database.write() as session:
        pauses.pause(session, None if site else session.get_one(Course, cast.course), cast.ines, reason)


def go_on(cast: Cast, *, site: bool = False) -> None:
    with cast.database.write() as session:
        pauses.resume(session, None if site else session.get_one(Course, cast.course), cast.ines)


def due(cast: Cast) -> list[int]:
    """The submissions that a dispatcher would hand over."""
    with cast.database.read() as session:
        return [int(job.id.rpartition("-")[2]) for job in waiting_submissions(session)]


@pytest.mark.parametrize("site", [True, False])
def test_what_is_handed_in_meanwhile_waits_and_is_graded_afterwards(cast: Cast, site: bool) -> None:
    stop(cast, site=site)
    id = cast.accept().id
    with cast.database.write() as session:
        assert submissions.begin(session, id, "worker") is None
    assert (cast.row(id).status, cast.row(id).attempt, due(cast)) == (Status.QUEUED, 0, [])
    go_on(cast, site=site)
    assert due(cast) == [id]
    cast.graded_now(id, 12)
    assert (cast.row(id).status, cast.row(id).faults) == (Status.DONE, 0)


def test_what_runs_comes_to_its_end(cast: Cast) -> None:
    id = cast.accept().id
    work = cast.begin(id)
    stop(cast)
    assert due(cast) == [id], "its job is held on to"
    with cast.database.write() as session:
        assert submissions.progress(session, id, work.attempt, "svm_loss_naive", 1, 2)


def test_what_lost_its_worker_meanwhile_waits_with_the_others(cast: Cast) -> None:
    id = cast.accept().id
    cast.begin(id)
    stop(cast)
    with cast.database.write() as session:
        assert submissions.begin(session, id, "another") is None
    assert (cast.row(id).status, cast.row(id).faults, due(cast)) == (Status.QUEUED, 1, [])


def test_another_course_goes_on(cast: Cast) -> None:
    with cast.database.write() as session:
        other = session.scalars(sa.select(Course).where(Course.slug == "other")).one()
        pauses.pause(session, other, None)
    id = cast.accept().id
    assert due(cast) == [id]
    stop(cast, site=True)
    go_on(cast)
    assert due(cast) == [], "that of the site holds all the same"


def test_a_regrade_stands_still_as_well(cast: Cast) -> None:
    cast.graded(10)
    with cast.database.write() as session:
        regrades.begin(session, session.get_one(CourseAssignment, cast.svm), Wanted(), cast.ines)
        ((regrade, shard),) = regrade_work.shards(session)
    stop(cast)
    with cast.database.write() as session:
        assert (regrade_work.shards(session), regrade_work.take(session, regrade, shard)) == ([], None)
    go_on(cast)
    with cast.database.write() as session:
        assert regrade_work.take(session, regrade, shard) is not None


def test_who_waits_is_told_why_and_for_no_time_that_nobody_knows(cast: Cast) -> None:
    cast.graded(10)
    id = cast.accept(SOURCE + b"# 2").id
    stop(cast, reason="new\ttests")
    with cast.database.read() as session:
        now = standing(session, id)
    assert (now.position, now.eta_seconds) == (1, None)
    assert now.reason is not None
    assert (now.reason.id, now.reason.params) == ("pause.course", {"reason": " (new tests)"})


def test_a_pause_is_one_and_stands_in_the_record(cast: Cast) -> None:
    for reason in ("a", "b"):
        stop(cast, reason=reason)
        stop(cast, site=True, reason=reason)
    go_on(cast)
    go_on(cast)
    with cast.database.read() as session:
        assert [(one.course_id, one.reason) for one in session.scalars(sa.select(Pause))] == [(None, "b")]
        said = session.scalars(sa.select(AuditEntry).where(AuditEntry.action.in_(("pause", "resume"))))
        told = [(one.action, one.subject, one.user_id) for one in said.all()]
        assert told == [("pause", "ml", cast.ines), ("pause", "site", cast.ines)] * 2 + [("resume", "ml", cast.ines)]


def test_a_reason_is_one_line_of_some_words(cast: Cast) -> None:
    with pytest.raises(BadRequest):
        stop(cast, reason="x" * 201)
