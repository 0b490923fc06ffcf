"""What the course notes say of neighbours, initialisation, update rules and training, of the solutions we hand out."""

from typing import Any

import numpy as np
import pytest

from grader.core import Program
from tests.reference.solutions import said, solution, solved

RNG_SEED = 231


def relu(h: np.ndarray) -> np.ndarray:
    return np.maximum(0, h)


# --------------------------------------------------------------------------- nearest neighbours


def trained(program: Program, X: np.ndarray, y: np.ndarray) -> Any:
    neighbours = program.call("KNearestNeighbor").value
    program.call((neighbours, "train"), X, y)
    return neighbours


def test_the_nearest_neighbour_of_a_training_sample_is_itself_so_k_is_chosen_on_validation_data() -> None:
    rng = np.random.RandomState(0)
    X, y = rng.randn(30, 5), rng.randint(4, size=30)
    with solution("knn", "KNearestNeighbor") as program:
        neighbours = trained(program, X, y)
        own = program.call((neighbours, "compute_distances_two_loops"), X).value
        assert np.array_equal(program.call((neighbours, "predict_labels"), own, 1).value, y)
        assert (program.call((neighbours, "predict_labels"), own, 7).value != y).any()


def test_l1_and_l2_are_different_distances_with_different_neighbours() -> None:
    """(3, 3) is nearer to the origin than (5, 0) by L2, and farther by L1."""
    X, y, test = np.array([[3.0, 3.0], [5.0, 0.0]]), np.array([0, 1]), np.zeros((1, 2))
    with solution("knn", "KNearestNeighbor") as program:
        dists = program.call((trained(program, X, y), "compute_distances_two_loops"), test).value
    assert dists == pytest.approx(np.array([[18**0.5, 5.0]]))
    assert np.abs(X - test).sum(axis=1).tolist() == [6, 5]


def test_of_classes_with_as_many_votes_the_smaller_label_wins() -> None:
    with solution("knn", "KNearestNeighbor") as program:
        neighbours = trained(program, np.zeros((5, 1)), np.array([3, 1, 1, 3, 0]))
        dists = np.array([[1.0, 2.0, 3.0, 4.0, 5.0]])
        votes = {k: int(program.call((neighbours, "predict_labels"), dists, k).value[0]) for k in (1, 3, 4, 5)}
    assert votes == {1: 3, 3: 1, 4: 1, 5: 1}


# --------------------------------------------------------------------------- initialisation


def spreads(kind: str, activation: Any, *, layers: int = 6, width: int = 100, scale: float = 1.0) -> list[float]:
    """The standard deviations of the activations, layer by layer."""
    X = np.random.RandomState(RNG_SEED).randn(200, width)
    with solution("initialization", "init_weights", "activation_stats") as program:
        weights = [scale * program.call("init_weights", width, width, kind, seed=at).value for at in range(layers)]
        return [float(std) for _, std, _ in program.call("activation_stats", X, weights, activation).value]


def test_weights_of_zero_make_all_units_alike() -> None:
    """So their gradients are alike as well, and no step tells them apart."""
    W = solved("initialization", "init_weights", 4, 5, "zeros")
    assert not W.any()
    x, dout = np.ones((3, 4)), np.ones((3, 5))
    slope = x.T @ dout
    assert (slope == slope[:, :1]).all()


def test_small_weights_let_the_activations_collapse_layer_by_layer() -> None:
    found = spreads("small", np.tanh)
    assert found == sorted(found, reverse=True)
    assert found[-1] < 1e-5 * found[0]


def test_large_weights_saturate_tanh() -> None:
    found = spreads("small", np.tanh, scale=100.0)
    assert min(found) > 0.9, "nearly every activation is -1 or 1, where tanh passes no gradient on"


def test_xavier_keeps_the_spread_with_tanh_and_loses_it_with_relu() -> None:
    tanh, rectified = spreads("xavier", np.tanh), spreads("xavier", relu)
    assert tanh[-1] > 0.3 * tanh[0]
    assert rectified[-1] < 0.3 * rectified[0]


