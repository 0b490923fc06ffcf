"""A course again for the next term: dates by whole local days, every setting, nobody but the staff who are chosen."""

from __future__ import annotations

from datetime import UTC, date, datetime
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from grader.course import copying, people, site, units
from grader.course.copying import Copy, moved
from grader.course.tables import AuditEntry, Course, CourseAssignment, Grade, Membership, PathMap, Role, Submission, now
from grader.errors import BadRequest, Conflict
from tests.cast import Cast

BERLIN, NEW_YORK, SEOUL = ZoneInfo("Europe/Berlin"), ZoneInfo("America/New_York"), ZoneInfo("Asia/Seoul")


def local(where: ZoneInfo, *parts: int) -> datetime:
    return datetime(*parts, tzinfo=where)  # type: ignore[arg-type, misc]


@pytest.mark.parametrize(
    ("where", "at", "days", "then"),
    [
        (BERLIN, (2026, 10, 10, 23, 59), 28, (2026, 11, 7, 23, 59)),  # into winter
        (BERLIN, (2027, 3, 1, 23, 59), 30, (2027, 3, 31, 23, 59)),  # into summer
        (NEW_YORK, (2026, 10, 31, 23, 59), 1, (2026, 11, 1, 23, 59)),  # the day on which the clocks change
        (NEW_YORK, (2027, 3, 13, 23, 59), 1, (2027, 3, 14, 23, 59)),
        (NEW_YORK, (2027, 3, 14, 0, 0), 0, (2027, 3, 14, 0, 0)),
        (SEOUL, (2026, 9, 1, 23, 59), 182, (2027, 3, 2, 23, 59)),
        (BERLIN, (2026, 11, 7, 23, 59), -28, (2026, 10, 10, 23, 59)),
        (BERLIN, (2028, 2, 29, 12, 0), 365, (2029, 2, 28, 12, 0)),
    ],
)
def test_the_clock_on_the_wall_stays(where: ZoneInfo, at: tuple[int, ...], days: int, then: tuple[int, ...]) -> None:
    result = moved(local(where, *at).astimezone(UTC), where, days)
    assert result.astimezone(UTC) == local(where, *then).astimezone(UTC)
    assert (result.hour, result.minute) == then[3:]


def test_a_time_that_the_clocks_skip_is_what_they_show_an_hour_later() -> None:
    skipped = moved(local(BERLIN, 2027, 3, 27, 2, 30), BERLIN, 1)
    assert skipped.astimezone(UTC).astimezone(BERLIN) == local(BERLIN, 2027, 3, 28, 3, 30)


def test_a_time_that_comes_twice_is_the_first() -> None:
    twice = moved(local(BERLIN, 2026, 10, 24, 2, 30), BERLIN, 1)
    assert twice.astimezone(UTC) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


@pytest.mark.parametrize("days", [4_000_000, -4_000_000, 2_913_000, -30_000])
def test_dates_do_not_leave_the_calendar(days: int) -> None:
    with pytest.raises(BadRequest):
        moved(local(SEOUL, 2026, 9, 1, 12, 0), SEOUL, days)


def settle(cast: Cast) -> None:
    """A term with settings that are not the defaults."""
    times = {
        "opens": local(SEOUL, 2026, 9, 1, 9, 0),
        "due": local(SEOUL, 2026, 9, 15, 23, 59),
        "closes": local(SEOUL, 2026, 9, 22, 23, 59),
    }
    policy = {"kind": "percent", "percent_per_day": 10}
    more = {"questions": [{"id": "Q1", "text": "Why?", "points": 2}], "points": {"gradient": 3}, "tolerance": 1e-5}
    cast.assignment(
        **times,
        **more,
        late_policy=policy,
        grace_minutes=5,
        attempts_per_day=3,
        counts="last",
        weight=Fraction(2),
        teams=True,
        title="First",
        hints={"kind": "all"},
        visibility={"gradient": "never"},
        released_at=now(),
        version=7,
    )
    with cast.database.write() as session:
        session.get_one(CourseAssignment, cast.softmax).due = local(SEOUL, 2026, 9, 29, 23, 59)
        course = session.get_one(Course, cast.course)
        course.late_days, course.profile, course.ends = 4, "2016", local(SEOUL, 2026, 12, 20, 18, 0)
        session.add(PathMap(course_id=cast.course, prefix="a1/", slug="svm"))


def copy(cast: Cast, wanted: Copy, by: int | None = None) -> int:
    with cast.database.write() as session:
        return copying.copy(session, session.get_one(Course, cast.course), wanted, by=by).id


def test_assignments_come_with_all_settings_and_moved_dates(cast: Cast) -> None:
    settle(cast)
    made = copy(cast, Copy("ml-2027", 182))
    with cast.database.read() as session:
        course = session.get_one(Course, made)
        assert (course.title, course.timezone, course.late_days, course.profile) == (
            "Machine learning",
            "Asia/Seoul",
            4,
            "2016",
        )
        assert course.ends == local(SEOUL, 2027, 6, 20, 18, 0)
        old = session.get_one(CourseAssignment, cast.svm)
        new = units.find_assignment(session, course, "svm")
        assert (new.opens, new.due, new.closes) == (
            local(SEOUL, 2027, 3, 2, 9, 0),
            local(SEOUL, 2027, 3, 16, 23, 59),
            local(SEOUL, 2027, 3, 23, 23, 59),
        )
        same = {column.key for column in sa.inspect(CourseAssignment).column_attrs} - copying.OF_ITS_OWN
        for name in same - set(copying.MOMENTS):
            assert getattr(new, name) == getattr(old, name), name
        assert (new.released_at, new.version) == (None, 0)
        assert units.find_assignment(session, course, "softmax").due == local(SEOUL, 2027, 3, 30, 23, 59)
        assert session.scalars(sa.select(PathMap.slug).where(PathMap.course_id == made)).all() == ["svm"]


