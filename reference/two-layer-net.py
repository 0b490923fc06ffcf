"""two-layer-net: affine - ReLU - affine - softmax, in the two editions of the class `TwoLayerNet`.

First edition: `TwoLayerNet(input_size, hidden_size, output_size, std)` with `loss(X, y=None, reg)`, `train`, `predict`;
L2 term reg * sum(W^2). Second: `TwoLayerNet(input_dim, hidden_dim, num_classes, weight_scale, reg)` with
`loss(X, y=None)`; L2 term 0.5 * reg * sum(W^2). Biases are never regularised. Which one it is, the constructor says.

The object stays in the box. Its parameters are overwritten after construction, so that every number is ours, and for
`train` and `predict` its `loss` is too: a training loop is judged by what it does with losses and gradients that are
given, not by the loss it was handed in with. Our loss also sees every minibatch.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from grader.checks import (
    Sanity,
    contract,
    deterministic,
    each,
    gradient,
    initial_loss,
    numeric_gradient,
    parts,
    robustness,
    split,
    value,
    wide,
)
from grader.checks.form import real_numbers
from grader.checks.learning import Learned, descend, learning
from grader.checks.linear_loss import close_to_the_start
from grader.core import (
    Assignment,
    Case,
    Function,
    Group,
    Handle,
    Inputs,
    Output,
    Outputs,
    Program,
    Raised,
    Submission,
    Value,
)

Array = NDArray[np.float64]
Draw = Callable[[np.random.RandomState], Inputs]
Edition = Literal["input_size", "input_dim"]  # the name of the constructor's first argument

PARAMS = ("W1", "b1", "W2", "b2")
AWAY = 1e-2  # least distance of a pre-activation from the kink of ReLU
COVERED = 0.9  # share of the training samples that 60 minibatches must have visited
MOST_ROWS = 1000  # of what a loss of ours is asked; no case has a tenth of it
MOST_STEPS = 1000  # minibatches that a run may ask about; no case has a tenth of it


# --------------------------------------------------------------------------- the solution


def scores_of(params: Mapping[str, Array], X: Array) -> Array:
    """relu(X W1 + b1) W2 + b2. Shapes: X (N, D), W1 (D, H), W2 (H, C), scores (N, C)."""
    hidden = wide(X) @ params["W1"] + params["b1"]
    return np.where(hidden.real > 0, hidden, 0.0) @ params["W2"] + params["b2"]


def net(inputs: Inputs, half: float) -> Outputs:
    """Scores, loss and every gradient; the L2 term is half * reg * sum(W^2)."""
    X, y, strength = wide(inputs["X"]), inputs["y"], 2 * half * inputs["reg"]
    W1, b1, W2, _ = (wide(inputs[name]) for name in PARAMS)
    before = X @ W1 + b1
    hidden = np.where(before.real > 0, before, 0.0)
    scores = scores_of(inputs, X)
    shifted = scores - scores.real.max(axis=1, keepdims=True)
    total = np.exp(shifted).sum(axis=1, keepdims=True)
    rows = np.arange(len(y))
    data = np.mean(np.log(total[:, 0]) - shifted[rows, y])
    dscores = np.exp(shifted) / total
    dscores[rows, y] -= 1
    dscores /= len(y)
    dbefore = np.where(before.real > 0, dscores @ W2.T, 0.0)
    return {
        "scores": scores,
        "loss": data + 0.5 * strength * (np.sum(W1 * W1) + np.sum(W2 * W2)),
        "dW1": X.T @ dbefore + strength * W1,
        "db1": dbefore.sum(axis=0),
        "dW2": hidden.T @ dscores + strength * W2,
        "db2": dscores.sum(axis=0),
    }


# --------------------------------------------------------------------------- the cases


@dataclass(frozen=True, slots=True)
class Sizes:
    """N samples of D numbers, H hidden units, C classes."""

    n: int
    d: int
    h: int
    c: int

    def params(self, rng: np.random.RandomState, scale: float = 1.0, bias: float = 0.5) -> dict[str, Array]:
        """Weights and biases that are not zero."""
        return {
            "W1": scale * rng.standard_normal((self.d, self.h)) / np.sqrt(self.d),
            "b1": bias * rng.standard_normal(self.h),
            "W2": scale * 2 * rng.standard_normal((self.h, self.c)) / np.sqrt(self.h),
            "b2": bias * rng.standard_normal(self.c),
        }


@dataclass(frozen=True, slots=True)
class Situation:
    """Draws parameters, samples and labels; every pre-activation is at least 1e-2 away from 0.

    `scale` is the size of the weights, `bias` that of the biases; `last` is added to all biases of the last layer.
    `start`: the weights are so small that the loss is still close to log C.
    """

    sizes: Sizes
    reg: float
    scale: float = 1.0
    bias: float = 0.5
    last: float = 0.0
    start: bool = False
    shape: Callable[[Array], Array] = np.asarray

    def __call__(self, rng: np.random.RandomState) -> Inputs:
        size = self.sizes
        while True:
            params, X = size.params(rng, self.scale, self.bias), rng.standard_normal((size.n, size.d))
            y = rng.randint(size.c, size=size.n)
            smooth = np.abs(X @ params["W1"] + params["b1"]).min() > AWAY * self.scale
            if smooth and (not self.start or close_to_the_start(scores_of(params, X), y)):
                break
        params["b2"] += self.last
        shaped = {name: self.shape(array) for name, array in {**params, "X": X}.items()}
        return {**shaped, "y": y, "reg": self.reg}


def strided(array: Array) -> Array:
    """The same numbers as a view into a larger array."""
    wider = np.zeros([2 * n for n in array.shape])
    view = wider[tuple(slice(None, None, 2) for _ in array.shape)]
    view[...] = array
    return view


LOSS_CASES = (
    Case("base", Situation(Sizes(6, 4, 7, 5), 0.5)),
    Case("small W", Situation(Sizes(8, 5, 6, 4), 0.0, scale=0.12, bias=0.0, start=True)),
    Case("reg=0", Situation(Sizes(5, 6, 4, 3), 0.0)),
    Case("reg=0.1", Situation(Sizes(7, 3, 5, 6), 0.1)),
    Case("reg=2", Situation(Sizes(4, 5, 6, 3), 2.0)),
    Case("N=1", Situation(Sizes(1, 4, 6, 3), 0.5), "robustness"),
    Case("C=2", Situation(Sizes(6, 4, 5, 2), 0.5), "robustness"),
    Case("H=1", Situation(Sizes(6, 4, 1, 3), 0.5), "robustness"),
    Case("D=1", Situation(Sizes(5, 1, 6, 4), 0.5), "robustness"),
    Case("square", Situation(Sizes(5, 5, 5, 5), 0.5), "robustness"),
    Case("F-order", Situation(Sizes(6, 4, 7, 5), 0.5, shape=np.asfortranarray), "robustness"),
    Case("strided", Situation(Sizes(6, 4, 7, 5), 0.5, shape=strided), "robustness"),
    Case("b2+1000", Situation(Sizes(6, 4, 5, 3), 0.5, last=1000.0), "stability"),
)


# --------------------------------------------------------------------------- the object in the box


def made(program: Program, inputs: Inputs, edition: Edition) -> Handle:
    """A net of the right sizes whose parameters are those of `inputs`."""
    (d, h), c = np.shape(inputs["W1"]), np.shape(inputs["W2"])[1]
    if edition == "input_size":
        built = program.call("TwoLayerNet", d, h, c, 1e-2).value
    else:
        built = program.call("TwoLayerNet", d, h, c, weight_scale=1e-2, reg=inputs["reg"]).value
    if not isinstance(built, Handle):
        raise Raised("TypeError", "TwoLayerNet(...) gives no object")
    program.set(built, "params", {name: inputs[name] for name in PARAMS})
    return built


def strength(inputs: Inputs, edition: Edition) -> tuple[Value, ...]:
    """The last argument of `loss`, where it has one: the second edition is told once, when it is made."""
    return (inputs["reg"],) if edition == "input_size" else ()


def play_loss(edition: Edition) -> Callable[[Program, Inputs], Iterable[tuple[str, Value]]]:
    """The call for scores, and the call for the loss and the gradients."""

    def steps(program: Program, inputs: Inputs) -> Iterable[tuple[str, Value]]:
        loss = (made(program, inputs, edition), "loss")
        yield "scores", program.call(loss, inputs["X"]).value
        returned = program.call(loss, inputs["X"], inputs["y"], *strength(inputs, edition)).value
        number, grads = parts(returned, "loss", "grads")
        yield "loss", number
        known = grads if isinstance(grads, dict) else {}
        yield from ((f"d{name}", known.get(name)) for name in PARAMS)

    return steps


def by_heart(edition: Edition) -> Callable[[Program, np.random.RandomState], Learned]:
    """Full-batch gradient descent of ours on the student's loss and gradients: eight samples by heart."""

    def train(program: Program, rng: np.random.RandomState) -> Learned:
        start = Sizes(8, 8, 20, 3).params(rng)
        X, y = 2 * np.eye(8) + 0.3 * rng.standard_normal((8, 8)), np.arange(8) % 3
        inputs = {**start, "reg": 0.0}
        held = made(program, inputs, edition)

        def step(params: Mapping[str, Array]) -> tuple[Value, Mapping[str, Value]]:
            program.set(held, "params", dict(params))
            returned = program.call((held, "loss"), X, y, *strength(inputs, edition)).value
            loss, grads = parts(returned, "loss", "grads")
            return loss, grads if isinstance(grads, dict) else {}

        with np.errstate(all="ignore"):  # a wrong gradient may lead anywhere
            params, losses = descend(step, start, rate=0.5, steps=40)
            right = scores_of(params, X).argmax(axis=1) == y
        return Learned(losses[0], losses[-1], float(right.mean()))

    return train


