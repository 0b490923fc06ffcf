"""Students who work together: one hand-in counts for all of a team, attempts are shared, and all of it may see it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from grader.course import grades, permissions, submissions
from grader.course.permissions import visible_submissions
from grader.course.tables import CourseAssignment, Extension, Grade, Membership, Submission
from grader.errors import NotFound, TooMany
from tests.cast import Cast

DUE = datetime(2027, 3, 1, 14, 59, 59, tzinfo=UTC)
DAY = timedelta(days=1)


def grade(cast: Cast, *, user: int | None = None) -> Grade:
    with cast.database.read() as session:
        return session.get_one(Grade, (cast.svm, user or cast.ada))


def seen(cast: Cast, name: str) -> set[int]:
    with cast.database.read() as session:
        return {one.id for one in session.scalars(visible_submissions(cast.who(name)))}


def in_teams(cast: Cast, group: str = "pair") -> None:
    cast.assignment(teams=True)
    with cast.database.write() as session:
        for user in (cast.ada, cast.ben):
            session.get_one(Membership, (cast.course, user)).group = group


def test_one_hand_in_counts_for_all_of_a_team(cast: Cast) -> None:
    in_teams(cast)
    id = cast.graded(15)
    assert {grade(cast).submission_id, grade(cast, user=cast.ben).submission_id} == {id}


def test_each_of_a_team_is_late_by_their_own_due_time(cast: Cast) -> None:
    in_teams(cast)
    cast.assignment(due=DUE, late_policy={"kind": "percent", "percent_per_day": 10})
    with cast.database.write() as session:
        session.add(Extension(assignment_id=cast.svm, user_id=cast.ben, due=DUE + DAY))
    cast.graded(20, received_at=DUE + DAY)
    assert (grade(cast).score, grade(cast, user=cast.ben).score) == (18, 20)


def test_who_joins_a_team_has_what_it_handed_in_and_who_leaves_keeps_their_own(cast: Cast) -> None:
    in_teams(cast)
    cast.graded(15)
    theirs = cast.graded(10, b"2", user=cast.ben)

    def move(session: Session, group: str) -> None:
        session.get_one(Membership, (cast.course, cast.ben)).group = group
        grades.settle_course(session, cast.course, cast.ben)

    with cast.database.write() as session:
        move(session, "elsewhere")
    assert (grade(cast, user=cast.ben).submission_id, grade(cast, user=cast.ben).score) == (theirs, 10)
    with cast.database.write() as session:
        move(session, "pair")
    assert grade(cast, user=cast.ben).score == 15


def test_teams_count_from_the_moment_they_are_switched_on_also_for_what_was_handed_in(cast: Cast) -> None:
    in_teams(cast)
    cast.assignment(teams=False)
    cast.graded(15)
    with cast.database.write() as session:
        assert session.get(Grade, (cast.svm, cast.ben)) is None
        one = session.get_one(CourseAssignment, cast.svm)
        one.teams = True
        grades.settle_all(session, one)
    assert grade(cast, user=cast.ben).score == 15


def test_the_same_files_by_another_of_the_team_are_the_same_submission(cast: Cast) -> None:
    in_teams(cast)
    first = cast.accept()
    again = cast.accept(user=cast.ben)
    assert (again.id, again.duplicate) == (first.id, True)


def test_anyone_of_a_team_chooses_for_all(cast: Cast) -> None:
    in_teams(cast)
    cast.assignment(counts="chosen")
    cast.graded(15)
    worse = cast.graded(10, b"2", user=cast.ben)
    with cast.database.write() as session:
        submissions.select(session, session.get_one(Submission, worse))
    assert {grade(cast).submission_id, grade(cast, user=cast.ben).submission_id} == {worse}


def test_attempts_are_shared_and_numbered_together(cast: Cast) -> None:
    in_teams(cast)
    cast.assignment(attempts_total=2)
    first, second = cast.accept(b"1"), cast.accept(b"2", user=cast.ben)
    assert (first.attempts_left, second.attempts_left) == (1, 0)
    assert (cast.row(first.id).number, cast.row(second.id).number) == (1, 2)


@pytest.mark.parametrize("group", ["", "alone"])
def test_who_is_in_no_team_or_alone_in_one_stands_alone(cast: Cast, group: str) -> None:
    cast.assignment(teams=True)
    with cast.database.write() as session:
        session.get_one(Membership, (cast.course, cast.ada)).group = group
    cast.graded(15)
    with cast.database.read() as session:
        assert session.get(Grade, (cast.svm, cast.ben)) is None


def test_attempts_of_a_day_are_the_teams(cast: Cast) -> None:
    in_teams(cast)
    cast.assignment(attempts_per_day=1)
    cast.accept(b"1", received_at=DUE)
    with pytest.raises(TooMany):
        cast.accept(b"2", user=cast.ben, received_at=DUE)


def test_all_of_a_team_see_and_steer_what_one_of_them_handed_in(cast: Cast) -> None:
    in_teams(cast)
    id = cast.accept().id
    assert seen(cast, "ben") == {id}
    with cast.database.read() as session:
        assert permissions.for_submission(session, cast.who("ben"), "submission.steer", id).submission is not None


@pytest.mark.parametrize("change", [{"teams": False}, {"group": "other"}, {"group": ""}])
def test_what_is_not_the_teams_any_more_is_not_seen(cast: Cast, change: dict[str, object]) -> None:
    in_teams(cast)
    id = cast.accept().id
    with cast.database.write() as session:
        if "teams" in change:
            session.get_one(CourseAssignment, cast.svm).teams = False
        else:
            session.get_one(Membership, (cast.course, cast.ben)).group = str(change["group"])
    assert seen(cast, "ben") == set()
    assert seen(cast, "ada") == {id}
    with cast.database.read() as session, pytest.raises(NotFound):
        permissions.for_submission(session, cast.who("ben"), "submission.read", id)


def test_who_is_in_no_group_shares_nothing_with_others_in_none(cast: Cast) -> None:
    in_teams(cast, "")
    cast.accept()
    assert seen(cast, "ben") == set()


def test_an_assistant_of_a_section_sees_what_counts_for_its_students(cast: Cast) -> None:
    """Abe works with section a alone; Ben, who handed in, is in section b."""
    in_teams(cast)
    id = cast.accept(user=cast.ben).id
    assert seen(cast, "abe") == {id}
    cast.assignment(teams=False)
    assert seen(cast, "abe") == set()
