"""What is seen in how a call went and not in its numbers: a loop over the samples, another answer each time, a changed
argument, another form of what was returned, floats of fewer bits than were given."""

from collections.abc import Iterator

import numpy as np

from grader.core import CheckResult, CheckStatus, Diagnosis, Message, Output, Param, Value
from grader.diagnosis.beside import Cases
from grader.diagnosis.evidence import Evidence, Played
from grader.diagnosis.facts import Fact, fact, from_table
from grader.diagnosis.likeness import as_numbers, near

# --------------------------------------------------------------------------- what the judge found besides

ROWS = {
    "checks.vectorised.loops": "loops-over-samples",
    "checks.vectorised.hidden-loop": "loops-over-samples",
    "checks.vectorised.calls-naive": "calls-the-naive-version",
}
FORMS = ("checks.form.", "checks.unusable")


def only_check(evidence: Evidence, function: str) -> Diagnosis | None:
    """Where one check alone failed that is not about numbers, what it found."""
    failed = _failed(evidence, function)
    if len(failed) != 1 or failed[0].hidden:
        return None
    said = failed[0].message
    if said.id in ROWS:
        return Diagnosis(ROWS[said.id], "pattern", "convention", said, from_table(ROWS[said.id]))
    if failed[0].id == "deterministic":
        return _told("differs-between-calls", said)
    if failed[0].id == "contract" and said.id.startswith(FORMS):
        return _told("returned-form", said)
    return None


def _told(id: str, said: Message) -> Diagnosis:
    return Diagnosis(
        id, "hint", "one-term", said, tuple(Message(f"diagnosis.{id}.{how}") for how in ("what", "look", "act"))
    )


def _failed(evidence: Evidence, function: str) -> list[CheckResult]:
    result = evidence.results.get(function)
    checks = result.checks if result is not None else ()
    return [check for check in checks if check.status is CheckStatus.FAILED and check.max_points]


def differs(evidence: Evidence, function: str) -> Iterator[Fact]:
    """That the same question has several answers: nothing is to be made of the numbers then."""
    result = evidence.results.get(function)
    checks = result.checks if result is not None else ()
    for check in checks:
        if check.message.id == "checks.deterministic.differs" and not check.hidden:
            yield fact("differs-between-calls", check.message)


def changed(evidence: Evidence, function: str) -> Iterator[Fact]:
    """That a call leaves other values in an argument."""
    result = evidence.results.get(function)
    for warning in result.warnings if result is not None else ():
        if warning.id in ("warning.input-mutated", "warning.input-mutated-and-wrong"):
            about: dict[str, Param] = {"function": function, "argument": warning.params["argument"]}
            yield fact("argument-changed", Message("diagnosis.argument-changed.text", about))


def form(evidence: Evidence, function: str) -> Iterator[Fact]:
    """What is wrong with the form of what was returned, where nothing else can be said."""
    for check in _failed(evidence, function):
        if check.id == "contract" and not check.hidden and check.message.id.startswith(FORMS):
            yield fact("returned-form", check.message)


WITHIN = "result-within-a-tuple"


def within_a_tuple(evidence: Evidence, cases: Cases, function: str) -> Diagnosis | None:
    """Where one value is asked for and several come, of which one, always at the same place, is right in all cases."""
    outputs = evidence.outputs(function)
    asked = [(one, output) for output in outputs for one in cases.plays if one.case.grades(output)]
    several = [value for one, output in asked if isinstance(value := one.play.outputs.get(output.name), (list, tuple))]
    counts = {len(value) for value in several}
    if len(outputs) != 1 or len(several) < len(asked) or len(counts) != 1:
        return None
    count = counts.pop()
    for place in range(count if count > 1 else 0):
        if all(_is_right(*one, value[place]) for one, value in zip(asked, several, strict=True)):
            about: dict[str, Param] = {"outputs": (outputs[0].name,), "count": count, "cases": len(asked)}
            text = Message(f"diagnosis.{WITHIN}.text", {**about, "place": place + 1})
            return Diagnosis(WITHIN, "exact", "one-term", text, from_table(WITHIN))
    return None


def _is_right(one: Played, output: Output, value: Value) -> bool:
    """Is this array what should have come, in its very shape?"""
    ours, right = as_numbers(value), as_numbers(one.expected[output.name])
    if ours is None or right is None or right.ndim == 0 or ours.shape != right.shape:
        return False
    return near(ours, right, None, 0.0 if output.integer else one.case.tolerance)


# --------------------------------------------------------------------------- precision

ROUNDED = 1e-2  # a larger relative error is no rounding


def narrowed(evidence: Evidence, cases: Cases, function: str) -> Diagnosis | None:
    """Outputs that come in fewer bits than anything that was given, and are wrong by no more than rounding."""
    found: dict[str, tuple[str, float]] = {}
    for output in evidence.outputs(function):
        wrong = [one for one in cases.plays if one.case.grades(output) and output.name not in one.right]
        kinds = {_narrow(one, output) for one in wrong}
        if wrong and (len(kinds) != 1 or None in kinds):
            return None
        if wrong:
            pairs = [pair for pair in cases.compared(output) if not pair.right and pair.same_shape]
            errors = [np.abs(pair.actual - pair.expected).max() / np.abs(pair.expected).max() for pair in pairs]
            found[output.name] = str(next(iter(kinds))), float(max(errors, default=np.inf))
    kinds_found = {kind for kind, _ in found.values()}
    if len(kinds_found) != 1 or not all(0 < error < ROUNDED for _, error in found.values()):
        return None
    kind = kinds_found.pop()
    about: dict[str, Param] = {
        "outputs": tuple(found),
        "type": kind,
        "error": max(error for _, error in found.values()),
    }
    id = f"{kind}-inside"
    return Diagnosis(id, "pattern", "robustness", Message("diagnosis.narrow-floats.text", about), from_table(id))


def _narrow(one: Played, output: Output) -> str | None:
    """`float32`, where the output came so and every array of floats among the arguments is wider."""
    value = one.play.outputs.get(output.name)
    if not isinstance(value, np.ndarray) or value.dtype.kind != "f" or value.dtype.itemsize >= 8:
        return None
    given = [array for array in one.inputs.values() if isinstance(array, np.ndarray) and array.dtype.kind == "f"]
    return str(value.dtype) if all(array.dtype.itemsize > value.dtype.itemsize for array in given) else None
