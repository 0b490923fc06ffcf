"""How a score comes about, in words: what being late and what people took off or gave; and what late would cost now."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from sqlalchemy.orm import Session

from grader.core import Message
from grader.course import grades, reckoning
from grader.course.people import zone
from grader.course.reckoning import Counted, HandIn, Rules
from grader.course.schedule import own_dates
from grader.course.tables import Course, CourseAssignment, Submission
from grader.course.visibility import ShownGrade
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


def of_submission(session: Session, submission: Submission) -> tuple[Message, ...]:
    """How a graded submission comes to what it counts for who handed it in, a line each for being late and for the
    points of comments; none where its score stands as it is."""
    assignment = session.get_one(CourseAssignment, submission.assignment_id)
    return of_all(session, assignment, submission.user_id).get(submission.id, ())


def of_all(session: Session, assignment: CourseAssignment, user_id: int) -> dict[int, tuple[Message, ...]]:
    """The same of every graded hand-in that counts for a student, by its id."""
    course = session.get_one(Course, assignment.course_id)
    rules = grades.rules_of(assignment, zone(course.timezone))
    counted = grades.reckon(session, assignment, user_id)
    return {id: tuple(_lines(rules, one)) for id, one in counted.items()}


def _lines(rules: Rules, counted: Counted) -> Iterator[Message]:
    late = told(rules, counted)
    if late is not None:
        yield late
    if counted.hand_in.remarks:
        yield by_hand(counted.hand_in.score - counted.penalty, counted.hand_in.remarks)


def by_hand(before: Fraction, points: Fraction) -> Message:
    """What points that people gave or took make of a score, as one line; it never falls below 0."""
    after = max(Fraction(0), before + points)
    about = {"before": before, "points": abs(points), "after": after}
    kind = "given" if points > 0 else "taken"
    return Message(f"marking.sum.{kind}", {name: decimals(value, least=1) for name, value in about.items()})


def of_grade(grade: ShownGrade | None) -> Message | None:
    """How what counts in an assignment comes about, as far as people had a part in it; None where they had none."""
    if grade is None or grade.score is None:
        return None
    if grade.overridden:
        about = {"score": grade.score, "code": grade.code}
        return Message("marking.sum.decided", {name: decimals(value, least=1) for name, value in about.items()})
    return by_hand(grade.code, grade.manual) if grade.manual else None


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
