"""Errands to forges: fetch what was pushed, hand it in for the student, answer with one commit status.

Each is a job over a row of `deliveries` and may run more than once: a commit that was fetched before is a duplicate
upload, and a status that is set again is the same status. What fails is tried again later; only what can never work
(an address that may not be fetched, a commit that is too large) ends at once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import httpx2
import structlog
from sqlalchemy.orm import Session

from grader import intake
from grader.core import Message
from grader.course import deliveries, units
from grader.course.database import Database
from grader.course.deliveries import Outcome, Push
from grader.course.standing import Standing, standing
from grader.course.submissions import Upload, accept
from grader.course.tables import CourseAssignment, Status, Submission, User
from grader.errors import GraderError
from grader.integrations import git, github
from grader.jobs.links import Links
from grader.jobs.port import COURIER, Job
from grader.report import LANGUAGES, text
from grader.settings import Settings

FETCH, ANSWER = "fetch", "answer"
CONTEXT = "grader"
"""The name under which a forge shows our status."""

log = structlog.get_logger("grader.jobs.errands")


class Errands:
    """The handlers of the jobs `fetch` and `answer`, those of links, and the source of all these jobs."""

    def __init__(self, database: Database, settings: Settings) -> None:
        self._database, self._settings = database, settings
        self._access = git.Access(
            https_host=github.git_host(settings.github_api_url),
            http_hosts=settings.plain_git_hosts,
            token=settings.github_token.get_secret_value() if settings.github_token else None,
        )
        self._links = Links(database, settings)

    @property
    def handlers(self) -> Mapping[str, Callable[[str], None]]:
        return {FETCH: self.fetch, ANSWER: self.answer, **self._links.handlers}

    # ------------------------------------------------------------------ fetching

    def fetch(self, id: str) -> None:
        """Make submissions of a push."""
        push = self._load(id, "received")
        if push is None or push.user_id is None:
            return
        try:
            files = git.read_commit(push.url, push.commit, self._access, max_bytes=self._settings.max_upload)
        except git.GitFault as fault:
            self._failed(push, Message("hooks.not-fetched", {"cause": str(fault)}), final=fault.final)
            return
        with self._database.write() as session:
            current = deliveries.load(session, id)
            if current is not None and current.state == "received":
                self._hand_in(session, current, push.user_id, files)

    def _hand_in(self, session: Session, push: Push, user_id: int, files: Sequence[tuple[str, bytes]]) -> None:
        outcomes = []
        for prefix, assignment in deliveries.prefixes(session, push.course_id).items():
            below = [(path.removeprefix(prefix), data) for path, data in files if path.startswith(prefix)]
            if below:
                outcomes.append(self._upload(session, push, user_id, assignment, below))
        if outcomes:
            deliveries.advance(session, push, "fetched", outcomes=outcomes)
        else:
            deliveries.end(session, push, "unknown", Message("hooks.no-folder", {"repository": push.repository}))
        log.info("push handed in", delivery=push.id, repository=push.repository, assignments=len(outcomes))

    def _upload(
        self,
        session: Session,
        push: Push,
        user_id: int,
        assignment: CourseAssignment,
        files: Sequence[tuple[str, bytes]],
    ) -> Outcome:
        try:
            kept = intake.door(files, units.names(assignment.unit), self._settings.max_upload)
            upload = Upload(
                user_id=user_id,
                assignment_id=assignment.id,
                files=tuple(kept),
                source="github",
                commit=push.commit,
                repository=push.repository,
                received_at=push.received_at,
            )
            with session.begin_nested():
                (accepted,) = accept(session, [upload])
        except GraderError as refusal:
            return Outcome(assignment.slug, reason=_plain(refusal.message))
        return Outcome(assignment.slug, submission=accepted.id)

    # ------------------------------------------------------------------ answering

    def answer(self, id: str) -> None:
        """Set the commit's status, once everything that was made of the push is finished."""
        push = self._load(id, "fetched")
        if push is None:
            return
        with self._database.read() as session:
            results = {number: standing(session, number) for number in _submissions(push)}
            lang = _language(session, push)
        if not all(result.submission.status.final for result in results.values()):
            return
        token = self._settings.github_token
        try:
            github.post_status(
                self._settings.github_api_url,
                token.get_secret_value() if token else None,
                push.repository,
                push.commit,
                outcome=outcome_of(push, results),
                description=describe(push, results, lang),
                context=CONTEXT,
                target_url=self._page(results),
            )
        except httpx2.HTTPError as fault:
            self._failed(push, Message("hooks.not-answered", {"cause": str(fault)}))
            return
        with self._database.write() as session:
            deliveries.advance(session, push, "answered")
        log.info("push answered", delivery=id, repository=push.repository)

    def _page(self, results: Mapping[int, Standing]) -> str:
        base = self._settings.base_url.rstrip("/")
        return f"{base}/submissions/{next(iter(results))}" if len(results) == 1 else f"{base}/"

    # ------------------------------------------------------------------ both

    def sources(self, session: Session) -> list[Job]:
        """A job for each delivery and each link that can go on now."""
        ready = [push for push in deliveries.due(session) if push.state == "received" or _finished(session, push)]
        return [*map(_job, ready), *self._links.sources(session)]

    def _load(self, id: str, state: str) -> Push | None:
        with self._database.read() as session:
            push = deliveries.load(session, id)
        return push if push is not None and push.state == state else None

    def _failed(self, push: Push, reason: Message, *, final: bool = False) -> None:
        log.warning("errand failed", delivery=push.id, tries=push.tries + 1, final=final, **reason.params)
        with self._database.write() as session:
            if final:
                deliveries.end(session, push, "failed", reason)
            else:
                deliveries.postpone(session, push, reason)


