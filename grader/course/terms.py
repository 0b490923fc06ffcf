"""By which terms a submission is graded: the conventions of the course, what its checks are worth, and how exactly."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from grader.core import Message, Report
from grader.course.tables import DEFAULT_PROFILE, Course, CourseAssignment, Profile
from grader.errors import Unprocessable

MOST_LEARNING = 10
"""Percent: a program that learns is no proof that it is right."""


@dataclass(frozen=True, slots=True)
class Terms:
    """`profile` is the name of a profile, `learning` the percentage of the points that `learning` checks carry,
    `shares` those of other checks, `tolerance` another one than the assignment's, `supply` whether starter modules
    that were not handed in stand in."""

    profile: str = DEFAULT_PROFILE
    learning: int = 0
    shares: Mapping[str, float] = field(default_factory=dict)
    tolerance: float | None = None
    supply: bool = True

    def stored(self) -> dict[str, Any]:
        return asdict(self)


def read(stored: Mapping[str, Any] | None) -> Terms | None:
    """The terms that stand in a row; None where it was not graded yet."""
    return None if stored is None else Terms(**stored)


def of_report(report: Report) -> Terms:
    """Those that a report was made by."""
    return Terms(report.profile, report.learning, dict(report.shares), report.tolerance, report.supplied)


def of(session: Session, assignment: CourseAssignment) -> Terms:
    """What holds for `assignment` now: its own profile, else its course's."""
    course = session.get_one(Course, assignment.course_id)
    return Terms(
        profile=assignment.profile or course.profile,
        learning=assignment.learning,
        shares=assignment.points,
        tolerance=assignment.tolerance,
        supply=assignment.supply,
    )


def profiles(session: Session) -> list[str]:
    """The names of the profiles that may be chosen, the default first."""
    names = list(session.scalars(sa.select(Profile.name).order_by(Profile.name)))
    return sorted(names, key=lambda name: name != DEFAULT_PROFILE)


def check_profile(session: Session, name: str) -> None:
    """Raises Unprocessable for a profile that nobody knows."""
    known = profiles(session)
    if name not in known:
        raise Unprocessable(Message("course.profile.unknown", {"profile": name, "known": ", ".join(known)}))
