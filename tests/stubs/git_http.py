"""A git host on loopback: bare repositories served by `git http-backend`, to clone from and push to."""

from __future__ import annotations

import os
import subprocess
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from urllib.parse import urlsplit


class GitHost:
    """Serves the bare repositories below `folder`. `fail` is how many requests to refuse with 503 from now on."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.fail = 0
        self.authorizations: list[str | None] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    def __enter__(self) -> GitHost:
        self._thread.start()
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def url(self, repository: str) -> str:
        return f"http://127.0.0.1:{self._server.server_port}/{repository}.git"

    def repository(self, name: str) -> str:
        """Make the bare repository `owner/name`; returns its address."""
        path = self.folder / f"{name}.git"
        git(self.folder, "init", "--quiet", "--bare", "--initial-branch=main", str(path))
        git(path, "config", "http.receivepack", "true")
        return self.url(name)

    def push(self, name: str, files: dict[str, bytes | None], *, message: str = "work") -> str:
        """Clone, change `files` (None removes one), commit and push over HTTP; returns the commit."""
        work = self.folder / "work" / name
        if not work.exists():
            git(self.folder, "clone", "--quiet", self.url(name), str(work))
        for path, data in files.items():
            target = work / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.unlink() if data is None else target.write_bytes(data)
        git(work, "add", "--all")
        return self.push_staged(name, message=message)

    def push_staged(self, name: str, *, message: str = "work") -> str:
        """Commit and push what `name`'s working copy has staged; returns the commit."""
        work = self.folder / "work" / name
        git(work, "commit", "--quiet", "--allow-empty", "-m", message)
        git(work, "push", "--quiet", "origin", "HEAD:main")
        return git(work, "rev-parse", "HEAD")


def git(folder: Path, *arguments: str) -> str:
    """What git printed, with no configuration but ours."""
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_AUTHOR_NAME": "Student",
        "GIT_AUTHOR_EMAIL": "student@example.org",
        "GIT_COMMITTER_NAME": "Student",
        "GIT_COMMITTER_EMAIL": "student@example.org",
        "GIT_TERMINAL_PROMPT": "0",
    }
    done = subprocess.run(
        ["git", *arguments], cwd=folder, env=environment, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, f"git {arguments}: {done.stderr}"
    return done.stdout.strip()


def _handler(host: GitHost) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer(b"")

        def do_POST(self) -> None:
            self._answer(self.rfile.read(int(self.headers.get("Content-Length") or 0)))

        def _answer(self, body: bytes) -> None:
            host.authorizations.append(self.headers.get("Authorization"))
            if host.fail > 0:
                host.fail -= 1
                self.send_error(503)
                return
            done = subprocess.run(["git", "http-backend"], input=body, env=self._cgi(), capture_output=True, check=True)
            head, _, content = done.stdout.partition(b"\r\n\r\n")
            headers = dict(line.split(": ", 1) for line in head.decode().split("\r\n"))
            self.send_response(int(headers.pop("Status", "200").split()[0]))
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def _cgi(self) -> dict[str, str]:
            parts = urlsplit(self.path)
            return {
                "PATH": os.environ["PATH"],
                "GIT_PROJECT_ROOT": str(host.folder),
                "GIT_HTTP_EXPORT_ALL": "1",
                "PATH_INFO": parts.path,
                "QUERY_STRING": parts.query,
                "REQUEST_METHOD": self.command,
                "CONTENT_TYPE": self.headers.get("Content-Type", ""),
                "CONTENT_LENGTH": self.headers.get("Content-Length", ""),
                "HTTP_CONTENT_ENCODING": self.headers.get("Content-Encoding", ""),
                "GIT_PROTOCOL": self.headers.get("Git-Protocol", ""),
                "REMOTE_ADDR": "127.0.0.1",
            }

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    return Handler
