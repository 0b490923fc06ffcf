"""Being late in words: what it took off a score, and what handing in now would cost."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from sqlalchemy.orm import Session

from grader.core import Message
from grader.course import grades, reckoning
from grader.course.people import zone
from grader.course.reckoning import Counted, HandIn, Rules
from grader.course.schedule import own_dates
from grader.course.tables import Course, CourseAssignment, Status, Submission
from grader.report.scores import decimals

WHOLE = Fraction(100)


@dataclass(frozen=True, slots=True)
class Forecast:
    """What handing in at a moment would cost: `late_days` of `left` are taken, `lost` is the percentage of the score
    that the other `days` take off."""

    late: int
    days: int
    late_days: int
    left: int
    lost: Fraction
    message: Message


def forecast(session: Session, assignment: CourseAssignment, user_id: int, at: datetime) -> Forecast | None:
    """What a student is told before an upload; None where it would be in time, or late for nothing."""
    course = session.get_one(Course, assignment.course_id)
    rules = grades.rules_of(assignment, zone(course.timezone))
    left = grades.budget(session, course, assignment, user_id)
    due = own_dates(session, assignment, user_id).due
    counted = reckoning.count(rules, due, HandIn(0, at, WHOLE, WHOLE), left)
    if counted.days == 0 or rules.kind == "none":
        return None
    about: dict[str, str | int] = {"days": counted.days, "lost": decimals(counted.penalty, least=0)}
    about |= {"late_days": counted.late_days, "left": left}
    message = Message(f"schedule.now.{_kind(rules, counted)}", about)
    return Forecast(counted.late, counted.days, counted.late_days, left, counted.penalty, message)


def of_submission(session: Session, submission: Submission) -> Message | None:
    """How a graded submission comes to what it counts for who handed it in; None where being late changed nothing."""
    if submission.status is not Status.DONE:
        return None
    assignment = session.get_one(CourseAssignment, submission.assignment_id)
    course = session.get_one(Course, assignment.course_id)
    counted = grades.reckon(session, assignment, submission.user_id)[submission.id]
    return told(grades.rules_of(assignment, zone(course.timezone)), counted)


def told(rules: Rules, counted: Counted) -> Message | None:
    """How the points of a late hand-in come about, as one line; None where being late changed nothing."""
    if counted.days == 0 or rules.kind == "none":
        return None
    about: dict[str, str | int] = {
        "score": decimals(counted.hand_in.score, least=1),
        "lost": decimals(counted.penalty, least=1),
        "counted": decimals(counted.hand_in.score - counted.penalty, least=1),
        "days": counted.days,
        "late_days": counted.late_days,
        "percent": decimals(rules.percent, least=0),
    }
    return Message(f"schedule.line.{_kind(rules, counted)}", about)


def _kind(rules: Rules, counted: Counted) -> str:
    """`percent` costs points, `paid` late days, `short` both."""
    return "percent" if rules.kind == "percent" else "paid" if counted.late_days == counted.days else "short"
