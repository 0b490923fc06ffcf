"""`grader admin regrade`, with a worker that gives everyone the same score."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from grader.cli import main
from grader.course import regrade_work, regrades, workers
from grader.course.database import Database
from grader.course.regrades import Wanted
from grader.course.tables import CourseAssignment, Grade
from grader.report import stored
from tests.cast import Cast, report

Command = Callable[..., int]


@pytest.fixture
def regrade(cast: Cast, url: str, monkeypatch: pytest.MonkeyPatch) -> Command:
    """Run the command on the cast's database; its exit code."""
    monkeypatch.setenv("GRADER_DATABASE_URL", url)
    monkeypatch.setenv("GRADER_CONFIG", "/dev/null")
    monkeypatch.setenv("LC_ALL", "C")
    return lambda *words: main(["admin", "regrade", "ml", "svm", *words])


@contextmanager
def giving(database: Database, score: float) -> Iterator[None]:
    """A worker that lives, and gives this score."""
    over = threading.Event()

    def work() -> None:
        while not over.wait(0.05):
            with database.write() as session:
                workers.beat(session, "test", "ns")
                for regrade, shard in regrade_work.shards(session):
                    if (one := regrade_work.take(session, regrade, shard)) is not None:
                        regrade_work.finish(session, one, stored.encode(report(score)))

    with database.write() as session:
        workers.beat(session, "test", "ns")
    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def grade(cast: Cast) -> float:
    with cast.database.read() as session:
        return float(session.get_one(Grade, (cast.svm, cast.ada)).score)


def test_a_dry_run_lists_what_changes_and_apply_and_rollback_move_it(
    cast: Cast, regrade: Command, capsys: pytest.CaptureFixture[str]
) -> None:
    cast.graded(15)
    cast.graded(20, user=cast.ben)
    with giving(cast.database, 20):
        assert regrade("--reason", "a wrong tolerance") == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split() == ["ada@example.org", "#1", "15.0", "20.0", "+5", "svm_loss_naive/gradient"]
    assert lines[1].startswith("2 submissions: 1 come out otherwise, 1 higher, 0 lower")
    assert lines[2].startswith("Scores that count, once this is applied: 1 students")
    assert lines[3].split() == ["ada@example.org", "#1", "15.0", "20.0", "+5"]
    assert "--apply" in lines[4]
    assert grade(cast) == 15
    assert regrade("--apply") == 0
    assert grade(cast) == 20
    assert "Undo it: --rollback 1" in capsys.readouterr().out
    assert regrade("--rollback", "1") == 0
    assert grade(cast) == 15


def test_an_attempt_that_takes_the_place_of_another_is_told_and_settings_that_outlast_a_rollback(
    cast: Cast, regrade: Command, capsys: pytest.CaptureFixture[str]
) -> None:
    cast.graded(17.6, b"1")
    cast.graded(18, b"2")
    with giving(cast.database, 16.24):
        assert regrade("--apply") == 0
    assert "#1      18.0    17.6    -0.4  another attempt counts instead" in capsys.readouterr().out
    cast.assignment(points={"gradient": 50.0})
    assert regrade("--rollback", "1") == 0
    assert "in the settings are others than" in capsys.readouterr().out


def test_apply_alone_runs_it_first(cast: Cast, regrade: Command) -> None:
    cast.graded(15)
    with giving(cast.database, 20):
        assert regrade("--apply", "--student", "ada@example.org", "--which", "latest") == 0
    assert grade(cast) == 20


def test_apply_does_not_decide_what_was_begun_on_a_page(cast: Cast, regrade: Command) -> None:
    cast.graded(15)
    with cast.database.write() as session:
        regrades.begin(session, session.get_one(CourseAssignment, cast.svm), Wanted(), cast.ines)
    with giving(cast.database, 20):
        assert regrade("--apply") == 2
    assert grade(cast) == 15


def test_what_is_left_is_told_by_the_exit_code(cast: Cast, regrade: Command) -> None:
    cast.graded(15)
    with giving(cast.database, 10):
        assert regrade("--apply", "--never-lower") == 1
    assert grade(cast) == 15


def test_without_a_worker_nothing_is_begun(cast: Cast, regrade: Command, capsys: pytest.CaptureFixture[str]) -> None:
    cast.graded(15)
    assert regrade() == 3
    assert "grader serve" in capsys.readouterr().err
    with giving(cast.database, 20):
        assert regrade() == 0
    assert regrade("--drop", "1") == 0


@pytest.mark.parametrize(
    "words",
    [
        ("--rollback", "7"),
        ("--drop", "7"),
        ("--apply", "--drop", "1"),
        ("--student", "nobody@example.org"),
        ("--which", "some"),
    ],
)
def test_wrong_use_is_2(cast: Cast, regrade: Command, words: tuple[str, ...]) -> None:
    cast.graded(15)
    with giving(cast.database, 20):
        assert regrade(*words) == 2
