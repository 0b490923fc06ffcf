"""Milestones: what the course looks for once the gradient is right. Of no weight for correctness, and of none in points
unless a course wants it: a wrong program learns well enough, on data on which a right one does.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from grader.checks.base import Ask
from grader.checks.derivative import Array
from grader.checks.faults import Unusable
from grader.checks.form import real_numbers, single_number
from grader.checks.images import CLASSES, Images, coloured, digits
from grader.checks.learning import FALLEN, ID, Learned, beside, found_in, learning_check
from grader.checks.points import Shares
from grader.checks.trial import Trial
from grader.core import Check, CheckStatus, Finding, Message, Program, Value

DESCENT = "descent"  # what a trial remembers that of the digits by
RATE = 1.5
STEPS = 24  # on 400 draws of digits a right loss needs at most 16


def learns_images(shares: Shares) -> Check:
    """`learning` for a linear loss `(W, X, y, reg) -> (loss, dW)`: twenty digits by heart, in steps against dW.

    What the weights then say of digits that were not shown is held against the same descent on the reference. Where
    the check carries points, coloured images of 32x32x3 are learnt besides.
    """

    def ask(trial: Trial, function: str) -> Finding:
        rng = trial.rng(ID)
        by_heart = _found(trial.remembered(DESCENT, lambda: descent(trial, digits(rng))))
        if by_heart.status is CheckStatus.PASSED and _counts(trial, function):
            return _found(descent(trial, coloured(rng)))
        return by_heart

    return learning_check(shares, _once_right(ask))


def _once_right(ask: Ask) -> Ask:
    """A milestone lies behind what is right: of a function that is wrong in an ordinary case nothing is asked."""

    def asked(trial: Trial, function: str) -> Finding:
        verdicts = (
            trial.verdict(case, output)
            for case in trial.cases("ordinary")
            for output in trial.outputs(function)
            if case.grades(output)
        )
        if all(verdict.right for verdict in verdicts):
            return ask(trial, function)
        return Finding(CheckStatus.SKIPPED, Message("checks.learning.once-right"))

    return asked


def _counts(trial: Trial, function: str) -> bool:
    return any(check.points.get(function, 0) > 0 for check in trial.group.checks if check.id == ID)


@dataclass(frozen=True, slots=True)
class Descent:
    """A descent on `images`: the student's loss at every step and the weights from the start to the end, and the losses
    of the reference and its last weights after as many steps of its own."""

    images: Images
    losses: tuple[float, ...]
    weights: tuple[Array, ...]
    reference: tuple[float, ...]
    beside: Array


def descent(trial: Trial, images: Images) -> Descent:
    """From W = 0 until every image is named right, and the reference as many steps beside it. Raises what the student's
    code raises, or Unusable."""
    ours = np.zeros((images.X.shape[1], CLASSES))
    weights, losses, reference = [ours], list[float](), list[float]()
    with np.errstate(all="ignore"):  # a wrong gradient may lead anywhere
        for _ in range(STEPS):
            loss, slope = step_of(trial, weights[-1], images)
            right = trial.group.reference(_inputs(ours, images))
            losses.append(loss)
            reference.append(float(right["loss"]))
            weights.append(weights[-1] - RATE * slope)
            ours = ours - RATE * right["dW"]
            if losses[-1] < FALLEN * losses[0] and _accuracy(weights[-1], images.X, images.y) == 1.0:
                break
    return Descent(images, tuple(losses), tuple(weights), tuple(reference), ours)


def _found(one: Descent) -> Finding:
    images = one.images
    return found_in(
        Learned(
            one.losses[0],
            one.losses[-1],
            _accuracy(one.weights[-1], images.X, images.y),
            _accuracy(one.weights[-1], images.others, images.truth),
            _accuracy(one.beside, images.others, images.truth),
        )
    )


def _inputs(W: Array, images: Images, reg: float = 0.0) -> Mapping[str, Value]:
    return {"W": W, "X": images.X, "y": images.y, "reg": reg}


def step_of(trial: Trial, W: Array, images: Images, reg: float = 0.0) -> tuple[float, Array]:
    """The student's loss and gradient. Raises what the student's code raises, or Unusable."""
    (play,) = trial.group.play(trial.program, [_inputs(W, images, reg)])
    for fault in play.faults.values():
        raise fault
    loss, slope = single_number(play.outputs.get("loss")), real_numbers(play.outputs.get("dW"))
    if loss is None or slope is None or slope.size != W.size:
        raise Unusable(Message("checks.learning.no-number", {"name": "loss" if loss is None else "dW"}))
    return loss, slope.reshape(W.shape)


def _accuracy(W: Array, X: Array, y: NDArray[np.int64]) -> float:
    return float(np.mean((X @ W).argmax(axis=1) == y))


Naming = Callable[[Program, Images], Value]  # the labels that a program gives the images it was not shown


def names_digits(shares: Shares, name: Naming, reference: Callable[[Images], NDArray[np.int64]]) -> Check:
    """`learning` for a class that is trained and then names: digits that it was not shown, beside the reference."""

    def ask(trial: Trial, _: str) -> Finding:
        images = digits(trial.rng(ID))
        labels = real_numbers(name(trial.program, images))
        if labels is None or labels.size != len(images.truth):
            raise Unusable(Message("checks.learning.no-number", {"name": "predict"}))
        named, ours = (float(np.mean(found == images.truth)) for found in (labels.ravel(), reference(images)))
        return beside(named, ours)

    return learning_check(shares, _once_right(ask))
