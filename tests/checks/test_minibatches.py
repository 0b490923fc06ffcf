"""The record that a loss of ours keeps of a training loop."""

import numpy as np
import pytest

from grader.checks.minibatches import MOST_STEPS, Minibatches, numbered
from grader.core import Raised, Value


def record() -> Minibatches:
    return Minibatches(numbered(np.random.RandomState(0), 12, 3), np.arange(12)[::-1] % 5)


def asked(run: Minibatches, rows: list[int], y: Value = None) -> int:
    return run.record(run.X[rows], run.y[rows] if y is None else y, 0.5)


def test_rows_are_known_by_their_number_in_any_order_and_as_often_as_they_come() -> None:
    run = record()
    assert [asked(run, [3, 3, 11]), asked(run, [0])] == [0, 1]
    assert run.rows == [3, 1]
    assert run.covered == 3 / 12
    assert run.regs == [0.5, 0.5]


def test_labels_belong_to_their_rows_or_not() -> None:
    run = record()
    asked(run, [3, 4])
    asked(run, [3, 4], run.y[[4, 3]])
    assert np.array_equal(run.paired, [[1, 1], [0, 0]])


@pytest.mark.parametrize("labels", [None, "x", np.zeros(3), np.array(["a", "b"]), [[1], [2, 3]], 7])
def test_what_are_no_labels_of_the_rows_belongs_to_none(labels: Value) -> None:
    run = record()
    run.record(run.X[[1, 2]], labels, 0.5)
    assert np.array_equal(run.paired, [[0, 0]])


def test_labels_of_two_axes_are_compared_and_their_axes_counted() -> None:
    run = record()
    asked(run, [1, 2], run.y[[1, 2]][:, None])
    assert np.array_equal(run.paired, [[1, 1]])
    assert run.axes == 2


def test_minibatches_of_different_sizes_make_no_table() -> None:
    run = record()
    asked(run, [1])
    asked(run, [1, 2])
    assert run.paired == [[1], [1, 1]]


@pytest.mark.parametrize("numbers", [-5.0, 1e9, np.nan, np.inf])
def test_numbers_that_no_row_has_are_no_fault_of_ours(numbers: float) -> None:
    run = record()
    run.record(np.full((2, 3), numbers), run.y[:2], 0.5)
    assert run.rows == [2]


@pytest.mark.parametrize(
    ("X", "reg", "says"),
    [
        (None, 0.5, "X is None; an array of shape (N, 3) belongs there"),
        ("x", 0.5, "X is no array of shape (N, 3)"),
        (np.zeros((2, 4)), 0.5, "X is no array of shape (N, 3)"),
        (np.zeros(3), 0.5, "X is no array of shape (N, 3)"),
        (np.zeros((2000, 3)), 0.5, "X has 2000 rows; there are not that many samples"),
        (np.zeros((2, 3)), None, "reg is None; a number belongs there"),
        (np.zeros((2, 3)), np.nan, "reg is float; a number belongs there"),
    ],
)
def test_what_is_no_minibatch_is_an_exception_in_the_students_code(X: Value, reg: Value, says: str) -> None:
    with pytest.raises(Raised) as caught:
        record().record(X, np.zeros(2), reg)
    assert caught.value.text == says


def test_the_loop_as_it_is_handed_out_is_not_written_yet() -> None:
    with pytest.raises(Raised) as caught:
        record().record(None, None, 0.5)
    assert caught.value.type == "NotImplementedError"


def test_a_loop_that_never_ends_is_stopped() -> None:
    run = record()
    for _ in range(MOST_STEPS):
        asked(run, [1])
    with pytest.raises(Raised, match="far more often than num_iters"):
        asked(run, [1])
