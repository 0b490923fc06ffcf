"""The reference of normalization against derivatives that know nothing of it; twins and odd programs."""

import math
from collections.abc import Iterator

import numpy as np
import pytest

from grader.core import Case, CheckStatus, FunctionStatus, Group, Inputs
from grader.grading import registry
from grader.grading.seeds import stream
from tests.reference.derivatives import centred, complex_step, furthest, gradients, upstream
from tests.reference.twins import SPOILS, failed, twin
from tests.students import changed, check, graded, only, result

NORMALIZATION = registry.load("normalization")
GROUPS = {group.name: group for group in NORMALIZATION.groups}
(SOLUTION,) = NORMALIZATION.solution.values()
CASES = [(group, case) for group in NORMALIZATION.groups for case in group.cases if case.name != "float32"]
TRAINED = [(group, case) for group, case in CASES if not case.name.startswith("test mode")]


def named(pairs: list[tuple[Group, Case]]) -> list[str]:
    return [f"{group.name}: {case.name}" for group, case in pairs]


def drawn(case: Case, draws: int = 3) -> Iterator[Inputs]:
    return (case.draw(stream(bytes([seed]), case.name)) for seed in range(draws))


# --------------------------------------------------------------------------- the reference


@pytest.mark.parametrize(("group", "case"), TRAINED, ids=named(TRAINED))
def test_every_gradient_is_the_derivative_by_complex_step(group: Group, case: Case) -> None:
    """Where a gradient is a small rest of large terms (two samples, a constant feature), to what rounding leaves."""
    for inputs in drawn(case):
        outputs = group.reference(inputs)
        for gradient, name in gradients(group):
            assert furthest(outputs[gradient], complex_step(group, inputs, name, upstream)) < 1e-8, gradient


@pytest.mark.parametrize("group", NORMALIZATION.groups, ids=lambda group: group.name)
def test_every_gradient_is_the_derivative_by_centred_differences(group: Group) -> None:
    for inputs in drawn(group.cases[0]):
        outputs = group.reference(inputs)
        for gradient, name in gradients(group):
            assert furthest(outputs[gradient], centred(group, inputs, name, upstream, h=3e-3)) < 1e-8, gradient


@pytest.mark.parametrize(("group", "case"), CASES, ids=named(CASES))
def test_the_reference_gives_finite_doubles_and_changes_nothing(group: Group, case: Case) -> None:
    for inputs in drawn(case, 1):
        before = {name: value.copy() for name, value in inputs.items()}
        asked = [output.name for output in group.outputs if case.graded is None or output.name in case.graded]
        outputs = group.reference(inputs)
        for name in asked:
            assert np.asarray(outputs[name]).dtype == np.float64, name
            assert np.isfinite(outputs[name]).all(), name
        for name, value in inputs.items():
            assert value.keys() == before[name].keys() if isinstance(value, dict) else (value == before[name]).all()


def test_a_batch_that_can_be_done_by_hand() -> None:
    """x = 1, 3 has mean 2 and variance 1: with eps 0 it becomes -1, 1."""
    x, one = np.array([[1.0], [3.0]]), np.ones(1)
    param = {"mode": "train", "eps": 0.0, "momentum": 0.75, "running_mean": 10 * one, "running_var": 5 * one}
    inputs = {"x": x, "gamma": 2 * one, "beta": 0.5 * one, "bn_param": param, "dout": np.array([[1.0], [0.0]])}
    outputs = GROUPS["batchnorm"].reference(inputs)
    assert outputs["out"].tolist() == [[-1.5], [2.5]]
    assert (outputs["running_mean"].tolist(), outputs["running_var"].tolist()) == ([8.0], [4.0])
    assert (outputs["dgamma"].tolist(), outputs["dbeta"].tolist()) == ([-1.0], [1.0])
    assert outputs["dx"] == pytest.approx(np.zeros((2, 1)))  # two samples are always -1 and 1
    tested = GROUPS["batchnorm"].reference({**inputs, "bn_param": {**param, "mode": "test", "running_var": 4 * one}})
    assert tested["test_out"].tolist() == [[-8.5], [-6.5]]


def test_a_sample_that_can_be_done_by_hand() -> None:
    x, gamma, beta = np.array([[1.0, 3.0], [5.0, 5.0]]), np.array([2.0, 3.0]), np.array([0.0, 1.0])
    inputs = {"x": x, "gamma": gamma, "beta": beta, "ln_param": {"eps": 3.0}, "dout": np.ones((2, 2))}
    outputs = GROUPS["layernorm"].reference(inputs)
    assert outputs["out"].tolist() == [[-1.0, 2.5], [0.0, 1.0]]
    assert outputs["dgamma"].tolist() == [-0.5, 0.5]


