"""The reference of layers against derivatives that know nothing of it, to 1e-9, and against numbers done by hand."""

import numpy as np
import pytest

from grader.core import Case, Group
from grader.grading import registry
from grader.grading.seeds import stream
from tests.reference.derivatives import (
    PLAIN,
    SIXTH_ORDER,
    Scalar,
    centred,
    complex_step,
    furthest,
    gradients,
    smooth,
    the_loss,
    upstream,
)

LAYERS = registry.load("layers")
GROUPS = {group.name: group for group in LAYERS.groups}
SMOOTH = [(group, case) for group in LAYERS.groups for case in group.cases if smooth(case)]
NAMES = [f"{group.name}: {case.name}" for group, case in SMOOTH]


def scalar(group: Group) -> Scalar:
    return the_loss if group.name.endswith("_loss") else upstream


@pytest.mark.parametrize(("group", "case"), SMOOTH, ids=NAMES)
def test_every_gradient_is_the_derivative_by_complex_step(group: Group, case: Case) -> None:
    for seed in range(3):
        inputs = case.draw(stream(bytes([seed]), case.name))
        outputs = group.reference(inputs)
        for gradient, name in gradients(group):
            assert furthest(outputs[gradient], complex_step(group, inputs, name, scalar(group))) < 1e-9


@pytest.mark.parametrize(
    ("group", "case"),
    [(group, case) for group, case in SMOOTH if case.check != "stability"],
    ids=[name for name, (_, case) in zip(NAMES, SMOOTH, strict=True) if case.check != "stability"],
)
def test_every_gradient_is_the_derivative_by_centred_differences(group: Group, case: Case) -> None:
    """The hinge is straight between its kinks: a plain difference is exact there, if it stays within them."""
    inputs = case.draw(stream(b"seed", case.name))
    h, stencil = (3e-4, PLAIN) if group.name == "svm_loss" else (3e-3, SIXTH_ORDER)
    for gradient, name in gradients(group):
        expected = centred(group, inputs, name, scalar(group), h=h, stencil=stencil)
        assert furthest(group.reference(inputs)[gradient], expected) < 1e-9


@pytest.mark.parametrize("group", LAYERS.groups, ids=lambda group: group.name)
def test_the_reference_gives_finite_doubles_and_changes_nothing(group: Group) -> None:
    for case in group.cases:
        inputs = case.draw(stream(b"seed", case.name))
        before = {name: np.array(value) for name, value in inputs.items()}
        for name, value in group.reference(inputs).items():
            assert np.asarray(value).dtype == np.float64, f"{case.name}: {name}"
            assert np.isfinite(value).all(), f"{case.name}: {name}"
        assert all(np.array_equal(before[name], value) for name, value in inputs.items())


def test_the_layers_give_the_numbers_of_the_lecture_notes() -> None:
    x = np.array([[-2.0, 0.5], [3.0, -0.1]])
    one = np.ones_like(x)
    assert GROUPS["relu"].reference({"x": x, "dout": one})["out"].tolist() == [[0, 0.5], [3, 0]]
    leaky = GROUPS["leaky_relu"].reference({"x": x, "dout": one, "alpha": 0.1})
    assert leaky["out"] == pytest.approx(np.array([[-0.2, 0.5], [3, -0.01]]))
    assert leaky["dx"].tolist() == [[0.1, 1], [1, 0.1]]
    assert GROUPS["sigmoid"].reference({"x": np.zeros(1), "dout": np.ones(1)}) == {"out": [0.5], "dx": [0.25]}
    assert GROUPS["tanh"].reference({"x": np.zeros(1), "dout": np.ones(1)}) == {"out": [0.0], "dx": [1.0]}


def test_saturated_units_are_at_their_limits_and_pass_no_gradient_on() -> None:
    inputs = {"x": np.array([1000.0, -1000.0]), "dout": np.ones(2)}
    assert GROUPS["sigmoid"].reference(inputs)["out"].tolist() == [1, 0]
    assert GROUPS["tanh"].reference(inputs)["out"].tolist() == [1, -1]
    assert GROUPS["sigmoid"].reference(inputs)["dx"].tolist() == [0, 0]
    assert GROUPS["tanh"].reference(inputs)["dx"].tolist() == [0, 0]


def test_the_gradient_of_a_loss_of_scores_sums_to_zero_in_every_row() -> None:
    """A shift of all scores of a sample changes neither loss."""
    for name in ("softmax_loss", "svm_loss"):
        group = GROUPS[name]
        outputs = group.reference(group.cases[0].draw(stream(b"seed", "rows")))
        assert np.abs(outputs["dx"].sum(axis=1)).max() < 1e-15


def test_no_input_of_an_elementwise_layer_is_near_the_kink() -> None:
    for name in ("relu", "leaky_relu"):
        for case in GROUPS[name].cases:
            assert all(np.abs(case.draw(stream(bytes([seed]), "x"))["x"]).min() >= 0.99e-2 for seed in range(20))


def test_the_points_are_those_of_the_catalogue() -> None:
    points = {group.name: float(sum(function.points for function in group.functions)) for group in LAYERS.groups}
    assert points == {
        "affine": 10, "relu": 6, "leaky_relu": 5, "sigmoid": 5, "tanh": 5, "softmax_loss": 8, "svm_loss": 8,
    }  # fmt: skip
