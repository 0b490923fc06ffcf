"""Several units as one assignment: one load, one report, each function with its unit, numbers as alone."""

import pytest

from grader.core import FunctionStatus
from grader.errors import BadRequest, NotFound
from grader.grading import registry
from tests.students import NAIVE, SOFTMAX, VECTORISED, graded, result

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
    assert result(alone, "svm_loss_vectorized") == result(bundled, "svm_loss_vectorized")
    assert result(alone, "svm_loss_naive") == result(bundled, "svm_loss_naive")


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
