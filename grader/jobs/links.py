"""The errand of a link that a student handed in: fetch the repository, make a submission of it, or say why not.

It may run more than once: what was fetched before is a duplicate upload. Nobody's token is sent along: a link that
anyone may hand in must open nothing that only the service may read.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from urllib.parse import urlsplit

import structlog
from sqlalchemy.orm import Session

from grader import intake
from grader.core import Message
from grader.course import links, units
from grader.course.database import Database
from grader.course.links import Asked
from grader.course.submissions import Upload, accept
from grader.course.tables import CourseAssignment, now
from grader.errors import GraderError, NotFound
from grader.integrations import git
from grader.jobs.port import COURIER, Job
from grader.settings import Settings

LINK = "link"
SECONDS = 30.0
"""That fetching a student's repository may take."""

log = structlog.get_logger("grader.jobs.links")


class Links:
    """The handler of the jobs `link`, and the source of those jobs."""

    def __init__(self, database: Database, settings: Settings) -> None:
        self._database, self._settings = database, settings

    @property
    def handlers(self) -> Mapping[str, Callable[[str], None]]:
        return {LINK: self.fetch}

    def sources(self, session: Session) -> list[Job]:
        return [Job(f"{LINK}-{one.id}-{one.nonce}", LINK, one.id, queue=COURIER) for one in links.waiting(session)]

    def fetch(self, id: str) -> None:
        with self._database.read() as session:
            asked = links.find(session, id)
        if asked is None or asked.state != "asked":
            return
        try:
            commit, files = self._read(asked)
            with self._database.write() as session:
                if links.still(session, asked):
                    links.fetched(session, asked, commit, self._hand_in(session, asked, commit, files))
        except git.GitFault as fault:
            self._failed(asked, fault)
        except GraderError as refusal:
            with self._database.write() as session:
                if links.still(session, asked):
                    links.refused(session, asked, refusal.message)

    def _read(self, asked: Asked) -> tuple[str, list[tuple[str, bytes]]]:
        """The commit, and the files that the link is about as an upload of them would be kept. Raises GitFault, or
        GraderError for a branch that is not there, a folder without Python, or files that no upload may have."""
        link, most = asked.link, self._settings.max_upload
        host = urlsplit(link.repository).hostname or ""
        access = git.Access(host if host in self._settings.link_hosts else "", self._settings.plain_git_hosts)
        commit = link.commit or git.resolve(link.repository, link.ref, access)
        if commit is None:
            raise NotFound(Message("student.link.no-branch", {"ref": link.ref or "HEAD"}))
        named = [
            (link.holds(path), data)
            for path, data in git.read_commit(link.repository, commit, access, max_bytes=most, seconds=SECONDS)
        ]
        files = [(name, data) for name, data in named if name is not None]
        if not files:
            raise NotFound(Message("student.link.nothing", {"path": link.path or "/"}))
        with self._database.read() as session:
            expected = units.names(session.get_one(CourseAssignment, asked.assignment).unit)
        return commit, intake.door(files, expected, most)

    def _hand_in(self, session: Session, asked: Asked, commit: str, files: Sequence[tuple[str, bytes]]) -> int:
        upload = Upload(
            user_id=asked.user,
            assignment_id=asked.assignment,
            files=tuple(files),
            source=LINK,
            commit=commit,
            repository=asked.link.repository,
            received_at=asked.asked_at if asked.link.commit else now(),
        )
        (accepted,) = accept(session, [upload])
        log.info("link handed in", link=asked.id, repository=asked.link.repository, submission=accepted.id)
        return accepted.id

    def _failed(self, asked: Asked, fault: git.GitFault) -> None:
        """What can never work ends at once; a network, or a host that is busy, is tried again."""
        log.warning("link not fetched", link=asked.id, tries=asked.tries + 1, cause=str(fault))
        reason = (
            Message("student.link.absent") if fault.absent else Message("student.link.failed", {"cause": str(fault)})
        )
        with self._database.write() as session:
            if links.still(session, asked):
                (links.refused if fault.absent or fault.final else links.postpone)(session, asked, reason)
