"""Do the parts of an answer belong together? Loss and gradient each beside the reference, and beside each other; the
first layer at which a backward pass departs; the first step at which a sequence does.
"""

import re
from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from grader.core import CheckResult, CheckStatus, Diagnosis, Message, Output, Param
from grader.diagnosis.beside import Beside, Cases
from grader.diagnosis.evidence import Evidence, Played, wrong
from grader.diagnosis.facts import Fact, fact, from_table
from grader.diagnosis.localisation import listed

DIFFERENTIATED = ("loss", "out")  # what gradients are the gradient of
LAYER = re.compile(r"d[A-Za-z]+?(\d+)")


def belonging(evidence: Evidence, cases: Cases, function: str) -> Iterator[Fact]:
    """Loss against the reference, gradient against the reference, gradient against the own loss."""
    gradients = _names(cases, [output for output in evidence.outputs(function) if output.share == "gradient"])
    values = _names(cases, [output for output in evidence.group.outputs if output.name in DIFFERENTIATED])
    own = _own_derivative(evidence, function) if _shows_in_base(evidence, cases, function) else None
    if own is None or not (gradients["wrong"] or values["wrong"]) or not (gradients["all"] and values["all"]):
        return
    about: dict[str, Param] = {"gradients": listed(gradients["all"]), "values": values["all"]}
    if own.status is CheckStatus.PASSED:
        if gradients["wrong"] and values["wrong"]:
            yield fact("derivative-of-own-loss", Message("diagnosis.derivative-of-own-loss.text", about))
    elif own.status is CheckStatus.FAILED and own.error is not None:
        about["gradients"] = listed(gradients["wrong"] or gradients["all"])
        if not values["wrong"]:
            yield fact("not-the-derivative", Message("diagnosis.not-the-derivative.text", about))
        elif not gradients["wrong"]:
            yield fact("only-the-loss", Message("diagnosis.only-the-loss.text", about))
        else:
            yield fact("neither-belongs", Message("diagnosis.neither-belongs.text", about))


def _shows_in_base(evidence: Evidence, cases: Cases, function: str) -> bool:
    """Is something wrong in the case in which the own derivative was measured?"""
    base = cases.plays[0]
    asked = [*evidence.outputs(function), *(one for one in evidence.group.outputs if one.name in DIFFERENTIATED)]
    return any(base.case.grades(output) and output.name not in base.right for output in asked)


def _names(cases: Cases, outputs: Sequence[Output]) -> Mapping[str, tuple[str, ...]]:
    """The outputs that count in ordinary cases, and those of them that are wrong there."""
    ordinary = tuple(one for one in cases.plays if one.case.check == "ordinary")
    asked = [output for output in outputs if any(one.case.grades(output) for one in ordinary)]
    return {
        "all": tuple(output.name for output in asked),
        "wrong": tuple(output.name for output in asked if wrong(ordinary, output)),
    }


def _own_derivative(evidence: Evidence, function: str) -> CheckResult | None:
    """What the judge found of the gradient and the own loss."""
    result = evidence.results.get(function)
    checks = result.checks if result is not None else ()
    return next((check for check in checks if check.id == "numeric-gradient"), None)


# --------------------------------------------------------------------------- layers


def first_layer(evidence: Evidence, cases: Cases, function: str) -> Iterator[Fact]:
    """On the way back through the layers: the first one whose gradients are wrong, in the first case that shows it."""
    layers = _by_layer(evidence.outputs(function))
    values = [output for output in evidence.group.outputs if output.name in DIFFERENTIATED]
    for one in cases.plays:
        if any(one.case.grades(output) and output.name not in one.right for output in values):
            continue  # what goes backward there follows from what came forward
        there = {layer: own for layer, all in layers.items() if (own := [o for o in all if one.case.grades(o)])}
        departs = _departs(one, there)
        if departs is None or len(there) < 2:
            continue
        bad = tuple(output.name for output in there[departs] if output.name not in one.right)
        good = tuple(output.name for layer in sorted(there, reverse=True) if layer > departs for output in there[layer])
        about: dict[str, Param] = {"wrong": bad, "right": good, "case": one.case.name}
        kind = "last" if not good else "text" if departs > min(there) else "only"
        yield fact("first-layer-backward", Message(f"diagnosis.first-layer-backward.{kind}", about))
        return


