"""The life of a submission: accepted, queued, running, finished. Every change of it is one of these functions.

Theory of operation
-------------------
The row in state `queued` is the durable record of an upload: `accept` alone writes it, and it is committed before
anyone is told. A dispatcher hands the ids of `queued` to the job engine, again after a crash, and the engine runs a
job at least once. So `begin` numbers the gradings of a row (`attempt`), and `progress`, `finish` and `give_back` act
only for the number that is current: what a worker says that was given up for dead changes nothing.

A grading that fails through us is a fault: `give_back`, or a second `begin` on a row whose worker never came back.
`MAX_FAULTS` of them end in `broken`, so that no submission can kill workers for ever.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from grader.core import Message, Report, State
from grader.course import narrow, pauses, teams
from grader.course.grades import settle_submission
from grader.course.tables import (
    Blob,
    CheckVerdict,
    CourseAssignment,
    FunctionVerdict,
    NamedMistake,
    Status,
    StoredReport,
    Submission,
    SubmissionFile,
    now,
)
from grader.course.terms import Terms
from grader.course.terms import of as terms_of
from grader.course.uploads import Accepted, Upload, accept, fingerprint
from grader.report import stored

__all__ = ["Accepted", "Upload", "Work", "accept", "begin", "cancel", "fingerprint", "finish", "give_back", "progress"]

MAX_FAULTS = 3


@dataclass(frozen=True, slots=True)
class Work:
    """What a worker needs to grade one submission: `slug` is that of the unit, or the definition of the bundle, not the
    assignment's address; `files` are as uploaded."""

    id: int
    attempt: int
    slug: str
    terms: Terms
    files: tuple[tuple[str, bytes], ...]


def begin(session: Session, id: int, worker: str) -> Work | None:
    """Take a submission up: `running`, the next attempt. None where it is finished, cancelled or given up, or waits
    because grading is paused."""
    submission = _lock(session, id)
    if submission is None or submission.status.final:
        return None
    if submission.status is Status.RUNNING and _fault(submission, Message("course.broken.lost", {"id": id})):
        return None
    if pauses.held(session, submission.assignment_id):
        _requeue(submission)
        return None
    submission.status = Status.RUNNING
    submission.attempt += 1
    submission.version += 1
    submission.worker, submission.started_at, submission.progress = worker, now(), None
    assignment = session.get_one(CourseAssignment, submission.assignment_id)
    terms = terms_of(session, assignment)
    submission.terms = terms.stored()
    return Work(id, submission.attempt, assignment.unit_slug, terms, read_files(session, id))


def read_files(session: Session, id: int) -> tuple[tuple[str, bytes], ...]:
    """The files of a submission, as uploaded, in the order of their paths."""
    rows = session.execute(
        sa.select(SubmissionFile.path, Blob.data)
        .join(Blob, Blob.sha256 == SubmissionFile.sha256)
        .where(SubmissionFile.submission_id == id)
        .order_by(SubmissionFile.path)
    )
    return tuple((path, data) for path, data in rows)


def files(session: Session, id: int) -> list[SubmissionFile]:
    """What was handed in, without the bytes."""
    query = sa.select(SubmissionFile).where(SubmissionFile.submission_id == id).order_by(SubmissionFile.path)
    return list(session.scalars(query))


def progress(session: Session, id: int, attempt: int, function: str, done: int, total: int) -> bool:  # noqa: PLR0917
    """Say where a grading is: `done` of `total` function groups. False where it is no longer this attempt's."""
    where = {"function": function, "done": done, "total": total}
    result = session.execute(
        sa.update(Submission)
        .where(Submission.id == id, Submission.attempt == attempt, Submission.status == Status.RUNNING)
        .values(progress=where, version=Submission.version + 1)
    )
    return cast("sa.CursorResult[Any]", result).rowcount == 1


def wanted(session: Session, attempts: Mapping[int, int]) -> set[int]:
    """Which of these submissions are still to be graded by the attempts named."""
    running = sa.select(Submission.id, Submission.attempt).where(
        Submission.id.in_(attempts), Submission.status == Status.RUNNING
    )
    return {id for id, attempt in session.execute(running) if attempts[id] == attempt}


def finish(session: Session, id: int, attempt: int, content: Mapping[str, Any]) -> bool:
    """Write the result of an attempt: report, score, verdicts and the student's grade, all or nothing.

    `content` is a report as `grader.report.stored` encodes it. False where the attempt is no longer current, or
    its result is already there. A broken report is our fault, and goes the way of `give_back`.
    """
    report = stored.decode(dict(content))
    if report.state is State.BROKEN:
        return give_back(session, id, attempt, report.reason or Message("course.broken.lost", {"id": id}))
    submission = _current(session, id, attempt)
    if submission is None:
        return False
    _end(submission)
    kept = StoredReport(submission_id=id, attempt=attempt, content=dict(content))
    session.add(kept)
    session.flush()
    hold(session, submission, kept, report)
    settle_submission(session, submission)
    return True


