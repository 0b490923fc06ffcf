"""linear-classifier: the training loop and the prediction of `LinearClassifier`, and a search for good settings.

A training loop is judged by what it does with losses and gradients that are given: `loss` of the object is replaced by
one of ours, which answers step t with the t-th loss and gradient whatever the minibatch, and sees every minibatch. So
history and weights are exact for any generator: W_{t+1} = W_t - learning_rate * dW_t.

The search is given a table of accuracies in which the best for validation, the best for training, the worst, the first
and the last setting are all different ones.

Layouts: X (N, D) and W (D, C), or X (D, N) and W (C, D) as in 2015, or W (C, D) beside X (N, D).
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import partial
from itertools import product

import numpy as np
from numpy.typing import NDArray

from grader.checks import abreast, contract, deterministic, each, ended, parts, remarked, robustness, split, value, wide
from grader.checks.abreast import Step
from grader.checks.form import as_array, real_numbers, single_number
from grader.checks.layouts import LAYOUTS, Layout, turned
from grader.checks.minibatches import Minibatches, numbered
from grader.checks.playing import Player
from grader.checks.trains import where_it_trains
from grader.core import (
    Assignment,
    Case,
    Check,
    Function,
    Group,
    Handle,
    Inputs,
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

CLASS = "LinearClassifier"
TRAIN, PREDICT, SEARCH = f"{CLASS}.train", f"{CLASS}.predict", "hyper_search"
COUNTS = ("W_shape", "batch_rows", "labels_of_their_rows", "samples_visited", "axes_of_labels")
SETTINGS = ("learning_rate", "reg", "num_iters", "batch_size")
START = 1e-3  # standard deviation of the weights that train makes
SIX_SIGMA = 0.13  # of the root mean square of 1200 normal numbers: 6 / sqrt(2 * 1200) is 0.122
MOST_TRIED = 300  # settings that a search may ask for; no case has a tenth of it
CHANCE = (0.1, 0.1)  # accuracies of a setting that is none of the search's


# --------------------------------------------------------------------------- the solution


def trained(inputs: Inputs) -> Outputs:
    """What a loop of plain gradient descent does with these losses and gradients."""
    W = wide(inputs["W"]) if inputs["W"] is not None else np.zeros_like(inputs["steps"][0])
    for step in inputs["steps"]:
        W = W - inputs["learning_rate"] * step
    steps = inputs["num_iters"]
    return {
        "loss_history": np.array(inputs["losses"]) + inputs["reg"],
        "W": W,
        "W_shape": np.array(W.shape),
        "W_std": START,
        "reg_of_each_step": np.full(steps, inputs["reg"]),
        "batch_rows": np.full(steps, inputs["batch_size"]),
        "labels_of_their_rows": np.ones((steps, inputs["batch_size"]), np.int64),
        "samples_visited": 1,
        "axes_of_labels": 1,
    }


def predicted(inputs: Inputs) -> Outputs:
    return {"labels": (wide(inputs["X"]) @ wide(inputs["W"])).argmax(axis=1)}


def searched(inputs: Inputs) -> Outputs:
    """The setting with the highest validation accuracy, of several the first, and the whole table."""
    table = inputs["table"]
    rate, reg = np.unravel_index(np.argmax(table[:, :, 1]), table.shape[:2])
    return {
        "best": np.array([inputs["learning_rates"][rate], inputs["regs"][reg]]),
        "results": table,
        "settings_tried": table.shape[0] * table.shape[1],
    }


# --------------------------------------------------------------------------- the cases


@dataclass(frozen=True, slots=True)
class Loop:
    """Draws a training run over n samples of d numbers in c classes: a loss and a gradient for every step.

    `visits` is the share of the samples that must have been in some minibatch. Without `preset` the weights are made
    by train, and no step moves them.
    """

    n: int
    batch_size: int
    num_iters: int
    visits: float = 0.0
    d: int = 4
    c: int = 3
    preset: bool = True

    def __call__(self, rng: np.random.RandomState) -> Inputs:
        shape = (self.d, self.c)
        return {
            "X": numbered(rng, self.n, self.d),
            "y": rng.permutation(np.arange(self.n) % self.c),
            "W": rng.standard_normal(shape) if self.preset else None,
            "losses": (1 + rng.random_sample(self.num_iters)).tolist(),
            "steps": [self.preset * rng.standard_normal(shape) for _ in range(self.num_iters)],
            "learning_rate": 0.1,
            "reg": 0.25,
            "num_iters": self.num_iters,
            "batch_size": self.batch_size,
            "visits": self.visits,
        }


RUN = ("loss_history", "W", "labels_of_their_rows", "samples_visited")
STEPS = ("loss_history", "W", "reg_of_each_step", "batch_rows", "labels_of_their_rows", "samples_visited")
# The chance to visit too few is at most C(n, few) (few / n)^draws: 1e-14, 4e-10, 6e-15 and 1e-52. One minibatch for
# ever visits too few, and so do rows drawn from the number of features; as many as there are samples visit enough.
TRAIN_CASES = (
    Case("base", Loop(30, 6, 6, visits=0.3), graded=RUN),
    Case("other sizes", Loop(24, 8, 4, visits=0.35, d=6, c=5), graded=RUN),
    Case("all samples", Loop(30, 15, 20, visits=0.9), "robustness", graded=STEPS),
    Case("batch=N", Loop(24, 24, 3, visits=0.2), "robustness", graded=STEPS),
    Case("one step", Loop(8, 2, 1), "robustness", graded=STEPS),
    Case("one sample a batch", Loop(9, 1, 4), "robustness", graded=STEPS),
    Case(
        "W is None",
        Loop(60, 5, 1, d=40, c=30, preset=False),
        "robustness",
        graded=("loss_history", "W_shape", "W_std"),
        tolerance=SIX_SIGMA,
    ),
)


@dataclass(frozen=True, slots=True)
class Scored:
    """Draws X (n, d) and W (d, c) whose best score of each sample is ahead by 1e-3, and not one class for all.

    `shift` is added to all scores.
    """

    n: int
    d: int
    c: int
    shift: float = 0.0

    def __call__(self, rng: np.random.RandomState) -> Inputs:
        while True:
            X, W = rng.standard_normal((self.n, self.d)), rng.standard_normal((self.d, self.c))
            X[:, -1], W[-1] = 1, self.shift + W[-1]
            ordered = np.sort(X @ W, axis=1)
            several = self.n == 1 or len(set((X @ W).argmax(axis=1).tolist())) > 1
            if several and (ordered[:, -1] - ordered[:, -2]).min() > 1e-3:
                return {"X": X, "W": W}


PREDICT_CASES = (
    Case("base", Scored(9, 5, 4)),
    Case("C=2", Scored(8, 6, 2)),
    Case("more classes", Scored(5, 4, 12)),
    Case("N=1", Scored(1, 5, 4), "robustness"),
    Case("N=C", Scored(4, 5, 4), "robustness"),
    Case("N=D=C", Scored(5, 5, 5), "robustness"),
    Case("scores below 0", Scored(7, 5, 3, shift=-50.0), "robustness"),
)


@dataclass(frozen=True, slots=True)
class Grid:
    """Draws learning rates, strengths, and a table (rates, strengths, 2) of training and validation accuracies.

    With `tied` two settings share the highest validation accuracy, one before the other in both lists.
    """

    rates: int
    strengths: int
    tied: bool = False
    made: Callable[[Sequence[float]], Value] = list

    def __call__(self, rng: np.random.RandomState) -> Inputs:
        table = self.drawn(rng)
        if self.tied:
            table[[0, -1], [1, -1], 1] = 0.9
        rates, regs = (rng.uniform(0.1, 1.0, size=size) for size in (self.rates, self.strengths))
        return {"learning_rates": self.made(rates.tolist()), "regs": self.made(regs.tolist()), "table": table}

    def drawn(self, rng: np.random.RandomState) -> Array:
        """No two of the best for validation and training, the worst, the first and the last are the same setting."""
        count = self.rates * self.strengths
        while True:
            train, val = 0.1 + 0.5 * rng.permutation(count) / count, 0.1 + 0.4 * rng.permutation(count) / count
            special = {int(val.argmax()), int(train.argmax()), int(val.argmin()), 0, count - 1}
            if len(special) == min(5, count):
                return np.stack([train, val], axis=1).reshape(self.rates, self.strengths, 2)


CHOICE = ("best", "results")
SEARCH_CASES = (
    Case("base", Grid(2, 3), graded=CHOICE),
    Case("3x2", Grid(3, 2), graded=CHOICE),
    Case("one of each", Grid(1, 1), "robustness"),
    Case("one rate", Grid(1, 5), "robustness"),
    Case("arrays", Grid(2, 3, made=np.array), "robustness"),
    Case("tie", Grid(2, 3, tied=True), "robustness"),
)


def four_settings(rng: np.random.RandomState) -> Inputs:
    """One has the best validation accuracy, another the best training accuracy."""
    table = np.array([[[0.6, 0.2], [0.3, 0.4]], [[0.5, 0.5], [0.9, 0.3]]])
    return {"learning_rates": [0.1, 0.5], "regs": [1.0, 2.0], "table": table}


# --------------------------------------------------------------------------- the objects in the box


def made(program: Program, batch: Sequence[Inputs], attributes: Mapping[str, Sequence[Value]]) -> list[Step]:
    """An object for each case, with these attributes; None stands for what it sets itself."""
    objects = abreast(program, CLASS, [None] * len(batch), batch, lambda _, inputs: ())
    try:
        for name, values in attributes.items():
            pairs = zip(objects, values, strict=True)
            program.put(name, [(held, one) for held, one in pairs if isinstance(held, Handle) and one is not None])
    except Raised as fault:
        return [fault] * len(batch)
    return objects


@dataclass(frozen=True, slots=True)
class Training:
    """Plays train with our loss in the place of the student's, all arrays in this layout."""

    layout: Layout

    def __call__(self, program: Program, batch: Sequence[Inputs]) -> list[Play]:
        runs = [Minibatches(inputs["X"], inputs["y"]) for inputs in batch]
        losses = [partial(self.loss, run, inputs) for run, inputs in zip(runs, batch, strict=True)]
        start = [self.turned("W", inputs["W"]) for inputs in batch]
        objects = made(program, batch, {"W": start, "loss": losses})
        histories = abreast(program, TRAIN, objects, batch, self.arguments, named=(*SETTINGS, "verbose"))
        return [self.play(program, *one) for one in zip(objects, histories, runs, batch, strict=True)]

    def arguments(self, held: Value, inputs: Inputs) -> tuple[Value, ...]:
        settings = (inputs[name] for name in SETTINGS)
        return (held, self.turned("X", inputs["X"]), inputs["y"], *settings, False)

    def loss(self, run: Minibatches, inputs: Inputs, *args: Value, **named: Value) -> Value:
        """Stands in for the student's `loss(X_batch, y_batch, reg)`; it grows with the strength that it is given."""
        X, y, reg = by_any_name(args, named)
        at = min(run.record(self.turned("X", X), y, reg), len(inputs["losses"]) - 1)
        return inputs["losses"][at] + run.regs[-1], self.turned("W", inputs["steps"][at])

    def play(self, program: Program, held: Step, history: Step, run: Minibatches, inputs: Inputs) -> Play:
        """What came out of one run."""
        if isinstance(history, StudentFault):
            return Play({}, {TRAIN: history})
        outputs = {"loss_history": as_array(history), **weights(self.turned("W", attribute(program, held, "W")))}
        if run.rows:
            outputs |= {
                "reg_of_each_step": np.array(run.regs),
                "batch_rows": np.array(run.rows),
                "labels_of_their_rows": run.paired,
                "samples_visited": int(run.covered >= inputs["visits"]),
                "axes_of_labels": run.axes,
            }
        return Play(outputs)

    def turned(self, name: str, value: Value) -> Value:
        """A matrix of that name from one side in the layout of the other."""
        matrix = isinstance(value, np.ndarray) and value.ndim == 2 and name in self.layout.inputs
        return turned(value) if matrix else value


