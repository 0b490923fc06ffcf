"""What wrong numbers have in common with the right ones, where no known program gives them: a factor, a term, a
transposition, a sum over another axis.

A signature holds in every case in which the output came, or it is not said. It is arithmetic between what came and what
should have come, and says nothing of how a program arrived there. The simplest one is said: a shape before a number, a
number before a formula.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

import numpy as np

from grader.core import Param, Severity
from grader.diagnosis.beside import Array, Beside
from grader.diagnosis.factors import difference, ratio
from grader.diagnosis.likeness import near, tolerance

ENOUGH = 3  # numbers that have to agree before anything is said of what they have in common
OF_AN_EXAMPLE = frozenset({"case", "expected", "actual"})
TELLING = 3  # different numbers that are not met by chance
DECIMALS = range(6)  # with more, what was rounded is within the tolerance


@dataclass(frozen=True, slots=True)
class Signature:
    """`kind` is an id of the catalogue, `about` the parameters of its sentence."""

    kind: str
    about: Mapping[str, Param] = field(default_factory=dict)
    severity: Severity = "wrong-quantity"


Found = Iterator[Signature]


def signature(pairs: Sequence[Beside]) -> Signature | None:
    """The first signature of one output, `pairs` being every case in which it came; None where there is none."""
    if sum(pair.expected.size for pair in pairs) < ENOUGH or all(pair.right for pair in pairs):
        return None
    if not all(pair.same_shape for pair in pairs):
        looks: tuple[Callable[[Sequence[Beside]], Found], ...] = (_shapes,)
    else:
        looks = (_values, _term) if pairs[0].output.integer else (_values, _factor, _term, _of_the_expected)
    return next((found for look in looks for found in look(pairs)), None)


def _all(pairs: Sequence[Beside], values: Iterable[Array | None]) -> bool:
    """Is what came the value of its case, in every case? No value is none."""
    return all(
        value is not None and _same_axes(value, pair.actual) and pair.is_like(value)
        for pair, value in zip(pairs, values, strict=True)
    )


def _same_axes(one: Array, other: Array) -> bool:
    """Have two arrays one shape, but for axes of length one?"""
    return one.shape == other.shape or one.squeeze().shape == other.squeeze().shape


# --------------------------------------------------------------------------- another shape


def _shapes(pairs: Sequence[Beside]) -> Found:
    """Of outputs whose shape is wrong in some case. The right numbers in another order or another shape come first."""
    if _all(pairs, (pair.expected.T for pair in pairs)) and any(pair.expected.ndim > 1 for pair in pairs):
        yield Signature("result-transposed", _shown(pairs), "one-term")
    if _all(pairs, (_reshaped(pair.expected, pair.actual) for pair in pairs)):
        yield Signature("other-shape", _shown(pairs), "one-term")
    yield from _another_output(pairs)
    yield from _reduced(pairs)
    yield from _not_reduced(pairs)
    yield from _sums_of_inputs(pairs)
    yield from _other_axis(pairs)


def _reshaped(expected: Array, actual: Array) -> Array | None:
    return expected.reshape(actual.shape) if expected.size == actual.size else None


def _shown(pairs: Sequence[Beside]) -> Mapping[str, Param]:
    first = next(pair for pair in pairs if not pair.same_shape)
    return {"actual": first.actual.shape or "()", "expected": first.expected.shape or "()"}


REDUCTIONS: Mapping[str, Callable[[Array, int], Array]] = {
    "sum": lambda array, axis: np.asarray(array.sum(axis=axis)),
    "mean": lambda array, axis: np.asarray(array.mean(axis=axis)),
    "max": lambda array, axis: np.asarray(array.max(axis=axis)),
}


def _reduced(pairs: Sequence[Beside]) -> Found:
    """The right numbers, summed up over an axis that should have stayed."""
    for name, reduced in REDUCTIONS.items():
        for axis in range(min(pair.expected.ndim for pair in pairs)):
            if _all(pairs, (reduced(pair.expected, axis) for pair in pairs)):
                yield Signature("reduced", {"reduction": f"{name}(axis={axis})", **_shown(pairs)})


def _not_reduced(pairs: Sequence[Beside]) -> Found:
    """Numbers whose sum over an axis is right."""
    for name, reduced in REDUCTIONS.items():
        for axis in range(min(pair.actual.ndim for pair in pairs)):
            if all(_becomes_right(pair, reduced(pair.actual, axis)) for pair in pairs):
                yield Signature("not-reduced", {"reduction": f"{name}(axis={axis})", **_shown(pairs)}, "one-term")


def _becomes_right(pair: Beside, value: Array) -> bool:
    return value.shape == pair.expected.shape and near(value, pair.expected, None, tolerance(pair.one))


def _sums_of_inputs(pairs: Sequence[Beside]) -> Found:
    """What an argument gives when it is summed over some axis."""
    for name, array in pairs[0].given.arrays.items():
        for axis in range(array.ndim) if array.ndim > 1 else ():
            if _all(pairs, (_summed(pair.given.arrays.get(name), axis) for pair in pairs)):
                yield Signature("sum-of-input", {"sum": f"{name}.sum(axis={axis})", **_shown(pairs)}, "one-term")


def _summed(array: Array | None, axis: int) -> Array | None:
    return array.sum(axis=axis) if array is not None and axis < array.ndim else None


def _other_axis(pairs: Sequence[Beside]) -> Found:
    """One number for each row of an array, where one for each column is asked for, or the other way round."""
    if any(pair.actual.ndim != 1 or pair.expected.ndim != 1 for pair in pairs):
        return
    for name in (*pairs[0].one.expected, *pairs[0].given.arrays):
        shapes = [_shape(pair, name) for pair in pairs]
        if all(shape == (*pair.actual.shape, *pair.expected.shape) for shape, pair in zip(shapes, pairs, strict=True)):
            yield Signature("rows-for-columns", {"array": name, **_shown(pairs)}, "one-term")
        if all(shape == (*pair.expected.shape, *pair.actual.shape) for shape, pair in zip(shapes, pairs, strict=True)):
            yield Signature("columns-for-rows", {"array": name, **_shown(pairs)}, "one-term")


def _shape(pair: Beside, name: str) -> tuple[int, ...]:
    return np.shape(pair.one.expected.get(name, pair.given.arrays.get(name)))


# --------------------------------------------------------------------------- the right shape


def _values(pairs: Sequence[Beside]) -> Found:
    """What stays the same whatever is asked, and what is another quantity as it stands."""
    arrays = any(pair.actual.ndim for pair in pairs)  # a single number is no array of zeros that is never filled
    expected = arrays and any(pair.expected.any() for pair in pairs)
    if expected and _all(pairs, (np.zeros_like(pair.actual) for pair in pairs)):
        yield Signature("always-zero")
    value = float(pairs[0].actual.flat[0])
    if _vary(pairs) and all((pair.actual == value).all() for pair in pairs):
        yield Signature("always-the-same", {"value": value})
    if not _telling_numbers(pairs):
        return
    yield from _another_output(pairs)
    for name in pairs[0].given.arrays:
        if _all(pairs, (pair.given.arrays.get(name) for pair in pairs)):
            yield Signature("an-input", {"input": name})


def _another_output(pairs: Sequence[Beside]) -> Found:
    for name in pairs[0].one.expected:
        if name != pairs[0].output.name and _all(pairs, (_number(pair, name) for pair in pairs)):
            yield Signature("another-output", {"other": name})


def _telling_numbers(pairs: Sequence[Beside]) -> bool:
    """Are there numbers that are nobody else's by chance, as ones and zeros are?"""
    return len(np.unique(np.concatenate([pair.actual.ravel() for pair in pairs]))) >= TELLING


