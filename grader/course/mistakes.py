"""The commonest mistakes of a class by name, who makes them, and the wrong results that several have in common."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from grader.core import Message
from grader.course.filters import Filters, students
from grader.course.statistics import counting
from grader.course.submissions import report_of
from grader.course.tables import CourseAssignment, FunctionVerdict, NamedMistake, Status, Submission, User

SHARED = 2
"""Students that have one wrong result before it is shown as a cluster."""


@dataclass(frozen=True, slots=True)
class Common:
    """A mistake. `now` are the students whose latest graded attempt has it, `ever` those who had it in any;
    `gone_after` is the mean number of attempts that it stood in, of those who got rid of it, None where nobody did;
    `example` is the newest submission that has it."""

    diagnosis: str
    now: int
    ever: int
    gone_after: float | None
    example: int


class Span(NamedTuple):
    """The numbers of the first and the last attempt of a student that have a mistake, and the newest submission."""

    first: int
    last: int
    example: int


@dataclass(frozen=True, slots=True)
class Cluster:
    """Counting submissions whose function gives the same wrong numbers for the same inputs: by student. `diagnosis` is
    what most of them are called, None where they have no name."""

    function: str
    fingerprint: str
    diagnosis: str | None
    submissions: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Behind:
    """A student who makes, or made, a mistake: in which submission last, and whether the latest one still has it."""

    user: int
    name: str
    email: str
    submission: int
    now: bool


def commonest(session: Session, assignment: CourseAssignment, filters: Filters) -> tuple[Common, ...]:
    """The mistakes that anybody ever made, those that most students make now first."""
    latest = _latest(session, assignment, filters)
    spans = _spans(session, assignment, filters)
    return tuple(
        sorted(
            (_common(diagnosis, by_user, latest) for diagnosis, by_user in spans.items()),
            key=lambda one: (-one.now, -one.ever, one.diagnosis),
        )
    )


def _common(diagnosis: str, spans: Mapping[int, Span], latest: Mapping[int, int]) -> Common:
    gone = [span.last - span.first + 1 for user, span in spans.items() if latest.get(user) != span.last]
    return Common(
        diagnosis,
        now=len(spans) - len(gone),
        ever=len(spans),
        gone_after=sum(gone) / len(gone) if gone else None,
        example=max(span.example for span in spans.values()),
    )


def _graded(assignment: CourseAssignment, filters: Filters) -> Sequence[sa.ColumnElement[bool]]:
    who = students(assignment.course_id, filters)
    return (Submission.assignment_id == assignment.id, Submission.status == Status.DONE, Submission.user_id.in_(who))


def _latest(session: Session, assignment: CourseAssignment, filters: Filters) -> dict[int, int]:
    """The number of each student's latest graded attempt."""
    query = sa.select(Submission.user_id, sa.func.max(Submission.number)).where(*_graded(assignment, filters))
    return dict(session.execute(query.group_by(Submission.user_id)).all())


def _spans(session: Session, assignment: CourseAssignment, filters: Filters) -> Mapping[str, Mapping[int, Span]]:
    """By mistake and student."""
    number = Submission.number
    query = (
        sa.select(
            NamedMistake.diagnosis,
            Submission.user_id,
            sa.func.min(number),
            sa.func.max(number),
            sa.func.max(Submission.id),
        )
        .join(NamedMistake, NamedMistake.submission_id == Submission.id)
        .where(*_graded(assignment, filters))
        .group_by(NamedMistake.diagnosis, Submission.user_id)
    )
    found: defaultdict[str, dict[int, Span]] = defaultdict(dict)
    for diagnosis, user, *span in session.execute(query):
        found[diagnosis][user] = Span(*span)
    return found


def clusters(session: Session, assignment: CourseAssignment, filters: Filters) -> tuple[Cluster, ...]:
    """The wrong results that at least `SHARED` counting submissions have in common, the commonest first."""
    these = counting(assignment, students(assignment.course_id, filters))
    query = (
        sa.select(FunctionVerdict.function, FunctionVerdict.fingerprint, FunctionVerdict.submission_id)
        .where(FunctionVerdict.submission_id.in_(these), FunctionVerdict.fingerprint.is_not(None))
        .order_by(FunctionVerdict.submission_id)
    )
    alike: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
    for function, fingerprint, submission in session.execute(query):
        alike[function, str(fingerprint)].append(submission)
    shared = {key: ids for key, ids in alike.items() if len(ids) >= SHARED}
    names = _names(session, [ids[0] for ids in shared.values()])
    found = [Cluster(*key, names.get((ids[0], key[0])), tuple(ids)) for key, ids in shared.items()]
    return tuple(sorted(found, key=lambda one: (-len(one.submissions), one.function, one.fingerprint)))


def _names(session: Session, submissions: Sequence[int]) -> dict[tuple[int, str], str]:
    """What a function's result is called: the same numbers have the same name, so one submission tells for all."""
    query = sa.select(NamedMistake).where(NamedMistake.submission_id.in_(submissions)).order_by(NamedMistake.diagnosis)
    found: dict[tuple[int, str], str] = {}
    for row in session.scalars(query):
        found.setdefault((row.submission_id, row.function), row.diagnosis)
    return found


def behind(session: Session, assignment: CourseAssignment, filters: Filters, diagnosis: str) -> list[Behind]:
    """The students who make or made a mistake, those who still make it first."""
    latest = _latest(session, assignment, filters)
    query = (
        sa.select(User.id, User.name, User.email, Submission.id, Submission.number)
        .join(Submission, Submission.user_id == User.id)
        .join(NamedMistake, NamedMistake.submission_id == Submission.id)
        .where(*_graded(assignment, filters), NamedMistake.diagnosis == diagnosis)
        .order_by(Submission.number)
    )
    last = {id: (name, email, submission, number) for id, name, email, submission, number in session.execute(query)}
    found = [
        Behind(id, name, email, submission, latest[id] == number)
        for id, (name, email, submission, number) in last.items()
    ]
    return sorted(found, key=lambda one: (not one.now, one.name, one.email))


def alike(session: Session, assignment: CourseAssignment, filters: Filters, fingerprint: str) -> list[Behind]:
    """The students whose counting submission has this wrong result."""
    these = counting(assignment, students(assignment.course_id, filters))
    query = (
        sa.select(User.id, User.name, User.email, Submission.id)
        .join(Submission, Submission.user_id == User.id)
        .join(FunctionVerdict, FunctionVerdict.submission_id == Submission.id)
        .where(Submission.id.in_(these), FunctionVerdict.fingerprint == fingerprint)
        .order_by(User.name, User.email)
    )
    return [Behind(*row, True) for row in session.execute(query)]


def told(session: Session, submission: int, diagnosis: str) -> Message | None:
    """What the report of a submission says of a mistake."""
    report = report_of(session, submission)
    functions = report.functions if report else ()
    return next((one.text for function in functions for one in function.diagnosis if one.id == diagnosis), None)
