"""A histogram as the rectangles of an SVG: geometry here, drawing in the template, colours in the style sheet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

WIDTH, HEIGHT = 640, 180
BASE = HEIGHT - 22
"""Where the bars stand; the labels are below."""
TOP = 20
"""Room above the highest bar for its number."""
GAP = 4
WIDE, HIGH = 120, 24
"""Of a line within a text."""
SHORT, STEP = 90, 44
"""How high a small picture is, and how wide one of its columns."""


@dataclass(frozen=True, slots=True)
class Bar:
    """`low` to `high` in points, `count` students; the rest is in units of the picture."""

    low: Fraction
    high: Fraction
    count: int
    x: float
    y: float
    width: float
    height: float

    @property
    def middle(self) -> float:
        return self.x + self.width / 2


@dataclass(frozen=True, slots=True)
class Column:
    """`count` of what is called `name`; the rest is in units of the picture."""

    name: str
    count: int
    x: float
    y: float
    width: float
    height: float

    @property
    def middle(self) -> float:
        return self.x + self.width / 2


@dataclass(frozen=True, slots=True)
class Chart:
    bars: tuple[Bar, ...]
    width: int = WIDTH
    height: int = HEIGHT
    base: int = BASE


def histogram(counts: Sequence[tuple[Fraction, Fraction, int]]) -> Chart:
    """The picture of (low, high, count) triples, the highest bar as high as there is room."""
    most = max((count for _, _, count in counts), default=0) or 1
    step = WIDTH / max(len(counts), 1)
    return Chart(
        tuple(
            Bar(
                low,
                high,
                count,
                x=round(index * step + GAP / 2, 1),
                y=round(BASE - (BASE - TOP) * count / most, 1),
                width=round(step - GAP, 1),
                height=round((BASE - TOP) * count / most, 1),
            )
            for index, (low, high, count) in enumerate(counts)
        )
    )


@dataclass(frozen=True, slots=True)
class Spark:
    """A line of scores without axes: `points` of a polyline, and the last one."""

    points: str
    x: float
    y: float
    width: int = WIDE
    height: int = HIGH


def spark(scores: Sequence[Fraction], most: Fraction) -> Spark | None:
    """From the first to the last, full marks at the top; None for fewer than two."""
    if len(scores) < 2 or most <= 0:
        return None
    step = (WIDE - 6) / (len(scores) - 1)
    places = [
        (round(3 + index * step, 1), round(3 + (HIGH - 6) * (1 - min(float(score / most), 1.0)), 1))
        for index, score in enumerate(scores)
    ]
    return Spark(" ".join(f"{x},{y}" for x, y in places), *places[-1])


@dataclass(frozen=True, slots=True)
class Columns:
    bars: tuple[Column, ...]
    width: int
    height: int = SHORT
    base: int = SHORT - 22


def columns(counts: Sequence[tuple[str, int]]) -> Columns:
    """The picture of what is counted by name, in columns of one width."""
    most = max((count for _, count in counts), default=0) or 1
    made = []
    for index, (name, count) in enumerate(counts):
        high = round((SHORT - 22 - TOP) * count / most, 1)
        made.append(Column(name, count, index * STEP + GAP / 2, round(SHORT - 22 - high, 1), STEP - GAP, high))
    return Columns(tuple(made), max(1, len(made)) * STEP)
