"""Another convention than the profile's is named, costs its share, and is full marks where the profile accepts it."""

from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from grader.core import Assignment, FunctionStatus, Group, Profile, Report
from grader.grading import registry
from grader.report import as_json, as_text
from grader.report.catalogue import has
from tests.students import VECTORISED, changed, check, graded, only, result

NAME = "svm_loss_vectorized"
HALF = changed(changed(VECTORISED, "reg * np.sum(W * W)", "0.5 * reg * np.sum(W * W)"), "2 * reg * W", "reg * W")
TRANSPOSED = f"""{VECTORISED}

_rows_first = {NAME}

def {NAME}(W, X, y, reg):
    loss, dW = _rows_first(W.T, X.T, y, reg)
    return loss, dW.T
"""
FULL = Fraction(58, 5)  # 12 points, less those of `initial-loss`, which knows one L2 term only
COST = Fraction(15, 100) * 8  # 12 points, 4 of them for vectorisation


def half(group: Group) -> Group:
    """The group with half the L2 term."""

    def reference(inputs: Any) -> Any:
        outputs = group.reference(inputs)
        l2 = inputs["reg"] * np.asarray(inputs["W"], np.float64)
        return {"loss": outputs["loss"] - 0.5 * np.sum(l2 * inputs["W"]), "dW": outputs["dW"] - l2}

    return replace(group, reference=reference, ways={**group.ways, "l2": "reg-half-convention"}, otherwise=())


def turned(inputs: Any) -> Any:
    return {**inputs, "W": inputs["W"].T.copy(), "X": inputs["X"].T.copy()}


def sideways(group: Group) -> Group:
    """The group played with samples in columns."""

    def play(program: Any, batch: Any) -> Any:
        plays = group.play(program, [turned(inputs) for inputs in batch])
        return [
            replace(one, outputs={n: v.T if n == "dW" and hasattr(v, "T") else v for n, v in one.outputs.items()})
            for one in plays
        ]

    return replace(group, play=play, ways={**group.ways, "layout": "layout-2015"}, otherwise=())


def assignment() -> Assignment:
    """The vectorised SVM with both axes."""
    svm = only("svm", NAME)
    ways = {"l2": "reg-full-convention", "layout": "layout-samples-first"}
    checks = tuple(one for one in svm.groups[0].checks if one.id != "initial-loss")
    group = replace(svm.groups[0], ways=ways, otherwise=(), checks=checks)
    others = (sideways(half(group)), half(group), sideways(group))
    return replace(svm, groups=(replace(group, otherwise=others),))


def of_values(report: Report) -> Fraction:
    """What the function earned for its numbers: how a loop is counted knows one layout only."""
    return sum((c.points for c in result(report, NAME).checks if c.id != "vectorised"), Fraction(0))


def accepting(**axes: tuple[str, ...]) -> Profile:
    return Profile("mine", axes)


def test_another_convention_is_named_and_costs_its_share_of_the_points_without_vectorisation() -> None:
    report = graded(assignment(), HALF)
    function = result(report, NAME)
    assert (function.status, function.points) == (FunctionStatus.FAILED, FULL - COST)
    assert [(d.id, d.certainty, d.severity) for d in function.diagnosis] == [
        ("reg-half-convention", "exact", "convention")
    ]
    assert check(report, "value").worst is not None
    assert sum(c.points for c in function.checks) == function.points
    assert check(report, "vectorised").points == 4


def test_the_share_is_taken_from_the_checks_in_proportion() -> None:
    report = graded(assignment(), HALF)
    lost = {c.id: c.max_points - c.points for c in result(report, NAME).checks}
    assert {id for id, points in lost.items() if points} >= {"value", "gradient"}
    assert sum(lost.values()) == COST


def test_a_profile_that_accepts_it_gives_full_marks_and_says_so() -> None:
    profile = accepting(l2=("reg-full-convention", "reg-half-convention"))
    function = result(graded(assignment(), HALF, profile=profile), NAME)
    assert (function.status, function.points, function.diagnosis) == (FunctionStatus.PASSED, FULL, ())
    assert [warning.id for warning in function.warnings] == ["warning.accepted-convention"]


