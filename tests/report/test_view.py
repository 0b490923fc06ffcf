"""The view: the first sentence is the diagnosis, everything is said once, and hidden is hidden."""

from dataclasses import replace
from fractions import Fraction
from typing import Literal

import pytest

from grader.core import (
    CheckStatus,
    Counterexample,
    Diagnosis,
    FunctionStatus,
    Message,
    OutputTally,
    Param,
    Report,
    State,
    Tally,
    Worst,
)
from grader.report.cards import first_sentence
from grader.report.catalogue import text
from grader.report.scores import decimals
from grader.report.view import view
from tests.report.sample_reports import (
    ABSENT,
    ALL,
    BROKEN,
    FAILED,
    FULL,
    HIDDEN,
    LIMITS,
    NAIVE,
    NAMED,
    RAISED,
    REJECTED,
    VECTORISED,
    WRONG_GRADIENT,
    check,
    function,
    limited,
    report,
    said,
)


def test_a_named_mistake_is_the_first_sentence() -> None:
    (card,) = view(NAMED, "en").cards
    assert card.headline == card.diagnosis[0].text
    assert [hint.label for hint in card.diagnosis[0].hints] == ["Hint 1 of 2", "Hint 2 of 2"]


def test_a_reason_comes_before_what_checks_found() -> None:
    assert "<script>" in (view(RAISED, "en").cards[0].headline or "")


def test_a_wrong_form_explains_a_wrong_value_and_a_wrong_value_a_wrong_gradient() -> None:
    found = {id: check(id, "0", "1") for id in ("gradient", "value", "contract")}

    def headline(*ids: str) -> str:
        checks = tuple(found[id] for id in ids)
        return view(report(function("f", FunctionStatus.FAILED, checks)), "en").cards[0].headline or ""

    assert headline("gradient", "value", "contract").startswith("contract")
    assert headline("gradient", "value").startswith("value")
    assert headline("gradient").startswith("gradient")


def test_an_exception_beside_all_cases_says_in_which_check() -> None:
    """Every case is right; only the training stops."""
    stops = Message("checks.raised", {"error": "IndexError: index 8", "file": "linear_svm.py", "line": 8})
    trained = check("learning", "0", "0", CheckStatus.FAILED, message=stops)
    (card,) = view(report(function("f", FunctionStatus.FAILED, (check("value", "8", "8"), trained))), "en").cards
    assert card.headline == "learning: IndexError: index 8 (linear_svm.py, line 8)"
    assert card.checks[-1].said == text(Message("report.fails-without-points"), "en"), "the exception is said once"


def test_a_check_that_costs_points_explains_more_than_one_that_informs() -> None:
    checks = (check("value", "0", "0", CheckStatus.FAILED), check("vectorised", "0", "4"))
    card = view(report(function("f", FunctionStatus.FAILED, checks)), "en").cards[0]
    assert (card.headline or "").startswith("vectorised")


def test_a_function_that_is_right_has_no_headline_and_nothing_to_open_but_its_checks() -> None:
    card = view(FULL, "en").cards[0]
    assert card.headline is None
    assert not card.folds
    assert [line.detail for line in card.checks] == [None] * 3


@pytest.mark.parametrize("lang", ["en", "ko"])
@pytest.mark.parametrize("name", ALL)
def test_every_card_that_fell_short_has_a_sentence(name: str, lang: str) -> None:
    seen = view(ALL[name], lang, "student")
    assert all(card.headline for card in seen.sections[0].first)
    assert seen.summary


def test_what_fell_short_is_read_first_and_two_cards_are_opened_at_most() -> None:
    failing = [replace(VECTORISED, name=f"f{number}") for number in range(4)]
    seen = view(report(NAIVE, *failing), "en")
    missing = view(report(ABSENT.functions[0], *failing), "en")
    assert [card.opened for card in missing.cards] == [False, True, True, False, False], "it has nothing to open"
    assert [card.name for card in seen.cards] == ["svm_loss_naive", "f0", "f1", "f2", "f3"]
    (section,) = seen.sections
    assert [card.name for card in section.first + section.passed] == ["f0", "f1", "f2", "f3", "svm_loss_naive"]
    assert [card.opened for card in seen.cards] == [False, True, True, False, False]


