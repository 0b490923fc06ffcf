"""The reference of linear-classifier against loops written out, and what is said of other loops and searches."""

from collections.abc import Iterator, Mapping

import numpy as np
import pytest

from grader.core import Case, FunctionStatus, Group, Inputs, Profile
from grader.grading import registry
from grader.grading.seeds import stream
from grader.report import text
from tests.reference.twins import failed, twin
from tests.students import changed, graded, result

UNIT = registry.load("linear-classifier")
GROUPS = {group.name: group for group in UNIT.groups}
TRAIN, PREDICT, SEARCH = "LinearClassifier.train", "LinearClassifier.predict", "hyper_search"
(SOLUTION,) = UNIT.solution.values()


def drawn(case: Case, draws: int = 5) -> Iterator[Inputs]:
    return (case.draw(stream(bytes([seed]), case.name)) for seed in range(draws))


def named(group: Group) -> Mapping[str, Case]:
    return {case.name: case for case in group.cases}


def test_training_is_descent_by_the_given_gradients() -> None:
    for case in GROUPS[TRAIN].cases:
        for inputs in drawn(case):
            outputs = GROUPS[TRAIN].reference(inputs)
            start = inputs["W"] if inputs["W"] is not None else 0.0
            total = np.sum(inputs["steps"], axis=0)
            assert outputs["W"] == pytest.approx(start - inputs["learning_rate"] * total, rel=1e-9, abs=1e-12)
            assert len(outputs["loss_history"]) == inputs["num_iters"] == len(inputs["steps"])


def test_rows_are_known_by_their_number_and_labels_are_not_their_order() -> None:
    for case in GROUPS[TRAIN].cases:
        for inputs in drawn(case):
            assert np.array_equal(inputs["X"][:, 0], np.arange(len(inputs["X"])))
            assert inputs["y"].max() + 1 == inputs["steps"][0].shape[1]
            assert inputs["batch_size"] <= len(inputs["X"])


@pytest.mark.parametrize("replace", [True, False])
def test_minibatches_that_are_drawn_at_random_visit_enough_samples(replace: bool) -> None:
    """And those of as many rows as there are features do not; nor does one batch for ever, but where all are in it."""
    for case in GROUPS[TRAIN].cases:
        inputs = next(drawn(case))
        rng, n, size = np.random.RandomState(0), len(inputs["X"]), inputs["batch_size"]
        for _ in range(200):
            visited = {row for _ in range(inputs["num_iters"]) for row in rng.choice(n, size, replace=replace).tolist()}
            assert len(visited) / n >= inputs["visits"], case.name
        if inputs["visits"]:
            assert inputs["X"].shape[1] / n < inputs["visits"], case.name
            assert (size / n < inputs["visits"]) == (size < n), case.name


def test_every_prediction_is_the_class_of_the_highest_score_by_far() -> None:
    for case in GROUPS[PREDICT].cases:
        for inputs in drawn(case):
            labels = GROUPS[PREDICT].reference(inputs)["labels"]
            for x, label in zip(inputs["X"], labels, strict=True):
                scores = [float(x @ inputs["W"][:, c]) for c in range(inputs["W"].shape[1])]
                assert label == scores.index(max(scores))
                assert sorted(scores)[-1] - sorted(scores)[-2] > 9e-4
            assert len(labels) == 1 or len(set(labels.tolist())) > 1


def test_no_score_is_positive_where_all_are_below_0() -> None:
    for inputs in drawn(named(GROUPS[PREDICT])["scores below 0"]):
        assert (inputs["X"] @ inputs["W"]).max() < 0


def test_the_best_setting_is_none_that_a_wrong_search_would_give() -> None:
    """Neither the first nor the last, the best in training, the worst, nor one on the diagonal alone."""
    for case in GROUPS[SEARCH].cases:
        for inputs in drawn(case, 20):
            train, val = inputs["table"].reshape(-1, 2).T
            settings = [(rate, reg) for rate in inputs["learning_rates"] for reg in inputs["regs"]]
            best = tuple(GROUPS[SEARCH].reference(inputs)["best"])
            assert best == settings[int(val.argmax())]
            if len(val) >= 5:
                assert len({best, settings[0], settings[-1], settings[int(val.argmin())]}) == 4 or case.name == "tie"
                assert best != settings[int(train.argmax())] or case.name == "tie"


