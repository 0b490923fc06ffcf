"""The reference of dropout, what is made of layers that draw as they like, and twins."""

from collections.abc import Iterator

import numpy as np
import pytest

from grader.core import Case, CheckStatus, FunctionStatus, Inputs, Profile
from grader.grading import registry
from grader.grading.seeds import stream
from grader.report import text
from tests.reference.derivatives import complex_step, furthest
from tests.reference.twins import SPOILS, failed, twin
from tests.students import changed, check, graded, result

DROPOUT = registry.load("dropout")
(GROUP,) = DROPOUT.groups
(SOLUTION,) = DROPOUT.solution.values()
MASK = "(np.random.rand(*x.shape) < p) / p"
ORDINARY = ["base", "p=0.3", "p=0.5", "p=0.95", "no seed"]


def drawn(case: Case, draws: int = 3) -> Iterator[Inputs]:
    return (case.draw(stream(bytes([seed]), case.name)) for seed in range(draws))


# --------------------------------------------------------------------------- the reference


@pytest.mark.parametrize("case", GROUP.cases, ids=lambda case: case.name)
def test_the_gradient_is_the_derivative_by_complex_step(case: Case) -> None:
    """Of the layer without its holes; a sum over units, so a few of them are enough."""
    for inputs in drawn(case, 1):
        few = {**inputs, "x": inputs["x"].ravel()[:9].astype(float), "dout": inputs["dout"].ravel()[:9].astype(float)}
        slopes = complex_step(GROUP, few, "x", lambda outputs, at: complex(np.sum(outputs["out"] * at["dout"])))
        assert furthest(GROUP.reference(few)["dx"], slopes) < 1e-12


def test_the_mean_of_a_training_pass_is_that_of_its_input_under_either_meaning_of_p() -> None:
    for way in (GROUP, GROUP.otherwise[0]):
        for inputs in drawn(GROUP.cases[1]):
            outputs = way.reference(inputs)
            assert outputs["mask"][0] * outputs["out"] == pytest.approx(inputs["x"])


def test_no_unit_is_so_small_that_it_could_be_taken_for_a_dropped_one() -> None:
    for case in GROUP.cases:
        for inputs in drawn(case):
            assert np.abs(inputs["x"]).min() >= 0.5
            assert np.abs(inputs["dout"]).min() >= 0.5


# --------------------------------------------------------------------------- twins

FORWARD = {
    "right": set(),
    "off by a little": {"value", "robustness"},
    "of another shape": {"contract", "value", "mask", "robustness"},
    "complex": {"contract", "value", "mask", "robustness"},
    "NaN": {"value", "mask", "robustness"},
    "a list": {"contract", "value", "mask", "robustness"},
    "another one each time": {"deterministic"},
}
BACKWARD = {
    "right": set(),
    "off by a little": {"gradient", "numeric-gradient", "robustness"},
    "of another shape": {"contract", "gradient", "robustness"},
    "complex": {"contract", "gradient", "robustness"},
    "NaN": {"gradient", "robustness"},
    "a list": {"contract", "gradient", "robustness"},
    "another one each time": set(),  # nothing that is compared there is the same to the last bit
}


@pytest.mark.parametrize("spoil", SPOILS)
def test_an_output_that_is_spoilt_is_told_from_a_right_one(spoil: str) -> None:
    report = twin("dropout", "dropout_forward", spoil, "(spoilt(out[0]), out[1])", group="dropout")
    assert failed(report, "dropout_forward") == FORWARD[spoil]


@pytest.mark.parametrize("spoil", SPOILS)
def test_a_gradient_that_is_spoilt_is_told_from_a_right_one(spoil: str) -> None:
    report = twin("dropout", "dropout_backward", spoil, group="dropout")
    assert failed(report, "dropout_backward") == BACKWARD[spoil]
    assert result(report, "dropout_forward").status is FunctionStatus.PASSED


# --------------------------------------------------------------------------- what is said


@pytest.mark.parametrize(
    ("mask", "cases", "says"),
    [
        ("(np.random.rand(*x.shape) >= p) / p", ["base", "p=0.3", "p=0.95", "no seed"], "share of kept units"),
        ("(np.random.rand(x.shape[-1]) < p) / p", ORDINARY, "in neighbouring rows"),
        ("(np.random.rand(x.shape[0], 1) < p) / p", ORDINARY, "in neighbouring columns"),
    ],
)
def test_a_wrong_mask_is_told_by_what_is_wrong_with_it(mask: str, cases: list[str], says: str) -> None:
    report = graded("dropout", changed(SOLUTION, MASK, mask))
    found = check(report, "mask")
    assert found.status is CheckStatus.FAILED
    assert list(found.cases.failing) == cases
    assert says in text(found.message, "en")
    assert (found.error, found.tolerance) == (None, None)  # no number of closeness decides
    assert check(report, "value").status is CheckStatus.PASSED


def test_a_layer_that_drops_everything_or_nothing_has_no_points_for_what_it_did_not_do() -> None:
    for out in ("0 * x", "x"):
        report = graded("dropout", changed(SOLUTION, "out = x * mask", f"out = {out}"))
        assert check(report, "value").points == check(report, "value").max_points / 6  # the test pass
        assert check(report, "mask").points == 0
        assert "The share of kept units is " in text(check(report, "mask").message, "en")


