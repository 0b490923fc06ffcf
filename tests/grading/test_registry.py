"""Assignments are found, loaded by their path, and refused when they contradict themselves."""

import json
from fractions import Fraction
from pathlib import Path

import pytest
from students import graded

from grader.errors import NotFound
from grader.grading import registry
from grader.grading.registry import BadAssignment

OWN = """
from fractions import Fraction
from grader.checks import calls, contract, deterministic, robustness, split, value
from grader.core import Assignment, Case, Function, Group, Output

SHARES = {"double": split(10, gradient=False, loss=False)}
GROUP = Group(
    "double",
    functions=(Function("double", "(x) -> out", Fraction(10)),),
    outputs=(Output("out", "double", "value"),),
    cases=(
        Case("base", lambda rng: {"x": rng.standard_normal((5, 3))}),
        Case("N=1", lambda rng: {"x": rng.standard_normal((1, 3))}, "robustness"),
    ),
    play=calls("double", ("x",), ("out",)),
    reference=lambda inputs: {"out": 2 * inputs["x"]},
    checks=(contract(SHARES), value(SHARES), robustness(SHARES), deterministic(SHARES)),
)
ASSIGNMENT = Assignment("my-own", (GROUP,), files=("double.py",), starter={"double.py": "def double(x):\\n    pass\\n"})
"""


@pytest.fixture
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("GRADER_ASSIGNMENTS", f"{tmp_path / 'empty'}:{tmp_path}")
    return tmp_path


def test_every_reference_is_an_assignment_with_a_starter_and_a_revision() -> None:
    assert {"layers", "notes", "softmax", "svm", "two-layer-net"} <= set(registry.slugs())
    for slug in registry.slugs():
        assignment = registry.load(slug)
        assert assignment.revision.startswith("sha256:")
        assert assignment.starter
        assert set(assignment.starter) <= set(assignment.files)


@pytest.mark.parametrize(
    ("slug", "points"), [("notes", 36), ("svm", 20), ("softmax", 20), ("layers", 47), ("two-layer-net", 28)]
)
def test_the_points_of_a_unit_are_those_of_the_catalogue(slug: str, points: int) -> None:
    assert registry.load(slug).max_score == points


def test_units_are_plain_data() -> None:
    units = json.loads(json.dumps(registry.units()))
    svm = next(unit for unit in units if unit["slug"] == "svm")
    assert svm["title"] == "checks.unit.svm"
    assert svm["functions"][0] == {"name": "svm_loss_naive", "signature": "(W, X, y, reg) -> (loss, dW)", "points": 8}
    assert "def svm_loss_naive" in svm["starter"]["linear_svm.py"]


def test_an_unknown_slug_is_told_with_those_that_are_known() -> None:
    with pytest.raises(NotFound) as error:
        registry.load("smv")
    assert "svm" in error.value.message.params["known"]


@pytest.mark.parametrize("slug", ["../pyproject", "__init__", "", "svm/../svm", "mistakes/svm"])
def test_a_slug_is_no_path(slug: str) -> None:
    with pytest.raises(NotFound):
        registry.load(slug)


def test_an_assignment_of_ones_own_is_one_file_in_a_folder_of_ones_own(own_folder: Path) -> None:
    (own_folder / "my-own.py").write_text(OWN)
    assert "my-own" in registry.slugs()
    report = graded("my-own", "def double(x):\n    return x + x\n")
    assert (report.score, report.max_score) == (10, 10)
    assert graded("my-own", "def double(x):\n    return x + x if len(x) > 1 else x\n").score == Fraction("8.5")


def test_a_changed_file_is_loaded_anew_with_another_revision(own_folder: Path) -> None:
    path = own_folder / "my-own.py"
    path.write_text(OWN)
    before = registry.load("my-own")
    path.write_text(OWN + "# changed\n")
    assert registry.load("my-own").revision != before.revision


@pytest.mark.parametrize(
    ("old", "new", "id"),
    [
        ('"my-own"', '"other"', "checks.bad-assignment.slug"),
        ("ASSIGNMENT", "ASSIGNED", "checks.bad-assignment.slug"),
        ("contract(SHARES), ", "", "checks.bad-assignment.points"),
        ("Fraction(10)", "Fraction(11)", "checks.bad-assignment.points"),
    ],
)
def test_a_file_that_contradicts_itself_is_refused(own_folder: Path, old: str, new: str, id: str) -> None:
    (own_folder / "my-own.py").write_text(OWN.replace(old, new))
    with pytest.raises(BadAssignment) as error:
        registry.load("my-own")
    assert error.value.message.id == id


def test_the_revision_covers_the_file_and_the_code_that_judges(tmp_path: Path) -> None:
    one, two = tmp_path / "one.py", tmp_path / "mistakes" / "one.py"
    one.write_text("")
    first = registry.revision(one)
    two.parent.mkdir()
    two.write_text("")
    assert first != registry.revision(one)
