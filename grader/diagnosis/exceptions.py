"""Exceptions: a fact with a place. Type and text decide which row of the table of mistakes it is, if it is one."""

import difflib
import re
from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Literal

from grader.core import Diagnosis, Message, Param, Raised
from grader.diagnosis.beside import Cases
from grader.diagnosis.evidence import Evidence, Played, wrong
from grader.diagnosis.facts import from_table
from grader.diagnosis.traits import separating


@dataclass(frozen=True, slots=True)
class Rule:
    """Exceptions of these types (all, where none is named) whose text matches; `row` tells a row of the table."""

    id: str
    types: tuple[str, ...]
    text: re.Pattern[str]
    row: bool = False


def _rule(id: str, types: str, text: str, *, row: bool = False) -> Rule:
    return Rule(id, tuple(types.split()), re.compile(text), row)


NOT_PASSED, OTHER_EDITION = "argument-not-passed", "argument-of-another-edition"  # rows of the table too
FOR_ARRAY = "number-for-array"
PYTHON_2 = "xrange|unicode|raw_input|basestring|long|reduce|izip|imap|unichr|cmp"
GONE = "int|float|bool|object|str|complex|long|unicode|product|cumproduct|sometrue|alltrue|mat|in1d|row_stack|trapz"
GONE += "|msort|asfarray|asscalar|Inf|Infinity|NaN|infty|PINF|NINF|float_|complex_|unicode_|string_|cast|round_"
FLOATS = r"'(numpy\.)?float\d*' object cannot be interpreted as an integer|slice indices must be integers"
ONE_NUMBER = r"arrays can be converted to Python scalars|setting an array element with a sequence\.?$"
RULES = (
    _rule("python2-leftover", "NameError", rf"name '({PYTHON_2})' is not defined", row=True),
    _rule("python2-leftover", "AttributeError", r"'dict' object has no attribute '(iter\w+|has_key)'", row=True),
    _rule("removed-numpy-name", "AttributeError", rf"module 'numpy' has no attribute '({GONE})'", row=True),
    _rule("division-gives-float-size", "TypeError", FLOATS, row=True),
    _rule("name-not-defined", "NameError UnboundLocalError", ""),
    _rule("computes-with-none", "TypeError AttributeError", r"NoneType|\w is None"),
    _rule("called-otherwise", "TypeError", r"positional argument|unexpected keyword argument|required keyword"),
    _rule("array-for-number", "TypeError ValueError", ONE_NUMBER),
    _rule("another-count-unpacked", "ValueError TypeError", r"values to unpack|cannot unpack non-iterable"),
    _rule("shapes-do-not-fit", "ValueError", r"broadcast|not aligned|matmul|shape|dimension"),
    _rule("index-out-of-bounds", "IndexError", "out of (bounds|range)"),
    _rule("no-such-attribute", "AttributeError", ""),
    _rule("key-missing", "KeyError", ""),
    _rule("raises", "", ""),
)


def ends_itself(cases: Cases, function: str) -> bool:
    """Does the function end the program, or say that it is not written? The judge has a sentence for that."""
    fault = cases.plays[0].play.faults.get(function)
    return isinstance(fault, Raised) and fault.type in ("SystemExit", "NotImplementedError")


def not_reached(evidence: Evidence, cases: Cases, function: str) -> bool:
    """Is nothing wrong but what was not computed, for an exception of a function that comes before? The judge has a
    sentence for that too."""
    bad = [(one, output) for output in evidence.outputs(function) for one in wrong(cases.plays, output)]
    return bool(bad) and all(
        one.play.faults and function not in one.play.faults and output.name not in one.play.outputs
        for one, output in bad
    )


def raised_everywhere(evidence: Evidence, cases: Cases, function: str) -> Diagnosis | None:
    """The exception of a function that raises in the base case."""
    fault = cases.plays[0].play.faults.get(function)
    return _exception(evidence, cases, function, fault) if isinstance(fault, Raised) else None


