"""The reference of optimizers against closed forms, and what is said of other forms and of wrong ones."""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from grader.checks.closeness import relative_errors
from grader.core import Case, FunctionStatus, Inputs, Profile
from grader.grading import registry
from grader.grading.seeds import stream
from grader.report import text
from tests.reference.twins import SPOILS, failed, twin
from tests.students import graded, result

Array = NDArray[np.float64]
OPTIMIZERS = registry.load("optimizers")
GROUPS = {group.name: group for group in OPTIMIZERS.groups}
(SOLUTION,) = OPTIMIZERS.solution.values()
DEFAULTS: Mapping[str, Mapping[str, float]] = {
    "sgd": {"learning_rate": 1e-2},
    "sgd_momentum": {"learning_rate": 1e-2, "momentum": 0.9},
    "sgd_nesterov": {"learning_rate": 1e-2, "momentum": 0.9},
    "rmsprop": {"learning_rate": 1e-2, "decay_rate": 0.99, "epsilon": 1e-8},
    "adagrad": {"learning_rate": 1e-2, "epsilon": 1e-8},
    "adam": {"learning_rate": 1e-3, "beta1": 0.9, "beta2": 0.999, "epsilon": 1e-8, "t": 0},
}


def drawn(case: Case, draws: int = 5) -> Iterator[Inputs]:
    return (case.draw(stream(bytes([seed]), case.name)) for seed in range(draws))


def settings(name: str, inputs: Inputs) -> dict[str, Any]:
    return {**DEFAULTS[name], **(inputs["config"] or {})}


def averaged(gradients: Array, rate: float, start: Array, *, powers: int = 1) -> Array:
    """The moving average of gradients ** powers after each step, by its sum of weights."""
    steps = len(gradients)
    weights = np.array([[(1 - rate) * rate ** (k - j) if j <= k else 0.0 for j in range(steps)] for k in range(steps)])
    decay = rate ** np.arange(1, steps + 1)
    return np.tensordot(weights, gradients**powers, 1) + np.multiply.outer(decay, start)


def closed_form(name: str, inputs: Inputs) -> Array:
    """All weights at once, by sums over the gradients."""
    c, w, dw = settings(name, inputs), np.asarray(inputs["w"], float), np.asarray(inputs["dw"], float)
    zeros, lr = np.zeros(w.shape), c["learning_rate"]
    if name == "sgd":
        steps = lr * dw
    elif name in ("sgd_momentum", "sgd_nesterov"):
        mu, start = c["momentum"], c.get("velocity", zeros)
        velocities = averaged(dw, mu, -start / lr) * lr + mu / (1 - mu) * lr * averaged(dw, mu, zeros)
        steps = velocities if name == "sgd_momentum" else mu * velocities + lr * dw
    elif name == "adam":
        t = c["t"] + np.arange(1, len(dw) + 1).reshape(-1, *[1] * w.ndim)
        m, v = averaged(dw, c["beta1"], c.get("m", zeros)), averaged(dw, c["beta2"], c.get("v", zeros), powers=2)
        steps = lr * (m / (1 - c["beta1"] ** t)) / (np.sqrt(v / (1 - c["beta2"] ** t)) + c["epsilon"])
    else:
        start = c.get("cache", zeros)
        adding = name == "adagrad"
        squares = start + np.cumsum(dw**2, axis=0) if adding else averaged(dw, c["decay_rate"], start, powers=2)
        steps = lr * dw / (np.sqrt(squares) + c["epsilon"])
    return np.asarray(w - np.cumsum(steps, axis=0))


@pytest.mark.parametrize("name", GROUPS)
def test_every_path_is_its_closed_form(name: str) -> None:
    for case in GROUPS[name].cases:
        rel = 1e-6 if case.name == "float32" else 1e-11
        for inputs in drawn(case):
            expected = closed_form(name, inputs)
            assert GROUPS[name].reference(inputs)["w"] == pytest.approx(expected, rel=rel, abs=1e-14), case.name


def test_nesterov_looks_ahead() -> None:
    """w of the rule is theta + mu v of the method, whose gradient is taken there (Nesterov 1983, Sutskever 2013)."""
    rng, mu, lr = np.random.RandomState(1), 0.6, 0.05
    slopes, theta, v = rng.uniform(1, 3, 4), rng.standard_normal(4), rng.standard_normal(4)
    config = {"learning_rate": lr, "momentum": mu, "velocity": v}
    inputs: dict[str, Any] = {"w": theta + mu * v, "dw": [], "config": config}
    ahead = []
    for _ in range(4):
        inputs["dw"].append(slopes * (theta + mu * v))
        v = mu * v - lr * inputs["dw"][-1]
        theta = theta + v
        ahead.append(theta + mu * v)
    assert GROUPS["sgd_nesterov"].reference(inputs)["w"] == pytest.approx(np.array(ahead), rel=1e-12)


