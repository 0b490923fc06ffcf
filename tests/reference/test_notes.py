"""The reference of notes: the lecture's numbers, derivatives that know nothing of it, and the callables it serves."""

import numpy as np
import pytest

from grader.core import Case, Group, Inputs, Outputs, Raised
from grader.grading import registry
from grader.grading.seeds import stream
from tests.reference.derivatives import centred, complex_step, furthest, gradients
from tests.students import changed, graded, result

NOTES = registry.load("notes")
GROUPS = {group.name: group for group in NOTES.groups}
LECTURE = np.array([[3.2, 5.1, -1.7], [1.3, 4.9, 2.0], [2.2, 2.5, -3.1]])
DIFFERENCES = GROUPS["numerical_gradient"]


def the_value(outputs: Outputs, inputs: Inputs) -> complex:
    return complex(outputs["f"])


def test_the_example_of_the_lecture_has_the_losses_of_the_slides() -> None:
    svm, softmax = GROUPS["SVM_loss"].reference, GROUPS["softmax"].reference
    assert [round(float(svm({"score": np.roll(LECTURE[i : i + 1], -i)})["loss"]), 1) for i in range(3)] == [
        2.9,
        0,
        12.9,
    ]
    assert svm({"score": LECTURE})["loss"] == pytest.approx(5.267, abs=5e-4)
    assert softmax({"score": LECTURE[:1]})["loss"] == pytest.approx(2.040, abs=5e-4)


def test_lists_are_scores_as_well() -> None:
    for name in ("SVM_loss", "softmax"):
        reference = GROUPS[name].reference
        assert reference({"score": LECTURE.tolist()})["loss"] == reference({"score": LECTURE})["loss"]


def test_scores_of_a_thousand_do_not_overflow() -> None:
    shifted = GROUPS["softmax"].reference({"score": LECTURE + 1000})["loss"]
    assert shifted == pytest.approx(GROUPS["softmax"].reference({"score": LECTURE})["loss"], rel=1e-12)


def test_a_wider_margin_is_a_rescaled_one() -> None:
    """L_delta(c W) = c L_(delta/c)(W): with margins of 1, doubling the scores is halving the margin."""
    score = np.random.RandomState(0).randn(3, 5)
    margin_half = np.mean([sum(max(0, s - row[i] + 0.5) for s in row) - 0.5 for i, row in enumerate(score)])
    assert GROUPS["SVM_loss"].reference({"score": 2 * score})["loss"] == pytest.approx(2 * margin_half, rel=1e-12)


@pytest.mark.parametrize("case", DIFFERENCES.cases, ids=lambda case: case.name)
def test_the_true_gradient_is_the_derivative_of_what_students_are_given(case: Case) -> None:
    for seed in range(5):
        inputs = case.draw(stream(bytes([seed]), case.name))
        f, x = inputs["f"], inputs["x"].astype(float)
        expected = np.zeros(x.shape)
        for index in np.ndindex(*x.shape):
            moved = x.astype(complex)
            moved[index] += 1e-30j
            expected[index] = f.at(moved).imag / 1e-30
        assert furthest(DIFFERENCES.reference(inputs)["gradient"], expected) < 1e-12


def formula(inputs: Inputs, h: float, *, one_sided: bool = False) -> np.ndarray:
    """What a student's differences give."""
    f, x = inputs["f"], inputs["x"].astype(float)
    slopes = np.zeros(x.shape)
    for index in np.ndindex(*x.shape):
        step = np.zeros(x.shape)
        step[index] = h
        slopes[index] = (f(x + step) - f(x)) / h if one_sided else (f(x + step) - f(x - step)) / (2 * h)
    return slopes


@pytest.mark.parametrize("case", DIFFERENCES.cases, ids=lambda case: case.name)
def test_the_centred_formula_passes_and_its_neighbours_do_not(case: Case) -> None:
    """Centred with the step that was passed in, or the true gradient; not one-sided, not with a step of 0.01."""
    for seed in range(40):
        inputs = case.draw(stream(bytes([seed]), case.name))
        true = DIFFERENCES.reference(inputs)["gradient"]
        assert furthest(formula(inputs, inputs["h"]), true) < case.tolerance
        assert furthest(formula(inputs, 1e-2), true) > case.tolerance
        if inputs["h"] == 1e-3:
            assert furthest(formula(inputs, 1e-3, one_sided=True), true) > case.tolerance


def test_a_callable_of_ours_tells_student_code_what_it_takes() -> None:
    f = DIFFERENCES.cases[0].draw(stream(b"seed", "f"))["f"]
    for junk in (None, "x", np.zeros(3), [[1.0]], np.array(["a"])):
        with pytest.raises(Raised):
            f(junk)


