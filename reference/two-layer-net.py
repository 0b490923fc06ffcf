"""two-layer-net: affine - ReLU - affine - softmax, in the two editions of the class `TwoLayerNet`.

First edition: `TwoLayerNet(input_size, hidden_size, output_size, std)` with `loss(X, y=None, reg)`, `train`, `predict`;
L2 term reg * sum(W^2). Second: `TwoLayerNet(input_dim, hidden_dim, num_classes, weight_scale, reg)` with
`loss(X, y=None)`; L2 term 0.5 * reg * sum(W^2). Biases are never regularised. Which one it is, the constructor says.

The object stays in the box. Its parameters are overwritten after construction, so that every number is ours, and for
`train` and `predict` its `loss` is too: a training loop is judged by what it does with losses and gradients that are
given, not by the loss it was handed in with. Our loss also sees every minibatch.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import partial
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
    learning,
    numeric_gradient,
    robustness,
    split,
    value,
    wide,
)
from grader.checks.arrays import every_second, single
from grader.checks.constructor import constructor_of
from grader.checks.derivative import Array
from grader.checks.drawn import one_by_one
from grader.checks.form import as_array
from grader.checks.learning import Learned
from grader.checks.linear_loss import close_to_the_start
from grader.checks.minibatches import Minibatches, numbered, numbers_in, samples
from grader.checks.network import Attempts, NetPlay, Nets, Network, bias_of, by_heart
from grader.checks.playing import Player
from grader.checks.trains import where_it_trains
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
    Submission,
    Value,
)

Draw = Callable[[np.random.RandomState], Inputs]
Edition = Literal["input_size", "input_dim"]  # the name of the constructor's first argument
Labels = NDArray[np.int64]

CLASS, LOSS, TRAIN, PREDICT, CONSTRUCTOR = (
    "TwoLayerNet",
    "TwoLayerNet.loss",
    "TwoLayerNet.train",
    "TwoLayerNet.predict",
    "TwoLayerNet.__init__",
)
FILES = ("neural_net.py", "fc_net.py")
PARAMS = ("W1", "b1", "W2", "b2")
L2 = {"reg-full-convention": 1.0, "reg-half-convention": 0.5}  # of reg * sum(W^2)
SHARE = 100  # of what is added to some scores: the activation that brings it, beside a weight
AWAY = 1e-2  # least distance of a pre-activation from the kink of ReLU


# --------------------------------------------------------------------------- the solution


def scores_of(params: Mapping[str, Array], X: Array) -> Array:
    """relu(X W1 + b1) W2 + b2. Shapes: X (N, D), W1 (D, H), W2 (H, C), scores (N, C)."""
    hidden = wide(X) @ params["W1"] + params["b1"]
    return np.where(hidden.real > 0, hidden, 0.0) @ params["W2"] + params["b2"]


def net(factor: float, inputs: Inputs) -> Outputs:
    """Scores, loss and every gradient; the L2 term is factor * reg * sum(W^2)."""
    X, y, strength = wide(inputs["X"]), inputs["y"], 2 * factor * (inputs["reg"] or 0.0)
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
        """Weights and biases that are not zero; scores of a few units at most, so that a logarithm which is kept from
        0 by a tiny summand is still right."""
        return {
            "W1": scale * rng.standard_normal((self.d, self.h)) / np.sqrt(self.d),
            "b1": bias * rng.standard_normal(self.h),
            "W2": scale * rng.standard_normal((self.h, self.c)) / np.sqrt(self.h),
            "b2": bias * rng.standard_normal(self.c),
        }


@dataclass(frozen=True, slots=True)
class Situation:
    """Draws parameters, samples and labels; every pre-activation is at least 1e-2 away from 0.

    `scale` is the size of the weights, `bias` that of the biases; `last` is added to all biases of the last layer, and
    `some` to all scores of some samples, by a hidden unit that is on for them alone. `start`: the weights are so small
    that the loss is still close to log C. `reg` is None where it is left to its default.
    """

    sizes: Sizes
    reg: float | None
    scale: float = 1.0
    bias: float = 0.5
    last: float = 0.0
    some: float = 0.0
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
        if self.some:
            X[:, 0], params["W1"][:, 0], params["b1"][0] = np.where(np.arange(size.n) % 2, 1.0, -1.0), 0.0, 0.0
            # not by a weight alone: its size multiplies the rounding of a gradient that is 0 there
            params["W1"][0, 0], params["W2"][0] = SHARE, self.some / SHARE
        shaped = {name: self.shape(array) for name, array in {**params, "X": X}.items()}
        return {**shaped, "y": y, "reg": self.reg}


BASE = Sizes(6, 4, 7, 5)
LOSS_CASES = (
    Case("base", Situation(BASE, 0.5)),
    Case("small W", Situation(Sizes(8, 5, 6, 4), 0.0, scale=0.12, bias=0.0, start=True)),
    Case("reg=0", Situation(Sizes(5, 6, 4, 3), 0.0)),
    Case("reg=0.1", Situation(Sizes(7, 3, 5, 6), 0.1)),
    Case("reg=2", Situation(Sizes(4, 5, 6, 3), 2.0)),
    Case("N=1", Situation(Sizes(1, 4, 6, 3), 0.5), "robustness"),
    Case("C=2", Situation(Sizes(6, 4, 5, 2), 0.5), "robustness"),
    Case("H=1", Situation(Sizes(6, 4, 1, 3), 0.5), "robustness"),
    Case("D=1", Situation(Sizes(5, 1, 6, 4), 0.5), "robustness"),
    Case("square", Situation(Sizes(5, 5, 5, 5), 0.5), "robustness"),
    Case("F-order", Situation(BASE, 0.5, shape=np.asfortranarray), "robustness"),
    Case("strided", Situation(BASE, 0.5, shape=every_second), "robustness"),
    Case("float32", Situation(BASE, 0.5, shape=single), "robustness", tolerance=1e-3),
    Case("reg left out", Situation(BASE, None), "robustness", graded=("scores", "db1", "db2")),
    Case("b2+1000", Situation(Sizes(6, 4, 5, 3), 0.5, last=1000.0), "stability"),
    Case("b2-1000", Situation(Sizes(6, 4, 5, 3), 0.5, last=-1000.0), "stability"),
    Case("some scores+1000", Situation(Sizes(6, 4, 5, 3), 0.0, some=1000.0), "stability"),
)


# --------------------------------------------------------------------------- the object in the box


def params_of(inputs: Inputs) -> dict[str, Array]:
    return {name: inputs[name] for name in PARAMS}


def network_of(edition: Edition) -> Network:
    """How the objects of an edition are made: the second is told the strength of the L2 term when it is made, the first
    with every loss. Neither is where it is None."""

    def arguments(inputs: Inputs) -> Attempts:
        (d, h), c = np.shape(inputs["W1"]), np.shape(inputs["W2"])[1]
        if edition == "input_size":
            return [((d, h, c, 1e-2), {})]
        reg = inputs.get("reg")
        return [((d, h, c), {"weight_scale": 1e-2, **({} if reg is None else {"reg": reg})})]

    def labelled(inputs: Inputs) -> tuple[Value, ...]:
        told = edition == "input_size" and inputs["reg"] is not None
        return (inputs["X"], inputs["y"], inputs["reg"]) if told else (inputs["X"], inputs["y"])

    return Network(CLASS, arguments, params_of, labelled)


def ask_for_loss(network: Network, nets: Nets) -> None:
    """The call for scores, and the call for the loss and the gradients."""
    nets.ask(lambda inputs: (inputs["X"],), nets.under("scores"))
    network.loss_and_gradients(nets)


def learns(network: Network) -> Callable[[Program, np.random.RandomState], Learned]:
    """Eight samples by heart."""

    def train(program: Program, rng: np.random.RandomState) -> Learned:
        X, y = 2 * np.eye(8) + 0.3 * rng.standard_normal((8, 8)), np.arange(8) % 3
        inputs = {**Sizes(8, 8, 40, 3).params(rng), "X": X, "y": y, "reg": 0.0}
        return by_heart(network, inputs, lambda params: scores_of(params, X), rate=1.0, steps=14)(program)

    return train


# --------------------------------------------------------------------------- predict


@dataclass(frozen=True, slots=True)
class Forward:
    """Stands in for the student's loss: `loss(X)` gives the scores that the parameters give."""

    params: Mapping[str, Array]
    python = "lambda X, *others: np.maximum(0, X @ W1 + b1) @ W2 + b2"  # by the names of the inputs

    def __call__(self, X: Value, y: Value = None, reg: Value = 0.0, **further: Value) -> Value:
        with np.errstate(all="ignore"):  # student code may ask for anything
            return scores_of(self.params, samples(X, len(self.params["W1"])))