def _job(push: Push) -> Job:
    kind = FETCH if push.state == "received" else ANSWER
    return Job(f"{kind}-{push.id}", kind, push.id, queue=COURIER)


def _finished(session: Session, push: Push) -> bool:
    return all(session.get_one(Submission, number).status.final for number in _submissions(push))


def _submissions(push: Push) -> list[int]:
    return [outcome.submission for outcome in push.outcomes if outcome.submission is not None]


def _language(session: Session, push: Push) -> str:
    user = session.get(User, push.user_id)
    return (user.language if user else None) or LANGUAGES[0]


def outcome_of(push: Push, results: Mapping[int, Standing]) -> github.Outcome:
    """`success` for full marks in everything, `error` where it was our fault, else `failure`."""
    if any(result.submission.status in (Status.BROKEN, Status.CANCELLED) for result in results.values()):
        return "error"
    handed_in = all(outcome.submission is not None for outcome in push.outcomes)
    return "success" if handed_in and all(_full_marks(result) for result in results.values()) else "failure"


def _full_marks(result: Standing) -> bool:
    row = result.submission
    return row.status is Status.DONE and row.score == row.max_score


def describe(push: Push, results: Mapping[int, Standing], lang: str) -> str:
    """`17.7 / 20`; with several assignments each after its slug."""
    said = [(outcome.slug, text(_say(outcome, results), lang)) for outcome in push.outcomes]
    return said[0][1] if len(said) == 1 else ", ".join(f"{slug}: {what}" for slug, what in said)


def _say(outcome: Outcome, results: Mapping[int, Standing]) -> Message:
    if outcome.submission is None:
        reason = outcome.reason or {"id": "hooks.broken", "params": {}}
        return Message(reason["id"], reason["params"])
    result = results[outcome.submission]
    row = result.submission
    if row.status is Status.DONE and row.score is not None and row.max_score is not None:
        return Message("hooks.score", {"score": float(row.score), "max_score": float(row.max_score)})
    if row.status is Status.REJECTED and result.reason is not None:
        return result.reason
    return Message("hooks.cancelled" if row.status is Status.CANCELLED else "hooks.broken")


def _plain(message: Message) -> dict[str, object]:
    return {"id": message.id, "params": dict(message.params)}
