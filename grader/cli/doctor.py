"""`grader doctor`: what this machine offers, what it lacks, and how to mend it.

Every probe tries the thing itself: a box is opened and computes, a table is made and taken back.
"""

from __future__ import annotations

import json
import os
import platform
import shutil
import socket
import sqlite3
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from grader.cli.configured import settings
from grader.cli.cores import default_slots, usable_cores, usable_memory
from grader.cli.isolation import sandbox
from grader.cli.language import LangOption, choose
from grader.cli.telling import NOT_FULL_MARKS, speaking
from grader.core import Message, Param
from grader.errors import GraderError

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from grader.settings import Settings

LEAST_FREE = 1 << 30  # bytes: a course's database, and room for uploads
CLOCK_TOLERANCE = 2.0  # seconds between this clock and the database server's
GIB = float(1 << 30)

Status = Literal["ok", "warn", "fail"]


@dataclass(frozen=True, slots=True)
class Finding:
    """What one probe found; anything but `ok` says how to mend it, in the message or in `cure`."""

    probe: str
    status: Status
    message: Message
    cure: Message | None = None


def doctor(as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False, lang: LangOption = None) -> None:
    """Say what this machine offers and what it lacks, and how to mend it: isolation, database, clock, disk, settings.

    Each tier of isolation is tried with a box. Exit code 1 where something is lacking without which nothing is graded,
    0 otherwise.

    \b
    Examples:
      grader doctor
      grader doctor --json
    """
    spoken = choose(lang)
    with speaking(spoken):
        chosen = settings()
        findings = [finding for probe in PROBES for finding in probe(chosen)]
    failed = any(finding.status == "fail" for finding in findings)
    typer.echo(_as_json(findings, chosen, spoken) if as_json else _as_text(findings, chosen, spoken))
    raise typer.Exit(NOT_FULL_MARKS if failed else 0)


# --------------------------------------------------------------------------- the probes


def _machine(settings: Settings) -> Iterator[Finding]:
    about: dict[str, Param] = {
        "system": platform.system(),
        "release": platform.release(),
        "machine": platform.machine(),
        "python": platform.python_version(),
        "cores": usable_cores(),
    }
    yield Finding("machine", "ok", Message("cli.doctor.kernel", about))


def _sandbox(settings: Settings) -> Iterator[Finding]:
    """Whether submissions would run as the settings ask, and what the sandbox says of this machine."""
    from grader.sandbox.doctor import probe

    yield _isolation(settings)
    for found in probe():
        yield Finding(found.name, "ok" if found.ok else "warn", found.message, found.cure)


def _isolation(settings: Settings) -> Finding:
    """Told as a worker would be that is started with the settings, and with the flag where they ask for none."""
    try:
        about: dict[str, Param] = {"isolation": sandbox(settings, unsafe=True).isolation, "least": settings.least_tier}
    except GraderError as error:
        return Finding("isolation", "fail", error.message)
    if settings.unconfined:
        return Finding("isolation", "warn", Message("cli.doctor.isolation.none"))
    return Finding("isolation", "ok", Message("cli.doctor.isolation.enough", about))


def _memory(settings: Settings) -> Iterator[Finding]:
    """Boxes seldom use what they may, so too little is no fault; a worker that is killed for it is."""
    from grader.core import Limits

    slots, box = default_slots(), Limits().data_bytes / GIB
    about: dict[str, Param] = {"memory": usable_memory() / GIB, "slots": slots, "box": box}
    if usable_memory() < slots * Limits().data_bytes:
        yield Finding("memory", "warn", Message("cli.doctor.memory.little", about))
    else:
        yield Finding("memory", "ok", Message("cli.doctor.memory.enough", about))