@pytest.mark.parametrize(
    ("forward", "backward"),
    [
        ("np.random.rand(*x.shape) < p", "dout * mask"),
        ("np.random.rand(*x.shape) < p", 'dout * mask / dropout_param["p"]'),
    ],
    ids=["with the own factor", "with the right factor"],
)
def test_a_gradient_is_right_for_the_own_factor_and_for_the_right_one(forward: str, backward: str) -> None:
    report = graded("dropout", changed(changed(SOLUTION, MASK, forward), "dx = dout * mask", f"dx = {backward}"))
    assert "value" in failed(report, "dropout_forward")
    assert result(report, "dropout_backward").points == 5


def test_how_far_a_gradient_is_off_is_told_in_numbers_that_came_back() -> None:
    """dx = dout: off by dout for a dropped unit, by dout - dout / p for a kept one."""
    report = graded("dropout", changed(SOLUTION, "dx = dout * mask", "dx = dout"))
    found = check(report, "gradient", "dropout_backward")
    inputs = next(case for case in GROUP.cases if case.name == found.message.params["case"])
    assert found.worst.expected == 0.0
    assert abs(found.worst.actual) <= 2 * max(1, 1 / inputs.draw(stream(b"", "any"))["dropout_param"]["p"] - 1)
    assert f"{found.worst.actual:.6g}" in text(found.message, "en")


def test_a_mask_that_is_drawn_anew_under_the_same_seed_fails_without_one() -> None:
    again = """if "seed" in dropout_param:
            np.random.seed(dropout_param["seed"])
        dx = dout * (np.random.rand(*dout.shape) < dropout_param["p"]) / dropout_param["p"]"""
    report = graded("dropout", changed(SOLUTION, "dx = dout * mask", again))
    assert failed(report, "dropout_backward") == {"gradient"}
    assert check(report, "gradient", "dropout_backward").cases.failing == ("no seed",)


SEEDING = '    if "seed" in dropout_param:\n        np.random.seed(dropout_param["seed"])\n'


def test_a_seed_that_is_not_used_costs_the_case_of_seeds_only() -> None:
    report = graded("dropout", changed(SOLUTION, SEEDING, ""))
    assert failed(report, "dropout_forward") == {"robustness"}
    assert check(report, "robustness", "dropout_forward").cases.failing == ("seeds",)
    assert result(report, "dropout_backward").status is FunctionStatus.PASSED


def test_a_mask_that_is_always_the_same_without_a_seed_fails() -> None:
    default = '    np.random.seed(dropout_param.get("seed", 0))\n'
    report = graded("dropout", changed(SOLUTION, SEEDING, default))
    assert failed(report, "dropout_forward") == {"mask"}
    found = check(report, "mask")
    assert (found.cases.failing, found.points) == (("no seed",), found.max_points * 4 / 5)
    assert "Two calls without a seed keep or drop a share of 1 of all units alike" in text(found.message, "en")


def test_one_seed_for_all_calls_fails_with_a_seed_and_without() -> None:
    report = graded("dropout", changed(SOLUTION, SEEDING, "    np.random.seed(0)\n"))
    assert failed(report, "dropout_forward") == {"mask", "robustness"}


@pytest.mark.parametrize(
    "drawn",
    [
        '(np.random.default_rng(dropout_param.get("seed")).random(x.shape) < p) / p',
        '(np.random.RandomState(dropout_param.get("seed")).random_sample(x.shape) < p) / p',
        "np.random.binomial(1, p, x.shape) / p",
    ],
)
def test_however_a_mask_is_drawn_without_a_seed_it_is_right(drawn: str) -> None:
    assert graded("dropout", changed(SOLUTION, MASK, drawn)).score == 10


def test_drawing_is_no_fault_of_the_forward_pass_and_is_told_of_the_backward_pass() -> None:
    drawing = changed(SOLUTION, "dx = dout * mask", "np.random.rand(3); dx = dout * mask")
    report = graded("dropout", drawing)
    warnings = {function.name: [one.id for one in function.warnings] for function in report.functions}
    assert warnings == {"dropout_forward": [], "dropout_backward": ["warning.random-state"]}


# --------------------------------------------------------------------------- conventions

DROPS = changed(SOLUTION, MASK, "(np.random.rand(*x.shape) >= p) / (1 - p)")
VANILLA = changed(changed(SOLUTION, MASK, "np.random.rand(*x.shape) < p"), "out = x\n", "out = p * x\n")


@pytest.mark.parametrize(
    ("source", "name"), [(DROPS, "dropout-drop-probability"), (VANILLA, "vanilla-dropout")], ids=["drops", "vanilla"]
)
def test_another_meaning_of_p_is_named_and_is_full_marks_where_it_is_accepted(source: str, name: str) -> None:
    found = result(graded("dropout", source), "dropout_forward")
    assert [one.id for one in found.diagnosis] == [name]
    assert float(found.points) == 0.85 * 5
    accepted = graded("dropout", source, profile=Profile("mine", {"dropout": (name,)}))
    assert accepted.score == 10
    assert not any(function.diagnosis for function in accepted.functions)


def test_a_test_pass_that_scales_its_gradient_too_is_vanilla_dropout() -> None:
    scaled = changed(VANILLA, "        dx = dout\n", '        dx = dropout_param["p"] * dout\n')
    report = graded("dropout", scaled, profile=Profile("mine", {"dropout": ("vanilla-dropout",)}))
    assert report.score == 10


@pytest.mark.parametrize("mask", ["(np.random.rand(*x.shape) >= p) / p", "(np.random.rand(*x.shape) < p) / (1 - p)"])
def test_keeping_by_one_meaning_and_dividing_by_the_other_is_no_convention(mask: str) -> None:
    report = graded("dropout", changed(SOLUTION, MASK, mask))
    assert result(report, "dropout_forward").status is FunctionStatus.FAILED
    assert not [one for one in result(report, "dropout_forward").diagnosis if one.severity == "convention"]
