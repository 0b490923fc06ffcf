"""What is said of a function whose mistake has no name: one diagnosis, the most certain that there is.

An exception in every case comes first, then what wrong numbers have in common with the right ones (`pattern`), then
what is right, what is wrong and only when (`hint`), or an exception in some cases, where it is most of what is wrong.
Whatever else was found is the first of its hints.
"""

from collections.abc import Iterator, Mapping, Sequence

from grader.core import Diagnosis, Message, Output, Param, Raised
from grader.diagnosis import consistency, exceptions, localisation, runtime
from grader.diagnosis.beside import Beside, Cases, as_played
from grader.diagnosis.evidence import Evidence, wrong
from grader.diagnosis.facts import Fact, fact, hinted
from grader.diagnosis.measured import measured
from grader.diagnosis.signatures import Signature, of_outputs, same


def described(evidence: Evidence, function: str) -> tuple[Diagnosis, ...]:
    """The diagnosis of `function`, empty where nothing can be said beyond what its checks say."""
    layouts = (evidence.plays, *(plays for _, plays in evidence.turned))
    cases = Cases(as_played(layouts, function))
    if exceptions.ends_itself(cases, function) or exceptions.not_reached(evidence, cases, function):
        return ()
    standing = localisation.standing(evidence, cases, function)
    found = (
        exceptions.raised_everywhere(evidence, cases, function)
        or runtime.within_a_tuple(evidence, cases, function)
        or runtime.only_check(evidence, function)
        or runtime.narrowed(evidence, cases, function)
        or hinted(runtime.differs(evidence, function), standing)
        or hinted(measured(evidence, cases, function), standing)
        or consistency.one_entry(evidence, cases, function, next(runtime.changed(evidence, function), None))
        or pattern(evidence, cases, function)
        or _of_numbers_or_exception(evidence, cases, function, standing)
    )
    return () if found is None else (found,)


def _of_numbers_or_exception(evidence: Evidence, cases: Cases, function: str, standing: Message) -> Diagnosis | None:
    """What the numbers say, and an exception that is met in some cases: what is wrong in more cases comes first, the
    other is a hint."""
    numbers = list(facts(evidence, cases, function))
    numbers = numbers or list(localisation.somewhere_not_finite(evidence, cases, function))
    raised = exceptions.raised_somewhere(evidence, cases, function, standing)
    if raised is None:
        return hinted(numbers, standing)
    stops = {one.case.name for one in cases.plays if isinstance(one.play.faults.get(function), Raised)}
    bad = {one.case.name for output in evidence.outputs(function) for one in wrong(cases.plays, output)} - stops
    little = numbers and numbers[0].id == "some-outputs" and len(bad) <= 2 * len(stops)
    if len(bad) < len(stops) or little:
        return raised
    return hinted(numbers or [_besides(evidence, cases, function, len(bad), len(stops))], raised.text)


def _besides(evidence: Evidence, cases: Cases, function: str, bad: int, stops: int) -> Fact:
    """That results are wrong besides the cases in which nothing comes."""
    outputs = [output for output in evidence.outputs(function) if wrong(cases.plays, output)]
    asked = [one for one in cases.plays if any(one.case.grades(output) for output in outputs)]
    about: dict[str, Param] = {"function": function, "wrong": bad, "stops": stops, "total": len(asked)}
    names = localisation.listed([output.name for output in outputs])
    return fact("wrong-beside-stops", Message("diagnosis.wrong-beside-stops.text", {"outputs": names, **about}))


def pattern(evidence: Evidence, cases: Cases, function: str) -> Diagnosis | None:
    """The signature of the first wrong output that has one, with all outputs that share it: of all cases, else of the
    ordinary ones."""
    outputs = [output for output in evidence.outputs(function) if wrong(cases.plays, output)]
    every = {output.name: cases.compared(output) for output in outputs}
    ordinary = {
        output.name: [pair for pair in every[output.name] if pair.one.case.check == "ordinary"]
        for output in outputs
        if not _lacking(cases, output, "ordinary")
    }
    for where, pairs in (("all-cases", every), ("ordinary-cases", ordinary)):
        if found := of_outputs(pairs):
            first = next(output for output in outputs if output.name in found)
            told = next(facts(evidence, cases, function), None)
            beside = told.text if told else localisation.standing(evidence, cases, function)
            lacking = where == "all-cases" and _lacking(cases, first)
            return _pattern(found, pairs, "cases-with-numbers" if lacking else where, beside)
    return None


def _lacking(cases: Cases, output: Output, *kinds: str) -> bool:
    """Are there cases (of these kinds) in which `output` did not come as finite numbers?"""
    came = {pair.one.case.name for pair in cases.compared(output)}
    asked = [one.case for one in cases.plays if one.case.grades(output) and (not kinds or one.case.check in kinds)]
    return any(case.name not in came for case in asked)


def _pattern(
    found: Mapping[str, Signature], pairs: Mapping[str, Sequence[Beside]], where: str, beside: Message
) -> Diagnosis:
    """The first signature, said of every output that shares it; `beside` is the first hint."""
    first = next(iter(found))
    names = same(found, first)
    count = len({pair.one.case.name for name in names for pair in pairs[name]})
    about = {"outputs": localisation.listed(names), "count": count, "where": f"diagnosis.{where}", **found[first].about}
    text = Message(f"diagnosis.{found[first].kind}.text", about)
    hints = (beside, *(Message(f"diagnosis.{found[first].kind}.{how}") for how in ("look", "act")))
    severity = found[first].severity if len(names) == len(pairs) else "wrong-quantity"
    return Diagnosis(found[first].kind, "pattern", severity, text, hints)


def facts(evidence: Evidence, cases: Cases, function: str) -> Iterator[Fact]:
    """All that can be said of the numbers, the most telling first."""
    steps = list(consistency.first_step(evidence, cases, function))
    yield from localisation.not_finite(evidence, cases, function)
    yield from localisation.fewer_digits(evidence, cases, function)
    for one in localisation.only_when(evidence, cases, function):
        if not (steps and _nearly_always(one)):
            yield one
    yield from runtime.changed(evidence, function)
    yield from steps
    for find in (consistency.first_layer, localisation.only_where, consistency.belonging):
        yield from find(evidence, cases, function)
    yield from runtime.form(evidence, function)
    yield from localisation.some_outputs(evidence, cases, function)


def _nearly_always(one: Fact) -> bool:
    """Is a single case right? A sequence is right where nothing moves it, whatever is done."""
    return one.text.params["failed"] == int(str(one.text.params["total"])) - 1
