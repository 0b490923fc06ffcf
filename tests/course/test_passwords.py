"""Passwords: what is kept of one, and that a guess costs the same whoever it is for."""

from __future__ import annotations

import unicodedata

import pytest
import sqlalchemy as sa

from grader.course import access, passwords, people
from grader.course.passwords import Passwords, check_new
from grader.course.people import Person
from grader.course.tables import AuditEntry, BrowserSession, User, now
from grader.errors import BadRequest
from tests.cast import Cast

ADA = Person(1, "ada@example.org", "Ada Lovelace", False, None)


class Counting:
    """A hasher that turns a text round, and knows how often it was asked."""

    def __init__(self) -> None:
        self.asked = 0

    def hash(self, password: str) -> str:
        return password[::-1]

    def verify(self, password: str, hash: str) -> bool:
        self.asked += 1
        return self.hash(password) == hash


def test_a_password_is_kept_as_argon2id() -> None:
    made = Passwords().hash("correct horse battery")
    assert made.startswith("$argon2id$v=19$m=65536,")
    assert "horse" not in made
    assert Passwords().matches("correct horse battery", made)
    assert not Passwords().matches("correct horse batterz", made)


def test_a_guess_at_nobody_is_checked_as_one_at_somebody() -> None:
    hasher = Counting()
    checking = Passwords(hasher)
    assert checking.matches("secret", "terces")
    assert not checking.matches("secret", "other")
    assert not checking.matches("secret", None)
    assert hasher.asked == 3


def test_the_decoys_own_password_opens_nothing() -> None:
    checking = Passwords(Counting())
    assert not checking.matches("a password that nobody has", None)


def test_what_is_kept_and_is_no_hash_opens_nothing() -> None:
    assert not Passwords().matches("x", "nonsense")


def test_hangul_is_the_same_however_a_keyboard_composes_it() -> None:
    checking, word = Passwords(Counting()), "비밀번호열글자이상임"
    assert checking.matches(unicodedata.normalize("NFD", word), checking.hash(word))


@pytest.mark.parametrize(
    "password", ["", "short", "x" * 300, "ada@example.org", "ADA LOVELACE", "aaaaaaaaaaaa", "abababababab"]
)
def test_a_new_password_that_is_easy_is_refused(password: str) -> None:
    with pytest.raises(BadRequest):
        check_new(ADA, password)


@pytest.mark.parametrize("password", ["three words suffice", "0123456789", "비밀번호는 열 글자", "x" * 250 + "abcd"])
def test_an_ordinary_phrase_is_taken(password: str) -> None:
    check_new(ADA, password)
    hasher = Passwords(Counting())
    assert hasher.matches(password, hasher.hash(password))


def test_setting_and_removing_one_ends_every_session(cast: Cast) -> None:
    for hash in ("$hash", None):
        with cast.database.write() as session:
            cookies = [access.begin_session(session, cast.ada) for _ in range(2)]
            access.begin_session(session, cast.ben)
            who = access.person_of_session(session, cookies[0])
            passwords.keep(session, who, hash)
            assert session.scalars(sa.select(BrowserSession.user_id).distinct()).all() == [cast.ben]
            assert passwords.kept(session, cast.ada) == hash
    with cast.database.read() as session:
        actions = session.scalars(sa.select(AuditEntry.action).where(AuditEntry.user_id == cast.ada)).all()
        details = session.scalars(sa.select(AuditEntry.detail).where(AuditEntry.user_id == cast.ada)).all()
    assert (actions, details) == (["password", "remove-password"], [{}, {}])


@pytest.mark.parametrize("email", ["nobody@example.org", "nonsense", "", "\0"])
def test_no_account_is_found_where_there_is_none(cast: Cast, email: str) -> None:
    with cast.database.read() as session:
        assert passwords.account(session, email) is None
        assert passwords.account(session, " ADA@example.org ") == (cast.ada, None)


def test_who_was_erased_has_no_account(cast: Cast) -> None:
    with cast.database.write() as session:
        session.execute(sa.update(User).where(User.id == cast.ada).values(erased_at=now(), password="$hash"))
        assert passwords.account(session, "ada@example.org") is None
        assert people.find_user(session, "ben@example.org").id == cast.ben