def test_he_keeps_the_spread_with_relu() -> None:
    found = spreads("he", relu)
    assert 0.5 < found[-1] / found[0] < 2


def test_the_statistics_are_mean_spread_and_the_share_of_zeros_after_the_nonlinearity() -> None:
    X = np.array([[1.0, -1.0], [2.0, -4.0]])
    ((mean, std, zeros),) = solved("initialization", "activation_stats", X, [np.eye(2)], relu)
    assert (mean, zeros) == (0.75, 0.5)
    assert std == pytest.approx(np.std([1, 0, 2, 0]))


# --------------------------------------------------------------------------- update rules


def steps(rule: str, gradients: list[float], **settings: float) -> list[float]:
    """How far each step goes, from 0."""
    w, config, at = np.zeros(1), dict(settings) or None, [0.0]
    with solution("optimizers", rule) as program:
        for gradient in gradients:
            w, config = program.call(rule, w, np.array([gradient]), config).value
            at.append(float(w[0]))
    return np.diff(at).tolist()


def test_sgd_steps_by_the_rate_times_the_gradient() -> None:
    assert steps("sgd", [1.0, -3.0], learning_rate=0.1) == pytest.approx([-0.1, 0.3])


def test_momentum_gathers_speed_up_to_one_over_one_minus_mu() -> None:
    found = steps("sgd_momentum", [1.0] * 60, learning_rate=0.1, momentum=0.8)
    assert found[0] == pytest.approx(-0.1)
    assert found == sorted(found, reverse=True)
    assert found[-1] == pytest.approx(-0.1 / (1 - 0.8), rel=1e-3)


def test_nesterov_looks_ahead_and_is_a_step_of_momentum_early() -> None:
    plain = steps("sgd_momentum", [1.0] * 4, learning_rate=0.1, momentum=0.8)
    ahead = steps("sgd_nesterov", [1.0] * 4, learning_rate=0.1, momentum=0.8)
    assert ahead[:3] == pytest.approx(plain[1:])


def test_the_steps_of_adagrad_only_shrink_and_rmsprop_forgets() -> None:
    gradients = [1.0] * 5 + [100.0] + [1.0] * 200
    adagrad = np.abs(steps("adagrad", gradients, learning_rate=0.1))
    rmsprop = np.abs(steps("rmsprop", gradients, learning_rate=0.1, decay_rate=0.9))
    after = slice(6, None)
    assert (np.diff(np.delete(adagrad, 5)) < 0).all()
    assert adagrad[after].max() < 0.02 * adagrad[0]
    assert (np.diff(rmsprop[after]) > 0).all()
    assert rmsprop[-1] == pytest.approx(0.1, rel=1e-3)


@pytest.mark.parametrize("gradient", [1e-3, 1.0, -500.0])
def test_the_first_step_of_adam_has_the_size_of_its_rate(gradient: float) -> None:
    """That is what the correction of the bias does; without it the step is about three times as long."""
    assert steps("adam", [gradient], learning_rate=0.1) == pytest.approx([-0.1 * np.sign(gradient)], rel=1e-4)
    w, _ = said(
        "optimizers", "adam-no-bias-correction", "adam", np.zeros(1), np.array([gradient]), {"learning_rate": 0.1}
    )
    assert abs(w[0]) > 0.3


# --------------------------------------------------------------------------- the grid


def test_a_grid_crosses_every_rate_with_every_strength() -> None:
    rates, strengths = [1e-7, 5e-7], [1e4, 5e4]
    asked: list[tuple[float, float]] = []

    def evaluate(rate: float, strength: float) -> tuple[float, float]:
        asked.append((rate, strength))
        return 0.9, 0.3 + 0.01 * len(asked)

    best, results = solved("linear-classifier", "hyper_search", rates, strengths, evaluate)
    assert tuple(best) == (5e-7, 5e4)
    assert set(map(tuple, results)) == {(rate, strength) for rate in rates for strength in strengths}
    asked.clear()
    said("linear-classifier", "zipped-not-crossed", "hyper_search", rates, strengths, evaluate)
    assert len(asked) == 2