@pytest.mark.parametrize(("group", "case"), TRAINED, ids=named(TRAINED))
def test_what_shares_a_mean_cannot_move_together(group: Group, case: Case) -> None:
    axis = 0 if group.name == "batchnorm" else 1
    for inputs in drawn(case):
        dx = group.reference(inputs)["dx"]
        assert np.abs(dx.sum(axis=axis)).max() <= 1e-9 * max(1.0, np.abs(dx).max())


@pytest.mark.parametrize("name", ["batchnorm", "layernorm"])
def test_where_eps_stands_shows_in_no_ordinary_case(name: str) -> None:
    """Beside the root, or left out: to 1e-7, also of numbers near zero. It is a matter of the edges."""
    for case in GROUPS[name].cases:
        if case.check == "ordinary":
            for inputs in drawn(case, 20):
                key = "bn_param" if name == "batchnorm" else "ln_param"
                without = {**inputs, key: {**inputs[key], "eps": 0.0}}
                output = "test_out" if case.name == "test mode" else "out"
                asked, bare = (GROUPS[name].reference(one)[output] for one in (inputs, without))
                assert furthest(bare, asked) < 1e-7


def test_the_points_are_those_of_the_catalogue() -> None:
    points = {function.name: function.points for function in NORMALIZATION.functions}
    assert points == {
        "batchnorm_forward": 12, "batchnorm_backward": 8, "batchnorm_backward_alt": 4,
        "layernorm_forward": 5, "layernorm_backward": 5,
    }  # fmt: skip
    lines = {one.id: one.points["batchnorm_forward"] for one in GROUPS["batchnorm"].checks if "mode" in one.id}
    lines |= {one.id: one.points["batchnorm_forward"] for one in GROUPS["batchnorm"].checks if one.id == "value"}
    statistics = next(one for one in GROUPS["batchnorm"].checks if one.id == "running-statistics")
    assert [lines["value"] * 3, lines["test-mode"] * 3] == [
        statistics.points["batchnorm_forward"] * 5,
        statistics.points["batchnorm_forward"] * 4,
    ]


# --------------------------------------------------------------------------- twins

FORWARD = {
    "right": set(),
    "off by a little": {"value", "test-mode", "robustness"},
    "of another shape": {"contract", "value", "test-mode", "robustness"},
    "complex": {"contract", "value", "test-mode", "robustness"},
    "NaN": {"value", "test-mode", "robustness"},
    "a list": {"contract"},
    "another one each time": {"deterministic"},
}
BACKWARD = {
    "right": set(),
    "off by a little": {"gradient", "numeric-gradient", "robustness"},
    "of another shape": {"contract", "gradient", "robustness"},
    "complex": {"contract", "gradient", "robustness"},
    "NaN": {"gradient", "robustness"},
    "a list": {"contract"},
    "another one each time": {"deterministic"},
}


@pytest.mark.parametrize("spoil", SPOILS)
def test_normalised_numbers_that_are_spoilt_are_told_from_right_ones(spoil: str) -> None:
    report = twin("normalization", "batchnorm_forward", spoil, "(spoilt(out[0]), out[1])", group="batchnorm")
    assert failed(report, "batchnorm_forward") == FORWARD[spoil]
    report = twin("normalization", "layernorm_forward", spoil, "(spoilt(out[0]), out[1])", group="layernorm")
    assert failed(report, "layernorm_forward") == FORWARD[spoil] - {"test-mode"}


@pytest.mark.parametrize("spoil", SPOILS)
@pytest.mark.parametrize("key", ["running_mean", "running_var"])
def test_running_statistics_that_are_spoilt_are_told_from_right_ones(key: str, spoil: str) -> None:
    stored = f"(args[3].update({key}=spoilt(args[3]['{key}'])), out)[1]"
    report = twin("normalization", "batchnorm_forward", spoil, stored, group="batchnorm")
    expected = {"running-statistics" if id == "value" else id for id in FORWARD[spoil]} - {"test-mode"}
    assert failed(report, "batchnorm_forward") == expected
    assert result(report, "batchnorm_backward").status is FunctionStatus.PASSED


@pytest.mark.parametrize("spoil", SPOILS)
@pytest.mark.parametrize(
    ("function", "group"),
    [
        ("batchnorm_backward", "batchnorm"),
        ("batchnorm_backward_alt", "batchnorm"),
        ("layernorm_backward", "layernorm"),
    ],
)
@pytest.mark.parametrize("place", range(3), ids=["dx", "dgamma", "dbeta"])
def test_gradients_that_are_spoilt_are_told_from_right_ones(function: str, group: str, place: int, spoil: str) -> None:
    returns = f"tuple(spoilt(one) if place == {place} else one for place, one in enumerate(out))"
    report = twin("normalization", function, spoil, returns, group=group)
    assert failed(report, function) == BACKWARD[spoil]
    others = [one for one in report.functions if one.name != function]
    assert all(one.status is FunctionStatus.PASSED for one in others)


