"""The paths of the update rules down a steep valley: a small picture for each, the student's path in its own."""

import math
from collections.abc import Sequence

from grader.report.pictures.charts import Axis, curve, told
from grader.report.pictures.drawing import Numbers, Shape, Sketch, Words, dot, line, path, px, words

WIDTH, PER_ROW = 288, 2
PANEL = (138.0, 74.0)
X, Y = (-4.6, 1.6), (-1.45, 1.45)  # what is seen of the valley
LEVELS = (0.8, 6.0)  # heights of the lines of equal height
SIDES = 24  # of what stands for an ellipse

Point = Sequence[float]


def paths(numbers: Numbers, say: Words) -> Sketch:
    """Six valleys; ours is dashed where the student's path lies beside it."""
    shapes: list[Shape] = []
    for at, (rule, points) in enumerate(numbers["rules"].items()):
        x, y = _axes(at)
        shapes += [words("name" if rule == numbers["rule"] else "", x.start, y.end - 5, rule)]
        shapes += path("rule", (_ellipse(x, y, height, numbers["curvature"]) for height in LEVELS))
        shapes += path("lowest", [dot(x(0), y(0))])
        if rule == numbers["rule"]:
            shapes += _way(x, y, numbers["yours"], "yours")
        shapes += _way(x, y, points, "ours" if rule == numbers["rule"] else "other")
    height = round(-(-len(numbers["rules"]) // PER_ROW) * (PANEL[1] + 24) + 24)
    shapes += _names(height - 8, say)
    rows = [(rule, told(math.hypot(*points[-1]))) for rule, points in numbers["rules"].items()]
    rows.insert(0, (f"{numbers['rule']} ({say('yours')})", told(math.hypot(*numbers["yours"][-1]))))
    lines = tuple(f"{distance:>9}  {rule}" for rule, distance in rows)
    return Sketch(WIDTH, height, tuple(shapes), (say("rule"), say("distance")), tuple(rows), lines)


def _axes(at: int) -> tuple[Axis, Axis]:
    """Where the picture of a rule lies."""
    width, height = PANEL
    left, top = (at % PER_ROW) * (width + 12), 18 + (at // PER_ROW) * (height + 24)
    return Axis(*X, left, left + width), Axis(*Y, top + height, top)


def _way(x: Axis, y: Axis, points: Sequence[Point], look: str) -> list[Shape]:
    places, values = [point[0] for point in points], [point[1] for point in points]
    return path(look, curve(x, y, places, values)) + path(f"{look} turns", (dot(x(a), y(b)) for a, b in points))


def _ellipse(x: Axis, y: Axis, height: float, curvature: Sequence[float]) -> str:
    """Where (x² + c y²) / 2 is `height`, as far as it is seen."""
    across, up = (math.sqrt(2 * height / bend) for bend in curvature)
    angles = [2 * math.pi * step / SIDES for step in range(SIDES)]
    points = [(px(x(across * math.cos(angle))), px(y(up * math.sin(angle)))) for angle in angles]
    return "M" + "L".join(f"{a} {b}" for a, b in points) + "z"


def _names(y: float, say: Words) -> list[Shape]:
    return [
        line("yours", 0, y - 4, 16, y - 4),
        words("", 20, y, say("yours")),
        line("ours", 90, y - 4, 106, y - 4),
        words("", 110, y, say("ours")),
    ]