def raised_somewhere(evidence: Evidence, cases: Cases, function: str, standing: Message) -> Diagnosis | None:
    """The first exception of a function that raises in some cases. What the numbers of the others are is a hint."""
    faults = (one.play.faults.get(function) for one in cases.plays)
    fault = next((fault for fault in faults if isinstance(fault, Raised)), None)
    found = _exception(evidence, cases, function, fault) if fault is not None else None
    return found if found is None or found.certainty != "hint" else replace(found, hints=(standing, *found.hints[1:]))


def _exception(evidence: Evidence, cases: Cases, function: str, fault: Raised) -> Diagnosis | None:
    of_type = (rule for rule in RULES if not any(rule.types) or fault.type in rule.types)
    id, row = next((rule.id, rule.row) for rule in of_type if rule.text.search(fault.text))
    text = _told(evidence, cases, function, fault)
    if id == "name-not-defined":
        return _of_another_edition(evidence, cases, function, fault, text) or _name(evidence, function, fault, text)
    if id == "computes-with-none" and _is_a_setting(fault.text) and _regularises(evidence, cases, function):
        id, row = "reg-left-none", True
    if id == "called-otherwise" and not re.search(rf"\b{function.rpartition('.')[2]}\(", fault.text):
        id = "calls-otherwise"
    if TRUTH in fault.text and PYTHON_MAX.search(evidence.line(fault.path or "", fault.line or 0)):
        return _row("python-max-of-array", text, _certainty(evidence, cases, function, fault))
    saying = next((row_id for row_id, of, words in SAYING if of == id and words.search(fault.text)), None)
    if saying is not None and fault.path is not None:
        return _row(saying, text, _certainty(evidence, cases, function, fault))
    if row:
        return _row(id, text, "pattern")
    if fault.path is None and id not in CALLS:
        return None  # nothing of the student's was running
    return Diagnosis(id, "hint", "wrong-quantity", text, _hints(id, evidence, function, fault))


# Rows that the words of an exception say by themselves, each with the rule that its exception is under.
SAYING = (
    (NOT_PASSED, "calls-otherwise", re.compile(r"missing \d+ required .*argument")),
    (
        FOR_ARRAY,
        "no-such-attribute",
        re.compile(r"'(float|int)' object has no attribute '(astype|shape|dot|reshape|T)'"),
    ),
)
TRUTH = "truth value of an array with more than one element is ambiguous"
PYTHON_MAX = re.compile(r"(?<![\w.])max\((0(\.0*)?\s*,|.*,\s*0(\.0*)?\s*\))")
Certainty = Literal["exact", "pattern"]


def _row(id: str, text: Message, certainty: Certainty) -> Diagnosis:
    return Diagnosis(id, certainty, "wrong-quantity", text, from_table(id))


def _certainty(evidence: Evidence, cases: Cases, function: str, fault: Raised) -> Certainty:
    """Of an exception whose words say the mistake: exact, where nothing is wrong but what it kept from coming."""
    bad = ((one, output) for output in evidence.outputs(function) for one in wrong(cases.plays, output))
    alone = all(output.name not in one.play.outputs and _is_met(one, fault) for one, output in bad)
    return "exact" if alone else "pattern"


def _is_met(one: Played, fault: Raised) -> bool:
    met = (other for other in one.play.faults.values() if isinstance(other, Raised))
    return (fault.type, fault.text) in [(other.type, other.text) for other in met]


def _is_a_setting(text: str) -> bool:
    """Is it None in arithmetic, or as the strength that our loss is given?"""
    return "unsupported operand" in text or text.startswith("reg is None")


def _regularises(evidence: Evidence, cases: Cases, function: str) -> bool:
    """Is there a strength of regularisation, among the arguments or in the object?"""
    signature = next((one.signature for one in evidence.group.functions if one.name == function), "")
    return "reg" in signature or "reg" in cases.given(cases.plays[0]).values


CALLS = ("called-otherwise", "calls-otherwise")  # raised by the call itself


