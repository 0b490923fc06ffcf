"""Axes, and lines in them."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rich.cells import cell_len

from grader.report.pictures.drawing import Shape, dot, line, path, px, words
from grader.report.shown import number

WIDTH, HEIGHT = 288, 172  # fits a screen of 320 pixels; names of lines stand below
LEFT, RIGHT, TOP, BOTTOM = 44, 280, 10, 134
LINE = 14  # between base lines
LETTER, SAMPLE = 6.2, 34.0  # width of a letter, and of a line's sample with what is beside it
FEWEST_DECADES = 0.7  # below, a logarithmic axis would say less

Value = float | None


@dataclass(frozen=True, slots=True)
class Axis:
    """From `low` to `high`, which are `start` and `end` in pixels. `ticks` are the places that are written at."""

    low: float
    high: float
    start: float
    end: float
    ticks: Sequence[tuple[float, str]] = ()

    def __call__(self, value: float) -> float:
        share = (value - self.low) / (self.high - self.low)
        return self.start + min(max(share, 0.0), 1.0) * (self.end - self.start)


@dataclass(frozen=True, slots=True)
class Series:
    """A line: its name, its look, and a value (None: none) for each place."""

    name: str
    look: str
    values: Sequence[Value]


def across(low: float, high: float, ticks: Sequence[tuple[float, str]]) -> Axis:
    return Axis(low, high, LEFT, RIGHT, ticks)


def up(low: float, high: float, ticks: Sequence[tuple[float, str]]) -> Axis:
    return Axis(low, high, BOTTOM, TOP, ticks)


def upward(values: Iterable[Value]) -> Axis:
    """A linear axis around these values, from 0 where none is below."""
    known = [value for value in values if value is not None]
    low, high = min(known, default=0.0), max(known, default=0.0)
    if low >= 0:
        low = 0.0
    if high <= low:
        high = low + 1.0
    return up(low, high, [(value, number(value, ".3g")) for value in (low, (low + high) / 2, high)])


def decades(powers: Iterable[Value], at_least: tuple[float, float] | None = None) -> Axis:
    """An axis of powers of ten, marked at whole ones, five at most."""
    known = [power for power in powers if power is not None] + list(at_least or ())
    low, high = math.floor(min(known, default=0.0)), math.ceil(max(known, default=0.0))
    high = max(high, low + 1)
    step = -(-(high - low) // 4)
    return up(low, high, [(power, f"1e{power}") for power in range(low, high + 1, step)])


def as_powers(values: Sequence[Value]) -> list[Value]:
    return [math.log10(value) if value is not None and value > 0 else None for value in values]


def worth_decades(values: Iterable[Value]) -> bool:
    """Are all above 0, and far enough apart for a logarithmic axis?"""
    known = [value for value in values if value is not None]
    return bool(known) and min(known) > 0 and math.log10(max(known) / min(known)) > FEWEST_DECADES


def chart(
    x: Axis, y: Axis, places: Sequence[float], series: Sequence[Series], below: str
) -> tuple[int, tuple[Shape, ...]]:
    """The frame with `below` below its axis, the lines one over the other, and their names; with the height of all."""
    shapes = frame(x, y, below)
    for one in series:
        shapes += path(one.look, curve(x, y, places, one.values))
    called, lines = names(series)
    return HEIGHT + 8 + LINE * lines, (*shapes, *called)


def frame(x: Axis, y: Axis, below: str) -> list[Shape]:
    shapes = [line("rule", LEFT, y(value), RIGHT, y(value)) for value, _ in y.ticks]
    shapes += [words("end", LEFT - 5, y(value) + 4, said) for value, said in y.ticks]
    shapes += [line("axis", LEFT, BOTTOM, RIGHT, BOTTOM)]
    shapes += [words("middle", x(value), BOTTOM + LINE + 1, said) for value, said in x.ticks]
    return [*shapes, words("middle", (LEFT + RIGHT) / 2, BOTTOM + 2 * LINE + 4, below)]


def curve(x: Axis, y: Axis, places: Sequence[float], values: Sequence[Value]) -> list[str]:
    """Parts of a path: a line, broken where there is no value, and a dot for a value that stands alone."""
    parts: list[str] = []
    both = zip(places, values, strict=False)  # a history may be longer than its steps
    known = [None if value is None else f"{px(x(place))} {px(y(value))}" for place, value in both]
    for before, here, after in zip([None, *known], known, [*known[1:], None], strict=False):
        if here is not None:
            parts.append(("M" if before is None else "L") + here + ("h0" if before is None and after is None else ""))
    return parts


def names(series: Sequence[Series]) -> tuple[list[Shape], int]:
    """A sample of every line with its name, side by side below the frame, and how many rows they take."""
    shapes: list[Shape] = []
    at, row = float(LEFT), 0
    for one in series:
        width = SAMPLE + LETTER * cell_len(one.name)
        if at > LEFT and at + width > WIDTH:
            at, row = float(LEFT), row + 1
        y = HEIGHT + 10 + LINE * row
        shapes += [line(one.look, at, y, at + 16, y), words("", at + 20, y + 4, one.name)]
        at += width
    return shapes, row + 1


def points(x: Axis, y: Axis, pairs: Iterable[tuple[Value, Value]]) -> list[Shape]:
    return path("points", (dot(x(a), y(b)) for a, b in pairs if a is not None and b is not None))


def few_places(count: int, most: int) -> list[int]:
    """At most `most` of the places 0 to count - 1, evenly, the first and the last among them."""
    if count <= most:
        return list(range(count))
    return sorted({round(place * (count - 1) / (most - 1)) for place in range(most)})


def sparkline(values: Sequence[Value], low: float, high: float) -> str:
    """A character for each value, the higher the larger; `x` where there is none."""
    marks = "▁▂▃▄▅▆▇█"
    size = (high - low) or 1.0
    steps = [None if v is None else min(max((v - low) / size, 0.0), 1.0) for v in values]
    return "".join("x" if step is None else marks[min(int(step * len(marks)), len(marks) - 1)] for step in steps)


def sparklines(series: Sequence[Series]) -> tuple[str, ...]:
    """A line for each series, on one scale."""
    known = [value for one in series for value in one.values if value is not None]
    low, high = min(known, default=0.0), max(known, default=1.0)
    some = [few_places(len(one.values), 24) for one in series]
    return tuple(
        f"{sparkline([one.values[place] for place in places], low, high)}  {one.name}"
        for one, places in zip(series, some, strict=True)
        if places
    )


def told(value: Value, spec: str = ".3g") -> str:
    """A number in a table."""
    return "-" if value is None else number(value, spec)
