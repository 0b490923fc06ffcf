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
