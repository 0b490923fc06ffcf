"""A regrade changes no score until it is applied, and then all of them at once; and back."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest
import sqlalchemy as sa

from grader.core import Message, Report, State
from grader.course import (
    allowances,
    comments,
    regrade_outlook,
    regrade_rows,
    regrade_work,
    regrades,
    submissions,
)
from grader.course.allowances import Student
from grader.course.comments import Remark
from grader.course.regrade_outlook import Outlook
from grader.course.regrade_work import SHARDS, Work
from grader.course.regrades import Wanted
from grader.course.submissions import MAX_FAULTS
from grader.course.tables import (
    AuditEntry,
    CheckVerdict,
    CourseAssignment,
    Grade,
    Membership,
    Regrade,
    RegradeItem,
    Status,
    StoredReport,
)
from grader.errors import Conflict, Unprocessable
from grader.report import stored
from tests.cast import Cast, report
from tests.course.test_submissions import at_once


def begin(cast: Cast, **wanted: Any) -> int:
    with cast.database.write() as session:
        assignment = session.get_one(CourseAssignment, cast.svm)
        return regrades.begin(session, assignment, Wanted(**wanted), cast.ines).id


def take(cast: Cast, regrade: int) -> Work | None:
    """The next of any shard."""
    for shard in range(SHARDS):
        with cast.database.write() as session:
            if (work := regrade_work.take(session, regrade, shard)) is not None:
                return work
    return None


def taken(cast: Cast, regrade: int) -> Work:
    work = take(cast, regrade)
    assert work is not None
    return work


def finish(cast: Cast, work: Work, result: Report) -> bool:
    with cast.database.write() as session:
        return regrade_work.finish(session, work, stored.encode(result))


def run(cast: Cast, regrade: int, *scores: float) -> None:
    """Grade its submissions, by their ids, with these scores."""
    found: list[Work] = []
    while (work := take(cast, regrade)) is not None:
        found.append(work)
    for work, score in zip(sorted(found, key=lambda work: work.submission), scores, strict=True):
        assert finish(cast, work, report(score))


def decide(cast: Cast, what: str, regrade: int) -> None:
    with cast.database.write() as session:
        getattr(regrades, what)(session, regrade, cast.ines)


def row(cast: Cast, id: int) -> Regrade:
    with cast.database.read() as session:
        return session.get_one(Regrade, id)


def items(cast: Cast, id: int) -> list[RegradeItem]:
    with cast.database.read() as session:
        query = sa.select(RegradeItem).where(RegradeItem.regrade_id == id).order_by(RegradeItem.submission_id)
        return list(session.scalars(query))


def grade(cast: Cast, user: int) -> Fraction:
    with cast.database.read() as session:
        return session.get_one(Grade, (cast.svm, user)).score


# --------------------------------------------------------------------------- who is taken


def test_it_takes_what_counts_or_the_latest_or_all(cast: Cast) -> None:
    best, last = cast.graded(15, b"1"), cast.graded(10, b"2")
    ben = cast.graded(5, user=cast.ben)
    for which, expected in (("counting", [best, ben]), ("latest", [last, ben]), ("all", [best, last, ben])):
        id = begin(cast, which=which)
        assert [item.submission_id for item in items(cast, id)] == expected
        decide(cast, "drop", id)


def test_it_takes_the_named_students_by_id_or_address(cast: Cast) -> None:
    ada, ben = cast.graded(15), cast.graded(5, user=cast.ben)
    id = begin(cast, students=[cast.ada, "BEN@example.org"])
    assert [item.submission_id for item in items(cast, id)] == [ada, ben]
    decide(cast, "drop", id)
    assert [item.submission_id for item in items(cast, begin(cast, students=[cast.ben]))] == [ben]


def test_what_staff_tried_is_taken_only_by_name(cast: Cast) -> None:
    cast.graded(15)
    trial = cast.graded(20, b"2", user=cast.ines)
    id = begin(cast, which="all")
    assert trial not in [item.submission_id for item in items(cast, id)]
    decide(cast, "drop", id)
    assert [item.submission_id for item in items(cast, begin(cast, students=[cast.ines]))] == [trial]


@pytest.mark.parametrize("students", [["stan@example.org"], ["nobody"], [10**15]])
def test_who_is_no_member_is_refused(cast: Cast, students: list[int | str]) -> None:
    cast.graded(15)
    with pytest.raises(Unprocessable):
        begin(cast, students=students)


def test_where_nothing_is_graded_there_is_nothing_to_regrade(cast: Cast) -> None:
    cast.accept()
    with pytest.raises(Unprocessable):
        begin(cast, which="all")


# --------------------------------------------------------------------------- the dry run


def test_a_dry_run_says_old_and_new_and_moves_nothing(cast: Cast) -> None:
    submission = cast.graded(15)
    id = begin(cast)
    assert row(cast, id).state == "running"
    run(cast, id, 20)
    assert row(cast, id).state == "ready"
    assert (cast.row(submission).score, grade(cast, cast.ada)) == (15, 15)
    (item,) = items(cast, id)
    assert (item.old, item.new) == (15, 20)
    (change,) = item.changed
    about = {"function": "svm_loss_naive", "check": "gradient", "old": 15.0, "new": 20.0}
    assert change == {**about, "was": "failed", "now": "passed"}


def test_the_work_has_the_seed_of_the_report_that_holds(cast: Cast) -> None:
    id = cast.accept().id
    cast.finish(id, replace(report(15), seed="ab" * 32))
    assert taken(cast, begin(cast)).seed == "ab" * 32


def test_the_same_result_changes_no_check(cast: Cast) -> None:
    cast.graded(15)
    id = begin(cast)
    run(cast, id, 15)
    assert items(cast, id)[0].changed == []


def test_the_tally_counts_by_difference(cast: Cast) -> None:
    for number, user in enumerate((cast.ada, cast.ben)):
        cast.graded(15, b"%d" % number, user=user)
    id = begin(cast)
    run(cast, id, 20, 10)
    with cast.database.read() as session:
        tally = regrade_rows.tally(session, session.get_one(Regrade, id))
        rows = regrade_rows.rows(session, tally.regrade)
    assert (tally.total, tally.graded, tally.higher, tally.lower, tally.changed) == (2, 2, 1, 1, 2)
    assert tally.differences == {5: 1, -5: 1}
    assert [(one.name, one.difference) for one in rows] == [("Ada", 5), ("Ben", -5)]


def foretold(cast: Cast, id: int) -> list[Outlook]:
    with cast.database.read() as session:
        return regrade_outlook.outlooks(session, session.get_one(Regrade, id))


def test_what_is_foretold_of_students_is_what_they_have_after_applying(cast: Cast) -> None:
    """An earlier attempt, graded as it was, takes the place of the best one that falls; a comment's points stay."""
    first, second = cast.graded(17.6, b"1"), cast.graded(18, b"2")
    ben = cast.graded(12, user=cast.ben)
    with cast.database.write() as session:
        remark = Remark("good", points=Fraction(2))
        comments.write(session, session.get_one(submissions.Submission, ben), remark, cast.ines)
    id = begin(cast)
    assert foretold(cast, id) == []
    run(cast, id, 16.24, 15)
    told = {one.user: one for one in foretold(cast, id)}
    assert (told[cast.ada].old, told[cast.ada].new) == (18, Fraction("17.6"))
    assert (told[cast.ada].submission, told[cast.ada].number, told[cast.ada].instead) == (first, 1, True)
    assert (told[cast.ben].old, told[cast.ben].new, told[cast.ben].instead) == (14, 17, False)
    assert (grade(cast, cast.ada), cast.row(second).score) == (18, 18)
    decide(cast, "apply", id)
    assert {user: grade(cast, user) for user in told} == {user: one.new for user, one in told.items()}
    assert foretold(cast, id) == []


