"""Every way to visit the samples one by one is found, and none of the ways not to: in whatever Python these tests run.

From Python 3.12 on a comprehension is part of the function that it stands in, and no call of its own.
"""

import pytest

from grader.core import CheckStatus
from tests.students import NAIVE, changed, check, graded, lost, only

SOFTMAX = only("softmax", "softmax_loss_vectorized")
RIGHT = """
import functools
import itertools
import sys

import numpy as np


def softmax_loss_vectorized(W, X, y, reg):
    rows = np.arange(len(y))
    scores = X @ W
    scores = scores - scores.max(axis=1, keepdims=True)
    p = np.exp(scores)
    p = p / p.sum(axis=1, keepdims=True)
    loss = -np.log(p[rows, y]).sum()
    d = p.copy()
    d[rows, y] -= 1
    return loss / len(y) + reg * (W * W).sum(), X.T @ d / len(y) + 2 * reg * W
"""
SCORES, SHIFT, LOSS, NORMALISED, DATA = (
    "scores = X @ W",
    "scores = scores - scores.max(axis=1, keepdims=True)",
    "loss = -np.log(p[rows, y]).sum()",
    "p = p / p.sum(axis=1, keepdims=True)",
    "X.T @ d / len(y)",
)

LOOPS = {
    "for": (LOSS, "loss = 0.0\n    for i in rows:\n        loss -= np.log(p[i, y[i]])"),
    "for over rows": (SCORES, "scores = []\n    for x in X:\n        scores += [x @ W]\n    scores = np.array(scores)"),
    "zip": (LOSS, "loss = 0.0\n    for q, k in zip(p, y):\n        loss -= np.log(q[k])"),
    "for on one line": (LOSS, "loss = 0.0\n    for i in range(len(y)): loss -= np.log(p[i, y[i]])"),
    "while": (LOSS, "loss, i = 0.0, len(y)\n    while i > 0:\n        i -= 1\n        loss -= np.log(p[i, y[i]])"),
    "while on one line": (LOSS, "loss, i = 0.0, len(y)\n    while i: i -= 1; loss -= np.log(p[i, y[i]])"),
    "list comprehension": (SCORES, "scores = np.array([x @ W for x in X])"),
    "set comprehension": (LOSS, "loss = -sum(np.log(v) for _, v in {(i, p[i, y[i]]) for i in range(len(y))})"),
    "dict comprehension": (LOSS, "loss = -np.log(list({i: p[i, y[i]] for i in range(len(y))}.values())).sum()"),
    "nested comprehension": (SCORES, "scores = np.array([[x @ w for w in W.T] for x in X])"),
    "generator": (LOSS, "loss = -sum(np.log(p[i, k]) for i, k in enumerate(y))"),
    "generator function": (LOSS, "def f():\n        for i in rows: yield np.log(p[i, y[i]])\n    loss = -sum(f())"),
    "recursion": (LOSS, "def f(i): return f(i - 1) - np.log(p[i, y[i]]) if i >= 0 else 0\n    loss = f(len(y) - 1)"),
    "map of a lambda": (SCORES, "scores = np.array(list(map(lambda x: x @ W, X)))"),
    "map of a built-in": (SHIFT, "scores = scores - np.array(list(map(max, scores)))[:, None]"),
    "map of a method": (LOSS, "loss = -np.log(np.array(list(map(p.__getitem__, zip(rows, y))))).sum()"),
    "map under another name": (SHIFT, "each = map\n    scores = scores - np.array(list(each(max, scores)))[:, None]"),
    "map handed on": (SHIFT, "t = (lambda f: f(max, scores))(map)\n    scores = scores - np.array(list(t))[:, None]"),
    "starmap": (LOSS, "loss = -np.log(list(itertools.starmap(lambda q, k: q[k], zip(p, y)))).sum()"),
    "reduce": (LOSS, "loss = functools.reduce(lambda t, i: t - np.log(p[i, y[i]]), rows, 0.0)"),
    "sorted by a key": (LOSS, "loss = -np.log(sorted(p[rows, y], key=lambda v: float(v))).sum()"),
    "vectorize": (LOSS, "loss = -np.vectorize(lambda i: np.log(p[i, y[i]]))(rows).sum()"),
    "frompyfunc": (LOSS, "loss = -np.frompyfunc(lambda i: np.log(p[i, y[i]]), 1, 1)(rows).sum()"),
    "fromiter": (LOSS, "loss = -np.fromiter((np.log(p[i, y[i]]) for i in rows), float).sum()"),
    "apply_along_axis": (SHIFT, "scores = np.apply_along_axis(lambda s: s - s.max(), 1, scores)"),
    "nditer": (LOSS, "loss = 0.0\n    for i in np.nditer(rows):\n        loss -= np.log(p[i, y[i]])"),
    "lists": (LOSS, "loss = 0.0\n    for q, k in zip(p.tolist(), y.tolist()):\n        loss -= np.log(q[k])"),
    "two at a time": (LOSS, "loss = 0.0\n    for i in rows[::2]:\n        loss -= np.log(p[rows, y][i : i + 2]).sum()"),
}  # fmt: skip

