"""Hints in levels, and a report as far as its student has opened them."""

from dataclasses import replace

import pytest

from grader.core import Diagnosis, FunctionStatus, Message, Report
from grader.report import as_json, as_text, hints, stored
from grader.report.as_html import as_html
from grader.report.view import view
from tests.report.sample_reports import check, function, report


def diagnosis(id: str, many: int) -> Diagnosis:
    shown = tuple(Message("checks.said", {"text": f"{id} says {at}"}) for at in range(many))
    return Diagnosis(id, "exact", "one-term", Message("checks.said", {"text": f"what {id} is"}), shown)


def of(*diagnoses: Diagnosis) -> Report:
    return report(function("svm_loss_naive", FunctionStatus.FAILED, diagnosis=diagnoses))


THREE = of(diagnosis("halved", 3))
PAIR = of(diagnosis("halved+not-averaged", 6))


@pytest.mark.parametrize("opened", range(4))
def test_a_report_tells_the_levels_that_are_open_and_counts_the_others(opened: int) -> None:
    (told,) = hints.told(THREE, {("svm_loss_naive", "halved"): opened}).functions[0].diagnosis
    assert told.hints == THREE.functions[0].diagnosis[0].hints[:opened]
    assert (hints.count(told), len(hints.levels(told))) == (3, opened)


def test_a_level_of_two_mistakes_has_a_hint_for_each() -> None:
    (told,) = hints.told(PAIR, {("svm_loss_naive", "halved+not-averaged"): 2}).functions[0].diagnosis
    assert [len(level) for level in hints.levels(told)] == [2, 2]
    assert hints.count(told) == 3


@pytest.mark.parametrize("many", [1, 2, 4, 5])
def test_other_numbers_of_hints_are_so_many_levels(many: int) -> None:
    one = diagnosis("halved", many)
    assert (hints.count(one), [len(level) for level in hints.levels(one)]) == (many, [1] * many)


def test_a_diagnosis_without_hints_has_no_level() -> None:
    assert (hints.count(diagnosis("halved", 0)), hints.levels(diagnosis("halved", 0))) == (0, ())


def test_what_is_not_listed_is_closed() -> None:
    told = hints.told(of(diagnosis("halved", 3), diagnosis("doubled", 3)), {("svm_loss_naive", "halved"): 3})
    assert [len(one.hints) for one in told.functions[0].diagnosis] == [3, 0]


def test_a_hint_that_is_closed_stands_in_no_form_of_the_report() -> None:
    told = hints.told(THREE, {("svm_loss_naive", "halved"): 1})
    for drawn in (as_text(told, "en"), as_html(told, "en"), str(as_json(told, "en")), str(stored.encode(told))):
        assert "halved says 0" in drawn
        assert "halved says 1" not in drawn
    assert [hint.label for hint in view(told, "en").cards[0].diagnosis[0].hints] == ["Hint 1 of 3"]
    assert [hint.label for hint in view(told, "ko").cards[0].diagnosis[0].hints] == ["힌트 1/3"]


def test_a_report_as_it_was_made_keeps_nothing_back() -> None:
    full = hints.told(THREE, {("svm_loss_naive", "halved"): 3})
    assert full == THREE
    assert replace(full.functions[0].diagnosis[0], closed=0) == THREE.functions[0].diagnosis[0]


def test_what_hidden_checks_alone_have_found_is_not_named() -> None:
    """The name of a mistake that only a hidden check shows would tell what it asks."""
    shows, hides = check("gradient", "0", "4"), replace(check("stability", "0", "2"), hidden=True)
    opened = {("svm_loss_naive", "halved"): 3}
    for checks, named in (((shows, hides), 1), ((hides,), 0), ((check("value", "4", "4"), hides), 0), ((), 1)):
        one = function("svm_loss_naive", FunctionStatus.FAILED, checks, diagnosis=(diagnosis("halved", 3),))
        assert len(hints.told(report(one), opened).functions[0].diagnosis) == named
