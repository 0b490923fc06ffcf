"""An input that shows a fault -> the smallest one that shows it, small enough to be redone by hand.

Greedy, as the libraries of property testing do it (QuickCheck, Hypothesis): what is asked of a candidate is only
whether it still shows the same fault. First there is less of everything - steps, samples, features, classes -, then
numbers become simple: 0, 1, whole ones, halves, one decimal. The order is fixed and so is the most that is tried, so
the same mistake has the same example for everybody.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import islice, product

import numpy as np

from grader.core import Inputs, Value
from grader.diagnosis.sizes import (
    Extent,
    Path,
    Quantity,
    at,
    changed,
    cut,
    extent,
    in_form,
    leaves,
    length,
    picked,
    relabelled,
    shortened,
)

SIZES = (1, 2, 3)
LARGER = tuple(range(4, 13))  # where that is too small
TOGETHER = 4  # quantities that are made smaller at once, in every combination
PASSES = 2
CHUNK = 27  # candidates that are tried in one go
MOST = 1200  # candidates in all
ENTRIES = 24  # an array with more numbers is made simpler as a whole only
SIMPLE = (0.0, 1.0, -1.0, 2.0, 0.5, -0.5)
SCALES = (1, 2, 10, 100, 1000)  # whole numbers, halves, decimals
DECIMALS = 6

Shows = Callable[[Sequence[Inputs]], int | None]  # the first of the candidates that shows the fault


def smallest(
    start: Inputs, others: Sequence[Inputs], shows: Shows, fitted: Callable[[Inputs], Inputs] = dict
) -> Inputs:
    """The smallest inputs found that show what `start` shows, and are such as the `others` are. `fitted` gives inputs
    whose parts do not go together any more the form that the rest asks for; it raises where there is none."""
    search = _Search(shows, fitted)
    best = search.first(_fewer_steps(start)) or start
    within = extent(best, [shortened(other, _steps(best)) for other in others])
    settings = [(path, leaf) for path, leaf in leaves(best) if type(leaf) is int]  # a stride, k: sizes go by them
    best = _with_simpler(best, settings, within, search)
    quantities = list(within.axes.items())
    for _ in range(PASSES):
        before = best
        for place in range(0, len(quantities), TOGETHER):
            best = search.first(_smaller(best, within, dict(quantities[place : place + TOGETHER]))) or best
        for quantity, least in quantities:
            best = search.first(_smaller(best, within, {quantity: least}, LARGER)) or best
        for quantity, least in quantities:
            best = search.first(_thinner(best, quantity, least)) or best
        if best is before or len(quantities) <= TOGETHER:
            break
    best = search.first(_rounded(best, within)) or best
    return _with_simpler(best, list(leaves(best)), within, search)


def _with_simpler(inputs: Inputs, values: Sequence[tuple[Path, Value]], within: Extent, search: "_Search") -> Inputs:
    """The same with simpler numbers in the place of `values`, as far as these may stand there."""
    for path, leaf in values:
        for candidates in _simpler(path, leaf, partial(within.holds, path)):
            inputs = search.first(candidates(inputs)) or inputs
    return inputs


class _Search:
    """Asks for the first candidate that shows the fault, as long as fewer than MOST have been tried."""

    def __init__(self, shows: Shows, fitted: Callable[[Inputs], Inputs]) -> None:
        self._shows, self._fitted, self._left = shows, fitted, MOST

    def first(self, candidates: Iterable[Inputs]) -> Inputs | None:
        """Simplest first. None where none shows it."""
        waiting = self._fitting(candidates)
        while chunk := list(islice(waiting, min(CHUNK, self._left))):
            self._left -= len(chunk)
            if (found := self._shows(chunk)) is not None:
                return chunk[found]
        return None

    def _fitting(self, candidates: Iterable[Inputs]) -> Iterator[Inputs]:
        for candidate in candidates:
            try:
                yield self._fitted(candidate)
            except (ValueError, ZeroDivisionError):
                continue


# --------------------------------------------------------------------------- less of everything


def _fewer_steps(inputs: Inputs) -> Iterator[Inputs]:
    """Lists of arrays (the gradients of each step, the weights of each layer) with fewer entries."""
    return (shortened(inputs, count) for count in range(1, _steps(inputs)))


def _steps(inputs: Inputs) -> int:
    """The length of the longest list."""
    return max((len(value) for value in inputs.values() if isinstance(value, list)), default=0)


def _smaller(
    inputs: Inputs, within: Extent, quantities: Mapping[Quantity, int], small: Sequence[int] = SIZES
) -> Iterator[Inputs]:
    """Less of these quantities in every combination of `small` sizes, each as much as it needs at least, and labels
    that are below one of the new lengths."""
    now = [length(inputs, quantity) for quantity in quantities]
    choices = [
        [*(size for size in sorted({*small, least}) if least <= size < most), most]
        for least, most in zip(quantities.values(), now, strict=True)
    ]
    for sizes in sorted(product(*choices), key=sum):
        if list(sizes) != now:
            less = cut(inputs, dict(zip(quantities, sizes, strict=True)))
            yield less
            for classes in sorted({size for size in sizes if size <= max(SIZES)}, reverse=True):
                if _most_label(less) >= classes:
                    yield relabelled(less, classes, within)


def _thinner(inputs: Inputs, quantity: Quantity, least: int) -> Iterator[Inputs]:
    """One entry of a quantity alone (the first may not be the one that shows it), or all but one."""
    many = length(inputs, quantity)
    if many > least:
        chosen = [[place] for place in range(many)] if least == 1 else []
        rest = [[other for other in range(many) if other != place] for place in range(many)]
        yield from (picked(inputs, quantity, places) for places in (*chosen, *rest))


def _most_label(inputs: Inputs) -> int:
    """The largest whole number among the inputs, which may be a label."""
    whole = [int(np.max(leaf)) for _, leaf in leaves(inputs) if _whole(leaf) and np.size(leaf)]
    return max(whole, default=-1)


# --------------------------------------------------------------------------- simpler numbers


def _rounded(inputs: Inputs, within: Extent) -> Iterator[Inputs]:
    """All arrays with whole numbers, with halves, with one decimal or more, as far as these may stand there."""
    for scale in (1, 2, *(10**decimals for decimals in range(1, DECIMALS))):

        def each(path: Path, leaf: Value, scale: int = scale) -> Value:
            if not (isinstance(leaf, np.ndarray) and leaf.dtype.kind == "f"):
                return leaf
            rounded, (low, high) = np.round(leaf * scale) / scale + 0.0, within.ranges[path]
            return in_form(np.where((low <= rounded) & (rounded <= high), rounded, leaf).astype(leaf.dtype), leaf)

        yield dict(changed(inputs, each))


Candidates = Callable[[Inputs], Iterator[Inputs]]
Allowed = Callable[[float], bool]


def _simpler(path: Path, leaf: Value, allowed: Allowed) -> Iterator[Candidates]:
    """What to try for one value, one after the other: an array as a whole, then number by number."""
    if isinstance(leaf, np.ndarray) and leaf.dtype.kind in "fiu":
        if leaf.size > 1:
            numbers = [number for number in (0, 1) if allowed(number)]
            yield lambda inputs: (_put(inputs, path, in_form(np.full_like(leaf, number), leaf)) for number in numbers)
        if leaf.size <= ENTRIES:
            yield from (_entry(path, place, allowed) for place in range(leaf.size))
    elif type(leaf) in (int, float):
        yield lambda inputs: (_put(inputs, path, number) for number in _easier(at(inputs, path), allowed))


def _entry(path: Path, place: int, allowed: Allowed) -> Candidates:
    """One number of an array."""

    def candidates(inputs: Inputs) -> Iterator[Inputs]:
        array = at(inputs, path)
        for number in _easier(array.flat[place].item(), allowed):
            other = array.copy(order="K")
            other.flat[place] = number
            yield _put(inputs, path, other)

    return candidates


def _easier(number: float, allowed: Allowed) -> Iterator[float]:
    """Numbers that are easier to reckon with, the easiest first. Of whole numbers these are smaller ones."""
    if isinstance(number, int):
        yield from filter(allowed, range(min(number, max(SIZES) + 1)))
        return
    rounded = (float(np.round(number * scale) / scale) for scale in SCALES)
    for other in dict.fromkeys((*SIMPLE, *rounded)):
        if _rank(other) < _rank(number) and allowed(other):
            yield other


def _rank(number: float) -> int:
    """How hard a number is to reckon with."""
    if number in SIMPLE:
        return SIMPLE.index(number)
    return len(SIMPLE) + next(
        (place for place, scale in enumerate(SCALES) if (number * scale).is_integer()), len(SCALES)
    )


def _put(inputs: Inputs, path: Path, new: Value) -> Inputs:
    return dict(changed(inputs, lambda place, leaf: new if place == path else leaf))


def _whole(leaf: Value) -> bool:
    return type(leaf) is int or (isinstance(leaf, np.ndarray) and leaf.dtype.kind in "iu")
