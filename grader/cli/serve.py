"""The service: `serve` keeps a web process and workers on this machine, `web` and `worker` are its halves.

The web process never runs student code and never loads what does; workers never listen. Each half takes the
database to its newest revision first, so the order of starting does not matter.
"""

from __future__ import annotations

import errno
import os
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from grader.cli.telling import OUR_FAULT
from grader.core import Message
from grader.errors import BadRequest, Conflict, GraderError, Unavailable

if TYPE_CHECKING:
    from grader.core import Sandbox
    from grader.settings import Settings

BACKLOG = 2048
"""Connections that wait while the web process is busy or starts again."""

Host = Annotated[str, typer.Option(help="Address to listen on.")]
Port = Annotated[int, typer.Option(min=0, max=65535, help="Port to listen on; 0 takes a free one.")]
LogLevel = Annotated[
    Literal["debug", "info", "warning", "error"] | None,
    typer.Option(help="Least level of the lines on standard error."),
]
Unsafe = Annotated[
    bool,
    typer.Option(
        "--unsafe-no-isolation", help="Run student code unconfined, as SANDBOX_TIER=none asks; loopback only."
    ),
]
Lifeline = Annotated[int | None, typer.Option(hidden=True)]
ProxyHeaders = Annotated[bool, typer.Option(help="Believe X-Forwarded-* headers: only behind a proxy that sets them.")]