def _sqlite(settings: Settings) -> Iterator[Finding]:
    from grader.course.database import SQLITE_SOUND, pick_sqlite, sqlite_version

    about: dict[str, Param] = {
        "version": ".".join(map(str, sqlite_version())),
        "driver": "pysqlite3" if pick_sqlite() is not sqlite3 else "sqlite3",
        "sound": ".".join(map(str, SQLITE_SOUND)),
    }
    if sqlite_version() < SQLITE_SOUND:
        yield Finding("sqlite", "warn", Message("cli.doctor.sqlite.wal-bug", about))
    else:
        yield Finding("sqlite", "ok", Message("cli.doctor.sqlite.sound", about))


def _database(settings: Settings) -> Iterator[Finding]:
    """Writes, and takes it back. An SQLite file that is not there is not made."""
    from sqlalchemy.exc import SQLAlchemyError

    from grader.course.database import is_sqlite, make_engine

    shown = _shown_url(settings.database_url)
    try:
        if is_sqlite(settings.database_url) and (missing := _missing_file(settings.database_url)):
            yield _new_database(shown, missing)
            return
        engine = make_engine(settings.database_url)
        ahead = _seconds_ahead(engine)
    except (SQLAlchemyError, ImportError, OSError) as error:
        text = str(getattr(error, "orig", None) or error).strip()
        yield Finding("database", "fail", Message("cli.doctor.database.fails", {"url": shown, "text": text}))
        return
    yield Finding("database", "ok", Message("cli.doctor.database.ready", {"url": shown}))
    yield from _workers(settings)
    if abs(ahead) > CLOCK_TOLERANCE:
        yield _clock_off(ahead, "database")


def _workers(settings: Settings) -> Iterator[Finding]:
    """What the workers that live say of themselves; those of this machine may not ask for more than it has."""
    from sqlalchemy.exc import SQLAlchemyError

    from grader.course import workers
    from grader.course.database import Database

    try:
        with Database(settings) as database, database.read() as session:
            alive = workers.alive(session)
            at_work, refusal = workers.grading(session), workers.refusal(session)
    except SQLAlchemyError:  # made by another version of this program: the next start takes it to the newest
        return
    if refusal:
        yield Finding("workers", "warn", Message("cli.doctor.workers.refuse"), refusal)
    else:
        about: dict[str, Param] = {"alive": len(alive), "grading": len(at_work)}
        yield Finding("workers", "ok", Message("cli.doctor.workers", about))
    here = sum(worker.slots for worker in at_work if worker.host == socket.gethostname())
    if here > usable_cores():
        yield Finding("cores", "warn", Message("cli.doctor.cores.few", {"slots": here, "cores": usable_cores()}))


def _shown_url(url: str) -> str:
    """The address without its password."""
    from sqlalchemy import make_url
    from sqlalchemy.exc import ArgumentError

    try:
        return make_url(url).render_as_string(hide_password=True)
    except ArgumentError:
        return "GRADER_DATABASE_URL"


def _missing_file(url: str) -> Path | None:
    from sqlalchemy import make_url

    name = make_url(url).database
    return Path(name) if name and name != ":memory:" and not Path(name).exists() else None


def _new_database(shown: str, file: Path) -> Finding:
    folder = _nearest(file.parent)
    if os.access(folder, os.W_OK):
        return Finding("database", "ok", Message("cli.doctor.database.new", {"url": shown}))
    text = f"{folder}: {os.strerror(13)}"
    return Finding("database", "fail", Message("cli.doctor.database.fails", {"url": shown, "text": text}))


def _seconds_ahead(engine: Engine) -> float:
    """Writes to the database and takes it back; how far this clock is ahead of the server's."""
    from sqlalchemy import text

    with engine.connect() as connection:
        connection.execute(text("CREATE TABLE grader_doctor_probe (id INTEGER)"))
        theirs = connection.execute(text("SELECT CURRENT_TIMESTAMP")).scalar_one()
        ours = time.time()
        connection.rollback()
    engine.dispose()
    return ours - theirs.timestamp() if isinstance(theirs, datetime) else 0.0  # SQLite has no clock of its own


