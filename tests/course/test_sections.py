"""Assistants that are confined to sections: what they see, and what is not there for them."""

from __future__ import annotations

import pytest

from grader.course import gradebook, pages, people, permissions, sections, statistics
from grader.course.filters import Filters
from grader.course.permissions import Grant, visible_submissions
from grader.course.tables import Course, CourseAssignment, Membership, Role, now
from grader.errors import NotFound
from tests.cast import Cast


def confine(cast: Cast, text: str) -> None:
    with cast.database.write() as session:
        session.get_one(Membership, (cast.course, cast.abe)).section = text


def grant(cast: Cast, name: str) -> Grant:
    with cast.database.read() as session:
        return permissions.for_course(session, cast.who(name), "course.read", "ml")


def seen(cast: Cast, name: str) -> set[int]:
    with cast.database.read() as session:
        return {one.user_id for one in session.scalars(visible_submissions(cast.who(name)))}


@pytest.mark.parametrize(
    ("text", "whose"),
    [
        ("a", {"ada"}),
        ("b", {"ben"}),
        ("a;b", {"ada", "ben"}),
        ("b;a", {"ada", "ben"}),
        ("ab", set()),
        ("%", set()),
        ("_", set()),
        ("A", set()),
        ("", {"ada", "ben"}),
    ],
)
def test_an_assistant_sees_submissions_of_the_own_sections_alone(cast: Cast, text: str, whose: set[str]) -> None:
    for name in ("ada", "ben"):
        cast.accept(user=getattr(cast, name))
    confine(cast, text)
    assert seen(cast, "abe") == {getattr(cast, name) for name in whose}


def test_who_is_in_no_section_is_seen_by_those_who_see_all(cast: Cast) -> None:
    with cast.database.write() as session:
        session.get_one(Membership, (cast.course, cast.ada)).section = ""
    cast.accept()
    assert seen(cast, "abe") == set()
    assert seen(cast, "asa") == {cast.ada}


def test_what_other_staff_hand_in_to_try_is_not_of_a_section(cast: Cast) -> None:
    with cast.database.write() as session:
        session.get_one(Membership, (cast.course, cast.asa)).section = "a"
    cast.accept(user=cast.asa)
    assert seen(cast, "abe") == set()
    assert seen(cast, "ines") == {cast.asa}


def test_an_assistant_always_sees_what_is_ones_own(cast: Cast) -> None:
    id = cast.accept(user=cast.abe).id
    with cast.database.read() as session:
        found = permissions.for_submission(session, cast.who("abe"), "submission.steer", id)
    assert found.sections == {"a"}


def test_sections_of_a_role_that_was_left_confine_nobody(cast: Cast) -> None:
    with cast.database.write() as session:
        session.get_one(Membership, (cast.course, cast.abe)).role = Role.INSTRUCTOR
    cast.accept(user=cast.ben)
    assert grant(cast, "abe").sections is None
    assert seen(cast, "abe") == {cast.ben}


def test_gradebook_and_statistics_are_those_of_the_sections(cast: Cast) -> None:
    cast.graded(20)
    cast.graded(10, user=cast.ben)
    by = Filters(within=grant(cast, "abe").sections)
    with cast.database.read() as session:
        assert [row.user for row in gradebook.rows(session, cast.course, by)] == [cast.ada]
        figures = statistics.of_assignment(session, session.get_one(CourseAssignment, cast.svm), by)
        assert (figures.students, figures.submitted, figures.median) == (1, 1, 20)


def test_a_filter_does_not_widen_what_is_granted(cast: Cast) -> None:
    with cast.database.read() as session:
        for by in (Filters(section="b", within=frozenset("a")), Filters(user="ben@example.org", within=frozenset("a"))):
            assert gradebook.rows(session, cast.course, by) == []


def test_first_page_and_queue_count_the_sections_alone(cast: Cast) -> None:
    for name in ("ada", "ben"):
        cast.accept(user=getattr(cast, name))
    with cast.database.read() as session:
        (block,) = pages.home(session, cast.who("abe"), now())
        assert (block.students, [row.submitted for row in block.rows if row.slug == "svm"]) == (1, [1])
        assert [one.submission.user_id for one in pages.unfinished(session, cast.who("abe"))] == [cast.ada]
        assert len(pages.unfinished(session, cast.who("asa"))) == 2
        assert pages.sections(session, session.get_one(Course, cast.course), frozenset("a")) == ["a"]


def test_members_are_the_staff_and_the_students_of_the_sections(cast: Cast) -> None:
    with cast.database.read() as session:
        listed = session.scalars(people.members(cast.course, frozenset("a")))
        assert [one.user.name for one in listed] == ["Abe", "Ada", "Asa", "Ines"]


@pytest.mark.parametrize(("who", "finds"), [("abe", False), ("asa", True), ("ines", True), ("root", True)])
def test_a_student_is_found_by_whoever_teaches_that_student(cast: Cast, who: str, finds: bool) -> None:
    with cast.database.read() as session:
        for user in (str(cast.ben), "Ben@Example.org"):
            if finds:
                assert permissions.find_student(session, grant(cast, who), user).user.name == "Ben"
            else:
                with pytest.raises(NotFound):
                    permissions.find_student(session, grant(cast, who), user)


@pytest.mark.parametrize("user", ["ines@example.org", "stan@example.org", "0", "9" * 30, "", "a\0b"])
def test_no_student_is_found_who_is_none_here(cast: Cast, user: str) -> None:
    with cast.database.read() as session, pytest.raises(NotFound):
        permissions.find_student(session, grant(cast, "ines"), user)


@pytest.mark.parametrize(("typed", "kept"), [(" A ; B;", "A;B"), ("A;A", "A"), (";", ""), ("A", "A")])
def test_names_of_sections_are_kept_plain(typed: str, kept: str) -> None:
    assert sections.clean(typed) == kept
