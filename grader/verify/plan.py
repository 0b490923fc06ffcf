"""What is to be tried, and on how many seeds: plain orders, that any process can carry out by itself."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path

from grader.core import Assignment
from grader.verify.edits import Unfit
from grader.verify.expected import Expectation, expectation
from grader.verify.subjects import Order, axis_of, sample_paths

FEWER = 10  # wrong programs are tried on one seed in so many: what they get wrong is no matter of rounding
AT_A_TIME = 20  # seeds of one order


def seeds_of(count: int) -> tuple[str, ...]:
    """The seeds of `grader verify --seeds COUNT`, as `grader grade --seed` takes them."""
    return tuple(f"verify-{number}" for number in range(count))


def orders(assignment: Assignment, samples: Sequence[Path], count: int) -> Iterator[Order]:
    """All orders of an assignment, right programs on `count` seeds."""
    slug, seeds = assignment.slug, seeds_of(count)
    few = seeds[: -(-count // FEWER)]
    if assignment.solution:
        yield from _right(Order(slug, "solution", "solution", seeds))
    if assignment.starter:
        yield Order(slug, "starter", "starter", few)
    for path in sample_paths(samples):
        yield from _of_sample(assignment, path, seeds, few)
    for number, mistake in enumerate(assignment.mistakes if assignment.solution else ()):
        name = f"{mistake.id} in {mistake.function}"
        yield Order(slug, "mistake", name, few, number)
        if _is_convention(assignment, [mistake.id]):
            yield Order(slug, "accepted", f"{name}, accepted", seeds, number)


def _of_sample(assignment: Assignment, path: Path, seeds: tuple[str, ...], few: tuple[str, ...]) -> Iterator[Order]:
    expected = _expected(path)
    right = expected is not None and expected.statuses and set(expected.statuses.values()) == {"passed"}
    if right:
        yield from _right(Order(assignment.slug, "sample", path.name, seeds))
    else:
        yield Order(assignment.slug, "sample", path.name, few)
    named = [id for ids in expected.named.values() for id in ids] if expected else []
    if named and _is_convention(assignment, named):
        yield Order(assignment.slug, "accepted", path.name, seeds)


def _expected(path: Path) -> Expectation | None:
    """None where the sample declares nothing: trying it says so."""
    try:
        return expectation(path)
    except Unfit:
        return None


def _right(order: Order) -> Iterator[Order]:
    """A right program on all seeds, in parts; and for the audit its first seed once more, and on two threads."""
    yield from (replace(order, seeds=part, records=2 if at == 0 else 0) for at, part in enumerate(_parts(order.seeds)))
    yield replace(order, seeds=order.seeds[:1], lane="again", records=1)
    yield replace(order, seeds=order.seeds[:1], lane="threads", records=1)


def _parts(seeds: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    waiting = iter(seeds)
    while part := tuple(islice(waiting, AT_A_TIME)):
        yield part


def _is_convention(assignment: Assignment, ids: Sequence[str]) -> bool:
    """Are these ids nothing but other conventions of the assignment?"""
    return all(axis_of(assignment.groups, option) for id in ids for option in id.split("+"))
