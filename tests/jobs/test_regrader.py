"""The slow lane, one submission at a time: what it writes for what becomes of a process, with processes that do as they
are told."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from grader.core import LimitKind, LimitRecord, Sandbox
from grader.course import regrades, submissions
from grader.course.regrade_work import SHARDS
from grader.course.regrades import Wanted
from grader.course.submissions import MAX_FAULTS
from grader.course.tables import CourseAssignment, Regrade, RegradeItem
from grader.course.terms import Terms
from grader.jobs.judging import Ending, Lane, NoBox, Order, Surroundings
from grader.jobs.regrading import MAKE_WAY_SECONDS, Regrader
from grader.report import stored
from grader.sandbox import open_sandbox
from tests.cast import report
from tests.classroom import sample
from tests.harness import command_line, descendants
from tests.jobs.test_worker import Desk

Judge = Callable[[Order], dict[str, Any]]
AROUND = Surroundings(b"secret")


class Processes(Lane):
    """A lane whose processes are this one."""

    def __init__(self, judge: Judge) -> None:
        self.judge, self.started = judge, 0

    @contextmanager
    def process(self) -> Iterator[Judge]:
        self.started += 1
        yield self.judge


class Class(Desk):
    """A desk on which a submission is graded, and a regrade of it begun."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.grader()(self.hand_in(sample("svm/right_einsum.py")))
        self.stop = threading.Event()
        with self.database.write() as session:
            assignment = session.get_one(CourseAssignment, self.assignment)
            self.regrade = regrades.begin(session, assignment, Wanted(), None).id

    def run(self, judge: Judge, sandbox: Sandbox | None = None) -> None:
        """All shards, as the engine calls them."""
        regrader = Regrader(self.database, Processes(judge), AROUND, sandbox or open_sandbox("auto"), self.stop)
        for shard in range(SHARDS):
            regrader(f"{self.regrade}.{shard}")

    def item(self) -> Any:
        with self.database.read() as session:
            (item,) = session.query(RegradeItem).all()
        return item

    def state(self) -> str:
        with self.database.read() as session:
            return session.get_one(Regrade, self.regrade).state


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Class]:
    made = Class(tmp_path)
    yield made
    made.database.close()


def giving(score: float) -> Judge:
    return lambda _: stored.encode(report(score))


def stopped_by(kind: LimitKind) -> Judge:
    limit = LimitRecord(kind, 2.0, 2.1, "svm_loss_naive", "linear_svm.py", 1)
    return lambda _: stored.encode(replace(report(0), limits=limit))


def raising(fault: BaseException) -> Judge:
    def fly(_: Order) -> dict[str, Any]:
        raise fault

    return fly


def test_what_a_process_says_is_kept_beside_what_holds(room: Class) -> None:
    room.run(giving(5))
    assert (room.item().new, room.item().old, room.state()) == (5, 20, "ready")


def test_a_process_that_was_killed_is_a_fault_of_ours_and_the_third_is_the_last(room: Class) -> None:
    for _ in range(MAX_FAULTS):
        with pytest.raises(BrokenProcessPool):
            room.run(raising(BrokenProcessPool("killed")))
    room.run(giving(5))
    assert (room.item().state, room.item().new, room.state()) == ("broken", None, "ready")


def test_where_no_box_can_be_opened_no_submission_is_at_fault(room: Class) -> None:
    for _ in range(MAX_FAULTS):
        with pytest.raises(NoBox):
            room.run(raising(NoBox()))
    assert (room.item().state, room.item().faults) == ("waiting", 0)


def test_a_bug_of_ours_is_a_fault_and_the_next_try_counts(room: Class) -> None:
    tries = iter([raising(RuntimeError("a bug")), giving(5)])

    def judge(order: Order) -> dict[str, Any]:
        return next(tries)(order)

    room.run(judge)
    assert (room.item().new, room.item().faults) == (5, 1)


def test_a_worker_that_ends_hands_back_and_takes_nothing_any_more(room: Class) -> None:
    def end(_: Order) -> dict[str, Any]:
        room.stop.set()
        raise Ending

    room.run(end)
    assert (room.item().state, room.item().faults) == ("waiting", 0)
    room.run(giving(5))
    assert room.item().state == "waiting"


def test_what_ran_into_the_clock_is_graded_once_more_by_the_worker_itself(room: Class) -> None:
    room.run(stopped_by("wall_time"))
    assert (room.item().new, room.item().changed) == (20, [])


def test_what_ran_into_another_limit_is_believed(room: Class) -> None:
    room.run(stopped_by("cpu_time"))
    assert room.item().new == 0


def test_uploads_that_wait_go_first_but_not_for_ever(room: Class) -> None:
    waiting = room.hand_in(sample("svm/right_loops.py"))
    started = time.monotonic()
    thread = threading.Thread(target=room.run, args=(giving(5),))
    thread.start()
    with room.database.write() as session:
        assert submissions.cancel(session, waiting)
    thread.join(MAKE_WAY_SECONDS + 60)
    assert room.state() == "ready"
    room.hand_in(sample("svm/right_loops.py", mark="another"))
    with room.database.write() as session:
        regrades.apply(session, room.regrade, None)
        again = regrades.begin(session, session.get_one(CourseAssignment, room.assignment), Wanted(), None).id
    room.regrade = again
    room.run(giving(6))
    assert room.state() == "ready"
    assert time.monotonic() - started > MAKE_WAY_SECONDS, "it stood still for a while, and went on"


# --------------------------------------------------------------------------- real processes


@pytest.fixture
def lane() -> Iterator[Lane]:
    lane = Lane(AROUND, open_sandbox("auto").isolation, threading.Event())
    yield lane
    lane.close()


def test_a_process_of_the_lane_gives_the_report_that_the_worker_gives(room: Class, lane: Lane) -> None:
    with lane.process() as judged:
        room.run(judged)
    assert (room.item().new, room.item().changed) == (20, [])


def test_a_process_is_kept_for_the_next_job(lane: Lane) -> None:
    order = Order("svm", Terms(), (("linear_svm.py", sample("svm/right_einsum.py")),))
    with lane.process() as judged:
        first = judged(order)
    below = of_the_lane()
    assert below
    lane.rest()
    with lane.process() as judged:
        assert judged(order)["seed"] == first["seed"]
    assert of_the_lane() == below


def test_whoever_waits_for_a_process_is_told_when_the_worker_ends() -> None:
    stop = threading.Event()
    lane = Lane(AROUND, open_sandbox("auto").isolation, stop)
    slow = Order("svm", Terms(), (("linear_svm.py", b"import time\ntime.sleep(4)\n" + sample("svm/right_einsum.py")),))
    stop.set()
    with pytest.raises(Ending), lane.process() as judged:
        judged(slow)
    lane.close()


def of_the_lane() -> set[int]:
    return {pid for pid in descendants(os.getpid()) if "multiprocessing.spawn" in command_line(pid)}
