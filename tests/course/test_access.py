"""Tokens, links, sessions, and who may see what."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from grader.course import access, people, permissions
from grader.course.people import Person
from grader.course.permissions import visible_submissions
from grader.course.tables import BrowserSession, Role, SignInLink, Token, User, now
from grader.errors import BadRequest, Conflict, Forbidden, NotFound, Unauthenticated
from tests.cast import Cast


def token(cast: Cast, *scopes: str) -> str:
    with cast.database.write() as session:
        return access.make_token(session, session.get_one(User, cast.ada), scopes=scopes or ("all",))


def link(cast: Cast) -> str:
    with cast.database.write() as session:
        return access.make_link(session, session.get_one(User, cast.ada))


def test_a_token_is_recognised_and_kept_as_a_hash_only(cast: Cast) -> None:
    made = token(cast, "submit")
    assert made.startswith("ag_")
    assert len(made) == 46
    with cast.database.read() as session:
        person, row = access.person_of_token(session, made)
        assert made not in [column for one in session.scalars(sa.select(Token)) for column in vars(one).values()]
    assert (person.id, person.scopes) == (cast.ada, {"submit"})
    assert access.is_stale(row)


@pytest.mark.parametrize("wrong", ["", "ag_", "ag_" + "x" * 43, "\udcff"])
def test_a_token_that_was_never_made_is_refused(cast: Cast, wrong: str) -> None:
    with cast.database.read() as session, pytest.raises(Unauthenticated):
        access.person_of_token(session, wrong)


def test_a_revoked_token_is_refused(cast: Cast) -> None:
    made = token(cast)
    with cast.database.write() as session:
        session.execute(sa.update(Token).values(revoked_at=now()))
    with cast.database.read() as session, pytest.raises(Unauthenticated):
        access.person_of_token(session, made)


def test_a_token_for_an_unknown_scope_is_not_made(cast: Cast) -> None:
    with pytest.raises(BadRequest):
        token(cast, "everything")


def test_a_link_signs_in_once(cast: Cast) -> None:
    secret = link(cast)
    with cast.database.write() as session:
        assert access.is_usable(session, secret)
        cookie = access.redeem(session, secret)
    with cast.database.write() as session:
        assert access.person_of_session(session, cookie).id == cast.ada
        assert not access.is_usable(session, secret)
        with pytest.raises(Unauthenticated):
            access.redeem(session, secret)


def test_a_link_is_dead_after_fifteen_minutes(cast: Cast) -> None:
    secret = link(cast)
    with cast.database.write() as session:
        assert session.scalars(sa.select(SignInLink)).one().expires_at <= now() + timedelta(minutes=15)
        session.execute(sa.update(SignInLink).values(expires_at=now() - timedelta(seconds=1)))
    with cast.database.write() as session, pytest.raises(Unauthenticated):
        access.redeem(session, secret)


def test_a_session_ends_by_itself_and_by_signing_out(cast: Cast) -> None:
    cookies = []
    for _ in range(2):
        secret = link(cast)
        with cast.database.write() as session:
            cookies.append(access.redeem(session, secret))
    with cast.database.write() as session:
        access.sign_out(session, cookies[0])
    with cast.database.write() as session:
        session.execute(sa.update(BrowserSession).values(expires_at=now() - timedelta(seconds=1)))
    for cookie in cookies:
        with cast.database.read() as session, pytest.raises(Unauthenticated):
            access.person_of_session(session, cookie)


# --------------------------------------------------------------------------- people


def test_an_address_is_one_users_however_it_is_written(cast: Cast) -> None:
    with cast.database.write() as session, pytest.raises(Conflict):
        people.create_user(session, " ADA@example.org")


@pytest.mark.parametrize("wrong", ["", "ada", "@example.org", "ada@", "a b@c", "a\x00@b.c", "a@" + "b" * 300])
def test_what_is_no_address_is_refused(wrong: str) -> None:
    with pytest.raises(BadRequest):
        people.clean_email(wrong)


@pytest.mark.parametrize("wrong", ["", "a b", "a/b", ".", "..", "강좌", "x" * 65])
def test_a_course_has_a_name_that_fits_in_an_address(cast: Cast, wrong: str) -> None:
    with cast.database.write() as session, pytest.raises(BadRequest):
        people.create_course(session, wrong)


@pytest.mark.parametrize("wrong", ["Mars/Base", "", "../etc/passwd", "/etc"])
def test_an_unknown_time_zone_is_refused(cast: Cast, wrong: str) -> None:
    with cast.database.write() as session, pytest.raises(BadRequest):
        people.create_course(session, "x", timezone=wrong)


def test_a_course_is_made_once(cast: Cast) -> None:
    with cast.database.write() as session, pytest.raises(Conflict):
        people.create_course(session, "ml")


@pytest.mark.parametrize("wrong", ["", "nowhere", "a\0b", "\u2028", "m" * 100_000])
def test_a_course_that_is_none_is_not_found(cast: Cast, wrong: str) -> None:
    with cast.database.read() as session, pytest.raises(NotFound):
        people.find_course(session, wrong)


def test_a_member_can_be_given_another_role(cast: Cast) -> None:
    with cast.database.write() as session:
        course = people.find_course(session, "ml")
        people.add_member(session, course, people.find_user(session, "ada@example.org"), Role.ASSISTANT)
    with cast.database.read() as session:
        assert [role for _, role in people.courses_of(session, cast.who("ada"))] == [Role.ASSISTANT]


def test_an_administrator_is_instructor_everywhere(cast: Cast) -> None:
    with cast.database.read() as session:
        assert {course.slug: role for course, role in people.courses_of(session, cast.who("root"))} == {
            "ml": Role.INSTRUCTOR,
            "other": Role.INSTRUCTOR,
        }


# --------------------------------------------------------------------------- permissions


@pytest.mark.parametrize(
    ("name", "sees"), [("ada", True), ("ben", False), ("asa", True), ("ines", True), ("stan", False), ("root", True)]
)
def test_a_submission_is_seen_by_its_owner_and_the_staff(cast: Cast, name: str, sees: bool) -> None:
    id = cast.accept().id
    with cast.database.read() as session:
        found = session.scalars(visible_submissions(cast.who(name))).all()
    assert [one.id for one in found] == ([id] if sees else [])


def test_someone_elses_submission_is_not_there(cast: Cast) -> None:
    id = cast.accept().id
    with cast.database.read() as session, pytest.raises(NotFound):
        permissions.for_submission(session, cast.who("ben"), "submission.read", id)


def test_staff_may_read_a_submission_and_not_cancel_it(cast: Cast) -> None:
    id = cast.accept().id
    with cast.database.read() as session:
        assert permissions.for_submission(session, cast.who("ines"), "submission.read", id).staff
        with pytest.raises(Forbidden):
            permissions.for_submission(session, cast.who("ines"), "submission.steer", id)


def test_a_token_carries_what_its_scopes_allow(cast: Cast) -> None:
    ada = cast.who("ada")
    reader = Person(ada.id, ada.email, ada.name, False, None, frozenset({"read"}))
    with cast.database.read() as session:
        assert permissions.for_course(session, reader, "course.read", "ml").role is Role.STUDENT
        with pytest.raises(Forbidden):
            permissions.for_course(session, reader, "submission.create", "ml")
