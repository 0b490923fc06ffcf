"""The postman: takes what waits in the outbox to the operator's relay, one message a job.

A job may run more than once. A message that was taken and not written down as taken is sent again with the same
Message-ID, by which a mailbox knows it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from urllib.parse import urlsplit

import structlog
from sqlalchemy.orm import Session

from grader.course import mail
from grader.course.database import Database
from grader.integrations import smtp
from grader.jobs.port import COURIER, Job
from grader.settings import Settings

MAIL = "mail"
log = structlog.get_logger("grader.jobs.postman")


class Postman:
    """The handler of the jobs `mail`, and the source of those jobs; there are none where no relay is named."""

    def __init__(self, database: Database, settings: Settings) -> None:
        self._database, self._settings = database, settings
        self._relay = relay_of(settings)

    @property
    def handlers(self) -> Mapping[str, Callable[[int], None]]:
        return {MAIL: self.send}

    def sources(self, session: Session) -> list[Job]:
        """A job for each message that can be sent now."""
        if self._relay is None:
            return []
        return [Job(f"{MAIL}-{id}", MAIL, id, queue=COURIER) for id in mail.due(session)]

    def send(self, id: int) -> None:
        if self._relay is None:
            return
        with self._database.write() as session:
            letter = mail.compose(session, id, self._settings.base_url)
        if letter is None:
            return
        try:
            smtp.send(
                self._relay,
                key=f"mail-{id}",
                address=letter.address,
                subject=letter.subject,
                text=letter.text,
                settings=letter.settings,
            )
        except smtp.NotSent as fault:
            log.warning("mail not sent", mail=id, final=fault.final, cause=str(fault))
            with self._database.write() as session:
                mail.failed(session, id, str(fault), final=fault.final)
            return
        with self._database.write() as session:
            mail.sent(session, id)
        log.info("mail sent", mail=id)

    def forget(self) -> None:
        with self._database.write() as session:
            mail.forget(session)


def relay_of(settings: Settings) -> smtp.Relay | None:
    """The relay that the operator names, None where e-mail is off."""
    if not settings.sends_mail:
        return None
    host = urlsplit(settings.base_url).hostname or "localhost"
    return smtp.Relay(
        settings.smtp_host,
        settings.smtp_port,
        settings.smtp_from or f"grader@{host}",
        settings.smtp_starttls,
        settings.smtp_user,
        settings.smtp_password.get_secret_value() if settings.smtp_password else "",
    )
