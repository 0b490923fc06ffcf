"""Forward and backward on the student's own cache: who answers for what when one of them fails."""

import pytest

from grader.core import CheckStatus, FunctionStatus, Limits
from tests.students import changed, check, graded, result, unnamed

RELU = unnamed("layers", "relu")
AFFINE = unnamed("layers", "affine")
QUICK = Limits(call_cpu_seconds=0.5, call_wall_seconds=2.0)

RIGHT = """
import numpy as np

class Cache:
    def __init__(self, x):
        self.mask = x > 0

def relu_forward(x):
    return np.maximum(0, x), Cache(x)

def relu_backward(dout, cache):
    return dout * cache.mask
"""

RIGHT_AFFINE = """
import numpy as np

def affine_forward(x, w, b):
    return x.reshape(len(x), -1) @ w + b, (x, w)

def affine_backward(dout, cache):
    x, w = cache
    return (dout @ w.T).reshape(x.shape), x.reshape(len(x), -1).T @ dout, dout.sum(axis=0)
"""


def test_a_cache_of_any_kind_stays_in_the_box_and_the_pair_earns_its_points() -> None:
    report = graded(RELU, RIGHT)
    assert [(f.points, f.status) for f in report.functions] == [(3, FunctionStatus.PASSED)] * 2
    assert graded(AFFINE, RIGHT_AFFINE).score == 10


def test_a_wrong_backward_costs_forward_nothing() -> None:
    report = graded(RELU, changed(RIGHT, "dout * cache.mask", "dout"))
    assert result(report, "relu_forward").points == 3
    assert (result(report, "relu_backward").points, check(report, "numeric-gradient").status) == (0, CheckStatus.FAILED)


@pytest.mark.parametrize("forward", ["np.abs(x)", "np.minimum(0, x)", "(x > 0) * 1.0", "1.01 * np.maximum(0, x)"])
def test_a_wrong_forward_costs_a_right_backward_nothing_and_does_not_fail_it(forward: str) -> None:
    report = graded(RELU, changed(RIGHT, "np.maximum(0, x)", forward))
    found = check(report, "numeric-gradient")
    assert (found.status, found.message.id) == (CheckStatus.SKIPPED, "checks.numeric-gradient.of-another")
    assert (result(report, "relu_backward").points, result(report, "relu_backward").status) == (3, "passed")
    assert result(report, "relu_forward").points == 0


def test_where_both_passes_are_wrong_both_are_told() -> None:
    text = changed(changed(RIGHT, "np.maximum(0, x)", "np.abs(x)"), "dout * cache.mask", "dout")
    assert check(graded(RELU, text), "numeric-gradient").status is CheckStatus.FAILED


def test_a_backward_that_fits_the_own_wrong_forward_follows_through() -> None:
    """A leaky ReLU where a ReLU is asked for, with its right derivative."""
    text = changed(RIGHT, "np.maximum(0, x)", "np.where(x > 0, x, 0.1 * x)")
    report = graded(RELU, changed(text, "dout * cache.mask", "np.where(cache.mask, dout, 0.1 * dout)"))
    found = check(report, "gradient")
    assert (found.points / found.max_points, found.message.id) == (0.75, "checks.gradient.follows")
    assert found.message.params["outputs"] == ("dx",)
    assert result(report, "relu_forward").points < 1


@pytest.mark.parametrize(
    ("text", "statuses", "reason"),
    [
        (changed(RIGHT, "return dout *", "return missing *"), ("passed", "raised"), "checks.raised"),
        (changed(RIGHT, "return np", "return missing, np"), ("raised", "failed"), "checks.not-reached"),
        (changed(RIGHT, ", Cache(x)", ""), ("failed", "failed"), "checks.not-reached"),
        (
            changed(RIGHT, "return np.maximum(0, x), Cache(x)", "pass"),
            ("not-implemented", "failed"),
            "checks.not-reached",
        ),
        (changed(RIGHT, "return dout * cache.mask", "pass"), ("passed", "not-implemented"), "checks.not-implemented"),
        (RIGHT[: RIGHT.index("def relu_backward")], ("passed", "missing"), "checks.missing.absent"),
        (changed(RIGHT, "def relu_forward", "def relu_first"), ("missing", "failed"), "checks.not-reached"),
    ],
)
def test_each_of_a_pair_has_its_own_status_and_reason(text: str, statuses: tuple[str, str], reason: str) -> None:
    report = graded(RELU, text)
    assert tuple(f.status.value for f in report.functions) == statuses
    assert check(report, "gradient", "relu_backward").message.id == reason


def test_an_output_without_its_cache_still_counts_for_forward() -> None:
    report = graded(RELU, changed(RIGHT, ", Cache(x)", ""))
    assert check(report, "value", "relu_forward").status is CheckStatus.PASSED


@pytest.mark.parametrize(
    ("endless", "statuses"),
    [("relu_forward(x)", ["limit", "failed"]), ("relu_backward(dout, cache)", ["passed", "limit"])],
)
def test_a_limit_in_one_of_a_pair_takes_out_that_one_only(endless: str, statuses: list[str]) -> None:
    text = changed(RIGHT, f"def {endless}:\n", f"def {endless}:\n    while True: pass\n")
    report = graded(RELU, text, limits=QUICK)
    assert [f.status.value for f in report.functions] == statuses
    assert report.limits.function == endless.partition("(")[0]


def test_a_bias_gradient_with_an_axis_too_many_is_a_warning() -> None:
    report = graded(AFFINE, changed(RIGHT_AFFINE, "dout.sum(axis=0)", "dout.sum(axis=0, keepdims=True)"))
    assert report.score == 10
    assert [w.id for w in result(report, "affine_backward").warnings] == ["warning.extra-axis"]


def test_one_wrong_gradient_of_three_costs_a_third_of_the_gradient_points() -> None:
    report = graded(AFFINE, changed(RIGHT_AFFINE, "dout.sum(axis=0)", "dout.mean(axis=0)"))
    found = check(report, "gradient")
    assert (found.points / found.max_points, found.worst.output) == (pytest.approx(2 / 3), "db")


def test_a_backward_that_changes_its_upstream_gradient_is_warned() -> None:
    text = changed(RIGHT, "    return dout * cache.mask", "    dout *= cache.mask\n    return dout")
    (warning,) = result(graded(RELU, text), "relu_backward").warnings
    assert (warning.id, warning.params["argument"]) == ("warning.input-mutated", "dout")
