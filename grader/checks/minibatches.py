"""What a training loop hands to its loss: the record of a loss of ours that stands in for the student's.

Row i of the training samples has the number i in its first column, by which each row of a minibatch is known again,
whatever generator drew it. Answers are fixed beforehand, one a step, so that history and weights are exact.
"""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from grader.checks.describe import described
from grader.checks.form import real_numbers, single_number
from grader.checks.wide import wide
from grader.core import Raised, Value

MOST_ROWS = 1000  # of what a loss of ours is asked; no case has a tenth of it
MOST_STEPS = 300  # minibatches that a run may ask about; no case has a tenth of it

Array = NDArray[np.float64]


def numbered(rng: np.random.RandomState, rows: int, columns: int) -> Array:
    """Samples whose first column is their number."""
    return np.hstack([np.arange(rows, dtype=float)[:, None], rng.standard_normal((rows, columns - 1))])


def numbers_in(rows: Array, count: int) -> NDArray[np.int64]:
    """The numbers of these rows, each one of `count`, whatever stands in their first column."""
    return np.fmin(np.fmax(rows[:, 0], 0), count - 1).astype(np.int64)


@dataclass(slots=True)
class Minibatches:
    """The record of one run over the samples X (N, D) with the labels y (N,)."""

    X: Array
    y: NDArray[np.int64]
    rows: list[int] = field(default_factory=list)  # how many rows each minibatch has
    regs: list[float] = field(default_factory=list)
    labels: list[NDArray[np.int64]] = field(default_factory=list)  # 1 where a label is that of its row
    axes: int = 0  # the most that labels were handed over with
    visited: set[int] = field(default_factory=set)

    def record(self, X: Value, y: Value, reg: Value) -> int:
        """Note what the loss is asked of, and give the number of the step. Raises, in the student's code, for what is
        no minibatch."""
        if X is None and y is None and isinstance(reg, float):
            raise Raised("NotImplementedError", "the minibatch is not drawn yet")  # the loop as it is handed out
        strength = single_number(reg)
        if strength is None:
            raise Raised("TypeError", f"reg is {described(reg)}; a number belongs there")
        if len(self.rows) >= MOST_STEPS:
            raise Raised("RuntimeError", "the loss is asked for far more often than num_iters")
        numbers = numbers_in(samples(X, self.X.shape[1]), len(self.X))
        self.rows.append(len(numbers))
        self.labels.append(_matching(y, self.y[numbers]))
        self.axes = max(self.axes, np.ndim(y) if isinstance(y, np.ndarray) else 1)
        self.regs.append(strength)
        self.visited.update(numbers.tolist())
        return len(self.rows) - 1

    @property
    def covered(self) -> float:
        """The share of the samples that were in some minibatch."""
        return len(self.visited) / len(self.X)

    @property
    def paired(self) -> Value:
        """The labels of all minibatches as one table, (steps, rows): 1 where a label belongs to its row."""
        alike = len({labels.shape for labels in self.labels}) == 1
        return np.array(self.labels) if alike else [labels.tolist() for labels in self.labels]


def _matching(y: Value, right: NDArray[np.int64]) -> NDArray[np.int64]:
    """1 where a label is the right one; zeros where y are no labels of these rows."""
    labels = real_numbers(y)
    if labels is None or labels.size != right.size:
        return np.zeros(right.shape, np.int64)
    return np.asarray(labels.ravel() == right, np.int64)


def samples(X: Value, columns: int) -> Array:
    """What student code hands to a loss of ours; it is told of what is no table of samples."""
    if X is None:
        raise Raised("ValueError", f"X is None; an array of shape (N, {columns}) belongs there")
    if not isinstance(X, np.ndarray) or X.dtype.kind not in "iuf" or X.ndim != 2 or X.shape[1] != columns:
        raise Raised("ValueError", f"X is no array of shape (N, {columns})")
    if len(X) > MOST_ROWS:  # it is kept on this side, and its answer has to go back
        raise Raised("ValueError", f"X has {len(X)} rows; there are not that many samples")
    return wide(X)
