"""The dispatcher keeps nothing that a crash could lose: rows are the record, jobs only point at them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from threading import Event

import pytest

from grader.core import Message
from grader.course import people, submissions, units
from grader.course.database import Database, migrate
from grader.course.submissions import Upload
from grader.course.tables import Role
from grader.jobs.dispatcher import Dispatcher
from grader.jobs.port import Job, JobStatus, State
from grader.settings import Settings
from tests.cast import unit


class Engine:
    """A port that keeps jobs in a dictionary and does none of them."""

    def __init__(self) -> None:
        self.jobs: dict[str, State] = {}
        self.given: list[Job] = []

    def enqueue(self, job: Job) -> None:
        self.given.append(job)
        if self.jobs.get(job.id) not in ("waiting", "running"):
            self.jobs[job.id] = "waiting"

    def cancel(self, job_id: str) -> None:
        self.jobs[job_id] = "cancelled"

    def status(self, job_id: str) -> State | None:
        return self.jobs.get(job_id)

    def list(self, *, states: Collection[State] = ("waiting", "running"), limit: int = 1000) -> Sequence[JobStatus]:
        return [JobStatus(id, state) for id, state in self.jobs.items() if state in states]

    def reap(self, dead: Sequence[str]) -> Sequence[str]:
        return []

    def run(self, stop: Event, *, drain_seconds: float) -> Sequence[str]:
        return []


class Bench:
    """A database with two students, an engine that only listens, and a dispatcher between them."""

    def __init__(self, url: str) -> None:
        migrate(url)
        self.database = Database(Settings(database_url=url))
        with self.database.write() as session:
            units.write(session, [unit("svm")])
            course = people.create_course(session, "cs")
            self.students = []
            for name in ("ada", "ben"):
                user = people.create_user(session, f"{name}@example.org")
                people.add_member(session, course, user, Role.STUDENT)
                self.students.append(user.id)
            self.assignment = units.enable(session, course, "svm").id
        self.engine = Engine()
        self.dispatcher = Dispatcher(self.database, self.engine)

    def hand_in(self, text: str, student: int = 0) -> int:
        upload = Upload(self.students[student], self.assignment, (("svm.py", text.encode()),))
        with self.database.write() as session:
            return submissions.accept(session, [upload])[0].id

    def begin(self, id: int, worker: str) -> submissions.Work:
        with self.database.write() as session:
            work = submissions.begin(session, id, worker)
        assert work is not None
        return work


@pytest.fixture
def bench(database_url: str) -> Iterator[Bench]:
    bench = Bench(database_url)
    yield bench
    bench.database.close()


def test_a_new_upload_is_handed_over_at_the_next_glance_and_once(bench: Bench) -> None:
    id = bench.hand_in("a")
    bench.dispatcher.glance()
    bench.dispatcher.glance()
    assert bench.engine.given == [Job(f"submission-{id}", "grade", id, partition=str(bench.students[0]))]


def test_jobs_of_two_students_are_in_partitions_of_their_own(bench: Bench) -> None:
    bench.hand_in("a", 0)
    bench.hand_in("b", 1)
    bench.dispatcher.glance()
    assert [job.partition for job in bench.engine.given] == [str(student) for student in bench.students]


def test_after_a_crash_everything_that_waits_is_handed_over_again(bench: Bench) -> None:
    ids = [bench.hand_in(text) for text in "abc"]
    Dispatcher(bench.database, bench.engine).sweep()
    assert [job.subject for job in bench.engine.given] == ids


def test_a_sweep_leaves_alone_what_has_a_job(bench: Bench) -> None:
    bench.hand_in("a")
    bench.dispatcher.glance()
    bench.dispatcher.sweep()
    assert len(bench.engine.given) == 1


def test_a_submission_whose_job_ended_without_it_is_handed_over_again(bench: Bench) -> None:
    """It was given back, or the job failed before it could say so in the row."""
    id = bench.hand_in("a")
    bench.dispatcher.glance()
    work = bench.begin(id, "worker")
    with bench.database.write() as session:
        submissions.give_back(session, id, work.attempt, Message("jobs.fault", {"type": "BoxFault"}))
    bench.engine.jobs[f"submission-{id}"] = "done"
    bench.dispatcher.sweep()
    assert bench.engine.jobs[f"submission-{id}"] == "waiting"


def test_a_submission_that_runs_is_handed_over_only_if_its_job_is_gone(bench: Bench) -> None:
    """A worker that could not write its result, or lost its engine, must not leave a row running for ever."""
    lost, kept = bench.hand_in("a"), bench.hand_in("b")
    for id in (lost, kept):
        bench.begin(id, "worker")
    bench.engine.jobs = {f"submission-{lost}": "failed", f"submission-{kept}": "running"}
    bench.dispatcher.sweep()
    assert [job.subject for job in bench.engine.given] == [lost]


def test_the_job_of_a_cancelled_submission_is_taken_back_at_the_second_sweep(bench: Bench) -> None:
    """At the second: what only looks stale because it was just handed over is left alone."""
    id, other = bench.hand_in("a"), bench.hand_in("b")
    bench.dispatcher.glance()
    with bench.database.write() as session:
        submissions.cancel(session, id)
    bench.dispatcher.sweep()
    assert bench.engine.jobs[f"submission-{id}"] == "waiting"
    bench.dispatcher.sweep()
    assert bench.engine.jobs == {f"submission-{id}": "cancelled", f"submission-{other}": "waiting"}


def test_other_rows_that_wait_are_asked_for_their_jobs(bench: Bench) -> None:
    errand = Job("errand-1", "fetch", "1")
    Dispatcher(bench.database, bench.engine, [lambda _: [errand]]).sweep()
    assert bench.engine.given == [errand]
