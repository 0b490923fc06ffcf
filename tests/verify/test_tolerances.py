"""`docs/tolerances.md` names every tolerance of the code and its value, and nothing that is none.

A tolerance is a number with a fraction that decides: a constant of a module of the checks or of an assignment, a number
in a comparison of more or less, or what `tolerance=` is given.
"""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from grader.core import Case
from grader.grading import registry
from grader.verify import published

ROOT = Path(__file__).resolve().parents[2]
TABLE = (ROOT / "docs" / "tolerances.md").read_text("utf-8")
SOURCES = sorted([*(ROOT / "grader/checks").glob("*.py"), *(ROOT / "reference").glob("*.py")])
WHOLE = (0.0, 1.0)  # bounds of shares and signs

# Numbers with a fraction that decide nothing: sizes of what is drawn, and formulas.
NONE = {
    "grader/checks/images.py: CONTRAST",
    "grader/checks/images.py: LENGTH",
    "grader/checks/milestones.py: RATE",
    "reference/fully-connected-net.py: EPS, MOMENTUM",
    "reference/fully-connected-net.py: TINY",
    "reference/initialization.py: NORMAL, UNIFORM",
    "reference/layers.py: SATURATED",
    "reference/linear-classifier.py: CHANCE",
    "reference/linear-classifier.py: START",
    "reference/notes.py: SEARCH_SCALE",
    "reference/optimizers.py: LARGE",
    "reference/optimizers.py: SEEN",
    "reference/optimizers.py: TINY",
}

Found = tuple[str, tuple[float, ...]]  # `file: name`, and the number or numbers


def floats(node: ast.expr) -> tuple[float, ...]:
    """The numbers of a literal that is a number with a fraction, or some of them; empty for anything else."""
    items = node.elts if isinstance(node, ast.Tuple) else [node]
    values = [item.value for item in items if isinstance(item, ast.Constant) and not isinstance(item.value, bool)]
    numbers = tuple(float(value) for value in values if isinstance(value, (int, float)))
    return numbers if len(numbers) == len(items) and any(isinstance(value, float) for value in values) else ()


def of_file(path: Path) -> Iterator[Found]:
    return tolerances(path.relative_to(ROOT).as_posix(), path.read_text("utf-8"))


def tolerances(file: str, source: str) -> Iterator[Found]:
    """Every tolerance of a file."""
    tree = ast.parse(source)
    for node in tree.body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]).strip("()").replace(", ", "").isupper():
            sigmas = "SIGMA" in ast.unparse(node.targets[0]) and isinstance(node.value, ast.Constant)
            if numbers := floats(node.value) or ((float(ast.literal_eval(node.value)),) if sigmas else ()):
                yield f"{file}: {ast.unparse(node.targets[0]).strip('()')}", numbers
    for top in tree.body:
        name = getattr(top, "name", None) or "cases"
        for inner in ast.walk(top):
            yield from ((f"{file}: {name}", (number,)) for number in compared(inner))
            if isinstance(inner, ast.keyword) and inner.arg == "tolerance" and (numbers := floats(inner.value)):
                yield f"{file}: tolerance", numbers


def compared(node: ast.AST) -> Iterator[float]:
    """The numbers that decide in a comparison of more or less."""
    if isinstance(node, ast.Compare) and any(isinstance(op, (ast.Lt, ast.LtE, ast.Gt, ast.GtE)) for op in node.ops):
        for part in ast.walk(node):
            if isinstance(part, ast.Constant) and isinstance(part.value, float) and part.value not in WHOLE:
                yield part.value


def of_the_code() -> set[Found]:
    found = {one for path in SOURCES for one in of_file(path) if one[0] not in NONE}
    return {*found, ("grader/core.py: Case.tolerance", (Case("", lambda rng: {}).tolerance,))}


def of_the_table() -> set[Found]:
    return {
        (row.place.strip("`"), tuple(float(number) for number in row.value.split(","))) for row in published.rows(TABLE)
    }


def test_the_table_names_every_tolerance_of_the_code_and_its_value() -> None:
    missing = sorted(of_the_code() - of_the_table())
    assert missing == [], "each needs a row in docs/tolerances.md, or a line in NONE here"


def test_the_table_names_nothing_that_is_not_in_the_code() -> None:
    assert sorted(of_the_table() - of_the_code()) == []


def test_every_tolerance_of_a_case_stands_in_the_table() -> None:
    known = {number for _, numbers in of_the_table() for number in numbers}
    used = {
        (slug, group.name, case.name, case.tolerance)
        for slug in registry.slugs()
        for group in registry.load(slug).groups
        for case in group.cases
    }
    assert {tolerance for *_, tolerance in used} <= known


def test_numbers_that_decide_nothing_are_still_in_the_code() -> None:
    there = {place for path in SOURCES for place, _ in of_file(path)}
    assert there >= NONE


def test_every_row_says_what_was_measured_and_why() -> None:
    for row in published.rows(TABLE):
        assert row.worst, row
        assert row.mildest, row
        assert row.why, row


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("LIMIT = 1e-3", {("LIMIT", (1e-3,))}),
        ("STEPS = (1e-4, 1)", {("STEPS", (1e-4, 1.0))}),
        ("LIMIT = 3", set()),
        ("SIGMAS = 6", {("SIGMAS", (6.0,))}),
        ("def near(x):\n    return x > 1e-2 * max(1.0, x)", {("near", (1e-2,))}),
        ("def same(x):\n    return x == 0.5", set()),
        ("CASES = (Case('a', draw, tolerance=1e-5),)", {("tolerance", (1e-5,))}),
    ],
)
def test_a_tolerance_is_found_wherever_it_may_stand(source: str, expected: set[Found]) -> None:
    assert {(place.partition(": ")[2], numbers) for place, numbers in tolerances("file.py", source)} == expected