def test_a_tie_is_won_by_the_setting_that_is_first_in_both_lists() -> None:
    for inputs in drawn(named(GROUPS[SEARCH])["tie"]):
        best = GROUPS[SEARCH].reference(inputs)["best"]
        assert (inputs["table"][:, :, 1] == inputs["table"][:, :, 1].max()).sum() == 2
        assert best == pytest.approx([inputs["learning_rates"][0], inputs["regs"][1]])


def test_the_points_are_those_of_the_catalogue() -> None:
    assert {function.name: int(function.points) for function in UNIT.functions} == {TRAIN: 8, PREDICT: 4, SEARCH: 4}


# --------------------------------------------------------------------------- twins


@pytest.mark.parametrize(
    ("returns", "expected"),
    [
        ("out", set()),
        ("np.array(out)", set()),
        ("tuple(out)", set()),
        ("[np.float64(one) for one in out]", set()),
        ("[one * (1 + 1e-4) for one in out]", {"value", "robustness"}),
        ("out + out", {"contract", "value", "robustness"}),
        ("[complex(one) for one in out]", {"contract", "value", "robustness"}),
        ("[one * np.nan for one in out]", {"value", "robustness"}),
        ("np.array(out) * np.nan", {"value", "robustness"}),
        ("None", {"contract", "value", "robustness"}),
        ("(one for one in out)", {"contract", "value", "robustness"}),
        ("dict(enumerate(out))", {"contract", "value", "robustness"}),
        ("[one * (1 + 1e-13 * next(times)) for one in out]", {"deterministic"}),
    ],
)
def test_a_history_that_is_spoilt_is_told_from_a_right_one(returns: str, expected: set[str]) -> None:
    assert failed(twin("linear-classifier", TRAIN, "right", returns), TRAIN) == expected


@pytest.mark.parametrize(
    ("update", "expected"),
    [
        ("self.W -= learning_rate * grad", set()),
        ("self.W = np.asfortranarray(self.W - learning_rate * grad)", set()),
        ("self.W = self.W - learning_rate * grad * (1 + 1e-3)", {"value", "robustness"}),
        ("self.W = (self.W - learning_rate * grad).T[:]", {"contract", "value", "robustness"}),
        ("self.W = np.append(self.W, self.W, axis=0)", {"contract", "value", "robustness"}),
        ("self.W = self.W * np.nan", {"value", "robustness"}),
        ("self.W = None", {"contract", "value", "robustness"}),
    ],
)
def test_weights_that_are_spoilt_are_told_from_right_ones(update: str, expected: set[str]) -> None:
    program = changed(SOLUTION, "self.W = self.W - learning_rate * grad", update)
    assert failed(graded("linear-classifier", program), TRAIN) == expected


@pytest.mark.parametrize(
    ("returns", "expected"),
    [
        ("out", set()),
        ("out.astype(float)", set()),
        ("out + 1", {"value", "robustness"}),
        ("out + 1e-3", {"value", "robustness"}),
        ("out[:-1]", {"contract", "value", "robustness"}),
        ("out * 1j", {"contract", "value", "robustness"}),
        ("out * np.nan", {"value", "robustness"}),
        ("out.tolist()", {"contract"}),
    ],
)
def test_predictions_that_are_spoilt_are_told_from_right_ones(returns: str, expected: set[str]) -> None:
    assert failed(twin("linear-classifier", PREDICT, "right", returns), PREDICT) == expected