AT_ONCE = {
    "as it is": (LOSS, LOSS),
    "a loop over the classes": (
        LOSS,
        "loss = 0.0\n    for c in range(W.shape[1]):\n        loss -= np.log(p[y == c, c]).sum()",
    ),
    "a comprehension over the classes": (SCORES, "scores = np.stack([X @ w for w in W.T], axis=1)"),
    "a loop over the features": (
        SCORES,
        "scores = 0\n    for d in range(len(W)):\n        scores = scores + np.outer(X[:, d], W[d])",
    ),
    "one hot": (LOSS, "loss = -(np.eye(W.shape[1])[y] * np.log(p)).sum()"),
    "a gather of N x N": (LOSS, "loss = -np.trace(np.log(p)[:, y])"),
    "labels as a list": (LOSS, "loss = -np.log(p[range(len(y)), list(y)]).sum()"),
    "einsum": (DATA, "np.einsum('nd,nc->dc', X, d) / len(y)"),
    "the built-in sum": (LOSS, "loss = -sum(np.log(p[rows, y]))"),
    "choose": (LOSS, "loss = -np.log(np.choose(y, p.T)).sum()"),
    "take_along_axis": (LOSS, "loss = -np.log(np.take_along_axis(p, y[:, None], axis=1)).sum()"),
    "add.at": (NORMALISED, f"{NORMALISED}\n    counts = np.zeros(W.shape[1])\n    np.add.at(counts, y, 1)"),
    "four chunks": (SCORES, "scores = np.concatenate([part @ W for part in np.array_split(X, 4)])"),
}


@pytest.mark.parametrize(("old", "new"), LOOPS.values(), ids=LOOPS)
def test_a_loop_over_the_samples_costs_the_vectorisation_points_and_no_others(old: str, new: str) -> None:
    report = graded(SOFTMAX, changed(RIGHT, old, new))
    assert list(lost(report)) == ["vectorised"]
    assert report.score == 8
    assert check(report, "vectorised").message.id in ("checks.vectorised.loops", "checks.vectorised.hidden-loop")


@pytest.mark.parametrize(("old", "new"), AT_ONCE.values(), ids=AT_ONCE)
def test_work_that_numpy_does_is_vectorised(old: str, new: str) -> None:
    report = graded(SOFTMAX, changed(RIGHT, old, new))
    assert (report.score, check(report, "vectorised").status) == (12, CheckStatus.PASSED)


def test_a_variable_that_is_called_map_is_no_loop() -> None:
    text = changed(RIGHT, LOSS, "map = dict(p=p)\n    loss = -np.log(map['p'][rows, y]).sum()")
    assert graded(SOFTMAX, text).score == 12


@pytest.mark.parametrize(
    "call",
    [
        "return svm_loss_naive(W, X, y, reg)",
        "loss, dW = svm_loss_naive(W, X, y, reg)\n    return loss, dW",
        "return loops(W, X, y, reg)",
        "return (lambda *a: loops(*a))(W, X, y, reg)",
        "return globals()['svm_loss' + '_naive'](W, X, y, reg)",
    ],
)
def test_a_call_of_the_version_with_loops_is_a_loop_under_whatever_name(call: str) -> None:
    text = f"{NAIVE}\nloops = svm_loss_naive\n\n\ndef svm_loss_vectorized(W, X, y, reg):\n    {call}\n"
    report = graded(only("svm", "svm_loss_vectorized"), text)
    assert list(lost(report)) == ["vectorised"]
    assert report.score == 8