def test_who_keeps_the_score_is_not_foretold(cast: Cast) -> None:
    cast.graded(15)
    cast.graded(15, user=cast.ben)
    with cast.database.write() as session:
        assignment = session.get_one(CourseAssignment, cast.svm)
        allowances.override(session, Student(assignment, cast.ben), Fraction(19), False, False, "")
    id = begin(cast, never_lower=True)
    run(cast, id, 10, 20)
    assert foretold(cast, id) == []


def test_a_team_is_foretold_as_a_whole_and_a_rejection_takes_the_score(cast: Cast) -> None:
    with cast.database.write() as session:
        for user in (cast.ada, cast.ben):
            session.get_one(Membership, (cast.course, user)).group = "blue"
    cast.assignment(teams=True)
    cast.graded(15)
    id = begin(cast)
    finish(cast, taken(cast, id), report(0, state=State.REJECTED, reason=Message("course.not-allowed")))
    told = [(one.user, one.old, one.new, one.submission) for one in foretold(cast, id)]
    assert sorted(told) == [(cast.ada, 15, None, None), (cast.ben, 15, None, None)]


def test_other_points_in_the_settings_outlast_a_rollback_and_are_told(cast: Cast) -> None:
    cast.graded(15)
    id = begin(cast)
    run(cast, id, 10)
    with cast.database.read() as session:
        assert not regrade_outlook.other_terms(session, session.get_one(Regrade, id))
    cast.assignment(points={"gradient": 50.0})
    decide(cast, "apply", id)
    decide(cast, "rollback", id)
    with cast.database.read() as session:
        assert regrade_outlook.other_terms(session, session.get_one(Regrade, id))


