"""notes: the programs of the course notes - two losses of a table of scores, differences, descent, search, a graph.

`SVM_loss(score)` and `softmax(score)` return the mean loss over the rows; the label of row i is i. A callable argument
(`f`, `gradient`, `loss_fn`) stays on this side and is served call by call, so it also sees what it is asked.
Sources: the lectures on loss functions (3x3 example: hinge 2.9, 0, 12.9, mean 5.267; softmax of the first row 2.040),
optimisation (random search, numerical gradient) and backpropagation (x=-2, y=5, z=-4 gives f=-12).
"""

from collections.abc import Callable, Iterable
from dataclasses import replace
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from grader.checks import (
    Sanity,
    calls,
    contract,
    deterministic,
    each,
    gradient,
    initial_loss,
    numeric_gradient,
    parts,
    robustness,
    skipped,
    split,
    value,
    wide,
)
from grader.checks.form import as_array
from grader.checks.linear_loss import close_to_the_start
from grader.checks.served import Oracle, Slope, Waves
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
    Program,
    Value,
)

Array = NDArray[np.float64]
Draw = Callable[[np.random.RandomState], Inputs]

LECTURE = np.array([[3.2, 5.1, -1.7], [1.3, 4.9, 2.0], [2.2, 2.5, -3.1]])  # scores of cat, car and frog
STEEP = 0.5  # least slope of what is differentiated
SEARCH_SCALE = 1e-4  # standard deviation of a candidate's weights
UNIFORM_SCALE = 1 / np.sqrt(3)  # root mean square of numbers drawn evenly from [0, 1) over that of normal ones

# --------------------------------------------------------------------------- two losses of scores


def svm_loss(inputs: Inputs) -> Outputs:
    """1/N sum_i sum_{j != i} max(0, s_ij - s_ii + 1)."""
    score = wide(inputs["score"])
    margins = np.maximum(0.0, score - np.diagonal(score)[:, None] + 1)
    return {"loss": (margins.sum() - len(score)) / len(score)}  # the label's own margin is always 1


def softmax(inputs: Inputs) -> Outputs:
    """1/N sum_i -log(exp(s_ii) / sum_j exp(s_ij)), with the natural logarithm."""
    score = wide(inputs["score"])
    shifted = score - score.max(axis=1, keepdims=True)
    return {"loss": np.mean(np.log(np.exp(shifted).sum(axis=1)) - np.diagonal(shifted))}


def table(rows: int, classes: int, *, scale: float = 2.0, offset: float = 0.0) -> Draw:
    """A table of scores, one row a sample; every class violates the margin of some row, so none can be left out."""

    def draw(rng: np.random.RandomState) -> Inputs:
        while True:
            score = offset + scale * rng.standard_normal((rows, classes))
            margins = np.maximum(0.0, score - np.diagonal(score)[:, None] + 1)
            np.fill_diagonal(margins, 0)
            if margins.sum(axis=0).min() > 0.1:
                return {"score": score}

    return draw


def small(rng: np.random.RandomState) -> Inputs:
    """Scores of which none means anything yet."""
    while True:
        inputs = table(5, 7, scale=0.012)(rng)
        if close_to_the_start(inputs["score"], np.arange(5)):
            return inputs


def listed(rng: np.random.RandomState) -> Inputs:
    """The table as a list of lists."""
    return {"score": table(3, 4)(rng)["score"].tolist()}


SCORE_CASES = (
    Case("base", table(4, 6)),
    Case("lecture", lambda rng: {"score": LECTURE.copy()}),
    Case("4x4", table(4, 4)),
    Case("3x5", table(3, 5)),
    Case("small", small),
    Case("lists", listed, "robustness"),
    Case("first row", lambda rng: {"score": LECTURE[:1].copy()}, "robustness"),
)
BIG_SCORES = Case("big", table(4, 6, scale=3, offset=1000), "stability")


