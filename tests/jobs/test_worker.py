"""One grading at a time: what a worker writes for what happens to it, with a sandbox that does as it is told."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import AbstractContextManager, suppress
from pathlib import Path
from typing import Literal

import pytest

from grader.core import BoxFault, Limits, Program, Report, Submission
from grader.course import people, submissions, units
from grader.course.database import Database, migrate
from grader.course.submissions import MAX_FAULTS, Upload
from grader.course.tables import Role, Status
from grader.course.tables import Submission as Row
from grader.grading import registry
from grader.jobs.judging import Surroundings
from grader.jobs.worker import Closing, Grader
from grader.sandbox import open_sandbox
from grader.settings import Settings
from tests.classroom import sample


class Obedient:
    """A sandbox that calls `before` and then opens a real box; `always` also where only that is tried, and nothing
    graded."""

    isolation: Literal["none"] = "none"

    def __init__(self, before: Callable[[], None], *, always: bool = False) -> None:
        self.before, self.always, self.real = before, always, open_sandbox("auto")

    def open(
        self,
        submission: Submission,
        names: Collection[str],
        limits: Limits,
        *,
        supply: Collection[str] = (),
        handout: Sequence[str] = (),
        ours: Collection[str] = (),
    ) -> AbstractContextManager[Program]:
        if names or self.always:
            self.before()
        return self.real.open(submission, names, limits, supply=supply, handout=handout, ours=ours)


class Desk:
    """A database with one student of `svm`, and graders over it."""

    def __init__(self, folder: Path) -> None:
        url = f"sqlite:///{folder / 'grader.db'}"
        migrate(url)
        self.database = Database(Settings(database_url=url))
        with self.database.write() as session:
            units.write(session, registry.units())
            course = people.create_course(session, "cs")
            student = people.create_user(session, "ada@example.org")
            people.add_member(session, course, student, Role.STUDENT)
            self.student, self.assignment = student.id, units.enable(session, course, "svm").id

    def hand_in(self, data: bytes) -> int:
        with self.database.write() as session:
            (accepted,) = submissions.accept(
                session, [Upload(self.student, self.assignment, (("linear_svm.py", data),))]
            )
        return accepted.id

    def grader(self, before: Callable[[], None] = lambda: None, *, name: str = "worker") -> Grader:
        return Grader(self.database, Surroundings(b"secret"), Obedient(before), name)

    def row(self, id: int) -> Row:
        with self.database.read() as session:
            return session.get_one(Row, id)

    def report(self, id: int) -> Report:
        with self.database.read() as session:
            report = submissions.report_of(session, id)
        assert report is not None
        return report


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    desk = Desk(tmp_path)
    yield desk
    desk.database.close()


def raising(fault: Exception) -> Callable[[], None]:
    def fly() -> None:
        raise fault

    return fly


def test_a_right_submission_is_done_with_full_marks(desk: Desk) -> None:
    id = desk.hand_in(sample("svm/right_einsum.py"))
    desk.grader()(id)
    row = desk.row(id)
    assert (row.status, row.score, row.max_score, row.attempt, row.faults) == (Status.DONE, 20, 20, 1, 0)


def test_the_seed_comes_from_the_secret_and_what_was_handed_in(desk: Desk) -> None:
    one, other = desk.hand_in(sample("svm/right_einsum.py")), desk.hand_in(sample("svm/right_loops.py"))
    grader = desk.grader()
    grader(one)
    grader(other)
    assert desk.report(one).seed != desk.report(other).seed


def test_what_does_not_parse_is_rejected_with_the_line(desk: Desk) -> None:
    id = desk.hand_in(b"def svm_loss_naive(W, X, y, reg:\n    return 0\n")
    desk.grader()(id)
    row = desk.row(id)
    assert (row.status, row.score) == (Status.REJECTED, None)
    assert desk.report(id).reason is not None


def test_a_job_that_comes_again_finds_nothing_to_do(desk: Desk) -> None:
    id = desk.hand_in(sample("svm/right_einsum.py"))
    grader = desk.grader()
    grader(id)
    grader(id)
    assert desk.row(id).attempt == 1


def test_a_fault_of_ours_gives_the_submission_back_and_the_last_one_breaks_it(desk: Desk) -> None:
    """No low score: it is tried again, and costs nothing."""
    id = desk.hand_in(sample("svm/right_einsum.py"))
    grader = desk.grader(raising(RuntimeError("a bug")))
    seen = []
    for _ in range(MAX_FAULTS):
        grader(id)
        seen.append(desk.row(id).status)
    assert seen == [Status.QUEUED] * (MAX_FAULTS - 1) + [Status.BROKEN]
    assert desk.row(id).score is None


def test_where_no_box_can_be_opened_no_submission_is_at_fault_and_the_worker_ends(desk: Desk) -> None:
    """However many wait: they are as they were when the next worker takes them up."""
    first, second = desk.hand_in(sample("svm/right_einsum.py")), desk.hand_in(sample("svm/right_loops.py"))
    stop, no_box = threading.Event(), raising(BoxFault("no zygote"))
    grader = Grader(desk.database, Surroundings(b"secret"), Obedient(no_box, always=True), "worker", stop=stop)
    for _ in range(MAX_FAULTS):
        with suppress(Closing):
            grader(first)
    with pytest.raises(Closing):
        grader(second)
    assert (grader.lost, stop.is_set()) == (True, True)
    assert [(desk.row(id).status, desk.row(id).faults) for id in (first, second)] == [(Status.QUEUED, 0)] * 2


def test_a_fault_that_passes_is_forgotten_by_the_score(desk: Desk) -> None:
    id = desk.hand_in(sample("svm/right_einsum.py"))
    desk.grader(raising(RuntimeError("a bug")))(id)
    desk.grader()(id)
    assert (desk.row(id).status, desk.row(id).score) == (Status.DONE, 20)


def test_a_submission_that_takes_its_worker_with_it_every_time_is_given_up(desk: Desk) -> None:
    """A worker that was killed never writes anything; each time another takes the row up counts as a fault."""
    id = desk.hand_in(sample("svm/right_einsum.py"))
    for start in range(MAX_FAULTS):
        with desk.database.write() as session:
            assert submissions.begin(session, id, f"killed-{start}") is not None
    desk.grader()(id)
    assert desk.row(id).status is Status.BROKEN
    other = desk.hand_in(sample("svm/right_loops.py"))
    desk.grader()(other)
    assert desk.row(other).status is Status.DONE


def test_a_cancelled_submission_is_not_graded_to_the_end(desk: Desk) -> None:
    id = desk.hand_in(sample("svm/right_einsum.py"))

    def cancel() -> None:
        with desk.database.write() as session:
            submissions.cancel(session, id)

    desk.grader(cancel)(id)
    row = desk.row(id)
    assert (row.status, row.score) == (Status.CANCELLED, None)


@pytest.mark.parametrize(("cancelled", "status"), [(True, Status.CANCELLED), (False, Status.DONE)])
def test_only_what_is_no_longer_wanted_is_ended_in_the_middle(desk: Desk, cancelled: bool, status: Status) -> None:
    id = desk.hand_in(sample("svm/right_einsum.py"))
    grader: list[Grader] = []

    def look() -> None:
        if cancelled:
            with desk.database.write() as session:
                submissions.cancel(session, id)
        grader[0].stop_unwanted()

    grader.append(desk.grader(look))
    grader[0](id)
    assert desk.row(id).status is status


def test_a_worker_that_comes_back_too_late_changes_nothing(desk: Desk) -> None:
    """Frozen, given up for dead, its row taken up and finished by another, and thawed."""
    id = desk.hand_in(sample("svm/right_einsum.py"))
    heir = desk.grader(name="heir")
    frozen = desk.grader(lambda: heir(id), name="frozen")
    frozen(id)
    row = desk.row(id)
    assert (row.status, row.attempt, row.worker, row.score) == (Status.DONE, 2, "heir", 20)


def test_a_worker_that_ends_hands_back_at_no_cost_and_takes_nothing_up_any_more(desk: Desk) -> None:
    id = desk.hand_in(sample("svm/right_einsum.py"))
    grader: list[Grader] = []

    def end() -> None:
        grader[0].release()

    grader.append(desk.grader(end))
    grader[0](id)
    row = desk.row(id)
    assert (row.status, row.faults, row.worker) == (Status.QUEUED, 0, None)
    with pytest.raises(Closing):
        grader[0](id)
