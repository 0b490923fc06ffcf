"""From bytes to a row in state `queued`: the one way in for every upload, whichever door it came through."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from grader.core import Message
from grader.course import teams, terms
from grader.course.facts import late_of
from grader.course.schedule import attempts_left, check_attempts, check_window
from grader.course.tables import (
    Blob,
    CourseAssignment,
    Extension,
    IdempotencyKey,
    Membership,
    Role,
    Status,
    Submission,
    SubmissionFile,
    now,
)
from grader.errors import BadRequest, Forbidden, Unprocessable

KEY_KEPT = timedelta(days=7)
KEY_LENGTH = 255


@dataclass(frozen=True, slots=True)
class Upload:
    """What someone hands in: `files` are pairs of path and bytes, `key` an Idempotency-Key.

    `source`, `commit` and `repository` say where it came from when a forge or a CI sent it.
    """

    user_id: int
    assignment_id: int
    files: tuple[tuple[str, bytes], ...]
    key: str | None = None
    source: str = "upload"
    commit: str | None = None
    repository: str | None = None
    received_at: datetime = field(default_factory=now)


@dataclass(frozen=True, slots=True)
class Accepted:
    """What the sender is told. `attempts_left` None: unlimited. `duplicate`: these files were here before."""

    id: int
    status: Status
    sha256: str
    received_at: datetime
    attempts_left: int | None
    duplicate: bool = False


def fingerprint(files: Sequence[tuple[str, bytes]]) -> str:
    """SHA-256 of the sorted lines `path NUL file-sha256 LF`, as `core.Submission.sha256`."""
    lines = sorted(f"{path}\0{hashlib.sha256(data).hexdigest()}\n" for path, data in files)
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def accept(session: Session, batch: Sequence[Upload]) -> list[Accepted]:
    """Write the uploads of one transaction. The caller commits before it answers anyone.

    Raises Forbidden (no member, closed, no attempts), TooMany (attempts refill) or Unprocessable (the
    Idempotency-Key was used with other files): nothing of the batch is to be committed then.
    """
    return [_accept(session, upload) for upload in batch]


def _accept(session: Session, upload: Upload) -> Accepted:
    membership = teams.lock_team(session, upload.assignment_id, upload.user_id)  # attempts are counted by one at a time
    if membership is None:
        raise Forbidden(Message("course.not-a-member"))
    assignment = session.get_one(CourseAssignment, upload.assignment_id, populate_existing=True)
    upload = replace(upload, received_at=_after_the_last(session, assignment, upload))
    sha256 = fingerprint(upload.files)
    earlier = _answered(session, upload, sha256) or _duplicate(session, upload, assignment, sha256)
    if earlier is None:
        earlier = _add(session, upload, assignment, sha256, membership)
    if upload.key is not None:
        _remember(session, upload, earlier)
    return earlier


def _after_the_last(session: Session, assignment: CourseAssignment, upload: Upload) -> datetime:
    """When an upload was received: never before the last one that counts for the same student, so that a clock that is
    set back makes nobody early, and brings back no attempts of a day that is over."""
    last = session.scalar(
        sa.select(sa.func.max(Submission.received_at)).where(teams.theirs(session, assignment, upload.user_id))
    )
    return upload.received_at if last is None else max(last, upload.received_at)


def _answered(session: Session, upload: Upload, sha256: str) -> Accepted | None:
    """The answer that this Idempotency-Key got."""
    if upload.key is None:
        return None
    if not 0 < len(upload.key) <= KEY_LENGTH:
        raise BadRequest(Message("course.key.bad", {"length": KEY_LENGTH}))
    session.execute(sa.delete(IdempotencyKey).where(IdempotencyKey.made_at < upload.received_at - KEY_KEPT))
    known = session.get(IdempotencyKey, (upload.user_id, upload.key))
    if known is None:
        return None
    if known.fingerprint != _keyed(upload, sha256):
        raise Unprocessable(Message("course.key.reused"))
    submission = session.get_one(Submission, known.submission_id)
    return Accepted(submission.id, submission.status, sha256, submission.received_at, known.attempts_left)


def _keyed(upload: Upload, sha256: str) -> str:
    return hashlib.sha256(f"{upload.assignment_id}:{sha256}".encode()).hexdigest()


def _remember(session: Session, upload: Upload, accepted: Accepted) -> None:
    session.merge(
        IdempotencyKey(
            user_id=upload.user_id,
            key=upload.key,
            fingerprint=_keyed(upload, accepted.sha256),
            submission_id=accepted.id,
            attempts_left=accepted.attempts_left,
        )
    )


def _duplicate(session: Session, upload: Upload, assignment: CourseAssignment, sha256: str) -> Accepted | None:
    """The same files by the same student or team for the same revision and terms: what was said of them still holds."""
    now_asked = terms.of(session, assignment)
    earlier = session.scalars(
        sa.select(Submission)
        .where(
            teams.theirs(session, assignment, upload.user_id),
            Submission.sha256 == sha256,
            Submission.revision == assignment.unit.revision,
            Submission.status.not_in((Status.CANCELLED, Status.BROKEN)),
        )
        .order_by(Submission.id)
    )
    submission = next((one for one in earlier if terms.read(one.terms) in (None, now_asked)), None)
    if submission is None:
        return None
    left = attempts_left(session, assignment, upload.user_id, upload.received_at)
    return Accepted(submission.id, submission.status, sha256, submission.received_at, left, duplicate=True)


def _add(
    session: Session, upload: Upload, assignment: CourseAssignment, sha256: str, membership: Membership
) -> Accepted:
    """Staff hand in whenever and as often as they like; students by the schedule."""
    left = None
    if membership.role is Role.STUDENT:
        check_window(session, assignment, upload.user_id, upload.received_at)
        left = check_attempts(session, assignment, upload.user_id, upload.received_at)
    last = session.scalar(
        sa.select(sa.func.max(Submission.number)).where(teams.theirs(session, assignment, upload.user_id))
    )
    extension = session.get(Extension, (assignment.id, upload.user_id), populate_existing=True)
    submission = Submission(
        assignment_id=assignment.id,
        user_id=upload.user_id,
        number=(last or 0) + 1,
        sha256=sha256,
        revision=assignment.unit.revision,
        source=upload.source,
        commit=upload.commit,
        repository=upload.repository,
        team=membership.group,
        received_at=upload.received_at,
        late=late_of(assignment, extension, upload.received_at),
    )
    session.add(submission)
    session.flush()
    _keep(session, submission.id, upload.files)
    return Accepted(submission.id, submission.status, sha256, submission.received_at, left)


def _keep(session: Session, id: int, files: Sequence[tuple[str, bytes]]) -> None:
    blobs, rows = [], []
    for path, data in files:
        sha256 = hashlib.sha256(data).hexdigest()
        blobs.append({"sha256": sha256, "data": data})
        rows.append({"submission_id": id, "path": path, "sha256": sha256, "size": len(data)})
    _insert_new(session, blobs)
    session.execute(sa.insert(SubmissionFile), rows)


def _insert_new(session: Session, blobs: list[dict[str, Any]]) -> None:
    """Insert what is not there yet; another transaction may be adding the same bytes."""
    dialect = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
    session.execute(dialect.insert(Blob).on_conflict_do_nothing(), blobs)
