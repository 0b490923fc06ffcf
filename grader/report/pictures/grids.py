"""Pictures made of cells: the heat map of errors, a window of an image, and weights as templates."""

from collections.abc import Sequence

from grader.report.pictures.charts import LETTER, few_places, told
from grader.report.pictures.drawing import Numbers, Shape, Sketch, Words, dot, line, path, px, square, words

WIDTH = 288
MARGIN = 26  # for the numbers of rows
LARGEST, SMALLEST = 20.0, 7.5  # side of a cell
LIMITS = (-3.0, -1.0, 0.0)  # powers of ten between the sizes of a square
SIZES = (0.34, 0.52, 0.7, 0.9)  # of a square in its cell, by the size of the error
MARKS = "░▒▓█"  # the same in a terminal
TYPED_ROWS = 12  # more are put together in a terminal
SEEN = (0.34, 0.62, 0.9)  # of a pixel of a template
TEMPLATE, GAP = 44.0, 12.0  # side of a template, and between two
CELL = (44.0, 19.0)  # of a window

Cell = float | None


# --------------------------------------------------------------------------- the heat map


def heat(numbers: Numbers, say: Words) -> Sketch:
    """A square for every wrong entry, the larger the larger its error; a dot for a right one, a cross for no number."""
    cells: list[list[Cell]] = numbers["cells"]
    down, right = numbers["every"]
    side = max(min((WIDTH - MARGIN) / len(cells[0]), LARGEST), SMALLEST)
    centre = [
        [(MARGIN + side * (j + 0.5), 20 + side * (i + 0.5)) for j in range(len(cells[0]))] for i in range(len(cells))
    ]
    by_level: dict[int | None, list[tuple[float, float]]] = {}
    for row, places in zip(cells, centre, strict=True):
        for cell, place in zip(row, places, strict=True):
            by_level.setdefault(level(cell, numbers["right"]), []).append(place)
    shapes = path("right", (dot(*place) for place in by_level.get(-1, [])))
    shapes += path("wrong", (square(x, y, SIZES[at] * side) for at in range(4) for x, y in by_level.get(at, [])))
    shapes += path("cross", (_cross(x, y, side) for x, y in by_level.get(None, [])))
    shapes += _numbered(len(cells), len(cells[0]), side, down, right)
    height = round(20 + side * len(cells) + 6)
    key = [say("heat")] + [say("not-finite")] * (None in by_level)
    key += [f"{say('patch')} {down} × {right}."] if down * right > 1 else []
    return Sketch(WIDTH, height, tuple(shapes), *_largest(numbers, say), lines=_typed(numbers), key=" ".join(key))


def level(cell: Cell, right: float) -> int | None:
    """-1 is right, 0 to 3 wrong, and None is no number."""
    if cell is None:
        return None
    return -1 if cell <= right else sum(cell > limit for limit in LIMITS)


def _cross(x: float, y: float, side: float) -> str:
    arm = side * 0.3
    return f"M{px(x - arm)} {px(y - arm)}l{px(2 * arm)} {px(2 * arm)}m{px(-2 * arm)} 0l{px(2 * arm)} {px(-2 * arm)}"


def _numbered(rows: int, columns: int, side: float, down: int, right: int) -> list[Shape]:
    """Indices from 0 beside the rows and above the columns, as far as there is room."""
    every = max(1, round(20 / side))
    shapes = [words("middle", MARGIN + side * (j + 0.5), 13, str(j * right)) for j in range(0, columns, every)]
    return shapes + [words("end", MARGIN - 5, 24 + side * (i + 0.5), str(i * down)) for i in range(0, rows, every)]


def _largest(numbers: Numbers, say: Words) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    """The table: the largest error of every row and column, the worst first of at most as many as one can read."""
    cells: list[list[Cell]] = numbers["cells"]
    down, right = numbers["every"]
    columns = [list(column) for column in zip(*cells, strict=True)]
    rows = [(say("row"), at * down, _worst(row)) for at, row in enumerate(cells)]
    rows += [(say("column"), at * right, _worst(column)) for at, column in enumerate(columns)]
    some = few_places(len(rows), 24)
    table = tuple((f"{rows[at][0]} {rows[at][1]}", rows[at][2]) for at in some)
    return ("", say("largest")), table


def _worst(cells: Sequence[Cell]) -> str:
    known = [cell for cell in cells if cell is not None]
    return told(10.0 ** max(known) if len(known) == len(cells) else None, ".2g")


