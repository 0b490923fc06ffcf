"""What is wrong with an array, to look at: where, by which factor, by which term, in which window."""

import math
from collections.abc import Iterator, Mapping

import numpy as np
from numpy.typing import NDArray

from grader.core import Inputs, Message, Param, Picture
from grader.grading.picturing.few import all_few, few, magnitudes
from grader.grading.picturing.scene import Array, Compared

CELLS = 32  # of a heat map, in each direction; more are put together, the largest error of each patch
POINTS = 160  # of a scatter
BINS = 24
SPREAD = 20.0  # ratios beyond are counted at the ends
WINDOW = 6  # cells of a window, in each direction
LINES = {1: ("entries",), 2: ("columns", "rows")}  # of an array of so many axes
NAMED = 8  # rows or columns that a sentence lists
SAME = 1e-5  # relative: two ratios that are one
ON_THE_LINE = 1e-6


# --------------------------------------------------------------------------- where: the heat map


def heat(one: Compared) -> Picture:
    """Relative errors entry by entry, as powers of ten: a dark column is one class, a dark row the bias."""
    errors = one.errors.reshape(_table(one.errors.shape))
    down, right = (-(-size // CELLS) for size in errors.shape)
    coarse = _coarse(errors, down, right)
    about = {"output": one.output.name}
    return Picture(
        "heat",
        one.check,
        Message("picture.heat.title", about),
        _where(one, one.wrong.reshape(errors.shape)),
        {
            "cells": [magnitudes(row) for row in coarse],
            "right": magnitudes(np.array([one.tolerance]))[0],
            "every": [down, right],
        },
    )


def _table(shape: tuple[int, ...]) -> tuple[int, int]:
    """Rows and columns for an array: the first axes beside the last ones, as square as it can be."""
    shapes = [(math.prod(shape[:at]), math.prod(shape[at:])) for at in range(min(1, len(shape) - 1), len(shape))]
    return min(shapes, key=lambda table: max(table) / min(table))


def _coarse(errors: Array, down: int, right: int) -> Array:
    """The largest error of each patch of `down` x `right` entries; what is no number counts as the largest."""
    starts = np.arange(0, errors.shape[0], down), np.arange(0, errors.shape[1], right)
    known = np.where(np.isnan(errors), np.inf, errors)
    return np.asarray(np.maximum.reduceat(np.maximum.reduceat(known, starts[0], axis=0), starts[1], axis=1))


def _where(one: Compared, wrong: NDArray[np.bool_]) -> Message:
    """Which entries are wrong, in words."""
    about: dict[str, Param] = {"output": one.output.name, "wrong": int(wrong.sum()), "total": wrong.size}
    if not one.finite:
        return Message("picture.heat.not-finite", {**about, "wrong": int((~np.isfinite(one.actual)).sum())})
    errors = one.errors[one.wrong]
    about["most"] = float(errors.max())
    if wrong.all():
        return Message("picture.heat.all", about)
    for axis, name in enumerate(LINES.get(one.expected.ndim, ())):
        lines, whole = np.asarray(wrong.any(axis=axis)), np.asarray(wrong.all(axis=axis))
        if np.array_equal(lines, whole) and lines.sum() <= NAMED:
            numbers = ", ".join(map(str, np.flatnonzero(lines)))
            return Message(f"picture.heat.{name}", {**about, "numbers": numbers, "lines": lines.size})
    return Message("picture.heat.some", about)


# --------------------------------------------------------------------------- by which factor: the ratios


def ratios(one: Compared, inputs: Inputs) -> Picture | None:
    """Received over expected, where half of all entries or more are off by one factor."""
    ordinary = np.abs(one.expected) > 1e-3 * np.abs(one.expected).max()
    found = (one.actual[ordinary] / one.expected[ordinary]).ravel()
    if found.size < 2 or not np.isfinite(found).all():
        return None
    factor = float(np.median(found))
    alike = np.abs(found - factor) <= SAME * max(abs(factor), SAME)
    if 2 * alike.sum() < found.size or abs(factor - 1) <= SAME or abs(factor) <= SAME:
        return None
    about: dict[str, Param] = {"output": one.output.name, "factor": factor, "total": found.size}
    about["alike"] = int(alike.sum())
    names = {name: value for name, value in _factors(inputs) if abs(value - factor) <= SAME * abs(factor)}
    known = {"name": next(iter(names), "")}
    telling = names and known["name"] != f"{factor:g}"
    return Picture(
        "ratios",
        one.check,
        Message("picture.ratios.title", {"output": one.output.name}),
        Message(f"picture.ratios.{'named' if telling else 'one'}", {**about, **known}),
        _counted(found, names or {f"{factor:.3g}": factor}),
    )


def _factors(inputs: Inputs) -> Iterator[tuple[str, float]]:
    """What a student may have multiplied or divided by, with its name."""
    yield from (("2", 2.0), ("1/2", 0.5), ("-1", -1.0), ("-2", -2.0), ("-1/2", -0.5))
    for name, size in _sizes(inputs).items():
        yield from ((name, float(size)), (f"1/{name}", 1 / size), (f"{name}²", float(size) ** 2))
        yield from ((f"-{name}", -float(size)), (f"{name}/2", size / 2), (f"2{name}", 2.0 * size))
    yield from (("ln 10", float(np.log(10))), ("1/ln 10", float(1 / np.log(10))), ("1/ln 2", float(1 / np.log(2))))


def _sizes(inputs: Inputs) -> Mapping[str, int]:
    """N samples of D numbers and C classes, as far as the inputs tell."""
    tables = {name: value for name, value in inputs.items() if isinstance(value, np.ndarray) and value.ndim == 2}
    data = next((tables[name] for name in ("X", "x", "score") if name in tables), np.empty(0))
    sizes = dict(zip("ND", data.shape, strict=False)) if data.ndim == 2 else {}
    if "W" in tables:
        sizes["C"] = tables["W"].shape[1]
    return {name: size for name, size in sizes.items() if size > 2}


def _counted(found: Array, names: Mapping[str, float]) -> dict[str, object]:
    """The histogram: from `low` to `high`, with ticks of what the ratio could be."""
    shown = np.clip(found, -SPREAD, SPREAD)
    low, high = min(float(shown.min()), 0.0), max(float(shown.max()), 1.0)
    margin = (high - low) / BINS
    low, high = low - margin, high + margin
    counts, _ = np.histogram(shown, bins=BINS, range=(low, high))
    ticks = {"0": 0.0, "1": 1.0} | dict(list(names.items())[:1])
    return {
        "low": few(low),
        "high": few(high),
        "counts": [int(count) for count in counts],
        "ticks": [[name, few(value)] for name, value in ticks.items()],
    }


# --------------------------------------------------------------------------- by which term: the scatter


def scatter(one: Compared, inputs: Inputs) -> Picture | None:
    """Received - expected against the input that the gradient is of, where they lie on a line through 0."""
    of = inputs.get(one.output.of or "")
    if not isinstance(of, np.ndarray) or of.shape != one.expected.shape or not one.finite or of.size < 2:
        return None
    x, y = np.asarray(of, np.float64).ravel(), (one.actual - one.expected).ravel()
    slope = float(x @ y / (x @ x)) if x.any() else 0.0
    if not slope or not np.abs(y - slope * x).max() <= ON_THE_LINE * np.abs(y).max() < np.inf:
        return None
    some = np.linspace(0, x.size - 1, min(x.size, POINTS)).astype(int)
    about: dict[str, Param] = {"output": one.output.name, "of": one.output.of, "slope": slope}
    name = next((name for name, value in _slopes(inputs) if abs(value - slope) <= SAME * abs(slope)), None)
    return Picture(
        "scatter",
        one.check,
        Message("picture.scatter.title", about),
        Message("picture.scatter.named", {**about, "name": name}) if name else Message("picture.scatter.line", about),
        {"of": one.output.of, "x": all_few(x[some]), "y": all_few(y[some]), "slope": few(slope)},
    )


def _slopes(inputs: Inputs) -> Iterator[tuple[str, float]]:
    """Terms of regularisation that are missing or too many, by the factor of W."""
    reg = inputs.get("reg")
    for times, text in ((2.0, "2 * reg"), (1.0, "reg"), (4.0, "4 * reg"), (0.5, "reg / 2")):
        if isinstance(reg, float) and reg:
            yield from ((f"-{text}", -times * reg), (text, times * reg))


# --------------------------------------------------------------------------- in which window


def window(one: Compared) -> Picture | None:
    """Images (N, C, H, W): the part around the largest error, as it should be and as it is."""
    if one.expected.ndim != 4:
        return None
    known = np.where(np.isnan(one.errors), np.inf, one.errors)
    image = np.unravel_index(int(known.argmax()), known.shape)
    top, left = (
        int(np.clip(at - WINDOW // 2, 0, max(size - WINDOW, 0)))
        for at, size in zip(image[2:], known.shape[2:], strict=True)
    )
    part = (int(image[0]), int(image[1]), slice(top, top + WINDOW), slice(left, left + WINDOW))
    wrong = one.wrong[part]
    about: dict[str, Param] = {
        "output": one.output.name,
        "place": f"{one.output.name}[{part[0]}, {part[1]}]",
        "wrong": int(wrong.sum()),
        "total": wrong.size,
        "images": int(one.wrong.any(axis=(2, 3)).sum()),
        "all": int(np.prod(known.shape[:2])),
    }
    return Picture(
        "window",
        one.check,
        Message("picture.window.title", about),
        Message("picture.window.text", about),
        {
            "expected": [all_few(row) for row in one.expected[part]],
            "actual": [all_few(row) for row in one.actual[part]],
            "wrong": [[int(cell) for cell in row] for row in wrong],
            "start": [top, left],
        },
    )
