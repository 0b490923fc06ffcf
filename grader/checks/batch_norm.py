"""Batch normalisation, of features (N, D) and of channels (N, C, H, W): its cases, and what is asked of it.

    mean, var over the batch (over N, H and W for channels), x_hat = (x - mean) / sqrt(var + eps),
    out = gamma x_hat + beta,  running = momentum * running + (1 - momentum) * batch     (Ioffe and Szegedy 2015)

In training the statistics are those of the batch and `bn_param` keeps running ones, in test mode they are the running
ones. `bn_param` is the student's to change: it comes back from the box as the training call left it. The test-mode
cases have running statistics of their own, so that a mistake in keeping them costs what they carry, and no more.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from grader.checks.contract import contract
from grader.checks.derivative import upstream
from grader.checks.deterministic import deterministic
from grader.checks.faults import Unusable
from grader.checks.gradient import gradient
from grader.checks.layer import Points
from grader.checks.numeric_gradient import numeric_gradient
from grader.checks.playing import Straight, at_once, continue_with, parts
from grader.checks.points import Shares, split
from grader.checks.robustness import robustness
from grader.checks.value import value
from grader.checks.wide import wide
from grader.core import Case, Function, Group, Inputs, Output, Outputs, Play, Program, Returned, StudentFault, Value

Array = NDArray[np.float64]
ARGUMENTS = ("x", "gamma", "beta", "bn_param")
PARAM = ARGUMENTS.index("bn_param")
RUNNING = ("running_mean", "running_var")
TESTED = ("test_out",)
GRADIENTS = ("dx", "dgamma", "dbeta")
WEIGHTS = {"value": 5, "running-statistics": 3, "test-mode": 4}  # of the points for values in a forward pass
DEFAULTS = {"eps": 1e-5, "momentum": 0.9}
NO_EPS = 1e-12  # too small to show where it stands; 1e-5 shows in entries near 0, by as much as a slip does


# --------------------------------------------------------------------------- the solution


def normalised(rows: Array, gamma: Array, beta: Array, dout: Array, eps: float) -> dict[str, Array]:
    """Every column of `rows` (N, D) brought to mean 0 and variance 1, then scaled and shifted; with the gradients, and
    the column's `mean` and `var`."""
    mean = rows.mean(axis=0)
    centred = rows - mean
    var = np.mean(centred * centred, axis=0)
    root = np.sqrt(var + eps)
    hat, dhat = centred / root, dout * gamma
    return {
        "out": gamma * hat + beta,
        "dx": (dhat - dhat.mean(axis=0) - hat * np.mean(dhat * hat, axis=0)) / root,
        "dgamma": np.sum(dout * hat, axis=0),
        "dbeta": dout.sum(axis=0),
        "mean": mean,
        "var": var,
    }


def batch_norm(inputs: Inputs) -> Outputs:
    """Of x (N, D), or x (N, C, H, W): one row for every pixel then, one column for every channel."""
    x, gamma, beta = (wide(inputs[name]) for name in ("x", "gamma", "beta"))
    param = {**DEFAULTS, **inputs["bn_param"]}
    if param["mode"] == "test":
        hat = (_rows(x) - param["running_mean"]) / np.sqrt(param["running_var"] + param["eps"])
        return {"test_out": _unrolled(gamma * hat + beta, x.shape)}
    found = normalised(_rows(x), gamma, beta, _rows(wide(inputs["dout"])), param["eps"])
    kept, new = param["momentum"], 1 - param["momentum"]
    gradients = {**{name: found[name] for name in GRADIENTS}, "dx": _unrolled(found["dx"], x.shape)}
    return {
        "out": _unrolled(found["out"], x.shape),
        "running_mean": kept * param.get("running_mean", 0.0) + new * found["mean"],
        "running_var": kept * param.get("running_var", 0.0) + new * found["var"],
        **gradients,
        **{f"{name}_alt": gradient for name, gradient in gradients.items()},
    }


def _rows(x: Array) -> Array:
    return np.moveaxis(x, 1, -1).reshape(-1, x.shape[1])


def _unrolled(rows: Array, shape: tuple[int, ...]) -> Array:
    return np.moveaxis(rows.reshape(shape[0], *shape[2:], shape[1]), -1, 1)


# --------------------------------------------------------------------------- the cases


