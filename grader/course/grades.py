"""What counts for each student in each assignment: the table `grades`, written by one function from all it depends on.

Whatever changes a hand-in, a report that holds, the schedule, an extension, an override, an answer, a comment, a team
or the budget of late days calls one of the functions `settle...` in the transaction of the change. They take everything
into account anew, so that the order of changes leaves no trace. Whoever locks or writes rows of `submissions` before
that calls `teams.lock` first: students are locked before what they handed in.

Late days are spent in the order in which the assignments of a course are due (those of the same time: in which they
were made). Each takes what its counting hand-in needs, as far as its own limit and what is left of the budget go.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value
from sqlalchemy.orm.util import identity_key

from grader.course import reckoning, teams
from grader.course.people import zone
from grader.course.reckoning import NOTHING, Counted, HandIn, Rules
from grader.course.schedule import own_due
from grader.course.tables import (
    Answer,
    Comment,
    Course,
    CourseAssignment,
    Extension,
    Grade,
    Membership,
    Override,
    Status,
    Submission,
)

Key = tuple[int, int]
"""Assignment and student."""


@dataclass(frozen=True, slots=True)
class _Facts:
    """All that grades depend on besides the settings. `handed_in` has the graded submissions by assignment, in the
    order in which they were received, each with its student and the group it was made for; `groups` who is where."""

    handed_in: Mapping[int, Sequence[tuple[int, str, HandIn]]]
    groups: Mapping[int, str]
    extensions: Mapping[Key, Extension]
    overrides: Mapping[Key, Override]
    answers: Mapping[Key, Mapping[str, Fraction]]


def settle(session: Session, assignment: CourseAssignment, *users: int) -> None:
    """After something about these students alone changed: an extension, an override, an answer."""
    _settle(session, assignment.course_id, assignment.id, users)


def settle_submission(session: Session, submission: Submission) -> None:
    """After a submission changed, its score or a comment: for everyone for whom it counts."""
    users = teams.sharers(session, submission)
    settle(session, session.get_one(CourseAssignment, submission.assignment_id), *users)


def settle_all(session: Session, assignment: CourseAssignment, *, spent: bool = False) -> None:
    """After a change of the settings. `spent`: it took late days before, which others may take now."""
    _settle(session, assignment.course_id, assignment.id, spent=spent)


def settle_course(session: Session, course_id: int, *users: int) -> None:
    """After a change of the course's zone or budget; with `users`, after a change of these students' groups."""
    _settle(session, course_id, None, users or None)


def late_days_left(session: Session, course: Course, user_id: int) -> int:
    """What is left of a student's budget."""
    spent = sa.select(sa.func.sum(Grade.late_days)).join(CourseAssignment, CourseAssignment.id == Grade.assignment_id)
    used = session.scalar(spent.where(CourseAssignment.course_id == course.id, Grade.user_id == user_id))
    return max(0, course.late_days - (used or 0))


def reckon(
    session: Session,
    assignment: CourseAssignment,
    user_id: int,
    scores: Mapping[int, tuple[Fraction, Fraction]] | None = None,
) -> dict[int, Counted]:
    """What each graded hand-in counts for a student, by its id, as if it were the one that does; with `scores`, had it
    these points of these."""
    course = session.get_one(Course, assignment.course_id)
    facts, where = _facts(session, course, [assignment], [user_id]), zone(course.timezone)
    left = budget(session, course, assignment, user_id)
    if scores:
        facts = replace(facts, handed_in={id: _with(rows, scores) for id, rows in facts.handed_in.items()})
    return {one.hand_in.id: one for one in _counted(facts, assignment, user_id, where, left)}


def _with(
    rows: Sequence[tuple[int, str, HandIn]], scores: Mapping[int, tuple[Fraction, Fraction]]
) -> list[tuple[int, str, HandIn]]:
    """The hand-ins with other points, where they have any."""
    return [
        (user, team, replace(one, score=scores[one.id][0], max_score=scores[one.id][1]) if one.id in scores else one)
        for user, team, one in rows
    ]


def budget(session: Session, course: Course, assignment: CourseAssignment, user_id: int) -> int:
    """The late days that the assignments before this one leave to it."""
    if not spends(assignment):
        return 0
    ordered = [one.id for one in _together(session, course.id, assignment.id, spent=False)]
    before = ordered[: ordered.index(assignment.id)]
    used = sa.select(sa.func.sum(Grade.late_days)).where(Grade.user_id == user_id, Grade.assignment_id.in_(before))
    return max(0, course.late_days - (session.scalar(used) or 0))


def max_score(assignment: CourseAssignment, automatic: Fraction) -> Fraction:
    """What there is to get: for the code, and for the questions that are answered in words."""
    return automatic + sum((Fraction(str(one["points"])) for one in assignment.questions), NOTHING)


