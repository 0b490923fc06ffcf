"""Who has never signed in is invited by a link that lives for days; whoever came in needs none."""

from __future__ import annotations

from datetime import timedelta

import alembic.command
import pytest
import sqlalchemy as sa

from grader.course import access, invitations, people
from grader.course.database import Database, make_engine, migrate
from grader.course.tables import AuditEntry, Course, Role, SignInLink, User, now
from grader.course.upgrade import configuration
from grader.errors import BadRequest, Conflict, Unauthenticated
from grader.settings import Settings
from tests.cast import Cast


def invite(cast: Cast, days: int = 7) -> str:
    with cast.database.write() as session:
        return access.make_invitation(session, cast.ada, now() + timedelta(days=days))


def redeem(cast: Cast, secret: str) -> str:
    with cast.database.write() as session:
        return access.redeem(session, secret)


def test_an_invitation_signs_in_once_and_is_kept_as_a_hash_only(cast: Cast) -> None:
    secret = invite(cast)
    with cast.database.read() as session:
        row = session.scalars(sa.select(SignInLink)).one()
        assert row.invitation
        assert secret not in vars(row).values()
        assert timedelta(days=6) < row.expires_at - now() < timedelta(days=8)
    redeem(cast, secret)
    with pytest.raises(Unauthenticated):
        redeem(cast, secret)


def test_a_new_invitation_ends_the_one_before(cast: Cast) -> None:
    first, second = invite(cast), invite(cast)
    with pytest.raises(Unauthenticated):
        redeem(cast, first)
    assert redeem(cast, second)


def test_an_old_invitation_signs_nobody_in(cast: Cast) -> None:
    secret = invite(cast, days=-1)
    with pytest.raises(Unauthenticated):
        redeem(cast, secret)


def test_whoever_signs_in_another_way_ends_the_invitation_and_is_known_to_have_come(cast: Cast) -> None:
    secret = invite(cast)
    with cast.database.write() as session:
        assert session.get_one(User, cast.ada).signed_in_at is None
        access.begin_session(session, cast.ada)
    with cast.database.read() as session:
        assert session.get_one(User, cast.ada, populate_existing=True).signed_in_at is not None
    with pytest.raises(Unauthenticated):
        redeem(cast, secret)


def test_who_came_in_before_this_was_kept_is_known_by_a_link_a_browser_or_a_password(empty_url: str) -> None:
    """A database of the version before, with four people: by link, by browser, with a password, and never."""
    engine, at = make_engine(empty_url), {"at": "2026-11-21 16:00:00", "later": "2027-11-21 16:00:00"}
    user = "insert into users (id, email, name, admin, mail, password, made_at) values ({0}, 'p{0}@x.org', '', "
    rows = [user.format(id) + f"false, true, {password}, :at)" for id, password in ((1, "null"), (2, "null"))]
    rows += [user.format(3) + "false, true, 'argon', :at)", user.format(4) + "false, true, null, :at)"]
    rows += [
        "insert into sign_in_links (sha256, user_id, expires_at, used_at) values ('a', 1, :at, :at)",
        "insert into sign_in_links (sha256, user_id, expires_at) values ('b', 4, :at)",
        "insert into sessions (sha256, user_id, made_at, expires_at) values ('c', 2, :at, :later)",
    ]
    with engine.connect() as connection:
        alembic.command.upgrade(configuration(connection), "0005")
        for row in rows:
            connection.execute(sa.text(row), at)
        connection.commit()
    migrate(empty_url)
    with Database(Settings(database_url=empty_url)) as database, database.read() as session:
        came = session.scalars(sa.select(User.id).where(User.signed_in_at.is_not(None)).order_by(User.id)).all()
        assert came == [1, 2, 3]
        assert not any(session.scalars(sa.select(SignInLink.invitation)))
    engine.dispose()


# --------------------------------------------------------------------------- a whole course


def all_of(cast: Cast, *, anyone: bool = False) -> dict[str, invitations.Waiting]:
    with cast.database.read() as session:
        course = session.get_one(Course, cast.course)
        return {one.member.user.email: one for one in invitations.waiting(session, course, anyone=anyone)}


def invite_all(cast: Cast, days: int = 7, *, anyone: bool = False) -> list[invitations.Invitation]:
    with cast.database.write() as session:
        course = session.get_one(Course, cast.course)
        waiting = invitations.waiting(session, course, anyone=anyone)
        return invitations.invite(session, course, waiting, days, cast.ines)


def test_whoever_has_never_signed_in_is_invited_each_by_a_link_of_their_own(cast: Cast) -> None:
    with cast.database.write() as session:
        access.begin_session(session, cast.ben)
    made = invite_all(cast)
    emails = [one.user.email for one in made]
    assert emails == ["abe@example.org", "ada@example.org", "asa@example.org", "ines@example.org"]
    assert len({one.secret for one in made}) == 4
    with cast.database.write() as session:
        cookie = access.redeem(session, made[1].secret)
        assert access.person_of_session(session, cookie).id == cast.ada
    waiting = all_of(cast)
    assert list(waiting) == ["abe@example.org", "asa@example.org", "ines@example.org"]
    assert waiting["asa@example.org"].until == made[2].until


def test_each_invitation_is_on_record_without_its_secret(cast: Cast) -> None:
    made = invite_all(cast)
    with cast.database.read() as session:
        entries = session.scalars(sa.select(AuditEntry).where(AuditEntry.action == "invite")).all()
    assert {(one.subject, one.user_id, one.course_id) for one in entries} == {
        (one.user.email, cast.ines, cast.course) for one in made
    }
    assert not any(one.secret in str(entry.detail) for one in made for entry in entries)


def test_who_is_elsewhere_too_is_invited_by_an_administrator_alone(cast: Cast) -> None:
    with cast.database.write() as session:
        course = session.get_one(Course, cast.course)
        for user in (cast.stan, cast.root):
            people.add_member(session, course, session.get_one(User, user), Role.STUDENT)
    assert all_of(cast)["stan@example.org"].elsewhere
    invited = {one.user.email for one in invite_all(cast)}
    assert not invited & {"stan@example.org", "root@example.org"}
    assert {"stan@example.org", "root@example.org"} < {one.user.email for one in invite_all(cast, anyone=True)}


@pytest.mark.parametrize("days", [0, 31])
def test_a_link_is_good_for_a_day_to_a_month(cast: Cast, days: int) -> None:
    with pytest.raises(BadRequest):
        invite_all(cast, days)


def test_one_who_has_signed_in_or_is_elsewhere_gets_no_first_link_and_is_told_why(cast: Cast) -> None:
    with cast.database.write() as session:
        course = session.get_one(Course, cast.course)
        people.add_member(session, course, session.get_one(User, cast.stan), Role.STUDENT)
        access.begin_session(session, cast.ben)
        told = []
        for id in (cast.ben, cast.stan):
            member = session.scalars(people.members(course.id).where(User.id == id)).one()
            with pytest.raises(Conflict) as refusal:
                invitations.of_one(session, course, member, anyone=False)
            told.append(refusal.value.message.id)
    assert told == ["roster.invite.came", "roster.invite.elsewhere"]
