"""What shows a fault becomes small and simple, and goes on showing it."""

from collections.abc import Callable, Sequence

import numpy as np
import pytest

from grader.core import Inputs
from grader.diagnosis.shrinking import MOST, smallest

Fault = Callable[[Inputs], bool]


def table(rows: int, columns: int) -> Inputs:
    rng = np.random.RandomState(rows)
    return {"X": rng.standard_normal((rows, columns)), "y": np.arange(rows) % columns, "reg": 0.37}


CASES = [table(7, 5), table(2, 4), table(5, 2), {**table(1, 3), "reg": 3.0}, {**table(1, 3), "reg": 0.0}]


def shrunk(fault: Fault, start: Inputs = CASES[0], cases: Sequence[Inputs] = tuple(CASES)) -> Inputs:
    def shows(candidates: Sequence[Inputs]) -> int | None:
        return next((at for at, candidate in enumerate(candidates) if fault(candidate)), None)

    return smallest(start, cases, shows)


def test_what_every_input_shows_is_shown_by_the_simplest() -> None:
    simplest = shrunk(lambda inputs: True)
    assert {name: np.asarray(value).tolist() for name, value in simplest.items()} == {
        "X": [[0, 0]],
        "y": [0],
        "reg": 0,
    }


def test_nothing_becomes_smaller_than_any_case_is() -> None:
    assert shrunk(lambda inputs: True)["X"].shape == (1, 2)


@pytest.mark.parametrize("rows", [1, 2, 3])
def test_as_many_samples_stay_as_the_fault_needs(rows: int) -> None:
    assert len(shrunk(lambda inputs: len(inputs["X"]) >= rows)["X"]) == rows


def test_two_quantities_that_only_show_it_together_are_found() -> None:
    """The first to be made smaller is not always the right one."""
    shape = shrunk(lambda inputs: inputs["X"].shape in {(7, 5), (2, 3)})["X"].shape
    assert shape == (2, 3)


def test_numbers_stay_that_the_fault_needs_and_are_simple() -> None:
    simplest = shrunk(lambda inputs: bool((inputs["X"] > 0.3).any()) and inputs["reg"] > 0.1)
    assert sorted(simplest["X"].ravel().tolist()) == [0, 1]
    assert simplest["reg"] == 1.0


def test_a_number_never_leaves_the_range_of_the_cases() -> None:
    bounded = [{"p": np.array([0.3]), "mode": "train"}, {"p": np.array([0.8]), "mode": "train"}]
    assert shrunk(lambda inputs: True, bounded[0], bounded)["p"].tolist() == [0.5]


def test_labels_are_those_of_the_classes_that_are_left() -> None:
    def fault(inputs: Inputs) -> bool:
        return bool(inputs["y"].max() < inputs["X"].shape[1]) and len(set(inputs["y"].tolist())) > 1

    simplest = shrunk(fault)
    assert simplest["X"].shape == (2, 2)
    assert sorted(simplest["y"].tolist()) == [0, 1]


def test_only_as_many_steps_stay_as_show_it() -> None:
    start = {"w": np.array([0.5, 0.7]), "dw": [np.array([0.1, 0.2]) for _ in range(4)]}
    assert len(shrunk(lambda inputs: len(inputs["dw"]) > 1, start, [start])["dw"]) == 2


def test_what_follows_from_other_inputs_is_made_to_fit() -> None:
    start = {"x": np.ones((4, 4)), "dout": np.ones((3, 3))}

    def fitted(inputs: Inputs) -> Inputs:
        windows = len(inputs["x"]) - 1
        if windows < 1:
            raise ValueError("no window")
        return {**inputs, "dout": inputs["dout"][:windows, :windows].copy()}

    def shows(candidates: Sequence[Inputs]) -> int | None:
        fits = [len(one["dout"]) == len(one["x"]) - 1 for one in candidates]
        return fits.index(True) if any(fits) else None

    simplest = smallest(start, [start], shows, fitted)
    assert (len(simplest["x"]), len(simplest["dout"])) == (2, 1)


def test_no_more_is_tried_than_the_most() -> None:
    tried = []
    start = {"x": np.random.RandomState(0).standard_normal((9, 9, 9, 9))}
    kept = smallest(start, [start], tried.extend)
    assert kept is start
    assert 0 < len(tried) <= MOST


def test_the_same_fault_has_the_same_example_each_time() -> None:
    def fault(inputs: Inputs) -> bool:
        return float(np.abs(inputs["X"]).sum()) > 1.2

    one, other = shrunk(fault), shrunk(fault)
    assert np.array_equal(one["X"], other["X"])
    assert one["reg"] == other["reg"]


def test_the_start_is_left_as_it_was() -> None:
    before = {name: np.array(value) for name, value in CASES[0].items()}
    shrunk(lambda inputs: True)
    assert all(np.array_equal(before[name], value) for name, value in CASES[0].items())


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_numbers_keep_their_type(dtype: type) -> None:
    cases = [{"X": case["X"].astype(dtype)} for case in CASES]
    assert shrunk(lambda inputs: True, cases[0], cases)["X"].dtype == dtype


def test_the_sample_that_shows_it_stays_alone_wherever_it_stood() -> None:
    def fault(inputs: Inputs) -> bool:
        return bool((inputs["y"] == 3).any())

    simplest = shrunk(fault, {**CASES[0], "y": np.array([0, 0, 0, 0, 3, 0, 0])})
    assert (simplest["X"].shape, simplest["y"].tolist()) == ((1, 2), [3])


def test_sizes_that_are_not_small_are_no_larger_than_needed() -> None:
    assert len(shrunk(lambda inputs: len(inputs["X"]) >= 5)["X"]) == 5