def test_checks_that_could_not_be_asked_are_not_listed() -> None:
    skipped = (check("value", "0", "8", CheckStatus.SKIPPED),)
    card = view(report(function("f", FunctionStatus.MISSING, skipped)), "en").cards[0]
    assert not card.judged
    assert not card.opened


def test_a_sentence_is_said_once_in_a_card() -> None:
    checks = tuple(replace(check(id, "0", "1"), message=said("loss")) for id in ("value", "gradient", "robustness"))
    other = replace(check("stability", "0", "1"), message=said("dW"))
    card = view(
        report(function("f", FunctionStatus.FAILED, (*checks, other, replace(other, id="learning")))), "en"
    ).cards[0]
    assert [line.said is not None for line in card.checks] == [False, False, False, True, False]
    assert all(line.message for line in card.checks)


def test_both_numbers_and_the_place_stand_beside_a_sentence_that_lacks_them() -> None:
    line = view(FAILED, "en").cards[1].checks[2]
    assert line.worst is not None
    assert (line.worst.where, line.worst.expected, line.worst.actual) == ("dW[3, 1]", "0.410000", "0.620000")
    assert (line.error, line.tolerance, line.cases) == ("0.31", "1e-06", "6 / 12")
    assert line.outcome == "wrong on 6 of 12 cases"
    assert (line.passes, line.fails) == (("reg=0", "small weights"), ("plain numbers", "reg=0.1", "reg=3"))


def test_the_place_in_a_formula_is_that_of_the_whole_formula() -> None:
    of_mask = replace(check("gradient", "0", "4"), worst=Worst("dx - dout * out / x", (59, 30), 0.0, -3.0))
    (line,) = view(report(function("f", FunctionStatus.FAILED, (of_mask,))), "en").cards[0].checks
    assert line.worst is not None
    assert line.worst.where == "(dx - dout * out / x)[59, 30]"


def test_labels_are_integers_and_an_error_beside_nan_is_not_told() -> None:
    labels = replace(check("value", "0", "4"), worst=Worst("labels", (0,), 0.0, 2.0))
    nan = replace(check("gradient", "0", "4"), worst=Worst("dW", (), 1.0, float("nan")), error=0.2, tolerance=1e-6)
    first, second = view(report(function("f", FunctionStatus.FAILED, (labels, nan))), "en").cards[0].checks
    assert first.worst is not None
    assert second.worst is not None
    assert (first.worst.expected, first.worst.actual) == ("0", "2")
    assert (second.worst.actual, second.error, second.tolerance) == ("NaN", None, None)


def test_numbers_that_a_sentence_has_are_not_repeated() -> None:
    numbers = {"output": "dW", "place": "[3, 1]", "case": "reg=3", "expected": 0.41, "actual": 0.62}
    told = Message("checks.wrong", {**numbers, "error": 0.31, "tolerance": 1e-6})
    value, gradient = check("value", "0", "4"), check("gradient", "0", "4")
    worst = Worst("dW", (3, 1), 0.41, 0.62)
    checks = (value, replace(gradient, message=told, worst=worst, error=0.31, tolerance=1e-6))
    line = view(report(function("f", FunctionStatus.FAILED, checks)), "en").cards[0].checks[1]
    assert "0.62" in (line.said or "")
    assert line.worst is None
    assert line.error is None


def test_a_hidden_check_tells_a_student_title_and_points_and_never_becomes_the_headline() -> None:
    seen = view(HIDDEN, "ko", "student")
    line = seen.cards[1].checks[1]
    assert (line.title, str(line.points), line.status.id) == ("경계 경우", "1.12 / 2.8", "hidden")
    assert (line.message, line.said, line.cases, line.outcome, line.worst, line.error) == ("", *(None,) * 5)
    assert "SECRET" not in str(seen)
    assert "SECRET" in str(view(HIDDEN, "ko", "staff"))
    assert "2.8" in (seen.hidden or "")
    assert "공개하지 않는 검사" in (seen.cards[1].headline or "")


