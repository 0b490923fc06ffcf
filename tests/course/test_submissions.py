"""The life of a submission, and that nobody gets more attempts, or two results, by asking at the same time."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from grader.core import Message, State
from grader.course import submissions, units
from grader.course.submissions import MAX_FAULTS, Accepted
from grader.course.tables import AuditEntry, Blob, Grade, IdempotencyKey, Status, StoredReport, Submission, now
from grader.errors import Forbidden, GraderError, TooMany, Unprocessable
from grader.report import stored
from tests.cast import SOURCE, Cast, report, unit


def at_once(count: int, work: Callable[[int], Any]) -> list[Any]:
    """Run `work` in `count` threads that start together; what each returned, or the GraderError it raised."""
    results: list[Any] = [None] * count
    start = threading.Barrier(count)

    def run(number: int) -> None:
        start.wait()
        try:
            results[number] = work(number)
        except GraderError as error:
            results[number] = error

    threads = [threading.Thread(target=run, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


# --------------------------------------------------------------------------- accepting


def test_an_accepted_upload_waits_with_its_bytes(cast: Cast) -> None:
    accepted = cast.accept()
    assert cast.queued() == [accepted.id]
    with cast.database.read() as session:
        assert submissions.read_files(session, accepted.id) == (("svm.py", SOURCE),)
    assert accepted.status is Status.QUEUED
    assert accepted.attempts_left is None
    assert not accepted.duplicate


def test_the_fingerprint_does_not_depend_on_the_order_of_the_files() -> None:
    files = [("a.py", b"1"), ("b.py", b"2")]
    assert submissions.fingerprint(files) == submissions.fingerprint(files[::-1])
    assert submissions.fingerprint(files) != submissions.fingerprint([("a.py", b"2"), ("b.py", b"1")])


def test_equal_bytes_are_kept_once(cast: Cast) -> None:
    cast.accept()
    cast.accept(user=cast.ben)
    with cast.database.read() as session:
        assert session.scalar(sa.select(sa.func.count(Blob.sha256))) == 1


def test_the_same_files_again_give_the_first_answer_and_use_no_attempt(cast: Cast) -> None:
    cast.assignment(attempts_total=2)
    first = cast.accept()
    again = cast.accept()
    assert (again.id, again.received_at, again.duplicate) == (first.id, first.received_at, True)
    assert (first.attempts_left, again.attempts_left) == (1, 1)


def test_the_same_files_for_a_new_revision_are_a_new_submission(cast: Cast) -> None:
    first = cast.accept()
    with cast.database.write() as session:
        units.write(session, [unit("svm", revision="sha256:2")])
    assert cast.accept().id != first.id


def test_the_same_files_after_a_cancellation_are_a_new_submission(cast: Cast) -> None:
    first = cast.accept()
    with cast.database.write() as session:
        submissions.cancel(session, first.id)
    assert cast.accept().id != first.id


def test_a_key_gets_the_same_answer_also_when_attempts_have_gone_since(cast: Cast) -> None:
    cast.assignment(attempts_total=3)
    first = cast.accept(key="k")
    cast.accept(b"def svm_loss_naive(): 2")
    again = cast.accept(key="k")
    assert (again.id, again.attempts_left, again.duplicate) == (first.id, first.attempts_left, False)


@pytest.mark.parametrize("change", [{"data": b"def svm_loss_naive(): 2"}, {"assignment_id": "softmax"}])
def test_a_key_with_other_files_or_for_another_assignment_is_refused(cast: Cast, change: dict[str, Any]) -> None:
    cast.accept(key="k")
    if "assignment_id" in change:
        change = {"assignment_id": cast.softmax}
    with pytest.raises(Unprocessable):
        cast.accept(key="k", **change)


def test_a_key_is_one_persons(cast: Cast) -> None:
    first = cast.accept(key="k")
    assert cast.accept(b"def svm_loss_naive(): 2", user=cast.ben, key="k").id != first.id


def test_a_key_is_forgotten_after_seven_days(cast: Cast) -> None:
    cast.accept(key="k", received_at=now() - timedelta(days=8))
    with cast.database.write() as session:
        session.execute(sa.update(IdempotencyKey).values(made_at=now() - timedelta(days=8)))
    assert cast.accept(b"def svm_loss_naive(): 2", key="k").status is Status.QUEUED


def test_twenty_four_posts_at_once_do_not_leak_an_attempt(cast: Cast) -> None:
    cast.assignment(attempts_total=5)
    results = at_once(24, lambda number: cast.accept(SOURCE + b"# %d" % number))
    accepted = [one for one in results if isinstance(one, Accepted)]
    assert len(accepted) == 5
    assert sorted(one.attempts_left for one in accepted if one.attempts_left is not None) == [0, 1, 2, 3, 4]
    assert {type(one) for one in results} == {Accepted, Forbidden}


def test_the_same_upload_24_times_at_once_is_one_submission(cast: Cast) -> None:
    results = at_once(24, lambda _: cast.accept(key="k"))
    assert {one.id for one in results} == {results[0].id}
    with cast.database.read() as session:
        assert session.scalar(sa.select(sa.func.count(Submission.id))) == 1


def test_rejections_cancellations_and_faults_of_ours_cost_no_attempt(cast: Cast) -> None:
    cast.assignment(attempts_total=1)
    rejected = cast.accept(b"1")
    cast.finish(rejected.id, report(0, state=State.REJECTED, reason=Message("course.not-allowed")))
    cancelled = cast.accept(b"2")
    with cast.database.write() as session:
        submissions.cancel(session, cancelled.id)
    broken = cast.accept(b"3")
    for _ in range(MAX_FAULTS):
        cast.finish(broken.id, report(0, state=State.BROKEN))
    assert cast.row(broken.id).status is Status.BROKEN
    assert cast.accept(b"4").attempts_left == 0
    with pytest.raises(Forbidden):
        cast.accept(b"5")


def test_attempts_of_a_day_refill_at_midnight_of_the_course(cast: Cast) -> None:
    """The course is in Seoul: 15:00 UTC is its midnight."""
    cast.assignment(attempts_per_day=1)
    late = datetime(2027, 3, 1, 14, 59, 50, tzinfo=UTC)
    cast.accept(b"1", received_at=late)
    with pytest.raises(TooMany) as refusal:
        cast.accept(b"2", received_at=late)
    assert refusal.value.extra["retry_after"] == 10
    assert cast.accept(b"2", received_at=late + timedelta(seconds=10)).attempts_left == 0


def test_students_keep_to_the_schedule_and_staff_need_not(cast: Cast) -> None:
    moment = now()
    cast.assignment(opens=moment, closes=moment)
    for off in (-1, 1):
        with pytest.raises(Forbidden):
            cast.accept(received_at=moment + timedelta(seconds=off))
    assert cast.accept(user=cast.ines, received_at=moment + timedelta(days=1)).attempts_left is None


def test_who_is_not_a_member_cannot_hand_in(cast: Cast) -> None:
    with pytest.raises(Forbidden):
        cast.accept(user=cast.stan)


# --------------------------------------------------------------------------- grading


def test_begin_gives_the_work_and_counts_the_attempt(cast: Cast) -> None:
    id = cast.accept().id
    work = cast.begin(id)
    assert (work.id, work.attempt, work.slug, work.files) == (id, 1, "svm", (("svm.py", SOURCE),))
    assert cast.row(id).status is Status.RUNNING


def test_a_finished_or_cancelled_submission_is_not_begun_again(cast: Cast) -> None:
    done = cast.graded(10)
    cancelled = cast.accept(b"2").id
    with cast.database.write() as session:
        assert submissions.cancel(session, cancelled)
        assert submissions.begin(session, done, "w") is None
        assert submissions.begin(session, cancelled, "w") is None
        assert submissions.begin(session, 10_000, "w") is None


def test_a_result_writes_report_score_and_grade(cast: Cast) -> None:
    id = cast.graded(12.5)
    row = cast.row(id)
    assert (row.status, row.score, row.max_score) == (Status.DONE, 12.5, 20)
    with cast.database.read() as session:
        kept = submissions.report_of(session, id)
        grade = session.get_one(Grade, (cast.svm, cast.ada))
    assert kept == report(12.5)
    assert (grade.submission_id, grade.score) == (id, 12.5)


def test_a_result_counts_once(cast: Cast) -> None:
    id = cast.accept().id
    work = cast.begin(id)
    with cast.database.write() as session:
        assert submissions.finish(session, id, work.attempt, stored.encode(report(10)))
    with cast.database.write() as session:
        assert not submissions.finish(session, id, work.attempt, stored.encode(report(20)))
    assert cast.row(id).score == 10


def test_a_worker_that_was_given_up_changes_nothing(cast: Cast) -> None:
    """It was frozen, another took its job over, and now it is back."""
    id = cast.accept().id
    zombie, heir = cast.begin(id), cast.begin(id)
    with cast.database.write() as session:
        assert not submissions.progress(session, id, zombie.attempt, "f", 1, 2)
        assert not submissions.finish(session, id, zombie.attempt, stored.encode(report(1)))
        assert not submissions.give_back(session, id, zombie.attempt, Message("course.broken.lost", {"id": id}))
        assert submissions.finish(session, id, heir.attempt, stored.encode(report(20)))
    assert cast.row(id).score == 20
    with cast.database.read() as session:
        assert session.scalar(sa.select(sa.func.count(StoredReport.id))) == 1


def test_two_workers_that_finish_at_once_leave_one_result(cast: Cast) -> None:
    id = cast.accept().id
    work = cast.begin(id)

    def finish(number: int) -> bool:
        with cast.database.write() as session:
            return submissions.finish(session, id, work.attempt, stored.encode(report(number)))

    assert sorted(at_once(8, finish)) == [False] * 7 + [True]


def test_progress_is_seen_while_it_runs_only(cast: Cast) -> None:
    id = cast.accept().id
    work = cast.begin(id)
    with cast.database.write() as session:
        assert submissions.progress(session, id, work.attempt, "svm_loss_naive", 1, 2)
    assert cast.row(id).progress == {"function": "svm_loss_naive", "done": 1, "total": 2}
    with cast.database.write() as session:
        submissions.cancel(session, id)
    with cast.database.write() as session:
        assert not submissions.progress(session, id, work.attempt, "svm_loss_naive", 2, 2)
    assert cast.row(id).progress is None


def test_a_fault_of_ours_puts_it_back_and_the_third_ends_it(cast: Cast) -> None:
    id = cast.accept().id
    for expected in (Status.QUEUED, Status.QUEUED, Status.BROKEN):
        work = cast.begin(id)
        with cast.database.write() as session:
            assert submissions.give_back(session, id, work.attempt, Message("course.broken.lost", {"id": id}))
        assert cast.row(id).status is expected
    assert cast.row(id).reason == {"id": "course.broken.lost", "params": {"id": id}}


def test_a_submission_that_kills_its_worker_each_time_is_given_up(cast: Cast) -> None:
    """No worker comes back to say so: that it is begun again tells."""
    id = cast.accept().id
    for _ in range(MAX_FAULTS):
        cast.begin(id)
    with cast.database.write() as session:
        assert submissions.begin(session, id, "w") is None
    assert cast.row(id).status is Status.BROKEN


def test_a_worker_that_ends_in_order_is_no_fault(cast: Cast) -> None:
    id = cast.accept().id
    for _ in range(MAX_FAULTS + 2):
        work = cast.begin(id)
        with cast.database.write() as session:
            assert submissions.release(session, id, work.attempt)
    assert cast.row(id).status is Status.QUEUED


def test_a_rejected_one_keeps_its_report_and_has_no_score(cast: Cast) -> None:
    id = cast.accept().id
    cast.finish(id, report(0, state=State.REJECTED, reason=Message("course.not-allowed")))
    row = cast.row(id)
    assert (row.status, row.score) == (Status.REJECTED, None)
    with cast.database.read() as session:
        kept = submissions.report_of(session, id)
        assert session.get(Grade, (cast.svm, cast.ada)) is None
    assert kept is not None
    assert kept.reason == Message("course.not-allowed")


def test_every_visible_change_makes_the_version_grow(cast: Cast) -> None:
    id = cast.accept().id
    versions = [cast.row(id).version]
    work = cast.begin(id)
    versions.append(cast.row(id).version)
    with cast.database.write() as session:
        submissions.progress(session, id, work.attempt, "f", 1, 2)
    versions.append(cast.row(id).version)
    with cast.database.write() as session:
        submissions.finish(session, id, work.attempt, stored.encode(report(1)))
    versions.append(cast.row(id).version)
    assert versions == sorted(set(versions))


# --------------------------------------------------------------------------- what counts


@pytest.mark.parametrize(("counts", "expected"), [("best", 15), ("last", 5)])
def test_the_policy_says_which_one_counts(cast: Cast, counts: str, expected: int) -> None:
    cast.assignment(counts=counts)
    for number, score in enumerate((10, 15, 5)):
        cast.graded(score, b"%d" % number)
    with cast.database.read() as session:
        assert session.get_one(Grade, (cast.svm, cast.ada)).score == expected


def test_of_equally_good_ones_the_earliest_counts(cast: Cast) -> None:
    first = cast.graded(10, b"1")
    cast.graded(10, b"2")
    with cast.database.read() as session:
        assert session.get_one(Grade, (cast.svm, cast.ada)).submission_id == first


def test_a_student_chooses_where_the_policy_says_so(cast: Cast) -> None:
    cast.assignment(counts="chosen")
    chosen, best = cast.graded(10, b"1"), cast.graded(15, b"2")
    with cast.database.read() as session:
        assert session.get_one(Grade, (cast.svm, cast.ada)).submission_id == best
    for id in (best, chosen):
        with cast.database.write() as session:
            submissions.select(session, session.get_one(Submission, id))
    with cast.database.read() as session:
        assert session.get_one(Grade, (cast.svm, cast.ada)).submission_id == chosen


def test_enabling_an_assignment_is_written_down(cast: Cast) -> None:
    with cast.database.read() as session:
        assert set(session.scalars(sa.select(AuditEntry.subject).where(AuditEntry.action == "enable"))) == {
            "svm",
            "softmax",
        }
