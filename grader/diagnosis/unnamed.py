"""What is said of a function whose mistake has no name: one diagnosis, the most certain that there is.

An exception comes first, then what wrong numbers have in common with the right ones (`pattern`), then what is right,
what is wrong and only when (`hint`). Whatever else was found is the first of its hints.
"""

from collections.abc import Iterator

from grader.core import Diagnosis, Message
from grader.diagnosis import consistency, localisation, runtime
from grader.diagnosis.beside import Cases, as_played
from grader.diagnosis.evidence import Evidence, wrong
from grader.diagnosis.facts import Fact, hinted
from grader.diagnosis.signatures import of_outputs, same


def described(evidence: Evidence, function: str) -> tuple[Diagnosis, ...]:
    """The diagnosis of `function`, empty where nothing can be said beyond what its checks say."""
    layouts = (evidence.plays, *(plays for _, plays in evidence.turned))
    cases = Cases(as_played(layouts, function))
    found = (
        runtime.raised_everywhere(evidence, cases, function)
        or runtime.only_check(evidence, function)
        or runtime.narrowed(evidence, cases, function)
        or pattern(evidence, cases, function)
        or runtime.raised_somewhere(evidence, cases, function)
        or hinted(facts(evidence, cases, function), localisation.standing(evidence, cases, function))
    )
    return () if found is None else (found,)


def pattern(evidence: Evidence, cases: Cases, function: str) -> Diagnosis | None:
    """The signature of the first wrong output that has one, with all outputs that share it."""
    outputs = [output for output in evidence.outputs(function) if wrong(cases.plays, output)]
    pairs = {output: cases.compared(output) for output in outputs}
    found = of_outputs(pairs)
    if not found:
        return None
    first = next(iter(found))
    names, count = same(found, first), len(pairs[next(output for output in outputs if output.name == first)])
    text = Message(f"diagnosis.{found[first].kind}.text", {"outputs": names, "count": count, **found[first].about})
    told = next(facts(evidence, cases, function), None)
    beside = told.text if told else localisation.standing(evidence, cases, function)
    hints = (beside, *(Message(f"diagnosis.{found[first].kind}.{how}") for how in ("look", "act")))
    severity = found[first].severity if len(names) == len(outputs) else "wrong-quantity"
    return Diagnosis(found[first].kind, "pattern", severity, text, hints)


def facts(evidence: Evidence, cases: Cases, function: str) -> Iterator[Fact]:
    """All that can be said of the numbers, the most telling first."""
    for find in (
        localisation.only_when,
        consistency.first_step,
        consistency.first_layer,
        localisation.only_where,
        consistency.belonging,
    ):
        yield from find(evidence, cases, function)
    if (form := runtime.form(evidence, function)) is not None:
        yield form
