"""softmax: the cross-entropy loss of a linear classifier, with loops and without.

L = 1/N sum_i (log sum_j exp(s_j) - s_{y_i}) + reg * sum(W^2), s = X W. The largest score of each row is taken off
before exp, which changes nothing but the range: a program that leaves it in overflows at scores of 710.
"""

from collections.abc import Callable

import numpy as np

from grader.checks import wide
from grader.checks.linear_loss import Array, Linear, LinearLoss, linear_cases, smooth, with_l2
from grader.core import Assignment, Case, Inputs, Outputs


def softmax_loss(inputs: Inputs) -> Outputs:
    """Loss and gradient of the data in double precision (complex stays complex: the tests differentiate by a complex
    step)."""
    W, X, y = wide(inputs["W"]), wide(inputs["X"]), inputs["y"]
    rows = np.arange(len(y))
    scores = X @ W
    scores = scores - scores.real.max(axis=1, keepdims=True)
    exponentials = np.exp(scores)
    total = exponentials.sum(axis=1, keepdims=True)
    shares = exponentials / total
    shares[rows, y] -= 1
    return {
        "loss": np.mean(np.log(total[:, 0]) - scores[rows, y]),
        "dW": X.T @ shares / len(y),
    }


def offset(by: Callable[[int], Array]) -> Callable[[Inputs], Inputs]:
    """Shift the scores of each sample by `by(N)`: through a column of ones, scaled, and a row of W."""

    def shape(inputs: Inputs) -> Inputs:
        X, W = inputs["X"].copy(), inputs["W"].copy()
        X[:, -1], W[-1] = by(len(X)) / 1000, 1000
        return {**inputs, "X": X, "W": W}

    return shape


def label_above(inputs: Inputs) -> Inputs:
    """The score of the label lies 735 above the others: exp(-735) is still a number, exp(735) is not."""
    X, W, y = inputs["X"].copy(), inputs["W"].copy(), inputs["y"]
    classes = W.shape[1]
    X[:, :classes] = np.eye(classes)[y]
    W[:classes] = 735 * np.eye(classes)
    X[:, classes:] = 0
    return {**inputs, "X": X, "W": W}


def shifted(name: str, by: Callable[[int], Array]) -> Case:
    return Case(name, Linear(6, 5, 4, 0.5, smooth, scale=2.0, shape=offset(by)), "stability")


LOSS = LinearLoss(
    cases=(
        *linear_cases(smooth),
        shifted("big", lambda n: np.full(n, 1000.0)),
        shifted("half big", lambda n: np.full(n, 500.0)),
        shifted("bigmix", lambda n: np.where(np.arange(n) % 2, -1000.0, 1000.0)),
        shifted("neg", lambda n: np.full(n, -1000.0)),
        Case("spread", Linear(6, 5, 4, 0.5, smooth, shape=label_above), "stability"),
    ),
    references=with_l2(softmax_loss),
    formula="log C",
    at_start=lambda classes: float(np.log(classes)),
)

STARTER = '''"""The softmax (cross-entropy) loss of a linear classifier.

W (D, C) are the weights, X (N, D) holds one sample a row, y (N,) the labels 0 <= y[i] < C, reg is the strength of the
regularisation. Both functions return the loss, a number, and its gradient dW with the shape of W.

The loss is the mean over the samples of -log(p_y), where p = exp(s) / sum(exp(s)) and s = X W are the scores, plus
reg * sum(W^2). Scores may be as large as 1000: exp(1000) overflows.
"""

import numpy as np


def softmax_loss_naive(W, X, y, reg):
    """With loops over the samples and the classes."""
    loss = 0.0
    dW = np.zeros_like(W)
    return loss, dW


def softmax_loss_vectorized(W, X, y, reg):
    """Without a loop over the samples."""
    loss = 0.0
    dW = np.zeros_like(W)
    return loss, dW
'''

SOLUTION = """import numpy as np


def softmax_loss_naive(W, X, y, reg):
    num_train = X.shape[0]
    num_classes = W.shape[1]
    loss = 0.0
    dW = np.zeros(W.shape)
    for i in range(num_train):
        scores = X[i].dot(W)
        scores = scores - np.max(scores)
        p = np.exp(scores) / np.sum(np.exp(scores))
        loss -= np.log(p[y[i]])
        for j in range(num_classes):
            dW[:, j] += (p[j] - (j == y[i])) * X[i]
    loss = loss / num_train + reg * np.sum(W * W)
    dW = dW / num_train + 2 * reg * W
    return loss, dW


def softmax_loss_vectorized(W, X, y, reg):
    num_train = X.shape[0]
    rows = np.arange(num_train)
    scores = X.dot(W)
    scores = scores - np.max(scores, axis=1, keepdims=True)
    p = np.exp(scores)
    p = p / np.sum(p, axis=1, keepdims=True)
    loss = -np.sum(np.log(p[rows, y]))
    dscores = p.copy()
    dscores[rows, y] -= 1
    dW = X.T.dot(dscores)
    loss = loss / num_train + reg * np.sum(W * W)
    dW = dW / num_train + 2 * reg * W
    return loss, dW
"""

ASSIGNMENT = Assignment(
    slug="softmax",
    groups=(
        LOSS.group("softmax_loss_naive", 8),
        LOSS.group("softmax_loss_vectorized", 12, vectorisation=4, stable=2, naive="softmax_loss_naive"),
    ),
    files=("softmax.py",),
    supply=("linear_svm", "linear_classifier", "data_utils", "gradient_check", "vis_utils"),
    starter={"softmax.py": STARTER},
    solution={"softmax.py": SOLUTION},
)
