"""What the course notes say of losses, descent and backpropagation, of our references, and of the notes' own programs.

`docs/course-notes.md` lists every line of the notes with its sample, mistake or test.
"""

import math
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from grader.grading import grade, registry, seeds
from grader.intake import read
from grader.report import catalogue
from tests.reference.solutions import said, solved
from tests.students import check, graded, result, sandbox

ROOT = Path(__file__).resolve().parents[2]
LECTURE = np.array([[3.2, 5.1, -1.7], [1.3, 4.9, 2.0], [2.2, 2.5, -3.1]])
LOSSES = {
    "svm": ("svm", "svm_loss_vectorized"),
    "svm layer": ("layers", "svm_loss"),
    "softmax": ("softmax", "softmax_loss_vectorized"),
    "softmax layer": ("layers", "softmax_loss"),
}
Scored = Callable[[np.ndarray, np.ndarray], dict[str, Any]]


def reference(slug: str, group: str) -> Callable[..., Any]:
    return next(one for one in registry.load(slug).groups if one.name == group).reference


def of_scores(name: str) -> Scored:
    """One of our four losses, as a function of scores and labels: X is the scores, and W passes them on."""
    slug, group = LOSSES[name]
    ours = reference(slug, group)

    def loss(scores: np.ndarray, y: np.ndarray) -> dict[str, Any]:
        if slug == "layers":
            outputs = ours({"x": scores, "y": y})
            return {"loss": outputs["loss"], "gradient": outputs["dx"]}
        outputs = ours({"W": np.eye(scores.shape[1]), "X": scores, "y": y, "reg": 0.0})
        return {"loss": outputs["loss"], "gradient": outputs["dW"]}

    return loss


HINGES = [of_scores(name) for name in ("svm", "svm layer")]
CROSS_ENTROPIES = [of_scores(name) for name in ("softmax", "softmax layer")]


def satisfied(rng: np.random.RandomState, n: int = 6, c: int = 4) -> tuple[np.ndarray, np.ndarray]:
    """Scores of which every label's lies more than the margin above the others."""
    scores, y = rng.uniform(-1, 1, (n, c)), rng.randint(c, size=n)
    scores[np.arange(n), y] += 4
    return scores, y


# --------------------------------------------------------------------------- the lecture's questions on the hinge loss


def test_a_small_change_of_satisfied_scores_changes_neither_loss_nor_gradient() -> None:
    """Q1. The gradient is that of the scores: the weights' has X in it, which changes with the scores here."""
    scores, y = satisfied(np.random.RandomState(0))
    for hinge in HINGES:
        before, after = hinge(scores, y), hinge(scores + 0.3 * np.random.RandomState(1).uniform(-1, 1, scores.shape), y)
        assert before["loss"] == after["loss"] == 0
        assert not before["gradient"].any()
        assert not after["gradient"].any()


def test_no_loss_is_below_zero_and_none_has_a_largest() -> None:
    """Q2, and the same of softmax, which comes near 0 and is never 0 as long as it can be told from it."""
    rng = np.random.RandomState(2)
    for loss in (*HINGES, *CROSS_ENTROPIES):
        assert min(loss(5 * rng.randn(6, 4), rng.randint(4, size=6))["loss"] for _ in range(200)) >= 0
        scores, y = satisfied(rng)
        growing = [float(loss(-scale * scores, y)["loss"]) for scale in (1, 10, 100, 1000)]
        assert growing == sorted(growing)
        assert growing[-1] > 900
    assert all(hinge(*satisfied(rng))["loss"] == 0 for hinge in HINGES)
    assert all(0 < cross(*satisfied(rng))["loss"] < 0.1 for cross in CROSS_ENTROPIES)