def test_the_first_step_of_adam_has_the_size_of_the_rate() -> None:
    inputs = {"w": np.zeros(3), "dw": [np.array([1e-3, 5.0, -200.0])], "config": None}
    assert GROUPS["adam"].reference(inputs)["w"][0] == pytest.approx([-1e-3, -1e-3, 1e-3], rel=1e-4)


def test_the_steps_of_adagrad_only_shrink_and_those_of_rmsprop_recover() -> None:
    inputs = {"w": np.zeros(1), "dw": [np.array([g]) for g in (9.0, 1.0, 1.0, 1.0)], "config": {"decay_rate": 0.1}}
    sizes = {name: np.abs(np.diff(GROUPS[name].reference(inputs)["w"][:, 0])) for name in ("adagrad", "rmsprop")}
    assert (np.diff(sizes["adagrad"]) < 0).all()
    assert (np.diff(sizes["rmsprop"]) > 0).all()


# --------------------------------------------------------------------------- forms that are as right


def inside(update: str, inputs: Inputs) -> Array:
    """The path with epsilon under the root, or with Adam's corrected rate."""
    c, w = settings(update.removesuffix("-rate"), inputs), np.asarray(inputs["w"], float)
    zeros = np.zeros(w.shape)
    m, v, t, path = c.get("m", zeros), c.get("v", c.get("cache", zeros)), c.get("t", 0), []
    for dw in inputs["dw"]:
        t += 1
        if update.startswith("adam"):
            m, v = c["beta1"] * m + (1 - c["beta1"]) * dw, c["beta2"] * v + (1 - c["beta2"]) * dw**2
            first, second = 1 - c["beta1"] ** t, 1 - c["beta2"] ** t
            if update == "adam-rate":
                w = w - c["learning_rate"] * np.sqrt(second) / first * m / (np.sqrt(v) + c["epsilon"])
            else:
                w = w - c["learning_rate"] * m / first / np.sqrt(v / second + c["epsilon"])
        else:
            v = v + dw**2 if update == "adagrad" else c["decay_rate"] * v + (1 - c["decay_rate"]) * dw**2
            w = w - c["learning_rate"] * dw / np.sqrt(v + c["epsilon"])
        path.append(w)
    return np.array(path)


@pytest.mark.parametrize("name", ["rmsprop", "adagrad", "adam"])
def test_where_epsilon_stands_shows_in_the_one_case_that_is_for_it(name: str) -> None:
    for case in GROUPS[name].cases:
        for inputs in drawn(case, 20):
            error = relative_errors(inside(name, inputs), GROUPS[name].reference(inputs)["w"]).max()
            if case.name == "epsilon=0.01":
                assert error > 1e-2
            else:
                assert error < case.tolerance / 2, case.name


def test_adams_corrected_rate_is_right_in_every_case() -> None:
    for case in GROUPS["adam"].cases:
        for inputs in drawn(case, 20):
            errors = relative_errors(inside("adam-rate", inputs), GROUPS["adam"].reference(inputs)["w"])
            assert errors.max() < case.tolerance / 2, case.name


@pytest.mark.parametrize("name", ["sgd_momentum", "sgd_nesterov"])
def test_the_unit_of_the_velocity_shows_from_a_given_velocity_alone(name: str) -> None:
    group = GROUPS[name]
    (other,) = group.otherwise
    for case in group.cases:
        for inputs in drawn(case):
            error = relative_errors(other.reference(inputs)["w"], group.reference(inputs)["w"]).max()
            rests = inputs["config"] is None or not inputs["config"]["velocity"].any()
            assert error < 1e-9 if rests else error > 1e-2, case.name


def test_every_case_is_drawn_large_enough_that_nothing_passes_as_lost_precision() -> None:
    """A step moves the weights by a share that is far above the band of lost precision."""
    for group in GROUPS.values():
        for case in group.cases:
            if case.name != "gradient 0":
                for inputs in drawn(case):
                    w = group.reference(inputs)["w"]
                    assert relative_errors(w[1:], w[:-1]).max() > 1e-2, (group.name, case.name)


def test_the_points_are_those_of_the_catalogue() -> None:
    assert {function.name: int(function.points) for function in OPTIMIZERS.functions} == {
        "sgd": 2,
        "sgd_momentum": 5,
        "sgd_nesterov": 5,
        "rmsprop": 5,
        "adagrad": 4,
        "adam": 8,
    }
    assert all(function.mutates for function in OPTIMIZERS.functions)


# --------------------------------------------------------------------------- twins

EXPECTED = {
    "right": set(),
    "off by a little": {"value", "robustness"},
    "of another shape": {"contract", "value", "robustness"},
    "complex": {"contract", "value", "robustness"},
    "NaN": {"value", "robustness"},
    "a list": {"contract"},
    "another one each time": {"deterministic"},
}


