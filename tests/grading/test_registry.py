"""Assignments are found, loaded by their path, and refused when they contradict themselves."""

import json
from fractions import Fraction
from pathlib import Path

import pytest

from grader.errors import NotFound
from grader.grading import registry
from grader.grading.registry import BadAssignment
from tests.students import changed, graded

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
    assert svm["titles"] == {}
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


def test_an_assignment_of_ones_own_is_one_file_in_a_folder_of_ones_own(tmp_path: Path) -> None:
    (tmp_path / "my-own.py").write_text(OWN)
    own = [tmp_path / "not there", tmp_path]
    assert set(registry.slugs(own)) == {*registry.slugs(), "my-own"}
    assert [unit["slug"] for unit in registry.units(own)] == [*registry.slugs(own), *registry.named()]
    assignment = registry.load("my-own", own)
    report = graded(assignment, "def double(x):\n    return x + x\n")
    assert (report.score, report.max_score) == (10, 10)
    assert graded(assignment, "def double(x):\n    return x + x if len(x) > 1 else x\n").score == Fraction("8.5")


def test_a_slug_of_ours_is_ours_also_where_an_own_folder_has_it(tmp_path: Path) -> None:
    (tmp_path / "svm.py").write_text(OWN)
    assert registry.load("svm", [tmp_path]).revision == registry.load("svm").revision


def test_a_changed_file_is_loaded_anew_with_another_revision(tmp_path: Path) -> None:
    path = tmp_path / "my-own.py"
    path.write_text(OWN)
    before = registry.load("my-own", [tmp_path])
    path.write_text(OWN + "# changed\n")
    assert registry.load("my-own", [tmp_path]).revision != before.revision


@pytest.mark.parametrize(
    ("old", "new", "id"),
    [
        ('"my-own"', '"other"', "checks.bad-assignment.slug"),
        ("ASSIGNMENT", "ASSIGNED", "checks.bad-assignment.slug"),
        ("contract(SHARES), ", "", "checks.bad-assignment.points"),
        ("Fraction(10)", "Fraction(11)", "checks.bad-assignment.points"),
        ("calls, contract", "calls contract", "checks.bad-assignment.unloadable"),
        ("import calls", "import no_such_name, calls", "checks.bad-assignment.unloadable"),
    ],
)
def test_a_file_that_contradicts_itself_is_refused(tmp_path: Path, old: str, new: str, id: str) -> None:
    (tmp_path / "my-own.py").write_text(changed(OWN, old, new))
    with pytest.raises(BadAssignment) as error:
        registry.load("my-own", [tmp_path])
    assert error.value.message.id == id


def test_the_revision_covers_the_file_and_the_code_that_judges(tmp_path: Path) -> None:
    one, two = tmp_path / "one.py", tmp_path / "mistakes" / "one.py"
    one.write_text("")
    first = registry.revision(one)
    two.parent.mkdir()
    two.write_text("")
    assert first != registry.revision(one)
