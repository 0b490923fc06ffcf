"""The paths of the update rules down a valley that is much steeper across than along: SGD zigzags, the others do not.

The valley is f(x, y) = (x² + 20 y²) / 2, the same for everybody. The student's rule makes its steps in the box, each
from the weights and the config that the one before returned.
"""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache

import numpy as np

from grader.checks.form import real_numbers
from grader.checks.playing import parts
from grader.checks.trial import Trial
from grader.core import Assignment, Group, Inputs, Message, Outputs, Param, Picture, Value
from grader.grading.picturing.few import all_few, few
from grader.grading.picturing.scene import Array

CURVATURE = np.array([1.0, 20.0])
START = np.array([-4.0, 1.0])
STEPS = 24
ALIKE = 1e-6  # ways that differ by less are drawn as one
FAR = 50.0  # what leaves the picture so far is not followed
SETTINGS: Mapping[str, Mapping[str, float]] = {
    "sgd": {"learning_rate": 0.09},
    "sgd_momentum": {"learning_rate": 0.02, "momentum": 0.8},
    "sgd_nesterov": {"learning_rate": 0.02, "momentum": 0.8},
    "rmsprop": {"learning_rate": 0.2, "decay_rate": 0.9, "epsilon": 1e-8},
    "adagrad": {"learning_rate": 0.8, "epsilon": 1e-8},
    "adam": {"learning_rate": 0.3, "beta1": 0.8, "beta2": 0.95, "epsilon": 1e-8},
}
STATE = ("velocity", "cache", "m", "v")
Reference = Callable[[Inputs], Outputs]


def is_rule(group: Group, inputs: Inputs) -> bool:
    """Is that one of the six rules?"""
    return group.name in SETTINGS and {"w", "dw", "config"} <= inputs.keys()


def paths(assignment: Assignment, trial: Trial) -> Picture | None:
    """Where every rule goes, the student's among them; None where that goes the way of ours. Raises what the student's
    code raises."""
    name = trial.group.name
    ours = {group.name: _reference_path(group.name, group.reference) for group in _rules(assignment)}
    ours[name] = _reference_path(name, trial.group.reference)
    theirs = list(_own_path(trial))
    if len(theirs) < 2 or _alike(theirs, ours[name]):
        return None
    ends = [_end(path) for path in (theirs, ours[name])]
    about: dict[str, Param] = {"name": name, "steps": STEPS, "own": ends[0], "reference": ends[1]}
    about["made"] = len(theirs) - 1
    return Picture(
        "paths",
        "value",
        Message("picture.paths.title", about),
        Message("picture.paths.stays" if len(theirs) == STEPS + 1 else "picture.paths.leaves", about),
        {
            "rule": name,
            "yours": [all_few(point) for point in theirs],
            "rules": {rule: [all_few(point) for point in path] for rule, path in ours.items()},
            "curvature": all_few(CURVATURE),
        },
    )


def _alike(one: Sequence[Array], other: Sequence[Array]) -> bool:
    return len(one) == len(other) and np.allclose(one, other, rtol=ALIKE, atol=0.0)


def _rules(assignment: Assignment) -> list[Group]:
    units = assignment.units or (assignment,)
    return [group for unit in units for group in unit.groups if group.name in SETTINGS]


@cache
def _reference_path(name: str, reference: Reference) -> Sequence[Array]:
    """The way of our rule, made step by step: the reference is asked for one step more each time."""
    state = dict.fromkeys(STATE, np.zeros(2)) | {"t": 0}
    path, slopes = [START], list[Array]()
    for _ in range(STEPS):
        slopes.append(CURVATURE * path[-1])
        path.append(reference({"w": START, "dw": slopes, "config": {**state, **SETTINGS[name]}})["w"][-1])
    return path


def _end(path: Sequence[Array]) -> float:
    """How far from the lowest point a path ends, from the digits that the picture keeps."""
    return math.hypot(*(few(float(number)) or 0.0 for number in path[-1]))


def _own_path(trial: Trial) -> Iterator[Array]:
    """The way of the student's rule, as far as it gives numbers."""
    at: Array = START
    config: Value = dict(SETTINGS[trial.group.name])
    yield at
    for _ in range(STEPS):
        came = trial.program.call(trial.group.name, at, CURVATURE * at, config, hold=(1,))
        w, config = parts(came.value, "w", "config")
        numbers = real_numbers(w)
        if numbers is None or numbers.shape != START.shape or np.abs(numbers).max() > FAR:
            return
        at = numbers
        yield at
