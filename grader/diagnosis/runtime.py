"""What is seen in how a call went, not in its numbers: an exception, a loop over the samples, single precision.

An exception is a fact with a place; its type and text decide which row of the table it is, where it is one at all.
"""

import difflib
import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from grader.core import CheckResult, CheckStatus, Diagnosis, Message, Output, Param, Raised
from grader.diagnosis.beside import Cases
from grader.diagnosis.evidence import Evidence, Played, counts
from grader.diagnosis.facts import Fact, fact
from grader.diagnosis.traits import separating

HINTS = 3


def from_table(id: str) -> tuple[Message, ...]:
    """The hints of a row of the table of mistakes."""
    return tuple(Message(f"diagnosis.{id}.hint-{level}") for level in range(1, HINTS + 1))


# --------------------------------------------------------------------------- exceptions


@dataclass(frozen=True, slots=True)
class Rule:
    """Exceptions of these types (all, where none is named) whose text matches; `row` tells a row of the table."""

    id: str
    types: tuple[str, ...]
    text: re.Pattern[str]
    row: bool = False


def _rule(id: str, types: str, text: str, *, row: bool = False) -> Rule:
    return Rule(id, tuple(types.split()), re.compile(text), row)


PYTHON_2 = "xrange|unicode|raw_input|basestring|long|reduce|izip|imap|unichr|cmp"
GONE = "int|float|bool|object|str|complex|long|unicode|product|cumproduct|sometrue|alltrue|mat|in1d|row_stack|trapz"
GONE += "|msort|asfarray|asscalar|Inf|Infinity|NaN|infty|PINF|NINF|float_|complex_|unicode_|string_|cast|round_"
FLOATS = r"'(numpy\.)?float\d*' object cannot be interpreted as an integer|slice indices must be integers"
RULES = (
    _rule("python2-leftover", "NameError", rf"name '({PYTHON_2})' is not defined", row=True),
    _rule("python2-leftover", "AttributeError", r"'dict' object has no attribute '(iter\w+|has_key)'", row=True),
    _rule("removed-numpy-name", "AttributeError", rf"module 'numpy' has no attribute '({GONE})'", row=True),
    _rule("division-gives-float-size", "TypeError", FLOATS, row=True),
    _rule("name-not-defined", "NameError UnboundLocalError", ""),
    _rule("computes-with-none", "TypeError AttributeError", "NoneType"),
    _rule("called-otherwise", "TypeError", r"positional argument|unexpected keyword argument|required keyword"),
    _rule("shapes-do-not-fit", "ValueError", r"broadcast|not aligned|matmul|shape|dimension"),
    _rule("index-out-of-bounds", "IndexError", "out of (bounds|range)"),
    _rule("no-such-attribute", "AttributeError", ""),
    _rule("key-missing", "KeyError", ""),
    _rule("raises", "", ""),
)


def raised_everywhere(evidence: Evidence, cases: Cases, function: str) -> Diagnosis | None:
    """The exception of a function that raises in the base case."""
    fault = cases.plays[0].play.faults.get(function)
    return _exception(evidence, cases, function, fault) if isinstance(fault, Raised) else None


def raised_somewhere(evidence: Evidence, cases: Cases, function: str) -> Diagnosis | None:
    """The first exception of a function that raises in some cases."""
    faults = (one.play.faults.get(function) for one in cases.plays)
    fault = next((fault for fault in faults if isinstance(fault, Raised)), None)
    return _exception(evidence, cases, function, fault) if fault is not None else None


