"""Other layouts of W and X: a program that follows one throughout is named, and judged as strictly as any other."""

from fractions import Fraction

import numpy as np
import pytest

from grader.checks.layouts import LAYOUTS, Layout, in_layout, turned
from grader.checks.playing import Straight
from grader.core import CheckStatus, Profile, Report
from tests.students import changed, check, graded, lost, only, result

SVM = only("svm", "svm_loss_vectorized")
COLUMNS = """
import numpy as np

def svm_loss_vectorized(W, X, y, reg):
    at = np.arange(len(y))
    scores = W.dot(X)
    margins = np.maximum(0, scores - scores[y, at] + 1)
    margins[y, at] = 0
    mask = (margins > 0).astype(float)
    mask[y, at] = -mask.sum(axis=0)
    loss = margins.sum() / len(y) + reg * np.sum(W * W)
    dW = mask.dot(X.T) / len(y) + 2 * reg * W
    return loss, dW
"""
CLASSES_FIRST = changed(changed(COLUMNS, "W.dot(X)", "W.dot(X.T)"), "X.T) / len", "X) / len")
PROGRAMS = {"layout-2015": COLUMNS, "weights-classes-first": CLASSES_FIRST}
RETURN = "    return loss, dW"


def in_2015(text: str, old: str, new: str) -> Report:
    return graded(SVM, changed(text, old, new))


def named(report: Report) -> list[str]:
    found = result(report, "svm_loss_vectorized").diagnosis
    return [diagnosis.id for diagnosis in found if diagnosis.severity == "convention"]


@pytest.mark.parametrize("layout", PROGRAMS)
def test_another_layout_is_named_and_costs_its_share_of_what_is_not_vectorisation(layout: str) -> None:
    report = graded(SVM, PROGRAMS[layout])
    assert named(report) == [layout]
    assert report.score == Fraction("10.8")
    assert check(report, "vectorised").status is CheckStatus.PASSED
    assert check(report, "numeric-gradient").status is CheckStatus.PASSED


@pytest.mark.parametrize("layout", PROGRAMS)
def test_a_profile_that_accepts_the_layout_gives_full_marks(layout: str) -> None:
    profile = Profile("ours", {"layout": (layout, "layout-samples-first")})
    assert graded(SVM, PROGRAMS[layout], profile=profile).score == 12


@pytest.mark.parametrize("layout", PROGRAMS)
def test_two_conventions_at_once_are_both_named(layout: str) -> None:
    half = changed(changed(PROGRAMS[layout], "reg * np.sum", "0.5 * reg * np.sum"), "2 * reg * W", "reg * W")
    report = graded(SVM, half)
    assert named(report) == [f"reg-half-convention+{layout}"]
    assert report.score == Fraction("9.6")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("+ 1)", "+ 1.01)"),
        (RETURN, "    dW[0, 0] *= 1.01\n    return loss, dW"),
        (RETURN, "    return loss, dW.T"),
        (RETURN, "    return loss, dW[0]"),
        (RETURN, "    return loss, dW.astype(complex)"),
        (RETURN, "    return loss, dW * np.nan"),
        (RETURN, "    return loss, [list(row) for row in dW]"),
        ("2 * reg * W", "reg * W"),
    ],
    ids=["margin", "one entry", "turned", "a row", "complex", "nan", "lists", "half the gradient"],
)
@pytest.mark.parametrize("layout", PROGRAMS)
def test_who_is_wrong_in_another_layout_follows_none(layout: str, old: str, new: str) -> None:
    report = in_2015(PROGRAMS[layout], old, new)
    assert named(report) == []
    assert report.score < 12 * 0.85 - 1


def test_a_loop_over_the_samples_is_a_loop_in_every_layout() -> None:
    report = in_2015(COLUMNS, "scores = W.dot(X)", "scores = np.array([W.dot(x) for x in X.T]).T")
    assert check(report, "vectorised").status is CheckStatus.FAILED
    assert (named(report), report.score) == (["layout-2015"], Fraction("6.8"))


def test_an_edge_is_an_edge_in_every_layout() -> None:
    report = in_2015(COLUMNS, "    at =", "    assert len(y) > 1\n    at =")
    assert "N=1" in lost(report)["robustness"]
    assert named(report) == ["layout-2015"]


def test_a_matrix_is_turned_in_the_memory_order_that_it_had() -> None:
    rows = np.arange(6.0).reshape(2, 3)
    view = np.zeros((4, 6))[::2, ::2]
    assert turned(rows).flags.c_contiguous
    assert turned(np.asfortranarray(rows)).flags.f_contiguous
    assert not turned(view).flags.contiguous
    assert turned(rows).tolist() == rows.T.tolist()


@pytest.mark.parametrize("value", [None, 3.0, "dW", [[1.0, 2.0]], np.zeros(3), np.zeros((1, 2, 3))])
def test_what_is_no_matrix_comes_back_as_it_is(value: object) -> None:
    assert LAYOUTS["layout-2015"].back({"dW": value})["dW"] is value


def test_two_players_are_equal_where_they_make_the_same_calls() -> None:
    def player(layout: Layout) -> Straight:
        return in_layout(Straight(lambda program, batch: [], "f", ("W",), "loss", True), layout)

    first, columns, classes = (
        LAYOUTS[name] for name in ("layout-samples-first", "layout-2015", "weights-classes-first")
    )
    assert player(columns) == player(columns)
    assert player(columns) != player(classes)
    assert player(first) != player(columns)