def _assignments(settings: Settings) -> Iterator[Finding]:
    """Each file of an instructor's own, loaded in a process of its own as a worker would before it publishes it."""
    from grader.jobs.publishing import is_published, published_in, sources
    from grader.verify.vetting import fault_of

    for folder in settings.assignment_folders:
        if not folder.is_dir():
            yield Finding("assignments", "warn", Message("cli.doctor.assignments.no-folder", {"path": str(folder)}))
    for slug, path in sources(settings.assignment_folders).items():
        about: dict[str, Param] = {"slug": slug, "path": str(path)}
        if (fault := fault_of(path)) is not None:
            yield Finding("assignments", "warn", Message("cli.doctor.assignments.fault", about), fault)
        elif is_published(path, published_in(settings)):
            yield Finding("assignments", "ok", Message("cli.doctor.assignments.published", about))
        else:
            yield Finding("assignments", "ok", Message("cli.doctor.assignments.waits", about))


def _clock(settings: Settings) -> Iterator[Finding]:
    """A clock that is behind our own files was never set."""
    installed = Path(__file__).stat().st_mtime
    if (behind := installed - time.time()) > CLOCK_TOLERANCE:
        yield _clock_off(-behind, "files")
    else:
        yield Finding("clock", "ok", Message("cli.doctor.clock.right", {"now": _now()}))


def _clock_off(ahead: float, other: Literal["files", "database"]) -> Finding:
    direction = "ahead" if ahead > 0 else "behind"
    about: dict[str, Param] = {"now": _now(), "seconds": round(abs(ahead))}
    return Finding("clock", "warn", Message(f"cli.doctor.clock.{direction}-{other}", about))


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _disk(settings: Settings) -> Iterator[Finding]:
    folder = _nearest(settings.var_dir)
    free = shutil.disk_usage(folder).free
    about: dict[str, Param] = {"path": str(settings.var_dir), "free": free / GIB, "least": LEAST_FREE / GIB}
    if not os.access(folder, os.W_OK):
        yield Finding("disk", "fail", Message("cli.doctor.disk.read-only", about))
    elif free < LEAST_FREE:
        yield Finding("disk", "warn", Message("cli.doctor.disk.little", about))
    else:
        yield Finding("disk", "ok", Message("cli.doctor.disk.free", about))


def _nearest(folder: Path) -> Path:
    """`folder`, or the folder above it that is there."""
    return next(path for path in (folder.absolute(), *folder.absolute().parents) if path.exists())


PROBES: tuple[Callable[[Settings], Iterator[Finding]], ...] = (
    _machine,
    _sandbox,
    _memory,
    _sqlite,
    _database,
    _assignments,
    _clock,
    _disk,
)


# --------------------------------------------------------------------------- what is said


def _as_text(findings: list[Finding], settings: Settings, lang: str) -> str:
    from grader.report import text

    words = {status: text(Message(f"cli.doctor.{status}"), lang) for status in ("ok", "warn", "fail")}
    lines = [
        " ".join([f"{words[one.status]:<5}", *(text(part, lang) for part in (one.message, one.cure) if part)])
        for one in findings
    ]
    chosen = [f"  {name} = {value}" for name, value in _public(settings).items()]
    return "\n".join([*lines, text(Message("cli.doctor.settings"), lang), *chosen])


def _as_json(findings: list[Finding], settings: Settings, lang: str) -> str:
    """For monitoring: the keys, and the names of probes, stay; texts may change."""
    from grader.report import text

    probes = [
        {
            "probe": one.probe,
            "status": one.status,
            "text": text(one.message, lang),
            "cure": text(one.cure, lang) if one.cure else None,
        }
        for one in findings
    ]
    ok = all(one.status != "fail" for one in findings)
    return json.dumps({"ok": ok, "probes": probes, "settings": _public(settings)}, ensure_ascii=False, indent=2)


def _public(settings: Settings) -> dict[str, Any]:
    """The settings by the names they are set with, without secrets."""
    names = {name: name if name.startswith("sandbox") else f"grader_{name}" for name in type(settings).model_fields}
    public = {names[name].upper(): value for name, value in settings.model_dump(mode="json").items()}
    return public | {"GRADER_DATABASE_URL": _shown_url(settings.database_url)}
