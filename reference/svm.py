"""svm: the multiclass hinge loss of a linear classifier, with loops and without.

L = 1/N sum_i sum_{j != y_i} max(0, s_j - s_{y_i} + 1) + reg * sum(W^2), s = X W: the loss of Weston and Watkins with
margin 1, as in the course since 2016. An assignment file holds the solution, the cases, and what is asked of whom
(here `linear_loss` says it for both functions); `grader/checks/__init__.py` tells how one is written.
"""

import numpy as np

from grader.checks import wide
from grader.checks.linear_loss import LinearLoss, hinge_is_smooth, linear_cases, with_l2
from grader.core import Assignment, Case, Inputs, Outputs


def svm_loss(inputs: Inputs) -> Outputs:
    """Loss and gradient of the data in double precision (complex stays complex: the tests differentiate by a complex
    step). A margin of exactly 0 gives no gradient."""
    W, X, y = wide(inputs["W"]), wide(inputs["X"]), inputs["y"]
    rows = np.arange(len(y))
    scores = X @ W
    margins = scores - scores[rows, y][:, None] + 1.0
    violated = margins.real > 0
    violated[rows, y] = False
    counts = violated.astype(np.float64)
    counts[rows, y] = -counts.sum(axis=1)
    return {
        "loss": np.sum(margins[violated]) / len(y),
        "dW": X.T @ counts / len(y),
    }


def ties(rng: np.random.RandomState) -> Inputs:
    """Whole numbers, so that some margins are exactly 0: the loss is one number there, the gradient is not."""
    W, X = rng.randint(-1, 2, size=(5, 4)).astype(float), rng.randint(-1, 2, size=(7, 5)).astype(float)
    return {"W": W, "X": X, "y": rng.randint(4, size=7), "reg": 0.5}


LOSS = LinearLoss(
    cases=(*linear_cases(hinge_is_smooth), Case("ties", ties, "robustness", graded=("loss",))),
    references=with_l2(svm_loss),
    formula="C-1",
    at_start=lambda classes: classes - 1.0,
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

SOLUTION = """import numpy as np


def svm_loss_naive(W, X, y, reg):
    num_train = X.shape[0]
    num_classes = W.shape[1]
    loss = 0.0
    dW = np.zeros(W.shape)
    for i in range(num_train):
        scores = X[i].dot(W)
        for j in range(num_classes):
            if j == y[i]:
                continue
            margin = scores[j] - scores[y[i]] + 1
            if margin > 0:
                loss += margin
                dW[:, j] += X[i]
                dW[:, y[i]] -= X[i]
    loss = loss / num_train + reg * np.sum(W * W)
    dW = dW / num_train + 2 * reg * W
    return loss, dW


def svm_loss_vectorized(W, X, y, reg):
    num_train = X.shape[0]
    rows = np.arange(num_train)
    scores = X.dot(W)
    margins = np.maximum(0, scores - scores[rows, y][:, None] + 1)
    margins[rows, y] = 0
    loss = np.sum(margins)
    # A violated margin adds x to the column of its class and takes it off that of the label.
    mask = (margins > 0).astype(float)
    mask[rows, y] = -np.sum(mask, axis=1)
    dW = X.T.dot(mask)
    loss = loss / num_train + reg * np.sum(W * W)
    dW = dW / num_train + 2 * reg * W
    return loss, dW
"""

ASSIGNMENT = Assignment(
    slug="svm",
    groups=(
        LOSS.group("svm_loss_naive", 8),
        LOSS.group("svm_loss_vectorized", 12, vectorisation=4, naive="svm_loss_naive"),
    ),
    files=("linear_svm.py",),
    supply=("softmax", "linear_classifier", "data_utils", "gradient_check", "vis_utils"),
    starter={"linear_svm.py": STARTER},
    solution={"linear_svm.py": SOLUTION},
)
