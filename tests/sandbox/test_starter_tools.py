"""The starter's tools that stand in: windows, numerical gradients, grids of images, losses of linear classifiers."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from grader.core import Program, Raised

CALLER = """
    import numpy as np
    from cs231n.im2col import *
    from cs231n.im2col_cython import col2im_6d_cython, col2im_cython, im2col_cython
    from cs231n.fast_layers import *
    from cs231n import layers
    from cs231n.gradient_check import *
    from cs231n.vis_utils import vis_grid, vis_nn, visualize_grid
    from cs231n.data_utils import get_CIFAR10_data
    from cs231n.classifiers.linear_svm import svm_loss_naive, svm_loss_vectorized
    from cs231n.classifiers.softmax import softmax_loss_vectorized
    from cs231n.classifiers.linear_classifier import LinearSVM, Softmax

    def call(name, *args):
        return globals()[name](*args)

    def conv(home, way, x, w, b, param, dout):
        forward, backward = (getattr(home, f"conv_{one}_{way}") for one in ("forward", "backward"))
        out, cache = forward(x, w, b, param)
        return (out, *backward(dout, cache))

    def pool(home, way, x, param, dout):
        forward, backward = (getattr(home, f"max_pool_{one}_{way}") for one in ("forward", "backward"))
        out, cache = forward(x, param)
        return out, backward(dout, cache)

    class fast:
        pass

    for key, value in list(globals().items()):
        if callable(value):
            setattr(fast, key, staticmethod(value))

    def both(kind, way, *args):
        play = {"conv": conv, "pool": pool}[kind]
        return play(fast, way, *args), play(layers, "naive", *args)

    def blobs(x, y):
        class Blob:
            def __init__(self, vals):
                self.vals, self.diffs = vals, np.ones_like(vals)
        def f(a, b, out):
            out.vals = a.vals * b.vals
        return eval_numerical_gradient_blobs(f, (Blob(x), Blob(y)), Blob(np.zeros_like(x)))

    def trained(kind, X, y):
        model = {"svm": LinearSVM, "softmax": Softmax}[kind]()
        history = model.train(X, y, learning_rate=0.1, reg=0.0, num_iters=30, batch_size=len(X))
        return history[0], history[-1], model.predict(X)
