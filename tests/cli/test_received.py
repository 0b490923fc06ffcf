"""A report that came as JSON is shown as the service would show it."""

from dataclasses import replace

import pytest

from grader.cli.received import report_from, with_closed
from grader.core import FunctionResult, Report
from grader.report.as_json import as_json
from grader.report.as_text import as_text
from grader.report.hints import told
from tests.report.sample_reports import ALL, FAILED
from tests.report.test_hints import PAIR, THREE


def without_script(function: FunctionResult) -> FunctionResult:
    """The program that shows an example is not in the JSON: only `grader grade` can write it."""
    example = function.counterexample
    return replace(function, counterexample=replace(example, script=None)) if example else function


@pytest.mark.parametrize("lang", ["en", "ko"])
@pytest.mark.parametrize("name", [name for name in ALL if not name.startswith("limit-")])
def test_a_report_reads_the_same_from_json(name: str, lang: str) -> None:
    report = replace(ALL[name], functions=tuple(map(without_script, ALL[name].functions)))
    received = report_from(as_json(report, lang, audience="student"))
    assert as_text(received, lang, audience="student") == as_text(report, lang, audience="student")


@pytest.mark.parametrize("name", [name for name in ALL if name.startswith("limit-")])
def test_a_limit_reads_the_same_from_json_but_for_what_only_staff_see(name: str) -> None:
    received = report_from(as_json(ALL[name], "en", audience="student")).limits
    sent = ALL[name].limits
    assert received is not None
    assert sent is not None
    assert (received.kind, received.allowed, received.used, received.function, received.line) == (
        sent.kind,
        sent.allowed,
        sent.used,
        sent.function,
        sent.line,
    )


def test_numbers_that_json_lacks_come_back() -> None:
    json = as_json(FAILED, "en")
    json["functions"][1]["checks"][2]["worst"]["actual"] = "NaN"
    worst = report_from(json).functions[1].checks[2].worst
    assert worst is not None
    assert str(worst.actual) == "nan"


def test_another_schema_is_refused() -> None:
    with pytest.raises(ValueError, match=r"grader\.report/2"):
        report_from({**as_json(FAILED, "en"), "schema": "grader.report/2"})


@pytest.mark.parametrize("opened", range(4))
@pytest.mark.parametrize("report", [THREE, PAIR], ids=["one mistake", "two at once"])
def test_hints_that_are_kept_back_are_counted_as_the_service_counts_them(report: Report, opened: int) -> None:
    """`Hint 1 of 3` although one alone was sent."""
    name = report.functions[0].diagnosis[0].id
    sent = told(report, {("svm_loss_naive", name): opened})
    ladders = [{"function": "svm_loss_naive", "diagnosis": name, "levels": 3, "open": opened}]
    received = with_closed(report_from(as_json(sent, "en", audience="student")), ladders)
    assert as_text(received, "en", audience="student") == as_text(sent, "en", audience="student")
    assert ("Hint 1 of 3" in as_text(received, "en")) == (opened > 0)
