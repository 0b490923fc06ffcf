"""Pictures with two axes: the V-curve, losses, accuracies, and the scatter of what a gradient is off by."""

from collections.abc import Sequence

from grader.report.pictures.charts import (
    BOTTOM,
    HEIGHT,
    LEFT,
    RIGHT,
    TOP,
    WIDTH,
    Axis,
    Series,
    Value,
    across,
    as_powers,
    chart,
    curve,
    decades,
    few_places,
    frame,
    points,
    sparklines,
    told,
    up,
    upward,
    worth_decades,
)
from grader.report.pictures.drawing import Numbers, Sketch, Words, path
from grader.report.shown import number

ROWS = 12  # of a table
COLUMNS, LINES = 25, 7  # of a scatter in a terminal


def steps(numbers: Numbers, say: Words) -> Sketch:
    """The V-curve: both errors by step, on two logarithmic axes; small steps stand left."""
    powers: list[int] = numbers["powers"]
    yours, ours = Series(say("yours"), "yours", numbers["yours"]), Series(say("ours"), "ours", numbers["ours"])
    x = across(min(powers), max(powers), [(power, f"1e{power}") for power in powers[::3]])
    y = decades([*yours.values, *ours.values], at_least=(-8.0, 0.0))
    head = ("h", yours.name, ours.name)
    rows = zip((f"1e{power}" for power in powers), map(_power, yours.values), map(_power, ours.values), strict=True)
    backwards = [Series(one.name, one.look, one.values[::-1]) for one in (yours, ours)]
    height, shapes = chart(x, y, powers, (yours, ours), say("h"))
    span = f"h = 1e{min(powers)} ... 1e{max(powers)}"
    return Sketch(WIDTH, height, shapes, head, tuple(rows), (*sparklines(backwards), span))


def _power(value: Value) -> str:
    return told(None if value is None else 10.0**value, ".2g")


def loss(numbers: Numbers, say: Words) -> Sketch:
    """Losses by step, on a logarithmic axis where they span decades."""
    series = [Series(say(name), name, numbers[name]) for name in ("yours", "ours") if numbers[name]]
    series += _chance(numbers, max(len(one.values) for one in series), say)
    values = [value for one in series for value in one.values]
    if worth_decades(values):
        drawn = [Series(one.name, one.look, as_powers(one.values)) for one in series]
        y = decades(value for one in drawn for value in one.values)
    else:
        drawn, y = series, upward(values)
    return _by_step(list(range(max(len(one.values) for one in series))), drawn, series, y, say)


def accuracy(numbers: Numbers, say: Words) -> Sketch:
    """Shares from 0 to 1 by step."""
    looks = {"training": "yours", "validation": "yours thin", "ours-training": "ours", "ours-validation": "ours thin"}
    series = [Series(say(name), look, numbers[name]) for name, look in looks.items() if numbers.get(name)]
    most = max((len(one.values) for one in series), default=0)
    places = numbers.get("steps") or list(range(most))
    series += _chance(numbers, most, say)
    return _by_step(places, series, series, up(0, 1, [(0, "0"), (0.5, "0.5"), (1, "1")]), say)


def _chance(numbers: Numbers, steps: int, say: Words) -> list[Series]:
    """What a guess comes to, where it is known: the same in every step."""
    known = numbers.get("chance")
    return [] if known is None else [Series(say("chance"), "chance", [known] * steps)]


def _by_step(places: Sequence[int], drawn: Sequence[Series], told_as: Sequence[Series], y: Axis, say: Words) -> Sketch:
    """`told_as` are the numbers of the table, `drawn` the same as they stand on the axis."""
    last = max(places[-1] if places else 1, 1)
    x = across(0, last, [(place, str(place)) for place in sorted({0, last // 2, last})])
    some = few_places(len(places), ROWS)
    rows = ((str(places[at]), *(told(_at(one, at)) for one in told_as)) for at in some)
    head = (say("step"), *(one.name for one in told_as))
    height, shapes = chart(x, y, places, drawn, say("step"))
    return Sketch(WIDTH, height, shapes, head, tuple(rows), sparklines(drawn))


def _at(one: Series, place: int) -> Value:
    return one.values[place] if place < len(one.values) else None


def scatter(numbers: Numbers, say: Words) -> Sketch:
    """Points, and the line through 0 that they lie on; `of` is what the gradient is the gradient of."""
    of = str(numbers["of"])
    pairs = [(a, b) for a, b in zip(numbers["x"], numbers["y"], strict=True) if a is not None and b is not None]
    x, y = (
        _around([pair[place] for pair in pairs], *ends) for place, ends in enumerate(((LEFT, RIGHT), (BOTTOM, TOP)))
    )
    ends = [_clipped(numbers["slope"], x, y, end) for end in (x.low, x.high)]
    shapes = frame(x, y, of) + points(x, y, pairs)
    shapes += path("ours", curve(x, y, [end[0] for end in ends], [end[1] for end in ends]))
    some = few_places(len(pairs), ROWS)
    ordered = sorted(pairs)
    rows = tuple((told(ordered[at][0]), told(ordered[at][1])) for at in some)
    return Sketch(WIDTH, HEIGHT, tuple(shapes), (of, say("difference")), rows, _typed(x, y, pairs))


def _around(values: Sequence[float], start: float, end: float) -> Axis:
    """An axis of one size on both sides of 0."""
    size = max((abs(value) for value in values), default=1.0) or 1.0
    return Axis(-size, size, start, end, [(value, number(value, ".2g")) for value in (-size, 0.0, size)])


def _clipped(slope: float, x: Axis, y: Axis, end: float) -> tuple[float, float]:
    """Where the line leaves the picture."""
    height = slope * end
    if abs(height) > y.high:
        return end * y.high / abs(height), y.high if height > 0 else y.low
    return end, height


def _typed(x: Axis, y: Axis, pairs: Sequence[tuple[float, float]]) -> tuple[str, ...]:
    """The points on a grid of characters."""
    grid = [[" "] * COLUMNS for _ in range(LINES)]
    grid[LINES // 2] = ["-"] * COLUMNS
    for a, b in pairs:
        right, up_from_below = (a - x.low) / (x.high - x.low), (b - y.low) / (y.high - y.low)
        grid[LINES - 1 - round(up_from_below * (LINES - 1))][round(right * (COLUMNS - 1))] = "●"
    return tuple("".join(row).rstrip() for row in grid)
