"""What is read from a report into narrow tables, so that statistics need not read reports."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from math import isfinite
from typing import Any

from grader.core import Report, cents
from grader.course.fingerprints import fingerprint
from grader.course.tables import CheckVerdict, FunctionVerdict, NamedMistake

Narrow = type[CheckVerdict] | type[FunctionVerdict] | type[NamedMistake]


def rows_of(report: Report) -> Mapping[Narrow, list[dict[str, Any]]]:
    """The rows of each table, without the id of the submission that they are of."""
    return {
        CheckVerdict: list(_checks(report)),
        FunctionVerdict: list(_functions(report)),
        NamedMistake: list(_named(report)),
    }


def _checks(report: Report) -> Iterator[dict[str, Any]]:
    for function in report.functions:
        for check in function.checks:
            known = check.error is not None and isfinite(check.error)
            yield {
                "function": function.name,
                "check": check.id,
                "status": check.status.value,
                "error": check.error if known else None,
            }


def _functions(report: Report) -> Iterator[dict[str, Any]]:
    for function in report.functions:
        yield {
            "function": function.name,
            "status": function.status.value,
            "points": cents(function.points),
            "max_points": cents(function.max_points),
            "fingerprint": fingerprint(function),
        }


def _named(report: Report) -> Iterator[dict[str, Any]]:
    for function in report.functions:
        for name in dict.fromkeys(diagnosis.id for diagnosis in function.diagnosis):
            yield {"function": function.name, "diagnosis": name}
