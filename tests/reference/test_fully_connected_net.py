"""The reference of fully-connected-net against derivatives that know nothing of it, its editions, and its twins."""

from itertools import pairwise

import numpy as np
import pytest

from grader.core import Case, FunctionStatus, Group, Inputs, Limits, Profile, SourceFile, State, Submission
from grader.grading import registry
from grader.grading.seeds import stream
from tests.reference.derivatives import complex_step, furthest, the_loss
from tests.reference.twins import failed, twin
from tests.students import changed, check, graded, handed_in, result, sandbox

NET = registry.load("fully-connected-net")
(SOLUTION,) = NET.solution.values()
LOSS, CONSTRUCTOR = "FullyConnectedNet.loss", "FullyConnectedNet.__init__"
GROUPS = {group.name: group for group in NET.groups}
GROUP = GROUPS[LOSS]
SMOOTH = [case for case in GROUP.cases if case.check != "dropout" and case.name != "float32" and "loss" in case.graded]


def case_of(name: str, group: Group = GROUP) -> Case:
    return next(case for case in group.cases if case.name == name)


def drawn(name: str, seed: int = 0) -> Inputs:
    return case_of(name).draw(stream(bytes([seed]), name))


def affine(inputs: Inputs, i: int, x: np.ndarray) -> np.ndarray:
    return np.asarray(x @ inputs[f"W{i}"] + inputs[f"b{i}"])


# --------------------------------------------------------------------------- the reference


@pytest.mark.parametrize("case", SMOOTH, ids=lambda case: case.name)
def test_every_gradient_is_the_derivative_by_complex_step(case: Case) -> None:
    """A bias in front of batch normalisation has none, but for rounding."""
    inputs = case.draw(stream(b"seed", case.name))
    outputs = GROUP.reference(inputs)
    asked = [(output.name, output.of) for output in GROUP.outputs if output.of and output.name in case.graded]
    assert len(asked) >= 4
    for gradient, name in asked:
        assert name is not None
        expected = complex_step(GROUP, inputs, name, the_loss)
        if np.abs(expected).max() < 1e-12:
            assert case.name == "batchnorm"
            assert np.abs(outputs[gradient]).max() < 1e-12
        else:
            assert furthest(outputs[gradient], expected) < 1e-8


def test_the_scores_are_those_of_layers_one_after_another() -> None:
    inputs = drawn("4 hidden layers")
    x = inputs["X"]
    for i in (1, 2, 3, 4):
        x = np.maximum(affine(inputs, i, x), 0)
    assert furthest(GROUP.reference(inputs)["scores"], affine(inputs, 5, x)) < 1e-12


def test_layer_normalisation_looks_at_one_sample_alone_and_batch_normalisation_does_not() -> None:
    for name, alone in (("layernorm", True), ("batchnorm", False)):
        inputs = dict(drawn(name))
        other = {**inputs, "X": np.concatenate([inputs["X"][:1], 3 * inputs["X"][1:]])}
        first, second = (GROUP.reference(one)["scores"][0] for one in (inputs, other))
        assert (furthest(first, second) < 1e-12) is alone


def test_batch_normalisation_tests_by_a_tenth_of_the_moments_of_one_training_pass() -> None:
    inputs = drawn("batchnorm, test")
    trained, tested = inputs["X"], inputs["X_test"]
    for i in (1, 2):
        trained, tested = affine(inputs, i, trained), affine(inputs, i, tested)
        mean, var = trained.mean(axis=0), trained.var(axis=0)
        gamma, beta = inputs[f"gamma{i}"], inputs[f"beta{i}"]
        tested = np.maximum(gamma * (tested - 0.1 * mean) / np.sqrt(0.1 * var + 1e-5) + beta, 0)
        trained = np.maximum(gamma * (trained - mean) / np.sqrt(var + 1e-5) + beta, 0)
    assert furthest(GROUP.reference(inputs)["scores"], affine(inputs, 3, tested)) < 1e-12


def test_dropout_leaves_the_scores_of_a_test_alone() -> None:
    inputs = drawn("dropout, test")
    without = {**inputs, "dropout": None, "asked": "scores", "X": inputs["X_test"], "y": inputs["y"][[0] * 7]}
    assert furthest(GROUP.reference(inputs)["scores"], GROUP.reference(without)["scores"]) < 1e-12


def test_pre_activations_stay_away_from_the_kink_and_scores_have_both_signs() -> None:
    for seed in range(20):
        inputs = drawn("base", seed)
        before = affine(inputs, 1, inputs["X"])
        assert np.abs(before).min() > 1e-2 * np.abs(before).mean()
        scores = GROUP.reference(inputs)["scores"]
        assert scores.min() < 0 < scores.max()


