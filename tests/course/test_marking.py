"""What is given by hand, and what a student sees of a grade, over both databases."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from typing import Any

import pytest
import sqlalchemy as sa

from grader.core import CheckResult, CheckStatus, Message, Report
from grader.course import answers, comments, requests, visibility
from grader.course.comments import Remark
from grader.course.filters import Filters
from grader.course.tables import (
    Answer,
    Course,
    CourseAssignment,
    Extension,
    Grade,
    Membership,
    RegradeRequest,
    Submission,
)
from grader.errors import Conflict
from tests.cast import SOURCE, Cast, report

QUESTION = {"id": "q1", "text": "Why?", "points": 3}


def verdict(passed: bool) -> CheckStatus:
    return CheckStatus.PASSED if passed else CheckStatus.FAILED


def two_checks(shown: int, waiting: int) -> Report:
    """`value` has `shown` of 12 points, `gradient` `waiting` of 8."""
    plain = report(0)
    said = Message("course.not-allowed")
    checks = tuple(
        CheckResult(
            id, CheckStatus.PASSED if points == most else CheckStatus.FAILED, Fraction(points), Fraction(most), said
        )
        for id, points, most in (("value", shown, 12), ("gradient", waiting, 8))
    )
    function = replace(plain.functions[0], checks=checks, points=Fraction(shown + waiting))
    return replace(plain, functions=(function,))


def hand_in(cast: Cast, shown: int, waiting: int, **more: Any) -> int:
    id = cast.accept(SOURCE + f"# {shown} {waiting} {more}".encode(), **more).id
    cast.finish(id, two_checks(shown, waiting))
    return id


def seen(cast: Cast, user: int, at: datetime | None = None) -> visibility.ShownGrade | None:
    with cast.database.read() as session:
        return visibility.grade_of(session, session.get_one(CourseAssignment, cast.svm), user, at or datetime.now(UTC))


def grade(cast: Cast, user: int) -> Grade | None:
    with cast.database.read() as session:
        return session.get(Grade, (cast.svm, user))


def together(cast: Cast, *users: int) -> None:
    """Put students into one team."""
    cast.assignment(teams=True)
    with cast.database.write() as session:
        for user in users:
            session.get_one(Membership, (cast.course, user)).group = "g"


def at_once(*acts: Callable[[], object]) -> list[object]:
    """What each came to, or the conflict that it was told."""

    def tried(act: Callable[[], object]) -> object:
        try:
            return act()
        except Conflict as conflict:
            return conflict

    with ThreadPoolExecutor(len(acts)) as threads:
        return list(threads.map(tried, acts))


# --------------------------------------------------------------------------- what is shown of a grade


@pytest.mark.parametrize(("counts", "expected"), [("best", 12), ("last", 6)])
def test_what_is_shown_is_counted_by_the_rules_of_the_assignment(cast: Cast, counts: str, expected: int) -> None:
    cast.assignment(visibility={"gradient": "after-release"}, counts=counts)
    for points in ((12, 0), (6, 8)):
        hand_in(cast, *points)
    told = seen(cast, cast.ada)
    assert told is not None
    assert (told.score, told.max_score, told.shown) == (expected, 12, "part")
    assert grade(cast, cast.ada).score == 14  # type: ignore[union-attr]


def test_for_a_team_the_last_due_time_of_its_members_holds(cast: Cast) -> None:
    now = datetime.now(UTC)
    together(cast, cast.ada, cast.ben)
    cast.assignment(visibility={"gradient": "after-due"}, due=now - timedelta(hours=1))
    with cast.database.write() as session:
        session.add(Extension(assignment_id=cast.svm, user_id=cast.ben, due=now + timedelta(hours=1)))
    with cast.database.read() as session:
        assignment = session.get_one(CourseAssignment, cast.svm)
        for users, clear in (({cast.ada}, True), ({cast.ben}, False), ({cast.ada, cast.ben}, False)):
            assert visibility.sight(session, assignment, users, now).clear == clear


def test_an_assignment_without_rules_asks_no_report(cast: Cast) -> None:
    hand_in(cast, 12, 3)
    told = seen(cast, cast.ada)
    assert told is not None
    assert (told.score, told.max_score, told.shown) == (15, 20, "whole")


# --------------------------------------------------------------------------- comments


def test_the_points_of_a_comment_count_for_the_whole_team(cast: Cast) -> None:
    together(cast, cast.ada, cast.ben)
    id = hand_in(cast, 6, 4)
    with cast.database.write() as session:
        submission = session.get_one(Submission, id)
        made = comments.write(session, submission, Remark("Good.", points=Fraction("1.25")), cast.ines).id
    assert [grade(cast, user).score for user in (cast.ada, cast.ben)] == [Fraction("11.25")] * 2  # type: ignore[union-attr]
    with cast.database.write() as session:
        comments.delete(session, session.get_one(Submission, id), made, cast.ines)
    assert [grade(cast, user).score for user in (cast.ada, cast.ben)] == [10, 10]  # type: ignore[union-attr]


def test_comments_can_take_no_more_than_there_is(cast: Cast) -> None:
    id = hand_in(cast, 1, 0)
    with cast.database.write() as session:
        comments.write(session, session.get_one(Submission, id), Remark("No.", points=Fraction(-5)), cast.ines)
    assert grade(cast, cast.ada).score == 0  # type: ignore[union-attr]


def test_comments_stand_in_the_order_of_files_and_lines(cast: Cast) -> None:
    id = hand_in(cast, 1, 0)
    with cast.database.write() as session:
        submission = session.get_one(Submission, id)
        for line in (7, 2, None):
            path = None if line is None else "svm.py"
            comments.write(session, submission, Remark(str(line), path=path, line=line), cast.ines)
    with cast.database.read() as session:
        assert [(one.comment.text, one.author) for one in comments.listed(session, id)] == [
            ("None", "Ines"),
            ("2", "Ines"),
            ("7", "Ines"),
        ]


# --------------------------------------------------------------------------- answers


def test_of_two_who_answer_at_once_one_is_told(cast: Cast) -> None:
    cast.assignment(questions=[QUESTION])

    def write(text: str) -> int:
        with cast.database.write() as session:
            assignment = session.get_one(CourseAssignment, cast.svm)
            return answers.answer(session, assignment, cast.ada, "q1", text, 0, datetime.now(UTC)).version

    came = at_once(*(lambda text=text: write(text) for text in "abcd"))  # type: ignore[misc]
    assert came.count(1) == 1
    assert sum(isinstance(one, Conflict) for one in came) == 3


def test_points_for_an_answer_are_settled_with_it(cast: Cast) -> None:
    cast.assignment(questions=[QUESTION])
    hand_in(cast, 12, 0)
    with cast.database.write() as session:
        assignment = session.get_one(CourseAssignment, cast.svm)
        answers.mark(session, assignment, cast.ada, "q1", Fraction(2), "so", None, cast.ines)
    one = grade(cast, cast.ada)
    assert one is not None
    assert (one.raw, one.manual, one.score, one.max_score) == (12, 2, 14, 23)
    cast.assignment(visibility={"gradient": "after-release"})
    told = seen(cast, cast.ada)
    assert told is not None
    assert (told.score, told.max_score) == (14, 15)


def test_what_waits_to_be_marked_is_listed_by_question_and_section(cast: Cast) -> None:
    cast.assignment(questions=[{**QUESTION, "id": "q2"}, QUESTION])
    with cast.database.write() as session:
        for user in (cast.ben, cast.ada):
            for question in ("q1", "q2"):
                session.add(Answer(assignment_id=cast.svm, user_id=user, question=question, text="x"))
    with cast.database.read() as session:
        assignment = session.get_one(CourseAssignment, cast.svm)
        rows = answers.listed(session, assignment, Filters(), unmarked=True)
        assert [(one.question.id, one.user.id) for one in rows] == [
            ("q2", cast.ada),
            ("q2", cast.ben),
            ("q1", cast.ada),
            ("q1", cast.ben),
        ]
        assert {one.user.id for one in answers.listed(session, assignment, Filters(section="b"))} == {cast.ben}


# --------------------------------------------------------------------------- requests


def test_the_same_request_made_at_once_is_made_once(cast: Cast) -> None:
    id = hand_in(cast, 12, 0)

    def ask() -> int:
        with cast.database.write() as session:
            submission = session.get_one(Submission, id)
            return requests.ask(session, submission, cast.ada, "svm_loss_naive", "gradient", "why?").id

    came = at_once(*[ask] * 4)
    assert sum(isinstance(one, Conflict) for one in came) == 3
    with cast.database.read() as session:
        assert session.scalar(sa.select(sa.func.count(RegradeRequest.id))) == 1


def test_requests_are_listed_by_assignment_section_and_state(cast: Cast) -> None:
    ids = {user: hand_in(cast, 12, 0, user=user) for user in (cast.ada, cast.ben)}
    with cast.database.write() as session:
        for user, id in ids.items():
            made = requests.ask(session, session.get_one(Submission, id), user, "svm_loss_naive", "value", "why?")
        requests.answer(session, session.get_one(Submission, id), made.id, "So.", cast.ines)
    with cast.database.read() as session:
        course = session.get_one(Course, cast.course)

        def users(state: str | None = "open", **by: Any) -> list[int]:
            return [one.user.id for one in requests.listed(session, course, Filters(**by), state)]

        assert users() == [cast.ada]
        assert users("answered") == [cast.ben]
        assert users(None) == [cast.ada, cast.ben]
        assert users(None, section="b") == [cast.ben]
        assert users(None, within=frozenset({"a"})) == [cast.ada]
        assert users(None, assignment="softmax") == []
