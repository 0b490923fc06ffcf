"""Who made the same mistake: the same wrong numbers for the same inputs, and nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
import sqlalchemy as sa

from grader.core import Counterexample, FunctionResult, FunctionStatus
from grader.course.fingerprints import fingerprint
from grader.course.tables import FunctionVerdict
from grader.report import stored
from tests.cast import EXAMPLE, Cast, report

INPUTS: Mapping[str, Any] = {"W": [[0.0, 1.0]], "y": [0], "reg": 1.0}


def wrong(actual: Mapping[str, Any], name: str = "f", inputs: Mapping[str, Any] = INPUTS) -> FunctionResult:
    example = Counterexample(inputs, {"dW": [[0.0, 2.0]]}, actual)
    return FunctionResult(name, FunctionStatus.FAILED, Fraction(0), Fraction(1), "svm", counterexample=example)


def test_the_same_numbers_in_another_order_of_summing_are_the_same_mistake() -> None:
    """The last digits differ, a zero has a sign or is rounding that did not cancel."""
    one = fingerprint(wrong({"dW": [[0.0, 0.30000000000000004, -1e-17]]}))
    assert one is not None
    assert one == fingerprint(wrong({"dW": [[-0.0, 0.3, 0.0]]}))


@pytest.mark.parametrize(
    "other",
    [
        wrong({"dW": [[0.0, 1.001]]}),
        wrong({"loss": [[0.0, 1.0]]}),
        wrong({"dW": [[0.0], [1.0]]}),
        wrong({"dW": [[0.0, float("nan")]]}),
        wrong({"dW": [[0.0, 1.0]]}, "g"),
        wrong({"dW": [[0.0, 1.0]]}, inputs={**INPUTS, "reg": 2.0}),
    ],
    ids=["another number", "another output", "another shape", "no number", "another function", "other inputs"],
)
def test_anything_else_is_another_mistake(other: FunctionResult) -> None:
    assert fingerprint(other) not in (None, fingerprint(wrong({"dW": [[0.0, 1.0]]})))


def test_what_gave_no_number_has_no_fingerprint() -> None:
    """Right, raised, or answered with words."""
    assert fingerprint(replace(wrong({}), counterexample=None)) is None
    assert fingerprint(wrong({"dW": None})) is None
    assert fingerprint(wrong({"dW": "no"})) is None


def test_a_stored_report_has_the_fingerprint_of_the_one_that_was_stored() -> None:
    """An array becomes nested lists on the way."""
    fresh = wrong({"dW": np.array([[0.0, 1 / 3]])}, inputs={"W": np.eye(2), "y": np.array([0, 1])})
    again = stored.decode(stored.encode(replace(report(0), functions=(fresh,)))).functions[0]
    assert fingerprint(fresh) == fingerprint(again) is not None


def test_a_graded_submission_leaves_its_fingerprints_behind(cast: Cast) -> None:
    same = [
        cast.wrong(5, "reg-gradient-halved", data=data, user=user)
        for data, user in ((b"1", cast.ada), (b"2", cast.ben))
    ]
    right = cast.graded(20, b"3")
    with cast.database.read() as session:
        found = dict(session.execute(sa.select(FunctionVerdict.submission_id, FunctionVerdict.fingerprint)).all())
    example = FunctionResult(
        "svm_loss_naive", FunctionStatus.FAILED, Fraction(5), Fraction(20), "svm", counterexample=EXAMPLE
    )
    assert found == {**dict.fromkeys(same, fingerprint(example)), right: None}


def test_a_third_of_a_point_is_kept_to_the_cent(cast: Cast) -> None:
    """The report has it exactly; the narrow row has two decimals, half up, as the score does."""
    plain = report(5)
    third = replace(plain.functions[0], points=Fraction(10, 3))
    id = cast.accept(b"4").id
    cast.finish(id, replace(plain, functions=(third,)))
    with cast.database.read() as session:
        assert session.get_one(FunctionVerdict, (id, third.name)).points == Fraction("3.33")
