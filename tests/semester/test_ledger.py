"""The calculation beside the service, held against numbers that were worked out by hand."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.semester.ledger import Answer, HandIn, Ledger, days_begun, to_the_cent
from tests.semester.script import DEFAULTS, before_the_change, late_days, percent, zone_for

NEW_YORK = ZoneInfo("America/New_York")
DUE = datetime(2026, 5, 4, 12, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
ADA, BEN = 1, 2


def ledger(**settings: Any) -> Ledger:
    """A course with one assignment of 20 points."""
    made = Ledger("Asia/Seoul", groups={ADA: "", BEN: ""})
    hand_out(made, "svm", DUE, **settings)
    return made


def hand_out(made: Ledger, slug: str, due: datetime, **settings: Any) -> None:
    made.settings[slug] = {**DEFAULTS, "due": due.isoformat(), **settings}
    made.maxima[slug] = Decimal(20)


def hand_in(made: Ledger, score: str, late: timedelta = timedelta(0), *, slug: str = "svm", **more: Any) -> HandIn:
    """Late by so much, or in time."""
    due = datetime.fromisoformat(made.settings[slug]["due"])
    received = due + late if late else due - HOUR
    facts: dict[str, Any] = {
        "user": ADA,
        "sha256": "",
        "sample": "",
        "team": "",
        "profile": "default",
        "status": "done",
    } | more
    one = HandIn(id=len(made.hand_ins) + 1, slug=slug, received=received, score=Decimal(score), **facts)
    made.hand_ins[one.id] = one
    return one


def score_of(made: Ledger, user: int = ADA, slug: str = "svm") -> str:
    return str(to_the_cent(made.row(user)[slug].score))


@pytest.mark.parametrize(
    ("due", "received", "days"),
    [
        (datetime(2027, 11, 6, 23, 59), datetime(2027, 11, 7, 23, 58, 59), 1),
        (datetime(2027, 11, 6, 23, 59), datetime(2027, 11, 7, 23, 59), 2),
        (datetime(2027, 3, 13, 23, 59), datetime(2027, 3, 14, 23, 58, 59), 1),
        (datetime(2027, 3, 13, 23, 59), datetime(2027, 3, 14, 23, 59), 2),
        (datetime(2027, 3, 1, 8, 0), datetime(2027, 3, 1, 8, 0), 1),
    ],
)
def test_days_are_those_of_the_calendar(due: datetime, received: datetime, days: int) -> None:
    """A receipt is cut to the second: one that tells the due time came after it."""
    there = (due.replace(tzinfo=NEW_YORK).astimezone(UTC), received.replace(tzinfo=NEW_YORK).astimezone(UTC))
    assert days_begun(*there, NEW_YORK) == days


def test_the_best_is_the_best_after_what_being_late_took_off() -> None:
    made = ledger(late_policy=percent(12.5))
    hand_in(made, "17.60")
    hand_in(made, "20", HOUR)
    assert score_of(made) == "17.60"
    hand_in(made, "20", HOUR)
    made.settings["svm"]["late_policy"] = percent(10)
    assert score_of(made) == "18.00"
    assert made.row(ADA)["svm"].submission == 2


def test_a_penalty_is_rounded_half_up() -> None:
    made = ledger(late_policy=percent(12.5))
    hand_in(made, "17.72", HOUR)
    assert score_of(made) == "15.51"


def test_late_days_are_spent_in_the_order_of_the_due_times() -> None:
    made = ledger(late_policy=late_days(None, 25))
    hand_out(made, "earlier", DUE - DAY, late_policy=late_days(2, 25))
    made.late_days = 3
    hand_in(made, "20", 2 * DAY)
    hand_in(made, "20", 3 * DAY, slug="earlier")
    assert (score_of(made, slug="earlier"), score_of(made)) == ("10.00", "10.00")
    assert {slug: cell.days for slug, cell in made.row(ADA).items()} == {"earlier": 2, "svm": 1}
    made.overrides["earlier", ADA] = {"excused": True}
    assert score_of(made) == "20.00"
    assert made.late_days_left(ADA) == 0


def test_what_counts_nothing_takes_no_late_days() -> None:
    made = ledger(late_policy=late_days(1, None))
    made.late_days = 3
    hand_in(made, "20", 5 * DAY)
    assert (score_of(made), made.late_days_left(ADA)) == ("0.00", 3)


def test_a_team_shares_what_was_handed_in_for_it() -> None:
    made = ledger(teams=True)
    made.groups = {ADA: "red", BEN: "red"}
    hand_in(made, "12", team="red")
    assert score_of(made, BEN) == "12.00"
    made.groups[BEN] = "blue"
    assert made.row(BEN) == {}


def test_the_chosen_one_counts_and_points_by_hand_come_on_top() -> None:
    made = ledger(counts="chosen", questions=[{"id": "Q1", "text": "?", "points": 2.5}], late_policy=percent(50))
    hand_in(made, "20")
    hand_in(made, "8", HOUR, chosen=True)
    made.marks["svm", ADA, "Q1"], made.remarks[2] = Decimal("1.5"), Decimal("-0.25")
    cell = made.row(ADA)["svm"]
    assert (cell.score, cell.max_score, cell.submission, cell.late) == (Decimal("5.25"), Decimal("22.5"), 2, 3601)


def test_a_total_leaves_out_what_is_excused() -> None:
    made = ledger(weight=0.33)
    hand_out(made, "other", DUE)
    hand_in(made, "17.60")
    hand_in(made, "20", slug="other")
    assert made.total(made.row(ADA)) == Decimal("25.81")
    made.overrides["other", ADA] = {"excused": True, "withheld": True}
    assert made.total(made.row(ADA)) == Decimal("5.81")
    assert set(made.own_row(ADA)) == {"svm"}


def test_attempts_come_back_at_midnight_and_then_no_more() -> None:
    made = ledger(attempts_per_day=1, attempts_total=2)
    noon = DUE - HOUR
    assert made.answer("svm", ADA, "a", noon, "default") == Answer(202, 0)
    hand_in(made, "20", sha256="a")
    assert made.answer("svm", ADA, "b", noon, "default") == Answer(429)
    assert made.answer("svm", ADA, "a", noon, "default") == Answer(202, 0, repeats=1)
    assert made.answer("svm", ADA, "b", noon + DAY, "default") == Answer(202, 0)
    hand_in(made, "20", sha256="b")
    assert made.answer("svm", ADA, "c", noon + 2 * DAY, "default") == Answer(403)
    made.hand_ins[2].status = "rejected"
    assert made.answer("svm", ADA, "c", noon + 2 * DAY, "default") == Answer(202, 0)


def test_an_extension_moves_the_closing_with_it() -> None:
    made = ledger(closes=DUE.isoformat())
    assert made.answer("svm", ADA, "a", DUE + HOUR, "default") == Answer(403)
    made.extensions["svm", ADA] = {"due": (DUE + 2 * HOUR).isoformat()}
    assert made.answer("svm", ADA, "a", DUE + HOUR, "default") == Answer(202)
    assert made.due("svm", ADA) == DUE + 2 * HOUR


def test_the_course_is_where_no_clock_changes_and_no_day_ends() -> None:
    assert zone_for(("America/New_York", "Europe/Berlin"), datetime(2026, 11, 1, 15, tzinfo=UTC)) == "Europe/Berlin"
    assert zone_for(("Europe/Berlin", "America/New_York"), datetime(2026, 7, 1, 22, tzinfo=UTC)) == "America/New_York"
    edge = before_the_change("America/New_York", datetime(2026, 11, 22, 15, 30, tzinfo=UTC))
    assert edge == datetime(2026, 10, 29, 14, 30, tzinfo=UTC)
