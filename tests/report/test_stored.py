"""A stored report is the report: whatever stands in it, it comes back from JSON as it went in."""

import json
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader import core
from grader.core import (
    CheckResult,
    CheckStatus,
    Counterexample,
    Diagnosis,
    FileRecord,
    FunctionResult,
    FunctionStatus,
    LimitRecord,
    Message,
    OutputTally,
    Report,
    Script,
    State,
    Tally,
    Worst,
)
from grader.report import stored

texts = st.sampled_from(["", "dW", "손실", "\ud800 \0 \x1b", "\\u0000", "\\", "1/2", "NaN", "\u202e", "<b>"])
names = st.sampled_from(["output", "expected", "W"])
numbers = st.floats(allow_nan=False)
maybe = st.none() | numbers
params = st.recursive(
    st.none() | st.booleans() | st.integers() | st.integers().map(lambda n: n << 80) | numbers | texts,
    lambda inner: st.lists(inner, max_size=3).map(tuple),
    max_leaves=6,
)
messages = st.builds(Message, names, st.dictionaries(names, params, max_size=3))
points = st.fractions(0, 30)
lines = st.none() | st.integers(1, 5000)


def few(strategy):  # type: ignore[no-untyped-def]
    return st.lists(strategy, max_size=2).map(tuple)


values = st.recursive(
    st.none() | st.booleans() | st.integers() | numbers | texts,
    lambda inner: st.lists(inner, max_size=3) | few(inner) | st.dictionaries(texts, inner, max_size=2),
    max_leaves=8,
)
named = st.dictionaries(names, values, max_size=2)
worsts = st.builds(Worst, texts, few(st.integers(0, 9)), numbers, numbers)
outputs = st.builds(OutputTally, texts, st.integers(0, 99), st.integers(0, 99), few(texts))
tallies = st.builds(Tally, st.integers(0, 99), st.integers(0, 99), few(texts), few(texts), few(outputs))
checks = st.builds(
    CheckResult,
    texts,
    st.sampled_from(CheckStatus),
    points,
    points,
    messages,
    st.booleans(),
    maybe,
    maybe,
    st.none() | worsts,
    st.none() | tallies,
)
diagnoses = st.builds(
    Diagnosis,
    texts,
    st.sampled_from(["exact", "pattern", "hint"]),
    st.sampled_from(["one-term", "robustness"]),
    messages,
    few(messages),
)
scripts = st.builds(Script, few(texts), few(texts), st.dictionaries(names, texts, max_size=2))
functions = st.builds(
    FunctionResult,
    texts,
    st.sampled_from(FunctionStatus),
    points,
    points,
    texts,
    st.none() | texts,
    lines,
    st.none() | messages,
    few(diagnoses),
    few(checks),
    st.none() | st.builds(Counterexample, named, named, named, st.none() | scripts),
    few(messages),
    given_back=points,
    follows=st.none() | texts,
)
limits = st.builds(
    LimitRecord,
    st.sampled_from(["cpu_time", "crashed"]),
    maybe,
    maybe,
    st.none() | texts,
    st.none() | texts,
    lines,
    texts,
)
reports = st.builds(
    Report,
    st.sampled_from(State),
    texts,
    texts,
    texts,
    few(st.builds(FileRecord, texts, st.integers(0, 1 << 40), texts)),
    few(messages),
    texts,
    texts,
    st.dictionaries(names, texts, max_size=2),
    numbers,
    few(functions),
    st.none() | limits,
    points,
    st.none() | messages,
)


@given(reports)
@settings(max_examples=60, deadline=None)
def test_a_report_comes_back_from_json_as_it_went_in(report: Report) -> None:
    text = json.dumps(stored.encode(report), allow_nan=False)
    assert stored.decode(json.loads(text)) == report


@given(reports)
@settings(max_examples=30, deadline=None)
def test_no_stored_text_holds_what_a_database_refuses(report: Report) -> None:
    text = json.dumps(stored.encode(report), ensure_ascii=False, allow_nan=False)
    assert "\\u0000" not in text.replace("\\\\", "")
    assert text.encode("utf-8"), "a lone surrogate cannot be encoded"


class Array:
    """What the report knows of an array: that it has `tolist`."""

    def tolist(self) -> list[list[float]]:
        return [[1.0, float("nan")], [0.5, -2.0]]


def a_report(**changes: Any) -> Report:
    plain = Report(State.GRADED, "svm", "sha256:0", "ab", (), (), "00", "none", {}, 0.1)
    return replace(plain, **changes)


def test_arrays_of_a_counterexample_become_nested_lists() -> None:
    example = Counterexample({"W": Array()}, {"loss": 1.0}, {"loss": float("inf")})
    function = FunctionResult("f", FunctionStatus.FAILED, Fraction(0), Fraction(1), "svm", counterexample=example)
    stored_once = json.loads(json.dumps(stored.encode(a_report(functions=(function,))), allow_nan=False))
    again = stored.decode(stored_once).functions[0].counterexample
    assert again is not None
    assert str(again.inputs["W"]) == "[[1.0, nan], [0.5, -2.0]]"
    assert again.actual["loss"] == float("inf")


def test_thirds_of_points_stay_exact() -> None:
    function = FunctionResult("f", FunctionStatus.FAILED, Fraction(1, 3), Fraction(12), "svm")
    assert stored.encode(a_report(functions=(function,)))["functions"][0]["points"] == "1/3"
    assert stored.decode(stored.encode(a_report(functions=(function,)))).functions[0].points == Fraction(1, 3)


def test_a_report_of_another_version_is_refused() -> None:
    with pytest.raises(ValueError, match="version 2"):
        stored.decode({**stored.encode(a_report()), "stored": 2})


def test_fields_that_a_later_program_added_are_passed_over() -> None:
    assert stored.decode({**stored.encode(a_report()), "mood": "calm"}) == a_report()


def test_every_noun_of_a_report_is_a_frozen_dataclass_of_the_core() -> None:
    """What the codec relies on, so that a new noun cannot slip through as free data."""
    nouns = (Report, FunctionResult, CheckResult, Diagnosis, LimitRecord, FileRecord, Tally, Worst, Message)
    assert all(noun.__module__ == core.__name__ and noun.__dataclass_params__.frozen for noun in nouns)  # type: ignore[attr-defined]
