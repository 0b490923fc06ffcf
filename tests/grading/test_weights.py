"""What a course makes of an assignment: other points on its checks, another tolerance; the rest stays what it was."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

import pytest

from grader.core import Assignment, CheckStatus
from grader.grading import registry
from grader.grading.weights import as_asked
from grader.report import stored
from grader.report.as_json import as_json
from tests.students import VECTORISED, changed, check, graded, only

SVM = registry.load("svm")
CHECKS = {check.id for group in SVM.groups for check in group.checks}


def points(assignment: Assignment, function: str) -> dict[str, Fraction]:
    return {
        check.id: check.points[function]
        for group in assignment.groups
        for check in group.checks
        if check.points.get(function)
    }


@pytest.mark.parametrize(
    "shares",
    [{"gradient": 50}, {"gradient": 0}, {"gradient": 33.33, "value": 10}, {"value": 100}, dict.fromkeys(CHECKS, 0)],
)
def test_shares_move_points_between_checks_and_a_function_is_worth_what_it_was(shares: Mapping[str, float]) -> None:
    asked = as_asked(SVM, shares=shares)
    assert asked.max_score == SVM.max_score
    for group in SVM.groups:
        for function in group.functions:
            before, after = points(SVM, function.name), points(asked, function.name)
            assert sum(after.values()) == sum(before.values()) == function.points


def test_a_check_has_its_percentage_and_the_others_keep_their_proportion() -> None:
    name = "svm_loss_vectorized"
    before, after = points(SVM, name), points(as_asked(SVM, shares={"gradient": 50}), name)
    assert after["gradient"] == sum(before.values()) / 2
    others = [id for id in before if id != "gradient"]
    assert len({after[id] / before[id] for id in others}) == 1


def test_where_every_check_is_named_their_shares_are_all_there_is() -> None:
    name = "svm_loss_vectorized"
    before = points(SVM, name)
    after = points(as_asked(SVM, shares=dict.fromkeys(before, 1)), name)
    assert set(after.values()) == {sum(before.values()) / len(before)}


def test_a_check_that_is_not_there_changes_nothing() -> None:
    assert points(as_asked(SVM, shares={"elegance": 50}), "svm_loss_naive") == points(SVM, "svm_loss_naive")


def test_a_tolerance_is_that_of_double_precision_and_wider_ones_stay() -> None:
    was = {case.name: case.tolerance for group in SVM.groups for case in group.cases}
    now = {case.name: case.tolerance for group in as_asked(SVM, tolerance=1e-4).groups for case in group.cases}
    assert set(was.values()) == {1e-6, 1e-3}
    assert {now[name] for name in was if was[name] == 1e-6} == {1e-4}
    assert {now[name] for name in was if was[name] == 1e-3} == {1e-3}


def test_groups_that_share_a_case_go_on_sharing_it() -> None:
    def shared(assignment: Assignment) -> int:
        first, second = (set(map(id, group.cases)) for group in assignment.groups[:2])
        return len(first & second)

    assert shared(as_asked(SVM, tolerance=1e-4)) == shared(SVM) > 0


def test_what_is_asked_for_together_is_not_taken_for_what_is_asked_for_alone() -> None:
    one = as_asked(SVM, shares={"gradient": 50})
    both = as_asked(SVM, shares={"gradient": 50}, learning=10)
    other = as_asked(SVM, shares={"gradient": 50}, tolerance=1e-4)
    assert points(one, "svm_loss_naive") == points(other, "svm_loss_naive")
    assert one is not both is not other
    assert as_asked(SVM, shares={"gradient": 50}) is one, "made once"


def test_a_bundle_asks_it_of_each_of_its_units() -> None:
    bundle = registry.load("svm+softmax")
    asked = as_asked(bundle, shares={"gradient": 50}, tolerance=1e-4)
    assert asked.max_score == bundle.max_score
    for name in ("svm_loss_vectorized", "softmax_loss_vectorized"):
        assert points(asked, name)["gradient"] == sum(points(bundle, name).values()) / 2


def test_nothing_asked_is_the_assignment_itself() -> None:
    assert as_asked(SVM) is SVM


def test_a_report_says_by_what_it_was_graded_and_a_wider_tolerance_takes_what_an_exact_one_does_not() -> None:
    rough = changed(VECTORISED, "return loss, dW", "return loss, dW * (1 + 1e-5)")
    exact = graded(only("svm", "svm_loss_vectorized"), rough)
    wide = graded(only("svm", "svm_loss_vectorized"), rough, tolerance=1e-4, shares={"gradient": 50})
    assert check(exact, "gradient").status is CheckStatus.FAILED
    found = check(wide, "gradient")
    assert (found.status, found.points, found.tolerance) == (CheckStatus.PASSED, 6, 1e-4)
    assert (wide.shares, wide.tolerance, wide.max_score) == ({"gradient": 50}, 1e-4, 12)
    assert {"checks.shares", "checks.tolerance"} <= {note.id for note in wide.notes}
    assert stored.decode(stored.encode(wide)) == wide
    assert as_json(wide, "en")["shares"] == {"gradient": 50}
    assert "shares" not in as_json(wide, "en", audience="student"), "a check may be one that students do not see"