# --------------------------------------------------------------------------- odd programs


def test_a_backward_pass_that_raises_takes_nothing_from_the_other() -> None:
    for broken in ("batchnorm_backward", "batchnorm_backward_alt"):
        report = graded(only("normalization", "batchnorm"), SOLUTION + f"\n\ndef {broken}(dout, cache):\n    1 / 0\n")
        statuses = {function.name: function.status for function in report.functions}
        assert statuses.pop(broken) is FunctionStatus.RAISED
        assert set(statuses.values()) == {FunctionStatus.PASSED}


@pytest.mark.parametrize("missing", ["batchnorm_backward", "batchnorm_backward_alt"])
def test_a_backward_pass_that_is_not_there_takes_nothing_from_the_other(missing: str) -> None:
    report = graded(only("normalization", "batchnorm"), changed(SOLUTION, f"def {missing}(", "def another("))
    assert result(report, missing).status is FunctionStatus.MISSING
    assert {check.status for check in result(report, "batchnorm_forward").checks} == {CheckStatus.PASSED}
    others = [one for one in report.functions if one.name != missing]
    assert all(one.points == one.max_points for one in others)


def test_a_mistake_in_the_running_statistics_costs_what_they_carry_and_no_test_mode() -> None:
    swapped = changed(SOLUTION, "momentum * running_mean + (1 - momentum) * mean", "running_mean + mean")
    report = graded(only("normalization", "batchnorm"), swapped)
    assert failed(report, "batchnorm_forward") == {"running-statistics", "robustness"}
    assert check(report, "test-mode").points == check(report, "test-mode").max_points


def test_a_test_pass_that_raises_leaves_training_its_points() -> None:
    raising = changed(SOLUTION, "normalized = (x - running_mean)", 'normalized = (x - bn_param["mean"])')
    report = graded(only("normalization", "batchnorm"), raising)
    assert failed(report, "batchnorm_forward") == {"contract", "test-mode", "robustness"}
    assert result(report, "batchnorm_forward").status is FunctionStatus.FAILED
    assert result(report, "batchnorm_backward").status is FunctionStatus.PASSED


def test_a_training_pass_that_returns_no_cache_has_its_numbers() -> None:
    bare = changed(
        SOLUTION, "    return out, cache\n\n\ndef batchnorm_backward(", "    return out\n\n\ndef batchnorm_backward("
    )
    report = graded(only("normalization", "batchnorm"), bare)
    for id in ("value", "running-statistics", "test-mode"):
        assert check(report, id).status is CheckStatus.PASSED, id
    assert check(report, "contract", "batchnorm_forward").status is CheckStatus.FAILED
    assert result(report, "batchnorm_backward").points == 0


def test_an_argument_that_is_changed_is_told_and_bn_param_is_not() -> None:
    report = graded(
        only("normalization", "batchnorm"),
        changed(SOLUTION, "        mean = np", "        x -= 0.0 * x + 1\n        mean = np"),
    )
    (warning,) = result(report, "batchnorm_forward").warnings
    assert (warning.id, warning.params["argument"]) == ("warning.input-mutated-and-wrong", "x")  # the running mean is


def test_an_empty_body_that_hands_the_running_statistics_back_is_not_implemented() -> None:
    (starter,) = NORMALIZATION.starter.values()
    report = graded("normalization", starter + "\n\nbatchnorm_forward.__doc__ = None\n")
    assert {function.status for function in report.functions} == {FunctionStatus.NOT_IMPLEMENTED}
    edited = changed(starter, "out, cache = None, None\n    if", "out, cache = None, (1, 2)\n    if")
    assert result(graded("normalization", edited), "batchnorm_forward").status is FunctionStatus.NOT_IMPLEMENTED


def test_two_samples_agree_with_their_closed_form_far_below_the_tolerance() -> None:
    """Where a correct program loses most: with d half their difference x_hat is d / sqrt(d^2 + eps)."""
    case = next(case for case in GROUPS["batchnorm"].cases if case.name == "N=2")
    for inputs in drawn(case, 50):
        outputs = GROUPS["batchnorm"].reference(inputs)
        d = (inputs["x"][0] - inputs["x"][1]) / 2
        hat = d / np.sqrt(d * d + 0.1)
        slope = inputs["gamma"] * (inputs["dout"][0] - inputs["dout"][1]) / 2 * 0.1 / (d * d + 0.1) ** 1.5
        assert furthest(outputs["dx"][0], slope) < 1e-10
        assert math.isclose(
            float(np.abs(outputs["out"][0] - inputs["beta"] - inputs["gamma"] * hat).max()), 0, abs_tol=1e-12
        )
