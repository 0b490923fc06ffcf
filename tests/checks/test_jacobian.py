"""The full Jacobian of an elementwise function costs nothing and is said; a loop over the entries is none."""

import pytest

from tests.students import changed, graded, result, unnamed

RELU = unnamed("layers", "relu")
TEXT = """
import numpy as np


def relu_forward(x):
    return np.maximum(0, x), x


def relu_backward(dout, x):
    return dout * (x > 0)
"""
RETURN = "return dout * (x > 0)"

MATRICES = {
    "diag": "return (np.diag((x.ravel() > 0) * 1.0) @ dout.ravel()).reshape(x.shape)",
    "eye": "return (dout.ravel() @ (np.eye(x.size) * (x.ravel() > 0))).reshape(x.shape)",
    "one a sample": (
        "n = len(x)\n    m = (x > 0).reshape(n, -1)\n"
        "    J = np.einsum('nd,de->nde', m, np.eye(m.shape[1]))\n"
        "    return np.einsum('nd,nde->ne', dout.reshape(n, -1), J).reshape(x.shape)"
    ),
}
NO_MATRICES = {
    "as it is": RETURN,
    "a loop over the entries": (
        "dx = np.zeros(x.shape)\n    for i in np.ndindex(*x.shape):\n"
        "        dx[i] = dout[i] if x[i] > 0 else 0\n    return dx"
    ),
    "a list of numbers": (
        "flat = [d if v > 0 else 0.0 for d, v in zip(dout.ravel(), x.ravel())]\n"
        "    return np.array(flat, dtype=dout.dtype).reshape(x.shape)"
    ),
    "slow, whatever the width": "np.ones((300, 300)) @ np.ones((300, 300))\n    return dout * (x > 0)",
}


@pytest.mark.parametrize("body", MATRICES.values(), ids=MATRICES)
def test_a_jacobian_is_said_and_costs_nothing(body: str) -> None:
    report = graded(RELU, changed(TEXT, RETURN, body))
    assert (report.score, [w.id for w in result(report, "relu_backward").warnings]) == (6, ["warning.full-jacobian"])
    assert not result(report, "relu_forward").warnings


@pytest.mark.parametrize("body", NO_MATRICES.values(), ids=NO_MATRICES)
def test_what_is_no_matrix_is_not_said_to_be_one(body: str) -> None:
    report = graded(RELU, changed(TEXT, RETURN, body))
    assert (report.score, result(report, "relu_backward").warnings) == (6, ())


def test_of_a_wrong_gradient_nothing_more_is_said() -> None:
    report = graded(RELU, changed(TEXT, RETURN, "return np.diag(dout.ravel()).sum(axis=0).reshape(x.shape)"))
    assert result(report, "relu_backward").points == 0
    assert not result(report, "relu_backward").warnings


def test_a_pass_that_takes_no_wide_row_is_judged_by_its_cases() -> None:
    report = graded(RELU, changed(TEXT, RETURN, f"assert x.size < 2000\n    {RETURN}"))
    assert (report.score, result(report, "relu_backward").warnings) == (6, ())