def ask_for_labels(nets: Nets) -> None:
    nets.put("loss", lambda number: Forward(nets.batch[number]))
    nets.ask(lambda inputs: (inputs["X"],), nets.under("labels"), "predict")


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


LEFT_OUT = ()  # an argument that is not there


class Script:
    """Stands in for the student's loss and predict while `train` runs: answers that are fixed beforehand.

    Step t gets `losses[t]` + reg and `steps[t]` as loss and gradients, whatever the minibatch. What a loss of the
    student's own making takes besides (`verbose`) is no matter.
    """

    def __init__(self, inputs: Inputs) -> None:
        self.inputs = inputs
        self.seen = Minibatches(inputs["X"], inputs["y"])

    def loss(self, X: Value, y: Value = None, reg: Value = LEFT_OUT, **further: Value) -> Value:
        if y is None and (X is not None or reg is LEFT_OUT):  # as predict asks; the loop as handed out names reg
            return np.eye(self.inputs["classes"])[self.predict(X)]
        step = min(self.seen.record(X, y, 0.0 if reg is LEFT_OUT else reg), len(self.inputs["losses"]) - 1)
        return self.inputs["losses"][step] + self.seen.regs[-1], self.inputs["steps"][step]

    def predict(self, X: Value, **further: Value) -> Labels:
        """Right for all training samples or none, whatever the minibatch; for some of the validation samples."""
        rows, answers = samples(X, self.inputs["X"].shape[1]), self.inputs["answers"]
        return np.asarray(answers[numbers_in(rows, len(answers))])


