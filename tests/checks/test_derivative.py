"""Slopes of the student's own loss: kinks are recognised, not failed."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from grader.checks.derivative import own_derivative, the_loss, upstream
from grader.checks.trial import Situations, Trial
from grader.core import Case, Function, Group, Inputs, Output, Play, Program, Submission
from grader.grading.seeds import lender


def trial(play: Callable[[Inputs], dict[str, object]], draw: Callable[[np.random.RandomState], Inputs]) -> Trial:
    """A trial of a function that runs here: what is proved is arithmetic, not the box."""

    def plays(program: Program, batch: Sequence[Inputs]) -> list[Play]:
        return [Play(play(inputs)) for inputs in batch]

    group = Group(
        "f",
        (Function("f", "(W) -> (loss, dW)", Fraction(1)),),
        (Output("loss", "f", "value"), Output("dW", "f", "gradient", of="W")),
        (Case("base", draw),),
        plays,
        play,
        (),
    )
    return Trial(group, Submission(()), None, Situations(lender(b"a"), lender(b"a")))


def absolute(inputs: Inputs) -> dict[str, object]:
    """Kinks wherever an entry is 0."""
    return {"loss": np.abs(inputs["W"]).sum(), "dW": np.sign(inputs["W"])}


def normal(rng: np.random.RandomState) -> Inputs:
    return {"W": rng.standard_normal((4, 3))}


def test_a_right_gradient_holds_to_1e_8() -> None:
    found = own_derivative(trial(lambda i: {"loss": np.sum(i["W"] ** 3), "dW": 3 * i["W"] ** 2}, normal), the_loss, "f")
    assert found.holds
    assert found.error < 1e-8


@pytest.mark.parametrize(
    "wrong",
    [
        lambda dW: 1.0001 * dW,
        lambda dW: dW + np.eye(4, 3)[:, ::-1] * 1e-3,
        lambda dW: -dW,
        lambda dW: 0 * dW,
        lambda dW: np.where(np.arange(12).reshape(4, 3) == 7, 0, dW),
    ],
)
def test_a_gradient_that_is_off_anywhere_does_not_hold(wrong: Callable[[np.ndarray], np.ndarray]) -> None:
    def cubes(inputs: Inputs) -> dict[str, object]:
        return {"loss": np.sum(inputs["W"] ** 3), "dW": wrong(3 * inputs["W"] ** 2)}

    assert not own_derivative(trial(cubes, normal), the_loss, "f").holds


def test_an_input_on_a_kink_is_drawn_anew() -> None:
    draws: list[Inputs] = []

    def first_on_the_kink(rng: np.random.RandomState) -> Inputs:
        draws.append(normal(rng) if draws else {"W": np.zeros((4, 3)) + 2e-8})
        return draws[-1]

    assert own_derivative(trial(absolute, first_on_the_kink), the_loss, "f").holds
    assert len(draws) > 1


def test_a_loss_that_bends_fast_is_extrapolated() -> None:
    """The slope at step 1e-5 alone is off by 4e-4; that of steps 1e-5 and 1e-6 together is not."""
    fast = 5e3

    def waves(inputs: Inputs) -> dict[str, object]:
        return {"loss": np.sum(np.sin(fast * inputs["W"])), "dW": fast * np.cos(fast * inputs["W"])}

    assert own_derivative(trial(waves, lambda rng: {"W": 1e-5 * rng.standard_normal(3)}), the_loss, "f").holds


def test_a_flat_loss_is_known_to_be_flat() -> None:
    found = own_derivative(trial(lambda i: {"loss": 1.0, "dW": 0 * i["W"]}, normal), the_loss, "f")
    assert (found.holds, found.flat) == (True, True)


def test_an_axis_of_length_one_does_not_stand_in_the_way() -> None:
    def squares(inputs: Inputs) -> dict[str, object]:
        return {"loss": np.sum(inputs["W"] ** 2), "dW": 2 * inputs["W"][None]}

    assert own_derivative(trial(squares, lambda rng: {"W": rng.standard_normal(3)}), the_loss, "f").holds


@pytest.mark.parametrize(
    "outputs",
    [
        {"loss": None, "dW": np.ones((4, 3))},
        {"loss": 1.0, "dW": None},
        {"loss": 1.0},
        {"loss": 1.0, "dW": np.ones((3, 4))},
        {"loss": np.nan, "dW": np.ones((4, 3))},
        {"loss": 1.0, "dW": np.full((4, 3), np.inf)},
        {"loss": "1.0", "dW": np.ones((4, 3))},
        {"loss": np.ones(2), "dW": np.ones((4, 3))},
    ],
)
def test_where_there_are_no_numbers_nothing_is_measured(outputs: dict[str, object]) -> None:
    assert own_derivative(trial(lambda i: outputs, normal), the_loss, "f") is None


def test_the_upstream_scalar_is_the_sum_of_out_times_dout() -> None:
    inputs = {"dout": np.array([1.0, 2.0])}
    assert upstream({"out": np.array([3.0, 4.0])}, inputs) == 11.0
    assert upstream({"out": np.array([3.0])}, inputs) is None
    assert upstream({}, inputs) is None


def test_each_function_of_a_group_is_measured_by_its_own_gradients() -> None:
    """A second backward pass that gives nothing, or the wrong thing, takes nothing from the first."""
    for other in (None, np.zeros((4, 3))):
        asked = trial(
            lambda i, other=other: {"loss": np.sum(i["W"] ** 3), "dW": 3 * i["W"] ** 2, "again": other}, normal
        )
        more = (*asked.group.outputs, Output("again", "g", "gradient", of="W"))
        both = Trial(replace(asked.group, outputs=more), Submission(()), None, Situations(lender(b"a"), lender(b"a")))
        assert own_derivative(both, the_loss, "f").holds
        found = own_derivative(both, the_loss, "g")
        assert found is None if other is None else not found.holds
