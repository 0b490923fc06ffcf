"""A person who asks to be forgotten: what tells who they are goes, what they scored stays under a pseudonym.

Gone are name, address, password, tokens, sessions, links, e-mail, the repository and the number of the roster, files
and reports, requests, hints, what was written in answers and in comments for them, and reasons. Scores, times and
verdicts stay, so that what a course was like can still be counted. What a team handed in stays for those who are left.

The audit log only grows, and the database refuses whoever would change it. This alone takes words out of it: address
and name become the pseudonym, the reasons given for this person go; what was done, when and by whom stays. It is on
record itself. Backups that were made before still hold everything.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from grader.core import Message
from grader.course import audit, emails, removal, teams
from grader.course.removal import Removed
from grader.course.tables import (
    Answer,
    AuditEntry,
    BrowserSession,
    Comment,
    CourseAssignment,
    Delivery,
    Extension,
    HintUnlock,
    IdempotencyKey,
    Mail,
    Membership,
    Override,
    Regrade,
    RegradeItem,
    RegradeRequest,
    SignInLink,
    Status,
    Submission,
    Token,
    User,
    now,
)
from grader.errors import Conflict

OPEN = (Status.QUEUED, Status.RUNNING)
UNDECIDED = ("running", "ready")


def pseudonym(user_id: int) -> str:
    """What stands in the place of an address: no such domain can exist (RFC 2606)."""
    return f"erased-{user_id}@erased.invalid"


def erase(session: Session, user: User, by: int | None) -> Removed:
    """Forget a person. Raises Conflict for an administrator, while something of theirs is being graded, and while a
    regrade that concerns them is undecided."""
    for course in session.scalars(sa.select(Membership.course_id).where(Membership.user_id == user.id)).all():
        teams.lock(session, course, [user.id])
    _refuse(session, user)
    old = _Words((user.email, *emails.former(session, user.id)), user.name, pseudonym(user.id))
    _forget_person(session, user)
    _forget_words(session, user.id)
    removed = removal.take_away(session, _alone(session, user.id))
    _redact(session, user.id, old)
    audit.record(session, "erase", old.now, user_id=by, detail={"files": removed.files, "reports": removed.reports})
    session.flush()
    return removed


def _refuse(session: Session, user: User) -> None:
    if user.admin:
        raise Conflict(Message("privacy.erase.admin", {"email": user.email}))
    running = session.scalar(
        sa.select(Submission.id).where(Submission.user_id == user.id, Submission.status.in_(OPEN)).limit(1)
    )
    if running is not None:
        raise Conflict(Message("privacy.erase.running", {"id": running}), extra={"submission": running})
    undecided = session.scalar(
        sa.select(Regrade.id)
        .join(RegradeItem, RegradeItem.regrade_id == Regrade.id)
        .where(RegradeItem.user_id == user.id, Regrade.state.in_(UNDECIDED))
        .limit(1)
    )
    if undecided is not None:
        raise Conflict(Message("privacy.erase.regrade", {"id": undecided}), extra={"regrade": undecided})


def _alone(session: Session, user_id: int) -> list[int]:
    """The submissions that are nobody else's: what was handed in for a team stays while somebody of it is there, and
    goes with the last, whoever handed it in."""
    mine, mate, other = aliased(Membership), aliased(Membership), aliased(User)
    here = (CourseAssignment.teams, Submission.team != "")
    others = (
        sa.select(mate.user_id)
        .join(other, other.id == mate.user_id)
        .where(*here, mate.course_id == CourseAssignment.course_id, mate.group == Submission.team)
        .where(mate.user_id != user_id, other.erased_at.is_(None))
        .correlate(Submission, CourseAssignment)
        .exists()
    )
    left_by_mates = (
        sa.select(mine.user_id)
        .where(*here, mine.course_id == CourseAssignment.course_id, mine.group == Submission.team)
        .where(mine.user_id == user_id, User.erased_at.is_not(None))
        .correlate(Submission, CourseAssignment, User)
        .exists()
    )
    found = (
        sa.select(Submission.id)
        .join(CourseAssignment, CourseAssignment.id == Submission.assignment_id)
        .join(User, User.id == Submission.user_id)
        .where((Submission.user_id == user_id) | left_by_mates, ~others)
    )
    return list(session.scalars(found))


def _forget_person(session: Session, user: User) -> None:
    user.email, user.name, user.password, user.language, user.timezone = pseudonym(user.id), "", None, None, None
    user.mail, user.erased_at = False, now()
    for table in (Token, BrowserSession, SignInLink, Mail, IdempotencyKey, HintUnlock, RegradeRequest):
        session.execute(sa.delete(table).where(table.user_id == user.id))
    session.execute(sa.delete(Delivery).where(Delivery.detail["user"].as_integer() == user.id))
    session.execute(sa.update(Membership).where(Membership.user_id == user.id).values(external_id="", repository=None))
    session.execute(sa.update(Submission).where(Submission.user_id == user.id).values(repository=None, commit=None))
    session.flush()


def _forget_words(session: Session, user_id: int) -> None:
    """What was written by the person, or for them; points stay."""
    session.execute(sa.update(Answer).where(Answer.user_id == user_id).values(text="", remark=""))
    for table in (Extension, Override):
        session.execute(sa.update(table).where(table.user_id == user_id).values(reason=""))
    alone = Comment.submission_id.in_(_alone(session, user_id))
    session.execute(sa.update(Comment).where(alone).values(text="", path=None, line=None))


# --------------------------------------------------------------------------- the audit log


class _Words:
    """What is taken out of the log."""

    def __init__(self, emails: tuple[str, ...], name: str, now: str) -> None:
        self.emails, self.name, self.now = emails, name, now

    def out_of(self, value: Any) -> Any:
        """The same without addresses and name."""
        if isinstance(value, dict):
            return {key: self.out_of(one) for key, one in value.items()}
        if isinstance(value, list):
            return [self.out_of(one) for one in value]
        if not isinstance(value, str):
            return value
        if self.name and value == self.name:
            return self.now
        for email in self.emails:
            value = value.replace(email, self.now)
        return value


def _redact(session: Session, user_id: int, words: _Words) -> None:
    changes = []
    for row in session.execute(sa.select(AuditEntry.id, AuditEntry.subject, AuditEntry.detail)):
        concerned = words.out_of(row.detail).get("user") in (user_id, str(user_id), words.now)
        detail = words.out_of(_without_reasons(row.detail) if concerned else row.detail)
        if (subject := words.out_of(row.subject)) != row.subject or detail != row.detail:
            changes.append({"id": row.id, "subject": subject, "detail": detail})
    if changes:
        with _unlocked(session):
            session.execute(sa.update(AuditEntry), changes)


def _without_reasons(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    return {key: "" if key == "reason" else _without_reasons(one) for key, one in value.items()}


@contextmanager
def _unlocked(session: Session) -> Iterator[None]:
    """Let rows of the log be changed in this transaction: the guards are back before anyone else can look."""
    run: Callable[[str], Any] = lambda statement: session.execute(sa.text(statement))  # noqa: E731
    if session.get_bind().dialect.name == "postgresql":
        run("ALTER TABLE audit DISABLE TRIGGER audit_only_grows")
        yield
        session.flush()
        run("ALTER TABLE audit ENABLE TRIGGER audit_only_grows")
        return
    (guard,) = run("SELECT sql FROM sqlite_master WHERE type = 'trigger' AND name = 'audit_no_update'").scalars().all()
    run("DROP TRIGGER audit_no_update")
    yield
    session.flush()
    session.connection().exec_driver_sql(guard)