@pytest.mark.parametrize(
    ("returns", "expected"),
    [
        ("out", set()),
        ("[list(out[0]), out[1]]", set()),
        ("(np.array(out[0]), {key: np.array(pair) for key, pair in out[1].items()})", set()),
        ("(out[0][::-1], out[1])", {"value", "robustness"}),
        ("(out[0], {key: pair[::-1] for key, pair in out[1].items()})", {"value", "robustness"}),
        ("(out[0], {key: pair[1] for key, pair in out[1].items()})", {"value", "robustness"}),
        ("(out[0], {str(key): pair for key, pair in out[1].items()})", {"value", "robustness"}),
        ("(out[0], list(out[1].values()))", {"contract", "value", "robustness"}),
        ("out[0]", {"contract", "value", "robustness"}),
        ("(None, out[1])", {"contract", "value", "robustness"}),
        ("out[1]", {"contract", "value", "robustness"}),
    ],
)
def test_choices_that_are_spoilt_are_told_from_right_ones(returns: str, expected: set[str]) -> None:
    assert failed(twin("linear-classifier", SEARCH, "right", returns), SEARCH) == expected


def test_a_loop_that_asks_for_losses_and_moves_nothing_earns_nothing() -> None:
    """Its weights have the right shape and its labels one axis, which counts for nothing by itself."""
    program = changed(SOLUTION, "self.W = self.W - learning_rate * grad", "break")
    program = changed(program, "X_batch = X[rows]", "X_batch = X[rows[::-1]]")
    found = result(graded("linear-classifier", program), TRAIN)
    assert found.points == 0


def test_results_that_answer_with_an_array_for_their_length_are_no_fault_of_ours() -> None:
    odd = """
class Odd:
    def get(self, key):
        return 0.5, 0.5

    def __len__(self):
        return np.zeros(2)
"""
    program = changed(SOLUTION + odd, "return best, results", "return best, Odd()")
    assert result(graded("linear-classifier", program), SEARCH).status is FunctionStatus.FAILED


# --------------------------------------------------------------------------- what loops and searches ask for


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ("self.loss(None, y_batch, reg)", "X is None"),
        ("self.loss(X_batch.T, y_batch, reg)", "X is no array of shape (N, 4)"),
        ("self.loss(np.tile(X, (500, 1)), y_batch, reg)", "there are not that many samples"),
        ("self.loss(X_batch, y_batch, None)", "reg is None; a number belongs there"),
        ("self.loss(X_batch, y_batch, [reg, reg])", "reg is list (len 2); a number belongs there"),
        ("self.loss()", "loss takes X_batch, y_batch and reg"),
        ("[self.loss(X_batch, y_batch, reg) for _ in range(2000)][0]", "far more often than num_iters"),
    ],
)
def test_a_loss_that_is_asked_for_nonsense_says_so(asked: str, says: str) -> None:
    found = result(graded("linear-classifier", changed(SOLUTION, "self.loss(X_batch, y_batch, reg)", asked)), TRAIN)
    assert found.status is FunctionStatus.RAISED
    assert found.reason is not None
    assert says in text(found.reason, "en")


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ("evaluate(None, reg)", "evaluate takes two numbers"),
        ("evaluate(learning_rates, regs)", "evaluate takes two numbers"),
        ("evaluate(learning_rate)", "missing a required argument"),
        ("[evaluate(learning_rate, reg) for _ in range(2000)][0]", "far more often than there are settings"),
    ],
)
def test_a_search_that_asks_for_nonsense_is_told_so(asked: str, says: str) -> None:
    report = graded("linear-classifier", changed(SOLUTION, "evaluate(learning_rate, reg)", asked))
    found = result(report, SEARCH)
    told = [text(message, "en") for message in (found.reason, *(check.message for check in found.checks)) if message]
    assert any(says in sentence for sentence in told), told


def test_a_minibatch_may_be_counted_off_instead_of_drawn() -> None:
    """The handout asks for random ones; what can be seen is that they differ and visit everybody."""
    in_turn = "(it * batch_size + np.arange(batch_size)) % num_train"
    program = changed(SOLUTION, "np.random.choice(num_train, batch_size)", in_turn)
    assert result(graded("linear-classifier", program), TRAIN).status is FunctionStatus.PASSED