def test_a_profile_that_asks_for_it_gives_full_marks_without_a_word_and_names_the_default() -> None:
    profile = accepting(l2=("reg-half-convention",))
    function = result(graded(assignment(), HALF, profile=profile), NAME)
    assert (function.status, function.warnings) == (FunctionStatus.PASSED, ())
    other = result(graded(assignment(), VECTORISED, profile=profile), NAME)
    assert [d.id for d in other.diagnosis] == ["reg-full-convention"]
    assert other.points == FULL - COST


def test_what_raises_under_the_profile_may_be_right_in_another_layout() -> None:
    report = graded(assignment(), TRANSPOSED)
    function = result(report, NAME)
    assert (function.status, of_values(report)) == (FunctionStatus.FAILED, FULL - 4 - COST)
    assert [d.id for d in function.diagnosis] == ["layout-2015"]
    assert function.reason is None


def test_two_conventions_at_once_are_one_entry_and_cost_both() -> None:
    both = changed(TRANSPOSED, VECTORISED, HALF)
    report = graded(assignment(), both)
    function = result(report, NAME)
    assert [set(d.id.split("+")) for d in function.diagnosis] == [{"layout-2015", "reg-half-convention"}]
    assert of_values(report) == FULL - 4 - 2 * COST


@pytest.mark.parametrize(
    ("old", "new"), [("0.5 * reg * np.sum(W * W)", "reg * np.sum(W * W)"), ("/ len(y)", "/ (len(y) + 1)")]
)
def test_what_is_right_in_no_convention_is_named_for_none(old: str, new: str) -> None:
    function = result(graded(assignment(), changed(HALF, old, new)), NAME)
    assert function.status is FunctionStatus.FAILED
    assert "convention" not in {diagnosis.severity for diagnosis in function.diagnosis}


def test_the_report_says_both_conventions_in_both_languages() -> None:
    report = graded(assignment(), HALF)
    for lang, words in (("en", "½·reg·ΣW²"), ("ko", "½·reg·ΣW²")):
        (diagnosis,) = as_json(report, lang)["functions"][0]["diagnosis"]
        assert words in diagnosis["text"]
        assert len(diagnosis["hints"]) == 3
        assert words in as_text(report, lang)


def test_the_profile_stands_in_the_report_where_it_is_not_the_default() -> None:
    assert "profile" not in as_json(graded(assignment(), HALF), "en")
    assert as_json(graded(assignment(), HALF, profile=accepting()), "en")["profile"] == "mine"


def test_every_profile_and_every_option_of_it_has_a_name_in_the_catalogue() -> None:
    options = {(axis, o) for p in registry.profiles().values() for axis, os in p.accepts.items() for o in os}
    assert options
    assert all(has(f"diagnosis.{option}.name") and has(f"diagnosis.{axis}.topic") for axis, option in options)


@pytest.mark.parametrize(
    ("forward", "backward", "named"),
    [
        ("np.random.rand(*x.shape) < p", "dout * mask", ["vanilla-dropout"]),
        ("np.random.rand(*x.shape) < p", "dout * (mask + 1)", []),
    ],
    ids=["throughout", "with a backward pass that is wrong under any"],
)
def test_a_convention_is_one_where_all_functions_of_a_group_follow_it(
    forward: str, backward: str, named: list[str]
) -> None:
    source = f"""import numpy as np
def dropout_forward(x, dropout_param):
    p = dropout_param["p"]
    if dropout_param["mode"] == "test":
        return x * p, None
    np.random.seed(dropout_param.get("seed"))
    mask = {forward}
    return x * mask, mask
def dropout_backward(dout, mask):
    return dout if mask is None else {backward}
"""
    report = graded(registry.load("dropout"), source)
    told = [one for function in report.functions for one in function.diagnosis]
    assert [one.id for one in told if one.certainty == "exact"] == named
    assert result(report, "dropout_forward").status is FunctionStatus.FAILED
