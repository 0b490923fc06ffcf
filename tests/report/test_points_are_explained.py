"""Where points and numbers of cases do not go together, the line or the card says why."""

import pytest

from grader.core import CheckStatus, Diagnosis, FunctionResult, FunctionStatus, Message, OutputTally, Tally
from grader.report.cards import first_sentence
from grader.report.catalogue import LANGUAGES, text
from grader.report.tree import Card
from grader.report.view import view
from tests.report.sample_reports import check, function, report, said


def card(lang: str, *checks: object, **more: object) -> Card:
    shown: FunctionResult = function("f", FunctionStatus.FAILED, checks, **more)
    (card,) = view(report(shown), lang).cards
    return card


def told(lang: str, id: str, **about: str | int) -> str:
    return text(Message(id, about), lang)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_points_for_cases_that_are_half_right_are_explained(lang: str) -> None:
    """Wrong on 3 of 3, with points all the same: one of the two sets of numbers came out right."""
    half = check("value", "0.5", "3", CheckStatus.FAILED, cases=Tally(0, 3))
    assert told(lang, "report.half-cases") in (card(lang, half).checks[0].said or "")
    counted = check("value", "1", "3", CheckStatus.FAILED, cases=Tally(1, 2))
    assert told(lang, "report.half-cases") not in (card(lang, counted).checks[0].said or "")


def test_points_of_outputs_that_are_right_are_no_halves() -> None:
    outputs = (OutputTally("dx", 0, 2, ()), OutputTally("db", 2, 0, ()))
    fair = check("gradient", "4", "8", CheckStatus.FAILED, cases=Tally(0, 2, (), (), outputs))
    assert told("en", "report.half-cases") not in (card("en", fair).checks[0].said or "")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_what_is_skipped_for_a_reason_that_stands_above_says_so(lang: str) -> None:
    why = Message("checks.base-first", {"case": "base"})
    skipped = [check(id, "0", "4", CheckStatus.SKIPPED, message=why) for id in ("contract", "vectorised")]
    first, second = card(lang, check("value", "0", "4"), *skipped).checks[1:]
    assert first.said == text(why, lang)
    assert second.said == told(lang, "report.for-the-same-reason")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_function_that_fails_with_all_its_points_says_so(lang: str) -> None:
    differs = check("deterministic", "0", "0", CheckStatus.FAILED)
    assert told(lang, "report.fails-without-points") in (
        card(lang, check("value", "4", "4"), differs).checks[1].said or ""
    )
    assert told(lang, "report.fails-without-points") not in (
        card(lang, check("value", "3", "4"), differs).checks[1].said or ""
    )


@pytest.mark.parametrize("lang", LANGUAGES)
def test_what_a_convention_costs_is_told(lang: str) -> None:
    about = {"names": ("diagnosis.layout-2015.name",), "asked": ("diagnosis.layout-2015.name",)}
    named = Diagnosis("layout-2015", "exact", "convention", Message("diagnosis.convention", about))
    costly = card(lang, check("value", "6.8", "8", CheckStatus.FAILED), diagnosis=(named,))
    assert costly.given_back == told(lang, "report.convention-costs", percent=15, points="1.2")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_one_case_is_not_counted(lang: str) -> None:
    line = card(lang, check("value", "0", "4", CheckStatus.FAILED, cases=Tally(0, 1))).checks[0]
    assert line.outcome == told(lang, "report.outcome.only-wrong")


def test_a_sentence_that_begins_with_the_function_does_not_name_it_twice() -> None:
    stops = Message("diagnosis.raised.elsewhere", {"function": "f", "failed": 1, "total": 3, "error": "E"})
    named = Diagnosis("raises", "hint", "wrong-quantity", stops)
    shown = function("f", FunctionStatus.FAILED, (check("value", "0", "8", message=said("a")),), diagnosis=(named,))
    assert (first_sentence(report(shown), "en", "staff") or "").startswith("f stops in 1 of 3")
