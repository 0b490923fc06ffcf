"""The reference of two-layer-net against derivatives that know nothing of it, and how an edition is told."""

import numpy as np
import pytest

from grader.core import Case, FunctionStatus, Group, SourceFile, Submission
from grader.grading import registry
from grader.grading.seeds import stream
from grader.report import text
from tests.reference.derivatives import centred, complex_step, furthest, gradients, smooth, the_loss
from tests.students import graded, result

NET = registry.load("two-layer-net")
assert NET.editions is not None
FIRST = {group.name: group for group in NET.groups}
SECOND_SOURCE = (
    "class TwoLayerNet(object):\n    def __init__(self, input_dim=4,\n                 hidden_dim=3): pass\n"
)


def groups_of(text: str) -> dict[str, Group]:
    assert NET.editions is not None
    return {group.name: group for group in NET.editions(Submission((SourceFile("net.py", b"", text),)))}


SECOND = groups_of(SECOND_SOURCE)
EDITIONS = {"first": FIRST["TwoLayerNet.loss"], "second": SECOND["TwoLayerNet.loss"]}
CASES = [case for case in EDITIONS["first"].cases if smooth(case)]


@pytest.mark.parametrize("edition", EDITIONS)
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_every_gradient_is_the_derivative_by_complex_step(edition: str, case: Case) -> None:
    group = EDITIONS[edition]
    for seed in range(3):
        inputs = case.draw(stream(bytes([seed]), case.name))
        for gradient, name in gradients(group):
            assert furthest(group.reference(inputs)[gradient], complex_step(group, inputs, name, the_loss)) < 1e-9


@pytest.mark.parametrize("edition", EDITIONS)
@pytest.mark.parametrize(
    "case", [case for case in CASES if case.name not in ("small W", "b2+1000")], ids=lambda case: case.name
)
def test_every_gradient_is_the_derivative_by_centred_differences(edition: str, case: Case) -> None:
    """To 1e-9 of the largest entry. Not with small weights, whose pre-activations are nearer to 0 than a useful step,
    nor with large scores, whose differences are rounding."""
    group = EDITIONS[edition]
    inputs = case.draw(stream(b"seed", case.name))
    for gradient, name in gradients(group):
        expected = centred(group, inputs, name, the_loss, h=5e-4)
        assert np.abs(group.reference(inputs)[gradient] - expected).max() <= 1e-9 * np.abs(expected).max() + 1e-12


def test_the_editions_differ_in_the_l2_term_alone() -> None:
    inputs = CASES[0].draw(stream(b"seed", "base"))
    squares = np.sum(inputs["W1"] ** 2) + np.sum(inputs["W2"] ** 2)
    first, second = (EDITIONS[name].reference(inputs) for name in ("first", "second"))
    assert first["loss"] - second["loss"] == pytest.approx(0.5 * inputs["reg"] * squares, rel=1e-12)
    assert first["dW1"] - second["dW1"] == pytest.approx(inputs["reg"] * inputs["W1"], rel=1e-12)
    assert np.array_equal(first["db1"], second["db1"])
    assert np.array_equal(first["scores"], second["scores"])


def test_large_biases_of_the_last_layer_change_no_loss() -> None:
    case = next(case for case in CASES if case.name == "b2+1000")
    inputs = case.draw(stream(b"seed", case.name))
    level = EDITIONS["first"].reference({**inputs, "b2": inputs["b2"] - 1000})
    assert EDITIONS["first"].reference(inputs)["loss"] == pytest.approx(level["loss"], rel=1e-9)


def test_pre_activations_stay_away_from_the_kink_and_scores_have_both_signs() -> None:
    for seed in range(20):
        inputs = CASES[0].draw(stream(bytes([seed]), "base"))
        assert np.abs(inputs["X"] @ inputs["W1"] + inputs["b1"]).min() > 1e-2
        scores = EDITIONS["first"].reference(inputs)["scores"]
        assert scores.min() < 0 < scores.max()


@pytest.mark.parametrize(
    ("text", "second"),
    [
        (SECOND_SOURCE, True),
        ("class TwoLayerNet:\n    def __init__(self, input_size, hidden_size, output_size, std=1e-4): pass\n", False),
        ("class TwoLayerNet:\n    pass\nclass FullyConnectedNet:\n    def __init__(self, input_dim): pass\n", False),
        (SECOND_SOURCE + "def broken(:\n", True),
    ],
    ids=["second", "first", "another class takes input_dim", "a syntax error below"],
)
def test_the_constructor_tells_the_edition(text: str, second: bool) -> None:
    assert ("TwoLayerNet.__init__" in groups_of(text)) is second


