"""Once a day: what courses no longer keep is deleted (`grader.course.retention`), and the log says so.

A thread of its own, since to delete a course takes longer than a worker may be silent. Two workers that look at once
delete what is there once.
"""

from __future__ import annotations

import threading

import structlog

from grader.course import retention
from grader.course.database import Database
from grader.course.tables import now

DAY_SECONDS = 24 * 3600.0
log = structlog.get_logger("grader.jobs.keeping")


class Keeper:
    def __init__(self, database: Database, every: float = DAY_SECONDS) -> None:
        self._database, self._every = database, every

    def run(self, stop: threading.Event) -> None:
        """Look now and once a day, until told to stop."""
        while True:
            self.look()
            if stop.wait(self._every):
                return

    def look(self) -> None:
        """What fails (a database that is away) is left to the next look."""
        try:
            for one, removed in retention.sweep(self._database, now()):
                log.info("retention", course=one.slug, files=removed.files, reports=removed.reports)
        except Exception:
            log.exception("what is kept too long could not be deleted")