# --------------------------------------------------------------------------- predict


@dataclass(frozen=True, slots=True)
class Forward:
    """Stands in for the student's loss: `loss(X)` gives the scores that the parameters give."""

    params: Mapping[str, Array]

    def __call__(self, X: Value, y: Value = None, reg: Value = 0.0) -> Value:
        with np.errstate(all="ignore"):  # student code may ask for anything
            return scores_of(self.params, features(X, len(self.params["W1"])))


def features(X: Value, d: int) -> Array:
    """What student code hands to a loss of ours; it is told of what is no table of samples."""
    if X is None:
        raise Raised("ValueError", f"X is None; an array of shape (N, {d}) belongs there")
    if not isinstance(X, np.ndarray) or X.dtype.kind not in "iuf" or X.ndim != 2 or X.shape[1] != d:
        raise Raised("ValueError", f"X is no array of shape (N, {d})")
    if len(X) > MOST_ROWS:  # it is kept on this side, and its answer has to go back
        raise Raised("ValueError", f"X has {len(X)} rows; there are not that many samples")
    return wide(X)


def play_predict(program: Program, inputs: Inputs) -> Iterable[tuple[str, Value]]:
    held = made(program, inputs, "input_size")
    program.set(held, "loss", Forward(inputs))
    yield "labels", program.call((held, "predict"), inputs["X"]).value


