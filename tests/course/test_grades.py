"""What counts for a student: settled anew, and alike, after whatever it depends on has changed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from fractions import Fraction

import sqlalchemy as sa

from grader.course import grades, lateness
from grader.course.tables import (
    Answer,
    Comment,
    Course,
    CourseAssignment,
    Extension,
    Grade,
    Override,
)
from tests.cast import Cast

DUE = datetime(2027, 3, 1, 14, 59, 59, tzinfo=UTC)
DAY = timedelta(days=1)
PERCENT = {"kind": "percent", "percent_per_day": 10}
LATE_DAYS = {"kind": "late-days"}


def grade(cast: Cast, *, user: int | None = None, assignment: int | None = None) -> Grade:
    with cast.database.read() as session:
        return session.get_one(Grade, (assignment or cast.svm, user or cast.ada))


def settled(cast: Cast, *rows: object, user: int | None = None) -> Grade:
    """Write `rows` for a student (Ada, if nobody is named) and settle."""
    with cast.database.write() as session:
        for row in rows:
            session.merge(row)
        grades.settle(session, session.get_one(CourseAssignment, cast.svm), user or cast.ada)
    return grade(cast, user=user)


def term(cast: Cast, late_days: int, **policy: int) -> None:
    """svm is due a week before softmax; being late with either takes late days."""
    with cast.database.write() as session:
        session.get_one(Course, cast.course).late_days = late_days
        for id, due in ((cast.svm, DUE), (cast.softmax, DUE + 7 * DAY)):
            one = session.get_one(CourseAssignment, id)
            one.due, one.late_policy = due, LATE_DAYS | policy


def test_an_extension_of_ones_own_counts_also_for_what_was_handed_in_before(cast: Cast) -> None:
    cast.assignment(due=DUE, late_policy=PERCENT)
    id = cast.graded(20, received_at=DUE + DAY)
    assert (grade(cast).score, grade(cast).penalty, grade(cast).late) == (18, 2, 86_400)
    row = settled(cast, Extension(assignment_id=cast.svm, user_id=cast.ada, due=DUE + DAY))
    assert (row.score, row.penalty, row.late, cast.row(id).late) == (20, 0, 0, 0)


def test_an_extension_is_one_students_alone(cast: Cast) -> None:
    cast.assignment(due=DUE, late_policy=PERCENT)
    with cast.database.write() as session:
        session.add(Extension(assignment_id=cast.svm, user_id=cast.ada, due=DUE + DAY))
    cast.graded(20, user=cast.ben, received_at=DUE + DAY)
    assert grade(cast, user=cast.ben).score == 18


def test_an_extension_takes_no_time_away_from_who_has_more_by_now(cast: Cast) -> None:
    with cast.database.write() as session:
        session.add(Extension(assignment_id=cast.svm, user_id=cast.ada, due=DUE + DAY))
    cast.assignment(due=DUE + 3 * DAY, late_policy=PERCENT)
    cast.graded(20, received_at=DUE + 2 * DAY)
    assert grade(cast).late == 0


def test_an_override_is_the_score_and_what_it_replaces_stays_readable(cast: Cast) -> None:
    cast.assignment(due=DUE, late_policy=PERCENT)
    cast.graded(20, received_at=DUE + DAY)
    row = settled(cast, Override(assignment_id=cast.svm, user_id=cast.ada, score=Fraction("12.25")))
    assert (row.score, row.overridden, row.raw, row.penalty) == (Fraction("12.25"), True, 20, 2)


def test_an_override_is_a_grade_also_of_who_handed_in_nothing(cast: Cast) -> None:
    row = settled(cast, Override(assignment_id=cast.svm, user_id=cast.ada, score=Fraction(7)))
    assert (row.score, row.max_score, row.submission_id, row.raw) == (7, 20, None, 0)


def test_an_override_that_is_gone_leaves_what_was_there_before(cast: Cast) -> None:
    cast.graded(15)
    settled(cast, Override(assignment_id=cast.svm, user_id=cast.ada, score=Fraction(7), withheld=True))
    with cast.database.write() as session:
        session.execute(sa.delete(Override))
    row = settled(cast)
    assert (row.score, row.overridden, row.withheld) == (15, False, False)


def test_who_is_excused_or_withheld_is_marked_so(cast: Cast) -> None:
    cast.graded(15)
    row = settled(cast, Override(assignment_id=cast.svm, user_id=cast.ada, excused=True, withheld=True))
    assert (row.score, row.excused, row.withheld, row.overridden) == (15, True, True, False)


def test_withholding_nothing_is_no_grade(cast: Cast) -> None:
    with cast.database.write() as session:
        session.add(Override(assignment_id=cast.svm, user_id=cast.ada, withheld=True))
        grades.settle(session, session.get_one(CourseAssignment, cast.svm), cast.ada)
        assert session.get(Grade, (cast.svm, cast.ada)) is None


def test_points_by_hand_stand_beside_the_automatic_ones_and_no_lateness_takes_them(cast: Cast) -> None:
    questions = [{"id": "q1", "text": "Why?", "points": 3}]
    cast.assignment(due=DUE, late_policy=PERCENT, questions=questions)
    id = cast.graded(20, received_at=DUE + DAY)
    mine = {"assignment_id": cast.svm, "user_id": cast.ada}
    row = settled(
        cast,
        Answer(**mine, question="q1", points=Fraction("2.5")),
        Answer(**mine, question="gone", points=Fraction(100)),
        Comment(submission_id=id, text="named well", points=Fraction(1)),
        Comment(submission_id=id, text="hard-coded", points=Fraction("-0.25")),
        Comment(submission_id=id, text="deleted", points=Fraction(9), deleted_at=DUE),
    )
    assert (row.raw, row.penalty, row.manual) == (20, 2, Fraction("3.25"))
    assert (row.score, row.max_score) == (Fraction("21.25"), 23)


def test_points_taken_by_hand_leave_no_debt(cast: Cast) -> None:
    id = cast.graded(1)
    assert settled(cast, Comment(submission_id=id, text="copied", points=Fraction(-5))).score == 0


def test_a_marked_answer_is_a_grade_also_without_code(cast: Cast) -> None:
    cast.assignment(questions=[{"id": "q1", "text": "Why?", "points": 3}])
    row = settled(cast, Answer(assignment_id=cast.svm, user_id=cast.ada, question="q1", points=Fraction(2)))
    assert (row.score, row.manual, row.max_score, row.submission_id) == (2, 2, 23, None)


def test_late_days_are_spent_in_the_order_in_which_assignments_are_due(cast: Cast) -> None:
    """softmax, due later, is handed in first: it has what svm leaves."""
    term(cast, late_days=3)
    cast.graded(20, assignment_id=cast.softmax, received_at=DUE + 9 * DAY)
    assert grade(cast, assignment=cast.softmax).late_days == 2
    cast.graded(20, b"2", received_at=DUE + 2 * DAY)
    svm, softmax = grade(cast), grade(cast, assignment=cast.softmax)
    assert (svm.late_days, svm.score) == (2, 20)
    assert (softmax.late_days, softmax.score, softmax.penalty) == (0, 0, 20), "two are needed and one is left"


def test_an_extension_gives_late_days_back_to_what_comes_later(cast: Cast) -> None:
    term(cast, late_days=3)
    cast.graded(20, received_at=DUE + 2 * DAY)
    cast.graded(20, assignment_id=cast.softmax, received_at=DUE + 9 * DAY)
    assert grade(cast, assignment=cast.softmax).score == 0
    settled(cast, Extension(assignment_id=cast.svm, user_id=cast.ada, due=DUE + 2 * DAY))
    softmax = grade(cast, assignment=cast.softmax)
    assert (grade(cast).late_days, softmax.late_days, softmax.score) == (0, 2, 20)


def test_who_is_excused_keeps_the_late_days(cast: Cast) -> None:
    term(cast, late_days=2)
    cast.graded(20, received_at=DUE + 2 * DAY)
    cast.graded(20, assignment_id=cast.softmax, received_at=DUE + 9 * DAY)
    settled(cast, Override(assignment_id=cast.svm, user_id=cast.ada, excused=True))
    assert (grade(cast).late_days, grade(cast, assignment=cast.softmax).late_days) == (0, 2)


def test_another_budget_settles_the_course_anew(cast: Cast) -> None:
    term(cast, late_days=0)
    cast.graded(20, received_at=DUE + DAY)
    assert grade(cast).score == 0
    with cast.database.write() as session:
        session.get_one(Course, cast.course).late_days = 1
        grades.settle_course(session, cast.course)
    assert (grade(cast).score, grade(cast).late_days) == (20, 1)
    with cast.database.read() as session:
        assert grades.late_days_left(session, session.get_one(Course, cast.course), cast.ada) == 0


def test_a_policy_that_takes_no_late_days_any_more_gives_them_back(cast: Cast) -> None:
    term(cast, late_days=2)
    cast.graded(20, received_at=DUE + 2 * DAY)
    cast.graded(20, assignment_id=cast.softmax, received_at=DUE + 9 * DAY)
    with cast.database.write() as session:
        svm = session.get_one(CourseAssignment, cast.svm)
        svm.late_policy = PERCENT
        grades.settle_all(session, svm, spent=True)
    assert (grade(cast).score, grade(cast).late_days) == (16, 0)
    assert grade(cast, assignment=cast.softmax).late_days == 2


def test_the_best_one_is_that_after_what_late_days_do_not_pay(cast: Cast) -> None:
    term(cast, late_days=1, percent_per_day=50)
    first = cast.graded(12, b"1", received_at=DUE)
    cast.graded(20, b"2", received_at=DUE + 2 * DAY)
    assert (grade(cast).submission_id, grade(cast).late_days) == (first, 0)
    third = cast.graded(13, b"3", received_at=DUE + 2 * DAY)
    assert grade(cast).submission_id == first, "13 - 50 % is less than 12"
    assert cast.row(third).late == 2 * 86_400


def test_what_an_upload_now_would_cost_is_told_before(cast: Cast) -> None:
    term(cast, late_days=3, percent_per_day=20)

    def now(days: int) -> tuple[int, int, Fraction] | None:
        with cast.database.read() as session:
            told = lateness.forecast(session, session.get_one(CourseAssignment, cast.svm), cast.ada, DUE + days * DAY)
        return (told.late_days, told.left, told.lost) if told else None

    assert now(0) is None
    assert now(2) == (2, 3, 0)
    assert now(4) == (3, 3, 20)
