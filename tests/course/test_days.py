"""Attempts of a day where the clocks change, and clocks that jump."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from grader.course import schedule
from grader.course.tables import Course, CourseAssignment, Extension
from grader.errors import Forbidden, TooMany
from tests.cast import Cast

HOUR = timedelta(hours=1)


def move(cast: Cast, zone: str) -> ZoneInfo:
    with cast.database.write() as session:
        session.get_one(Course, cast.course).timezone = zone
    return ZoneInfo(zone)


@pytest.mark.parametrize(
    ("zone", "noon", "hours"),
    [
        ("Asia/Seoul", datetime(2027, 3, 14, 12), 24),
        ("America/New_York", datetime(2027, 3, 14, 12), 23),
        ("America/New_York", datetime(2027, 11, 7, 12), 25),
        ("Africa/Cairo", datetime(2024, 4, 26, 12), 23),  # midnight itself is skipped
        ("America/Havana", datetime(2024, 11, 3, 12), 25),  # midnight comes twice
        ("America/Havana", datetime(2024, 11, 3, 0, 30), 25),
        ("America/Havana", datetime(2024, 11, 3, 0, 30, fold=1), 25),
        ("Africa/Cairo", datetime(2024, 10, 31, 23, 30, fold=1), 25),  # the hour before midnight comes twice
        ("Australia/Lord_Howe", datetime(2027, 4, 4, 12), 24.5),
    ],
)
def test_a_day_goes_from_midnight_to_midnight_of_the_course(
    cast: Cast, zone: str, noon: datetime, hours: float
) -> None:
    where = move(cast, zone)
    with cast.database.read() as session:
        one = session.get_one(CourseAssignment, cast.svm)
        begin, end = schedule.day_of(session, one, noon.replace(tzinfo=where).astimezone(UTC))
        assert schedule.day_of(session, one, begin) == (begin, end)
        assert schedule.day_of(session, one, end - timedelta(microseconds=1)) == (begin, end)
        assert schedule.day_of(session, one, end)[0] == end
    assert end - begin == hours * HOUR


@pytest.mark.parametrize("day", [datetime(2027, 3, 14, 12), datetime(2027, 11, 7, 12)])
def test_attempts_refill_at_local_midnight_also_when_the_day_has_23_or_25_hours(cast: Cast, day: datetime) -> None:
    where = move(cast, "America/New_York")
    cast.assignment(attempts_per_day=1)
    last = day.replace(hour=23, minute=59, second=30, tzinfo=where).astimezone(UTC)
    cast.accept(b"1", received_at=day.replace(tzinfo=where).astimezone(UTC))
    with pytest.raises(TooMany) as refusal:
        cast.accept(b"2", received_at=last)
    assert refusal.value.extra["retry_after"] == 30
    assert cast.accept(b"2", received_at=last + timedelta(seconds=30)).attempts_left == 0


def test_a_clock_that_is_set_back_brings_no_attempt_back(cast: Cast) -> None:
    cast.assignment(attempts_per_day=1)
    today = datetime(2027, 3, 2, 3, tzinfo=UTC)
    cast.accept(b"1", received_at=today)
    for back in (timedelta(hours=1), timedelta(days=1), timedelta(days=40)):
        with pytest.raises(TooMany):
            cast.accept(b"2", received_at=today - back)


def test_a_clock_that_is_set_back_makes_nobody_early(cast: Cast) -> None:
    due = datetime(2027, 3, 1, 14, 59, tzinfo=UTC)
    cast.assignment(due=due)
    first = cast.accept(b"1", received_at=due + HOUR)
    second = cast.accept(b"2", received_at=due - HOUR)
    assert second.received_at == first.received_at
    assert (cast.row(first.id).late, cast.row(second.id).late) == (3600, 3600)


def test_receipts_of_a_student_are_in_the_order_of_their_numbers(cast: Cast) -> None:
    noon = datetime(2027, 3, 1, 12, tzinfo=UTC)
    ids = [cast.accept(b"%d" % hour, received_at=noon + hour * HOUR).id for hour in (0, 2, 1, 3)]
    rows = [cast.row(id) for id in ids]
    assert [row.number for row in rows] == [1, 2, 3, 4]
    assert [(row.received_at - noon) // HOUR for row in rows] == [0, 2, 2, 3]


def test_an_identical_upload_moves_nothing(cast: Cast) -> None:
    due = datetime(2027, 3, 1, 14, 59, tzinfo=UTC)
    cast.assignment(due=due, attempts_total=2)
    first = cast.accept(received_at=due)
    again = cast.accept(received_at=due + timedelta(days=9))
    assert (again.id, again.received_at, again.duplicate, again.attempts_left) == (first.id, due, True, 1)
    assert cast.row(first.id).late == 0


@pytest.mark.parametrize(("own_closes", "open_until"), [(None, 5), (3, 3), (1, 2)])
def test_an_extension_moves_the_closing_with_it_or_says_its_own(
    cast: Cast, own_closes: int | None, open_until: int
) -> None:
    """Due on day 0 and closed on day 2; Ada's is due on day 3."""
    day, due = timedelta(days=1), datetime(2027, 3, 1, 14, 59, tzinfo=UTC)
    cast.assignment(due=due, closes=due + 2 * day)
    closes = None if own_closes is None else due + own_closes * day
    with cast.database.write() as session:
        session.add(Extension(assignment_id=cast.svm, user_id=cast.ada, due=due + 3 * day, closes=closes))
    cast.accept(b"1", received_at=due + open_until * day)
    with pytest.raises(Forbidden):
        cast.accept(b"2", received_at=due + open_until * day + timedelta(seconds=1))
    with pytest.raises(Forbidden):
        cast.accept(b"2", user=cast.ben, received_at=due + 2 * day + timedelta(seconds=1))