def _together(session: Session, course_id: int, id: int | None, spent: bool) -> list[CourseAssignment]:
    """The assignment, and where late days are spent all those among which they are, in the order in which they are;
    None: every assignment."""
    query = sa.select(CourseAssignment).where(CourseAssignment.course_id == course_id)
    one = query if id is None else query.where(CourseAssignment.id == id)
    found = session.scalars(one.execution_options(populate_existing=True)).all()
    if id is not None and (spent or spends(found[0])):
        everything = session.scalars(query.execution_options(populate_existing=True))
        found = [other for other in everything if other.id == id or spends(other)]
    return sorted(found, key=lambda one: (one.due is None, one.due, one.id))


def spends(assignment: CourseAssignment) -> bool:
    """Whether being late with it takes late days."""
    return bool(assignment.late_policy["kind"] == "late-days")


def _settle(
    session: Session, course_id: int, id: int | None, users: Collection[int] | None = None, *, spent: bool = False
) -> None:
    """Write the grades of these students, or of everyone, in these assignments anew."""
    session.flush()
    members = sa.select(Membership.user_id).where(Membership.course_id == course_id)
    teams.lock(session, course_id, session.scalars(members).all() if users is None else users)
    course = session.get_one(Course, course_id, populate_existing=True)
    assignments, where = _together(session, course_id, id, spent), zone(course.timezone)
    facts, existing = _facts(session, course, assignments, users), _existing(session, assignments, users)
    for user in _concerned(facts, existing, users):
        budget = course.late_days
        for assignment in assignments:
            counted = _counted(facts, assignment, user, where, budget)
            counting = reckoning.choose(assignment.counts, counted) if counted else None
            wanted = _wanted(facts, assignment, user, counting)
            budget -= wanted["late_days"] if wanted else 0
            _write(session, existing.get((assignment.id, user)), (assignment.id, user), wanted)
    session.flush()


def _concerned(facts: _Facts, existing: Iterable[Key], users: Collection[int] | None) -> Iterable[int]:
    if users is not None:
        return sorted(users)
    handed_in = {user for rows in facts.handed_in.values() for user, _, _ in rows}
    told = {user for _, user in (*facts.overrides, *facts.answers, *existing)}
    return sorted(handed_in | told | facts.groups.keys())


def _counted(facts: _Facts, assignment: CourseAssignment, user: int, where: ZoneInfo, budget: int) -> list[Counted]:
    """How the hand-in that counts for a student comes to its points; None where nothing was handed in."""
    group = facts.groups.get(user, "") if assignment.teams else ""
    rows = facts.handed_in.get(assignment.id, ())
    mine = [one for owner, team, one in rows if owner == user or (group and team == group)]
    rules, due = rules_of(assignment, where), own_due(assignment, facts.extensions.get((assignment.id, user)))
    return [reckoning.count(rules, due, one, budget) for one in mine]


def rules_of(assignment: CourseAssignment, where: ZoneInfo) -> Rules:
    return reckoning.rules(assignment.late_policy, where, assignment.grace_minutes)


def _wanted(facts: _Facts, assignment: CourseAssignment, user: int, counted: Counted | None) -> dict[str, Any] | None:
    """The row that a student is to have; None for nothing handed in and nothing by hand."""
    override = facts.overrides.get((assignment.id, user))
    given = facts.answers.get((assignment.id, user), {})
    answers = [given[one["id"]] for one in assignment.questions if one["id"] in given]
    decided = override is not None and (override.score is not None or override.excused)
    if counted is None and not answers and not decided:
        return None
    manual = sum(answers, counted.hand_in.remarks if counted else NOTHING)
    raw, penalty = (counted.hand_in.score, counted.penalty) if counted else (NOTHING, NOTHING)
    by_hand = override.score if override else None
    excused = override is not None and override.excused
    return {
        "submission_id": counted.hand_in.id if counted else None,
        "score": max(NOTHING, raw - penalty + manual) if by_hand is None else by_hand,
        "max_score": max_score(assignment, counted.hand_in.max_score if counted else assignment.unit.max_score),
        "raw": raw,
        "penalty": penalty,
        "manual": manual,
        "late": counted.late if counted else 0,
        "late_days": counted.late_days if counted and not excused else 0,
        "overridden": by_hand is not None,
        "excused": excused,
        "withheld": override is not None and override.withheld,
    }


def _write(session: Session, grade: Grade | None, key: Key, wanted: Mapping[str, Any] | None) -> None:
    if wanted is None:
        if grade is not None:
            session.delete(grade)
    elif grade is None:
        session.add(Grade(assignment_id=key[0], user_id=key[1], **wanted))
    else:
        for name, value in wanted.items():
            if getattr(grade, name) != value:
                setattr(grade, name, value)


