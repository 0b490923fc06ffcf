"""The modules that stand in for starter files are right: run in a box, against derivatives and formulas that know
nothing of theirs."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from grader.core import Program, Raised, Value
from tests.reference.derivatives import furthest
from tests.sandbox.conftest import Open

Array = NDArray[np.float64]
H = 1e-5

CALLER = """
import layers, layer_utils, optim, solver

def there(module, name, args):
    return getattr(globals()[module], name)(*args)[0]

def back(module, forward, backward, args, dout):
    home = globals()[module]
    out, cache = getattr(home, forward)(*args)
    grads = getattr(home, backward)(dout, cache)
    return list(grads) if isinstance(grads, tuple) else [grads]

def loss(name, x, y):
    return getattr(layers, name)(x, y)

def steps(name, w, gradients, config):
    path = []
    for dw in gradients:
        w, config = getattr(optim, name)(w, dw, config)
        path.append(w)
    return path

def tested(x, gamma, beta, param, later):
    layers.batchnorm_forward(x, gamma, beta, param)
    out, _ = layers.batchnorm_forward(later, gamma, beta, {**param, "mode": "test"})
    return param["running_mean"], param["running_var"], out

class Line:
    def __init__(self, start, step):
        self.params, self.step, self.asked = {"W": start}, step, []

    def loss(self, X, y=None):
        self.asked.append((len(X), y is not None))
        return X @ self.params["W"] if y is None else (1.0, {"W": self.step})

def trained(start, step, data, options):
    model = Line(start, step)
    run = solver.Solver(model, data, **options)
    run.train()
    batches = [rows for rows, labelled in model.asked if labelled]
    return model.params["W"], batches, run.loss_history, run.train_acc_history, run.val_acc_history
