"""SMTP: one message to one address through the operator's relay, and nothing else about it.

What is sent is built by `email` from its standard library, whose headers refuse a line break: a name or title cannot
add a header or a recipient. The text goes as base64 or quoted-printable, so that no relay need take 8 bits.
"""

from __future__ import annotations

import smtplib
import ssl
from dataclasses import dataclass
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, localtime, parseaddr

SECONDS = 20.0
"""How long a relay may take for one answer."""
POLICY = SMTP.clone(cte_type="7bit")


class NotSent(Exception):
    """The relay did not take it; `final`: it never will."""

    def __init__(self, cause: str, *, final: bool) -> None:
        super().__init__(cause)
        self.final = final


@dataclass(frozen=True, slots=True)
class Relay:
    """Where messages are handed over. `sender` is what stands in From: `Grader <grader@example.org>`."""

    host: str
    port: int
    sender: str
    starttls: bool = True
    user: str = ""
    password: str = ""

    @property
    def domain(self) -> str:
        return parseaddr(self.sender)[1].rpartition("@")[2]


def send(relay: Relay, *, key: str, address: str, subject: str, text: str, settings: str) -> None:
    """Hand one message over. `key` makes its Message-ID: sent twice it is one message. Raises NotSent."""
    try:
        message = written(relay, key=key, address=address, subject=subject, text=text, settings=settings)
    except (ValueError, IndexError, MessageError) as error:  # no address, or no header
        raise NotSent(f"{type(error).__name__}: {error}", final=True) from error
    try:
        with smtplib.SMTP(relay.host, relay.port, local_hostname=relay.domain, timeout=SECONDS) as server:
            if relay.starttls:
                server.starttls(context=ssl.create_default_context())
            if relay.user:
                server.login(relay.user, relay.password)
            server.send_message(message)
    except (OSError, smtplib.SMTPException) as error:
        raise NotSent(f"{type(error).__name__}: {error}", final=_is_final(error)) from error


def written(relay: Relay, *, key: str, address: str, subject: str, text: str, settings: str) -> EmailMessage:
    """The message. Raises ValueError, IndexError or MessageError for an address or header that cannot be."""
    message = EmailMessage(policy=POLICY)
    message["From"] = relay.sender
    message["To"] = Address(addr_spec=address)
    message["Subject"] = subject
    message["Date"] = format_datetime(localtime())
    message["Message-ID"] = f"<{key}@{relay.domain}>"
    message["Auto-Submitted"] = "auto-generated"
    message["List-Unsubscribe"] = f"<{settings}>"
    message.set_content(text, charset="utf-8")
    return message


def _is_final(error: Exception) -> bool:
    """Whether it is about this message alone: what concerns the relay or our account there can be mended."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(code >= 500 for code, _ in error.recipients.values())
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return "SMTPUTF8" in str(error)
    return isinstance(error, smtplib.SMTPDataError) and error.smtp_code >= 500
