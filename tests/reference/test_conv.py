"""The reference of conv against plain loops and derivatives that know nothing of it; twins and odd programs."""

from collections.abc import Iterator

import numpy as np
import pytest
from numpy.typing import NDArray

from grader.core import Case, CheckStatus, FunctionStatus, Group, Inputs
from grader.grading import registry
from grader.grading.seeds import stream
from tests.reference.derivatives import centred, complex_step, furthest, gradients, upstream
from tests.reference.twins import SPOILS, failed, twin
from tests.students import changed, graded, only, result

Array = NDArray[np.float64]
CONV = registry.load("conv")
GROUPS = {group.name: group for group in CONV.groups}
(SOLUTION,) = CONV.solution.values()
SMOOTH = [
    (group, case)
    for group in CONV.groups
    for case in group.cases
    if case.name != "float32" and not case.name.startswith("test mode")
]
NAMES = [f"{group.name}: {case.name}" for group, case in SMOOTH]


def drawn(case: Case, draws: int = 2) -> Iterator[Inputs]:
    return (case.draw(stream(bytes([seed]), case.name)) for seed in range(draws))


# --------------------------------------------------------------------------- the reference


@pytest.mark.parametrize(("group", "case"), SMOOTH, ids=NAMES)
def test_every_gradient_is_the_derivative_by_complex_step(group: Group, case: Case) -> None:
    for inputs in drawn(case, 1):
        outputs = group.reference(inputs)
        for gradient, name in gradients(group):
            assert furthest(outputs[gradient], complex_step(group, inputs, name, upstream)) < 1e-9, gradient


@pytest.mark.parametrize("group", CONV.groups, ids=lambda group: group.name)
def test_every_gradient_is_the_derivative_by_centred_differences(group: Group) -> None:
    """Pixels that are pooled are 0.025 apart: so far the largest one stays the largest."""
    for inputs in drawn(group.cases[0], 1):
        outputs = group.reference(inputs)
        for gradient, name in gradients(group):
            assert furthest(outputs[gradient], centred(group, inputs, name, upstream, h=3e-3)) < 1e-8, gradient


def padded(x: Array, pad: int) -> Array:
    wide = np.zeros((*x.shape[:2], x.shape[2] + 2 * pad, x.shape[3] + 2 * pad))
    wide[:, :, pad : pad + x.shape[2], pad : pad + x.shape[3]] = x
    return wide


@pytest.mark.parametrize("case", GROUPS["conv"].cases, ids=lambda case: case.name)
def test_a_convolution_is_what_seven_loops_make_of_its_definition(case: Case) -> None:
    for inputs in drawn(case):
        x, w, stride = padded(inputs["x"], inputs["conv_param"]["pad"]), inputs["w"], inputs["conv_param"]["stride"]
        expected = np.zeros(inputs["dout"].shape)
        for n, f, i, j in np.ndindex(*expected.shape):
            expected[n, f, i, j] = inputs["b"][f]
            for c, h, k in np.ndindex(*w.shape[1:]):
                expected[n, f, i, j] += x[n, c, i * stride + h, j * stride + k] * float(w[f, c, h, k])
        assert GROUPS["conv"].reference(inputs)["out"] == pytest.approx(expected, rel=1e-6, abs=1e-6)


@pytest.mark.parametrize("case", GROUPS["max_pool"].cases, ids=lambda case: case.name)
def test_pooling_is_what_loops_make_of_its_definition(case: Case) -> None:
    for inputs in drawn(case):
        x, param = inputs["x"], inputs["pool_param"]
        expected, dx = np.zeros(inputs["dout"].shape), np.zeros(x.shape)
        for n, c, i, j in np.ndindex(*expected.shape):
            top, left = i * param["stride"], j * param["stride"]
            window = x[n, c, top : top + param["pool_height"], left : left + param["pool_width"]]
            expected[n, c, i, j] = window.max()
            (places,) = [np.argwhere(window == window.max())]
            assert len(places) == 1, "a tie"
            dx[n, c, top + places[0][0], left + places[0][1]] += inputs["dout"][n, c, i, j]
        outputs = GROUPS["max_pool"].reference(inputs)
        assert outputs["out"] == pytest.approx(expected)
        assert outputs["dx"] == pytest.approx(dx, rel=1e-6)


@pytest.mark.parametrize("name", ["conv", "max_pool"])
def test_windows_tile_the_input_in_every_case(name: str) -> None:
    for case in GROUPS[name].cases:
        (inputs,) = drawn(case, 1)
        pad, param = inputs.get("conv_param", {}).get("pad", 0), inputs.get("conv_param") or inputs["pool_param"]
        window = inputs["w"].shape[2:] if "w" in inputs else (param["pool_height"], param["pool_width"])
        for length, size, count in zip(inputs["x"].shape[2:], window, inputs["dout"].shape[2:], strict=True):
            assert length + 2 * pad == size + (count - 1) * param["stride"] or case.name == "stride>window"


def test_windows_further_apart_than_they_are_wide_leave_no_rest_either() -> None:
    case = next(case for case in GROUPS["max_pool"].cases if case.name == "stride>window")
    (inputs,) = drawn(case, 1)
    param = inputs["pool_param"]
    assert param["stride"] > param["pool_height"]
    assert (inputs["x"].shape[2] - param["pool_height"]) % param["stride"] == 0


