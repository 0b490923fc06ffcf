"""What is right and what is wrong, and only when: the outputs, the cases and what they have in common, the entries."""

from collections.abc import Callable, Iterator, Mapping, Sequence

import numpy as np

from grader.core import Message, Output, Param
from grader.diagnosis.beside import Array, Beside, Cases
from grader.diagnosis.evidence import Evidence, Played, counts
from grader.diagnosis.facts import Fact, fact
from grader.diagnosis.traits import separating


def standing(evidence: Evidence, cases: Cases, function: str) -> Message:
    """How often each output of `function` is right."""
    told = {output: _count(cases, output) for output in evidence.outputs(function)}
    asked = {output.name: count for output, count in told.items() if count[1]}
    right = tuple(name for name, (good, total) in asked.items() if good == total)
    wrong = tuple(f"{name} ({total - good}/{total})" for name, (good, total) in asked.items() if good < total)
    if right:
        return Message("diagnosis.standing.beside-right", {"right": right, "wrong": wrong})
    return Message("diagnosis.standing.wrong", {"wrong": wrong})


def _count(cases: Cases, output: Output) -> tuple[int, int]:
    asked = [one for one in cases.plays if counts(one.case, output)]
    return sum(output.name in one.right for one in asked), len(asked)


# --------------------------------------------------------------------------- the cases


def only_when(evidence: Evidence, cases: Cases, function: str) -> Iterator[Fact]:
    """What just the failing cases have in common. Where outputs fail in different cases, the first that tells."""
    outputs = evidence.outputs(function)
    asked = [one for one in cases.plays if any(counts(one.case, output) for output in outputs)]
    failing = [_fails(one, outputs) for one in asked]
    if (trait := separating([cases.given(one) for one in asked], failing)) is not None:
        names = tuple(output.name for output in outputs if any(_fails(one, [output]) for one in asked))
        about: dict[str, Param] = {
            "outputs": names,
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


def _fails(one: Played, outputs: Sequence[Output]) -> bool:
    return any(counts(one.case, output) and output.name not in one.right for output in outputs)


# --------------------------------------------------------------------------- the entries


def only_where(evidence: Evidence, cases: Cases, function: str) -> Iterator[Fact]:
    """The part of an array in which every wrong entry lies, of the first output that has one."""
    for output in evidence.outputs(function):
        wrong = [pair for pair in cases.compared(output) if not pair.right]
        if len(wrong) < 2 or not all(pair.same_shape and pair.expected.ndim for pair in wrong):
            continue
        masks = [pair.off() for pair in wrong]
        for code, part in _parts(wrong[0]).items():
            if _lie_in(part, wrong, masks):
                entries = code.format(output.name)
                about: dict[str, Param] = {"entries": entries, "output": output.name, "count": len(wrong)}
                yield fact("only-some-entries", Message("diagnosis.only-some-entries.text", about))
                return


Part = Callable[[Beside], Array | None]  # the entries of an output, as a mask; None where there is no such part


def _lie_in(part: Part, pairs: Sequence[Beside], masks: Sequence[Array]) -> bool:
    """Are all wrong entries in this part, and does it leave right ones out?"""
    out = False
    for pair, wrong in zip(pairs, masks, strict=True):
        inside = part(pair)
        if inside is None or not wrong.any() or (wrong & ~inside).any():
            return False
        out = out or not inside.all()
    return out


def _parts(first: Beside) -> Mapping[str, Part]:
    """The parts of an output that have a name, the smaller first."""
    places = {"0": 0, "-1": -1}
    found: dict[str, Part] = {f"{{}}[{code}]": _at(0, place) for code, place in places.items()}
    if first.expected.ndim > 1:
        found.update({f"{{}}[:, {code}]": _at(1, place) for code, place in places.items()})
        found["{}[np.arange(len(y)), y]"] = _true_class
        found["{}[:, c] (c not in y)"] = _absent_classes
    for name, array in first.given.arrays.items():
        if array.shape == first.expected.shape:
            found.update({f"{{}}[{name}{sign}]": _where(name, test) for sign, test in SIGNS.items()})
    found.update({f"{{}}[expected{sign}]": _expected(test) for sign, test in SIGNS.items()})
    return found


SIGNS: Mapping[str, Callable[[Array], Array]] = {
    " == 0": lambda array: array == 0,
    " < 0": lambda array: array < 0,
    " > 0": lambda array: array > 0,
}


def _at(axis: int, place: int) -> Part:
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


def _where(name: str, test: Callable[[Array], Array]) -> Part:
    def part(pair: Beside) -> Array | None:
        array = pair.given.arrays.get(name)
        return test(array) if array is not None and array.shape == pair.expected.shape else None

    return part


def _expected(test: Callable[[Array], Array]) -> Part:
    return lambda pair: test(pair.expected)
