"""Who is where, what the class does not understand, who has not begun and who is stuck: over hand-ins made by hand."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from fractions import Fraction

import pytest
from sqlalchemy.orm import Session

from grader.core import CheckResult, CheckStatus, FunctionResult, FunctionStatus, Message, Report
from grader.course import changes, drilldown, gradebook, mistakes, progress, statistics
from grader.course.audit import record
from grader.course.filters import Filters
from grader.course.tables import Course, CourseAssignment, Grade, now
from tests.cast import Cast, report

EVERYBODY = Filters()
MONDAY = datetime(2026, 11, 16, 12, tzinfo=UTC)


def svm(session: Session, cast: Cast) -> CourseAssignment:
    return session.get_one(CourseAssignment, cast.svm)


# --------------------------------------------------------------------------- the gradebook


@pytest.fixture
def marked(cast: Cast) -> Cast:
    """Ada 12.5 by hand and late, Ben excused with 3, both in svm; Ada 20 in softmax, withheld."""
    cast.graded(12.5)
    cast.graded(20, assignment_id=cast.softmax)
    cast.graded(3, b"2", user=cast.ben)
    with cast.database.write() as session:
        session.get_one(Grade, (cast.svm, cast.ada)).overridden = True
        session.get_one(Grade, (cast.svm, cast.ada)).late = 61
        session.get_one(Grade, (cast.svm, cast.ben)).excused = True
        session.get_one(Grade, (cast.softmax, cast.ada)).withheld = True
    return cast


def test_a_cell_says_what_was_decided_by_hand(marked: Cast) -> None:
    with marked.database.read() as session:
        ada, ben = gradebook.rows(session, marked.course, EVERYBODY)
    assert ada.scores["svm"][2:3] == (61,)
    assert ada.scores["svm"][4:] == (True, False, False)
    assert ada.scores["softmax"][4:] == (False, False, True)
    assert ben.scores["svm"][4:] == (False, True, False)


def test_what_is_excused_is_no_part_of_the_total_nor_of_the_foot(marked: Cast) -> None:
    with marked.database.read() as session:
        table = gradebook.rows(session, marked.course, EVERYBODY)
        columns = gradebook.columns_of(session, marked.course, EVERYBODY)
    assert [row.total for row in table] == [Fraction("32.5"), 0]
    feet = dict(zip([column.slug for column in columns], gradebook.feet(table, columns), strict=False))
    assert (feet["svm"].median, feet["svm"].submitted, feet["svm"].students) == (Fraction("12.5"), 1, 1)
    assert (feet["softmax"].submitted, feet["softmax"].students) == (1, 2)


def test_the_median_of_the_totals_is_of_those_who_have_a_score_as_that_of_a_column_is(marked: Cast) -> None:
    """Ben has nothing but what he is excused from: he is not counted as 0."""
    with marked.database.read() as session:
        table = gradebook.rows(session, marked.course, EVERYBODY)
        *_, foot = gradebook.feet(table, gradebook.columns_of(session, marked.course, EVERYBODY))
    assert (foot.median, foot.submitted, foot.students) == (Fraction("32.5"), 1, 2)


def test_what_there_is_to_get_counts_questions_and_weights_and_leaves_out_what_is_excused(marked: Cast) -> None:
    marked.assignment(weight=Fraction("0.5"), questions=[{"id": "why", "title": "Why?", "points": 2.5}])
    with marked.database.read() as session:
        columns = gradebook.columns_of(session, marked.course, EVERYBODY)
        _, ben = gradebook.rows(session, marked.course, EVERYBODY)
    assert {one.slug: one.max_score for one in columns} == {"svm": Fraction("22.5"), "softmax": 20}
    assert gradebook.most(columns, [None, None])[-1] == Fraction("31.25")
    assert gradebook.most(columns, ben.marks)[-1] == 20


@pytest.mark.parametrize("sort", ["email", "-name", "section", "total", "svm", "-softmax"])
def test_a_part_of_the_table_is_what_stands_there_in_all_of_it(marked: Cast, sort: str) -> None:
    with marked.database.read() as session:
        whole = gradebook.rows(session, marked.course, EVERYBODY, sort=sort)
        parts = [gradebook.rows(session, marked.course, EVERYBODY, sort=sort, begin=at, limit=1) for at in (0, 1, 2)]
    assert parts == [[whole[0]], [whole[1]], []]


@pytest.mark.parametrize(
    ("search", "found"),
    [("AD", ["Ada"]), ("example.org", ["Ada", "Ben"]), ("ada nobody", []), (" b EN ", ["Ben"]), ("%", []), ("a_a", [])],
)
def test_every_word_of_a_search_stands_in_name_address_or_section(marked: Cast, search: str, found: list[str]) -> None:
    with marked.database.read() as session:
        table = gradebook.rows(session, marked.course, Filters(search=search), sort="name")
    assert [row.name for row in table] == found


CHANGES = {
    "score": Fraction(7),
    "max_score": Fraction(30),
    "late": 99,
    "submission_id": None,
    "overridden": False,
    "excused": True,
    "withheld": True,
}


@pytest.mark.parametrize("column", CHANGES)
def test_every_change_of_a_grade_is_in_the_next_table(marked: Cast, column: str) -> None:
    """What was read before is kept, for as long as nothing changed."""
    with marked.database.read() as session:
        before = gradebook.rows(session, marked.course, EVERYBODY)
        assert gradebook.rows(session, marked.course, EVERYBODY) == before
    with marked.database.write() as session:
        setattr(session.get_one(Grade, (marked.svm, marked.ada)), column, CHANGES[column])
    with marked.database.read() as session:
        after = gradebook.rows(session, marked.course, EVERYBODY)
    name = {"submission_id": "submission"}.get(column, column)
    assert getattr(after[0].scores["svm"], name) == CHANGES[column]
    assert after[1] == before[1]


def test_grades_that_change_places_or_come_and_go_are_in_the_next_table(marked: Cast) -> None:
    with marked.database.read() as session:
        gradebook.rows(session, marked.course, EVERYBODY)
    with marked.database.write() as session:
        ada, ben = (session.get_one(Grade, (marked.svm, user)) for user in (marked.ada, marked.ben))
        ada.score, ben.score = ben.score, ada.score
    with marked.database.read() as session:
        table = gradebook.rows(session, marked.course, EVERYBODY)
        assert [row.scores["svm"].score for row in table] == [3, 12.5]
    with marked.database.write() as session:
        session.delete(session.get_one(Grade, (marked.svm, marked.ben)))
    with marked.database.read() as session:
        assert gradebook.rows(session, marked.course, EVERYBODY)[1].scores == {}


# --------------------------------------------------------------------------- checks


def verdicts(score: float, **passed: bool) -> Report:
    """A report with these checks of one function."""
    statuses = {True: CheckStatus.PASSED, False: CheckStatus.FAILED}
    checks = tuple(
        CheckResult(
            name.replace("_", "-"), statuses[one], Fraction(0), Fraction(1), Message("course.not-allowed"), error=1e-3
        )
        for name, one in passed.items()
    )
    function = FunctionResult(
        "svm_loss_naive", FunctionStatus.FAILED, Fraction(str(score)), Fraction(20), "svm", checks=checks
    )
    return Report(**{**{f: getattr(report(0), f) for f in Report.__slots__}, "functions": (function,)})


def test_discrimination_is_the_correlation_with_the_other_checks() -> None:
    """By hand: passed 1 1 0 0 with rest scores 3 2 1 0 has r = 2/sqrt(5); of one for all there is none."""
    passed, rests = [1, 1, 0, 0], [3, 2, 1, 0]
    sums = (sum(rests), sum(one * one for one in rests), sum(p * one for p, one in zip(passed, rests, strict=True)))
    assert statistics.discrimination(4, 2, *sums) == pytest.approx(2 / 5**0.5)
    assert statistics.discrimination(4, 4, 6, 14, 6) is None
    assert statistics.discrimination(0, 0, 0, 0, 0) is None


def test_a_check_that_the_good_fail_has_a_negative_discrimination(cast: Cast) -> None:
    for user, data, right in ((cast.ada, b"1", True), (cast.ben, b"2", False)):
        one = verdicts(5, value=right, gradient=right, deterministic=not right)
        cast.finish(cast.accept(data, user=user).id, one)
    with cast.database.read() as session:
        rates = {rate.check: rate for rate in statistics.of_assignment(session, svm(session, cast), EVERYBODY).checks}
    assert rates["value"].discrimination is None  # one other goes with it, one against it: the rest is the same
    assert rates["deterministic"].discrimination == pytest.approx(-1)
    assert rates["value"].pass_rate == 0.5


def test_the_sanity_checks_say_how_many_begin_where_they_should_and_how_far_off_gradients_are(cast: Cast) -> None:
    cast.finish(cast.accept(b"1").id, verdicts(5, initial_loss=True, gradient=True, numeric_gradient=False))
    cast.finish(cast.accept(b"2", user=cast.ben).id, verdicts(5, initial_loss=False, gradient=True))
    with cast.database.read() as session:
        (one,) = statistics.sanity(session, svm(session, cast), EVERYBODY)
    assert (one.function, one.start, one.started, one.check) == ("svm_loss_naive", 1, 2, "numeric-gradient")
    assert one.gradients == (statistics.Decade(-3, 1),)


def test_errors_stand_in_decades_with_none_left_out_between() -> None:
    assert statistics.decades([0.0, 2e-13, 5e-11, 1e9]) == tuple(
        statistics.Decade(low, count) for low, count in zip(range(-12, 3), [2, 1, *[0] * 12, 1], strict=True)
    )
    assert statistics.decades([]) == ()


# --------------------------------------------------------------------------- mistakes


@pytest.fixture
def erring(cast: Cast) -> Cast:
    """Ada makes `halved` twice and then not, Ben makes it to the end, and once another."""
    cast.wrong(2, "halved", data=b"1")
    cast.wrong(3, "halved", data=b"2")
    cast.graded(4, b"3")
    cast.wrong(2, "halved", "other", data=b"4", user=cast.ben)
    cast.wrong(5, "halved", data=b"5", user=cast.ben)
    return cast


def test_a_mistake_is_counted_by_students_now_and_ever_and_by_how_long_it_stood(erring: Cast) -> None:
    with erring.database.read() as session:
        first, second = mistakes.commonest(session, svm(session, erring), EVERYBODY)
        only_ada = mistakes.commonest(session, svm(session, erring), Filters(section="a"))
    assert (first.diagnosis, first.now, first.ever, first.gone_after, first.example) == ("halved", 1, 2, 2.0, 5)
    assert (second.diagnosis, second.now, second.ever, second.gone_after) == ("other", 0, 1, 1.0)
    assert [(one.diagnosis, one.now, one.ever) for one in only_ada] == [("halved", 0, 1)]


def test_the_students_behind_a_mistake_have_their_newest_submission_with_it(erring: Cast) -> None:
    with erring.database.read() as session:
        found = mistakes.behind(session, svm(session, erring), EVERYBODY, "halved")
        nobody = mistakes.behind(session, svm(session, erring), Filters(section="none"), "halved")
    assert [(one.name, one.submission, one.now) for one in found] == [("Ben", 5, True), ("Ada", 2, False)]
    assert nobody == []


def test_identical_wrong_results_are_a_cluster_with_the_name_they_have(cast: Cast) -> None:
    for user, data in ((cast.ada, b"1"), (cast.ben, b"2")):
        cast.wrong(5, "halved", data=data, user=user)
    with cast.database.read() as session:
        (one,) = mistakes.clusters(session, svm(session, cast), EVERYBODY)
        found = mistakes.alike(session, svm(session, cast), EVERYBODY, one.fingerprint)
        alone = mistakes.clusters(session, svm(session, cast), Filters(section="a"))
    assert (one.function, one.diagnosis, len(one.submissions)) == ("svm_loss_naive", "halved", 2)
    assert [person.name for person in found] == ["Ada", "Ben"]
    assert alone == ()


# --------------------------------------------------------------------------- progress


def test_who_has_no_gain_in_three_attempts_is_stuck_and_who_has_nothing_has_not_begun(cast: Cast) -> None:
    for number, score in enumerate((4, 5, 5, 3)):
        cast.graded(score, str(number).encode())
    with cast.database.read() as session:
        found = progress.of_assignment(session, svm(session, cast), EVERYBODY, now())
    assert [(one.name, one.attempts, one.best, one.submission) for one in found.stuck] == []
    cast.graded(5, b"more")
    with cast.database.read() as session:
        found = progress.of_assignment(session, svm(session, cast), EVERYBODY, now())
    assert [(one.name, one.attempts, one.best, one.submission) for one in found.stuck] == [("Ada", 5, 5.0, 5)]
    assert [one.name for one in found.not_started] == ["Ben"]
    assert found.last_hour == 5


def test_who_has_full_marks_is_not_stuck(cast: Cast) -> None:
    for number in range(4):
        cast.graded(20, str(number).encode())
    with cast.database.read() as session:
        assert progress.of_assignment(session, svm(session, cast), EVERYBODY, now()).stuck == ()


def test_who_is_excused_has_nothing_to_begin(cast: Cast) -> None:
    with cast.database.write() as session:
        session.add(Grade(assignment_id=cast.svm, user_id=cast.ben, score=0, max_score=20, late=0, excused=True))
    with cast.database.read() as session:
        found = progress.of_assignment(session, svm(session, cast), EVERYBODY, now())
    assert [one.name for one in found.not_started] == ["Ada"]


@pytest.mark.parametrize(
    ("scores", "stuck"),
    [
        ([1, 1, 1], True),
        ([1, 2, 2, 2], False),
        ([1, 2, 2, 2, 2], True),
        ([1, 1, 2], False),
        ([1, 1], False),
        ([], False),
    ],
)
def test_three_attempts_without_a_gain(scores: list[int], stuck: bool) -> None:
    assert progress.no_gain(scores) is stuck


def test_uploads_stand_in_steps_that_are_as_small_as_the_curve_allows() -> None:
    day = progress.over_time([MONDAY, MONDAY + timedelta(minutes=9), MONDAY + timedelta(hours=24)])
    assert day is not None
    assert (day.begin, day.minutes, len(day.counts), day.counts[0], sum(day.counts)) == (MONDAY, 10, 145, 2, 3)
    term = progress.over_time([MONDAY, MONDAY + timedelta(days=100)])
    assert term is not None
    assert (term.minutes, len(term.counts) <= progress.POINTS) == (720, True)
    assert progress.over_time([]) is None


# --------------------------------------------------------------------------- one student, and what is new


def test_the_work_of_a_student_is_everything_in_the_order_of_the_columns(marked: Cast) -> None:
    with marked.database.read() as session:
        course = session.get_one(Course, marked.course)
        ada, ben = (drilldown.of_student(session, course, user) for user in (marked.ada, marked.ben))
    assert [(one.slug, one.scores) for one in ada] == [("softmax", (20,)), ("svm", (Fraction("12.5"),))]
    assert [(one.slug, len(one.scores), one.cell is None) for one in ben] == [("softmax", 0, True), ("svm", 1, False)]


def test_what_is_new_is_told_by_its_course(cast: Cast) -> None:
    """A hand-in, its result, an entry of the audit log; one without a course is nobody's."""
    with cast.database.read() as session:
        seen = changes.newest(session)
        assert changes.courses_since(session, seen) == set()
    id = cast.accept().id
    with cast.database.read() as session:
        assert changes.courses_since(session, seen) == {cast.course}
        seen = changes.newest(session)
    cast.finish(id, report(3))
    with cast.database.read() as session:
        assert changes.courses_since(session, seen) == {cast.course}
        seen = changes.newest(session)
    with cast.database.write() as session:
        record(session, "token", "ada")
    with cast.database.read() as session:
        assert (changes.newest(session) != seen, changes.courses_since(session, seen)) == (True, set())
        seen = changes.newest(session)
    with cast.database.write() as session:
        record(session, "override", "ada", course_id=cast.course)
    with cast.database.read() as session:
        assert changes.courses_since(session, seen) == {cast.course}
