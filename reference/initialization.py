"""initialization: how the weights of a layer are drawn, and what becomes of the activations layer by layer.

`init_weights(fan_in, fan_out, kind)` gives (fan_in, fan_out) weights: zeros, small (standard deviation 0.01), xavier
(sqrt(1 / fan_in), the form of the course's notes; Glorot and Bengio 2010 have sqrt(2 / (fan_in + fan_out)), a
convention) or he (sqrt(2 / fan_in), He et al. 2015), normal or uniform, with mean 0.

Weights cannot be compared, only measured: of n numbers the root mean square is known to 1 / sqrt(2 n), the mean to
1 / sqrt(n) deviations, the kurtosis to sqrt(24 / n). Nobody within six of these is turned down: of 90,000 numbers
that is 1.4 %, 0.02 and 0.1. A ramp, sorted numbers or one row for all have all that, but rows or columns whose means
are further apart than those of numbers that are drawn one by one.

`activation_stats(X, weights, activation)` gives (mean, standard deviation, fraction of zeros) of each layer's
activations h = activation(h_before W). The activation is a function of ours.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from grader.checks import contract, deterministic, parts, robustness, split, value, wide
from grader.checks.describe import described, shape_text
from grader.checks.drawn import one_by_one
from grader.checks.faults import Unusable
from grader.checks.playing import at_once
from grader.core import (
    Assignment,
    Case,
    CaseKind,
    Function,
    Group,
    Inputs,
    Message,
    Output,
    Outputs,
    Play,
    Program,
    Raised,
    Returned,
    StudentFault,
    Value,
)

Array = NDArray[np.float64]
Spread = Callable[[int, int], float]

INIT, STATS = "init_weights", "activation_stats"
WITHIN = 0.03  # of the root mean square; six sigma of 90,000 numbers are 1.4 %, of 32,000 2.4 %
SIGMAS = 6.0
NORMAL, UNIFORM = 3.0, 1.8  # kurtosis
ANOTHER = 2  # seed of the second draw
FLAGS = ("mean_is_0", "normal_or_uniform", "drawn_one_by_one", "draws_differ")
SPREAD = "root_mean_square"
COLUMNS = ("mean", "std", "zeros")
MOST_NUMBERS = 100_000  # of what an activation of ours is asked; no case has a tenth of it


# --------------------------------------------------------------------------- the solution


def fan_in(inputs: int, outputs: int) -> float:
    """Of Xavier's weights as the course's notes have it."""
    return float(np.sqrt(1 / inputs))


def glorot(inputs: int, outputs: int) -> float:
    """Of Xavier's weights as the paper has it."""
    return float(np.sqrt(2 / (inputs + outputs)))


def drawn(xavier: Spread) -> Callable[[Inputs], Outputs]:
    """What can be said of weights before they are drawn."""

    def reference(inputs: Inputs) -> Outputs:
        sizes = inputs["fan_in"], inputs["fan_out"]
        stds = {"zeros": 0.0, "small": 0.01, "xavier": xavier(*sizes), "he": float(np.sqrt(2 / sizes[0]))}
        return {SPREAD: stds[inputs["kind"]], **dict.fromkeys(FLAGS, 1)}

    return reference


def statistics(inputs: Inputs) -> Outputs:
    """Mean, standard deviation and fraction of zeros of h = activation(h W), layer by layer."""
    h, layers = wide(inputs["X"]), []
    for W in inputs["weights"]:
        h = inputs["activation"](h @ wide(W))
        layers.append((h.mean(), h.std(), np.mean(h == 0)))
    return dict(zip(COLUMNS, np.array(layers).T, strict=True))


# --------------------------------------------------------------------------- the cases


@dataclass(frozen=True, slots=True)
class Sizes:
    """Draws sizes within a twentieth of these. `name` is that of the case; `twice`: two draws are asked for."""

    name: str
    kind: str
    inputs: int
    outputs: int
    twice: bool = False

    def __call__(self, rng: np.random.RandomState) -> Inputs:
        near = [int(size * rng.uniform(0.95, 1.05)) for size in (self.inputs, self.outputs)]
        return {"fan_in": near[0], "fan_out": near[1], "kind": self.kind, "case": self.name, "twice": self.twice}


def sized(draw: Sizes, check: CaseKind = "ordinary", *further: str) -> Case:
    """A case in which the spread counts, and what stands behind it."""
    return Case(draw.name, draw, check, graded=(SPREAD, *further), tolerance=WITHIN)


INIT_CASES = (
    sized(Sizes("base", "xavier", 400, 250)),
    sized(Sizes("he", "he", 150, 600)),
    sized(Sizes("small", "small", 200, 160)),
    sized(Sizes("zeros", "zeros", 70, 50)),
    sized(Sizes("more inputs", "he", 400, 250), "robustness", *FLAGS[:-1]),
    sized(Sizes("more outputs", "xavier", 150, 600), "robustness", *FLAGS[:-1]),
    Case("another draw", Sizes("another draw", "xavier", 60, 40, twice=True), "robustness", graded=("draws_differ",)),
)


