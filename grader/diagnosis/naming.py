"""The names of what is wrong with each function of a group, most certain first.

A name is exact where a known wrong program gives the same numbers everywhere. The whole group is explained first, by
one mistake: what is wrong in a forward pass may show in the backward pass alone. What is left is explained function by
function.
"""

from collections.abc import Iterable, Mapping, Sequence

from grader.core import Diagnosis, Message, Severity
from grader.diagnosis.evidence import Evidence, wrong
from grader.diagnosis.hypotheses import Hypothesis, Rehearsed, explanations, singles

HINTS = 3
SEVERITIES: tuple[Severity, ...] = ("cosmetic", "convention", "robustness", "one-term", "wrong-quantity")
Names = Mapping[str, tuple[Diagnosis, ...]]


def named(evidence: Evidence, failing: Sequence[str]) -> Names:
    """The diagnoses of the functions `failing`, as far as there are any; several of one function are alternatives."""
    candidates = [Rehearsed(evidence, hypothesis) for hypothesis in singles(evidence.assignment, evidence.group)]
    whole = explanations(evidence, candidates, evidence.group.outputs)
    if whole:
        return {_blamed(whole, failing): diagnoses(evidence, whole)}
    found: dict[str, tuple[Diagnosis, ...]] = {}
    for function in failing:
        own = [candidate for candidate in candidates if candidate.hypothesis.functions == {function}]
        if alone := explanations(evidence, own, evidence.outputs(function)):
            found[function] = diagnoses(evidence, alone)
    return found


def _blamed(found: Iterable[Hypothesis], failing: Sequence[str]) -> str:
    """The function that a mistake stands in; where it is none of those that lost points, the first of these."""
    there = [hypothesis.mistakes[0].function for hypothesis in found]
    return next((function for function in there if function in failing), failing[0])


def diagnoses(evidence: Evidence, found: Iterable[Hypothesis]) -> tuple[Diagnosis, ...]:
    """The names of the programs that were found, those met more often first; of equal names the simplest."""
    options = {option for other in evidence.group.otherwise for option in other.ways.values()}
    ranked = sorted(found, key=lambda one: (len(one.mistakes), -one.mistakes[0].seen))
    exact = [_exact(evidence, hypothesis, options) for hypothesis in ranked]
    return tuple({diagnosis.id: diagnosis for diagnosis in reversed(exact)}.values())[::-1]


def _exact(evidence: Evidence, hypothesis: Hypothesis, conventions: Iterable[str]) -> Diagnosis:
    """A convention that a mistake was found under is no part of its name."""
    mistakes = [one for one in hypothesis.mistakes if one.id not in conventions] or list(hypothesis.mistakes)
    ids = [mistake.id for mistake in mistakes]
    function = mistakes[0].function
    outputs = tuple(output.name for output in evidence.outputs(function) if wrong(evidence.plays, output))
    about = {"outputs": outputs, "does": tuple(f"diagnosis.{id}.does" for id in ids)}
    hints = tuple(Message(f"diagnosis.{id}.hint-{level}") for level in range(1, HINTS + 1) for id in ids)
    severity = max((mistake.severity for mistake in mistakes), key=SEVERITIES.index)
    text = Message(f"diagnosis.exact.{'one' if len(outputs) == 1 else 'several'}", about)
    return Diagnosis("+".join(ids), "exact", severity, text, hints)
