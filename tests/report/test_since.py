"""What has changed since the attempt before, as facts and in words."""

from dataclasses import replace
from fractions import Fraction

import pytest

from grader.core import CheckResult, CheckStatus, Diagnosis, FunctionResult, FunctionStatus, Message, Report
from grader.report.since import in_words, sentences, signed, since
from tests.report.sample_reports import check, function, report

HALVED = Diagnosis(
    "reg-gradient-halved",
    "exact",
    "one-term",
    Message("diagnosis.exact.one", {"outputs": ("dW",), "does": ("diagnosis.reg-gradient-halved.does",)}),
)
RIGHT = {"value": "6", "gradient": "4", "stability": "2"}
NAME = "svm_loss_vectorized"


def judged(*wrong: str, name: str = NAME, diagnosis: tuple[Diagnosis, ...] = (), **more: object) -> FunctionResult:
    """A function with three checks, some of them failed."""
    checks = tuple(check(id, "0" if id in wrong else points, points) for id, points in RIGHT.items())
    status = FunctionStatus.FAILED if wrong else FunctionStatus.PASSED
    return function(name, status, checks, diagnosis=diagnosis, **more)


def absent(status: FunctionStatus, name: str = NAME) -> FunctionResult:
    return function(name, status, max_points=Fraction(12))


def told(before: Report, now: Report, lang: str = "en") -> tuple[str, ...]:
    return sentences(since(before, now), 2, lang)


def test_what_is_right_now_and_what_is_missing_still_stand_in_one_sentence() -> None:
    before, now = report(judged("gradient", "stability")), report(judged("stability"))
    assert told(before, now) == (f"Since attempt 2: {NAME}: gradient now right; stability still missing (+4).",)
    assert told(before, now, "ko") == (f"2번째 제출 이후: {NAME}: 이제 맞음: 기울기; 아직 남음: 수치 안정성 (+4).",)


def test_a_mistake_that_is_gone_is_told_by_what_it_did() -> None:
    before, now = report(judged("gradient", diagnosis=(HALVED,))), report(judged())
    (change,) = since(before, now)
    assert (change.gone, change.new) == ((HALVED,), ())
    said = (
        "gradient now right; no longer the dW of a program that adds reg * Σ W² to the loss and reg * W to the gradient"
    )
    assert told(before, now) == (f"Since attempt 2: {NAME}: {said} (+4).",)


def test_a_new_mistake_and_a_check_that_is_no_longer_right_are_told() -> None:
    (change,) = since(report(judged("stability")), report(judged("gradient", diagnosis=(HALVED,))))
    assert (change.now_right, change.now_wrong, change.still_wrong) == (("stability",), ("gradient",), ())
    assert (change.gained, change.new, change.gone) == (Fraction(-2), (HALVED,), ())
    assert in_words(change, "en") == "stability now right; gradient no longer right"


def test_equal_reports_say_that_nothing_has_changed() -> None:
    same = report(judged("gradient", diagnosis=(HALVED,)))
    assert told(same, same) == ("Since attempt 2: nothing that is judged has changed.",)
    assert in_words(since(same, same)[0], "en") == "gradient still missing"


def test_what_was_right_and_is_right_is_as_before() -> None:
    assert in_words(since(report(judged()), report(judged()))[0], "en") == "as before"


@pytest.mark.parametrize("status", ["missing", "not-implemented", "raised", "limit"])
@pytest.mark.parametrize("lang", ["en", "ko"])
def test_a_function_that_could_not_be_judged_is_told_by_that(status: str, lang: str) -> None:
    gone, there = report(absent(FunctionStatus(status))), report(judged("gradient"))
    (better,), (worse,) = told(gone, there, lang), told(there, gone, lang)
    assert better.endswith("(+8).")
    assert worse.endswith("(-8).")
    assert {"en": "gradient still missing", "ko": "아직 남음: 기울기"}[lang] in better
    assert ";" not in worse


def test_more_than_three_functions_are_three_sentences_the_heaviest_first() -> None:
    names = [f"f{at}" for at in range(5)]
    before = report(*(judged("gradient", "value", name=name) for name in names))
    now = report(
        judged("gradient", "value", name="f0"), judged("value", name="f1"), *(judged(name=n) for n in names[2:])
    )
    said = told(before, now)
    assert said[0].startswith("Since attempt 2: f2: value, gradient now right (+10)")
    assert said[1].startswith("f3: ")
    assert said[2] == "2 more functions changed (+14)."
    assert len(told(before, now, "ko")) == 3


def hidden(*wrong: str) -> FunctionResult:
    result = judged(*wrong)
    return replace(result, checks=tuple(replace(one, hidden=one.id == "stability") for one in result.checks))


def test_students_learn_nothing_of_a_hidden_check_but_its_points() -> None:
    before, now = report(hidden("stability", "gradient")), report(hidden("gradient"))
    (student,) = since(before, now, "student")
    assert (student.now_right, student.still_wrong, student.gained) == ((), ("gradient",), Fraction(2))
    assert since(before, now)[0].now_right == ("stability",)


def test_a_mistake_that_only_hidden_checks_have_found_is_compared_for_staff_alone() -> None:
    before, now = report(replace(hidden("stability"), diagnosis=(HALVED,))), report(hidden())
    assert [one.gone for one in since(before, now, "student")] == [()]
    assert [one.gone for one in since(before, now, "staff")] == [(HALVED,)]


def test_a_check_that_was_skipped_is_neither_right_nor_wrong() -> None:
    skipped = CheckResult("gradient", CheckStatus.SKIPPED, Fraction(0), Fraction(4), Message("report.since.same"))
    before = report(function(NAME, FunctionStatus.FAILED, (check("value", "0", "6"), skipped)))
    (change,) = since(before, report(judged()))
    assert change.now_right == ("value",)
    (back,) = since(report(judged()), before)
    assert (back.now_wrong, back.still_wrong) == (("value",), ())


def test_a_function_that_one_report_lacks_is_left_out() -> None:
    assert since(report(judged()), report(judged(name="other"))) == ()
    assert told(report(), report(judged())) == ("Since attempt 2: nothing that is judged has changed.",)


@pytest.mark.parametrize(("points", "shown"), [("9.7", "+9.7"), ("-3", "-3"), ("0", "0"), ("-0.25", "-0.25")])
def test_points_have_a_sign(points: str, shown: str) -> None:
    assert signed(Fraction(points)) == shown
