"""By which rule hints open, and what is kept of it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from grader.core import Report
from grader.course import hints, submissions
from grader.course.filters import Filters
from grader.course.hints import Ladder, Next, Rule
from grader.course.people import Person
from grader.course.permissions import Grant, for_submission
from grader.course.tables import AuditEntry, CourseAssignment, Extension, HintUnlock, NamedMistake, Submission
from grader.errors import Conflict, Forbidden, GraderError, NotFound
from grader.report.stored import encode
from tests.cast import Cast, named

FUNCTION = "svm_loss_naive"
KEY = (FUNCTION, "halved")
NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def rule(cast: Cast, kind: str, **more: Any) -> None:
    cast.assignment(hints=asdict(Rule(kind, **more)))  # type: ignore[arg-type]


def wrong(cast: Cast, *ids: str, at: datetime = NOW, user: int | None = None) -> int:
    """A submission handed in and graded at `at`, whose report names `ids`."""
    id = cast.wrong(5, *ids, data=f"# {at} {ids} {user}\n".encode() + b"def svm_loss_naive(): 0\n", user=user)
    with cast.database.write() as session:
        row = session.get_one(Submission, id)
        row.received_at = row.finished_at = at
    return id


def report_of(cast: Cast, id: int) -> Report:
    with cast.database.read() as session:
        report = submissions.report_of(session, id)
    assert report is not None
    return report


def ladder(cast: Cast, id: int, at: datetime) -> Ladder:
    with cast.database.read() as session:
        (one,) = hints.ladders(session, session.get_one(Submission, id), report_of(cast, id), at)
        return one


def unlock(cast: Cast, id: int, level: int, at: datetime, key: tuple[str, str] = KEY) -> Ladder:
    report = report_of(cast, id)
    with cast.database.write() as session:
        return hints.unlock(session, session.get_one(Submission, id), report, key=key, level=level, at=at)


def refused(cast: Cast, id: int, level: int, at: datetime, key: tuple[str, str] = KEY) -> GraderError:
    with pytest.raises(GraderError) as error:
        unlock(cast, id, level, at, key)
    return error.value


# --------------------------------------------------------------------------- the rules


def test_the_first_hint_stands_with_the_diagnosis_and_the_next_after_another_graded_attempt(cast: Cast) -> None:
    """What holds where a course says nothing."""
    first = wrong(cast, "halved")
    assert (ladder(cast, first, NOW).open, ladder(cast, first, NOW).next) == (1, Next(2, attempts=1))
    second = wrong(cast, "halved", at=NOW + HOUR)
    assert ladder(cast, second, NOW + HOUR).next == Next(2)
    assert unlock(cast, second, 2, NOW + 2 * HOUR).next == Next(3, attempts=1)
    third = wrong(cast, "halved", at=NOW + 3 * HOUR)
    assert (unlock(cast, third, 3, NOW + 3 * HOUR).open, ladder(cast, third, NOW).next) == (3, None)


def test_by_time_the_next_opens_so_many_minutes_after_the_one_before(cast: Cast) -> None:
    rule(cast, "time", minutes=60)
    id = wrong(cast, "halved")
    assert ladder(cast, id, NOW + HOUR / 2).next == Next(2, at=NOW + HOUR)
    assert ladder(cast, id, NOW + HOUR).next == Next(2)
    assert unlock(cast, id, 2, NOW + 5 * HOUR).next == Next(3, at=NOW + 6 * HOUR)


def test_time_counts_from_when_the_mistake_was_first_named(cast: Cast) -> None:
    rule(cast, "time", minutes=60)
    wrong(cast, "halved")
    later = wrong(cast, "halved", at=NOW + 2 * HOUR)
    assert ladder(cast, later, NOW + 2 * HOUR).next == Next(2)


def test_with_nothing_to_wait_for_every_level_is_opened_by_asking(cast: Cast) -> None:
    rule(cast, "attempts", attempts=0)
    id = wrong(cast, "halved")
    assert [unlock(cast, id, level, NOW).open for level in (2, 3)] == [2, 3]


@pytest.mark.parametrize(("kind", "open"), [("none", 0), ("all", 3)])
def test_hints_may_be_shown_all_at_once_or_not_at_all(cast: Cast, kind: str, open: int) -> None:
    rule(cast, kind)
    one = ladder(cast, wrong(cast, "halved"), NOW)
    assert (one.open, one.levels, one.next) == (open, 3, None)


@pytest.mark.parametrize(("kind", "open"), [("time", 3), ("attempts", 3), ("all", 3), ("none", 0)])
def test_once_nobody_is_in_time_any_more_all_are_shown(cast: Cast, kind: str, open: int) -> None:
    """Not while the grace still runs, and never where the course shows none."""
    rule(cast, kind)
    cast.assignment(due=NOW + HOUR, grace_minutes=30)
    id = wrong(cast, "halved")
    assert ladder(cast, id, NOW + 1.4 * HOUR).open == {"none": 0, "all": 3}.get(kind, 1)
    assert ladder(cast, id, NOW + 1.6 * HOUR).open == open


def test_a_course_may_keep_the_rule_after_the_due_time(cast: Cast) -> None:
    rule(cast, "time", all_after_due=False)
    cast.assignment(due=NOW + HOUR)
    assert ladder(cast, wrong(cast, "halved"), NOW + 2 * HOUR).open == 1


def test_who_has_an_extension_is_shown_all_after_the_own_due_time(cast: Cast) -> None:
    cast.assignment(due=NOW + HOUR)
    with cast.database.write() as session:
        session.add(Extension(assignment_id=cast.svm, user_id=cast.ada, due=NOW + 3 * HOUR))
    id = wrong(cast, "halved")
    assert ladder(cast, id, NOW + 2 * HOUR).open == 1
    assert ladder(cast, id, NOW + 4 * HOUR).open == 3


def test_another_rule_holds_at_once_and_what_was_opened_stays_open(cast: Cast) -> None:
    rule(cast, "attempts", attempts=0)
    id = wrong(cast, "halved")
    unlock(cast, id, 2, NOW)
    rule(cast, "time", minutes=30)
    one = ladder(cast, id, NOW)
    assert (one.open, one.next) == (2, Next(3, at=NOW + HOUR / 2))


# --------------------------------------------------------------------------- what stays open, and for whom


def test_a_hint_stays_open_in_later_attempts_for_the_same_mistake_alone(cast: Cast) -> None:
    rule(cast, "attempts", attempts=0)
    unlock(cast, wrong(cast, "halved"), 2, NOW)
    assert ladder(cast, wrong(cast, "halved", at=NOW + HOUR), NOW + HOUR).open == 2
    assert ladder(cast, wrong(cast, "doubled", at=NOW + 2 * HOUR), NOW + 2 * HOUR).open == 1


def test_a_hint_stays_open_after_an_attempt_without_the_mistake(cast: Cast) -> None:
    rule(cast, "attempts", attempts=0)
    unlock(cast, wrong(cast, "halved"), 2, NOW)
    wrong(cast, "doubled", at=NOW + HOUR)
    assert ladder(cast, wrong(cast, "halved", at=NOW + 2 * HOUR), NOW + 2 * HOUR).open == 2


def test_one_student_opens_nothing_for_another(cast: Cast) -> None:
    rule(cast, "attempts", attempts=0)
    unlock(cast, wrong(cast, "halved"), 3 - 1, NOW)
    assert ladder(cast, wrong(cast, "halved", user=cast.ben), NOW).open == 1


def test_only_graded_attempts_count(cast: Cast) -> None:
    id = wrong(cast, "halved")
    waiting = cast.accept(b"def svm_loss_naive(): waits\n", received_at=NOW + HOUR).id
    assert ladder(cast, id, NOW + HOUR).next == Next(2, attempts=1)
    cast.finish(waiting, named(5, "halved"))
    assert ladder(cast, id, NOW + HOUR).next == Next(2)


# --------------------------------------------------------------------------- opening


def test_an_unlock_is_kept_with_who_what_where_and_when_and_stands_in_the_audit(cast: Cast) -> None:
    rule(cast, "attempts", attempts=0)
    id = wrong(cast, "halved")
    unlock(cast, id, 2, NOW)
    with cast.database.read() as session:
        row = session.scalars(sa.select(HintUnlock)).one()
        kept = (row.user_id, row.assignment_id, row.submission_id, row.function, row.diagnosis, row.level, row.at)
        assert kept == (cast.ada, cast.svm, id, *KEY, 2, NOW)
        entry = session.scalars(sa.select(AuditEntry).where(AuditEntry.action == "hint")).one()
        assert (entry.user_id, entry.course_id, entry.subject) == (cast.ada, cast.course, str(id))
        assert entry.detail == {"function": FUNCTION, "diagnosis": "halved", "level": 2}


def test_opening_what_is_open_changes_nothing(cast: Cast) -> None:
    rule(cast, "attempts", attempts=0)
    id = wrong(cast, "halved")
    assert [unlock(cast, id, level, NOW).open for level in (1, 2, 2)] == [1, 2, 2]
    with cast.database.read() as session:
        assert session.scalar(sa.select(sa.func.count(HintUnlock.id))) == 1


def test_two_requests_at_once_open_a_hint_once(cast: Cast) -> None:
    """Both are told that it is open; neither fails on the other's row."""
    rule(cast, "attempts", attempts=0)
    id = wrong(cast, "halved")
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda _: unlock(cast, id, 2, NOW).open, range(4)))
    assert found == [2] * 4
    with cast.database.read() as session:
        assert session.scalar(sa.select(sa.func.count(HintUnlock.id))) == 1


