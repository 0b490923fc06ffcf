"""What the pages show, as plain values: one function a page, over the same tables and rules as the JSON routes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from statistics import median

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from grader.core import Report
from grader.course import teams, visibility
from grader.course.filters import Filters
from grader.course.filters import students as students_of
from grader.course.grades import late_days_left
from grader.course.people import Person, courses_of
from grader.course.permissions import STAFF, place_in, visible_submissions
from grader.course.schedule import Allowance, allowance, attempts_left, own_dates
from grader.course.tables import (
    Course,
    CourseAssignment,
    Grade,
    Membership,
    Role,
    Status,
    StoredReport,
    Submission,
    SubmissionFile,
    User,
)
from grader.course.visibility import ShownGrade, ShownScore
from grader.report import stored
from grader.report.words import Title

ATTEMPTS_SHOWN = 50
"""Rows of the table of attempts; older ones are reached by their address."""


@dataclass(frozen=True, slots=True)
class AssignmentRow:
    """One assignment on the first page. `latest` and `attempts_left` are the student's, `submitted` is for staff."""

    slug: str
    title: Title
    due: datetime | None
    max_score: Fraction
    closes: datetime | None = None
    best: ShownGrade | None = None
    latest: Submission | None = None
    latest_score: ShownScore | None = None
    attempts_left: int | None = None
    submitted: int = 0


@dataclass(frozen=True, slots=True)
class CourseBlock:
    """A course on the first page: to its students what is open, what needs them next first, to its staff everything.
    `late_days` are what is left of a student's budget."""

    course: Course
    staff: bool
    rows: tuple[AssignmentRow, ...]
    students: int = 0
    next_opens: datetime | None = None
    late_days: int = 0


@dataclass(frozen=True, slots=True)
class ClassSoFar:
    """Of the `students` of an assignment, how many have `submitted`, and the median of those who have a score."""

    students: int
    submitted: int
    median: Fraction | None


@dataclass(frozen=True, slots=True)
class Attempts:
    """A person's hand-ins for an assignment, the newest first; the reports that are there and their scores, by
    submission id, and the grade, as far as that person sees them."""

    submissions: tuple[Submission, ...]
    reports: Mapping[int, Report]
    scores: Mapping[int, ShownScore]
    grade: ShownGrade | None
    allowance: Allowance


@dataclass(frozen=True, slots=True)
class About:
    """What a submission is of: its assignment, whose it is, its files as sent."""

    assignment: CourseAssignment
    student: str
    files: tuple[SubmissionFile, ...]


@dataclass(frozen=True, slots=True)
class Unfinished:
    """A submission that waits or runs, with whose it is and what for."""

    submission: Submission
    student: str
    title: Title
    course: str


def title_of(assignment: CourseAssignment) -> Title:
    return Title(assignment.unit_slug, assignment.unit.titles, assignment.title)


def home(session: Session, who: Person, at: datetime) -> list[CourseBlock]:
    """The courses of a person, each with its assignments as that person may see them."""
    return [
        _staff_block(session, course, who) if role in STAFF else _student_block(session, course, who, at)
        for course, role in courses_of(session, who)
    ]


def _assignments(session: Session, course: Course) -> list[CourseAssignment]:
    query = sa.select(CourseAssignment).where(CourseAssignment.course_id == course.id)
    return list(
        session.scalars(query.order_by(CourseAssignment.due.is_(None), CourseAssignment.due, CourseAssignment.slug))
    )


def _staff_block(session: Session, course: Course, who: Person) -> CourseBlock:
    """Of an assistant's sections, where confined to some."""
    _, within = place_in(session, who, course.id)
    taught = students_of(course.id, Filters(within=within))
    counts = session.execute(
        sa.select(Submission.assignment_id, sa.func.count(Submission.user_id.distinct()))
        .join(Submission.assignment)
        .where(CourseAssignment.course_id == course.id, Submission.user_id.in_(taught))
        .group_by(Submission.assignment_id)
    )
    submitted = dict(counts.all())
    rows = tuple(
        AssignmentRow(one.slug, title_of(one), one.due, one.unit.max_score, submitted=submitted.get(one.id, 0))
        for one in _assignments(session, course)
    )
    students = session.scalar(sa.select(sa.func.count()).select_from(taught.subquery())) or 0
    return CourseBlock(course, True, rows, students=students)


def class_so_far(session: Session, assignment: CourseAssignment, within: frozenset[str] | None) -> ClassSoFar:
    """How far the students of these sections are, None: all students."""
    taught = students_of(assignment.course_id, Filters(within=within))
    handed_in = sa.select(sa.func.count(Submission.user_id.distinct())).where(
        Submission.assignment_id == assignment.id, Submission.user_id.in_(taught)
    )
    scores = session.scalars(
        sa.select(Grade.score).where(Grade.assignment_id == assignment.id, Grade.user_id.in_(taught), ~Grade.excused)
    ).all()
    students = session.scalar(sa.select(sa.func.count()).select_from(taught.subquery())) or 0
    return ClassSoFar(students, session.scalar(handed_in) or 0, median(scores) if scores else None)