@pytest.mark.parametrize("classes", [2, 3, 10])
def test_at_small_weights_the_losses_are_c_minus_1_and_log_c(classes: int) -> None:
    """Q3."""
    rng = np.random.RandomState(3)
    scores, y = 1e-4 * rng.randn(50, classes), rng.randint(classes, size=50)
    assert all(hinge(scores, y)["loss"] == pytest.approx(classes - 1, rel=1e-3) for hinge in HINGES)
    assert all(cross(scores, y)["loss"] == pytest.approx(math.log(classes), rel=1e-3) for cross in CROSS_ENTROPIES)


def test_counting_the_correct_class_adds_one() -> None:
    """Q4."""
    rng = np.random.RandomState(4)
    args = rng.randn(5, 4), rng.randn(7, 5), rng.randint(4, size=7), 0.5
    for name in ("svm_loss_naive", "svm_loss_vectorized"):
        counted, _ = said("svm", "correct-class-counted-in-loss-only", name, *args)
        assert counted == pytest.approx(solved("svm", name, *args)[0] + 1, rel=1e-12)
    assert said("notes", "correct-class-counted-in-loss-only", "SVM_loss", LECTURE) == pytest.approx(
        5.2667 + 1, abs=1e-4
    )


def test_the_mean_over_the_classes_only_scales_the_loss() -> None:
    """Q5."""
    rng = np.random.RandomState(5)
    W, X, y = rng.randn(5, 4), rng.randn(7, 5), rng.randint(4, size=7)
    loss, dW = said("svm", "loss-averaged-over-classes", "svm_loss_vectorized", W, X, y, 0.0)
    right, slope = solved("svm", "svm_loss_vectorized", W, X, y, 0.0)
    assert loss == pytest.approx(right / 4, rel=1e-12)
    assert np.array_equal(dW, slope)


def test_the_squared_hinge_is_another_loss() -> None:
    """Q6: no factor makes one of the other."""
    rng = np.random.RandomState(6)
    draws = [(rng.randn(5, 4), rng.randn(7, 5), rng.randint(4, size=7), 0.0) for _ in range(5)]
    squared = [said("svm", "squared-hinge", "svm_loss_vectorized", *draw)[0] for draw in draws]
    ratios = [a / solved("svm", "svm_loss_vectorized", *draw)[0] for a, draw in zip(squared, draws, strict=True)]
    assert max(ratios) / min(ratios) > 1.05


def test_the_weights_of_a_loss_of_zero_are_not_unique() -> None:
    """Q7: twice these weights have the loss 0 as well, and the term of regularisation tells them apart."""
    scores, y = satisfied(np.random.RandomState(7))
    ours = reference("svm", "svm_loss_vectorized")
    at = {"X": scores, "y": y, "reg": 0.0}
    losses = [ours({**at, "W": factor * np.eye(4)})["loss"] for factor in (1, 2, 10)]
    assert losses == [0, 0, 0]
    regularised = [ours({**at, "W": factor * np.eye(4), "reg": 0.1})["loss"] for factor in (1, 2)]
    assert regularised[0] < regularised[1]


def test_the_margin_is_arbitrary_up_to_the_scale_of_the_weights() -> None:
    """L_delta(c W) = c L_(delta / c)(W)."""

    def hinge(scores: np.ndarray, y: np.ndarray, delta: float) -> float:
        own = scores[np.arange(len(y)), y]
        return float(np.mean(np.maximum(0, scores - own[:, None] + delta).sum(axis=1) - delta))

    rng = np.random.RandomState(8)
    scores, y = rng.randn(6, 4), rng.randint(4, size=6)
    for ours in HINGES:
        assert ours(3 * scores, y)["loss"] == pytest.approx(3 * hinge(scores, y, 1 / 3), rel=1e-12)
        assert ours(scores, y)["loss"] == pytest.approx(hinge(scores, y, 1.0), rel=1e-12)


# --------------------------------------------------------------------------- the examples and the programs of the notes


def test_the_mean_of_the_lecture_is_5_267_and_whole_numbers_make_it_5() -> None:
    assert solved("notes", "SVM_loss", LECTURE) == pytest.approx(5.2667, abs=5e-5)
    assert said("notes", "floor-division", "SVM_loss", LECTURE) == 5.0


