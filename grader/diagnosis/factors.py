"""One factor or one term that turns the right numbers into those that came, the same formula in every case.

Cases differ in the number of samples, classes and features and in the settings, so a formula that fits all of them to
1e-7 is no accident. Factors are numbers that courses know (2, 1/2, -1, ln 10), sizes, settings, and products of two;
terms are a multiple of an argument, of a setting times an argument, of a sum of squares.
"""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from grader.core import Param
from grader.diagnosis.beside import Array, Beside
from grader.diagnosis.likeness import tolerance

KNOWN: Mapping[str, float] = {
    **{str(whole): float(whole) for whole in (2, 3, 4)},
    **{f"1/{whole}": 1 / whole for whole in (2, 3, 4)},
    "sqrt(2)": math.sqrt(2),
    "1/sqrt(2)": math.sqrt(0.5),
    "ln(10)": math.log(10),
    "1/ln(10)": 1 / math.log(10),
    "ln(2)": math.log(2),
    "1/ln(2)": 1 / math.log(2),
}
POWERS: Mapping[str, float] = {"{}": 1, "1/{}": -1, "sqrt({})": 0.5, "1/sqrt({})": -0.5, "{}**2": 2, "1/{}**2": -2}
TIMES: Mapping[str, float] = {"{}": 1, "-{}": -1, "2*{}": 2, "{}/2": 0.5}
WHOLE = "whole"  # stands for the term 1 with a whole number in front
FREE = 5  # numbers that have to agree on a factor which is none of those above


@dataclass(frozen=True, slots=True)
class Formula:
    """`formula` is code; `example` tells both numbers of a case: `case`, `expected`, `actual`."""

    formula: str
    example: Mapping[str, Param]


def ratio(pairs: Sequence[Beside]) -> Formula | None:
    """The factor between what came and what should have come, None where there is no one."""
    telling = [pair for pair in pairs if pair.expected.any()]
    factors = [float(np.sum(pair.actual * pair.expected) / np.sum(pair.expected**2)) for pair in telling]
    if not telling or not all(map(_is_multiple, telling, factors)):
        return None
    if any(pair.actual.any() for pair in pairs if not pair.expected.any()):
        return None
    formula = _constant(telling, factors) or _of_sizes(telling, factors)
    return Formula(formula, _example(telling)) if formula else None


def _is_multiple(pair: Beside, factor: float) -> bool:
    return factor != 0 and pair.is_like(factor * pair.expected)


def _constant(pairs: Sequence[Beside], factors: Sequence[float]) -> str | None:
    if not _fit(pairs, factors, [factors[0]] * len(factors)):
        return None
    if math.isclose(factors[0], 1, rel_tol=1e-6):
        return None
    free = sum(np.count_nonzero(pair.expected) for pair in pairs) >= FREE and len(pairs) > 1
    return _called(factors[0]) or (f"{factors[0]:.6g}" if free else None)


def _called(number: float) -> str | None:
    """`2`, `-1/2`, `ln(10)`: the name of a number that has one."""
    sign = "-" if number < 0 else ""
    names = {"1": 1.0, **KNOWN}
    return next((sign + name for name, value in names.items() if math.isclose(abs(number), value, rel_tol=1e-6)), None)


def _of_sizes(pairs: Sequence[Beside], factors: Sequence[float]) -> str | None:
    """The formula of sizes and settings that gives all factors; the simplest first."""
    known = _varying([pair.given.sizes for pair in pairs])
    wanted = np.array(factors)
    for name, values in known.items():
        for power, exponent in POWERS.items():
            for times, number in TIMES.items():
                if _fit(pairs, wanted, number * values**exponent):
                    return times.format(power.format(name))
        if (values < 1).all() and _fit(pairs, wanted, 1 - values):
            return f"(1 - {name})"
        if (values < 1).all() and _fit(pairs, wanted, 1 / (1 - values)):
            return f"1/(1 - {name})"
    return _of_two(pairs, wanted, known)


def _of_two(pairs: Sequence[Beside], wanted: Array, known: Mapping[str, Array]) -> str | None:
    for one, values in known.items():
        for other, others in known.items():
            if one < other and _fit(pairs, wanted, values * others):
                return f"{one}*{other}"
            if one < other and _fit(pairs, wanted, 1 / (values * others)):
                return f"1/({one}*{other})"
            if one != other and _fit(pairs, wanted, values / others):
                return f"{one}/{other}"
    return None


def _varying(sizes: Sequence[Mapping[str, float]]) -> dict[str, Array]:
    """The sizes that every case has, that are positive and not always the same; equal ones once."""
    found: dict[bytes, tuple[str, Array]] = {}
    for name in sizes[0]:
        values = np.array([one.get(name, 0.0) for one in sizes])
        if (values > 0).all() and values.min() != values.max():
            found.setdefault(values.tobytes(), (name, values))
    return dict(found.values())