def test_every_window_of_an_ordinary_image_holds_a_positive_number_and_some_a_negative_one() -> None:
    for case in GROUPS["max_pool"].cases:
        for inputs in drawn(case, 10):
            out = GROUPS["max_pool"].reference(inputs)["out"]
            assert (out > 0.04).all() if case.name != "all negative" else (out <= -1.99).all()
            assert (inputs["x"] < 0).any() or case.name in ("N=C=1", "stride>window")


def test_channels_are_normalised_like_features_of_one_long_batch() -> None:
    batchnorm = registry.load("normalization").groups[0]
    for case in GROUPS["spatial_batchnorm"].cases:
        for inputs in drawn(case):
            flat = {name: np.moveaxis(inputs[name], 1, -1).reshape(-1, inputs["x"].shape[1]) for name in ("x", "dout")}
            outputs, rows = GROUPS["spatial_batchnorm"].reference(inputs), batchnorm.reference({**inputs, **flat})
            for name, value in outputs.items():
                same = np.moveaxis(value, 1, -1).reshape(-1, value.shape[1]) if value.ndim == 4 else value
                assert same == pytest.approx(rows[name], abs=1e-12), f"{case.name}: {name}"


def test_all_sizes_of_a_batch_of_channels_are_different() -> None:
    for case in GROUPS["spatial_batchnorm"].cases:
        (inputs,) = drawn(case, 1)
        assert len(set(inputs["x"].shape)) == 4, case.name


def test_the_points_are_those_of_the_catalogue() -> None:
    points = {group.name: [function.points for function in group.functions] for group in CONV.groups}
    assert points == {"conv": [10, 12], "max_pool": [5, 5], "spatial_batchnorm": [5, 5]}


# --------------------------------------------------------------------------- twins

FORWARD = {
    "right": set(),
    "off by a little": {"value", "robustness"},
    "of another shape": {"contract", "value", "robustness"},
    "complex": {"contract", "value", "robustness"},
    "NaN": {"value", "robustness"},
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
@pytest.mark.parametrize(
    ("function", "group", "more"),
    [
        ("conv_forward_naive", "conv", set()),
        ("max_pool_forward_naive", "max_pool", set()),
        ("spatial_batchnorm_forward", "spatial_batchnorm", {"test-mode"}),
    ],
)
def test_outputs_that_are_spoilt_are_told_from_right_ones(
    function: str, group: str, more: set[str], spoil: str
) -> None:
    found = failed(twin("conv", function, spoil, "(spoilt(out[0]), out[1])", group=group), function)
    assert found == FORWARD[spoil] | (more if "value" in FORWARD[spoil] else set())


@pytest.mark.parametrize("spoil", SPOILS)
@pytest.mark.parametrize(
    ("function", "group", "place"),
    [
        ("conv_backward_naive", "conv", 0),
        ("conv_backward_naive", "conv", 1),
        ("conv_backward_naive", "conv", 2),
        ("max_pool_backward_naive", "max_pool", None),
        ("spatial_batchnorm_backward", "spatial_batchnorm", 0),
        ("spatial_batchnorm_backward", "spatial_batchnorm", 1),
        ("spatial_batchnorm_backward", "spatial_batchnorm", 2),
    ],
)
def test_gradients_that_are_spoilt_are_told_from_right_ones(
    function: str, group: str, place: int | None, spoil: str
) -> None:
    several = f"tuple(spoilt(one) if place == {place} else one for place, one in enumerate(out))"
    report = twin("conv", function, spoil, "spoilt(out)" if place is None else several, group=group)
    assert failed(report, function) == BACKWARD[spoil]


# --------------------------------------------------------------------------- odd programs


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("flat = np.argmax(window)", "flat = window.size - 1 - np.argmax(window.ravel()[::-1])"),
        ("np.max(window, axis=(2, 3))", "np.sort(window.reshape(N, C, -1))[..., -1]"),
    ],
    ids=["the last of equals", "by sorting"],
)
def test_pooling_may_choose_among_equals_as_it_likes(old: str, new: str) -> None:
    report = graded(only("conv", "max_pool"), changed(SOLUTION, old, new))
    assert report.score == 10


def test_channels_are_normalised_with_what_the_submission_has_or_with_ours() -> None:
    """Batch normalisation is another unit: where it is imported and was not handed in, ours stands in."""
    start, end = SOLUTION.index("def batchnorm_forward"), SOLUTION.index("def spatial_batchnorm_forward")
    rest = SOLUTION[:start] + SOLUTION[end:]
    imported = rest.replace("import numpy as np\n", "import numpy as np\nfrom layers import *\n", 1)
    report = graded("conv", imported)
    assert report.score == 42
    own = changed(SOLUTION, "x_hat * np.mean(dx_hat * x_hat, axis=0)", "0 * x_hat")
    report = graded("conv", own)
    assert result(report, "spatial_batchnorm_forward").status is FunctionStatus.PASSED
    assert result(report, "spatial_batchnorm_backward").status is FunctionStatus.FAILED


@pytest.mark.parametrize(
    ("function", "says"),
    [("conv_forward_naive", CheckStatus.FAILED), ("max_pool_forward_naive", CheckStatus.PASSED)],
)
def test_one_layer_that_raises_takes_nothing_from_another(function: str, says: CheckStatus) -> None:
    report = graded("conv", SOLUTION + "\n\ndef conv_forward_naive(x, w, b, conv_param):\n    return 1 / 0\n")
    assert {one.status for one in result(report, function).checks if one.max_points} == {says}
    assert result(report, "conv_backward_naive").points == 0
