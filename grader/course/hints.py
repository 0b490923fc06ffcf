"""By which rule the hints of an assignment open, how far a student has opened them, and opening the next one.

The first level stands with the diagnosis. The next opens by the student's own wish, once the rule allows it: so many
minutes, or so many more graded attempts, after the level before was shown. What was opened is kept with who and when,
stays open in later attempts of the assignment, and is the staff's to see.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from grader.core import Diagnosis, Message, Report
from grader.course import audit
from grader.course.filters import Filters, students
from grader.course.permissions import Grant
from grader.course.schedule import own_dates, stamp
from grader.course.tables import (
    CourseAssignment,
    HintUnlock,
    Membership,
    NamedMistake,
    Role,
    Status,
    Submission,
)
from grader.errors import Conflict, Forbidden, NotFound
from grader.report import hints

Key = tuple[str, str]
"""Function, and id of the diagnosis."""


@dataclass(frozen=True, slots=True)
class Rule:
    """`none` shows no hint and `all` every one at once; `attempts` and `time` let the next level be opened that many
    graded attempts, or minutes, after the level before. `all_after_due`: once a student is not in time any more, all
    are shown."""

    kind: Literal["none", "all", "attempts", "time"] = "attempts"
    attempts: int = 1
    minutes: int = 30
    all_after_due: bool = True


@dataclass(frozen=True, slots=True)
class Next:
    """The level that comes next. Not yet to be opened: `at` says when it is, or `attempts` after how many more."""

    level: int
    at: datetime | None = None
    attempts: int = 0

    @property
    def ready(self) -> bool:
        return self.at is None and self.attempts == 0


@dataclass(frozen=True, slots=True)
class Ladder:
    """The hints of one diagnosis as a student has them: `open` of `levels`. `next` None: nothing is left to open."""

    function: str
    diagnosis: str
    levels: int
    open: int
    unlocks: tuple[HintUnlock, ...] = ()
    next: Next | None = None

    @property
    def key(self) -> Key:
        return self.function, self.diagnosis


@dataclass(frozen=True, slots=True)
class _Past:
    """What a student has done for an assignment: the levels opened, when each mistake was first named, and when the
    attempts came that were graded."""

    unlocks: Mapping[Key, tuple[HintUnlock, ...]]
    first: Mapping[Key, datetime]
    attempts: Sequence[datetime]


def rule_of(assignment: CourseAssignment) -> Rule:
    return Rule(**assignment.hints)


def seen_by(grant: Grant, report: Report, these: Sequence[Ladder]) -> Report:
    """The report as whoever holds `grant` may read it: to staff everything, to students the hints that are open."""
    return report if grant.staff else hints.told(report, {ladder.key: ladder.open for ladder in these})


def ladders(session: Session, submission: Submission, report: Report, at: datetime) -> list[Ladder]:
    """How far the hints of each diagnosis in `report`, that of `submission`, are open to its student."""
    if not any(diagnosis.hints for function in report.functions for diagnosis in function.diagnosis):
        return []
    assignment = session.get_one(CourseAssignment, submission.assignment_id)
    rule, past = rule_of(assignment), _past(session, submission)
    due = own_dates(session, assignment, submission.user_id).due
    if rule.all_after_due and due is not None:
        over = at > due + timedelta(minutes=assignment.grace_minutes)
        rule = Rule("all") if over and rule.kind != "none" else rule
    return [
        _ladder(function.name, diagnosis, rule, past, at)
        for function in report.functions
        for diagnosis in function.diagnosis
        if diagnosis.hints and not hints.unnamed(function)
    ]


def _ladder(function: str, diagnosis: Diagnosis, rule: Rule, past: _Past, at: datetime) -> Ladder:
    key, levels = (function, diagnosis.id), hints.count(diagnosis)
    unlocks = past.unlocks.get(key, ())
    if rule.kind in ("none", "all"):
        return Ladder(*key, levels, levels if rule.kind == "all" else 0, unlocks)
    level = max((unlock.level for unlock in unlocks), default=1)
    shown_at = unlocks[-1].at if unlocks else past.first.get(key, at)
    coming = _next(level + 1, rule, shown_at, past, at) if level < levels else None
    return Ladder(*key, levels, min(level, levels), unlocks, coming)


def _next(level: int, rule: Rule, shown_at: datetime, past: _Past, at: datetime) -> Next:
    if rule.kind == "time":
        opens = shown_at + timedelta(minutes=rule.minutes)
        return Next(level, at=opens if opens > at else None)
    made = sum(received > shown_at for received in past.attempts)
    return Next(level, attempts=max(0, rule.attempts - made))


def _past(session: Session, submission: Submission) -> _Past:
    mine = sa.and_(Submission.user_id == submission.user_id, Submission.assignment_id == submission.assignment_id)
    unlocks: dict[Key, tuple[HintUnlock, ...]] = {}
    for unlock in session.scalars(
        sa.select(HintUnlock)
        .where(HintUnlock.user_id == submission.user_id, HintUnlock.assignment_id == submission.assignment_id)
        .order_by(HintUnlock.level)
    ):
        key = unlock.function, unlock.diagnosis
        unlocks[key] = (*unlocks.get(key, ()), unlock)
    named = session.execute(
        sa.select(NamedMistake.function, NamedMistake.diagnosis, sa.func.min(Submission.finished_at))
        .join(Submission, Submission.id == NamedMistake.submission_id)
        .where(mine)
        .group_by(NamedMistake.function, NamedMistake.diagnosis)
    )
    attempts = session.scalars(sa.select(Submission.received_at).where(mine, Submission.status == Status.DONE))
    first = {(function, id): finished for function, id, finished in named if finished is not None}
    return _Past(unlocks, first, attempts.all())


def unlock(session: Session, submission: Submission, report: Report, *, key: Key, level: int, at: datetime) -> Ladder:
    """Open the hint `level` for the student of `submission`; one that is open already stays as it is.

    Raises NotFound for a hint that is not there, Conflict where another comes first, Forbidden where the rule shows
    none, or not yet.
    """
    course_id = _one_at_a_time(session, submission)
    ladder = next((one for one in ladders(session, submission, report, at) if one.key == key), None)
    if ladder is None or not 1 <= level <= ladder.levels:
        raise NotFound(Message("course.hint.unknown", {"level": level}))
    if level <= ladder.open:
        return ladder
    _check(ladder.next, level)
    session.add(
        HintUnlock(
            assignment_id=submission.assignment_id,
            user_id=submission.user_id,
            submission_id=submission.id,
            function=ladder.function,
            diagnosis=ladder.diagnosis,
            level=level,
            at=at,
        )
    )
    audit.record(
        session,
        "hint",
        str(submission.id),
        user_id=submission.user_id,
        course_id=course_id,
        detail={"function": ladder.function, "diagnosis": ladder.diagnosis, "level": level},
    )
    session.flush()
    return next(one for one in ladders(session, submission, report, at) if one.key == key)


def _one_at_a_time(session: Session, submission: Submission) -> int:
    """Lock the student's membership of the course, whose id is given: a hint is opened once."""
    course_id = session.get_one(CourseAssignment, submission.assignment_id).course_id
    session.execute(
        sa.select(Membership.user_id)
        .where(Membership.course_id == course_id, Membership.user_id == submission.user_id)
        .with_for_update()
    )
    return course_id