def _fit(pairs: Sequence[Beside], factors: Sequence[float] | Array, wanted: Sequence[float] | Array) -> bool:
    return all(
        abs(one - other) <= tolerance(pair.one) * abs(other)
        for pair, one, other in zip(pairs, factors, wanted, strict=True)
    )


def _example(pairs: Sequence[Beside]) -> Mapping[str, Param]:
    """Both numbers of the largest entry of a case in which they differ."""
    pair = next((one for one in pairs if not one.right), pairs[0])
    at = int(np.abs(pair.expected - pair.actual).argmax())
    numbers = {"expected": float(pair.expected.flat[at]), "actual": float(pair.actual.flat[at])}
    return {"case": pair.one.case.name, **numbers}


# --------------------------------------------------------------------------- one term too many or too few

Term = Callable[[Beside], Array | None]


def difference(pairs: Sequence[Beside]) -> Formula | None:
    """The multiple of one term by which what came is too large, None where there is no one."""
    wrong = [pair for pair in pairs if not pair.right]
    if len(wrong) < 2 or sum(pair.expected.size for pair in wrong) < FREE - 1:
        return None  # one number was chosen to fit: more than one case has to show it
    for name, term in _terms(pairs):
        weight = _weight(wrong[0], term(wrong[0]))
        if name == WHOLE and not math.isclose(weight, round(weight), rel_tol=1e-9):
            continue
        if weight and all(_adds(pair, term(pair), weight) for pair in pairs):
            called = _called(weight) or f"{weight:.6g}"
            return Formula(_times(called, name), _example(pairs))
    return None


def _times(number: str, name: str) -> str:
    """`reg * W`, `-reg * W`, `2 * reg * W`; `-1` where the term is one."""
    if name in ("1", WHOLE):
        return number
    return {"1": name, "-1": f"-{name}"}.get(number, f"{number} * {name}")


def _weight(pair: Beside, term: Array | None) -> float:
    """The multiple of `term` that comes nearest; 0 where there is none, or where numbers overflow."""
    size = 0.0 if term is None else float(np.sum(term**2))
    weight = float(np.sum((pair.actual - pair.expected) * term)) / size if size else 0.0
    return weight if math.isfinite(weight) else 0.0


def _adds(pair: Beside, term: Array | None, weight: float) -> bool:
    return term is not None and pair.is_like(pair.expected + weight * term)


def _terms(pairs: Sequence[Beside]) -> Iterator[tuple[str, Term]]:
    """Terms by name: a whole number first, with a setting before plain ones, any constant last."""
    yield WHOLE, _one
    first = pairs[0]
    settings = [name for name in first.given.sizes if "shape" not in name]
    given = list(first.given.arrays)
    shaped = _sums(given) if first.expected.ndim == 0 else [(name, _itself(name)) for name in given]
    for setting in settings:
        for name, term in shaped:
            yield f"{setting} * {name}", _scaled(setting, term)
    yield from shaped
    yield from ((name, _size(name)) for name in first.given.sizes)
    yield "1", _one


def _one(pair: Beside) -> Array:
    return np.ones_like(pair.expected)


def _sums(names: Sequence[str]) -> list[tuple[str, Term]]:
    weights = [name for name in names if name.startswith("W")]
    squares = [(f"np.sum({name}**2)", _reduced(name, np.square)) for name in names]
    sizes = [(f"np.sum(np.abs({name}))", _reduced(name, np.abs)) for name in names]
    if len(weights) < 2:
        return [*squares, *sizes]
    return [(" + ".join(f"np.sum({name}**2)" for name in weights).join("()"), _together(weights)), *squares, *sizes]


def _itself(name: str) -> Term:
    def term(pair: Beside) -> Array | None:
        array = pair.given.arrays.get(name)
        return array if array is not None and array.shape == pair.expected.shape else None

    return term


def _reduced(name: str, function: Callable[[Array], Array]) -> Term:
    def term(pair: Beside) -> Array | None:
        array = pair.given.arrays.get(name)
        return None if array is None else np.asarray(np.sum(function(array)))

    return term


def _together(names: Sequence[str]) -> Term:
    return lambda pair: np.asarray(
        sum(float(np.sum(array**2)) for name, array in pair.given.arrays.items() if name in names)
    )


def _scaled(setting: str, term: Term) -> Term:
    def scaled(pair: Beside) -> Array | None:
        value, size = term(pair), pair.given.sizes.get(setting, 0.0)
        return None if value is None else size * value

    return scaled


def _size(name: str) -> Term:
    return lambda pair: np.full(pair.expected.shape, pair.given.sizes.get(name, 0.0))