@dataclass(frozen=True, slots=True)
class Activation:
    """A function that student code is handed; `python` is how it is written."""

    formula: Callable[[Array], Array]
    python: str

    def __call__(self, x: Value) -> Array:
        return self.formula(numbers(x))


RELU = Activation(lambda x: np.maximum(x, 0.0), "lambda x: np.maximum(x, 0.0)")
TANH = Activation(np.tanh, "np.tanh")


def numbers(x: Value) -> Array:
    """What student code hands to an activation of ours; it is told of what is no array of numbers."""
    number = isinstance(x, (int, float, np.generic, np.ndarray)) and np.asarray(x).dtype.kind in "iuf"
    if not number or np.size(x) > MOST_NUMBERS:
        raise Raised("TypeError", "the activation takes an array of numbers, the values of one layer")
    return wide(x)


@dataclass(frozen=True, slots=True)
class Net:
    """Draws samples X (n, widths[0]) and a weight matrix for each further width.

    The standard deviation of the weights is `gain` / sqrt(inputs): 1 keeps the spread with tanh, sqrt(2) with ReLU.
    """

    activation: Callable[[Value], Array]
    gain: float
    widths: tuple[int, ...] = (30, 25, 20, 16, 12)
    n: int = 18

    def __call__(self, rng: np.random.RandomState) -> Inputs:
        pairs = zip(self.widths[:-1], self.widths[1:], strict=True)
        return {
            "X": rng.standard_normal((self.n, self.widths[0])),
            "weights": [self.gain / np.sqrt(into) * rng.standard_normal((into, out)) for into, out in pairs],
            "activation": self.activation,
        }


STATS_CASES = (
    Case("base", Net(RELU, np.sqrt(2))),
    Case("tanh", Net(TANH, 1.0)),
    Case("relu, small weights", Net(RELU, 0.05)),
    Case("tanh, small weights", Net(TANH, 0.05, (20, 30, 25))),
    Case("tanh, large weights", Net(TANH, 6.0), "robustness"),
    Case("weights 0", Net(RELU, 0.0, (12, 10, 8)), "robustness"),
    Case("one layer", Net(RELU, 1.0, (14, 9)), "robustness"),
    Case("N=1", Net(RELU, np.sqrt(2), (14, 9, 7, 5), n=1), "robustness"),
)
SHOWN = (Case("relu", Net(RELU, 1.0, (3, 2, 2), n=2)), Case("tanh", Net(TANH, 1.0, (3, 2, 2), n=2)))


# --------------------------------------------------------------------------- the play


def play_init(program: Program, batch: Sequence[Inputs]) -> list[Play]:
    """One draw each; and where only its being random counts another one, seeded differently."""
    first = program.map(INIT, [sizes_of(inputs) for inputs in batch])
    again = [number for number, inputs in enumerate(batch) if inputs["twice"]]
    second = program.map(INIT, [sizes_of(batch[number]) for number in again], seed=ANOTHER) if again else []
    others = dict(zip(again, second, strict=True))
    return [_drawn(inputs, first[number], others.get(number)) for number, inputs in enumerate(batch)]


def sizes_of(inputs: Inputs) -> tuple[Value, ...]:
    return inputs["fan_in"], inputs["fan_out"], inputs["kind"]


def _drawn(inputs: Inputs, came: Returned | Raised, again: Returned | Raised | None) -> Play:
    try:
        W = weights(inputs, came)
        outputs: dict[str, Value] = {**measured(W)}
        if again is not None:
            outputs["draws_differ"] = int(unlike(W, weights(inputs, again)))
        return Play(outputs)
    except StudentFault as fault:
        return Play({}, {INIT: fault})


def weights(inputs: Inputs, came: Returned | Raised) -> Array:
    """What was returned, which must be numbers of the right shape: others cannot be measured."""
    if isinstance(came, Raised):
        raise came
    shape = (inputs["fan_in"], inputs["fan_out"])
    about = {"output": "W", "case": inputs["case"], "expected": shape_text(shape)}
    if came.value is None:
        raise Unusable(Message("checks.form.none", {"output": "W", "case": inputs["case"]}), empty=True)
    if not isinstance(came.value, np.ndarray) or came.value.dtype.kind not in "iuf":
        raise Unusable(Message("checks.form.not-numbers", {**about, "actual": described(came.value)}))
    if came.value.shape != shape:
        raise Unusable(Message("checks.form.shape", {**about, "actual": shape_text(came.value.shape)}))
    return wide(came.value)


def measured(W: Array) -> Outputs:
    """The spread, and whether mean, kurtosis, and the means of rows and columns are within six sigma of what they
    should be."""
    mean, std = float(W.mean()), float(W.std())
    spread = {SPREAD: float(np.hypot(mean, std))}
    if not std > 0:
        return {**spread, **dict.fromkeys(FLAGS[:-1], 0)}
    kurtosis, sigma = float(np.mean((((W - mean) / std) ** 2) ** 2)), np.sqrt(24 / W.size)
    return {
        **spread,
        "mean_is_0": int(abs(mean) <= SIGMAS * std / np.sqrt(W.size)),
        "normal_or_uniform": int(min(abs(kurtosis - NORMAL), abs(kurtosis - UNIFORM)) <= SIGMAS * sigma),
        "drawn_one_by_one": int(one_by_one(W)),
    }


