"""layers: the building blocks of a network, each with its backward pass, and two losses of a table of scores.

`forward(x, ...) -> (out, cache)` and `backward(dout, cache) -> gradients`: the cache is the student's own affair and
stays in the box. A loss is `loss(x, y) -> (loss, dx)` for scores x (N, C) and labels y (N,), the mean over the samples.
Local gradients: sigmoid s (1 - s), tanh 1 - t^2, ReLU the indicator of x > 0, leaky ReLU 1 or alpha (the course's notes
on backpropagation). Inputs stay away from 0, where ReLU has no one derivative.
"""

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from grader.checks import (
    Sanity,
    calls,
    contract,
    deterministic,
    gradient,
    halves,
    initial_loss,
    numeric_gradient,
    pair,
    robustness,
    split,
    upstream,
    value,
    wide,
    without_jacobian,
)
from grader.checks.arrays import every_second
from grader.checks.jacobian import Row
from grader.checks.linear_loss import Safe, close_to_the_start, hinge_is_smooth, labels_of, smooth
from grader.core import Assignment, Case, Function, Group, Inputs, Output, Outputs

AWAY = 1e-2  # least distance of an input from the kink of ReLU
SATURATED = 1000.0  # exp(1000) overflows
Array = NDArray[np.float64]
Draw = Callable[[np.random.RandomState], Inputs]


# --------------------------------------------------------------------------- the solution


def affine(inputs: Inputs) -> Outputs:
    """out = x w + b for x of any rank, each sample flattened to a row. Shapes: w (D, M), b (M,), out (N, M)."""
    x, w, b, dout = (wide(inputs[name]) for name in ("x", "w", "b", "dout"))
    rows = x.reshape(len(x), -1)
    return {
        "out": rows @ w + b,
        "dx": (dout @ w.T).reshape(x.shape),
        "dw": rows.T @ dout,
        "db": dout.sum(axis=0),
    }


def relu(inputs: Inputs) -> Outputs:
    """max(0, x), elementwise."""
    return leaky_relu({**inputs, "alpha": 0.0})


def leaky_relu(inputs: Inputs) -> Outputs:
    """x where x > 0, else alpha x."""
    x = wide(inputs["x"])
    slope = np.where(x.real > 0, 1.0, inputs["alpha"])
    return {"out": slope * x, "dx": slope * wide(inputs["dout"])}


def sigmoid(inputs: Inputs) -> Outputs:
    """1 / (1 + exp(-x)), by way of tanh, which never overflows."""
    out = 0.5 * (1 + np.tanh(0.5 * wide(inputs["x"])))
    return {"out": out, "dx": wide(inputs["dout"]) * out * (1 - out)}


def tanh(inputs: Inputs) -> Outputs:
    out = np.tanh(wide(inputs["x"]))
    return {"out": out, "dx": wide(inputs["dout"]) * (1 - out**2)}


def softmax_loss(inputs: Inputs) -> Outputs:
    """Mean of log sum_j exp(x_j) - x_y; the largest score of each row is taken off first, so nothing overflows."""
    x, y = wide(inputs["x"]), inputs["y"]
    rows = np.arange(len(y))
    shifted = x - x.real.max(axis=1, keepdims=True)
    total = np.exp(shifted).sum(axis=1, keepdims=True)
    dx = np.exp(shifted) / total
    dx[rows, y] -= 1
    return {"loss": np.mean(np.log(total[:, 0]) - shifted[rows, y]), "dx": dx / len(y)}


def svm_loss(inputs: Inputs) -> Outputs:
    """Mean of sum_{j != y} max(0, x_j - x_y + 1)."""
    x, y = wide(inputs["x"]), inputs["y"]
    rows = np.arange(len(y))
    margins = x - x[rows, y][:, None] + 1
    violated = margins.real > 0
    violated[rows, y] = False
    dx = violated.astype(np.float64)
    dx[rows, y] = -dx.sum(axis=1)
    return {"loss": np.sum(margins[violated]) / len(y), "dx": dx / len(y)}


