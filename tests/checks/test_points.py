"""Points are split exactly."""

from fractions import Fraction

import pytest

from grader.checks.points import halves, split


def test_a_loss_function_is_split_40_35_5_15_5() -> None:
    assert split(8) == {
        "value": Fraction(16, 5),
        "gradient": Fraction(14, 5),
        "initial-loss": Fraction(2, 5),
        "robustness": Fraction(6, 5),
        "contract": Fraction(2, 5),
    }


def test_vectorisation_and_stability_come_off_first() -> None:
    shares = split(12, vectorised=4, stability=2)
    assert (shares["vectorised"], shares["stability"], shares["value"]) == (4, 2, Fraction(12, 5))


@pytest.mark.parametrize(
    ("has", "share", "percent"),
    [
        ({"loss": False}, "gradient", 40),
        ({"gradient": False, "loss": False}, "value", 80),
        ({"gradient": False}, "value", 75),
        ({"value": False, "loss": False}, "gradient", 80),
        ({"robustness": False}, "gradient", 50),
        ({"gradient": False, "loss": False, "robustness": False}, "value", 95),
    ],
)
def test_a_share_that_a_function_lacks_goes_to_its_gradients_else_to_its_values(
    has: dict[str, bool], share: str, percent: int
) -> None:
    assert split(100, **has)[share] == percent


@pytest.mark.parametrize("points", range(1, 30))
def test_nothing_is_lost_to_rounding(points: int) -> None:
    for has in ({}, {"loss": False}, {"gradient": False}, {"vectorised": 1}):
        assert sum(split(points, **has).values()) == points
    assert sum(sum(half.values()) for half in halves("forward", "backward", points).values()) == points