def test_both_editions_are_worth_the_same() -> None:
    for groups in (FIRST, SECOND):
        points = {function.name: int(function.points) for group in groups.values() for function in group.functions}
        assert sum(points.values()) == 28
    assert points == {"TwoLayerNet.__init__": 4, "TwoLayerNet.loss": 24}


def test_the_training_reference_is_descent_by_the_scripted_gradients() -> None:
    """Step by step, with the decay after every first step of an epoch."""
    group = FIRST["TwoLayerNet.train"]
    inputs = group.cases[0].draw(stream(b"seed", "base"))
    W1, rate = np.array(inputs["W1"]), inputs["learning_rate"]
    for step in range(7):
        W1 = W1 - rate * inputs["steps"][step]["W1"]
        if step in (0, 3, 6):  # 12 samples in batches of 4: three steps an epoch
            rate *= inputs["learning_rate_decay"]
    outputs = group.reference(inputs)
    assert outputs["W1"] == pytest.approx(W1, rel=1e-12)
    assert len(outputs["train_acc_history"]) == 3


def test_the_accuracies_that_a_training_meets_are_drawn() -> None:
    """All training samples right or none, so that every minibatch is alike; for validation one to seven of eight."""
    group = FIRST["TwoLayerNet.train"]
    drawn = [group.reference(group.cases[0].draw(stream(bytes([seed]), "base"))) for seed in range(40)]
    assert {outputs["train_acc_history"][0] for outputs in drawn} == {0.0, 1.0}
    assert {outputs["val_acc_history"][0] for outputs in drawn} == {n / 8 for n in range(1, 8)}


def test_no_two_scores_are_close_where_labels_are_predicted() -> None:
    group = FIRST["TwoLayerNet.predict"]
    for case in group.cases:
        inputs = case.draw(stream(b"seed", case.name))
        labels = group.reference(inputs)["labels"]
        nudged = {**inputs, "b2": inputs["b2"] + 4e-4 * np.eye(len(inputs["b2"]))[0]}
        assert np.array_equal(group.reference(nudged)["labels"], labels)


def test_the_spread_of_a_constructors_weights_is_given_six_sigma() -> None:
    group = SECOND["TwoLayerNet.__init__"]
    for case in group.cases:
        d, h, c = case.draw(stream(b"seed", case.name))["sizes"]
        assert case.tolerance > 6 / np.sqrt(2 * min(d * h, h * c))


# --------------------------------------------------------------------------- what is said of odd nets

ODD = """
class TwoLayerNet:
    def __init__(self, input_size, hidden_size, output_size, std=1e-4):
        self.params = {}

    def train(self, X, y, X_val, y_val, **settings):
        RETURN

    def predict(self, X):
        self.loss(None)
        return self.loss(X).argmax(axis=1)

    def loss(self, X, y=None, reg=0.0):
        return None
"""


def test_a_method_that_asks_for_the_loss_of_nothing_is_told_so() -> None:
    """It is written, and wrong."""
    report = graded("two-layer-net", ODD.replace("RETURN", "self.loss(None)"))
    for name in ("TwoLayerNet.train", "TwoLayerNet.predict"):
        found = result(report, name)
        assert found.status is FunctionStatus.RAISED
        assert found.reason is not None
        assert text(found.reason, "en").startswith("ValueError: X is None")


@pytest.mark.parametrize(
    ("returned", "expected"),
    [
        ("return {'loss_history': [0.5] * 200_000}", "loss_history is too large"),
        ("return {'loss_history': [0.5] * 7, 'val_acc_history': [0.5, 1] * 100_000}", "train_acc_history is not among"),
        ("return {'loss_history': ([0.5, 1] * 4000), 'steps': object()}", "loss_history is too large"),
        ("return {'val_acc_history': [0.5] * 7}", "loss_history is not among what is returned"),
        ("return [0.5] * 7, []", "loss_history is not among what is returned"),
    ],
)
def test_a_history_that_is_too_large_or_left_out_is_not_said_to_be_none(returned: str, expected: str) -> None:
    found = result(graded("two-layer-net", ODD.replace("RETURN", returned)), "TwoLayerNet.train")
    messages = " ".join(text(check.message, "en") for check in found.checks)
    assert expected in messages
    assert "None" not in messages
