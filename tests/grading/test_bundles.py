"""Several units as one assignment: one load, one report, each function with its unit, numbers as alone."""

import ast

import pytest

from grader.bundles import joined
from grader.core import FunctionStatus
from grader.errors import BadRequest, NotFound
from grader.grading import grade, registry, seeds
from grader.grading.registry import named
from grader.intake import parse
from tests.students import NAIVE, SOFTMAX, VECTORISED, graded, result, sandbox

SVM = NAIVE + VECTORISED


def test_a_bundle_grades_all_its_units_in_one_report_and_each_function_names_its_unit() -> None:
    report = graded("svm+softmax", SVM + SOFTMAX)
    assert report.assignment == "svm+softmax"
    assert report.max_score == 40
    assert {function.name: function.unit for function in report.functions} == {
        "svm_loss_naive": "svm",
        "svm_loss_vectorized": "svm",
        "softmax_loss_naive": "softmax",
        "softmax_loss_vectorized": "softmax",
    }
    assert result(report, "svm_loss_vectorized").status is FunctionStatus.PASSED
    assert result(report, "softmax_loss_naive").status is FunctionStatus.MISSING


def test_a_unit_says_the_same_numbers_alone_and_in_a_bundle() -> None:
    wrong = SVM.replace("2 * reg * W", "reg * W")
    alone, bundled = graded("svm", wrong), graded("softmax+svm", wrong + SOFTMAX)
    for name in ("svm_loss_vectorized", "svm_loss_naive"):
        assert repr(result(alone, name)) == repr(result(bundled, name))


def test_the_revision_of_a_bundle_depends_on_its_units_and_their_order_of_files_on_theirs() -> None:
    one, other = registry.load("svm+softmax"), registry.load("softmax+svm")
    assert one.revision != other.revision
    assert one.revision not in (registry.load("svm").revision, registry.load("softmax").revision)
    assert one.files == ("linear_svm.py", "softmax.py")


def test_a_named_bundle_is_what_its_slugs_are() -> None:
    assert registry.named()["assignment1"] == "knn+svm+softmax+two-layer-net"


@pytest.mark.parametrize("slug", ["svm+", "+svm", "svm+nothing", "+"])
def test_a_bundle_of_what_is_not_there_is_not_found(slug: str) -> None:
    with pytest.raises((NotFound, BadRequest)):
        registry.load(slug)


def test_a_unit_stands_once_in_a_bundle() -> None:
    with pytest.raises(BadRequest) as caught:
        registry.load("svm+svm")
    assert caught.value.message.params["definition"] == "svm+svm"


def test_the_solutions_of_the_first_assignment_have_full_marks_in_one_report() -> None:
    assignment = registry.load("assignment1")
    files = joined(unit.solution for unit in assignment.units)
    names = [function.name for function in assignment.functions]
    submission = parse([(name, text.encode()) for name, text in files.items()], names)
    report = grade(assignment, submission, seeds.from_text("whole"), sandbox())
    assert report.score == report.max_score == 88
    assert list(dict.fromkeys(function.unit for function in report.functions)) == named()["assignment1"].split("+")


@pytest.mark.parametrize("name", ["assignment1", "assignment2", "conv+layers+normalization"])
def test_the_starter_of_a_bundle_defines_every_name_once(name: str) -> None:
    starter = registry.load(name).starter
    for text in starter.values():
        defined = [node.name for node in ast.parse(text).body if isinstance(node, ast.FunctionDef | ast.ClassDef)]
        assert len(defined) == len(set(defined))
    every = {node.name for text in starter.values() for node in ast.parse(text).body if hasattr(node, "name")}
    assert every >= {function.name.partition(".")[0] for function in registry.load(name).functions}


def test_a_weight_multiplies_every_point_of_its_unit_in_every_convention_and_edition() -> None:
    plain, doubled = registry.load("two-layer-net+svm"), registry.load("two-layer-net:2+svm")
    assert doubled.max_score == plain.max_score + 28
    for one, other in zip(plain.units[0].groups, doubled.units[0].groups, strict=True):
        for way, weighted in zip((one, *one.otherwise), (other, *other.otherwise), strict=True):
            assert [2 * f.points for f in way.functions] == [f.points for f in weighted.functions]
            for check, twice in zip(way.checks, weighted.checks, strict=True):
                assert {name: 2 * points for name, points in check.points.items()} == twice.points
    assert registry.load("two-layer-net:2+svm").units[0] is doubled.units[0]


def test_files_of_one_name_are_continued_without_their_imports_and_docstrings() -> None:
    first = '"""One."""\n\nimport numpy as np\n\n\ndef f():\n    pass\n'
    second = '"""Two,\nin words."""\n\nimport numpy as np\nimport math\n\n# of g\ndef g():\n    pass\n'
    together = joined([{"a.py": first}, {"a.py": second, "b.py": "x = 1\n"}])
    assert together == {
        "a.py": first + "\n\n# Two,\n# in words.\n\n\nimport math\n\n\n# of g\ndef g():\n    pass\n",
        "b.py": "x = 1\n",
    }
