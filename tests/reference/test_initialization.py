"""The reference of initialization against loops written out, and its six sigma against many draws."""

import math
from collections.abc import Callable, Iterator

import numpy as np
import pytest

from grader.core import Case, FunctionStatus, Inputs
from grader.grading import registry
from grader.grading.seeds import stream
from grader.report import text
from tests.reference.twins import failed, twin
from tests.students import changed, graded, result

UNIT = registry.load("initialization")
INIT, STATS = UNIT.groups
(SOLUTION,) = UNIT.solution.values()
DRAWN = "np.random.randn(fan_in, fan_out)"


def drawn(case: Case, draws: int = 5) -> Iterator[Inputs]:
    return (case.draw(stream(bytes([seed]), case.name)) for seed in range(draws))


def test_the_spreads_are_those_of_the_notes() -> None:
    expected = {
        "zeros": lambda n: 0.0,
        "small": lambda n: 0.01,
        "xavier": lambda n: math.sqrt(1 / n),
        "he": lambda n: math.sqrt(2 / n),
    }
    for case in INIT.cases:
        for inputs in drawn(case):
            spread = INIT.reference(inputs)["root_mean_square"]
            assert spread == pytest.approx(expected[inputs["kind"]](inputs["fan_in"]))


def test_three_per_cent_are_more_than_six_sigma_of_every_draw() -> None:
    """Of n normal numbers the root mean square is known to 1 / sqrt(2 n); of uniform ones better still."""
    for case in INIT.cases:
        if case.name not in ("zeros", "another draw"):
            for inputs in drawn(case):
                assert case.tolerance > 6 / math.sqrt(2 * inputs["fan_in"] * inputs["fan_out"]), case.name


def test_no_wrong_spread_that_has_a_name_is_within_three_per_cent() -> None:
    """Glorot's, by the outputs, without the 2, the variance itself."""
    for case in INIT.cases:
        for inputs in drawn(case, 20):
            n, m, kind = inputs["fan_in"], inputs["fan_out"], inputs["kind"]
            if kind in ("xavier", "he") and case.name != "another draw":
                right = INIT.reference(inputs)["root_mean_square"]
                twice = 1 if kind == "xavier" else 2
                wrong = [math.sqrt(twice / m), right**2, right * math.sqrt(2), right / math.sqrt(2)]
                wrong += [math.sqrt(2 / (n + m))] if kind == "xavier" else []
                assert all(abs(one / right - 1) > 0.08 for one in wrong), case.name


@pytest.mark.parametrize("activation", [np.tanh, lambda x: np.maximum(x, 0)], ids=["tanh", "relu"])
def test_statistics_are_those_of_loops(activation: Callable[[float], float]) -> None:
    rng = np.random.RandomState(0)
    X, weights = rng.standard_normal((4, 3)), [rng.standard_normal((3, 5)), rng.standard_normal((5, 2))]
    outputs = STATS.reference({"X": X, "weights": weights, "activation": activation})
    rows = X.tolist()
    for layer, W in enumerate(weights):
        rows = [
            [float(activation(sum(x * w for x, w in zip(row, column, strict=True)))) for column in W.T] for row in rows
        ]
        numbers = [number for row in rows for number in row]
        mean = sum(numbers) / len(numbers)
        assert outputs["mean"][layer] == pytest.approx(mean)
        assert outputs["std"][layer] == pytest.approx(math.sqrt(sum((n - mean) ** 2 for n in numbers) / len(numbers)))
        assert outputs["zeros"][layer] == pytest.approx(sum(n == 0 for n in numbers) / len(numbers))


def test_the_nets_do_what_the_notes_say_of_them() -> None:
    """He keeps the spread with ReLU and Xavier with tanh; small weights let both collapse; large ones saturate tanh."""
    for case in STATS.cases:
        for inputs in drawn(case):
            outputs = STATS.reference(inputs)
            first, last = outputs["std"][0], outputs["std"][-1]
            if case.name in ("base", "tanh"):
                assert last > 0.3 * first
            elif case.name.endswith("small weights"):
                assert last < 0.1 * first
            elif case.name == "tanh, large weights":
                assert (outputs["std"] > 0.8).all()
            elif case.name == "weights 0":
                assert (outputs["zeros"] == 1).all()
            if case.name == "base":
                assert (outputs["zeros"] > 0.3).all()
                assert (outputs["zeros"] < 0.7).all()


def test_the_points_are_those_of_the_catalogue() -> None:
    assert {function.name: int(function.points) for function in UNIT.functions} == {
        "init_weights": 8,
        "activation_stats": 4,
    }


# --------------------------------------------------------------------------- twins


