"""Other forms of the same numbers."""

import numpy as np
import pytest

from grader.checks.arrays import every_second, single


@pytest.mark.parametrize("shape", [(5,), (3, 4), (2, 3, 2)])
def test_every_second_entry_of_a_larger_array_is_a_view_of_the_same_numbers(shape: tuple[int, ...]) -> None:
    array = np.random.RandomState(0).randint(-9, 9, shape)
    view = every_second(array)
    assert np.array_equal(view, array)
    assert view.dtype == array.dtype
    assert not view.flags.c_contiguous
    assert not view.flags.f_contiguous
    assert not np.shares_memory(view, array)


def test_single_precision_keeps_seven_digits() -> None:
    array = np.random.RandomState(0).standard_normal((3, 4))
    assert single(array).dtype == np.float32
    assert np.allclose(single(array), array, rtol=1e-7)
    assert not np.array_equal(single(array), array)
