"""Wrong numbers come with the smallest inputs that show them, and with a program that does. Through real boxes."""

import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from grader.core import Assignment, Counterexample, Inputs, Play, Program, Report, SourceFile, State, Submission
from grader.diagnosis.edits import edited
from grader.grading import grade, registry, seeds
from grader.report.shown import literal
from grader.report.snippet import NAME, snippet
from tests.students import VECTORISED, changed, graded, handed_in, only, result, sandbox

MOST = {"N": 2, "D": 3, "C": 3}
HALVED = changed(VECTORISED, "+ 2 * reg * W", "+ reg * W")
LOSS = only("svm", "svm_loss_vectorized")

# Known mistakes of each kind of player: plain, pair, several backward passes, steps, objects, networks,
# functions as arguments.
MISTAKES = [
    ("svm", "svm_loss_naive", "reg-gradient-halved"),
    ("svm", "svm_loss_vectorized", "correct-class-column-missing"),
    ("softmax", "softmax_loss_vectorized", "log10-for-ln"),
    ("softmax", "softmax_loss_naive", "no-max-shift"),
    ("layers", "affine_backward", "bias-gradient-mean"),
    ("layers", "relu_backward", "relu-mask-missing"),
    ("layers", "svm_loss", "hinge-without-max"),
    ("normalization", "batchnorm_forward", "variance-ddof-one"),
    ("normalization", "batchnorm_backward_alt", "variance-path-missing"),
    ("conv", "conv_forward_naive", "kernel-flipped"),
    ("conv", "max_pool_backward_naive", "accumulate-overwritten"),
    ("optimizers", "sgd_momentum", "state-not-stored"),
    ("optimizers", "adam", "eps-hard-coded"),
    ("knn", "KNearestNeighbor.compute_distances_no_loops", "distance-not-rooted"),
    ("knn", "KNearestNeighbor.predict_labels", "farthest-neighbors"),
    ("two-layer-net", "TwoLayerNet.loss", "gradient-not-averaged"),
    ("notes", "softmax", "log2-for-ln"),
    ("notes", "l2_reg", "reg-l1-norm"),
    ("initialization", "activation_stats", "dead-units-for-zeros"),
]


def wrong(slug: str, function: str, mistake: str) -> tuple[Assignment, Submission]:
    """The solution with one mistake of a function, and the group that it shows in."""
    assignment = registry.load(slug)
    made = next(one for one in assignment.mistakes if (one.function, one.id) == (function, mistake))
    texts = edited(assignment.solution, made)
    files = [SourceFile(path, text.encode(), text) for path, text in texts.items()]
    defined = [one for path, text in texts.items() for one in handed_in(text, path).definitions]
    submission = Submission(tuple(files), tuple(defined))
    groups = tuple(
        group for group in assignment.groups_of(submission) if function in {one.name for one in group.functions}
    )
    return replace(assignment, groups=groups, editions=None), submission


def counterexample(report: Report, function: str = "svm_loss_vectorized") -> Counterexample:
    found = result(report, function).counterexample
    assert found is not None
    return found


def numbers(value: Any) -> Any:
    return value.tolist() if isinstance(value, np.ndarray) else value