@pytest.mark.parametrize(
    ("returns", "expected"),
    [
        ("out", set()),
        ("out.astype(np.float32)", set()),
        ("np.asfortranarray(out)", set()),
        ("out * 1.02", set()),
        ("out * 1.05", {"value", "robustness"}),
        ("out.T", {"contract", "value", "robustness"}),
        ("out.ravel()", {"contract", "value", "robustness"}),
        ("out.astype(complex)", {"contract", "value", "robustness"}),
        ("out.tolist()", {"contract", "value", "robustness"}),
        ("out * np.nan", {"value", "robustness"}),
        ("np.abs(out)", {"robustness"}),
        ("np.sqrt(np.mean(out**2)) * np.ones(out.shape)", {"robustness"}),
        ("np.sort(out, axis=None).reshape(out.shape)", {"robustness"}),
        ("np.sort(out, axis=0)", {"robustness"}),
        ("np.sort(out, axis=1)", {"robustness"}),
        ("out - out.mean(axis=0)", set()),
    ],
)
def test_weights_that_are_spoilt_are_told_from_right_ones(returns: str, expected: set[str]) -> None:
    """A constant or positive matrix of the right spread is seen by its mean and its kurtosis alone."""
    assert failed(twin("initialization", "init_weights", "right", returns), "init_weights") == expected


@pytest.mark.parametrize(
    "made",
    [
        "np.random.default_rng().standard_normal((fan_in, fan_out))",
        "np.random.uniform(-np.sqrt(3), np.sqrt(3), (fan_in, fan_out))",
        "np.random.normal(size=(fan_in, fan_out))",
        "np.random.RandomState(np.random.randint(2**31)).randn(fan_in, fan_out)",
        "(2 * np.random.rand(fan_in, fan_out) - 1) * np.sqrt(3)",
    ],
    ids=["a generator of its own", "uniform", "normal", "a seed that is drawn", "shifted rand"],
)
def test_however_the_weights_are_drawn_they_are_right_and_nothing_is_warned_of(made: str) -> None:
    found = result(graded("initialization", changed(SOLUTION, DRAWN, made)), "init_weights")
    assert found.points == 8
    assert not found.warnings


@pytest.mark.parametrize(
    ("made", "cases"),
    [
        ("np.random.RandomState(1).randn(fan_in, fan_out)", ("another draw",)),
        ("np.sign(np.random.randn(fan_in, fan_out))", ("more inputs", "more outputs")),
        ("np.random.standard_t(3, (fan_in, fan_out)) / np.sqrt(3)", ("more inputs", "more outputs")),
        ("np.random.randn(fan_in, 1) * np.ones(fan_out)", None),
        ("np.random.randn(fan_out) * np.ones((fan_in, 1))", None),
        ("np.linspace(-3**0.5, 3**0.5, fan_in * fan_out).reshape(fan_in, fan_out) * np.random.choice([-1, 1])", None),
        ("np.random.RandomState(0).randn(fan_in, fan_out) * (1 + 1e-4 * np.random.rand())", ("another draw",)),
    ],
    ids=["a fixed seed", "signs", "heavy tails", "one column for all", "one row for all", "a ramp", "nearly fixed"],
)
def test_what_is_not_random_enough_fails(made: str, cases: tuple[str, ...] | None) -> None:
    found = result(graded("initialization", changed(SOLUTION, DRAWN, made)), "init_weights")
    failing = {name for check in found.checks if check.cases for name in check.cases.failing}
    assert found.status is FunctionStatus.FAILED
    assert failing >= set(cases or ("more inputs",))


@pytest.mark.parametrize(
    ("returns", "expected"),
    [
        ("out", set()),
        ("np.array(out)", set()),
        ("[list(one) for one in out]", set()),
        ("tuple(np.array(one) for one in out)", set()),
        ("[(*one, 'further') for one in out]", set()),
        ("[(m * (1 + 1e-4), s, z) for m, s, z in out]", {"value", "robustness"}),
        ("[(m, s, 1 - z) for m, s, z in out]", {"value", "robustness"}),
        ("np.array(out).T", {"contract", "value", "robustness"}),
        ("out + out", {"contract", "value", "robustness"}),
        ("[(m * 1j, s, z) for m, s, z in out]", {"contract", "value", "robustness"}),
        ("[(m, s * np.nan, z) for m, s, z in out]", {"value", "robustness"}),
        ("[(m, s) for m, s, z in out]", {"contract", "value", "robustness"}),
        ("(one for one in out)", {"contract", "value", "robustness"}),
        ("{'mean': out}", {"contract", "value", "robustness"}),
        ("[(m, s * (1 + 1e-13 * next(times)), z) for m, s, z in out]", {"deterministic"}),
    ],
)
def test_statistics_that_are_spoilt_are_told_from_right_ones(returns: str, expected: set[str]) -> None:
    assert failed(twin("initialization", "activation_stats", "right", returns), "activation_stats") == expected


@pytest.mark.parametrize(
    "h",
    ["np.vectorize(activation)(before)", "np.array([[activation(float(x)) for x in row] for row in before])"],
    ids=["NumPy's numbers", "Python's numbers"],
)
def test_an_activation_takes_one_number_too(h: str) -> None:
    assert result(graded("initialization", changed(SOLUTION, "activation(before)", h)), STATS.name).points == 4


@pytest.mark.parametrize("given", ["None", "before.tolist()", "'x'", "np.zeros((1000, 1000))", "np.array(['a'])"])
def test_an_activation_that_is_given_nonsense_says_so(given: str) -> None:
    found = result(
        graded("initialization", changed(SOLUTION, "activation(before)", f"activation({given})")), STATS.name
    )
    assert found.status is FunctionStatus.RAISED
    assert found.reason is not None
    assert "the activation takes an array of numbers" in text(found.reason, "en")
