"""What a picture is made of."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Numbers = Mapping[str, Any]  # of a `core.Picture`
Words = Callable[[str], str]  # `yours` in the reader's language


@dataclass(frozen=True, slots=True)
class Shape:
    """An element of an SVG; `look` is its class. Lengths are CSS pixels."""

    tag: Literal["path", "line", "text"]
    look: str
    at: Mapping[str, str]
    words: str = ""


@dataclass(frozen=True, slots=True)
class Sketch:
    """A picture without its title: `width` x `height` pixels; `head` and `rows` are its table, `lines` its text."""

    width: int
    height: int
    shapes: tuple[Shape, ...]
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    lines: tuple[str, ...] = ()
    key: str = ""  # how to read it


@dataclass(frozen=True, slots=True)
class Drawing:
    """A picture with all its words. `id` is unique in the report; `text` is the text alternative, `drawn_on` says what
    the numbers are."""

    id: str
    kind: str
    title: str
    text: str
    sketch: Sketch
    numbers: str = field(default="")  # what its table is called
    drawn_on: str = ""


def path(look: str, ways: Iterable[str]) -> list[Shape]:
    """One path of many parts; nothing where there are none."""
    whole = "".join(ways)
    return [Shape("path", look, {"d": whole})] if whole else []


def line(look: str, x1: float, y1: float, x2: float, y2: float) -> Shape:
    return Shape("line", look, {"x1": px(x1), "y1": px(y1), "x2": px(x2), "y2": px(y2)})


def words(look: str, x: float, y: float, said: str) -> Shape:
    """Text whose base line starts, ends or has its middle at (x, y), as its look says."""
    return Shape("text", look, {"x": px(x), "y": px(y)}, said)


def square(x: float, y: float, side: float) -> str:
    """A part of a path: a filled square around (x, y)."""
    return block(x - side / 2, y - side / 2, side, side)


def block(x: float, y: float, width: float, height: float) -> str:
    """A part of a path: a filled rectangle from its upper left corner on."""
    return f"M{px(x)} {px(y)}h{px(width)}v{px(height)}h{px(-width)}z"


def dot(x: float, y: float) -> str:
    """A part of a path with round ends."""
    return f"M{px(x)} {px(y)}h0"


def px(length: float) -> str:
    """To a tenth of a pixel."""
    return f"{length:.1f}".removesuffix(".0")