def test_the_seed_is_for_staff() -> None:
    assert FAILED.seed in str(view(FAILED, "en", "staff"))
    assert FAILED.seed not in str(view(FAILED, "en", "student"))


def test_what_was_not_graded_shows_no_points() -> None:
    for given in (REJECTED, BROKEN):
        assert view(given, "en").points is None
    assert view(REJECTED, "en").status.tone == "warn"
    assert view(BROKEN, "en").status.tone == "ours"
    assert "Nothing was counted" in view(BROKEN, "en").summary


@pytest.mark.parametrize(("kind", "figure"), [("cpu_time", "2.01 s"), ("memory", "600.0 MiB"), ("crashed", "SIGSEGV")])
def test_a_limit_is_told_with_its_figures_and_place(kind: str, figure: str) -> None:
    told = " ".join(f"{label} {value}" for label, value in view(LIMITS[kind], "en").limit)
    assert figure in told
    assert "svm_loss_naive (linear_svm.py:17)" in told


def test_too_much_that_was_returned_is_told_in_sizes_and_is_nothing_unreadable() -> None:
    told = dict(view(limited("protocol", 256 * 2.0**20, 300 * 2.0**20), "en").limit)
    assert list(told.values())[:3] == ["returned data", "256.0 MiB", "300.0 MiB"]


@pytest.mark.parametrize("ran", [FULL, LIMITS["memory"], replace(LIMITS["memory"], state=State.REJECTED, functions=())])
def test_code_that_ran_without_isolation_has_a_banner(ran: Report) -> None:
    assert view(replace(ran, isolation="none"), "en").banner
    assert view(ran, "en").banner is None


@pytest.mark.parametrize("refused", [REJECTED, BROKEN])
def test_where_nothing_ran_no_banner_says_that_it_did(refused: Report) -> None:
    assert view(replace(refused, isolation="none"), "en").banner is None


def test_statuses_are_words_and_shapes_besides_colours() -> None:
    shown = [
        card.status
        for name in ("full", "failed", "absent", "raised", "limit-cpu_time")
        for card in view(ALL[name], "en").cards
    ]
    assert {status.word for status in shown} == {"pass", "FAIL", "missing", "not implemented", "raised", "limit"}
    assert len({status.mark for status in shown}) == len({status.tone for status in shown}) == 3


def test_points_are_exact_to_two_decimals_and_never_look_like_full_marks() -> None:
    assert [decimals(Fraction(text), 1) for text in ("8", "9.72", "19.996", "0.05", "2.5")] == [
        "8.0",
        "9.72",
        "20.0",
        "0.05",
        "2.5",
    ]
    assert [decimals(Fraction(text), 0) for text in ("20", "2.8", "0.15")] == ["20", "2.8", "0.15"]


def test_an_unknown_check_of_an_instructor_is_called_by_its_id() -> None:
    mine = function("f", FunctionStatus.PASSED, (check("my-own-check", "1", "1"),))
    assert view(report(mine), "ko").cards[0].checks[0].title == "my-own-check"


def test_absent_functions_say_which_kind_of_absent() -> None:
    missing, starter = view(ABSENT, "en").cards
    assert missing.headline == "The submission does not define svm_loss_naive."
    assert "starter" in (starter.headline or "")


def test_the_functions_of_a_bundle_stand_under_the_titles_and_points_of_their_units() -> None:
    other = replace(VECTORISED, name="softmax_loss_vectorized", unit="softmax")
    seen = view(report(replace(NAIVE, unit="svm"), other, assignment="svm+softmax"), "en")
    assert [(section.title, [card.name for card in section.cards]) for section in seen.sections] == [
        ("SVM loss of a linear classifier", ["svm_loss_naive"]),
        ("Softmax loss of a linear classifier", ["softmax_loss_vectorized"]),
    ]
    assert [str(section.points) for section in seen.sections] == [str(card.points) for card in seen.cards]
    assert seen.title == "SVM loss of a linear classifier + Softmax loss of a linear classifier"