def predicted(inputs: Inputs) -> Outputs:
    return {"labels": scores_of(inputs, inputs["X"]).argmax(axis=1)}


def clear(sizes: Sizes) -> Draw:
    """Scores whose best class is ahead by 1e-3 at least, and of which more than one class comes out best."""

    def draw(rng: np.random.RandomState) -> Inputs:
        while True:
            inputs = Situation(sizes, 0.0)(rng)
            ordered = np.sort(scores_of(inputs, inputs["X"]), axis=1)
            ahead = (ordered[:, -1] - ordered[:, -2]).min() > 1e-3
            if ahead and (sizes.n == 1 or len(set(predicted(inputs)["labels"])) > 1):
                return inputs

    return draw


PREDICT_CASES = (
    Case("base", clear(Sizes(9, 4, 7, 5))),
    Case("C=2", clear(Sizes(8, 5, 6, 2))),
    Case("N=1", clear(Sizes(1, 4, 6, 3)), "robustness"),
    Case("N=C", clear(Sizes(4, 5, 6, 4)), "robustness"),
)


# --------------------------------------------------------------------------- train


def as_array(numbers: Value) -> Value:
    """A list of numbers is as good as an array of them."""
    plain = isinstance(numbers, list) and all(isinstance(one, (int, float, np.ndarray, np.generic)) for one in numbers)
    return np.array(numbers, np.float64) if plain and all(np.ndim(one) == 0 for one in numbers) else numbers


