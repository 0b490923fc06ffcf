"""What costs nothing is said in a warning, and only to those who are right everywhere else."""

from dataclasses import replace
from fractions import Fraction

import pytest

from grader.checks import calls, contract, remarked, robustness, split, value
from grader.core import Assignment, Case, Function, Group, Output
from tests.students import graded, result

SHARES = {"double": split(10, gradient=False, loss=False)}
ODD = Case("large", lambda rng: {"x": 1e9 * rng.standard_normal(3)}, graded=())
GROUP = Group(
    "double",
    functions=(Function("double", "(x) -> out", Fraction(10)),),
    outputs=(Output("out", "double", "value"),),
    cases=(
        Case("base", lambda rng: {"x": rng.standard_normal((4, 3))}),
        Case("vector", lambda rng: {"x": rng.standard_normal(5)}, "robustness"),
        ODD,
    ),
    play=calls("double", ("x",), ("out",)),
    reference=lambda inputs: {"out": 2 * inputs["x"]},
    checks=(contract(SHARES), remarked(value(SHARES), ODD, "hard-coded-class-count"), robustness(SHARES)),
)


def warned(body: str, group: Group = GROUP) -> tuple[list[str], float]:
    assignment = Assignment("remarks", (group,), files=("double.py",))
    found = result(graded(assignment, f"import numpy as np\n\ndef double(x):\n    return {body}\n"), "double")
    return [warning.id for warning in found.warnings], float(found.points)


@pytest.mark.parametrize(
    ("body", "warnings", "points"),
    [
        ("2 * x", [], 10),
        ("2 * np.clip(x, -1e6, 1e6)", ["warning.hard-coded-class-count"], 10),
        ("2 * x if abs(x).max() < 1e6 else None", ["warning.hard-coded-class-count"], 10),
        ("2 * x if abs(x).max() < 1e6 else 1 / 0", ["warning.hard-coded-class-count"], 10),
        ("3 * x", [], 0),
    ],
    ids=["right", "wrong there", "None there", "raises there", "wrong everywhere"],
)
def test_a_remark_is_for_who_is_wrong_there_alone(body: str, warnings: list[str], points: float) -> None:
    assert warned(body) == (warnings, points)


def test_a_remark_may_be_about_some_outputs_only() -> None:
    check = remarked(value(SHARES), ODD, "hard-coded-class-count", outputs=("another",))
    group = replace(GROUP, checks=(GROUP.checks[0], check, GROUP.checks[2]))
    assert warned("2 * np.clip(x, -1e6, 1e6)", group) == ([], 10)