def unlike(one: Array, other: Array) -> bool:
    """Have two draws nothing to do with each other? Their correlation is 0 to 1 / sqrt(n) then."""
    product = float(np.mean((one - one.mean()) * (other - other.mean())))
    return abs(product) <= SIGMAS * one.std() * other.std() / np.sqrt(one.size) and not np.array_equal(one, other)


def play_stats(program: Program, batch: Sequence[Inputs]) -> list[Play]:
    """What was returned for each layer, as one array of means, one of deviations, one of fractions."""
    given = [tuple(inputs[name] for name in ("X", "weights", "activation")) for inputs in batch]
    return [_told(came) for came in at_once(program, STATS, given)]


def _told(came: Returned | StudentFault) -> Play:
    if isinstance(came, StudentFault):
        return Play({}, {STATS: came})
    try:
        rows = [parts(_row(row), *COLUMNS) for row in _row(came.value)]
    except Unusable as fault:
        return Play({}, {STATS: fault})
    return Play({name: _array([row[place] for row in rows]) for place, name in enumerate(COLUMNS)})


def _row(value: Value) -> Value:
    """The rows of an array, or its numbers, as a list."""
    if isinstance(value, np.ndarray) and value.ndim:
        return list(value)
    if not isinstance(value, (list, tuple)):
        about = {"expected": "(mean, std, zeros), ...", "actual": described(value)}
        raise Unusable(Message("checks.unusable", about), empty=value is None)
    return value


def _array(numbers: list[Value]) -> Value:
    """An array of single numbers; anything else is wrong as it stands."""
    single = all(isinstance(one, (int, float, np.ndarray, np.generic)) and np.ndim(one) == 0 for one in numbers)
    return np.array(numbers) if single else numbers


# --------------------------------------------------------------------------- what is asked of whom


def drawing() -> Group:
    """The weights; whose Xavier counts the outputs too follows another convention."""
    shares = {INIT: split(8, gradient=False, loss=False)}
    group = Group(
        INIT,
        functions=(Function(INIT, "(fan_in, fan_out, kind) -> W", Fraction(8), draws=True),),
        outputs=(
            Output(SPREAD, INIT, "value"),
            *(Output(name, INIT, "value", integer=True) for name in FLAGS),
        ),
        cases=INIT_CASES,
        play=play_init,
        reference=drawn(fan_in),
        checks=(contract(shares), value(shares), robustness(shares)),
        ways={"xavier": "fan-in-for-xavier"},
    )
    return replace(group, otherwise=(replace(group, reference=drawn(glorot), ways={"xavier": "glorot-for-fan-in"}),))


def measuring() -> Group:
    """The activations layer by layer."""
    shares = {STATS: split(4, gradient=False, loss=False)}
    return Group(
        STATS,
        functions=(Function(STATS, "(X, weights, activation) -> [(mean, std, zeros), ...]", Fraction(4)),),
        outputs=tuple(Output(name, STATS, "value") for name in COLUMNS),
        cases=STATS_CASES,
        play=play_stats,
        reference=statistics,
        checks=(contract(shares), value(shares), robustness(shares), deterministic(shares)),
        shown=SHOWN,
    )


STARTER = '''"""How weights are drawn at the start, and what becomes of the activations layer by layer."""

import numpy as np


def init_weights(fan_in, fan_out, kind):
    """Weights (fan_in, fan_out) with mean 0, normal or uniform. kind is one of
    "zeros"; "small": standard deviation 0.01; "xavier": sqrt(1 / fan_in); "he": sqrt(2 / fan_in)."""
    W = None
    return W


def activation_stats(X, weights, activation):
    """X (N, D) goes through the layers h = activation(h.dot(W)), one for each matrix W of the list weights.

    A list with one tuple for each layer: mean, standard deviation, and fraction of zeros of its activations.
    """
    stats = None
    return stats
'''

SOLUTION = """import numpy as np


def init_weights(fan_in, fan_out, kind):
    if kind == "zeros":
        return np.zeros((fan_in, fan_out))
    if kind == "small":
        std = 0.01
    elif kind == "xavier":
        std = np.sqrt(1.0 / fan_in)
    elif kind == "he":
        std = np.sqrt(2.0 / fan_in)
    W = std * np.random.randn(fan_in, fan_out)
    return W


def activation_stats(X, weights, activation):
    stats = []
    h = X
    for W in weights:
        before = h.dot(W)
        h = activation(before)
        stats.append((np.mean(h), np.std(h), np.mean(h == 0)))
    return stats
"""

ASSIGNMENT = Assignment(
    slug="initialization",
    groups=(drawing(), measuring()),
    files=("initialization.py",),
    supply=("layers", "layer_utils", "data_utils", "gradient_check", "vis_utils"),
    starter={"initialization.py": STARTER},
    solution={"initialization.py": SOLUTION},
)