@pytest.mark.parametrize("name", ["own slopes", "dropout"])
def test_no_mask_reaches_a_kink(name: str) -> None:
    """Whatever is dropped, every unit behind the first layer stays on its side of 0."""
    rng = np.random.RandomState(1)
    for seed in range(5):
        inputs = drawn(name, seed)
        first = np.maximum(affine(inputs, 1, inputs["X"]), 0)
        keep = min(inputs["dropout"], 1 - inputs["dropout"])
        behind = [affine(inputs, 2, first * (rng.random_sample(first.shape) < 0.5) / keep) for _ in range(50)]
        if name == "dropout":  # there the kept units are copied, and the dropped ones are 0
            assert min(first.min(), *(b.min() for b in behind)) >= 0
        else:
            assert all(np.array_equal(b > 0, behind[0] > 0) and np.abs(b).min() > 0.5 for b in behind)


def test_the_points_are_those_of_the_catalogue() -> None:
    assert {f.name: int(f.points) for f in NET.functions} == {CONSTRUCTOR: 4, LOSS: 26}
    parts = {c.id: float(c.points[LOSS]) for c in GROUP.checks if c.points[LOSS]}
    assert (parts["normalization"], parts["dropout"], parts["test-mode"]) == (6, 4, 2)
    assert parts["value"] + parts["gradient"] + parts["initial-loss"] + parts["robustness"] + parts["contract"] == 14


def test_the_statistics_of_a_constructors_weights_are_given_six_sigma() -> None:
    group = GROUPS[CONSTRUCTOR]
    for case in group.cases:
        if "overlap" in (case.graded or ()):
            sizes = case.draw(stream(b"seed", case.name))["sizes"]
            fewest = min(a * b for a, b in pairwise(sizes))
            assert case.tolerance > 6 / np.sqrt(fewest)


def test_two_passes_without_a_seed_keep_other_units_but_for_a_chance_of_one_in_a_trillion() -> None:
    inputs = drawn("dropout, no seed")
    both = inputs["dropout"] ** 2  # a unit is kept by both hidden layers
    assert inputs["seed"] is None
    assert (both**2 + (1 - both) ** 2) ** len(inputs["b2"]) < 1e-12


@pytest.mark.parametrize(
    "drawn",
    [
        "np.sort(np.random.randn(sizes[i - 1] * sizes[i])).reshape(sizes[i - 1], sizes[i])",
        "np.random.randn(sizes[i]) * np.ones((sizes[i - 1], 1))",
        "np.random.randn(sizes[i - 1], 1) * np.ones(sizes[i])",
    ],
    ids=["sorted", "one row for all", "one column for all"],
)
def test_weights_that_are_not_drawn_one_by_one_cost_the_constructor(drawn: str) -> None:
    text = changed(SOLUTION, "np.random.randn(sizes[i - 1], sizes[i])", drawn)
    found = result(graded("fully-connected-net", text), CONSTRUCTOR)
    assert found.status is FunctionStatus.FAILED
    assert found.points < found.max_points


def test_a_net_that_always_drops_the_same_units_without_a_seed_loses_points_for_dropout_alone() -> None:
    fixed = 'dropout_forward(out, {"seed": 1, **self.dropout_param})'
    report = graded("fully-connected-net", changed(SOLUTION, "dropout_forward(out, self.dropout_param)", fixed))
    assert failed(report, LOSS) == {"dropout"}
    found = check(report, "dropout", LOSS)
    assert found.cases.failing == ("dropout, no seed",)
    assert found.points < found.max_points


# --------------------------------------------------------------------------- editions

HEADS = {
    "2016": "hidden_dims, input_dim=3*32*32, num_classes=10,\n dropout=0, use_batchnorm=False, reg=0.0, seed=None",
    "2018": "hidden_dims, input_dim=(3*32*32), num_classes=10, dropout=1, normalization=None, reg=0.0, dtype=0",
    "2021": "hidden_dims, input_dim=3 * 32 * 32, num_classes=10, dropout_keep_ratio=1, normalization=None, reg=0.0",
    "anything": "*args, **kwargs",
}


def groups_of(head: str, body: str = "pass", tail: str = "") -> dict[str, Group]:
    text = f"class FullyConnectedNet(object):\n  def __init__(self, {head}){tail}:\n    {body}\n"
    assert NET.editions is not None
    return {group.name: group for group in NET.editions(Submission((SourceFile("net.py", b"", text),)))}