def test_nobody_comes_along_but_chosen_staff(cast: Cast) -> None:
    cast.graded(20)
    made = copy(cast, Copy("ml-2027", 7, staff=[cast.abe, cast.ines]), by=cast.ines)
    with cast.database.read() as session:
        rows = session.scalars(sa.select(Membership).where(Membership.course_id == made))
        assert {(one.user_id, one.role, one.section) for one in rows} == {
            (cast.abe, Role.ASSISTANT, "a"),
            (cast.ines, Role.INSTRUCTOR, ""),
        }
        theirs = sa.select(CourseAssignment.id).where(CourseAssignment.course_id == made)
        for table in (Submission, Grade):
            assert session.scalars(sa.select(table).where(table.assignment_id.in_(theirs))).all() == []
        (entry,) = session.scalars(sa.select(AuditEntry).where(AuditEntry.action == "copy-course"))
        assert (entry.user_id, entry.detail) == (cast.ines, {"from": "ml", "days": 7, "staff": 2})


def test_the_shell_copies_without_an_instructor(cast: Cast) -> None:
    made = copy(cast, Copy("ml-2027", 0))
    with cast.database.read() as session:
        assert session.scalars(sa.select(Membership).where(Membership.course_id == made)).all() == []


@pytest.mark.parametrize("who", ["ada", "stan"])
def test_a_student_is_no_staff_to_take_along(cast: Cast, who: str) -> None:
    with pytest.raises(BadRequest):
        copy(cast, Copy("ml-2027", 0, staff=[getattr(cast, who)]))
    with cast.database.read() as session, pytest.raises(BadRequest):
        copying.staff_id(session, session.get_one(Course, cast.course), f"{who}@example.org")


def test_an_address_that_is_taken_or_none_is_refused(cast: Cast) -> None:
    with pytest.raises(Conflict):
        copy(cast, Copy("other", 0))
    with pytest.raises(BadRequest):
        copy(cast, Copy("a b", 0))


def test_the_first_day_is_one_of_the_courses_own_calendar(cast: Cast) -> None:
    """00:30 in Seoul is the day before in UTC."""
    with cast.database.write() as session:
        course = session.get_one(Course, cast.course)
        assert copying.begins(session, course) is None
        with pytest.raises(BadRequest):
            copying.days_until(session, course, date(2027, 3, 2))
    cast.assignment(opens=local(SEOUL, 2026, 9, 1, 0, 30))
    with cast.database.read() as session:
        course = session.get_one(Course, cast.course)
        assert copying.begins(session, course) == date(2026, 9, 1)
        assert copying.days_until(session, course, date(2027, 3, 2)) == 182


# --------------------------------------------------------------------------- the site


def test_the_site_lists_courses_with_their_people(cast: Cast) -> None:
    with cast.database.read() as session:
        assert [(line.course.slug, line.students, line.staff, line.assignments) for line in site.courses(session)] == [
            ("ml", 2, 3, 2),
            ("other", 1, 1, 0),
        ]


@pytest.mark.parametrize(
    ("search", "found"), [("ADA", ["ada"]), ("%", []), ("_", []), ("in", ["ines"]), (" root@ ", ["root"])]
)
def test_people_are_found_by_letters_of_name_or_address(cast: Cast, search: str, found: list[str]) -> None:
    with cast.database.read() as session:
        assert [one.email.partition("@")[0] for one in session.scalars(site.people(search))] == found


def test_a_site_keeps_an_administrator(cast: Cast) -> None:
    with cast.database.write() as session:
        root, ines = site.find(session, "root@example.org"), site.find(session, str(cast.ines))
        with pytest.raises(Conflict):
            site.set_admin(session, cast.who("root"), root, False)
        site.set_admin(session, cast.who("root"), ines, True)
        site.set_admin(session, cast.who("ines"), root, False)
    with cast.database.read() as session:
        assert [one.email for one in session.scalars(site.people()) if one.admin] == ["ines@example.org"]
        actions = session.execute(sa.select(AuditEntry.action, AuditEntry.user_id).order_by(AuditEntry.id)).all()
    assert [("make-admin", cast.root), ("unmake-admin", cast.ines)] == [tuple(one) for one in actions[-2:]]


def test_an_account_is_made_once(cast: Cast) -> None:
    with cast.database.write() as session:
        site.add(session, cast.who("root"), "zoe@example.org", "Zoe")
        assert people.find_user(session, "zoe@example.org").name == "Zoe"
        with pytest.raises(Conflict):
            site.add(session, cast.who("root"), "zoe@example.org", "Zoe")
