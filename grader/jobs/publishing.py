"""An instructor's own assignments on a running service: looked at, verified, published, and kept.

Theory of operation
-------------------
The folders that `GRADER_ASSIGNMENTS` names are where instructors write; nothing is graded from there. A thread of the
worker looks at them every few seconds. A file that is new or changed is vetted (`vetting`, in a process of its own) and
then held to the claims of `verify`: its solution and right samples pass, its starter earns nothing, its mistakes are
caught. What holds is copied to `var/assignments`, and its row of `units` gets the new revision. That copy is what
students are graded by: while a file is broken, or gone, or half written, the last good one goes on, also after a
restart. What does not hold is told in the log, once a change, and by `grader doctor` at any time.

One worker of a machine at a time looks; the others find the copy there.
"""

from __future__ import annotations

import fcntl
import os
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import structlog

from grader.core import Message, Sandbox
from grader.course import units
from grader.course.database import Database
from grader.grading import registry
from grader.grading.soundness import BadAssignment
from grader.report import text
from grader.settings import Settings
from grader.verify import plan
from grader.verify.trying import tried
from grader.verify.vetting import fault_of

LOOK_SECONDS = 2.0
log = structlog.get_logger("grader.jobs.publishing")

Mark = tuple[tuple[str, int, int], ...]  # name, time of change and size of each file that is looked at


def published_in(settings: Settings) -> Path:
    """The folder of the assignments that students are graded by."""
    return settings.var_dir / "assignments"


def sources(folders: Sequence[Path]) -> dict[str, Path]:
    """The assignment files in the folders, by slug; of two with one slug the first counts."""
    found: dict[str, Path] = {}
    for folder in folders:
        for path in sorted(folder.glob("*.py")):
            if not path.stem.startswith("_"):
                found.setdefault(path.stem, path)
    return found


def is_published(path: Path, published: Path) -> bool:
    """Whether what stands in `path` is what students are graded by."""
    return all(_content(source) == _content(copy) for source, copy in _copies(path, published))


class Publisher:
    """`look()` publishes what has changed since it looked last."""

    def __init__(self, database: Database, settings: Settings, sandbox: Sandbox) -> None:
        self._database, self._sandbox = database, sandbox
        self._folders, self._published = settings.assignment_folders, published_in(settings)
        self._seen: dict[Path, Mark] = {}

    def run(self, stop: threading.Event) -> None:
        """Look until told to stop."""
        while True:
            self.look()
            if stop.wait(LOOK_SECONDS):
                return

    def look(self) -> None:
        """Publish what has changed. What fails through us (a database that is away) is tried again at the next look,
        and keeps no other file from being published."""
        for slug, path in sources(self._folders).items():
            try:
                self._look_at(slug, path)
            except Exception:  # this thread must be there when whatever is away comes back
                log.exception("cannot look at an assignment", file=str(path))

    def _look_at(self, slug: str, path: Path) -> None:
        mark = _mark(path)
        if self._seen.get(path) == mark:
            return
        with _alone(self._published):
            if not is_published(path, self._published) and (fault := self._fault(slug, path)):
                log.error("assignment not published", file=str(path), reason=text(fault, "en"))
            elif _mark(path) == mark:  # else it changed meanwhile, and is looked at again
                self._publish(slug, path)
        self._seen[path] = mark

    def _fault(self, slug: str, path: Path) -> Message | None:
        """Why `path` cannot be published."""
        if (fault := fault_of(path)) is not None:
            return fault
        try:
            assignment = registry.load(slug, (path.parent,))
        except BadAssignment as error:
            return error.message
        samples = (path.parent / "submissions" / slug,)
        for order in plan.orders(assignment, samples, 1):
            if order.lane == "first" and (failures := tried(order, assignment, samples, self._sandbox).failures):
                first = failures[0]
                about = {"file": path.name, "program": first.program, "claim": first.claim}
                return Message("jobs.publishing.claim", {**about, "reason": text(first.message, "en")})
        return None

    def _publish(self, slug: str, path: Path) -> None:
        for source, copy in _copies(path, self._published):
            _put(copy, _content(source))
        assignment = registry.load(slug, (self._published,))
        with self._database.write() as session:
            units.write(session, [registry.unit(assignment)])
        log.info("assignment published", slug=slug, revision=assignment.revision)


def _copies(path: Path, published: Path) -> Iterator[tuple[Path, Path]]:
    """The files that make an assignment, each with its place among the published ones; its mistakes first."""
    for name in (f"mistakes/{path.name}", path.name):
        yield path.parent / name, published / name


def _content(path: Path) -> bytes | None:
    return path.read_bytes() if path.is_file() else None


def _put(copy: Path, content: bytes | None) -> None:
    """The whole content or none: a reader never sees half of it."""
    if content is None:
        copy.unlink(missing_ok=True)
        return
    copy.parent.mkdir(parents=True, exist_ok=True)
    half = copy.with_name(f".{copy.name}.{os.getpid()}")
    half.write_bytes(content)
    half.replace(copy)


def _mark(path: Path) -> Mark:
    """Changes with the file, its mistakes and its samples."""
    beside = path.parent
    files = [path, beside / "mistakes" / path.name, *sorted((beside / "submissions" / path.stem).rglob("*"))]
    stats = ((file.name, file.stat()) for file in files if file.is_file())
    return tuple((name, stat.st_mtime_ns, stat.st_size) for name, stat in stats)


@contextmanager
def _alone(published: Path) -> Iterator[None]:
    """One process of this machine at a time."""
    published.mkdir(parents=True, exist_ok=True)
    with (published / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
