"""The programs that certify the grader, graded in processes of their own: orders on the way out, outcomes back."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import as_completed
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path

from grader.cli.isolation import sandbox
from grader.cli.processes import processes
from grader.core import Assignment, Sandbox
from grader.grading import registry
from grader.sandbox.plain import PlainProcess
from grader.sandbox.tiers import BoxSandbox
from grader.settings import Settings, repository_root
from grader.verify import plan, totals
from grader.verify.subjects import Order
from grader.verify.trying import Outcome, tried

THREADS = 2  # of BLAS, where gradings with one are held against

Advance = Callable[[int, int, str], None]  # how many are done, of how many, and the last of them


@dataclass(frozen=True, slots=True)
class Work:
    """What every process must know."""

    settings: Settings
    unsafe: bool


def verified(work: Work, assignments: Sequence[Assignment], seeds: int, jobs: int, advance: Advance) -> totals.Verified:
    """All claims on `assignments`, `jobs` programs at a time."""
    started = time.monotonic()
    sandbox(work.settings, unsafe=work.unsafe)  # refused here, before any process is started
    units = [totals.unit_of(one, sample_folders(work.settings)) for one in assignments]
    orders = [order for unit in units for order in plan.orders(unit.assignment, unit.samples, seeds)]
    orders += [order for unit in units for order in plan.rehearsals(unit.assignment, seeds)]
    outcomes: dict[Order, Outcome] = {}
    for outcome in _outcomes(work, orders, jobs):
        outcomes[outcome.order] = outcome
        advance(len(outcomes), len(orders), f"{outcome.order.slug} {outcome.order.name}")
    return totals.verified(units, seeds, [outcomes[order] for order in orders], time.monotonic() - started)


def sample_folders(settings: Settings) -> tuple[Path, ...]:
    """Where samples stand, a folder for each slug: ours, and beside an instructor's own assignments."""
    return tuple(folder / "submissions" for folder in (repository_root(), *settings.assignment_folders))


def _outcomes(work: Work, orders: Sequence[Order], jobs: int) -> Iterator[Outcome]:
    """What comes of the orders, as they become ready. Those on two threads of BLAS have processes of their own: the
    library counts its threads when it is loaded."""
    for threads in (1, THREADS):
        lane = [order for order in orders if (order.lane == "threads") == (threads > 1)]
        with processes(min(jobs, len(lane)) or 1, preload=__name__, threads=threads) as pool:
            for future in as_completed([pool.submit(_try, work, order) for order in lane]):
                yield future.result()


def _try(work: Work, order: Order) -> Outcome:
    assignment = registry.load(order.slug, work.settings.assignment_folders)
    samples = tuple(folder / order.slug for folder in sample_folders(work.settings))
    trusted = order.lane == "threads" and order.kind == "solution"
    return tried(order, assignment, samples, _two_threads() if trusted else sandbox(work.settings, unsafe=work.unsafe))


@cache
def _two_threads() -> Sandbox:
    """Boxes with two threads of BLAS. No tier that isolates has them, so that they are for trusted programs alone: the
    solution that stands in the assignment's file."""
    return BoxSandbox("none", partial(PlainProcess, threads=THREADS))
