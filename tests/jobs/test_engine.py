"""The engine keeps the port's promises, whatever dies: real processes, on SQLite and on PostgreSQL."""

import base64
import os
import pickle
import signal
import subprocess
import sys
import uuid
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from grader.course.database import make_engine
from grader.jobs.engine import DbosEngine
from grader.jobs.port import COURIER, GRADING, Job
from tests.harness import wait_for
from tests.jobs.engine_process import MOST_STARTS

SCRIPT = Path(__file__).parent / "engine_process.py"
PATIENCE = 60.0


class Line:
    """A database with an engine that only enqueues and looks, and worker processes that write what they do."""

    def __init__(self, url: str, folder: Path, engine: DbosEngine) -> None:
        self.url, self.engine = url, engine
        self.notes = folder / "notes"
        self.notes.touch()
        self.processes: list[subprocess.Popen[bytes]] = []

    def worker(self, executor: str, slots: int = 2) -> subprocess.Popen[bytes]:
        command = [sys.executable, str(SCRIPT), self.url, str(self.notes), executor, str(slots)]
        process = subprocess.Popen(command, env={**os.environ, "PYTHONPATH": str(SCRIPT.parents[2])})
        self.processes.append(process)
        self.wait(lambda: self.count(f"{executor} ready") == 1)
        return process

    def lines(self) -> list[str]:
        return self.notes.read_text().splitlines()

    def count(self, text: str) -> int:
        return sum(text in line for line in self.lines())

    def wait(self, ready: Callable[[], bool]) -> None:
        wait_for(ready, PATIENCE, self.notes.read_text)

    def wait_until(self, job_id: str, state: str) -> None:
        self.wait(lambda: self.engine.status(job_id) == state)


@pytest.fixture
def line(database_url: str, tmp_path: Path) -> Iterator[Line]:
    url_engine = make_engine(database_url, for_dbos=True)
    with DbosEngine(url_engine, {}, executor=f"test-{uuid.uuid4()}", slots=1, queues=()) as engine:
        line = Line(database_url, tmp_path, engine)
        yield line
        for process in line.processes:
            process.kill()
            process.wait()
    url_engine.dispose()


def grading(number: int, kind: str = "note", student: str = "a", priority: int = 10) -> Job:
    return Job(f"{kind}-{number}", kind, number, GRADING, student, priority)


def test_a_job_is_done_and_the_same_id_again_is_the_same_job(line: Line) -> None:
    line.worker("one")
    for _ in range(3):
        line.engine.enqueue(grading(1, "slow"))
    line.wait_until("slow-1", "done")
    assert line.count("start slow 1") == 1


def test_a_job_that_ended_starts_anew_when_it_is_enqueued_again(line: Line) -> None:
    """A row that waits again (given back) keeps the name of its job."""
    line.worker("one")
    line.engine.enqueue(grading(1))
    line.wait_until("note-1", "done")
    line.engine.enqueue(grading(1))
    line.wait(lambda: line.count("end note 1") == 2)


def test_a_job_that_raises_has_failed_and_the_others_go_on(line: Line) -> None:
    line.worker("one")
    line.engine.enqueue(grading(1, "fault"))
    line.engine.enqueue(grading(2))
    line.wait_until("fault-1", "failed")
    line.wait_until("note-2", "done")


def test_a_cancelled_job_never_starts(line: Line) -> None:
    line.engine.enqueue(grading(1))
    line.engine.enqueue(grading(2))
    line.engine.cancel("note-1")
    line.worker("one")
    line.wait_until("note-2", "done")
    assert line.engine.status("note-1") == "cancelled"
    assert line.count("start note 1") == 0


def test_errands_need_no_partition_and_do_not_wait_for_gradings(line: Line) -> None:
    line.worker("one", slots=1)
    line.engine.enqueue(grading(1, "slow"))
    line.engine.enqueue(Job("errand", "note", 7, COURIER))
    line.wait(lambda: line.count("end note 7") == 1)


def test_the_jobs_of_a_killed_worker_are_done_by_another_once_they_are_reaped(line: Line) -> None:
    first = line.worker("first")
    for number in range(6):
        line.engine.enqueue(grading(number, "slow", student=str(number)))
    line.wait(lambda: line.count("first start") == 2)
    first.kill()
    first.wait()
    lost = sorted(job.id for job in line.engine.list() if job.executor == "first")  # by now: reaped ones change hands
    line.worker("second", slots=6)
    assert sorted(line.engine.reap(["first"])) == lost
    for number in range(6):
        line.wait_until(f"slow-{number}", "done")
    assert [line.count(f"end slow {number}") for number in range(6)] == [1] * 6


def test_reaping_twice_takes_nothing_from_the_living(line: Line) -> None:
    """Two reapers may find the same dead worker: the second must not restart what the living run by then."""
    first = line.worker("first")
    line.engine.enqueue(grading(1, "slow"))
    line.wait(lambda: line.count("first start slow 1") == 1)
    first.kill()
    first.wait()
    line.worker("second")
    line.engine.reap(["first"])
    line.wait(lambda: line.count("second start slow 1") == 1)
    assert line.engine.reap(["first"]) == []
    line.wait_until("slow-1", "done")
    assert line.count("start slow 1") == 2


