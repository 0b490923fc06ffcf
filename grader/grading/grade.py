"""The one function that grades: a submission against an assignment, in a sandbox that it is given.

Two kinds of fault come out of it as two kinds of report. What student code does becomes points (`graded`), or, where
nothing can be graded, `rejected` with what to mend. Everything else is ours: it flies to the one broad `except` below
and becomes `broken`, with a reference that stands in the log beside the traceback; it costs nothing.

The same submission, seed and revision give the same report but for `seconds`, `environment` and `isolation`.
"""

import hmac
import logging
import platform
import secrets
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from functools import cache, partial
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from types import MappingProxyType

import numpy as np

from grader.checks.faults import limit_params
from grader.checks.trial import Situations
from grader.core import (
    Assignment,
    FileRecord,
    FunctionResult,
    Group,
    Killed,
    LimitHit,
    LimitRecord,
    Limits,
    Loaded,
    Message,
    Profile,
    Progress,
    Report,
    Revisable,
    Sandbox,
    SourceFile,
    State,
    Submission,
)
from grader.grading.boxes import WALL_SECONDS, Outcome, Run
from grader.grading.conventions import ways_of
from grader.grading.cost import call_seconds, limits_of
from grader.grading.definitions import located, top_names, why_missing
from grader.grading.judge import Known
from grader.grading.seeds import lender, stream
from grader.grading.starters import untouched
from grader.grading.weights import as_asked

log = logging.getLogger(__name__)
DEFAULT = Profile()


class NothingToGrade(Exception):
    """None of the graded names is there; `reason` says why."""

    def __init__(self, reason: Message, notes: tuple[Message, ...]) -> None:
        super().__init__(reason.id)
        self.reason, self.notes = reason, notes


def grade(
    assignment: Assignment,
    submission: Submission,
    seed: bytes,
    sandbox: Sandbox,
    *,
    profile: Profile = DEFAULT,
    learning: int = 0,
    shares: Mapping[str, float] = MappingProxyType({}),
    tolerance: float | None = None,
    supply: bool = True,
    shown: bool = True,
    limits: Limits | None = None,
    progress: Callable[[Progress], None] | None = None,
    clock: Callable[[], float] = time.monotonic,
) -> Report:
    """Grade `submission` with the conventions of `profile`; `learning`, `shares` and `tolerance` are those of
    `grading.weights.as_asked`; with `supply` starter modules that were not handed in stand in. A report that is not
    `shown` to a student is the same without examples, pictures and the lines of mistakes, which take most of the time.
    `limits` replaces those that the assignment asks for; `progress` is told before each group.

    Never raises for anything that student code does, nor for a fault of ours: that is a report in state broken.
    """
    started = clock()
    assignment = as_asked(assignment, learning=learning, shares=shares, tolerance=tolerance)
    try:
        modules = assignment.supply if supply else ()
        opened = partial(sandbox.open, submission, supply=modules, handout=assignment.files)
        play = partial(_graded, assignment, submission, seed, opened, profile, shown=shown)
        play = partial(play, limits=limits, progress=progress, clock=clock)
        report = _despite_a_kill(partial(play, deadline=started + WALL_SECONDS))
    except NothingToGrade as nothing:
        report = _report(State.REJECTED, assignment, submission, notes=nothing.notes, reason=nothing.reason)
    except LimitHit as hit:
        report = _report(
            State.REJECTED,
            assignment,
            submission,
            notes=submission.notes,
            reason=Message(f"checks.load-limit.{hit.kind}", limit_params(hit)),
            limits=_limit_record(hit, None),
        )
    except Exception:
        code = reference_code()
        log.exception("grading of %s failed, code %s", submission.sha256, code)
        report = broken(assignment, submission, code, isolation=sandbox.isolation)
    return replace(
        report,
        notes=(*report.notes, *_terms(profile, learning, shares, tolerance, supply)),
        seed=seed.hex(),
        isolation=sandbox.isolation,
        profile=profile.name,
        learning=learning,
        shares=dict(shares),
        tolerance=tolerance,
        supplied=supply,
        seconds=clock() - started,
    )


def _terms(
    profile: Profile, learning: int, shares: Mapping[str, float], tolerance: float | None, supply: bool
) -> Iterator[Message]:
    """What a course chose, where it is not what everybody is graded by."""
    if profile.name != DEFAULT.name:
        yield Message("checks.profile", {"profile": profile.name})
    if learning:
        yield Message("checks.learning-counts", {"percent": learning})
    if shares:
        yield Message("checks.shares")
    if tolerance is not None:
        yield Message("checks.tolerance", {"tolerance": tolerance})
    if not supply:
        yield Message("checks.nothing-supplied")


