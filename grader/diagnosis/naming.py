"""The names of what is wrong with each function of a group, most certain first.

A name is exact where a known wrong program gives the same numbers everywhere. The whole group is explained first, by
one mistake: what is wrong in a forward pass may show in the backward pass alone. What is left is explained function by
function.
"""

from collections.abc import Iterable, Mapping, Sequence

from grader.core import Diagnosis, Message, Param, Severity
from grader.diagnosis.evidence import Evidence, wrong
from grader.diagnosis.explaining import Explanation, Search
from grader.diagnosis.hypotheses import singles
from grader.diagnosis.unnamed import described

HINTS = 3
SEVERITIES: tuple[Severity, ...] = ("cosmetic", "convention", "robustness", "one-term", "wrong-quantity")
Names = Mapping[str, tuple[Diagnosis, ...]]


def named(evidence: Evidence, failing: Sequence[str]) -> Names:
    """The diagnoses of the functions `failing`, as far as there are any; several of one function are alternatives. A
    function has none of its own (an empty entry) where the mistake of another explains it too."""
    search, known = Search(evidence), singles(evidence)
    whole = search.explanations(known, evidence.group.outputs)
    if whole:
        return dict.fromkeys(failing, ()) | {_blamed(whole, failing): diagnoses(evidence, whole)}
    found: dict[str, tuple[Diagnosis, ...]] = {}
    for function in failing:
        own = [one for one in known if one.functions <= {function}]
        if alone := search.explanations(own, evidence.outputs(function)):
            found[function] = diagnoses(evidence, alone)
        elif lesser := described(evidence, function):
            found[function] = lesser
    return found


def _blamed(found: Iterable[Explanation], failing: Sequence[str]) -> str:
    """The function that a mistake stands in; where it is none of those that lost points, the first of these."""
    there = [explanation.hypothesis.mistakes[0].function for explanation in found]
    return next((function for function in there if function in failing), failing[0])


def diagnoses(evidence: Evidence, found: Iterable[Explanation]) -> tuple[Diagnosis, ...]:
    """The names of the programs that were found, those met more often first."""
    named = [_exact(evidence, one) for one in sorted(found, key=lambda one: -one.hypothesis.seen)]
    return tuple({diagnosis.id: diagnosis for diagnosis in reversed(named)}.values())[::-1]


def _exact(evidence: Evidence, explanation: Explanation) -> Diagnosis:
    """A convention that the course accepts is no part of the name."""
    mistakes, refused = explanation.hypothesis.mistakes, explanation.refused
    ids = [mistake.id for mistake in mistakes]
    outputs = tuple(output.name for output in evidence.outputs(mistakes[0].function) if wrong(evidence.plays, output))
    about: dict[str, Param] = {"outputs": outputs, "does": tuple(f"diagnosis.{id}.does" for id in ids)}
    how = "under" if refused else "one" if len(outputs) == 1 else "several"
    if refused:
        about["names"] = tuple(f"diagnosis.{option}.name" for option in refused)
    hints = tuple(Message(f"diagnosis.{id}.hint-{level}") for level in range(1, HINTS + 1) for id in ids)
    severity = max((mistake.severity for mistake in mistakes), key=SEVERITIES.index)
    return Diagnosis("+".join([*ids, *refused]), "exact", severity, Message(f"diagnosis.exact.{how}", about), hints)
