"""Student programs for tests, handed in and graded through a real box."""

import ast
from collections.abc import Sequence
from dataclasses import replace
from functools import cache

from grader.core import (
    Assignment,
    CheckResult,
    Definition,
    FunctionResult,
    Report,
    Sandbox,
    SourceFile,
    Submission,
)
from grader.grading import grade, registry, seeds
from grader.sandbox import open_sandbox

NAIVE = """
import numpy as np

def svm_loss_naive(W, X, y, reg):
    dW = np.zeros(W.shape)
    loss = 0.0
    for i in range(X.shape[0]):
        scores = X[i].dot(W)
        for j in range(W.shape[1]):
            if j == y[i]:
                continue
            margin = scores[j] - scores[y[i]] + 1
            if margin > 0:
                loss += margin
                dW[:, j] += X[i]
                dW[:, y[i]] -= X[i]
    return loss / len(X) + reg * np.sum(W * W), dW / len(X) + 2 * reg * W
"""

VECTORISED = """
import numpy as np

def svm_loss_vectorized(W, X, y, reg):
    rows = np.arange(len(y))
    scores = X @ W
    margins = np.maximum(0, scores - scores[rows, y][:, None] + 1)
    margins[rows, y] = 0
    mask = (margins > 0).astype(float)
    mask[rows, y] = -mask.sum(axis=1)
    loss = margins.sum() / len(y) + reg * np.sum(W * W)
    dW = X.T @ mask / len(y) + 2 * reg * W
    return loss, dW
"""

SOFTMAX = """
import numpy as np

def softmax_loss_vectorized(W, X, y, reg):
    rows = np.arange(len(y))
    s = X @ W
    s = s - s.max(axis=1, keepdims=True)
    p = np.exp(s)
    p = p / p.sum(axis=1, keepdims=True)
    loss = np.mean(np.log(np.exp(s).sum(axis=1)) - s[rows, y]) + reg * np.sum(W * W)
    d = p.copy()
    d[rows, y] -= 1
    return loss, X.T @ d / len(y) + 2 * reg * W
"""


@cache
def sandbox() -> Sandbox:
    return open_sandbox()


def handed_in(text: str, path: str = "linear_svm.py") -> Submission:
    """A submission of one file, as intake would hand it on."""
    tree = ast.parse(text)
    named = [node for node in tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef)]
    values = [node for node in tree.body if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)]
    definitions = [Definition(node.name, path, node.lineno) for node in named]
    definitions += [Definition(node.targets[0].id, path, node.lineno, "value") for node in values]
    return Submission((SourceFile(path, text.encode(), text),), tuple(definitions))


def changed(text: str, old: str, new: str) -> str:
    """`text` with one thing changed; a change that changes nothing would prove nothing."""
    assert old in text
    return text.replace(old, new)


def only(slug: str, *groups: str) -> Assignment:
    """An assignment with some of its groups."""
    assignment = registry.load(slug)
    return replace(assignment, groups=tuple(group for group in assignment.groups if group.name in groups))


def unnamed(slug: str, *groups: str) -> Assignment:
    """The same, with no known mistakes: each check keeps what it earns, since nothing is capped by a name."""
    return replace(only(slug, *groups), mistakes=())


def graded(assignment: Assignment | str, text: str, seed: str = "a seed", **options: object) -> Report:
    """The report of one file, graded in a box."""
    assignment = registry.load(assignment) if isinstance(assignment, str) else assignment
    return grade(assignment, handed_in(text), seeds.from_text(seed), sandbox(), **options)


def result(report: Report, function: str) -> FunctionResult:
    assert report.reason is None, report.reason
    return next(result for result in report.functions if result.name == function)


def check(report: Report, id: str, function: str | None = None) -> CheckResult:
    """What one check says of a function (the only one where none is named)."""
    results: Sequence[FunctionResult] = report.functions if function is None else [result(report, function)]
    return next(check for one in results for check in one.checks if check.id == id)


def lost(report: Report) -> dict[str, list[str]]:
    """Where points were lost: check id -> failing cases."""
    checks = [check for function in report.functions for check in function.checks]
    return {c.id: list(c.cases.failing if c.cases else ()) for c in checks if c.points < c.max_points}