def test_classes_counted_by_rows_are_right_for_square_tables_only() -> None:
    rng = np.random.RandomState(9)
    square, wide = rng.randn(4, 4), 3 + rng.rand(3, 5)
    for name in ("SVM_loss", "softmax"):
        assert said("notes", "class-count-from-rows", name, square) == pytest.approx(solved("notes", name, square))
        assert said("notes", "class-count-from-rows", name, wide) < 0.99 * solved("notes", name, wide)


def test_a_hinge_that_is_given_no_label_cannot_be_less_than_c_minus_1() -> None:
    """Why "1 diverged" in the notes: every class counts as the right one. The loss of a row is C-1 where all its scores
    are alike, and more everywhere else."""
    rng = np.random.RandomState(10)
    losses = [said("notes", "hinge-without-label", "SVM_loss", rng.randn(1, 4) * scale) for scale in (0, 0.1, 1, 10)]
    assert losses[0] == pytest.approx(4 * 3)
    assert min(losses) >= 3
    assert losses == sorted(losses)


def test_the_first_row_of_the_lecture_has_a_probability_of_013_and_a_loss_of_2_040_or_089_to_the_base_ten() -> None:
    row = LECTURE[:1]
    p = np.exp(row[0, 0]) / np.exp(row[0]).sum()
    assert p == pytest.approx(0.13, abs=5e-3)
    assert solved("notes", "softmax", row) == pytest.approx(2.040, abs=5e-4)
    assert said("notes", "log10-for-ln", "softmax", row) == pytest.approx(0.886, abs=5e-4)


def test_gradient_descent_on_a_parabola_creeps_swings_and_diverges_by_its_rate() -> None:
    """0.98 a step at 0.01, -0.6 at 0.8, and from 1.0 on it does not come closer."""
    ours = reference("notes", "gradient_descent")

    def factor(rate: float) -> float:
        start = {"gradient": lambda x: 2 * x, "init_x": 3.0, "learning_rate": rate, "epoch": 4}
        history = ours(start)["history"]
        return float(history[-1] / history[-2])

    assert factor(0.01) == pytest.approx(0.98)
    assert factor(0.8) == pytest.approx(-0.6)
    assert abs(factor(0.99)) < 1 == pytest.approx(abs(factor(1.0)))
    assert abs(factor(1.1)) > 1


def test_a_print_with_one_value_too_many_is_told_with_its_line() -> None:
    """`print 'attempt %d loss %f best $f' % (three values)`: Python 2, converted, and still a TypeError."""
    path = ROOT / "submissions" / "notes" / "wrong_note_optimisation.py"
    lines = path.read_text(encoding="utf-8").splitlines()
    submission = read([path], {"random_search"})
    report = grade(registry.load("notes"), submission, seeds.from_text("a seed"), sandbox())
    reason = result(report, "random_search").reason
    assert reason is not None
    assert reason.params["line"] == 1 + next(at for at, line in enumerate(lines) if "best $f" in line)
    assert "TypeError: not all arguments converted" in catalogue.text(reason, "en")


@pytest.mark.parametrize("name", LOSSES)
def test_the_report_prints_c_minus_1_or_log_c_with_four_digits_beside_the_students_value(name: str) -> None:
    slug, function = LOSSES[name]
    ((path, text),) = registry.load(slug).solution.items()
    message = check(graded(slug, text), "initial-loss", function).message
    for language in ("en", "ko"):
        assert len(re.findall(r"\d\.\d{4}(?!\d)", catalogue.text(message, language))) == 2, path


# --------------------------------------------------------------------------- numbers and slopes


def test_the_shares_of_softmax_are_probabilities_so_its_gradient_sums_to_zero_over_the_classes() -> None:
    rng = np.random.RandomState(11)
    for _ in range(20):
        scores, y = 5 * rng.randn(6, 4), rng.randint(4, size=6)
        table = 6 * of_scores("softmax layer")(scores, y)["gradient"]
        table[np.arange(6), y] += 1
        assert table.min() >= 0
        assert table.max() <= 1
        assert table.sum(axis=1) == pytest.approx(np.ones(6), abs=1e-12)
        for loss in (*CROSS_ENTROPIES, *HINGES):
            assert np.abs(loss(scores, y)["gradient"].sum(axis=1)).max() < 1e-12