def named(head: str, case: str) -> dict[str, object]:
    """The keywords that a constructor with these arguments is called with first."""
    return attempts(head, case)[0]


def attempts(head: str, case: str) -> list[dict[str, object]]:
    """The keywords of all attempts, the likeliest first."""
    group = groups_of(head)[LOSS]
    asked = group.play.network.arguments(case_of(case, group).draw(stream(b"seed", case)))  # type: ignore[attr-defined]
    return [dict(keywords) for _, keywords in asked]


def test_options_have_the_names_of_the_edition_and_those_that_are_off_are_not_passed() -> None:
    assert named(HEADS["2016"], "batchnorm").keys() == {"input_dim", "num_classes", "reg", "use_batchnorm", "seed"}
    assert named(HEADS["2016"], "own slopes")["dropout"] == 0.6
    assert named(HEADS["2018"], "layernorm")["normalization"] == "layernorm"
    assert named(HEADS["2018"], "dropout")["dropout"] == 0.6
    assert named(HEADS["2021"], "dropout")["dropout_keep_ratio"] == 0.6
    assert named(HEADS["2021"], "base").keys() == {"input_dim", "num_classes", "reg"}
    assert named(HEADS["anything"], "base").keys() == {
        "input_dim", "num_classes", "reg", "weight_scale", "dtype", "seed",
    }  # fmt: skip


def test_the_names_of_the_other_editions_follow_those_of_the_likeliest() -> None:
    """Not where they mean the same, and no older one where it knows no such thing."""
    names = [
        {"dropout_keep_ratio", "dropout", "normalization", "use_batchnorm"} & one.keys()
        for case in ("dropout", "own slopes, batchnorm")
        for one in attempts(HEADS["2021"], case)
    ]
    assert names == [
        {"dropout_keep_ratio"},
        {"dropout"},
        {"normalization", "dropout_keep_ratio"},
        {"normalization", "dropout"},
        {"use_batchnorm", "dropout"},
    ]
    assert [len(attempts(HEADS["2021"], case)) for case in ("base", "batchnorm", "layernorm")] == [1, 2, 1]


def test_a_type_of_numbers_is_given_as_itself() -> None:
    assert [named(HEADS["anything"], case)["dtype"] for case in ("base", "float32")] == [np.float64, np.float32]


def test_the_first_editions_know_no_layer_normalisation() -> None:
    assert "layernorm" not in {case.name for case in groups_of(HEADS["2016"])[LOSS].cases}
    assert "layernorm" in {case.name for case in groups_of(HEADS["2018"], tail=" -> None")[LOSS].cases}


def test_a_line_of_the_handout_that_leaves_the_mode_as_it_is_is_no_fault_of_a_student() -> None:
    stuck = groups_of(HEADS["2016"], "for bn_param in self.bn_params: bn_param[mode] = mode")[LOSS]
    mended = groups_of(HEADS["2016"], "for bn_param in self.bn_params: bn_param['mode'] = mode")[LOSS]
    names = [{case.name for case in group.cases if case.check == "test-mode"} for group in (stuck, mended)]
    assert names == [{"dropout, test"}, {"dropout, test", "batchnorm, test"}]


def test_every_edition_is_worth_the_same() -> None:
    for head in HEADS.values():
        points = [function.points for group in groups_of(head).values() for function in group.functions]
        assert points == [4, 26]


def test_a_gradient_of_0_is_the_slope_of_a_loss_that_stays_the_same() -> None:
    """A mask may let nothing of a parameter through; that it is a wrong mask is told by other cases."""
    none = 'dropout_forward(out, {**self.dropout_param, "p": 1e-300})'
    report = graded("fully-connected-net", changed(SOLUTION, "dropout_forward(out, self.dropout_param)", none))
    assert check(report, "dropout", LOSS).cases.failing == ("dropout", "dropout, no seed")


def test_half_the_l2_term_is_asked_for_whatever_a_course_asks_of_linear_losses() -> None:
    profile = Profile("mine", {"l2": ("reg-full-convention",)})
    assert graded(NET, SOLUTION, profile=profile).score == NET.max_score
    accepting = Profile("mine", {"l2-modular": ("reg-half-convention", "reg-full-convention")})
    full = changed(SOLUTION, "0.5 * self.reg * np.sum", "self.reg * np.sum").replace(
        "dW + self.reg", "dW + 2 * self.reg"
    )
    assert graded(NET, full, profile=accepting).score == NET.max_score
    assert [d.id for d in result(graded(NET, full), LOSS).diagnosis] == ["reg-full-convention"]


