"""A regrade by real workers: beside uploads, through the death of a worker, with the numbers that were drawn before."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from grader.course import regrades
from grader.course.database import Database
from grader.course.regrades import Wanted
from grader.course.tables import CourseAssignment, Regrade, RegradeItem, Status, StoredReport, Submission
from grader.settings import Settings
from tests.classroom import Classroom, classroom, sample
from tests.harness import Service, command_line, descendants, gone, wait_for
from tests.jobs.following import look, status_is, upload, url_of

PATIENCE = 120.0
STUDENTS = 4
SLOW = b"import time\ntime.sleep(0.7)\n"


class Term:
    """A service with students who have all handed in, and the instructor's means."""

    def __init__(self, service: Service, room: Classroom, ids: list[int]) -> None:
        self.service, self.room, self.ids = service, room, ids
        self.database = Database(Settings(database_url=url_of(service)))

    def set(self, **settings: object) -> None:
        with self.database.write() as session:
            one = session.scalars(sa.select(CourseAssignment)).one()
            for name, value in settings.items():
                setattr(one, name, value)

    def begin(self) -> int:
        with self.database.write() as session:
            return regrades.begin(session, session.scalars(sa.select(CourseAssignment)).one(), Wanted(), None).id

    def is_ready(self, id: int) -> bool:
        with self.database.read() as session:
            return session.get_one(Regrade, id).state == "ready"

    def items(self, id: int) -> list[RegradeItem]:
        with self.database.read() as session:
            return list(session.scalars(sa.select(RegradeItem).where(RegradeItem.regrade_id == id)))


def hand_in(service: Service, room: Classroom, data: bytes) -> list[int]:
    """Everyone hands in something of their own; the ids, once all are graded."""
    ids = []
    for number, token in enumerate(room.tokens):
        ids.append(
            upload(service, Classroom(room.course, room.slug, [token], room.instructor), data + b"# %d\n" % number)
        )
    with Database(Settings(database_url=url_of(service))) as database:

        def graded() -> bool:
            with database.read() as session:
                done = sa.select(sa.func.count(Submission.id)).where(Submission.status == Status.DONE)
                return session.scalar(done) == len(ids)

        wait_for(graded, PATIENCE, service.log_text)
    return ids


@pytest.fixture
def term(database_url: str, tmp_path: Path) -> Iterator[Term]:
    with Service(tmp_path, database_url=database_url) as service:
        room = classroom(database_url, students=STUDENTS)
        term = Term(service, room, hand_in(service, room, SLOW + sample("svm/right_einsum.py")))
        yield term
        term.database.close()


def lane_processes(service: Service) -> list[int]:
    """The processes of the slow lane."""
    return [pid for pid in descendants(service.pid) if "multiprocessing.spawn" in command_line(pid)]


def test_a_regrade_outlives_its_worker_and_draws_the_same_numbers(term: Term) -> None:
    """The terms have changed, and they alone make the difference. A worker killed in between costs nothing."""
    term.set(profile="2015")
    id = term.begin()
    wait_for(lambda: any(item.state == "done" for item in term.items(id)), PATIENCE, term.service.log_text)
    below = lane_processes(term.service)
    assert below
    (worker,) = term.service.children("worker")
    os.kill(worker, signal.SIGKILL)
    wait_for(lambda: all(gone(pid) for pid in [worker, *below]), PATIENCE, term.service.log_text)
    wait_for(lambda: term.is_ready(id), PATIENCE, term.service.log_text)
    found = term.items(id)
    assert [item.state for item in found] == ["done"] * STUDENTS
    assert {item.old for item in found} == {20}
    assert {item.new for item in found} == {found[0].new}
    assert found[0].new != 20
    with term.database.read() as session:
        for item in found:
            old, new = (session.get_one(StoredReport, one).content for one in (item.old_report_id, item.new_report_id))
            assert old["seed"] == new["seed"]


def test_an_upload_is_graded_while_a_regrade_runs(term: Term) -> None:
    id = term.begin()
    wait_for(lambda: bool(lane_processes(term.service)), PATIENCE, term.service.log_text)
    new = upload(term.service, term.room, sample("svm/right_einsum.py", mark="another"))
    wait_for(lambda: status_is(term.service, term.room, new, "done"), PATIENCE, term.service.log_text)
    assert not term.is_ready(id), "the upload was done first"
    assert look(term.service, term.room, new)["score"] == 20
    wait_for(lambda: term.is_ready(id), PATIENCE, term.service.log_text)


def test_a_service_that_ends_hands_back_and_the_next_start_goes_on(term: Term) -> None:
    id = term.begin()
    wait_for(lambda: any(item.state == "running" for item in term.items(id)), PATIENCE, term.service.log_text)
    below = descendants(term.service.pid)
    assert term.service.stop() == 0
    wait_for(lambda: all(gone(pid) for pid in below), PATIENCE)
    assert {item.state for item in term.items(id)} <= {"waiting", "done"}, term.service.log_text()
    assert {item.faults for item in term.items(id)} == {0}
    term.service.start()
    wait_for(lambda: term.is_ready(id), PATIENCE, term.service.log_text)
