"""Every edge of the losses and layers is asked: a program that is wrong there alone fails there alone. And what right
programs do differently is not asked."""

import pytest

from tests.students import SOFTMAX, VECTORISED, changed, graded, lost, only

SVM_EDGES = {
    "C=2": "assert W.shape[1] > 2",
    "N=1": "assert len(y) > 1",
    "D=1": "assert W.shape[0] > 1",
    "one label": "assert len(set(y.tolist())) > 1 or len(y) == 1",
    "N=D=C": "assert not len(X) == X.shape[1] == W.shape[1]",
    "bias row": "reg = reg * 2 if (X[:, -1] == 1).all() else reg",
    "strided": "assert X.flags.c_contiguous or X.flags.f_contiguous",
    "F-order": "assert X.flags.c_contiguous or not X.flags.f_contiguous or 1 in X.shape",
    "int32 y": "y = y.view(np.int64) if y.dtype == np.int32 else y",
    "uint8 y": "y = -(0 - y).astype(int)",
    "float32": "assert W.dtype == float",
    "s_y + 10": "W = W * (1 + 1e-4 * ((X @ W).max() > 10))",
}
LAYER = """
import numpy as np


def svm_loss(X, y):
    rows = np.arange(len(y))
    margins = np.maximum(0, X - X[rows, y][:, None] + 1)
    margins[rows, y] = 0
    mask = (margins > 0).astype(float)
    mask[rows, y] = -mask.sum(axis=1)
    return margins.sum() / len(y), mask / len(y)
"""
LAYER_EDGES = {
    "C=2": "assert X.shape[1] > 2",
    "N=1": "assert len(y) > 1",
    "N=C": "assert len(X) != X.shape[1]",
    "strided": SVM_EDGES["strided"],
    "F-order": SVM_EDGES["F-order"],
    "int32 y": SVM_EDGES["int32 y"],
    "uint8 y": SVM_EDGES["uint8 y"],
    "float32": "assert X.dtype == float",
    "s_y + 10": "X = X * (1 + 1e-4 * (X.max() > 10))",
}
RELU = """
import numpy as np


def relu_forward(x):
    {}
    return np.maximum(0, x), x


def relu_backward(dout, x):
    return dout * (x > 0)
"""
RELU_EDGES = {
    "vector": "assert x.ndim > 1",
    "negative": "assert (x > 0).any()",
    "positive": "assert (x < 0).any()",
    "strided": "assert x.flags.forc",
    "F-order": "assert not x.flags.fnc",
    "float32": "assert x.dtype == float",
}


def failing_edges(slug: str, group: str, text: str) -> list[str]:
    """The cases in which points are lost, which must all be edges."""
    found = lost(graded(only(slug, group), text))
    assert set(found) <= {"robustness"}
    return found.get("robustness", [])


@pytest.mark.parametrize(("case", "line"), SVM_EDGES.items(), ids=SVM_EDGES)
def test_a_loss_that_is_wrong_at_one_edge_fails_it_and_no_other(case: str, line: str) -> None:
    text = changed(VECTORISED, "    rows =", f"    {line}\n    rows =")
    assert failing_edges("svm", "svm_loss_vectorized", text) == [case]


@pytest.mark.parametrize(("case", "line"), LAYER_EDGES.items(), ids=LAYER_EDGES)
def test_a_loss_of_scores_that_is_wrong_at_one_edge_fails_it_and_no_other(case: str, line: str) -> None:
    text = changed(LAYER, "    rows =", f"    {line}\n    rows =")
    assert failing_edges("layers", "svm_loss", text) == [case]


@pytest.mark.parametrize(("case", "line"), RELU_EDGES.items(), ids=RELU_EDGES)
def test_a_layer_that_is_wrong_at_one_edge_fails_it_and_no_other(case: str, line: str) -> None:
    assert failing_edges("layers", "relu", RELU.format(line)) == [case]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("(margins > 0)", "((scores - scores[rows, y][:, None] + 1 >= 0) & (np.arange(W.shape[1]) != y[:, None]))"),
        ("margins > 0", "margins >= 1e-12"),
    ],
)
def test_the_slope_at_a_tie_of_the_hinge_is_not_asked(old: str, new: str) -> None:
    assert graded(only("svm", "svm_loss_vectorized"), changed(VECTORISED, old, new)).score == 12


@pytest.mark.parametrize(
    "loss",
    [
        "-np.mean(np.log(p[rows, y]))",
        "-np.sum(np.eye(W.shape[1])[y] * np.log(p)) / len(y)",
        "-np.log(p[rows, y]).sum() / len(y)",
        "np.mean(-np.log(p[rows, y] + 1e-300))",
    ],
)
def test_a_label_whose_probability_is_no_number_any_more_is_not_asked(loss: str) -> None:
    """log(p) is -inf there, and 0 * log(p) is nan: so do most programs, and the course's own."""
    text = changed(SOFTMAX, "np.mean(np.log(np.exp(s).sum(axis=1)) - s[rows, y])", loss)
    assert graded(only("softmax", "softmax_loss_vectorized"), text).score == 12


@pytest.mark.parametrize("mask", ["x >= 0", "x > 0", "np.maximum(0, x) != 0", "np.sign(x) + 1 > 0.5"])
def test_the_slope_of_relu_at_0_is_not_asked(mask: str) -> None:
    text = changed(RELU.format("pass"), "dout * (x > 0)", f"dout * ({mask})")
    assert graded(only("layers", "relu"), text).score == 6
