"""svm: the multiclass hinge loss of a linear classifier, with loops and without.

L = 1/N sum_i sum_{j != y_i} max(0, s_j - s_{y_i} + 1) + reg * sum(W^2), s = X W: the loss of Weston and Watkins with
margin 1, as in the course since 2016. An assignment file holds the solution, the cases, and what is asked of whom;
`grader/checks/__init__.py` tells how one is written.
"""

from fractions import Fraction

import numpy as np

from grader.checks import (
    Sanity,
    calls,
    contract,
    deterministic,
    gradient,
    initial_loss,
    numeric_gradient,
    robustness,
    split,
    value,
    vectorised,
)
from grader.checks.linear_loss import hinge_is_smooth, l2, linear_cases, sized
from grader.core import Assignment, Case, Function, Group, Inputs, Output, Outputs

ARGUMENTS = ("W", "X", "y", "reg")
SIGNATURE = "(W, X, y, reg) -> (loss, dW)"
SANITY = Sanity(
    formula="C-1",
    expected=lambda inputs: float(inputs["W"].shape[1] - 1),
    unregularised={"reg": 0.0},
    l2=l2,
    samples=("X", "y"),
)


def svm_loss(inputs: Inputs) -> Outputs:
    """Loss and gradient in double precision (complex stays complex: the tests differentiate by a complex step).

    A margin of exactly 0 gives no gradient.
    """
    W, X = (np.asarray(inputs[name], np.result_type(inputs[name], np.float64)) for name in ("W", "X"))
    y, reg = inputs["y"], inputs["reg"]
    rows = np.arange(len(y))
    scores = X @ W
    margins = scores - scores[rows, y][:, None] + 1.0
    violated = margins.real > 0
    violated[rows, y] = False
    counts = violated.astype(np.float64)
    counts[rows, y] = -counts.sum(axis=1)
    return {
        "loss": np.sum(margins[violated]) / len(y) + reg * np.sum(W * W),
        "dW": X.T @ counts / len(y) + 2 * reg * W,
    }


def ties(rng: np.random.RandomState) -> Inputs:
    """Whole numbers, so that some margins are exactly 0: the loss is one number there, the gradient is not."""
    W, X = rng.randint(-1, 2, size=(5, 4)).astype(float), rng.randint(-1, 2, size=(7, 5)).astype(float)
    return {"W": W, "X": X, "y": rng.randint(4, size=7), "reg": 0.5}


CASES = (*linear_cases(hinge_is_smooth), Case("ties", ties, "robustness", graded=("loss",)))


def group(name: str, points: int, vectorisation: int = 0) -> Group:
    shares = {name: split(points, vectorised=vectorisation)}
    return Group(
        name,
        functions=(Function(name, SIGNATURE, Fraction(points)),),
        outputs=(Output("loss", name, "value"), Output("dW", name, "gradient", of="W")),
        cases=CASES,
        play=calls(name, ARGUMENTS, ("loss", "dW")),
        reference=svm_loss,
        checks=(
            contract(shares),
            value(shares),
            gradient(shares),
            initial_loss(shares, SANITY),
            numeric_gradient(name),
            robustness(shares),
            *([vectorised(shares, sized, naive=("svm_loss_naive",))] if vectorisation else []),
            deterministic(shares),
        ),
    )


STARTER = '''"""The multiclass hinge loss (SVM) of a linear classifier.

W (D, C) are the weights, X (N, D) holds one sample a row, y (N,) the labels 0 <= y[i] < C, reg is the strength of the
regularisation. Both functions return the loss, a number, and its gradient dW with the shape of W.

The loss is the mean over the samples of the sum over the wrong classes j of max(0, s_j - s_y + 1), where s = X W are
the scores, plus reg * sum(W^2).
"""

import numpy as np


def svm_loss_naive(W, X, y, reg):
    """With loops over the samples and the classes."""
    loss = 0.0
    dW = np.zeros(W.shape)
    return loss, dW


def svm_loss_vectorized(W, X, y, reg):
    """Without a loop over the samples."""
    loss = 0.0
    dW = np.zeros(W.shape)
    return loss, dW
'''

ASSIGNMENT = Assignment(
    slug="svm",
    groups=(group("svm_loss_naive", 8), group("svm_loss_vectorized", 12, vectorisation=4)),
    files=("linear_svm.py",),
    supply=("softmax", "linear_classifier", "data_utils", "gradient_check", "vis_utils"),
    starter={"linear_svm.py": STARTER},
)
