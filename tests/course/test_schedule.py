"""Being late, what it costs, and what a change of the schedule does to what was handed in before."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest

from grader.course import grades, reckoning, schedule
from grader.course.reckoning import HandIn
from grader.course.tables import CourseAssignment, Grade
from grader.errors import BadRequest
from tests.cast import Cast

DUE = datetime(2027, 3, 1, 14, 59, 59, tzinfo=UTC)


@pytest.mark.parametrize(
    ("after", "grace", "late"), [(-1, 0, 0), (0, 0, 0), (41, 0, 41), (41, 5, 0), (300, 5, 0), (301, 5, 301)]
)
def test_late_counts_from_the_due_time_once_the_grace_is_over(after: int, grace: int, late: int) -> None:
    assert reckoning.late_seconds(DUE, timedelta(minutes=grace), DUE + timedelta(seconds=after)) == late


def test_nothing_is_late_without_a_due_time() -> None:
    assert reckoning.late_seconds(None, timedelta(0), DUE) == 0


@pytest.mark.parametrize(
    ("late", "kept"),
    [(0, "17.72"), (1, "15.95"), (86_400, "15.95"), (86_401, "14.18"), (10 * 86_400, "0"), (10**7, "0")],
)
def test_percent_takes_its_share_for_every_day_begun_and_never_more_than_all(late: int, kept: str) -> None:
    rules = reckoning.rules({"kind": "percent", "percent_per_day": 10}, ZoneInfo("Asia/Seoul"))
    hand_in = HandIn(1, DUE + timedelta(seconds=late), Fraction("17.72"), Fraction(20))
    assert reckoning.count(rules, DUE, hand_in, 0).score == Fraction(kept)


def test_without_a_late_policy_being_late_costs_nothing() -> None:
    rules = reckoning.rules({"kind": "none"}, ZoneInfo("Asia/Seoul"))
    assert reckoning.count(rules, DUE, HandIn(1, DUE + timedelta(days=9), Fraction(9), Fraction(20)), 0).score == 9


def test_a_better_one_that_is_late_does_not_count_where_its_penalty_makes_it_worse(cast: Cast) -> None:
    cast.assignment(due=DUE, late_policy={"kind": "percent", "percent_per_day": 50})
    in_time = cast.graded(12, b"1", received_at=DUE)
    cast.graded(20, b"2", received_at=DUE + timedelta(seconds=1))
    with cast.database.read() as session:
        assert session.get_one(Grade, (cast.svm, cast.ada)).submission_id == in_time


def test_moving_the_due_time_settles_everything_anew(cast: Cast) -> None:
    cast.assignment(due=DUE, late_policy={"kind": "percent", "percent_per_day": 50})
    id = cast.graded(20, received_at=DUE + timedelta(hours=1))
    with cast.database.write() as session:
        assert session.get_one(Grade, (cast.svm, cast.ada)).score == 10
        assignment = session.get_one(CourseAssignment, cast.svm)
        assignment.due = DUE + timedelta(hours=2)
        grades.settle_all(session, assignment)
    with cast.database.read() as session:
        assert session.get_one(Grade, (cast.svm, cast.ada)).score == 20
    assert cast.row(id).late == 0


@pytest.mark.parametrize(
    ("text", "utc"),
    [
        ("2027-03-01T23:59", "2027-03-01T14:59:00Z"),
        ("2027-03-01T23:59+01:00", "2027-03-01T22:59:00Z"),
        ("2027-03-01T23:59Z", "2027-03-01T23:59:00Z"),
        ("2027-03-02", "2027-03-01T15:00:00Z"),
        ("2027-03-01T24:00", "2027-03-01T15:00:00Z"),
        ("2027-02-28T24:00:00+01:00", "2027-02-28T23:00:00Z"),
        ("2027-12-31T24:00Z", "2028-01-01T00:00:00Z"),
    ],
)
def test_a_time_without_an_offset_is_the_courses(text: str, utc: str) -> None:
    assert schedule.stamp(schedule.local_time(text, "Asia/Seoul").astimezone(UTC)) == utc


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("tomorrow", "bad"),
        ("2027-03-01T9:00", "bad"),
        ("2027-02-29T23:59", "none"),
        ("2027-03-01T25:00", "none"),
        ("2027-03-01T24:01", "none"),
        ("9999-12-31T24:00", "none"),
        ("0001-01-01T00:00", "year"),
        ("9999-12-31T23:59-14:00", "year"),
    ],
)
def test_a_time_that_is_none_or_at_the_end_of_the_calendar_is_refused_with_the_reason(text: str, why: str) -> None:
    with pytest.raises(BadRequest) as refusal:
        schedule.local_time(text, "Asia/Seoul")
    assert refusal.value.message.id == f"course.time.{why}"


def test_a_time_is_told_on_the_courses_clocks_as_it_is_read() -> None:
    told = schedule.local(DUE, "Asia/Seoul")
    assert told == "2027-03-01T23:59:59+09:00"
    assert schedule.local_time(told, "UTC") == DUE
