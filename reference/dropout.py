"""dropout: a layer that switches units off at random while a network is trained (Srivastava et al. 2014).

`dropout_forward(x, dropout_param)`: in mode train each unit is kept with probability p and then divided by p, so that
nothing is left to do in mode test (inverted dropout). The mask is the student's to draw. So what is compared is what
holds whatever was drawn: units that were dropped are taken for what they would have been. The mask itself is judged by
its statistics, and dx by the mask and factors that `out` shows: the layer is linear, so its derivative is out / x.

Other courses: p is the probability of dropping (`dropout-drop-probability`), or nothing is divided and the test pass
multiplies by p (`vanilla-dropout`).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any, TypeGuard

import numpy as np
from numpy.typing import NDArray

from grader.checks import (
    contract,
    deterministic,
    gradient,
    numeric_gradient,
    robustness,
    split,
    upstream,
    value,
    wide,
)
from grader.checks.mask import expected, mask, statistics
from grader.checks.playing import Player, at_once, continue_with, taken_apart
from grader.checks.trial import Trial
from grader.core import (
    Assignment,
    Case,
    Check,
    Finding,
    Function,
    Group,
    Inputs,
    Message,
    Output,
    Outputs,
    Play,
    Program,
    Value,
)

Array = NDArray[Any]
FORWARD, BACKWARD = "dropout_forward", "dropout_backward"
POINTS = 5  # of each of the two
SHAPE = (64, 50)  # 3,200 draws: six sigma are 0.05 at p = 0.5, and 0.02 at p = 0.95

# --------------------------------------------------------------------------- the solution


@dataclass(frozen=True, slots=True)
class Way:
    """What p means, by its name in reports: the share that is kept, the kept units' factor, and that of a test pass."""

    name: str
    kept: Callable[[float], float]
    factor: Callable[[float], float]
    at_test: Callable[[float], float] = lambda p: 1.0

    def __call__(self, inputs: Inputs) -> Outputs:
        """The layer without its holes; dx as that of a layer which divides by p, whatever the own one does."""
        x, dout, param = wide(inputs["x"]), wide(inputs["dout"]), inputs["dropout_param"]
        p = param["p"]
        if param["mode"] == "test":
            return {"out": self.at_test(p) * x, "dx": dout}
        masked = np.array(expected(self.kept(p), p, "other_seed" in inputs))
        return {"out": self.factor(p) * x, "dx": dout / p, "mask": masked}


KEEP = Way("dropout-keep-probability", lambda p: p, lambda p: 1 / p)
DROP = Way("dropout-drop-probability", lambda p: 1 - p, lambda p: 1 / (1 - p))
VANILLA = Way("vanilla-dropout", lambda p: p, lambda p: 1.0, lambda p: p)

# --------------------------------------------------------------------------- the cases


@dataclass(frozen=True, slots=True)
class Units:
    """Draws x and dout, of sizes between 0.5 and 2, and dropout_param with a seed, or without one.

    `twice` adds a further seed: the forward pass is asked again under the same seed, and under this one. Without a
    seed it is asked again as it was.
    """

    p: float
    mode: str = "train"
    size: tuple[int, ...] = SHAPE
    seeded: bool = True
    twice: bool = False
    dtype: type = np.float64

    def __call__(self, rng: np.random.RandomState) -> Inputs:
        x, dout = (rng.choice([-1, 1], self.size) * rng.uniform(0.5, 2, self.size) for _ in range(2))
        first, other = (int(seed) for seed in rng.choice(2**31 - 1, 2))
        param = {"p": self.p, "mode": self.mode, **({"seed": first} if self.seeded else {})}
        drawn = {"x": x.astype(self.dtype), "dout": dout.astype(self.dtype), "dropout_param": param}
        return {**drawn, "other_seed": other} if self.twice else drawn


CASES = (
    Case("base", Units(0.8)),
    Case("p=0.3", Units(0.3)),
    Case("p=0.5", Units(0.5)),
    Case("p=0.95", Units(0.95)),
    Case("no seed", Units(0.6, seeded=False, twice=True)),  # as in a net that is trained: each mask is another one
    Case("test mode", Units(0.7, "test", (6, 5)), graded=("out", "dx")),
    Case("seeds", Units(0.6, twice=True), "robustness"),
    Case("4-D x", Units(0.7, size=(8, 4, 5, 6)), "robustness"),
    Case("float32", Units(0.8, dtype=np.float32), "robustness", tolerance=1e-3),
)