# --------------------------------------------------------------------------- the cases


def fully_connected(n: int, shape: tuple[int, ...], m: int, dtype: type = np.float64) -> Draw:
    """x (n, *shape), w (D, m), b (m,) and dout (n, m)."""

    def draw(rng: np.random.RandomState) -> Inputs:
        d = int(np.prod(shape))
        drawn = {"x": (n, *shape), "w": (d, m), "b": (m,), "dout": (n, m)}
        return {name: rng.standard_normal(size).astype(dtype) for name, size in drawn.items()}

    return draw


def elementwise(*shape: int, sign: float | None = None, dtype: type = np.float64, alpha: float | None = None) -> Draw:
    """x and dout of this shape, |x| >= 1e-2; `sign` makes all of x negative (-1) or positive (1)."""
    further = {} if alpha is None else {"alpha": alpha}

    def draw(rng: np.random.RandomState) -> Inputs:
        x = 1.5 * rng.standard_normal(shape)
        signs = np.where(x > 0, 1.0, -1.0) if sign is None else sign
        x = signs * (AWAY + np.abs(x))
        return {"x": x.astype(dtype), "dout": rng.standard_normal(shape).astype(dtype), **further}

    return draw


def as_wide_as_x(inputs: Inputs) -> Inputs:
    """The same with as many rows of w as a sample has numbers."""
    return {**inputs, "w": inputs["w"][: int(np.prod(inputs["x"].shape[1:]))].copy(order="K")}


def one_row(rng: np.random.RandomState, width: int) -> Inputs:
    """One sample of this width, with an alpha for those who take it."""
    return elementwise(1, width, alpha=0.03)(rng)


def saturated(rng: np.random.RandomState) -> Inputs:
    """Ordinary entries between +1000 and -1000, where the function has reached its limits."""
    x = rng.standard_normal((4, 6))
    x[:, 1], x[:, 4] = SATURATED, -SATURATED
    return {"x": x, "dout": rng.standard_normal(x.shape)}


def scored(
    n: int,
    c: int,
    safe: Safe,
    *,
    scale: float = 1.0,
    offset: object = 0.0,
    label: int | None = None,
    dtype: type = np.float64,
) -> Draw:
    """Scores x (n, c), shifted by `offset` (a number, or one a row), and labels y, or one `label`; away from kinks."""

    def draw(rng: np.random.RandomState) -> Inputs:
        while True:
            x = 1.5 * scale * rng.standard_normal((n, c))
            y = rng.randint(c, size=n) if label is None else np.full(n, label)
            if safe(x, y):
                return {"x": (x + np.asarray(offset)).astype(dtype), "y": y}

    return draw


def shaped(draw: Draw, shape: Callable[[Inputs], Inputs]) -> Draw:
    """What `draw` gives, in another form."""
    return lambda rng: shape(draw(rng))


def in_columns(inputs: Inputs) -> Inputs:
    """The same numbers in column order."""
    return _each_array(inputs, np.asfortranarray)


def as_views(inputs: Inputs) -> Inputs:
    """The same numbers as views into larger arrays."""
    return _each_array(inputs, every_second)


def _each_array(inputs: Inputs, form: Callable[[Array], Array]) -> Inputs:
    return {name: form(value) if isinstance(value, np.ndarray) else value for name, value in inputs.items()}


def far_above(inputs: Inputs) -> Inputs:
    """Three labels' scores lie 14 above the others: the hinge loss of those rows is 0, their cross-entropy is not."""
    x, rows = inputs["x"].copy(), np.arange(3)
    x[:3] = 0
    x[rows, inputs["y"][:3]] = 14
    return {**inputs, "x": x}


def far_label(rng: np.random.RandomState) -> Inputs:
    """The label's score is 735 above the others: exp(-735) is still a number, exp(735) is none."""
    x, y = rng.standard_normal((5, 4)), rng.randint(4, size=5)
    x[np.arange(5), y] += 735
    return {"x": x, "y": y}


