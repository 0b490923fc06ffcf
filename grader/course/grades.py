"""What counts for each student in each assignment: the table `grades`, written by one function from all it depends on.

Whatever changes a hand-in, a report that holds, the schedule, an extension, an override, an answer, a comment, a team
or the budget of late days calls one of the functions `settle...` in the transaction of the change. They take everything
into account anew, so that the order of changes leaves no trace. Whoever locks or writes rows of `submissions` before
that calls `teams.lock` first: students are locked before what they handed in.

Late days are spent in the order in which the assignments of a course are due (those of the same time: in which they
were made). Each takes what its counting hand-in needs, as far as its own limit and what is left of the budget go.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value
from sqlalchemy.orm.util import identity_key

from grader.course import facts, reckoning, teams
from grader.course.facts import Facts, Key, Supposed
from grader.course.people import zone
from grader.course.reckoning import NOTHING, Counted, HandIn, Rules
from grader.course.schedule import own_due
from grader.course.tables import Course, CourseAssignment, Extension, Grade, Membership, Override, Submission


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
    supposed: Mapping[int, Supposed] | None = None,
) -> dict[int, Counted]:
    """What each graded hand-in counts for a student, by its id, as if it were the one that does; with `supposed`, had
    it these points."""
    course = session.get_one(Course, assignment.course_id)
    found, where = facts.read(session, course.id, [assignment], [user_id], supposed), zone(course.timezone)
    left = budget(session, course, assignment, user_id)
    mine = found.hand_ins(assignment, user_id)
    extension = found.extensions.get((assignment.id, user_id))
    return {one.hand_in.id: one for one in _counted(assignment, mine, extension, where, left)}


def foretell(
    session: Session, assignment: CourseAssignment, users: Collection[int], supposed: Mapping[int, Supposed]
) -> dict[int, Mapping[str, Any] | None]:
    """The grade that each of these students would have, as a row of the table; None: none. Nothing is written."""
    course = session.get_one(Course, assignment.course_id)
    assignments = _together(session, course.id, assignment.id, spent=False)
    found = facts.read(session, course.id, assignments, users, supposed)
    told = _grades(course, assignments, found, users)
    return {user: wanted for (id, user), wanted in told if id == assignment.id}


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
    assignments = _together(session, course_id, id, spent)
    found = facts.read(session, course_id, assignments, users)
    _move(session, found.moved)
    existing = facts.rows(session, Grade, [one.id for one in assignments], users)
    everyone = users if users is not None else found.students() | {user for _, user in existing}
    for key, wanted in _grades(course, assignments, found, everyone):
        _write(session, existing.get(key), key, wanted)
    session.flush()


def _grades(
    course: Course, assignments: Sequence[CourseAssignment], found: Facts, users: Collection[int]
) -> Iterator[tuple[Key, Mapping[str, Any] | None]]:
    """What each student is to have in each assignment."""
    where = zone(course.timezone)
    for user in sorted(users):
        left = course.late_days
        for assignment in assignments:
            key = (assignment.id, user)
            counted = _counted(assignment, found.hand_ins(assignment, user), found.extensions.get(key), where, left)
            counting = reckoning.choose(assignment.counts, counted) if counted else None
            wanted = _wanted(assignment, counting, found.overrides.get(key), found.answers.get(key, {}))
            left -= wanted["late_days"] if wanted else 0
            yield key, wanted


def _counted(
    assignment: CourseAssignment, mine: Sequence[HandIn], extension: Extension | None, where: ZoneInfo, left: int
) -> list[Counted]:
    """What each hand-in counts for a student who has so many late days left."""
    rules, due = rules_of(assignment, where), own_due(assignment, extension)
    return [reckoning.count(rules, due, one, left) for one in mine]


def rules_of(assignment: CourseAssignment, where: ZoneInfo) -> Rules:
    return reckoning.rules(assignment.late_policy, where, assignment.grace_minutes)


def _wanted(
    assignment: CourseAssignment, counted: Counted | None, override: Override | None, given: Mapping[str, Fraction]
) -> dict[str, Any] | None:
    """The row that a student is to have; None for nothing handed in and nothing by hand. `given` are the points for
    answers."""
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


def _move(session: Session, late: Mapping[int, int]) -> None:
    """Write how late submissions were, also into those that this session holds."""
    if late:
        session.execute(sa.update(Submission), [{"id": id, "late": seconds} for id, seconds in sorted(late.items())])
    for id, seconds in late.items():
        held = session.identity_map.get(identity_key(Submission, id))
        if held is not None:
            set_committed_value(held, "late", seconds)
