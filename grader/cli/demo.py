"""`make demo`: a course with a class, its submissions sent through the real door, and three lines to go on with.

The first start sets the course up in the database and uploads the samples over HTTP as the students would; a later
one starts with what is there. The service itself is `grader serve`, a child with settings of its own below
`var/demo`.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from itertools import cycle
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from grader.errors import GraderError, Unavailable

if TYPE_CHECKING:
    import httpx2
    from sqlalchemy.orm import Session

    from grader.course.tables import Role
    from grader.settings import Settings

COURSE = "demo"
FOLDER = Path("var/demo")
LOADED = FOLDER / "loaded"
INSTRUCTOR = ("kim@demo.example", "Kim Seo-yeon")
ASSISTANT = ("noor@demo.example", "Noor Haddad")
CLASS = (
    ("ada@demo.example", "Ada Byron"),
    ("minjun@demo.example", "이민준"),
    ("chidi@demo.example", "Chidi Okafor"),
    ("jiwoo@demo.example", "박지우"),
    ("lena@demo.example", "Lena Fischer"),
    ("hayoon@demo.example", "최하윤"),
    ("mateo@demo.example", "Mateo Silva"),
    ("doyun@demo.example", "정도윤"),
    ("priya@demo.example", "Priya Nair"),
    ("siwoo@demo.example", "강시우"),
    ("tomas@demo.example", "Tomás Novák"),
    ("yuna@demo.example", "윤유나"),
)
SAMPLE = "submissions/svm/wrong_reg_gradient_halved.py"
READY_SECONDS = 60.0
GRADED_SECONDS = 10.0
"""How long the first start waits for scores before it says that it serves; the rest come while it does."""


def demo(
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port on 127.0.0.1.")] = 8000,
    isolation: Annotated[str | None, typer.Option(help="none: run student code unconfined; loopback only.")] = None,
) -> None:
    """Serve a demo course with the sample submissions, until Ctrl-C.

    \b
    Example:
      grader demo --port 8080
    """
    from grader.settings import Settings

    url = f"http://127.0.0.1:{port}"
    FOLDER.mkdir(parents=True, exist_ok=True)
    settings = Settings(
        database_url=f"sqlite:///{(FOLDER / 'grader.db').resolve()}", var_dir=FOLDER.resolve(), base_url=url
    )
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    service = start(settings, port, isolation)
    try:
        if wait_until_ready(service, settings, url):
            tell(settings, prepare(settings, url), url)
        status = service.wait()
    except KeyboardInterrupt:
        status = stop(service)
    except GraderError:
        stop(service)
        raise
    raise SystemExit(status)


def start(settings: Settings, port: int, isolation: str | None) -> subprocess.Popen[bytes]:
    """`grader serve` with the demo's own settings."""
    environment = {
        **os.environ,
        "GRADER_DATABASE_URL": settings.database_url,
        "GRADER_VAR_DIR": str(settings.var_dir),
        "GRADER_BASE_URL": settings.base_url,
        "GRADER_LOG_LEVEL": os.environ.get("GRADER_LOG_LEVEL", "warning"),
    }
    unsafe = []
    if isolation == "none":
        environment["SANDBOX_TIER"] = "none"
        unsafe = ["--unsafe-no-isolation"]
    command = [sys.executable, "-m", "grader.cli", "serve", "--port", str(port), "--slots", "2"]
    return subprocess.Popen([*command, *unsafe], env=environment, stdout=subprocess.PIPE)


