"""What came beside what should have come: one output, case by case, as numbers."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from grader.core import Inputs, Output, Value
from grader.diagnosis.evidence import Played, Plays
from grader.diagnosis.likeness import FLOOR, SMALL_ENTRY, as_numbers, near, tolerance

Array = NDArray[Any]
# Inputs that steer how a case is played; no argument of a student's function.
OURS = frozenset({"asked", "case", "visits", "twice", "seed", "answers", "steps", "losses"})


@dataclass(frozen=True, slots=True)
class Given:
    """What the student's function is given in a case, by the names that a student would write.

    `sizes` are the numbers among the arguments and the lengths of the axes (`reg`, `X.shape[0]`), `arrays` the arrays
    of floats, as float64.
    """

    values: Mapping[str, Value]
    sizes: Mapping[str, float]
    arrays: Mapping[str, Array]


@dataclass(frozen=True, slots=True)
class Beside:
    """One output of one case: `actual` and `expected` as float64, both finite, of any two shapes."""

    one: Played
    given: Given
    output: Output
    actual: Array
    expected: Array

    def is_like(self, value: Array) -> bool:
        """Is `value` what came?"""
        return near(self.actual, value, None, tolerance(self.one))

    def errors(self) -> Array:
        """The metric of the checks, entry by entry; of outputs of the right shape."""
        size = np.abs(self.expected)
        return np.asarray(np.abs(self.actual - self.expected) / np.maximum(size + SMALL_ENTRY * size.max(), FLOOR))

    def off(self) -> Array:
        """The entries that are wrong, as a mask."""
        return self.errors() > self.one.case.tolerance

    @property
    def right(self) -> bool:
        return self.output.name in self.one.right

    @property
    def same_shape(self) -> bool:
        return self.actual.shape == self.expected.shape


class Cases:
    """The cases of a group as they were played. What each was given, and what came, is read once."""

    def __init__(self, plays: Plays) -> None:
        self.plays = plays
        self._given: dict[int, Given] = {}
        self._compared: dict[str, tuple[Beside, ...]] = {}

    def given(self, one: Played) -> Given:
        if id(one) not in self._given:
            self._given[id(one)] = _given(one.inputs)
        return self._given[id(one)]

    def fails(self, one: Played, output: Output) -> bool:
        """Is `output` wrong in this play? The judge plays ordinary cases twice, with other numbers."""
        if not one.case.grades(output) or output.name in one.right:
            return False
        pair = next((pair for pair in self.compared(output) if pair.one is one), None)
        return pair is None or not pair.same_shape or bool(pair.off().any())

    def compared(self, output: Output) -> tuple[Beside, ...]:
        """Every case in which `output` counts and came as finite numbers."""
        if output.name not in self._compared:
            self._compared[output.name] = tuple(self._pairs(output))
        return self._compared[output.name]

    def _pairs(self, output: Output) -> Iterator[Beside]:
        for one in self.plays:
            if not one.case.grades(output) or output.name not in one.play.outputs or output.name not in one.expected:
                continue
            actual = as_numbers(one.play.outputs[output.name])
            expected = as_numbers(one.expected[output.name])
            if actual is None or expected is None or not actual.size or not expected.size:
                continue
            if np.isfinite(actual).all() and np.isfinite(expected).all():
                alike = actual.squeeze().shape == expected.squeeze().shape
                yield Beside(
                    one, self.given(one), output, actual.reshape(expected.shape) if alike else actual, expected
                )


def _given(inputs: Inputs) -> Given:
    values = _arguments(inputs)
    sizes: dict[str, float] = {}
    arrays: dict[str, Array] = {}
    for name, given in values.items():
        value = as_numbers(given) if isinstance(given, (list, tuple)) else given
        if isinstance(value, np.ndarray) and value.ndim:
            sizes.update({f"{name}.shape[{axis}]": float(length) for axis, length in enumerate(value.shape)})
            if value.dtype.kind == "f" and value.size:
                arrays[name] = np.asarray(value, np.float64)
        elif isinstance(value, (int, float, np.generic)) and not isinstance(value, (bool, np.bool_)) and _counts(name):
            sizes[name] = float(value)
    return Given(values, sizes, arrays)


def _counts(name: str) -> bool:
    """Is it a number that says how much, and no seed?"""
    return "seed" not in name


def _arguments(inputs: Inputs) -> dict[str, Value]:
    found: dict[str, Value] = {}
    for name, value in inputs.items():
        if name in OURS:
            continue
        found[name] = value
        if isinstance(value, Mapping):
            found.update({f"{name}[{key!r}]": inner for key, inner in value.items()})
    return found


def as_played(layouts: Sequence[Plays], function: str) -> Plays:
    """The cases in the layout of the arguments in which `function` runs, the handout's first."""
    return next((plays for plays in layouts if function not in plays[0].play.faults), layouts[0])