def test_the_database_keeps_an_unlock_once(cast: Cast) -> None:
    id = wrong(cast, "halved")
    about = {"assignment_id": cast.svm, "user_id": cast.ada, "submission_id": id, "function": FUNCTION}
    with pytest.raises(sa.exc.IntegrityError), cast.database.write() as session:
        session.add_all(HintUnlock(**about, diagnosis="halved", level=2, at=NOW) for _ in range(2))


def test_no_level_is_skipped(cast: Cast) -> None:
    rule(cast, "attempts", attempts=0)
    error = refused(cast, wrong(cast, "halved"), 3, NOW)
    assert isinstance(error, Conflict)
    assert (error.message.id, dict(error.message.params)) == ("course.hint.order", {"level": 3, "next": 2})


def test_a_hint_that_is_not_to_be_opened_yet_says_when_it_is(cast: Cast) -> None:
    id = wrong(cast, "halved")
    by_attempt = refused(cast, id, 2, NOW)
    rule(cast, "time", minutes=60)
    by_time = refused(cast, id, 2, NOW)
    assert isinstance(by_attempt, Forbidden)
    assert isinstance(by_time, Forbidden)
    assert (by_attempt.message.id, by_attempt.extra) == ("course.hint.attempts", {"attempts": 1})
    assert (by_time.message.id, by_time.extra) == ("course.hint.at", {"opens": "2026-11-21T13:00:00Z"})