def test_descent_on_a_parabola_shrinks_by_a_factor_a_step() -> None:
    """0.98 a step at the rate 0.01, -0.6 at 0.8."""
    for case, factor in (("lr=0.01", 0.98), ("lr=0.8", -0.6)):
        drawn = next(c for c in GROUPS["gradient_descent"].cases if c.name == case).draw(stream(b"seed", case))
        history = GROUPS["gradient_descent"].reference(drawn)["history"]
        assert history[1:] / history[:-1] == pytest.approx(np.full(drawn["epoch"], factor))
        assert len(history) == drawn["epoch"] + 1


def test_no_epoch_leaves_the_start_alone() -> None:
    case = next(c for c in GROUPS["gradient_descent"].cases if c.name == "epoch=0")
    drawn = case.draw(stream(b"seed", case.name))
    assert GROUPS["gradient_descent"].reference(drawn)["history"].tolist() == [drawn["init_x"].tolist()]


@pytest.mark.parametrize("case", GROUPS["random_search"].cases, ids=lambda case: case.name)
def test_the_scripted_losses_have_their_extremes_inside(case: Case) -> None:
    """So that neither the first candidate nor the last is the best or the worst."""
    for seed in range(50):
        losses = case.draw(stream(bytes([seed]), case.name))["losses"]
        places = {int(losses.argmin()), int(losses.argmax())}
        assert len(places) == 2
        assert not places & {0, len(losses) - 1}
        assert len(set(losses)) == len(losses)


def test_the_scale_of_normal_and_of_even_candidates_is_one_within_six_sigma() -> None:
    case = next(c for c in GROUPS["random_search"].cases if c.name == "normal * 1e-4")
    drawn = case.draw(stream(b"seed", case.name))
    numbers = len(drawn["losses"]) * int(np.prod(drawn["shape"]))
    assert case.tolerance > 6 / np.sqrt(2 * numbers)


@pytest.mark.parametrize("case", GROUPS["graph_backward"].cases, ids=lambda case: case.name)
def test_the_graph_passes_its_gradients_back(case: Case) -> None:
    group: Group = GROUPS["graph_backward"]
    inputs = case.draw(stream(b"seed", case.name))
    for gradient, name in gradients(group):
        assert furthest(group.reference(inputs)[gradient], complex_step(group, inputs, name, the_value)) < 1e-12
        step = max(0.5, abs(inputs[name]))  # of the size of the numbers; the graph is a polynomial, so any step will do
        assert furthest(group.reference(inputs)[gradient], centred(group, inputs, name, the_value, h=step)) < 1e-12


def test_the_graph_of_the_lecture_has_its_numbers() -> None:
    outputs = GROUPS["graph_backward"].reference({"x": -2.0, "y": 5.0, "z": -4.0})
    assert outputs == {"f": -12, "dx": -4, "dy": -4, "dz": 3}


def test_l2_prefers_small_weights_and_l1_is_indifferent() -> None:
    one, even = np.array([[1.0, 0, 0, 0]]), np.full((1, 4), 0.25)
    l1, l2 = (GROUPS[name].reference for name in ("l1_reg", "l2_reg"))
    assert l1({"W": one})["penalty"] == l1({"W": even})["penalty"] == 1
    assert (l2({"W": one})["penalty"], l2({"W": even})["penalty"]) == (1, 0.25)


def test_one_sample_has_the_loss_of_its_row() -> None:
    rng = np.random.RandomState(3)
    x, W = rng.randn(5), rng.randn(4, 5)
    s = W @ x
    expected = sum(max(0, s[j] - s[2] + 1) for j in (0, 1, 3))
    assert GROUPS["L_i_vectorized"].reference({"x": x, "y": 2, "W": W})["loss"] == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("returned", ["np.array([f, dx, dy, dz])", "[f, dx, dy, dz]", "(f, dx, dy, dz, q)"])
def test_four_numbers_in_an_array_are_the_four_numbers(returned: str) -> None:
    (solution,) = NOTES.solution.values()
    report = graded("notes", changed(solution, "return f, dx, dy, dz", f"return {returned}"))
    assert result(report, "graph_backward").points == 2


def test_an_array_of_another_length_is_no_row_of_results() -> None:
    (solution,) = NOTES.solution.values()
    report = graded("notes", changed(solution, "return f, dx, dy, dz", "return np.array([f, dx, dy])"))
    assert result(report, "graph_backward").points == 0


def test_the_points_are_those_of_the_catalogue() -> None:
    assert {function.name: float(function.points) for function in NOTES.functions} == {
        "SVM_loss": 5, "softmax": 5, "numerical_gradient": 8, "gradient_descent": 5, "random_search": 5,
        "L_i_vectorized": 2, "l1_reg": 2, "l2_reg": 2, "graph_backward": 2,
    }  # fmt: skip
