"""The reference of two-layer-net against derivatives that know nothing of it, and how an edition is told."""

import numpy as np
import pytest

from grader.checks.constructor import constructor_of
from grader.core import Case, FunctionStatus, Group, Profile, SourceFile, Submission
from grader.grading import registry
from grader.grading.seeds import stream
from grader.report import text
from tests.reference.derivatives import centred, complex_step, furthest, gradients, smooth, the_loss
from tests.reference.twins import failed, twin
from tests.students import changed, graded, result

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


@pytest.mark.parametrize("text", ["def __init__(", "def __init__(self) ->", "def __init__(self)" + 99 * " "])
def test_a_text_made_to_be_searched_for_long_has_no_constructor(text: str) -> None:
    """Half a megabyte of beginnings, of which none ends: a search that goes back for each would take minutes."""
    program = f"class TwoLayerNet:\n    {text * (500_000 // len(text))}\n"
    submission = Submission((SourceFile("neural_net.py", b"", program),))
    assert constructor_of(submission, "TwoLayerNet", ("neural_net.py",)).names == frozenset()


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


# --------------------------------------------------------------------------- conventions, luck and twins

(SOLUTION,) = NET.solution.values()
LOSS, TRAIN, PREDICT = "TwoLayerNet.loss", "TwoLayerNet.train", "TwoLayerNet.predict"


@pytest.mark.parametrize(("edition", "axis", "own"), [("first", "l2", "full"), ("second", "l2-modular", "half")])
def test_each_edition_asks_for_its_own_l2_term_and_knows_the_other(edition: str, axis: str, own: str) -> None:
    group = EDITIONS[edition]
    assert group.ways == {axis: f"reg-{own}-convention"}
    (other,) = group.otherwise
    inputs = CASES[0].draw(stream(b"seed", "base"))
    squares = np.sum(inputs["W1"] ** 2) + np.sum(inputs["W2"] ** 2)
    sign = 1 if own == "full" else -1
    difference = group.reference(inputs)["loss"] - other.reference(inputs)["loss"]
    assert difference == pytest.approx(sign * 0.5 * inputs["reg"] * squares, rel=1e-12)


def test_half_the_l2_term_is_named_in_the_first_edition_and_costs_its_share() -> None:
    halved = SOLUTION.replace("reg_loss = reg", "reg_loss = 0.5 * reg").replace("+ reg * np", "+ 0.5 * reg * np")
    halved = halved.replace("2 * reg * W", "reg * W")
    found = result(graded(NET, halved), LOSS)
    assert [d.id for d in found.diagnosis] == ["reg-half-convention"]
    assert float(found.points) == pytest.approx(0.85 * 18)
    accepting = Profile("mine", {"l2": ("reg-full-convention", "reg-half-convention")})
    assert graded(NET, halved, profile=accepting).score == 28


def lucky(body: str) -> float:
    """The points of a training loop."""
    start = SOLUTION.index("        num_train = X.shape[0]")
    text = f"{SOLUTION[:start]}{body}\n\n    def predict{SOLUTION.split('    def predict')[1]}"
    return float(result(graded(NET, text), TRAIN).points)


ASKING = """
        history = []
        for it in range(num_iters):
            chosen = np.random.choice(len(X), batch_size)
            loss, grads = self.loss(X[chosen], y[chosen], reg)
            history.append(loss)
"""
GUESSING = """
        epochs = -(-num_iters // max(len(X) // batch_size, 1))
        return {"loss_history": HISTORY, "train_acc_history": [ACC] * epochs, "val_acc_history": [0.5] * epochs}
"""


@pytest.mark.parametrize("accuracy", ["0.0", "1.0"])
@pytest.mark.parametrize(
    "body",
    [
        GUESSING.replace("HISTORY", "[1.5] * num_iters"),
        ASKING + GUESSING.replace("HISTORY", "history"),
        "        for name in self.params: self.params[name] = self.params[name] * 1.01\n"
        + GUESSING.replace("HISTORY", "[1.5] * num_iters"),
    ],
    ids=["guesses", "asks for losses of right minibatches", "moves without a loss"],
)
def test_a_loop_that_does_not_train_earns_nothing(body: str, accuracy: str) -> None:
    assert lucky(body.replace("ACC", accuracy)) == 0


