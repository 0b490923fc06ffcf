"""From paths to reports: one submission here, many in processes of their own.

What crosses between the processes is plain data of ours: paths on the way out, a stored report (JSON-able) on the way
back. Student code runs in boxes, as always, and never in these processes.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from grader.cli.isolation import sandbox
from grader.cli.processes import processes
from grader.core import Assignment, BoxFault, Progress, Report, Sandbox
from grader.errors import BadRequest
from grader.grading import broken, grade, reference_code, registry, rejected, seeds
from grader.intake import Rejected, read
from grader.report import stored
from grader.settings import Settings

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Task:
    """What a process must know: `seed` is the text of `--seed`, else `secret` makes a seed of each submission;
    `profile` is a name."""

    slug: str
    seed: str | None
    secret: bytes
    settings: Settings
    unsafe: bool
    profile: str


def task(slug: str, seed: str | None, settings: Settings, *, unsafe: bool, profile: str) -> Task:
    """Raises NotFound for a profile that nobody knows."""
    return Task(slug, seed, secrets.token_bytes(32), settings, unsafe, registry.profile(profile).name)


def grade_paths(
    task: Task,
    assignment: Assignment,
    paths: Sequence[Path],
    box: Sandbox,
    progress: Callable[[Progress], None] | None = None,
) -> Report:
    """The report on the one submission that `paths` make. Raises BadRequest where a path does not exist."""
    try:
        submission = read(paths, [function.name for function in assignment.functions])
    except Rejected as refusal:
        files = [(file.path, file.data) for file in refusal.files]
        return rejected(assignment, refusal.message, files, notes=refusal.notes, isolation=box.isolation)
    except BoxFault as fault:
        return _broken(assignment, fault, box.isolation)
    seed = seeds.from_text(task.seed) if task.seed is not None else seeds.seed_of(task.secret, submission.sha256)
    return grade(assignment, submission, seed, box, profile=registry.profile(task.profile), progress=progress)


@contextmanager
def grading_each(task: Task, assignment: Assignment, paths: Sequence[Path], jobs: int) -> Iterator[Iterator[Report]]:
    """The reports on submissions of one path each, in the order of `paths`, as they become ready. Each process opens a
    sandbox for itself; that there is one is tried here, while they load. Raises Unavailable and BadRequest."""
    with processes(min(jobs, len(paths)) or 1, preload=__name__) as pool:
        isolation = sandbox(task.settings, unsafe=task.unsafe).isolation
        futures = [pool.submit(_grade_one, task, path) for path in paths]
        yield (_outcome(assignment, future, isolation) for future in futures)


def _grade_one(task: Task, path: Path) -> dict[str, Any]:
    assignment = registry.load(task.slug, task.settings.assignment_folders)
    box = sandbox(task.settings, unsafe=task.unsafe)
    try:
        report = grade_paths(task, assignment, [path], box)
    except BadRequest as error:  # the path vanished meanwhile
        report = rejected(assignment, error.message, [], isolation=box.isolation)
    return stored.encode(report)


def _outcome(assignment: Assignment, future: Future[dict[str, Any]], isolation: str) -> Report:
    """A process that was killed from outside is our fault, and no submission's."""
    try:
        return stored.decode(future.result())
    except BrokenProcessPool as fault:
        return _broken(assignment, fault, isolation)


def _broken(assignment: Assignment, fault: Exception, isolation: str) -> Report:
    code = reference_code()
    log.error("grading failed, code %s: %s", code, fault)
    return broken(assignment, None, code, isolation=isolation)