# --------------------------------------------------------------------------- what must be right

RIGHT = {
    "p drops": (("< p) / p if", ">= p) / (1 - p) if"),),
    "a logarithm kept from 0": (
        ("np.log(np.exp(shifted).sum(axis=1)) - shifted[rows, y]", "-np.log(probs[rows, y] + 1e-8)"),
    ),
    "no seed": (('        if seed is not None:\n            self.dropout_param["seed"] = seed\n', ""),),
    "biases in a row": (('[f"b{i}"] = np.zeros(sizes[i])', '[f"b{i}"] = np.zeros((1, sizes[i]))'),),
    "one number for all biases": (('[f"b{i}"] = np.zeros(sizes[i])', '[f"b{i}"] = np.zeros(())'),),
    "more is returned": (("return loss, grads", "return loss, grads, scores"),),
    "uniform weights": (("weight_scale * np.random.randn(sizes[i - 1], sizes[i])",
                         "weight_scale * 3**0.5 * np.random.uniform(-1, 1, (sizes[i - 1], sizes[i]))"),),
    "a function that makes nets": (("class FullyConnectedNet:", "class Net:"),
                                   ("        return loss, grads\n",
                                    "        return loss, grads\n\n\ndef FullyConnectedNet(*args, **kwargs):\n"
                                    "    return Net(*args, **kwargs)\n")),
}  # fmt: skip


@pytest.mark.parametrize("style", RIGHT)
def test_another_style_is_right_as_well(style: str) -> None:
    text = SOLUTION
    for old, new in RIGHT[style]:
        text = changed(text, old, new)
    report = graded(NET, text)
    assert report.score == report.max_score, result(report, LOSS)


@pytest.mark.parametrize("names", [("dropout", "normalization"), ("dropout", "use_batchnorm")], ids=["2018", "2016"])
def test_an_edition_that_no_text_says_is_found_by_asking(names: tuple[str, str]) -> None:
    """All but layer normalisation, which the nets of 2016 do not know."""
    made = 'FullyConnectedNet = type("FullyConnectedNet", (Net,), {})'
    text = f"{SOLUTION}\n\n{made}\n".replace("class FullyConnectedNet", "class Net")
    text = text.replace("dropout_keep_ratio", names[0])
    if names[1] == "use_batchnorm":
        text = changed(text, "normalization=None", "use_batchnorm=False")
        text = changed(text, "= normalization\n", '= normalization = "batchnorm" if use_batchnorm else None\n')
    report = graded(NET, text)
    failing = {
        case
        for function in (LOSS, CONSTRUCTOR)
        for one in result(report, function).checks
        if one.cases
        for case in one.cases.failing
    }
    assert failing == (set() if names[1] == "normalization" else {"layernorm"})


@pytest.mark.parametrize("settings", [{}, {"reg": None}, {"normalization": "batchnorm"}], ids=str)
def test_a_network_trains_by_the_supplied_solver_with_reg_left_out_and_with_none(settings: dict[str, object]) -> None:
    """Thirty samples by heart."""
    trained = f"""{SOLUTION}

from cs231n.solver import Solver

def trained(settings):
    X, y = np.random.randn(30, 2, 4), np.arange(30) % 3
    model = FullyConnectedNet([40, 30], input_dim=8, num_classes=3, weight_scale=0.3, **settings)
    data = dict(X_train=X, y_train=y, X_val=X, y_val=y)
    rate = dict(learning_rate=1e-2)
    solver = Solver(model, data, update_rule="adam", optim_config=rate, num_epochs=60, batch_size=15, verbose=False)
    solver.train()
    return solver.best_val_acc, solver.loss_history
"""
    with sandbox().open(handed_in(trained), ["trained"], Limits(), supply=NET.supply) as program:
        accuracy, losses = program.call("trained", settings).value
    assert float(accuracy) == 1.0
    assert np.mean(losses[-5:]) < 0.2 * losses[0]


# --------------------------------------------------------------------------- twins

SCORES = "out if isinstance(out, tuple) else spoilt(out)"
A_LOSS = "(spoilt(np.asarray(out[0])[None]), out[1]) if isinstance(out, tuple) else out"
A_GRADIENT = "(out[0], {**out[1], 'NAME': spoilt(out[1]['NAME'])}) if 'NAME' in out[1] else out"
WEIGHTS = "args[0].params.update(W1=spoilt(args[0].params['W1']))"


