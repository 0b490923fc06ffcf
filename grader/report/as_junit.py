"""Reports -> JUnit XML, which every CI reads: a testsuite for each report, a testcase for each check.

`classname` is the function and `name` the check's id. A check that fell short is a failure, one that was not asked (or
is hidden from this reader) is skipped, one that we could not ask is an error. A function without checks (missing, still
the starter's) is one testcase named by its status; a submission that was not graded is one testcase, `submission`.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Literal
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from grader.core import Report
from grader.report.as_json import Audience
from grader.report.tree import Card, CheckLine, Status, View
from grader.report.view import view

Outcome = Literal["failure", "error", "skipped"] | None
_OUTCOME: dict[str, Outcome] = {"fail": "failure", "warn": "failure", "ours": "error", "none": "skipped", "pass": None}
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # XML 1.0, section 2.2


def as_junit(reports: Sequence[Report], lang: str, *, audience: Audience = "staff") -> str:
    """The reports as one XML document."""
    root = Element("testsuites")
    for report in reports:
        _suite(root, report, view(report, lang, audience))
    _count(root, list(root.iter("testcase")))
    indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(root, encoding="unicode") + "\n"


def _suite(root: Element, report: Report, seen: View) -> None:
    suite = SubElement(root, "testsuite", name=_xml(seen.slug), time=f"{report.seconds:.3f}")
    properties = SubElement(suite, "properties")
    for name, value in _properties(report, seen):
        SubElement(properties, "property", name=name, value=_xml(value))
    if seen.points is None:
        _case(suite, seen.slug, "submission", seen.status, seen.summary)
    for card in seen.cards:
        _function(suite, card)
    _count(suite, list(suite.iter("testcase")))


def _properties(report: Report, seen: View) -> Iterator[tuple[str, str]]:
    yield "submission", report.submission
    yield "revision", report.revision
    yield "isolation", report.isolation
    if seen.points:
        yield "score", seen.points.earned
        yield "max_score", seen.points.possible
    yield from (("file", file) for file in seen.files)


def _function(suite: Element, card: Card) -> None:
    for check in card.checks:
        _case(suite, card.name, check.id, check.status, _said(check, card))
    if not card.checks:
        failed = Status(card.status.id, card.status.word, "fail" if card.status.tone == "none" else card.status.tone)
        _case(suite, card.name, card.status.id, failed, card.headline or card.status.word)


def _said(check: CheckLine, card: Card) -> str:
    """What a failure says: the diagnosis first, where it explains the check."""
    diagnosis = card.headline if check.explained else None
    place = f"{check.worst.where}: {check.worst.expected} / {check.worst.actual}" if check.worst else ""
    return "\n".join(part for part in (diagnosis, check.message, place) if part) or check.status.word


def _case(suite: Element, function: str, name: str, status: Status, said: str) -> None:
    case = SubElement(suite, "testcase", classname=_xml(function), name=_xml(name), time="0")
    outcome = _OUTCOME[status.tone]
    if outcome is not None:
        first_line, _, rest = _xml(said).partition("\n")
        found = SubElement(case, outcome, message=first_line)
        found.text = rest
        if outcome != "skipped":
            found.set("type", status.id)


def _count(element: Element, cases: Sequence[Element]) -> None:
    element.set("tests", str(len(cases)))
    for total, outcome in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        element.set(total, str(sum(case.find(outcome) is not None for case in cases)))


def _xml(value: str) -> str:
    return _NOT_XML.sub("\ufffd", value)
