"""Which axes of a group's inputs are one quantity (samples, features, classes), and the same inputs with fewer of it.

Nobody has to say it: two axes belong together that have the same length in every case. A case is compared with those
of the same form, in which every array has as many axes.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from grader.core import Inputs, Value

Path = tuple[str | int, ...]  # keys and places from the inputs down to a value
Axis = tuple[Path, int]
Axes = tuple[tuple[Axis, ...], ...]  # one entry for each quantity


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


def axes_of(start: Inputs, others: Sequence[Inputs]) -> Axes:
    """The quantities of `start`, as the inputs of other cases tell them apart."""
    mine = _shapes(start)
    alike = [shapes for shapes in map(_shapes, others) if _ranks(shapes) == _ranks(mine)]
    lengths: dict[tuple[int, ...], list[Axis]] = {}
    for path, shape in mine.items():
        for axis in range(len(shape)):
            here = tuple(shapes[path][axis] for shapes in (mine, *alike))
            lengths.setdefault(here, []).append((path, axis))
    return tuple(tuple(axes) for axes in lengths.values())


def _shapes(inputs: Inputs) -> dict[Path, tuple[int, ...]]:
    return {path: leaf.shape for path, leaf in leaves(inputs) if isinstance(leaf, np.ndarray)}


def _ranks(shapes: Mapping[Path, tuple[int, ...]]) -> dict[Path, int]:
    return {path: len(shape) for path, shape in shapes.items()}


def length(inputs: Inputs, axes: Sequence[Axis]) -> int:
    """How much there is of one quantity."""
    path, axis = axes[0]
    return int(np.shape(dict(leaves(inputs))[path])[axis])


def cut(inputs: Inputs, lengths: Mapping[tuple[Axis, ...], int]) -> Inputs:
    """The first `lengths[axes]` entries along the axes of each quantity."""
    slices: dict[Path, dict[int, slice]] = {}
    for axes, count in lengths.items():
        for path, axis in axes:
            slices.setdefault(path, {})[axis] = slice(count)

    def change(path: Path, leaf: Value) -> Value:
        if path not in slices:
            return leaf
        return in_form(leaf[tuple(slices[path].get(axis, slice(None)) for axis in range(leaf.ndim))], leaf)

    return dict(changed(inputs, change))


def relabelled(inputs: Inputs, classes: int) -> Inputs:
    """The same with whole numbers below `classes`, so that labels stay labels."""

    def change(path: Path, leaf: Value) -> Value:
        if isinstance(leaf, np.ndarray) and leaf.dtype.kind in "iu":
            return in_form((leaf % classes).astype(leaf.dtype), leaf)
        return leaf % classes if type(leaf) is int and leaf >= 0 else leaf

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