def _told(evidence: Evidence, cases: Cases, function: str, fault: Raised) -> Message:
    """The exception, how often it comes, and what just those cases have in common."""
    asked = [one for one in cases.plays if any(one.case.grades(output) for output in evidence.outputs(function))]
    raising = [isinstance(one.play.faults.get(function), Raised) for one in asked]
    about: dict[str, Param] = {
        "function": function,
        "error": f"{fault.type}: {fault.text}" if fault.text else fault.type,
        "failed": sum(raising),
        "total": len(asked),
    }
    if fault.path is None:
        return Message("diagnosis.raised.elsewhere", about)
    about.update(file=fault.path, line=fault.line or 0)
    trait = separating([cases.given(one) for one in asked], raising)
    if trait is None:
        met = [one.play.faults.get(function) for one in asked]
        others = any(isinstance(other, Raised) and other.type != fault.type for other in met)
        return Message(f"diagnosis.raised.{'first' if others else 'text'}", about)
    return Message("diagnosis.raised.when", {**about, "condition": trait.code})


def _hints(id: str, evidence: Evidence, function: str, fault: Raised) -> tuple[Message, ...]:
    signature = next((one.signature for one in evidence.group.functions if one.name == function), "")
    about: dict[str, Param] = {"line": fault.line or 0, "signature": f"{function.rpartition('.')[2]}{signature}"}
    return tuple(Message(f"diagnosis.{id}.{level}", about) for level in ("what", "look", "act"))


NAME = re.compile(r"name '(\w+)'|variable '(\w+)'")
LONGEST, MOST = 60, 1000  # letters of a name, and names, that are compared
MODULES = ("np", "numpy", "plt", "math")


# What one argument is called in several editions of a course's classes.
EDITIONS = (
    {"input_size", "input_dim"},
    {"hidden_size", "hidden_dim"},
    {"output_size", "num_classes"},
    {"std", "weight_scale"},
)


def _of_another_edition(
    evidence: Evidence, cases: Cases, function: str, fault: Raised, text: Message
) -> Diagnosis | None:
    """A name without a value that another edition has for an argument of the function that stopped."""
    name = _name_in(fault)
    if fault.path is None or name in evidence.names(function):
        return None
    arguments = evidence.arguments(fault.path, fault.line or 0)
    others = [one for names in EDITIONS if name in names for one in arguments if one in names]
    if len(others) != 1 or name in others:
        return None
    about: dict[str, Param] = {**text.params, "name": name, "other": others[0]}
    told = Message("diagnosis.raised.another-edition", about)
    return _row(OTHER_EDITION, told, _certainty(evidence, cases, function, fault))


def _name_in(fault: Raised) -> str:
    found = NAME.search(fault.text)
    return next(filter(None, found.groups()), "") if found else ""


def _name(evidence: Evidence, function: str, fault: Raised, text: Message) -> Diagnosis:
    """A name without a value: one that is spelt like another which has one, or one that nothing in the file defines."""
    name, names = _name_in(fault), evidence.names(function)
    spelt = _spelt_like(name, names) if name not in names else None
    if spelt is not None:
        about: dict[str, Param] = {**text.params, "name": name, "other": spelt}
        told = Message("diagnosis.raised.misspelt" if fault.path else "diagnosis.raised.elsewhere", about)
        return _row("misspelt-name", told, "pattern")
    if fault.type == "NameError" and name not in (*MODULES, *names):
        return _row("global-variable-read", text, "pattern")
    id = "name-not-defined"
    return Diagnosis(id, "hint", "wrong-quantity", text, _hints(id, evidence, function, fault))


def _spelt_like(name: str, names: Collection[str]) -> str | None:
    """The name among `names` that has the same letters, or nearly so."""
    others = sorted(other for other in set(names) - {name} if len(other) <= LONGEST)[:MOST]
    if len(name) > LONGEST:
        return None
    same = [one for one in others if one.casefold() == name.casefold()]
    turned = [one for one in others if len(name) > 3 and sorted(one.casefold()) == sorted(name.casefold())]
    return next(iter([*same, *turned, *difflib.get_close_matches(name, others, 1, 0.8)]), None)