"""
TOOLS = (
    "fast_layers",
    "layers",
    "gradient_check",
    "vis_utils",
    "data_utils",
    "linear_svm",
    "softmax",
    "linear_classifier",
)


@pytest.fixture(scope="module")
def program(open_box: Any) -> Iterator[Program]:
    with open_box(CALLER, "call both blobs trained", supply=TOOLS) as box:
        assert not box.loaded.errors
        yield box


def drawn(*shape: int) -> Any:
    return np.random.RandomState(sum(shape)).randn(*shape)


@pytest.mark.parametrize("way", ["fast", "im2col", "strides"])
@pytest.mark.parametrize(("stride", "pad", "field"), [(1, 1, (3, 3)), (2, 0, (2, 3)), (1, 0, (1, 1)), (2, 2, (3, 4))])
def test_fast_convolution_is_that_of_the_loops(
    program: Program, way: str, stride: int, pad: int, field: tuple[int, int]
) -> None:
    x, w, b = drawn(2, 3, 7, 6), drawn(4, 3, *field), drawn(4)
    size = [(length + 2 * pad - one) // stride + 1 for length, one in zip((7, 6), field, strict=True)]
    fast, loops = program.call("both", "conv", way, x, w, b, {"stride": stride, "pad": pad}, drawn(2, 4, *size)).value
    assert len(fast) == 4
    assert all(np.allclose(one, other) for one, other in zip(fast, loops, strict=True))


@pytest.mark.parametrize("way", ["fast", "im2col", "reshape"])
@pytest.mark.parametrize(("height", "width", "stride"), [(2, 2, 2), (3, 2, 1), (2, 3, 3)])
def test_fast_pooling_is_that_of_the_loops(program: Program, way: str, height: int, width: int, stride: int) -> None:
    size = (8 - height) // stride + 1, (9 - width) // stride + 1
    param = {"pool_height": height, "pool_width": width, "stride": stride}
    fast, loops = program.call("both", "pool", way, drawn(2, 3, 8, 9), param, drawn(2, 3, *size)).value
    assert all(np.allclose(one, other) for one, other in zip(fast, loops, strict=True))


@pytest.mark.parametrize(("height", "width", "pad", "stride"), [(3, 3, 1, 1), (2, 3, 0, 2), (1, 1, 0, 1)])
def test_columns_are_the_windows_in_the_courses_order(
    program: Program, height: int, width: int, pad: int, stride: int
) -> None:
    x = drawn(2, 3, 6, 7)
    cols = program.call("call", "im2col_indices", x, height, width, pad, stride).value
    k, i, j = program.call("call", "get_im2col_indices", x.shape, height, width, pad, stride).value
    padded = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    assert np.array_equal(cols, padded[:, k, i, j].transpose(1, 2, 0).reshape(3 * height * width, -1))
    assert np.array_equal(cols, program.call("call", "im2col_cython", x, height, width, pad, stride).value)


def test_images_of_columns_add_up_what_overlaps(program: Program) -> None:
    """The one is the transpose of the other: <im2col(x), c> = <x, col2im(c)>."""
    x = drawn(2, 3, 6, 5)
    cols = program.call("call", "im2col_indices", x, 3, 2, 1, 1).value
    other = drawn(*cols.shape)
    back = program.call("call", "col2im_indices", other, x.shape, 3, 2, 1, 1).value
    assert np.sum(cols * other) == pytest.approx(np.sum(x * back))
    assert np.array_equal(back, program.call("call", "col2im_cython", other, 2, 3, 6, 5, 3, 2, 1, 1).value)
    in_six = other.reshape(3, 3, 2, 6, 6, 2).transpose(0, 1, 2, 5, 3, 4)
    assert np.array_equal(back, program.call("call", "col2im_6d_cython", in_six, 2, 3, 6, 5, 3, 2, 1, 1).value)


def test_numerical_gradients_are_the_derivatives(program: Program) -> None:
    x, df = drawn(2, 3), drawn(2, 3)
    number = program.call("call", "eval_numerical_gradient", lambda x: float(np.sum(x**2)), x, False).value
    assert np.allclose(number, 2 * x)
    array = program.call("call", "eval_numerical_gradient_array", lambda x: x**3, x, df).value
    assert np.allclose(array, 3 * x**2 * df)
    assert [one.tolist() for one in program.call("blobs", np.array([3.0]), np.array([5.0])).value] == [
        pytest.approx([5.0]),
        pytest.approx([3.0]),
    ]
    assert program.call("call", "grad_check_sparse", lambda x: float(np.sum(x**2)), x, 2 * x, 3).mutated == ()
    assert "relative error" in program.output


def test_images_stand_side_by_side(program: Program) -> None:
    images = np.arange(3 * 2 * 2 * 1, dtype=float).reshape(3, 2, 2, 1)
    grid = program.call("call", "visualize_grid", images).value
    assert grid.shape == (5, 5, 1)
    assert grid[3:, :2, 0].tolist() == [[0.0, 85.0], [170.0, 255.0]]
    assert program.call("call", "vis_grid", images).value.max() == 1.0
    assert program.call("call", "vis_nn", [[images[0], images[1]], [images[2]]]).value.shape == (6, 6, 1)


@pytest.mark.parametrize("name", ["svm_loss_naive", "svm_loss_vectorized", "softmax_loss_vectorized"])
def test_losses_of_linear_classifiers_have_the_gradient_that_they_give(program: Program, name: str) -> None:
    W, X, y = drawn(4, 3), drawn(5, 4), np.array([0, 2, 1, 1, 0])
    loss, dW = program.call("call", name, W, X, y, 0.1).value
    for index in np.ndindex(W.shape):
        step = np.zeros_like(W)
        step[index] = 1e-6
        above, below = (program.call("call", name, one, X, y, 0.1).value[0] for one in (W + step, W - step))
        assert dW[index] == pytest.approx((above - below) / 2e-6, abs=1e-6)
    assert loss > 0.1 * np.sum(W * W)


def test_a_linear_classifier_learns(program: Program) -> None:
    X, y = np.eye(3), np.arange(3)
    for kind in ("svm", "softmax"):
        first, last, labels = program.call("trained", kind, X, y).value
        assert last < first
        assert labels.tolist() == [0, 1, 2]


def test_there_is_no_data_set_and_that_is_said(program: Program) -> None:
    with pytest.raises(Raised, match="data sets are not there when your code is graded"):
        program.call("call", "get_CIFAR10_data")
