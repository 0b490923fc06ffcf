"""Pictures that count: ratios with named ticks, cases of each check, activations layer by layer."""

from collections.abc import Sequence

from rich.cells import cell_len

from grader.core import CheckResult
from grader.report.pictures.charts import BOTTOM, HEIGHT, LEFT, LETTER, RIGHT, TOP, WIDTH, Axis, told
from grader.report.pictures.drawing import Numbers, Shape, Sketch, Words, block, line, path, words
from grader.report.shown import number

APART = 26.0  # pixels between two words of an axis
CHARACTERS = 16  # of a bar in a terminal
PANEL, LABEL = (44.0, 30.0), 50.0  # of an activation histogram, and of the names beside
ROW, BAR, COUNT = 22.0, 120.0, 60.0  # of the bars of cases at their longest, and of the counts behind them


# --------------------------------------------------------------------------- ratios


def ratios(numbers: Numbers, say: Words) -> Sketch:
    """Bars, the named ratios below them; the name that fits is marked."""
    counts: list[int] = numbers["counts"]
    most = max(counts) or 1
    x, width = Axis(numbers["low"], numbers["high"], LEFT, RIGHT), (RIGHT - LEFT) / len(counts)
    heights = [(BOTTOM - TOP) * count / most for count in counts]
    bars = (block(LEFT + at * width + 1, BOTTOM - h, width - 2, h) for at, h in enumerate(heights) if h)
    shapes = [*path("bars", bars), line("axis", LEFT, BOTTOM, RIGHT, BOTTOM), *_ticks(numbers["ticks"], x)]
    shapes += [words("end", LEFT - 5, TOP + 4, str(most)), words("end", LEFT - 5, BOTTOM + 4, "0")]
    shapes += [words("middle", (LEFT + RIGHT) / 2, BOTTOM + 32, say("ratio"))]
    step = (numbers["high"] - numbers["low"]) / len(counts)
    found = [(numbers["low"] + step * (at + 0.5), count) for at, count in enumerate(counts) if count]
    rows = tuple((told(middle), str(count)) for middle, count in found)
    lines = tuple(f"{told(middle):>8} {bar(count / most)} {count}" for middle, count in found)
    return Sketch(WIDTH, HEIGHT, tuple(shapes), (say("ratio"), say("entries")), rows, lines)


def _ticks(ticks: Sequence[tuple[str, float]], x: Axis) -> list[Shape]:
    """The name that fits comes last and is written first; what would run into it is left out."""
    shapes: list[Shape] = []
    taken: list[float] = []
    for name, value in reversed(ticks):
        at = x(value)
        if all(abs(at - other) > APART for other in taken):
            said = name if name == number(value, ".3g") else f"{name} = {number(value, '.3g')}"
            shapes += [line("tick", at, BOTTOM, at, BOTTOM + 5), words("middle", at, BOTTOM + 17, said)]
            taken.append(at)
    return shapes


def bar(share: float) -> str:
    """A bar in a terminal; what is more than nothing is to be seen."""
    return ("█" * max(round(share * CHARACTERS), 1 if share > 0 else 0)).ljust(CHARACTERS, "░")


# --------------------------------------------------------------------------- cases


def cases(checks: Sequence[tuple[str, CheckResult]], say: Words) -> Sketch:
    """One bar a check, as long as its cases that pass; the rest is hollow. Checks come with their titles, and
    the bars leave room for these."""
    beside = max([WIDTH - COUNT - BAR, *(LETTER * cell_len(title) + 8 for title, _ in checks)])
    longest = WIDTH - COUNT - beside
    shapes: list[Shape] = []
    rows: list[tuple[str, ...]] = []
    lines: list[str] = []
    for at, (title, check) in enumerate(checks):
        tally = check.cases
        if tally is None:
            continue
        total, y = tally.passed + tally.failed, 4 + ROW * at
        width = longest * tally.passed / total
        shapes += [
            words("end", beside - 8, y + 13, title),
            words("", beside + longest + 8, y + 13, f"{tally.passed} / {total}"),
        ]
        shapes += path("passed", [block(beside, y + 3, width, 12)] if width else [])
        shapes += path("failed", [block(beside + width + 1, y + 4, longest - width - 2, 10)] if tally.failed else [])
        rows.append((title, str(tally.passed), str(tally.failed)))
        lines.append(f"{bar(tally.passed / total)} {tally.passed} / {total}  {title}")
    head = (say("check"), say("passed"), say("failed"))
    return Sketch(WIDTH, round(8 + ROW * len(checks)), tuple(shapes), head, tuple(rows), tuple(lines))


# --------------------------------------------------------------------------- activations


def activations(numbers: Numbers, say: Words) -> Sketch:
    """A row of histograms for each kind, -1 to 1, with their standard deviation below; dashes stand at that of the
    reference on either side."""
    width, height = PANEL
    shapes: list[Shape] = []
    for i, kind in enumerate(numbers["kinds"]):
        y = 20 + i * (height + 20)
        shapes.append(words("", 0, y + height - 4, kind))
        for j, counts in enumerate(numbers["counts"][i]):
            x = LABEL + j * (width + 4)
            shapes += _histogram(counts, x, y)
            shapes += _dashes(numbers["ours"][i][j], x, y)
            shapes.append(words("middle", x + width / 2, y + height + 12, told(numbers["spread"][i][j], ".2g")))
    layers = len(numbers["counts"][0])
    shapes += [words("middle", LABEL + j * (width + 4) + width / 2, 13, str(j + 1)) for j in range(layers)]
    head = (say("kind"), *(f"{say('layer')} {layer + 1}" for layer in range(layers)))
    rows = tuple(
        (f"{kind} ({say(name)})", *map(told, numbers[spread][i]))
        for i, kind in enumerate(numbers["kinds"])
        for name, spread in (("yours", "spread"), ("ours", "ours"))
    )
    lines = tuple(
        f"{kind:>7} " + " ".join(f"{told(one):>8}" for one in numbers["spread"][i])
        for i, kind in enumerate(numbers["kinds"])
    )
    return Sketch(WIDTH, 20 + len(numbers["kinds"]) * 50, tuple(shapes), head, rows, lines, key=say("activations"))


def _histogram(counts: Sequence[int], x: float, y: float) -> list[Shape]:
    width, height = PANEL
    each, most = width / len(counts), max(counts) or 1
    heights = [height * count / most for count in counts]
    bars = (block(x + at * each, y + height - h, each - 0.4, h) for at, h in enumerate(heights) if h)
    return [*path("bars", bars), line("axis", x, y + height, x + width, y + height)]


def _dashes(spread: float | None, x: float, y: float) -> list[Shape]:
    """Where the standard deviation of the reference's activations is, in -1 to 1."""
    width, height = PANEL
    middle = x + width / 2
    places = [middle + sign * min(spread or 0.0, 1.0) * width / 2 for sign in (-1, 1)]
    return [line("ours", place, y, place, y + height) for place in dict.fromkeys(places)]
