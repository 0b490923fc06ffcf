"""The layouts of the arrays of a linear classifier: how inputs are handed over, and how gradients come back.

Since 2016 samples are rows: X (N, D) and W (D, C). In 2015 they were columns: X (D, N) and W (C, D). A few programs
have W (C, D) beside X (N, D). A program that follows one of these throughout is as right as any: it is handed the same
numbers, transposed, and what it returns is turned back.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from grader.checks.playing import Moved, Straight
from grader.core import Inputs, Outputs, Play, Program, Value

Names = frozenset[str]


@dataclass(frozen=True, slots=True)
class Layout:
    """Which inputs are handed over transposed, and which outputs come back so."""

    inputs: Names = frozenset()
    outputs: Names = frozenset()

    def there(self, inputs: Inputs) -> Inputs:
        """The inputs as student code has them."""
        return {**inputs, **{name: turned(inputs[name]) for name in self.inputs}}

    def back(self, outputs: Outputs) -> Outputs:
        """The outputs as the reference has them."""
        return {name: _back(value) if name in self.outputs else value for name, value in outputs.items()}


LAYOUTS: Mapping[str, Layout] = {
    "layout-samples-first": Layout(),
    "layout-2015": Layout(frozenset({"W", "X"}), frozenset({"dW"})),
    "weights-classes-first": Layout(frozenset({"W"}), frozenset({"dW"})),
}


def turned(array: NDArray[Any]) -> NDArray[Any]:
    """The transposed matrix, in memory as it was: row by row, column by column, or a view."""
    if array.flags.c_contiguous:
        return np.ascontiguousarray(array.T)
    return np.asfortranarray(array.T) if array.flags.f_contiguous else array.T


def _back(value: Value) -> Value:
    """What is a matrix transposed; anything else is wrong as it stands."""
    return value.T if isinstance(value, np.ndarray) and value.ndim == 2 else value


@dataclass(frozen=True, slots=True)
class Turned(Straight):
    """A player in another layout."""

    layout: Layout

    def __call__(self, program: Program, batch: Sequence[Inputs]) -> list[Play]:
        plays = self.play(program, [self.layout.there(inputs) for inputs in batch])
        return [replace(play, outputs=self.layout.back(play.outputs)) for play in plays]

    def along(self, program: Program, inputs: Inputs, moved: Moved) -> list[Outputs]:
        there = [
            (name, np.ascontiguousarray(value.T) if name in self.layout.inputs else value) for name, value in moved
        ]
        return Straight.along(self, program, self.layout.there(inputs), there)


def in_layout(play: Straight, layout: Layout) -> Straight:
    """`play` in this layout."""
    if not layout.inputs:
        return play
    return Turned(play.play, play.function, play.arguments, play.output, play.first, layout)
