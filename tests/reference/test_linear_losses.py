"""The references of svm and softmax against derivatives that know nothing of them, to 1e-9."""

from collections.abc import Callable

import numpy as np
import pytest

from grader.checks.closeness import relative_errors
from grader.core import Case, Inputs, Outputs
from grader.grading import registry
from grader.grading.seeds import stream

# Step and weights: sixth order where the loss is smooth; the hinge loss is quadratic between its kinks, where the
# plain centred difference is exact, and the step must stay within the margins of the drawn inputs.
STENCILS = {"softmax": (1e-2, {1: 45 / 60, 2: -9 / 60, 3: 1 / 60}), "svm": (3e-4, {1: 1 / 2})}
GROUPS = {slug: registry.load(slug).groups[0] for slug in ("svm", "softmax")}
SMOOTH_CASES = [
    (slug, case)
    for slug, group in GROUPS.items()
    for case in group.cases
    if case.graded is None and case.name != "float32"
]
Reference = Callable[[Inputs], Outputs]


def differences(slug: str, inputs: Inputs) -> np.ndarray:
    """Centred differences of the loss for every entry of W."""
    reference, (h, stencil) = GROUPS[slug].reference, STENCILS[slug]
    W = np.array(inputs["W"], float)
    slopes = np.zeros_like(W)
    for index in np.ndindex(*W.shape):
        for steps, weight in stencil.items():
            for sign in (1, -1):
                moved = W.copy()
                moved[index] += sign * steps * h
                slopes[index] += sign * weight * reference({**inputs, "W": moved})["loss"] / h
    return slopes


def complex_step(reference: Reference, inputs: Inputs) -> np.ndarray:
    """Exact to rounding: the imaginary part of the loss at W + ih, over h."""
    slopes = np.zeros(inputs["W"].shape)
    for index in np.ndindex(*slopes.shape):
        moved = inputs["W"].astype(complex)
        moved[index] += 1e-30j
        slopes[index] = reference({**inputs, "W": moved})["loss"].imag / 1e-30
    return slopes


@pytest.mark.parametrize(("slug", "case"), SMOOTH_CASES, ids=lambda value: getattr(value, "name", value))
def test_the_gradient_is_the_derivative_of_the_loss_by_complex_step(slug: str, case: Case) -> None:
    for seed in range(3):
        inputs = case.draw(stream(bytes([seed]), case.name))
        expected = complex_step(GROUPS[slug].reference, inputs)
        assert relative_errors(GROUPS[slug].reference(inputs)["dW"], expected).max() < 1e-9


@pytest.mark.parametrize(
    ("slug", "case"),
    [(slug, case) for slug, case in SMOOTH_CASES if case.check != "stability"],
    ids=lambda value: getattr(value, "name", value),
)
def test_the_gradient_is_the_derivative_of_the_loss_by_centred_differences(slug: str, case: Case) -> None:
    inputs = case.draw(stream(b"seed", case.name))
    expected = differences(slug, inputs)
    assert relative_errors(GROUPS[slug].reference(inputs)["dW"], expected).max() < 1e-9


def test_the_losses_are_those_of_the_formula_spelt_out() -> None:
    rng = np.random.RandomState(0)
    W, X, y = rng.randn(5, 4), rng.randn(7, 5), rng.randint(4, size=7)
    scores = X @ W
    hinge = np.mean([sum(max(0, s[j] - s[k] + 1) for j in range(4) if j != k) for s, k in zip(scores, y, strict=True)])
    cross = np.mean([np.log(np.exp(s).sum()) - s[k] for s, k in zip(scores, y, strict=True)])
    inputs = {"W": W, "X": X, "y": y, "reg": 0.5}
    assert GROUPS["svm"].reference(inputs)["loss"] == pytest.approx(hinge + 0.5 * np.sum(W**2), rel=1e-12)
    assert GROUPS["softmax"].reference(inputs)["loss"] == pytest.approx(cross + 0.5 * np.sum(W**2), rel=1e-12)


def test_the_data_part_of_the_softmax_gradient_sums_to_zero_over_the_classes() -> None:
    for case in GROUPS["softmax"].cases:
        inputs = case.draw(stream(b"seed", case.name))
        dW = GROUPS["softmax"].reference({**inputs, "reg": 0.0})["dW"]
        assert np.abs(dW.sum(axis=1)).max() < 1e-9 * max(1, np.abs(dW).max())


def test_references_change_none_of_their_inputs() -> None:
    for group in GROUPS.values():
        for case in group.cases:
            inputs = case.draw(stream(b"seed", case.name))
            before = {name: np.array(value) for name, value in inputs.items()}
            group.reference(inputs)
            assert all(np.array_equal(before[name], inputs[name]) for name in inputs)


@pytest.mark.parametrize(("slug", "case"), SMOOTH_CASES, ids=lambda value: getattr(value, "name", value))
def test_drawn_inputs_stay_away_from_kinks_and_have_their_structure(slug: str, case: Case) -> None:
    for seed in range(30):
        inputs = case.draw(stream(bytes([seed]), case.name))
        N, D, C = len(inputs["y"]), *inputs["W"].shape
        assert inputs["X"].shape == (N, D)
        assert inputs["y"].dtype.kind in "iu"
        assert 0 <= inputs["y"].min() <= inputs["y"].max() < C
        if case.check == "ordinary":
            assert len({N, D, C}) == 3
        if slug == "svm":
            scores = inputs["X"] @ inputs["W"]
            margins = scores - scores[np.arange(N), inputs["y"]][:, None] + 1
            margins[np.arange(N), inputs["y"]] = 1
            assert np.abs(margins).min() > 1e-3


def test_the_memory_layouts_are_what_they_say() -> None:
    cases = {case.name: case.draw(stream(b"seed", case.name)) for case in GROUPS["svm"].cases}
    assert cases["F-order"]["X"].flags.f_contiguous
    assert not cases["F-order"]["X"].flags.c_contiguous
    assert not cases["strided"]["X"].flags.contiguous
    assert cases["float32"]["X"].dtype == np.float32


def test_hinge_ties_are_exact_and_ask_for_the_loss_only() -> None:
    (case,) = [case for case in GROUPS["svm"].cases if case.name == "ties"]
    inputs = case.draw(stream(b"seed", case.name))
    scores = inputs["X"] @ inputs["W"]
    margins = scores - scores[np.arange(7), inputs["y"]][:, None] + 1
    assert (margins == 0).any()
    assert case.graded == ("loss",)


def test_the_stability_cases_have_the_scores_they_are_named_for() -> None:
    scores = {}
    for case in GROUPS["softmax"].cases:
        inputs = case.draw(stream(b"seed", case.name))
        scores[case.name] = inputs["X"] @ inputs["W"]
    assert np.abs(scores["big"] - 1000).max() < 20
    assert np.abs(scores["half big"] - 500).max() < 20  # exp of it is a number, exp of twice as much is not
    assert np.abs(scores["neg"] + 1000).max() < 20
    assert np.abs(np.abs(scores["bigmix"]) - 1000).max() < 20
    assert scores["bigmix"].min() < 0 < scores["bigmix"].max()
    assert np.allclose(np.sort(scores["spread"], axis=1)[:, -1], 735)
    assert np.allclose(np.sort(scores["spread"], axis=1)[:, :-1], 0)