@pytest.mark.parametrize("spoil", SPOILS)
@pytest.mark.parametrize("name", ["sgd", "adam"])
def test_weights_that_are_spoilt_are_told_from_right_ones(name: str, spoil: str) -> None:
    report = twin("optimizers", name, spoil, "(spoilt(np.asarray(out[0])), out[1])")
    if spoil in ("of another shape", "complex", "a list"):  # the next step starts from it and may raise
        assert EXPECTED[spoil] <= failed(report, name)
    else:
        assert failed(report, name) == EXPECTED[spoil]


@pytest.mark.parametrize(
    ("returns", "says"),
    [
        ("out[0]", "(w, config) is asked for"),
        ("None", "is not written yet"),
        ("(None, out[1])", "is not written yet"),
        ("(x for x in out)", "The result is generator"),
        ("(out[0], {})", "w["),
    ],
)
def test_a_result_that_cannot_be_carried_on_is_told_so(returns: str, says: str) -> None:
    report = twin("optimizers", "adam", "right", returns)
    found = result(report, "adam")
    told = [found.reason, *(check.message for check in found.checks)]
    assert found.status is not FunctionStatus.PASSED
    assert any(says in text(message, "en") for message in told if message)


def test_weights_that_are_changed_in_place_are_no_fault() -> None:
    """And no warning: the handout allows it."""
    changing = SOLUTION.replace("next_w = w - config[", "w -= config[").replace("return next_w", "return w", 1)
    found = result(graded("optimizers", changing), "sgd")
    assert found.status is FunctionStatus.PASSED
    assert not found.warnings


# --------------------------------------------------------------------------- conventions

ADAM = """
import numpy as np

def adam(w, dw, config=None):
    config = {} if config is None else config
    for name, default in (("learning_rate", 1e-3), ("beta1", 0.9), ("beta2", 0.999), ("epsilon", 1e-8), ("t", START)):
        config.setdefault(name, default)
    FIRST
    m = config["M"] = config["beta1"] * config.get("M", 0) + (1 - config["beta1"]) * dw
    v = config["V"] = config["beta2"] * config.get("V", 0) + (1 - config["beta2"]) * dw**2
    t = config["t"]
    LAST
    m, v = m / (1 - config["beta1"] ** t), v / (1 - config["beta2"] ** t)
    return w - config["learning_rate"] * m / (np.sqrt(v) + config["epsilon"]), config
"""


def adam(start: int, *, first: bool, keys: tuple[str, str] = ("m", "v")) -> str:
    count = 'config["t"] += 1'
    said = ADAM.replace("START", str(start)).replace("M", keys[0]).replace("V", keys[1])
    return said.replace("FIRST", count if first else "pass").replace("LAST", "pass" if first else count)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        (adam(0, first=True), []),
        (adam(1, first=False), ["adam-t-starts-at-one"]),
        (adam(1, first=True), ["adam-t-is-two-at-first"]),
        (adam(0, first=True, keys=("v", "a")), ["state-in-v-and-a"]),
        (adam(0, first=False), None),
    ],
    ids=["the handout's", "older handouts'", "as handed out in 2017", "a sibling course's", "wrong"],
)
def test_adams_conventions_are_named_and_cost_their_share(text: str, named: list[str] | None) -> None:
    found = result(graded("optimizers", text), "adam")
    if named is None:
        assert [one.id for one in found.diagnosis] == ["adam-t-used-before-increment"]
        assert float(found.points) == pytest.approx(8 * 0.6)
    else:
        assert [one.id for one in found.diagnosis] == named
        assert float(found.points) == pytest.approx(8 * (0.85 if named else 1))


def test_a_course_that_starts_at_one_takes_nothing_off() -> None:
    profile = Profile("old", {"adam-t": ("adam-t-starts-at-one", "adam-t-starts-at-zero")})
    for start, first in ((1, False), (0, True)):
        found = result(graded("optimizers", adam(start, first=first), profile=profile), "adam")
        assert found.points == 8
        assert found.status is FunctionStatus.PASSED


def ways(name: str) -> list[Mapping[str, str]]:
    return [other.ways for other in GROUPS[name].otherwise]


def test_the_ways_of_every_rule() -> None:
    assert ways("sgd") == []
    assert ways("sgd_momentum") == ways("sgd_nesterov") == [{"velocity": "velocity-without-rate"}]
    assert ways("rmsprop") == ways("adagrad") == [{"state": "state-in-v-and-a"}]
    assert ways("adam") == [
        {"adam-t": "adam-t-is-two-at-first", "state": "state-in-m-v-and-cache"},
        {"adam-t": "adam-t-starts-at-one", "state": "state-in-m-v-and-cache"},
        {"adam-t": "adam-t-starts-at-zero", "state": "state-in-v-and-a"},
    ]
