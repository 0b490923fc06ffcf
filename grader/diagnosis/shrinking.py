"""An input that shows a fault -> the smallest one that shows it, small enough to be redone by hand.

Greedy, as the libraries of property testing do it (QuickCheck, Hypothesis): what is asked of a candidate is only whether
it still shows the same fault. First there is less of everything - steps, samples, features, classes -, then numbers
become simple: 0, 1, whole ones, halves, one decimal. The order is fixed and so is the most that is tried, so the same
mistake has the same example for everybody.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice, product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from grader.core import Inputs, Value
from grader.diagnosis.sizes import Axes, Path, changed, cut, in_form, leaves, length, relabelled, shortened

SIZES = (1, 2, 3)
TOGETHER = 4  # quantities that are made smaller at once, in every combination
PASSES = 2
CHUNK = 27  # candidates that are tried in one go
MOST = 1200  # candidates in all
ENTRIES = 24  # an array with more numbers is made simpler as a whole only
SIMPLE = (0.0, 1.0, -1.0, 2.0, 0.5, -0.5)
DECIMALS = 6

Shows = Callable[[Sequence[Inputs]], int | None]  # the first of the candidates that shows the fault


def smallest(start: Inputs, axes: Axes, shows: Shows, fitted: Callable[[Inputs], Inputs] = dict) -> Inputs:
    """The smallest inputs found that show what `start` shows; `axes` are its quantities. `fitted` gives inputs whose
    parts do not go together any more the form that the others ask for, or raises ValueError where there is none."""
    search = _Search(shows, fitted)
    best = search.first(_fewer_steps(start)) or start
    for _ in range(PASSES):
        before = best
        for at in range(0, len(axes), TOGETHER):
            best = search.first(_smaller(best, axes[at : at + TOGETHER])) or best
        if best is before or len(axes) <= TOGETHER:
            break
    best = search.first(_rounded(best)) or best
    for path, leaf in list(leaves(best)):
        for candidates in _simpler(path, leaf):
            best = search.first(candidates(best)) or best
    return best


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
            except ValueError:
                continue


# --------------------------------------------------------------------------- less of everything


def _fewer_steps(inputs: Inputs) -> Iterator[Inputs]:
    """Lists of arrays (the gradients of each step, the weights of each layer) with fewer entries."""
    longest = max((len(value) for value in inputs.values() if isinstance(value, list)), default=0)
    return (shortened(inputs, count) for count in range(1, longest))


def _smaller(inputs: Inputs, axes: Axes) -> Iterator[Inputs]:
    """Less of these quantities in every combination, and labels that are below one of the new lengths."""
    now = [length(inputs, one) for one in axes]
    choices = [[*(size for size in SIZES if size < most), most] for most in now]
    for sizes in sorted(product(*choices), key=sum):
        if list(sizes) != now:
            less = cut(inputs, dict(zip(axes, sizes, strict=True)))
            yield less
            for classes in sorted({size for size in sizes if size <= max(SIZES)}, reverse=True):
                if _most_label(less) >= classes:
                    yield relabelled(less, classes)


def _most_label(inputs: Inputs) -> int:
    """The largest whole number among the inputs, which may be a label."""
    whole = [int(np.max(leaf)) for _, leaf in leaves(inputs) if _whole(leaf) and np.size(leaf)]
    return max(whole, default=-1)


# --------------------------------------------------------------------------- simpler numbers


def _rounded(inputs: Inputs) -> Iterator[Inputs]:
    """All arrays with whole numbers, with halves, with one decimal or more."""
    for scale in (1, 2, *(10**decimals for decimals in range(1, DECIMALS))):
        yield _with_arrays(inputs, lambda array, scale=scale: np.round(array * scale) / scale)


def _with_arrays(inputs: Inputs, change: Callable[[NDArray[Any]], NDArray[Any]]) -> Inputs:
    def each(path: Path, leaf: Value) -> Value:
        return in_form(change(leaf).astype(leaf.dtype), leaf) if _floats(leaf) else leaf

    return dict(changed(inputs, each))


Candidates = Callable[[Inputs], Iterator[Inputs]]


def _simpler(path: Path, leaf: Value) -> Iterator[Candidates]:
    """What to try for one value, one after the other: an array as a whole, then number by number."""
    if isinstance(leaf, np.ndarray) and leaf.dtype.kind in "fiu":
        if leaf.size > 1:
            yield lambda inputs: (_put(inputs, path, in_form(np.full_like(leaf, number), leaf)) for number in (0, 1))
        if leaf.size <= ENTRIES:
            yield from (_entry(path, at) for at in range(leaf.size))
    elif type(leaf) in (int, float):
        yield _number(path)


def _entry(path: Path, at: int) -> Candidates:
    """One number of an array."""

    def candidates(inputs: Inputs) -> Iterator[Inputs]:
        array = _at(inputs, path)
        for number in _easier(array.flat[at].item()):
            other = array.copy(order="K")
            other.flat[at] = number
            yield _put(inputs, path, other)

    return candidates


def _number(path: Path) -> Candidates:
    """A number by itself."""
    return lambda inputs: (_put(inputs, path, number) for number in _easier(_at(inputs, path)))


def _easier(number: float) -> Iterator[float]:
    """Numbers that are easier to reckon with, the easiest first. Of whole numbers these are smaller ones."""
    if isinstance(number, int):
        yield from range(min(number, max(SIZES) + 1))
        return
    rounded = (float(np.round(number * scale) / scale) for scale in (1, 2, 10, 100, 1000))
    for other in dict.fromkeys((*SIMPLE, *rounded)):
        if _rank(other) < _rank(number):
            yield other


def _rank(number: float) -> int:
    """How hard a number is to reckon with."""
    if number in SIMPLE:
        return SIMPLE.index(number)
    scales = (1, 2, 10, 100, 1000)
    return len(SIMPLE) + next((at for at, scale in enumerate(scales) if (number * scale).is_integer()), len(scales))


def _at(inputs: Inputs, path: Path) -> Any:
    value: Any = inputs
    for key in path:
        value = value[key]
    return value


def _put(inputs: Inputs, path: Path, new: Value) -> Inputs:
    return dict(changed(inputs, lambda at, leaf: new if at == path else leaf))


def _floats(leaf: Value) -> bool:
    return isinstance(leaf, np.ndarray) and leaf.dtype.kind == "f"


def _whole(leaf: Value) -> bool:
    return type(leaf) is int or (isinstance(leaf, np.ndarray) and leaf.dtype.kind in "iu")