def _check(coming: Next | None, level: int) -> None:
    """Raises Forbidden or Conflict where `level` is not the one that may be opened now."""
    if coming is None:
        raise Forbidden(Message("course.hint.none"))
    if level != coming.level:
        raise Conflict(Message("course.hint.order", {"level": level, "next": coming.level}))
    if not coming.ready:
        opens = {"opens": stamp(coming.at)} if coming.at else {"attempts": coming.attempts}
        raise Forbidden(waiting(coming), extra=opens)


def waiting(coming: Next) -> Message:
    """When the next hint can be opened, as a sentence."""
    if coming.ready:
        return Message("course.hint.ready", {"level": coming.level})
    if coming.at is not None:
        return Message("course.hint.at", {"level": coming.level, "opens": stamp(coming.at)})
    return Message("course.hint.attempts", {"level": coming.level, "attempts": coming.attempts})


def unlocks(assignment: CourseAssignment, by: Filters) -> sa.Select[HintUnlock]:
    """Who has opened what in an assignment, the newest first, of those whom the filters leave."""
    return (
        sa.select(HintUnlock)
        .where(
            HintUnlock.assignment_id == assignment.id,
            HintUnlock.user_id.in_(students(assignment.course_id, by, roles=frozenset(Role))),
        )
        .options(joinedload(HintUnlock.user), joinedload(HintUnlock.submission))
        .order_by(HintUnlock.at.desc(), HintUnlock.id.desc())
    )