def _by_layer(outputs: Sequence[Output]) -> Mapping[int, list[Output]]:
    layers: dict[int, list[Output]] = {}
    for output in outputs:
        if output.share == "gradient" and (match := LAYER.fullmatch(output.name)):
            layers.setdefault(int(match[1]), []).append(output)
    return layers


def _departs(one: Played, layers: Mapping[int, Sequence[Output]]) -> int | None:
    """The last layer that is wrong, where every layer in front of it is wrong as well: what is passed on is."""
    bad = {layer for layer, outputs in layers.items() if any(output.name not in one.right for output in outputs)}
    if not bad or not all(layer in bad for layer in layers if layer < max(bad)):
        return None
    return max(bad)


# --------------------------------------------------------------------------- steps


def first_step(evidence: Evidence, cases: Cases, function: str) -> Iterator[Fact]:
    """The first step at which a sequence departs, with both numbers; nothing where a check is hidden."""
    result = evidence.results.get(function)
    if result is not None and any(check.hidden for check in result.checks):
        return
    for output in evidence.outputs(function):
        failing = [pair for pair in cases.compared(output) if not pair.right and _steps(pair)]
        if not failing or not all(pair.same_shape for pair in failing):
            continue
        firsts = [(step, pair) for pair in failing if (step := _first(pair)) is not None]
        if firsts:
            kind = "first-step" if min(step for step, _ in firsts) == 0 else "later-step"
            yield fact(kind, Message(f"diagnosis.{kind}.text", _numbers(*min(firsts, key=lambda one: one[0]))))
            return


ALIASES = "history-aliases-one-array"


def one_entry(evidence: Evidence, cases: Cases, function: str, changed: Fact | None) -> Diagnosis | None:
    """A sequence whose entries are all the same, and none the start, wherever it is wrong and has several."""
    for output in evidence.outputs(function):
        failing = [pair for pair in cases.compared(output) if not pair.right and _steps(pair)]
        if not failing or not all(pair.same_shape and _is_one_entry(pair) for pair in failing):
            continue
        about: dict[str, Param] = {"output": output.name, "failed": len(failing)}
        hints = from_table(ALIASES)
        first = changed.text if changed is not None else hints[0]
        text = Message(f"diagnosis.{ALIASES}.text", about)
        return Diagnosis(ALIASES, "pattern", "one-term", text, (first, *hints[1:]))
    return None


def _is_one_entry(pair: Beside) -> bool:
    same = bool((pair.actual == pair.actual[0]).all())
    return same and bool(pair.off()[0].any()) and not (pair.expected == pair.expected[0]).all()


def _steps(pair: Beside) -> bool:
    """Is the first axis of the output one of steps?"""
    pushes = pair.one.inputs.get("dw")
    pushed = isinstance(pushes, (list, tuple)) and len(pushes) == len(pair.expected) if pair.expected.ndim else False
    return pair.expected.ndim > 0 and len(pair.expected) > 1 and (pushed or pair.output.name.endswith("history"))


def _first(pair: Beside) -> int | None:
    """The number of the first step with a wrong number."""
    off = pair.off().reshape(len(pair.expected), -1).any(axis=1)
    return int(off.argmax()) if off.any() else None


def _numbers(step: int, pair: Beside) -> dict[str, Param]:
    """Both numbers at the first wrong step."""
    at = int(np.abs(pair.actual[step] - pair.expected[step]).argmax())
    inner = np.unravel_index(at, pair.expected.shape[1:]) if pair.expected.ndim > 1 else ()
    index = (step, *(int(place) for place in inner))
    return {
        "output": f"{pair.output.name}[{', '.join(map(str, index))}]",
        "step": step,
        "case": pair.one.case.name,
        "expected": float(pair.expected[index]),
        "actual": float(pair.actual[index]),
    }