def whole_scores(rng: np.random.RandomState) -> Inputs:
    """Some margins are exactly 0: the loss is one number there, the gradient is not."""
    return {"x": rng.randint(-2, 3, size=(6, 4)).astype(float), "y": rng.randint(4, size=6)}


AFFINE_CASES = (
    Case("base", fully_connected(6, (5,), 4)),
    Case("4-D x", fully_connected(3, (2, 4, 3), 5)),
    Case("N=1", fully_connected(1, (5,), 3), "robustness"),
    Case("M=1", fully_connected(5, (4,), 1), "robustness"),
    Case("square", fully_connected(4, (4,), 4), "robustness"),
    Case("dout=1", lambda rng: {**fully_connected(5, (3,), 4)(rng), "dout": np.ones((5, 4))}, "robustness"),
    Case("F-order", shaped(fully_connected(4, (2, 3), 5), in_columns), "robustness"),
    Case("strided", shaped(fully_connected(4, (2, 3), 5), as_views), "robustness"),
    Case("float32", fully_connected(6, (5,), 4, np.float32), "robustness", tolerance=1e-3),
)


def elementwise_cases(alpha: float | None = None) -> tuple[Case, ...]:
    """The pool of the functions of single numbers, with the argument alpha or without."""
    return (
        Case("base", elementwise(5, 7, alpha=alpha)),
        Case("4-D x", elementwise(2, 3, 4, 2, alpha=alpha)),
        Case("vector", elementwise(9, alpha=alpha), "robustness"),
        Case("negative", elementwise(4, 5, sign=-1, alpha=alpha), "robustness"),
        Case("positive", elementwise(4, 5, sign=1, alpha=alpha), "robustness"),
        Case("F-order", shaped(elementwise(4, 6, alpha=alpha), in_columns), "robustness"),
        Case("strided", shaped(elementwise(4, 6, alpha=alpha), as_views), "robustness"),
        Case("float32", elementwise(5, 7, dtype=np.float32, alpha=alpha), "robustness", tolerance=1e-3),
    )


LEAKY_CASES = (*elementwise_cases(0.03), Case("alpha=0.5", elementwise(4, 6, alpha=0.5)))
SIGMOID_CASES = (*elementwise_cases(), Case("±1000", saturated, "stability"))


def loss_cases(safe: Safe) -> tuple[Case, ...]:
    """The pool of both losses."""
    return (
        Case("base", scored(7, 5, safe)),
        Case("smallx", scored(9, 4, close_to_the_start, scale=0.014)),
        Case("C=3", scored(5, 3, safe)),
        Case("C=2", scored(6, 2, safe), "robustness"),
        Case("N=1", scored(1, 5, safe), "robustness"),
        Case("N=C", scored(4, 4, safe), "robustness"),
        Case("one label", scored(6, 4, safe, label=2), "robustness"),
        Case("F-order", shaped(scored(7, 5, safe), in_columns), "robustness"),
        Case("strided", shaped(scored(7, 5, safe), as_views), "robustness"),
        Case("int32 y", shaped(scored(7, 5, safe), labels_of(np.int32)), "robustness"),
        Case("uint8 y", shaped(scored(7, 5, safe), labels_of(np.uint8)), "robustness"),
        Case("s_y + 10", shaped(scored(7, 5, safe), far_above), "robustness"),
        Case("float32", scored(7, 5, safe, dtype=np.float32), "robustness", tolerance=1e-3),
    )


SVM_CASES = (*loss_cases(hinge_is_smooth), Case("ties", whole_scores, "robustness", graded=("loss",)))
SOFTMAX_CASES = (
    *loss_cases(smooth),
    Case("big", scored(6, 4, smooth, scale=3, offset=1000), "stability"),
    Case("half big", scored(6, 4, smooth, scale=3, offset=500), "stability"),
    Case("bigmix", scored(6, 4, smooth, offset=[[1000], [-1000]] * 3), "stability"),
    Case("neg", scored(6, 4, smooth, offset=-1000), "stability"),
    Case("spread", far_label, "stability"),
)