def _graded(
    assignment: Assignment,
    submission: Submission,
    seed: bytes,
    opened: Callable[..., AbstractContextManager[Revisable]],
    profile: Profile,
    *,
    shown: bool,
    limits: Limits | None,
    progress: Callable[[Progress], None] | None,
    clock: Callable[[], float],
    deadline: float,
) -> Report:
    parts = [
        (unit, ways_of(group, profile))
        for unit in assignment.units or (assignment,)
        for group in unit.groups_of(submission)
    ]
    groups = [ways[0] for _, ways in parts]
    others = {group.name: tuple(rest) for _, (group, *rest) in parts}
    unit_of = {ways[0].name: unit for unit, ways in parts}
    situations = {slug: _situations(seed, slug) for slug in {unit.slug for unit in unit_of.values()}}
    names, notes = top_names([function for group in groups for function in group.functions]), list[Message]()
    allowed = limits or limits_of(groups)

    def know(loaded: Loaded) -> Known:
        notes.extend((*submission.notes, *loaded.notes))
        return _known([(unit, ways[0]) for unit, ways in parts], submission, loaded)

    run = Run(
        submission,
        open=lambda ours: opened(
            names, limits=replace(allowed, box_wall_seconds=max(0.0, deadline - clock())), ours=ours
        ),
        know=know,
        situations=lambda group: situations[unit_of[group.name].slug],
        others=lambda group: others[group.name],
        assignment=lambda group: unit_of[group.name],
        call_seed=lambda group: _call_seed(seed, f"{unit_of[group.name].slug}/{group.name}"),
        call_seconds=(lambda group: None) if limits else call_seconds,
        deadline=deadline,
        profile=profile,
        shown=shown,
        clock=clock,
        progress=progress,
    )
    outcomes = run.play(_shuffled(groups, seed))
    ordered = [outcomes[group.name] for group in groups]
    notes += run.noted
    if run.dropped:
        notes.append(Message("checks.output-dropped", {"dropped": run.dropped}))
    return _report(
        State.GRADED,
        assignment,
        submission,
        notes=tuple(notes),
        functions=tuple(result for outcome in ordered for result in outcome.results),
        limits=_first_limit(ordered),
    )


def _situations(seed: bytes, slug: str) -> Situations:
    """A unit draws the same numbers alone and in a bundle."""
    return Situations(lender(seed, f"{slug}/"), lender(seed, f"{slug}/"))


def _despite_a_kill(attempt: Callable[[], Report]) -> Report:
    """The report of `attempt`, which is made again where a box was killed: by the system, or by the code in it."""
    try:
        return attempt()
    except Killed as fault:
        log.warning("%s; the grading is made again", fault)
        return attempt()


def _known(parts: Sequence[tuple[Assignment, Group]], submission: Submission, loaded: Loaded) -> Known:
    """What is known once the submission is loaded. Raises NothingToGrade where none of the names is there."""
    units = {function.name: unit.slug for unit, group in parts for function in group.functions}
    functions = [function for _, group in parts for function in group.functions]
    there = located(functions, submission, loaded)
    missing = {f.name: why_missing(f, functions, submission, loaded) for f in functions if f.name not in there}
    if not there:
        raise NothingToGrade(next(iter(missing.values())), (*submission.notes, *loaded.notes))
    starters = {text for unit, _ in parts for text in unit.starter.values()}
    known = {name: prints for unit, _ in parts for name, prints in unit.known_starters.items()}
    return Known(units, there, missing, untouched(starters, known, submission))


def _shuffled(groups: Sequence[Group], seed: bytes) -> list[Group]:
    return [groups[i] for i in stream(seed, "order").permutation(len(groups))]


def _call_seed(seed: bytes, id: str) -> int:
    """What the student's own generators are seeded with before every call: 32 bits."""
    return int.from_bytes(hmac.digest(seed, f"{id}/calls".encode(), "sha256")[:4], "little")


def _first_limit(outcomes: Sequence[Outcome]) -> LimitRecord | None:
    """The first limit in the order of the assignment."""
    for outcome in outcomes:
        for function, hit in outcome.limits.items():
            return _limit_record(hit, function)
    return None


def _limit_record(hit: LimitHit, function: str | None) -> LimitRecord:
    return LimitRecord(hit.kind, hit.allowed, hit.used, function, hit.path, hit.line, hit.detail)


# --------------------------------------------------------------------------- reports


def rejected(
    assignment: Assignment,
    reason: Message,
    files: Sequence[tuple[str, bytes]],
    *,
    isolation: str,
    notes: tuple[Message, ...] = (),
) -> Report:
    """The report of what was turned away unrun: `reason` says what to mend. `files` are paths and bytes as far as read,
    `isolation` is that of the sandbox it would have run in."""
    submission = Submission(tuple(SourceFile(path, data, "") for path, data in files))
    report = _report(State.REJECTED, assignment, submission, notes=notes, reason=reason)
    return replace(report, isolation=isolation)


def broken(assignment: Assignment, submission: Submission | None, code: str, *, isolation: str) -> Report:
    """The report of a fault of ours: nothing was counted; `code` stands in the log beside the traceback."""
    reason = Message("checks.broken", {"code": code})
    report = _report(State.BROKEN, assignment, submission or Submission(()), notes=(), reason=reason)
    return replace(report, isolation=isolation)


def reference_code() -> str:
    """What ties a broken report to its line in the log: four hex digits."""
    return secrets.token_hex(2).upper()


def _report(
    state: State,
    assignment: Assignment,
    submission: Submission,
    *,
    notes: tuple[Message, ...],
    functions: tuple[FunctionResult, ...] = (),
    limits: LimitRecord | None = None,
    reason: Message | None = None,
) -> Report:
    return Report(
        state,
        assignment.slug,
        assignment.revision,
        submission.sha256,
        tuple(FileRecord(file.path, len(file.data), file.sha256) for file in (*submission.files, *submission.data)),
        notes,
        seed="",
        isolation="none",
        environment=environment(),
        seconds=0.0,
        functions=functions,
        limits=limits,
        max_score=assignment.max_score,
        reason=reason,
        title=assignment.title,
    )


@cache
def environment() -> Mapping[str, str]:
    """What a verdict was reached with: versions, and the processor, on which the last bits of numbers depend."""
    try:
        ours = version("grader")
    except PackageNotFoundError:
        ours = "unknown"
    return {"grader": ours, "python": platform.python_version(), "numpy": np.__version__, "cpu": _processor()}


def _processor() -> str:
    """The model's name as the kernel has it; of one without a name, the architecture."""
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8", "replace").splitlines()
    except OSError:  # a machine may hide it
        lines = []
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.machine())
