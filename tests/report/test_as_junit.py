"""JUnit XML that other programs read."""

from pathlib import Path
from xml.etree.ElementTree import fromstring

import pytest
from junitparser import Error, Failure, JUnitXml, Skipped, TestSuite

from grader.core import Report
from grader.report.as_junit import as_junit
from tests.report.sample_reports import ABSENT, ALL, BROKEN, FAILED, FULL, HIDDEN, NAMED, RAISED, REJECTED, UNSAFE


def suite(report: Report, lang: str = "en") -> TestSuite:
    (only,) = JUnitXml.fromstring(as_junit([report], lang).encode())
    return only


def test_a_check_is_a_testcase_of_its_function() -> None:
    read = suite(FAILED)
    assert read.name == "svm"
    assert (read.tests, read.failures, read.errors, read.skipped) == (9, 1, 0, 1)
    cases = {(case.classname, case.name): case for case in read}
    (failure,) = cases["svm_loss_vectorized", "gradient"].result
    assert isinstance(failure, Failure)
    assert "has shape" in failure.message
    assert failure.text == "dW[3, 1]: 0.410000 / 0.620000"
    assert cases["svm_loss_naive", "value"].is_passed
    assert isinstance(cases["svm_loss_vectorized", "numeric-gradient"].result[0], Skipped)


def test_several_reports_are_several_suites_and_the_totals_add_up() -> None:
    read = JUnitXml.fromstring(as_junit([FAILED, FULL, BROKEN], "en").encode())
    assert [one.tests for one in read] == [9, 4, 1]
    assert (read.tests, read.failures, read.errors, read.skipped) == (14, 1, 1, 1)


def test_our_fault_is_an_error_and_a_rejection_a_failure() -> None:
    assert isinstance(next(iter(suite(BROKEN))).result[0], Error)
    assert isinstance(next(iter(suite(REJECTED))).result[0], Failure)


def test_a_function_without_checks_is_one_failed_testcase() -> None:
    cases = list(suite(ABSENT))
    assert [(case.classname, case.name) for case in cases] == [
        ("svm_loss_naive", "missing"),
        ("svm_loss_vectorized", "not-implemented"),
    ]
    assert all(isinstance(case.result[0], Failure) for case in cases)


def test_a_raised_function_fails_its_checks() -> None:
    assert suite(RAISED).failures == 1


def test_a_hidden_check_is_skipped_for_a_student() -> None:
    written = as_junit([HIDDEN], "en", audience="student")
    assert 'message="hidden"' in written
    assert "SECRET" not in written


@pytest.mark.parametrize("lang", ["en", "ko"])
@pytest.mark.parametrize("name", ALL)
def test_every_state_is_well_formed_xml(name: str, lang: str, tmp_path: Path) -> None:
    written = as_junit([ALL[name]], lang)
    (tmp_path / "report.xml").write_text(written, encoding="utf-8")
    assert JUnitXml.fromfile(str(tmp_path / "report.xml")).tests >= 1


def test_markup_and_characters_that_xml_forbids_do_no_harm() -> None:
    root = fromstring(as_junit([UNSAFE], "en"))  # noqa: S314 (our own)
    files = [one.get("value") for one in root.iter("property") if one.get("name") == "file"]
    assert (files[0] or "").startswith('<script>alert("1")</script> \\x1b[31m')
    assert root.find(".//script") is None


def test_a_failure_that_is_explained_begins_with_the_diagnosis() -> None:
    cases = {(case.classname, case.name): case for case in suite(NAMED)}
    (failure,) = cases["svm_loss_vectorized", "gradient"].result
    assert failure.message == "svm_loss_vectorized falls short of full points."
    assert "has shape" in failure.text