SETTINGS = ("learning_rate", "learning_rate_decay", "num_iters", "batch_size", "verbose")
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


def ask_for_training(nets: Nets) -> None:
    """Train every net by a script of its own, and tell what came of it and which minibatches its loss was asked of."""
    scripts = [Script(inputs) for inputs in nets.batch]
    nets.put("loss", lambda number: scripts[number].loss)
    nets.put("predict", lambda number: scripts[number].predict)

    def take(number: int, stats: Value) -> None:
        outputs, seen = nets.outputs[number], scripts[number].seen
        outputs.update(histories(nets.program, stats))
        params = nets.program.get(nets.held[number], "params")
        outputs.update((name, params.get(name) if isinstance(params, dict) else None) for name in PARAMS)
        if seen.rows:
            outputs["batch_rows"], outputs["reg_of_each_step"] = np.array(seen.rows), np.array(seen.regs)
            outputs["labels_of_their_rows"] = seen.paired
            outputs["samples_visited"] = int(seen.covered >= nets.batch[number]["visits"])

    told = [inputs["reg"] is not None for inputs in nets.batch]
    for with_reg in dict.fromkeys(told):
        names = (*SETTINGS, "reg") if with_reg else SETTINGS
        nets.ask(partial(train_arguments, names, with_reg=with_reg), take, "train", named=names)


def train_arguments(names: Iterable[str], inputs: Inputs, *, with_reg: bool) -> tuple[Value, ...] | None:
    """Those of `train`, for the runs that are told reg or for those that are not."""
    if (inputs["reg"] is not None) is not with_reg:
        return None
    return (*(inputs[name] for name in ("X", "y", "X_val", "y_val")), *(inputs[name] for name in names))


