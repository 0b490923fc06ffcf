"""Gradings that must be equal, held against each other."""

import numpy as np
import pytest

from grader.core import Value
from grader.report import text
from grader.verify.audit import Lane, Place, Record, audited
from grader.verify.witness import digest

RIGHT = {("", ""): ("graded", "4"), ("double", ""): ("passed", "4"), ("double", "value"): ("passed", "4")}
NUMBERS: dict[Place, str] = {("double", "base", "y"): "ab", ("double", "value", ""): "1e-16"}


def record(lane: Lane, *, verdict: str = "passed", number: str = "ab", seed: str = "verify-0") -> Record:
    verdicts = {**RIGHT, ("double", "value"): (verdict, "4")}
    return Record("twice", "solution", seed, lane, verdicts, {**NUMBERS, ("double", "base", "y"): number})


def test_gradings_that_are_equal_break_no_claim() -> None:
    found = audited([record("first"), record("again"), record("threads"), record("first", seed="verify-1")])
    assert (found.pairs, found.numbers, found.rounded, found.failures) == (3, 6, 0, ())


@pytest.mark.parametrize(
    ("lane", "claim"),
    [
        ("first", "same-verdicts-on-any-seed"),
        ("again", "same-bits-again"),
        ("threads", "same-verdicts-on-two-threads"),
    ],
)
def test_another_verdict_is_a_failing_claim_that_names_the_check(lane: Lane, claim: str) -> None:
    found = audited([record(lane, verdict="failed", seed="verify-1"), record("first")])
    (failure,) = found.failures if lane != "first" else found.failures[:1]
    assert (failure.claim, failure.function, failure.check, failure.case) == (claim, "double", "value", None)


def test_another_number_is_one_only_in_the_same_grading_again() -> None:
    others: list[Record] = [record("first", number="cd", seed="verify-1"), record("threads", number="cd")]
    found = audited([record("first"), *others])
    assert (found.failures, found.rounded) == ((), 1)
    (failure,) = audited([record("first"), record("again", number="cd")]).failures
    assert (failure.claim, failure.function, failure.case) == ("same-bits-again", "double", "base")
    assert "the first grading with the seed verify-0 (y)" in text(failure.message, "en")


def test_a_check_that_was_not_asked_the_first_time_is_told() -> None:
    first = Record("twice", "solution", "verify-0", "first", {("", ""): ("graded", "4")}, {})
    failures = audited([first, record("threads")]).failures
    assert {failure.check for failure in failures} == {None, "value"}
    assert "Status and points were - - with the seed verify-0, and are passed 4 here." in {
        text(failure.message, "en") for failure in failures
    }


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (np.array([1.0, 2.0]), np.array([1.0, np.nextafter(2.0, 3.0)])),
        (np.array([1.0]), np.array([1.0], dtype=np.float32)),
        (np.array([[1.0]]), np.array([1.0])),
        (np.float64(0.0), np.float64(-0.0)),
        (1, 1.0),
        ({"a": 1}, {"b": 1}),
        ([1.0], [1.0, 1.0]),
        (None, 0),
    ],
)
def test_what_is_not_the_same_to_the_last_bit_has_another_digest(one: Value, other: Value) -> None:
    assert digest(one) != digest(other)


@pytest.mark.parametrize("value", [np.array([np.nan, 1.0]), {"b": 1, "a": [2.0]}, "text", None, float("nan")])
def test_what_is_has_the_same(value: Value) -> None:
    assert digest(value) == digest(value)
