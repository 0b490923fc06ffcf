"""Which workers live, which of them run submissions, and how well confined."""

from __future__ import annotations

import socket
from datetime import timedelta

import pytest

from grader.core import Message
from grader.course import workers
from grader.course.standing import standing
from grader.course.tables import Worker, now
from grader.settings import Settings
from tests.cast import Cast

WHY = Message("cli.isolation-too-weak", {"isolation": "landlock", "least": "ns"})


def test_a_silent_worker_is_not_alive_and_the_weakest_tier_is_told(cast: Cast) -> None:
    with cast.database.write() as session:
        assert workers.isolation(session) is None
        workers.beat(session, "a", "ns")
        workers.beat(session, "b", "none")
        session.flush()
        assert workers.isolation(session) == "none"
        session.get_one(Worker, "b").beat_at = now() - timedelta(minutes=1)
        session.flush()
        assert [worker.id for worker in workers.alive(session)] == ["a"]
        assert workers.isolation(session) == "ns"
        workers.leave(session, "a")
        assert workers.alive(session) == []


def test_what_a_worker_says_of_itself_is_kept_with_the_machine_it_is_on(cast: Cast) -> None:
    with cast.database.write() as session:
        workers.beat(session, "a", None, slots=3, refusal=WHY)
        workers.beat(session, "a", "ns", slots=4)
    with cast.database.read() as session:
        (worker,) = workers.alive(session)
    assert (worker.host, worker.isolation, worker.slots, worker.refusal) == (socket.gethostname(), "ns", 4, None)


def test_workers_that_run_nothing_are_no_help_to_who_waits(cast: Cast) -> None:
    cast.graded(1, b"0")
    waiting = cast.accept(b"1").id
    with cast.database.write() as session:
        workers.beat(session, "courier", None)
        session.flush()
        assert workers.refusal(session) is None
        workers.beat(session, "refusing", None, refusal=WHY)
        session.flush()
        assert (workers.grading(session), workers.isolation(session), len(workers.alive(session))) == ([], None, 2)
        assert workers.refusal(session) == WHY
        assert standing(session, waiting).eta_seconds is None


@pytest.mark.parametrize(
    ("tier", "least", "worker", "unconfined"),
    [
        ("auto", None, None, False),
        ("auto", None, "ns", False),
        ("auto", None, "none", True),
        ("none", None, None, True),
        ("none", None, "landlock", False),
        ("none", "landlock", None, False),
    ],
)
def test_pages_warn_where_code_runs_unconfined_or_would(
    cast: Cast, tier: str, least: str | None, worker: str | None, unconfined: bool
) -> None:
    given = {"sandbox_tier": tier, **({"sandbox_min_tier": least} if least else {})}
    with cast.database.write() as session:
        if worker:
            workers.beat(session, "w", worker)
            session.flush()
        assert workers.unconfined(session, Settings.model_validate(given)) is unconfined
