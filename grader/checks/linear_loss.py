"""A loss of a linear classifier, `loss(W, X, y, reg) -> (loss, dW)`: its cases, and what is asked of it.

Layout: X (N, D), W (D, C), y (N,) of integers. N, D and C are all different in every ordinary case, so that no accident
of shapes goes unseen. `safe(scores, y)` says that the loss is smooth around these scores; others are drawn anew from
the same stream.
"""

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from grader.checks.contract import contract
from grader.checks.deterministic import deterministic
from grader.checks.gradient import gradient
from grader.checks.initial_loss import Sanity, initial_loss
from grader.checks.numeric_gradient import numeric_gradient
from grader.checks.playing import calls
from grader.checks.points import split
from grader.checks.robustness import robustness, stability
from grader.checks.value import value
from grader.checks.vectorised import vectorised
from grader.core import Case, Function, Group, Inputs, Output, Outputs

Array = NDArray[np.float64]
Labels = NDArray[np.int64]
Safe = Callable[[Array, Labels], bool]
ARGUMENTS = ("W", "X", "y", "reg")
TRIES = 100


def smooth(scores: Array, y: Labels) -> bool:
    """Every score is as good as any other: softmax has no kinks."""
    return True


def hinge_is_smooth(scores: Array, y: Labels) -> bool:
    """Every margin of the hinge loss is more than 1e-3 of the scores' size away from its kink."""
    rows = np.arange(len(y))
    margins = scores - scores[rows, y][:, None] + 1
    margins[rows, y] = 1
    return bool(np.abs(margins).min() > 1e-3 * max(1.0, float(np.abs(scores).max())))


def close_to_the_start(scores: Array, y: Labels) -> bool:
    """The loss lies within 1 % of where training starts (C-1, log C), and further off than a constant may be to pass
    as that loss with its precision lost. To first order it is off by the mean distance of the labels' scores."""
    off = np.mean(scores.mean(axis=1) - scores[np.arange(len(y)), y])
    return bool(4e-3 < abs(off) < 6e-3)


@dataclass(frozen=True, slots=True)
class Linear:
    """Draws W (D, C), X (N, D), y (N,) and reg; the fields say what is special, `shape` comes last.

    `scale` is the size of a score, `label` gives every sample that label, `bias` makes the last column of X ones.
    """

    n: int
    d: int
    c: int
    reg: float
    safe: Safe
    scale: float = 1.0
    label: int | None = None
    bias: bool = False
    shape: Callable[[Inputs], Inputs] = dict

    def __call__(self, rng: np.random.RandomState) -> Inputs:
        for _ in range(TRIES):
            inputs = self._drawn(rng)
            if self.safe(inputs["X"] @ inputs["W"], inputs["y"]):
                return self.shape(inputs)
        raise ArithmeticError(f"no inputs away from the kinks in {TRIES} draws")

    def _drawn(self, rng: np.random.RandomState) -> dict[str, Any]:
        W = rng.standard_normal((self.d, self.c)) * (self.scale / np.sqrt(self.d))
        X = rng.standard_normal((self.n, self.d))
        if self.bias:
            X[:, -1] = 1
        y = rng.randint(self.c, size=self.n) if self.label is None else np.full(self.n, self.label)
        return {"W": W, "X": X, "y": y, "reg": self.reg}


def fortran(inputs: Inputs) -> Inputs:
    """The same numbers in column order."""
    return {**inputs, "W": np.asfortranarray(inputs["W"]), "X": np.asfortranarray(inputs["X"])}


def strided(inputs: Inputs) -> Inputs:
    """The same numbers as views into larger arrays."""
    return {**inputs, "W": _every_second(inputs["W"]), "X": _every_second(inputs["X"])}


def _every_second(array: Array) -> Array:
    wide = np.zeros((2 * array.shape[0], 2 * array.shape[1]))
    wide[::2, ::2] = array
    return wide[::2, ::2]


def float32(inputs: Inputs) -> Inputs:
    """The numbers in single precision."""
    return {**inputs, "W": inputs["W"].astype(np.float32), "X": inputs["X"].astype(np.float32)}


def linear_cases(safe: Safe) -> tuple[Case, ...]:
    """The pool of every linear loss: the ordinary cases, then the edges."""

    def robust(name: str, draw: Linear, tolerance: float = 1e-6) -> Case:
        return Case(name, draw, "robustness", tolerance=tolerance)

    return (
        Case("base", Linear(7, 5, 4, 0.5, safe)),
        Case("smallW", Linear(11, 6, 5, 0.0, close_to_the_start, scale=0.02)),
        Case("reg=0", Linear(8, 6, 3, 0.0, safe)),
        Case("reg=0.1", Linear(6, 4, 5, 0.1, safe)),
        Case("reg=3", Linear(5, 7, 6, 3.0, safe)),
        robust("C=2", Linear(6, 5, 2, 0.5, safe)),
        robust("N=1", Linear(1, 5, 4, 0.5, safe)),
        robust("D=1", Linear(6, 1, 4, 0.5, safe)),
        robust("one label", Linear(6, 5, 4, 0.5, safe, label=2)),
        robust("N=D=C", Linear(4, 4, 4, 0.5, safe)),
        robust("bias row", Linear(7, 6, 4, 0.5, safe, bias=True)),
        robust("F-order", Linear(7, 5, 4, 0.5, safe, shape=fortran)),
        robust("strided", Linear(7, 5, 4, 0.5, safe, shape=strided)),
        robust("float32", Linear(7, 5, 4, 0.5, safe, shape=float32), tolerance=1e-3),
    )


def linear_loss(
    name: str,
    points: int,
    *,
    cases: tuple[Case, ...],
    reference: Callable[[Inputs], Outputs],
    formula: str,
    at_start: Callable[[int], float],
    vectorisation: int = 0,
    stable: int = 0,
    naive: str = "",
) -> Group:
    """The group of one such loss, by itself.

    `at_start(C)` is its value without regularisation where all scores are alike, which the course writes as `formula`.
    Of `points`, `vectorisation` are for code without loops over the samples that does not call `naive`, and `stable`
    for the stability cases.
    """
    shares = {name: split(points, vectorised=vectorisation, stability=stable)}
    sanity = Sanity(
        formula=formula,
        expected=lambda inputs: at_start(inputs["W"].shape[1]),
        unregularised={"reg": 0.0},
        l2=l2,
        samples=("X", "y"),
    )
    return Group(
        name,
        functions=(Function(name, "(W, X, y, reg) -> (loss, dW)", Fraction(points)),),
        outputs=(Output("loss", name, "value"), Output("dW", name, "gradient", of="W")),
        cases=cases,
        play=calls(name, ARGUMENTS, ("loss", "dW")),
        reference=reference,
        checks=(
            contract(shares),
            value(shares),
            gradient(shares),
            initial_loss(shares, sanity),
            numeric_gradient(name),
            robustness(shares),
            *([stability(shares)] if stable else []),
            *([vectorised(shares, sized, ARGUMENTS, naive=(naive,))] if vectorisation else []),
            deterministic(shares),
        ),
    )


def sized(rng: np.random.RandomState, n: int) -> Inputs:
    """Inputs of n samples, to see how the work of a call grows."""
    return Linear(n, 6, 5, 0.1, smooth)(rng)


def l2(inputs: Inputs) -> float:
    """The L2 term of the default profile: reg * sum(W^2), no half."""
    return float(inputs["reg"] * np.sum(np.square(inputs["W"])))
