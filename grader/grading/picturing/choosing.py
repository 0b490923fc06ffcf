"""Which pictures a function gets: at most two, the one that says most about its mistake first.

A wrong gradient that lies on a line against its input lacks a term; one that is a constant times the right one has a
factor too many; else a map shows where it is wrong. Beside it stands whether it is the derivative of its own loss. Of
code that is right only what its checks have played already is shown.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import islice

import numpy as np

from grader.checks.trial import Trial
from grader.core import Assignment, CheckStatus, FunctionResult, FunctionStatus, LimitHit, Picture, StudentFault
from grader.grading.picturing.activations import activations, draws_weights
from grader.grading.picturing.differences import heat, ratios, scatter, window
from grader.grading.picturing.optimising import is_rule, paths
from grader.grading.picturing.scene import Compared, Scene, scene_of
from grader.grading.picturing.slopes import steps
from grader.grading.picturing.training import histories, learnt, wrong_loss

MOST = 2  # pictures of one function
Results = tuple[FunctionResult, ...]


def with_pictures(assignment: Assignment, trial: Trial, results: Results) -> Results:
    """The results with their pictures; where a limit ends the box meanwhile, with those that were made before."""
    made = {result.name: list[Picture]() for result in results}
    try:
        with np.errstate(all="ignore"):  # wrong programs overflow
            for result in results:
                for picture in islice(_pictures(assignment, trial, result), MOST):
                    made[result.name].append(picture)
    except LimitHit:
        pass  # the box is dead, and what was said of the functions stands
    return tuple(replace(one, pictures=tuple(made[one.name])) for one in results)


def _pictures(assignment: Assignment, trial: Trial, result: FunctionResult) -> Iterator[Picture]:
    if result.status is FunctionStatus.PASSED and any(check.id == "learning" for check in result.checks):
        yield from learnt(trial)
    elif result.status is FunctionStatus.FAILED:
        try:
            yield from _of_wrong(assignment, trial, result)
        except LimitHit:
            raise
        except StudentFault:
            return  # what raises on other numbers is drawn as far as it came


def _of_wrong(assignment: Assignment, trial: Trial, result: FunctionResult) -> Iterator[Picture]:
    """What there is to see of a wrong function, what says most first. Raises what the student's code raises."""
    scene = scene_of(trial, result.name)
    if scene is None:
        return
    if is_rule(trial.group, scene.inputs):
        yield from _some(paths(assignment, trial))
    elif draws_weights(trial.group, scene.inputs):
        yield from _some(activations(trial))
    pictures = _of_scene(scene, result.name)
    yield from pictures if _same_in_each_call(result) else (one for one in pictures if one.kind != "steps")


def _same_in_each_call(result: FunctionResult) -> bool:
    """Is it a function, in the sense of mathematics? Only then it has a derivative."""
    return not any(one.id == "deterministic" and one.status is CheckStatus.FAILED for one in result.checks)


def _of_scene(scene: Scene, function: str) -> Iterator[Picture]:
    wrong = scene.wrong(function)
    yield from _on(scene, histories(wrong, scene))
    entries = [one for one in wrong if one.expected.size > 1 and not one.output.measured]
    arrays = [one for one in entries if "history" not in one.output.name]
    if arrays:
        yield from _of_array(scene, _first(arrays, scene), function)
    elif any(one.output.name == "loss" for one in wrong):
        yield from _some(wrong_loss(scene))


def _of_array(scene: Scene, one: Compared, function: str) -> Iterator[Picture]:
    telling = scatter(one, scene.inputs)
    if not telling:
        scene, one = _of_data(scene, one, function)
        telling = ratios(one, scene.inputs) or window(one)
    yield from _on(scene, [telling or heat(one)])
    if one.output.share == "gradient":
        yield from _on(scene, _some(steps(scene, one)))
    elif telling:
        yield from _on(scene, [heat(one)])


def _on(scene: Scene, pictures: Iterable[Picture]) -> Iterator[Picture]:
    """The pictures, which say what they are drawn on."""
    return (replace(picture, drawn_on=scene.drawn_on) for picture in pictures)


def _of_data(scene: Scene, one: Compared, function: str) -> tuple[Scene, Compared]:
    """The same output without regularisation, where it is wrong then too: one term less hides what is wrong."""
    plain = scene.without_reg()
    still = [other for other in plain.wrong(function) if other.output == one.output] if plain else []
    return (plain, still[0]) if plain and still else (scene, one)


def _first(wrong: list[Compared], scene: Scene) -> Compared:
    """Where it went wrong first: among gradients the layer that is nearest to the loss, and matrices before biases."""
    order: Mapping[str, int] = {name: place for place, name in enumerate(scene.expected)}
    return min(wrong, key=lambda one: (one.output.share == "gradient", one.expected.ndim < 2, order[one.output.name]))


def _some(picture: Picture | None) -> Iterator[Picture]:
    if picture is not None:
        yield picture
