"""How many attempts are left, and when there are more: what stands on the page of an assignment."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from grader.course.schedule import Allowance, allowance, attempts_left
from grader.course.tables import CourseAssignment
from tests.cast import SOURCE, Cast

NOON = datetime(2026, 3, 10, 3, tzinfo=UTC)
"""12:00 in Seoul."""
MIDNIGHT = datetime(2026, 3, 10, 15, tzinfo=UTC)


def left(cast: Cast, at: datetime = NOON) -> Allowance:
    with cast.database.read() as session:
        assignment = session.get_one(CourseAssignment, cast.svm)
        found = allowance(session, assignment, cast.ada, at)
        assert attempts_left(session, assignment, cast.ada, at) == (
            found.in_all if found.today is None else found.today
        )
        return found


def hand_in(cast: Cast, count: int, at: datetime = NOON) -> None:
    for number in range(count):
        cast.accept(SOURCE + f"# {at} {number}\n".encode(), received_at=at + timedelta(seconds=number))


def test_without_limits_nothing_is_counted(cast: Cast) -> None:
    hand_in(cast, 2)
    assert left(cast) == Allowance(None, None, None)


def test_what_is_used_today_comes_back_at_midnight_of_the_course(cast: Cast) -> None:
    cast.assignment(attempts_per_day=3)
    assert left(cast) == Allowance(3, None, None)
    hand_in(cast, 2)
    assert left(cast) == Allowance(1, None, MIDNIGHT)
    assert left(cast, MIDNIGHT) == Allowance(3, None, None)


def test_midnight_brings_no_more_than_there_are_in_all(cast: Cast) -> None:
    cast.assignment(attempts_per_day=3, attempts_total=4)
    hand_in(cast, 2)
    assert left(cast) == Allowance(1, 2, MIDNIGHT)
    hand_in(cast, 1, NOON + timedelta(hours=1))
    assert left(cast, NOON + timedelta(hours=2)) == Allowance(0, 1, MIDNIGHT)
    hand_in(cast, 1, MIDNIGHT)
    assert left(cast, MIDNIGHT + timedelta(minutes=1)) == Allowance(0, 0, None)


def test_a_total_alone_never_comes_back(cast: Cast) -> None:
    cast.assignment(attempts_total=2)
    hand_in(cast, 2)
    assert left(cast) == Allowance(None, 0, None)
