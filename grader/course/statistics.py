"""What a class does not understand: how its counting submissions are spread, and which checks they fail.

Sources: the correlation of an item with the rest of the score, so that an item does not correlate with itself, is
S. Henrysson, "Correction of item-total correlations in item analysis", Psychometrika 28 (1963) 211-218; that of a
yes-or-no item with a number is the point-biserial one, L. Crocker and J. Algina, "Introduction to Classical and Modern
Test Theory" (1986), chapter 14; what it is called good at, R. Ebel, "Measuring Educational Achievement" (1965).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import floor, log10, sqrt
from statistics import median
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from grader.core import CheckStatus
from grader.course.filters import Filters, students
from grader.course.tables import CheckVerdict, CourseAssignment, Grade, StoredReport, Submission

BARS = 10
LEAST, MOST = -12, 2
"""Decades of errors that have a bar of their own; what is smaller, 0 too, and what is larger stand at the ends."""
GRADIENTS = ("gradient", "numeric-gradient")


@dataclass(frozen=True, slots=True)
class Bar:
    """Scores of at least `low` and less than `high`; the last bar holds full marks too."""

    low: Fraction
    high: Fraction
    count: int


@dataclass(frozen=True, slots=True)
class CheckRate:
    """How many counting submissions passed, failed or skipped a check of a function. `discrimination` is the
    correlation of passing it with the number of the other checks passed, of those that were graded on it: near 0 it
    tells nothing about who understood, below 0 something is wrong with it. None where all fared alike."""

    function: str
    check: str
    passed: int
    failed: int
    skipped: int
    discrimination: float | None = None

    @property
    def pass_rate(self) -> float | None:
        graded = self.passed + self.failed
        return self.passed / graded if graded else None


@dataclass(frozen=True, slots=True)
class Decade:
    """Largest relative errors of at least 10**low and less than 10**(low + 1)."""

    low: int
    count: int


@dataclass(frozen=True, slots=True)
class Sanity:
    """What the sanity checks of a function say of the class. `start` of `started` begin where `formula` says (C-1,
    log C); `gradients` are the errors of the gradient check `check`, the one against numbers where there is one."""

    function: str
    formula: str
    start: int
    started: int
    check: str
    gradients: tuple[Decade, ...]


@dataclass(frozen=True, slots=True)
class Statistics:
    assignment: str
    students: int
    submitted: int
    median: Fraction | None
    max_score: Fraction
    histogram: tuple[Bar, ...]
    checks: tuple[CheckRate, ...]


def of_assignment(session: Session, assignment: CourseAssignment, filters: Filters) -> Statistics:
    """`submitted` counts the students that have a grade and are not excused."""
    who = students(assignment.course_id, filters)
    scores = session.scalars(
        sa.select(Grade.score).where(Grade.assignment_id == assignment.id, Grade.user_id.in_(who), ~Grade.excused)
    ).all()
    most = assignment.unit.max_score
    return Statistics(
        assignment=assignment.slug,
        students=session.scalar(sa.select(sa.func.count()).select_from(who.subquery())) or 0,
        submitted=len(scores),
        median=median(scores) if scores else None,
        max_score=most,
        histogram=histogram(scores, most),
        checks=_checks(session, assignment, who),
    )


def histogram(scores: Sequence[Fraction], most: Fraction) -> tuple[Bar, ...]:
    """`BARS` bars of equal width from 0 to `most`."""
    if most <= 0:
        return ()
    counts = [0] * BARS
    for score in scores:
        counts[min(BARS - 1, int(score * BARS / most))] += 1
    return tuple(Bar(most * i / BARS, most * (i + 1) / BARS, count) for i, count in enumerate(counts))


def counting(assignment: CourseAssignment, who: sa.Select[int]) -> sa.Select[Any]:
    """The ids of the submissions that count for these students."""
    return sa.select(Grade.submission_id).where(
        Grade.assignment_id == assignment.id, Grade.user_id.in_(who), Grade.submission_id.is_not(None)
    )


def _checks(session: Session, assignment: CourseAssignment, who: sa.Select[int]) -> tuple[CheckRate, ...]:
    """One query; the sums are those that a correlation is made of."""
    these = CheckVerdict.submission_id.in_(counting(assignment, who))
    passed = sa.case((CheckVerdict.status == CheckStatus.PASSED, 1), else_=0)
    totals = (
        sa.select(CheckVerdict.submission_id, sa.func.sum(passed).label("got"))
        .where(these)
        .group_by(CheckVerdict.submission_id)
        .subquery()
    )
    graded = sa.case((CheckVerdict.status.in_((CheckStatus.PASSED, CheckStatus.FAILED)), 1), else_=0)
    rest = totals.c.got - passed
    sums = (passed, graded, 1, graded * rest, graded * rest * rest, passed * rest)
    query = (
        sa.select(CheckVerdict.function, CheckVerdict.check, *(sa.func.sum(one) for one in sums))
        .join(totals, totals.c.submission_id == CheckVerdict.submission_id)
        .where(these)
        .group_by(CheckVerdict.function, CheckVerdict.check)
        .order_by(CheckVerdict.function, CheckVerdict.check)
    )
    return tuple(_rate(function, check, *map(int, sums)) for function, check, *sums in session.execute(query))


def _rate(function: str, check: str, passed: int, graded: int, all: int, *rests: int) -> CheckRate:
    return CheckRate(function, check, passed, graded - passed, all - graded, discrimination(graded, passed, *rests))


def discrimination(count: int, passed: int, total: int, squares: int, of_passed: int) -> float | None:
    """The point-biserial correlation of passing with the rest score, from its sums over `count` submissions: of the
    rest scores, of their squares, and of the rest scores of those who passed."""
    spread = (count * squares - total * total) * passed * (count - passed)
    return (count * of_passed - passed * total) / sqrt(spread) if spread > 0 else None


# --------------------------------------------------------------------------- the sanity checks


def sanity(session: Session, assignment: CourseAssignment, filters: Filters) -> tuple[Sanity, ...]:
    """Of the functions that have an initial loss or a gradient, in the order of the assignment."""
    these = counting(assignment, students(assignment.course_id, filters))
    rows = session.execute(
        sa.select(CheckVerdict.function, CheckVerdict.check, CheckVerdict.status, CheckVerdict.error).where(
            CheckVerdict.submission_id.in_(these), CheckVerdict.check.in_(("initial-loss", *GRADIENTS))
        )
    ).all()
    formulas = _formulas(session, these) if any(row.check == "initial-loss" for row in rows) else {}
    names = [one["name"] for one in assignment.unit.functions]
    return tuple(
        _sanity(name, formulas.get(name, ""), [row for row in rows if row.function == name])
        for name in names
        if any(row.function == name for row in rows)
    )


def _sanity(function: str, formula: str, rows: Sequence[Any]) -> Sanity:
    first = [row.status for row in rows if row.check == "initial-loss" and row.status != CheckStatus.SKIPPED]
    check = next((id for id in reversed(GRADIENTS) if any(row.check == id for row in rows)), "")
    errors = [row.error for row in rows if row.check == check and row.error is not None]
    return Sanity(function, formula, first.count(CheckStatus.PASSED), len(first), check, decades(errors))


def decades(errors: Sequence[float]) -> tuple[Decade, ...]:
    """From the smallest to the largest that there is, those between them too."""
    places = [min(MOST, max(LEAST, floor(log10(error)))) if error > 0 else LEAST for error in errors]
    if not places:
        return ()
    return tuple(Decade(low, places.count(low)) for low in range(min(places), max(places) + 1))


def _formulas(session: Session, these: sa.Select[Any]) -> dict[str, str]:
    """How the initial loss of each function is written, from the best report that there is."""
    best = (
        sa.select(StoredReport.content)
        .join(Submission, Submission.report_id == StoredReport.id)
        .where(Submission.id.in_(these))
        .order_by(Submission.score.desc(), Submission.id)
        .limit(1)
    )
    content = session.scalar(best) or {}
    return {
        function["name"]: str(check["message"][1]["formula"])
        for function in content.get("functions", ())
        for check in function.get("checks", ())
        if check["id"] == "initial-loss" and len(check["message"]) > 1 and "formula" in check["message"][1]
    }