def by_any_name(args: Sequence[Value], named: Mapping[str, Value]) -> tuple[Value, Value, Value]:
    """X, y and reg of a call of loss, in their order or under a name that they have in the course."""
    known = {
        **dict(zip(("X", "y", "reg"), args, strict=False)),
        **{n.removesuffix("_batch"): v for n, v in named.items()},
    }
    if "X" not in known or len(args) > 3 or known.keys() - {"X", "y", "reg"}:
        raise Raised("TypeError", "loss takes X_batch, y_batch and reg")
    return known["X"], known.get("y"), known.get("reg", 0.0)


def attribute(program: Program, held: Value, name: str) -> Value:
    """What an object has under a name, None where there is nothing."""
    try:
        return program.get(held, name)
    except Raised:
        return None


def weights(W: Value) -> dict[str, Value]:
    """The weights, and what can be said of those that were drawn."""
    if not isinstance(W, np.ndarray) or W.dtype.kind != "f" or not W.size:
        return {"W": W}
    return {"W": W, "W_shape": np.array(W.shape), "W_std": float(np.sqrt(np.mean(np.square(W))))}


@dataclass(frozen=True, slots=True)
class Predicting:
    """Plays predict with weights of ours, in this layout."""

    layout: Layout

    def __call__(self, program: Program, batch: Sequence[Inputs]) -> list[Play]:
        handed = [self.layout.there(inputs) for inputs in batch]
        objects = made(program, handed, {"W": [inputs["W"] for inputs in handed]})
        labels = abreast(program, PREDICT, objects, handed, lambda held, inputs: (held, inputs["X"]))
        return [ended(PREDICT, step, "labels") for step in labels]