# --------------------------------------------------------------------------- what is asked of whom


def layer(
    name: str,
    points: int,
    cases: tuple[Case, ...],
    reference: Callable[[Inputs], Outputs],
    *,
    arguments: tuple[str, ...] = ("x",),
    of: tuple[str, ...] = ("x",),
    row: Row | None = None,
) -> Group:
    """A forward/backward pair: values in forward, gradients in backward, half the points each. An elementwise one has
    a `row(rng, width)` of inputs."""
    forward, backward = f"{name}_forward", f"{name}_backward"
    gradients = tuple(f"d{one}" for one in of)
    shares = halves(forward, backward, points)
    half, slope = Fraction(points, 2), gradient(shares, loss=upstream)
    return Group(
        name,
        functions=(
            Function(forward, f"({', '.join(arguments)}) -> (out, cache)", half),
            Function(backward, f"(dout, cache) -> {', '.join(gradients)}", half),
        ),
        outputs=(
            Output("out", forward, "value"),
            *(Output(f"d{one}", backward, "gradient", of=one) for one in of),
        ),
        cases=cases,
        play=pair(forward, backward, arguments, gradients),
        reference=reference,
        checks=(
            contract(shares),
            value(shares),
            without_jacobian(slope, forward, backward, arguments, row) if row else slope,
            numeric_gradient(backward, loss=upstream),
            robustness(shares),
            deterministic(shares),
        ),
    )


def loss(
    name: str,
    cases: tuple[Case, ...],
    reference: Callable[[Inputs], Outputs],
    formula: str,
    at_start: Callable[[Inputs], float],
) -> Group:
    """A loss of scores: `(x, y) -> (loss, dx)`."""
    shares = {name: split(8)}
    sanity = Sanity(formula=formula, expected=at_start, case="smallx", samples=("x", "y"))
    return Group(
        name,
        functions=(Function(name, "(x, y) -> (loss, dx)", Fraction(8)),),
        outputs=(Output("loss", name, "value"), Output("dx", name, "gradient", of="x")),
        cases=cases,
        play=calls(name, ("x", "y"), ("loss", "dx")),
        reference=reference,
        checks=(
            contract(shares),
            value(shares),
            gradient(shares),
            initial_loss(shares, sanity),
            numeric_gradient(name),
            robustness(shares),
            deterministic(shares),
        ),
    )


STARTER = '''"""Layers: what a network is built of.

A forward pass returns its result and a cache, which is whatever the backward pass needs. A backward pass takes the
upstream gradient dout, which has the shape of the result, and the cache, and returns the gradients of the inputs.
"""

import numpy as np


def affine_forward(x, w, b):
    """x (N, d1, ..., dk) is flattened to rows of D = d1 * ... * dk numbers; w (D, M), b (M,); out (N, M)."""
    out = None
    cache = None
    return out, cache


def affine_backward(dout, cache):
    """dout (N, M) -> dx, dw, db with the shapes of x, w, b."""
    dx, dw, db = None, None, None
    return dx, dw, db


def relu_forward(x):
    """max(0, x), elementwise, for x of any shape."""
    out = None
    cache = None
    return out, cache


def relu_backward(dout, cache):
    dx = None
    return dx


def leaky_relu_forward(x, alpha):
    """x where it is positive, alpha * x elsewhere."""
    out = None
    cache = None
    return out, cache


def leaky_relu_backward(dout, cache):
    dx = None
    return dx


def sigmoid_forward(x):
    """1 / (1 + exp(-x)); for x = -1000 that is 0, for x = 1000 it is 1."""
    out = None
    cache = None
    return out, cache


def sigmoid_backward(dout, cache):
    dx = None
    return dx


def tanh_forward(x):
    out = None
    cache = None
    return out, cache


def tanh_backward(dout, cache):
    dx = None
    return dx


def softmax_loss(x, y):
    """Scores x (N, C), labels y (N,) -> the mean of -log(softmax(x)[y]) and its gradient dx (N, C)."""
    loss = None
    dx = None
    return loss, dx


def svm_loss(x, y):
    """Scores x (N, C), labels y (N,) -> the mean of sum_{j != y} max(0, x_j - x_y + 1) and its gradient dx (N, C)."""
    loss = None
    dx = None
    return loss, dx
'''

