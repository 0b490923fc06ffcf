"""svm: the multiclass hinge loss of a linear classifier, with loops and without.

L = 1/N sum_i sum_{j != y_i} max(0, s_j - s_{y_i} + 1) + reg * sum(W^2), s = X W: the loss of Weston and Watkins with
margin 1, as in the course since 2016. An assignment file holds the solution, the cases, and what is asked of whom
(here `linear_loss` says it for both functions); `grader/checks/__init__.py` tells how one is written.
"""

from functools import partial

import numpy as np

from grader.checks import wide
from grader.checks.linear_loss import hinge_is_smooth, linear_cases, linear_loss
from grader.core import Assignment, Case, Inputs, Outputs


def svm_loss(inputs: Inputs) -> Outputs:
    """Loss and gradient in double precision (complex stays complex: the tests differentiate by a complex step).

    A margin of exactly 0 gives no gradient.
    """
    W, X = wide(inputs["W"]), wide(inputs["X"])
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


loss = partial(linear_loss, cases=CASES, reference=svm_loss, formula="C-1", at_start=lambda classes: classes - 1.0)

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
    groups=(
        loss("svm_loss_naive", 8),
        loss("svm_loss_vectorized", 12, vectorisation=4, naive="svm_loss_naive"),
    ),
    files=("linear_svm.py",),
    supply=("softmax", "linear_classifier", "data_utils", "gradient_check", "vis_utils"),
    starter={"linear_svm.py": STARTER},
)