def trained(inputs: Inputs) -> Outputs:
    """What a loop of plain gradient descent does with these losses and gradients.

    The rate decays after every step whose number is a multiple of the steps of an epoch, 0 included; the accuracies
    are taken at these steps too.
    """
    steps, reg = inputs["num_iters"], inputs["reg"] or 0.0
    epoch = max(len(inputs["X"]) // inputs["batch_size"], 1)
    rate, params = inputs["learning_rate"], {name: wide(inputs[name]) for name in PARAMS}
    for step in range(steps):
        params = {name: params[name] - rate * inputs["steps"][step][name] for name in PARAMS}
        rate *= inputs["learning_rate_decay"] if step % epoch == 0 else 1.0
    epochs = len(range(0, steps, epoch))
    right = inputs["answers"] == np.append(inputs["y"], inputs["y_val"])
    rows = len(inputs["X"])
    return {
        "loss_history": np.array(inputs["losses"]) + reg,
        "train_acc_history": np.full(epochs, right[:rows].mean()),
        "val_acc_history": np.full(epochs, right[rows:].mean()),
        **params,
        "reg_of_each_step": np.full(steps, reg),
        "batch_rows": np.full(steps, inputs["batch_size"]),
        "labels_of_their_rows": np.ones((steps, inputs["batch_size"]), np.int64),
        "samples_visited": 1,
    }


@dataclass(frozen=True, slots=True)
class Loop:
    """Draws a training run: samples with their numbers, and a loss and gradients for every step. `visits` is the share
    of the samples that must have been in some minibatch."""

    n: int
    batch_size: int
    num_iters: int
    visits: float = 0.0
    decay: float = 0.9
    reg: float | None = 0.25

    def __call__(self, rng: np.random.RandomState) -> Inputs:
        sizes, n_val = Sizes(self.n, 4, 6, 3), 8
        rows = numbered(rng, self.n + n_val, sizes.d)
        labels = rng.permutation(np.arange(self.n + n_val) % sizes.c)
        right = np.append(np.full(self.n, rng.randint(2)), np.arange(n_val) < rng.randint(1, n_val))
        return {
            **sizes.params(rng),
            "X": rows[: self.n],
            "y": labels[: self.n],
            "X_val": rows[self.n :],
            "y_val": labels[self.n :],
            "classes": sizes.c,
            "answers": np.where(right, labels, (labels + 1) % sizes.c),
            "losses": (1 + rng.random_sample(self.num_iters)).tolist(),
            "steps": [sizes.params(rng) for _ in range(self.num_iters)],
            "learning_rate": 0.1,
            "learning_rate_decay": self.decay,
            "reg": self.reg,
            "num_iters": self.num_iters,
            "batch_size": self.batch_size,
            "visits": self.visits,
            "verbose": False,
        }


# The chance to visit too few is at most C(n, few) (few / n)^draws: 2e-8, 1e-10 and 4e-71. One minibatch for ever visits
# too few, and so do rows that are drawn from the number of features; as many as there are samples visit enough.
TRAIN_CASES = (
    Case("base", Loop(12, 4, 7, visits=0.5)),
    Case("decay=1", Loop(15, 5, 5, decay=1.0)),
    Case("all samples", Loop(10, 5, 24, visits=0.9), "robustness"),
    Case("batch=N", Loop(24, 24, 4, visits=0.2), "robustness"),
    Case("one step", Loop(8, 2, 1), "robustness"),
    Case("reg left out", Loop(8, 4, 2, reg=None), "robustness", graded=PARAMS),
)


# --------------------------------------------------------------------------- the constructor of the second edition


def built(rng: np.random.RandomState, d: int, h: int, c: int, scale: float) -> Inputs:
    return {"sizes": (d, h, c), "scale": scale, "drawn": int(rng.randint(2**31))}


def play_constructor(program: Program, inputs: Inputs) -> Iterable[tuple[str, Value]]:
    """The spread of the weights is their root mean square over the scale that was asked for: 1 but for chance."""
    made = program.call(CLASS, *inputs["sizes"], weight_scale=inputs["scale"], seed=inputs["drawn"]).value
    params = program.get(made, "params") if isinstance(made, Handle) else None
    known = params if isinstance(params, dict) else {}
    for name in ("W1", "W2"):
        W = known.get(name)
        if isinstance(W, np.ndarray) and W.dtype.kind == "f" and W.size:
            yield f"{name}_shape", np.array(W.shape)
            yield f"{name}_spread", float(np.sqrt(np.mean(np.square(W)))) / inputs["scale"]
            yield f"{name}_mean", float(np.mean(W)) / inputs["scale"]
            yield f"{name}_drawn_one_by_one", int(W.ndim == 2 and one_by_one(W))
    yield from ((f"b{i}", bias_of(known.get(f"b{i}"), inputs["sizes"][i])) for i in (1, 2))


def constructed(inputs: Inputs) -> Outputs:
    d, h, c = inputs["sizes"]
    shapes = {"W1_shape": np.array([d, h]), "W2_shape": np.array([h, c])}
    spreads = {name: float(name.endswith("spread")) for name in DRAWN}
    flags = dict.fromkeys(ONE_BY_ONE, 1)
    return {**shapes, **spreads, **flags, "b1": np.zeros(h), "b2": np.zeros(c)}


ONE_BY_ONE = ("W1_drawn_one_by_one", "W2_drawn_one_by_one")
DRAWN = tuple(f"{name}_{what}" for name in ("W1", "W2") for what in ("spread", "mean"))
SIX_SIGMA = 0.14  # of the mean of at least 2000 normal numbers: 6 / sqrt(2000) is 0.134; of their spread it is less
CONSTRUCTOR_CASES = (
    Case("base", lambda rng: built(rng, 60, 50, 40, 1e-2), tolerance=SIX_SIGMA),
    Case("weight_scale=1", lambda rng: built(rng, 50, 45, 46, 1.0), tolerance=SIX_SIGMA),
)


# --------------------------------------------------------------------------- what is asked of whom


def loss_groups(edition: Edition, axis: str, asked: str, scores: int, rest: int) -> Group:
    """`TwoLayerNet.loss` as `asked` has the L2 term, and otherwise as the others have it."""
    network = network_of(edition)
    play = NetPlay(network, partial(ask_for_loss, network), PARAMS)
    ways = {way: loss_group(edition, play, factor, scores, rest) for way, factor in L2.items()}
    named = {way: replace(group, ways={axis: way}) for way, group in ways.items()}
    return replace(named[asked], otherwise=tuple(group for way, group in named.items() if way != asked))


def loss_group(edition: Edition, play: NetPlay, factor: float, scores: int, rest: int) -> Group:
    """The points of the scores are value points, those of loss and gradients are split as usual."""
    shares = {LOSS: {**split(rest), "value": split(rest)["value"] + scores}}
    sanity = Sanity(
        formula="log C",
        expected=lambda inputs: float(np.log(inputs["W2"].shape[1])),
        case="small W",
        unregularised={"reg": 0.0},
        l2=lambda inputs: factor * inputs["reg"] * float(np.sum(inputs["W1"] ** 2) + np.sum(inputs["W2"] ** 2)),
        samples=("X", "y"),
    )
    arguments = "(X, y=None, reg=0.0)" if edition == "input_size" else "(X, y=None)"
    signature = f"{arguments} -> scores, or (loss, grads)"
    return Group(
        LOSS,
        functions=(Function(LOSS, signature, Fraction(scores + rest), draws=True),),  # the weights
        outputs=(
            Output("scores", LOSS, "value"),
            Output("loss", LOSS, "value"),
            *(Output(f"d{param}", LOSS, "gradient", of=param) for param in PARAMS),
        ),
        cases=LOSS_CASES,
        play=play,
        reference=partial(net, factor),
        checks=(
            contract(shares),
            value(shares),
            gradient(shares),
            initial_loss(shares, sanity),
            numeric_gradient(LOSS),
            robustness(shares),
            deterministic(shares),
            learning(shares, learns(play.network)),
        ),
        rests_on=LAYERS,
    )


def method_group(
    name: str,
    signature: str,
    points: int,
    *,
    outputs: tuple[Output, ...],
    cases: tuple[Case, ...],
    play: Player,
    reference: Callable[[Inputs], Outputs],
    drawn: tuple[str, ...] = (),
) -> Group:
    """A method without a gradient. The outputs `drawn` may be others each time."""
    robust = any(case.check != "ordinary" for case in cases)
    shares = {name: split(points, gradient=False, loss=False, robustness=robust)}
    return Group(
        name,
        functions=(Function(name, signature, Fraction(points), draws=True),),
        outputs=outputs,
        cases=cases,
        play=play,
        reference=reference,
        checks=(
            contract(shares),
            value(shares),
            *([robustness(shares)] if robust else []),
            deterministic(shares, drawn=drawn),
        ),
    )


LAYERS = ("affine_forward", "affine_backward", "relu_forward", "relu_backward", "softmax_loss")
FIRST = network_of("input_size")
COUNTS = ("batch_rows", "labels_of_their_rows", "samples_visited")
TRAINING = method_group(
    TRAIN,
    "(X, y, X_val, y_val, learning_rate, learning_rate_decay, reg, num_iters, batch_size, verbose) -> histories",
    6,
    outputs=(
        *(Output(name, TRAIN, "value") for name in (*HISTORIES, *PARAMS, "reg_of_each_step")),
        *(Output(name, TRAIN, "value", integer=True) for name in COUNTS),
    ),
    cases=TRAIN_CASES,
    play=NetPlay(FIRST, ask_for_training, method="train"),
    reference=trained,
)
FIRST_EDITION = (
    loss_groups("input_size", "l2", "reg-full-convention", 4, 14),
    replace(TRAINING, checks=tuple(map(where_it_trains(PARAMS, COUNTS), TRAINING.checks))),
    method_group(
        PREDICT,
        "(X) -> labels",
        4,
        outputs=(Output("labels", PREDICT, "value", integer=True),),
        cases=PREDICT_CASES,
        play=NetPlay(FIRST, ask_for_labels, method="predict"),
        reference=predicted,
    ),
)
SECOND_EDITION = (
    method_group(
        CONSTRUCTOR,
        "(input_dim, hidden_dim, num_classes, weight_scale, reg)",
        4,
        outputs=(
            *(Output(f"{name}_shape", CONSTRUCTOR, "value", integer=True) for name in ("W1", "W2")),
            *(Output(name, CONSTRUCTOR, "value") for name in ("W1_spread", "W2_spread", "b1", "b2")),
            *(Output(f"{name}_mean", CONSTRUCTOR, "value", zero_beside=("W1_spread",)) for name in ("W1", "W2")),
            *(Output(name, CONSTRUCTOR, "value", integer=True) for name in ONE_BY_ONE),
        ),
        cases=CONSTRUCTOR_CASES,
        play=each(play_constructor),
        reference=constructed,
        drawn=DRAWN,
    ),
    loss_groups("input_dim", "l2-modular", "reg-half-convention", 6, 18),
)


def edition_of(submission: Submission) -> tuple[Group, ...]:
    """The groups of the edition whose constructor was handed in; the first where that cannot be told."""
    names = constructor_of(submission, CLASS, FILES).names
    return SECOND_EDITION if "input_dim" in names else FIRST_EDITION


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

SOLUTION = """import numpy as np


class TwoLayerNet:
    def __init__(self, input_size, hidden_size, output_size, std=1e-4):
        self.params = {
            "W1": std * np.random.randn(input_size, hidden_size),
            "b1": np.zeros(hidden_size),
            "W2": std * np.random.randn(hidden_size, output_size),
            "b2": np.zeros(output_size),
        }

    def loss(self, X, y=None, reg=0.0):
        W1, b1 = self.params["W1"], self.params["b1"]
        W2, b2 = self.params["W2"], self.params["b2"]
        N = X.shape[0]

        before = X.dot(W1) + b1
        hidden = np.maximum(0, before)
        scores = hidden.dot(W2) + b2
        if y is None:
            return scores

        shifted = scores - scores.max(axis=1, keepdims=True)
        exp = np.exp(shifted)
        probs = exp / exp.sum(axis=1, keepdims=True)
        data_loss = np.mean(np.log(exp.sum(axis=1)) - shifted[np.arange(N), y])
        reg_loss = reg * np.sum(W1 * W1) + reg * np.sum(W2 * W2)
        loss = data_loss + reg_loss

        dscores = probs.copy()
        dscores[np.arange(N), y] -= 1
        dscores /= N
        dW2 = hidden.T.dot(dscores)
        db2 = dscores.sum(axis=0)
        dhidden = dscores.dot(W2.T)
        dbefore = dhidden * (before > 0)
        dW1 = X.T.dot(dbefore)
        db1 = dbefore.sum(axis=0)
        dW1 += 2 * reg * W1
        dW2 += 2 * reg * W2
        return loss, {"W1": dW1, "b1": db1, "W2": dW2, "b2": db2}

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
        num_train = X.shape[0]
        iterations_per_epoch = max(num_train // batch_size, 1)
        loss_history, train_acc_history, val_acc_history = [], [], []
        for it in range(num_iters):
            chosen = np.random.choice(num_train, batch_size)
            X_batch, y_batch = X[chosen], y[chosen]
            loss, grads = self.loss(X_batch, y_batch, reg)
            loss_history.append(loss)
            for name in self.params:
                self.params[name] = self.params[name] - learning_rate * grads[name]
            if verbose and it % 100 == 0:
                print(f"iteration {it} / {num_iters}: loss {loss:f}")
            if it % iterations_per_epoch == 0:
                train_acc_history.append((self.predict(X_batch) == y_batch).mean())
                val_acc_history.append((self.predict(X_val) == y_val).mean())
                learning_rate *= learning_rate_decay
        return {
            "loss_history": loss_history,
            "train_acc_history": train_acc_history,
            "val_acc_history": val_acc_history,
        }

    def predict(self, X):
        return self.loss(X).argmax(axis=1)
"""

ASSIGNMENT = Assignment(
    slug="two-layer-net",
    groups=FIRST_EDITION,
    files=FILES,
    supply=("layers", "layer_utils", "fast_layers", "optim", "solver", "data_utils", "gradient_check", "vis_utils"),
    starter={"neural_net.py": STARTER},
    editions=edition_of,
    solution={"neural_net.py": SOLUTION},
)
