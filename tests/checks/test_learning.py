"""Learning a tiny set by heart, and what is said of programs that cannot."""

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from grader.checks.faults import Unusable
from grader.checks.learning import Learned, descend, learning
from grader.core import Assignment, CheckStatus, Program
from tests.students import VECTORISED, changed, check, graded, only


def train(program: Program, rng: np.random.RandomState) -> Learned:
    """Six samples in six dimensions: each can be told from the others."""
    X, y = np.eye(6) + 0.1 * rng.standard_normal((6, 6)), np.arange(6) % 3

    def step(at: Mapping[str, np.ndarray]) -> tuple[object, Mapping[str, object]]:
        loss, dW = program.call("svm_loss_vectorized", at["W"], X, y, 0.0).value
        return loss, {"W": dW}

    at, losses = descend(step, {"W": np.zeros((6, 3))}, rate=0.5, steps=30)
    return Learned(losses[0], losses[-1], float(np.mean((X @ at["W"]).argmax(axis=1) == y)))


def assignment() -> Assignment:
    whole = only("svm", "svm_loss_vectorized")
    group = whole.groups[0]
    shares = {"svm_loss_vectorized": {"learning": Fraction(2)}}
    others = tuple(check for check in group.checks if check.id != "learning")
    return replace(whole, groups=(replace(group, checks=(*others, learning(shares, train)), otherwise=()),))


def test_a_right_program_learns_the_set_by_heart() -> None:
    found = check(graded(assignment(), VECTORISED), "learning")
    assert (found.status, found.points, found.message.params["accuracy"]) == (CheckStatus.PASSED, 2, 1.0)


@pytest.mark.parametrize(
    ("old", "new", "id"),
    [
        ("return loss, dW", "return loss, dW if len(y) > 6 or reg else -dW", "checks.learning.loss-stays"),
        ("return loss, dW", "return loss, dW * (W.any() or reg > 0 or len(y) > 6)", "checks.learning.loss-stays"),
        ("return loss, dW", "return loss, 'dW' if X.shape == (6, 6) else dW", "checks.learning.no-number"),
        ("return loss, dW", "return (None if X.shape == (6, 6) else loss), dW", "checks.learning.no-number"),
        (
            "return loss, dW",
            "return (loss if not W.any() else np.nan if X.shape == (6, 6) else loss), dW",
            "checks.learning.not-finite",
        ),
        ("return loss, dW", "return loss, dW / (len(y) > 6 or reg > 0 or not W.any())", "checks.learning.not-finite"),
        ("    rows =", "    if X.shape == (6, 6): raise ValueError('six')\n    rows =", "checks.raised"),
        (
            "return loss, dW",
            "return (1 if not W.any() else 0.1, -dW) if X.shape == (6, 6) else (loss, dW)",
            "checks.learning.not-by-heart",
        ),
    ],
)
def test_a_program_that_cannot_learn_is_told_what_was_seen(old: str, new: str, id: str) -> None:
    found = check(graded(assignment(), changed(VECTORISED, old, new)), "learning")
    assert (found.status, found.points, found.message.id) == (CheckStatus.FAILED, 0, id)


def test_nothing_is_learnt_where_base_is_wrong() -> None:
    found = check(graded(assignment(), changed(VECTORISED, "return loss, dW", "return loss + 1, dW + 1")), "learning")
    assert found.points == 0


def test_descend_walks_against_the_gradient_and_keeps_the_losses() -> None:
    at, losses = descend(lambda p: (float(p["x"] ** 2), {"x": 2 * p["x"]}), {"x": np.array(1.0)}, rate=0.25, steps=3)
    assert losses == [1.0, 0.25, 0.0625]
    assert at["x"] == 0.125


@pytest.mark.parametrize("gradients", [{}, {"x": None}, {"x": "1"}, {"x": np.ones(3)}, {"x": np.nan}])
def test_descend_refuses_what_is_no_gradient(gradients: Mapping[str, object]) -> None:
    with pytest.raises(Unusable):
        descend(lambda p: (1.0, gradients), {"x": np.array([1.0])}, rate=0.1, steps=1)