def test_a_loop_that_trains_right_earns_everything() -> None:
    text = (
        ASKING
        + """
            for name in grads:
                self.params[name] = self.params[name] - learning_rate * grads[name]
            if it % max(len(X) // batch_size, 1) == 0:
                accs = (np.mean(self.predict(X[chosen]) == y[chosen]), np.mean(self.predict(X_val) == y_val))
                both = both + [accs] if it else [accs]
                learning_rate *= learning_rate_decay
        train, val = zip(*both)
        return {"loss_history": history, "train_acc_history": list(train), "val_acc_history": list(val)}
"""
    )
    assert lucky(text) == 6


RETURNS = {
    "scores": "out if isinstance(out, tuple) else spoilt(out)",
    "a gradient": "(out[0], {**out[1], 'b1': spoilt(out[1]['b1'])}) if isinstance(out, tuple) else out",
    "history": "{**out, 'loss_history': spoilt(np.array(out['loss_history']))}",
}


@pytest.mark.parametrize(
    ("spoil", "scores", "gradient", "history"),
    [
        ("right", set(), set(), set()),
        ("off by a little", {"value", "robustness"}, {"gradient", "robustness"}, {"value", "robustness"}),
        ("of another shape", {"value", "robustness", "contract"}, {"gradient", "robustness", "contract"},
         {"value", "robustness", "contract"}),
        ("NaN", {"value", "robustness"}, {"gradient", "robustness"}, {"value", "robustness"}),
        ("another one each time", {"deterministic"}, {"deterministic"}, {"deterministic"}),
    ],
)  # fmt: skip
def test_spoilt_results_are_found(spoil: str, scores: set[str], gradient: set[str], history: set[str]) -> None:
    for function, kind, among in (
        (LOSS, "scores", scores),
        (LOSS, "a gradient", gradient),
        (TRAIN, "history", history),
    ):
        found = failed(twin("two-layer-net", function, spoil, RETURNS[kind]), function)
        assert among <= found, kind
        assert bool(found) is bool(among), kind


SECOND_EDITION = """
import numpy as np
from layers import *

class TwoLayerNet(object):
    def __init__(self, input_dim=3 * 32 * 32, hidden_dim=100, num_classes=10, weight_scale=1e-3, reg=0.0):
        self.reg = reg
        self.params = {
            "W1": weight_scale * np.random.randn(input_dim, hidden_dim), "b1": np.zeros(hidden_dim),
            "W2": weight_scale * np.random.randn(hidden_dim, num_classes), "b2": np.zeros(num_classes),
        }

    def loss(self, X, y=None):
        W1, b1, W2, b2 = (self.params[name] for name in ("W1", "b1", "W2", "b2"))
        a, fc1 = affine_forward(X, W1, b1)
        h, relu = relu_forward(a)
        scores, fc2 = affine_forward(h, W2, b2)
        if y is None:
            return scores
        loss, dscores = softmax_loss(scores, y)
        loss += 0.5 * self.reg * (np.sum(W1 * W1) + np.sum(W2 * W2))
        dh, dW2, db2 = affine_backward(dscores, fc2)
        _, dW1, db1 = affine_backward(relu_backward(dh, relu), fc1)
        return loss, {"W1": dW1 + self.reg * W1, "b1": db1, "W2": dW2 + self.reg * W2, "b2": db2}
"""
CONSTRUCTOR = "TwoLayerNet.__init__"
OF_THE_SECOND = {
    "weight-scale-ignored": (CONSTRUCTOR, (('"W1": weight_scale *', '"W1": 1e-2 *'),)),
    "biases-drawn-at-random": (CONSTRUCTOR, (("np.zeros(hidden_dim)", "np.random.randn(hidden_dim)"),)),
    "bias-wrong-size": (CONSTRUCTOR, (("np.zeros(hidden_dim)", "np.zeros(input_dim)"),)),
    "reg-left-none": (CONSTRUCTOR, (("reg=0.0", "reg=None"), ("self.reg = reg", "self.reg = 1.0 * reg"))),
    "reg-left-none in the loss": (LOSS, (("reg=0.0", "reg=None"),)),
    "reg-full-convention": (LOSS, (("0.5 * self.reg", "self.reg"), ("+ self.reg * W1", "+ 2 * self.reg * W1"),
                                   ("+ self.reg * W2", "+ 2 * self.reg * W2"))),
    "reg-first-layer-missing": (LOSS, (("np.sum(W1 * W1) + ", ""), ("dW1 + self.reg * W1", "dW1"))),
    "relu-on-scores": (LOSS, (("if y is None:", "scores, last = relu_forward(scores)\n        if y is None:"),
                              ("affine_backward(dscores,", "affine_backward(relu_backward(dscores, last),"))),
    "relu-mask-missing": (LOSS, (("relu_backward(dh, relu)", "dh"),)),
    "probabilities-returned-for-scores": (
        LOSS, (("return scores", "return np.exp(scores) / np.exp(scores).sum(axis=1)[:, None]"),),
    ),
    "weights-updated-mid-backward": (LOSS, (("        dh, dW2", "        W2 *= 1.01\n        dh, dW2"),)),
}  # fmt: skip


