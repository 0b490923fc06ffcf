"""An SMTP server on loopback, as far as a client that sends can tell: greeting, EHLO, STARTTLS, AUTH, a transaction."""

from __future__ import annotations

import base64
import socketserver
import ssl
import threading
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from types import TracebackType


@dataclass
class Received:
    """One message as it came: the envelope, the bytes, and whether it came encrypted and by whom."""

    sender: str
    recipients: list[str]
    data: bytes
    encrypted: bool
    user: str | None

    @property
    def message(self) -> EmailMessage:
        parsed = message_from_bytes(self.data, policy=default)
        assert isinstance(parsed, EmailMessage)
        return parsed


@dataclass
class Relay:
    """Takes messages and keeps them. `answers` are replies to give to RCPT from now on, before it takes any again;
    with `certificate` (certificate and key in one file) it offers STARTTLS, with `users` it wants AUTH."""

    certificate: Path | None = None
    users: dict[str, str] = field(default_factory=dict)
    answers: list[bytes] = field(default_factory=list)
    received: list[Received] = field(default_factory=list)

    def __enter__(self) -> Relay:
        self._server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def port(self) -> int:
        port: int = self._server.server_address[1]
        return port


def _handler(relay: Relay) -> type[socketserver.StreamRequestHandler]:
    class Handler(socketserver.StreamRequestHandler):
        encrypted, user = False, None

        def handle(self) -> None:
            self.sender, self.recipients = "", list[str]()
            self.say(b"220 stub")
            while line := self.rfile.readline():
                if not self.obey(line.rstrip(b"\r\n")):
                    return

        def say(self, *lines: bytes) -> None:
            self.wfile.write(b"".join(line + b"\r\n" for line in lines))

        def obey(self, line: bytes) -> bool:
            word, _, rest = line.partition(b" ")
            match word.upper():
                case b"EHLO":
                    self.say(b"250-stub", *self.offers(), b"250 HELP")
                case b"STARTTLS":
                    self.say(b"220 go on")
                    return self.encrypt()
                case b"AUTH":
                    self.authenticate(rest)
                case b"MAIL" if relay.users and self.user is None:
                    self.say(b"530 5.7.0 authentication required")
                case b"MAIL":
                    self.sender, self.recipients = _path(rest), []
                    self.say(b"250 ok")
                case b"RCPT" if relay.answers:
                    self.say(relay.answers.pop(0))
                case b"RCPT":
                    self.recipients.append(_path(rest))
                    self.say(b"250 ok")
                case b"DATA":
                    self.say(b"354 go on")
                    self.take()
                    self.say(b"250 kept")
                case b"QUIT":
                    self.say(b"221 bye")
                    return False
                case _:
                    self.say(b"250 ok")
            return True

        def offers(self) -> list[bytes]:
            starttls = [b"250-STARTTLS"] if relay.certificate and not self.encrypted else []
            return [*starttls, *([b"250-AUTH PLAIN"] if relay.users else [])]

        def encrypt(self) -> bool:
            assert relay.certificate is not None
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(relay.certificate)
            try:
                self.inner = context.wrap_socket(self.connection, server_side=True)
            except ssl.SSLError:  # whoever calls does not trust us
                return False
            self.rfile, self.wfile = self.inner.makefile("rb"), self.inner.makefile("wb", buffering=0)
            self.encrypted = True
            return True

        def finish(self) -> None:
            super().finish()
            if self.encrypted:
                self.inner.close()

        def authenticate(self, rest: bytes) -> None:
            _, user, password = base64.b64decode(rest.split(b" ")[1]).decode().split("\0")
            if relay.users.get(user) == password:
                self.user = user
                self.say(b"235 welcome")
            else:
                self.say(b"535 5.7.8 no")

        def take(self) -> None:
            lines = list[bytes]()
            while (line := self.rfile.readline()) != b".\r\n":
                lines.append(line.removeprefix(b"."))
            relay.received.append(Received(self.sender, self.recipients, b"".join(lines), self.encrypted, self.user))

    return Handler


def _path(rest: bytes) -> str:
    return rest.partition(b"<")[2].partition(b">")[0].decode()