def _vary(pairs: Sequence[Beside]) -> bool:
    return len({pair.expected.tobytes() for pair in pairs}) > 2


def _number(pair: Beside, name: str) -> Array | None:
    value = pair.one.expected.get(name)
    return np.asarray(value, np.float64) if isinstance(value, (int, float, np.ndarray, np.generic)) else None


def _factor(pairs: Sequence[Beside]) -> Found:
    if (factor := ratio(pairs)) is not None:
        severity: Severity = "wrong-quantity" if factor.formula.startswith("-") else "one-term"
        yield Signature("constant-ratio", {"factor": factor.formula, **factor.example}, severity)


def _term(pairs: Sequence[Beside]) -> Found:
    if (term := difference(pairs)) is not None:
        yield Signature("constant-term", {"term": term.formula, **term.example}, "one-term")


# --------------------------------------------------------------------------- a function of the right numbers


def _rounded(digits: int, array: Array) -> Array:
    return np.round(array, digits)


FUNCTIONS: Mapping[str, Callable[[Array], Array]] = {
    "expected ** 2": np.square,
    "np.sqrt(expected)": lambda array: np.sqrt(np.where(array < 0, np.nan, array)),
    "np.exp(expected)": np.exp,
    "np.exp(-expected)": lambda array: np.exp(-array),
    "np.log(expected)": lambda array: np.log(np.where(array <= 0, np.nan, array)),
    "1 / expected": lambda array: 1 / np.where(array == 0, np.nan, array),
    "1 - expected": lambda array: 1 - array,
    "np.abs(expected)": np.abs,
    "np.maximum(expected, 0)": lambda array: np.maximum(array, 0),
    "np.sign(expected)": np.sign,
    "np.floor(expected)": np.floor,
    "np.ceil(expected)": np.ceil,
    "np.trunc(expected)": np.trunc,
    **{f"np.round(expected, {digits})": partial(_rounded, digits) for digits in DECIMALS},
}