# --------------------------------------------------------------------------- the layer in the box


def playing(way: Way) -> Player:
    """A forward pass and its backward pass, under another seed: what is drawn anew is another mask."""

    def play(program: Program, batch: Sequence[Inputs]) -> list[Play]:
        given = [(inputs["x"], inputs["dropout_param"]) for inputs in batch]
        plays, caches = taken_apart(FORWARD, at_once(program, FORWARD, given, hold=(1,)))
        continue_with(program, BACKWARD, batch, plays, caches=caches, gradients=("dx",), seed=1)
        further = asked_again(program, batch)
        return [filled(way, *one) for one in zip(batch, plays, further, strict=True)]

    return play


def asked_again(program: Program, batch: Sequence[Inputs]) -> list[tuple[Value, ...]]:
    """What the forward pass gives for inputs that have another seed: under that, and before under the same seed, if
    there is one; otherwise without a seed, but in a call that has another one."""
    given = [[(inputs["x"], param) for param in further_params(inputs)] for inputs in batch]
    flat = [arguments for one in given for arguments in one]
    plays, _ = taken_apart(FORWARD, at_once(program, FORWARD, flat, hold=(1,), seed=2))
    outs = iter([play.outputs.get("out") for play in plays])
    return [tuple(next(outs) for _ in one) for one in given]


def further_params(inputs: Inputs) -> list[dict[str, Value]]:
    """What the forward pass is asked again."""
    param = inputs["dropout_param"]
    if "other_seed" not in inputs:
        return []
    return [param, {**param, "seed": inputs["other_seed"]}] if "seed" in param else [param]


def filled(way: Way, inputs: Inputs, play: Play, further: tuple[Value, ...]) -> Play:
    """The play with its holes filled, where it is one of training that gave an array; one of zeros has no holes."""
    x, dout, param = (inputs[name] for name in ("x", "dout", "dropout_param"))
    out, dx = play.outputs.get("out"), play.outputs.get("dx")
    if param["mode"] == "test" or not like(out, x):
        return play
    if not out.any():
        return Play({**play.outputs, "mask": np.array(of_nothing(inputs))}, play.faults)
    found = {**play.outputs, **forward_outputs(inputs, out, way.factor(param["p"]), *further)}
    if like(dx, dout):
        found |= backward_outputs(inputs, out, dx)
    return Play(found, play.faults)


def of_nothing(inputs: Inputs) -> list[float]:
    """What there is to say of the mask of a layer that drops everything."""
    kept = np.zeros(inputs["x"].shape, bool)
    return statistics(kept, inputs["dropout_param"]["p"], kept if "other_seed" in inputs else None)


def forward_outputs(inputs: Inputs, out: Array, factor: float, *further: Value) -> Outputs:
    """`out` with its holes filled, and what there is to say of the mask. `further` is what came under the same seed, if
    there is one, and under another one or none: where the former is not `out` it stands in its place."""
    x, p, kept = inputs["x"], inputs["dropout_param"]["p"], out != 0
    whole = np.where(kept, out, factor * x).astype(out.dtype)
    if not further:
        return {"out": whole, "mask": np.array(statistics(kept, p))}
    again, other = (out, *further)[-2:]
    same = {"out": np.where(again == out, whole, again) if like(again, x) else again}
    return {**same, "mask": np.array(statistics(kept, p, other != 0))} if like(other, x) else same


def backward_outputs(inputs: Inputs, out: Array, dx: Array) -> Outputs:
    """`dx`, off from what is expected by as much as it is from the derivative of the own `out`, or from that of a layer
    which divides by p and has these holes, whichever is less. In the first case with `out` for such a layer."""
    x, dout, p = inputs["x"], inputs["dout"], inputs["dropout_param"]["p"]
    kept, whole = out != 0, dout / p
    as_own, as_right = (dx + (whole - slope).astype(dx.dtype) for slope in (dout * (out / x), kept * whole))
    if np.abs(as_own - whole).max() > np.abs(as_right - whole).max():
        return {"dx": as_right}
    return {"dx": as_own, "normalised": np.where(kept, out / (p * np.median(out[kept] / x[kept])), x / p)}


def own_upstream(outputs: Outputs, inputs: Inputs) -> Value:
    """The scalar whose derivative `dx` is, where it belongs to the own `out`."""
    return upstream({"out": outputs.get("normalised")}, inputs)


def like(value: Value, array: Array) -> TypeGuard[Array]:
    """Is it an array of floats of the same shape?"""
    return isinstance(value, np.ndarray) and value.dtype.kind == "f" and value.shape == array.shape


