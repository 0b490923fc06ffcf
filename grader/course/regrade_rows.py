"""What a regrade changes, row by row: the old score and the new one of each submission, and which checks moved."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from grader.core import CheckResult, Report, cents
from grader.course.tables import CourseAssignment, Regrade, RegradeItem, Submission, User

BARS = 5
"""Of a histogram of differences, on each side of 0."""
STEPS = tuple(Fraction(one) for one in ("0.1", "0.2", "0.5", "1", "2", "5", "10", "20", "50", "100"))
"""Points that a bar may be wide."""


def changes(old: Report | None, new: Report) -> list[dict[str, Any]]:
    """The checks whose verdict or points differ, in the order of the new report, then those that are gone: points then
    and now (two decimals), verdict then and now, None where the check was, or is, not there."""
    before = {} if old is None else _checks(old)
    after = _checks(new)
    return [
        {
            "function": function,
            "check": check,
            "old": _points(before.get((function, check))),
            "new": _points(after.get((function, check))),
            "was": _status(before.get((function, check))),
            "now": _status(after.get((function, check))),
        }
        for function, check in dict.fromkeys((*after, *before))
        if _told(before.get((function, check))) != _told(after.get((function, check)))
    ]


def _checks(report: Report) -> dict[tuple[str, str], CheckResult]:
    return {(function.name, check.id): check for function in report.functions for check in function.checks}


def _told(check: CheckResult | None) -> object:
    return None if check is None else (check.status, check.points, check.max_points)


def _points(check: CheckResult | None) -> float | None:
    return None if check is None else float(cents(check.points))


def _status(check: CheckResult | None) -> str | None:
    return None if check is None else check.status.value


@dataclass(frozen=True, slots=True)
class Row:
    """One submission. `old` and `new` None: no score (rejected, broken, or not graded anew yet). `state` is `waiting`,
    `running`, `done`, `broken` (could not be graded anew), `lower` (left, it would be) or `moved` (left, the report
    that holds is another); `changed` as `changes` gives it."""

    user: int
    name: str
    email: str
    submission: int
    number: int
    old: Fraction | None
    new: Fraction | None
    changed: Sequence[Mapping[str, Any]]
    state: str
    applied: bool

    @property
    def difference(self) -> Fraction | None:
        """None while the submission is not graded anew."""
        return _difference(self.state, self.old, self.new)

    @property
    def is_changed(self) -> bool:
        return bool(self.changed or self.difference)


def _difference(state: str, old: Fraction | None, new: Fraction | None) -> Fraction | None:
    return None if state in ("waiting", "running", "broken") else (new or Fraction(0)) - (old or Fraction(0))


@dataclass(frozen=True, slots=True)
class Tally:
    """A regrade as a whole: items by state, how many are applied, and in how many a check or the score came out
    otherwise; `differences` counts the submissions by new score less old, `max_score` the most that can be had."""

    regrade: Regrade
    slug: str
    course_id: int
    by: str
    states: Mapping[str, int]
    applied: int
    changed: int
    differences: Mapping[Fraction, int]
    max_score: Fraction

    @property
    def total(self) -> int:
        return sum(self.states.values())

    @property
    def graded(self) -> int:
        """Submissions that are through, well or broken."""
        return self.total - self.states.get("waiting", 0) - self.states.get("running", 0)

    @property
    def higher(self) -> int:
        return sum(count for difference, count in self.differences.items() if difference > 0)

    @property
    def lower(self) -> int:
        return sum(count for difference, count in self.differences.items() if difference < 0)

    @property
    def equal(self) -> int:
        """Of those that come out otherwise: checks differ, and the score is the same."""
        return self.changed - self.higher - self.lower


def tally(session: Session, regrade: Regrade) -> Tally:
    assignment = session.get_one(CourseAssignment, regrade.assignment_id)
    items = session.execute(
        sa.select(RegradeItem.state, RegradeItem.applied, RegradeItem.old, RegradeItem.new, RegradeItem.changed).where(
            RegradeItem.regrade_id == regrade.id
        )
    ).all()
    by = session.get(User, regrade.by_id) if regrade.by_id is not None else None
    differences = Counter(_difference(item.state, item.old, item.new) for item in items)
    return Tally(
        regrade,
        assignment.slug,
        assignment.course_id,
        by=(by.name or by.email) if by else "",
        states=Counter(item.state for item in items),
        applied=sum(item.applied for item in items),
        changed=sum(bool(item.changed or _difference(item.state, item.old, item.new)) for item in items),
        differences={difference: count for difference, count in differences.items() if difference is not None},
        max_score=assignment.unit.max_score,
    )


def rows(session: Session, regrade: Regrade, *, changed_only: bool = False) -> list[Row]:
    """Every submission, or those that come out otherwise: whose score moves most first, then by the students' names."""
    found = session.execute(
        sa.select(
            User.id, User.name, User.email, Submission.id, Submission.number,
            RegradeItem.old, RegradeItem.new, RegradeItem.changed, RegradeItem.state, RegradeItem.applied,
        )
        .join(RegradeItem, RegradeItem.user_id == User.id)
        .join(Submission, Submission.id == RegradeItem.submission_id)
        .where(RegradeItem.regrade_id == regrade.id)
    )  # fmt: skip
    everything = (Row(*one) for one in found)
    return sorted((row for row in everything if row.is_changed or not changed_only), key=_order)


def _order(row: Row) -> tuple[Fraction, bool, str, int]:
    return -abs(row.difference or Fraction(0)), not row.is_changed, row.name.casefold() or row.email, row.number


def of_assignment(session: Session, assignment: CourseAssignment) -> list[Regrade]:
    """The newest first."""
    query = sa.select(Regrade).where(Regrade.assignment_id == assignment.id).order_by(Regrade.id.desc())
    return list(session.scalars(query))


def histogram(differences: Mapping[Fraction, int]) -> list[tuple[Fraction, Fraction, int]]:
    """(low, high, how many) of the differences, without gaps; those that are 0 stand alone, as (0, 0, how many)."""
    most = max((abs(one) for one in differences), default=Fraction(0))
    step = next((step for step in STEPS if step * BARS >= most), most / BARS)
    found: Counter[int] = Counter()
    for difference, count in differences.items():
        found[_bar(difference, step)] += count
    return [(*_span(bar, step), found[bar]) for bar in range(min(found, default=0), max(found, default=0) + 1)]


def _bar(difference: Fraction, step: Fraction) -> int:
    """0 for 0, else the bar's number, counted from there; an upper end belongs to its bar."""
    number = ceil(abs(difference) / step) if difference else 0
    return number if difference > 0 else -number


def _span(bar: int, step: Fraction) -> tuple[Fraction, Fraction]:
    if bar == 0:
        return Fraction(0), Fraction(0)
    return ((bar - 1) * step, bar * step) if bar > 0 else (bar * step, (bar + 1) * step)
