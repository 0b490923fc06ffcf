"""One metric, and what it says of everything that a program may return."""

from fractions import Fraction

import numpy as np
import pytest

from grader.checks.closeness import Verdict, compare, relative_errors
from grader.core import Case, Handle, Output

RIGHT = np.array([[1.0, -20.0, 300.0], [0.001, 0.0, 4000.0]])
DW = Output("dW", "svm_loss_naive", "gradient", of="W")
LOSS = Output("loss", "svm_loss_naive", "value")
LABELS = Output("labels", "predict", "value", integer=True)


def verdict(actual: object, expected: object = RIGHT, output: Output = DW, tolerance: float = 1e-6) -> Verdict:
    case = Case("base", lambda rng: {}, tolerance=tolerance)
    return compare(case, output, {output.name: actual}, {output.name: expected, "sibling": np.array([500.0])})


def test_the_right_answer_passes_without_a_word() -> None:
    found = verdict(RIGHT.copy())
    assert (found.right, found.message, found.form, found.warning, found.error) == (True, None, None, None, 0.0)


def test_rounding_passes_and_is_measured() -> None:
    found = verdict(RIGHT * (1 + 1e-9))
    assert found.right
    assert 1e-10 < found.error < 1e-8


@pytest.mark.parametrize(("factor", "credit"), [(1 + 1e-5, Fraction(9, 10)), (1 + 2e-3, Fraction(0))])
def test_an_answer_that_is_off_by_a_little_loses_precision_and_by_more_everything(
    factor: float, credit: Fraction
) -> None:
    assert verdict(RIGHT * factor).credit == credit


def test_an_entry_near_zero_is_compared_on_the_scale_of_the_array() -> None:
    """0.001 beside 4000: an absolute error of 1e-9 is rounding there, however large it is beside 0."""
    noisy = RIGHT.copy()
    noisy[1, 1] = 1e-9
    assert verdict(noisy).right


def test_the_worst_entry_is_shown_with_its_place_and_both_numbers() -> None:
    off = RIGHT.copy()
    off[0, 1] = 7.0
    found = verdict(off)
    assert found.message.id == "checks.wrong"
    assert (found.worst.index, found.worst.expected, found.worst.actual) == ((0, 1), -20.0, 7.0)
    assert found.message.params["place"] == "[0, 1]"


@pytest.mark.parametrize(
    ("actual", "id"),
    [
        (None, "checks.form.none"),
        ("0.5", "checks.form.not-numbers"),
        ({"dW": RIGHT}, "checks.form.not-numbers"),
        (Handle(1, "Tensor"), "checks.form.not-numbers"),
        (Handle(1, "ndarray of object"), "checks.form.not-numbers"),
        (Handle(1, "ndarray of float64"), "checks.form.too-large"),
        (Handle(1, "list"), "checks.form.too-large"),
        (RIGHT > 0, "checks.form.kind"),
        (RIGHT.astype(complex), "checks.form.kind"),
        (RIGHT.astype(str), "checks.form.kind"),
        (RIGHT.astype(object), "checks.form.kind"),
        (RIGHT.T, "checks.form.gradient-shape"),
        (RIGHT[0], "checks.form.gradient-shape"),
        (RIGHT.ravel(), "checks.form.gradient-shape"),
        (1.0, "checks.form.gradient-shape"),
        (np.zeros((0, 3)), "checks.form.gradient-shape"),
        ([[1.0], [2.0, 3.0]], "checks.form.list"),
        (["a", "b"], "checks.form.list"),
    ],
)
def test_what_is_no_array_of_numbers_of_the_right_shape_fails_with_its_own_message(actual: object, id: str) -> None:
    found = verdict(actual)
    assert found.credit == 0
    assert found.message == found.form
    assert found.form.id == id


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_nan_and_infinity_fail_with_their_place(bad: float) -> None:
    off = RIGHT.copy()
    off[1, 2] = bad
    found = verdict(off)
    assert (found.credit, found.message.id, found.worst.index) == (0, "checks.not-finite", (1, 2))


def test_a_huge_answer_is_only_wrong() -> None:
    assert verdict(RIGHT * 1e300).message.id == "checks.wrong"


def test_a_list_with_the_right_numbers_keeps_them_and_fails_in_form() -> None:
    found = verdict(RIGHT.tolist())
    assert found.right
    assert found.form.id == "checks.form.list"


def test_integers_where_floats_belong_fail_in_form_only() -> None:
    found = verdict(np.array([1, 2]), np.array([1.0, 2.0]), LOSS)
    assert found.right
    assert found.form.id == "checks.form.integers"


@pytest.mark.parametrize("loss", [5, 5.0, np.float64(5), np.array(5.0), np.float32(5)])
def test_a_loss_may_be_any_kind_of_single_number(loss: object) -> None:
    found = verdict(loss, 5.0, LOSS)
    assert (found.right, found.form, found.warning) == (True, None, None)


@pytest.mark.parametrize(
    ("actual", "expected"), [(np.ones((1, 3)), np.ones(3)), (np.array([5.0]), 5.0), (5.0, np.ones(1) * 5)]
)
def test_an_axis_of_length_one_is_a_warning(actual: object, expected: object) -> None:
    found = verdict(actual, expected)
    assert found.right
    assert found.warning.id == "warning.extra-axis"


def test_a_row_is_no_column() -> None:
    assert verdict(np.ones((1, 3)), np.ones((3, 1))).credit == 0


@pytest.mark.parametrize("labels", [np.array([0, 2, 1]), np.array([0.0, 2.0, 1.0]), np.array([0, 2, 1], np.uint8)])
def test_labels_are_compared_exactly_whatever_holds_them(labels: object) -> None:
    found = verdict(labels, np.array([0, 2, 1]), LABELS)
    assert (found.right, found.form) == (True, None)


@pytest.mark.parametrize("labels", [np.array([0, 2, 2]), np.array([0.0, 2.0, 1.0000001]), np.array([0, 2, np.nan])])
def test_one_wrong_label_is_wrong(labels: object) -> None:
    found = verdict(labels, np.array([0, 2, 1]), LABELS)
    assert (found.credit, found.message.id, found.worst.index) == (0, "checks.wrong-entry", (2,))


def test_large_integers_are_compared_to_the_last_unit() -> None:
    assert not verdict(np.array([2**60 + 1]), np.array([2**60]), LABELS).right


def test_what_is_zero_by_an_identity_is_compared_on_the_scale_of_its_siblings() -> None:
    zero = Output("db", "net", "gradient", zero_beside=("sibling",))
    assert verdict(np.array([1e-10]), np.array([1e-17]), zero).right
    assert not verdict(np.array([1.0]), np.array([1e-17]), zero).right


def test_single_precision_passes_where_the_case_is_in_single_precision() -> None:
    single = RIGHT.astype(np.float32) * np.float32(1 + 5e-5)
    assert verdict(single, tolerance=1e-3).right
    assert not verdict(single).right


def test_infinity_and_nan_of_the_reference_must_be_met_exactly() -> None:
    r = np.array([np.inf, np.nan, 1.0])
    assert relative_errors(r.copy(), r).max() == 0
    assert relative_errors(np.array([-np.inf, 0.0, 1.0]), r).tolist() == [np.inf, np.inf, 0.0]