def test_where_a_course_shows_none_there_is_none_to_open(cast: Cast) -> None:
    rule(cast, "none")
    error = refused(cast, wrong(cast, "halved"), 1, NOW)
    assert (error.status, error.message.id) == (403, "course.hint.none")


@pytest.mark.parametrize(
    ("level", "key"),
    [(0, KEY), (4, KEY), (-1, KEY), (2, (FUNCTION, "doubled")), (2, ("other", "halved")), (2, ("\0", "\0"))],
)
def test_a_hint_that_is_not_there_is_not_found(cast: Cast, level: int, key: tuple[str, str]) -> None:
    rule(cast, "attempts", attempts=0)
    assert isinstance(refused(cast, wrong(cast, "halved"), level, NOW, key), NotFound)


# --------------------------------------------------------------------------- who sees what


def grant(cast: Cast, who: str, id: int) -> Grant:
    with cast.database.read() as session:
        person: Person = cast.who(who)
        return for_submission(session, person, "submission.read", id)


@pytest.mark.parametrize(("who", "told"), [("ada", 1), ("asa", 3), ("ines", 3), ("root", 3)])
def test_students_read_what_is_open_and_staff_read_all(cast: Cast, who: str, told: int) -> None:
    id = wrong(cast, "halved")
    with cast.database.read() as session:
        report = report_of(cast, id)
        these = hints.ladders(session, session.get_one(Submission, id), report, NOW)
        seen = hints.seen_by(grant(cast, who, id), report, these)
    assert len(seen.functions[0].diagnosis[0].hints) == told


def test_staff_see_who_has_opened_what_newest_first(cast: Cast) -> None:
    rule(cast, "attempts", attempts=0)
    for user, at in ((cast.ada, NOW), (cast.ben, NOW + HOUR)):
        unlock(cast, wrong(cast, "halved", user=user), 2, at)
    with cast.database.read() as session:
        assignment = session.get_one(CourseAssignment, cast.svm)
        everyone = session.scalars(hints.unlocks(assignment, Filters())).all()
        assert [(one.user.name, one.submission.number) for one in everyone] == [("Ben", 1), ("Ada", 1)]
        assert [one.user.name for one in session.scalars(hints.unlocks(assignment, Filters(section="a")))] == ["Ada"]
        other = session.get_one(CourseAssignment, cast.softmax)
        assert session.scalars(hints.unlocks(other, Filters())).all() == []


def test_the_mistakes_of_a_report_are_kept_beside_its_verdicts(cast: Cast) -> None:
    id = wrong(cast, "halved", "doubled", "halved")
    with cast.database.read() as session:
        rows = session.execute(sa.select(NamedMistake.submission_id, NamedMistake.function, NamedMistake.diagnosis))
        assert sorted(tuple(row) for row in rows) == [(id, FUNCTION, "doubled"), (id, FUNCTION, "halved")]


def test_a_report_is_stored_whole(cast: Cast) -> None:
    """What a student may not read yet is taken out when it is read, never when it is kept."""
    id = wrong(cast, "halved")
    assert encode(report_of(cast, id)) == encode(named(5, "halved"))


def test_the_attempt_before_is_the_last_graded_one_of_the_same_assignment(cast: Cast) -> None:
    first, second = wrong(cast, "halved"), wrong(cast, "doubled", at=NOW + HOUR)
    wrong(cast, "halved", user=cast.ben)
    waiting = cast.accept(b"def svm_loss_naive(): waits\n").id
    third = wrong(cast, "halved", at=NOW + 2 * HOUR)
    with cast.database.read() as session:

        def before(id: int) -> int | None:
            found = submissions.before(session, session.get_one(Submission, id))
            return found.id if found else None

        assert [before(id) for id in (first, second, third, waiting)] == [None, first, second, None]