def test_what_differs_in_its_checks_alone_is_neither_higher_nor_lower(cast: Cast) -> None:
    cast.graded(20)
    id = begin(cast)
    moved = report(20)
    check = replace(moved.functions[0].checks[0], id="values")
    finish(cast, taken(cast, id), replace(moved, functions=(replace(moved.functions[0], checks=(check,)),)))
    with cast.database.read() as session:
        tally = regrade_rows.tally(session, session.get_one(Regrade, id))
    assert (tally.changed, tally.higher, tally.lower, tally.equal) == (1, 0, 0, 1)


def test_two_of_one_submission_are_not_undecided_at_once(cast: Cast) -> None:
    cast.graded(15)
    cast.graded(5, user=cast.ben)
    first = begin(cast, students=[cast.ada])
    with pytest.raises(Conflict) as refusal:
        begin(cast)
    assert refusal.value.extra == {"regrade": first}
    begin(cast, students=[cast.ben])
    run(cast, first, 20)
    with pytest.raises(Conflict):
        begin(cast, students=[cast.ada])
    decide(cast, "apply", first)
    assert begin(cast, students=[cast.ada]) > first


# --------------------------------------------------------------------------- workers


def test_what_a_lost_worker_left_is_taken_up_again_and_its_late_result_is_not_heard(cast: Cast) -> None:
    cast.graded(15)
    id = begin(cast)
    lost = taken(cast, id)
    with cast.database.write() as session:
        regrade_work.recover(session, id, lost.item % SHARDS)
    again = taken(cast, id)
    assert (again.item, again.attempt) == (lost.item, 2)
    assert not finish(cast, lost, report(1))
    assert finish(cast, again, report(20))
    assert not finish(cast, again, report(2))
    (item,) = items(cast, id)
    assert (item.new, item.faults) == (20, 1)


def test_what_takes_its_worker_with_it_every_time_is_broken_and_keeps_its_score(cast: Cast) -> None:
    submission = cast.graded(15)
    id = begin(cast)
    for _ in range(MAX_FAULTS):
        work = taken(cast, id)
        with cast.database.write() as session:
            regrade_work.recover(session, id, work.item % SHARDS)
    assert take(cast, id) is None
    assert (items(cast, id)[0].state, row(cast, id).state) == ("broken", "ready")
    decide(cast, "apply", id)
    assert (cast.row(submission).score, grade(cast, cast.ada)) == (15, 15)


def test_a_broken_report_is_our_fault_and_tried_again(cast: Cast) -> None:
    cast.graded(15)
    id = begin(cast)
    assert finish(cast, taken(cast, id), report(0, state=State.BROKEN))
    assert items(cast, id)[0].state == "waiting"
    run(cast, id, 20)
    assert items(cast, id)[0].new == 20


def test_what_a_worker_that_ends_hands_back_costs_nothing(cast: Cast) -> None:
    cast.graded(15)
    id = begin(cast)
    work = taken(cast, id)
    with cast.database.write() as session:
        assert regrade_work.release(session, work)
    assert not finish(cast, work, report(1))
    assert (items(cast, id)[0].state, items(cast, id)[0].faults) == ("waiting", 0)


def test_there_is_work_wherever_a_regrade_runs_and_none_once_it_was_dropped(cast: Cast) -> None:
    cast.graded(15)
    id = begin(cast)
    work = taken(cast, id)
    with cast.database.read() as session:
        assert regrade_work.shards(session) == [(id, work.item % SHARDS)]
    decide(cast, "drop", id)
    with cast.database.read() as session:
        assert regrade_work.shards(session) == []
    assert not finish(cast, work, report(20))
    with cast.database.read() as session:
        assert session.scalar(sa.select(sa.func.count(StoredReport.id))) == 1


# --------------------------------------------------------------------------- applying, rolling back


