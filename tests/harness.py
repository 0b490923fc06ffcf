"""The real service for tests: `grader serve` in its own processes, on a free port, with its own database.

    with Service(tmp_path) as service:
        service.admin("create-course", "demo")
        httpx2.get(service.url + "/healthz")

`kill` and `restart` are what an outage is: SIGKILL to every process, by pid, and a new start on the same port.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import httpx2

START_SECONDS = 90.0
"""Two busy cores start three Python processes in some seconds; the rest is patience."""
ROOT = Path(__file__).resolve().parent.parent
GRADER = (sys.executable, "-m", "grader.cli")


class Service:
    """`grader serve` over the database and files of `folder`; `options` are added to its command line. `command` may
    be `web`, and `launcher` a command that runs every `grader ...` in surroundings of its own."""

    def __init__(
        self,
        folder: Path,
        workers: int = 1,
        *,
        database_url: str | None = None,
        environment: Mapping[str, str] | None = None,
        options: tuple[str, ...] = (),
        command: str = "serve",
        launcher: tuple[str, ...] = (),
    ) -> None:
        self.folder, self.options = folder, options
        self.command = [command, *(["--workers", str(workers)] if command == "serve" else [])]
        self.launcher = launcher
        self.log = folder / "service.log"
        self.url = ""
        self._process: subprocess.Popen[str] | None = None
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith(("GRADER_", "SANDBOX_"))},
            "GRADER_DATABASE_URL": database_url or f"sqlite:///{folder / 'grader.db'}",
            "GRADER_VAR_DIR": str(folder / "var"),
            **(environment or {}),
        }

    def __enter__(self) -> Service:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._process is not None:
            self.stop()

    # ------------------------------------------------------------------ the service's life

    def start(self, ready: Callable[[], bool] | None = None) -> None:
        """Start it, on the port it had before if it had one, and wait until it is `ready` (as `/readyz` says)."""
        port = self.url.rpartition(":")[2] or "0"
        self._process = self._begin(*self.command, "--port", port, *self.options)
        with self._process.stdout as said:  # type: ignore[union-attr]
            self.url = said.readline().strip()
        assert self.url.startswith("http://"), f"the service did not start:\n{self.log_text()}"
        self.environment["GRADER_BASE_URL"] = self.url
        wait_for(ready or self.ready, START_SECONDS, self.log_text)

    def wait_until_ready(self) -> None:
        wait_for(self.ready, START_SECONDS, self.log_text)

    def ready(self) -> bool:
        """Whether `/readyz` says so."""
        return self._status("/readyz") == 200

    def answers(self) -> bool:
        """Whether `/healthz` does."""
        return self._status("/healthz") == 200

    def _status(self, path: str) -> int | None:
        try:
            return httpx2.get(self.url + path, timeout=5).status_code
        except httpx2.HTTPError:
            return None

    def _begin(self, *arguments: str) -> subprocess.Popen[str]:
        """`grader ...`, its messages in the log of the service."""
        with self.log.open("a") as log:
            command = [*self.launcher, *GRADER, *arguments]
            return subprocess.Popen(
                command, cwd=ROOT, env=self.environment, stdout=subprocess.PIPE, stderr=log, text=True
            )

    @contextmanager
    def beside(self, *arguments: str) -> Iterator[subprocess.Popen[str]]:
        """`grader ...` over the same database while the service runs; killed at the end."""
        with self._begin(*arguments) as process:
            try:
                yield process
            finally:
                _kill([process.pid, *descendants(process.pid)])

    def stop(self) -> int:
        """SIGTERM, and the exit code. Raises subprocess.TimeoutExpired after 30 s."""
        process = self._taken()
        process.terminate()
        try:
            return process.wait(30)
        finally:
            _kill([process.pid, *descendants(process.pid)])
            process.wait()
            self._process = None

    def kill(self) -> None:
        """SIGKILL to every process of the service."""
        process = self._taken()
        _kill([process.pid, *descendants(process.pid)])
        process.wait()
        self._process = None

    def restart(self) -> None:
        if self._process is not None:
            self.kill()
        self.start()

    def _taken(self) -> subprocess.Popen[str]:
        assert self._process is not None, "the service does not run"
        return self._process

    # ------------------------------------------------------------------ its processes

    @property
    def pid(self) -> int:
        return self._taken().pid

    def children(self, command: str) -> list[int]:
        """Pids of the processes that the service runs as `grader COMMAND`: `web` or `worker`."""
        return [pid for pid in descendants(self.pid) if f"\0grader.cli\0{command}\0" in command_line(pid)]

    def admin(self, *arguments: str) -> str:
        """What `grader admin ...` printed."""
        return self.grader("admin", *arguments).stdout.strip()

    def grader(self, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        """`grader ...` over the same database."""
        command = [*self.launcher, *GRADER, *arguments]
        done = subprocess.run(
            command, cwd=ROOT, env=self.environment, capture_output=True, text=True, timeout=120, check=False
        )
        assert not check or done.returncode == 0, f"grader {' '.join(arguments)}: {done.returncode}\n{done.stderr}"
        return done

    def log_text(self) -> str:
        return self.log.read_text()[-8000:] if self.log.exists() else ""


def wait_for(ready: Callable[[], bool], seconds: float, describe: Callable[[], str] = str) -> None:
    """Ask `ready` until it is true; after `seconds` fail with what `describe` says."""
    deadline = time.monotonic() + seconds
    while not ready():
        assert time.monotonic() < deadline, f"not within {seconds} s\n{describe()}"
        time.sleep(0.05)


def descendants(pid: int) -> list[int]:
    """Pids of the processes below `pid`, the nearest first."""
    parents: dict[int, list[int]] = {}
    for child, parent in _parents():
        parents.setdefault(parent, []).append(child)
    found, queue = [], [pid]
    while queue:
        below = parents.get(queue.pop(0), [])
        found += below
        queue += below
    return found


def gone(pid: int) -> bool:
    """Whether a process has ended; one that nobody has collected has."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True


def _parents() -> Iterator[tuple[int, int]]:
    for folder in Path("/proc").iterdir():
        if folder.name.isdecimal():
            try:
                stat = (folder / "stat").read_text()
            except OSError:
                continue
            yield int(folder.name), int(stat.rpartition(")")[2].split()[1])


def command_line(pid: int) -> str:
    """The words of a command line, each with a NUL after it."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_text()
    except OSError:
        return ""


def _kill(pids: list[int]) -> None:
    for pid in pids:
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            continue
