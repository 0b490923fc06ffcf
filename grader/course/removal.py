"""What was handed in, taken away: the files and the reports of submissions. Scores and verdicts stay.

Bytes that another submission holds too are kept for that one. On PostgreSQL uploads wait meanwhile: one that found its
bytes there, and did not keep them again, must not lose them.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from grader.course.tables import Blob, RegradeItem, StoredReport, Submission, SubmissionFile


@dataclass(frozen=True, slots=True)
class Removed:
    """How many there were."""

    files: int = 0
    reports: int = 0

    def __add__(self, other: Removed) -> Removed:
        return Removed(self.files + other.files, self.reports + other.reports)


def take_away(session: Session, submissions: Collection[int]) -> Removed:
    """Delete the files and reports of these submissions, which must be finished."""
    held = sa.update(Submission).where(Submission.id.in_(submissions))
    session.execute(held.values(report_id=None, version=Submission.version + 1))
    items = sa.update(RegradeItem).where(RegradeItem.submission_id.in_(submissions))
    session.execute(items.values(old_report_id=None, new_report_id=None))
    reports = sa.delete(StoredReport).where(StoredReport.submission_id.in_(submissions)).returning(StoredReport.id)
    files = sa.delete(SubmissionFile).where(SubmissionFile.submission_id.in_(submissions))
    count = len(session.scalars(reports).all())
    hashes = session.scalars(files.returning(SubmissionFile.sha256)).all()
    if hashes:
        _drop_blobs(session, set(hashes))
    session.expire_all()
    return Removed(len(hashes), count)


def _drop_blobs(session: Session, hashes: Collection[str]) -> None:
    if session.get_bind().dialect.name == "postgresql":
        session.execute(sa.text("LOCK TABLE blobs IN SHARE ROW EXCLUSIVE MODE"))
    used = sa.select(SubmissionFile.sha256).where(SubmissionFile.sha256 == Blob.sha256).exists()
    session.execute(sa.delete(Blob).where(Blob.sha256.in_(hashes), ~used).execution_options(synchronize_session=False))