def score_loss(
    name: str,
    cases: tuple[Case, ...],
    reference: Callable[[Inputs], Outputs],
    formula: str,
    start: Callable[[int], float],
) -> Group:
    """A loss of a table of scores, worth 5. `start(C)` is the loss where all scores are alike."""
    shares = {name: split(5, gradient=False)}
    sanity = Sanity(formula=formula, expected=lambda inputs: start(inputs["score"].shape[1]), case="small")
    return Group(
        name,
        functions=(Function(name, "(score) -> loss", Fraction(5)),),
        outputs=(Output("loss", name, "value"),),
        cases=cases,
        play=calls(name, ("score",), ("loss",)),
        reference=reference,
        checks=(
            contract(shares),
            value(shares),
            skipped("gradient", [name]),
            initial_loss(shares, sanity),
            skipped("numeric-gradient", [name]),
            robustness(shares),
            deterministic(shares),
        ),
    )


def one_sample(inputs: Inputs) -> Outputs:
    """sum_{j != y} max(0, s_j - s_y + 1) for s = W x."""
    scores = wide(inputs["W"]) @ wide(inputs["x"])
    margins = np.maximum(0.0, scores - scores[inputs["y"]] + 1)
    return {"loss": margins.sum() - 1}


def sample(d: int, c: int, label: int) -> Draw:
    """x (d,), W (c, d) and one label; of three classes or more one satisfies the margin and two violate it."""

    def draw(rng: np.random.RandomState) -> Inputs:
        while True:
            x, W = rng.standard_normal(d), rng.standard_normal((c, d))
            margins = np.delete(W @ x - W[label] @ x + 1, label)
            if d == 1 or c == 2 or (np.sort(margins)[-2] > 0.1 and margins.min() < -0.1):
                return {"x": x, "y": label, "W": W}

    return draw


# --------------------------------------------------------------------------- differences


def true_gradient(inputs: Inputs) -> Outputs:
    """The true gradient; the centred formula with the step of the cases differs from it by less than the tolerance."""
    return {"gradient": inputs["f"].gradient(inputs["x"])}


def waves(*shape: int, h: float = 1e-3, whole: bool = False) -> Draw:
    """f, x and h; no slope is close to 0, where an error of order h^2 would loom large: the centred formula with
    h = 1e-3 is off by 8/6 a h^2, at most 2.7e-6."""

    def draw(rng: np.random.RandomState) -> Inputs:
        while True:
            size = int(np.prod(shape))
            f = Waves(shape, 1 + rng.random_sample(size), rng.standard_normal(size - 1))
            x = rng.randint(-3, 4, size=shape) if whole else rng.standard_normal(shape)
            slopes = np.abs(f.gradient(x))
            if slopes.min() > max(STEEP, 0.1 * slopes.max()):
                return {"f": f, "x": x, "h": h}

    return draw


# --------------------------------------------------------------------------- descent


def descent(inputs: Inputs) -> Outputs:
    """x_0 = start, x_{t+1} = x_t - learning_rate * gradient(x_t)."""
    x = wide(inputs["init_x"])
    history = [x]
    for _ in range(inputs["epoch"]):
        x = x - inputs["learning_rate"] * wide(inputs["gradient"](x))
        history.append(x)
    return {"history": np.array(history)}


def bowl(*shape: int, rate: float, epoch: int) -> Draw:
    """A start of this shape and the gradient of a bowl whose axes are not those of x."""

    def draw(rng: np.random.RandomState) -> Inputs:
        size = int(np.prod(shape))
        root = rng.standard_normal((size, size))
        slope = Slope(shape, root @ root.T / size + 0.2 * np.eye(size), rng.standard_normal(size))
        start = rng.standard_normal(shape)
        return {"gradient": slope, "init_x": start, "learning_rate": rate, "epoch": epoch}

    return draw