def of_gradient(name: str) -> str:
    return f"({A_GRADIENT.replace('NAME', name)}) if isinstance(out, tuple) else out"


@pytest.mark.parametrize(
    ("spoil", "checks"),
    [
        ("right", set()),
        ("off by a little", {"value", "normalization", "test-mode", "robustness"}),
        ("of another shape", {"contract", "value", "normalization", "test-mode", "robustness"}),
        ("complex", {"contract", "value", "normalization", "test-mode", "robustness"}),
        ("NaN", {"value", "normalization", "test-mode", "robustness"}),
        ("a list", {"contract"}),
        ("another one each time", {"deterministic"}),
    ],
)
def test_spoilt_scores_are_found(spoil: str, checks: set[str]) -> None:
    assert failed(twin("fully-connected-net", LOSS, spoil, SCORES), LOSS) == checks


@pytest.mark.parametrize(
    ("spoil", "among"),
    [
        ("right", set()),
        ("off by a little", {"gradient", "robustness"}),
        ("of another shape", {"contract", "gradient", "robustness"}),
        ("NaN", {"gradient", "robustness"}),
    ],
)
@pytest.mark.parametrize("name", ["W1", "b2"])
def test_a_spoilt_gradient_is_found(name: str, spoil: str, among: set[str]) -> None:
    found = failed(twin("fully-connected-net", LOSS, spoil, of_gradient(name)), LOSS)
    assert among <= found
    assert bool(found) is bool(among)


@pytest.mark.parametrize("name", ["gamma1", "beta2"])
def test_a_spoilt_gradient_of_a_normalisation_costs_that_part_alone(name: str) -> None:
    for spoil in ("off by a little", "of another shape", "NaN"):
        found = failed(twin("fully-connected-net", LOSS, spoil, of_gradient(name)), LOSS)
        assert found in ({"normalization"}, {"normalization", "dropout"})


@pytest.mark.parametrize("spoil", ["off by a little", "NaN"])
def test_a_spoilt_loss_is_found(spoil: str) -> None:
    found = failed(twin("fully-connected-net", LOSS, spoil, A_LOSS), LOSS)
    assert {"value", "robustness", "normalization"} <= found


@pytest.mark.parametrize(
    ("spoil", "right"),
    [("right", True), ("off by a little", True), ("of another shape", False), ("complex", False), ("NaN", False)],
)
def test_spoilt_weights_of_a_constructor_are_found(spoil: str, right: bool) -> None:
    """A little more spread is within six sigma."""
    report = twin("fully-connected-net", CONSTRUCTOR, spoil, WEIGHTS)
    assert (result(report, CONSTRUCTOR).status is FunctionStatus.PASSED) is right


# --------------------------------------------------------------------------- odd nets

ODD = """
class FullyConnectedNet:
    def __init__(self, hidden_dims, input_dim=8, num_classes=3, **kwargs):
        CONSTRUCT

    def loss(self, X, y=None):
        RETURN
"""


@pytest.mark.parametrize(
    ("construct", "returned"),
    [
        ("self.params = 7", "return self.params"),
        ("raise RuntimeError('no')", "return 1"),
        ("self.params = {}", "return [None] * 5"),
        ("self.params = {}", "return (i for i in range(3))"),
        ("self.params = {}", "return 0.5, [1, 2]"),
        ("self.params = {}", "return 0.5, {'W1': 'x', 'W2': X, 3: None}"),
        ("type(self).params = property(lambda self: {})", "return X"),
        ("self.params = {'W1': 'x', 2: [3]}", "del self.params; return X, X"),
    ],
)
def test_an_odd_net_is_graded_as_what_it_is(construct: str, returned: str) -> None:
    report = graded(NET, ODD.replace("CONSTRUCT", construct).replace("RETURN", returned))
    assert report.state is State.GRADED
    assert report.score < 2
    assert {result(report, name).status for name in (LOSS, CONSTRUCTOR)} <= {
        FunctionStatus.FAILED,
        FunctionStatus.RAISED,
        FunctionStatus.NOT_IMPLEMENTED,
    }


def test_a_constructor_that_fails_for_deep_nets_costs_what_needs_them() -> None:
    stop = "if len(hidden_dims) > 3:\n            raise ValueError"
    text = changed(SOLUTION, "self.params = {}\n", f"self.params = {{}}\n        {stop}\n")
    report = graded(NET, text)
    assert check(report, "value", LOSS).cases.failing == ("4 hidden layers",)
    assert check(report, "value", CONSTRUCTOR).cases.failing == ("4 hidden layers",)
    assert check(report, "normalization", LOSS).points == 6