def serve(
    host: Host = "127.0.0.1",
    port: Port = 8000,
    workers: Annotated[int, typer.Option(min=1, help="Worker processes.")] = 1,
    slots: Annotated[
        int | None, typer.Option(min=1, max=64, help="Gradings at a time in each worker (its share of the cores).")
    ] = None,
    proxy_headers: ProxyHeaders = False,
    log_level: LogLevel = None,
    unsafe: Unsafe = False,
) -> None:
    """Run the web process and workers on this machine, until Ctrl-C.

    \b
    Example:
      grader serve --port 8080 --workers 2
    """
    from grader.cli.address import note
    from grader.cli.cores import default_slots
    from grader.course import workers as workers_alive
    from grader.course.database import Database
    from grader.jobs.supervisor import Child, supervise

    settings = _prepare(host, log_level, unsafe)
    database = Database(settings)

    def bury(name: str) -> None:
        """A worker that died is known to be dead at once: its jobs need not wait until it has been silent long."""
        with database.write() as session:
            workers_alive.leave(session, name)

    listener = _listen(host, port)
    address = _url(host, listener)
    os.environ["GRADER_BASE_URL"] = note(settings, address).base_url
    listener.set_inheritable(True)
    flags = [*(["--unsafe-no-isolation"] if unsafe else []), "--log-level", settings.log_level]
    web_flags = ["--host", host, "--listener", str(listener.fileno()), *(["--proxy-headers"] if proxy_headers else [])]
    worker_flags = ["--slots", str(slots or max(1, default_slots() // workers))]
    print(address, flush=True)
    supervise(
        [
            Child("web", ["web", *web_flags, *flags], inherit=[listener.fileno()]),
            *(Child(f"worker {number}", ["worker", *worker_flags, *flags], bury) for number in range(1, workers + 1)),
        ]
    )


def web(
    host: Host = "127.0.0.1",
    port: Port = 8000,
    proxy_headers: ProxyHeaders = False,
    log_level: LogLevel = None,
    unsafe: Unsafe = False,
    listener: Annotated[int | None, typer.Option(hidden=True)] = None,
    lifeline: Lifeline = None,
) -> None:
    """Run the web process alone; start `grader worker` beside it, on this machine or another.

    \b
    Example:
      grader web --port 8080
    """
    import uvicorn

    from grader.api import create_app
    from grader.cli.address import note
    from grader.jobs.supervisor import DRAIN_SECONDS, hold, on_end_signal
    from grader.web import mount_static, problem_page, router

    hold(lifeline)
    settings = _prepare(host, log_level, unsafe, child=lifeline is not None)
    sock = _listen(host, port) if listener is None else socket.socket(fileno=listener)
    if listener is None:
        address = _url(host, sock)
        settings = note(settings, address)
        print(address, flush=True)
    app = create_app(settings, routers=(router,), problem_page=problem_page)
    mount_static(app)
    config = uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        proxy_headers=proxy_headers,
        server_header=False,
        timeout_graceful_shutdown=int(DRAIN_SECONDS),
    )
    on_end_signal(lambda: None)  # uvicorn ends by itself, then raises the signal again for whoever was there before
    with _faults_logged("web"):
        uvicorn.Server(config).run(sockets=[sock])
    sys.stderr.flush()
    os._exit(0)  # a request that still waits in a thread has lost its client, and must not hold the process


def worker(
    slots: Annotated[int | None, typer.Option(min=1, max=64, help="Gradings at a time (cores).")] = None,
    only: Annotated[
        Literal["grading", "courier"] | None,
        typer.Option(help="Do only this kind of work: courier runs errands to forges."),
    ] = None,
    log_level: LogLevel = None,
    unsafe: Unsafe = False,
    name: Annotated[str | None, typer.Option(hidden=True)] = None,
    lifeline: Lifeline = None,
) -> None:
    """Run one worker alone: it grades what the database holds in line, and runs errands to forges.

    \b
    Example:
      grader worker --slots 4
    """
    from grader.cli.cores import default_slots
    from grader.jobs.port import COURIER, GRADING, REGRADING
    from grader.jobs.supervisor import hold
    from grader.jobs.worker import SandboxLost, work

    hold(lifeline)
    settings = _prepare(None, log_level, unsafe, child=lifeline is not None)
    lanes = {None: (GRADING, REGRADING, COURIER), GRADING: (GRADING, REGRADING), COURIER: (COURIER,)}
    queues, code = lanes[only], 0
    with _faults_logged("worker"):
        box, refusal = _sandbox(settings, unsafe) if only != COURIER else (None, None)
        try:
            work(settings, box, refusal=refusal, name=name, slots=slots or default_slots(), queues=queues)
        except SandboxLost:  # the log has said so
            code = OUR_FAULT
    sys.stderr.flush()
    os._exit(code)  # what still runs has been handed back, and must not go on


def _sandbox(settings: Settings, unsafe: bool) -> tuple[Sandbox | None, Message | None]:
    """The sandbox that submissions run in, or why none may run: uploads wait until a start that finds one."""
    from grader.cli.isolation import sandbox

    try:
        return sandbox(settings, unsafe=unsafe), None
    except Unavailable as refusal:
        return None, refusal.message


def _prepare(host: str | None, log_level: str | None, unsafe: bool, *, child: bool = False) -> Settings:
    """Settings, logs, the refusals; unless `serve` has seen to it, the database's newest revision and the secret."""
    from grader.cli.configured import settings as configured
    from grader.cli.isolation import check_unsafe
    from grader.cli.logs import configure

    if log_level:
        os.environ["GRADER_LOG_LEVEL"] = log_level
    settings = configured()
    configure(settings.log_level)
    check_unsafe(settings, unsafe=unsafe, host=host)
    if not child:
        _found(settings)
    return settings


def _found(settings: Settings) -> None:
    from grader.course.database import migrate
    from grader.jobs.secret import secret_of

    migrate(settings.database_url)
    secret_of(settings)


@contextmanager
def _faults_logged(process: str) -> Iterator[None]:
    """What ends a process of the service stands in the log with its traceback."""
    import structlog

    try:
        yield
    except Exception:
        structlog.get_logger("grader.cli.serve").exception("the process cannot go on", process=process)
        raise


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(BACKLOG)
    except OSError as error:
        listener.close()
        raise _refusal(error, host, port) from None
    return listener


def _refusal(error: OSError, host: str, port: int) -> GraderError:
    if error.errno == errno.EADDRINUSE:
        return Conflict(Message("jobs.port-in-use", {"host": host, "port": port, "other": port % 65535 + 1}))
    return BadRequest(
        Message("jobs.cannot-listen", {"host": host, "port": port, "cause": os.strerror(error.errno or 0)})
    )


def _url(host: str, listener: socket.socket) -> str:
    return f"http://{f'[{host}]' if ':' in host else host}:{listener.getsockname()[1]}"
