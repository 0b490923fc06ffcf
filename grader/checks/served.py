"""Functions of ours that student code is given as an argument: they stay on this side and are served call by call.

Student code may ask them anything: what is no array of numbers of the right shape is told so by an exception that is
raised in the student's own line.
"""

from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from grader.checks.wide import wide
from grader.core import Raised, Value

Array = NDArray[np.float64]


def asked(x: Value, *shape: int) -> Array:
    """`x` as a callable of ours is given it by student code, which is told of anything but numbers of this shape."""
    if not isinstance(x, (int, float, np.ndarray, np.generic)) or np.asarray(x).dtype.kind not in "iuf":
        raise Raised("TypeError", "this function takes an array of numbers")
    if np.shape(x) != shape:
        raise Raised("ValueError", f"this function takes an array of shape {shape}, not {np.shape(x)}")
    return wide(x)


@dataclass(frozen=True, slots=True)
class Waves:
    """f(x) = sum_k a_k sin(2 x_k) + sum_k b_k x_k x_{k+1} + x_1^2 / 2, of the entries of x in order.

    The products tell whether an earlier entry is still shifted, the sines whether the step is the one that was asked
    for.
    """

    shape: tuple[int, ...]
    a: Array
    b: Array

    def __call__(self, x: Value) -> float:
        with np.errstate(all="ignore"):  # student code may ask for anything
            return float(self.at(asked(x, *self.shape)))

    @property
    def python(self) -> str:
        """As Python writes it, term by term."""
        x = [f"x[{', '.join(map(str, at))}]" for at in np.ndindex(self.shape)]
        waves = [f"{a} * np.sin(2 * {one})" for a, one in zip(self.a.tolist(), x, strict=True)]
        products = [f"{b} * {one} * {other}" for b, (one, other) in zip(self.b.tolist(), pairwise(x), strict=True)]
        return f"lambda x: {' + '.join((*waves, *products, f'0.5 * {x[0]} ** 2'))}"

    def at(self, x: Array) -> Value:
        """The value, also for complex x."""
        flat = x.ravel()
        return np.sum(self.a * np.sin(2 * flat)) + np.sum(self.b * flat[:-1] * flat[1:]) + 0.5 * flat[0] ** 2

    def gradient(self, x: object) -> Array:
        """The true gradient, by hand."""
        flat = wide(x).ravel()
        slope = 2 * self.a * np.cos(2 * flat)
        slope[:-1] += self.b * flat[1:]
        slope[1:] += self.b * flat[:-1]
        slope[0] += flat[0]
        return slope.reshape(self.shape)


@dataclass(frozen=True, slots=True)
class Slope:
    """The gradient of 1/2 x^T A x + b^T x for symmetric A: A x + b, for x of one shape."""

    shape: tuple[int, ...]
    A: Array
    b: Array

    @property
    def python(self) -> str:
        """As Python writes it, for x of one axis at most."""
        if not self.shape:
            return f"lambda x: {float(self.A[0, 0])} * x" + (f" + {float(self.b[0])}" if self.b[0] else "")
        return f"lambda x: np.array({self.A.tolist()}) @ x + np.array({self.b.tolist()})"

    def __call__(self, x: Value) -> Value:
        with np.errstate(all="ignore"):  # a descent that grows is the student's affair
            slope = self.A @ asked(x, *self.shape).ravel() + self.b
        return slope.reshape(self.shape) if self.shape else float(slope[0])


@dataclass(slots=True)
class Oracle:
    """A loss function whose answers are fixed beforehand, whatever it is asked; it keeps what it was asked.

    A candidate that was seen before gets the answer of then.
    """

    losses: Array
    shape: tuple[int, ...]
    seen: list[Array] = field(default_factory=list)

    @property
    def python(self) -> str:
        """As Python writes it: the answers one after the other."""
        return f"lambda W, answers=iter({self.losses.tolist()}): next(answers)"

    def __call__(self, W: Value) -> float:
        candidate = asked(W, *self.shape)
        at = self.find(candidate)
        if at is None:
            self.seen.append(np.array(candidate))
            at = len(self.seen) - 1
        return float(self.losses[at]) if at < len(self.losses) else float("inf")

    def find(self, W: Value) -> int | None:
        """Which try this candidate was."""
        if not isinstance(W, np.ndarray):
            return None
        return next((at for at, known in enumerate(self.seen) if same(known, W)), None)

    @property
    def size(self) -> float:
        """The root mean square of all candidates."""
        with np.errstate(all="ignore"):
            return float(np.sqrt(np.mean(np.square(self.seen))))

    @property
    def positive(self) -> bool:
        """Has no candidate a negative entry?"""
        return bool(np.min(self.seen) >= 0)


def same(left: Array, right: Array) -> bool:
    """Two arrays of one shape with the same numbers."""
    return left.shape == right.shape and bool(np.all(left == right))