def test_an_assignment_of_ones_own_is_called_as_its_author_calls_it_in_each_language() -> None:
    own = replace(FULL, assignment="squared-hinge", title={"en": "Squared hinge", "ko": "제곱 힌지"})
    assert [view(own, lang).title for lang in ("en", "ko")] == ["Squared hinge", "제곱 힌지"]
    assert view(replace(own, title={"ko": "제곱 힌지"}), "en").title == "제곱 힌지"
    assert view(replace(own, title={}), "en").title == "squared-hinge"


EXACT = Diagnosis("halved", "exact", "one-term", said("dW"))


def diagnosed(*diagnoses: Diagnosis) -> Report:
    checks = (check("contract", "1", "1"), replace(WRONG_GRADIENT, message=said("X")), check("vectorised", "0", "4"))
    return report(function("f", FunctionStatus.FAILED, checks, diagnosis=diagnoses, given_back=Fraction("2.1")))


def test_what_a_name_explains_is_not_explained_again_and_what_it_does_not_is() -> None:
    _, gradient, vectorised = view(diagnosed(EXACT), "en").cards[0].checks
    assert (gradient.explained, gradient.said) == (True, None)
    assert gradient.worst is not None
    assert (vectorised.explained, vectorised.said) == (False, vectorised.message)


@pytest.mark.parametrize("certainty", ["pattern", "hint"])
def test_a_pattern_of_one_output_and_a_hint_explain_no_check(certainty: Literal["pattern", "hint"]) -> None:
    _, gradient, _ = view(diagnosed(replace(EXACT, certainty=certainty)), "en").cards[0].checks
    assert (gradient.explained, gradient.said) == (False, gradient.message)


def test_the_worst_entry_of_what_a_name_explains_is_shown_once() -> None:
    other = replace(WRONG_GRADIENT, id="robustness")
    card = view(report(function("f", FunctionStatus.FAILED, (WRONG_GRADIENT, other), diagnosis=(EXACT,))), "en").cards[
        0
    ]
    assert [line.worst is not None for line in card.checks] == [True, False]


def test_several_names_of_one_certainty_are_alternatives() -> None:
    other = replace(EXACT, id="doubled", text=said("X"))
    card = view(diagnosed(EXACT, other), "en").cards[0]
    assert card.alternatives is not None
    assert card.alternatives.startswith("The cases do not tell these 2 apart:")
    assert [named.id for named in card.diagnosis] == ["halved", "doubled"]
    assert view(diagnosed(EXACT), "en").cards[0].alternatives is None


def test_how_sure_a_name_is_stands_beside_it_in_a_word_and_a_sentence() -> None:
    (named,) = view(diagnosed(EXACT), "en").cards[0].diagnosis
    assert named.certainty == "exact"
    assert named.meaning == "a known program gives all of these numbers"


@pytest.mark.parametrize(
    ("id", "sentence"),
    [
        ("halved", "A mistake of one term costs at most 44 % of the points here, that is 1.68; given back: 2.10."),
        (
            "halved+doubled",
            "Two mistakes like these cost at most 44 % of the points here, that is 1.68; given back: 2.10.",
        ),
    ],
)
def test_what_a_named_mistake_gives_back_is_said(id: str, sentence: str) -> None:
    assert view(diagnosed(replace(EXACT, id=id)), "en").cards[0].given_back == sentence


def test_what_follows_from_another_function_says_so_and_is_read_after_it() -> None:
    follower = replace(VECTORISED, name="affine_backward", follows="affine_forward")
    cause = replace(VECTORISED, name="affine_forward", diagnosis=(EXACT,))
    (section,) = view(report(follower, cause), "en").sections
    assert [card.name for card in section.first] == ["affine_forward", "affine_backward"]
    assert section.first[1].headline == (
        "All that is wrong in affine_backward follows from the mistake in affine_forward: mend that one first."
    )
    assert section.first[1].checks[2].said is None
    assert [card.opened for card in section.first] == [True, False]