SOLUTION = """import numpy as np


def affine_forward(x, w, b):
    rows = x.reshape(x.shape[0], -1)
    out = rows.dot(w) + b
    cache = (x, w, b)
    return out, cache


def affine_backward(dout, cache):
    x, w, b = cache
    rows = x.reshape(x.shape[0], -1)
    dx = dout.dot(w.T).reshape(x.shape)
    dw = rows.T.dot(dout)
    db = np.sum(dout, axis=0)
    return dx, dw, db


def relu_forward(x):
    out = np.maximum(0, x)
    return out, x


def relu_backward(dout, cache):
    x = cache
    dx = dout * (x > 0)
    return dx


def leaky_relu_forward(x, alpha):
    out = np.where(x > 0, x, alpha * x)
    cache = (x, alpha)
    return out, cache


def leaky_relu_backward(dout, cache):
    x, alpha = cache
    dx = dout * np.where(x > 0, 1, alpha)
    return dx


def sigmoid_forward(x):
    out = 1 / (1 + np.exp(-x))
    return out, out


def sigmoid_backward(dout, cache):
    out = cache
    dx = dout * out * (1 - out)
    return dx


def tanh_forward(x):
    out = np.tanh(x)
    return out, out


def tanh_backward(dout, cache):
    out = cache
    dx = dout * (1 - out ** 2)
    return dx


def softmax_loss(x, y):
    num_train = x.shape[0]
    rows = np.arange(num_train)
    scores = x - np.max(x, axis=1, keepdims=True)
    p = np.exp(scores)
    p = p / np.sum(p, axis=1, keepdims=True)
    loss = -np.sum(np.log(p[rows, y]))
    dx = p.copy()
    dx[rows, y] -= 1
    loss = loss / num_train
    dx = dx / num_train
    return loss, dx


def svm_loss(x, y):
    num_train = x.shape[0]
    rows = np.arange(num_train)
    margins = np.maximum(0, x - x[rows, y][:, None] + 1)
    margins[rows, y] = 0
    loss = np.sum(margins)
    dx = (margins > 0).astype(float)
    dx[rows, y] = -np.sum(dx, axis=1)
    loss = loss / num_train
    dx = dx / num_train
    return loss, dx
"""

ASSIGNMENT = Assignment(
    slug="layers",
    groups=(
        replace(
            layer("affine", 10, AFFINE_CASES, affine, arguments=("x", "w", "b"), of=("x", "w", "b")),
            fitted=as_wide_as_x,
        ),
        layer("relu", 6, elementwise_cases(), relu, row=one_row),
        layer("leaky_relu", 5, LEAKY_CASES, leaky_relu, arguments=("x", "alpha"), row=one_row),
        layer("sigmoid", 5, SIGMOID_CASES, sigmoid, row=one_row),
        layer("tanh", 5, SIGMOID_CASES, tanh, row=one_row),
        loss("softmax_loss", SOFTMAX_CASES, softmax_loss, "log C", lambda inputs: float(np.log(inputs["x"].shape[1]))),
        loss("svm_loss", SVM_CASES, svm_loss, "C-1", lambda inputs: float(inputs["x"].shape[1] - 1)),
    ),
    files=("layers.py",),
    supply=("layer_utils", "fast_layers", "optim", "solver", "data_utils", "gradient_check", "vis_utils"),
    starter={"layers.py": STARTER},
    solution={"layers.py": SOLUTION},
)