def _typed(numbers: Numbers) -> tuple[str, ...]:
    """A character for an entry; where there are many rows, for as many rows together."""
    cells: list[list[Cell]] = numbers["cells"]
    together = -(-len(cells) // TYPED_ROWS)
    lines = ["    " + "".join(str(at * numbers["every"][1] % 10) for at in range(len(cells[0])))]
    for first in range(0, len(cells), together):
        several = zip(*cells[first : first + together], strict=True)
        marks = "".join(_mark([level(cell, numbers["right"]) for cell in column]) for column in several)
        lines.append(f"{first * numbers['every'][0]:>3} {marks}")
    return tuple(lines)


def _mark(levels: Sequence[int | None]) -> str:
    worst = max((one for one in levels if one is not None), default=-1)
    return "x" if None in levels else "·" if worst < 0 else MARKS[worst]


# --------------------------------------------------------------------------- the window


def window(numbers: Numbers, say: Words) -> Sketch:
    """Both parts one below the other, and a frame around each number that differs."""
    expected, actual, wrong = numbers["expected"], numbers["actual"], numbers["wrong"]
    width, height = CELL
    half = height * len(expected) + 24
    shapes: list[Shape] = []
    for part, (name, grid) in enumerate((("expected", expected), ("actual", actual))):
        top = part * half + 18
        shapes.append(words("name", 4, top - 5, say(name)))
        for i, row in enumerate(grid):
            y = top + height * (i + 0.5)
            shapes += [words("middle", width * (j + 0.5), y + 4, _short(cell)) for j, cell in enumerate(row)]
        places = [(i, j) for i, row in enumerate(wrong) for j, cell in enumerate(row) if cell]
        outlines = (_outline(width * j + 1, top + height * i + 1, width - 2, height - 2) for i, j in places)
        shapes += path("outline" if part else "outline ours", outlines)
    head, rows = _side_by_side(numbers, say)
    wide = round(max(width * len(expected[0]), 160))
    return Sketch(wide, round(2 * half + 2), tuple(shapes), head, rows, _typed_window(numbers))


def _short(value: Cell) -> str:
    """As many digits as a cell holds."""
    said = [told(value, f".{digits}g") for digits in (3, 2, 1)]
    return next((one for one in said if LETTER * len(one) <= CELL[0] - 4), said[-1])


def _outline(x: float, y: float, width: float, height: float) -> str:
    return f"M{px(x)} {px(y)}h{px(width)}v{px(height)}h{px(-width)}z"


def _side_by_side(numbers: Numbers, say: Words) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    """The table: the entries that differ."""
    top, left = numbers["start"]
    places = [(i, j) for i, row in enumerate(numbers["wrong"]) for j, cell in enumerate(row) if cell]
    rows = (
        (f"[{top + i}, {left + j}]", told(numbers["expected"][i][j]), told(numbers["actual"][i][j])) for i, j in places
    )
    return ("", say("expected"), say("actual")), tuple(rows)


def _typed_window(numbers: Numbers) -> tuple[str, ...]:
    """What was received, with a star behind every number that differs."""
    return tuple(
        "".join(f"{told(cell):>7}{'*' if off else ' '}" for cell, off in zip(row, marks, strict=True)).rstrip()
        for row, marks in zip(numbers["actual"], numbers["wrong"], strict=True)
    )


# --------------------------------------------------------------------------- the templates


def templates(numbers: Numbers, say: Words) -> Sketch:
    """Every class an image of squares: the larger one is, the more its pixel speaks for the class."""
    side, per_row = numbers["side"], 5
    pixel = TEMPLATE / side
    by_level: dict[int, list[str]] = {0: [], 1: [], 2: []}
    shapes: list[Shape] = []
    for label, weights in enumerate(numbers["weights"]):
        x0, y0 = GAP / 2 + (label % per_row) * (TEMPLATE + GAP), 18 + (label // per_row) * (TEMPLATE + 26)
        shapes += [words("middle", x0 + TEMPLATE / 2, y0 - 5, str(label))]
        shapes += [line("rule", x0, y0 + TEMPLATE + 2, x0 + TEMPLATE, y0 + TEMPLATE + 2)]
        for at, weight in enumerate(weights):
            if weight > 0:
                place = x0 + pixel * (at % side + 0.5), y0 + pixel * (at // side + 0.5)
                by_level[(weight - 1) // 3].append(square(*place, SEEN[(weight - 1) // 3] * pixel))
    shapes += path("weights", (part for parts in by_level.values() for part in parts))
    height = round(18 + -(-len(numbers["weights"]) // per_row) * (TEMPLATE + 26) - 14)
    rows = tuple((str(label), *map(told, ends)) for label, ends in enumerate(numbers["ends"]))
    return Sketch(WIDTH, height, tuple(shapes), (say("class"), say("least"), say("most")), rows)