def test_every_output_says_for_itself_where_they_differ() -> None:
    each = (OutputTally("dx", 5, 0), OutputTally("dw", 2, 3, ("base",)), OutputTally("db", 5, 0))
    apart = replace(WRONG_GRADIENT, cases=Tally(2, 3, ("base",), ("pad=0",), each))
    alike = replace(WRONG_GRADIENT, cases=Tally(2, 3, ("base",), ("pad=0",), (each[1], replace(each[1], output="dx"))))
    first, second = view(report(function("f", FunctionStatus.FAILED, (apart, alike))), "en").cards[0].checks
    assert first.outcome == "dw wrong on 3 of 5; dx, db right on 5 of 5"
    assert second.outcome == "wrong on 3 of 5 cases"


def test_points_that_are_lost_are_told_and_what_costs_nothing_and_is_explained_is_folded() -> None:
    numeric = check("numeric-gradient", "0", "0", CheckStatus.FAILED)
    skipped = check("robustness", "0", "1", CheckStatus.SKIPPED)
    checks = (check("contract", "1", "1"), check("value", "3", "3"), WRONG_GRADIENT, numeric, skipped)
    card = view(report(function("f", FunctionStatus.FAILED, checks, diagnosis=(EXACT,))), "en").cards[0]
    assert [line.id for line in card.facts] == ["value", "gradient", "robustness"]
    assert [line.id for line in card.folded] == ["contract", "numeric-gradient"]


def test_two_numbers_stand_with_their_points_below_each_other() -> None:
    far = replace(WRONG_GRADIENT, worst=Worst("dW", (), -0.5, 120.25))
    line = view(report(function("f", FunctionStatus.FAILED, (far,))), "en").cards[0].checks[0]
    assert line.worst is not None
    assert line.worst.column == (" -0.500000", "120.250")


def test_many_outputs_are_not_all_named_and_the_right_ones_are_said_together() -> None:
    names = [f"W{number}" for number in range(9)]
    right = [OutputTally(name, 4 if at % 2 else 2, 0) for at, name in enumerate(names)]
    wrong = [OutputTally(f"b{number}", 0, 2, ("base",)) for number in range(7)]
    found = replace(WRONG_GRADIENT, cases=Tally(2, 2, ("base",), ("pad=0",), (*right, *wrong)))
    line = view(report(function("f", FunctionStatus.FAILED, (found,))), "en").cards[0].checks[0]
    assert line.outcome == "b0, b1, b2, b3, b4, … wrong on 2 of 2; W0, W2, W4, W6, W8, … right"


def test_of_outputs_with_long_names_two_are_named() -> None:
    outputs = (
        *(OutputTally(f"slope of your loss along W{n}", 0, 2, ("base",)) for n in range(4)),
        OutputTally("b", 2, 0),
    )
    found = replace(WRONG_GRADIENT, cases=Tally(0, 2, ("base",), (), outputs))
    line = view(report(function("f", FunctionStatus.FAILED, (found,))), "en").cards[0].checks[0]
    assert line.outcome == (
        "slope of your loss along W0, slope of your loss along W1, … wrong on 2 of 2; b right on 2 of 2"
    )


def test_what_came_out_in_any_amount_is_cut() -> None:
    example = Counterexample({"x": 1.0}, {"history": [0.0]}, {"history": [0.5] * 1000})
    card = view(report(replace(VECTORISED, counterexample=example)), "en").cards[0]
    assert card.example is not None
    assert card.example.rows[0][1] == "[0]"
    assert len(card.example.rows[0][2]) < 400
    assert card.example.rows[0][2].endswith(" …")


def test_the_first_sentence_is_that_of_the_card_that_is_read_first() -> None:
    missing = function("g", FunctionStatus.MISSING)
    assert first_sentence(report(missing, *FAILED.functions), "en", "student") == (
        f"svm_loss_vectorized: {view(FAILED, 'en').cards[1].headline}"
    )
    assert first_sentence(FULL, "en", "student") is None


def test_what_is_right_and_not_counted_in_full_says_so() -> None:
    """The form of a training that moves no weights is right, and worth nothing."""
    form = check("contract", "0", "0.3", CheckStatus.PASSED, cases=Tally(2, 0))
    card = view(report(function("f", FunctionStatus.FAILED, (form, check("value", "0", "4")))), "en").cards[0]
    assert card.facts[0].outcome == "right on 2 of 2 cases"
    assert (card.facts[0].said or "").startswith("Not counted in full: ")