# --------------------------------------------------------------------------- the search


@dataclass(frozen=True, slots=True)
class Evaluate:
    """Looks a setting up in a table of (training, validation) accuracies, and keeps what it was asked."""

    table: Mapping[tuple[float, float], tuple[float, ...]]
    tried: list[tuple[float, float]] = field(default_factory=list)

    @property
    def python(self) -> str:
        """As Python writes it."""
        return f"lambda rate, strength: {dict(self.table)}.get((float(rate), float(strength)), {CHANCE})"

    def __call__(self, learning_rate: Value, reg: Value) -> Value:
        rate, strength = single_number(learning_rate), single_number(reg)
        if rate is None or strength is None:
            raise Raised("TypeError", "evaluate takes two numbers, learning_rate and reg")
        if len(self.tried) >= MOST_TRIED:
            raise Raised("RuntimeError", "evaluate is called far more often than there are settings")
        self.tried.append((rate, strength))
        return self.table.get((rate, strength), CHANCE)


def play_search(program: Program, inputs: Inputs) -> Iterable[tuple[str, Value]]:
    """Plays the search over the table; a setting that is not in it has the accuracies of chance."""
    settings = [(float(rate), float(reg)) for rate, reg in product(inputs["learning_rates"], inputs["regs"])]
    evaluate = Evaluate(dict(zip(settings, map(tuple, inputs["table"].reshape(-1, 2).tolist()), strict=True)))
    returned = program.call(SEARCH, inputs["learning_rates"], inputs["regs"], evaluate, hold=(1,)).value
    best, results = parts(returned, "best", "results")
    yield "settings_tried", len(set(evaluate.tried) & set(settings))
    yield "best", as_array(best)
    if isinstance(results, Handle):
        found = program.map((results, "get"), [(setting,) for setting in settings])
        if not all(isinstance(one, Raised) for one in found):
            empty = single_number(program.call((results, "__len__")).value) == 0
            rows = np.array([accuracies(one) for one in found])
            yield "results", None if empty else rows.reshape(inputs["table"].shape)