"""
STARTERS = ("layers", "layer_utils", "optim", "solver")


@pytest.fixture(scope="module")
def program(open_box: Open) -> Iterator[Program]:
    """One box with the starter modules and a file that calls them."""
    with open_box(CALLER, "there back loss steps tested trained", supply=STARTERS) as box:
        assert not box.loaded.errors
        yield box


def centred(f: Callable[[Array], float], x: Array) -> Array:
    """Centred differences of `f` at every entry."""
    slopes = np.zeros(x.shape)
    for index in np.ndindex(*x.shape):
        step = np.zeros(x.shape)
        step[index] = H
        slopes[index] = (f(x + step) - f(x - step)) / (2 * H)
    return slopes


def drawn(*shapes: tuple[int, ...]) -> list[Array]:
    """Normal numbers, none of them nearer to 0 than a step of a difference, nor two nearer to each other."""
    rng = np.random.RandomState(3)
    return [(rng.permutation(int(np.prod(shape))).reshape(shape) - 0.4 * np.prod(shape)) / 5 for shape in shapes]


TRAIN = {"mode": "train", "eps": 0.5, "momentum": 0.3}
DROP = {"mode": "train", "p": 0.6, "seed": 5}
CONV, POOL = {"stride": 2, "pad": 1}, {"pool_height": 3, "pool_width": 2, "stride": 1}
FLAT, IMAGES = (4, 3), (2, 3, 5, 4)
PASSES: dict[str, tuple[str, list[Array], list[Value]]] = {
    "affine": ("layers", drawn((3, 2, 2), (4, 5), (5,)), []),
    "relu": ("layers", drawn(FLAT), []),
    "leaky_relu": ("layers", drawn(FLAT), [0.03]),
    "sigmoid": ("layers", drawn(FLAT), []),
    "tanh": ("layers", drawn(FLAT), []),
    "batchnorm": ("layers", drawn(FLAT, (3,), (3,)), [TRAIN]),
    "layernorm": ("layers", drawn(FLAT, (3,), (3,)), [{"eps": 0.5}]),
    "spatial_batchnorm": ("layers", drawn(IMAGES, (3,), (3,)), [TRAIN]),
    "dropout": ("layers", drawn(FLAT), [DROP]),
    "conv/naive": ("layers", drawn(IMAGES, (2, 3, 3, 2), (2,)), [CONV]),
    "max_pool/naive": ("layers", drawn(IMAGES), [POOL]),
    "affine_relu": ("layer_utils", drawn(FLAT, (3, 5), (5,)), []),
    "affine_bn_relu": ("layer_utils", drawn(FLAT, (3, 5), (5,), (5,), (5,)), [TRAIN]),
    "conv_relu": ("layer_utils", drawn(IMAGES, (2, 3, 3, 2), (2,)), [CONV]),
    "conv_bn_relu": ("layer_utils", drawn(IMAGES, (2, 3, 3, 2), (2,), (2,), (2,)), [CONV, TRAIN]),
    "conv_relu_pool": ("layer_utils", drawn(IMAGES, (2, 3, 3, 2), (2,)), [{"stride": 1, "pad": 1}, POOL]),
}


@pytest.mark.parametrize("name", PASSES)
def test_a_backward_pass_is_the_derivative_of_its_forward_pass(program: Program, name: str) -> None:
    module, arrays, settings = PASSES[name]
    layer, _, tail = name.partition("/")
    forward, backward = (f"{layer}_{way}{'_' if tail else ''}{tail}" for way in ("forward", "backward"))
    out = program.call("there", module, forward, (*arrays, *settings)).value
    dout = np.random.RandomState(9).standard_normal(out.shape)
    grads = program.call("back", module, forward, backward, (*arrays, *settings), dout).value
    assert len(grads) == len(arrays)
    for place, gradient in enumerate(grads):

        def moved(x: Array, place: int = place) -> float:
            given = [x if at == place else array for at, array in enumerate(arrays)]
            return float(np.sum(program.call("there", module, forward, (*given, *settings)).value * dout))

        expected = centred(moved, arrays[place])
        assert gradient.shape == arrays[place].shape
        assert np.abs(gradient - expected).max() < 1e-7 * max(1.0, np.abs(expected).max())


@pytest.mark.parametrize("name", ["softmax_loss", "svm_loss"])
def test_the_gradient_of_a_loss_is_its_derivative(program: Program, name: str) -> None:
    x, y = 1.3 * drawn((5, 4))[0], np.array([0, 3, 1, 1, 2])  # margins of a multiple of 0.26 are none of 1
    loss, gradient = program.call("loss", name, x, y).value
    expected = centred(lambda moved: float(program.call("loss", name, moved, y).value[0]), x)
    assert np.abs(gradient - expected).max() < 1e-8
    assert loss > 0


def test_the_losses_are_those_of_the_lecture(program: Program) -> None:
    """Scores 3.2, 5.1, -1.7 of a cat: hinge loss 2.9, softmax loss 2.04."""
    scores, cat = np.array([[3.2, 5.1, -1.7]]), np.array([0])
    assert float(program.call("loss", "svm_loss", scores, cat).value[0]) == pytest.approx(2.9)
    assert float(program.call("loss", "softmax_loss", scores, cat).value[0]) == pytest.approx(2.040, abs=5e-4)
    assert float(program.call("loss", "softmax_loss", scores + 1000, cat).value[0]) == pytest.approx(2.040, abs=5e-4)


def test_saturated_units_are_finite(program: Program) -> None:
    x = np.array([[-1000.0, 0.0, 1000.0]])
    assert program.call("there", "layers", "sigmoid_forward", (x,)).value.tolist() == [[0, 0.5, 1]]
    assert program.call("there", "layers", "tanh_forward", (x,)).value.tolist() == [[-1, 0, 1]]


def test_batch_normalisation_tests_by_its_running_statistics(program: Program) -> None:
    x, later, gamma, beta = drawn((6, 3), (4, 3), (3,), (3,))
    mean, var, out = program.call("tested", x, gamma, beta, TRAIN, later).value
    assert furthest(mean, 0.7 * x.mean(axis=0)) < 1e-12
    assert furthest(var, 0.7 * x.var(axis=0)) < 1e-12
    assert furthest(out, gamma * (later - 0.7 * x.mean(axis=0)) / np.sqrt(0.7 * x.var(axis=0) + 0.5) + beta) < 1e-12


def test_dropout_keeps_with_p_scales_by_1_over_p_and_does_nothing_in_a_test(program: Program) -> None:
    x = np.ones((200, 200))
    kept = program.call("there", "layers", "dropout_forward", (x, {"mode": "train", "p": 0.3})).value
    assert set(np.unique(kept).round(9)) == {0.0, round(1 / 0.3, 9)}
    assert abs((kept > 0).mean() - 0.3) < 6 * np.sqrt(0.3 * 0.7 / x.size)
    tested = program.call("there", "layers", "dropout_forward", (x, {"mode": "test", "p": 0.3})).value
    assert np.array_equal(tested, x)
    unset = program.call("there", "layers", "dropout_forward", (x, {"mode": "train", "p": 0})).value
    assert np.array_equal(unset, x)


@pytest.mark.parametrize("name", ["batchnorm_forward", "dropout_forward"])
def test_an_unknown_mode_is_told(program: Program, name: str) -> None:
    x, row = drawn((4, 3), (3,))
    rest = (row, row, {"mode": "trian"}) if name == "batchnorm_forward" else ({"mode": "trian", "p": 0.5},)
    with pytest.raises(Raised, match="trian"):
        program.call("there", "layers", name, (x, *rest))


def by_hand(name: str, w: Array, gradients: Sequence[Array], c: dict[str, Any]) -> list[Array]:
    """The rules, written as in the papers, with every setting named."""
    path, v, cache, m = [], np.zeros_like(w), np.zeros_like(w), np.zeros_like(w)
    lr = c["learning_rate"]
    for t, g in enumerate(gradients, start=1):
        if name == "sgd":
            w = w - lr * g
        elif name == "sgd_momentum":
            v = c["momentum"] * v - lr * g
            w = w + v
        elif name == "sgd_nesterov":
            before, v = v, c["momentum"] * v - lr * g
            w = w - c["momentum"] * before + (1 + c["momentum"]) * v
        elif name == "adam":
            m = c["beta1"] * m + (1 - c["beta1"]) * g
            v = c["beta2"] * v + (1 - c["beta2"]) * g * g
            w = w - lr * (m / (1 - c["beta1"] ** t)) / (np.sqrt(v / (1 - c["beta2"] ** t)) + c["epsilon"])
        else:
            cache = cache + g * g if name == "adagrad" else c["decay_rate"] * cache + (1 - c["decay_rate"]) * g * g
            w = w - lr * g / (np.sqrt(cache) + c["epsilon"])
        path.append(w)
    return path


DEFAULTS: dict[str, dict[str, float]] = {
    "sgd": {"learning_rate": 1e-2},
    "sgd_momentum": {"learning_rate": 1e-2, "momentum": 0.9},
    "sgd_nesterov": {"learning_rate": 1e-2, "momentum": 0.9},
    "rmsprop": {"learning_rate": 1e-2, "decay_rate": 0.99, "epsilon": 1e-8},
    "adagrad": {"learning_rate": 1e-2, "epsilon": 1e-8},
    "adam": {"learning_rate": 1e-3, "beta1": 0.9, "beta2": 0.999, "epsilon": 1e-8},
}


@pytest.mark.parametrize("given", ["nothing", "all"])
@pytest.mark.parametrize("name", DEFAULTS)
def test_an_update_rule_walks_the_path_of_its_formula(program: Program, name: str, given: str) -> None:
    w, *gradients = drawn(*[(3, 4)] * 6)
    settings = DEFAULTS[name] if given == "nothing" else {key: 0.8 * value for key, value in DEFAULTS[name].items()}
    path = program.call("steps", name, w, gradients, None if given == "nothing" else settings).value
    for actual, expected in zip(path, by_hand(name, w, gradients, settings), strict=True):
        assert furthest(actual, expected) < 1e-12


def line(**options: Value) -> tuple[Array, dict[str, Array], dict[str, Value]]:
    """Weights of two features and two classes, ten samples of which the first feature tells the class, and options."""
    y = np.arange(10) % 2
    X = np.stack([2.0 * y - 1, np.ones(10)], axis=1)
    data = {"X_train": X, "y_train": y, "X_val": X[:4], "y_val": y[:4]}
    return np.array([[3.0, -3.0], [0.0, 0.0]]), data, {"verbose": False, **options}


def test_a_solver_makes_the_steps_of_its_epochs_and_keeps_the_best(program: Program) -> None:
    """The weights begin with every label wrong and end with every label right: three epochs of five steps, whose
    lengths halve from epoch to epoch."""
    start, data, options = line(num_epochs=3, batch_size=2, lr_decay=0.5, optim_config={"learning_rate": 0.4})
    step = np.array([[2.0, -2.0], [0.0, 0.0]])
    W, batches, losses, train, val = program.call("trained", start, step, data, options).value
    assert furthest(W, start - 0.4 * 5 * step) < 1e-12  # the end of the first epoch is the first best one
    assert batches == [2] * 15
    assert losses == [1.0] * 15
    assert [float(one) for one in train] == [0, 1, 1, 1]
    assert [float(one) for one in val] == [0, 1, 1, 1]


def test_a_solver_that_never_names_a_sample_right_leaves_the_last_weights(program: Program) -> None:
    start, data, options = line(num_epochs=1, batch_size=5, optim_config={"learning_rate": 0.1})
    W, *_ = program.call("trained", start, -np.eye(2), data, options).value
    assert furthest(W, start + 0.2 * np.eye(2)) < 1e-12


def test_a_solver_takes_every_option_of_the_course_and_refuses_others(program: Program) -> None:
    start, data, options = line(
        update_rule="adam",
        optim_config={"learning_rate": 1e-3},
        lr_decay=0.9,
        batch_size=3,
        num_epochs=1,
        num_train_samples=4,
        num_val_samples=2,
        print_every=1,
        checkpoint_name="never_written",
    )
    _, batches, *_ = program.call("trained", start, np.eye(2), data, {**options, "verbose": True}).value
    assert batches == [3, 3, 3]
    assert "(Iteration 1 / 3) loss: 1.0" in program.output
    with pytest.raises(Raised, match="unknown options: epochs"):
        program.call("trained", start, np.eye(2), data, {**options, "epochs": 1})
    with pytest.raises(Raised, match="no update rule 'sgdd'"):
        program.call("trained", start, np.eye(2), data, {**options, "update_rule": "sgdd"})


THEIRS = {
    "course/layers.py": """
        def relu_forward(x): return "theirs", None
        def affine_forward(x, w, b): return "theirs", None
        """,
    "course/classifiers/fc_net.py": """
        from ..layers import *
        from .. import layers
        import layer_utils

        def starred(x): return relu_forward(x)[0]
        def through_the_module(x): return layers.relu_forward(x)[0]
        def through_a_sandwich(x, w, b): return layer_utils.affine_relu_forward(x, w, b)[0]
        def lacking(x, y): return softmax_loss(x, y)[0]
        def not_named(x, w, b): return affine_forward(x, w, b)[0]
        """,
}
CALLS = "starred through_the_module through_a_sandwich lacking not_named"


def test_layers_that_are_to_be_ours_are_ours_in_every_module_and_others_stay_theirs(open_box: Open) -> None:
    x, w, b, y = np.array([[-2.0, 3.0]]), np.eye(2), np.zeros(2), np.array([1])
    with open_box(THEIRS, CALLS, supply=STARTERS) as box:
        assert box.call("starred", x).value == "theirs"
        with pytest.raises(Raised, match="softmax_loss"):
            box.call("lacking", x, y)
    with open_box(THEIRS, CALLS, supply=STARTERS, ours=["relu_forward", "softmax_loss"]) as box:
        assert box.call("starred", x).value.tolist() == [[0, 3]]
        assert box.call("through_the_module", x).value.tolist() == [[0, 3]]
        assert float(box.call("lacking", x, y).value) == pytest.approx(np.log1p(np.exp(-5)))
        assert box.call("not_named", x, w, b).value == "theirs"
    with open_box(THEIRS, CALLS, supply=STARTERS, ours=["relu_forward", "affine_forward"]) as box:
        assert box.call("through_a_sandwich", x, w, b).value.tolist() == [[0, 3]]