@pytest.mark.parametrize(("slug", "function", "mistake"), MISTAKES)
def test_a_known_mistake_has_an_example_whose_program_prints_the_report(
    slug: str, function: str, mistake: str, tmp_path: Path
) -> None:
    """In a folder with nothing but the student's files."""
    assignment, submission = wrong(slug, function, mistake)
    report = grade(assignment, submission, seeds.from_text("a seed"), sandbox())
    example = counterexample(report, function)
    for file in submission.files:
        (tmp_path / file.path).write_bytes(file.data)
    (tmp_path / NAME).write_text(snippet(report, "en", function) or "", encoding="utf-8")
    ran = subprocess.run(
        [sys.executable, NAME],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    printed = ran.stdout.splitlines()
    assert printed[0] == function
    assert printed[1:] == [
        f"{name}  expected {literal(value)}  received {literal(example.actual[name])}"
        for name, value in example.expected.items()
    ]
    assert any(literal(value) != literal(example.actual[name]) for name, value in example.expected.items())


def test_it_is_small_enough_to_be_redone_by_hand() -> None:
    example = counterexample(graded(LOSS, HALVED))
    assert {name: numbers(value) for name, value in example.inputs.items()} == {
        "W": [[0, 1]],
        "X": [[0]],
        "y": [0],
        "reg": 1,
    }
    assert numbers(example.expected["dW"]) == [[0, 2]]
    assert numbers(example.actual["dW"]) == [[0, 1]]


@pytest.mark.parametrize(
    ("old", "new", "samples"),
    [("mask / len(y)", "mask", 2), ("margins.sum() / len(y)", "margins.sum()", 2), ("(0, scores", "(0.5, scores", 1)],
)
def test_no_loss_needs_more_than_two_samples_three_features_and_three_classes(old: str, new: str, samples: int) -> None:
    example = counterexample(graded(LOSS, changed(VECTORISED, old, new)))
    n, d = example.inputs["X"].shape
    assert (n, d <= MOST["D"], example.inputs["W"].shape[1] <= MOST["C"]) == (samples, True, True)


def test_it_is_the_same_for_everybody_with_the_same_mistake() -> None:
    """Whatever the hidden inputs were, and however the program is written."""
    other = changed(HALVED, "np.sum(W * W)", "(W ** 2).sum()")
    examples = [counterexample(graded(LOSS, text, seed)) for text, seed in ((HALVED, "one"), (other, "another"))]
    assert literal(examples[0].inputs) == literal(examples[1].inputs)
    assert examples[0].script == examples[1].script


def test_what_is_right_has_none_and_what_only_loops_has_none() -> None:
    assert result(graded(LOSS, VECTORISED), "svm_loss_vectorized").counterexample is None
    looping = changed(VECTORISED, "    loss = ", "    for i in range(len(y)):\n        i + 1\n    loss = ")
    slow = result(graded(LOSS, looping), "svm_loss_vectorized")
    assert slow.status.value == "failed"
    assert slow.counterexample is None


def test_a_hidden_check_is_not_shown_by_an_example() -> None:
    """Code that is wrong at the edges alone: with the edge cases hidden there is nothing to show."""
    text = changed(VECTORISED, "    rows =", "    W = W if W.shape[1] != 2 else 2 * W\n    rows =")
    (group,) = LOSS.groups
    hidden = tuple(replace(check, hidden=check.id == "robustness") for check in group.checks)
    assert counterexample(graded(LOSS, text)).inputs["W"].shape[1] == 2
    secret = graded(replace(LOSS, groups=(replace(group, checks=hidden),)), text)
    assert result(secret, "svm_loss_vectorized").points < 12
    assert result(secret, "svm_loss_vectorized").counterexample is None


def test_a_box_that_dies_while_an_example_is_looked_for_costs_nothing_but_the_example() -> None:
    """The program ends itself on inputs smaller than any that is graded."""
    ends = changed(
        HALVED, "    rows =", "    if X.size < 5 and X.size not in (1,) and W.size < 6:\n        1 / 0\n    rows ="
    )
    report = graded(LOSS, ends)
    dead = graded(LOSS, changed(ends, "1 / 0", "import os; os._exit(3)"))
    assert dead.state is State.GRADED
    assert [function.points for function in dead.functions] == [function.points for function in report.functions]
    assert dead.functions[0].diagnosis == report.functions[0].diagnosis
    assert dead.functions[0].counterexample is None
    assert dead.limits is None


def test_the_groups_after_a_box_that_died_so_are_graded_as_ever() -> None:
    assignment = registry.load("svm")
    ending = changed(
        HALVED, "    rows =", "    if X.size < 4 and W.size < 4:\n        import os; os._exit(3)\n    rows ="
    )
    naive = assignment.solution["linear_svm.py"].partition("def svm_loss_vectorized")[0]
    for seed in ("one", "two", "three"):  # the order of the groups is drawn
        report = graded(assignment, naive + ending, seed)
        assert report.functions[0].points == 8
        assert Fraction(0) < report.functions[1].points < 12


def test_edges_of_form_are_shown_in_their_form() -> None:
    text = changed(VECTORISED, "    rows =", "    y = y + (0 if y.dtype == np.int64 else np.uint8(250))\n    rows =")
    shown = [one.counterexample for one in graded(LOSS, text).functions]
    assert all(one is None or one.inputs["y"].dtype == np.uint8 for one in shown)
    single = changed(VECTORISED, "    loss = ", "    W = W * (1.01 if W.dtype == np.float32 else 1)\n    loss = ")
    example = counterexample(graded(LOSS, single))
    assert example.inputs["W"].dtype == np.float32
    assert example.script is not None
    assert any("dtype=np.float32" in line for line in example.script.lines)


def test_no_input_of_an_example_was_graded() -> None:
    """An example is drawn from a stream of its own: were it one of the hidden inputs, these would be known."""
    text = changed(HALVED, "    rows =", "    print(W.tolist(), X.tolist())\n    rows =")
    assert counterexample(graded(LOSS, text)).inputs["reg"] == 1.0
    (group,) = LOSS.groups
    assert all(case.draw(np.random.RandomState(0)).get("reg") != 1.0 for case in group.cases)


@pytest.mark.parametrize(
    "returns",
    [
        "(loss, dW, *[object()] * 500)",
        "(loss, [dW.tolist()] * 3)",
        "(loss, {'a': {'b': object()}})",
        "(loss, np.full(dW.shape, np.nan))",
        "(loss, dW.astype(str))",
        "[loss + 1j, dW]",
        "(loss, np.ones((0, 3)))",
        "(loss, np.ones((2,) * 20))",
    ],
)
def test_whatever_comes_back_there_is_a_report(returns: str) -> None:
    """And where there is an example, its program is Python."""
    report = graded(LOSS, changed(HALVED, "    return loss, dW", f"    return {returns}"))
    assert report.state is State.GRADED
    assert report.functions[0].points < 12
    if (program := snippet(report, "en")) is not None:
        compile(program, NAME, "exec")


def test_inputs_that_our_own_player_cannot_handle_are_no_example() -> None:
    """A player is made for graded inputs; what it says to others is no fault of the student's, nor of the report."""
    (group,) = LOSS.groups

    def play(program: Program, batch: Sequence[Inputs]) -> list[Play]:
        if any(len(inputs["X"]) < 3 for inputs in batch if inputs["X"].shape[1] != 5):
            raise ValueError("too small")
        return group.play(program, batch)

    report = graded(replace(LOSS, groups=(replace(group, play=play),)), HALVED)
    assert report.state is State.GRADED
    assert report.functions[0].points == graded(LOSS, HALVED).functions[0].points


def test_what_a_program_keeps_of_earlier_calls_is_not_shown() -> None:
    """Its example is wrong in the box where all cases were played, and right on a machine where nothing was."""
    head = "import numpy as np\ntotal = [0.0]\n"
    adding = changed(VECTORISED, "    return loss, dW", "    total[0] += loss\n    return total[0], dW")
    found = result(graded(LOSS, head + adding), "svm_loss_vectorized")
    assert found.points < 12
    assert found.counterexample is None


def test_no_hidden_input_comes_out_by_way_of_an_example() -> None:
    """A program that returns what it was given before: the box that the example comes from was given nothing."""
    head = "import numpy as np\nkept = []\n"
    telling = "    kept.append(X.copy())\n    return loss, dW + (kept[0][0, 0] if len(kept) > 3 else 1)"
    example = counterexample(graded(LOSS, head + changed(VECTORISED, "    return loss, dW", telling)))
    assert np.allclose(example.actual["dW"] - example.expected["dW"], 1)


def test_text_is_no_number_that_could_be_shown() -> None:
    text = changed(HALVED, "    return loss, dW", "    return f'loss: {loss}', dW")
    shown = counterexample(graded(LOSS, text))
    assert set(shown.actual) == {"dW"}


def test_a_report_that_nobody_is_shown_is_the_same_without_examples_and_pictures() -> None:
    (told,), (bare,) = (graded(LOSS, HALVED, shown=shown).functions for shown in (True, False))
    assert told.counterexample is not None
    assert told.pictures
    assert bare == replace(told, counterexample=None, pictures=())
