"""What training looks like: the loss beside the reference's, who is named right, and what the weights have learnt."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from grader.checks.form import as_array
from grader.checks.images import CLASSES, digits
from grader.checks.learning import ID, Learned
from grader.checks.milestones import DESCENT, Descent, step_of
from grader.checks.trial import Trial
from grader.core import Message, Param, Picture, Value
from grader.grading.picturing.few import all_few, few
from grader.grading.picturing.scene import Array, Compared, Scene, public

STEPS, RATE, REG = 20, 0.3, 0.1  # of the descent beside the reference
FEWEST = 4  # points that make a curve
LEVELS = 9  # of a pixel of a template, either way
ALIKE = 1e-6  # losses that differ by less are drawn as one
MOST_STEPS = 100  # that a curve shows
ASKED = 10  # steps after which the images are named
HISTORIES = ("train_acc_history", "val_acc_history")


def wrong_loss(scene: Scene) -> Picture | None:
    """The loss of a linear classifier, which is wrong, while public digits are learnt; None where it is right on these.
    Raises StudentFault."""
    if not {"W", "X", "y", "reg"} <= scene.inputs.keys() or "dW" not in scene.expected:
        return None
    images, reference = digits(public("digits")), scene.trial.group.reference
    theirs = ours = np.zeros((images.X.shape[1], CLASSES))
    losses, right = list[float](), list[float]()
    for _ in range(STEPS):
        loss, slope = step_of(scene.trial, theirs, images, REG)
        given = reference({"W": ours, "X": images.X, "y": images.y, "reg": REG})
        losses.append(loss)
        right.append(float(given["loss"]))
        theirs, ours = theirs - RATE * slope, ours - RATE * given["dW"]
    if np.allclose(losses, right, rtol=ALIKE, atol=0.0):
        return None
    picture = _losses(losses, right, scene.check_of(scene.trial.group.outputs[0]))
    chance = few(right[0])  # the weights are 0: every class is as likely as any other
    return replace(picture, numbers={**picture.numbers, "chance": chance}, drawn_on=Message("picture.drawn-on.digits"))


def _losses(yours: Sequence[float], reference: Sequence[float], check: str) -> Picture:
    yours, reference = yours[:MOST_STEPS], reference[:MOST_STEPS]
    about: dict[str, Param] = {"first": yours[0], "last": yours[-1], "steps": len(yours)}
    about |= {"start": reference[0], "end": reference[-1]} if reference else {}
    return Picture(
        "loss",
        check,
        Message("picture.loss.title"),
        Message("picture.loss.beside" if reference else "picture.loss.alone", about),
        {"yours": all_few(yours), "ours": all_few(reference)},
    )


def histories(wrong: Sequence[Compared], scene: Scene) -> list[Picture]:
    """What a training loop wrote down, beside what the reference writes down for the same losses and batches."""
    pictures = [_losses(list(one.actual), list(one.expected), one.check) for one in wrong if _is_loss(one)]
    told = [one for one in wrong if one.output.name in HISTORIES]
    return pictures + ([_accuracies(scene, told[0].check)] if told else [])


def _is_loss(one: Compared) -> bool:
    return one.output.name == "loss_history" and one.actual.size > 0


def _accuracies(scene: Scene, check: str) -> Picture:
    theirs, ours = scene.play.outputs, scene.expected
    curves = {"training": theirs.get(HISTORIES[0]), "validation": theirs.get(HISTORIES[1])}
    curves |= {"ours-training": ours[HISTORIES[0]], "ours-validation": ours[HISTORIES[1]]}
    return Picture(
        "accuracy",
        check,
        Message("picture.accuracy.title"),
        Message("picture.accuracy.histories"),
        {name: all_few(_row(values)) for name, values in curves.items()},
    )


def _row(values: Value) -> Array:
    """What was written down, as numbers; none where it is nothing of the kind."""
    array = as_array(values)
    if not isinstance(array, np.ndarray) or array.dtype.kind not in "iuf":
        return np.empty(0)
    return np.asarray(array.ravel()[:MOST_STEPS], np.float64)


# --------------------------------------------------------------------------- right code: what was played already


def learnt(trial: Trial) -> list[Picture]:
    """What the learning check has played, where it has: nothing is played for these."""
    found = trial.recalled(DESCENT)
    if isinstance(found, Descent):
        return [*_templates(found), *_named_right(found)]
    learned = trial.recalled(ID)
    if isinstance(learned, Learned) and learned.losses:
        return [_losses(learned.losses, (), ID)]
    return []


def _named_right(found: Descent) -> Iterator[Picture]:
    """The shares of digits that are named right, of those that were learnt and of others, step by step."""
    if len(found.weights) < FEWEST:
        return
    some = np.unique(np.linspace(0, len(found.weights) - 1, ASKED).astype(int))
    weights, images = np.stack([found.weights[step] for step in some]), found.images
    training = ((images.X @ weights).argmax(axis=2) == images.y).mean(axis=1)
    validation = ((images.others @ weights).argmax(axis=2) == images.truth).mean(axis=1)
    about: dict[str, Param] = {"steps": int(some[-1]), "shown": float(training[-1]), "others": float(validation[-1])}
    yield Picture(
        "accuracy",
        ID,
        Message("picture.accuracy.title"),
        Message("picture.accuracy.digits", about),
        {
            "steps": [int(step) for step in some],
            "training": all_few(training),
            "validation": all_few(validation),
            "chance": few(1 / CLASSES),
        },
    )


def _templates(found: Descent) -> Iterator[Picture]:
    """The weights of each class as the image that it looks for; the bias is the last row."""
    pixels = found.weights[-1][:-1]
    side, largest = round(np.sqrt(len(pixels))), np.abs(pixels).max(axis=0)
    if side * side != len(pixels) or not np.all((largest > 0) & (largest < np.inf)):
        return
    levels = np.rint(LEVELS * pixels / largest).astype(int)
    yield Picture(
        "templates",
        ID,
        Message("picture.templates.title"),
        Message("picture.templates.text", {"steps": len(found.weights) - 1, "classes": levels.shape[1]}),
        {
            "side": side,
            "weights": [[int(level) for level in column] for column in levels.T],
            "ends": [all_few((column.min(), column.max())) for column in pixels.T],
        },
    )
