"""Everything that is kept about a person, as a zip archive of JSON and of the files as they were handed in.

Reports and scores are in it as a student may see them at that moment: an export opens nothing that waits. What the
person did stands in it as the audit log has it; of what others did about them, what and when, and no more: it may hold
a decision that is withheld, or the words of somebody else.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator, Mapping
from datetime import datetime
from fractions import Fraction
from pathlib import PurePosixPath
from typing import IO, Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from grader.course import submissions, visibility
from grader.course.people import person
from grader.course.permissions import Grant
from grader.course.schedule import stamp
from grader.course.tables import (
    Answer,
    AuditEntry,
    BrowserSession,
    Comment,
    Course,
    CourseAssignment,
    Delivery,
    Extension,
    HintUnlock,
    Mail,
    Membership,
    RegradeRequest,
    Role,
    Submission,
    Token,
    User,
)
from grader.report.as_json import as_json

EPOCH = (1980, 1, 1, 0, 0, 0)
"""The time of every entry: two exports of the same are the same."""
Json = dict[str, Any]


def write(session: Session, user: User, file: IO[bytes], lang: str, at: datetime) -> None:
    """Write the archive to `file`."""
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in _entries(session, user, lang, at):
            archive.writestr(_named(name), content)


def _named(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, EPOCH)
    entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o600 << 16
    return entry


def _entries(session: Session, user: User, lang: str, at: datetime) -> Iterator[tuple[str, bytes]]:
    own = sa.select(Submission).where(Submission.user_id == user.id).order_by(Submission.id)
    handed_in = session.scalars(own).all()
    where = _assignments(session, user.id)
    yield "account.json", _bytes(_account(session, user))
    yield "courses.json", _bytes([_course(session, user, one, at) for one in _courses(session, user.id)])
    yield "words.json", _bytes(_words(session, user, where, at))
    yield "audit.json", _bytes(_audit(session, user))
    yield "submissions.json", _bytes([_submission(session, user, one, where, at) for one in handed_in])
    for one in handed_in:
        folder = f"submissions/{one.id}"
        if report := _report(session, user, one, lang, at):
            yield f"{folder}/report.json", _bytes(report)
        for path, data in submissions.read_files(session, one.id):
            yield f"{folder}/files/{_inside(path)}", data


def _inside(path: str) -> str:
    """A path that leads nowhere else wherever it is unpacked."""
    parts = PurePosixPath(path.replace("\\", "/").replace(":", "_")).parts
    return "/".join(part for part in parts if part not in ("/", "..")) or "file"


def _bytes(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=2, default=_plain).encode()


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return stamp(value)
    if isinstance(value, Fraction):
        return float(value)
    raise TypeError(f"{type(value).__name__} is not written")


# --------------------------------------------------------------------------- what stands in it


def _account(session: Session, user: User) -> Json:
    tokens = session.scalars(sa.select(Token).where(Token.user_id == user.id).order_by(Token.id))
    browsers = sa.select(BrowserSession).where(BrowserSession.user_id == user.id).order_by(BrowserSession.made_at)
    mails = session.scalars(sa.select(Mail).where(Mail.user_id == user.id).order_by(Mail.id))
    return {
        **_of(user, "id", "email", "name", "admin", "language", "timezone", "mail", "made_at"),
        "password": user.password is not None,
        "tokens": [_of(one, "name", "scopes", "made_at", "expires_at", "last_used_at", "revoked_at") for one in tokens],
        "sessions": [_of(one, "made_at", "expires_at") for one in session.scalars(browsers)],
        "mails": [_of(one, "kind", "state", "made_at", "sent_at") for one in mails],
    }


def _courses(session: Session, user_id: int) -> list[tuple[Course, Membership]]:
    rows = session.execute(
        sa.select(Course, Membership)
        .join(Membership, Membership.course_id == Course.id)
        .where(Membership.user_id == user_id)
        .order_by(Course.slug)
    )
    return [(row.Course, row.Membership) for row in rows]


def _course(session: Session, user: User, place: tuple[Course, Membership], at: datetime) -> Json:
    course, membership = place
    mine = sa.select(CourseAssignment).where(CourseAssignment.course_id == course.id).order_by(CourseAssignment.slug)
    return {
        **_of(course, "slug", "title", "timezone"),
        **_of(membership, "role", "section", "group", "external_id", "repository"),
        "grades": {one.slug: _grade(session, one, user.id, at) for one in session.scalars(mine)},
    }


def _grade(session: Session, assignment: CourseAssignment, user_id: int, at: datetime) -> Json:
    grade = visibility.grade_of(session, assignment, user_id, at)
    extension = session.get(Extension, (assignment.id, user_id))
    shown = ("score", "max_score", "late", "submission", "overridden", "excused")
    return {
        "grade": None if grade is None else _of(grade, *shown),
        "extension": None if extension is None else _of(extension, "due", "closes", "reason"),
    }


def _assignments(session: Session, user_id: int) -> Mapping[int, tuple[str, str]]:
    """Course and address of the assignments that the person has to do with."""
    handed_in = sa.select(Submission.assignment_id).where(Submission.user_id == user_id)
    inside = sa.select(Membership.course_id).where(Membership.user_id == user_id)
    rows = session.execute(
        sa.select(CourseAssignment.id, Course.slug.label("course"), CourseAssignment.slug)
        .join(Course, Course.id == CourseAssignment.course_id)
        .where(CourseAssignment.id.in_(handed_in) | CourseAssignment.course_id.in_(inside))
    )
    return {row.id: (row.course, row.slug) for row in rows}


def _words(session: Session, user: User, where: Mapping[int, tuple[str, str]], at: datetime) -> Json:
    """What the person wrote and opened, and what was written for them, as far as that is shown."""
    user_id = user.id
    answers = session.scalars(sa.select(Answer).where(Answer.user_id == user_id).order_by(Answer.assignment_id))
    hints = session.scalars(sa.select(HintUnlock).where(HintUnlock.user_id == user_id).order_by(HintUnlock.id))
    requests = session.scalars(
        sa.select(RegradeRequest).where(RegradeRequest.user_id == user_id).order_by(RegradeRequest.id)
    )
    rows = session.execute(
        sa.select(Comment, Submission)
        .join(Submission, Submission.id == Comment.submission_id)
        .where(Submission.user_id == user_id, Comment.deleted_at.is_(None))
        .order_by(Comment.id)
    )
    comments = [one for one, submission in rows if _told(session, user, submission, at)]
    links = session.scalars(sa.select(Delivery).where(Delivery.detail["user"].as_integer() == user_id))
    about = ("submission_id", "function")
    return {
        "answers": [{**_in(where, one), **_of(one, "question", "text", "at")} for one in answers],
        "hints": [{**_in(where, one), **_of(one, *about, "diagnosis", "level", "at")} for one in hints],
        "requests": [_of(one, *about, "check", "text", "at", "state", "answer", "answered_at") for one in requests],
        "comments": [_of(one, *about, "path", "line", "text", "at") for one in comments],
        "repositories": [
            {"repository": one.detail.get("repository"), "state": one.state, "at": one.received_at} for one in links
        ],
    }


def _told(session: Session, user: User, one: Submission, at: datetime) -> bool:
    """Whether the person may read what staff wrote beside a submission."""
    seen = visibility.sight_on(session, _as_student(session, user, one), one, at)
    return seen is None or seen.marks


def _in(where: Mapping[int, tuple[str, str]], row: Any) -> Json:
    course, slug = where[row.assignment_id]
    return {"course": course, "assignment": slug}


def _submission(
    session: Session, user: User, one: Submission, where: Mapping[int, tuple[str, str]], at: datetime
) -> Json:
    shown = visibility.score_of(session, _as_student(session, user, one), one, at)
    return {
        **_in(where, one),
        **_of(one, "id", "number", "sha256", "source", "commit", "repository", "team", "received_at", "status", "late"),
        **_of(shown, "score", "max_score"),
        "files": [_of(file, "path", "size", "sha256") for file in submissions.files(session, one.id)],
    }


def _report(session: Session, user: User, one: Submission, lang: str, at: datetime) -> Json | None:
    seen = visibility.read(session, _as_student(session, user, one), one, at)
    return as_json(seen.report, lang, audience=seen.audience) if seen else None


def _as_student(session: Session, user: User, one: Submission) -> Grant:
    course = session.get_one(Course, session.get_one(CourseAssignment, one.assignment_id).course_id)
    return Grant(person(user), course, Role.STUDENT, one)


def _audit(session: Session, user: User) -> list[Json]:
    found = []
    for one in session.scalars(sa.select(AuditEntry).order_by(AuditEntry.id)):
        if one.user_id == user.id:
            found.append({**_of(one, "at", "action", "subject", "detail"), "by": "you"})
        elif one.subject == user.email or one.detail.get("user") in (user.id, str(user.id), user.email):
            found.append({**_of(one, "at", "action"), "by": "others"})
    return found


def _of(row: object, *names: str) -> Json:
    return {name: getattr(row, name) for name in names}
