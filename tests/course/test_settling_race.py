"""Everything that moves grades at the same time: nobody waits for ever, and what is written in the end is what follows
from what is there."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from typing import Any

import sqlalchemy as sa

from grader.course import allowances, grades, settings, submissions
from grader.course.allowances import Student
from grader.course.tables import Course, CourseAssignment, Grade, Membership, Submission
from tests.cast import Cast, report

DUE, DAY = datetime(2027, 3, 1, 14, 59, tzinfo=UTC), timedelta(days=1)


def written(cast: Cast) -> list[tuple[Any, ...]]:
    columns = list(Grade.__table__.columns)
    with cast.database.read() as session:
        rows = session.execute(sa.select(*columns).order_by(Grade.assignment_id, Grade.user_id))
        late = session.execute(sa.select(Submission.id, Submission.late).order_by(Submission.id))
        return [tuple(row) for row in (*rows, *late)]


def prepare(cast: Cast) -> None:
    """A pair of students, three late days, and two assignments that take them."""
    with cast.database.write() as session:
        session.get_one(Course, cast.course).late_days = 3
        for user in (cast.ada, cast.ben):
            session.get_one(Membership, (cast.course, user)).group = "pair"
        for id, due in ((cast.svm, DUE), (cast.softmax, DUE + 7 * DAY)):
            one = session.get_one(CourseAssignment, id)
            one.due, one.teams, one.late_policy = due, True, {"kind": "late-days", "percent_per_day": 25}


def at_once(works: list[Callable[[], None]]) -> list[Exception]:
    start, errors = threading.Barrier(len(works)), list[Exception]()

    def run(work: Callable[[], None]) -> None:
        start.wait()
        try:
            work()
        except Exception as error:
            errors.append(error)

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return errors


def test_grades_are_what_follows_from_what_is_there_whatever_comes_at_once(cast: Cast) -> None:
    prepare(cast)
    people = [cast.ada, cast.ben]
    ids = [
        cast.accept(b"%d" % number, user=people[number % 2], assignment_id=slot, received_at=DUE + number * DAY / 3).id
        for number in range(6)
        for slot in (cast.svm, cast.softmax)
    ]

    def finish(id: int, score: int) -> Callable[[], None]:
        return lambda: cast.finish(id, report(score)) and None

    def extend(user: int, days: int) -> None:
        with cast.database.write() as session:
            who = Student(session.get_one(CourseAssignment, cast.svm), user)
            allowances.extend(session, who, due=DUE + days * DAY, closes=None, reason="")

    def decide(user: int) -> None:
        with cast.database.write() as session:
            who = Student(session.get_one(CourseAssignment, cast.softmax), user)
            allowances.override(session, who, Fraction(7), excused=False, withheld=False, reason="")

    def change(grace: int) -> None:
        with cast.database.write() as session:
            settings.change(session, session.get_one(CourseAssignment, cast.svm), {"grace_minutes": grace})

    def hand_in(number: int) -> None:
        cast.accept(b"more %d" % number, user=people[number % 2], received_at=DUE + 3 * DAY)

    def cancel(id: int) -> None:
        with cast.database.write() as session:
            submissions.cancel(session, id)

    errors = at_once(
        [
            *(finish(id, 10 + number % 5) for number, id in enumerate(ids[:10])),
            *(lambda id=id: cancel(id) for id in ids[10:]),
            *(lambda user=user: extend(user, 1) for user in people),
            *(lambda user=user: decide(user) for user in people),
            *(lambda grace=grace: change(grace) for grace in (5, 10)),
            *(lambda number=number: hand_in(number) for number in range(4)),
        ]
    )
    assert errors == []
    before = written(cast)
    with cast.database.write() as session:
        grades.settle_course(session, cast.course)
    assert written(cast) == before
    assert len(before) == 4 + len(ids) + 4