def parabola(rate: float, epoch: int) -> Draw:
    """x^2 from a number: 0.01 creeps (a factor of 0.98 a step), 0.8 oscillates and converges (-0.6)."""

    def draw(rng: np.random.RandomState) -> Inputs:
        slope = Slope((), np.array([[2.0]]), np.zeros(1))
        return {"gradient": slope, "init_x": float(3 + rng.random_sample()), "learning_rate": rate, "epoch": epoch}

    return draw


def descend(program: Program, inputs: Inputs) -> Iterable[tuple[str, Value]]:
    """A list of points is as good as an array of them."""
    arguments = (inputs[name] for name in ("gradient", "init_x", "learning_rate", "epoch"))
    yield "history", as_array(program.call("gradient_descent", *arguments).value)


# --------------------------------------------------------------------------- search


def search(program: Program, inputs: Inputs) -> Iterable[tuple[str, Value]]:
    """The result, and what the loss function was asked meanwhile."""
    oracle = Oracle(inputs["losses"], inputs["shape"])
    returned = program.call("random_search", oracle, oracle.shape, len(oracle.losses)).value
    if returned is None:
        yield from dict.fromkeys(("loss", "best_try", "tries", "scale")).items()
        return
    loss, W = parts(returned, "loss", "W")
    at = oracle.find(W)
    yield "loss", loss
    yield "best_try", None if W is None else -1 if at is None else at
    yield "tries", len(oracle.seen)
    if oracle.seen:
        scale = oracle.size / SEARCH_SCALE
        yield "scale", scale / UNIFORM_SCALE if oracle.positive else scale
        yield "uniform", oracle.positive


def searched(inputs: Inputs) -> Outputs:
    losses = inputs["losses"]
    return {"loss": losses.min(), "best_try": int(losses.argmin()), "tries": len(losses), "scale": 1.0}


def noted(check: Check) -> Check:
    """`check`, with a note where the candidates were drawn evenly: another search, and as good a one."""

    def ask(trial: Trial, function: str) -> Finding:
        finding: Finding = check.ask(trial, function)
        uniform = any(play.outputs.get("uniform") for play in trial.plays.values())
        return replace(finding, warnings=(Message("warning.uniform-candidates"),)) if uniform else finding

    return replace(check, ask=ask)


def scripted(tries: int, *shape: int, below: float = 0.0) -> Draw:
    """Losses whose smallest and largest are neither the first nor the last."""

    def draw(rng: np.random.RandomState) -> Inputs:
        losses = 1 + rng.permutation(tries) + rng.random_sample(tries) - below
        inner = 1 + rng.permutation(tries - 2)[:2]
        for place, extreme in zip(inner, (losses.argmin(), losses.argmax()), strict=True):
            losses[[place, extreme]] = losses[[extreme, place]]
        if {int(losses.argmin()), int(losses.argmax())} & {0, tries - 1}:
            return draw(rng)
        return {"losses": losses, "shape": shape}

    return draw


# --------------------------------------------------------------------------- a graph


def graph(inputs: Inputs) -> Outputs:
    """q = x + y passes the gradient on, f = q z swaps its inputs."""
    x, y, z = (inputs[name] for name in ("x", "y", "z"))
    return {"f": (x + y) * z, "dx": z, "dy": z, "dz": x + y}


def three_numbers(rng: np.random.RandomState) -> Inputs:
    return dict(zip(("x", "y", "z"), map(float, rng.standard_normal(3)), strict=True))


# --------------------------------------------------------------------------- what is asked of whom


def plain(
    name: str,
    signature: str,
    points: int,
    cases: tuple[Case, ...],
    reference: Callable[[Inputs], Outputs],
    *,
    share: str = "value",
    shown: tuple[Case, ...] = (),
) -> Group:
    """A function of plain arguments that returns the one output of `reference`, a value or a gradient."""
    arguments = [one.partition("=")[0].strip() for one in signature.partition(")")[0].strip("(").split(",")]
    result = signature.partition("-> ")[2]
    robust = any(case.check != "ordinary" for case in cases)
    shares = {name: split(points, value=share == "value", gradient=share == "gradient", loss=False, robustness=robust)}
    asked = value(shares) if share == "value" else gradient(shares)
    return Group(
        name,
        functions=(Function(name, signature, Fraction(points)),),
        outputs=(Output(result, name, "value" if share == "value" else "gradient"),),
        cases=cases,
        play=calls(name, arguments, (result,)),
        reference=reference,
        checks=(contract(shares), asked, *([robustness(shares)] if robust else []), deterministic(shares)),
        shown=shown,
    )


