"""Numbers that are drawn one by one, and those that are not."""

from collections.abc import Callable

import numpy as np
import pytest

from grader.checks.drawn import one_by_one

Draw = Callable[[np.random.RandomState, int, int], np.ndarray]
SHAPES = [(50, 40), (60, 50), (150, 600), (2, 900)]
DRAWN: dict[str, Draw] = {
    "normal": lambda rng, n, m: rng.standard_normal((n, m)),
    "uniform": lambda rng, n, m: rng.uniform(2, 3, (n, m)),
    "orthogonal": lambda rng, n, m: np.linalg.svd(rng.standard_normal((n, m)), full_matrices=False)[2],
    "single precision": lambda rng, n, m: rng.standard_normal((n, m)).astype(np.float32),
    "columns with mean 0": lambda rng, n, m: (W := rng.standard_normal((n, m))) - W.mean(axis=0),
}
MADE: dict[str, Draw] = {
    "a ramp": lambda rng, n, m: np.arange(n * m).reshape(n, m),
    "sorted": lambda rng, n, m: np.sort(rng.standard_normal(n * m)).reshape(n, m),
    "one row for all": lambda rng, n, m: np.tile(rng.standard_normal(m), (n, 1)),
    "one column for all": lambda rng, n, m: np.tile(rng.standard_normal((n, 1)), m),
    "constant": lambda rng, n, m: np.ones((n, m)),
    "not finite": lambda rng, n, m: np.full((n, m), np.nan),
}


@pytest.mark.parametrize("draw", DRAWN.values(), ids=DRAWN)
def test_numbers_that_are_drawn_one_by_one_are_taken_for_it(draw: Draw) -> None:
    rng = np.random.RandomState(0)
    assert all(one_by_one(draw(rng, *shape)) for shape in SHAPES for _ in range(20))


@pytest.mark.parametrize("draw", MADE.values(), ids=MADE)
def test_numbers_that_follow_from_each_other_are_not(draw: Draw) -> None:
    rng = np.random.RandomState(0)
    assert not any(one_by_one(draw(rng, *shape)) for shape in SHAPES[:3])
