"""GitHub's side of a hook: it signs deliveries as GitHub does, and takes commit statuses as GitHub would."""

from __future__ import annotations

import hashlib
import hmac
import json
import re
import threading
import uuid
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any

import httpx2

STATUS = re.compile(r"/repos/(?P<repository>[\w.-]+/[\w.-]+)/statuses/(?P<commit>[0-9a-f]{40})")
TOKEN = "forge-token"
STATES = {"error", "failure", "pending", "success"}


class Forge:
    """Takes commit statuses with `TOKEN` and keeps them. `fail` is how many to refuse with 502 from now on."""

    def __init__(self) -> None:
        self.fail = 0
        self.statuses: list[dict[str, Any]] = []
        self.refused: list[str] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    def __enter__(self) -> Forge:
        self._thread.start()
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def check(self, path: str, authorization: str | None, body: bytes) -> str | None:
        """Keep a status that GitHub would take, else say why not."""
        where = STATUS.fullmatch(path)
        if where is None:
            return f"no such address: {path}"
        if authorization != f"Bearer {TOKEN}":
            return f"not authorized: {authorization}"
        sent = json.loads(body)
        if set(sent) != {"state", "description", "context", "target_url"} or sent["state"] not in STATES:
            return f"not a status: {sent}"
        if len(sent["description"]) > 140 or not re.match(r"https?://", sent["target_url"]):
            return f"not a status: {sent}"
        self.statuses.append({**sent, **where.groupdict()})
        return None


def push_body(repository: str, clone_url: str, commit: str, *, ref: str = "refs/heads/main") -> bytes:
    """The part of GitHub's push payload that matters, among some that does not."""
    return json.dumps(
        {
            "ref": ref,
            "before": "1" * 40,
            "after": commit,
            "repository": {"full_name": repository, "clone_url": clone_url, "private": True, "id": 1},
            "pusher": {"name": "student"},
            "commits": [{"id": commit, "message": "work"}],
        }
    ).encode()


def headers(secret: str, body: bytes, *, event: str = "push", delivery: str | None = None) -> dict[str, str]:
    """What GitHub sends with a delivery."""
    return {
        "X-GitHub-Event": event,
        "X-GitHub-Delivery": delivery or str(uuid.uuid4()),
        "X-Hub-Signature-256": "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest(),
        "Content-Type": "application/json",
        "User-Agent": "GitHub-Hookshot/stub",
    }


def deliver(url: str, secret: str, body: bytes, *, event: str = "push", delivery: str | None = None) -> httpx2.Response:
    return httpx2.post(
        f"{url}/hooks/github", content=body, headers=headers(secret, body, event=event, delivery=delivery), timeout=20
    )


def _handler(forge: Forge) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            if forge.fail > 0:
                forge.fail -= 1
                self.send_error(502)
                return
            reason = forge.check(self.path, self.headers.get("Authorization"), body)
            if reason is not None:
                forge.refused.append(reason)
            self.send_response(201 if reason is None else 422)
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"{}")

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    return Handler