def accuracies(found: Returned | Raised) -> Array:
    """The two numbers that stand under a setting."""
    pair = real_numbers(found.value) if isinstance(found, Returned) else None
    return pair if pair is not None and pair.shape == (2,) else np.full(2, np.nan)


# --------------------------------------------------------------------------- what is asked of whom


def in_every_layout(group: Group, play: Callable[[Layout], Player]) -> Group:
    """The group as samples are rows, and as others have it."""
    ways = [replace(group, play=play(layout), ways={"layout": option}) for option, layout in LAYOUTS.items()]
    return replace(ways[0], otherwise=tuple(ways[1:]))


def checks(name: str, points: int) -> tuple[Check, ...]:
    """What is asked of a function without a gradient."""
    shares = {name: split(points, gradient=False, loss=False)}
    return contract(shares), value(shares), robustness(shares), deterministic(shares)


TRAINS = where_it_trains(("W",), ("batch_rows", "labels_of_their_rows", "samples_visited"))
SIGNATURE = "(X, y, learning_rate, reg, num_iters, batch_size, verbose) -> loss_history"
TRAINING = Group(
    TRAIN,
    functions=(Function(TRAIN, SIGNATURE, Fraction(8), draws=True),),
    outputs=(
        *(Output(name, TRAIN, "value") for name in ("loss_history", "W", "W_std", "reg_of_each_step")),
        *(Output(name, TRAIN, "value", integer=True) for name in COUNTS),
    ),
    cases=TRAIN_CASES,
    play=Training(Layout()),
    reference=trained,
    checks=tuple(
        remarked(TRAINS(one), TRAIN_CASES[0], "labels-reshaped-to-row", outputs=("axes_of_labels",))
        if one.id == "value"
        else TRAINS(one)
        for one in checks(TRAIN, 8)
    ),
)
PREDICTING = Group(
    PREDICT,
    functions=(Function(PREDICT, "(X) -> labels", Fraction(4)),),
    outputs=(Output("labels", PREDICT, "value", integer=True),),
    cases=PREDICT_CASES,
    play=Predicting(Layout()),
    reference=predicted,
    checks=checks(PREDICT, 4),
)
SEARCHING = Group(
    SEARCH,
    functions=(Function(SEARCH, "(learning_rates, regs, evaluate) -> (best, results)", Fraction(4)),),
    outputs=(
        *(Output(name, SEARCH, "value") for name in ("best", "results")),
        Output("settings_tried", SEARCH, "value", integer=True),
    ),
    cases=SEARCH_CASES,
    play=each(play_search),
    reference=searched,
    checks=checks(SEARCH, 4),
    shown=(Case("four settings", four_settings, graded=CHOICE),),
)