# --------------------------------------------------------------------------- what is asked of whom


def shares() -> dict[str, dict[str, Fraction]]:
    """Half the points each; a quarter of the values of the forward pass are those of its mask."""
    forward = dict(split(POINTS, gradient=False, loss=False))
    values = forward.pop("value")
    forward |= {"value": values * 3 / 4, "mask": values / 4}
    return {FORWARD: forward, BACKWARD: dict(split(POINTS, value=False, loss=False))}


def told(check: Check) -> Check:
    """The same check. Of dx in training it tells by how much that is off, since this is what is compared."""

    def ask(trial: Trial, function: str) -> Finding:
        finding = check.ask(trial, function)
        worst, params = finding.worst, finding.message.params
        if worst is None or worst.output != "dx" or params.get("case") == "test mode" or "expected" not in params:
            return finding
        worst = replace(worst, output="dx - dout * out / x", expected=0.0, actual=worst.actual - worst.expected)
        about = {"case": params["case"], "place": params["place"], "off": worst.actual}
        return replace(finding, worst=worst, message=Message("checks.mask.gradient", about))

    return replace(check, ask=ask)


SHARES = shares()
GROUP = Group(
    "dropout",
    functions=(
        Function(FORWARD, "(x, dropout_param) -> (out, cache)", Fraction(POINTS), draws=True),
        Function(BACKWARD, "(dout, cache) -> dx", Fraction(POINTS)),
    ),
    outputs=(
        Output("out", FORWARD, "value"),
        Output("mask", FORWARD, "value", measured=True),
        Output("dx", BACKWARD, "gradient", of="x"),
    ),
    cases=CASES,
    play=playing(KEEP),
    reference=KEEP,
    checks=(
        contract(SHARES),
        value(SHARES, "out"),
        mask(SHARES),
        told(gradient(SHARES, loss=own_upstream)),
        numeric_gradient(BACKWARD, loss=own_upstream),
        told(robustness(SHARES)),
        deterministic({FORWARD: SHARES[FORWARD]}),  # of the backward pass what does not depend on the mask is rounded
    ),
    ways={"dropout": KEEP.name},
)
OTHERWISE = (
    replace(GROUP, play=playing(DROP), reference=DROP, ways={"dropout": DROP.name}),
    replace(
        GROUP,
        play=playing(VANILLA),
        reference=VANILLA,
        ways={"dropout": VANILLA.name},
        # What a backward pass does in test mode is not asked there: some multiply by p as well, some do not.
        cases=tuple(replace(case, graded=("out",)) if case.name == "test mode" else case for case in CASES),
    ),
)

# --------------------------------------------------------------------------- the handout

STARTER = '''"""Dropout."""

import numpy as np


def dropout_forward(x, dropout_param):
    """Inverted dropout of x, an array of any shape.

    dropout_param has "p", the probability that a unit is KEPT, and "mode": in "train" every unit is kept or dropped by
    itself, and kept units are scaled so that the mean of out is that of x; in "test" out is x. With "seed" the same
    seed gives the same mask.
    """
    p, mode = dropout_param["p"], dropout_param["mode"]
    if "seed" in dropout_param:
        np.random.seed(dropout_param["seed"])

    out, mask = None, None
    cache = (dropout_param, mask)
    return out, cache


def dropout_backward(dout, cache):
    """dout and dx have the shape of x."""
    dropout_param, mask = cache
    dx = None
    return dx
'''

SOLUTION = """import numpy as np


def dropout_forward(x, dropout_param):
    p, mode = dropout_param["p"], dropout_param["mode"]
    if "seed" in dropout_param:
        np.random.seed(dropout_param["seed"])

    mask = None
    if mode == "train":
        mask = (np.random.rand(*x.shape) < p) / p
        out = x * mask
    else:
        out = x
    cache = (dropout_param, mask)
    return out, cache


def dropout_backward(dout, cache):
    dropout_param, mask = cache
    if dropout_param["mode"] == "train":
        dx = dout * mask
    else:
        dx = dout
    return dx
"""

ASSIGNMENT = Assignment(
    slug="dropout",
    groups=(replace(GROUP, otherwise=OTHERWISE),),
    files=("layers.py",),
    supply=("layer_utils", "fast_layers", "optim", "solver", "data_utils", "gradient_check", "vis_utils"),
    starter={"layers.py": STARTER},
    solution={"layers.py": SOLUTION},
)
