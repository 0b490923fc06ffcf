"""The outbox: what is told by e-mail, kept in the transaction that it tells of and put into words when it is sent.

A message says that something happened and where to read it. It holds no score, no comment and no reason: e-mail is
read on many machines, and what it leads to asks who is there. A link to sign in is made in the moment in which it is
sent, so that none lies in the table. Whoever turned e-mail off is sent the link that was asked for, and nothing else.

Where the service sends no e-mail the outbox fills and is emptied unread: what is old is never sent.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from urllib.parse import quote

import sqlalchemy as sa
from sqlalchemy.orm import Session

from grader.core import Message
from grader.course import access
from grader.course.people import clean_email, zone
from grader.course.tables import Course, CourseAssignment, Extension, Mail, Membership, Submission, User, now
from grader.errors import BadRequest
from grader.report import LANGUAGES, text
from grader.report.words import Title

Kind = Literal["sign-in", "extension", "regrade", "comment", "answer"]
"""A link to sign in; another due time; a regrade that changed a score; words beside a submission; an answered
request."""

SOON: Mapping[str, timedelta] = {"comment": timedelta(minutes=10)}
"""How long a message waits for others of its kind: several comments on one submission are one message."""
GOOD_FOR, LINK_GOOD_FOR = timedelta(days=1), access.LINK_LIVES
"""After this long a message is no news, and a link is one that was asked for by somebody who is gone."""
KEPT = timedelta(days=7)
MOST_TRIES = 8
FIRST_WAIT = timedelta(seconds=30)
"""Until the second try; doubled for each one after: 8 tries take about an hour."""
LONGEST_ERROR = 400


@dataclass(frozen=True, slots=True)
class Letter:
    """A message in words. `settings` is the page where one turns e-mail off."""

    id: int
    address: str
    subject: str
    text: str
    settings: str


@dataclass(frozen=True, slots=True)
class Topic:
    """What a message is about: a page of ours, and the parameters of its sentences."""

    path: str
    params: Mapping[str, str]


# --------------------------------------------------------------------------- coming in


def post(session: Session, user_id: int, kind: Kind, **about: int | str) -> None:
    """Tell a person. `about` names the `submission` or, of an extension, the `assignment`."""
    session.add(Mail(user_id=user_id, kind=kind, params=about, next_at=now() + SOON.get(kind, timedelta())))


def ask_for_link(session: Session, email: str, lang: str) -> None:
    """Send a link to sign in to whoever has this address; to nobody where nobody has."""
    try:
        address = clean_email(email)
    except BadRequest:
        return
    user_id = session.scalar(sa.select(User.id).where(User.email == address, User.erased_at.is_(None)))
    if user_id is not None:
        post(session, user_id, "sign-in", lang=lang)


# --------------------------------------------------------------------------- going out


def due(session: Session, limit: int = 200) -> list[int]:
    """The ids of messages that can be sent now, the oldest first."""
    waiting = sa.select(Mail.id).where(Mail.state == "waiting", Mail.next_at <= now())
    return list(session.scalars(waiting.order_by(Mail.next_at, Mail.id).limit(limit)))


def compose(session: Session, id: int, base_url: str) -> Letter | None:
    """The message in the person's language; None where it is not to be sent any more, and then it is gone."""
    mail = session.get(Mail, id, with_for_update=True)
    if mail is None or mail.state != "waiting":
        return None
    user = session.get_one(User, mail.user_id)
    topic = _topic(session, mail, user) if _wanted(mail, user) else None
    if topic is None:
        session.delete(mail)
        return None
    lang = user.language or str(mail.params.get("lang", LANGUAGES[0]))
    base, foot = base_url.rstrip("/"), "sign-in" if mail.kind == "sign-in" else "all"
    says = [f"mail.{mail.kind}.text", f"mail.foot.{foot}"]
    greeting, body, end = (
        text(Message(each, {**topic.params, "name": user.name or user.email}), lang) for each in ("mail.hello", *says)
    )
    settings = f"{base}/account/preferences"
    lines = [greeting, body, base + topic.path, "-- \n" + end, *([] if foot == "sign-in" else [settings])]
    return Letter(
        id, user.email, text(Message(f"mail.{mail.kind}.subject", topic.params), lang), "\n\n".join(lines), settings
    )


def sent(session: Session, id: int) -> None:
    """It is out; and with it what else was to tell the same person the same."""
    mail = session.get(Mail, id)
    if mail is None:  # the person was erased meanwhile
        return
    alike = sa.select(Mail).where(Mail.user_id == mail.user_id, Mail.kind == mail.kind, Mail.state == "waiting")
    for one in session.scalars(alike):
        if one.params == mail.params:
            one.state, one.sent_at, one.error = "sent", now(), ""


def failed(session: Session, id: int, error: str, *, final: bool) -> None:
    """It could not be sent: it is tried again, later each time, unless that is of no use."""
    mail = session.get(Mail, id)
    if mail is None or mail.state != "waiting":
        return
    mail.tries, mail.error = mail.tries + 1, error[:LONGEST_ERROR]
    if final or mail.tries >= MOST_TRIES:
        mail.state = "failed"
    else:
        mail.next_at = now() + FIRST_WAIT * 2 ** (mail.tries - 1)


def forget(session: Session) -> int:
    """Empty the outbox of what is old; how many there were."""
    old = sa.delete(Mail).where(Mail.made_at < now() - KEPT)
    return len(session.scalars(old.returning(Mail.id)).all())


def _wanted(mail: Mail, user: User) -> bool:
    if user.erased_at is not None:
        return False
    asked = mail.kind == "sign-in"
    return (asked or user.mail) and now() - mail.made_at < (LINK_GOOD_FOR if asked else GOOD_FOR)


def _topic(session: Session, mail: Mail, user: User) -> Topic | None:
    """None where what it is about is gone, or no longer the person's."""
    if mail.kind == "sign-in":
        return Topic(f"/sign-in/{access.make_link(session, user)}", {})
    submission = session.get(Submission, mail.params.get("submission", 0))
    assignment = session.get(
        CourseAssignment, submission.assignment_id if submission else mail.params.get("assignment", 0)
    )
    if assignment is None or session.get(Membership, (assignment.course_id, user.id)) is None:
        return None
    course = session.get_one(Course, assignment.course_id)
    lang = user.language or LANGUAGES[0]
    title = Title(assignment.unit_slug, assignment.unit.titles, assignment.title)
    params = {"course": course.slug, "assignment": title.text(lang)}
    if mail.kind != "extension":
        return Topic(f"/submissions/{submission.id}", params) if submission else None
    extension = session.get(Extension, (assignment.id, user.id))
    path = f"/courses/{quote(course.slug)}/assignments/{quote(assignment.slug, safe='')}"
    return Topic(path, params | {"due": _local(extension.due, user, course)}) if extension else None


def _local(at: datetime, user: User, course: Course) -> str:
    return f"{at.astimezone(zone(user.timezone or course.timezone)):%Y-%m-%d %H:%M %Z}"