STARTER = '''"""A linear classifier that learns by stochastic gradient descent, and the search for good settings."""

import numpy as np


class LinearClassifier:
    def __init__(self):
        self.W = None

    def train(self, X, y, learning_rate=1e-3, reg=1e-5, num_iters=100, batch_size=200, verbose=False):
        """X (N, D), y (N,) -> the loss of every step, num_iters numbers.

        Each step draws a minibatch of batch_size samples at random, calls self.loss(X_batch, y_batch, reg), which
        returns the loss and the gradient of the weights, keeps the loss, and moves self.W.
        """
        num_train, dim = X.shape
        if self.W is None:
            num_classes = np.max(y) + 1
            self.W = 0.001 * np.random.randn(dim, num_classes)
        loss_history = []
        return loss_history

    def predict(self, X):
        """X (N, D) -> for each sample the class with the highest score: (N,) of integers."""
        y_pred = np.zeros(X.shape[0])
        return y_pred

    def loss(self, X_batch, y_batch, reg):
        """The loss and its gradient; a subclass says which (SVM, softmax)."""
        raise NotImplementedError


def hyper_search(learning_rates, regs, evaluate):
    """Try each learning rate with each strength of the regularisation.

    evaluate(learning_rate, reg) returns the accuracies for training and validation. results[(learning_rate, reg)]
    is that pair; best is the (learning_rate, reg) with the highest validation accuracy, of several the first.
    """
    best, results = None, {}
    return best, results
'''

SOLUTION = """import numpy as np


class LinearClassifier:
    def __init__(self):
        self.W = None

    def train(self, X, y, learning_rate=1e-3, reg=1e-5, num_iters=100, batch_size=200, verbose=False):
        num_train, dim = X.shape
        if self.W is None:
            num_classes = np.max(y) + 1
            self.W = 0.001 * np.random.randn(dim, num_classes)
        loss_history = []
        for it in range(num_iters):
            rows = np.random.choice(num_train, batch_size)
            X_batch = X[rows]
            y_batch = y[rows]
            loss, grad = self.loss(X_batch, y_batch, reg)
            loss_history.append(loss)
            self.W = self.W - learning_rate * grad
            if verbose and it % 100 == 0:
                print("iteration %d / %d: loss %f" % (it, num_iters, loss))
        return loss_history

    def predict(self, X):
        scores = X.dot(self.W)
        y_pred = np.argmax(scores, axis=1)
        return y_pred

    def loss(self, X_batch, y_batch, reg):
        raise NotImplementedError


def hyper_search(learning_rates, regs, evaluate):
    best, best_val, results = None, -1.0, {}
    for learning_rate in learning_rates:
        for reg in regs:
            train_accuracy, val_accuracy = evaluate(learning_rate, reg)
            results[(learning_rate, reg)] = (train_accuracy, val_accuracy)
            if val_accuracy > best_val:
                best, best_val = (learning_rate, reg), val_accuracy
    return best, results
"""

ASSIGNMENT = Assignment(
    slug="linear-classifier",
    groups=(in_every_layout(TRAINING, Training), in_every_layout(PREDICTING, Predicting), SEARCHING),
    files=("linear_classifier.py",),
    supply=("linear_svm", "softmax", "data_utils", "gradient_check", "vis_utils"),
    starter={"linear_classifier.py": STARTER},
    solution={"linear_classifier.py": SOLUTION},
)
