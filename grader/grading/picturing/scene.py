"""A case that everybody may see, played: what was expected of it, and what came."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from grader.checks.closeness import relative_errors
from grader.checks.form import form_of
from grader.checks.trial import Trial
from grader.core import Case, Inputs, Message, Output, Outputs, Play
from grader.grading.seeds import stream

PUBLIC = hashlib.sha256(b"what pictures are drawn of").digest()  # the same for every submission

Array = NDArray[np.float64]


def public(id: str) -> np.random.RandomState:
    """The random stream of something that is drawn for showing."""
    return stream(PUBLIC, id)


@dataclass(frozen=True, slots=True)
class Compared:
    """One output that is wrong: both arrays, in one shape; `actual` may hold what is no number, and so may `errors`.

    `check` is the id of the check that asks for it in this case.
    """

    output: Output
    check: str
    expected: Array
    actual: Array
    errors: Array
    tolerance: float

    @property
    def wrong(self) -> NDArray[np.bool_]:
        return np.asarray(~(self.errors <= self.tolerance))

    @property
    def finite(self) -> bool:
        return bool(np.isfinite(self.actual).all())


@dataclass(frozen=True, slots=True)
class Scene:
    """`case` of the group on trial, with public numbers."""

    trial: Trial
    case: Case
    inputs: Inputs
    expected: Outputs
    play: Play
    plain: bool = False  # without regularisation

    @property
    def drawn_on(self) -> Message:
        """What a picture of it says that it is drawn on."""
        return Message(f"picture.drawn-on.{'plain' if self.plain else 'case'}", {"case": self.case.name})

    def without_reg(self) -> "Scene | None":
        """The same without regularisation, where there is any: what is wrong then is wrong with the data's part."""
        if not isinstance(reg := self.inputs.get("reg"), float) or not reg:
            return None
        case, inputs = self.case, {**self.inputs, "reg": 0.0}
        return self.trial.remembered(
            f"scene/{case.name}/0", lambda: replace(_played(self.trial, case, inputs), plain=True)
        )

    def wrong(self, function: str) -> list[Compared]:
        """The outputs of `function` that are wrong here, of those whose numbers can be compared."""
        return [found for found in self._compared(function) if found.wrong.any()]

    def check_of(self, output: Output) -> str:
        return output.share if self.case.check == "ordinary" else self.case.check

    def _compared(self, function: str) -> Iterator[Compared]:
        for output in self.trial.outputs(function):
            if not self.case.grades(output) or output.name not in self.play.outputs or output.integer:
                continue
            reference = np.asarray(self.expected[output.name], np.float64)
            numbers = form_of(self.case, output, self.play.outputs[output.name], reference).numbers
            if numbers is None or not reference.size or not np.isfinite(reference).all():
                continue
            actual = np.asarray(numbers, np.float64)
            with np.errstate(all="ignore"):
                errors = relative_errors(actual, reference)
            yield Compared(output, self.check_of(output), reference, actual, errors, self.case.tolerance)


def scene_of(trial: Trial, function: str) -> Scene | None:
    """The first case in which `function` is wrong, with public numbers. Raises what the student's code raises."""
    wrong = (case for case in trial.group.cases if _is_wrong(trial, case, function))
    if (case := next(wrong, None)) is None:
        return None
    rng = public(f"{trial.group.name}/{case.name}")
    return trial.remembered(f"scene/{case.name}", lambda: _played(trial, case, case.draw(rng)))


def _is_wrong(trial: Trial, case: Case, function: str) -> bool:
    asked = [output for output in trial.outputs(function) if case.grades(output)]
    return any(not trial.verdict(case, output).right for output in asked)


def _played(trial: Trial, case: Case, inputs: Inputs) -> Scene:
    (play,) = trial.again([inputs])
    return Scene(trial, case, inputs, trial.group.reference(inputs), play)