@pytest.mark.parametrize("id", ["onehot-missing", "onehot-added", "extra-softmax-derivative"])
def test_a_wrong_softmax_gradient_does_not_sum_to_zero(id: str) -> None:
    rng = np.random.RandomState(12)
    W, X, y = rng.randn(5, 4), rng.randn(7, 5), rng.randint(4, size=7)
    for name in ("softmax_loss_naive", "softmax_loss_vectorized"):
        assert np.abs(solved("softmax", name, W, X, y, 0.0)[1].sum(axis=1)).max() < 1e-12
        assert np.abs(said("softmax", id, name, W, X, y, 0.0)[1].sum(axis=1)).max() > 1e-3


def test_the_hinge_loss_stops_at_the_margin_and_softmax_never_does() -> None:
    """The true score rises by 10 once the hinge loss is 0: one is unchanged, the other falls strictly."""
    scores, y = satisfied(np.random.RandomState(13))
    raised = scores.copy()
    raised[np.arange(len(y)), y] += 10
    assert all(hinge(scores, y)["loss"] == hinge(raised, y)["loss"] == 0 for hinge in HINGES)
    assert all(0 < cross(raised, y)["loss"] < 1e-3 * cross(scores, y)["loss"] for cross in CROSS_ENTROPIES)


@pytest.mark.parametrize(("slug", "group"), LOSSES.values(), ids=LOSSES)
def test_the_case_of_a_true_score_far_above_has_a_hinge_of_zero_and_a_softmax_above_it(slug: str, group: str) -> None:
    case = next(case for case in _group(slug, group).cases if case.name == "s_y + 10")
    inputs = case.draw(np.random.RandomState(14))
    scores = inputs["x"][:3] if slug == "layers" else inputs["X"] @ inputs["W"]
    y = inputs["y"][: len(scores)]
    assert all(hinge(scores, y)["loss"] == 0 for hinge in HINGES)
    assert all(0 < cross(scores, y)["loss"] < 1e-4 for cross in CROSS_ENTROPIES)


def test_addition_passes_the_gradient_on_multiplication_swaps_and_max_routes_it() -> None:
    graph, relu = reference("notes", "graph_backward"), reference("layers", "relu")
    outputs = graph({"x": -2.0, "y": 5.0, "z": -4.0})
    assert (outputs["f"], outputs["dx"], outputs["dy"], outputs["dz"]) == (-12, -4, -4, 3)
    routed = relu({"x": np.array([-1.0, 2.0]), "dout": np.array([5.0, 7.0])})["dx"]
    assert routed.tolist() == [0, 7]


def test_the_local_gradients_are_those_of_the_notes() -> None:
    """s (1 - s), 1 - t^2, the mask, and alpha on the negative side; saturated units pass nothing on."""
    x = np.array([-1000.0, -0.5, 0.5, 1000.0])
    one = np.ones(4)
    s, t = 1 / (1 + np.exp(0.5)), np.tanh(0.5)
    slopes = {name: reference("layers", name)({"x": x, "dout": one, "alpha": 0.1})["dx"] for name in ACTIVATIONS}
    assert slopes["sigmoid"] == pytest.approx([0, s * (1 - s), s * (1 - s), 0])
    assert slopes["tanh"] == pytest.approx([0, 1 - t**2, 1 - t**2, 0])
    assert slopes["relu"].tolist() == [0, 0, 1, 1]
    assert slopes["leaky_relu"].tolist() == [0.1, 0.1, 1, 1]


ACTIVATIONS = ("sigmoid", "tanh", "relu", "leaky_relu")


def _group(slug: str, name: str) -> Any:
    return next(one for one in registry.load(slug).groups if one.name == name)
