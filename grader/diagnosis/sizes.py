"""Which axes of a group's inputs are one quantity (samples, features, classes), and the same inputs with fewer of it.

Nobody has to say it: two axes belong together that have the same length in every case. A case is compared with those
of the same form, in which every array has as many axes.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from grader.core import Inputs, Value

Path = tuple[str | int, ...]  # keys and places from the inputs down to a value
Axis = tuple[Path, int]
Quantity = tuple[Axis, ...]  # the axes that are as long as there is of it


def leaves(value: Value, path: Path = ()) -> Iterator[tuple[Path, Value]]:
    """Every value that holds no others, with its path."""
    if isinstance(value, Mapping):
        for key, item in value.items():
            yield from leaves(item, (*path, key))
    elif isinstance(value, (list, tuple)):
        for place, item in enumerate(value):
            yield from leaves(item, (*path, place))
    else:
        yield path, value


def changed(value: Value, change: Callable[[Path, Value], Value], path: Path = ()) -> Value:
    """The same with every leaf as `change(path, leaf)` gives it."""
    if isinstance(value, Mapping):
        return {key: changed(item, change, (*path, key)) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return type(value)(changed(item, change, (*path, place)) for place, item in enumerate(value))
    return change(path, value)


@dataclass(frozen=True, slots=True)
class Extent:
    """What inputs may become and still be such as are graded: `axes` are the quantities, each with the least that any
    case has of it (1 where all have as much); `ranges` the least and the largest number of every value in any case."""

    axes: Mapping[Quantity, int]
    ranges: Mapping[Path, tuple[float, float]]

    def holds(self, path: Path, number: float) -> bool:
        """May `number` stand there?"""
        low, high = self.ranges[path]
        return low <= number <= high


def extent(start: Inputs, others: Sequence[Inputs]) -> Extent:
    """That of `start`, as the inputs of other cases of its form tell it."""
    ranks = _ranks(start)
    alike = [start, *(other for other in others if _ranks(other) == ranks)]
    lengths: dict[tuple[int, ...], list[Axis]] = {}
    for path, rank in ranks.items():
        for axis in range(rank):
            here = tuple(np.shape(at(inputs, path))[axis] for inputs in alike)
            lengths.setdefault(here, []).append((path, axis))
    ranges = {path: _range([at(inputs, path) for inputs in alike]) for path, leaf in leaves(start) if _numbers(leaf)}
    least = {tuple(axes): min(here) if len(set(here)) > 1 else 1 for here, axes in lengths.items()}
    return Extent(least, ranges)


def _ranks(inputs: Inputs) -> dict[Path, int]:
    return {path: np.ndim(leaf) if _numbers(leaf) else -1 for path, leaf in leaves(inputs)}


def _numbers(leaf: Value) -> bool:
    return isinstance(leaf, (int, float, np.ndarray))


def _range(values: Sequence[Value]) -> tuple[float, float]:
    arrays = [np.asarray(value) for value in values if np.size(value)]
    return min((float(array.min()) for array in arrays), default=0.0), max(
        (float(array.max()) for array in arrays), default=0.0
    )


def at(inputs: Inputs, path: Path) -> Any:
    """The value at a path."""
    value: Any = inputs
    for key in path:
        value = value[key]
    return value


def length(inputs: Inputs, quantity: Quantity) -> int:
    """How much there is of it."""
    path, axis = quantity[0]
    return int(np.shape(at(inputs, path))[axis])


def cut(inputs: Inputs, lengths: Mapping[Quantity, int]) -> Inputs:
    """No more than `lengths` of each quantity: the first entries along its axes."""
    kept: dict[Path, dict[int, slice]] = {}
    for quantity, count in lengths.items():
        for path, axis in quantity:
            kept.setdefault(path, {})[axis] = slice(count)

    def change(path: Path, leaf: Value) -> Value:
        if path not in kept:
            return leaf
        return in_form(leaf[tuple(kept[path].get(axis, slice(None)) for axis in range(leaf.ndim))], leaf)

    return dict(changed(inputs, change))


def picked(inputs: Inputs, quantity: Quantity, places: Sequence[int]) -> Inputs:
    """The entries at `places` along the axes of one quantity."""

    def change(path: Path, leaf: Value) -> Value:
        for axis in (axis for where, axis in quantity if where == path):
            leaf = in_form(np.take(leaf, places, axis), leaf)
        return leaf

    return dict(changed(inputs, change))


def relabelled(inputs: Inputs, classes: int, within: Extent) -> Inputs:
    """The same with whole numbers below `classes`, so that labels stay labels; as far as these may stand there."""

    def change(path: Path, leaf: Value) -> Value:
        if isinstance(leaf, np.ndarray) and leaf.dtype.kind in "iu":
            return in_form((leaf % classes).astype(leaf.dtype), leaf)
        return leaf % classes if type(leaf) is int and within.holds(path, leaf % classes) else leaf

    return dict(changed(inputs, change))


def shortened(inputs: Inputs, count: int) -> Inputs:
    """The same with every list of arrays no longer than `count`."""

    def short(value: Value) -> Value:
        if isinstance(value, Mapping):
            return {key: short(item) for key, item in value.items()}
        arrays = isinstance(value, list) and all(isinstance(item, np.ndarray) for item in value)
        return value[:count] if arrays else value

    return dict(short(inputs))


def in_form(array: NDArray[Any], like: NDArray[Any]) -> NDArray[Any]:
    """The numbers of `array` in memory as those of `like`: row by row, or column by column."""
    if like.flags.f_contiguous and not like.flags.c_contiguous:
        return np.asfortranarray(array)
    return np.ascontiguousarray(array) if array.ndim else array