def labels_of(numbers: Array, known: NDArray[np.int64]) -> NDArray[np.int64]:
    """The labels of the rows with these numbers; numbers that no row has get those of the nearest."""
    return np.asarray(known[np.clip(np.nan_to_num(numbers), 0, len(known) - 1).astype(int)])


@dataclass(slots=True)
class Script:
    """Stands in for the student's loss and predict while `train` runs: answers that are fixed beforehand.

    Row i of X has the number i in its first column, by which each row of a minibatch is known. Step t gets `losses[t]`
    and `steps[t]` as loss and gradients, whatever the batch.
    """

    inputs: Inputs
    rows: list[Array] = field(default_factory=list)  # of each minibatch, the numbers of its rows
    regs: list[float] = field(default_factory=list)
    paired: int = 0  # minibatches whose labels belong to their rows

    def loss(self, X: Value, y: Value = None, reg: Value = 0.0) -> Value:
        if X is None and y is None and isinstance(reg, float) and reg == self.inputs["reg"]:
            raise Raised("NotImplementedError", "the minibatch is not drawn yet")  # the loop as it is handed out
        numbers = self._numbers(X)
        if y is None:
            return np.eye(self.inputs["classes"])[self._answers(numbers)]
        if len(self.rows) >= MOST_STEPS:
            raise Raised("RuntimeError", "the loss is asked for far more often than num_iters")
        at = min(len(self.rows), len(self.inputs["losses"]) - 1)
        self.rows.append(numbers)
        labels = real_numbers(y)
        self.paired += labels is not None and np.array_equal(labels.ravel(), labels_of(numbers, self.inputs["y"]))
        self.regs.append(float(reg) if isinstance(reg, (int, float)) else float("nan"))
        return self.inputs["losses"][at], self.inputs["steps"][at]

    def predict(self, X: Value) -> Value:
        return self._answers(self._numbers(X))

    def _numbers(self, X: Value) -> Array:
        return features(X, self.inputs["X"].shape[1])[:, 0].copy()

    def _answers(self, numbers: Array) -> NDArray[np.int64]:
        """Right for all training samples or none, whatever the minibatch; for some of the validation samples."""
        return labels_of(numbers, self.inputs["answers"])

    @property
    def covered(self) -> float:
        """The share of the training samples that were in some minibatch."""
        return len(set(np.concatenate(self.rows).tolist())) / len(self.inputs["X"])


SETTINGS = ("learning_rate", "learning_rate_decay", "reg", "num_iters", "batch_size")
HISTORIES = ("loss_history", "train_acc_history", "val_acc_history")


def histories(program: Program, stats: Value) -> Iterable[tuple[str, Value]]:
    """What a returned dict has under their names, also where it holds too much to leave the box as a whole."""
    if isinstance(stats, Handle) and stats.type == "dict":
        there = [name for name in HISTORIES if program.call((stats, "__contains__"), name).value is True]
        yield from ((name, as_array(program.call((stats, "get"), name).value)) for name in there)
    elif isinstance(stats, dict):
        yield from ((name, as_array(stats[name])) for name in HISTORIES if name in stats)
    elif stats is None:
        yield from ((name, None) for name in HISTORIES)


def play_train(program: Program, inputs: Inputs) -> Iterable[tuple[str, Value]]:
    held, script = made(program, inputs, "input_size"), Script(inputs)
    program.set(held, "loss", script.loss)
    program.set(held, "predict", script.predict)
    samples = (inputs[name] for name in ("X", "y", "X_val", "y_val"))
    settings = {name: inputs[name] for name in SETTINGS}
    stats = program.call((held, "train"), *samples, **settings, verbose=False).value
    yield from histories(program, stats)
    params = program.get(held, "params")
    yield from ((name, params.get(name) if isinstance(params, dict) else None) for name in PARAMS)
    if script.rows:
        yield "batch_rows", np.array([len(rows) for rows in script.rows])
        yield "batches_with_their_labels", script.paired
        yield "most_samples_visited", int(script.covered >= COVERED)
        yield "reg_of_each_step", np.array(script.regs)


