"""What is to be tried, and on how many seeds: plain orders, that any process can carry out by itself."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path

from grader.core import Assignment
from grader.diagnosis.edits import Unfit
from grader.verify.expected import Expectation, expectation
from grader.verify.rehearsing import chosen_pairs, hideable
from grader.verify.subjects import SOLUTION, Order, Ways, axis_of, options, sample_paths

FEWER = 10  # wrong programs are tried on one seed in so many: what they get wrong is no matter of rounding
AT_A_TIME = 20  # seeds of one order
LONG = 50  # seeds from which on a run is a long one: then all of these
NAMED_ON = 5  # seeds that names are asked on in a long run, and one otherwise
HELD_OUT = 8  # one mistake in so many is held out otherwise
PAIRS, FEWER_PAIRS = 30, 4  # of an assignment, in a long run and otherwise

Seeds = tuple[str, ...]


def seeds_of(count: int) -> Seeds:
    """The seeds of `grader verify --seeds COUNT`, as `grader grade --seed` takes them."""
    return tuple(f"verify-{number}" for number in range(count))


def orders(assignment: Assignment, samples: Sequence[Path], count: int) -> Iterator[Order]:
    """All orders of an assignment, right programs on `count` seeds."""
    slug, seeds = assignment.slug, seeds_of(count)
    few = seeds[: -(-count // FEWER)]
    if assignment.solution:
        yield from _right(assignment, Order(slug, "solution", SOLUTION, seeds))
    if assignment.starter:
        yield Order(slug, "starter", "starter", few)
    for turn, path in enumerate(sample_paths(samples)):
        yield from _of_sample(assignment, path, seeds, few, turn)
    for number, mistake in enumerate(assignment.mistakes if assignment.solution else ()):
        name = f"{mistake.id} in {mistake.function}"
        wrong = Order(slug, "mistake", name, few, number, shown=count >= LONG)
        yield wrong
        yield from _of_convention(assignment, [mistake.id], wrong)


def rehearsals(assignment: Assignment, count: int) -> Iterator[Order]:
    """What is asked of names without a box: each mistake held out of the library, and pairs of mistakes."""
    if not assignment.solution:
        return
    long = count >= LONG
    order = Order(assignment.slug, "held-out", "", seeds_of(count)[: NAMED_ON if long else 1])
    names = [f"{mistake.id} in {mistake.function}" for mistake in assignment.mistakes]
    for number in hideable(assignment)[:: 1 if long else HELD_OUT]:
        yield replace(order, name=f"without {names[number]}", number=number)
    for number, other in chosen_pairs(assignment, PAIRS if long else FEWER_PAIRS):
        yield replace(order, kind="pair", name=f"{names[number]}, {names[other]}", number=number, other=other)


def _of_sample(assignment: Assignment, path: Path, seeds: Seeds, few: Seeds, turn: int) -> Iterator[Order]:
    order, expected = Order(assignment.slug, "sample", path.name, seeds), _expected(path)
    if expected is not None and expected.statuses and set(expected.statuses.values()) == {"passed"}:
        yield from _right(assignment, order, turn)
        return
    yield replace(order, seeds=few)
    if expected is not None and expected.named:
        named = [id for ids in expected.named.values() for id in ids]
        yield from _of_convention(assignment, named, replace(order, seeds=few))


def _expected(path: Path) -> Expectation | None:
    """None where the sample declares nothing: trying it says so."""
    try:
        return expectation(path)
    except Unfit:
        return None


def _right(assignment: Assignment, order: Order, turn: int = 0) -> Iterator[Order]:
    """A right program on all seeds, in parts. For the audit once more on its first seed, and on two threads: samples in
    long runs only. And in courses that hand out another convention and accept the contract's: a sample is in one of
    them on each seed, and `turn` says in which on the first; the solution is in each of them at least once."""
    seeds, long = order.seeds, len(order.seeds) >= FEWER
    yield from (replace(order, seeds=part, records=2 if at == 0 else 0) for at, part in enumerate(_parts(seeds)))
    if long or order.kind == "solution":
        yield replace(order, seeds=seeds[:1], lane="again", records=1)
        yield replace(order, seeds=seeds[:1], lane="threads", records=1)
    handouts = dict.fromkeys(tuple(sorted(way.ways.items())) for group in assignment.groups for way in group.otherwise)
    for at, handout in enumerate(handouts):
        turns = seeds[(at + turn) % len(handouts) :: len(handouts)]
        yield from _accepted(replace(order, seeds=turns or seeds[:1] * (order.kind == "solution")), handout)


def _of_convention(assignment: Assignment, ids: Sequence[str], order: Order) -> Iterator[Order]:
    """A program that follows nothing but other conventions: where they are accepted too, and where they are handed
    out."""
    axes = [(axis_of(assignment.groups, option), option) for option in options(ids)]
    handout = tuple(sorted((axis, option) for axis, option in axes if axis is not None))
    if len(handout) == len(axes):
        yield from _accepted(order, ())
        yield from _accepted(order, handout)


def _accepted(order: Order, handout: Ways) -> Iterator[Order]:
    for part in _parts(order.seeds):
        yield replace(order, kind="accepted", seeds=part, handout=handout)


def _parts(seeds: Seeds) -> Iterator[Seeds]:
    waiting = iter(seeds)
    while part := tuple(islice(waiting, AT_A_TIME)):
        yield part
