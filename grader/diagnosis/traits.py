"""What a case has that others have not: one setting, one size, one kind of numbers, in the words of Python.

A trait is true or false of what a function is given in a case. Those that say more stand first: a setting before a
size, a size before the magnitude of numbers. Sizes are compared with 0, 1 and 2 alone, with each other, or far apart:
that only one case has seven columns says nothing.
"""

import math
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from grader.core import Value
from grader.diagnosis.beside import Array, Given

FAR = 2.0  # times as large is another order of sizes
MAGNITUDE = 10.0  # times as large is another order of numbers
SPECIAL = (0, 1, 2)
PARAMETER = re.compile(r"(W|b|gamma|beta)\d+")  # of a network
MANY = 8  # drawn numbers that have no sign in common by chance


@dataclass(frozen=True, slots=True)
class Trait:
    """`code` says it; `family` names the hints that go with it."""

    code: str
    family: str


def separating(cases: Sequence[Given], failing: Sequence[bool]) -> Trait | None:
    """The trait that just the failing cases have, None where there is none."""
    if not any(failing) or all(failing):
        return None
    return next((trait for trait, has in _traits(cases, failing) if list(has) == list(failing)), None)


Traits = Iterator[tuple[Trait, list[bool]]]


def _traits(cases: Sequence[Given], failing: Sequence[bool]) -> Traits:
    for look in (_options, _settings, _kinds, _oblongs, _sizes, _labels, _zeros, _magnitudes, _signs):
        yield from look(cases)
    yield from _thresholds(cases, failing)
    if min(sum(failing), len(failing) - sum(failing)) > 1:
        yield from _equal_sizes(cases)


def _names(cases: Sequence[Given]) -> list[str]:
    """Arguments before what stands in them."""
    return sorted(dict.fromkeys(name for case in cases for name in case.values), key=lambda name: "[" in name)


def _each(cases: Sequence[Given], name: str, test: Callable[[Any], bool]) -> list[bool]:
    return [name in case.values and bool(test(case.values[name])) for case in cases]


def _either(code: str, other: str, family: str, has: list[bool]) -> Traits:
    """A trait, and that a case has it not."""
    yield Trait(code, family), has
    yield Trait(other, family), [not one for one in has]


def _options(cases: Sequence[Given]) -> Traits:
    """Settings that are given or not, or chosen by a word."""
    for name in _names(cases):
        given = [name in case.values for case in cases]
        if not all(given):
            owner, _, key = name.rstrip("]").partition("[")
            if key or PARAMETER.fullmatch(name):
                key, owner = (key, owner) if key else (repr(name), "params")
                yield from _either(f"{key} in {owner}", f"{key} not in {owner}", "option", given)
        yield from _either(
            f"{name} is None", f"{name} is not None", "option", _each(cases, name, lambda value: value is None)
        )
        for word in dict.fromkeys(value for case in cases if isinstance(value := case.values.get(name), (str, bool))):
            has = [_is(case.values.get(name), word) for case in cases]
            yield from _either(f"{name} == {word!r}", f"{name} != {word!r}", "option", has)


def _is(value: Value, word: str | bool) -> bool:
    return isinstance(value, (str, bool)) and value == word


def _settings(cases: Sequence[Given]) -> Traits:
    for name in _sized(cases):
        if "shape" not in name:
            yield from _compared(name, "setting", [case.sizes[name] for case in cases])


def _oblongs(cases: Sequence[Given]) -> Traits:
    """Images and filters that are not square."""
    for name in _sized(cases):
        height, width = name, name.replace(".shape[2]", ".shape[3]")
        if height != width and all(width in case.sizes for case in cases):
            has = [case.sizes[height] != case.sizes[width] for case in cases]
            yield Trait(f"{height} != {width}", "size"), has


def _sizes(cases: Sequence[Given]) -> Traits:
    for name in _sized(cases):
        if "shape" in name:
            yield from _compared(name, "size", [case.sizes[name] for case in cases])


def _compared(name: str, family: str, values: Sequence[float]) -> Traits:
    """Numbers that are 0, 1 or 2, larger or smaller, or another one than several cases have."""
    for constant in _shared(values):
        yield Trait(f"{name} != {constant:g}", family), [one != constant for one in values]
    for special in SPECIAL:
        yield from _either(f"{name} == {special}", f"{name} != {special}", family, [one == special for one in values])
        yield Trait(f"{name} > {special}", family), [one > special for one in values]
        yield Trait(f"{name} < {special}", family), [one < special for one in values]


def _shared(values: Sequence[float]) -> list[float]:
    """The values of two cases or more, where two or more have others: a program may be right for this one alone."""
    counted = Counter(values)
    return [value for value, count in counted.items() if 1 < count < len(values) - 1 and value not in SPECIAL]


def _sized(cases: Sequence[Given]) -> list[str]:
    """The sizes that every case has."""
    return [name for name in cases[0].sizes if all(name in case.sizes for case in cases)]


def _kinds(cases: Sequence[Given]) -> Traits:
    """How arrays are made: of which numbers, how they lie in memory, with how many axes."""
    for name in _names(cases):
        held = [value for case in cases if isinstance(value := case.values.get(name), np.ndarray)]
        for kind in dict.fromkeys(str(array.dtype) for array in held):
            has = [str(getattr(case.values.get(name), "dtype", "")) == kind for case in cases]
            yield Trait(f"{name}.dtype == {kind}", "dtype"), has
        rows = _each(cases, name, lambda value: isinstance(value, np.ndarray) and not value.flags.c_contiguous)
        yield Trait(f"not {name}.flags.c_contiguous", "layout"), rows
        for axes in dict.fromkeys(array.ndim for array in held):
            has = [getattr(case.values.get(name), "ndim", None) == axes for case in cases]
            yield from _either(f"{name}.ndim == {axes}", f"{name}.ndim != {axes}", "size", has)
        lists = _each(cases, name, lambda value: isinstance(value, list))
        yield Trait(f"isinstance({name}, list)", "dtype"), lists