def test_what_stopped_the_program_is_read_before_what_is_not_there() -> None:
    stopped, missing = LIMITS["cpu_time"].functions[0], ABSENT.functions[0]
    both = report(replace(missing, name="f"), stopped)
    assert [card.name for card in view(both, "en").sections[0].first] == [stopped.name, "f"]
    assert (first_sentence(both, "en", "student") or "").startswith(f"{stopped.name}: ")


def test_a_gradient_of_something_else_is_no_news_beside_any_diagnosis() -> None:
    numeric = check("numeric-gradient", "0", "0", CheckStatus.FAILED)
    hint = replace(EXACT, certainty="hint")
    named = view(
        report(function("f", FunctionStatus.FAILED, (WRONG_GRADIENT, numeric), diagnosis=(hint,))), "en"
    ).cards[0]
    unnamed = view(report(function("f", FunctionStatus.FAILED, (WRONG_GRADIENT, numeric))), "en").cards[0]
    assert [line.id for line in named.facts] == ["gradient"]
    assert [line.id for line in unnamed.facts] == ["gradient", "numeric-gradient"]


def test_labels_have_no_error_and_lost_digits_are_not_told_twice() -> None:
    labels = replace(check("value", "0", "4"), worst=Worst("labels", (0,), 5.0, 3.0), error=0.0, tolerance=1e-6)
    about = {"output": "dW", "place": "", "case": "base", "expected": 4.0448319, "actual": 4.0429687, "error": 4e-4}
    lost = replace(
        check("gradient", "0", "4"),
        message=Message("checks.lost-precision", {**about, "tolerance": 1e-6}),
        worst=Worst("dW", (), 4.0448319, 4.0429687),
        error=4e-4,
        tolerance=1e-6,
    )
    first, second = view(report(function("f", FunctionStatus.FAILED, (labels, lost))), "en").cards[0].checks
    assert first.worst is not None
    assert (first.worst.expected, first.worst.actual, first.error) == ("5", "3", None)
    assert second.worst is None


def test_the_error_of_another_output_does_not_stand_beside_a_count() -> None:
    """What is furthest off is W; what is shown is the flag, which has no error."""
    about = {"output": "samples_visited", "place": "", "case": "base", "expected": 1, "actual": 0}
    flag = replace(
        check("value", "0", "4"),
        message=Message("checks.wrong-entry", about),
        worst=Worst("samples_visited", (), 1.0, 0.0),
        error=16.7,
        tolerance=1e-6,
    )
    named = replace(EXACT, text=Message("report.headline.failed", {"function": "f"}))
    (line,) = view(report(function("f", FunctionStatus.FAILED, (flag,), diagnosis=(named,))), "en").cards[0].checks
    assert line.worst is not None
    assert (line.worst.expected, line.worst.actual) == ("1", "0")
    assert (line.error, line.tolerance) == (None, None)


def test_only_an_exact_name_is_the_same_mistake_in_another_function() -> None:
    def liked(certainty: Literal["exact", "hint"]) -> list[bool]:
        one = replace(VECTORISED, diagnosis=(replace(EXACT, certainty=certainty),))
        return [card.like is not None for card in view(report(one, replace(one, name="f")), "en").cards]

    assert liked("exact") == [False, True]
    assert liked("hint") == [False, False]


def test_the_same_exception_in_the_same_line_is_the_same_mistake() -> None:
    def liked(*lines: int) -> list[bool]:
        about: dict[str, Param] = {"function": "f", "failed": 3, "total": 3, "error": "TypeError: no", "file": "f.py"}
        found = [
            replace(
                EXACT, id="raises", certainty="hint", text=Message("diagnosis.raised.text", {**about, "line": line})
            )
            for line in lines
        ]
        functions = [replace(VECTORISED, name=f"f{at}", diagnosis=(one,)) for at, one in enumerate(found)]
        return [card.like is not None for card in view(report(*functions), "en").cards]

    assert liked(3, 3, 4) == [False, True, False]
