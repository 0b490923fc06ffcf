"""Milestones: what the course looks for once the gradient is right. Of no weight for correctness, and of none in points
unless a course wants it: a wrong program learns well enough, on data on which a right one does.
"""

from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

from grader.checks.base import Ask
from grader.checks.derivative import Array
from grader.checks.faults import Unusable
from grader.checks.form import real_numbers, single_number
from grader.checks.images import CLASSES, Images, coloured, digits
from grader.checks.learning import FALLEN, ID, Learned, beside, found_in, learning_check
from grader.checks.points import Shares
from grader.checks.trial import Trial, graded
from grader.core import Check, CheckStatus, Finding, Message, Program, Value

RATE = 1.5
STEPS = 24  # on 400 draws of digits a right loss needs at most 16


def learns_images(shares: Shares) -> Check:
    """`learning` for a linear loss `(W, X, y, reg) -> (loss, dW)`: twenty digits by heart, in steps against dW.

    What the weights then say of digits that were not shown is held against the same descent on the reference. Where
    the check carries points, coloured images of 32x32x3 are learnt besides.
    """

    def ask(trial: Trial, function: str) -> Finding:
        rng = trial.rng(ID)
        by_heart = _found(trial, digits(rng))
        if by_heart.status is CheckStatus.PASSED and _counts(trial, function):
            return _found(trial, coloured(rng))
        return by_heart

    return learning_check(shares, _once_right(ask))


def _once_right(ask: Ask) -> Ask:
    """A milestone lies behind what is right: of a function that is wrong in an ordinary case nothing is asked."""

    def asked(trial: Trial, function: str) -> Finding:
        verdicts = (
            trial.verdict(case, output)
            for case in trial.cases("ordinary")
            for output in trial.outputs(function)
            if graded(case, output)
        )
        if all(verdict.right for verdict in verdicts):
            return ask(trial, function)
        return Finding(CheckStatus.SKIPPED, Message("checks.learning.once-right"))

    return asked


def _found(trial: Trial, images: Images) -> Finding:
    with np.errstate(all="ignore"):  # a wrong gradient may lead anywhere
        return found_in(_descent(trial, images))


def _counts(trial: Trial, function: str) -> bool:
    return any(check.points.get(function, 0) > 0 for check in trial.group.checks if check.id == ID)


def _descent(trial: Trial, images: Images) -> Learned:
    """From W = 0 until every image is named right, and the reference as many steps beside it."""
    ours = theirs = np.zeros((images.X.shape[1], CLASSES))
    losses = list[float]()
    for _ in range(STEPS):
        loss, slope = _step(trial, theirs, images)
        losses.append(loss)
        theirs = theirs - RATE * slope
        ours = ours - RATE * trial.group.reference(_inputs(ours, images))["dW"]
        if losses[-1] < FALLEN * losses[0] and _accuracy(theirs, images.X, images.y) == 1.0:
            break
    return Learned(
        losses[0],
        losses[-1],
        _accuracy(theirs, images.X, images.y),
        _accuracy(theirs, images.others, images.truth),
        _accuracy(ours, images.others, images.truth),
    )


def _inputs(W: Array, images: Images) -> Mapping[str, Value]:
    return {"W": W, "X": images.X, "y": images.y, "reg": 0.0}


def _step(trial: Trial, W: Array, images: Images) -> tuple[float, Array]:
    """The student's loss and gradient. Raises what the student's code raises, or Unusable."""
    (play,) = trial.group.play(trial.program, [_inputs(W, images)])
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