def test_a_job_that_kills_its_worker_every_time_is_given_up(line: Line) -> None:
    line.engine.enqueue(grading(1, "poison"))
    for start in range(MOST_STARTS):
        process = line.worker(f"w{start}")
        process.wait(PATIENCE)
        line.engine.reap([f"w{start}"])
    line.worker("survivor")
    line.wait_until("poison-1", "failed")
    line.engine.enqueue(grading(2))
    line.wait_until("note-2", "done")
    assert line.count("start poison") == MOST_STARTS


def test_a_frozen_worker_that_comes_back_does_not_end_the_job_of_its_successor(line: Line) -> None:
    frozen = line.worker("frozen")
    line.engine.enqueue(grading(1, "slow"))
    line.wait(lambda: line.count("frozen start slow 1") == 1)
    frozen.send_signal(signal.SIGSTOP)
    line.worker("heir")
    line.engine.reap(["frozen"])
    line.wait(lambda: line.count("heir start slow 1") == 1)
    frozen.send_signal(signal.SIGCONT)
    line.wait(lambda: line.count("frozen end slow 1") == 1)
    line.wait(lambda: line.count("heir end slow 1") == 1)
    line.wait_until("slow-1", "done")
    (record,) = [job for job in line.engine.list(states=["done"]) if job.id == "slow-1"]
    assert record.executor == "heir"


def test_one_students_hundred_jobs_do_not_keep_another_student_waiting(line: Line) -> None:
    for number in range(100):
        line.engine.enqueue(grading(number, student="eager"))
    line.engine.enqueue(grading(1000, student="bob"))
    line.worker("one", slots=2)
    line.wait_until("note-1000", "done")
    before_bob = [text for text in line.lines() if " end note " in text]
    assert before_bob.index("one end note 1000") < 50


def test_a_student_whose_uploads_last_keeps_one_slot_and_no_more(line: Line) -> None:
    """Whatever one hands in, the other slot is there for another, on one worker as on several."""
    for number in range(8):
        line.engine.enqueue(grading(number, "held", student="eager"))
    line.worker("one", slots=2)
    line.wait(lambda: line.count("start held") == 1)
    line.worker("two", slots=2)
    for number in range(100, 105):
        line.engine.enqueue(grading(number, student="bob"))
        line.wait_until(f"note-{number}", "done")
    assert line.count("start held") == 1
    with line.notes.open("a") as notes:
        notes.write("release\n")
    for number in range(8):
        line.wait_until(f"held-{number}", "done")
    most = running = 0
    for text in line.lines():
        running += (" start held " in text) - (" end held " in text)
        most = max(most, running)
    assert most == 1


def test_of_one_student_the_more_urgent_goes_first(line: Line) -> None:
    for number in range(10):
        line.engine.enqueue(grading(number, priority=10))
    line.engine.enqueue(grading(99, priority=1))
    line.worker("one", slots=1)
    line.wait(lambda: line.count("end note") == 11)
    assert [text.split()[-1] for text in line.lines() if "start" in text].index("99") == 0


def test_a_worker_asked_to_end_names_what_it_leaves_and_another_does_it(line: Line) -> None:
    first = line.worker("first")
    line.engine.enqueue(grading(1, "slow"))
    line.wait(lambda: line.count("first start slow 1") == 1)
    first.terminate()
    assert first.wait(PATIENCE) == 0
    assert line.count("first left slow-1") == 1
    line.engine.reap(["first"])
    line.worker("second")
    line.wait_until("slow-1", "done")


def test_records_of_jobs_that_ended_are_forgotten_and_the_others_kept(line: Line) -> None:
    line.engine.enqueue(grading(1))
    line.worker("one")
    line.wait_until("note-1", "done")
    assert line.engine.forget(timedelta(days=1)) == 0
    assert line.engine.forget(timedelta(0)) == 1
    assert line.engine.status("note-1") is None


def test_a_pickle_in_the_job_tables_is_not_read(line: Line, tmp_path: Path) -> None:
    """Whoever can write the database must not run code in a worker: DBOS picks the reader by a column of the row."""
    proof = tmp_path / "proof"

    class Bomb:
        def __reduce__(self) -> tuple[object, ...]:
            return Path.touch, (proof,)

    line.engine.enqueue(grading(1))
    payload = base64.b64encode(pickle.dumps({"args": (Bomb(),), "kwargs": {}})).decode()
    schema = "" if line.url.startswith("sqlite") else "dbos."
    writer = make_engine(line.url)
    with writer.begin() as connection:
        for table, column in (("workflow_status", "inputs"), ("workflow_input", "inputs")):
            names = [one["name"] for one in sa.inspect(connection).get_columns(table, schema=schema.strip(".") or None)]
            kept = [name for name in (column, "input", "serialization") if name in names]
            values = {"inputs": payload, "input": payload, "serialization": "py_pickle"}
            pairs = ", ".join(f"{name} = :{name}" for name in kept)
            connection.execute(sa.text(f"UPDATE {schema}{table} SET {pairs}"), {name: values[name] for name in kept})
    writer.dispose()
    line.worker("one")
    line.wait_until("note-1", "failed")
    assert not proof.exists()
