"""The terminal's report: in its width, in columns, and safe to print."""

import re
from dataclasses import replace

import pytest
from rich.cells import cell_len

from grader.core import Counterexample, Message
from grader.report.as_text import as_text
from grader.report.columns import flowed, wrapped
from tests.report.sample_reports import ABSENT, ALL, FAILED, FULL, HIDDEN, NAMED, REJECTED, report

COLOUR = re.compile(r"\x1b\[[0-9;]*m")


@pytest.mark.parametrize("width", [60, 80, 120])
@pytest.mark.parametrize("lang", ["en", "ko"])
@pytest.mark.parametrize("name", ALL)
def test_no_line_is_wider_than_the_terminal(name: str, lang: str, width: int) -> None:
    lines = as_text(ALL[name], lang, width=width).splitlines()
    assert lines
    assert max(map(cell_len, lines)) <= width


@pytest.mark.parametrize("name", ALL)
def test_nothing_that_a_student_wrote_reaches_the_terminal_as_a_control(name: str) -> None:
    assert all(line.isprintable() for line in as_text(ALL[name], "en").split("\n"))


@pytest.mark.parametrize("name", ALL)
def test_colour_adds_nothing_but_colour(name: str) -> None:
    coloured = as_text(ALL[name], "en", colour=True)
    assert "\x1b[" in coloured
    assert COLOUR.sub("", coloured) == as_text(ALL[name], "en")


def test_a_failed_function_is_explained_and_a_right_one_has_one_line() -> None:
    lines = as_text(FAILED, "en").splitlines()
    assert lines[0].split() == ["svm", "linear_svm.py", "17.12", "/", "18.8", "ns,", "0.08", "s"]
    assert lines[1].split() == ["pass", "svm_loss_naive", "8.0", "/", "8"]
    assert lines[2].split() == ["FAIL", "svm_loss_vectorized", "9.12", "/", "10.8", "line", "41"]
    assert [line.strip() for line in lines if "dW[3, 1]" in line] == [
        "dW[3, 1]   expected 0.410000   received 0.620000"
    ]
    assert any("error 0.31   tolerance 1e-06" in line for line in lines)
    told = next(line for line in lines if line.split()[:2] == ["gradient", "wrong"])
    assert "wrong on 6 of 12 cases; passes when: reg=0" in told
    assert told.endswith("1.12 / 2.8")
    assert lines[-2].strip() == "pass: form of the result, initial loss, vectorised"
    assert lines[-1].strip() == "skipped: gradient of your own loss"
    assert any(line.strip().startswith("warning: The call changes its argument W") for line in lines)


def test_columns_stand_below_each_other_in_korean() -> None:
    lines = as_text(FAILED, "ko").splitlines()
    rows = [line for line in lines if re.search(r"12개 경우 (모두|중)", line)]
    starts = {cell_len(line[: line.index("12개")]) for line in rows}
    assert len(rows) == 2
    assert len(starts) == 1
    assert len({cell_len(line) for line in rows}) == 1, "the points end in one column"


def test_where_there_is_no_room_for_columns_a_sentence_stands_below_its_title() -> None:
    lines = [line.strip() for line in as_text(FAILED, "en", width=40).splitlines()]
    assert "gradient   1.12 / 2.8" in lines
    assert lines[lines.index("gradient   1.12 / 2.8") + 1].startswith("wrong on 6 of 12 cases;")


def test_a_mistake_that_was_named_above_is_not_explained_again() -> None:
    twice = report(NAMED.functions[0], replace(NAMED.functions[0], name="svm_loss_naive"))
    printed = as_text(twice, "en")
    assert printed.count("Hint 1 of 2") == 1
    assert "The same mistake as in svm_loss_vectorized; so are the hints." in printed


def test_full_marks_take_a_line_a_function() -> None:
    assert len(as_text(FULL, "en").splitlines()) == 3


def test_absent_functions_and_rejections_say_what_to_do() -> None:
    assert "does not define svm_loss_naive" in as_text(ABSENT, "en")
    assert as_text(REJECTED, "ko").splitlines()[0].split()[2] == "반려"


def test_hints_and_the_smallest_case_are_printed() -> None:
    printed = as_text(NAMED, "en")
    assert "[reg-gradient-halved] exact" in " ".join(printed.split())
    assert "Hint 2 of 2: " in printed
    assert "W = [[0.5, 0]], X = [[1]], y = [0]" in printed
    assert "received NaN" in printed


def test_a_student_reads_how_much_is_hidden() -> None:
    printed = as_text(HIDDEN, "en", audience="student")
    assert "Hidden checks: 1, worth 2.8 points." in printed
    assert "SECRET" not in printed


def test_wrapping_counts_cells_and_breaks_long_words() -> None:
    assert wrapped("손실 함수의 값", 9) == ["손실", "함수의 값"]
    assert wrapped("a" * 25, 10) == ["a" * 10, "a" * 10, "a" * 5]
    assert wrapped("", 10) == []
    assert flowed(["dW[3, 1]", "expected 0.41"], 20) == ["dW[3, 1]", "expected 0.41"]
    assert flowed(["received [1, 22, 333]"], 12) == ["received [1,", "22, 333]"]


def test_a_bundle_has_a_line_for_each_of_its_units() -> None:
    _, unit, function = as_text(ALL["bundle"], "en").splitlines()
    assert unit == "  SVM loss of a linear classifier   8.0 / 8"
    assert "svm_loss_naive" in function


def test_what_is_not_there_takes_one_line() -> None:
    reason = Message("checks.missing.absent", {"function": "svm_loss_naive"})
    absent = replace(ABSENT.functions[0], reason=reason)
    assert len(as_text(report(absent), "en").splitlines()) == 2


def test_of_alternatives_each_has_its_hints_below_its_id() -> None:
    first = NAMED.functions[0].diagnosis[0]
    both = replace(NAMED.functions[0], diagnosis=(first, replace(first, id="reg-gradient-missing")))
    lines = [line.strip() for line in as_text(report(both), "en").splitlines()]
    for id in ("reg-gradient-halved", "reg-gradient-missing"):
        assert lines[lines.index(f"[{id}]") + 1].startswith("Hint 1 of 2")


def test_the_smallest_case_shows_what_differs() -> None:
    example = Counterexample({"x": [[1.0]]}, {"dx": 1.0, "dw": 2.0}, {"dx": 1.0, "dw": 3.0})
    printed = as_text(report(replace(NAMED.functions[0], counterexample=example)), "en")
    assert "dw   expected 2   received 3" in printed
    assert "dx   expected" not in printed
