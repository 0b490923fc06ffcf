"""The names of what is wrong with each function of a group, most certain first.

A name is exact where a known wrong program gives the same numbers everywhere. The whole group is explained first, by
one mistake: what is wrong in a forward pass may show in the backward pass alone. What is left is explained function by
function.
"""

from collections.abc import Iterable, Mapping, Sequence

from grader.core import Diagnosis, Message, Param, Severity
from grader.diagnosis.evidence import Evidence, wrong
from grader.diagnosis.hypotheses import Explanation, Rehearsed, explanations, singles

HINTS = 3
SEVERITIES: tuple[Severity, ...] = ("cosmetic", "convention", "robustness", "one-term", "wrong-quantity")
Names = Mapping[str, tuple[Diagnosis, ...]]


def named(evidence: Evidence, failing: Sequence[str]) -> Names:
    """The diagnoses of the functions `failing`, as far as there are any; several of one function are alternatives. A
    function has none of its own (an empty entry) where the mistake of another explains it too."""
    candidates = [Rehearsed(evidence, hypothesis) for hypothesis in singles(evidence)]
    whole = explanations(evidence, candidates, evidence.group.outputs)
    if whole:
        return dict.fromkeys(failing, ()) | {_blamed(whole, failing): diagnoses(evidence, whole)}
    found: dict[str, tuple[Diagnosis, ...]] = {}
    for function in failing:
        own = [candidate for candidate in candidates if candidate.hypothesis.functions == {function}]
        if alone := explanations(evidence, own, evidence.outputs(function)):
            found[function] = diagnoses(evidence, alone)
    return found


def _blamed(found: Iterable[Explanation], failing: Sequence[str]) -> str:
    """The function that a mistake stands in; where it is none of those that lost points, the first of these."""
    there = [explanation.hypothesis.mistakes[0].function for explanation in found]
    return next((function for function in there if function in failing), failing[0])


def diagnoses(evidence: Evidence, found: Iterable[Explanation]) -> tuple[Diagnosis, ...]:
    """The names of the programs that were found: those under fewer conventions that are not accepted first, then those
    met more often. A mistake that explains by itself is not said once more under a convention."""
    ranked = sorted(found, key=lambda one: (len(_refused(evidence, one)), -one.hypothesis.mistakes[0].seen))
    first = {explanation.hypothesis.mistakes: explanation for explanation in reversed(ranked)}
    return tuple(_exact(evidence, explanation) for explanation in reversed(first.values()))


def _exact(evidence: Evidence, explanation: Explanation) -> Diagnosis:
    """A convention that the course accepts is no part of the name."""
    mistakes, refused = explanation.hypothesis.mistakes, _refused(evidence, explanation)
    ids = [mistake.id for mistake in mistakes]
    outputs = tuple(output.name for output in evidence.outputs(mistakes[0].function) if wrong(evidence.plays, output))
    about: dict[str, Param] = {"outputs": outputs, "does": tuple(f"diagnosis.{id}.does" for id in ids)}
    how = "under" if refused else "one" if len(outputs) == 1 else "several"
    if refused:
        about["names"] = tuple(f"diagnosis.{option}.name" for option in refused)
    hints = tuple(Message(f"diagnosis.{id}.hint-{level}") for level in range(1, HINTS + 1) for id in ids)
    severity = max((mistake.severity for mistake in mistakes), key=SEVERITIES.index)
    return Diagnosis("+".join([*ids, *refused]), "exact", severity, Message(f"diagnosis.exact.{how}", about), hints)


def _refused(evidence: Evidence, explanation: Explanation) -> tuple[str, ...]:
    """The conventions that the explanation follows and the course does not accept."""
    followed = (_followed(evidence, explanation, axis) for axis in evidence.group.ways)
    return tuple(option for option in followed if option is not None and option not in evidence.accepted)


def _followed(evidence: Evidence, explanation: Explanation, axis: str) -> str | None:
    """The option on an axis: that of the layout that was turned; of numbers what the hypothesis was given, else the
    solution's own (which may stand on an axis of another name: editions of a class have one each)."""
    options = {way.ways.get(axis) for way in evidence.ways}
    if explanation.hypothesis.convention in options:
        return explanation.hypothesis.convention
    if len({way.ways.get(axis) for way in evidence.ways if way.play == evidence.group.play}) == 1:
        return explanation.way.ways.get(axis)
    return next((option for option in evidence.natural.ways.values() if option in options), None)
