"""How what was handed in comes to what it counts: days late, what they cost, which one counts. Arithmetic alone.

Being late is counted in days of the course's calendar: the first ends when the clocks of the course show the due time
again, on the next day, whether that took 23, 24 or 25 hours. `percent` takes a share of the score for every day begun.
`late-days` pays days from a budget first; what that does not cover costs as `percent` does.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from math import ceil
from typing import Any
from zoneinfo import ZoneInfo

from grader.core import cents

DAY = timedelta(days=1)
NOTHING = Fraction(0)


@dataclass(frozen=True, slots=True)
class Rules:
    """What an assignment says about being late. `percent` is the cost of a day that no late day pays for; `days` are
    the late days that it takes at most, None: as many as there are."""

    zone: ZoneInfo
    grace: timedelta = timedelta(0)
    kind: str = "none"
    percent: Fraction = NOTHING
    days: int | None = None


@dataclass(frozen=True, slots=True)
class HandIn:
    """A graded submission; `remarks` are the points that comments on it gave or took."""

    id: int
    received_at: datetime
    score: Fraction
    max_score: Fraction
    chosen: bool = False
    remarks: Fraction = NOTHING


@dataclass(frozen=True, slots=True)
class Counted:
    """A hand-in for one student: `late` seconds after their due time are `days` begun, `late_days` of them paid from
    the budget; the others took `penalty` points."""

    hand_in: HandIn
    late: int
    days: int
    late_days: int
    penalty: Fraction

    @property
    def score(self) -> Fraction:
        return self.hand_in.score - self.penalty + self.hand_in.remarks


def rules(policy: Mapping[str, Any], zone: ZoneInfo, grace_minutes: int = 0) -> Rules:
    """The rules of an assignment, of its settings as the table keeps them."""
    kind = policy["kind"]
    percent = policy.get("percent_per_day")
    if percent is None:
        percent = 100 if kind == "late-days" else 0
    return Rules(zone, timedelta(minutes=grace_minutes), kind, Fraction(str(percent)), policy.get("days"))


def late_seconds(due: datetime | None, grace: timedelta, received: datetime) -> int:
    """Seconds after the due time, begun ones whole; 0 in time and within the grace."""
    if due is None or received <= due + grace:
        return 0
    return ceil((received - due) / timedelta(seconds=1))


def days_late(due: datetime, received: datetime, zone: ZoneInfo) -> int:
    """Days begun after the due time, by the calendar of `zone`. 0 in time."""
    if received <= due:
        return 0
    days = max(1, (received - due) // DAY - 1)
    while received > days_after(due, days, zone):
        days += 1
    return days


def days_after(at: datetime, days: int, zone: ZoneInfo) -> datetime:
    """When the clocks of `zone` show the time of `at` again, so many days later. A time that they show twice is the
    second one, and one that they skip is the first after the gap."""
    wall = at.astimezone(zone).replace(tzinfo=None) + days * DAY
    return max(wall.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))


def count(rules: Rules, due: datetime | None, hand_in: HandIn, budget: int) -> Counted:
    """What a hand-in counts where `budget` late days are left. What counts nothing takes no late days."""
    late = late_seconds(due, rules.grace, hand_in.received_at)
    days = days_late(due, hand_in.received_at, rules.zone) if due is not None and late else 0
    paid = min(days, budget, days if rules.days is None else rules.days) if rules.kind == "late-days" else 0
    kept = after_penalty(rules, hand_in.score, days - paid)
    return Counted(hand_in, late, days, paid if kept else 0, hand_in.score - kept)


def after_penalty(rules: Rules, score: Fraction, days: int) -> Fraction:
    """What is left of a score after days that nothing paid for, rounded half up to hundredths, never below 0."""
    if rules.kind == "none" or days == 0:
        return score
    return cents(score * max(NOTHING, 1 - rules.percent * days / 100))


def choose(counts: str, counted: Sequence[Counted]) -> Counted:
    """The one that counts, of some in the order in which they were received. Of equally good ones the earliest; where
    the student may choose and has not, the best."""
    if counts == "last":
        return counted[-1]
    chosen = [one for one in counted if one.hand_in.chosen] if counts == "chosen" else []
    return max(chosen or counted, key=lambda one: one.score)
