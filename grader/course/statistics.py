"""What a class does not understand: how its counting submissions are spread, and which checks they fail."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from statistics import median

import sqlalchemy as sa
from sqlalchemy.orm import Session

from grader.core import CheckStatus
from grader.course.filters import Filters, students
from grader.course.tables import CheckVerdict, CourseAssignment, Grade

BARS = 10


@dataclass(frozen=True, slots=True)
class Bar:
    """Scores of at least `low` and less than `high`; the last bar holds full marks too."""

    low: Fraction
    high: Fraction
    count: int


@dataclass(frozen=True, slots=True)
class CheckRate:
    """How many counting submissions passed, failed or skipped a check of a function."""

    function: str
    check: str
    passed: int
    failed: int
    skipped: int

    @property
    def pass_rate(self) -> float | None:
        graded = self.passed + self.failed
        return self.passed / graded if graded else None


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
    """`submitted` counts the students that have a grade."""
    who = students(assignment.course_id, filters)
    scores = session.scalars(
        sa.select(Grade.score).where(Grade.assignment_id == assignment.id, Grade.user_id.in_(who))
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


def _checks(session: Session, assignment: CourseAssignment, who: sa.Select[int]) -> tuple[CheckRate, ...]:
    counts: defaultdict[tuple[str, str], dict[str, int]] = defaultdict(dict)
    for function, check, status, count in session.execute(
        sa.select(CheckVerdict.function, CheckVerdict.check, CheckVerdict.status, sa.func.count())
        .join(Grade, Grade.submission_id == CheckVerdict.submission_id)
        .where(Grade.assignment_id == assignment.id, Grade.user_id.in_(who))
        .group_by(CheckVerdict.function, CheckVerdict.check, CheckVerdict.status)
    ):
        counts[function, check][status] = count
    return tuple(
        CheckRate(
            function,
            check,
            passed=by_status.get(CheckStatus.PASSED, 0),
            failed=by_status.get(CheckStatus.FAILED, 0),
            skipped=by_status.get(CheckStatus.SKIPPED, 0),
        )
        for (function, check), by_status in sorted(counts.items())
    )
