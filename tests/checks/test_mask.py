"""A random mask by its statistics: a right one never fails, a wrong one always does. Both are computed, not drawn."""

import math
from itertools import pairwise

import numpy as np
import pytest

from grader.checks.mask import SIGMAS, divergence, expected, neighbours, settled, statistics

UNITS = 64 * 50  # what the cases of dropout draw


def accepted(n: int, p: float) -> range:
    """The numbers of true draws among n that count as a share of p."""
    found = [k for k in range(n + 1) if 2 * n * divergence(k / n, p) <= SIGMAS**2]
    assert all(b == a + 1 for a, b in pairwise(found))
    return range(found[0], found[-1] + 1)


def probability(counts: range, n: int, p: float) -> float:
    """Of a binomial number of n draws to be among `counts`."""
    logs = [math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1) for k in counts]
    return sum(math.exp(log + k * math.log(p) + (n - k) * math.log(1 - p)) for log, k in zip(logs, counts, strict=True))


@pytest.mark.parametrize("n", [UNITS, UNITS // 2, 960])
@pytest.mark.parametrize("p", [0.3, 0.5, 0.6, 0.7, 0.8, 0.95, 0.905, 0.05])
def test_a_right_share_is_refused_less_than_once_in_thirty_million_draws(n: int, p: float) -> None:
    inside = accepted(n, p)
    outside = probability(range(inside[0]), n, p) + probability(range(inside[-1] + 1, n + 1), n, p)
    assert 0 < outside < 1 / 30e6


@pytest.mark.parametrize(
    ("p", "wrong"),
    [(0.3, 0.7), (0.8, 0.2), (0.95, 0.05), (0.3, 0.618), (0.5, 0.691), (0.95, 0.829), (0.8, 0.64), (0.5, 0.999999)],
    ids=["1-p", "1-p, 0.8", "1-p, 0.95", "normal numbers", "normal, 0.5", "normal, 0.95", "p squared", "all"],
)
def test_a_wrong_share_is_accepted_less_than_once_in_a_million_draws(p: float, wrong: float) -> None:
    assert probability(accepted(UNITS, p), UNITS, wrong) < 1e-6


def test_near_one_half_the_bound_is_that_of_six_sigma() -> None:
    inside = accepted(UNITS, 0.5)
    assert (inside[-1] - UNITS / 2) / math.sqrt(UNITS / 4) == pytest.approx(SIGMAS, rel=0.01)


def test_the_divergence_is_zero_for_the_share_itself_and_known_for_sure_draws() -> None:
    assert divergence(0.3, 0.3) == pytest.approx(0)
    assert divergence(1.0, 0.25) == pytest.approx(math.log(4))
    assert divergence(0.0, 0.25) == pytest.approx(math.log(4 / 3))


def test_a_share_near_no_candidate_is_told_as_it_is() -> None:
    draws = np.arange(1000) < 700
    assert settled(draws, (0.69, 0.2)) == 0.69
    assert settled(draws, (0.2, 0.71)) == 0.71
    assert settled(draws, (0.2, 0.5)) == 0.7


@pytest.mark.parametrize("p", [0.3, 0.5, 0.8, 0.95])
def test_a_right_mask_has_the_statistics_that_are_expected(p: float) -> None:
    rng = np.random.RandomState(4)
    kept, other = (rng.rand(64, 50) < p for _ in range(2))
    assert statistics(kept, p) == expected(p, p, False)
    assert statistics(kept, p, other) == expected(p, p, True)
    assert statistics(~kept, p) == expected(1 - p, p, False)


@pytest.mark.parametrize("p", [0.3, 0.5, 0.8, 0.95])
@pytest.mark.parametrize(
    ("wrong", "place"),
    [
        (lambda rng, p: np.tile(rng.rand(50) < p, (64, 1)), 1),
        (lambda rng, p: np.tile(rng.rand(64, 1) < p, (1, 50)), 2),
        (lambda rng, p: np.repeat(rng.rand(32, 50) < p, 2, axis=0), 1),
        (lambda rng, p: np.ones((64, 50), bool), 0),
        (lambda rng, p: np.zeros((64, 50), bool), 0),
    ],
    ids=["one row for all", "one column for all", "every row twice", "nothing dropped", "all dropped"],
)
def test_a_wrong_mask_is_told_by_its_statistics(wrong: object, place: int, p: float) -> None:
    found = statistics(wrong(np.random.RandomState(5), p), p)
    assert found[place] != expected(p, p, False)[place]


def test_one_mask_under_two_seeds_agrees_everywhere() -> None:
    kept = np.random.RandomState(6).rand(64, 50) < 0.6
    assert statistics(kept, 0.6, kept)[3] == 1.0


def test_neighbours_are_pairs_that_share_no_row() -> None:
    upper, lower = neighbours(np.arange(10).reshape(5, 2) > 3)
    assert upper.tolist() == [[False, False], [True, True]]
    assert lower.tolist() == [[False, False], [True, True]]