def test_applying_moves_scores_verdicts_and_grades_and_rolling_back_moves_them_back(cast: Cast) -> None:
    ada, ben = cast.graded(15), cast.graded(20, user=cast.ben)
    id = begin(cast)
    run(cast, id, 20, 10)
    decide(cast, "apply", id)
    assert (cast.row(ada).score, cast.row(ben).score) == (20, 10)
    assert (grade(cast, cast.ada), grade(cast, cast.ben)) == (20, 10)
    with cast.database.read() as session:
        verdicts = dict(session.execute(sa.select(CheckVerdict.submission_id, CheckVerdict.status)).all())
        assert session.scalar(sa.select(sa.func.count(StoredReport.id))) == 4
    assert verdicts == {ada: "passed", ben: "failed"}
    decide(cast, "rollback", id)
    assert (grade(cast, cast.ada), grade(cast, cast.ben)) == (15, 20)
    assert (cast.row(ada).score, row(cast, id).state) == (15, "rolled-back")
    with cast.database.read() as session:
        assert session.scalar(sa.select(sa.func.count(StoredReport.id))) == 4
        before = submissions.report_of(session, ada)
    assert before is not None
    assert before.score == 15


def test_a_fall_lets_another_attempt_count(cast: Cast) -> None:
    first, second = cast.graded(15, b"1"), cast.graded(18, b"2")
    id = begin(cast)
    run(cast, id, 3)
    decide(cast, "apply", id)
    with cast.database.read() as session:
        assert session.get_one(Grade, (cast.svm, cast.ada)).submission_id == first
    decide(cast, "rollback", id)
    with cast.database.read() as session:
        assert session.get_one(Grade, (cast.svm, cast.ada)).submission_id == second


def test_never_lower_leaves_what_would_be_lower(cast: Cast) -> None:
    cast.graded(15)
    cast.graded(15, user=cast.ben)
    id = begin(cast, never_lower=True)
    run(cast, id, 10, 20)
    decide(cast, "apply", id)
    assert (grade(cast, cast.ada), grade(cast, cast.ben)) == (15, 20)
    assert [(item.state, item.applied) for item in items(cast, id)] == [("lower", False), ("done", True)]


def test_what_was_graded_otherwise_in_between_is_left_and_said(cast: Cast) -> None:
    submission = cast.graded(15)
    id = begin(cast)
    run(cast, id, 20)
    with cast.database.write() as session:
        kept = StoredReport(submission_id=submission, attempt=9, content=stored.encode(report(12)))
        session.add(kept)
        session.flush()
        submissions.hold(session, session.get_one(submissions.Submission, submission), kept, report(12))
    decide(cast, "apply", id)
    assert (items(cast, id)[0].state, items(cast, id)[0].applied) == ("moved", False)
    assert cast.row(submission).score == 12


def test_what_a_student_hands_in_meanwhile_is_untouched(cast: Cast) -> None:
    cast.graded(15, b"1")
    id = begin(cast)
    newer = cast.graded(19, b"2")
    run(cast, id, 16)
    decide(cast, "apply", id)
    assert (cast.row(newer).score, grade(cast, cast.ada)) == (19, 19)


def test_a_wrongly_rejected_submission_gets_its_score_and_loses_it_again(cast: Cast) -> None:
    submission = cast.accept().id
    cast.finish(submission, report(0, state=State.REJECTED, reason=Message("course.not-allowed")))
    id = begin(cast, which="latest")
    run(cast, id, 20)
    decide(cast, "apply", id)
    assert (cast.row(submission).status, grade(cast, cast.ada)) == (Status.DONE, 20)
    decide(cast, "rollback", id)
    assert (cast.row(submission).status, cast.row(submission).score) == (Status.REJECTED, None)
    with cast.database.read() as session:
        assert session.get(Grade, (cast.svm, cast.ada)) is None


def test_a_broken_submission_is_graded_and_is_broken_again(cast: Cast) -> None:
    submission = cast.accept().id
    for _ in range(MAX_FAULTS):
        cast.finish(submission, report(0, state=State.BROKEN))
    id = begin(cast, which="all")
    run(cast, id, 20)
    decide(cast, "apply", id)
    assert (cast.row(submission).status, cast.row(submission).score) == (Status.DONE, 20)
    decide(cast, "rollback", id)
    assert (cast.row(submission).status, cast.row(submission).report_id) == (Status.BROKEN, None)


def test_a_rollback_under_a_later_regrade_is_refused_with_its_number(cast: Cast) -> None:
    cast.graded(15)
    first = begin(cast)
    run(cast, first, 20)
    decide(cast, "apply", first)
    second = begin(cast)
    for refused in ("running", "ready", "applied"):
        with pytest.raises(Conflict) as refusal:
            decide(cast, "rollback", first)
        assert refusal.value.message == Message(f"regrade.later.{refused}", {"id": first, "later": second})
        if refused == "running":
            run(cast, second, 5)
        if refused == "ready":
            decide(cast, "apply", second)
    decide(cast, "rollback", second)
    assert grade(cast, cast.ada) == 20
    decide(cast, "rollback", first)
    assert grade(cast, cast.ada) == 15