def hold(session: Session, submission: Submission, kept: StoredReport, report: Report) -> None:
    """Make a stored report the one that holds: status, score, and what is read from it into narrow tables."""
    graded = report.state is State.GRADED
    submission.status = Status.DONE if graded else Status.REJECTED
    submission.score, submission.max_score = (report.score, report.max_score) if graded else (None, None)
    submission.report_id = kept.id
    for table, rows in narrow.rows_of(report).items():
        session.execute(sa.delete(table).where(table.submission_id == submission.id))
        if rows:
            plain = cast("sa.Table", table.__table__)  # by the mapper each run of nulls is a statement of its own
            session.execute(sa.insert(plain), [{"submission_id": submission.id, **row} for row in rows])
    session.flush()


def unhold(session: Session, submission: Submission) -> None:
    """Let no report hold any more: it is broken again, as it was before any grading of it came to an end."""
    submission.status, submission.report_id = Status.BROKEN, None
    submission.score = submission.max_score = None
    submission.version += 1
    for table in (CheckVerdict, FunctionVerdict, NamedMistake):
        session.execute(sa.delete(table).where(table.submission_id == submission.id))
    session.flush()


def give_back(session: Session, id: int, attempt: int, reason: Message) -> bool:
    """Our fault: the submission waits again, or is `broken` after `MAX_FAULTS` of them. False as for `finish`."""
    submission = _current(session, id, attempt)
    if submission is None:
        return False
    if not _fault(submission, reason):
        _requeue(submission)
    return True


def release(session: Session, id: int, attempt: int) -> bool:
    """Nobody's fault, the worker is told to end: the submission waits again. False as for `finish`."""
    submission = _current(session, id, attempt)
    if submission is None:
        return False
    _requeue(submission)
    return True


def cancel(session: Session, id: int) -> bool:
    """Stop a submission that is not finished; whoever grades it learns it by `wanted`, or its next `progress`."""
    submission = _lock(session, id)
    if submission is None or submission.status.final:
        return False
    submission.status = Status.CANCELLED
    _end(submission)
    return True


def select(session: Session, submission: Submission) -> None:
    """Make this the one that counts for its student or team, where the assignment lets students choose."""
    teams.lock_sharers(session, submission)
    assignment = session.get_one(CourseAssignment, submission.assignment_id)
    session.execute(
        sa.update(Submission)
        .where(teams.theirs(session, assignment, submission.user_id))
        .values(chosen=Submission.id == submission.id)
    )
    session.expire_all()
    settle_submission(session, submission)


def report_of(session: Session, id: int) -> Report | None:
    """The report of a submission that holds; None where there is none yet."""
    content = session.scalar(
        sa.select(StoredReport.content)
        .join(Submission, Submission.report_id == StoredReport.id)
        .where(Submission.id == id)
    )
    return None if content is None else stored.decode(content)


@dataclass(frozen=True, slots=True)
class Before:
    """The graded attempt before another one."""

    id: int
    number: int
    report: Report


def before(session: Session, submission: Submission) -> Before | None:
    """The student's last graded attempt before `submission`, for the same assignment; None where it was the first, or
    has no score itself."""
    if submission.status is not Status.DONE:
        return None
    earlier = session.execute(
        sa.select(Submission.id, Submission.number, StoredReport.content)
        .join(StoredReport, StoredReport.id == Submission.report_id)
        .where(
            Submission.user_id == submission.user_id,
            Submission.assignment_id == submission.assignment_id,
            Submission.number < submission.number,
            Submission.status == Status.DONE,
        )
        .order_by(Submission.number.desc())
        .limit(1)
    ).one_or_none()
    return Before(earlier.id, earlier.number, stored.decode(earlier.content)) if earlier else None


def _lock(session: Session, id: int) -> Submission | None:
    """The row, and before it everyone for whom it counts, locked (a no-op on SQLite, where the writer is alone)."""
    submission = session.get(Submission, id)
    if submission is None:
        return None
    teams.lock_sharers(session, submission)
    return session.get(Submission, id, with_for_update={"key_share": True}, populate_existing=True)


def _current(session: Session, id: int, attempt: int) -> Submission | None:
    submission = _lock(session, id)
    if submission is None or submission.status is not Status.RUNNING or submission.attempt != attempt:
        return None
    return submission


def _fault(submission: Submission, reason: Message) -> bool:
    """Count a fault of ours; True where it was the last that is borne."""
    submission.faults += 1
    if submission.faults < MAX_FAULTS:
        return False
    submission.status, submission.reason = Status.BROKEN, {"id": reason.id, "params": dict(reason.params)}
    _end(submission)
    return True


def _requeue(submission: Submission) -> None:
    submission.status = Status.QUEUED
    submission.version += 1
    submission.progress = submission.worker = submission.started_at = None


def _end(submission: Submission) -> None:
    submission.finished_at, submission.progress = now(), None
    submission.version += 1
