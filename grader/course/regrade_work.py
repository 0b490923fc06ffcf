"""The gradings of a regrade, as workers do them: the life of its items.

Theory of operation
-------------------
The item in state `waiting` is the durable record of what is to be graded. The items of a regrade are dealt to
`SHARDS` shards by their ids; one job of the engine works through one shard, so that a regrade costs the engine a few
jobs whatever its size, and several workers share it. The job of a shard is one at a time. So what it finds `running`
when it starts was lost with its predecessor, and counts as a fault of ours: `MAX_FAULTS` of them end in `broken`, as
they do for a submission. Each `take` numbers the item's gradings (`attempt`), and what comes for an older number
changes nothing: a worker that was given up for dead, and comes back, is not heard.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from grader.core import State
from grader.course import pauses
from grader.course.regrade_rows import changes
from grader.course.submissions import MAX_FAULTS, read_files
from grader.course.tables import CourseAssignment, Regrade, RegradeItem, StoredReport, Submission, now
from grader.course.terms import Terms
from grader.course.terms import of as terms_of
from grader.report import stored

SHARDS = 8
OPEN = ("waiting", "running")


@dataclass(frozen=True, slots=True)
class Work:
    """One submission to grade again: as it was handed in, by today's terms, with the seed that it had, so that only
    what has changed in suite or terms makes a difference. `seed` is empty where no report holds."""

    item: int
    attempt: int
    submission: int
    slug: str
    terms: Terms
    files: tuple[tuple[str, bytes], ...]
    seed: str


def shards(session: Session) -> list[tuple[int, int]]:
    """(regrade, shard) wherever something is left to grade."""
    shard = RegradeItem.id % SHARDS
    found = session.execute(
        sa.select(RegradeItem.regrade_id, shard)
        .join(Regrade, Regrade.id == RegradeItem.regrade_id)
        .where(Regrade.state == "running", RegradeItem.state.in_(OPEN), ~pauses.holds(Regrade.assignment_id))
        .group_by(RegradeItem.regrade_id, shard)
        .order_by(RegradeItem.regrade_id, shard)
    )
    return [(regrade, number) for regrade, number in found]


def recover(session: Session, regrade: int, shard: int) -> None:
    """At the start of a shard's job: what still runs is nobody's any more."""
    session.get_one(Regrade, regrade, with_for_update=True)
    lost = _of_shard(regrade, shard).where(RegradeItem.state == "running").with_for_update()
    for item in session.scalars(lost).all():
        _fault(session, item)


def take(session: Session, regrade: int, shard: int) -> Work | None:
    """The next submission of a shard. None where nothing waits, or the regrade runs no more or is
    paused."""
    waiting = _of_shard(regrade, shard).where(RegradeItem.state == "waiting").order_by(RegradeItem.id).limit(1)
    item = session.scalar(waiting.with_for_update(skip_locked=True))
    if item is None:
        return None
    one = session.get_one(Regrade, regrade)
    if one.state != "running" or pauses.held(session, one.assignment_id):
        return None
    item.state = "running"
    item.attempt += 1
    submission = session.get_one(Submission, item.submission_id)
    assignment = session.get_one(CourseAssignment, submission.assignment_id)
    old = session.get(StoredReport, item.old_report_id) if item.old_report_id is not None else None
    return Work(
        item=item.id,
        attempt=item.attempt,
        submission=submission.id,
        slug=assignment.unit_slug,
        terms=terms_of(session, assignment),
        files=read_files(session, submission.id),
        seed=old.content.get("seed", "") if old else "",
    )


def _of_shard(regrade: int, shard: int) -> sa.Select[RegradeItem]:
    return sa.select(RegradeItem).where(RegradeItem.regrade_id == regrade, RegradeItem.id % SHARDS == shard)


def finish(session: Session, work: Work, content: Mapping[str, Any]) -> bool:
    """Keep the report of an attempt beside the one that holds. False where the attempt is no longer current, or the
    regrade was dropped. A broken report is our fault, and goes the way of `give_back`."""
    report = stored.decode(dict(content))
    if report.state is State.BROKEN:
        return give_back(session, work)
    item = _current(session, work)
    if item is None:
        return False
    kept = StoredReport(submission_id=item.submission_id, regrade_id=item.regrade_id, content=dict(content))
    session.add(kept)
    session.flush()
    old = session.get(StoredReport, item.old_report_id) if item.old_report_id is not None else None
    item.state, item.new_report_id = "done", kept.id
    item.new = report.score if report.state is State.GRADED else None
    item.changed = changes(stored.decode(old.content) if old else None, report)
    _ready(session, item.regrade_id)
    return True


def give_back(session: Session, work: Work) -> bool:
    """Our fault: it waits again, or is `broken` after `MAX_FAULTS` of them. False as for `finish`."""
    item = _current(session, work)
    if item is None:
        return False
    _fault(session, item)
    return True


def release(session: Session, work: Work) -> bool:
    """Nobody's fault, the worker is told to end: it waits again. False as for `finish`."""
    item = _current(session, work)
    if item is None:
        return False
    item.state = "waiting"
    return True


def _current(session: Session, work: Work) -> RegradeItem | None:
    """The item while `work` is its current attempt, after its regrade was locked: the last item makes that ready."""
    item = session.get(RegradeItem, work.item)
    if item is None:
        return None
    regrade = session.get_one(Regrade, item.regrade_id, with_for_update=True, populate_existing=True)
    item = session.get_one(RegradeItem, work.item, with_for_update=True, populate_existing=True)
    running = regrade.state == "running" and item.state == "running"
    return item if running and item.attempt == work.attempt else None


def _fault(session: Session, item: RegradeItem) -> None:
    item.faults += 1
    item.state = "waiting" if item.faults < MAX_FAULTS else "broken"
    _ready(session, item.regrade_id)


def _ready(session: Session, id: int) -> None:
    """Once nothing is left to grade."""
    session.flush()
    left = sa.select(RegradeItem.id).where(RegradeItem.regrade_id == id, RegradeItem.state.in_(OPEN)).limit(1)
    regrade = session.get_one(Regrade, id, with_for_update=True, populate_existing=True)
    if regrade.state == "running" and session.scalar(left) is None:
        regrade.state, regrade.ready_at = "ready", now()