def _of_the_expected(pairs: Sequence[Beside]) -> Found:
    """The right number, put through a function, entry by entry; or turned over."""
    for formula, function in FUNCTIONS.items() if _telling_numbers(pairs) else ():
        if _all(pairs, (function(pair.expected) for pair in pairs)):
            yield Signature("function-of-expected", {"formula": formula})
    if all(pair.actual.ndim == 2 and pair.actual.shape[0] == pair.actual.shape[1] for pair in pairs) and _all(
        pairs, (pair.expected.T for pair in pairs)
    ):
        yield Signature("result-transposed", {"actual": pairs[0].actual.shape, "expected": pairs[0].expected.shape})
    if _many(pairs) and _all(pairs, [_projection(pair) for pair in pairs]):
        yield Signature("proportional")


def _many(pairs: Sequence[Beside]) -> bool:
    """Are there enough numbers for a factor of its own in every case, and is it another one than 1 in most?"""
    counts = [int(np.count_nonzero(pair.expected)) for pair in pairs]
    wrong = sum(not pair.right for pair in pairs)
    return sum(count > 2 for count in counts) > 1 and 1 not in counts and 2 * wrong > len(pairs)


def _projection(pair: Beside) -> Array:
    size = float(np.sum(pair.expected**2))
    return pair.expected * (float(np.sum(pair.actual * pair.expected)) / size if size else 0.0)


def same(found: Mapping[str, Signature], first: str) -> tuple[str, ...]:
    """The outputs whose signature is that of `first`."""
    return tuple(name for name, one in found.items() if _telling(one) == _telling(found[first]))


def _telling(one: Signature) -> tuple[str, tuple[tuple[str, Param], ...]]:
    """What has to agree; the numbers of an example may differ."""
    return one.kind, tuple((name, value) for name, value in one.about.items() if name not in OF_AN_EXAMPLE)


def of_outputs(pairs: Mapping[str, Sequence[Beside]]) -> Mapping[str, Signature]:
    """The signatures of several outputs, by name, as far as there are any."""
    found = {name: signature(own) for name, own in pairs.items()}
    return {name: one for name, one in found.items() if one is not None}