def weights(*shape: int) -> Draw:
    return lambda rng: {"W": rng.standard_normal(shape)}


def lecture_weights(rng: np.random.RandomState) -> Inputs:
    """(.25, .25, .25, .25): L2 prefers it to (1, 0, 0, 0), L1 is indifferent."""
    return {"W": np.full((1, 4), 0.25)}


def wave_at(x: Array) -> Draw:
    """A function of few numbers, which has simple coefficients, at x."""
    return lambda rng: {"f": Waves(x.shape, np.ones(x.size), np.full(x.size - 1, 2.0)), "x": x.copy(), "h": 1e-3}


def square_from(start: Value, epoch: int) -> Draw:
    """Steps down x^2, from a number or an array of one."""
    slope = Slope(np.shape(start), np.array([[2.0]]), np.zeros(1))
    return lambda rng: {"gradient": slope, "init_x": start, "learning_rate": 0.25, "epoch": epoch}


def three_tries(rng: np.random.RandomState) -> Inputs:
    return {"losses": np.array([2.0, 1.0, 3.0]), "shape": (2,)}


REGULARISER_CASES = (
    Case("base", weights(4, 5)),
    Case("lecture", lecture_weights),
    Case("C=1", weights(1, 6), "robustness"),
)

NUMERICAL_GRADIENT = plain(
    "numerical_gradient",
    "(f, x, h=1e-5) -> gradient",
    8,
    (
        Case("base", waves(2, 3), tolerance=1e-5),
        Case("h=1e-5", waves(3, 2, h=1e-5), tolerance=1e-5),
        Case("3x4", waves(3, 4), "robustness", tolerance=1e-5),
        Case("vector", waves(4), "robustness", tolerance=1e-5),
        Case("rank 3", waves(2, 1, 2), "robustness", tolerance=1e-5),
        Case("int x", waves(2, 2, whole=True), "robustness", tolerance=1e-5),
    ),
    true_gradient,
    share="gradient",
    shown=(
        Case("two numbers", wave_at(np.array([0.5, -0.5])), tolerance=1e-5),
        Case("1x2", wave_at(np.array([[0.5, -0.5]])), "robustness", tolerance=1e-5),
        Case("int x", wave_at(np.array([1])), "robustness", tolerance=1e-5),
    ),
)

DESCENT_SHARES = {"gradient_descent": split(5, gradient=False, loss=False)}
GRADIENT_DESCENT = Group(
    "gradient_descent",
    functions=(Function("gradient_descent", "(gradient, init_x, learning_rate, epoch) -> history", Fraction(5)),),
    outputs=(Output("history", "gradient_descent", "value"),),
    cases=(
        Case("base", bowl(3, rate=0.1, epoch=4)),
        Case("lr=0.8", parabola(0.8, 6)),
        Case("lr=0.01", parabola(0.01, 4)),
        Case("matrix", bowl(2, 3, rate=0.05, epoch=3), "robustness"),
        Case("epoch=0", bowl(3, rate=0.1, epoch=0), "robustness"),
    ),
    play=each(descend),
    reference=descent,
    checks=(
        contract(DESCENT_SHARES),
        value(DESCENT_SHARES),
        robustness(DESCENT_SHARES),
        deterministic(DESCENT_SHARES),
    ),
    shown=(Case("x^2", square_from(3.0, 2)), Case("array", square_from(np.array([3.0]), 2), "robustness")),
)