@dataclass(frozen=True, slots=True)
class Batch:
    """Draws x of this shape, gamma, beta and dout, and bn_param with running statistics that are not the batch's.

    `spread` is the size of the features' deviations around means of size 2; `constant` makes the first feature one
    number. With `first` bn_param says nothing but the mode, as in the first training step of a net.
    """

    shape: tuple[int, ...]
    mode: str = "train"
    momentum: float = 0.9
    eps: float = NO_EPS
    spread: float = 1.0
    constant: bool = False
    first: bool = False
    fortran: bool = False
    dtype: type = np.float64

    def __call__(self, rng: np.random.RandomState) -> Inputs:
        size, per_feature = self.shape[1], (self.shape[1], *(1 for _ in self.shape[2:]))
        x = 2 * rng.standard_normal(per_feature) + self.spread * rng.uniform(0.5, 2, per_feature) * rng.standard_normal(
            self.shape
        )
        if self.constant:
            x[:, 0] = x.flat[0]
        drawn = {
            "x": np.asfortranarray(x) if self.fortran else x,
            "gamma": rng.choice([-1, 1], size) * rng.uniform(0.5, 2, size),
            "beta": rng.standard_normal(size),
            "dout": rng.standard_normal(self.shape),
        }
        running = {"running_mean": rng.standard_normal(size), "running_var": rng.uniform(0.5, 3, size)}
        given = {"mode": self.mode, "eps": self.eps, "momentum": self.momentum, **running}
        arrays: Inputs = {name: array.astype(self.dtype, copy=False) for name, array in drawn.items()}
        return {**arrays, "bn_param": {"mode": self.mode} if self.first else given}


# --------------------------------------------------------------------------- what is asked of whom


def batch_norm_layer(name: str, points: Points, *, trained: Sequence[Case], tested: Sequence[Case]) -> Group:
    """The group of a forward pass and one or two backward passes (the second is another way to the same gradients),
    with cases in training and in test mode."""
    forward, *backwards = points
    shares: Shares = {
        forward: _weighted(points[forward]),
        **{backward: split(points[backward], value=False, loss=False) for backward in backwards},
    }
    returned = {backward: _gradients(place) for place, backward in enumerate(backwards)}
    graded = ("out", *RUNNING, *(output for outputs in returned.values() for output in outputs))
    returns = {name: f"(dout, cache) -> {', '.join(GRADIENTS)}" for name in backwards}
    signatures = {forward: f"({', '.join(ARGUMENTS)}) -> (out, cache)", **returns}
    return Group(
        name,
        functions=tuple(Function(name, signatures[name], Fraction(share)) for name, share in points.items()),
        outputs=(
            *(Output(value, forward, "value") for value in ("out", *RUNNING, *TESTED)),
            *(
                Output(output, backward, "gradient", of=gradient.removeprefix("d"))
                for backward, outputs in returned.items()
                for output, gradient in zip(outputs, GRADIENTS, strict=True)
            ),
        ),
        cases=(*(replace(case, graded=graded) for case in trained), *(replace(case, graded=TESTED) for case in tested)),
        play=_player(forward, returned),
        reference=batch_norm,
        checks=(
            contract(shares),
            value(shares, "out"),
            value(shares, *RUNNING, id="running-statistics"),
            value(shares, *TESTED, id="test-mode"),
            gradient(shares, loss=upstream),
            numeric_gradient(*backwards, loss=upstream),
            robustness(shares),
            deterministic(shares),
        ),
    )


def _gradients(place: int) -> tuple[str, ...]:
    """What the outputs of the first and the second backward pass are called."""
    return tuple(f"{name}_alt" for name in GRADIENTS) if place else GRADIENTS


def _weighted(points: int | Fraction) -> Mapping[str, Fraction]:
    """The shares of a forward pass, with a line each for training, running statistics and test mode."""
    shares = dict(split(points, gradient=False, loss=False))
    values, whole = shares.pop("value"), sum(WEIGHTS.values())
    return {**shares, **{id: values * weight / whole for id, weight in WEIGHTS.items()}}


def _player(forward: str, returned: Mapping[str, Sequence[str]]) -> Straight:
    """One call of the forward pass and, in training, one of each backward pass, whose faults are each its own."""

    def play(program: Program, batch: Sequence[Inputs]) -> list[Play]:
        given = [tuple(inputs[name] for name in ARGUMENTS) for inputs in batch]
        plays, caches = list[Play](), dict[int, Value]()
        for inputs, called in zip(batch, at_once(program, forward, given, hold=(1,), bring=(PARAM,)), strict=True):
            faults: dict[str, StudentFault] = {forward: called} if isinstance(called, StudentFault) else {}
            if isinstance(called, Returned) and inputs["bn_param"]["mode"] != "test":
                try:
                    _, caches[len(plays)] = parts(called.value, "out", "cache")
                except Unusable as fault:
                    faults[forward] = fault
            plays.append(Play(_ahead(inputs, called), faults))
        for backward, names in returned.items():
            continue_with(program, backward, batch, plays, caches=caches, gradients=names)
        return plays

    return Straight(play, forward, ARGUMENTS, "out", first=True)


def _ahead(inputs: Inputs, called: Returned | StudentFault) -> Outputs:
    """What a forward pass gave."""
    if isinstance(called, StudentFault):
        return {}
    if inputs["bn_param"]["mode"] == "test":
        return {"test_out": _first(called.value)}
    out, left = _first(called.value), called.brought[PARAM]
    empty = out is None or not isinstance(left, dict)  # an empty body has kept nothing either
    return {"out": out, **({} if empty else {name: left[name] for name in RUNNING if name in left})}


def _first(value: Value) -> Value:
    return value[0] if isinstance(value, (tuple, list)) and value else value