def _student_block(session: Session, course: Course, who: Person, at: datetime) -> CourseBlock:
    everything = _assignments(session, course)
    shown = [one for one in everything if one.opens is None or one.opens <= at]
    grades = session.scalars(sa.select(Grade).where(Grade.user_id == who.id)).all()  # in one query, for `grade_of`
    graded = {grade.assignment_id for grade in grades}
    latest = _latest(session, who.id)
    dates = {one.id: own_dates(session, one, who.id) for one in shown}
    rows = [
        AssignmentRow(
            one.slug,
            title_of(one),
            dates[one.id].due,
            one.unit.max_score,
            dates[one.id].closes,
            best=visibility.grade_of(session, one, who.id, at) if one.id in graded else None,
            latest=latest.get(one.id),
            latest_score=_seen(session, one, who.id, latest.get(one.id), at),
            attempts_left=attempts_left(session, one, who.id, at),
        )
        for one in shown
    ]
    later = [one.opens for one in everything if one.opens is not None and one.opens > at]
    left = late_days_left(session, course, who.id) if course.late_days else 0
    rows.sort(key=lambda row: _urgency(row, at))
    return CourseBlock(course, False, tuple(rows), next_opens=min(later, default=None), late_days=left)


def _urgency(row: AssignmentRow, at: datetime) -> tuple[int, float]:
    """What is due next comes first, then what is late and still open, what is never due, and what is over, the latest
    first."""
    due = row.due.timestamp() if row.due else 0.0
    if row.closes is not None and row.closes < at:
        return 3, -due
    if row.due is None:
        return 2, due
    return (0, due) if row.due >= at else (1, -due)


def _seen(
    session: Session, assignment: CourseAssignment, user_id: int, submission: Submission | None, at: datetime
) -> ShownScore | None:
    if submission is None:
        return None
    return visibility.score_in(session, visibility.sight(session, assignment, {user_id}, at), submission)


def _latest(session: Session, user_id: int) -> dict[int, Submission]:
    newest = (
        sa.select(sa.func.max(Submission.id)).where(Submission.user_id == user_id).group_by(Submission.assignment_id)
    )
    query = sa.select(Submission).where(Submission.id.in_(newest))
    return {submission.assignment_id: submission for submission in session.scalars(query)}


def attempts(
    session: Session, assignment: CourseAssignment, user_id: int, at: datetime, *, whole: bool = False
) -> Attempts:
    """The newest `ATTEMPTS_SHOWN` hand-ins of a person and their team; `whole`: of one of the staff, to whom everything
    is shown."""
    rows = session.scalars(
        sa.select(Submission)
        .where(teams.theirs(session, assignment, user_id))
        .order_by(Submission.received_at.desc(), Submission.id.desc())
        .limit(ATTEMPTS_SHOWN)
    ).all()
    told = [row.report_id for row in rows if row.status in (Status.DONE, Status.REJECTED)]
    reports = session.scalars(sa.select(StoredReport).where(StoredReport.id.in_(told)))
    grade = visibility.grade_of(session, assignment, user_id, at, whole=whole)
    together = {user_id, *(row.user_id for row in rows)}
    seen = None if whole else visibility.sight(session, assignment, together, at)
    decoded = {row.submission_id: stored.decode(row.content) for row in reports}
    scores = {id: visibility.shown_score(seen, report) for id, report in decoded.items()} if seen else {}
    shown = {id: seen.of(report) for id, report in decoded.items()} if seen else decoded
    return Attempts(tuple(rows), shown, scores, grade, allowance(session, assignment, user_id, at))


def about(session: Session, submission: Submission) -> About:
    user = session.get_one(User, submission.user_id)
    files = session.scalars(
        sa.select(SubmissionFile).where(SubmissionFile.submission_id == submission.id).order_by(SubmissionFile.path)
    )
    assignment = session.get_one(CourseAssignment, submission.assignment_id)
    return About(assignment, user.name or user.email, tuple(files))


def unfinished(session: Session, who: Person, limit: int = 200) -> list[Unfinished]:
    """What waits or runs of the students that a person is staff of, running ones first, then as they wait."""
    taught = [course.id for course, role in courses_of(session, who) if role in STAFF]
    rows = session.scalars(
        visible_submissions(who)
        .join(Submission.assignment)
        .where(Submission.status.in_((Status.QUEUED, Status.RUNNING)), CourseAssignment.course_id.in_(taught))
        .options(joinedload(Submission.user), joinedload(Submission.assignment).joinedload(CourseAssignment.course))
        .order_by(Submission.status.desc(), Submission.id)
        .limit(limit)
    )
    return [
        Unfinished(row, row.user.name or row.user.email, title_of(row.assignment), row.assignment.course.slug)
        for row in rows
    ]


def titles(session: Session, course: Course) -> dict[str, Title]:
    """The titles of a course's assignments by slug."""
    return {one.slug: title_of(one) for one in _assignments(session, course)}


def sections(session: Session, course: Course, within: frozenset[str] | None = None) -> list[str]:
    """The sections that the students of a course are in, where there are any; `within`: of those."""
    query = sa.select(Membership.section).where(
        Membership.course_id == course.id, Membership.role == Role.STUDENT, Membership.section != ""
    )
    if within is not None:
        query = query.where(Membership.section.in_(within))
    return list(session.scalars(query.distinct().order_by(Membership.section)))
