"""What was measured of a run besides its results, where it says by itself what is wrong."""

from collections.abc import Callable, Iterator, Mapping

import numpy as np

from grader.core import Message, Param, Value
from grader.diagnosis.beside import Cases
from grader.diagnosis.evidence import Evidence
from grader.diagnosis.facts import Fact, fact
from grader.diagnosis.likeness import as_numbers

Says = Callable[[Value], bool]


def _none(value: Value) -> bool:
    """A count of nothing."""
    return isinstance(value, (int, np.integer)) and not value


def _some_zeros(value: Value) -> bool:
    numbers = as_numbers(value)
    return numbers is not None and numbers.ndim > 0 and bool((numbers == 0).any())


SAYING: Mapping[str, tuple[str, Says]] = {
    "labels_of_their_rows": ("labels-of-other-rows", _some_zeros),
    "settings_tried": ("settings-of-others", _none),
}


def measured(evidence: Evidence, cases: Cases, function: str) -> Iterator[Fact]:
    """That labels and rows of a minibatch do not belong together; that a search tries none of its settings."""
    for output in evidence.outputs(function):
        id, says = SAYING.get(output.name, ("", _none))
        asked = [one for one in cases.plays if one.case.grades(output)]
        bad = [one for one in asked if output.name not in one.right and says(one.play.outputs.get(output.name))]
        if id and bad:
            about: dict[str, Param] = {"failed": len(bad), "total": len(asked)}
            yield fact(id, Message(f"diagnosis.{id}.text", about))
