"""Days late by the calendar, what they cost, and which hand-in counts: numbers alone, no database."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.course import reckoning
from grader.course.reckoning import HandIn, Rules

SEOUL, NEW_YORK, HAVANA = ZoneInfo("Asia/Seoul"), ZoneInfo("America/New_York"), ZoneInfo("America/Havana")
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
SPRING = datetime(2027, 3, 13, 23, 59, tzinfo=NEW_YORK).astimezone(UTC)
"""The night after this due time has 23 hours."""
AUTUMN = datetime(2027, 11, 6, 23, 59, tzinfo=NEW_YORK).astimezone(UTC)
"""The day after this due time has 25 hours."""


def rules(kind: str, percent: float | None = None, days: int | None = None, grace: int = 0) -> Rules:
    return reckoning.rules({"kind": kind, "percent_per_day": percent, "days": days}, SEOUL, grace)


def hand_in(days: float, score: float = 20, *, id: int = 1, chosen: bool = False) -> HandIn:
    return HandIn(id, AUTUMN + days * DAY, Fraction(str(score)), Fraction(20), chosen)


@pytest.mark.parametrize(
    ("due", "received", "days"),
    [
        (AUTUMN, datetime(2027, 11, 7, 23, 59, tzinfo=NEW_YORK), 1),
        (AUTUMN, datetime(2027, 11, 8, 0, 0, tzinfo=NEW_YORK), 2),
        (AUTUMN, datetime(2027, 11, 8, 23, 59, tzinfo=NEW_YORK), 2),
        (SPRING, datetime(2027, 3, 14, 23, 59, tzinfo=NEW_YORK), 1),
        (SPRING, datetime(2027, 3, 15, 0, 0, tzinfo=NEW_YORK), 2),
        (SPRING, datetime(2027, 3, 15, 23, 59, tzinfo=NEW_YORK), 2),
    ],
)
def test_a_day_late_ends_when_the_clocks_show_the_due_time_again(due: datetime, received: datetime, days: int) -> None:
    assert reckoning.days_late(due, received.astimezone(UTC), NEW_YORK) == days


def test_the_first_second_after_the_due_time_begins_a_day() -> None:
    assert reckoning.days_late(AUTUMN, AUTUMN, NEW_YORK) == 0
    assert reckoning.days_late(AUTUMN, AUTUMN + timedelta(seconds=1), NEW_YORK) == 1


def test_a_time_that_the_clocks_show_twice_is_the_second_one_and_a_skipped_one_comes_after_the_gap() -> None:
    due = datetime(2027, 11, 6, 1, 30, tzinfo=NEW_YORK)
    assert reckoning.days_after(due, 1, NEW_YORK) == datetime(2027, 11, 7, 6, 30, tzinfo=UTC)
    due = datetime(2027, 3, 13, 2, 30, tzinfo=NEW_YORK)
    assert reckoning.days_after(due, 1, NEW_YORK) == datetime(2027, 3, 14, 7, 30, tzinfo=UTC)


@given(
    due=st.datetimes(datetime(2024, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC)),
    minutes=st.integers(1, 60 * 24 * 40),
    zone=st.sampled_from([SEOUL, NEW_YORK, HAVANA, ZoneInfo("Pacific/Apia"), ZoneInfo("Australia/Lord_Howe")]),
)
def test_the_days_begun_are_the_fewest_whose_end_is_not_over(due: datetime, minutes: int, zone: ZoneInfo) -> None:
    received = due + minutes * MINUTE
    days = reckoning.days_late(due, received, zone)
    assert received <= reckoning.days_after(due, days, zone)
    assert days == 1 or received > reckoning.days_after(due, days - 1, zone)


@pytest.mark.parametrize(
    ("days", "budget", "most", "paid", "score"),
    [
        (2, 5, None, 2, 20),
        (2, 5, 1, 1, 0),
        (2, 1, None, 1, 0),
        (2, 0, None, 0, 0),
        (0, 5, None, 0, 20),
    ],
)
def test_late_days_are_paid_as_far_as_budget_and_assignment_go(
    days: int, budget: int, most: int | None, paid: int, score: int
) -> None:
    counted = reckoning.count(rules("late-days", 100, most), AUTUMN, hand_in(days), budget)
    assert counted.score == score
    assert counted.late_days == (paid if score else 0), "what counts nothing takes no late days"


def test_what_the_budget_does_not_cover_costs_percent() -> None:
    counted = reckoning.count(rules("late-days", 25), AUTUMN, hand_in(3), 1)
    assert (counted.days, counted.late_days, counted.penalty, counted.score) == (3, 1, 10, 10)


def test_a_day_that_nothing_pays_for_costs_everything_unless_said_otherwise() -> None:
    assert reckoning.count(rules("late-days"), AUTUMN, hand_in(1), 0).score == 0


def test_within_the_grace_nothing_is_late_and_beyond_it_the_due_time_holds() -> None:
    graced = rules("percent", 10, grace=60 * 24)
    assert reckoning.count(graced, AUTUMN, hand_in(1), 0).late == 0
    beyond = reckoning.count(graced, AUTUMN, hand_in(1.5), 0)
    assert (beyond.late, beyond.days, beyond.score) == (36 * 3600, 2, 16)


def test_a_penalty_is_rounded_half_up_to_hundredths() -> None:
    assert reckoning.count(rules("percent", 10), AUTUMN, hand_in(1, 0.05), 0).score == Fraction("0.05")
    assert reckoning.count(rules("percent", 12.5), AUTUMN, hand_in(1, 17.72), 0).score == Fraction("15.51")


@pytest.mark.parametrize(("counts", "expected"), [("best", 2), ("last", 4), ("chosen", 3)])
def test_the_policy_says_which_of_them_counts(counts: str, expected: int) -> None:
    rows = [hand_in(0, 5, id=1), hand_in(0, 9, id=2), hand_in(0, 7, id=3, chosen=True), hand_in(0, 9, id=4)]
    counted = [reckoning.count(rules("none"), None, one, 0) for one in rows]
    assert reckoning.choose(counts, counted).hand_in.id == expected


def test_where_nothing_is_chosen_the_best_counts() -> None:
    counted = [reckoning.count(rules("none"), None, hand_in(0, id, id=id), 0) for id in (1, 3, 2)]
    assert reckoning.choose("chosen", counted).hand_in.id == 3


@given(
    days=st.integers(0, 30),
    budget=st.integers(0, 10),
    most=st.none() | st.integers(0, 5),
    percent=st.integers(0, 100),
    score=st.integers(0, 2000),
)
def test_no_hand_in_takes_more_late_days_than_it_needs_may_have_or_are_left(
    days: int, budget: int, most: int | None, percent: int, score: int
) -> None:
    counted = reckoning.count(rules("late-days", percent, most), AUTUMN, hand_in(days, score / 100), budget)
    assert 0 <= counted.late_days <= min(days, budget, days if most is None else most)
    assert 0 <= counted.score <= Fraction(score, 100)
    assert counted.penalty >= 0