def _zeros(cases: Sequence[Given]) -> Traits:
    yield from _tested(cases, ZEROS)


def _signs(cases: Sequence[Given]) -> Traits:
    yield from _tested(cases, SIGNS)


def _tested(cases: Sequence[Given], tests: Mapping[str, Callable[[Array], bool]]) -> Traits:
    for name in dict.fromkeys(name for case in cases for name in case.arrays):
        for code, test in tests.items():
            has = [name in case.arrays and bool(test(case.arrays[name])) for case in cases]
            yield Trait(code.format(name), "sign"), has


ZEROS: Mapping[str, Callable[[Array], bool]] = {
    "{0}.any()": lambda array: bool(array.any()),
    "({0} == 0).all()": lambda array: not array.any(),
}
SIGNS: Mapping[str, Callable[[Array], bool]] = {
    "({0} < 0).all()": lambda array: array.size >= MANY and bool((array < 0).all()),
    "({0} > 0).all()": lambda array: array.size >= MANY and bool((array > 0).all()),
    "np.unique({0}).size < {0}.size": lambda array: np.unique(array).size < array.size,
}


def _labels(cases: Sequence[Given]) -> Traits:
    """Which classes occur among the labels."""
    for name in _names(cases):
        values = [case.values.get(name) for case in cases]
        if not all(isinstance(one, np.ndarray) and one.dtype.kind in "iu" and one.ndim == 1 for one in values):
            continue
        there = [len(np.unique(one)) for one in values if isinstance(one, np.ndarray)]
        yield Trait(f"np.unique({name}).size == 1", "classes"), [one == 1 for one in there]
        for size in (size for size in _sized(cases) if size.endswith(".shape[1]")):
            has = [one < case.sizes[size] for one, case in zip(there, cases, strict=True)]
            yield Trait(f"np.unique({name}).size < {size}", "classes"), has


# --------------------------------------------------------------------------- how large numbers are


def _magnitudes(cases: Sequence[Given]) -> Traits:
    for name in [name for name in cases[0].arrays if all(name in case.arrays for case in cases)]:
        arrays = [case.arrays[name] for case in cases]
        yield from _far_apart(f"abs({name}).max()", [float(np.abs(array).max()) for array in arrays])
        yield from _rows(name, arrays)
    products = [_product(case) for case in cases]
    if all(product is not None for product in products):
        scores = [np.asarray(product) for product in products]
        yield from _far_apart("abs(X @ W).max()", [float(np.abs(product).max()) for product in scores])
        yield from _rows("(X @ W)", scores)


def _product(case: Given) -> Array | None:
    X, W = case.arrays.get("X"), case.arrays.get("W")
    fits = X is not None and W is not None and X.ndim == W.ndim == 2 and X.shape[1] == W.shape[0]
    return X @ W if fits and X is not None and W is not None else None


def _rows(name: str, arrays: Sequence[Array]) -> Traits:
    """How far the largest numbers of the rows are from each other."""
    if all(array.ndim == 2 for array in arrays):
        spread = [float(np.ptp(array.max(axis=1))) for array in arrays]
        yield from _far_apart(f"np.ptp({name}.max(axis=1))", [max(one, 1.0) for one in spread])


def _far_apart(code: str, values: Sequence[float]) -> Traits:
    """Above a power of ten, where none is near to it."""
    for low, high in _gaps(values, MAGNITUDE):
        bound = 10.0 ** math.floor(math.log10(high) - 1e-9) if high > 0 else 0.0
        if low < bound:
            yield from _either(
                f"{code} > {bound:g}", f"{code} < {bound:g}", "magnitude", [one > bound for one in values]
            )


def _gaps(values: Sequence[float], times: float) -> Iterator[tuple[float, float]]:
    """Neighbours in size of which one is `times` as large as the other."""
    for low, high in pairwise(sorted(values)):
        if high > 0 and high >= times * low:
            yield low, high


def _thresholds(cases: Sequence[Given], failing: Sequence[bool]) -> Traits:
    """A setting beyond a value, or a size that is twice as large as others, in more than one case."""
    several = min(sum(failing), len(failing) - sum(failing)) > 1
    for name in (name for name in _sized(cases) if several or "shape" not in name):
        values = [case.sizes[name] for case in cases]
        wrong = [value for value, fails in zip(values, failing, strict=True) if fails]
        right = [value for value, fails in zip(values, failing, strict=True) if not fails]
        far = FAR if "shape" in name else 1.0
        if min(wrong) > max(right) and min(wrong) >= far * max(right):
            yield Trait(f"{name} > {max(right):g}", "setting" if far == 1.0 else "size"), list(failing)
        if max(wrong) < min(right) and far * max(wrong) <= min(right):
            yield Trait(f"{name} < {min(right):g}", "setting" if far == 1.0 else "size"), list(failing)


def _equal_sizes(cases: Sequence[Given]) -> Traits:
    """Sizes that are equal to each other in these cases alone."""
    shapes = [name for name in _sized(cases) if "shape" in name]
    for at, one in enumerate(shapes):
        for other in shapes[at + 1 :]:
            has = [case.sizes[one] == case.sizes[other] for case in cases]
            yield from _either(f"{one} == {other}", f"{one} != {other}", "size", has)
