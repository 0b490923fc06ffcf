"""A loss of a linear classifier, `loss(W, X, y, reg) -> (loss, dW)`: its cases, and what is asked of it.

Layout: X (N, D), W (D, C), y (N,) of integers. N, D and C are all different in every ordinary case, so that no accident
of shapes goes unseen. `safe(scores, y)` says that the loss is smooth around these scores; others are drawn anew from
the same stream. The term of regularisation is reg * sum(W^2), or half of it; other layouts stand in `layouts.py`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import partial
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from grader.checks.arrays import every_second, single
from grader.checks.contract import contract
from grader.checks.deterministic import deterministic
from grader.checks.gradient import gradient
from grader.checks.initial_loss import Sanity, initial_loss
from grader.checks.layouts import LAYOUTS, Layout, in_layout
from grader.checks.milestones import learns_images
from grader.checks.numeric_gradient import numeric_gradient
from grader.checks.playing import calls
from grader.checks.points import Shares, split
from grader.checks.robustness import robustness, stability
from grader.checks.value import value
from grader.checks.vectorised import vectorised
from grader.checks.wide import wide
from grader.core import Case, Check, Function, Group, Inputs, Output, Outputs, Program

Array = NDArray[np.float64]
Labels = NDArray[np.int64]
Safe = Callable[[Array, Labels], bool]
Reference = Callable[[Inputs], Outputs]
ARGUMENTS = ("W", "X", "y", "reg")
TRIES = 100
L2 = {"reg-full-convention": 1.0, "reg-half-convention": 0.5}  # of reg * sum(W^2), the handout's first


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
    return {**inputs, **{name: every_second(inputs[name]) for name in ("W", "X", "y")}}


def labels_of(kind: type) -> Callable[[Inputs], Inputs]:
    """The labels as integers of another type."""
    return lambda inputs: {**inputs, "y": inputs["y"].astype(kind)}


def far_above(inputs: Inputs) -> Inputs:
    """Every label's score lies 14 above the others, through columns of X that say which label it is: the hinge loss is
    0 there, and the cross-entropy is not."""
    X, W = inputs["X"].copy(), inputs["W"].copy()
    classes = W.shape[1]
    X[:, :classes], X[:, classes:] = 14 * np.eye(classes)[inputs["y"]], 0
    W[:classes] = np.eye(classes)
    return {**inputs, "X": X, "W": W}


def float32(inputs: Inputs) -> Inputs:
    """The numbers in single precision."""
    return {**inputs, "W": single(inputs["W"]), "X": single(inputs["X"])}


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
        robust("int32 y", Linear(7, 5, 4, 0.5, safe, shape=labels_of(np.int32))),
        robust("uint8 y", Linear(7, 5, 4, 0.5, safe, shape=labels_of(np.uint8))),
        robust("s_y + 10", Linear(7, 5, 4, 0.5, safe, shape=far_above)),
        robust("float32", Linear(7, 5, 4, 0.5, safe, shape=float32), tolerance=1e-3),
    )


def with_l2(data: Reference) -> Mapping[str, Reference]:
    """The loss of the data with the term of regularisation, by convention."""
    return {way: partial(_regularised, data, factor) for way, factor in L2.items()}


def _regularised(data: Reference, factor: float, inputs: Inputs) -> Outputs:
    W, reg, outputs = wide(inputs["W"]), factor * inputs["reg"], data(inputs)
    return {"loss": outputs["loss"] + reg * np.sum(W * W), "dW": outputs["dW"] + 2 * reg * W}


@dataclass(frozen=True, slots=True)
class LinearLoss:
    """One loss, and the groups of the functions that compute it.

    `references` gives it by convention of the L2 term (`with_l2`). `at_start(C)` is its value without regularisation
    where all scores are alike, which the course writes as `formula`.
    """

    cases: tuple[Case, ...]
    references: Mapping[str, Reference]
    formula: str
    at_start: Callable[[int], float]

    def group(self, name: str, points: int, *, vectorisation: int = 0, stable: int = 0, naive: str = "") -> Group:
        """The group of one function, by itself, in every convention.

        Of `points`, `vectorisation` are for code without loops over the samples that does not call `naive`, and
        `stable` for the stability cases.
        """
        shares = {name: split(points, vectorised=vectorisation, stability=stable)}
        first, *others = (self._way(name, shares, l2, layout, naive) for layout, l2 in product(LAYOUTS, L2))
        return replace(first, otherwise=tuple(others))

    def _way(self, name: str, shares: Shares, l2: str, layout: str, naive: str) -> Group:
        turned, points = LAYOUTS[layout], sum(shares[name].values(), Fraction(0))
        return Group(
            name,
            functions=(Function(name, "(W, X, y, reg) -> (loss, dW)", points),),
            outputs=(Output("loss", name, "value"), Output("dW", name, "gradient", of="W")),
            cases=self.cases,
            play=in_layout(calls(name, ARGUMENTS, ("loss", "dW")), turned),
            reference=self.references[l2],
            checks=(
                contract(shares),
                value(shares),
                gradient(shares),
                initial_loss(shares, self._sanity(l2)),
                numeric_gradient(name),
                robustness(shares),
                *([stability(shares)] if "stability" in shares[name] else []),
                *([_at_once(shares, turned, naive), learns_images(shares)] if "vectorised" in shares[name] else []),
                deterministic(shares),
            ),
            ways={"l2": l2, "layout": layout},
        )

    def _sanity(self, l2: str) -> Sanity:
        return Sanity(
            formula=self.formula,
            expected=lambda inputs: self.at_start(inputs["W"].shape[1]),
            unregularised={"reg": 0.0},
            l2=lambda inputs: float(L2[l2] * inputs["reg"] * np.sum(np.square(inputs["W"]))),
            samples=("X", "y"),
        )


def _at_once(shares: Shares, layout: Layout, naive: str) -> Check:
    """Asked in the layout of the submission."""

    def ready(program: Program, inputs: Inputs) -> Inputs:
        return layout.there(inputs)

    return vectorised(shares, sized, ARGUMENTS, naive=(naive,), ready=ready, back=layout.back)


def sized(rng: np.random.RandomState, n: int) -> Inputs:
    """Inputs of n samples, to see how the work of a call grows."""
    return Linear(n, 6, 5, 0.1, smooth)(rng)