def test_the_second_edition_is_right_by_its_layers() -> None:
    assert graded(NET, SECOND_EDITION).score == 28


@pytest.mark.parametrize("drawn", ["np.random.default_rng().normal", "np.random.normal"])
def test_a_constructor_may_draw_from_any_generator(drawn: str) -> None:
    text = SECOND_EDITION
    for size in ("input_dim, hidden_dim", "hidden_dim, num_classes"):
        text = changed(text, f"np.random.randn({size})", f"{drawn}(size=({size}))")
    report = graded(NET, text)
    assert (report.score, result(report, CONSTRUCTOR).status) == (28, FunctionStatus.PASSED)


@pytest.mark.parametrize(
    "made",
    [
        "np.sort(np.random.randn(input_dim * hidden_dim)).reshape(input_dim, hidden_dim)",
        "np.random.randn(hidden_dim) * np.ones((input_dim, 1))",
        "np.random.randn(input_dim, 1) * np.ones(hidden_dim)",
        "np.full((input_dim, hidden_dim), np.nan)",
    ],
    ids=["sorted", "one row for all", "one column for all", "not a number"],
)
def test_weights_that_are_not_drawn_one_by_one_cost_the_constructor(made: str) -> None:
    text = changed(SECOND_EDITION, "np.random.randn(input_dim, hidden_dim)", made)
    found = result(graded(NET, text), CONSTRUCTOR)
    assert found.status is FunctionStatus.FAILED
    assert found.points < found.max_points


@pytest.mark.parametrize("id", OF_THE_SECOND)
def test_a_mistake_of_the_second_edition_costs_its_function(id: str) -> None:
    function, edits = OF_THE_SECOND[id]
    text = SECOND_EDITION
    for old, new in edits:
        text = changed(text, old, new)
    found = result(graded(NET, text), function)
    assert found.points < found.max_points
    assert [d.id for d in found.diagnosis if d.severity == "convention"] == ([id] if id.endswith("convention") else [])


def test_the_file_of_the_handout_says_the_edition_where_a_tree_has_both() -> None:
    both = (SourceFile("cs231n/classifiers/fc_net.py", b"", SECOND_SOURCE),
            SourceFile("cs231n/classifiers/neural_net.py", b"", SOLUTION))  # fmt: skip
    assert NET.editions is not None
    assert {group.name for group in NET.editions(Submission(both))} == set(FIRST)