def trained(inputs: Inputs) -> Outputs:
    """What a loop of plain gradient descent does with these losses and gradients.

    The rate decays after every step whose number is a multiple of the steps of an epoch, 0 included; the accuracies
    are taken at these steps too.
    """
    steps = inputs["num_iters"]
    epoch = max(len(inputs["X"]) // inputs["batch_size"], 1)
    rate, params = inputs["learning_rate"], {name: wide(inputs[name]) for name in PARAMS}
    for step in range(steps):
        params = {name: params[name] - rate * inputs["steps"][step][name] for name in PARAMS}
        rate *= inputs["learning_rate_decay"] if step % epoch == 0 else 1.0
    epochs = len(range(0, steps, epoch))
    right = inputs["answers"] == np.append(inputs["y"], inputs["y_val"])
    samples = len(inputs["X"])
    return {
        "loss_history": np.array(inputs["losses"]),
        "train_acc_history": np.full(epochs, right[:samples].mean()),
        "val_acc_history": np.full(epochs, right[samples:].mean()),
        **params,
        "batch_rows": np.full(steps, inputs["batch_size"]),
        "batches_with_their_labels": steps,
        "most_samples_visited": 1,
        "reg_of_each_step": np.full(steps, inputs["reg"]),
    }


@dataclass(frozen=True, slots=True)
class Loop:
    """Draws a training run: samples with their numbers, and a loss and gradients for every step."""

    n: int
    batch_size: int
    num_iters: int
    decay: float = 0.9

    def __call__(self, rng: np.random.RandomState) -> Inputs:
        sizes, n_val = Sizes(self.n, 4, 6, 3), 8
        numbers = np.arange(self.n + n_val, dtype=float)[:, None]
        samples = np.hstack([numbers, rng.standard_normal((self.n + n_val, sizes.d - 1))])
        labels = rng.randint(sizes.c, size=self.n + n_val)
        right = np.append(np.full(self.n, rng.randint(2)), np.arange(n_val) < rng.randint(1, n_val))
        answers = np.where(right, labels, (labels + 1) % sizes.c)
        return {
            **sizes.params(rng),
            "X": samples[: self.n],
            "y": labels[: self.n],
            "X_val": samples[self.n :],
            "y_val": labels[self.n :],
            "classes": sizes.c,
            "answers": answers,
            "losses": [float(loss) for loss in 1 + rng.random_sample(self.num_iters)],
            "steps": [sizes.params(rng) for _ in range(self.num_iters)],
            "learning_rate": 0.1,
            "learning_rate_decay": self.decay,
            "reg": 0.25,
            "num_iters": self.num_iters,
            "batch_size": self.batch_size,
        }


STEP_BY_STEP = (*HISTORIES, *PARAMS, "batch_rows", "batches_with_their_labels", "reg_of_each_step")
TRAIN_CASES = (
    Case("base", Loop(12, 4, 7), graded=STEP_BY_STEP),
    Case("60 steps", Loop(20, 5, 60)),
    Case("decay=1", Loop(15, 5, 5, decay=1.0), "robustness", graded=STEP_BY_STEP),
    Case("batch=N", Loop(6, 6, 4), "robustness", graded=STEP_BY_STEP),
    Case("one step", Loop(8, 2, 1), "robustness", graded=STEP_BY_STEP),
)


# --------------------------------------------------------------------------- the constructor of the second edition


def built(rng: np.random.RandomState, d: int, h: int, c: int, scale: float) -> Inputs:
    return {"sizes": (d, h, c), "scale": scale, "seed": int(rng.randint(2**31))}


def play_constructor(program: Program, inputs: Inputs) -> Iterable[tuple[str, Value]]:
    """The spread of the weights is their root mean square over the scale that was asked for: 1 but for chance."""
    made_net = program.call("TwoLayerNet", *inputs["sizes"], weight_scale=inputs["scale"], reg=0.0, seed=inputs["seed"])
    params = program.get(made_net.value, "params") if isinstance(made_net.value, Handle) else None
    known = params if isinstance(params, dict) else {}
    for name in ("W1", "W2"):
        W = known.get(name)
        if isinstance(W, np.ndarray) and W.dtype.kind == "f" and W.size:
            yield f"{name}_shape", np.array(W.shape)
            yield f"{name}_spread", float(np.sqrt(np.mean(np.square(W)))) / inputs["scale"]
    yield from ((name, known.get(name)) for name in ("b1", "b2"))


def constructed(inputs: Inputs) -> Outputs:
    d, h, c = inputs["sizes"]
    shapes = {"W1_shape": np.array([d, h]), "W2_shape": np.array([h, c])}
    return {**shapes, "W1_spread": 1.0, "W2_spread": 1.0, "b1": np.zeros(h), "b2": np.zeros(c)}


SIX_SIGMA = 0.14  # of the root mean square of at least 1000 normal numbers: 6 / sqrt(2 * 1000) is 0.134
CONSTRUCTOR_CASES = (
    Case("base", lambda rng: built(rng, 60, 50, 20, 1e-2), tolerance=SIX_SIGMA),
    Case("weight_scale=1", lambda rng: built(rng, 30, 40, 25, 1.0), tolerance=SIX_SIGMA),
)


# --------------------------------------------------------------------------- what is asked of whom


def loss_group(edition: Edition, scores: int, rest: int) -> Group:
    """`TwoLayerNet.loss`: the points of the scores are value points, those of loss and gradients are split as usual."""
    name, half = "TwoLayerNet.loss", 1.0 if edition == "input_size" else 0.5
    shares = {name: {**split(rest), "value": split(rest)["value"] + scores}}
    sanity = Sanity(
        formula="log C",
        expected=lambda inputs: float(np.log(inputs["W2"].shape[1])),
        case="small W",
        unregularised={"reg": 0.0},
        l2=lambda inputs: half * inputs["reg"] * float(np.sum(inputs["W1"] ** 2) + np.sum(inputs["W2"] ** 2)),
        samples=("X", "y"),
    )
    signature = "(X, y=None, reg=0.0)" if edition == "input_size" else "(X, y=None)"
    return Group(
        name,
        functions=(
            Function(
                name, f"{signature} -> scores, or (loss, grads)", Fraction(scores + rest), draws=True
            ),  # the weights
        ),
        outputs=(
            Output("scores", name, "value"),
            Output("loss", name, "value"),
            *(Output(f"d{param}", name, "gradient", of=param) for param in PARAMS),
        ),
        cases=LOSS_CASES,
        play=each(play_loss(edition)),
        reference=lambda inputs: net(inputs, half),
        checks=(
            contract(shares),
            value(shares),
            gradient(shares),
            initial_loss(shares, sanity),
            numeric_gradient(name),
            robustness(shares),
            deterministic(shares),
            learning(shares, by_heart(edition)),
        ),
    )


def method_group(
    name: str,
    signature: str,
    points: int,
    *,
    outputs: tuple[Output, ...],
    cases: tuple[Case, ...],
    play: Callable[[Program, Inputs], Iterable[tuple[str, Value]]],
    reference: Callable[[Inputs], Outputs],
) -> Group:
    """A method without a gradient."""
    robust = any(case.check != "ordinary" for case in cases)
    shares = {name: split(points, gradient=False, loss=False, robustness=robust)}
    return Group(
        name,
        functions=(Function(name, signature, Fraction(points), draws=True),),
        outputs=outputs,
        cases=cases,
        play=each(play),
        reference=reference,
        checks=(contract(shares), value(shares), *([robustness(shares)] if robust else []), deterministic(shares)),
    )


TRAIN = "TwoLayerNet.train"
COUNTS = ("batch_rows", "batches_with_their_labels", "most_samples_visited")
FIRST_EDITION = (
    loss_group("input_size", 4, 14),
    method_group(
        TRAIN,
        "(X, y, X_val, y_val, learning_rate, learning_rate_decay, reg, num_iters, batch_size, verbose) -> histories",
        6,
        outputs=(
            *(Output(name, TRAIN, "value") for name in (*HISTORIES, *PARAMS, "reg_of_each_step")),
            *(Output(name, TRAIN, "value", integer=True) for name in COUNTS),
        ),
        cases=TRAIN_CASES,
        play=play_train,
        reference=trained,
    ),
    method_group(
        "TwoLayerNet.predict",
        "(X) -> labels",
        4,
        outputs=(Output("labels", "TwoLayerNet.predict", "value", integer=True),),
        cases=PREDICT_CASES,
        play=play_predict,
        reference=predicted,
    ),
)

CONSTRUCTOR = "TwoLayerNet.__init__"
SECOND_EDITION = (
    method_group(
        CONSTRUCTOR,
        "(input_dim, hidden_dim, num_classes, weight_scale, reg)",
        4,
        outputs=(
            *(Output(f"{name}_shape", CONSTRUCTOR, "value", integer=True) for name in ("W1", "W2")),
            *(Output(name, CONSTRUCTOR, "value") for name in ("W1_spread", "W2_spread", "b1", "b2")),
        ),
        cases=CONSTRUCTOR_CASES,
        play=play_constructor,
        reference=constructed,
    ),
    loss_group("input_dim", 6, 18),
)

CLASS = re.compile(r"^class TwoLayerNet\b.*?(?=^class |\Z)", re.MULTILINE | re.DOTALL)
CONSTRUCTOR_ARGUMENTS = re.compile(r"def __init__\s*\(([^)]*)")


def edition_of(submission: Submission) -> tuple[Group, ...]:
    """The groups of the edition whose constructor was handed in; the first where that cannot be told."""
    for text in (file.text for file in submission.files):
        for body in CLASS.findall(text):
            arguments = CONSTRUCTOR_ARGUMENTS.search(body)
            if arguments and "input_dim" in arguments[1]:
                return SECOND_EDITION
    return FIRST_EDITION


STARTER = '''"""A network of two fully connected layers: affine - ReLU - affine - softmax.

self.params holds W1 (D, H), b1 (H,), W2 (H, C) and b2 (C,).
"""

import numpy as np


class TwoLayerNet:
    def __init__(self, input_size, hidden_size, output_size, std=1e-4):
        """Weights are drawn from a normal distribution of standard deviation std, biases are zero."""
        self.params = {}
        self.params["W1"] = std * np.random.randn(input_size, hidden_size)
        self.params["b1"] = np.zeros(hidden_size)
        self.params["W2"] = std * np.random.randn(hidden_size, output_size)
        self.params["b2"] = np.zeros(output_size)

    def loss(self, X, y=None, reg=0.0):
        """Without y the scores (N, C). With y (N,) the loss and the gradients, a dict with the keys of self.params.

        The loss is the mean softmax loss plus reg * (sum(W1^2) + sum(W2^2)).
        """
        scores = None
        if y is None:
            return scores
        loss, grads = None, {}
        return loss, grads

    def train(
        self,
        X,
        y,
        X_val,
        y_val,
        learning_rate=1e-3,
        learning_rate_decay=0.95,
        reg=5e-6,
        num_iters=100,
        batch_size=200,
        verbose=False,
    ):
        """Each step draws a minibatch, calls self.loss(X_batch, y_batch, reg), keeps the loss, and updates self.params.

        Whenever it % iterations_per_epoch == 0, the accuracies on the batch and on the validation samples are kept
        and the learning rate is multiplied by learning_rate_decay.
        """
        loss_history, train_acc_history, val_acc_history = [], [], []
        return {
            "loss_history": loss_history,
            "train_acc_history": train_acc_history,
            "val_acc_history": val_acc_history,
        }

    def predict(self, X):
        """The class of the highest score for each row of X: (N,) of integers."""
        labels = None
        return labels
'''

ASSIGNMENT = Assignment(
    slug="two-layer-net",
    groups=FIRST_EDITION,
    files=("neural_net.py", "fc_net.py"),
    supply=("layers", "layer_utils", "fast_layers", "optim", "solver", "data_utils", "gradient_check", "vis_utils"),
    starter={"neural_net.py": STARTER},
    editions=edition_of,
)
