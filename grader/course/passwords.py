"""Passwords, for those who want one beside links: argon2id, and nothing that tells who has an account.

A guess takes as long for an address that nobody has, or that has no password, as for one that has: it is held against a
decoy then. Hashing takes some 0.1 s and 64 MiB, so that whoever calls counts tries and runs few at a time.
"""

from __future__ import annotations

import unicodedata
from functools import cached_property
from typing import Protocol

import sqlalchemy as sa
from pwdlib import PasswordHash
from pwdlib.exceptions import PwdlibError
from pwdlib.hashers.argon2 import Argon2Hasher
from sqlalchemy.orm import Session

from grader.core import Message
from grader.course import access, audit
from grader.course.people import Person, clean_email
from grader.course.tables import User
from grader.errors import BadRequest

SHORTEST, LONGEST = 10, 256


class Hasher(Protocol):
    """What hashes, and what tells whether a password is that of a hash."""

    def hash(self, password: str) -> str: ...

    def verify(self, password: str, hash: str) -> bool: ...


class Passwords:
    """Hashes and checks; knows no database."""

    def __init__(self, hasher: Hasher | None = None) -> None:
        self._hasher = hasher or PasswordHash((Argon2Hasher(),))

    @cached_property
    def _decoy(self) -> str:
        return self._hasher.hash("a password that nobody has")

    def hash(self, password: str) -> str:
        return self._hasher.hash(_plain(password))

    def matches(self, password: str, kept: str | None) -> bool:
        """Whether `password` is the one whose hash is kept; None takes as long, and is False."""
        decoy = self._decoy  # before it is known whether it is needed: the first guess of all makes it
        try:
            right = self._hasher.verify(_plain(password[:LONGEST]), kept or decoy)
        except PwdlibError:  # what is kept is no hash that we know
            right = False
        return right and kept is not None


def _plain(password: str) -> str:
    """The same keys give the same text: Hangul may come in syllables or in letters."""
    return unicodedata.normalize("NFC", password)


def check_new(who: Person, password: str) -> None:
    """Raises BadRequest for a password that is too short, too long, or stands in the address."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise BadRequest(Message("people.password.length", {"least": SHORTEST, "most": LONGEST}))
    if password.lower() in (who.email, who.name.lower()) or len(set(password)) < 4:
        raise BadRequest(Message("people.password.easy"))


def account(session: Session, email: str) -> tuple[int, str | None] | None:
    """Id and password hash of the account of an address; None where there is none, or it was erased."""
    try:
        plain = clean_email(email)
    except BadRequest:
        return None
    row = session.execute(
        sa.select(User.id, User.password).where(User.email == plain, User.erased_at.is_(None))
    ).one_or_none()
    return None if row is None else (row.id, row.password)


def kept(session: Session, user_id: int) -> str | None:
    return session.scalar(sa.select(User.password).where(User.id == user_id))


def keep(session: Session, who: Person, hash: str | None) -> None:
    """Set a person's password, or remove it (None): whoever is signed in anywhere, with the old one or without, is not
    any more."""
    session.execute(sa.update(User).where(User.id == who.id).values(password=hash))
    access.end_sessions(session, who.id)
    audit.record(session, "password" if hash else "remove-password", who.email, user_id=who.id)