SEARCH_SHARES = {"random_search": split(5, gradient=False, loss=False)}
SIX_SIGMA = 0.15  # of the root mean square of at least 900 normal numbers: 6 / sqrt(2 * 900) is 0.141
RANDOM_SEARCH = Group(
    "random_search",
    functions=(Function("random_search", "(loss_fn, shape, num_tries) -> (loss, W)", Fraction(5), draws=True),),
    outputs=(
        Output("loss", "random_search", "value"),
        Output("best_try", "random_search", "value", integer=True),
        Output("tries", "random_search", "value", integer=True),
        Output("scale", "random_search", "value"),
    ),
    cases=(
        Case("base", scripted(10, 5, 6), graded=("loss", "best_try", "tries")),
        Case("normal * 1e-4", scripted(8, 12, 10), graded=("scale",), tolerance=SIX_SIGMA),
        Case("vector", scripted(8, 7), "robustness", graded=("loss", "best_try", "tries")),
        Case("negative", scripted(9, 3, 4, below=40.0), "robustness", graded=("loss", "best_try", "tries")),
    ),
    play=each(search),
    reference=searched,
    checks=(contract(SEARCH_SHARES), noted(value(SEARCH_SHARES)), robustness(SEARCH_SHARES)),
    shown=(Case("three tries", three_tries, graded=("loss", "best_try", "tries")),),
)

GRAPH_SHARES = {"graph_backward": split(2, loss=False)}
GRAPH_BACKWARD = Group(
    "graph_backward",
    functions=(Function("graph_backward", "(x, y, z) -> (f, dx, dy, dz)", Fraction(2)),),
    outputs=(
        Output("f", "graph_backward", "value"),
        *(Output(f"d{name}", "graph_backward", "gradient", of=name) for name in ("x", "y", "z")),
    ),
    cases=(
        Case("base", three_numbers),
        Case("lecture", lambda rng: {"x": -2.0, "y": 5.0, "z": -4.0}),
        Case("z=0", lambda rng: {**three_numbers(rng), "z": 0.0}, "robustness"),
        Case("huge", lambda rng: {name: 1e9 * number for name, number in three_numbers(rng).items()}, "robustness"),
    ),
    play=calls("graph_backward", ("x", "y", "z"), ("f", "dx", "dy", "dz")),
    reference=graph,
    checks=(
        contract(GRAPH_SHARES),
        value(GRAPH_SHARES),
        gradient(GRAPH_SHARES, loss=lambda outputs, inputs: outputs.get("f")),
        numeric_gradient("graph_backward", loss=lambda outputs, inputs: outputs.get("f")),
        robustness(GRAPH_SHARES),
        deterministic(GRAPH_SHARES),
    ),
)

STARTER = '''"""The programs of the course notes.

In SVM_loss and softmax, score holds one row of class scores a sample, as an array or a list of lists, and the label of
row i is i. Both return the mean of the losses of the rows, one number.
"""

import numpy as np


def SVM_loss(score):
    """Mean over the rows of the sum over j != i of max(0, s_ij - s_ii + 1)."""
    loss = None
    return loss


def softmax(score):
    """Mean over the rows of -log(exp(s_ii) / sum_j exp(s_ij))."""
    loss = None
    return loss


def numerical_gradient(f, x, h=1e-5):
    """The gradient of f at x by centred differences with the step h; x, of any shape, is left as it was."""
    grad = None
    return grad


def gradient_descent(gradient, init_x, learning_rate, epoch):
    """The epoch + 1 points of the descent, the start first: x <- x - learning_rate * gradient(x)."""
    history = None
    return history


def random_search(loss_fn, shape, num_tries):
    """The smallest of the losses of num_tries candidates np.random.randn(*shape) * 1e-4, and the W it belongs to."""
    bestloss, bestW = None, None
    return bestloss, bestW


def L_i_vectorized(x, y, W):
    """The hinge loss of one sample: x (D,), label y, W (C, D)."""
    loss = None
    return loss


def l1_reg(W):
    """The sum of the absolute values of W."""
    penalty = None
    return penalty


def l2_reg(W):
    """The sum of the squares of W."""
    penalty = None
    return penalty


def graph_backward(x, y, z):
    """f = q z with q = x + y, and the gradients of f: f, dx, dy, dz."""
    f, dx, dy, dz = None, None, None, None
    return f, dx, dy, dz
'''