def _exception(evidence: Evidence, cases: Cases, function: str, fault: Raised) -> Diagnosis | None:
    if fault.type in ("SystemExit", "NotImplementedError"):
        return None  # the judge's own sentence says it
    rule = next(
        rule for rule in RULES if (not any(rule.types) or fault.type in rule.types) and rule.text.search(fault.text)
    )
    asked = [one for one in cases.plays if any(counts(one.case, output) for output in evidence.outputs(function))]
    raising = [isinstance(one.play.faults.get(function), Raised) for one in asked]
    trait = separating([cases.given(one) for one in asked], raising)
    about: dict[str, Param] = {
        "function": function,
        "error": f"{fault.type}: {fault.text}" if fault.text else fault.type,
        "file": fault.path,
        "line": fault.line or 0,
        "failed": sum(raising),
        "total": len(asked),
    }
    if trait is not None:
        text = Message("diagnosis.raised.when", {**about, "condition": trait.code})
    else:
        text = Message("diagnosis.raised.text" if fault.path else "diagnosis.raised.elsewhere", about)
    if rule.id == "name-not-defined":
        return _name(evidence, function, fault, about, text)
    if rule.id == "computes-with-none" and trait is not None and "reg" in trait.code:
        return Diagnosis("reg-left-none", "pattern", "wrong-quantity", text, from_table("reg-left-none"))
    if rule.row:
        return Diagnosis(rule.id, "pattern", "wrong-quantity", text, from_table(rule.id))
    return Diagnosis(rule.id, "hint", "wrong-quantity", text, _hints(rule.id, evidence, function, about))


def _hints(id: str, evidence: Evidence, function: str, about: dict[str, Param]) -> tuple[Message, ...]:
    signature = next((one.signature for one in evidence.group.functions if one.name == function), "")
    given = {"line": about["line"], "signature": f"{function.rpartition('.')[2]}{signature}"}
    return tuple(Message(f"diagnosis.{id}.{level}", given) for level in ("what", "look", "act"))


NAME = re.compile(r"name '(\w+)'|variable '(\w+)'")


def _name(evidence: Evidence, function: str, fault: Raised, about: dict[str, Param], text: Message) -> Diagnosis:
    """A name without a value: one that is spelt like another which has one, or one that nothing in the file defines."""
    found = NAME.search(fault.text)
    name = next(filter(None, found.groups()), "") if found else ""
    spelt = _spelt_like(name, evidence.names(function))
    if spelt is not None:
        told = {**about, "name": name, "other": spelt}
        text = Message("diagnosis.raised.misspelt", told)
        return Diagnosis("misspelt-name", "pattern", "wrong-quantity", text, from_table("misspelt-name"))
    if fault.type == "NameError" and not name.startswith(("np", "numpy")) and "free variable" not in fault.text:
        id = "global-variable-read"
        return Diagnosis(id, "pattern", "wrong-quantity", text, from_table(id))
    return Diagnosis(
        "name-not-defined", "hint", "wrong-quantity", text, _hints("name-not-defined", evidence, function, about)
    )


def _spelt_like(name: str, names: Sequence[str] | frozenset[str]) -> str | None:
    """The name among `names` that has the same letters, or nearly so."""
    letters = sorted(name.casefold().replace("_", ""))
    others = sorted(set(names) - {name})
    same = [one for one in others if len(name) > 1 and sorted(one.casefold().replace("_", "")) == letters]
    return next(iter([*same, *difflib.get_close_matches(name, others, 1, 0.8)]), None)


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


def form(evidence: Evidence, function: str) -> Fact | None:
    """What is wrong with the form of what was returned, where nothing else can be said."""
    for check in _failed(evidence, function):
        if check.id == "contract" and not check.hidden and check.message.id.startswith(FORMS):
            return fact("returned-form", check.message)
    return None


# --------------------------------------------------------------------------- precision

ROUNDED = 1e-2  # a larger relative error is no rounding


def narrowed(evidence: Evidence, cases: Cases, function: str) -> Diagnosis | None:
    """Outputs that come in fewer bits than anything that was given, and are wrong by no more than rounding."""
    found: dict[str, tuple[str, float]] = {}
    for output in evidence.outputs(function):
        wrong = [one for one in cases.plays if counts(one.case, output) and output.name not in one.right]
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