def _existing(
    session: Session, assignments: Sequence[CourseAssignment], users: Collection[int] | None
) -> dict[Key, Grade]:
    query = _of(sa.select(Grade), Grade, assignments, users).execution_options(populate_existing=True)
    return {(grade.assignment_id, grade.user_id): grade for grade in session.scalars(query)}


def _facts(
    session: Session, course: Course, assignments: Sequence[CourseAssignment], users: Collection[int] | None
) -> _Facts:
    groups = _groups(session, course.id, users)
    extensions = _rows(session, Extension, assignments, users)
    answers: defaultdict[Key, dict[str, Fraction]] = defaultdict(dict)
    marked = sa.select(Answer.assignment_id, Answer.user_id, Answer.question, Answer.points)
    for assignment_id, user, question, points in session.execute(
        _of(marked.where(Answer.points.is_not(None)), Answer, assignments, users)
    ):
        answers[assignment_id, user][question] = points
    return _Facts(
        handed_in=_handed_in(session, assignments, users, groups, extensions),
        groups=groups,
        extensions=extensions,
        overrides=_rows(session, Override, assignments, users),
        answers=answers,
    )


def _groups(session: Session, course_id: int, users: Collection[int] | None) -> dict[int, str]:
    query = sa.select(Membership.user_id, Membership.group).where(Membership.course_id == course_id)
    return dict(session.execute(_only(query, Membership.user_id, users)).all())


def _rows(session: Session, table: Any, assignments: Sequence[CourseAssignment], users: Collection[int] | None) -> Any:
    query = _of(sa.select(table), table, assignments, users).execution_options(populate_existing=True)
    return {(row.assignment_id, row.user_id): row for row in session.scalars(query)}


def _of(query: Any, table: Any, assignments: Sequence[CourseAssignment], users: Collection[int] | None) -> Any:
    return _only(query.where(table.assignment_id.in_([one.id for one in assignments])), table.user_id, users)


def _only(query: Any, column: Any, users: Collection[int] | None) -> Any:
    return query if users is None else query.where(column.in_(users))


def _handed_in(
    session: Session,
    assignments: Sequence[CourseAssignment],
    users: Collection[int] | None,
    groups: Mapping[int, str],
    extensions: Mapping[Key, Extension],
) -> dict[int, list[tuple[int, str, HandIn]]]:
    """The graded submissions by assignment; on the way, how late each of these students' own was."""
    known = {one.id: one for one in assignments}
    by_id: dict[int, list[tuple[int, str, HandIn]]] = {}
    moved: dict[int, int] = {}
    for row in session.execute(_submissions(known, users, groups)):
        assignment = known[row.assignment_id]
        if users is None or row.user_id in users:
            late = late_of(assignment, extensions.get((assignment.id, row.user_id)), row.received_at)
            if late != row.late:
                moved[row.id] = late
        if row.status is Status.DONE:
            points = (row.score or NOTHING, row.max_score or NOTHING)
            one = HandIn(row.id, row.received_at, *points, row.chosen, row.remarks or NOTHING)
            by_id.setdefault(assignment.id, []).append((row.user_id, row.team, one))
    _move(session, moved)
    return by_id


def late_of(assignment: CourseAssignment, extension: Extension | None, received: datetime) -> int:
    """Seconds after a student's own due time; 0 in time and within the grace."""
    grace = timedelta(minutes=assignment.grace_minutes)
    return reckoning.late_seconds(own_due(assignment, extension), grace, received)


def _submissions(
    known: Mapping[int, CourseAssignment], users: Collection[int] | None, groups: Mapping[int, str]
) -> sa.Select[Any]:
    remarks = sa.select(sa.func.sum(Comment.points)).where(
        Comment.submission_id == Submission.id, Comment.deleted_at.is_(None)
    )
    query = sa.select(
        remarks.scalar_subquery().label("remarks"),
        Submission.id,
        Submission.assignment_id,
        Submission.user_id,
        Submission.team,
        Submission.received_at,
        Submission.late,
        Submission.status,
        Submission.score,
        Submission.max_score,
        Submission.chosen,
    ).where(Submission.assignment_id.in_(known))
    if users is not None:
        shared = [one.id for one in known.values() if one.teams]
        names = {group for group in groups.values() if group}
        mine = Submission.user_id.in_(users)
        theirs = Submission.assignment_id.in_(shared) & Submission.team.in_(names)
        query = query.where(mine | theirs if shared and names else mine)
    return query.order_by(Submission.received_at, Submission.id)


def _move(session: Session, late: Mapping[int, int]) -> None:
    """Write how late submissions were, also into those that this session holds."""
    if late:
        session.execute(sa.update(Submission), [{"id": id, "late": seconds} for id, seconds in sorted(late.items())])
    for id, seconds in late.items():
        held = session.identity_map.get(identity_key(Submission, id))
        if held is not None:
            set_committed_value(held, "late", seconds)