SOLUTION = """import numpy as np


def SVM_loss(score):
    score = np.array(score, dtype=float)
    num_rows, num_classes = score.shape
    loss = 0.0
    for i in range(num_rows):
        for j in range(num_classes):
            if j == i:
                continue
            loss += max(0, score[i, j] - score[i, i] + 1)
    return loss / num_rows


def softmax(score):
    score = np.array(score, dtype=float)
    rows = np.arange(score.shape[0])
    score = score - np.max(score, axis=1, keepdims=True)
    p = np.exp(score)
    p = p / np.sum(p, axis=1, keepdims=True)
    losses = -np.log(p[rows, rows])
    return np.mean(losses)


def numerical_gradient(f, x, h=1e-5):
    x = np.array(x, dtype=float)
    grad = np.zeros(x.shape)
    for index in np.ndindex(*x.shape):
        old = x[index]
        x[index] = old + h
        above = f(x)
        x[index] = old - h
        below = f(x)
        x[index] = old
        grad[index] = (above - below) / (2 * h)
    return grad


def gradient_descent(gradient, init_x, learning_rate, epoch):
    x = init_x
    history = [x]
    for _ in range(epoch):
        x = x - learning_rate * gradient(x)
        history.append(x)
    return np.array(history)


def random_search(loss_fn, shape, num_tries):
    bestloss, bestW = float("inf"), None
    for _ in range(num_tries):
        W = np.random.randn(*shape) * 1e-4
        loss = loss_fn(W)
        if loss < bestloss:
            bestloss = loss
            bestW = W
    return bestloss, bestW


def L_i_vectorized(x, y, W):
    scores = W.dot(x)
    margins = np.maximum(0, scores - scores[y] + 1)
    margins[y] = 0
    return np.sum(margins)


def l1_reg(W):
    return np.sum(np.abs(W))


def l2_reg(W):
    return np.sum(W * W)


def graph_backward(x, y, z):
    q = x + y
    f = q * z
    dq, dz = z, q
    dx, dy = dq, dq
    return f, dx, dy, dz
"""

ASSIGNMENT = Assignment(
    slug="notes",
    groups=(
        score_loss("SVM_loss", SCORE_CASES, svm_loss, "C-1", lambda classes: classes - 1.0),
        score_loss("softmax", (*SCORE_CASES, BIG_SCORES), softmax, "log C", lambda classes: float(np.log(classes))),
        NUMERICAL_GRADIENT,
        GRADIENT_DESCENT,
        RANDOM_SEARCH,
        plain(
            "L_i_vectorized",
            "(x, y, W) -> loss",
            2,
            (
                Case("base", sample(5, 4, 1)),
                Case("last label", sample(3, 6, 5)),
                Case("C=2", sample(4, 2, 0), "robustness"),
                Case("D=1", sample(1, 5, 2), "robustness"),
            ),
            one_sample,
        ),
        plain("l1_reg", "(W) -> penalty", 2, REGULARISER_CASES, lambda inputs: {"penalty": np.abs(inputs["W"]).sum()}),
        plain("l2_reg", "(W) -> penalty", 2, REGULARISER_CASES, lambda inputs: {"penalty": np.sum(inputs["W"] ** 2)}),
        GRAPH_BACKWARD,
    ),
    files=("notes.py",),
    supply=("data_utils", "gradient_check", "vis_utils"),
    starter={"notes.py": STARTER},
    solution={"notes.py": SOLUTION},
)