def stop(service: subprocess.Popen[bytes]) -> int:
    """Drain and end; Ctrl-C has reached the child as well, a second signal does no harm."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    service.terminate()
    return service.wait()


def wait_until_ready(service: subprocess.Popen[bytes], settings: Settings, url: str) -> bool:
    """False where the service ended instead; it has said why. Its address is its first line: only then it listens.

    Raises Unavailable where its worker refuses to run submissions: a demo of that shows nothing."""
    import httpx2

    from grader.course.database import Database
    from grader.course.workers import refusal

    listening = service.stdout is not None and service.stdout.readline()
    end = time.monotonic() + READY_SECONDS
    with Database(settings) as database:
        while listening and time.monotonic() < end and service.poll() is None:
            try:
                if httpx2.get(f"{url}/readyz").status_code == 200:
                    return True
            except httpx2.TransportError:
                continue
            with database.read() as session:
                if why := refusal(session):
                    raise Unavailable(why)
            time.sleep(0.05)
    return False


def prepare(settings: Settings, url: str) -> str:
    """The course, its class and its submissions, on the first start; returns a new token of the first student."""
    from grader.course import access, people
    from grader.course.database import Database

    with Database(settings) as database:
        if not LOADED.exists():
            with database.write() as session:
                tokens = enrol(session)
            load(url, tokens)
            LOADED.touch()
        with database.write() as session:
            return access.make_token(session, people.find_user(session, CLASS[0][0]))


def enrol(session: Session) -> dict[str, str]:
    """The course with its members and open assignments, made or found; a token for each student."""
    from grader.course import access, people, units
    from grader.course.tables import Role
    from grader.errors import NotFound
    from grader.grading import registry

    try:
        course = people.find_course(session, COURSE)
    except NotFound:
        course = people.create_course(session, COURSE, title="Machine learning in NumPy", timezone="Asia/Seoul")
    units.write(session, registry.units(), registry.accepted())
    for slug in registry.slugs():
        units.enable(session, course, slug)
    tokens = {}
    for role, email, name in everybody():
        try:
            user = people.find_user(session, email)
        except NotFound:
            user = people.create_user(session, email, name=name)
        people.add_member(session, course, user, role)
        if role is Role.STUDENT:
            tokens[email] = access.make_token(session, user)
    return tokens


def everybody() -> Iterator[tuple[Role, str, str]]:
    from grader.course.tables import Role

    yield (Role.INSTRUCTOR, *INSTRUCTOR)
    yield (Role.ASSISTANT, *ASSISTANT)
    yield from ((Role.STUDENT, *student) for student in CLASS)


def samples() -> Iterator[tuple[str, str, list[Path]]]:
    """(student, slug, files) of every sample: a file, or a folder.

    The first student has one of each assignment, the others share the rest: a line of hers is short, so that what
    is uploaded by the printed line is graded at once.
    """
    from grader.settings import repository_root

    others = cycle(email for email, _ in CLASS[1:])
    for folder in sorted(path for path in (repository_root() / "submissions").iterdir() if path.is_dir()):
        first = True
        for sample in sorted(folder.iterdir()):
            files = [sample] if sample.suffix == ".py" else sorted(sample.rglob("*.py"))
            if files:
                yield CLASS[0][0] if first else next(others), folder.name, files
                first = False


def load(url: str, tokens: dict[str, str]) -> None:
    """Upload every sample as its student, and wait a little for the scores. The door may refuse one, as it should."""
    import httpx2
    from rich.progress import Progress

    from grader.settings import repository_root

    known = list(samples())
    with (
        httpx2.Client(base_url=f"{url}/api/v1", timeout=90) as client,
        Progress(disable=not sys.stderr.isatty()) as bar,
    ):
        task = bar.add_task("", total=2 * len(known))
        waiting = []
        for student, slug, files in known:
            root = repository_root() / "submissions" / slug
            parts = [("files", (path.relative_to(root).as_posix(), path.read_bytes())) for path in files]
            sent = upload(client, tokens[student], slug, parts)
            if sent is not None:
                waiting.append((tokens[student], sent))
            bar.advance(task)
        end = time.monotonic() + GRADED_SECONDS
        for token, id in waiting:
            while (left := end - time.monotonic()) > 0 and ask(client, token, id, left) in ("queued", "running"):
                pass
            bar.advance(task)


def upload(client: httpx2.Client, token: str, slug: str, parts: list[tuple[str, tuple[str, bytes]]]) -> int | None:
    """The id of the submission, None where the door refused it."""
    answer = client.post(f"/courses/{COURSE}/assignments/{slug}/submissions", files=parts, headers=bearer(token))
    if answer.status_code != 202:
        return None
    return int(answer.json()["id"])


def ask(client: httpx2.Client, token: str, id: int, seconds: float) -> str:
    answer = client.get(
        f"/submissions/{id}", params={"wait": max(1, int(seconds))}, headers=bearer(token)
    ).raise_for_status()
    return str(answer.json()["status"])


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def tell(settings: Settings, token: str, url: str) -> None:
    """The links and the lines to copy, on standard output."""
    from grader.api.signin import make_link
    from grader.cli.language import from_environment
    from grader.core import Message
    from grader.course import people
    from grader.course.database import Database
    from grader.report import text

    with Database(settings) as database, database.write() as session:
        student, instructor = (
            make_link(session, people.find_user(session, email), settings) for email in (CLASS[0][0], INSTRUCTOR[0])
        )
    api = f"{url}/api/v1"
    curl = f"curl -sS -H 'Authorization: Bearer {token}'"
    lines = {
        "url": url,
        "student": student,
        "instructor": instructor,
        "upload": f"{curl} -F files=@{SAMPLE} {api}/courses/{COURSE}/assignments/svm/submissions",
        "score": f"{curl} '{api}/submissions/ID?wait=30'",
    }
    print(text(Message("demo.ready", lines), from_environment(os.environ)), flush=True)
