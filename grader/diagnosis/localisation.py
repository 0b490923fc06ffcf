"""What is right and what is wrong, and only when: the outputs, the cases and what they have in common, the entries."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from grader.core import Message, Output, Param
from grader.diagnosis.beside import Array, Beside, Cases
from grader.diagnosis.evidence import Evidence, Played, wrong
from grader.diagnosis.facts import Fact, fact
from grader.diagnosis.likeness import as_numbers
from grader.diagnosis.traits import separating

MOST = 6  # names in one sentence
MANY = 4  # wrong entries that are not in the same part by chance
FILLED = ("results",)  # of a search: NaN stands for a pair that is not among them
PRECISION = 1e-3  # up to here a formula is right and digits were lost


def standing(evidence: Evidence, cases: Cases, function: str) -> Message:
    """How often each output of `function` is right."""
    told = {output: _count(cases, output) for output in evidence.outputs(function)}
    asked = {output.name: count for output, count in told.items() if count[1]}
    good = [name for name, (right, total) in asked.items() if right == total]
    bad = [f"{name} ({total - right}/{total})" for name, (right, total) in asked.items() if right < total]
    if not bad:
        return Message("diagnosis.standing.right", {"right": listed(good)})
    if good:
        return Message("diagnosis.standing.beside-right", {"right": listed(good), "wrong": listed(bad)})
    return Message("diagnosis.standing.wrong", {"wrong": listed(bad)})


def some_outputs(evidence: Evidence, cases: Cases, function: str) -> Iterator[Fact]:
    """That some outputs are right in every case, and others are not."""
    told = standing(evidence, cases, function)
    if {"right", "wrong"} <= set(told.params):
        yield fact("some-outputs", told)


def listed(names: Sequence[str]) -> tuple[str, ...]:
    """The names, as many as a sentence holds."""
    return (*names[:MOST], f"+{len(names) - MOST}") if len(names) > MOST + 1 else tuple(names)


def _count(cases: Cases, output: Output) -> tuple[int, int]:
    asked = [one for one in cases.plays if one.case.grades(output)]
    return sum(output.name in one.right for one in asked), len(asked)


# --------------------------------------------------------------------------- the cases


def only_when(evidence: Evidence, cases: Cases, function: str) -> Iterator[Fact]:
    """What just the failing cases have in common, of those in which an output counts that is wrong somewhere."""
    outputs = [output for output in evidence.outputs(function) if wrong(cases.plays, output)]
    asked = [one for one in cases.plays if any(one.case.grades(output) for output in outputs)]
    failing = [any(cases.fails(one, output) for output in outputs) for one in asked]
    if (trait := separating([cases.given(one) for one in asked], failing)) is not None:
        about: dict[str, Param] = {
            "outputs": listed([output.name for output in outputs]),
            "failed": sum(failing),
            "total": len(asked),
            "condition": trait.code,
        }
        yield Fact(
            "only-some-cases",
            Message("diagnosis.only-some-cases.text", about),
            Message(f"diagnosis.only-some-cases.{trait.family}", {"condition": trait.code}),
            Message("diagnosis.only-some-cases.act", {"condition": trait.code}),
        )


def not_finite(evidence: Evidence, cases: Cases, function: str) -> Iterator[Fact]:
    """Outputs that are wrong only where they are NaN or infinite."""
    found: dict[str, list[Played]] = {}
    for output in (one for one in evidence.outputs(function) if one.name not in FILLED):
        bad = wrong(cases.plays, output)
        some = len(bad) < _count(cases, output)[1]  # what is NaN always may be ours, for what did not come
        if bad and (some or output.of is not None or output.name == "loss") and all(_overflows(o, output) for o in bad):
            found[output.name] = bad
    if found:
        names = {one.case.name for bad in found.values() for one in bad}
        yield _in_cases("not-finite", cases, tuple(found), names, {})


def somewhere_not_finite(evidence: Evidence, cases: Cases, function: str) -> Iterator[Fact]:
    """Outputs that are NaN or infinite in some cases, and finite and wrong in others: nothing more is said of these."""
    asked = [output for output in evidence.outputs(function) if output.of is not None or output.name == "loss"]
    found = {output.name: [one for one in wrong(cases.plays, output) if _overflows(one, output)] for output in asked}
    failing = {one.case.name for bad in found.values() for one in bad}
    if failing:
        outputs = listed([name for name, bad in found.items() if bad])
        about: dict[str, Param] = {"outputs": outputs, "failed": len(failing), "total": len(cases.plays)}
        yield fact("not-finite", Message("diagnosis.not-finite.text", about))


def _overflows(one: Played, output: Output) -> bool:
    numbers = as_numbers(one.play.outputs.get(output.name))
    return numbers is not None and not np.isfinite(numbers).all()


def fewer_digits(evidence: Evidence, cases: Cases, function: str) -> Iterator[Fact]:
    """Outputs that are right but for their last digits, wherever they are wrong."""
    found: dict[str, list[Beside]] = {}
    for output in evidence.outputs(function):
        bad = [pair for pair in cases.compared(output) if not pair.right]
        if len(bad) < len(wrong(cases.plays, output)):
            return
        if bad:
            found[output.name] = bad
    errors = [float(pair.errors().max()) if pair.same_shape else np.inf for bad in found.values() for pair in bad]
    if errors and min(errors) > 0 and max(errors) <= PRECISION:
        names = {pair.one.case.name for bad in found.values() for pair in bad}
        yield _in_cases("fewer-digits", cases, tuple(found), names, {"error": max(errors)})


def _in_cases(id: str, cases: Cases, outputs: tuple[str, ...], failing: set[str], more: Mapping[str, Param]) -> Fact:
    """A fact of these cases, with what they alone have in common, if there is such a thing."""
    fails = [one.case.name in failing for one in cases.plays]
    trait = separating([cases.given(one) for one in cases.plays], fails)
    about: dict[str, Param] = {"outputs": listed(outputs), "failed": sum(fails), "total": len(fails), **more}
    if trait is not None:
        return fact(id, Message(f"diagnosis.{id}.when", {**about, "condition": trait.code}))
    return fact(id, Message(f"diagnosis.{id}.text", about))


# --------------------------------------------------------------------------- the entries


def only_where(evidence: Evidence, cases: Cases, function: str) -> Iterator[Fact]:
    """The part of an array in which every wrong entry lies, of the first output that has one."""
    for output in evidence.outputs(function):
        failing = [pair for pair in cases.compared(output) if not pair.right]
        if len(failing) < 2 or not all(pair.same_shape and pair.expected.ndim for pair in failing):
            continue
        masks = [pair.off() for pair in failing]
        for code, part in _parts(failing[0]).items():
            if _lie_in(part, failing, masks):
                entries = code.format(output.name)
                about: dict[str, Param] = {"entries": entries, "output": output.name, "count": len(failing)}
                yield fact("only-some-entries", Message("diagnosis.only-some-entries.text", about))
                return


Entries = Callable[[Beside], Array | None]  # as a mask; None where there is no such part


@dataclass(frozen=True, slots=True)
class Part:
    """Some entries of an output; `whole` where nothing is said unless every one of them is wrong."""

    entries: Entries
    whole: bool = False


def _lie_in(part: Part, pairs: Sequence[Beside], masks: Sequence[Array]) -> bool:
    """Are all wrong entries in this part, and does it leave others out?"""
    out = False
    for pair, off in zip(pairs, masks, strict=True):
        inside = part.entries(pair)
        if inside is None or not off.any() or (off & ~inside).any() or (part.whole and (inside & ~off).any()):
            return False
        out = out or not inside.all()
    return out and sum(int(off.sum()) for off in masks) >= MANY


def _parts(first: Beside) -> Mapping[str, Part]:
    """The parts of an output that have a name, the smaller first."""
    found = {f"{{}}[{place}]": Part(_at(0, place)) for place in (0, -1)}
    if first.expected.ndim > 1:
        found.update({f"{{}}[:, {place}]": Part(_at(1, place)) for place in (0, -1)})
        found["{}[np.arange(len(y)), y]"] = Part(_true_class)
        found["{}[:, c] (c not in y)"] = Part(_absent_classes)
    for name, array in first.given.arrays.items():
        if array.shape == first.expected.shape:
            found.update({f"{{}}[{name}{sign}]": Part(_where(name, test), whole=True) for sign, test in SIGNS.items()})
    found.update({f"{{}}[expected{sign}]": Part(_expected(test), whole=True) for sign, test in SIGNS.items()})
    return found


SIGNS: Mapping[str, Callable[[Array], Array]] = {
    " == 0": lambda array: array == 0,
    " < 0": lambda array: array < 0,
    " > 0": lambda array: array > 0,
}


def _at(axis: int, place: int) -> Entries:
    def part(pair: Beside) -> Array | None:
        if pair.expected.ndim <= axis:
            return None
        inside = np.zeros(pair.expected.shape, bool)
        inside.swapaxes(0, axis)[place] = True
        return inside

    return part


def _labels(pair: Beside) -> Array | None:
    y, shape = pair.given.values.get("y"), pair.expected.shape
    if not isinstance(y, np.ndarray) or y.dtype.kind not in "iu" or len(shape) != 2 or y.max(initial=0) >= shape[1]:
        return None
    return y


def _true_class(pair: Beside) -> Array | None:
    y = _labels(pair)
    if y is None or y.shape != pair.expected.shape[:1]:
        return None
    inside = np.zeros(pair.expected.shape, bool)
    inside[np.arange(len(y)), y] = True
    return inside


def _absent_classes(pair: Beside) -> Array | None:
    y = _labels(pair)
    if y is None:
        return None
    inside = np.ones(pair.expected.shape, bool)
    inside[:, y] = False
    return inside


def _where(name: str, test: Callable[[Array], Array]) -> Entries:
    def part(pair: Beside) -> Array | None:
        array = pair.given.arrays.get(name)
        return test(array) if array is not None and array.shape == pair.expected.shape else None

    return part


def _expected(test: Callable[[Array], Array]) -> Entries:
    return lambda pair: test(pair.expected)
