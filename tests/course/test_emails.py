"""Another address for the same person: what stays, what ends, and who may change it."""

from __future__ import annotations

import json

import pytest
import sqlalchemy as sa

from grader.course import access, emails, erasure, grades, people, receipts
from grader.course.tables import AuditEntry, Grade, Role, SignInLink, Submission, User
from grader.errors import BadRequest, Conflict, Forbidden, Unauthenticated
from tests.cast import Cast

NEW = "ada@uni.example"
KEY = receipts.key_of(b"a secret")


def change(cast: Cast, user: int, email: str = NEW, *, course: int | None = None, anyone: bool = False) -> int | None:
    with cast.database.write() as session:
        return emails.change(session, session.get_one(User, user), email, cast.ines, course, anyone=anyone)


def test_scores_tokens_and_receipts_stay_with_the_person(cast: Cast) -> None:
    id = cast.graded(18)
    with cast.database.write() as session:
        token = access.make_token(session, session.get_one(User, cast.ada))
        grades.settle_course(session, cast.course)
        receipt = receipts.receipt_of(session, session.get_one(Submission, id), KEY)
    assert change(cast, cast.ada, " ADA@Uni.Example ", course=cast.course) == 0
    with cast.database.read() as session:
        person, _ = access.person_of_token(session, token)
        assert (person.id, person.email) == (cast.ada, NEW)
        assert session.get_one(Grade, (cast.svm, cast.ada)).score == 18
        assert receipts.check(json.dumps(receipt.stored()).encode(), KEY).verdict == "genuine"
        entry = session.scalars(sa.select(AuditEntry).where(AuditEntry.action == emails.ACTION)).one()
    assert (entry.subject, entry.user_id, entry.course_id) == (NEW, cast.ines, cast.course)
    assert entry.detail == {"user": cast.ada, "email": ["ada@example.org", NEW], "links": 0}


def test_sign_in_links_that_are_open_end_with_the_old_address(cast: Cast) -> None:
    with cast.database.write() as session:
        ada = session.get_one(User, cast.ada)
        used, open_ = access.make_link(session, ada), access.make_link(session, ada)
        access.redeem(session, used)
    assert change(cast, cast.ada) == 1
    with cast.database.write() as session, pytest.raises(Unauthenticated):
        access.redeem(session, open_)
    with cast.database.read() as session:
        assert session.scalars(sa.select(SignInLink)).one().used_at is not None


def test_an_address_that_is_the_same_changes_and_ends_nothing(cast: Cast) -> None:
    with cast.database.write() as session:
        link = access.make_link(session, session.get_one(User, cast.ada))
    assert change(cast, cast.ada, "Ada@Example.org") is None
    with cast.database.write() as session:
        assert access.redeem(session, link)
        assert not session.scalars(sa.select(AuditEntry).where(AuditEntry.action == emails.ACTION)).all()


def test_an_address_is_one_persons_and_has_to_be_one(cast: Cast) -> None:
    with pytest.raises(Conflict) as taken:
        change(cast, cast.ada, "BEN@example.org")
    assert (taken.value.message.id, dict(taken.value.message.params)) == (
        "roster.email.taken",
        {"email": "ben@example.org"},
    )
    with pytest.raises(BadRequest):
        change(cast, cast.ada, "nobody")


def test_a_course_changes_the_address_of_none_who_is_elsewhere_or_runs_the_site(cast: Cast) -> None:
    """By another address one signs in as its person: it would open what the course has no say in."""
    with cast.database.write() as session:
        course = people.find_course(session, "ml")
        for user in (cast.stan, cast.root):
            people.add_member(session, course, session.get_one(User, user), Role.STUDENT)
    for user in (cast.stan, cast.root):
        with pytest.raises(Forbidden):
            change(cast, user, course=cast.course)
    assert change(cast, cast.stan, course=cast.course, anyone=True) == 0


def test_who_left_another_course_but_not_the_work_there_is_elsewhere(cast: Cast) -> None:
    cast.graded(18)
    with cast.database.read() as session:
        assert emails.elsewhere(session, [cast.ada, cast.ben], cast.course) == set()
        assert emails.elsewhere(session, [cast.ada], cast.course + 1) == {cast.ada}


def test_a_person_who_is_erased_is_erased_under_former_addresses_too(cast: Cast) -> None:
    change(cast, cast.ada)
    change(cast, cast.ada, "ada@third.example")
    with cast.database.write() as session:
        erasure.erase(session, session.get_one(User, cast.ada), cast.root)
    with cast.database.read() as session:
        left = json.dumps([[one.subject, one.detail] for one in session.scalars(sa.select(AuditEntry))])
    assert [word for word in ("ada@example.org", NEW, "ada@third.example") if word in left] == []


def test_a_former_address_that_somebody_else_has_now_is_not_taken_out(cast: Cast) -> None:
    change(cast, cast.ada)
    change(cast, cast.ben, "ada@example.org")
    with cast.database.read() as session:
        assert emails.former(session, cast.ada) == []
        assert emails.former(session, cast.ben) == ["ben@example.org"]
