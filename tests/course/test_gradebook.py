"""Rows, filters, sorting and statistics over a small class."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction

import pytest

from grader.course import gradebook, statistics, workers
from grader.course.filters import Filters
from grader.course.standing import marks, standing
from grader.course.submissions import begin
from grader.course.tables import CourseAssignment, Status, now
from grader.errors import BadRequest
from tests.cast import Cast


@pytest.fixture
def grades(cast: Cast) -> Cast:
    """Ada has 12.5 in svm and 20 in softmax, Ben has 15 in svm."""
    cast.graded(12.5)
    cast.graded(20, assignment_id=cast.softmax)
    cast.graded(15, b"2", user=cast.ben)
    return cast


def names(cast: Cast, filters: Filters = Filters(), sort: str = "email") -> list[str]:  # noqa: B008
    with cast.database.read() as session:
        return [row.name for row in gradebook.rows(session, cast.course, filters, sort=sort)]


def test_a_row_holds_what_counts_and_the_weighted_total(grades: Cast) -> None:
    grades.assignment(weight=Fraction("0.5"))
    with grades.database.read() as session:
        ada, ben = gradebook.rows(session, grades.course, Filters())
    assert {slug: cell.score for slug, cell in ada.scores.items()} == {"svm": 12.5, "softmax": 20}
    assert (ada.total, ben.total) == (Fraction("26.25"), Fraction("7.5"))


def test_students_without_a_grade_have_a_row_and_staff_have_none(cast: Cast) -> None:
    assert names(cast) == ["Ada", "Ben"]


@pytest.mark.parametrize(
    ("sort", "order"),
    [
        ("email", ["Ada", "Ben"]),
        ("-name", ["Ben", "Ada"]),
        ("section", ["Ada", "Ben"]),
        ("total", ["Ben", "Ada"]),
        ("svm", ["Ada", "Ben"]),
        ("softmax", ["Ben", "Ada"]),
    ],
)
def test_rows_are_sorted(grades: Cast, sort: str, order: list[str]) -> None:
    assert names(grades, sort=sort) == order


def test_an_unknown_sort_is_refused(cast: Cast) -> None:
    with pytest.raises(BadRequest):
        names(cast, sort="height")


@pytest.mark.parametrize(
    ("filters", "left"),
    [
        (Filters(section="b"), ["Ben"]),
        (Filters(user="ada@example.org"), ["Ada"]),
        (Filters(user="999999"), []),
        (Filters(user="9" * 30), []),
        (Filters(status=Status.DONE), ["Ada", "Ben"]),
        (Filters(status=Status.DONE, assignment="softmax"), ["Ada"]),
        (Filters(status=Status.REJECTED), []),
        (Filters(since=now() + timedelta(days=1)), []),
        (Filters(until=now() + timedelta(days=1)), ["Ada", "Ben"]),
    ],
)
def test_filters_leave_the_students_they_fit(grades: Cast, filters: Filters, left: list[str]) -> None:
    assert names(grades, filters) == left


def test_one_assignment_is_one_column(grades: Cast) -> None:
    with grades.database.read() as session:
        assert gradebook.slugs(session, grades.course, Filters(assignment="svm")) == ["svm"]
        rows = gradebook.rows(session, grades.course, Filters(assignment="svm"))
    assert [set(row.scores) for row in rows] == [{"svm"}, {"svm"}]


def test_statistics_look_at_what_counts(grades: Cast) -> None:
    grades.graded(20, b"3", user=grades.ben)
    grades.graded(1, b"4", user=grades.ines)  # staff try things out, and are not the class
    with grades.database.read() as session:
        found = statistics.of_assignment(session, session.get_one(CourseAssignment, grades.svm), Filters())
    assert (found.students, found.submitted, found.median) == (2, 2, Fraction("16.25"))
    assert [bar.count for bar in found.histogram] == [0, 0, 0, 0, 0, 0, 1, 0, 0, 1]
    assert [(rate.check, rate.passed, rate.failed, rate.pass_rate) for rate in found.checks] == [
        ("gradient", 1, 1, 0.5)
    ]


def test_statistics_of_an_empty_class_are_empty(cast: Cast) -> None:
    with cast.database.read() as session:
        found = statistics.of_assignment(session, session.get_one(CourseAssignment, cast.svm), Filters(section="none"))
    assert (found.students, found.submitted, found.median, found.checks) == (0, 0, None, ())


# --------------------------------------------------------------------------- the line


def test_a_place_in_the_line_counts_those_before(cast: Cast) -> None:
    first, second = cast.accept(b"1").id, cast.accept(b"2").id
    with cast.database.read() as session:
        assert [standing(session, id).position for id in (first, second)] == [1, 2]
        assert marks(session, [second]) == {second: standing(session, second).mark}
    with cast.database.write() as session:
        begin(session, first, "w")
    with cast.database.read() as session:
        assert [standing(session, id).position for id in (first, second)] == [None, 1]


def test_an_estimate_needs_a_worker_and_gradings_to_go_by(cast: Cast) -> None:
    cast.graded(1, b"0")
    waiting = cast.accept(b"1").id
    with cast.database.write() as session:
        assert standing(session, waiting).eta_seconds is None
        workers.beat(session, "w", "none")
        session.flush()
        assert standing(session, waiting).eta_seconds == 1