def test_a_later_regrade_of_others_does_not_stand_in_the_way(cast: Cast) -> None:
    cast.graded(15)
    cast.graded(15, user=cast.ben)
    first = begin(cast, students=[cast.ada])
    run(cast, first, 20)
    decide(cast, "apply", first)
    second = begin(cast, students=[cast.ben])
    run(cast, second, 20)
    decide(cast, "apply", second)
    decide(cast, "rollback", first)
    assert (grade(cast, cast.ada), grade(cast, cast.ben)) == (15, 20)


@pytest.mark.parametrize(
    ("done", "refused"),
    [
        ((), ("apply", "rollback")),
        (("run",), ("rollback",)),
        (("run", "apply"), ("apply", "drop")),
        (("run", "apply", "rollback"), ("apply", "drop", "rollback")),
        (("drop",), ("apply", "drop", "rollback")),
    ],
)
def test_what_a_state_does_not_allow_is_refused(cast: Cast, done: tuple[str, ...], refused: tuple[str, ...]) -> None:
    cast.graded(15)
    id = begin(cast)
    for what in done:
        run(cast, id, 20) if what == "run" else decide(cast, what, id)
    for what in refused:
        with pytest.raises(Conflict):
            decide(cast, what, id)


def test_what_was_handed_in_for_a_team_is_graded_once_and_moves_all_of_it(cast: Cast) -> None:
    with cast.database.write() as session:
        for user in (cast.ada, cast.ben):
            session.get_one(Membership, (cast.course, user)).group = "blue"
    cast.assignment(teams=True)
    cast.graded(15)
    id = begin(cast)
    assert len(items(cast, id)) == 1
    run(cast, id, 20)
    decide(cast, "apply", id)
    assert (grade(cast, cast.ada), grade(cast, cast.ben)) == (20, 20)
    decide(cast, "rollback", id)
    assert (grade(cast, cast.ada), grade(cast, cast.ben)) == (15, 15)


def test_of_two_who_begin_at_once_one_is_told_of_the_other(cast: Cast) -> None:
    cast.graded(15)
    results = at_once(4, lambda _: begin(cast))
    assert sorted(type(one).__name__ for one in results) == ["Conflict"] * 3 + ["int"]


def test_of_those_who_apply_at_once_one_does(cast: Cast) -> None:
    cast.graded(15)
    cast.graded(15, user=cast.ben)
    id = begin(cast)
    run(cast, id, 20, 20)
    results = at_once(4, lambda _: decide(cast, "apply", id))
    assert [type(one) for one in results].count(Conflict) == 3
    assert (grade(cast, cast.ada), grade(cast, cast.ben)) == (20, 20)


def test_applying_waits_for_nobody_in_a_ring(cast: Cast) -> None:
    """While students hand in, cancel and are graded, and another assignment's regrade is applied."""
    ids = []
    for assignment in (cast.svm, cast.softmax):
        for user in (cast.ada, cast.ben):
            cast.graded(15, user=user, assignment_id=assignment)
        with cast.database.write() as session:
            one = regrades.begin(session, session.get_one(CourseAssignment, assignment), Wanted(), None).id
        run(cast, one, 20, 20)
        ids.append(one)
    open_ = [cast.accept(b"%d" % number, user=user).id for number in range(3) for user in (cast.ada, cast.ben)]

    def act(number: int) -> None:
        if number < 2:
            decide(cast, "apply", ids[number])
        else:
            cast.finish(open_[number - 2], report(1))

    assert at_once(8, act) == [None] * 8
    assert (grade(cast, cast.ada), grade(cast, cast.ben)) == (20, 20)


def test_who_began_applied_and_rolled_back_is_on_record(cast: Cast) -> None:
    cast.graded(15)
    id = begin(cast, reason="the tolerance was wrong")
    run(cast, id, 20)
    decide(cast, "apply", id)
    decide(cast, "rollback", id)
    with cast.database.read() as session:
        entries = session.scalars(sa.select(AuditEntry).where(AuditEntry.action.startswith("regrade-"))).all()
    assert [(one.action, one.subject, one.user_id, one.course_id) for one in entries] == [
        (f"regrade-{what}", str(id), cast.ines, cast.course) for what in ("begin", "apply", "rollback")
    ]
    assert entries[0].detail["reason"] == "the tolerance was wrong"