def test_labels_in_two_axes_are_warned_of_and_cost_nothing() -> None:
    found = result(
        graded("linear-classifier", changed(SOLUTION, "y_batch = y[rows]", "y_batch = y[rows][None]")), TRAIN
    )
    assert found.points == 8
    assert [warning.id for warning in found.warnings] == ["warning.labels-reshaped-to-row"]


def test_weights_that_are_not_there_yet_are_small_and_as_many_as_classes() -> None:
    for made, expected in (
        ("np.random.normal(0, 1e-3, (dim, num_classes))", set()),
        ("0.001 * np.random.randn(dim, num_classes).astype(np.float32)", set()),
        ("0.01 * np.random.randn(dim, num_classes)", {"robustness"}),
        ("np.zeros((dim, num_classes))", {"robustness"}),
        ("0.001 * np.random.randn(dim, 10)", {"robustness"}),
    ):
        program = changed(SOLUTION, "0.001 * np.random.randn(dim, num_classes)", made)
        assert failed(graded("linear-classifier", program), TRAIN) == expected, made


@pytest.mark.parametrize("option", ["layout-2015", "weights-classes-first"])
def test_a_layout_that_is_followed_throughout_is_named_and_a_course_may_take_it(option: str) -> None:
    program = SOLUTION
    edits = {
        "layout-2015": (
            ("num_train, dim = X.shape", "dim, num_train = X.shape"),
            ("X[rows]", "X[:, rows]"),
            ("randn(dim, num_classes)", "randn(num_classes, dim)"),
            ("X.dot(self.W)", "self.W.dot(X).T"),
        ),
        "weights-classes-first": (
            ("randn(dim, num_classes)", "randn(num_classes, dim)"),
            ("X.dot(self.W)", "X.dot(self.W.T)"),
        ),
    }
    for edit in edits[option]:
        program = changed(program, *edit)
    report = graded("linear-classifier", program)
    for name in (TRAIN, PREDICT):
        assert [one.id for one in result(report, name).diagnosis] == [option]
        assert result(report, name).points >= result(report, name).max_points * 85 / 100
    accepting = graded("linear-classifier", program, profile=Profile("theirs", {"layout": (option,)}))
    assert accepting.score == 16


@pytest.mark.parametrize("package", [".", "cs231n.classifiers.", "..classifiers.", ""])
def test_a_subclass_may_have_the_loss_and_the_file_alone_may_import_the_losses(package: str) -> None:
    head = f"from {package}linear_svm import *\nfrom {package}softmax import softmax_loss_vectorized\n"
    tail = """

class LinearSVM(LinearClassifier):
    def loss(self, X_batch, y_batch, reg):
        return svm_loss_vectorized(self.W, X_batch, y_batch, reg)


class Softmax(LinearClassifier):
    def loss(self, X_batch, y_batch, reg):
        return softmax_loss_vectorized(self.W, X_batch, y_batch, reg)
"""
    assert graded("linear-classifier", head + SOLUTION + tail).score == 16


def test_a_loss_that_is_asked_for_by_the_names_of_the_handout_is_answered() -> None:
    asked = "self.loss(X_batch=X_batch, y_batch=y_batch, reg=reg)"
    report = graded("linear-classifier", changed(SOLUTION, "self.loss(X_batch, y_batch, reg)", asked))
    assert result(report, "LinearClassifier.train").status is FunctionStatus.PASSED


@pytest.mark.parametrize(
    ("old", "new", "most"),
    [
        ("self.W = self.W - learning_rate * grad", "pass", 0),
        ("self.W = self.W - learning_rate * grad", "self.W -= 2 * learning_rate * grad", 4),
    ],
)
def test_a_loop_that_does_not_train_earns_nothing_and_one_that_goes_elsewhere_half_at_most(
    old: str, new: str, most: int
) -> None:
    function = result(graded("linear-classifier", changed(SOLUTION, old, new)), "LinearClassifier.train")
    assert function.status is FunctionStatus.FAILED
    assert function.points <= most
