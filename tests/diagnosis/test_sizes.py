"""Which axes are one quantity, as the cases of a group tell, and the same inputs with fewer of it."""

import numpy as np
import pytest

from grader.core import Inputs
from grader.diagnosis.sizes import cut, extent, in_form, leaves, length, relabelled, shortened


def linear(n: int, d: int, c: int) -> Inputs:
    rng = np.random.RandomState(n)
    y = np.arange(n) % c
    return {"W": rng.standard_normal((d, c)), "X": rng.standard_normal((n, d)), "y": y, "reg": 0.5}


CASES = [linear(7, 5, 4), linear(4, 4, 4), linear(1, 5, 2), linear(6, 1, 4)]
D, C, N = (((("W",), 0), (("X",), 1)), ((("W",), 1),), ((("X",), 0), (("y",), 0)))


def test_axes_belong_together_that_are_as_long_in_every_case() -> None:
    """In the square case all are 4, and there nothing could be told."""
    assert extent(CASES[0], CASES).axes == {D: 1, C: 2, N: 1}


def test_where_every_case_has_as_much_nothing_says_that_less_is_not_graded() -> None:
    assert extent(CASES[0], CASES[:1]).axes == {D: 1, C: 1, N: 1}


def test_cases_of_another_form_are_left_out() -> None:
    other = {**linear(2, 3, 4), "X": np.zeros((2, 3, 1))}
    assert extent(CASES[0], [*CASES, other]).axes == extent(CASES[0], CASES).axes


def test_a_number_may_stand_where_some_case_has_one_as_small_and_one_as_large() -> None:
    within = extent(CASES[0], [{**CASES[0], "reg": 0.0}, {**CASES[0], "reg": 3.0}])
    assert [within.holds(("reg",), number) for number in (0.0, 3.0, 3.5, -1.0)] == [True, True, False, False]


def test_less_of_a_quantity_is_less_along_all_its_axes() -> None:
    less = cut(CASES[0], {D: 2, N: 3})
    assert {name: np.shape(value) for name, value in less.items()} == {"W": (2, 4), "X": (3, 2), "y": (3,), "reg": ()}
    assert np.array_equal(less["W"], CASES[0]["W"][:2])
    assert length(less, N) == 3


def test_labels_stay_below_the_number_of_classes() -> None:
    assert relabelled(CASES[0], 2, extent(CASES[0], CASES))["y"].tolist() == [0, 1, 0, 1, 0, 1, 0]
    start = {"label": 5, "flag": True, "size": 3}
    within = extent(start, [{"label": 0, "flag": True, "size": 3}])
    assert relabelled(start, 2, within) == {"label": 1, "flag": True, "size": 3}


def test_lists_of_arrays_get_shorter_and_lists_of_numbers_do_not() -> None:
    steps = [np.ones(1), np.ones(2)]
    assert shortened({"dw": steps, "sizes": [3, 4], "w": 1.0}, 1) == {"dw": steps[:1], "sizes": [3, 4], "w": 1.0}


def test_values_in_dictionaries_and_lists_have_paths() -> None:
    inputs = {"param": {"mean": 1.0}, "dw": [2.0, (3.0,)]}
    assert dict(leaves(inputs)) == {("param", "mean"): 1.0, ("dw", 0): 2.0, ("dw", 1, 0): 3.0}


@pytest.mark.parametrize("form", [np.ascontiguousarray, np.asfortranarray])
def test_what_is_cut_lies_in_memory_as_before(form: object) -> None:
    array = form(np.arange(12.0).reshape(3, 4))  # type: ignore[operator]
    less = in_form(array[:2, :3], array)
    assert less.flags.f_contiguous == array.flags.f_contiguous
    assert less.tolist() == [[0, 1, 2], [4, 5, 6]]
